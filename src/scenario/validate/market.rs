//! Names of the file, and the market that drivers and constraints make.

use super::builder::{Builder, Named, Place, Role, child, describe};
use super::over_time::Draws;
use super::quantity::{binary, lag, own};
use crate::diagnostic::{Problem, nearest_name};
use crate::kernel::Binary;
use crate::model::{Constraint, Definition, Expr, Market, StepLength, VarId};
use crate::scenario::formula::{KEYWORDS, MAX_DEPTH, is_function};
use crate::scenario::json::{Json, Member, Node};
use crate::scenario::keys;

/// Problems after which no nearest names are looked for: few are shown, and each search walks all names.
pub(super) const MOST_SUGGESTIONS: usize = 100;

/// Terms of one sum or minimum that the market implies; longer ones go through helpers, so that no tree gets too deep.
const TERMS: usize = MAX_DEPTH / 2;

impl Builder<'_> {
    /// Declares drivers, constraints, events, variables and the market.
    pub(super) fn declare(&mut self, document: &Node) -> Option<Market> {
        let market = document.get("market");
        let drivers = self.section(document, "drivers", market.is_some());
        let constraints = self.section(document, "constraints", market.is_some());
        self.events(document, market.is_some());
        self.section(document, "variables", market.is_some());
        for section in ["drivers", "constraints"] {
            if let (None, Some(node)) = (market, document.get(section)) {
                let message = format!("`{section}` belong to a market, and this file has none");
                let problem = Problem::error("needs-market", node.span, format!("/{section}"), message);
                self.push(problem.help("add a `market`, or write them as `variables`"));
            }
        }
        for (index, (name, id)) in constraints.iter().enumerate() {
            self.names.insert(name.clone(), Named::Constraint(index, *id));
        }
        self.ceilings = constraints.iter().map(|(_, id)| *id).collect();
        self.market(market?, &drivers, constraints)
    }

    /// Declares every quantity of a section under its own name.
    fn section(&mut self, document: &Node, section: &str, has_market: bool) -> Vec<(String, VarId)> {
        let mut declared = Vec::new();
        let Some(node) = document.get(section) else { return declared };
        let pointer = format!("/{section}");
        let Some(members) = self.object(node, &pointer, &format!("`{section}`")) else { return declared };
        for member in members {
            let at = child(&pointer, &member.key);
            if !self.free_name(member, &at, has_market) {
                continue;
            }
            let id = self.placeholder(&member.key, Place::new(&member.node, &at));
            self.names.insert(member.key.clone(), Named::Variable(id));
            let draws = Draws::every_step(&self.horizon);
            self.quantity_into(id, &member.node, &member.key, &at, draws);
            declared.push((member.key.clone(), id));
        }
        declared
    }

    /// Whether a key may name something in formulas; if not, says why.
    pub(super) fn free_name(&mut self, member: &Member, pointer: &str, has_market: bool) -> bool {
        let name = member.key.as_str();
        if !self.identifier(member, pointer) {
            return false;
        }
        let span = member.key_span.or(member.node.span);
        let taken_by = if is_function(name) {
            "a function of formulas"
        } else if KEYWORDS.contains(&name) {
            "a word of formulas"
        } else if has_market && keys::MARKET_NAMES.contains(&name) {
            "an output of the market"
        } else if let Some(other) = self.names.get(name) {
            let other = self.place(other.variable()).clone();
            let message = format!("the name `{name}` is taken: {} has it", other.pointer);
            let problem = Problem::error("duplicate-name", span, pointer, message).related(other.span, "the first one");
            self.push(problem.help("names are unique over drivers, constraints, events and variables"));
            return false;
        } else {
            return true;
        };
        let problem = Problem::error("reserved-name", span, pointer, format!("`{name}` is {taken_by}"));
        self.push(problem.found(name).help("choose another name"));
        false
    }

    /// Whether a key is a name: letters, digits and underscores, no digit first.
    pub(super) fn identifier(&mut self, member: &Member, pointer: &str) -> bool {
        let name = member.key.as_str();
        let first = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if first && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return true;
        }
        let shown = name.escape_debug().to_string();
        let problem = Problem::error(
            "bad-name",
            member.key_span.or(member.node.span),
            pointer,
            format!("`{shown}` cannot be read as a name"),
        );
        self.push(
            problem.expected("letters, digits and underscores, beginning with a letter or an underscore").found(shown),
        );
        false
    }

    fn market(
        &mut self,
        node: &Node,
        drivers: &[(String, VarId)],
        constraints: Vec<(String, VarId)>,
    ) -> Option<Market> {
        let members = self.object(node, "/market", "`market`")?;
        self.known_keys(members, "/market", "`market`", &[keys::MARKET]);
        if self.horizon.length == StepLength::Static {
            let problem = Problem::error(
                "needs-horizon",
                node.span,
                "/market",
                "a market moves in steps, and this file has none",
            );
            self.push(problem.help("add a `horizon`: {\"start\": 2025, \"end\": 2031}"));
        }
        self.check_papers(members, "/market");
        let start = match node.get("start") {
            Some(start) => self.quantity(start, "market.start", "/market/start", Draws::start()),
            None => {
                let problem = Problem::error("missing-key", node.span, "/market", "the market has no `start`");
                self.push(problem.expected("`start`: its value at the start of the horizon"));
                self.placeholder("market.start", Place::default())
            }
        };
        self.domain(start, |value| value > 0.0, "above 0");

        if let Some(baseline) = node.get("baseline") {
            self.declare_baseline(baseline);
        }
        let built_in = |builder: &mut Self, name: &str, definition: Definition| {
            let id = builder.add(name, Place::default(), definition);
            if !builder.full {
                builder.places[id.0 as usize] = Place::new(node, "/market");
            }
            builder.names.insert(name.to_string(), Named::Variable(id));
            id
        };
        let terms: Vec<Expr> = drivers.iter().map(|(_, id)| Expr::Variable(*id)).collect();
        let definition = match self.chain(Binary::Add, terms, "drivers") {
            Some(sum) => Definition::Formula(sum),
            None => Definition::Constant(0.0),
        };
        let demand_growth = built_in(self, "demand_growth", definition);
        let demand = built_in(self, "demand", Definition::Constant(f64::NAN));
        let factor = binary(Binary::Add, Expr::Constant(1.0), Expr::Variable(demand_growth));
        let compounded = binary(Binary::Multiply, own(demand), self.over_step(factor));
        self.define(demand, Definition::Stock { start, next: compounded });
        if let Some(formula) = node.get("demand") {
            self.demand(demand, start, formula);
        }
        let backlog = built_in(self, "backlog", Definition::Constant(0.0));
        let sum = binary(Binary::Add, Expr::Variable(demand), lag(backlog, 1));
        let wanted = built_in(self, "wanted", Definition::Formula(sum));
        self.wanted = Some(wanted);
        let mut terms = vec![Expr::Variable(wanted)];
        terms.extend(constraints.iter().map(|(_, id)| Expr::Variable(*id)));
        let next = self.chain(Binary::Min, terms, "ceilings")?;
        let market = built_in(self, "market", Definition::Stock { start, next });
        let unmet = binary(Binary::Subtract, Expr::Variable(wanted), Expr::Variable(market));
        if let Some(written) = node.get("backlog") {
            self.backlog(backlog, written, unmet);
        }
        built_in(self, "growth", Definition::Formula(growth(market)));
        let cagr = self.cagr(market);
        built_in(self, "cagr", Definition::Formula(cagr));

        let unit = match node.get("unit") {
            Some(Node { value: Json::String(unit), .. }) => Some(unit.clone()),
            _ => None,
        };
        if !self.full {
            for id in [demand, backlog, wanted, market] {
                self.variable_mut(id).unit.clone_from(&unit);
            }
        }
        self.used.extend([start, market]);
        let constraints = constraints.into_iter().map(|(name, ceiling)| Constraint { name, ceiling }).collect();
        Some(Market {
            unit,
            demand_growth: Some(demand_growth),
            demand,
            wanted,
            market,
            backlog,
            constraints,
            baseline: None,
        })
    }

    /// Mean growth a year (a step, where steps are counted) from the base to the last step.
    pub(super) fn cagr(&self, variable: VarId) -> Expr {
        let last = self.horizon.last();
        let at = |step| Expr::At { variable, step };
        let steps_a_year = 1.0 / self.horizon.step_years();
        let exponent = Expr::Constant(steps_a_year / last.max(1) as f64);
        let compound = binary(Binary::Power, binary(Binary::Divide, at(last), at(0)), exponent);
        binary(Binary::Subtract, compound, Expr::Constant(1.0))
    }

    /// Terms combined from left to right; `None` if there are none.
    pub(super) fn chain(&mut self, op: Binary, terms: Vec<Expr>, what: &str) -> Option<Expr> {
        let mut terms = terms.into_iter();
        let mut sum = terms.next()?;
        for (index, term) in terms.enumerate() {
            if index % TERMS == TERMS - 1 {
                let name = format!("{what} 1 to {}", index + 1);
                sum = Expr::Variable(self.implied(&name, sum));
            }
            sum = binary(op, sum, term);
        }
        Some(sum)
    }

    /// `market.demand`: a formula is the next of the demand, any other quantity is its value from step 1 on.
    fn demand(&mut self, demand: VarId, start: VarId, node: &Node) {
        if matches!(node.value, Json::String(_)) || node.get("formula").is_some() {
            self.next(demand, node, "/market/demand", Role::Demand);
            return;
        }
        let draws = Draws::every_step(&self.horizon);
        let value = self.quantity(node, "market.demand", "/market/demand", draws);
        self.define(demand, Definition::Stock { start, next: Expr::Variable(value) });
    }

    /// The backlog: a share of what is unmet, or a stock with a formula of its own.
    fn backlog(&mut self, backlog: VarId, node: &Node, unmet: Expr) {
        let pointer = "/market/backlog";
        let own_form = match &node.value {
            Json::Object(members) => members.iter().any(|member| keys::BACKLOG.contains(&member.key.as_str())),
            _ => false,
        };
        let (share, start) = if own_form {
            if let Json::Object(members) = &node.value {
                self.known_keys(members, pointer, "`backlog`", &[keys::BACKLOG, keys::PAPERS]);
                self.papers(backlog, members, pointer);
            }
            (node.get("share"), node.get("start"))
        } else {
            (Some(node), None)
        };
        let start = match start {
            Some(start) => self.quantity(start, "backlog.start", "/market/backlog/start", Draws::start()),
            None => self.add("backlog.start", Place::default(), Definition::Constant(0.0)),
        };
        self.domain(start, |value| value >= 0.0, "0 or above");
        match (share, if own_form { node.get("next") } else { None }) {
            (Some(share), None) => {
                let at = if own_form { child(pointer, "share") } else { pointer.to_string() };
                let draws = Draws::every_step(&self.horizon);
                let share = self.quantity(share, "backlog.share", &at, draws);
                self.domain(share, |value| (0.0..=1.0).contains(&value), "from 0 to 1");
                let next = binary(Binary::Multiply, Expr::Variable(share), unmet);
                self.define(backlog, Definition::Stock { start, next });
            }
            (None, Some(next)) => {
                self.define(backlog, Definition::Stock { start, next: Expr::Constant(f64::NAN) });
                self.next(backlog, next, &child(pointer, "next"), Role::Next);
            }
            (Some(_), Some(_)) => {
                let problem =
                    Problem::error("ambiguous-quantity", node.span, pointer, "`backlog` has both `share` and `next`");
                self.push(problem.expected("one of them: `share` is short for `next`: \"share * (wanted - market)\""));
            }
            (None, None) => {
                let problem = Problem::error("missing-key", node.span, pointer, "`backlog` has no `share`");
                self.push(
                    problem
                        .expected("`share`, the part of unmet demand that is carried over, or `next`")
                        .found(describe(node)),
                );
            }
        }
    }

    /// The nearest of all names that formulas know.
    pub(super) fn nearest_name(&self, name: &str) -> Option<String> {
        if self.problems.len() > MOST_SUGGESTIONS {
            return None;
        }
        let mut names: Vec<&str> = self.names.keys().map(String::as_str).collect();
        // The map has no order of its own, and messages must not vary.
        names.sort_unstable();
        nearest_name(name, names.into_iter().chain(["year", "time", "step", "step_years", "pi"]))
    }
}

/// Growth on the step before.
pub(super) fn growth(variable: VarId) -> Expr {
    let ratio = binary(Binary::Divide, Expr::Variable(variable), lag(variable, 1));
    binary(Binary::Subtract, ratio, Expr::Constant(1.0))
}
