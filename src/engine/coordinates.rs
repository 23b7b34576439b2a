//! One number an input and path: what boxes are bounded in.

use crate::engine::{Blocks, Monitor, Recording, RunError, Runner};
use crate::kernel::Binary;
use crate::model::{Definition, Input, InputId, Model, VarId, Variable};
use crate::program::{Program, Request, Term, compile_joint};
use crate::results::Coordinate;

/// What an input is measured by, and the term that measures it.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    pub(super) input: String,
    pub(super) coordinate: Coordinate,
    term: Term,
}

/// A coordinate for every input that anything is drawn from, up to a step: the value of a constant, the average of a series
/// over the steps in which something is drawn, of the start of an event the steps in which it is on.
pub(super) fn coordinates(model: &Model, until: usize) -> Vec<Measured> {
    let measured = |(index, input): (usize, &Input)| measured(model, InputId(index as u32), input, until);
    model.inputs.iter().enumerate().filter_map(measured).collect()
}

fn measured(model: &Model, id: InputId, input: &Input, until: usize) -> Option<Measured> {
    let is_it = |variable: &Variable| match &variable.definition {
        Definition::Draw { input, .. } => *input == id,
        Definition::Event(event) => event.start == id,
        _ => false,
    };
    let place = model.variables.iter().position(is_it)?;
    let variable = &model.variables[place];
    let row = |step: usize| Term::Row(0, Request::Value(VarId(place as u32), step));
    let steps = variable.first.max(model.horizon.first_draw())..=until.max(variable.first);
    let (coordinate, terms): (Coordinate, Vec<Term>) = match variable.definition {
        Definition::Event(_) => (
            Coordinate::StepsOn,
            steps.map(|step| Term::binary(Binary::NotEqual, row(step), Term::Number(0.0))).collect(),
        ),
        _ if input.over_time.is_constant() => (Coordinate::Value, vec![row(until.max(variable.first))]),
        _ => (Coordinate::Average, steps.map(row).collect()),
    };
    let count = terms.len() as f64;
    let sum = terms.into_iter().reduce(|sum, term| Term::binary(Binary::Add, sum, term))?;
    let term = match coordinate {
        Coordinate::Average => Term::binary(Binary::Divide, sum, Term::Number(count)),
        Coordinate::Value | Coordinate::StepsOn => sum,
    };
    Some(Measured { input: input.name.clone(), coordinate, term })
}

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
