//! The document as patch after patch goes into it, calibrations solved on the way.

use super::calibration;
use super::solutions::key;
use super::{LoadOptions, Solutions};
use crate::diagnostic::{Problem, Severity, Sources};
use crate::engine::{Monitor, RunError, Solution, calibrate};
use crate::model::Model;
use crate::results::CalibrationInfo;
use crate::scenario::{
    Chain, Context, Node, Place, TextFile, Validated, merge, put_by_period, put_number, set, validate,
};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// What the stages lead to.
pub(super) struct Ready {
    pub(super) document: Node,
    pub(super) merged: Merged,
    pub(super) model: Model,
    pub(super) calibration: Option<CalibrationInfo>,
    pub(super) remarks: Vec<Problem>,
    /// The files that values of the document name.
    pub(super) files: Vec<TextFile>,
}

/// What merging came to beside the document, from where further assignments go on.
#[derive(Clone, Debug, Default)]
pub struct Merged {
    solved: Option<Solved>,
    /// Solutions of the calibrations that went into the document, by what they depend on.
    pub(super) known: BTreeMap<String, Solution>,
    /// Without those of validation, which looks at the whole anew.
    remarks: Vec<Problem>,
}

/// Why they lead to nothing.
pub(super) enum Halt {
    /// The document is not valid.
    Problems(Vec<Problem>),
    /// A calibration could not be simulated.
    Run(RunError),
}

impl From<Vec<Problem>> for Halt {
    fn from(problems: Vec<Problem>) -> Self {
        Halt::Problems(problems)
    }
}

impl From<RunError> for Halt {
    fn from(error: RunError) -> Self {
        Halt::Run(error)
    }
}

/// The document as far as it has come.
pub(super) struct Stages<'c> {
    context: &'c Context<'c>,
    /// Where calibrations are looked for and kept; none where they stay as they are written.
    solutions: Option<&'c Solutions>,
    monitor: &'c dyn Monitor,
    /// Files that were read for what is being validated or solved.
    files: &'c RefCell<Vec<TextFile>>,
    document: Node,
    solved: Option<Solved>,
    known: BTreeMap<String, Solution>,
    remarks: Vec<Problem>,
}

/// A calibration that was solved and put into the document.
#[derive(Clone, Debug)]
struct Solved {
    info: CalibrationInfo,
    /// `market.calibrate` as written.
    request: Node,
    /// JSON pointer of the parameter.
    pointer: String,
    /// The parameter as written.
    written: Node,
}

/// Puts in every file of the chain, ancestors first, then what is set.
pub(super) fn merge_chain(
    chain: &Chain,
    options: &LoadOptions,
    sources: &mut Sources,
    monitor: &dyn Monitor,
) -> Result<Ready, Halt> {
    let known = options.parents.get(chain);
    let ancestors = if known.is_some() { chain.patches.len() - 1 } else { 0 };
    let begin = known.unwrap_or_else(|| (Node::empty(), Merged::default()));
    staged(chain, options, monitor, begin, |stages| {
        for (place, patch) in chain.patches.iter().enumerate().skip(ancestors) {
            // All that the scenario extends has been merged.
            if ancestors == 0 && place + 1 == chain.patches.len() && stages.files.borrow().is_empty() {
                options.parents.keep(chain, || stages.so_far());
            }
            stages.apply(patch.node.clone())?;
        }
        stages.assign(&options.set, options, sources)
    })
}

/// Puts assignments on top of a document that was merged before, as if they were the last of those that were set then.
pub(super) fn merge_more(
    chain: &Chain,
    (document, merged): (Node, Merged),
    assignments: &[String],
    options: &LoadOptions,
    sources: &mut Sources,
    monitor: &dyn Monitor,
) -> Result<Ready, Halt> {
    staged(chain, options, monitor, (document, merged), |stages| stages.assign(assignments, options, sources))
}

