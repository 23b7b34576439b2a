//! Why something could not be done: for people as the shell shows it, for programs as data.

use crate::diagnostic::{Problem, ProblemRow, Sources, render, rows};
use crate::engine::RunError;
use crate::study::{LoadError, PartError, Rejected};
use std::fmt;

/// Columns that the text of an error keeps to.
const WIDTH: usize = 100;

/// Why a scenario could not be loaded, run, compared or asked.
///
/// It displays every problem as the shell does, with the place in the file, what was expected and found, and what to do, in
/// lines of at most 100 columns and without colours; [`problems`](Error::problems) gives the same as data.
#[derive(Clone)]
pub struct Error(Box<Rejected>);

impl Error {
    pub(super) fn new(scenario: &str, problems: Vec<Problem>, sources: Sources) -> Error {
        Error(Box::new(Rejected { scenario: scenario.to_owned(), sources, problems }))
    }

    /// An error that has no place in a file.
    pub(super) fn plain(scenario: &str, problem: Problem) -> Error {
        Error::new(scenario, vec![problem], Sources::default())
    }

    /// Name of the scenario that it is about, as far as there is one.
    pub fn scenario(&self) -> &str {
        &self.0.scenario
    }

    /// Every problem, at least one, the warnings of a file that also has errors among them.
    pub fn problems(&self) -> Vec<ProblemRow> {
        rows(&self.0.problems, &self.0.sources)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(render(&self.0.problems, &self.0.sources, false, WIDTH).trim_end())
    }
}

/// As displayed: a `main` that returns the error shows it by this.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

impl From<Rejected> for Error {
    fn from(rejected: Rejected) -> Error {
        Error(Box::new(rejected))
    }
}

impl From<LoadError> for Error {
    fn from(error: LoadError) -> Error {
        match error {
            LoadError::Rejected(rejected) => Error(rejected),
            LoadError::Run(error) => error.into(),
        }
    }
}

impl From<PartError> for Error {
    fn from(error: PartError) -> Error {
        match error {
            PartError::Scenario(rejected) => Error(rejected),
            error => Error::plain("", error.problem()),
        }
    }
}

impl From<RunError> for Error {
    fn from(error: RunError) -> Error {
        Error::plain("", error.problem())
    }
}
