//! The paths that boxes are found on.

use crate::engine::{Blocks, Measured, Monitor, Recording, RunError, Runner};
use crate::model::{Model, VarId};
use crate::program::{Program, Request, Term, compile_joint};

/// Coordinates of the first paths of a run, a column each, and whether each path has the outcome. A path without a value of
/// the condition, or of any coordinate, is left out.
pub(super) struct Sampled {
    pub(super) columns: Vec<Vec<f64>>,
    pub(super) has_outcome: Vec<bool>,
}

pub(super) fn sample(
    model: &Model,
    measured: &[Measured],
    condition: VarId,
    seed: u64,
    paths: u64,
    monitor: &dyn Monitor,
) -> Result<Sampled, RunError> {
    let condition = Term::Row(0, Request::Value(condition, model.horizon.last()));
    let terms: Vec<Term> = measured.iter().map(|measured| measured.term.clone()).chain([condition]).collect();
    let program: Program = compile_joint(&[model], &terms, None);
    let recording = Recording::of(&Runner::new(&program, seed), Blocks::of_paths(paths), monitor)?;
    let mut rows: Vec<Vec<f64>> = (0..terms.len()).map(|row| recording.row(row).flatten().copied().collect()).collect();
    let kept: Vec<bool> = (0..recording.count()).map(|path| rows.iter().all(|row| row[path].is_finite())).collect();
    for row in &mut rows {
        let mut kept = kept.iter();
        row.retain(|_| kept.next().copied().unwrap_or(false));
    }
    let has_outcome = rows.pop().unwrap_or_default().into_iter().map(|x| x != 0.0).collect();
    Ok(Sampled { columns: rows, has_outcome })
}
