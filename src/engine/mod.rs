//! Runs a program over blocks of paths on all threads and merges what they return.

use crate::limits::Limits;
use crate::results::Results;
use crate::study::Study;

/// What a run is asked for.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// Paths, at least 1.
    pub paths: u64,
    /// Seed of every stream.
    pub seed: u64,
    /// Levels of the quantiles in percent, strictly between 0 and 100.
    pub percentiles: Vec<f64>,
    /// Levels of the expected shortfalls in percent.
    pub shortfall: Vec<f64>,
    /// Whether to report skewness.
    pub skewness: bool,
    /// Pairs of outputs to correlate, e.g. `("market[2031]", "demand[2031]")`; without a step, the last one.
    pub correlate: Vec<(String, String)>,
    /// Limits; the memory estimate is checked before the run.
    pub limits: Limits,
}

impl Default for RunOptions {
    fn default() -> Self {
        RunOptions {
            paths: 100_000,
            seed: 1,
            percentiles: vec![5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0],
            shortfall: Vec::new(),
            skewness: false,
            correlate: Vec::new(),
            limits: Limits::default(),
        }
    }
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
        /// Its name.
        output: String,
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
}

/// Simulates a study on the current rayon pool. `progress` is called with the number of paths newly done, from any thread.
///
/// # Errors
///
/// When the memory estimate is over its limit or an output has no finite path.
pub fn run(_study: &Study, _options: &RunOptions, _progress: &(dyn Fn(u64) + Sync)) -> Result<Results, RunError> {
    unimplemented!()
}
