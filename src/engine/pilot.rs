//! A look at the first paths, to choose where the bins and centres of every row go.
//!
//! The pilot depends on the scenario and the seed alone, so every shard of a run chooses the same.

use super::plan::{Kind, Plan};
use crate::kernel::{BLOCK, Level};
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

/// Paths of the pilot, a multiple of [`BLOCK`]: fewer where there are many rows to sort them for.
pub(super) fn paths(quantities: usize) -> usize {
    match quantities {
        ..=128 => 4096,
        129..=4096 => 2048,
        _ => 1024,
    }
}

/// The shape of every recorded row; `None` for rows that are no quantities.
pub(super) fn shapes(plan: &Plan, seed: u64) -> Vec<Option<Shape>> {
    let program = &plan.program;
    let quantity: Vec<bool> = recorded_kinds(plan).into_iter().map(|kind| kind == Kind::Quantity).collect();
    let quantities = quantity.iter().filter(|&&is| is).count();
    if quantities == 0 {
        return vec![None; quantity.len()];
    }
    let blocks = paths(quantities) / BLOCK;
    let mut workspace = Workspace::new(program, seed, Level::detect());
    let mut values: Vec<Vec<f64>> =
        quantity.iter().map(|&is| Vec::with_capacity(if is { blocks * BLOCK } else { 0 })).collect();
    for block in 0..blocks as u64 {
        program.run_block(&mut workspace, block, &[], &mut |row, column| {
            if quantity[row] {
                values[row].extend_from_slice(column);
            }
        });
    }
    values
        .into_par_iter()
        .zip(quantity)
        .map(|(values, is)| {
            is.then(|| {
                let pilot = Pilot::new(values);
                Shape { layout: Arc::new(Layout::from_pilot(&pilot, plan.bins)), pilot }
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
