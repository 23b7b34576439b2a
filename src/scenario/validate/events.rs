//! Events, and the checks and remarks that need the whole model.

use super::builder::{ModelBuilder, Named};
use super::item::Item;
use super::over_time::DrawSteps;
use crate::diagnostic::{Problem, Severity};
use crate::dist::Distribution;
use crate::model::{Definition, Event, Expr, OverTime, StepLength, VarId};
use crate::scenario::keys;
use crate::scenario::place::Place;
use std::collections::HashSet;

impl ModelBuilder<'_> {
    /// Declares the events of the file.
    pub(super) fn events(&mut self, document: &Item<'_>, has_market: bool) {
        let Some(events) = document.get("events") else { return };
        if !self.is_object(&events, "`events`") {
            return;
        }
        if self.horizon.length == StepLength::Static {
            let problem = events.error("needs-horizon", "events happen in steps, and this file has none");
            self.push(problem.help("add a `horizon`"));
        }
        for event in events.members() {
            if self.is_free_name(&event, has_market) {
                let id = self.placeholder(event.key, event.place());
                self.names.insert(event.key.to_string(), Named::Event(id));
                self.event(id, &event);
            }
        }
    }

    fn event(&mut self, id: VarId, event: &Item<'_>) {
        let what = format!("the event `{}`", event.key);
        if !self.is_object_with(event, &what, &[keys::EVENT, keys::PAPERS]) {
            return;
        }
        self.papers(id, event);
        let Some(hazard) = event.get("hazard") else {
            let problem = event.error("missing-key", format!("{what} has no `hazard`"));
            self.push(problem.expected("`hazard`: the probability that it starts in a step"));
            return;
        };
        let hazard_name = format!("{}.hazard", event.key);
        let hazard = self.quantity_of_steps(&hazard, &hazard_name);
        self.domain(hazard, |value| (0.0..=1.0).contains(&value), "from 0 to 1");
        let [size, duration] = ["size", "duration"].map(|key| {
            let name = format!("{}.{key}", event.key);
            match event.get(key) {
                Some(written) => self.quantity(&written, &name, DrawSteps::EventStart),
                None => self.constant(&name, 1.0),
            }
        });
        self.domain(duration, |value| value > 0.0, "above 0");
        let hazard = self.hazard_of_step(hazard, &hazard_name);
        let start = self.add_input(&format!("{}.start", event.key), OverTime::FRESH);
        self.define(id, Definition::Event(Event { start, hazard, size, duration }));
    }

    /// The hazard of one step: 1 - (1 - h)^years, so that an event that is off starts within a year with probability h.
    fn hazard_of_step(&mut self, hazard: VarId, name: &str) -> VarId {
        if self.horizon.step_years() == 1.0 {
            return hazard;
        }
        let stays_off = self.over_step(Expr::from(1.0) - hazard);
        let id = self.implied(&format!("{name} of a {}", self.horizon.length.name()), Expr::from(1.0) - stays_off);
        self.blame_on(id, self.place(hazard).clone());
        id
    }

    /// Checks everything that is known before a path is drawn: domains of places and of laws.
    pub(super) fn check_parameters(&mut self) {
        for domain in std::mem::take(&mut self.domains) {
            let is_bad = |value: &f64| !value.is_nan() && !(domain.inside)(*value);
            let bad = self.values(domain.variable).iter().copied().find(is_bad);
            if let Some(value) = bad {
                let message = format!("`{}` must be {}", self.variable(domain.variable).name, domain.text);
                let problem = self.place(domain.variable).error("out-of-range", message);
                self.push(problem.expected(domain.text).found(value.to_string()));
            }
        }
        for index in 0..self.variables.len() {
            if let Definition::Draw { distribution, .. } = &self.variables[index].definition {
                let distribution = distribution.clone();
                self.check_law(VarId(index as u32), &distribution);
            }
        }
        self.remark_on_caps();
    }

    fn check_law(&mut self, id: VarId, distribution: &Distribution<VarId>) {
        let name = self.variable(id).name.clone();
        let parameters = parameters_of(distribution);
        if parameters.iter().any(|parameter| self.values(*parameter).is_empty()) {
            // Differs by path: a draw outside the domain has no value.
            return;
        }
        let steps = parameters.iter().map(|parameter| self.values(*parameter).len()).max().unwrap_or(1);
        if distribution.needs_table() && !self.may_tabulate(id, &parameters, steps) {
            return;
        }
        for step in 0..steps {
            let value = |id: &VarId| {
                let values = self.values(*id);
                values[step.min(values.len() - 1)]
            };
            if parameters.iter().any(|parameter| value(parameter).is_nan()) {
                // Reported where it stands.
                return;
            }
            if let Err(error) = distribution.map(value).check() {
                let named = distribution.parameters().into_iter().find(|(name, _)| *name == error.parameter);
                let culprit: Option<&Place> = named.map(|(_, parameter)| self.place(*parameter));
                let place = culprit.filter(|place| !place.pointer.is_empty()).unwrap_or(self.place(id));
                let when = if steps > 1 { format!(" in {}", self.when(step)) } else { String::new() };
                let message = format!("`{name}`: `{}` is outside its domain{when}", error.parameter);
                let problem = place.error("parameter-out-of-domain", message);
                let is_same = |other: &Problem| other.code == problem.code && other.pointer == problem.pointer;
                if self.problems.iter().any(is_same) {
                    // The draws of a compound share the place where their law is written.
                    return;
                }
                self.push(problem.expected(error.expected).found(error.found.to_string()));
                return;
            }
        }
    }

    /// Counts the tables that a law with these parameters takes over the steps; past the limit, says so once.
    fn may_tabulate(&mut self, id: VarId, parameters: &[VarId], steps: usize) -> bool {
        let at = |step: usize| {
            let value = |values: &[f64]| values[step.min(values.len() - 1)].to_bits();
            parameters.iter().map(|parameter| value(self.values(*parameter))).collect::<Vec<u64>>()
        };
        let distinct = (0..steps).map(at).collect::<HashSet<_>>().len() as u64;
        if distinct <= 1 {
            return true;
        }
        let (before, limit) = (self.law_tables, self.context.limits.tables);
        self.law_tables = before.saturating_add(distinct);
        if before <= limit && self.law_tables > limit {
            let name = &self.variable(id).name;
            let message = format!(
                "`{name}` is drawn from a table, and its parameters take {distinct} sets of values over the steps: with this \
                 law the tables are more than the limit `tables` of {limit}"
            );
            let problem = self.place(id).error("too-many-tables", message);
            self.push(problem.help(
                "draw a law whose parameters stay and shift or scale it in a formula, let them move in fewer steps, or raise \
                 the limit with --limit tables=N; a table takes about 4 ms and 100 kB",
            ));
        }
        self.law_tables <= limit
    }

    /// Warns of events that no formula reads; a file with errors may read them in what could not be read itself.
    pub(super) fn remarks(&mut self) {
        if self.problems.iter().any(|problem| problem.severity == Severity::Error) {
            return;
        }
        let mut names: Vec<(&String, &Named)> = self.names.iter().collect();
        names.sort_unstable_by_key(|(_, named)| named.variable());
        let mut unused = Vec::new();
        for (name, named) in names {
            if let Named::Event(id) = named
                && !self.used.contains(id)
            {
                let message = format!("no formula reads the event `{name}`, so it changes nothing");
                let problem = self.place(*id).error("unused-event", message).severity(Severity::Warning);
                unused.push(problem.help("name it in a driver, a constraint or a variable"));
            }
        }
        self.problems.extend(unused);
    }
}

/// Every parameter of a distribution, bounds included.
pub(super) fn parameters_of(distribution: &Distribution<VarId>) -> Vec<VarId> {
    distribution.parameters().into_iter().map(|(_, parameter)| *parameter).collect()
}
