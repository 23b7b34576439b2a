//! Runs a program over blocks of paths on all threads and merges what they return.

mod curve;
mod joint;
mod partial;
mod paths;
mod pilot;
mod plan;
mod reader;
mod summary;

pub use joint::{Joint, joint};
pub use paths::{PathColumn, PathGroup, PathKind, Paths};
pub use plan::Kind;

use crate::kernel::BLOCK;
use crate::limits::Limits;
use crate::model::Model;
use crate::program::Program;
use crate::results::Results;
use crate::stats::merged;
use crate::study::Study;
use partial::{Partial, Worker};
use pilot::Shape;
use plan::Plan;
use std::sync::atomic::{AtomicU64, Ordering};

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
    /// Whether to report the whole distribution of each output in its last step, as charts need it.
    pub curves: bool,
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
            curves: false,
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

/// The program that a run of `model` with these options executes.
///
/// # Errors
///
/// Those of [`run`] that are known before the first path.
pub fn program(model: &Model, options: &RunOptions) -> Result<Program, RunError> {
    Ok(Plan::new(model, options)?.program)
}

/// Blocks that a thread takes at a time.
const CHUNK: u64 = 16;

/// Simulates a study on the current rayon pool. `progress` is called with the number of paths newly done, from any thread.
///
/// # Errors
///
/// When the memory estimate is over its limit or an output has no finite path.
pub fn run(study: &Study, options: &RunOptions, progress: &(dyn Fn(u64) + Sync)) -> Result<Results, RunError> {
    let plan = Plan::new(&study.model, options)?;
    let shapes = pilot::shapes(&plan, options.seed);
    let partial = simulate(&plan, &shapes, options, progress);
    summary::results(study, &plan, options, &partial)
}

/// One worker a thread; each takes chunks of blocks until none is left. Which thread takes which does not matter: parts
/// merge to the same whole in any order.
fn simulate(plan: &Plan, shapes: &[Option<Shape>], options: &RunOptions, progress: &(dyn Fn(u64) + Sync)) -> Partial {
    let blocks = options.paths.div_ceil(BLOCK as u64);
    let next = AtomicU64::new(0);
    let parts = rayon::broadcast(|_| {
        let mut worker: Option<Worker> = None;
        loop {
            let start = next.fetch_add(CHUNK, Ordering::Relaxed);
            if start >= blocks {
                return worker.map(Worker::into_partial);
            }
            let worker = worker.get_or_insert_with(|| Worker::new(plan, shapes, options));
            progress(worker.run(start..(start + CHUNK).min(blocks)));
        }
    });
    merged(parts.into_iter().flatten()).unwrap_or_else(|| Partial::new(plan, shapes, options))
}
