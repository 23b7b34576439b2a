//! Expectations of `check`: `p50(market,2031) in 34..37`.

use super::values;
use crate::diagnostic::nearest_name;
use crate::engine::RunOptions;
use crate::model::{Model, Output};
use crate::results::{Band, Results, When};
use std::str::FromStr;

/// What a statistic must be.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Expectation {
    /// As typed.
    pub(super) text: String,
    statistic: Statistic,
    /// Output, target or constraint.
    name: String,
    /// Label of a period; the last one where absent.
    period: Option<String>,
    condition: Condition,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Statistic {
    Mean,
    Sd,
    Percentile(f64),
    Probability,
    Binding,
    Short,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Condition {
    Within(f64, f64),
    AtLeast(f64),
    Above(f64),
    AtMost(f64),
    Below(f64),
}

/// How an expectation came out.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub(super) struct Outcome {
    /// As typed.
    pub(super) expectation: String,
    /// The statistic, if it exists.
    pub(super) value: Option<f64>,
    /// Its Monte Carlo standard error.
    pub(super) se: Option<f64>,
    /// Whether it is as expected; what does not exist is not.
    pub(super) ok: bool,
}

impl FromStr for Expectation {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = || "STATISTIC(NAME,PERIOD) CONDITION is expected, such as p50(market,2031) in 34..37".to_owned();
        let (statistic, rest) = text.split_once('(').ok_or_else(form)?;
        let (arguments, condition) = rest.split_once(')').ok_or_else(form)?;
        let statistic = statistic_named(statistic.trim())?;
        let (name, period) = match arguments.split_once(',') {
            Some((name, period)) => (name.trim(), Some(period.trim().to_owned())),
            None => (arguments.trim(), None),
        };
        if name.is_empty() || period.as_deref() == Some("") {
            return Err(form());
        }
        if statistic == Statistic::Probability && period.is_some() {
            return Err("a target is read in the last period; write probability(TARGET)".into());
        }
        let condition = condition.trim().parse()?;
        Ok(Expectation { text: text.trim().to_owned(), statistic, name: name.to_owned(), period, condition })
    }
}

