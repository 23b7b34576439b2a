//! The model under construction.

use super::Context;
use super::compound::CappedSum;
use crate::diagnostic::{Problem, Span};
use crate::model::{
    Definition, Dimension, Expr, Horizon, Input, InputId, LookupTable, OverTime, StepLength, VarId, Variable,
};
use crate::scenario::formula::{self, Ast, Syntax};
use crate::scenario::place::Place;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The meaning of a name in formulas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// A driver, a variable or a built-in.
    Variable(VarId),
    /// An event.
    Event(VarId),
    /// A ceiling and its place among the ceilings.
    Constraint(usize, VarId),
}

impl Named {
    pub(super) fn variable(self) -> VarId {
        match self {
            Named::Variable(id) | Named::Event(id) | Named::Constraint(_, id) => id,
        }
    }
}

/// A formula that waits until all names are declared.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) variable: VarId,
    pub(super) ast: Ast,
    pub(super) text: String,
    pub(super) place: Place,
    pub(super) role: Role,
}

/// The use of a formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A value at every step.
    Value,
    /// The `next` of a stock, in which `self` is its value of the step before.
    Next,
    /// `market.demand`: the next of a stock that may not say `self`.
    Demand,
    /// A target or an output, in which aggregates over all steps may stand.
    Result,
}

/// The model under construction.
pub(super) struct ModelBuilder<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) problems: Vec<Problem>,
    pub(super) horizon: Horizon,
    /// Names that are numbers, or formulas of such names.
    pub(super) constants: HashMap<String, f64>,
    pub(super) variables: Vec<Variable>,
    /// Where each variable was written.
    pub(super) places: Vec<Place>,
    pub(super) inputs: Vec<Input>,
    pub(super) names: HashMap<String, Named>,
    /// Helpers hoisted out of formulas, by the text they stand for.
    pub(super) helpers: HashMap<String, VarId>,
    /// Tables that formulas look values up in, by name.
    pub(super) tables: HashMap<String, Arc<LookupTable>>,
    /// Variables that are the name of a period, such as `2029Q1`.
    pub(super) period_names: HashSet<VarId>,
    pub(super) pending: Vec<Pending>,
    /// Ceilings by index, and what is wanted; empty without a market.
    pub(super) ceilings: Vec<VarId>,
    pub(super) wanted: Option<VarId>,
    /// The market in parts.
    pub(super) dimensions: Vec<Dimension>,
    /// The baseline, where it is written as a quantity.
    pub(super) baseline: Option<VarId>,
    /// Bytes that values by step take.
    pub(super) bytes: u64,
    /// Whether a limit was passed, so that no more is built.
    pub(super) full: bool,
    /// Variables that some formula or output reads.
    pub(super) used: HashSet<VarId>,
    /// What constants must satisfy because of the place they stand in.
    pub(super) domains: Vec<Domain>,
    /// Draws whose laws `pearson` correlations were solved for.
    pub(super) pearson: Vec<VarId>,
    /// The backlog and the share that it keeps, where it is written so.
    pub(super) backlog_share: Option<(VarId, VarId)>,
    /// Names that an error elsewhere keeps from being declared.
    pub(super) lost: HashSet<String>,
    /// Keys of quantities that cannot be read as names.
    pub(super) ill_named: Vec<String>,
    /// Where a constant was asked for, and the formula that is none: what it reads may be wrong itself.
    pub(super) asked_constants: Vec<(String, Ast)>,
    /// Whether the file has a market that could not be declared, or should have one.
    pub(super) market_is_broken: bool,
    /// Sums of draws that stop at a cap.
    pub(super) capped: Vec<CappedSum>,
    /// Correlations that took a search so far.
    pub(super) solved: u64,
    /// Tables that laws with parameters by step take so far.
    pub(super) law_tables: u64,
}

/// A domain that comes with a place, such as hazards between 0 and 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Domain {
    pub(super) variable: VarId,
    pub(super) inside: fn(f64) -> bool,
    pub(super) text: &'static str,
}

impl<'a> ModelBuilder<'a> {
    pub(super) fn new(context: &'a Context<'a>, constants: HashMap<String, f64>) -> Self {
        ModelBuilder {
            context,
            problems: Vec::new(),
            horizon: Horizon { start: None, steps: 0, length: StepLength::Static },
            constants,
            variables: Vec::new(),
            places: Vec::new(),
            inputs: Vec::new(),
            names: HashMap::new(),
            helpers: HashMap::new(),
            tables: HashMap::new(),
            period_names: HashSet::new(),
            pending: Vec::new(),
            ceilings: Vec::new(),
            wanted: None,
            dimensions: Vec::new(),
            baseline: None,
            bytes: 0,
            full: false,
            used: HashSet::new(),
            domains: Vec::new(),
            pearson: Vec::new(),
            backlog_share: None,
            lost: HashSet::new(),
            ill_named: Vec::new(),
            asked_constants: Vec::new(),
            market_is_broken: false,
            capped: Vec::new(),
            solved: 0,
            law_tables: 0,
        }
    }

    /// Adds a variable; past the limit on quantities, says so once and gives the last one instead.
    pub(super) fn add(&mut self, name: &str, place: Place, definition: Definition) -> VarId {
        let count = self.variables.len() as u64;
        if count >= self.context.limits.quantities.clamp(1, u64::from(u32::MAX)) {
            let message = format!("this scenario has more than {} quantities", self.context.limits.quantities);
            let problem = place.error("too-many-quantities", message);
            self.is_over(problem.help("raise the limit with --limit quantities=N"));
            return VarId(self.variables.len() as u32 - 1);
        }
        self.variables.push(Variable {
            name: name.to_string(),
            pointer: place.pointer.clone(),
            unit: None,
            source: None,
            note: None,
            confidence: None,
            title: None,
            text: None,
            first: 0,
            definition,
        });
        self.places.push(place);
        VarId(count as u32)
    }

