//! Monte Carlo scenarios for markets that grow into physical limits.
//!
//! A scenario declares what drives demand, which ceilings hold it down, and how uncertain each of them is. A run simulates
//! many futures of it (paths) and answers with bands by period, probabilities of targets, and which ceilings bind: each
//! number with its Monte Carlo standard error.
//!
//! ```
//! use riskband::{RunOptions, Scenario};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A shipped scenario, by name; a file by its path. Its calibration is solved here.
//! let base = Scenario::load("baseline")?;
//! // A what-if: downturns become more than twice as likely. The base stays, and nothing is calibrated anew.
//! let harder = base.set("events.downturn.hazard", 0.3)?;
//!
//! let options = RunOptions::new().paths(2_000).seed(1);
//! let (base, harder) = (base.run(&options)?, harder.run(&options)?);
//! for (name, run) in [("baseline", &base), ("what-if", &harder)] {
//!     let median = run.value("p50(market,2031)")?;
//!     println!("{name}: {:.2} ± {:.2} USD bn", median.value, median.se.unwrap_or(f64::NAN));
//! }
//! assert!(harder.value("p50(market,2031)")?.value < base.value("p50(market,2031)")?.value);
//!
//! // The band of every year.
//! for band in base.series("market") {
//!     let level = |percent| base.quantile(band, percent).map_or(f64::NAN, |quantile| quantile.value);
//!     println!("{}: {:.2} to {:.2}", band.subject, level(5.0), level(95.0));
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The same scenario and seed give the same bits on any number of threads and any instruction set. Runs use the current
//! rayon pool.
//!
//! | to | see |
//! |---|---|
//! | load, change and run a scenario | [`Scenario`], [`RunOptions`], [`Results`] |
//! | compare scenarios on the same random numbers | [`compare`], [`Compared`] |
//! | read single paths, or take a statistic of one's own | [`Scenario::paths`], [`Paths`] |
//! | simulate a run in parts, write, read and merge them | [`Simulation`], [`Part`], [`PartError`] |
//! | end a run early | [`Scenario::run_monitored`], [`Monitor`], [`Cancel`] |
//! | write tables, JSON, CSV, Parquet and reports | [`output`] |
//! | show an error, or read it as data | [`Error`], [`ProblemRow`] |
//!
//! The format of scenario files is described in `docs/scenario-format.md`, the methods in `docs/methods.md`, the code in
//! `docs/architecture.md`.

mod api;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
mod describe;
pub mod output;

// The rooms behind the front page. They are public for the tests and benches of this package and for the Python package
// beside it alone: hidden, and no part of what the library promises.
#[doc(hidden)]
pub mod analysis;
#[doc(hidden)]
pub mod diagnostic;
#[doc(hidden)]
pub mod dist;
#[doc(hidden)]
pub mod engine;
#[doc(hidden)]
pub mod explain;
#[doc(hidden)]
pub mod kernel;
#[doc(hidden)]
pub mod limits;
#[doc(hidden)]
pub mod model;
#[doc(hidden)]
pub mod program;
#[doc(hidden)]
pub mod reference;
#[doc(hidden)]
pub mod results;
#[doc(hidden)]
pub mod rng;
#[doc(hidden)]
pub mod sampling;
#[doc(hidden)]
pub mod scenario;
#[doc(hidden)]
pub mod stats;
#[doc(hidden)]
pub mod study;

pub use analysis::expectation::{Expectation, Outcome};
pub use analysis::query::{Answer, Query, QueryError};
pub use api::{Error, Scenario, compare, compare_monitored};
pub use diagnostic::{ProblemRow, Severity};
pub use engine::{
    BlockSet, Blocks, Cancel, Monitor, PathColumn, PathGroups, PathKind, Paths, Recording, RunError, RunOptions,
};
pub use limits::Limits;
pub use model::{Horizon, MarketMeasure, StepLength, Subject, When};
pub use results::comparison::{
    Compared, Comparison, ComparisonBand, ConstraintComparison, DominanceRow, Gap, Measure, PairedRow, PartingRow,
    TargetComparison, Verdict, WhyRow,
};
pub use results::{
    Band, BaselineRow, Bin, BoxRow, CalibrationInfo, Case, CaseValue, Ceiling, ConstraintRow, Coordinate,
    CorrelationRow, Curve, Discovery, Driven, IndexKind, IndexRow, LimitRow, LowerBound, Mark, Placed, PlaneRow,
    ReferencePath, ReferenceRow, ReliefRow, Results, RunInfo, Sensitivity, Side, SwingRow, TargetRow, Titles,
    TradeOffRow, Warning, ceilings, tightest,
};
pub use sampling::Sampler;
pub use stats::{Estimate, Share, Statistic};
pub use study::part::{Part, PartError, RunIdentity, Simulation};
