//! Holds a run against the reference engine: statistics within Monte Carlo error, replayed paths within rounding.

use crate::model::{Model, VarId};
use crate::reference::{ReferenceBand, ReferenceConstraint, ReferenceResults, ReferenceTarget, Replay, Sample, Split};
use crate::results::{Band, ConstraintRow, Results, TargetRow};
use crate::stats::{Share, Statistic, se, value};

/// Probability that a correct engine fails a whole comparison.
pub const FAMILY_ERROR: f64 = 1e-4;

/// Counts up to which shares are compared by the exact test; above, the normal approximation is good to |z| of 6.
const EXACT: u64 = 400;

/// Values of each engine from which the spread of a mean can be told: two engines that agree may show a fair coin four
/// values without spread that differ once in eight times, and twenty each once in 10^11. With fewer, shares and quantiles are
/// compared, whose tests are exact, and paths replayed.
const FEWEST: u64 = 20;

/// A run held against the reference engine.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifyReport {
    /// Every comparison, in the order of the results.
    pub rows: Vec<VerifyRow>,
    /// Rows that one side has and the other has not.
    pub unmatched: Vec<String>,
    /// Largest |z| that chance explains, given the number of comparisons.
    pub critical: f64,
}

/// One statistic of both engines.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifyRow {
    /// What is compared, e.g. `p50(market, 2031)`.
    pub quantity: String,
    /// The engine's value.
    pub engine: f64,
    /// The reference's value.
    pub reference: f64,
    /// Standard error of the difference; for information where z does not come from it.
    pub se: f64,
    /// How far apart they are, as a score of a standard normal; above 0 where the engine's value is the larger.
    pub z: f64,
}

impl VerifyReport {
    fn new(rows: Vec<VerifyRow>, unmatched: Vec<String>) -> VerifyReport {
        // Sidak: |z| of m tests stays below this with probability 1 - FAMILY_ERROR when they are independent, and with
        // more when they are normal and correlated, as quantiles of one output are.
        let tests = rows.len().max(1) as f64;
        let each = -libm::expm1(libm::log1p(-FAMILY_ERROR) / tests);
        VerifyReport { rows, unmatched, critical: -Split::at(0.5 * each).score() }
    }

    /// The report with further comparisons, among which chance must explain the furthest.
    #[must_use]
    pub fn with(self, more: Vec<VerifyRow>) -> VerifyReport {
        VerifyReport::new([self.rows, more].concat(), self.unmatched)
    }

    /// Number of comparisons.
    pub fn tests(&self) -> usize {
        self.rows.len()
    }

    /// The comparison that is furthest apart.
    pub fn worst(&self) -> Option<&VerifyRow> {
        self.rows.iter().max_by(|a, b| a.z.abs().total_cmp(&b.z.abs()))
    }

    /// Whether the engines agree.
    pub fn agrees(&self) -> bool {
        self.unmatched.is_empty() && self.rows.iter().all(|row| row.z.abs() <= self.critical)
    }
}

/// Compares a run with a reference run of the same model: means, standard deviations, quantiles, exclusions, targets, constraints.
///
/// The two must have drawn independent samples; their numbers of paths may differ.
pub fn compare(engine: &Results, reference: &ReferenceResults) -> VerifyReport {
    let mut rows = Vec::new();
    let mut unmatched = Vec::new();

    let mut bands: Vec<&ReferenceBand> = reference.bands.iter().collect();
    for band in &engine.bands {
        match take(&mut bands, |other| is_about(band, other)) {
            Some(other) => compare_band(band, &other.sample, &engine.percentiles, &mut rows),
            None => unmatched.push(format!("{} is not in the reference", place(band))),
        }
    }
    unmatched.extend(bands.iter().map(|band| format!("({}, step {}) is not in the run", band.output, band.step)));

    let mut targets: Vec<&ReferenceTarget> = reference.targets.iter().collect();
    for target in &engine.targets {
        match take(&mut targets, |other| other.target == target.target) {
            Some(other) => compare_target(target, other, reference.paths, &mut rows),
            None => unmatched.push(format!("target {} is not in the reference", target.target)),
        }
    }
    unmatched.extend(targets.iter().map(|target| format!("target {} is not in the run", target.target)));

    let mut constraints: Vec<&ReferenceConstraint> = reference.constraints.iter().collect();
    for row in &engine.constraints {
        match take(&mut constraints, |other| other.constraint == row.constraint && other.step == row.when.step) {
            Some(other) => compare_constraint(row, other, &mut rows),
            None => {
                unmatched.push(format!("constraint ({}, {}) is not in the reference", row.constraint, row.when.period))
            }
        }
    }
    unmatched.extend(
        constraints.iter().map(|row| format!("constraint ({}, step {}) is not in the run", row.constraint, row.step)),
    );

    match (&engine.bound, &reference.bound) {
        (Some(bound), Some(other)) => {
            rows.push(excluded_row("(ever bound)", bound, (reference.paths - other.n, reference.paths)));
            rows.extend(hits_row("ever bound".into(), bound, (other.hits, other.n)));
        }
        (None, None) => {}
        (Some(_), None) => unmatched.push("ever bound is not in the reference".into()),
        (None, Some(_)) => unmatched.push("ever bound is not in the run".into()),
    }

    VerifyReport::new(rows, unmatched)
}

