//! A comparison held against the reference engine, on the very same paths.
//!
//! Both scenarios are recomputed path by path from the engine's own draws, and what the comparison says of so many paths is
//! worked out anew from these values, sorted and counted. Sampling noise has no part in it: counts must be equal, but where
//! rounding decides, means and deviations differ by rounding alone, and quantiles lie among the ranks that a histogram tells
//! apart.

use super::compare::{CompareError, compare};
use super::replay::Recorded;
use super::verify::ReplayReport;
use crate::engine::{Monitor, RunOptions};
use crate::model::{Model, Output, Subject, VarId};
use crate::reference::Replay;
use crate::results::Band;
use crate::results::comparison::{Comparison, Measure};
use crate::sampling::Sampler;
use crate::stats::{Share, value};
use crate::study::Study;

/// Paths of a comparison that are recomputed at most, as far as their values fit into memory.
const PATHS: u64 = 10_000;
/// Share of p (1 - p) that the bin of a p-quantile holds at most: a 60th as bins are laid, a 30th of parts of the market, and
/// half as much again where the pilot's paths lie otherwise. A quantile may be off by the paths of its bin.
const BIN: f64 = 1.0 / 20.0;
/// What adding up so many values of one size may be off by, of that size.
const ROUNDING: f64 = 1e-12;

/// A comparison held against the reference engine.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparisonReport {
    /// The base.
    pub a: String,
    /// What is compared with it.
    pub b: String,
    /// Paths that both engines have.
    pub paths: usize,
    /// How the values of both scenarios compare, path by path.
    pub replay: ReplayReport,
    /// Numbers of the comparison that were worked out anew.
    pub compared: u64,
    /// Those that are not what the values of the reference come to.
    pub faults: Vec<ComparisonFault>,
}

/// A number of a comparison that the reference does not confirm.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparisonFault {
    /// What is compared, e.g. `p50 of the difference of market[2031]`.
    pub quantity: String,
    /// The number; none where the comparison has none.
    pub engine: Option<f64>,
    /// The least that the values of the reference allow.
    pub low: f64,
    /// The most that they allow.
    pub high: f64,
}

impl ComparisonReport {
    /// Whether the engines agree on all values and on all numbers.
    pub fn agrees(&self) -> bool {
        self.replay.agrees() && self.faults.is_empty()
    }
}

/// Compares b with a on the first independent paths of their runs, and holds what comes of it against the reference engine:
/// differences, ratios and shifts, which side is larger, targets and ceilings. Medians that part and dominance follow from
/// these, and are left out.
///
/// # Errors
///
/// When the two cannot be compared or run.
pub fn verify_comparison(
    a: &Study,
    b: &Study,
    options: &RunOptions,
    monitor: &dyn Monitor,
) -> Result<ComparisonReport, CompareError> {
    let failed = |error| CompareError::Run { study: 1, error };
    let models: [&Model; 2] = [&a.model, &b.model];
    let paths = options.paths.min(PATHS) as usize;
    let recorded = Recorded::new(&models, options.seed, paths, monitor).map_err(failed)?;
    let paths = recorded.paths();
    let options = RunOptions { paths: paths as u64, sampler: Sampler::Random, lower_bounds: false, ..options.clone() };
    let comparison = compare(&[a, b], &options, monitor)?.comparisons.pop().unwrap_or_default();
    Ok(held(&comparison, models, &recorded, &options.percentiles))
}

/// Holds a comparison against paths of both scenarios.
fn held(
    comparison: &Comparison,
    models: [&Model; 2],
    recorded: &Recorded<'_>,
    percentiles: &[f64],
) -> ComparisonReport {
    let paths = recorded.paths();
    let mut replay = ReplayReport::default();
    let mut sides: [Vec<Replay>; 2] = Default::default();
    for path in 0..paths {
        for (model, side) in sides.iter_mut().enumerate() {
            let (replayed, report) = recorded.replay(model, path);
            replay.add(report);
            side.push(replayed);
        }
    }
    let mut judge = Judge { models, sides, compared: 0, faults: Vec::new() };
    judge.bands(comparison, percentiles);
    judge.pairs(comparison);
    judge.targets(comparison);
    judge.constraints(comparison);
    let Judge { compared, faults, .. } = judge;
    ComparisonReport { a: comparison.a.clone(), b: comparison.b.clone(), paths, replay, compared, faults }
}

