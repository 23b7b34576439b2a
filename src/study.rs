//! A scenario made ready to run: files read and merged, calibration solved, model built.

use crate::analysis::calibrate;
use crate::diagnostic::{Problem, Severity, Sources};
use crate::model::Model;
use crate::results::CalibrationInfo;
use crate::scenario::{Chain, Context, Node, Place, Validated, content_hash, merge, set, validate};
pub use crate::scenario::{LoadOptions, Origin};

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
    pub model: Model,
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
                model,
                calibration,
                remarks,
                chain,
            }),
            Err(problems) => Err(rejected(sources, problems)),
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
            let written = Place { span: at.span, pointer: String::new() };
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
