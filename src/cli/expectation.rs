//! Expectations of `check`: `p50(market,2031) in 34..37`.

use super::values;
use crate::diagnostic::nearest_name;
use crate::engine::RunOptions;
use crate::model::{Horizon, Model, Output};
use crate::output::ceilings;
use crate::results::{Band, ConstraintRow, Results, When};
use crate::stats::{Merge, Tally};
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
    Skewness,
    Percentile(f64),
    Shortfall(f64),
    Probability,
    /// A column of the table `constraints`.
    Constraint(Column),
    /// Whether a ceiling binds in any step.
    Ever,
}

/// Columns of a ceiling in a step.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Column {
    Binding,
    Short,
    First,
    Unmet,
    Lost,
    Deferred,
    Utilisation,
}

/// Statistics by name, apart from levels.
const NAMES: [(&str, Statistic); 13] = [
    ("mean", Statistic::Mean),
    ("sd", Statistic::Sd),
    ("skewness", Statistic::Skewness),
    ("median", Statistic::Percentile(50.0)),
    ("probability", Statistic::Probability),
    ("p_binding", Statistic::Constraint(Column::Binding)),
    ("p_short", Statistic::Constraint(Column::Short)),
    ("p_first", Statistic::Constraint(Column::First)),
    ("p_ever", Statistic::Ever),
    ("unmet_mean", Statistic::Constraint(Column::Unmet)),
    ("lost_mean", Statistic::Constraint(Column::Lost)),
    ("deferred_mean", Statistic::Constraint(Column::Deferred)),
    ("utilisation_mean", Statistic::Constraint(Column::Utilisation)),
];

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
    /// Lower end of the 95 % interval of a share.
    pub(super) low: Option<f64>,
    /// Upper end of the 95 % interval of a share.
    pub(super) high: Option<f64>,
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
        match (statistic, &period) {
            (Statistic::Probability, Some(_)) => {
                return Err("a target is read in the last period; write probability(TARGET)".into());
            }
            (Statistic::Ever, Some(_)) => return Err("p_ever is over all periods; write p_ever(CONSTRAINT)".into()),
            _ => {}
        }
        let condition = condition.trim().parse()?;
        Ok(Expectation { text: text.trim().to_owned(), statistic, name: name.to_owned(), period, condition })
    }
}

