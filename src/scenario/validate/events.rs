//! Events, and the checks and remarks that need the whole model.

use super::builder::{Builder, Domain, Named, Place, child};
use super::over_time::Draws;
use super::quantity::binary;
use crate::diagnostic::{Problem, Severity};
use crate::dist::Distribution;
use crate::kernel::Binary;
use crate::model::{Definition, Event, Expr, OverTime, StepLength, VarId};
use crate::scenario::json::Node;
use crate::scenario::keys;

impl Builder<'_> {
    /// Declares the events of the file.
    pub(super) fn events(&mut self, document: &Node, has_market: bool) {
        let Some(node) = document.get("events") else { return };
        let Some(members) = self.object(node, "/events", "`events`") else { return };
        if self.horizon.length == StepLength::Static {
            let problem =
                Problem::error("needs-horizon", node.span, "/events", "events happen in steps, and this file has none");
            self.push(problem.help("add a `horizon`"));
        }
        for member in members {
            let pointer = child("/events", &member.key);
            if self.free_name(member, &pointer, has_market) {
                let id = self.placeholder(&member.key, Place::new(&member.node, &pointer));
                self.names.insert(member.key.clone(), Named::Event(id));
                self.event(id, &member.node, &member.key, &pointer);
            }
        }
    }

    fn event(&mut self, id: VarId, node: &Node, name: &str, pointer: &str) {
        let Some(members) = self.object(node, pointer, &format!("the event `{name}`")) else { return };
        self.known_keys(members, pointer, &format!("the event `{name}`"), &[keys::EVENT, keys::PAPERS]);
        self.papers(id, members, pointer);
        let Some(hazard) = node.get("hazard") else {
            let problem =
                Problem::error("missing-key", node.span, pointer, format!("the event `{name}` has no `hazard`"));
            self.push(problem.expected("`hazard`: the probability that it starts in a step"));
            return;
        };
        let part = |key: &str| (format!("{name}.{key}"), child(pointer, key));
        let (hazard_name, at) = part("hazard");
        let draws = Draws::every_step(&self.horizon);
        let hazard = self.quantity(hazard, &hazard_name, &at, draws);
        self.domain(hazard, |value| (0.0..=1.0).contains(&value), "from 0 to 1");
        let mut drawn = |key: &str| {
            let (name, at) = part(key);
            match node.get(key) {
                Some(written) => self.quantity(written, &name, &at, Draws::EventStart),
                None => self.add(&name, Place::default(), Definition::Constant(1.0)),
            }
        };
        let (size, duration) = (drawn("size"), drawn("duration"));
        let hazard = self.hazard_of_step(hazard, &hazard_name);
        let start = self.add_input(&format!("{name}.start"), OverTime::FRESH);
        self.define(id, Definition::Event(Event { start, hazard, size, duration }));
    }

    /// The hazard of one step: 1 - (1 - h)^years, so that an event that is off starts within a year with probability h.
    fn hazard_of_step(&mut self, hazard: VarId, name: &str) -> VarId {
        if self.horizon.step_years() == 1.0 {
            return hazard;
        }
        let complement = |of| binary(Binary::Subtract, Expr::Constant(1.0), of);
        let stays_off = self.over_step(complement(Expr::Variable(hazard)));
        let id = self.implied(&format!("{name} of a {}", self.horizon.length.name()), complement(stays_off));
        if !self.full {
            self.places[id.0 as usize] = self.place(hazard).clone();
        }
        id
    }

    pub(super) fn domain(&mut self, variable: VarId, inside: fn(f64) -> bool, text: &'static str) {
        self.domains.push(Domain { variable, inside, text });
    }

    /// The numbers of a variable that is the same on every path; none for all others.
    pub(super) fn values(&self, id: VarId) -> &[f64] {
        match &self.variable(id).definition {
            Definition::Constant(value) => std::slice::from_ref(value),
            Definition::ByStep(values) => values,
            _ => &[],
        }
    }

    /// Checks everything that is known before a path is drawn: domains of places and of laws.
    pub(super) fn check_parameters(&mut self) {
        for domain in std::mem::take(&mut self.domains) {
            let bad =
                self.values(domain.variable).iter().copied().find(|value| !value.is_nan() && !(domain.inside)(*value));
            if let Some(value) = bad {
                let name = self.variable(domain.variable).name.clone();
                let place = self.place(domain.variable).clone();
                let message = format!("`{name}` must be {}", domain.text);
                let problem = Problem::error("out-of-range", place.span, place.pointer, message);
                self.push(problem.expected(domain.text).found(value.to_string()));
            }
        }
        for index in 0..self.variables.len() {
            if let Definition::Draw { distribution, .. } = &self.variables[index].definition {
                let distribution = distribution.clone();
                self.check_law(VarId(index as u32), &distribution);
            }
        }
    }

    fn check_law(&mut self, id: VarId, distribution: &Distribution<VarId>) {
        let name = self.variable(id).name.clone();
        let parameters = parameters_of(distribution);
        let varying = parameters.iter().find(|parameter| self.values(**parameter).is_empty()).copied();
        if let (Some(parameter), true) = (varying, distribution.needs_table()) {
            let place = self.place(parameter).clone();
            let parameter = self.variable(parameter).name.clone();
            let message = format!("`{name}` is drawn from a table, so `{parameter}` must be the same on every path");
            let problem = Problem::error("varying-parameter-needs-closed-form", place.span, place.pointer, message);
            self.push(
                problem
                    .expected("a number, a formula of constants, or values by year")
                    .help("normal, lognormal, uniform, triangular, weibull, gumbel, logistic, exponential and bernoulli take any quantity"),
            );
        }
        if varying.is_some() {
            return;
        }
        let steps = parameters.iter().map(|parameter| self.values(*parameter).len()).max().unwrap_or(1);
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
                let culprit =
                    named.map(|(_, parameter)| self.place(*parameter)).filter(|place| !place.pointer.is_empty());
                let place = culprit.unwrap_or(self.place(id)).clone();
                let when = if steps > 1 { format!(" in {}", self.when(step)) } else { String::new() };
                let message = format!("`{name}`: `{}` is outside its domain{when}", error.parameter);
                let problem = Problem::error("parameter-out-of-domain", place.span, place.pointer, message);
                self.push(problem.expected(error.expected).found(error.found.to_string()));
                return;
            }
        }
    }

    /// What is probably not as meant.
    pub(super) fn remarks(&mut self) {
        let mut names: Vec<(&String, &Named)> = self.names.iter().collect();
        names.sort_unstable_by_key(|(_, named)| named.variable());
        let mut unused = Vec::new();
        for (name, named) in names {
            if let Named::Event(id) = named
                && !self.used.contains(id)
            {
                let place = self.place(*id);
                let message = format!("no formula reads the event `{name}`, so it changes nothing");
                let problem = Problem::error("unused-event", place.span, &place.pointer, message);
                unused
                    .push(problem.severity(Severity::Warning).help("name it in a driver, a constraint or a variable"));
            }
        }
        self.problems.extend(unused);
    }
}

/// Every parameter of a distribution, bounds included.
pub(super) fn parameters_of(distribution: &Distribution<VarId>) -> Vec<VarId> {
    distribution.parameters().into_iter().map(|(_, parameter)| *parameter).collect()
}
