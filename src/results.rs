//! What a run returns: plain, versioned data that every writer sees. Names are those of the tables.

pub mod comparison;

use crate::model::{Horizon, Output};

/// Results of one scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Results {
    /// Name of the scenario, as in every table.
    pub scenario: String,
    /// How it was run.
    pub run: RunInfo,
    /// Percentile levels in percent, in the order asked for: columns `p5` ... `p95`.
    pub percentiles: Vec<f64>,
    /// Levels of the expected shortfall in percent: columns `es5` ...; empty unless asked for.
    pub shortfall: Vec<f64>,
    /// Bands of the outputs.
    pub bands: Vec<Band>,
    /// Probabilities of the targets.
    pub targets: Vec<TargetRow>,
    /// How often each ceiling binds, by step.
    pub constraints: Vec<ConstraintRow>,
    /// How often any ceiling binds at all; absent without ceilings.
    pub bound: Option<BoundShare>,
    /// Correlations asked for.
    pub correlations: Vec<CorrelationRow>,
    /// What a higher ceiling is worth, when asked for.
    pub relief: Vec<ReliefRow>,
    /// The published path of the market, where the scenario has one.
    pub baseline: Vec<BaselineRow>,
    /// Whole distributions of the outputs in the last step, parts apart; empty unless asked for.
    pub curves: Vec<Curve>,
    /// What the reader should know.
    pub warnings: Vec<Warning>,
}

impl Results {
    /// The rows of the output that the scenario is about: the market, else the first that moves in time, else none.
    pub fn headline(&self) -> Vec<&Band> {
        // Outputs stand one after the other, so looking at the first rows of each is enough, and quick.
        let of_one_output = |a: &Band, b: &Band| a.output == b.output && a.segment == b.segment;
        let mut moving =
            self.bands.chunk_by(of_one_output).filter(|rows| rows.len() > 1 && rows[0].segment.is_none()).peekable();
        let first = moving.peek().copied();
        let chosen = moving.find(|rows| rows[0].output == "market").or(first);
        chosen.into_iter().flatten().collect()
    }
}

/// How a scenario was run. Nothing volatile stands here.
#[derive(Clone, Debug, PartialEq)]
pub struct RunInfo {
    /// Title of the scenario.
    pub title: Option<String>,
    /// Paths simulated.
    pub paths: u64,
    /// Seed.
    pub seed: u64,
    /// Sampler: `random`.
    pub sampler: &'static str,
    /// SHA-256 of the resolved document, in hexadecimal.
    pub content_hash: String,
    /// Version of riskband.
    pub version: &'static str,
    /// What was calibrated, if anything was.
    pub calibration: Option<CalibrationInfo>,
}

/// A solved calibration.
#[derive(Clone, Debug, PartialEq)]
pub struct CalibrationInfo {
    /// The parameter, e.g. `trend`.
    pub parameter: String,
    /// The statistic that is matched, e.g. `median`.
    pub statistic: String,
    /// The solved values: (period, value); one of period `all` when only the end is matched.
    pub values: Vec<(String, f64)>,
    /// Whether the scenario that ran is the calibrated file itself, so that its statistic is matched by construction.
    pub own: bool,
}

/// A row in time: which step it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// 0 is the start.
    pub step: usize,
    /// Label: `2026`, `7`.
    pub period: String,
    /// Calendar year, if steps are calendar steps.
    pub year: Option<i32>,
}

impl When {
    /// A step of a horizon.
    pub fn at(horizon: &Horizon, step: usize) -> When {
        When { step, period: horizon.period(step), year: horizon.year(step) }
    }
}

/// The distribution of one output at one step. A statistic that does not exist is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Output name.
    pub output: String,
    /// Dimension, for a part.
    pub dimension: Option<String>,
    /// Segment, for a part.
    pub segment: Option<String>,
    /// Unit.
    pub unit: Option<String>,
    /// Step.
    pub when: When,
    /// Mean.
    pub mean: Option<f64>,
    /// Standard deviation (n - 1).
    pub sd: Option<f64>,
    /// Skewness, when asked for.
    pub skewness: Option<f64>,
    /// Quantiles, one a level.
    pub quantiles: Vec<Option<f64>>,
    /// Expected shortfalls, one a level.
    pub shortfall: Vec<Option<f64>>,
    /// Monte Carlo standard error of the mean.
    pub mean_se: Option<f64>,
    /// Monte Carlo standard error of the standard deviation.
    pub sd_se: Option<f64>,
    /// Monte Carlo standard errors of the quantiles.
    pub quantile_se: Vec<Option<f64>>,
    /// Monte Carlo standard errors of the shortfalls.
    pub shortfall_se: Vec<Option<f64>>,
    /// Finite paths.
    pub n: u64,
    /// Paths left out because the value was not finite.
    pub excluded: u64,
}

impl Band {
    /// The row of an output at a step, without statistics yet.
    pub(crate) fn blank(horizon: &Horizon, output: &Output, step: usize) -> Band {
        let (dimension, segment) = output.part.clone().unzip();
        Band {
            output: output.name.clone(),
            dimension,
            segment,
            unit: output.unit.clone(),
            when: When::at(horizon, step),
            mean: None,
            sd: None,
            skewness: None,
            quantiles: Vec::new(),
            shortfall: Vec::new(),
            mean_se: None,
            sd_se: None,
            quantile_se: Vec::new(),
            shortfall_se: Vec::new(),
            n: 0,
            excluded: 0,
        }
    }
}