fn statistic_named(name: &str) -> Result<Statistic, String> {
    if let Some((_, statistic)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Ok(*statistic);
    }
    let level = |prefix: &str| values::level(&name.strip_prefix(prefix)?.replace('_', ".")).ok();
    if let Some(level) = level("p") {
        return Ok(Statistic::Percentile(level));
    }
    if let Some(level) = level("es") {
        return Ok(Statistic::Shortfall(level));
    }
    let names = NAMES.map(|(known, _)| known);
    let nearest = nearest_name(name, names);
    let nearest = nearest.map_or_else(String::new, |nearest| format!(" (did you mean `{nearest}`?)"));
    Err(format!("there is no statistic `{name}`{nearest}; there are p50, es5 (any level), {}", names.join(", ")))
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
    /// Adds what it needs to what a run reports.
    pub(super) fn require(&self, options: &mut RunOptions) {
        let add = |levels: &mut Vec<f64>, level: f64| {
            if !levels.contains(&level) {
                levels.push(level);
                levels.sort_by(f64::total_cmp);
            }
        };
        match self.statistic {
            Statistic::Percentile(level) => add(&mut options.percentiles, level),
            Statistic::Shortfall(level) => add(&mut options.shortfall, level),
            Statistic::Skewness => options.skewness = true,
            _ => {}
        }
    }

    /// Makes sure that its names mean something in the model, before anything is simulated.
    pub(super) fn resolve(&self, model: &Model) -> Result<(), String> {
        let last = model.horizon.last();
        let (kind, names, first): (_, Vec<String>, usize) = match self.statistic {
            Statistic::Probability => {
                ("target", model.targets.iter().map(|target| target.name.clone()).collect(), last)
            }
            Statistic::Constraint(_) | Statistic::Ever => {
                let constraints = model.market.iter().flat_map(|market| &market.constraints);
                ("constraint", constraints.map(|constraint| constraint.name.clone()).collect(), 1)
            }
            _ => {
                let output = model.outputs.iter().find(|output| full_name(output) == self.name);
                let first = output.map_or(0, |output| model.variable(output.variable).first);
                ("output", model.outputs.iter().map(full_name).collect(), first)
            }
        };
        if !names.contains(&self.name) {
            return Err(unknown(kind, &self.name, &names));
        }
        match &self.period {
            Some(period) if model.horizon.find(period).is_none_or(|step| step < first) => {
                let range = match last.checked_sub(first) {
                    None => "none".to_owned(),
                    Some(0) => model.horizon.period(last),
                    Some(_) => format!("{} to {}", model.horizon.period(first), model.horizon.period(last)),
                };
                Err(format!("`{}` has no period `{period}`; its periods are {range}", self.name))
            }
            _ => Ok(()),
        }
    }

    /// Compares a run with it. The horizon is that of the run: a year there is its last step.
    pub(super) fn judge(&self, results: &Results, horizon: &Horizon) -> Outcome {
        let Found { value, se, interval } = self.find(results, horizon).unwrap_or_default();
        let ok = value.is_some_and(|value| self.condition.holds(value));
        let (low, high) = interval.unzip();
        Outcome { expectation: self.text.clone(), value, se, low, high, ok }
    }

    fn find(&self, results: &Results, horizon: &Horizon) -> Option<Found> {
        let step = self.period.as_ref().map(|period| horizon.find(period));
        let is_meant = |when: &When| step.is_none_or(|step| step == Some(when.step));
        match self.statistic {
            Statistic::Probability => {
                let row = results.targets.iter().find(|row| row.target == self.name)?;
                Some(Found { value: row.probability, se: row.se, interval: row.low.zip(row.high) })
            }
            Statistic::Constraint(column) => {
                let mut rows = results.constraints.iter().filter(|row| row.constraint == self.name);
                Some(column.of(rows.rfind(|row| is_meant(&row.when))?))
            }
            Statistic::Ever => {
                let ceiling = ceilings(results).into_iter().find(|ceiling| ceiling.constraint == self.name)?;
                let n = results.constraints.iter().rfind(|row| row.constraint == self.name)?.n;
                Some(share(ceiling.p_ever, ceiling.p_ever_se, n))
            }
            _ => {
                let named = |band: &&Band| {
                    name_of(&band.output, band.dimension.as_deref().zip(band.segment.as_deref())) == self.name
                };
                let band = results.bands.iter().filter(named).rfind(|band| is_meant(&band.when))?;
                self.of_band(band, results)
            }
        }
    }

    fn of_band(&self, band: &Band, results: &Results) -> Option<Found> {
        let at = |levels: &[f64], level: f64| levels.iter().position(|known| *known == level);
        let (value, se) = match self.statistic {
            Statistic::Mean => (band.mean, band.mean_se),
            Statistic::Sd => (band.sd, band.sd_se),
            Statistic::Skewness => (band.skewness, None),
            Statistic::Percentile(level) => {
                let index = at(&results.percentiles, level)?;
                (band.quantiles[index], band.quantile_se[index])
            }
            Statistic::Shortfall(level) => {
                let index = at(&results.shortfall, level)?;
                (band.shortfall[index], band.shortfall_se[index])
            }
            Statistic::Probability | Statistic::Constraint(_) | Statistic::Ever => return None,
        };
        Some(Found { value, se, interval: None })
    }
}

/// What a run says of a statistic.
#[derive(Clone, Copy, Debug, Default)]
struct Found {
    value: Option<f64>,
    se: Option<f64>,
    /// The 95 % interval of a share, which has a width even where the standard error is 0.
    interval: Option<(f64, f64)>,
}

impl Column {
    fn of(self, row: &ConstraintRow) -> Found {
        let mean = |value, se| Found { value, se, interval: None };
        match self {
            Column::Binding => share(row.p_binding, row.p_binding_se, row.n),
            Column::Short => share(row.p_short, row.p_short_se, row.n),
            Column::First => share(row.p_first, row.p_first_se, row.n),
            Column::Unmet => mean(row.unmet_mean, row.unmet_mean_se),
            Column::Lost => mean(row.lost_mean, row.lost_mean_se),
            Column::Deferred => mean(row.deferred_mean, row.deferred_mean_se),
            Column::Utilisation => mean(row.utilisation_mean, row.utilisation_mean_se),
        }
    }
}

