//! A scenario made ready to run: files read and merged, calibration solved, model built.

mod calibration;
pub mod cases;
mod kept;
mod parents;
pub mod part;
mod solutions;
mod stages;

pub use crate::scenario::{Origin, tell_apart};
pub use kept::KeptScenario;
pub use parents::Parents;
pub use part::{Part, PartError, Simulation};
pub use solutions::Solutions;
pub use stages::Merged;

use crate::diagnostic::{Problem, Sources, Span, rows};
use crate::engine::{self, Monitor, RunError, RunOptions};
use crate::limits::Limits;
use crate::model::Model;
use crate::results::{CalibrationInfo, Label, Results, Warning};
use crate::scenario::{Chain, Node, TextFile, content_hash};
use crate::stats::Replicated;
use solutions::key_of_numbers;
use stages::{Halt, Ready};
use std::path::PathBuf;
use std::sync::Arc;

/// How scenarios are loaded.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// Folder below which `extends` and CSV columns stay; by default the file's folder or the nearest parent that marks a root.
    pub root: Option<PathBuf>,
    /// `--set` assignments, `path=value`, in order.
    pub set: Vec<String>,
    /// Limits.
    pub limits: Limits,
    /// Where solved calibrations are looked for and kept.
    pub solutions: Solutions,
    /// Where what several scenarios extend is looked for and kept; one store for one set of limits and solutions.
    pub parents: Parents,
    /// Whether calibrations stay as they are written, for who looks at the document alone.
    pub unsolved: bool,
}

/// A scenario made ready to run.
#[derive(Clone, Debug)]
pub struct Study {
    /// Name in every table: the file's stem, or the shipped name.
    pub scenario: String,
    /// Every text that was read.
    pub sources: Sources,
    /// Display names of what it extends, ancestors first, itself last.
    pub lineage: Vec<String>,
    /// The resolved document, calibration put in.
    pub document: Node,
    /// SHA-256 of the resolved document.
    pub content_hash: String,
    /// The validated model.
    pub model: Arc<Model>,
    /// What was calibrated.
    pub calibration: Option<CalibrationInfo>,
    /// What was set on top of the files, as it was written.
    pub set: Vec<String>,
    /// Warnings and notes of validation.
    pub remarks: Vec<Problem>,
    /// The files it came from, to read what the document names.
    pub chain: Chain,
    /// What merging came to beside the document.
    pub merged: Merged,
    /// What the document names, as it was read.
    pub files: Vec<TextFile>,
}

/// A scenario that cannot run, and why.
#[derive(Clone, Debug)]
pub struct Rejected {
    /// Name it would have had.
    pub scenario: String,
    /// Every text that was read.
    pub sources: Sources,
    /// The problems, at least one of them an error.
    pub problems: Vec<Problem>,
}

/// Why a scenario was not loaded.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LoadError {
    /// The scenario cannot run.
    #[error("`{}` is not a valid scenario", .0.scenario)]
    Rejected(Box<Rejected>),
    /// Its calibration could not be simulated: the monitor asked to end.
    #[error(transparent)]
    Run(#[from] RunError),
}

impl Study {
    /// Reads, merges, calibrates and validates a scenario.
    ///
    /// # Errors
    ///
    /// All problems found, when there is any error among them.
    pub fn load(origin: &Origin, options: &LoadOptions) -> Result<Study, Box<Rejected>> {
        Study::load_monitored(origin, options, &|_| {}).map_err(uncancelled)
    }

    /// Like [`load`](Study::load), and ends when the monitor asks to: a calibration takes its time.
    ///
    /// # Errors
    ///
    /// All problems found, when there is any error among them; [`RunError::Cancelled`].
    pub fn load_monitored(origin: &Origin, options: &LoadOptions, monitor: &dyn Monitor) -> Result<Study, LoadError> {
        let scenario = origin.scenario();
        let rejected = |sources, problems| {
            LoadError::Rejected(Box::new(Rejected { scenario: scenario.clone(), sources, problems }))
        };
        let chain = Chain::read(origin, options.root.as_deref(), &options.limits)
            .map_err(|unread| rejected(unread.sources, unread.problems))?;
        Study::of_chain(scenario, chain, options, monitor)
    }

    /// The same scenario with other assignments, from the files as they were read.
    ///
    /// # Errors
    ///
    /// All problems found, when there is any error among them.
    pub fn reload(&self, options: &LoadOptions) -> Result<Study, Box<Rejected>> {
        Study::of_chain(self.scenario.clone(), self.chain.clone(), options, &|_| {}).map_err(uncancelled)
    }

    /// The same scenario with further assignments, which follow those that it was loaded with: the same to the last bit as
    /// loading it with all of them, in a part of the time, since files are neither read nor merged again.
    ///
    /// # Errors
    ///
    /// All problems found, when there is any error among them.
    pub fn what_if(&self, assignments: &[String], options: &LoadOptions) -> Result<Study, Box<Rejected>> {
        let mut sources = self.sources.clone();
        let before = (self.document.clone(), self.merged.clone());
        let ready = stages::merge_more(&self.chain, before, assignments, options, &mut sources, &|_| {});
        let set = [&self.set, assignments].concat();
        Study::of_ready(ready, self.scenario.clone(), self.chain.clone(), sources, set).map_err(uncancelled)
    }

