//! Sums of a random number of draws: how often, and how large each time.

use super::builder::ModelBuilder;
use super::item::Item;
use super::over_time::DrawSteps;
use crate::diagnostic::Severity;
use crate::kernel::Binary;
use crate::model::{Definition, Expr, VarId};
use crate::scenario::keys;

/// Most draws of one sum: each is an input of its own.
const MOST_DRAWS: f64 = 1_000.0;

/// A probability of more draws than the cap from which on it is worth a warning.
const NOTED: f64 = 1e-6;

/// A sum whose count may pass its cap.
#[derive(Clone, Copy, Debug)]
pub(super) struct CappedSum {
    sum: VarId,
    count: VarId,
    most: f64,
}

impl ModelBuilder<'_> {
    /// Defines a variable as the sum of `count` independent draws of `size`, of at most `most`: the first ones, each an input
    /// `x.size.1`, `x.size.2`, ... with a law of its own.
    pub(super) fn compound(&mut self, id: VarId, owner: &Item<'_>, item: &Item<'_>, name: &str, draws: DrawSteps) {
        self.known_keys(owner, "a compound", &[&["compound"], keys::PAPERS]);
        if !self.is_object_with(item, "`compound`", &[keys::COMPOUND]) {
            return;
        }
        let (Some(count), Some(size), Some(most)) = (item.get("count"), item.get("size"), item.get("most")) else {
            let problem = item.error("missing-parameter", "`compound` needs `count`, `size` and `most`");
            let expected = "{\"count\": {\"poisson\": 3}, \"size\": {\"lognormal\": {...}}, \"most\": 20}";
            self.push(problem.expected(expected).help("`most` is the largest number of draws that are added up"));
            return;
        };
        let Some(cap) = self.number(&most, "`most`") else { return };
        if !(1.0..=MOST_DRAWS).contains(&cap) || cap.fract() != 0.0 {
            let problem = most.error("out-of-range", "`most` is a whole number of draws");
            self.push(problem.expected(format!("a whole number from 1 to {MOST_DRAWS}")).found(cap.to_string()));
            return;
        }
        let count = self.quantity(&count, &format!("{name}.count"), draws);
        let mut sum: Option<Expr> = None;
        for number in 1..=cap as usize {
            let before = self.problems.len();
            let draw = self.quantity(&size, &format!("{name}.size.{number}"), draws);
            if self.full || self.problems.len() > before {
                // What is wrong with one draw is wrong with all.
                return;
            }
            let happens = Expr::binary(Binary::GreaterEqual, count, number as f64);
            let term = Expr::If(Box::new(happens), Box::new(draw.into()), Box::new(Expr::Constant(0.0)));
            sum = Some(match sum {
                None => term,
                Some(sum) => sum + term,
            });
        }
        self.define(id, Definition::Formula(sum.unwrap_or(Expr::Constant(0.0))));
        self.capped.push(CappedSum { sum: id, count, most: cap });
    }

    /// Warns of sums whose count passes the cap.
    pub(super) fn remark_on_caps(&mut self) {
        for CappedSum { sum, count, most } in std::mem::take(&mut self.capped) {
            let number = |parameter: &VarId| match self.variable(*parameter).definition {
                Definition::Constant(value) => Ok(value),
                _ => Err(()),
            };
            let law = match &self.variable(count).definition {
                Definition::Draw { distribution, .. } => distribution.try_map(number).ok(),
                _ => None,
            };
            let Some(law) = law.filter(|law| law.check().is_ok()) else { continue };
            let beyond = law.sf(most);
            if beyond > NOTED {
                let name = &self.variable(sum).name;
                let message = format!(
                    "the count of `{name}` is above its `most` of {most} with a probability of {beyond:.1e}: draws beyond it are \
                     left out"
                );
                let problem = self.place(sum).error("count-above-most", message).severity(Severity::Warning);
                self.push(problem.help("raise `most`"));
            }
        }
    }
}
