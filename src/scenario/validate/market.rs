//! Names of the file, and the market that drivers and constraints make.

use super::builder::{ModelBuilder, Named, Role};
use super::item::Item;
use super::over_time::DrawSteps;
use crate::diagnostic::{Severity, nearest_name};
use crate::kernel::Binary;
use crate::model::{Constraint, Definition, Expr, Market, MarketMeasure, StepLength, VarId};
use crate::scenario::formula::{KEYWORDS, MAX_DEPTH};
use crate::scenario::keys;
use crate::scenario::place::Place;

/// Problems after which no nearest names are looked for: few are shown, and each search walks all names.
pub(super) const MOST_SUGGESTIONS: usize = 100;

/// Terms of one sum or minimum that the market implies; longer ones go through helpers, so that no tree gets too deep.
const TERMS: usize = MAX_DEPTH / 2;

impl ModelBuilder<'_> {
    /// Declares drivers, constraints, events, variables and the market.
    pub(super) fn declare(&mut self, document: &Item<'_>) -> Option<Market> {
        let market = document.get("market");
        self.tables(document, market.is_some());
        let drivers = self.section(document, "drivers", market.is_some());
        let constraints = self.section(document, "constraints", market.is_some());
        self.events(document, market.is_some());
        self.section(document, "variables", market.is_some());
        for section in ["drivers", "constraints"] {
            if let (None, Some(item)) = (&market, document.get(section)) {
                let problem =
                    item.error("needs-market", format!("`{section}` belong to a market, and this file has none"));
                self.push(problem.help("add a `market`, or write them as `variables`"));
                self.market_is_broken = true;
            }
        }
        for (index, (name, id)) in constraints.iter().enumerate() {
            self.names.insert(name.clone(), Named::Constraint(index, *id));
        }
        self.ceilings = constraints.iter().map(|(_, id)| *id).collect();
        let market = self.market(&market?, &drivers, constraints);
        self.market_is_broken = market.is_none();
        market
    }

    /// Declares every quantity of a section under its own name.
    fn section(&mut self, document: &Item<'_>, section: &str, has_market: bool) -> Vec<(String, VarId)> {
        let mut declared = Vec::new();
        let Some(quantities) = document.get(section) else { return declared };
        if !self.is_object(&quantities, &format!("`{section}`")) {
            return declared;
        }
        for quantity in quantities.members() {
            if !self.is_free_name(&quantity, has_market) {
                continue;
            }
            let id = self.placeholder(quantity.key, quantity.place());
            self.names.insert(quantity.key.to_string(), Named::Variable(id));
            self.quantity_into(id, &quantity, quantity.key, DrawSteps::every_step(&self.horizon));
            declared.push((quantity.key.to_string(), id));
        }
        declared
    }

    /// Whether a key may name something in formulas; if not, says why.
    pub(super) fn is_free_name(&mut self, member: &Item<'_>, has_market: bool) -> bool {
        let name = member.key;
        if !self.is_name(member) {
            return false;
        }
        // Functions may share their names: a call is followed by a parenthesis, a name is not.
        let taken_by = if KEYWORDS.contains(&name) {
            "a word of formulas"
        } else if has_market && keys::MARKET_NAMES.contains(&name) {
            "an output of the market"
        } else if self.tables.contains_key(name) {
            let message = format!("the name `{name}` is taken: /tables/{name} has it");
            let problem = member.key_error("duplicate-name", message);
            self.push(problem.help("names are unique over drivers, constraints, events, variables and tables"));
            return false;
        } else if let Some(other) = self.names.get(name) {
            let other = self.place(other.variable());
            let message = format!("the name `{name}` is taken: {} has it", other.pointer);
            let problem = member.key_error("duplicate-name", message).related(other.span, "the first one");
            self.push(problem.help("names are unique over drivers, constraints, events and variables"));
            return false;
        } else {
            return true;
        };
        if KEYWORDS.contains(&name) {
            self.lost.insert(name.to_owned());
        }
        let problem = member.key_error("reserved-name", format!("`{name}` is {taken_by}"));
        self.push(problem.found(name).help("choose another name"));
        false
    }

    fn market(
        &mut self,
        item: &Item<'_>,
        drivers: &[(String, VarId)],
        constraints: Vec<(String, VarId)>,
    ) -> Option<Market> {
        if !self.is_object_with(item, "`market`", &[keys::MARKET]) {
            return None;
        }
        if self.horizon.length == StepLength::Static {
            let problem = item.error("needs-horizon", "a market moves in steps, and this file has none");
            self.push(problem.help("add a `horizon`: {\"start\": 2025, \"end\": 2031}"));
        }
        self.check_texts(item, keys::PAPERS);
        let start = match item.get("start") {
            Some(start) => self.quantity(&start, "market.start", DrawSteps::start()),
            None => {
                let problem = item.error("missing-key", "the market has no `start`");
                self.push(problem.expected("`start`: its value at the start of the horizon"));
                self.placeholder("market.start", Place::default())
            }
        };
        self.domain(start, |value| value >= 0.0, "0 or above");

        if let Some(baseline) = item.get("baseline") {
            self.declare_baseline(&baseline);
        }
        let terms: Vec<Expr> = drivers.iter().map(|(_, id)| Expr::Variable(*id)).collect();
        let definition = match self.chain(Binary::Add, terms, "drivers") {
            Some(sum) => Definition::Formula(sum),
            None => Definition::Constant(0.0),
        };
        // A formula may take drivers for rates of a step, unless it says that they are of a year.
        let is_yearly = item.get("demand").is_none_or(|demand| {
            let text = demand.node.text().map(str::to_owned).or(demand.text_of("formula"));
            text.is_some_and(|text| text.contains("step_years"))
        });
        for (_, driver) in drivers.iter().filter(|_| is_yearly) {
            self.remark_on_fresh_rate(*driver);
        }
        let demand_growth = self.built_in("demand_growth", item, definition);
        let demand = self.built_in("demand", item, Definition::Constant(f64::NAN));
        let compounded = Expr::lag(demand, 1) * self.over_step(Expr::from(1.0) + demand_growth);
        self.define(demand, Definition::Stock { start, next: compounded });
        if let Some(written) = item.get("demand") {
            self.demand(demand, start, &written);
        }
        let backlog = self.built_in("backlog", item, Definition::Constant(0.0));
        let wanted = Definition::Formula(Expr::from(demand) + Expr::lag(backlog, 1));
        let wanted = self.built_in("wanted", item, wanted);
        self.wanted = Some(wanted);
        let mut terms = vec![Expr::Variable(wanted)];
        terms.extend(constraints.iter().map(|(_, id)| Expr::Variable(*id)));
        let next = self.chain(Binary::Min, terms, "ceilings")?;
        let market = self.built_in("market", item, Definition::Stock { start, next });
        if let Some(written) = item.get("backlog") {
            self.backlog(backlog, &written, Expr::from(wanted) - market);
        }
        self.built_in("growth", item, Definition::Formula(growth(market)));
        self.built_in("cagr", item, Definition::Formula(self.cagr(market)));

        let measure = self.market_measure(item);
        if let Some(variable) = self.variable_mut(market) {
            variable.title = item.text_of("title");
        }
        let unit = item.text_of("unit");
        for id in [demand, backlog, wanted, market] {
            if let Some(variable) = self.variable_mut(id) {
                variable.unit.clone_from(&unit);
            }
        }
        self.used.extend([start, market]);
        let constraints = constraints.into_iter().map(|(name, ceiling)| Constraint { name, ceiling }).collect();
        Some(Market {
            measure,
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

    /// What the numbers of the market measure: a flow, unless the file says otherwise.
    fn market_measure(&mut self, item: &Item<'_>) -> MarketMeasure {
        let Some(written) = item.get("measure") else { return MarketMeasure::Flow };
        if self.word(&written, "`measure`", keys::MARKET_MEASURES) != Some(1) {
            return MarketMeasure::Flow;
        }
        if item.has("backlog") {
            let message =
                "a level asks in every step for all that is wanted: a `backlog` adds unmet demand to it twice";
            let problem = written.error("level-with-backlog", message).severity(Severity::Warning);
            self.push(problem.help("remove `backlog`; or write \"flow\", if the market is an amount of each step"));
        }
        MarketMeasure::Level
    }

    /// A name that a market adds to formulas.
    fn built_in(&mut self, name: &str, market: &Item<'_>, definition: Definition) -> VarId {
        let id = self.add(name, Place::default(), definition);
        self.blame_on(id, market.place());
        self.names.insert(name.to_string(), Named::Variable(id));
        id
    }

    /// Mean growth a year (a step, where steps are counted) from the base to the last step.
    pub(super) fn cagr(&self, variable: VarId) -> Expr {
        let last = self.horizon.last();
        let at = |step| Expr::At { variable, step };
        let steps_a_year = 1.0 / self.horizon.step_years();
        (at(last) / at(0)).power(steps_a_year / last.max(1) as f64) - 1.0
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
            sum = Expr::binary(op, sum, term);
        }
        Some(sum)
    }

    /// `market.demand`: a formula is the next of the demand, any other quantity is its value from step 1 on.
    fn demand(&mut self, demand: VarId, start: VarId, item: &Item<'_>) {
        if item.node.text().is_some() || item.has("formula") {
            self.next(demand, item, Role::Demand);
            return;
        }
        let next = Expr::Variable(self.quantity_of_steps(item, "market.demand"));
        self.define(demand, Definition::Stock { start, next });
    }

    /// The backlog: a share of what is unmet, or a stock with a formula of its own.
    fn backlog(&mut self, backlog: VarId, item: &Item<'_>, unmet: Expr) {
        let own_form = item.keys().any(|key| keys::BACKLOG.contains(&key));
        let (share, start, next) = if own_form {
            self.known_keys(item, "`backlog`", &[keys::BACKLOG, keys::PAPERS]);
            self.papers(backlog, item);
            (item.get("share"), item.get("start"), item.get("next"))
        } else {
            (Some(item.clone()), None, None)
        };
        let start = match start {
            Some(start) => self.quantity(&start, "backlog.start", DrawSteps::start()),
            None => self.constant("backlog.start", 0.0),
        };
        self.domain(start, |value| value >= 0.0, "0 or above");
        match (share, next) {
            (Some(share), None) => {
                let share = self.quantity_of_steps(&share, "backlog.share");
                self.domain(share, |value| (0.0..=1.0).contains(&value), "from 0 to 1");
                self.backlog_share = Some((backlog, share));
                self.define(backlog, Definition::Stock { start, next: Expr::from(share) * unmet });
            }
            (None, Some(next)) => {
                self.define(backlog, Definition::Stock { start, next: Expr::Constant(f64::NAN) });
                self.next(backlog, &next, Role::Next);
            }
            (Some(_), Some(_)) => {
                let problem = item.error("ambiguous-quantity", "`backlog` has both `share` and `next`");
                let expected = "one of them: `share` is short for `next`: \"share * (wanted - market)\"";
                self.push(problem.expected(expected));
            }
            (None, None) => {
                let problem = item.error("missing-key", "`backlog` has no `share`");
                let expected = "`share`, the part of unmet demand that is carried over, or `next`";
                self.push(problem.expected(expected).found(item.describe()));
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
    Expr::from(variable) / Expr::lag(variable, 1) - 1.0
}
