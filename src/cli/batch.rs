//! A batch: all scenarios are read first; the good ones go on, the others are reported.

use super::args::ScenarioArgs;
use super::config::load_options;
use super::console;
use super::exit::{Exit, Failure};
use super::scenarios::find;
use crate::diagnostic::{Problem, ProblemRow, Severity, rows};
use crate::engine::RunError;
use crate::output::Failed;
use crate::results::Results;
use crate::study::{LoadOptions, Rejected, Study, tell_apart};

/// The name of a scenario that is compared with itself, changed.
const WHAT_IF: &str = "what-if";

/// Every scenario that was named.
#[derive(Debug)]
pub(super) struct Batch {
    /// Scenarios that can run.
    pub(super) studies: Vec<Study>,
    /// Scenarios that cannot, and why.
    pub(super) rejected: Vec<Rejected>,
    /// How they were loaded.
    pub(super) options: LoadOptions,
}

impl Batch {
    pub(super) fn load(args: &ScenarioArgs, quiet: bool) -> Result<Batch, Failure> {
        Batch::load_with(args, &[], quiet)
    }

    /// Loads scenarios of which all but the first are changed. One scenario alone is read twice, to be compared with itself.
    pub(super) fn load_with(args: &ScenarioArgs, set_others: &[String], quiet: bool) -> Result<Batch, Failure> {
        let options = load_options(args)?;
        let mut found = find(&args.scenarios, &options.limits)?;
        if !quiet {
            found.notes.iter().for_each(|note| console::note(note));
        }
        let is_what_if = !set_others.is_empty() && found.origins.len() == 1;
        if is_what_if {
            found.origins.push(found.origins[0].clone());
        }
        let others = LoadOptions { set: [&options.set, set_others].concat(), ..options.clone() };
        let mut batch = Batch { studies: Vec::new(), rejected: found.rejected, options };
        let mut labels = Vec::new();
        for (index, origin) in found.origins.iter().enumerate() {
            match Study::load(origin, if index == 0 { &batch.options } else { &others }) {
                Ok(study) => {
                    labels.push(origin.label());
                    batch.studies.push(study);
                }
                Err(rejected) => batch.rejected.push(*rejected),
            }
        }
        if let (true, [base, what_if]) = (is_what_if, &mut batch.studies[..]) {
            what_if.scenario = if base.scenario == WHAT_IF { format!("{WHAT_IF}-b") } else { WHAT_IF.into() };
        }
        let mut names: Vec<&mut String> = batch.studies.iter_mut().map(|study| &mut study.scenario).collect();
        tell_apart(&mut names, &labels);
        Ok(batch)
    }

    /// Reports a scenario that cannot go on and moves it to the others.
    pub(super) fn reject(&mut self, study: usize, problems: Vec<Problem>) {
        let study = self.studies.remove(study);
        let rejected = Rejected { scenario: study.scenario, sources: study.sources, problems };
        report(&rejected);
        self.rejected.push(rejected);
    }

    /// Shows on stderr what is wrong with the others and, unless quiet, what the good ones are warned of.
    pub(super) fn report(&self, quiet: bool) {
        for study in self.studies.iter().filter(|study| !quiet && !study.remarks.is_empty()) {
            console::problems(&study.remarks, &study.sources);
            console::say("");
        }
        self.rejected.iter().for_each(report);
    }

    /// Lets the good ones run and hands over each with its results; those that are `done` already have not to run again. One
    /// that cannot run after all is reported and joins the others.
    pub(super) fn run_each(
        &mut self,
        mut done: Vec<Results>,
        run: impl Fn(&Study) -> Result<Results, RunError>,
        mut take: impl FnMut(&Study, Results) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        for study in &self.studies {
            let results = match done.iter().position(|results| results.scenario == study.scenario) {
                Some(index) => Ok(done.swap_remove(index)),
                None => run(study),
            };
            match results {
                Ok(results) => take(study, results)?,
                Err(error) => {
                    let (scenario, sources) = (study.scenario.clone(), study.sources.clone());
                    let rejected = Rejected { scenario, sources, problems: vec![study.problem(&error)] };
                    report(&rejected);
                    self.rejected.push(rejected);
                }
            }
        }
        Ok(())
    }

    /// The exit code that the others ask for. That a file they name cannot be read is their own mistake.
    pub(super) fn exit(&self) -> Exit {
        let unread = |problem: &Problem| {
            matches!(problem.code, "file-missing" | "file-unreadable")
                && problem.span.is_none()
                && problem.pointer.is_empty()
        };
        let exit_of = |rejected: &Rejected| match rejected.problems.iter().any(unread) {
            true => Exit::Io,
            false => Exit::BadInput,
        };
        self.rejected.iter().map(exit_of).max().unwrap_or(Exit::Done)
    }

    /// Scenarios that cannot run, with their problems as rows.
    pub(super) fn failed(&self) -> Vec<Failed<ProblemRow>> {
        let row = |rejected: &Rejected| Failed {
            scenario: rejected.scenario.clone(),
            case: None,
            problems: rows(&rejected.problems, &rejected.sources),
        };
        self.rejected.iter().map(row).collect()
    }
}

/// Shows on stderr why a scenario does not run.
fn report(rejected: &Rejected) {
    console::problems(&rejected.problems, &rejected.sources);
    let errors = rejected.problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    let s = if errors == 1 { "" } else { "s" };
    console::error(&format!("`{}` does not run: {errors} error{s}", rejected.scenario));
}
