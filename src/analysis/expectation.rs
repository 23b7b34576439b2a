//! What a number of a run must be: `p50(market,2031) in 34..37`.

use super::query::{Answer, Query};
use crate::results::Results;
use std::str::FromStr;

/// A query and the condition that its answer must meet.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// As typed.
    pub text: String,
    /// The number that is asked for.
    pub query: Query,
    pub(super) condition: Condition,
}

/// What a value must be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Condition {
    Within(f64, f64),
    AtLeast(f64),
    Above(f64),
    AtMost(f64),
    Below(f64),
}

/// How an expectation came out.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The expectation as typed.
    pub expectation: String,
    /// What the run says.
    pub answer: Answer,
    /// Whether the value is as expected; one that does not exist is not.
    pub ok: bool,
}

impl FromStr for Expectation {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = || "STATISTIC(NAME,PERIOD) CONDITION is expected, such as p50(market,2031) in 34..37".to_owned();
        let end = text.find(')').filter(|_| text.contains('(')).ok_or_else(form)? + 1;
        let (query, condition) = text.split_at(end);
        let query =
            query.parse().map_err(|error: String| if error.contains("is expected") { form() } else { error })?;
        Ok(Expectation { text: text.trim().to_owned(), query, condition: condition.trim().parse()? })
    }
}

impl FromStr for Condition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(range) = text.strip_prefix("in ") {
            let (low, high) = range.split_once("..").ok_or("a range is expected, such as in 34..37")?;
            let (low, high) = (number(low)?, number(high)?);
            return if low <= high {
                Ok(Condition::Within(low, high))
            } else {
                Err(format!("the range {}..{} is empty", low, high))
            };
        }
        // The longer signs first: `>` begins `>=` too.
        let signs = [">=", "<=", ">", "<"];
        let found = signs.into_iter().find_map(|sign| Some((sign, text.strip_prefix(sign)?)));
        let (sign, bound) = found.ok_or("a condition is expected: in LOW..HIGH, >= X, > X, <= X or < X")?;
        let bound = number(bound)?;
        Ok(match sign {
            ">=" => Condition::AtLeast(bound),
            "<=" => Condition::AtMost(bound),
            ">" => Condition::Above(bound),
            _ => Condition::Below(bound),
        })
    }
}

/// A finite number, in percent if it says so.
pub(super) fn number(text: &str) -> Result<f64, String> {
    let text = text.trim();
    let (digits, unit) = text.strip_suffix('%').map_or((text, 1.0), |digits| (digits.trim_end(), 100.0));
    let number = digits.parse::<f64>().ok().filter(|number| number.is_finite());
    number.map(|number| number / unit).ok_or_else(|| format!("`{text}` is not a number"))
}

impl Condition {
    fn holds(self, value: f64) -> bool {
        match self {
            Condition::Within(low, high) => low <= value && value <= high,
            Condition::AtLeast(bound) => value >= bound,
            Condition::Above(bound) => value > bound,
            Condition::AtMost(bound) => value <= bound,
            Condition::Below(bound) => value < bound,
        }
    }
}

impl Expectation {
    /// Compares a run with it.
    pub fn judge(&self, results: &Results) -> Outcome {
        self.judged(self.query.answer(results))
    }

