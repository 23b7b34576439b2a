//! A look at the first paths, to choose where the bins and centres of every row go.
//!
//! The pilot depends on the scenario and the seed alone, so every shard of a run chooses the same. A run of independent paths
//! simulates the pilot's blocks again: keeping what they hand out takes more time, for memory that is new to the process, and
//! half of all its memory.

use super::RunError;
use super::blocks::{Block, Blocks};
use super::monitor::{Monitor, Unheard};
use super::plan::Plan;
use super::runner::{Observer, Runner};
use crate::kernel::{BLOCK, Column};
use crate::program::Sink;
use crate::stats::{Layout, Pilot};
use rayon::prelude::*;
use std::sync::Arc;

/// How a row is accumulated.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    /// First values of the row; of a constant row the constant, of rows that are no quantities none.
    pub(super) pilot: Pilot,
    /// Bins that resolve them; absent where no histogram is kept.
    pub(super) layout: Option<Arc<Layout>>,
}

/// A number that tells the shapes of one run from those of another: the same for the same bits of every pilot.
///
/// Multiplying by an odd number and rotating mixes every word into all that follow (the hash function of Firefox). Nobody is
/// kept from making up two runs of the same number; a kernel that rounds otherwise on another machine shows.
pub(super) fn digest(shapes: &[Shape]) -> u64 {
    const ODD: u64 = 0x517c_c1b7_2722_0a95;
    let add = |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(ODD);
    shapes.iter().fold(0, |hash, shape| {
        let hash = add(hash, shape.pilot.values().len() as u64);
        shape.pilot.values().iter().fold(hash, |hash, x| add(hash, x.to_bits()))
    })
}

/// The shape of every row of a plan.
pub(super) fn shapes(plan: &Plan, runner: &Runner<'_>, monitor: &dyn Monitor) -> Result<Vec<Shape>, RunError> {
    let rows = plan.program.rows.iter().zip(&plan.kinds);
    let bins: Vec<usize> = rows.map(|(row, kind)| if row.constant().is_some() { 0 } else { kind.bins() }).collect();
    // A row looks at as many paths as it has bins.
    let pilots = pilots(runner, &bins, monitor)?;
    let shape = |(pilot, bins): (Pilot, usize)| {
        let layout = (bins > 0).then(|| Arc::new(Layout::from_pilot(&pilot, bins)));
        Shape { pilot, layout }
    };
    Ok(pilots.into_par_iter().zip(bins).map(shape).collect())
}

/// The blocks that have as many paths as are wanted of any row.
fn blocks_of(wanted: &[usize]) -> Blocks {
    Blocks::whole(wanted.iter().copied().max().unwrap_or(0).div_ceil(BLOCK) as u64)
}

/// The first values of every row, as many as are wanted of each; of a constant row the constant.
pub(super) fn pilots(runner: &Runner<'_>, wanted: &[usize], monitor: &dyn Monitor) -> Result<Vec<Pilot>, RunError> {
    let first_values =
        || FirstValues { wanted, before: 0, values: wanted.iter().map(|&wanted| Vec::with_capacity(wanted)).collect() };
    let parts = runner.run(blocks_of(wanted), &Unheard(monitor), first_values)?;
    let rows = runner.program().rows.iter();
    let mut values: Vec<Vec<f64>> = rows.map(|row| row.constant().into_iter().collect()).collect();
    for part in parts {
        for (all, mut own) in values.iter_mut().zip(part.values) {
            // A pilot sorts its values, so that it does not matter which thread saw which.
            if all.is_empty() { *all = own } else { all.append(&mut own) }
        }
    }
    Ok(values.into_par_iter().map(Pilot::new).collect())
}

/// The first values of the rows, as far as they are in the blocks that a thread runs.
struct FirstValues<'w> {
    wanted: &'w [usize],
    /// Paths before the block at hand.
    before: usize,
    values: Vec<Vec<f64>>,
}

impl Observer for FirstValues<'_> {
    fn begin(&mut self, block: Block) {
        self.before = block.first_path() as usize;
    }
}

impl Sink for FirstValues<'_> {
    fn row(&mut self, row: usize, column: &Column) {
        let wanted = self.wanted[row].saturating_sub(self.before).min(BLOCK);
        self.values[row].extend_from_slice(&column[..wanted]);
    }
}
