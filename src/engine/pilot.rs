//! A look at the first paths, to choose where the bins and centres of every row go.
//!
//! The pilot depends on the scenario and the seed alone, so every shard of a run chooses the same.

use super::plan::{Kind, Plan};
use crate::kernel::{BLOCK, Column, Level};
use crate::program::{Row, Workspace};
use crate::stats::{Layout, Pilot};
use rayon::prelude::*;
use std::sync::Arc;

/// How one quantity is accumulated.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    /// Its first values.
    pub(super) pilot: Pilot,
    /// Bins that resolve them.
    pub(super) layout: Arc<Layout>,
}

/// Paths of the pilot that a row looks at: as many as it has bins.
pub(super) fn paths(kind: Kind) -> usize {
    kind.bins()
}

/// The shape of every recorded row; `None` for rows that are no quantities.
pub(super) fn shapes(plan: &Plan, seed: u64) -> Vec<Option<Shape>> {
    let program = &plan.program;
    let kinds = recorded_kinds(plan);
    let mut values: Vec<Vec<f64>> = kinds.iter().map(|&kind| Vec::with_capacity(paths(kind))).collect();
    let most = kinds.iter().map(|&kind| paths(kind)).max().unwrap_or(0);
    let mut workspace = Workspace::new(program, seed, Level::detect());
    for block in 0..most.div_ceil(BLOCK) {
        program.run_block(&mut workspace, block as u64, &[], &mut |row: usize, column: &Column| {
            let wanted = paths(kinds[row]).saturating_sub(block * BLOCK).min(BLOCK);
            values[row].extend_from_slice(&column[..wanted]);
        });
    }
    values
        .into_par_iter()
        .zip(kinds)
        .map(|(values, kind)| {
            (kind.bins() > 0).then(|| {
                let pilot = Pilot::new(values);
                Shape { layout: Arc::new(Layout::from_pilot(&pilot, kind.bins())), pilot }
            })
        })
        .collect()
}

/// Kinds by recorded row.
pub(super) fn recorded_kinds(plan: &Plan) -> Vec<Kind> {
    let mut kinds = vec![Kind::Mean; plan.program.recorded];
    for (row, &kind) in plan.program.rows.iter().zip(&plan.kinds) {
        if let Row::Recorded(index) = *row {
            kinds[index] = kind;
        }
    }
    kinds
}