    /// Stops building because a limit was passed; the first one that was is reported.
    pub(super) fn is_over(&mut self, problem: Problem) {
        if !self.full {
            self.full = true;
            self.push(problem);
        }
    }

    /// A variable whose definition follows, or never does because it is wrong.
    pub(super) fn placeholder(&mut self, name: &str, place: Place) -> VarId {
        self.add(name, place, Definition::Constant(f64::NAN))
    }

    pub(super) fn variable(&self, id: VarId) -> &Variable {
        &self.variables[id.0 as usize]
    }

    /// A variable to say more of; none once a limit was passed, when the id may be another's.
    pub(super) fn variable_mut(&mut self, id: VarId) -> Option<&mut Variable> {
        (!self.full).then(|| &mut self.variables[id.0 as usize])
    }

    pub(super) fn place(&self, id: VarId) -> &Place {
        &self.places[id.0 as usize]
    }

    /// Lets problems with a variable point at a place in which it is not written itself.
    pub(super) fn blame_on(&mut self, id: VarId, place: Place) {
        if !self.full {
            self.places[id.0 as usize] = place;
        }
    }

    pub(super) fn define(&mut self, id: VarId, definition: Definition) {
        if let Some(variable) = self.variable_mut(id) {
            variable.definition = definition;
        }
    }

    /// Says what a constant must satisfy because of the place it stands in.
    pub(super) fn domain(&mut self, variable: VarId, inside: fn(f64) -> bool, text: &'static str) {
        self.domains.push(Domain { variable, inside, text });
    }

    pub(super) fn add_input(&mut self, name: &str, over_time: OverTime) -> InputId {
        self.inputs.push(Input { name: name.to_string(), over_time });
        InputId(self.inputs.len() as u32 - 1)
    }

    /// A constant that the file leaves out.
    pub(super) fn constant(&mut self, name: &str, value: f64) -> VarId {
        self.add(name, Place::default(), Definition::Constant(value))
    }

    /// A helper that a formula or the market implies, without a place of its own in the document.
    pub(super) fn implied(&mut self, name: &str, expr: Expr) -> VarId {
        self.add(name, Place::default(), Definition::Formula(expr))
    }

    pub(super) fn push(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Whether a problem of this code was found.
    pub(super) fn said(&self, code: &str) -> bool {
        self.problems.iter().any(|problem| problem.code == code)
    }

    /// The numbers of a variable that is the same on every path; none for all others.
    pub(super) fn values(&self, id: VarId) -> &[f64] {
        match &self.variable(id).definition {
            Definition::Constant(value) => std::slice::from_ref(value),
            Definition::ByStep(values) => values,
            _ => &[],
        }
    }

    /// Parses a formula, or reports what is wrong with it.
    pub(super) fn parse(&mut self, text: &str, place: &Place) -> Option<Ast> {
        match formula::parse(text, self.context.limits.nesting) {
            Ok(ast) => Some(ast),
            Err(_) if self.spells_ill_name(text) => None,
            Err(problem) => {
                let within = |span: Span| place.within(text, &(span.start as usize..span.end as usize));
                let span = problem.span.and_then(within);
                self.push(Problem { span, pointer: place.pointer.clone(), ..*problem });
                None
            }
        }
    }

    /// Parses a formula to be resolved when all names are known.
    pub(super) fn pend(&mut self, variable: VarId, ast: Ast, text: &str, place: Place, role: Role) {
        if matches!(ast.kind, Syntax::Period(_)) {
            self.period_names.insert(variable);
        }
        if let Some(known) = self.variable_mut(variable) {
            known.text = Some(text.to_owned());
            self.pending.push(Pending { variable, ast, text: text.to_owned(), place, role });
        }
    }

    /// Counts the bytes of a value for every step; past the limit on memory, says so once and refuses.
    pub(super) fn reserve_steps(&mut self, place: &Place, each: usize) -> bool {
        let needed = (self.horizon.steps as u64 + 1).saturating_mul(each as u64);
        self.bytes = self.bytes.saturating_add(needed);
        let limit = self.context.limits.memory;
        if self.bytes > limit {
            let message = format!("values by step take more than {limit} bytes: the limit on memory is reached here");
            let problem = place.error("too-much-memory", message);
            self.is_over(problem.help("use fewer steps, or raise the limit with --limit memory=N"));
        }
        self.bytes <= limit && !self.full
    }

    /// A step in messages: `2026`, or `step 7`.
    pub(super) fn when(&self, step: usize) -> String {
        match self.horizon.year(step) {
            Some(_) => self.horizon.period(step),
            None => format!("step {step}"),
        }
    }

    /// What a factor of growth over a year is over one step; a rate of counted steps is per step already.
    pub(super) fn over_step(&self, yearly: Expr) -> Expr {
        match self.horizon.step_years() {
            1.0 => yearly,
            years => yearly.power(years),
        }
    }

    /// Why a quarter or a month names no step of this file.
    pub(super) fn no_such_period(&self, name: &str) -> String {
        match self.horizon.length {
            StepLength::Counted => format!("`{name}` is no step: this file counts its steps"),
            length => format!("`{name}` names no step: the steps of this file are {}s", length.name()),
        }
    }

    /// How the first and the last step are called in messages.
    pub(super) fn range(&self) -> String {
        let last = self.horizon.period(self.horizon.last());
        format!("{} to {last}", self.horizon.period(0))
    }
}