/// Takes the first that fits out of a list, whose order is nearly that of the queries.
fn take<'a, T>(rest: &mut Vec<&'a T>, fits: impl Fn(&T) -> bool) -> Option<&'a T> {
    let index = rest.iter().position(|row| fits(row))?;
    Some(rest.remove(index))
}

fn is_about(band: &Band, other: &ReferenceBand) -> bool {
    let subject = &band.subject;
    let part = other.part.as_ref().map(|(dimension, segment)| (dimension.as_str(), segment.as_str()));
    subject.when.step == other.step
        && subject.output == other.output
        && subject.dimension.as_deref().zip(subject.segment.as_deref()) == part
}

/// `(market.region.europe, 2031)`
fn place(band: &Band) -> String {
    format!("({}, {})", band.subject.name(), band.subject.when.period)
}

fn compare_band(band: &Band, sample: &Sample, percentiles: &[f64], rows: &mut Vec<VerifyRow>) {
    let place = place(band);
    let (n, m) = (band.n, sample.n());
    rows.push(share_row(
        format!("excluded{place}"),
        (band.excluded, n + band.excluded),
        (sample.excluded(), m + sample.excluded()),
    ));
    if let (Some(engine), Some(reference)) = (value(&band.mean), sample.mean()) {
        let one = [(value(&band.sd), n), (sample.sd(), m)];
        let spread = one.map(|(sd, _)| sd.unwrap_or(0.0));
        rows.extend(mean_row(format!("mean{place}"), engine, reference, spread, [n, m]));
    }
    if let (Some(engine), Some(reference)) = (value(&band.sd), sample.sd()) {
        let spread = [(se(&band.sd), n), (sample.sd_se(), m)].map(|(se, n)| se.unwrap_or(0.0) * (n as f64).sqrt());
        let row = mean_row(format!("sd{place}"), engine, reference, spread, [n, m]);
        // Values that are one but for the rounding of their formula spread by no more than that rounding.
        let size = value(&band.mean).unwrap_or(0.0).abs().max(sample.mean().unwrap_or(0.0).abs());
        let is_rounding = engine.max(reference) <= 1e-13 * size;
        rows.extend(row.map(|row| VerifyRow { z: if is_rounding { 0.0 } else { row.z }, ..row }));
    }
    for (percentile, quantile) in percentiles.iter().zip(band.quantile_values()) {
        let p = percentile / 100.0;
        if let (Some(engine), Some(reference)) = (quantile, sample.quantile(p)) {
            rows.push(VerifyRow {
                quantity: format!("{}{place}", Statistic::Quantile(*percentile)),
                engine,
                reference,
                se: sample.quantile_se(p).unwrap_or(0.0) * (1.0 + m as f64 / n as f64).sqrt(),
                z: quantile_score(engine, p, n, sample),
            });
        }
    }
}

fn compare_target(target: &TargetRow, other: &ReferenceTarget, paths: u64, rows: &mut Vec<VerifyRow>) {
    let name = &target.target;
    rows.push(excluded_row(&format!("({name})"), &target.share, (paths - other.n, paths)));
    rows.extend(hits_row(format!("probability({name})"), &target.share, (other.hits, other.n)));
}

