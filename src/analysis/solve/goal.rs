//! What a statistic is to be: `probability(report_2031) = 60%`.

use crate::analysis::expectation::{Condition, Expectation, number};
use crate::analysis::query::Query;
use std::str::FromStr;

/// A statistic and the value that it is to reach.
#[derive(Clone, Debug, PartialEq)]
pub struct Goal {
    /// As typed.
    pub text: String,
    /// The statistic.
    pub query: Query,
    /// The value.
    pub target: f64,
    /// How the statistic is to stand to it.
    pub relation: Relation,
}

/// How a statistic stands to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// It is the value.
    Equal,
    /// It is the value or more: what is sought is where that begins to hold.
    AtLeast,
    /// It is the value or less.
    AtMost,
}

impl Goal {
    /// Whether the condition holds at a value of the statistic; `=` holds nowhere in particular.
    pub(super) fn holds(&self, value: f64) -> bool {
        match self.relation {
            Relation::Equal => false,
            Relation::AtLeast => value >= self.target,
            Relation::AtMost => value <= self.target,
        }
    }
}

impl FromStr for Goal {
    type Err = String;

    fn from_str(text: &str) -> Result<Goal, String> {
        let text = text.trim();
        // `=` is no condition of expectations: a simulated number is never expected to be one to the last bit.
        let equal = text.rsplit_once(')').and_then(|(query, rest)| Some((query, rest.trim().strip_prefix('=')?)));
        if let Some((query, value)) = equal.filter(|(_, value)| !value.starts_with('=')) {
            let query = format!("{query})").parse()?;
            return Ok(Goal { text: text.to_owned(), query, target: number(value)?, relation: Relation::Equal });
        }
        let Expectation { query, condition, .. } =
            text.parse().map_err(|error: String| match error.contains("a condition") {
                true => "a goal is expected: = X, >= X or <= X, such as 'probability(report_2031) = 60%'".to_owned(),
                false => error.replace(
                    "CONDITION is expected, such as p50(market,2031) in 34..37",
                    "= X, >= X or <= X is expected, such as 'p50(market,2031) = 40'",
                ),
            })?;
        let (target, relation) = match condition {
            Condition::AtLeast(target) | Condition::Above(target) => (target, Relation::AtLeast),
            Condition::AtMost(target) | Condition::Below(target) => (target, Relation::AtMost),
            Condition::Within(..) => return Err("solve looks for one value: = X, >= X or <= X".into()),
        };
        Ok(Goal { text: text.to_owned(), query, target, relation })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goals_are_values_and_bounds() {
        let goal = |text: &str| text.parse::<Goal>().unwrap_or_else(|error| panic!("{text}: {error}"));
        let equal = goal(" probability(report_2031) = 60% ");
        assert_eq!(
            (equal.target, equal.relation, equal.query.to_string().as_str()),
            (0.6, Relation::Equal, "probability(report_2031)")
        );
        assert_eq!(goal("p50(market,2031)=40").target, 40.0);
        assert_eq!(goal("p50(market,2031) >= 40").relation, Relation::AtLeast);
        assert_eq!(goal("mean(cost) < -2").relation, Relation::AtMost);
        for (text, reason) in [
            ("p50(market)", "a goal is expected"),
            ("p50(market) == 40", "a goal is expected"),
            ("p50(market) in 1..2", "one value"),
            ("p50 = 40", "= X, >= X or <= X"),
            ("maen(x) = 1", "did you mean `mean`?"),
            ("mean(x) = ten", "is not a number"),
        ] {
            let error = text.parse::<Goal>().expect_err(text);
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