/// A share of n paths.
fn share(value: Option<f64>, se: Option<f64>, n: u64) -> Found {
    let interval = value.and_then(|value| {
        let hits = ((value * n as f64).round() as u64).min(n);
        let mut tally = Tally::constant(1.0, hits);
        tally.merge(&Tally::constant(0.0, n - hits));
        tally.wilson()
    });
    Found { value, se, interval }
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
        let horizon = model().horizon;
        let outcome = |text: &str| parse(text).judge(&results, &horizon);
        assert_eq!(
            outcome("p50(market,2026) in 8..9"),
            Outcome {
                expectation: "p50(market,2026) in 8..9".into(),
                value: Some(8.51),
                se: Some(0.0),
                low: None,
                high: None,
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
        for (text, value) in [("unmet", 0.4), ("lost", 0.3), ("deferred", 0.1), ("utilisation", 0.6)] {
            assert_eq!(outcome(&format!("{text}_mean(power,2026) > 0")).value, Some(value));
        }
        let full = full_results();
        assert_eq!(parse("es5(market,2026) > 0").judge(&full, &horizon).value, Some(1.0));
        assert_eq!(parse("skewness(market,2026) > 0").judge(&full, &horizon).value, Some(0.5));
        let absent = outcome("sd(growth) >= 0");
        assert_eq!((absent.value, absent.ok), (None, false), "what does not exist is not as expected");
        assert!(parse("p50(market.region.north_america) > 8").judge(&full_results(), &horizon).ok);
    }

    #[test]
    fn a_share_without_hits_has_a_bound() {
        let mut results = results();
        results.constraints[0].p_binding = Some(0.0);
        results.constraints[0].p_binding_se = Some(0.0);
        let outcome = parse("p_binding(power) <= 0").judge(&results, &model().horizon);
        // Wilson without hits: z^2 / (n + z^2), with z = 1.959964 and n = 1000.
        let bound = 3.841_459 / 1_003.841_459;
        assert_eq!((outcome.value, outcome.low, outcome.ok), (Some(0.0), Some(0.0), true));
        assert!((outcome.high.expect("an interval") - bound).abs() < 1e-9, "{outcome:?}");
    }

    #[test]
    fn periods_are_those_of_the_horizon() {
        let mut quarters = model();
        quarters.horizon = Horizon { start: Some(4 * 2025 + 3), steps: 4, length: StepLength::Quarter };
        let mut results = results();
        results.bands[1].when = When { step: 4, period: "2026Q4".into(), year: Some(2026) };
        for text in ["p50(market,2026Q4) > 8.5", "p50(market,2026) > 8.5", "p50(market) > 8.5"] {
            assert_eq!(parse(text).resolve(&quarters), Ok(()), "{text}");
            assert!(parse(text).judge(&results, &quarters.horizon).ok, "{text}");
        }
        for text in ["p50(market,2027) > 1", "p50(market,2026Q5) > 1", "p50(market,2026-01) > 1"] {
            assert!(parse(text).resolve(&quarters).expect_err(text).contains("2025Q4 to 2026Q4"), "{text}");
        }
        let mut counted = model();
        counted.horizon = Horizon { start: None, steps: 1, length: StepLength::Counted };
        results.bands[1].when = When { step: 1, period: "1".into(), year: None };
        assert_eq!(parse("p50(market,1) > 8.5").resolve(&counted), Ok(()));
        assert!(parse("p50(market,1) > 8.5").judge(&results, &counted.horizon).ok);
    }

    #[test]
    fn asks_the_run_for_its_percentile() {
        let mut options = RunOptions { percentiles: vec![50.0], ..RunOptions::default() };
        for text in ["p50(x)>1", "p2_5(x)>1", "mean(x)>1", "p2_5(y)>1", "median(x)>1", "es95(x)>1", "skewness(x)>1"] {
            parse(text).require(&mut options);
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