/// A value and how far another correct engine may be from it.
#[derive(Clone, Copy, Debug)]
struct Rounded {
    value: f64,
    allowed: f64,
}

/// Values of both engines.
struct Judge<'m> {
    models: [&'m Model; 2],
    sides: [Vec<Replay>; 2],
    compared: u64,
    faults: Vec<ComparisonFault>,
}

impl Judge<'_> {
    /// A number that lies between two others, or is none where these are none.
    fn within(&mut self, quantity: impl FnOnce() -> String, engine: Option<f64>, (low, high): (f64, f64)) {
        self.compared += 1;
        let agrees = match engine {
            Some(number) => (low..=high).contains(&number),
            None => low.is_nan(),
        };
        if !agrees {
            self.faults.push(ComparisonFault { quantity: quantity(), engine, low, high });
        }
    }

    /// A share of the paths; a path on which rounding decides may count or not.
    fn share(&mut self, quantity: &str, engine: &Share, paths: impl Iterator<Item = Option<Verdict>>) {
        let (mut n, mut hits, mut open) = (0u64, 0u64, 0u64);
        for verdict in paths.flatten() {
            n += 1;
            match verdict {
                Verdict::Holds => hits += 1,
                Verdict::Fails => {}
                Verdict::Rounding => open += 1,
            }
        }
        self.within(|| format!("paths of {quantity}"), Some(engine.n() as f64), (n as f64, n as f64));
        self.within(|| quantity.to_owned(), Some(engine.hits() as f64), (hits as f64, (hits + open) as f64));
    }

    /// The values of both sides of an output, path by path.
    fn values(&self, subject: &Subject) -> Option<Vec<[Rounded; 2]>> {
        let variable = |model: &Model| {
            let is_meant = |output: &&Output| Subject::of(output, &model.horizon, 0).is_same_series(subject);
            model.outputs.iter().find(is_meant).map(|output| output.variable)
        };
        let [a, b] = [variable(self.models[0])?, variable(self.models[1])?];
        let step = subject.when.step;
        let pairs = self.sides[0].iter().zip(&self.sides[1]);
        Some(pairs.map(|(of_a, of_b)| [rounded(of_a, a, step), rounded(of_b, b, step)]).collect())
    }

    fn bands(&mut self, comparison: &Comparison, percentiles: &[f64]) {
        for row in &comparison.bands {
            let Some(values) = self.values(&row.band.subject) else { continue };
            let (place, band) = (&row.band.subject, &row.band);
            match row.measure {
                Measure::Difference => {
                    let of = values.iter().map(|[a, b]| difference(a, b)).collect();
                    self.distribution(&format!("difference of {place}"), band, of, percentiles);
                }
                Measure::Ratio => {
                    let of = values.iter().map(|[a, b]| ratio(a, b)).collect();
                    self.distribution(&format!("ratio of {place}"), band, of, percentiles);
                }
                Measure::Shift => {
                    let [a, b] = [0, 1].map(|side| sorted(values.iter().map(|pair| pair[side]).collect()));
                    for (level, &percentile) in percentiles.iter().enumerate() {
                        let (a, b) = (ranks(&a, percentile), ranks(&b, percentile));
                        let engine = band.quantile(level);
                        self.within(
                            || format!("p{percentile} of the shift of {place}"),
                            engine,
                            (b.0 - a.1, b.1 - a.0),
                        );
                    }
                }
            }
        }
    }

    fn distribution(&mut self, what: &str, band: &Band, values: Vec<Rounded>, percentiles: &[f64]) {
        let all = values.len() as f64;
        let values = sorted(values);
        let n = values.len() as f64;
        self.within(|| format!("paths of the {what}"), Some(band.n as f64), (n, n));
        let excluded = all - n;
        self.within(|| format!("paths left out of the {what}"), Some(band.excluded as f64), (excluded, excluded));
        let size = values.iter().map(|it| it.value.abs()).sum::<f64>() / n;
        let allowed = values.iter().map(|it| it.allowed).sum::<f64>() / n + ROUNDING * size;
        let mean = values.iter().map(|it| it.value / n).sum::<f64>();
        self.within(|| format!("mean of the {what}"), value(&band.mean), (mean - allowed, mean + allowed));
        if values.len() > 1 && mean.is_finite() {
            let squares = values.iter().map(|it| (it.value - mean) * (it.value - mean)).sum::<f64>();
            let sd = (squares / (n - 1.0)).sqrt();
            let allowed = 2.0 * allowed + 1e-9 * sd;
            self.within(|| format!("sd of the {what}"), value(&band.sd), (sd - allowed, sd + allowed));
        }
        for (level, &percentile) in percentiles.iter().enumerate() {
            let range = ranks(&values, percentile);
            self.within(|| format!("p{percentile} of the {what}"), band.quantile(level), range);
        }
    }

    fn pairs(&mut self, comparison: &Comparison) {
        for row in &comparison.paired {
            let Some(values) = self.values(&row.subject) else { continue };
            let place = &row.subject;
            let is_below = |low: usize| move |pair: &[Rounded; 2]| below(&pair[low], &pair[1 - low]);
            self.share(&format!("b below a of {place}"), &row.below, values.iter().map(is_below(1)));
            self.share(&format!("b above a of {place}"), &row.above, values.iter().map(is_below(0)));
        }
    }

    fn targets(&mut self, comparison: &Comparison) {
        for row in &comparison.targets {
            let condition =
                |model: &Model| model.targets.iter().find(|it| it.name == row.target).map(|it| it.condition);
            let (Some(a), Some(b)) = (condition(self.models[0]), condition(self.models[1])) else { continue };
            let last = self.models[0].horizon.last();
            let pairs = self.sides[0].iter().zip(&self.sides[1]);
            let held: Vec<[f64; 2]> = pairs
                .map(|(of_a, of_b)| [(of_a, a), (of_b, b)].map(|(side, id)| side.values[last][id.0 as usize]))
                .collect();
            let of = |only: usize| move |pair: &[f64; 2]| alone(pair[only], pair[1 - only]);
            self.share(&format!("{} in a alone", row.target), &row.only_a, held.iter().map(of(0)));
            self.share(&format!("{} in b alone", row.target), &row.only_b, held.iter().map(of(1)));
        }
    }

    fn constraints(&mut self, comparison: &Comparison) {
        for row in &comparison.constraints {
            let index = |model: &Model| {
                let market = model.market.as_ref()?;
                market.constraints.iter().position(|constraint| constraint.name == row.constraint)
            };
            let (Some(a), Some(b)) = (index(self.models[0]), index(self.models[1])) else { continue };
            let step = row.when.step;
            let pairs = self.sides[0].iter().zip(&self.sides[1]);
            let bound: Vec<[f64; 2]> =
                pairs.map(|(of_a, of_b)| [of_a.binding[a][step - 1], of_b.binding[b][step - 1]]).collect();
            let what = format!("{} binding in a alone, {}", row.constraint, row.when.period);
            self.share(&what, &row.only_a, bound.iter().map(|[a, b]| alone(*a, *b)));
        }
    }
}

