//! When an output is read: in a period, or over all of them.

use crate::kernel::Binary;
use crate::model::{Horizon, MarketMeasure, Model, VarId, Variable, When};
use crate::program::{Request, Term};

/// Flows of a market, unless it is a level.
const FLOWS: [&str; 3] = ["market", "demand", "wanted"];
/// Outputs of a market that are no flows: what stands at the end of a step, and rates.
const NO_FLOWS: [&str; 5] = ["backlog", "growth", "demand_growth", "cagr", "share"];

/// When an output is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// In a step of the horizon.
    Step(usize),
    /// The sum over all steps but the start, of a model without time over its one step: of flows, all that there was.
    Total,
}

impl Moment {
    /// The last step of a model.
    pub fn last(model: &Model) -> Moment {
        Moment::Step(model.horizon.last())
    }

    /// The step, or the total, with its names.
    pub fn when(self, horizon: &Horizon) -> When {
        match self {
            Moment::Step(step) => When::at(horizon, step),
            Moment::Total => When::total(horizon),
        }
    }

    /// The step that a row of this moment stands in.
    pub(crate) fn step(self, horizon: &Horizon) -> usize {
        match self {
            Moment::Step(step) => step,
            Moment::Total => horizon.last(),
        }
    }

    /// Whether a variable has a value then.
    pub(crate) fn is_in(self, variable: &Variable, horizon: &Horizon) -> bool {
        variable.first <= self.step(horizon)
    }

    /// Whether adding up an output over the steps means anything: not of what stands at the end of each, and of no rate.
    pub(crate) fn has_sum(model: &Model, output: &str) -> bool {
        let Some(market) = &model.market else { return true };
        let name = output.split('.').next().unwrap_or(output);
        let is_level = market.measure == MarketMeasure::Level && FLOWS.contains(&name);
        !is_level && !NO_FLOWS.contains(&name)
    }

    /// The value of a variable of one of the models that run together.
    pub(crate) fn term(self, index: usize, model: &Model, id: VarId) -> Term {
        let row = |step: usize| Term::Row(index, Request::Value(id, step));
        match self {
            Moment::Step(step) => row(step),
            Moment::Total => {
                let last = model.horizon.last();
                let first = model.variable(id).first.max(last.min(1));
                sum(&(first..=last).map(row).collect::<Vec<_>>())
            }
        }
    }
}

/// The sum of terms, by halves: as deep as their number has digits.
fn sum(terms: &[Term]) -> Term {
    match terms {
        [] => Term::Number(0.0),
        [term] => term.clone(),
        _ => {
            let (left, right) = terms.split_at(terms.len() / 2);
            Term::binary(Binary::Add, sum(left), sum(right))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{LoadOptions, Origin, Study};

    #[test]
    fn flows_have_a_sum_and_levels_and_rates_have_none() {
        let study = |market: &str| {
            let text = format!(
                r#"{{ "riskband": 1, "horizon": {{ "steps": 2 }}, "market": {{ "start": 1, "demand": 2, {market} "unit": "x" }} }}"#
            );
            let origin = Origin::Text { name: "a".into(), bytes: text.into_bytes() };
            Study::load(&origin, &LoadOptions::default()).unwrap_or_else(|rejected| panic!("{:?}", rejected.problems))
        };
        let sums = |market: &str| {
            let model = &study(market).model;
            ["market", "market.region.europe", "cost", "backlog", "growth.region.europe", "cagr"]
                .map(|name| Moment::has_sum(model, name))
        };
        assert_eq!(sums(""), [true, true, true, false, false, false]);
        assert_eq!(sums(r#""measure": "level","#), [false, false, true, false, false, false]);
    }

    #[test]
    fn sums_are_no_deeper_than_they_must_be() {
        fn depth(term: &Term) -> usize {
            match term {
                Term::Binary(_, a, b) => 1 + depth(a).max(depth(b)),
                _ => 0,
            }
        }
        let terms: Vec<Term> = (0..10_000).map(|number| Term::Number(f64::from(number))).collect();
        assert_eq!(depth(&sum(&terms)), 14);
    }
}
