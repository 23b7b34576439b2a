//! A scenario made ready to run: files read and merged, calibration solved, model built.

use crate::analysis::calibrate;
use crate::diagnostic::{Problem, Severity, Sources};
use crate::engine::{Monitor, RunError, RunOptions, Simulation};
use crate::limits::Limits;
use crate::model::Model;
use crate::results::{CalibrationInfo, Label, Results, Warning};
use crate::scenario::files::Written;
use crate::scenario::{Chain, Context, Node, Validated, content_hash, merge, set, validate};
use std::path::PathBuf;
use std::sync::Arc;

/// Where a scenario comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file.
    File(PathBuf),
    /// One of the shipped scenarios, by name.
    Shipped(String),
    /// Text on standard input.
    Text {
        /// How it is shown, e.g. `<stdin>`.
        name: String,
        /// The bytes.
        bytes: Vec<u8>,
    },
}

/// How scenarios are loaded.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// Folder below which `extends` and CSV columns stay; by default the file's folder or the nearest parent that marks a root.
    pub root: Option<PathBuf>,
    /// `--set` assignments, `path=value`, in order.
    pub set: Vec<String>,
    /// Limits.
    pub limits: Limits,
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
    /// Warnings and notes of validation.
    pub remarks: Vec<Problem>,
    /// The files it came from, to read what the document names.
    pub chain: Chain,
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

impl Study {
    /// Reads, merges, calibrates and validates a scenario.
    ///
    /// # Errors
    ///
    /// All problems found, when there is any error among them.
    pub fn load(origin: &Origin, options: &LoadOptions) -> Result<Study, Box<Rejected>> {
        let scenario = origin.scenario();
        let rejected = |sources, problems| Box::new(Rejected { scenario: scenario.clone(), sources, problems });
        let mut chain = Chain::read(origin, options).map_err(|unread| rejected(unread.sources, unread.problems))?;
        let mut sources = std::mem::take(&mut chain.sources);
        match Stages::run(&chain, options, &mut sources) {
            Ok(Ready { document, model, calibration, remarks }) => Ok(Study {
                scenario,
                sources,
                lineage: chain.patches.iter().map(|patch| patch.name.clone()).collect(),
                content_hash: content_hash(&document),
                document,
                model: Arc::new(model),
                calibration,
                remarks,
                chain,
            }),
            Err(problems) => Err(rejected(sources, problems)),
        }
    }

    /// The model compiled for a run, its pilot done: what any of its blocks are simulated with.
    ///
    /// # Errors
    ///
    /// Those of [`Simulation::new`].
    pub fn simulation(&self, options: &RunOptions, monitor: &dyn Monitor) -> Result<Simulation, RunError> {
        Simulation::new(Arc::clone(&self.model), self.label(), options, monitor)
    }

    /// Simulates all paths on the current rayon pool.
    ///
    /// # Errors
    ///
    /// When the memory estimate is over its limit, a pair to correlate is unknown, an output has no finite path, or the
    /// monitor asks to end.
    pub fn run(&self, options: &RunOptions, monitor: &dyn Monitor) -> Result<Results, RunError> {
        self.simulation(options, monitor)?.run(monitor)
    }

    /// What results say of the scenario.
    pub fn label(&self) -> Label {
        let warning = |remark: &Problem| Warning {
            code: remark.code,
            pointer: remark.pointer.clone(),
            text: remark.message.clone(),
        };
        Label {
            scenario: self.scenario.clone(),
            content_hash: self.content_hash.clone(),
            calibration: self.calibration.clone(),
            remarks: self.remarks.iter().map(warning).collect(),
        }
    }
}

impl Origin {
    /// The name of the scenario: the file's stem, the shipped name, or what the text is called.
    pub fn scenario(&self) -> String {
        match self {
            Origin::File(path) => path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
            Origin::Shipped(name) => name.clone(),
            Origin::Text { name, .. } => name.trim_matches(['<', '>']).to_owned(),
        }
    }
}

/// What the stages lead to.
struct Ready {
    document: Node,
    model: Model,
    calibration: Option<CalibrationInfo>,
    remarks: Vec<Problem>,
}

