//! Calendar time in formulas: `time`, names of periods, and what a comparison with a bare year means.

use super::builder::ModelBuilder;
use super::constants;
use super::resolve::Scope;
use crate::diagnostic::Severity;
use crate::model::{Expr, Horizon, PeriodName, StepLength};
use crate::scenario::formula::{Ast, Syntax};
use std::ops::Range;

impl ModelBuilder<'_> {
    /// Calendar time in years: the year itself at its last step.
    pub(super) fn time(&self) -> Expr {
        let (Some(start), Some(per_year @ 2..)) = (self.horizon.start, self.horizon.length.per_year()) else {
            return Expr::Year;
        };
        (Expr::from(f64::from(start - (per_year - 1))) + Expr::Step) / f64::from(per_year)
    }

    /// What `time` is at the end of a period that a formula names: 2028.25 for 2029Q1.
    pub(super) fn time_of_period(&mut self, name: PeriodName, range: &Range<usize>, scope: &Scope<'_>) -> Option<f64> {
        if !self.horizon.is_calendar() {
            let message = format!("`{name}` has no meaning here: the steps of this file are no calendar steps");
            let problem = scope.error(range, "wrong-calendar", message);
            self.push(problem.help("write `step`, or a horizon with `start` and `end`"));
            return None;
        }
        // As `time` divides, so that both are equal to the last bit.
        let ends = |length: StepLength| {
            let per_year = length.per_year().unwrap_or(1);
            let position = Horizon { start: Some(0), steps: 0, length }.position(name)? as f64;
            Some((position - f64::from(per_year - 1)) / f64::from(per_year))
        };
        match name {
            PeriodName::Whole(year) => Some(year as f64),
            PeriodName::Quarter(..) => ends(StepLength::Quarter),
            PeriodName::Month(..) => ends(StepLength::Month),
        }
    }

    /// Both sides of a comparison. Against a whole number, `time` is the calendar year: `time >= 2029` holds from the first
    /// quarter or month of 2029 on, and `time <= 2029` up to the last.
    pub(super) fn compared(&mut self, left: &Ast, right: &Ast, scope: &Scope<'_>) -> (Option<Expr>, Option<Expr>) {
        let kinds = [left, right].map(|ast| &ast.kind);
        if let [Syntax::Name(name), Syntax::Period(period)] | [Syntax::Period(period), Syntax::Name(name)] = kinds
            && name == "step"
        {
            let message = format!("`step` counts steps from the base, and `{period}` is a point in time");
            let problem = scope.error(&(left.span.start..right.span.end), "wrong-calendar", message);
            self.push(problem.help(format!("compare `time` with `{period}`")));
            return (None, None);
        }
        let in_parts = self.horizon.length.per_year().is_some_and(|per_year| per_year > 1);
        let is_time = |ast: &Ast| matches!(&ast.kind, Syntax::Name(name) if name == "time");
        let mut side = |this: &Ast, other: &Ast| {
            if !in_parts || !is_time(this) {
                return self.resolve(this, scope);
            }
            match constants::evaluate(other, &self.constants) {
                Some(year) if year.fract() == 0.0 => return Some(Expr::Year),
                Some(_) => self.remark_on_time(other, scope),
                None if !self.is_period(other) => self.remark_on_time(other, scope),
                None => {}
            }
            self.resolve(this, scope)
        };
        (side(left, right), side(right, left))
    }

    fn is_period(&self, ast: &Ast) -> bool {
        match &ast.kind {
            Syntax::Period(_) => true,
            Syntax::Name(name) => {
                name == "time" || self.names.get(name).is_none_or(|named| self.period_names.contains(&named.variable()))
            }
            _ => false,
        }
    }

    /// `time` reaches a year at its end, a planner's fraction counts from its beginning.
    fn remark_on_time(&mut self, other: &Ast, scope: &Scope<'_>) {
        let other_text = scope.written(other);
        let message = format!(
            "`time` reaches a year at its end (2029 in 2029Q4 or 2029-12), and is compared with `{other_text}`"
        );
        let problem = scope.error(&other.span, "time-at-year-end", message).severity(Severity::Warning);
        let example = if self.horizon.length == StepLength::Month { "2029-01" } else { "2029Q1" };
        let help = format!(
            "name the period, as in `time >= {example}`, or compare `year`, which is 2029 in all of 2029: `year >= {other_text}`"
        );
        self.push(problem.help(help));
    }
}
