//! Scenarios against a base, on the same random numbers.

use super::{Error, Scenario};
use crate::analysis::compare::{self as analysis, CompareError};
use crate::diagnostic::Sources;
use crate::engine::{Monitor, RunOptions};
use crate::results::comparison::Compared;

/// Compares scenarios with a base on the same random numbers: inputs of one name share their draws, so a difference has
/// its own band, and an error smaller than that of two runs.
///
/// # Errors
///
/// The first scenario that cannot run, or has nothing in common with the base.
pub fn compare(base: &Scenario, others: &[Scenario], options: &RunOptions) -> Result<Compared, Error> {
    compare_monitored(base, others, options, &|_| {})
}

/// Like [`compare`], watched from outside: a closure hears of paths newly done, a [`Cancel`](crate::Cancel) ends it.
///
/// # Errors
///
/// Those of [`compare`], and that it was cancelled.
pub fn compare_monitored(
    base: &Scenario,
    others: &[Scenario],
    options: &RunOptions,
    monitor: &dyn Monitor,
) -> Result<Compared, Error> {
    let all: Vec<&Scenario> = std::iter::once(base).chain(others).collect();
    let studies: Vec<_> = all.iter().map(|scenario| &**scenario.study()).collect();
    analysis::compare(&studies, options, monitor).map_err(|error| match error {
        CompareError::Incomparable { study, problems } => Error::new(all[study].name(), problems, Sources::default()),
        CompareError::Run { study, error } => all[study].run_error(&error),
    })
}
