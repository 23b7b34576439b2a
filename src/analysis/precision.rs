//! Runs that end at a precision: paths are doubled until the intervals of chosen statistics are narrow enough.
//!
//! Looking again and again costs coverage, because a look that happens to be narrow ends the run. Doublings from
//! [`FIRST_LOOK`] paths on cost at most 1.5 points of the 95 % (`docs/methods.md`).

use super::query::Query;
use crate::engine::{Monitor, RunError, RunOptions};
use crate::model::Model;
use crate::results::{PrecisionRow, Results};
use crate::stats::{Estimate, Histogram, Merge, Statistic};
use crate::study::Study;
use std::str::FromStr;

/// Paths of the first look.
pub const FIRST_LOOK: u64 = 4_096;
/// Looks in a row at which replicates have to agree: the error that a few of them show is itself uncertain.
const LOOKS_OF_REPLICATES: u32 = 2;
/// Paths that must lie beyond a quantile, or have a property, before its error is believed.
const TAIL: f64 = 100.0;

/// A statistic and how narrow its 95 % interval must be: `p95(market,2031) within 0.5%`.
#[derive(Clone, Debug, PartialEq)]
pub struct Precision {
    /// As typed.
    pub text: String,
    /// The statistic.
    pub query: Query,
    tolerance: Tolerance,
}

/// The most that half an interval may be.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Tolerance {
    /// In the unit of the statistic.
    Absolute(f64),
    /// As a share of the value.
    Relative(f64),
}

impl FromStr for Precision {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = "STATISTIC(NAME,PERIOD) within TOLERANCE is expected, such as p95(market,2031) within 0.5%";
        let (query, tolerance) = text.split_once(" within ").ok_or(form)?;
        let query = query
            .trim()
            .parse()
            .map_err(|error: String| if error.contains("is expected") { form.to_owned() } else { error })?;
        Ok(Precision { text: text.trim().to_owned(), query, tolerance: tolerance.trim().parse()? })
    }
}

impl FromStr for Tolerance {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (digits, is_relative) = match text.strip_suffix('%') {
            Some(digits) => (digits.trim_end(), true),
            None => (text, false),
        };
        let tolerance = digits.parse::<f64>().ok().filter(|tolerance| tolerance.is_finite() && *tolerance > 0.0);
        let tolerance = tolerance
            .ok_or_else(|| format!("`{text}` is no tolerance; a number above 0 is expected, or one with %"))?;
        Ok(if is_relative { Tolerance::Relative(tolerance / 100.0) } else { Tolerance::Absolute(tolerance) })
    }
}

impl Precision {
    /// Makes sure that its names mean something in the model, before anything is simulated.
    ///
    /// # Errors
    ///
    /// Which name is unknown and what is there instead, or which periods there are.
    pub fn resolve(&self, model: &Model) -> Result<(), String> {
        self.query.resolve(model)
    }

    /// What a run has reached; half a 95 % interval is so many standard errors.
    fn judge(&self, results: &Results, errors: f64) -> PrecisionRow {
        let answer = self.query.answer(results);
        let paths = results.run.paths as f64;
        let half_width = answer.interval.map(|(low, high)| (high - low) / 2.0);
        let half_width = half_width.or_else(|| Some(errors * answer.estimate?.se?)).filter(|width| width.is_finite());
        let value = answer.estimate.map(|estimate| estimate.value);
        let tolerance = value.map(|value| self.tolerance.of(value));
        let tail = self.tail(answer.estimate.filter(|_| answer.interval.is_some()));
        let is_narrow = half_width.zip(tolerance).is_some_and(|(width, tolerance)| width <= tolerance);
        let reached = is_narrow && tail * paths >= TAIL;
        // Errors fall as the root of the paths; a tail fills with them.
        let needed = half_width
            .zip(tolerance)
            .map(|(width, tolerance)| (paths * (width / tolerance).powi(2)).max(TAIL / tail).ceil());
        let needed = needed.filter(|needed| !reached && *needed < 2f64.powi(63)).map(|needed| needed as u64);
        PrecisionRow { condition: self.text.clone(), value, half_width, reached, needed }
    }