fn compare_constraint(row: &ConstraintRow, other: &ReferenceConstraint, rows: &mut Vec<VerifyRow>) {
    let place = format!("({}, {})", row.constraint, row.when.period);
    let (n, m) = (row.binding.n(), other.unmet.n());
    rows.push(excluded_row(&place, &row.binding, (other.unmet.excluded(), m + other.unmet.excluded())));
    rows.extend(hits_row(format!("binding{place}"), &row.binding, (other.binding, m)));
    rows.extend(hits_row(format!("short{place}"), &row.short, (other.short, m)));
    rows.extend(hits_row(format!("first{place}"), &row.first, (other.first.hits, other.first.n)));
    for (name, mean, sample) in [
        ("unmet", row.unmet, &other.unmet),
        ("lost", row.lost, &other.lost),
        ("deferred", row.deferred, &other.deferred),
        ("utilisation", row.utilisation, &other.utilisation),
    ] {
        if let (Some(engine), Some(reference)) = (mean, sample.mean()) {
            let sds = [engine.se.unwrap_or(0.0) * (n as f64).sqrt(), sample.sd().unwrap_or(0.0)];
            rows.extend(mean_row(format!("{name}{place}"), engine.value, reference, sds, [n, sample.n()]));
        }
    }
}

/// How many paths are left out of a share of the engine, and how many of all in the reference.
fn excluded_row(place: &str, share: &Share, reference: (u64, u64)) -> VerifyRow {
    share_row(format!("excluded{place}"), (share.excluded(), share.n() + share.excluded()), reference)
}

/// Hits and paths of both; none where the engine has no path.
fn hits_row(quantity: String, share: &Share, reference: (u64, u64)) -> Option<VerifyRow> {
    (share.n() > 0).then(|| share_row(quantity, (share.hits(), share.n()), reference))
}

/// Two averages of n and m terms; none where either has too few of them.
///
/// Engines that agree have the same spread, so the larger estimate of it serves both: a sample that missed a heavy
/// tail, or has no hit of a rare event, would claim a precision it has not. The difference is also allowed 1e-10 of the
/// values, which is rounding in a sum, where the spread is 0.
fn mean_row(quantity: String, engine: f64, reference: f64, spread: [f64; 2], [n, m]: [u64; 2]) -> Option<VerifyRow> {
    if n.min(m) < FEWEST {
        return None;
    }
    let se = spread[0].max(spread[1]) * (1.0 / n as f64 + 1.0 / m as f64).sqrt();
    let rounding = 1e-10 * engine.abs().max(reference.abs());
    let difference = engine - reference;
    let z = if difference.abs() <= rounding { 0.0 } else { difference / se };
    Some(VerifyRow { quantity, engine, reference, se, z: if z.is_nan() { f64::INFINITY } else { z } })
}

/// Two shares, each as (hits, of).
fn share_row(quantity: String, (hits, n): (u64, u64), (others, m): (u64, u64)) -> VerifyRow {
    let share = |hits: u64, n: u64| if n == 0 { 0.0 } else { hits as f64 / n as f64 };
    let pooled = share(hits + others, n + m);
    let se = if n == 0 || m == 0 { 0.0 } else { (pooled * (1.0 - pooled) * (1.0 / n as f64 + 1.0 / m as f64)).sqrt() };
    VerifyRow {
        quantity,
        engine: share(hits, n),
        reference: share(others, m),
        se,
        z: share_score((hits, n), (others, m)),
    }
}

/// How an engine's quantile lies in the reference sample, as a score of the probabilities rather than of the values.
///
/// q is a p-quantile when F(q) >= p and F(q-) <= p. On an atom both hold with room to spare and the score is 0; next to an
/// atom at the level, where values may flip between engines by chance, probabilities still differ by little. q is the
/// k-th of n values, k = ceil(p n): the number of reference values below it then has just the law that the exact test of
/// two shares assumes.
fn quantile_score(q: f64, p: f64, n: u64, sample: &Sample) -> f64 {
    let m = sample.n();
    let rank = (p * n as f64 * (1.0 - 4.0 * f64::EPSILON)).ceil() as u64;
    // The same atom may come out of other arithmetic a few units in the last place away.
    let near = 1e-10 * q.abs() + 1e-9 * sample.sd().unwrap_or(0.0);
    let (at_or_below, below) = (sample.at_or_below(q + near), sample.below(q - near));
    let share = |hits: u64| hits as f64 / m as f64;
    if share(at_or_below) < p {
        share_score((at_or_below, m), (rank, n)).min(0.0)
    } else if share(below) > p {
        share_score((below, m), (rank.saturating_sub(1), n)).max(0.0)
    } else {
        0.0
    }
}

