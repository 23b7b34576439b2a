//! The model under construction, and how values of the document are read.

use super::Context;
use crate::diagnostic::{Problem, Span, nearest_name};
use crate::kernel::Binary;
use crate::model::{Definition, Dimension, Expr, Horizon, Input, InputId, OverTime, StepLength, VarId, Variable};
use crate::scenario::formula::{self, Ast, FormulaError};
pub(super) use crate::scenario::json::child_pointer as child;
use crate::scenario::json::{Json, Member, Node};
use crate::scenario::keys;
use std::collections::{HashMap, HashSet};

/// What a name stands for in formulas.
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

/// Text of the document that problems point into.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) span: Option<Span>,
    pub(super) pointer: String,
}

impl Place {
    pub(super) fn new(node: &Node, pointer: &str) -> Self {
        Place { span: node.span, pointer: pointer.to_string() }
    }

    /// The place of some bytes of a formula, if the text stands in the source as it is read: no escapes in it.
    pub(super) fn within(&self, text: &str, range: &std::ops::Range<usize>) -> Option<Span> {
        let span = self.span?;
        let length = (span.end - span.start) as usize;
        let offset = match length.checked_sub(text.len()) {
            Some(2) => 1,
            Some(0) => 0,
            _ => return Some(span),
        };
        let at = |byte: usize| span.start + (offset + byte) as u32;
        Some(Span { source: span.source, start: at(range.start), end: at(range.end) })
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

/// What a formula is for.
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
pub(super) struct Builder<'a> {
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
}

/// A domain that comes with a place, such as hazards between 0 and 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Domain {
    pub(super) variable: VarId,
    pub(super) inside: fn(f64) -> bool,
    pub(super) text: &'static str,
}

impl<'a> Builder<'a> {
    pub(super) fn new(context: &'a Context<'a>, constants: HashMap<String, f64>) -> Self {
        Builder {
            context,
            problems: Vec::new(),
            horizon: Horizon { start: None, steps: 0, length: StepLength::Static },
            constants,
            variables: Vec::new(),
            places: Vec::new(),
            inputs: Vec::new(),
            names: HashMap::new(),
            helpers: HashMap::new(),
            pending: Vec::new(),
            ceilings: Vec::new(),
            wanted: None,
            dimensions: Vec::new(),
            baseline: None,
            bytes: 0,
            full: false,
            used: HashSet::new(),
            domains: Vec::new(),
        }
    }

    /// Adds a variable; past the limit on quantities, says so once and gives the last one instead.
    pub(super) fn add(&mut self, name: &str, place: Place, definition: Definition) -> VarId {
        let count = self.variables.len() as u64;
        if count >= self.context.limits.quantities.clamp(1, u64::from(u32::MAX)) {
            if !self.full {
                self.full = true;
                let message = format!("this scenario has more than {} quantities", self.context.limits.quantities);
                self.problems.push(
                    Problem::error("too-many-quantities", place.span, &place.pointer, message)
                        .help("raise the limit with --limit quantities=N"),
                );
            }
            return VarId(self.variables.len() as u32 - 1);
        }
        self.variables.push(Variable {
            name: name.to_string(),
            pointer: place.pointer.clone(),
            unit: None,
            source: None,
            note: None,
            confidence: None,
            text: None,
            first: 0,
            definition,
        });
        self.places.push(place);
        VarId(count as u32)
    }

    /// A variable whose definition follows, or never does because it is wrong.
    pub(super) fn placeholder(&mut self, name: &str, place: Place) -> VarId {
        self.add(name, place, Definition::Constant(f64::NAN))
    }

    pub(super) fn variable(&self, id: VarId) -> &Variable {
        &self.variables[id.0 as usize]
    }

    pub(super) fn variable_mut(&mut self, id: VarId) -> &mut Variable {
        &mut self.variables[id.0 as usize]
    }

    pub(super) fn place(&self, id: VarId) -> &Place {
        &self.places[id.0 as usize]
    }

    pub(super) fn define(&mut self, id: VarId, definition: Definition) {
        if !self.full {
            self.variable_mut(id).definition = definition;
        }
    }