/// What is said of a path.
#[derive(Clone, Copy, Debug)]
enum Verdict {
    Holds,
    Fails,
    /// The two are so near that rounding decides.
    Rounding,
}

fn rounded(replay: &Replay, id: VarId, step: usize) -> Rounded {
    let (value, allowed) = (replay.values[step][id.0 as usize], replay.allowances[step][id.0 as usize]);
    // An infinite value is the same in every engine.
    Rounded { value, allowed: if value.is_finite() { allowed } else { 0.0 } }
}

fn difference(a: &Rounded, b: &Rounded) -> Rounded {
    Rounded { value: b.value - a.value, allowed: a.allowed + b.allowed }
}

fn ratio(a: &Rounded, b: &Rounded) -> Rounded {
    let value = b.value / a.value;
    Rounded { value, allowed: (value.abs() * a.allowed + b.allowed) / a.value.abs() + ROUNDING * value.abs() }
}

/// Whether one is below the other; none where either is no number. Equal values of two scenarios are computed alike.
fn below(low: &Rounded, high: &Rounded) -> Option<Verdict> {
    let gap = high.value - low.value;
    match (low.value.is_nan() || high.value.is_nan(), gap.abs() <= low.allowed + high.allowed) {
        (true, _) => None,
        (false, true) if gap != 0.0 => Some(Verdict::Rounding),
        (false, _) => Some(if low.value < high.value { Verdict::Holds } else { Verdict::Fails }),
    }
}