/// Goes on from a document and validates what becomes of it.
fn staged(
    chain: &Chain,
    options: &LoadOptions,
    monitor: &dyn Monitor,
    (document, Merged { solved, known, remarks }): (Node, Merged),
    go_on: impl FnOnce(&mut Stages<'_>) -> Result<(), Halt>,
) -> Result<Ready, Halt> {
    let files = RefCell::new(Vec::new());
    let read_csv = |path: &str, at: &Node| {
        let written = Place { span: at.span, pointer: String::new() };
        let text = chain.read_text(path, &written, &options.limits)?;
        let source = chain.patch_of(at.span).map_or(0, |patch| patch.source);
        files.borrow_mut().push(TextFile { source, path: path.to_owned(), text: text.clone() });
        Ok(text)
    };
    let context = Context { limits: options.limits, read_csv: &read_csv };
    let solutions = (!options.unsolved).then_some(&options.solutions);
    let mut stages = Stages { context: &context, solutions, monitor, files: &files, document, solved, known, remarks };
    go_on(&mut stages)?;
    let Stages { document, solved, known, remarks, .. } = stages;
    let calibration = solved.as_ref().map(|solved| solved.info.clone());
    let merged = Merged { solved, known, remarks: remarks.clone() };
    files.borrow_mut().clear();
    let Validated { model, problems } = validate(&document, &context);
    let remarks: Vec<Problem> = remarks.into_iter().chain(problems).collect();
    match model {
        Some(model) if !remarks.iter().any(is_error) => {
            Ok(Ready { document, merged, model, calibration, remarks, files: files.take() })
        }
        _ => Err(remarks.into()),
    }
}

impl Stages<'_> {
    /// The document as it is now, and what merging came to beside it.
    fn so_far(&self) -> (Node, Merged) {
        let (solved, known, remarks) = (self.solved.clone(), self.known.clone(), self.remarks.clone());
        (self.document.clone(), Merged { solved, known, remarks })
    }

    /// Merges assignments in their order.
    fn assign(&mut self, assignments: &[String], options: &LoadOptions, sources: &mut Sources) -> Result<(), Halt> {
        for assignment in assignments {
            let set = set(assignment, &self.document, sources, &options.limits)?;
            self.remarks.extend(set.remarks);
            self.apply(set.patch)?;
        }
        Ok(())
    }

    /// Merges a patch. One that writes `calibrate` is solved at once: later patches move against its solution.
    fn apply(&mut self, patch: Node) -> Result<(), Halt> {
        let calibrates = patch.at_pointer("/market/calibrate").is_some();
        if calibrates {
            self.restore();
        } else if let Some(solved) = &mut self.solved {
            solved.info.own = false;
        }
        self.remarks.extend(merge(&mut self.document, patch));
        match self.solutions {
            Some(solutions) if self.document.at_pointer("/market/calibrate").is_some() => self.solve(solutions),
            _ => Ok(()),
        }
    }

    /// Takes an earlier solution out again: the patch at hand asks anew.
    fn restore(&mut self) {
        if let Some(solved) = self.solved.take() {
            self.document.set_pointer(&solved.pointer, solved.written);
            self.document.set_pointer("/market/calibrate", solved.request);
        }
    }

    fn solve(&mut self, solutions: &Solutions) -> Result<(), Halt> {
        self.files.borrow_mut().clear();
        let Validated { model, problems } = validate(&self.document, self.context);
        let Some(model) = model.filter(|_| !self.remarks.iter().any(is_error)) else {
            let problems: Vec<Problem> = std::mem::take(&mut self.remarks).into_iter().chain(problems).collect();
            return Err(problems.into());
        };
        let (Some(calibration), Some(market)) = (&model.calibration, &model.market) else {
            unreachable!("a valid document with `calibrate` has a market that is calibrated");
        };
        let baseline = market.baseline.as_deref().expect("validation asks for a baseline beside `calibrate`");
        let key = key(&self.document, &self.files.borrow());
        let known = solutions.get(&key).filter(|solution| solution.fits(calibration.matching, &model.horizon));
        let solution = match known {
            Some(solution) => solution,
            None => match calibrate(&model, calibration, baseline, self.monitor) {
                Ok(solution) => {
                    solutions.keep(&key, &solution);
                    solution
                }
                Err(error) => return Err(vec![calibration::problem(error, &model, calibration)?].into()),
            },
        };
        let pointer = calibration.pointer.clone();
        let written = self.document.at_pointer(&pointer).cloned().expect("the parameter stands in the document");
        let request = self.document.at_pointer("/market/calibrate").cloned().expect("looked at above");
        let put = match &solution {
            Solution::Once(x) => put_number(&written, *x),
            Solution::EveryStep(_) => {
                put_by_period(&written, model.horizon.start.is_some(), &solution.values(&model.horizon))
            }
        };
        self.document.set_pointer(&pointer, put);
        self.document.remove_pointer("/market/calibrate");
        let info = calibration::info(&model, calibration, &solution);
        self.known.insert(key, solution);
        self.solved = Some(Solved { info, request, pointer, written });
        Ok(())
    }
}

fn is_error(problem: &Problem) -> bool {
    problem.severity == Severity::Error
}
