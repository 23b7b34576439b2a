//! Runs a program over blocks of paths on all threads and merges what they return.
//!
//! Whatever simulates goes through [`Runner`], the one loop over blocks: a [`Simulation`] and joint runs with their pilots,
//! recordings of single paths.

mod block_set;
mod blocks;
mod calibration;
mod coordinates;
mod curve;
mod gathered;
mod joint;
mod lower_bounds;
mod monitor;
mod partial;
mod partials;
mod paths;
mod pilot;
mod plan;
mod reader;
mod recording;
mod remarks;
mod runner;
mod simulation;
mod summary;

pub use block_set::BlockSet;
pub use blocks::{Block, Blocks};
pub use calibration::{CalibrationError, Solution, calibrate};
pub(crate) use coordinates::{Measured, coordinates};
pub use gathered::{Gathered, Section, WrittenSection};
pub use joint::{Joint, Seen, joint};
pub use lower_bounds::LOWER_BOUND_PATHS;
pub use monitor::{Cancel, Monitor};
pub use partial::Partial;
pub use partials::Partials;
pub use paths::{PathColumn, PathGroups, PathKind, PathMemory, Paths};
pub use plan::Retention;
pub use recording::Recording;
pub use runner::{Observer, Runner};
pub use simulation::Simulation;

use crate::diagnostic::Problem;
use crate::limits::Limits;
use crate::model::Model;
use crate::program::{Dimensions, Program, Streams};
use crate::sampling::Sampler;
use crate::stats::{Z95, student_t95};
use plan::Plan;
use std::sync::Arc;

/// Number of this engine, raised with every change that moves a number under the same seed. What is kept from one process
/// to the next (solved calibrations) is of no use to an engine of another number.
pub const ENGINE: u32 = 2;

/// What a run is asked for.
///
/// ```
/// use riskband::RunOptions;
/// let options = RunOptions::new().paths(1_000_000).seed(7).percentiles([1.0, 50.0, 99.0]).shortfall([5.0]);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RunOptions {
    /// Paths, at least 1.
    pub paths: u64,
    /// Seed of every stream.
    pub seed: u64,
    /// How paths are drawn.
    pub sampler: Sampler,
    /// Independent samples that the paths are dealt out to, at least 1; 1 of independent paths. Errors of the other samplers
    /// follow from how replicates differ.
    pub replicates: u64,
    /// The dimensions of all scenarios that are run on the same random numbers; those of the models at hand where there are
    /// none. Only points of a sequence have any.
    pub(crate) dimensions: Option<Arc<Dimensions>>,
    /// Levels of the quantiles in percent, strictly between 0 and 100.
    pub percentiles: Vec<f64>,
    /// Levels of the expected shortfalls in percent.
    pub shortfall: Vec<f64>,
    /// Whether to report skewness.
    pub skewness: bool,
    /// Pairs of outputs to correlate, e.g. `("market[2031]", "demand[2031]")`; without a step, the last one.
    pub correlate: Vec<(String, String)>,
    /// Whether to report the whole distribution of each output in its last step, as charts need it.
    pub curves: bool,
    /// Further distributions to report whole, e.g. `market.region.europe[2028]`; without a period, that of the last step.
    /// What a model does not have is left out.
    pub curves_of: Vec<String>,
    /// Whether to report how much of the variance hangs at least on single inputs, which takes another look at the first
    /// [`LOWER_BOUND_PATHS`] paths.
    pub lower_bounds: bool,
    /// Limits; the memory estimate is checked before the run.
    pub limits: Limits,
}

impl Default for RunOptions {
    fn default() -> Self {
        RunOptions {
            paths: 100_000,
            seed: 1,
            sampler: Sampler::Random,
            replicates: 1,
            dimensions: None,
            percentiles: vec![5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0],
            shortfall: Vec::new(),
            skewness: false,
            correlate: Vec::new(),
            curves: false,
            curves_of: Vec::new(),
            lower_bounds: true,
            limits: Limits::default(),
        }
    }
}

impl RunOptions {
    /// 100,000 paths, seed 1, percentiles 5, 10, 25, 50, 75, 90 and 95, and nothing else.
    pub fn new() -> RunOptions {
        RunOptions::default()
    }

    /// With this number of paths; 0 is taken as 1.
    #[must_use]
    pub fn paths(self, paths: u64) -> RunOptions {
        RunOptions { paths: paths.max(1), ..self }
    }

    /// With this seed: the same one gives the same random numbers.
    #[must_use]
    pub fn seed(self, seed: u64) -> RunOptions {
        RunOptions { seed, ..self }
    }

    /// With this sampler, and as many replicates as it has unasked: 16 of a Latin hypercube or a Sobol' sequence.
    ///
    /// ```
    /// use riskband::{RunOptions, Sampler};
    /// let options = RunOptions::new().sampler(Sampler::Sobol).paths(1 << 16);
    /// assert_eq!(options.replicates, 16);
    /// ```
    #[must_use]
    pub fn sampler(self, sampler: Sampler) -> RunOptions {
        RunOptions { sampler, replicates: sampler.default_replicates(), ..self }
    }

    /// With so many replicates; 0 is taken as 1, and independent paths have one.
    #[must_use]
    pub fn replicates(self, replicates: u64) -> RunOptions {
        let replicates = if self.sampler.has_replicates() { replicates.max(1) } else { 1 };
        RunOptions { replicates, ..self }
    }