    /// Like [`reload`](Study::reload), and ends when the monitor asks to.
    ///
    /// # Errors
    ///
    /// All problems found, when there is any error among them; [`RunError::Cancelled`].
    pub fn reload_monitored(&self, options: &LoadOptions, monitor: &dyn Monitor) -> Result<Study, LoadError> {
        Study::of_chain(self.scenario.clone(), self.chain.clone(), options, monitor)
    }

    fn of_chain(
        scenario: String,
        chain: Chain,
        options: &LoadOptions,
        monitor: &dyn Monitor,
    ) -> Result<Study, LoadError> {
        let mut sources = chain.sources.clone();
        let ready = stages::merge_chain(&chain, options, &mut sources, monitor);
        Study::of_ready(ready, scenario, chain, sources, options.set.clone())
    }

    fn of_ready(
        ready: Result<Ready, Halt>,
        scenario: String,
        chain: Chain,
        sources: Sources,
        set: Vec<String>,
    ) -> Result<Study, LoadError> {
        match ready {
            Ok(Ready { document, merged, model, calibration, remarks, files }) => Ok(Study {
                scenario,
                sources,
                lineage: chain.patches.iter().map(|patch| patch.name.clone()).collect(),
                content_hash: content_hash(&document),
                document,
                model: Arc::new(model),
                calibration,
                set,
                remarks,
                chain,
                merged,
                files,
            }),
            Err(Halt::Problems(problems)) => {
                Err(LoadError::Rejected(Box::new(Rejected { scenario, sources, problems })))
            }
            Err(Halt::Run(error)) => Err(error.into()),
        }
    }

    /// A key of what the scenario says of numbers: scenarios of one key have the same results for the same seed, but for words.
    pub fn key_of_numbers(&self) -> String {
        key_of_numbers(&self.document, &self.files)
    }

    /// The scenario ready for a run: what any parts of it are simulated with.
    ///
    /// # Errors
    ///
    /// When the memory estimate is over its limit, a pair to correlate is unknown, or the monitor asks to end.
    pub fn simulation(self: &Arc<Self>, options: &RunOptions, monitor: &dyn Monitor) -> Result<Simulation, RunError> {
        Simulation::new(Arc::clone(self), options, monitor)
    }

    /// The model compiled for a run, its pilot done; it knows no files.
    ///
    /// # Errors
    ///
    /// Those of [`simulation`](Study::simulation).
    pub fn compiled(&self, options: &RunOptions, monitor: &dyn Monitor) -> Result<engine::Simulation, RunError> {
        engine::Simulation::new(Arc::clone(&self.model), self.label(), options, monitor)
    }

    /// Simulates all paths on the current rayon pool.
    ///
    /// # Errors
    ///
    /// When the memory estimate is over its limit, a pair to correlate is unknown, an output has no finite path, or the
    /// monitor asks to end.
    pub fn run(&self, options: &RunOptions, monitor: &dyn Monitor) -> Result<Results, RunError> {
        Ok(self.placed(self.compiled(options, monitor)?.run(monitor)?))
    }

    /// Like [`run`](Study::run), with what each replicate shows beside what all paths do.
    ///
    /// # Errors
    ///
    /// Those of [`run`](Study::run).
    pub(crate) fn run_replicated(
        &self,
        options: &RunOptions,
        monitor: &dyn Monitor,
    ) -> Result<Replicated<Results>, RunError> {
        let simulation = self.compiled(options, monitor)?;
        let Replicated { pooled, each } = simulation.replicated(simulation.simulate(simulation.blocks(), monitor)?)?;
        Ok(Replicated { pooled: self.placed(pooled), each })
    }

    /// Results whose warnings say where in the files they come from.
    pub(crate) fn placed(&self, mut results: Results) -> Results {
        for warning in &mut results.warnings {
            warning.place = self.place(&warning.pointer);
        }
        results
    }

    /// Why the scenario did not run, with the place in its files that the error is about.
    pub fn problem(&self, error: &RunError) -> Problem {
        let problem = error.problem();
        let span = self.span(&problem.pointer);
        Problem { span, ..problem }
    }

    fn span(&self, pointer: &str) -> Option<Span> {
        let is_of_file = !pointer.is_empty();
        is_of_file.then(|| self.document.at_pointer(pointer)?.span)?
    }

    /// File and line of what a JSON pointer of the resolved document points at.
    fn place(&self, pointer: &str) -> Option<String> {
        let problem = Problem::error("", self.span(pointer), pointer, "");
        let row = rows(&[problem], &self.sources).pop()?;
        Some(format!("{}:{}", row.file?, row.line?))
    }

    /// What results say of the scenario.
    pub fn label(&self) -> Label {
        let warning = |remark: &Problem| Warning {
            code: remark.code,
            pointer: remark.pointer.clone(),
            text: remark.message.clone(),
            place: None,
        };
        Label {
            scenario: self.scenario.clone(),
            folder: self.chain.named_folder(),
            content_hash: self.content_hash.clone(),
            calibration: self.calibration.clone(),
            set: self.set.clone(),
            remarks: self.remarks.iter().map(warning).collect(),
        }
    }
}

/// Why a scenario was not loaded under a monitor that asks for no end.
fn uncancelled(error: LoadError) -> Box<Rejected> {
    match error {
        LoadError::Rejected(rejected) => rejected,
        LoadError::Run(error) => unreachable!("nobody cancels: {error}"),
    }
}
