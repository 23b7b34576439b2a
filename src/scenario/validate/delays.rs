//! `lag(x, n)`: fixed lags, and those that differ by path and step.

use super::bounds::BoundsFinder;
use super::builder::ModelBuilder;
use super::constants;
use super::item::Item;
use super::resolve::Scope;
use crate::model::{Definition, Delay, Expr, VarId};
use crate::scenario::formula::Ast;
use std::collections::HashSet;

/// Bytes that a candidate step of a delay takes while a program is built: a comparison, a choice, and their keys.
const BYTES_A_CANDIDATE: u64 = 256;

/// How far a bound is widened before it is rounded: a law's end is met up to rounding.
const MARGIN: f64 = 1e-9;

impl ModelBuilder<'_> {
    /// `lag(x, n)` or `lag(x, n, v)`; at most one step more than there are, since all of these read before step 0.
    pub(super) fn lag(&mut self, x: &Ast, lag: &Ast, default: Option<&Ast>, scope: &Scope<'_>) -> Option<Expr> {
        match (constants::evaluate(lag, &self.constants), default) {
            (Some(steps), _) if steps.is_nan() || steps < 0.0 => {
                let message = "a lag is a number of steps back, and no path reads the future";
                let problem = scope.error(&lag.span, "bad-lag", message);
                self.push(problem.expected("0 or above").found(steps.to_string()));
                None
            }
            (Some(steps), default) => {
                let steps = Delay::whole_steps(steps).min(self.horizon.steps as f64 + 1.0);
                match (steps, default) {
                    (0.0, None) => self.resolve(x, scope),
                    (0.0, Some(default)) => self.delay(x, Expr::Constant(0.0), default, scope),
                    _ => self.lagged(x, steps as usize, default, scope),
                }
            }
            (None, Some(default)) => {
                let lag = self.resolve(lag, scope);
                self.delay(x, lag?, default, scope)
            }
            (None, None) => {
                // A lag whose name is wrong is reported there.
                self.resolve(lag, scope)?;
                let message = "this lag differs by path or step, so it may lead to before the base";
                let written = scope.written(lag);
                let problem = scope.error(&lag.span, "bad-lag", message).found(written);
                let problem = problem.expected("a third argument: the value where there is none yet");
                self.asked_constants.push((problem.pointer.clone(), lag.clone()));
                let x = scope.written(x);
                self.push(problem.help(format!("write `lag({x}, {written}, 0)`, or what else it was before")));
                None
            }
        }
    }

    fn delay(&mut self, x: &Ast, lag: Expr, default: &Ast, scope: &Scope<'_>) -> Option<Expr> {
        let (value, default) = (self.resolve(x, scope), self.resolve(default, scope));
        let variable = match value? {
            Expr::Variable(variable) => variable,
            expr => self.hoist(x, expr, scope),
        };
        let most = self.horizon.last() + 1;
        Some(Expr::Delay(Box::new(Delay { variable, lag, least: 0, most, default: default? })))
    }

    /// Works out the fewest and the most steps of every lag that differs by path, once all formulas are resolved.
    pub(super) fn settle_delays(&mut self, document: &Item<'_>) {
        let mut found = Vec::new();
        let mut bounds = BoundsFinder::new(&self.variables, self.changed_later(document));
        for (index, variable) in self.variables.iter().enumerate() {
            if let Definition::Formula(expr) | Definition::Stock { next: expr, .. } = &variable.definition {
                each_delay(expr, &mut |delay| found.push((index, bounds.expr(&delay.lag))));
            }
        }
        let last = self.horizon.last();
        let limits: Vec<(usize, usize, usize)> = (found.into_iter())
            .map(|(index, (low, high))| {
                let steps = |x: f64| Delay::whole_steps(x).clamp(0.0, last as f64 + 1.0) as usize;
                (index, steps(low - MARGIN * low.abs()), steps(high + MARGIN * high.abs()))
            })
            .collect();
        for &(index, least, most) in &limits {
            let candidates: u64 = (least..=last).map(|reach| (reach.min(most) - least) as u64 + 1).sum();
            self.bytes = self.bytes.saturating_add(candidates.saturating_mul(BYTES_A_CANDIDATE));
            if self.bytes > self.context.limits.memory {
                let message =
                    "a lag that differs by path chooses among all the steps that it may lead to: too many here";
                let problem = self.places[index].error("too-much-memory", message);
                self.is_over(problem.help(
                    "bound it, as in `min(lead, 24)`, use fewer steps, or raise the limit with --limit memory=N",
                ));
                return;
            }
        }
        let mut limits = limits.into_iter();
        for variable in &mut self.variables {
            if let Definition::Formula(expr) | Definition::Stock { next: expr, .. } = &mut variable.definition {
                each_delay_mut(expr, &mut |delay| {
                    if let Some((_, least, most)) = limits.next() {
                        (delay.least, delay.most) = (least, most);
                    }
                });
            }
        }
    }

    /// Variables whose values change after validation: what is calibrated, and ceilings that a relief lifts.
    pub(super) fn changed_later(&self, document: &Item<'_>) -> HashSet<VarId> {
        let calibrated = document.get("market").and_then(|market| market.get("calibrate")?.text_of("parameter"));
        let is_calibrated = |id: &u32| calibrated.as_deref() == Some(self.variables[*id as usize].name.as_str());
        let solved = (0..self.variables.len() as u32).filter(is_calibrated).map(VarId);
        solved.chain(self.ceilings.iter().copied()).collect()
    }

    /// Whether one of some variables reads another of them by a lag that may be 0.
    pub(super) fn may_lag_by_zero(&self, circle: &[VarId]) -> bool {
        circle.iter().any(|id| {
            let mut zero = false;
            if let Definition::Formula(expr) | Definition::Stock { next: expr, .. } = &self.variable(*id).definition {
                each_delay(expr, &mut |delay| zero |= delay.least == 0 && circle.contains(&delay.variable));
            }
            zero
        })
    }
}

/// Visits every delay of a formula, outer ones first.
fn each_delay(expr: &Expr, visit: &mut dyn FnMut(&Delay)) {
    match expr {
        Expr::Delay(delay) => {
            visit(delay);
            each_delay(&delay.lag, visit);
            each_delay(&delay.default, visit);
        }
        Expr::Unary(_, a) | Expr::Lookup(_, a) => each_delay(a, visit),
        Expr::Lag { default: Some(a), .. } => each_delay(a, visit),
        Expr::Binary(_, a, b) => [a, b].into_iter().for_each(|part| each_delay(part, visit)),
        Expr::If(a, b, c) => [a, b, c].into_iter().for_each(|part| each_delay(part, visit)),
        _ => {}
    }
}

/// Visits every delay of a formula to change it, in the order of `each_delay`.
fn each_delay_mut(expr: &mut Expr, visit: &mut dyn FnMut(&mut Delay)) {
    match expr {
        Expr::Delay(delay) => {
            visit(delay);
            each_delay_mut(&mut delay.lag, visit);
            each_delay_mut(&mut delay.default, visit);
        }
        Expr::Unary(_, a) | Expr::Lookup(_, a) => each_delay_mut(a, visit),
        Expr::Lag { default: Some(a), .. } => each_delay_mut(a, visit),
        Expr::Binary(_, a, b) => [a, b].into_iter().for_each(|part| each_delay_mut(part, visit)),
        Expr::If(a, b, c) => [a, b, c].into_iter().for_each(|part| each_delay_mut(part, visit)),
        _ => {}
    }
}