fn statistic_named(name: &str) -> Result<Statistic, String> {
    Ok(match name {
        "mean" => Statistic::Mean,
        "sd" => Statistic::Sd,
        "probability" => Statistic::Probability,
        "p_binding" => Statistic::Binding,
        "p_short" => Statistic::Short,
        _ => match name.strip_prefix('p').map(|level| values::level(&level.replace('_', "."))) {
            Some(Ok(level)) => Statistic::Percentile(level),
            _ => {
                let nearest = nearest_name(name, ["mean", "sd", "probability", "p_binding", "p_short"]);
                let nearest = nearest.map_or_else(String::new, |nearest| format!(" (did you mean `{nearest}`?)"));
                return Err(format!(
                    "there is no statistic `{name}`{nearest}; there are mean, sd, p50 (any level), probability, p_binding, \
                     p_short"
                ));
            }
        },
    })
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
fn number(text: &str) -> Result<f64, String> {
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
    /// Adds the percentile that it needs to what a run reports.
    pub(super) fn require(&self, options: &mut RunOptions) {
        if let Statistic::Percentile(level) = self.statistic
            && !options.percentiles.contains(&level)
        {
            options.percentiles.push(level);
            options.percentiles.sort_by(f64::total_cmp);
        }
    }

    /// Makes sure that its names mean something in the model, before anything is simulated.
    pub(super) fn resolve(&self, model: &Model) -> Result<(), String> {
        let last = model.horizon.last();
        let (kind, names, first): (_, Vec<String>, usize) = match self.statistic {
            Statistic::Probability => {
                ("target", model.targets.iter().map(|target| target.name.clone()).collect(), last)
            }
            Statistic::Binding | Statistic::Short => {
                let constraints = model.market.iter().flat_map(|market| &market.constraints);
                ("constraint", constraints.map(|constraint| constraint.name.clone()).collect(), 1)
            }
            Statistic::Mean | Statistic::Sd | Statistic::Percentile(_) => {
                let output = model.outputs.iter().find(|output| full_name(output) == self.name);
                let first = output.map_or(0, |output| model.variable(output.variable).first);
                ("output", model.outputs.iter().map(full_name).collect(), first)
            }
        };
        if !names.contains(&self.name) {
            return Err(unknown(kind, &self.name, &names));
        }
        let periods: Vec<String> = (first..=last).map(|step| model.horizon.period(step)).collect();
        match &self.period {
            Some(period) if !periods.contains(period) => {
                let range = match &periods[..] {
                    [] => "none".to_owned(),
                    [only] => only.clone(),
                    [first, .., last] => format!("{first} to {last}"),
                };
                Err(format!("`{}` has no period `{period}`; its periods are {range}", self.name))
            }
            _ => Ok(()),
        }
    }

    /// Compares a run with it.
    pub(super) fn judge(&self, results: &Results) -> Outcome {
        let (value, se) = self.value(results).unwrap_or((None, None));
        let ok = value.is_some_and(|value| self.condition.holds(value));
        Outcome { expectation: self.text.clone(), value, se, ok }
    }

    fn value(&self, results: &Results) -> Option<(Option<f64>, Option<f64>)> {
        let is_meant = |when: &When| self.period.as_ref().is_none_or(|period| *period == when.period);
        match self.statistic {
            Statistic::Probability => {
                let row = results.targets.iter().find(|row| row.target == self.name)?;
                Some((row.probability, row.se))
            }
            Statistic::Binding | Statistic::Short => {
                let mut rows = results.constraints.iter().filter(|row| row.constraint == self.name);
                let row = rows.rfind(|row| is_meant(&row.when))?;
                Some(match self.statistic {
                    Statistic::Binding => (row.p_binding, row.p_binding_se),
                    _ => (row.p_short, row.p_short_se),
                })
            }
            Statistic::Mean | Statistic::Sd | Statistic::Percentile(_) => {
                let named = |band: &&Band| {
                    name_of(&band.output, band.dimension.as_deref().zip(band.segment.as_deref())) == self.name
                };
                let band = results.bands.iter().filter(named).rfind(|band| is_meant(&band.when))?;
                Some(match self.statistic {
                    Statistic::Mean => (band.mean, band.mean_se),
                    Statistic::Percentile(level) => {
                        let index = results.percentiles.iter().position(|percentile| *percentile == level)?;
                        (band.quantiles[index], band.quantile_se[index])
                    }
                    _ => (band.sd, band.sd_se),
                })
            }
        }
    }
}

fn unknown(kind: &str, name: &str, names: &[String]) -> String {
    match nearest_name(name, names.iter().map(String::as_str)) {
        Some(nearest) => format!("there is no {kind} `{name}` (did you mean `{nearest}`?)"),
        None if names.is_empty() => format!("there is no {kind} `{name}`; this scenario has none"),
        None => {
            let some: Vec<&str> = names.iter().take(10).map(String::as_str).collect();
            let more = if names.len() > some.len() { ", ..." } else { "" };
            format!("there is no {kind} `{name}`; there are {}{more}", some.join(", "))
        }
    }
}

/// The name of an output in an expectation, as a formula has it: `market`, `market.region.europe`.
fn full_name(output: &Output) -> String {
    name_of(&output.name, output.part.as_ref().map(|(dimension, segment)| (dimension.as_str(), segment.as_str())))
}

fn name_of(output: &str, part: Option<(&str, &str)>) -> String {
    part.map_or_else(|| output.to_owned(), |(dimension, segment)| format!("{output}.{dimension}.{segment}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Constraint, Definition, Horizon, Market, StepLength, Target, VarId, Variable};
    use crate::output::example::{full_results, results};

    fn parse(text: &str) -> Expectation {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn refuse(text: &str) -> String {
        text.parse::<Expectation>().expect_err(text)
    }

    #[test]
    fn reads_statistics_names_periods_and_conditions() {
        let expectation = parse(" p50( market , 2031 ) in 34 .. 37 ");
        assert_eq!(expectation.statistic, Statistic::Percentile(50.0));
        assert_eq!((expectation.name.as_str(), expectation.period.as_deref()), ("market", Some("2031")));
        assert_eq!(expectation.condition, Condition::Within(34.0, 37.0));
        assert_eq!(expectation.text, "p50( market , 2031 ) in 34 .. 37");

        assert_eq!(parse("p99_9(x) < 5").statistic, Statistic::Percentile(99.9));
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
            Outcome { expectation: "p50(market,2026) in 8..9".into(), value: Some(8.51), se: Some(0.0), ok: true }
        );
        assert!(!outcome("p50(market,2026) > 8.51").ok);
        assert!(outcome("p50(market,2026) >= 8.51").ok);
        assert!(outcome("p50(market) in 8.51..8.51").ok, "the last period, and both ends belong to the range");
        assert!(outcome("mean(market,2025) <= 6.32").ok);
        assert!(outcome("probability(report) in 54%..55%").ok);
        assert!(outcome("p_binding(power) < 0.22").ok);
        assert!(!outcome("p_short(power,2026) < 0.22").ok);
        let absent = outcome("sd(growth) >= 0");
        assert_eq!((absent.value, absent.ok), (None, false), "what does not exist is not as expected");
        assert!(parse("p50(market.region.north_america) > 8").judge(&full_results()).ok);
    }

    #[test]
    fn asks_the_run_for_its_percentile() {
        let mut options = RunOptions { percentiles: vec![50.0], ..RunOptions::default() };
        for text in ["p50(x)>1", "p2_5(x)>1", "mean(x)>1", "p2_5(y)>1"] {
            parse(text).require(&mut options);
        }
        assert_eq!(options.percentiles, [2.5, 50.0]);
    }

    fn model() -> Model {
        let variable = |name: &str, first| Variable {
            name: name.into(),
            pointer: String::new(),
            unit: None,
            source: None,
            note: None,
            confidence: None,
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
            targets: vec![Target { name: "report_2031".into(), text: "market >= 1".into(), condition: id(1) }],
            calibration: None,
        }
    }

    #[test]
    fn names_and_periods_are_known_before_the_run() {
        let resolve = |text: &str| parse(text).resolve(&model());
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
