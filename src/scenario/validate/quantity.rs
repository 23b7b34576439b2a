//! Quantities: a number, a formula, a distribution, values by year, or a stock.

use super::builder::{Builder, Pending, Place, Role, child, describe};
use super::over_time::Draws;
use crate::diagnostic::{Problem, nearest_name};
use crate::kernel::Binary;
use crate::model::{Blend, Definition, Expr, PeriodName, StepLength, VarId};
use crate::scenario::json::{Json, Member, Node};
use crate::scenario::keys;
use crate::scenario::laws::{self, LAWS};

/// What kind of quantity an object is.
enum Form<'n> {
    Value(&'n Node),
    Formula(&'n Node),
    ByStep(&'n Member),
    Stock,
    Law(&'n Member),
}

impl Builder<'_> {
    /// Declares a quantity and everything inside it; what is wrong with it is reported.
    pub(super) fn quantity(&mut self, node: &Node, name: &str, pointer: &str, draws: Draws) -> VarId {
        let id = self.placeholder(name, Place::new(node, pointer));
        self.quantity_into(id, node, name, pointer, draws);
        id
    }

    /// Defines a variable that was added before.
    pub(super) fn quantity_into(&mut self, id: VarId, node: &Node, name: &str, pointer: &str, draws: Draws) {
        if self.full {
            return;
        }
        match &node.value {
            Json::Number(value) => self.define(id, Definition::Constant(*value)),
            Json::String(_) => self.formula(id, node, pointer, Role::Value),
            Json::Object(members) => {
                self.papers(id, members, pointer);
                match self.form(members, node, pointer) {
                    Some(Form::Value(value)) => self.value(id, value, &child(pointer, "value"), members, pointer),
                    Some(Form::Formula(formula)) => {
                        self.known_keys(members, pointer, "a formula", &[&["formula"], keys::PAPERS]);
                        self.formula(id, formula, &child(pointer, "formula"), Role::Value);
                    }
                    Some(Form::ByStep(knots)) => {
                        self.known_keys(members, pointer, "values by year", &[&[knots.key.as_str()], keys::PAPERS]);
                        self.by_step(id, knots, name, &child(pointer, &knots.key), draws);
                    }
                    Some(Form::Stock) => self.stock(id, node, members, name, pointer),
                    Some(Form::Law(law)) => {
                        let keys: &[&[&str]] = &[&[law.key.as_str()], keys::BESIDE_LAW, keys::PAPERS];
                        self.known_keys(members, pointer, "a distribution", keys);
                        self.draw(id, node, law, name, pointer, draws);
                    }
                    None => {}
                }
            }
            _ => self.wrong_type(
                node,
                pointer,
                &format!("`{name}`"),
                "a quantity: a number, a formula, a distribution, values by year or a stock",
            ),
        }
    }

    fn form<'n>(&mut self, members: &'n [Member], node: &Node, pointer: &str) -> Option<Form<'n>> {
        let mut found: Vec<(&str, Form<'n>)> = Vec::new();
        for member in members {
            let form = match member.key.as_str() {
                "value" => Form::Value(&member.node),
                "formula" => Form::Formula(&member.node),
                "by_year" | "by_step" => Form::ByStep(member),
                "start" | "growth" | "next" => Form::Stock,
                key if laws::find(key).is_some() => Form::Law(member),
                _ => continue,
            };
            if !(matches!(form, Form::Stock) && found.iter().any(|(_, other)| matches!(other, Form::Stock))) {
                found.push((&member.key, form));
            }
        }
        if found.len() > 1 {
            let names = found.iter().map(|(key, _)| format!("`{key}`")).collect::<Vec<_>>().join(" and ");
            let message = format!("a quantity is one thing, and this one has {names}");
            self.push(
                Problem::error("ambiguous-quantity", node.span, pointer, message)
                    .expected("one law, `formula`, `value`, `by_year`, or `start` with `growth` or `next`"),
            );
            return None;
        }
        if let Some((_, form)) = found.pop() {
            return Some(form);
        }
        self.no_form(members, node, pointer);
        None
    }

    /// An object that names no law and no other kind: probably a misspelt one.
    fn no_form(&mut self, members: &[Member], node: &Node, pointer: &str) {
        let kinds =
            || LAWS.iter().map(|law| law.name).chain(keys::KINDS.iter().copied()).chain(keys::STOCK.iter().copied());
        let beside = [keys::BESIDE_LAW, keys::PAPERS].concat();
        let stranger = members.iter().find(|member| !beside.contains(&member.key.as_str()));
        let laws = LAWS.iter().map(|law| law.name).collect::<Vec<_>>().join(", ");
        let problem = match stranger {
            Some(member) => {
                let message =
                    format!("there is no law and no other kind of quantity called `{}`", member.key.escape_debug());
                let span = member.key_span.or(member.node.span);
                let near = nearest_name(&member.key, kinds());
                Problem::error("unknown-law", span, child(pointer, &member.key), message)
                    .found(&member.key)
                    .nearest(near)
            }
            None => {
                Problem::error("missing-law", node.span, pointer, "this quantity has no value").found(describe(node))
            }
        };
        self.push(
            problem
                .expected(format!("a law ({laws}), `formula`, `value`, `by_year`, or `start` with `growth` or `next`")),
        );
    }

    /// Unit, source, note and confidence.
    pub(super) fn papers(&mut self, id: VarId, members: &[Member], pointer: &str) {
        for member in members {
            let key = member.key.as_str();
            if !keys::PAPERS.contains(&key) {
                continue;
            }
            let text = self.text(&member.node, &child(pointer, key), &format!("`{key}`"));
            if self.full {
                continue;
            }
            let variable = self.variable_mut(id);
            match key {
                "unit" => variable.unit = text,
                "source" => variable.source = text,
                "note" => variable.note = text,
                _ => variable.confidence = text,
            }
        }
    }

    fn value(&mut self, id: VarId, value: &Node, at: &str, members: &[Member], pointer: &str) {
        self.known_keys(members, pointer, "a number with papers", &[&["value"], keys::PAPERS]);
        match &value.value {
            Json::Number(number) => self.define(id, Definition::Constant(*number)),
            Json::String(_) => {
                let problem = Problem::error("wrong-type", value.span, at, "`value` must be a number");
                self.push(
                    problem.expected("a number").found(describe(value)).help("a formula is written under `formula`"),
                );
            }
            _ => self.wrong_type(value, at, "`value`", "a number"),
        }
    }

    /// A formula: parsed now, resolved when all names are known.
    pub(super) fn formula(&mut self, variable: VarId, node: &Node, pointer: &str, role: Role) {
        let Some(text) = self.text(node, pointer, "a formula") else { return };
        let place = Place::new(node, pointer);
        let Some(ast) = self.parse(&text, &place) else { return };
        if !self.full {
            self.variable_mut(variable).text = Some(text.clone());
            self.pending.push(Pending { variable, ast, text, place, role });
        }
    }

    fn stock(&mut self, id: VarId, node: &Node, members: &[Member], name: &str, pointer: &str) {
        self.known_keys(members, pointer, "a stock", &[keys::STOCK, keys::PAPERS]);
        if self.horizon.length == StepLength::Static {
            let problem = Problem::error(
                "needs-horizon",
                node.span,
                pointer,
                format!("`{name}` is a stock, and this file has no steps"),
            );
            self.push(problem.help("add a `horizon`"));
            return;
        }
        let missing = |key: &str, why: &str| {
            Problem::error("missing-key", node.span, pointer, format!("`{name}` has no `{key}`")).expected(why)
        };
        let start = match node.get("start") {
            Some(start) => {
                Some(self.quantity(start, &format!("{name}.start"), &child(pointer, "start"), Draws::start()))
            }
            None => {
                self.push(missing("start", "a stock: `start`, and `growth` or `next`"));
                None
            }
        };
        match (node.get("growth"), node.get("next")) {
            (Some(growth), None) => {
                let draws = Draws::every_step(&self.horizon);
                let growth = self.quantity(growth, &format!("{name}.growth"), &child(pointer, "growth"), draws);
                if let Some(start) = start {
                    let factor = binary(Binary::Add, Expr::Constant(1.0), Expr::Variable(growth));
                    let next = binary(Binary::Multiply, own(id), self.over_step(factor));
                    self.define(id, Definition::Stock { start, next });
                }
            }
            (None, Some(next)) => {
                if let Some(start) = start {
                    self.define(id, Definition::Stock { start, next: Expr::Constant(f64::NAN) });
                }
                self.next(id, next, &child(pointer, "next"), Role::Next);
            }
            (Some(_), Some(_)) => {
                let message = format!("`{name}` has both `growth` and `next`");
                self.push(
                    Problem::error("ambiguous-quantity", node.span, pointer, message)
                        .expected("one of them: `growth` is short for `next`: \"self * (1 + growth)\""),
                );
            }
            (None, None) => self.push(missing("growth", "`growth` or `next`")),
        }
    }

    /// The formula of a stock's `next`, as text or with papers.
    pub(super) fn next(&mut self, id: VarId, node: &Node, pointer: &str, role: Role) {
        match (&node.value, node.get("formula")) {
            (Json::Object(members), Some(formula)) => {
                self.known_keys(members, pointer, "a formula", &[&["formula"], keys::PAPERS]);
                match role {
                    // The demand of a market has no other place for them.
                    Role::Demand => self.papers(id, members, pointer),
                    _ => self.check_papers(members, pointer),
                }
                self.formula(id, formula, &child(pointer, "formula"), role);
            }
            _ => self.formula(id, node, pointer, role),
        }
    }

    /// `by_year` and `by_step`: knots, linear in between, flat outside.
    fn by_step(&mut self, id: VarId, member: &Member, name: &str, pointer: &str, draws: Draws) {
        let calendar = match self.horizon.length {
            StepLength::Year | StepLength::Quarter | StepLength::Month => "by_year",
            StepLength::Counted => "by_step",
            StepLength::Static => {
                let message = format!("`{name}` has values over time, and this file has no steps");
                let problem = Problem::error("needs-horizon", member.node.span, pointer, message);
                self.push(problem.help("add a `horizon`"));
                return;
            }
        };
        if member.key != calendar {
            let message = match calendar {
                "by_year" => format!("the horizon of this file is in {}s", self.horizon.length.name()),
                _ => "the horizon of this file is in counted steps".to_string(),
            };
            let problem = Problem::error("wrong-calendar", member.key_span.or(member.node.span), pointer, message);
            self.push(problem.expected(format!("`{calendar}`")).found(format!("`{}`", member.key)));
            return;
        }
        let Some(members) = self.object(&member.node, pointer, &format!("`{calendar}`")) else { return };
        let knots = self.knots(members, calendar, pointer);
        if members.is_empty() {
            let problem =
                Problem::error("missing-key", member.node.span, pointer, format!("`{calendar}` has no values"));
            self.push(problem.expected("at least one value"));
        }
        if knots.is_empty() {
            return;
        }
        let numbers: Option<Vec<f64>> = knots.iter().map(|(_, knot)| as_number(&knot.node)).collect();
        let size = if numbers.is_some() { size_of::<f64>() } else { size_of::<Blend>() };
        if !self.reserve_steps(&member.node, pointer, size) {
            return;
        }
        let steps = self.horizon.steps;
        let at: Vec<f64> = knots.iter().map(|(when, _)| *when).collect();
        if let Some(numbers) = numbers {
            let value = |step| {
                let (left, right, weight) = between(&at, step);
                interpolate(numbers[left], numbers[right], weight)
            };
            self.define(id, Definition::ByStep((0..=steps).map(value).collect()));
            return;
        }
        let mut read = vec![0_usize; knots.len()];
        for step in 0..=steps {
            let (left, right, weight) = between(&at, step);
            read[left] += 1;
            read[right] += usize::from(weight > 0.0);
        }
        let mut ids = Vec::with_capacity(knots.len());
        for ((_, knot), read) in knots.iter().zip(read) {
            let (name, pointer) = (format!("{name}.{}", knot.key), child(pointer, &knot.key));
            ids.push(self.quantity(&knot.node, &name, &pointer, draws.knot(read)));
        }
        let blend = |step| {
            let (left, right, weight) = between(&at, step);
            Blend { left: ids[left], right: ids[right], weight }
        };
        self.define(id, Definition::Blend((0..=steps).map(blend).collect()));
    }

    /// The knots in order of time, each with its steps after the base.
    fn knots<'n>(&mut self, members: &'n [Member], calendar: &str, pointer: &str) -> Vec<(f64, &'n Member)> {
        let kind = match self.horizon.length {
            StepLength::Quarter => "a year, or a quarter such as 2026Q1",
            StepLength::Month => "a year, or a month such as 2026-01",
            _ if calendar == "by_year" => "a year",
            _ => "a step",
        };
        let mut knots: Vec<(f64, &Member)> = Vec::new();
        for knot in members {
            let name = PeriodName::parse(&knot.key);
            match name.and_then(|name| self.horizon.position(name)).and_then(|step| i32::try_from(step).ok()) {
                Some(step) => knots.push((f64::from(step), knot)),
                None => {
                    let at = child(pointer, &knot.key);
                    let message = format!("each key of `{calendar}` is {kind}");
                    let problem = Problem::error("bad-knot", knot.key_span, at, message);
                    self.push(problem.expected(kind).found(&knot.key));
                }
            }
        }
        knots.sort_by(|a, b| a.0.total_cmp(&b.0));
        for pair in knots.windows(2) {
            if let [(first, one), (second, other)] = pair
                && first == second
            {
                let message = format!("`{}` and `{}` are the same step", one.key, other.key);
                let problem = Problem::error("bad-knot", other.key_span, child(pointer, &other.key), message);
                self.push(problem.related(one.key_span, "the first one").help("a year means its last step"));
            }
        }
        knots
    }

    /// A formula of constants as a number; anything else stays what it is.
    pub(super) fn constant_of(&self, pending: &Pending) -> Option<f64> {
        super::constants::evaluate(&pending.ast, &|name| self.constants.get(name).copied())
    }
}