    /// Share of the paths that the error of the statistic hangs on.
    fn tail(&self, share: Option<Estimate>) -> f64 {
        match (share, self.query.statistic()) {
            (Some(share), _) => share.value,
            (None, Some(Statistic::Quantile(level) | Statistic::Shortfall(level))) => level.min(100.0 - level) / 100.0,
            _ => 1.0,
        }
    }
}

impl Tolerance {
    fn of(self, value: f64) -> f64 {
        match self {
            Tolerance::Absolute(tolerance) => tolerance,
            Tolerance::Relative(share) => share * value.abs(),
        }
    }
}

/// Runs a scenario until every condition is met, at [`FIRST_LOOK`] paths, twice as many, and so on, at most `most`. The
/// paths that `options` ask for do not matter; levels that conditions need are reported too.
///
/// Beside [`Results::precision`] the results are those of a run of as many paths, to the last bit.
///
/// # Errors
///
/// Those of [`Study::run`].
pub fn run_until(
    study: &Study,
    options: &RunOptions,
    conditions: &[Precision],
    most: u64,
    monitor: &dyn Monitor,
) -> Result<Results, RunError> {
    let mut options = options.clone();
    conditions.iter().for_each(|condition| condition.query.require(&mut options));
    let mut paths = FIRST_LOOK.min(most);
    let mut gathered = None;
    let mut looks = 0;
    loop {
        let has_replicates = options.sampler.has_replicates();
        let mut results = if paths <= Histogram::FEW_VALUES || has_replicates {
            // Of few paths every bin keeps its values: what more paths begin with is another kind of histogram. And replicates
            // of more paths are other samples.
            study.run(&RunOptions { paths, ..options.clone() }, monitor)?
        } else {
            let (simulation, seen) = match gathered.take() {
                Some(gathered) => gathered,
                None => (study.compiled(&RunOptions { paths: most, ..options.clone() }, monitor)?, None),
            };
            let done = seen.as_ref().map_or(0, |(blocks, _)| *blocks);
            let blocks = simulation.blocks().up_to(paths).within(done..u64::MAX);
            let mut partial = simulation.simulate(blocks, monitor)?;
            if let Some((_, seen)) = &seen {
                partial.merge(seen);
            }
            let results = study.placed(simulation.results(&partial)?);
            gathered = Some((simulation, Some((blocks.range().end, partial))));
            results
        };
        results.precision =
            conditions.iter().map(|condition| condition.judge(&results, options.half_width())).collect();
        looks = if results.precision.iter().all(|row| row.reached) { looks + 1 } else { 0 };
        if paths >= most || looks == if has_replicates { LOOKS_OF_REPLICATES } else { 1 } {
            return Ok(results);
        }
        paths = paths.saturating_mul(2).min(most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuse(text: &str) -> String {
        text.parse::<Precision>().expect_err(text)
    }

    #[test]
    fn conditions_are_read() {
        let precision: Precision = " p95(market, 2031) within 0.5 % ".parse().expect("a condition");
        assert_eq!(precision.text, "p95(market, 2031) within 0.5 %");
        assert_eq!(
            (precision.query.to_string(), precision.tolerance),
            ("p95(market,2031)".into(), Tolerance::Relative(0.005))
        );
        let precision: Precision = "probability(report) within 2e-3".parse().expect("a condition");
        assert_eq!(precision.tolerance, Tolerance::Absolute(0.002));
    }

    #[test]
    fn what_is_no_condition_is_told() {
        for text in ["", "p95(market)", "p95(market) in 3..4", "p95 within 1%"] {
            assert!(refuse(text).contains("within TOLERANCE is expected"), "{text}");
        }
        assert!(refuse("p95(market) within 0").contains("above 0"));
        assert!(refuse("p95(market) within -1%").contains("above 0"));
        assert!(refuse("p95(market) within inf").contains("above 0"));
        assert!(refuse("maen(market) within 1").contains("did you mean `mean`?"));
    }
}