/// The document as patch after patch goes into it.
struct Stages<'c> {
    context: &'c Context<'c>,
    document: Node,
    solved: Option<Solved>,
    remarks: Vec<Problem>,
}

/// A calibration that was solved and put into the document.
struct Solved {
    info: CalibrationInfo,
    /// `market.calibrate` as written.
    request: Node,
    /// JSON pointer of the parameter.
    pointer: String,
    /// The parameter as written.
    written: Node,
}

impl<'c> Stages<'c> {
    fn run(chain: &Chain, options: &LoadOptions, sources: &mut Sources) -> Result<Ready, Vec<Problem>> {
        let read_csv = |path: &str, at: &Node| {
            let written = Written { span: at.span, pointer: String::new() };
            chain.read_text(path, &written, &options.limits)
        };
        let context = Context { limits: options.limits, read_csv: &read_csv };
        let mut stages = Stages { context: &context, document: Node::empty(), solved: None, remarks: Vec::new() };
        for patch in &chain.patches {
            stages.apply(patch.node.clone())?;
        }
        for assignment in &options.set {
            let set = set(assignment, &stages.document, sources, &options.limits)?;
            stages.remarks.extend(set.remarks);
            stages.apply(set.patch)?;
        }
        let Stages { document, solved, mut remarks, .. } = stages;
        let Validated { model, problems } = validate(&document, &context);
        remarks.extend(problems);
        match model {
            Some(model) if !remarks.iter().any(is_error) => {
                Ok(Ready { document, model, calibration: solved.map(|solved| solved.info), remarks })
            }
            _ => Err(remarks),
        }
    }

    /// Merges a patch. One that writes `calibrate` is solved at once: later patches move against its solution.
    fn apply(&mut self, patch: Node) -> Result<(), Vec<Problem>> {
        let calibrates = patch.at_pointer("/market/calibrate").is_some();
        if calibrates {
            self.restore();
        } else if let Some(solved) = &mut self.solved {
            solved.info.own = false;
        }
        self.remarks.extend(merge(&mut self.document, patch));
        if self.document.at_pointer("/market/calibrate").is_some() {
            self.solve()?;
        }
        Ok(())
    }

    /// Takes an earlier solution out again: the patch at hand asks anew.
    fn restore(&mut self) {
        if let Some(solved) = self.solved.take() {
            self.document.set_pointer(&solved.pointer, solved.written);
            self.document.set_pointer("/market/calibrate", solved.request);
        }
    }

    fn solve(&mut self) -> Result<(), Vec<Problem>> {
        let Validated { model, problems } = validate(&self.document, self.context);
        let Some(model) = model.filter(|_| !self.remarks.iter().any(is_error)) else {
            return Err(std::mem::take(&mut self.remarks).into_iter().chain(problems).collect());
        };
        let (Some(calibration), Some(market)) = (&model.calibration, &model.market) else {
            unreachable!("a valid document with `calibrate` has a market that is calibrated");
        };
        let baseline = market.baseline.as_deref().expect("validation asks for a baseline beside `calibrate`");
        let pointer = calibration.pointer.clone();
        let solution = calibrate::solved(&content_hash(&self.document), &model, calibration, baseline)
            .map_err(|failure| vec![failure.problem(&model, calibration)])?;
        let written = self.document.at_pointer(&pointer).cloned().expect("the parameter stands in the document");
        let request = self.document.at_pointer("/market/calibrate").cloned().expect("looked at above");
        self.document.set_pointer(&pointer, calibrate::put(&written, &solution, &model.horizon));
        self.document.remove_pointer("/market/calibrate");
        let info = CalibrationInfo {
            parameter: model.variable(calibration.parameter).name.clone(),
            statistic: calibrate::label(calibration.statistic),
            values: solution.values(&model.horizon),
            own: true,
        };
        self.solved = Some(Solved { info, request, pointer, written });
        Ok(())
    }
}

fn is_error(problem: &Problem) -> bool {
    problem.severity == Severity::Error
}