    /// With the dimensions of models that are run on the same random numbers, unless there are some already: a draw that
    /// several have is then the same in all of them.
    #[doc(hidden)]
    #[must_use]
    pub fn along<'m>(self, models: impl IntoIterator<Item = &'m Model>) -> RunOptions {
        if self.sampler != Sampler::Sobol || self.dimensions.is_some() {
            return self;
        }
        RunOptions { dimensions: Some(Arc::new(Dimensions::of(models))), ..self }
    }

    /// Like [`along`](RunOptions::along), with the streams of these models, gathered while they were there.
    #[doc(hidden)]
    #[must_use]
    pub fn along_streams(self, streams: Streams) -> RunOptions {
        if self.sampler != Sampler::Sobol || self.dimensions.is_some() {
            return self;
        }
        RunOptions { dimensions: Some(Arc::new(streams.dimensions())), ..self }
    }

    /// The block that has a path; none where the paths are those of a run that is not as long. Independent paths are the same
    /// in a run of any length.
    pub(crate) fn block_of(&self, path: u64) -> Blocks {
        match self.sampler {
            Sampler::Random => Blocks::of_paths(u64::MAX).with_path(path),
            Sampler::Lhs | Sampler::Sobol => self.blocks().with_path(path),
        }
    }

    /// Half of a 95 % interval in standard errors: of the normal distribution, or of Student's t by the replicates.
    pub(crate) fn half_width(&self) -> f64 {
        match self.sampler.has_replicates() {
            true => student_t95(self.replicates.saturating_sub(1)),
            false => Z95,
        }
    }

    /// All blocks of a run.
    pub(crate) fn blocks(&self) -> Blocks {
        Blocks::of_replicates(self.paths, self.replicates)
    }

    /// With quantiles at these levels in percent; those that are not strictly between 0 and 100 are left out.
    #[must_use]
    pub fn percentiles(self, levels: impl IntoIterator<Item = f64>) -> RunOptions {
        RunOptions { percentiles: sorted_levels(levels), ..self }
    }

    /// With expected shortfalls at these levels in percent, treated likewise.
    #[must_use]
    pub fn shortfall(self, levels: impl IntoIterator<Item = f64>) -> RunOptions {
        RunOptions { shortfall: sorted_levels(levels), ..self }
    }

    /// With or without skewness.
    #[must_use]
    pub fn skewness(self, skewness: bool) -> RunOptions {
        RunOptions { skewness, ..self }
    }

    /// With or without whole distributions, as charts need them.
    #[must_use]
    pub fn curves(self, curves: bool) -> RunOptions {
        RunOptions { curves, ..self }
    }

    /// With the correlation of one more pair of outputs: `market[2031]`; without a period, in the last step.
    #[must_use]
    pub fn correlate(mut self, a: impl Into<String>, b: impl Into<String>) -> RunOptions {
        self.correlate.push((a.into(), b.into()));
        self
    }

    /// With these limits.
    #[must_use]
    pub fn limits(self, limits: Limits) -> RunOptions {
        RunOptions { limits, ..self }
    }
}

/// Levels in ascending order, each once.
fn sorted_levels(levels: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut levels: Vec<f64> = levels.into_iter().filter(|&level| level > 0.0 && level < 100.0).collect();
    levels.sort_by(f64::total_cmp);
    levels.dedup();
    levels
}

/// Why a run did not give results.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The estimated memory is above the limit.
    #[error(
        "this run needs about {needed} bytes of memory, over the limit of {limit}; raise it with --limit memory={needed}"
    )]
    Memory {
        /// Estimated bytes.
        needed: u64,
        /// The limit.
        limit: u64,
    },
    /// An output has no finite path.
    #[error("`{output}` has no finite value on any of the {paths} paths in period {period}")]
    NoFinitePath {
        /// Name of the output.
        output: String,
        /// JSON pointer of the quantity in the resolved document; empty for what the market implies.
        pointer: String,
        /// The period.
        period: String,
        /// Paths simulated.
        paths: u64,
    },
    /// A pair to correlate names no output row.
    #[error("--correlate: no output `{name}`")]
    UnknownOutput {
        /// As asked for.
        name: String,
    },
    /// A statistic is asked of what was gathered without it.
    #[error("{what} was not gathered: say so when the paths are simulated")]
    NotGathered {
        /// The option that asks for it, and of what.
        what: String,
    },
    /// A path is asked for that the run has not.
    #[error("the run has {paths} paths, so there is no path {path}: they are counted from 0")]
    NoPath {
        /// Its number.
        path: u64,
        /// Paths of the run.
        paths: u64,
    },
    /// The monitor asked to end.
    #[error("cancelled")]
    Cancelled,
}

impl RunError {
    /// The error as a problem, with its pointer but without its place: a run knows no files.
    pub fn problem(&self) -> Problem {
        let code = match self {
            RunError::Memory { .. } => "limit-memory",
            RunError::NoFinitePath { .. } => "no-finite-path",
            RunError::UnknownOutput { .. } => "unknown-output",
            RunError::NotGathered { .. } => "not-gathered",
            RunError::NoPath { .. } => "no-path",
            RunError::Cancelled => "cancelled",
        };
        let pointer = if let RunError::NoFinitePath { pointer, .. } = self { pointer.as_str() } else { "" };
        Problem::error(code, None, pointer, self.to_string())
    }
}

/// The program that a run of `model` with these options executes.
///
/// # Errors
///
/// Those of [`Simulation::new`] that are known before the first path.
pub fn program(model: &Model, options: &RunOptions) -> Result<Program, RunError> {
    Ok(Plan::new(model, options)?.program)
}