/// How far two shares are apart; above 0 where the first is the larger. 0 where either is a share of nothing.
///
/// Fisher's exact test for small counts: given all hits, those of the first are hypergeometric. Its two-sided
/// probability is turned into a score, so that rare events and common ones have one critical value.
fn share_score((k, n): (u64, u64), (l, m): (u64, u64)) -> f64 {
    if n == 0 || m == 0 {
        return 0.0;
    }
    let (hits, misses) = (k + l, (n - k.min(n)) + (m - l.min(m)));
    if misses < hits {
        return -share_score((n - k.min(n), n), (m - l.min(m), m));
    }
    if hits > EXACT {
        let (n, m, pooled) = (n as f64, m as f64, hits as f64 / (n + m) as f64);
        return (k as f64 / n - l as f64 / m) / (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt();
    }
    // Logarithms of the probabilities of x hits in the first, up to a constant, by their ratios.
    let (least, most) = (hits.saturating_sub(m), hits.min(n));
    let mut weights = vec![0.0];
    for x in least..most {
        let ratio = ((n - x) as f64 * (hits - x) as f64) / ((x + 1) as f64 * (m + x + 1 - hits) as f64);
        weights.push(weights[weights.len() - 1] + libm::log(ratio));
    }
    let largest = weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let probability: Vec<f64> = weights.iter().map(|w| libm::exp(w - largest)).collect();
    let all: f64 = probability.iter().sum();
    let own = (k - least) as usize;
    let (low, high): (f64, f64) = (probability[..=own].iter().sum(), probability[own..].iter().sum());
    let score = -Split::at((low.min(high) / all).min(0.5)).score();
    // Half of the two-sided probability is in each tail.
    if low < high { -score } else { score }
}

/// Replayed paths held against the engine's own values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReplayReport {
    /// Values compared.
    pub compared: u64,
    /// Largest difference as a multiple of what rounding allows; up to 1 the engines agree.
    pub worst: f64,
    /// Largest difference relative to the value.
    pub worst_relative: f64,
    /// The first value that differs by more than is allowed, in the order of evaluation: the cause comes before its effects.
    pub first: Option<ReplayFault>,
}

impl ReplayReport {
    /// Whether all values agree.
    pub fn agrees(&self) -> bool {
        self.worst <= 1.0
    }

    /// Adds a further path.
    pub fn add(&mut self, path: ReplayReport) {
        self.compared += path.compared;
        self.worst = self.worst.max(path.worst);
        self.worst_relative = self.worst_relative.max(path.worst_relative);
        self.first = self.first.take().or(path.first);
    }
}

/// A value that the engine and the reference compute differently from the same draws.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplayFault {
    /// The variable.
    pub variable: String,
    /// The step.
    pub step: usize,
    /// The engine's value.
    pub engine: f64,
    /// The reference's value.
    pub replayed: f64,
    /// The allowed difference.
    pub allowed: f64,
}

/// Compares an engine's values of one path with a replay of its draws. `engine` has no value for what it did not compute.
pub fn compare_replay(model: &Model, engine: &dyn Fn(VarId, usize) -> Option<f64>, replay: &Replay) -> ReplayReport {
    let mut report = ReplayReport::default();
    for step in 0..=model.horizon.last() {
        let order = if step == 0 { &model.base_order } else { &model.step_order };
        for &id in order.iter().filter(|&&id| model.variable(id).first <= step) {
            let Some(value) = engine(id, step) else { continue };
            let (replayed, allowed) = (replay.values[step][id.0 as usize], replay.allowances[step][id.0 as usize]);
            report.compared += 1;
            if value == replayed || (value.is_nan() && replayed.is_nan()) {
                continue;
            }
            let difference = (value - replayed).abs();
            // NaN against a number, or infinity against anything else, differs without bound.
            let over = |scale: f64| if difference.is_finite() { difference / scale } else { f64::INFINITY };
            report.worst = report.worst.max(over(allowed));
            report.worst_relative = report.worst_relative.max(over(value.abs().max(replayed.abs())));
            if over(allowed) > 1.0 && report.first.is_none() {
                let variable = model.variable(id).name.clone();
                report.first = Some(ReplayFault { variable, step, engine: value, replayed, allowed });
            }
        }
    }
    report
}
