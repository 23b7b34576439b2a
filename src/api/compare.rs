//! Scenarios against a base, on the same random numbers.

use super::{Error, Scenario};
use crate::analysis::compare::{self as analysis, CompareError};
use crate::diagnostic::Sources;
use crate::engine::RunOptions;
use crate::results::comparison::Compared;

/// Compares scenarios with a base on the same random numbers: inputs of one name share their draws, so a difference has
/// its own band, and an error smaller than that of two runs.
///
/// # Errors
///
/// The first scenario that cannot run, or has nothing in common with the base.
pub fn compare(base: &Scenario, others: &[Scenario], options: &RunOptions) -> Result<Compared, Error> {
    let all: Vec<&Scenario> = std::iter::once(base).chain(others).collect();
    let studies: Vec<_> = all.iter().map(|scenario| scenario.study()).collect();
    analysis::compare(&studies, options, &|_| {}).map_err(|error| match error {
        CompareError::Incomparable { study, problems } => Error::new(all[study].name(), problems, Sources::default()),
        CompareError::Run { study, error } => all[study].run_error(&error),
    })
}