/// Whether a key says what kind of quantity its object is.
pub(super) fn names_a_kind(key: &str) -> bool {
    keys::KINDS.contains(&key) || keys::STOCK.contains(&key) || laws::find(key).is_some()
}

/// (1 - weight) * left + weight * right; a weight of 0 keeps the bits of the knot.
fn interpolate(left: f64, right: f64, weight: f64) -> f64 {
    if weight == 0.0 { left } else { (1.0 - weight) * left + weight * right }
}

/// The knots around a step and the weight of the right one.
fn between(knots: &[f64], step: usize) -> (usize, usize, f64) {
    let step = step as f64;
    let after = knots.partition_point(|knot| *knot <= step);
    if after == 0 {
        return (0, 0, 0.0);
    }
    let left = after - 1;
    if after == knots.len() || knots[left] == step {
        return (left, left, 0.0);
    }
    (left, after, (step - knots[left]) / (knots[after] - knots[left]))
}

/// The number of a knot that is written as one.
fn as_number(node: &Node) -> Option<f64> {
    match &node.value {
        Json::Number(value) => Some(*value),
        _ => None,
    }
}

pub(super) fn binary(op: Binary, left: Expr, right: Expr) -> Expr {
    Expr::Binary(op, Box::new(left), Box::new(right))
}

/// A variable's own value of the step before.
pub(super) fn own(variable: VarId) -> Expr {
    lag(variable, 1)
}

pub(super) fn lag(variable: VarId, lag: usize) -> Expr {
    Expr::Lag { variable, lag, default: None }
}