/// A target's probability.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetRow {
    /// Name.
    pub target: String,
    /// Condition as written.
    pub condition: String,
    /// Share of paths on which it holds.
    pub probability: Option<f64>,
    /// Standard error.
    pub se: Option<f64>,
    /// Lower end of the 95 % Wilson interval.
    pub low: Option<f64>,
    /// Upper end of the 95 % Wilson interval.
    pub high: Option<f64>,
    /// Paths with a value.
    pub n: u64,
    /// Paths left out.
    pub excluded: u64,
}

/// A ceiling at one step.
#[derive(Clone, Debug, PartialEq)]
pub struct ConstraintRow {
    /// Name.
    pub constraint: String,
    /// Step.
    pub when: When,
    /// Share of paths on which it is the smallest and below what is wanted.
    pub p_binding: Option<f64>,
    /// Its standard error.
    pub p_binding_se: Option<f64>,
    /// Share of paths on which it is below what is wanted, smallest or not.
    pub p_short: Option<f64>,
    /// Its standard error.
    pub p_short_se: Option<f64>,
    /// Mean over all paths of what is wanted and not delivered where it binds.
    pub unmet_mean: Option<f64>,
    /// Its standard error.
    pub unmet_mean_se: Option<f64>,
    /// Mean over all paths of the part of it that is lost.
    pub lost_mean: Option<f64>,
    /// Its standard error.
    pub lost_mean_se: Option<f64>,
    /// Mean over all paths of the part of it that is asked for again.
    pub deferred_mean: Option<f64>,
    /// Its standard error.
    pub deferred_mean_se: Option<f64>,
    /// Mean of the market as a fraction of this ceiling, over paths on which that is finite.
    pub utilisation_mean: Option<f64>,
    /// Its standard error.
    pub utilisation_mean_se: Option<f64>,
    /// Share of paths on which it binds for the first time.
    pub p_first: Option<f64>,
    /// Its standard error.
    pub p_first_se: Option<f64>,
    /// Paths with a value.
    pub n: u64,
    /// Paths left out.
    pub excluded: u64,
}

/// Paths that any ceiling holds down in at least one step.
///
/// Not a sum over ceilings: a path may meet several of them in different steps.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundShare {
    /// Their share.
    pub probability: Option<f64>,
    /// Its standard error.
    pub se: Option<f64>,
    /// Lower end of the 95 % Wilson interval.
    pub low: Option<f64>,
    /// Upper end of the 95 % Wilson interval.
    pub high: Option<f64>,
    /// Paths with a value.
    pub n: u64,
    /// Paths left out.
    pub excluded: u64,
}

/// Correlation of two outputs.
#[derive(Clone, Debug, PartialEq)]
pub struct CorrelationRow {
    /// First output, as asked for.
    pub a: String,
    /// Second output, as asked for.
    pub b: String,
    /// Pearson correlation.
    pub pearson: Option<f64>,
    /// Its standard error.
    pub pearson_se: Option<f64>,
    /// Spearman rank correlation.
    pub spearman: Option<f64>,
    /// Its standard error.
    pub spearman_se: Option<f64>,
    /// Covariance.
    pub covariance: Option<f64>,
    /// Its standard error.
    pub covariance_se: Option<f64>,
    /// Paths with both values.
    pub n: u64,
}

/// What a ceiling that is a tenth higher in every step is worth, on the same random numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct ReliefRow {
    /// The ceiling.
    pub constraint: String,
    /// `market`, or a target.
    pub of: String,
    /// Unit of the market; none for a probability.
    pub unit: Option<String>,
    /// `mean`, `p50` or `probability`.
    pub statistic: &'static str,
    /// The last step.
    pub when: When,
    /// How much it rises.
    pub gain: Option<f64>,
    /// Its paired standard error.
    pub se: Option<f64>,
}

/// The published value of the market at one step.
#[derive(Clone, Debug, PartialEq)]
pub struct BaselineRow {
    /// Step.
    pub when: When,
    /// The value.
    pub value: f64,
    /// Share of paths on which the market reaches or passes it.
    pub p_reached: Option<f64>,
}

/// The distribution of one output in the last step, in more points than the bands have.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Output name.
    pub output: String,
    /// Unit.
    pub unit: Option<String>,
    /// Step.
    pub when: When,
    /// Quantiles: (probability, value), from the smallest value at 0 to the largest at 1.
    pub quantiles: Vec<(f64, f64)>,
    /// Shares of the paths by value, in round bins from the lowest thousandth of the paths to the highest.
    pub bins: Vec<Bin>,
    /// Targets that compare this output in this step with a number.
    pub marks: Vec<Mark>,
}

/// Share of the paths with a value in [low, high); at one value where both are the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Share of the paths.
    pub share: f64,
}

/// The value that a target asks an output to stay above or below.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Name of the target.
    pub target: String,
    /// The value.
    pub value: f64,
    /// Share of the paths that reach or pass it.
    pub p_reached: Option<f64>,
}

/// Something the reader should know about a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Stable code, e.g. `non-finite`.
    pub code: &'static str,
    /// JSON pointer into the resolved document, or empty.
    pub pointer: String,
    /// What is so, and what to do.
    pub text: String,
}