    /// Compares the answer to its query with it.
    pub fn judged(&self, answer: Answer) -> Outcome {
        let ok = answer.estimate.is_some_and(|estimate| self.condition.holds(estimate.value));
        Outcome { expectation: self.text.clone(), answer, ok }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::RunOptions;
    use crate::model::{
        Constraint, Definition, Horizon, Market, Model, Output, StepLength, Target, VarId, Variable, When,
    };
    use crate::output::example::{full_results, results};
    use crate::stats::{Estimate, Share};

    fn parse(text: &str) -> Expectation {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn value(outcome: &Outcome) -> Option<f64> {
        outcome.answer.estimate.map(|estimate| estimate.value)
    }

    fn refuse(text: &str) -> String {
        text.parse::<Expectation>().expect_err(text)
    }

    #[test]
    fn reads_statistics_names_periods_and_conditions() {
        let expectation = parse(" p50( market , 2031 ) in 34 .. 37 ");
        assert_eq!(expectation.query.to_string(), "p50(market,2031)");
        assert_eq!(expectation.condition, Condition::Within(34.0, 37.0));
        assert_eq!(expectation.text, "p50( market , 2031 ) in 34 .. 37");

        assert_eq!(parse("p99.9(x) < 5").query.to_string(), "p99_9(x)");
        assert_eq!(parse("p_ever(x) < 5").query.to_string(), "p_ever(x)");
        assert_eq!(parse("p99.9(x)<5").condition, Condition::Below(5.0));
        assert_eq!(parse("probability(report) >= 45%").condition, Condition::AtLeast(0.45));
        assert_eq!(parse("p_binding(power,2031) in 5%..10 %").condition, Condition::Within(0.05, 0.1));
        assert_eq!(parse("p_short(power) <= 1e-3").condition, Condition::AtMost(0.001));
        assert_eq!(parse("mean(x) > -1.5").condition, Condition::Above(-1.5));
        assert_eq!(parse("sd(x) in -1..-1").condition, Condition::Within(-1.0, -1.0));
    }

    #[test]
    fn refuses_the_rest_with_a_reason() {
        for text in ["", "p50", "p50(market", "p50()>1", "p50(market,)>1"] {
            assert!(refuse(text).contains("p50(market,2031) in 34..37"), "{text}");
        }
        assert!(refuse("maen(x) > 1").contains("did you mean `mean`?"));
        for text in ["p0(x)>1", "p100(x)>1", "p(x)>1", "px(x)>1"] {
            assert!(refuse(text).contains("no statistic"), "{text}");
        }
        assert!(refuse("probability(report,2031) > 1").contains("last period"));
        assert!(refuse("p_ever(power,2031) > 1").contains("all periods"));
        assert!(refuse("mean(x)").contains("a condition is expected"));
        assert!(refuse("mean(x) == 1").contains("a condition is expected"));
        assert!(refuse("mean(x) in 3").contains("in 34..37"));
        assert!(refuse("mean(x) in 3..2").contains("is empty"));
        for text in ["mean(x) > nan", "mean(x) < inf", "mean(x) > ten", "mean(x) in 1..", "mean(x) >"] {
            assert!(refuse(text).contains("is not a number"), "{text}");
        }
    }

    #[test]
    fn judges_results() {
        let results = results();
        let outcome = |text: &str| parse(text).judge(&results);
        assert_eq!(
            outcome("p50(market,2026) in 8..9"),
            Outcome {
                expectation: "p50(market,2026) in 8..9".into(),
                answer: Answer { estimate: Some(Estimate { value: 8.51, se: Some(0.0) }), interval: None },
                ok: true
            }
        );
        assert!(!outcome("p50(market,2026) > 8.51").ok);
        assert!(outcome("p50(market,2026) >= 8.51").ok);
        assert!(outcome("p50(market) in 8.51..8.51").ok, "the last period, and both ends belong to the range");
        assert!(outcome("mean(market,2025) <= 6.32").ok);
        assert!(outcome("probability(report) in 54%..55%").ok);
        assert!(outcome("p_binding(power) < 0.22").ok);
        assert!(!outcome("p_short(power,2026) < 0.22").ok);
        for text in ["median(market) in 8.51..8.51", "p_first(power) in 12%..12%", "p_ever(power) in 12%..12%"] {
            assert!(outcome(text).ok, "{text}");
        }
        for (text, expected) in [("unmet", 0.4), ("lost", 0.3), ("deferred", 0.1), ("utilisation", 0.6)] {
            assert_eq!(value(&outcome(&format!("{text}_mean(power,2026) > 0"))), Some(expected));
        }
        let full = full_results();
        assert_eq!(value(&parse("es5(market,2026) > 0").judge(&full)), Some(1.0));
        assert_eq!(value(&parse("skewness(market,2026) > 0").judge(&full)), Some(0.5));
        let absent = outcome("sd(growth) >= 0");
        assert_eq!((value(&absent), absent.ok), (None, false), "what does not exist is not as expected");
        assert!(parse("p50(market.region.north_america) > 8").judge(&full_results()).ok);
    }

    #[test]
    fn a_share_without_hits_has_a_bound() {
        let mut results = results();
        results.constraints[0].binding = Share::of(0, 1000, 0);
        let outcome = parse("p_binding(power) <= 0").judge(&results);
        // Wilson without hits: z^2 / (n + z^2), with z = 1.959964 and n = 1000.
        let bound = 3.841_459 / 1_003.841_459;
        let (low, high) = outcome.answer.interval.expect("a share has one");
        assert_eq!((value(&outcome), low, outcome.ok), (Some(0.0), 0.0, true));
        assert!((high - bound).abs() < 1e-9, "{outcome:?}");
    }

    #[test]
    fn periods_are_those_of_the_horizon() {
        let mut quarters = model();
        quarters.horizon = Horizon { start: Some(4 * 2025 + 3), steps: 4, length: StepLength::Quarter };
        let mut results = results();
        results.run.horizon = quarters.horizon.clone();
        results.bands[1].subject.when = When { step: 4, period: "2026Q4".into(), year: Some(2026) };
        for text in ["p50(market,2026Q4) > 8.5", "p50(market,2026) > 8.5", "p50(market) > 8.5"] {
            assert_eq!(parse(text).query.resolve(&quarters), Ok(()), "{text}");
            assert!(parse(text).judge(&results).ok, "{text}");
        }
        for text in ["p50(market,2027) > 1", "p50(market,2026Q5) > 1", "p50(market,2026-01) > 1"] {
            assert!(parse(text).query.resolve(&quarters).expect_err(text).contains("2025Q4 to 2026Q4"), "{text}");
        }
        let mut counted = model();
        counted.horizon = Horizon { start: None, steps: 1, length: StepLength::Counted };
        results.run.horizon = counted.horizon.clone();
        results.bands[1].subject.when = When { step: 1, period: "1".into(), year: None };
        assert_eq!(parse("p50(market,1) > 8.5").query.resolve(&counted), Ok(()));
        assert!(parse("p50(market,1) > 8.5").judge(&results).ok);
    }

    #[test]
    fn asks_the_run_for_its_percentile() {
        let mut options = RunOptions { percentiles: vec![50.0], ..RunOptions::default() };
        for text in ["p50(x)>1", "p2_5(x)>1", "mean(x)>1", "p2_5(y)>1", "median(x)>1", "es95(x)>1", "skewness(x)>1"] {
            parse(text).query.require(&mut options);
        }
        assert_eq!(options.percentiles, [2.5, 50.0]);
        assert_eq!((options.shortfall, options.skewness), (vec![95.0], true));
    }

    fn model() -> Model {
        let variable = |name: &str, first| Variable {
            name: name.into(),
            pointer: String::new(),
            unit: None,
            source: None,
            note: None,
            confidence: None,
            title: None,
            text: None,
            first,
            definition: Definition::Constant(1.0),
        };
        let id = VarId;
        let output = |name: &str, part: Option<(&str, &str)>, variable| Output {
            name: name.into(),
            part: part.map(|(dimension, segment)| (dimension.into(), segment.into())),
            unit: None,
            variable,
            may_be_absent: false,
            title: None,
        };
        Model {
            title: None,
            description: None,
            horizon: Horizon { start: Some(2025), steps: 6, length: StepLength::Year },
            variables: vec![variable("market", 0), variable("growth", 1)],
            base_order: vec![id(0)],
            step_order: vec![id(0), id(1)],
            inputs: vec![],
            correlations: vec![],
            market: Some(Market {
                measure: Default::default(),
                unit: None,
                demand_growth: None,
                demand: id(0),
                wanted: id(0),
                market: id(0),
                backlog: id(0),
                constraints: vec![Constraint { name: "power".into(), ceiling: id(1) }],
                baseline: None,
            }),
            dimensions: Vec::new(),
            outputs: vec![
                output("market", None, id(0)),
                output("growth", None, id(1)),
                output("market", Some(("region", "europe")), id(0)),
            ],
            targets: vec![Target {
                name: "report_2031".into(),
                text: "market >= 1".into(),
                condition: id(1),
                title: None,
            }],
            references: Vec::new(),
            calibration: None,
        }
    }

    #[test]
    fn names_and_periods_are_known_before_the_run() {
        let resolve = |text: &str| parse(text).query.resolve(&model());
        for text in [
            "p50(market,2025) > 1",
            "mean(growth,2026) > 1",
            "p50(market.region.europe) > 1",
            "probability(report_2031) > 0",
            "p_binding(power,2031) > 0",
        ] {
            assert_eq!(resolve(text), Ok(()), "{text}");
        }
        assert!(resolve("p50(markt) > 1").expect_err("a typo").contains("did you mean `market`?"));
        assert!(resolve("p50(power) > 1").expect_err("not an output").contains("there are market, growth"));
        assert!(resolve("probability(report) > 1").expect_err("a typo").contains("target"));
        assert!(resolve("p_short(cooling) > 1").expect_err("another name").contains("constraint"));
        let growth = resolve("mean(growth,2025) > 1").expect_err("growth begins a step later");
        assert!(growth.contains("2026 to 2031"), "{growth}");
        assert!(resolve("p_binding(power,2025) > 0").is_err(), "ceilings begin in step 1");
    }
}
