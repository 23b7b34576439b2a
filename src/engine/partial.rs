//! What a part of a run has seen: accumulators that merge exactly, in any order.

use super::RunOptions;
use super::pilot::{Shape, recorded_kinds};
use super::plan::{Kind, Plan};
use crate::kernel::{BLOCK, Column, Level};
use crate::program::{Row, Sink, Workspace};
use crate::stats::{
    Accumulator, Comoments, Excess, Frame, Histogram, Ledger, LedgerColumns, Mean, Merge, Moments, Observations, Pilot,
    RankTable, Share,
};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// The accumulators of some blocks of a run.
#[derive(Clone, Debug)]
pub(super) struct Partial {
    pub(super) rows: Vec<RowPartial>,
    pub(super) pairs: Vec<PairPartial>,
    pub(super) ledger: Ledger,
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
    Condition(Share),
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
                    (Kind::Quantity | Kind::Coarse, Some(shape)) => RowStatistic::Quantity {
                        moments: Box::new(Moments::new(shape.pilot.frame())),
                        histogram: Histogram::new(Arc::clone(&shape.layout), options.paths),
                        excess: options
                            .shortfall
                            .iter()
                            .map(|level| Excess::new(level / 100.0, &shape.pilot))
                            .collect(),
                    },
                    (Kind::Condition, _) => RowStatistic::Condition(Share::new()),
                    (Kind::Mean | Kind::Quantity | Kind::Coarse, _) => {
                        RowStatistic::Mean(Box::new(Mean::new(Frame::new(0.0, 1.0))))
                    }
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
        Partial { rows, pairs, ledger: Ledger::new(plan.ceilings, plan.steps) }
    }
}

impl Merge for Partial {
    fn merge(&mut self, other: &Self) {
        self.rows.merge(&other.rows);
        self.pairs.merge(&other.pairs);
        self.ledger.merge(&other.ledger);
    }
}

impl Merge for PairPartial {
    fn merge(&mut self, other: &Self) {
        self.comoments.merge(&other.comoments);
        self.ranks.merge(&other.ranks);
    }
}

impl RowPartial {
    fn add(&mut self, first_path: u64, column: &Observations<'_>) {
        let before = self.statistic.excluded();
        self.statistic.add(column);
        if self.statistic.excluded() > before && self.first_excluded.is_none_or(|first| first > first_path) {
            let offset = column.values().iter().position(|x| !x.is_finite());
            self.first_excluded = Some(first_path + offset.expect("a value is not finite") as u64);
        }
    }
}

impl RowStatistic {
    /// Paths left out.
    fn excluded(&self) -> u64 {
        match self {
            RowStatistic::Quantity { moments, .. } => moments.excluded(),
            RowStatistic::Condition(share) => share.excluded(),
            RowStatistic::Mean(mean) => mean.excluded(),
        }
    }
}

impl Accumulator for RowStatistic {
    type Block<'b> = &'b Observations<'b>;

    fn add(&mut self, column: &Observations<'_>) {
        match self {
            RowStatistic::Quantity { moments, histogram, excess } => {
                moments.add(column);
                histogram.add(column);
                excess.iter_mut().for_each(|excess| excess.add(column));
            }
            RowStatistic::Condition(share) => share.add(column),
            RowStatistic::Mean(mean) => mean.add(column),
        }
    }
}

impl Merge for RowStatistic {
    fn merge(&mut self, other: &Self) {
        match (self, other) {
            (
                RowStatistic::Quantity { moments, histogram, excess },
                RowStatistic::Quantity { moments: other_moments, histogram: other_histogram, excess: other_excess },
            ) => {
                moments.merge(other_moments);
                histogram.merge(other_histogram);
                excess.merge(other_excess);
            }
            (RowStatistic::Condition(share), RowStatistic::Condition(other)) => share.merge(other),
            (RowStatistic::Mean(mean), RowStatistic::Mean(other)) => mean.merge(other),
            _ => unreachable!("parts of one run keep the same statistics"),
        }
    }
}

impl Merge for RowPartial {
    fn merge(&mut self, other: &Self) {
        self.statistic.merge(&other.statistic);
        self.first_excluded = match (self.first_excluded, other.first_excluded) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
}

/// A thread at work on its part.
pub(super) struct Worker<'p> {
    plan: &'p Plan,
    paths: u64,
    level: Level,
    workspace: Workspace,
    /// The columns of rows that pairs need, until all rows of the block are there; empty for other rows.
    kept: Vec<Vec<f64>>,
    partial: Partial,
}

impl<'p> Worker<'p> {
    pub(super) fn new(plan: &'p Plan, shapes: &'p [Option<Shape>], options: &RunOptions) -> Self {
        let level = Level::detect();
        let program = &plan.program;
        let mut kept = vec![Vec::new(); program.recorded];
        for request in plan.pairs.iter().flat_map(|pair| pair.requests) {
            if let Row::Recorded(row) = program.rows[request] {
                kept[row] = vec![0.0; BLOCK];
            }
        }
        Worker {
            plan,
            paths: options.paths,
            level,
            workspace: Workspace::new(program, options.seed, level),
            kept,
            partial: Partial::new(plan, shapes, options),
        }
    }

    /// Simulates some blocks; returns how many paths that were.
    pub(super) fn run(&mut self, blocks: Range<u64>) -> u64 {
        blocks.map(|block| self.block(block)).sum()
    }

    /// Every row goes to its accumulators while its column is still in the cache.
    fn block(&mut self, block: u64) -> u64 {
        let first_path = block * BLOCK as u64;
        let paths = (self.paths - first_path).min(BLOCK as u64) as usize;
        let Partial { rows, ledger, .. } = &mut self.partial;
        ledger.begin(self.level, paths);
        let mut block_sink = BlockSink { level: self.level, first_path, paths, rows, ledger, kept: &mut self.kept };
        self.plan.program.run_block(&mut self.workspace, block, &[], &mut block_sink);
        self.partial.ledger.end();
        self.correlate(paths);
        paths as u64
    }

    /// What needs several rows of the same paths.
    fn correlate(&mut self, paths: usize) {
        let rows = &self.plan.program.rows;
        let column = |request: usize| match rows[request] {
            Row::Constant(x) => Cow::Owned(vec![x; paths]),
            Row::Recorded(row) => Cow::Borrowed(&self.kept[row][..paths]),
        };
        for (pair, partial) in self.plan.pairs.iter().zip(&mut self.partial.pairs) {
            let [a, b] = pair.requests.map(column);
            let [a, b] = [&a, &b].map(|values| Observations::new(self.level, values));
            partial.comoments.add([&a, &b]);
            partial.ranks.add([&a, &b]);
        }
    }

    pub(super) fn into_partial(self) -> Partial {
        self.partial
    }
}

/// Where the columns of a block go.
struct BlockSink<'w> {
    level: Level,
    first_path: u64,
    paths: usize,
    rows: &'w mut [RowPartial],
    ledger: &'w mut Ledger,
    kept: &'w mut [Vec<f64>],
}

impl Sink for BlockSink<'_> {
    fn row(&mut self, row: usize, column: &Column) {
        self.rows[row].add(self.first_path, &Observations::new(self.level, &column[..self.paths]));
        if let Some(kept) = self.kept[row].first_chunk_mut() {
            *kept = *column;
        }
    }

    fn account(&mut self, constraint: usize, step: usize, columns: &LedgerColumns<'_>) {
        self.ledger.add(constraint, step - 1, columns);
    }
}
