//! A scenario made ready to run: files read and merged, calibration solved, model built.

use crate::analysis::calibrate;
use crate::diagnostic::{Problem, Sources};
use crate::limits::Limits;
use crate::model::Model;
use crate::results::CalibrationInfo;
use crate::scenario::{Chain, Context, Node, Validated, content_hash, merge, validate};
use std::path::PathBuf;

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
    pub model: Model,
    /// What was calibrated.
    pub calibration: Option<CalibrationInfo>,
    /// Warnings and notes of validation.
    pub remarks: Vec<Problem>,
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
        let chain = Chain::resolve(origin, options)?;
        let rejected = |problems| {
            Box::new(Rejected { scenario: chain.scenario.clone(), sources: chain.sources.clone(), problems })
        };
        let read_csv = |path: &str, at: &Node| chain.read_csv(path, at);
        let context = Context { limits: options.limits, read_csv: &read_csv };
        let mut stages = Stages { context: &context, document: Node::empty(), solved: None };
        let mut lineage: Vec<String> = Vec::new();
        for patch in &chain.patches {
            if lineage.last() != Some(&patch.name) {
                lineage.push(patch.name.clone());
            }
            stages.apply(patch.node.clone()).map_err(rejected)?;
        }
        let Stages { document, solved, .. } = stages;
        let Validated { model, problems } = validate(&document, &context);
        let Some(model) = model else {
            return Err(rejected(problems));
        };
        Ok(Study {
            scenario: chain.scenario,
            sources: chain.sources,
            lineage,
            content_hash: content_hash(&document),
            document,
            model,
            calibration: solved.map(|solved| solved.info),
            remarks: problems,
        })
    }
}

/// The document as patch after patch goes into it.
struct Stages<'c> {
    context: &'c Context<'c>,
    document: Node,
    solved: Option<Solved>,
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

impl Stages<'_> {
    /// Merges a patch. One that writes `calibrate` is solved at once: later patches move against its solution.
    fn apply(&mut self, patch: Node) -> Result<(), Vec<Problem>> {
        let calibrates = patch.at_pointer("/market/calibrate").is_some();
        if calibrates {
            self.restore();
        } else if let Some(solved) = &mut self.solved {
            solved.info.own = false;
        }
        merge(&mut self.document, patch);
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
        let Some(model) = model else {
            return Err(problems);
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
