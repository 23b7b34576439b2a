//! What some blocks of a run show: accumulators that merge exactly, in any order.

use super::RunOptions;
use super::blocks::Block;
use super::pilot::Shape;
use super::plan::{Pair, Plan, Retention};
use super::runner::Observer;
use crate::kernel::{BLOCK, Column, Level};
use crate::program::{Row, Sink};
use crate::stats::{
    Accumulator, Comoments, Excess, Frame, Histogram, Ledger, LedgerColumns, Malformed, Mean, Merge, Moments,
    Observations, RankTable, Share, StateReader, StateWriter, Stored,
};
use std::sync::Arc;

/// What has been seen of a run so far: whatever blocks it comes from, merged partials say what one run would.
#[derive(Clone, Debug)]
pub struct Partial {
    /// Paths seen, and the first of them.
    pub(super) paths: u64,
    pub(super) first_path: Option<u64>,
    /// One a request of the plan.
    pub(super) rows: Vec<RowPartial>,
    pub(super) pairs: Vec<PairPartial>,
    pub(super) ledger: Ledger,
}

/// One row.
#[derive(Clone, Debug)]
pub(super) struct RowPartial {
    pub(super) statistic: RowStatistic,
    /// First path that is left out of a row that is not certain.
    pub(super) first_excluded: Option<u64>,
}

/// What is kept of a row.
#[derive(Clone, Debug)]
pub(super) enum RowStatistic {
    /// The number that it is on every path.
    Certain(f64),
    Quantity {
        moments: Box<Moments>,
        histogram: Histogram,
        excess: Vec<Excess>,
    },
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
    pub(super) fn new(plan: &Plan, shapes: &[Shape], options: &RunOptions) -> Partial {
        let rows = plan.program.rows.iter().zip(&plan.kinds).zip(shapes);
        let rows = rows.map(|((&row, &kind), shape)| RowPartial {
            statistic: RowStatistic::new(row, kind, shape, options),
            first_excluded: None,
        });
        let pairs = plan.pairs.iter().map(|pair| {
            let [a, b] = pair.requests.map(|request| &shapes[request].pilot);
            PairPartial { comoments: Comoments::new(a.frame(), b.frame()), ranks: RankTable::new(a, b) }
        });
        Partial {
            paths: 0,
            first_path: None,
            rows: rows.collect(),
            pairs: pairs.collect(),
            ledger: Ledger::new(plan.ceilings, plan.steps),
        }
    }

    /// Number of paths seen.
    pub fn paths(&self) -> u64 {
        self.paths
    }

    /// The first path that is left out of a row, if any is.
    pub(super) fn first_excluded(&self, row: &RowPartial) -> Option<u64> {
        match row.statistic {
            RowStatistic::Certain(x) if !x.is_finite() => self.first_path,
            _ => row.first_excluded,
        }
    }
}

impl Partial {
    /// Appends what was seen; how many paths it was, and which, is written elsewhere.
    pub(super) fn store(&self, to: &mut StateWriter) {
        self.rows.store(to);
        self.pairs.store(to);
        self.ledger.store(to);
    }

    /// Takes in what was seen of all the paths that the reader tells, from this one on.
    pub(super) fn restore(&mut self, from: &mut StateReader<'_>, first_path: Option<u64>) -> Result<(), Malformed> {
        self.paths = from.paths();
        self.first_path = first_path;
        self.rows.restore(from)?;
        self.pairs.restore(from)?;
        self.ledger.restore(from)
    }
}

impl Merge for Partial {
    fn merge(&mut self, other: &Self) {
        self.paths += other.paths;
        self.first_path = earlier(self.first_path, other.first_path);
        self.rows.merge(&other.rows);
        self.pairs.merge(&other.pairs);
        self.ledger.merge(&other.ledger);
    }
}

impl RowPartial {
    fn add(&mut self, first_path: u64, column: &Observations<'_>) {
        let before = self.statistic.excluded();
        self.statistic.add(column);
        if self.statistic.excluded() > before {
            let offset = column.values().iter().position(|x| !x.is_finite());
            let path = first_path + offset.expect("a value is not finite") as u64;
            self.first_excluded = earlier(self.first_excluded, Some(path));
        }
    }
}

impl Merge for RowPartial {
    fn merge(&mut self, other: &Self) {
        self.statistic.merge(&other.statistic);
        self.first_excluded = earlier(self.first_excluded, other.first_excluded);
    }
}

impl Stored for RowPartial {
    /// A row that is the same number on every path has nothing to say.
    fn store(&self, to: &mut StateWriter) {
        if !matches!(self.statistic, RowStatistic::Certain(_)) {
            self.statistic.store(to);
            to.optional(self.first_excluded);
        }
    }

    fn restore(&mut self, from: &mut StateReader<'_>) -> Result<(), Malformed> {
        if !matches!(self.statistic, RowStatistic::Certain(_)) {
            self.statistic.restore(from)?;
            self.first_excluded = from.optional()?;
            let agree = self.first_excluded.is_some() == (self.statistic.excluded() > 0);
            Malformed::unless(agree, "paths are left out, and none is the first")?;
        }
        Ok(())
    }
}

/// The lower number of two paths, of which none need be there.
fn earlier(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    a.into_iter().chain(b).min()
}