    pub(super) fn add_input(&mut self, name: &str, over_time: OverTime) -> InputId {
        self.inputs.push(Input { name: name.to_string(), over_time });
        InputId(self.inputs.len() as u32 - 1)
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

    pub(super) fn wrong_type(&mut self, node: &Node, pointer: &str, what: &str, expected: &str) {
        let problem = Problem::error("wrong-type", node.span, pointer, format!("{what} must be {expected}"));
        self.push(problem.expected(expected).found(describe(node)));
    }

    /// Members of an object.
    pub(super) fn object<'n>(&mut self, node: &'n Node, pointer: &str, what: &str) -> Option<&'n [Member]> {
        match &node.value {
            Json::Object(members) => Some(members),
            _ => {
                self.wrong_type(node, pointer, what, "an object");
                None
            }
        }
    }

    /// Reports every key that none of the tables has.
    pub(super) fn known_keys(&mut self, members: &[Member], pointer: &str, what: &str, tables: &[&[&str]]) {
        for member in members {
            if !tables.iter().any(|table| table.contains(&member.key.as_str())) {
                self.unknown_key(member, pointer, what, tables);
            }
        }
    }

    pub(super) fn unknown_key(&mut self, member: &Member, pointer: &str, what: &str, tables: &[&[&str]]) {
        let names = || tables.iter().flat_map(|table| table.iter().copied());
        let shown = member.key.escape_debug();
        let problem = Problem::error(
            "unknown-key",
            member.key_span.or(member.node.span),
            child(pointer, &member.key),
            format!("{what} has no key `{shown}`"),
        );
        let list: Vec<&str> = names().collect();
        self.push(problem.expected(list.join(", ")).found(&member.key).nearest(nearest_name(&member.key, names())));
    }

    /// A text, if the value is one.
    pub(super) fn text(&mut self, node: &Node, pointer: &str, what: &str) -> Option<String> {
        match &node.value {
            Json::String(text) => Some(text.clone()),
            _ => {
                self.wrong_type(node, pointer, what, "text");
                None
            }
        }
    }

    /// Checks papers that nothing keeps: those of a constant, a correlation, a target.
    pub(super) fn check_papers(&mut self, members: &[Member], pointer: &str) {
        for member in members.iter().filter(|member| keys::PAPERS.contains(&member.key.as_str())) {
            self.text(&member.node, &child(pointer, &member.key), &format!("`{}`", member.key));
        }
    }

    /// One of some words.
    pub(super) fn word(&mut self, node: &Node, pointer: &str, what: &str, words: &[&str]) -> Option<usize> {
        let list = words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" or ");
        match &node.value {
            Json::String(text) => {
                let found = words.iter().position(|word| word == text);
                if found.is_none() {
                    let message = format!("{what} must be {list}");
                    let problem = Problem::error("unknown-value", node.span, pointer, message).expected(list);
                    self.push(problem.found(text).nearest(nearest_name(text, words.iter().copied())));
                }
                found
            }
            _ => {
                self.wrong_type(node, pointer, what, &list);
                None
            }
        }
    }

    /// A finite number, or a formula of constants.
    pub(super) fn number(&mut self, node: &Node, pointer: &str, what: &str) -> Option<f64> {
        match &node.value {
            Json::Number(value) => Some(*value),
            Json::String(text) if text.trim().parse::<f64>().is_ok() => {
                let problem = Problem::error("wrong-type", node.span, pointer, format!("{what} must be a number"));
                self.push(problem.expected("a number").found(describe(node)).help("write it without quotes"));
                None
            }
            Json::String(text) => {
                let place = Place::new(node, pointer);
                let ast = self.parse(text, &place)?;
                match super::constants::evaluate(&ast, &|name| self.constants.get(name).copied()) {
                    Some(value) if value.is_finite() => Some(value),
                    Some(value) => {
                        let message = format!("{what} has no finite value: this formula gives {value}");
                        self.push(Problem::error("not-finite", node.span, pointer, message));
                        None
                    }
                    None => {
                        let message = format!("{what} must be a constant: a number or a formula of constants");
                        let problem = Problem::error("not-constant", node.span, pointer, message);
                        self.push(problem.expected("a number or a formula of constants").found(text));
                        None
                    }
                }
            }
            Json::Object(members) if members.iter().any(|member| member.key == "value") => {
                self.known_keys(members, pointer, "a number with papers", &[&["value"], keys::PAPERS]);
                self.check_papers(members, pointer);
                let value = members.iter().find(|member| member.key == "value")?;
                let number = match value.node.value {
                    Json::Number(number) => Some(number),
                    _ => None,
                };
                if number.is_none() {
                    self.wrong_type(&value.node, &child(pointer, "value"), "`value`", "a number");
                }
                number
            }
            Json::Object(_) => {
                let message = format!("{what} must be a constant: a number or a formula of constants");
                let problem = Problem::error("not-constant", node.span, pointer, message);
                self.push(problem.expected("a number or a formula of constants").found(describe(node)));
                None
            }
            _ => {
                self.wrong_type(node, pointer, what, "a number");
                None
            }
        }
    }

    /// A whole number, or a formula of constants that gives one.
    pub(super) fn whole(&mut self, node: &Node, pointer: &str, what: &str) -> Option<f64> {
        let value = self.number(node, pointer, what)?;
        if value.fract() == 0.0 {
            return Some(value);
        }
        let problem = Problem::error("not-whole", node.span, pointer, format!("{what} must be a whole number"));
        self.push(problem.expected("a whole number").found(value.to_string()));
        None
    }

    /// Parses a formula, or reports what is wrong with it.
    pub(super) fn parse(&mut self, text: &str, place: &Place) -> Option<Ast> {
        match formula::parse(text, self.context.limits.nesting) {
            Ok(ast) => Some(ast),
            Err(error) => {
                self.formula_problem(*error, text, place);
                None
            }
        }
    }

    pub(super) fn formula_problem(&mut self, error: FormulaError, text: &str, place: &Place) {
        let span = place.within(text, &error.span);
        let problem = Problem::error(error.code, span, &place.pointer, error.message);
        self.push(Problem {
            expected: error.expected,
            found: error.found,
            nearest: error.nearest,
            help: error.help,
            ..problem
        });
    }

    /// Counts the bytes of a value for every step; past the limit on memory, says so once and refuses.
    pub(super) fn reserve_steps(&mut self, node: &Node, pointer: &str, each: usize) -> bool {
        let needed = (self.horizon.steps as u64 + 1).saturating_mul(each as u64);
        self.bytes = self.bytes.saturating_add(needed);
        if self.bytes <= self.context.limits.memory {
            return !self.full;
        }
        if !self.full {
            self.full = true;
            let message = format!(
                "values by step take more than {} bytes: the limit on memory is reached here",
                self.context.limits.memory
            );
            self.push(
                Problem::error("too-much-memory", node.span, pointer, message)
                    .help("use fewer steps, or raise the limit with --limit memory=N"),
            );
        }
        false
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
            years => Expr::Binary(Binary::Power, Box::new(yearly), Box::new(Expr::Constant(years))),
        }
    }

    /// Why a quarter or a month names no step of this file.
    pub(super) fn no_such_period(&self, name: &str) -> String {
        match self.horizon.length {
            StepLength::Counted => format!("`{name}` is no step: this file counts its steps"),
            length => format!("`{name}` names no step: the steps of this file are {}s", length.name()),
        }
    }

    /// How the last steps are called in messages.
    pub(super) fn range(&self) -> String {
        let last = self.horizon.period(self.horizon.last());
        format!("{} to {last}", self.horizon.period(0))
    }
}

/// What a value is, for the eye.
pub(super) fn describe(node: &Node) -> String {
    match &node.value {
        Json::Null => "null".into(),
        Json::Bool(value) => value.to_string(),
        Json::Number(value) => format!("the number {value}"),
        Json::String(text) => {
            let short: String = text.chars().take(40).collect();
            format!("the text {short:?}{}", if short.len() < text.len() { "..." } else { "" })
        }
        Json::Array(_) => "a list".into(),
        Json::Object(_) => "an object".into(),
    }
}
