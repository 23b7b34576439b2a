//! What a number must be for a goal to be met: `probability(report_2031) = 60%`.
//!
//! Every simulation shares its random numbers, and none is calibrated anew: each is what `run --set` gives.

mod goal;
mod search;

pub use goal::{Goal, Relation};

use crate::analysis::query::Answer;
use crate::engine::{Monitor, RunOptions};
use crate::results::LOOK;
use crate::results::{CurvePoint, FrontierRow, Solution, Solved};
use crate::study::{LoadOptions, Rejected, Study};
use search::{Curve, meet};
use std::str::FromStr;

/// Points of a frontier, both ends among them.
const FRONTIER: usize = 9;

/// About how many simulations one answer takes: the first look, then a few for the place and for each end of its interval.
const RUNS: usize = LOOK + 18;

/// A path and the range of numbers in which it may vary.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// As `--set` takes it.
    pub path: String,
    /// The smaller end.
    pub low: f64,
    /// The larger end.
    pub high: f64,
}

impl FromStr for Range {
    type Err = String;

    fn from_str(text: &str) -> Result<Range, String> {
        const FORM: &str = "PATH=a..b is expected, such as events.downturn.hazard=0..0.5";
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        let (path, ends) = text.split_once('=').filter(|(path, _)| !path.trim().is_empty()).ok_or(FORM)?;
        let (low, high) = ends.split_once("..").ok_or(FORM)?;
        let (Some(low), Some(high)) = (number(low), number(high)) else {
            let help = if high.contains('/') { "; solve chooses its points itself" } else { "" };
            return Err(format!("`{}` is no range of two numbers: {FORM}{help}", ends.trim()));
        };
        match low < high {
            true => Ok(Range { path: path.trim().to_owned(), low, high }),
            false => Err(format!("the range {low}..{high} is empty; its smaller end comes first")),
        }
    }
}

impl Range {
    /// Evenly spaced values, both ends among them.
    fn values(&self, count: usize) -> impl Iterator<Item = f64> {
        let (low, high, last) = (self.low, self.high, count - 1);
        (0..count).map(move |place| match place {
            place if place == last => high,
            place => {
                let share = place as f64 / last as f64;
                low * (1.0 - share) + high * share
            }
        })
    }
}

/// A value that the scenario refuses.
#[derive(Debug)]
pub struct Refused {
    /// What was set.
    pub set: Vec<String>,
    /// Why it is refused.
    pub rejected: Box<Rejected>,
}

/// What is simulated, and how.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'s> {
    /// The scenario.
    pub base: &'s Study,
    /// How it was loaded.
    pub load: &'s LoadOptions,
    /// How each point is run.
    pub options: &'s RunOptions,
}

/// About how many simulations an answer takes.
pub fn runs(other: Option<&Range>) -> u64 {
    (RUNS * other.map_or(1, |_| FRONTIER)) as u64
}

/// Finds the value in a range at which a goal is met; with another range, at each of nine values of that.
///
/// # Errors
///
/// A value in the range that the scenario refuses.
pub fn solve(
    setting: Setting<'_>,
    goal: &Goal,
    range: &Range,
    other: Option<&Range>,
    monitor: &dyn Monitor,
) -> Result<Solution, Refused> {
    let (solved, curve, frontier) = match other {
        None => {
            let (solved, curve) = along(setting, goal, range, &[], monitor)?;
            (solved, curve, Vec::new())
        }
        Some(other) => {
            let mut frontier = Vec::with_capacity(FRONTIER);
            for value in other.values(FRONTIER) {
                let (solved, _) = along(setting, goal, range, &[format!("{}={value}", other.path)], monitor)?;
                frontier.push(FrontierRow { other: value, solved });
            }
            (Solved::default(), Vec::new(), frontier)
        }
    };
    Ok(Solution {
        scenario: setting.base.scenario.clone(),
        goal: goal.text.clone(),
        target: goal.target,
        is_share: goal.query.is_share(),
        path: range.path.clone(),
        range: (range.low, range.high),
        solved,
        curve,
        other: other.map(|other| other.path.clone()),
        frontier,
        paths: setting.options.paths,
        seed: setting.options.seed,
        sampler: setting.options.sampler.name(),
        replicates: setting.options.replicates,
        content_hash: setting.base.content_hash.clone(),
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// The answer along one range, with what else is set.
fn along(
    Setting { base, load, options }: Setting<'_>,
    goal: &Goal,
    range: &Range,
    fixed: &[String],
    monitor: &dyn Monitor,
) -> Result<(Solved, Vec<CurvePoint>), Refused> {
    // The other statistics of a run are not looked at.
    let mut options = RunOptions { percentiles: Vec::new(), lower_bounds: false, ..options.clone() };
    goal.query.require(&mut options);
    let evaluate = |at: f64| -> Result<Answer, Refused> {
        let set = [fixed, &[format!("{}={at}", range.path)]].concat();
        let study = match base.what_if(&set, load) {
            Ok(study) => study,
            Err(rejected) => return Err(Refused { set, rejected }),
        };
        match study.run(&options, monitor) {
            Ok(results) => Ok(goal.query.answer(&results)),
            Err(error) => {
                let problems = vec![study.problem(&error)];
                let rejected = Rejected { scenario: study.scenario, sources: study.sources, problems };
                Err(Refused { set, rejected: Box::new(rejected) })
            }
        }
    };
    let mut curve = Curve::look(evaluate, options.half_width(), (range.low, range.high))?;
    let solved = meet(goal, &mut curve)?;
    Ok((solved, curve.points))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_two_numbers() {
        let range: Range = " a.b = -0.5..1e1 ".parse().expect("well formed");
        assert_eq!(range, Range { path: "a.b".into(), low: -0.5, high: 10.0 });
        assert_eq!(range.values(3).collect::<Vec<_>>(), [-0.5, 4.75, 10.0]);
        for (text, reason) in [
            ("a.b", "PATH=a..b"),
            ("a.b=1", "PATH=a..b"),
            ("a.b=1..x", "no range of two numbers"),
            ("a.b=0..1/5", "chooses its points itself"),
            ("a.b=1..1", "is empty"),
            ("a.b=2..1", "is empty"),
        ] {
            let error = text.parse::<Range>().expect_err(text);
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
