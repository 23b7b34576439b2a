//! A batch of what-ifs, case after case, on the same random numbers, and how each of them differs from the first.

use crate::analysis::compare::{Base, CompareError};
use crate::diagnostic::Problem;
use crate::engine::{Monitor, RunError, RunOptions};
use crate::model::SubjectName;
use crate::results::Results;
use crate::results::comparison::{Comparison, Measure};
use crate::study::cases::PlannedCase;
use crate::study::{LoadOptions, Rejected, Study};
use std::sync::Arc;

/// Runs the cases of a batch one by one, so that whoever asks for them decides what is kept.
#[derive(Debug)]
pub struct CaseRunner<'s> {
    base: &'s Study,
    load: &'s LoadOptions,
    options: &'s RunOptions,
    beside: Beside,
}

/// Whether cases are compared, and with what.
#[derive(Debug)]
enum Beside {
    /// They are not.
    Nothing,
    /// With the first case that runs, which none has yet.
    First,
    /// With this case, which bears this label.
    Case(Box<Base>, String),
}

/// What a case shows.
#[derive(Clone, Debug)]
pub struct CaseRun {
    /// The results of `run` with the same values set.
    pub results: Results,
    /// How they differ from those of the first case, or why they cannot be compared; none of the first case itself, and where
    /// no comparison was asked for.
    pub comparison: Option<Result<Comparison, String>>,
}

impl CaseRun {
    /// How the case differs from the first one, where that was asked for and can be said.
    pub fn difference(&self) -> Option<&Comparison> {
        self.comparison.as_ref()?.as_ref().ok()
    }

    /// What summaries, pages and charts of a batch show of the case: where its main output ends, the rows of these outputs,
    /// and how the main output differs in the end.
    pub fn into_outline(self, of: &[SubjectName]) -> (Results, Option<Comparison>) {
        let end = self.results.end().map(|end| end.subject.clone());
        let difference = self.comparison.and_then(Result::ok).zip(end);
        let difference = difference.map(|(comparison, end)| comparison.into_outline(Some(&end), &[Measure::Shift]));
        (self.results.into_outline_with(of), difference)
    }
}

impl<'s> CaseRunner<'s> {
    /// Cases of this scenario; `is_compared` sets each beside the first one that runs.
    pub fn new(base: &'s Study, load: &'s LoadOptions, options: &'s RunOptions, is_compared: bool) -> Self {
        CaseRunner { base, load, options, beside: if is_compared { Beside::First } else { Beside::Nothing } }
    }

    /// Runs a case.
    ///
    /// # Errors
    ///
    /// What the scenario refuses of its values, or that it cannot run with them.
    pub fn run(&mut self, planned: &PlannedCase, monitor: &dyn Monitor) -> Result<CaseRun, Box<Rejected>> {
        let study = Arc::new(self.base.what_if(&planned.set, self.load)?);
        let of_case = |results: Results| Results { case: Some(planned.case.clone()), ..results };
        let rejected = |error: RunError| {
            let (scenario, sources) = (study.scenario.clone(), study.sources.clone());
            Box::new(Rejected { scenario, sources, problems: vec![study.problem(&error)] })
        };
        match &self.beside {
            Beside::Nothing => {
                let results = study.run(self.options, monitor).map_err(rejected)?;
                Ok(CaseRun { results: of_case(results), comparison: None })
            }
            Beside::First => {
                let first = Base::new(Arc::clone(&study), self.options, monitor).map_err(rejected)?;
                let results = of_case(first.results());
                self.beside = Beside::Case(Box::new(first), results.label().to_owned());
                Ok(CaseRun { results, comparison: None })
            }
            Beside::Case(first, label) => {
                let (results, run) = first.run(&study, monitor).map_err(rejected)?;
                let results = of_case(results);
                let comparison = first.compare(&study, &run, monitor).map_err(reason).map(|comparison| {
                    let (a, b) = (label.clone(), results.label().to_owned());
                    Comparison { a, b, case: results.case.clone(), ..comparison }
                });
                Ok(CaseRun { results, comparison: Some(comparison) })
            }
        }
    }
}

/// Why a case is not compared, in a line.
fn reason(error: CompareError) -> String {
    match error {
        CompareError::Incomparable { problems, .. } => {
            problems.iter().map(Problem::in_a_line).collect::<Vec<_>>().join("; ")
        }
        CompareError::Run { error, .. } => error.to_string(),
    }
}