/// Whether a condition holds here and not there.
fn alone(here: f64, there: f64) -> Option<Verdict> {
    let is_known = !here.is_nan() && !there.is_nan();
    is_known.then_some(if here != 0.0 && there == 0.0 { Verdict::Holds } else { Verdict::Fails })
}

/// Finite values in their order.
fn sorted(mut values: Vec<Rounded>) -> Vec<Rounded> {
    values.retain(|it| it.value.is_finite());
    values.sort_unstable_by(|a, b| a.value.total_cmp(&b.value));
    values
}

/// Between which values a quantile lies that a histogram gives: those of the ranks about it, a bin to either side.
fn ranks(values: &[Rounded], percentile: f64) -> (f64, f64) {
    let Some(last) = values.len().checked_sub(1) else { return (f64::NAN, f64::NAN) };
    let p = percentile / 100.0;
    let rank = p * values.len() as f64;
    let bin = 1.0 + BIN * rank * (1.0 - p);
    let (low, high) = ((rank - bin).floor().max(0.0) as usize, (rank + bin).ceil() as usize);
    let (low, high) = (values[low.min(last)], values[high.min(last)]);
    (low.value - low.allowed, high.value + high.allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{LoadOptions, Origin};

    fn exact(value: f64) -> Rounded {
        Rounded { value, allowed: 0.0 }
    }

    /// A comparison of other paths than those it is held against is wrong in all of its numbers.
    #[test]
    fn wrong_numbers_are_found() {
        let study = |name: &str, growth: f64, power: f64| {
            let text = format!(
                r#"{{ "riskband": 1, "horizon": {{ "start": 2025, "end": 2026 }},
                    "drivers": {{ "trend": {{ "normal": {{ "mean": {growth}, "sd": 0.2 }}, "over_time": "fresh" }} }},
                    "market": {{ "start": 10 }}, "targets": {{ "goal": "market >= 11" }},
                    "constraints": {{ "power": {{ "normal": {{ "mean": {power}, "sd": 2 }}, "over_time": "fresh" }} }} }}"#
            );
            let origin = Origin::Text { name: name.into(), bytes: text.into_bytes() };
            Study::load(&origin, &LoadOptions::default()).unwrap_or_else(|rejected| panic!("{:?}", rejected.problems))
        };
        let (a, b) = (study("a", 0.1, 12.0), study("b", 0.15, 13.0));
        let models: [&Model; 2] = [&a.model, &b.model];
        let options = |seed| RunOptions { paths: 2000, seed, ..RunOptions::default() };
        let recorded = Recorded::new(&models, 1, 2000, &|_| {}).expect("it runs");
        let held = |seed| {
            let comparison = compare(&[&a, &b], &options(seed), &|_| {}).expect("it runs").comparisons.remove(0);
            held(&comparison, models, &recorded, &options(seed).percentiles)
        };
        assert_eq!(held(1).faults, []);
        let faults = held(3).faults;
        for what in [
            "mean of the difference of",
            "sd of the ratio",
            "p5 of the ratio",
            "goal in b alone",
            "power binding in a alone",
        ] {
            assert!(faults.iter().any(|fault| fault.quantity.contains(what)), "{what}: {faults:?}");
        }
    }

    #[test]
    fn rounding_is_told_from_being_below() {
        let near = Rounded { value: 1.0 + 1e-13, allowed: 1e-12 };
        assert!(matches!(below(&exact(1.0), &near), Some(Verdict::Rounding)));
        assert!(matches!(below(&exact(1.0), &exact(1.0)), Some(Verdict::Fails)));
        assert!(matches!(below(&exact(1.0), &exact(2.0)), Some(Verdict::Holds)));
        assert!(below(&exact(f64::NAN), &exact(2.0)).is_none());
        assert!(matches!(below(&exact(1.0), &exact(f64::INFINITY)), Some(Verdict::Holds)));
    }

    #[test]
    fn quantiles_lie_among_their_ranks() {
        let values: Vec<Rounded> = (0..1000).map(|it| exact(f64::from(it))).collect();
        assert_eq!(ranks(&values, 50.0), (486.0, 514.0));
        assert_eq!(ranks(&values, 0.0), (0.0, 1.0));
        assert_eq!(ranks(&values, 100.0), (999.0, 999.0));
        assert!(ranks(&[], 50.0).0.is_nan());
    }
}
