//! What the market does as the calibrated parameter moves: a statistic of it in some steps, by simulation.

use super::CalibrationError;
use crate::engine::blocks::Blocks;
use crate::engine::monitor::Monitor;
use crate::engine::pilot::pilots;
use crate::engine::runner::{Observer, Runner};
use crate::kernel::{Column, Level};
use crate::model::{Calibration, Model};
use crate::program::{Parameter, Program, Request, Sampling, Sink, compile};
use crate::stats::{Accumulator, Frame, Histogram, Layout, Mean, Merge, Observations, Statistic, merged};
use std::sync::Arc;

/// Seed of the calibration sample: not one that `--seed` is likely to take.
const SEED: u64 = 0x7269_736b_6261_6e64;
/// Bins of the histogram behind a quantile.
const BINS: usize = 4096;
/// Values of all steps that are kept for exact quantiles: 32 MiB.
const MOST_VALUES: u64 = 1 << 22;

/// The market's statistic at some steps, as a function of the parameters.
pub(super) struct Response<'m> {
    program: Program,
    statistic: Statistic,
    steps: Vec<usize>,
    monitor: &'m dyn Monitor,
}

impl<'m> Response<'m> {
    pub(super) fn new(model: &Model, calibration: &Calibration, steps: &[usize], monitor: &'m dyn Monitor) -> Self {
        let Some(market) = &model.market else {
            unreachable!("a calibration stands in a market");
        };
        let requests: Vec<Request> = steps.iter().map(|&step| Request::Value(market.market, step)).collect();
        let program = compile(model, &requests, Some(Parameter(calibration.parameter)));
        Response { program, statistic: calibration.statistic, steps: steps.to_vec(), monitor }
    }

    pub(super) fn steps(&self) -> &[usize] {
        &self.steps
    }

    /// Draws by inversion on a path.
    pub(super) fn inversions(&self) -> u64 {
        self.program.inversions.iter().filter(|inversion| inversion.surface.is_none()).count() as u64
    }

    pub(super) fn last_step(&self) -> usize {
        self.steps[self.steps.len() - 1]
    }

    /// The statistic at every step over the first paths of the sample, with these parameters for the steps 0..=n.
    pub(super) fn at(&self, parameters: &[f64], paths: u64) -> Result<Vec<f64>, CalibrationError> {
        let runner = Runner::new(&self.program, SEED).sampling(Sampling::Antithetic).parameters(parameters);
        let empty = self.nothing_seen(&runner, paths)?;
        let observer = || Observed { level: runner.level(), rows: empty.clone() };
        let observed = runner.run(Blocks::of_paths(paths), self.monitor, observer)?;
        let mut seen = merged(observed.into_iter().map(|observed| observed.rows)).unwrap_or(empty);
        let rows = self.steps.iter().zip(&self.program.rows).zip(&mut seen);
        rows.map(|((&step, row), seen)| {
            let value = row.constant().or_else(|| seen.statistic());
            value.filter(|x| x.is_finite()).ok_or(CalibrationError::NonFinite { step })
        })
        .collect()
    }

    /// Accumulators that have seen nothing; where values are too many to keep, their bins come from the first ones.
    fn nothing_seen(&self, runner: &Runner<'_>, paths: u64) -> Result<Vec<Seen>, CalibrationError> {
        let rows = self.program.rows.len();
        let p = match self.statistic {
            Statistic::Quantile(level) => level / 100.0,
            _ => return Ok(vec![Seen::new(Kept::Mean(Box::new(Mean::new(Frame::new(0.0, 1.0))))); rows]),
        };
        if self.program.recorded() as u64 * paths <= MOST_VALUES {
            return Ok(vec![Seen::new(Kept::Values(p, Vec::new())); rows]);
        }
        let pilots = pilots(runner, &vec![BINS; rows], self.monitor)?;
        let layouts = pilots.iter().map(|pilot| Arc::new(Layout::from_pilot(pilot, BINS)));
        Ok(layouts.map(|layout| Seen::new(Kept::Histogram(p, Histogram::new(layout, paths)))).collect())
    }
}

/// What a thread sees of the sample.
struct Observed {
    level: Level,
    rows: Vec<Seen>,
}

impl Observer for Observed {}

impl Sink for Observed {
    fn row(&mut self, row: usize, column: &Column) {
        self.rows[row].add(&Observations::new(self.level, column));
    }
}

/// What is seen of the market in a step.
#[derive(Clone)]
struct Seen {
    /// Paths without a finite market.
    excluded: u64,
    kept: Kept,
}

/// What the statistic is read from.
#[derive(Clone)]
enum Kept {
    Mean(Box<Mean>),
    /// The quantile of a probability, of all values in any order: of few, that takes less time than choosing bins.
    Values(f64, Vec<f64>),
    /// The quantile of a probability.
    Histogram(f64, Histogram),
}

impl Seen {
    fn new(kept: Kept) -> Seen {
        Seen { excluded: 0, kept }
    }

    /// The statistic; none where a path had no finite value.
    fn statistic(&mut self) -> Option<f64> {
        match &mut self.kept {
            _ if self.excluded > 0 => None,
            Kept::Mean(mean) => mean.mean(),
            Kept::Values(p, values) => {
                let rank = (*p * values.len() as f64) as usize;
                let rank = rank.min(values.len().checked_sub(1)?);
                Some(*values.select_nth_unstable_by(rank, f64::total_cmp).1)
            }
            Kept::Histogram(p, histogram) => histogram.ecdf().quantile(*p),
        }
    }
}

impl Accumulator for Seen {
    type Block<'b> = &'b Observations<'b>;

    fn add(&mut self, column: &Observations<'_>) {
        match &mut self.kept {
            Kept::Mean(mean) => mean.add(column),
            Kept::Values(_, values) => values.extend_from_slice(column.values()),
            Kept::Histogram(_, histogram) => histogram.add(column),
        }
        self.excluded += column.excluded();
    }
}

impl Merge for Seen {
    fn merge(&mut self, other: &Self) {
        self.excluded += other.excluded;
        match (&mut self.kept, &other.kept) {
            (Kept::Mean(mean), Kept::Mean(other)) => mean.merge(other),
            (Kept::Values(_, values), Kept::Values(_, other)) => values.extend_from_slice(other),
            (Kept::Histogram(_, histogram), Kept::Histogram(_, other)) => histogram.merge(other),
            _ => unreachable!("all threads begin with the same"),
        }
    }
}
