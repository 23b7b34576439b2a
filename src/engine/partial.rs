//! What a part of a run has seen: accumulators that merge exactly, in any order.

use super::RunOptions;
use super::pilot::{Shape, recorded_kinds};
use super::plan::{Kind, Plan};
use crate::kernel::{BLOCK, Column, Level};
use crate::program::{Row, Workspace};
use crate::stats::{Comoments, Excess, Frame, Histogram, Mean, Moments, Pilot, RankTable, Tally};
use std::borrow::Cow;
use std::ops::Range;

/// The accumulators of some blocks of a run.
#[derive(Clone, Debug)]
pub(super) struct Partial {
    pub(super) rows: Vec<RowPartial>,
    pub(super) pairs: Vec<PairPartial>,
}

/// One recorded row.
#[derive(Clone, Debug)]
pub(super) struct RowPartial {
    pub(super) statistic: RowStatistic,
    /// First path without a finite value.
    pub(super) first_excluded: Option<u64>,
}

/// What is kept of a row.
#[derive(Clone, Debug)]
pub(super) enum RowStatistic {
    Quantity { moments: Box<Moments>, histogram: Histogram, excess: Vec<Excess> },
    Condition(Tally),
    Mean(Box<Mean>),
}

/// One pair of outputs.
#[derive(Clone, Debug)]
pub(super) struct PairPartial {
    pub(super) comoments: Comoments,
    pub(super) ranks: RankTable,
}

impl Partial {
    /// Nothing seen yet.
    pub(super) fn new(plan: &Plan, shapes: &[Option<Shape>], options: &RunOptions) -> Partial {
        let rows = recorded_kinds(plan)
            .into_iter()
            .zip(shapes)
            .map(|(kind, shape)| {
                let statistic = match (kind, shape) {
                    (Kind::Quantity, Some(shape)) => RowStatistic::Quantity {
                        moments: Box::new(Moments::new(shape.pilot.frame())),
                        histogram: Histogram::new(&shape.layout),
                        excess: options
                            .shortfall
                            .iter()
                            .map(|level| Excess::new(level / 100.0, &shape.pilot))
                            .collect(),
                    },
                    (Kind::Condition, _) => RowStatistic::Condition(Tally::new()),
                    (Kind::Mean | Kind::Quantity, _) => RowStatistic::Mean(Box::new(Mean::new(Frame::new(0.0, 1.0)))),
                };
                RowPartial { statistic, first_excluded: None }
            })
            .collect();
        let pilot_of = |request: usize| match plan.program.rows[request] {
            Row::Recorded(row) => {
                shapes[row].as_ref().map_or_else(|| Pilot::new(Vec::new()), |shape| shape.pilot.clone())
            }
            Row::Constant(x) => Pilot::new(vec![x]),
        };
        let pairs = plan
            .pairs
            .iter()
            .map(|pair| {
                let [a, b] = pair.requests.map(pilot_of);
                PairPartial { comoments: Comoments::new(a.frame(), b.frame()), ranks: RankTable::new(&a, &b) }
            })
            .collect();
        Partial { rows, pairs }
    }

    /// Takes in what another part has seen.
    pub(super) fn merge(&mut self, other: &Partial) {
        for (row, other) in self.rows.iter_mut().zip(&other.rows) {
            row.merge(other);
        }
        for (pair, other) in self.pairs.iter_mut().zip(&other.pairs) {
            pair.comoments.merge(&other.comoments);
            pair.ranks.merge(&other.ranks);
        }
    }
}

impl RowPartial {
    fn add(&mut self, layout: Option<&Shape>, first_path: u64, column: &[f64]) {
        match &mut self.statistic {
            RowStatistic::Quantity { moments, histogram, excess } => {
                let shape = layout.expect("a quantity has a shape");
                moments.add(column);
                histogram.add(&shape.layout, column);
                excess.iter_mut().for_each(|excess| excess.add(column));
            }
            RowStatistic::Condition(tally) => tally.add(column),
            RowStatistic::Mean(mean) => mean.add(column),
        }
        if self.first_excluded.is_none_or(|first| first > first_path)
            && let Some(offset) = column.iter().position(|x| !x.is_finite())
        {
            self.first_excluded = Some(first_path + offset as u64);
        }
    }