impl RowStatistic {
    fn new(row: Row, kind: Retention, shape: &Shape, options: &RunOptions) -> RowStatistic {
        match (row, kind, &shape.layout) {
            (Row::Constant(x), ..) => RowStatistic::Certain(x),
            (_, Retention::Quantity | Retention::Coarse, Some(layout)) => RowStatistic::Quantity {
                moments: Box::new(Moments::new(shape.pilot.frame())),
                histogram: Histogram::new(Arc::clone(layout), options.paths),
                excess: options.shortfall.iter().map(|level| Excess::new(level / 100.0, &shape.pilot)).collect(),
            },
            (_, Retention::Condition, _) => RowStatistic::Condition(Share::new()),
            (_, Retention::Mean, _) => RowStatistic::Mean(Box::new(Mean::new(Frame::new(0.0, 1.0)))),
            (_, Retention::Quantity | Retention::Coarse, None) => {
                unreachable!("the pilot gives every quantity its bins")
            }
        }
    }

    /// Paths left out of what is not certain.
    fn excluded(&self) -> u64 {
        match self {
            RowStatistic::Certain(_) => 0,
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
            RowStatistic::Certain(_) => {}
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
            (RowStatistic::Certain(_), RowStatistic::Certain(_)) => {}
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

impl Stored for RowStatistic {
    fn store(&self, to: &mut StateWriter) {
        match self {
            RowStatistic::Certain(_) => {}
            RowStatistic::Quantity { moments, histogram, excess } => {
                moments.store(to);
                histogram.store(to);
                excess.store(to);
            }
            RowStatistic::Condition(share) => share.store(to),
            RowStatistic::Mean(mean) => mean.store(to),
        }
    }

    fn restore(&mut self, from: &mut StateReader<'_>) -> Result<(), Malformed> {
        match self {
            RowStatistic::Certain(_) => Ok(()),
            RowStatistic::Quantity { moments, histogram, excess } => {
                moments.restore(from)?;
                histogram.restore(from)?;
                Malformed::unless(histogram.n() == moments.n(), "a histogram and a mean have seen other values")?;
                excess.restore(from)
            }
            RowStatistic::Condition(share) => share.restore(from),
            RowStatistic::Mean(mean) => mean.restore(from),
        }
    }
}

impl Stored for PairPartial {
    fn store(&self, to: &mut StateWriter) {
        self.comoments.store(to);
        self.ranks.store(to);
    }

    fn restore(&mut self, from: &mut StateReader<'_>) -> Result<(), Malformed> {
        self.comoments.restore(from)?;
        self.ranks.restore(from)?;
        Malformed::unless(self.ranks.n() == self.comoments.n(), "ranks and moments of a pair have seen other values")
    }
}

impl Accumulator for PairPartial {
    type Block<'b> = [&'b Observations<'b>; 2];

    fn add(&mut self, columns: [&Observations<'_>; 2]) {
        self.comoments.add(columns);
        self.ranks.add(columns);
    }
}

impl Merge for PairPartial {
    fn merge(&mut self, other: &Self) {
        self.comoments.merge(&other.comoments);
        self.ranks.merge(&other.ranks);
    }
}

/// A thread that gathers what its blocks show.
pub(super) struct Gatherer<'p> {
    pairs: &'p [Pair],
    level: Level,
    /// The block at hand; none before the first.
    block: Option<Block>,
    /// The columns of rows that pairs need, until all rows of the block are there; empty for other rows.
    kept: Vec<Vec<f64>>,
    partial: Partial,
}

impl<'p> Gatherer<'p> {
    /// Begins with a partial that has seen nothing.
    pub(super) fn new(plan: &'p Plan, level: Level, partial: Partial) -> Self {
        let mut kept = vec![Vec::new(); plan.program.rows.len()];
        for request in plan.pairs.iter().flat_map(|pair| pair.requests) {
            // A constant row is handed out by no block.
            kept[request] = vec![plan.program.rows[request].constant().unwrap_or(0.0); BLOCK];
        }
        Gatherer { pairs: &plan.pairs, level, block: None, kept, partial }
    }

    pub(super) fn into_partial(self) -> Partial {
        self.partial
    }
}

impl Observer for Gatherer<'_> {
    fn begin(&mut self, block: Block) {
        self.block = Some(block);
        self.partial.paths += block.paths as u64;
        self.partial.first_path = earlier(self.partial.first_path, Some(block.first_path()));
        self.partial.ledger.begin(self.level, block.first_path(), block.paths);
    }

    fn end(&mut self) {
        let Some(block) = self.block else { return };
        self.partial.ledger.end();
        for (pair, partial) in self.pairs.iter().zip(&mut self.partial.pairs) {
            let column = |request: usize| Observations::new(self.level, &self.kept[request][..block.paths]);
            let [a, b] = pair.requests.map(column);
            partial.add([&a, &b]);
        }
    }
}

impl Sink for Gatherer<'_> {
    /// Every row goes to its accumulators while its column is still in the cache.
    fn row(&mut self, row: usize, column: &Column) {
        let Some(block) = self.block else { return };
        let observations = Observations::new(self.level, &column[..block.paths]);
        self.partial.rows[row].add(block.first_path(), &observations);
        if let Some(kept) = self.kept[row].first_chunk_mut() {
            *kept = *column;
        }
    }

    fn account(&mut self, constraint: usize, step: usize, columns: &LedgerColumns<'_>) {
        self.partial.ledger.add(constraint, step - 1, columns);
    }
}
