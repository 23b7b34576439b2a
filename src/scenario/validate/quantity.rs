//! Quantities: a number, a formula, a distribution, values by year, or a stock.

use super::builder::{ModelBuilder, Role};
use super::item::Item;
use super::over_time::DrawSteps;
use super::spelling;
use crate::diagnostic::nearest_name;
use crate::model::{Blend, Definition, Expr, PeriodName, StepLength, VarId};
use crate::scenario::json::Json;
use crate::scenario::keys;
use crate::scenario::laws::{self, LAWS};

/// What kind of quantity an object is, with the member that says so.
enum QuantityForm<'n> {
    Value(Item<'n>),
    Formula(Item<'n>),
    ByStep(Item<'n>),
    Stock,
    Compound(Item<'n>),
    Law(Item<'n>),
}

impl ModelBuilder<'_> {
    /// Declares a quantity and everything inside it; what is wrong with it is reported.
    pub(super) fn quantity(&mut self, item: &Item<'_>, name: &str, draws: DrawSteps) -> VarId {
        let id = self.placeholder(name, item.place());
        self.quantity_into(id, item, name, draws);
        id
    }

    /// Declares a quantity that is read in every step.
    pub(super) fn quantity_of_steps(&mut self, item: &Item<'_>, name: &str) -> VarId {
        let draws = DrawSteps::every_step(&self.horizon);
        self.quantity(item, name, draws)
    }

    /// Defines a variable that was added before.
    pub(super) fn quantity_into(&mut self, id: VarId, item: &Item<'_>, name: &str, draws: DrawSteps) {
        if self.full {
            return;
        }
        match &item.node.value {
            Json::Number(value) => self.define(id, Definition::Constant(*value)),
            Json::String(_) => self.formula(id, item, Role::Value),
            Json::Object(_) => {
                self.papers(id, item);
                match self.form(item) {
                    Some(QuantityForm::Value(value)) => self.value(id, item, &value),
                    Some(QuantityForm::Formula(formula)) => {
                        self.known_keys(item, "a formula", &[&["formula"], keys::PAPERS]);
                        self.formula(id, &formula, Role::Value);
                    }
                    Some(QuantityForm::ByStep(knots)) => {
                        self.known_keys(item, "values by year", &[&[knots.key], keys::PAPERS]);
                        self.by_step(id, &knots, name, draws);
                    }
                    Some(QuantityForm::Stock) => self.stock(id, item, name),
                    Some(QuantityForm::Compound(compound)) => self.compound(id, item, &compound, name, draws),
                    Some(QuantityForm::Law(law)) => {
                        self.known_keys(item, "a distribution", &[&[law.key], keys::BESIDE_LAW, keys::PAPERS]);
                        self.draw(id, item, &law, name, draws);
                    }
                    None => {}
                }
            }
            _ => self.wrong_type(
                item,
                &format!("`{name}`"),
                "a quantity: a number, a formula, a distribution, values by year or a stock",
            ),
        }
    }

    fn form<'n>(&mut self, item: &Item<'n>) -> Option<QuantityForm<'n>> {
        let mut found: Vec<(&str, QuantityForm<'n>)> = Vec::new();
        for key in item.keys().filter(|key| names_a_kind(key)) {
            let member = item.get(key)?;
            let form = match key {
                "value" => QuantityForm::Value(member),
                "formula" => QuantityForm::Formula(member),
                "by_year" | "by_step" => QuantityForm::ByStep(member),
                "compound" => QuantityForm::Compound(member),
                _ if keys::STOCK.contains(&key) => QuantityForm::Stock,
                _ => QuantityForm::Law(member),
            };
            if !(matches!(form, QuantityForm::Stock)
                && found.iter().any(|(_, other)| matches!(other, QuantityForm::Stock)))
            {
                found.push((key, form));
            }
        }
        if found.len() > 1 {
            let names = found.iter().map(|(key, _)| format!("`{key}`")).collect::<Vec<_>>().join(" and ");
            let problem =
                item.error("ambiguous-quantity", format!("a quantity is one thing, and this one has {names}"));
            self.push(problem.expected("one law, `formula`, `value`, `by_year`, or `start` with `growth` or `next`"));
            return None;
        }
        if found.is_empty() {
            self.no_form(item);
        }
        found.pop().map(|(_, form)| form)
    }

    /// An object that names no law and no other kind: probably a misspelt one.
    fn no_form(&mut self, item: &Item<'_>) {
        let laws: Vec<&str> = LAWS.iter().map(|law| law.name).collect();
        let beside = [keys::BESIDE_LAW, keys::PAPERS].concat();
        let problem = match item.members().find(|member| !beside.contains(&member.key)) {
            Some(member) => {
                let message =
                    format!("there is no law and no other kind of quantity called `{}`", member.key.escape_debug());
                let kinds = laws.iter().chain(keys::KINDS).chain(keys::STOCK).copied();
                member.key_error("unknown-law", message).found(member.key).nearest(nearest_name(member.key, kinds))
            }
            None => item.error("missing-law", "this quantity has no value").found(item.describe()),
        };
        let laws = laws.join(", ");
        let problem = match spelling::nameless(item, &beside) {
            Some(line) => problem.help(format!("parameters stand under their law: write {line}")),
            None => problem,
        };
        self.push(
            problem
                .expected(format!("a law ({laws}), `formula`, `value`, `by_year`, or `start` with `growth` or `next`")),
        );
    }

    /// Unit, source, note and confidence.
    pub(super) fn papers(&mut self, id: VarId, item: &Item<'_>) {
        for member in item.members().filter(|member| keys::PAPERS.contains(&member.key)) {
            let text = self.text(&member, &format!("`{}`", member.key));
            let Some(variable) = self.variable_mut(id) else { continue };
            match member.key {
                "unit" => variable.unit = text,
                "source" => variable.source = text,
                "note" => variable.note = text,
                "title" => variable.title = text,
                _ => variable.confidence = text,
            }
        }
    }

    fn value(&mut self, id: VarId, item: &Item<'_>, value: &Item<'_>) {
        self.known_keys(item, "a number with papers", &[&["value"], keys::PAPERS]);
        match &value.node.value {
            Json::Number(number) => self.define(id, Definition::Constant(*number)),
            Json::String(_) => {
                let problem = value.error("wrong-type", "`value` must be a number").expected("a number");
                self.push(problem.found(value.describe()).help("a formula is written under `formula`"));
            }
            _ => self.wrong_type(value, "`value`", "a number"),
        }
    }

    /// A formula: parsed now, resolved when all names are known.
    pub(super) fn formula(&mut self, variable: VarId, item: &Item<'_>, role: Role) {
        let Some(text) = self.text(item, "a formula") else { return };
        let place = item.place();
        if let Some(line) = spelling::law_call(&text) {
            let problem = item.error("law-in-formula", "a law is no function of formulas: it stands in an object");
            self.push(problem.found(text).help(format!("write {line}")));
            return;
        }
        if let Some(ast) = self.parse(&text, &place) {
            self.pend(variable, ast, &text, place, role);
        }
    }

    fn stock(&mut self, id: VarId, item: &Item<'_>, name: &str) {
        self.known_keys(item, "a stock", &[keys::STOCK, keys::PAPERS]);
        if self.horizon.length == StepLength::Static {
            let problem = item.error("needs-horizon", format!("`{name}` is a stock, and this file has no steps"));
            self.push(problem.help("add a `horizon`"));
            return;
        }
        let missing = |key: &str, expected: &str| {
            item.error("missing-key", format!("`{name}` has no `{key}`")).expected(expected)
        };
        let start = item.get("start").map(|start| self.quantity(&start, &format!("{name}.start"), DrawSteps::start()));
        if start.is_none() {
            self.push(missing("start", "a stock: `start`, and `growth` or `next`"));
        }
        match (item.get("growth"), item.get("next")) {
            (Some(growth), None) => {
                let growth = self.quantity_of_steps(&growth, &format!("{name}.growth"));
                self.remark_on_fresh_rate(growth);
                if let Some(start) = start {
                    let next = Expr::lag(id, 1) * self.over_step(Expr::from(1.0) + growth);
                    self.define(id, Definition::Stock { start, next });
                }
            }
            (None, Some(next)) => {
                if let Some(start) = start {
                    self.define(id, Definition::Stock { start, next: Expr::Constant(f64::NAN) });
                }
                self.next(id, &next, Role::Next);
            }
            (Some(_), Some(_)) => {
                let problem = item.error("ambiguous-quantity", format!("`{name}` has both `growth` and `next`"));
                let expected = "one of them: `growth` is short for `next`: \"self * (1 + growth)\"";
                self.push(problem.expected(expected));
            }
            (None, None) => self.push(missing("growth", "`growth` or `next`")),
        }
    }

    /// The formula of a stock's `next`, as text or with papers.
    pub(super) fn next(&mut self, id: VarId, item: &Item<'_>, role: Role) {
        let Some(formula) = item.get("formula") else { return self.formula(id, item, role) };
        self.known_keys(item, "a formula", &[&["formula"], keys::PAPERS]);
        match role {
            // The demand of a market has no other place for them.
            Role::Demand => self.papers(id, item),
            _ => self.check_texts(item, keys::PAPERS),
        }
        self.formula(id, &formula, role);
    }

    /// `by_year` and `by_step`: knots, linear in between, flat outside.
    fn by_step(&mut self, id: VarId, item: &Item<'_>, name: &str, draws: DrawSteps) {
        let calendar = match self.horizon.length {
            StepLength::Year | StepLength::Quarter | StepLength::Month => "by_year",
            StepLength::Counted => "by_step",
            StepLength::Static => {
                let message = format!("`{name}` has values over time, and this file has no steps");
                self.push(item.error("needs-horizon", message).help("add a `horizon`"));
                return;
            }
        };
        if item.key != calendar {
            let message = match calendar {
                "by_year" => format!("the horizon of this file is in {}s", self.horizon.length.name()),
                _ => "the horizon of this file is in counted steps".to_string(),
            };
            let problem = item.key_error("wrong-calendar", message);
            self.push(problem.expected(format!("`{calendar}`")).found(format!("`{}`", item.key)));
            return;
        }
        if !self.is_object(item, &format!("`{calendar}`")) {
            return;
        }
        if item.has("csv") {
            return self.by_step_of_file(id, item);
        }
        let knots = self.knots(item);
        if item.keys().next().is_none() {
            let problem = item.error("missing-key", format!("`{calendar}` has no values"));
            self.push(problem.expected("at least one value"));
        }
        if knots.is_empty() {
            return;
        }
        let number = |(_, knot): &(f64, Item<'_>)| match knot.node.value {
            Json::Number(value) => Some(value),
            _ => None,
        };
        let numbers: Option<Vec<f64>> = knots.iter().map(number).collect();
        let size = if numbers.is_some() { size_of::<f64>() } else { size_of::<Blend>() };
        if !self.reserve_steps(&item.place(), size) {
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
        let knot = |((_, knot), read): (&(f64, Item<'_>), usize)| {
            self.quantity(knot, &format!("{name}.{}", knot.key), draws.knot(read))
        };
        let ids: Vec<VarId> = knots.iter().zip(read).map(knot).collect();
        let blend = |step| {
            let (left, right, weight) = between(&at, step);
            Blend { left: ids[left], right: ids[right], weight }
        };
        self.define(id, Definition::Blend((0..=steps).map(blend).collect()));
    }

    /// `by_year` and `by_step` whose values stand in a CSV file.
    fn by_step_of_file(&mut self, id: VarId, item: &Item<'_>) {
        let Some(knots) = self.csv_knots(item) else { return };
        if !self.reserve_steps(&item.place(), size_of::<f64>()) {
            return;
        }
        let at: Vec<f64> = knots.iter().map(|(when, _)| *when).collect();
        let value = |step| {
            let (left, right, weight) = between(&at, step);
            interpolate(knots[left].1, knots[right].1, weight)
        };
        self.define(id, Definition::ByStep((0..=self.horizon.steps).map(value).collect()));
    }

    /// The knots in order of time, each with its steps after the base.
    fn knots<'n>(&mut self, item: &Item<'n>) -> Vec<(f64, Item<'n>)> {
        let kind = match self.horizon.length {
            StepLength::Year => "a year",
            StepLength::Quarter => "a year, or a quarter such as 2026Q1",
            StepLength::Month => "a year, or a month such as 2026-01",
            StepLength::Counted | StepLength::Static => "a step",
        };
        let mut knots: Vec<(f64, Item<'n>)> = Vec::new();
        for knot in item.members() {
            let name = PeriodName::parse(knot.key);
            match name.and_then(|name| self.horizon.position(name)).and_then(|step| i32::try_from(step).ok()) {
                Some(step) => knots.push((f64::from(step), knot)),
                None => {
                    let problem = knot.key_error("bad-knot", format!("each key of `{}` is {kind}", item.key));
                    self.push(problem.expected(kind).found(knot.key));
                }
            }
        }
        knots.sort_by(|a, b| a.0.total_cmp(&b.0));
        for pair in knots.windows(2) {
            if let [(first, one), (second, other)] = pair
                && first == second
            {
                let message = format!("`{}` and `{}` are the same step", one.key, other.key);
                let problem = other.key_error("bad-knot", message).related(one.key_span(), "the first one");
                self.push(problem.help("a year means its last step"));
            }
        }
        knots
    }
}

/// Whether a key says what kind of quantity its object is.
pub(super) fn names_a_kind(key: &str) -> bool {
    keys::KINDS.contains(&key) || keys::STOCK.contains(&key) || laws::find(key).is_some()
}

/// (1 - weight) * left + weight * right; a weight of 0 keeps the bits of the knot.
pub(super) fn interpolate(left: f64, right: f64, weight: f64) -> f64 {
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