    fn merge(&mut self, other: &RowPartial) {
        match (&mut self.statistic, &other.statistic) {
            (
                RowStatistic::Quantity { moments, histogram, excess },
                RowStatistic::Quantity { moments: other_moments, histogram: other_histogram, excess: other_excess },
            ) => {
                moments.merge(other_moments);
                histogram.merge(other_histogram);
                excess.iter_mut().zip(other_excess).for_each(|(excess, other)| excess.merge(other));
            }
            (RowStatistic::Condition(tally), RowStatistic::Condition(other)) => tally.merge(other),
            (RowStatistic::Mean(mean), RowStatistic::Mean(other)) => mean.merge(other),
            _ => unreachable!("parts of one run keep the same statistics"),
        }
        self.first_excluded = match (self.first_excluded, other.first_excluded) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
}

/// Bytes that the recorded columns of a group of blocks may take.
const GROUP_BYTES: usize = 32 << 20;
/// Blocks of a group when memory allows.
const MOST_BLOCKS: usize = 16;

/// A thread at work on its part.
///
/// It simulates a group of blocks before it accumulates them row by row: one histogram at a time stays in the cache,
/// where a scenario with a thousand rows would fetch a thousand histograms for every block.
pub(super) struct Worker<'p> {
    plan: &'p Plan,
    shapes: &'p [Option<Shape>],
    paths: u64,
    workspace: Workspace,
    /// Blocks of a group.
    group: usize,
    /// The recorded rows of the group at hand.
    columns: Vec<Vec<f64>>,
    partial: Partial,
}

impl<'p> Worker<'p> {
    pub(super) fn new(plan: &'p Plan, shapes: &'p [Option<Shape>], options: &RunOptions) -> Self {
        let program = &plan.program;
        let group = GROUP_BYTES / (program.recorded.max(1) * size_of::<Column>());
        Worker {
            plan,
            shapes,
            paths: options.paths,
            workspace: Workspace::new(program, options.seed, Level::detect()),
            group: group.clamp(1, MOST_BLOCKS),
            columns: vec![Vec::new(); program.recorded],
            partial: Partial::new(plan, shapes, options),
        }
    }

    /// Simulates some blocks; returns how many paths that were.
    pub(super) fn run(&mut self, blocks: Range<u64>) -> u64 {
        let mut paths = 0;
        let mut start = blocks.start;
        while start < blocks.end {
            let end = (start + self.group as u64).min(blocks.end);
            let simulated = self.simulate(start..end);
            self.accumulate(start * BLOCK as u64, simulated);
            paths += simulated as u64;
            start = end;
        }
        paths
    }

    /// Fills the columns of a group; returns how many paths it has.
    fn simulate(&mut self, blocks: Range<u64>) -> usize {
        self.columns.iter_mut().for_each(Vec::clear);
        let mut paths = 0;
        for block in blocks {
            let count = (self.paths - block * BLOCK as u64).min(BLOCK as u64) as usize;
            let columns = &mut self.columns;
            self.plan.program.run_block(&mut self.workspace, block, &[], &mut |row, column| {
                columns[row].extend_from_slice(&column[..count]);
            });
            paths += count;
        }
        paths
    }

    /// Takes in the columns of a group, block by block as sums are defined.
    fn accumulate(&mut self, first_path: u64, paths: usize) {
        for ((row, shape), column) in self.partial.rows.iter_mut().zip(self.shapes).zip(&self.columns) {
            for (block, values) in column.chunks(BLOCK).enumerate() {
                row.add(shape.as_ref(), first_path + (block * BLOCK) as u64, values);
            }
        }
        let rows = &self.plan.program.rows;
        for (pair, partial) in self.plan.pairs.iter().zip(&mut self.partial.pairs) {
            let sides = pair.requests.map(|request| match rows[request] {
                Row::Constant(x) => Cow::Owned(vec![x; paths]),
                Row::Recorded(row) => Cow::Borrowed(&self.columns[row][..]),
            });
            let [a, b] = &sides;
            for (a, b) in a.chunks(BLOCK).zip(b.chunks(BLOCK)) {
                partial.comoments.add(a, b);
                partial.ranks.add(a, b);
            }
        }
    }

    pub(super) fn into_partial(self) -> Partial {
        self.partial
    }
}
