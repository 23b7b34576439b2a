//! What a run returns: plain, versioned data that every writer sees. Names are those of the tables.

mod case;
mod ceilings;
pub mod comparison;
mod discovery;
mod figures;
mod mark;
pub(crate) mod names;
mod reference;
mod sensitivity;
mod solution;
mod story;
mod titles;

pub use case::{Case, CaseValue, Varied};
pub(crate) use ceilings::Binding;
pub use ceilings::{Ceiling, ceilings, tightest};
pub use discovery::{BoxRow, Coordinate, Discovery, LimitRow, PlaneRow, TradeOffRow};
pub use mark::{Mark, Side};
pub use reference::{Placed, ReferencePath, ReferenceRow};
pub use sensitivity::{Driven, IndexKind, IndexRow, LowerBound, Sensitivity, SwingRow};
pub(crate) use solution::LOOK;
pub use solution::{CurvePoint, FrontierRow, Solution, Solved, Unsolved};
pub use story::{Nearest, Stories, StoryKind, StoryPath, StoryRow};
pub use titles::Titles;

use crate::model::{Horizon, MarketMeasure, Output, Subject, SubjectName, When};
use crate::stats::{Estimate, Share, Statistic, se, value};

/// Results of one scenario.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Results {
    /// Name of the scenario, as in every table.
    pub scenario: String,
    /// The folder of its file, as it was named; none of a shipped scenario.
    pub folder: Option<String>,
    /// Which case of a batch of what-ifs it is; none elsewhere.
    pub case: Option<Case>,
    /// How it was run.
    pub run: RunInfo,
    /// What people call what it names.
    pub titles: Titles,
    /// Percentile levels in percent, in the order asked for: columns `p5` ... `p95`.
    pub percentiles: Vec<f64>,
    /// Levels of the expected shortfall in percent: columns `es5` ...; empty unless asked for.
    pub shortfall: Vec<f64>,
    /// Bands of the outputs.
    pub bands: Vec<Band>,
    /// Probabilities of the targets.
    pub targets: Vec<TargetRow>,
    /// What others have published, and where that lies.
    pub references: Vec<ReferenceRow>,
    /// How often each ceiling binds, by step.
    pub constraints: Vec<ConstraintRow>,
    /// Paths that any ceiling holds down in at least one step; absent without ceilings. Not a sum over ceilings: a path
    /// may meet several of them in different steps.
    pub bound: Option<Share>,
    /// Correlations asked for.
    pub correlations: Vec<CorrelationRow>,
    /// What a higher ceiling is worth, when asked for.
    pub relief: Vec<ReliefRow>,
    /// How precise the statistics are that the run was to go on for, as far as it was asked.
    pub precision: Vec<PrecisionRow>,
    /// How much of the variance of the main output and the targets hangs at least on single inputs; may be empty.
    pub lower_bounds: Vec<LowerBound>,
    /// What drives the outputs, when asked for.
    pub sensitivity: Sensitivity,
    /// Where an outcome lives, when asked for.
    pub discovery: Discovery,
    /// Single paths, when asked for.
    pub stories: Stories,
    /// The published path of the market, where the scenario has one.
    pub baseline: Vec<BaselineRow>,
    /// Whole distributions: of the outputs in the last step, parts apart, and of what else was asked for. Empty unless asked for.
    pub curves: Vec<Curve>,
    /// What the reader should know.
    pub warnings: Vec<Warning>,
}

impl Results {
    /// What makes the same run again: scenario, hash of its content, paths, seed, sampler and version.
    pub(crate) fn identity(&self) -> serde_json::Value {
        serde_json::json!({
            "scenario": self.scenario,
            "content_hash": self.run.content_hash,
            "paths": self.run.paths,
            "seed": self.run.seed,
            "sampler": self.run.sampler,
            "replicates": self.run.replicates,
            "version": self.run.version,
        })
    }

    /// The bands of an output or segment by name, a row a step: `market`, `market.region.europe`.
    pub fn series<'r>(&'r self, name: &'r str) -> impl DoubleEndedIterator<Item = &'r Band> {
        self.bands.iter().filter(move |band| band.subject.name() == name)
    }

    /// The quantile of a band at a level in percent that the run was asked for; none for another level, and where the
    /// quantile does not exist.
    pub fn quantile(&self, band: &Band, level: f64) -> Option<Estimate> {
        let index = self.percentiles.iter().position(|known| *known == level)?;
        *band.quantiles.get(index)?
    }

    /// The rows of the main output, the one that the scenario is about, a row a step: of the market; else of the first
    /// output that moves in time; else of the first output. Segments are no main output. Empty without outputs.
    pub fn headline(&self) -> Vec<&Band> {
        // Outputs stand one after the other, so looking at the first rows of each is enough, and quick.
        let whole = || {
            let series = self.bands.chunk_by(|a, b| a.subject.is_same_series(&b.subject));
            series.filter(|rows| rows[0].subject.is_whole())
        };
        let market = whole().find(|rows| rows[0].subject.output == "market");
        let chosen = market.or_else(|| whole().find(|rows| rows.len() > 1)).or_else(|| whole().next());
        chosen.into_iter().flatten().collect()
    }

    /// Where the main output ends; none without outputs.
    pub(crate) fn end(&self) -> Option<&Band> {
        self.headline().last().copied()
    }

    /// The last row of every output and segment, in the order of the outputs.
    pub(crate) fn last_rows(&self) -> impl Iterator<Item = &Band> {
        self.bands.chunk_by(|a, b| a.subject.is_same_series(&b.subject)).filter_map(|rows| rows.last())
    }

    /// The last row of growth a year over the horizon, where there is a market.
    pub(crate) fn cagr(&self) -> Option<&Band> {
        self.bands.iter().rev().find(|band| band.subject.output == "cagr" && band.subject.is_whole())
    }

    /// The published path of an output; only the market can have one.
    pub(crate) fn published(&self, output: &str) -> &[BaselineRow] {
        if output == "market" { &self.baseline } else { &[] }
    }

    /// The distribution of the main output in its last step.
    pub(crate) fn headline_curve(&self) -> Option<&Curve> {
        let end = &self.end()?.subject;
        self.curves.iter().find(|curve| curve.output == end.output && curve.when.step == end.when.step)
    }

    /// What tells it from its neighbours: the name of its case, or of its scenario.
    pub(crate) fn label(&self) -> &str {
        self.case.as_ref().map_or(&self.scenario, |case| &case.name)
    }

    /// The results without what only a close look at the scenario needs: of the outputs, the headline, `cagr` and `demand`
    /// are left, and nothing that is told of one scenario alone. What sets scenarios side by side says the same of them, in memory
    /// for thousands.
    pub fn into_outline(self) -> Results {
        self.into_outline_with(&[])
    }

    /// The results as a line among those of other scenarios, a tenth of an outline: of the outputs where the headline and `cagr`
    /// end, of the ceilings the one that does the most harm. Nothing can be drawn from it.
    pub fn into_line(self) -> Results {
        self.into_line_with(None)
    }

    /// The line, with the row of one more subject.
    pub(crate) fn into_line_with(self, also: Option<&Subject>) -> Results {
        let end = self.end().cloned();
        let is_other = |subject: &Subject| end.as_ref().is_none_or(|end| end.subject != *subject);
        let row = |subject: &Subject| self.bands.iter().find(|band| band.subject == *subject);
        // What ends the headline stands first: so it is the headline of what is left.
        let others = [self.cagr(), also.and_then(row)].into_iter().flatten();
        let mut bands: Vec<Band> = others.filter(|band| is_other(&band.subject)).cloned().collect();
        bands.splice(0..0, end);
        let tightest = tightest(&self).map(|ceiling| ceiling.constraint.to_owned());
        let rows = self.constraints.iter().filter(|row| tightest.as_ref() == Some(&row.constraint));
        let constraints = rows.cloned().collect();
        let names = bands.iter().map(|band| &band.subject.output).chain(&tightest);
        let titles = self.titles.of_these(names.map(String::as_str));
        let (references, baseline) = Default::default();
        Results { titles, bands, references, constraints, baseline, ..self.into_outline() }
    }

    /// The outline, with the rows of these outputs and parts as well.
    pub(crate) fn into_outline_with(mut self, also: &[SubjectName]) -> Results {
        let end = self.end().map(|band| band.subject.clone());
        let is_compared = |subject: &Subject| {
            let is_end = end.as_ref().is_some_and(|end| subject.is_same_series(end));
            let is_asked = also.iter().any(|asked| asked.name == subject.name());
            is_end || is_asked || subject.is_whole() && ["cagr", "demand"].contains(&subject.output.as_str())
        };
        self.bands.retain(|band| is_compared(&band.subject));
        self.bands.shrink_to_fit();
        Results {
            correlations: Vec::new(),
            relief: Vec::new(),
            lower_bounds: Vec::new(),
            sensitivity: Sensitivity::default(),
            discovery: Discovery::default(),
            stories: Stories::default(),
            curves: Vec::new(),
            warnings: Vec::new(),
            ..self
        }
    }
}

/// How a scenario was run. Nothing volatile stands here.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RunInfo {
    /// Title of the scenario.
    pub title: Option<String>,
    /// The steps of the scenario.
    pub horizon: Horizon,
    /// Paths simulated.
    pub paths: u64,
    /// Seed.
    pub seed: u64,
    /// Sampler: `random`, `lhs` or `sobol`.
    pub sampler: &'static str,
    /// Independent samples that the paths were dealt out to; 1 of independent paths.
    pub replicates: u64,
    /// SHA-256 of the resolved document, in hexadecimal.
    pub content_hash: String,
    /// Version of riskband.
    pub version: &'static str,
    /// What was calibrated, if anything was.
    pub calibration: Option<CalibrationInfo>,
    /// What the run changes in the scenario's file, as it was written: `events.downturn.hazard=0.3`.
    pub set: Vec<String>,
    /// What the numbers of the market measure; none without a market.
    pub measure: Option<MarketMeasure>,
}

/// What results say of the scenario that they are of, which is nothing that a run could tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Label {
    /// Name of the scenario, as in every table.
    pub scenario: String,
    /// The folder of its file, as it was named; none of a shipped scenario.
    pub folder: Option<String>,
    /// SHA-256 of the resolved document, in hexadecimal.
    pub content_hash: String,
    /// What was calibrated, if anything was.
    pub calibration: Option<CalibrationInfo>,
    /// What is changed in the scenario's file, as it was written.
    pub set: Vec<String>,
    /// What validation remarked; warnings of the run follow.
    pub remarks: Vec<Warning>,
}

/// A solved calibration.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
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

/// The distribution of one output, or of a segment of it, in one step.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Band {
    /// What the row is about.
    pub subject: Subject,
    /// Unit of the output.
    pub unit: Option<String>,
    /// Mean.
    pub mean: Option<Estimate>,
    /// Standard deviation with denominator n - 1.
    pub sd: Option<Estimate>,
    /// Skewness, where it was asked for.
    pub skewness: Option<f64>,
    /// Quantiles, one a level of `Results::percentiles`.
    pub quantiles: Vec<Option<Estimate>>,
    /// Expected shortfalls, one a level of `Results::shortfall`.
    pub shortfall: Vec<Option<Estimate>>,
    /// Paths with a finite value.
    pub n: u64,
    /// Paths left out because their value is not finite.
    pub excluded: u64,
}

impl Band {
    /// The row of an output at a step, without statistics yet.
    pub(crate) fn blank(horizon: &Horizon, output: &Output, step: usize) -> Band {
        Band {
            subject: Subject::of(output, horizon, step),
            unit: output.unit.clone(),
            mean: None,
            sd: None,
            skewness: None,
            quantiles: Vec::new(),
            shortfall: Vec::new(),
            n: 0,
            excluded: 0,
        }
    }

    /// Whether all paths that have a value have the same one.
    pub(crate) fn is_constant(&self) -> bool {
        let spread = self.n == 1 || value(&self.sd) == Some(0.0);
        spread && self.quantile_values().all(|quantile| quantile == self.quantile(0))
    }

    /// Share of the paths that have a value; none without paths.
    pub(crate) fn reached(&self) -> Option<f64> {
        let paths = self.n + self.excluded;
        (paths > 0).then(|| self.n as f64 / paths as f64)
    }

    /// The value of the quantile with this place in `Results::percentiles`; none where it does not exist.
    pub(crate) fn quantile(&self, level: usize) -> Option<f64> {
        value(self.quantiles.get(level)?)
    }

    /// The standard error of that quantile; none where it does not exist.
    pub(crate) fn quantile_se(&self, level: usize) -> Option<f64> {
        se(self.quantiles.get(level)?)
    }

    /// The values of all quantiles, in the order of `Results::percentiles`.
    pub(crate) fn quantile_values(&self) -> impl DoubleEndedIterator<Item = Option<f64>> + Clone + '_ {
        self.quantiles.iter().map(value)
    }
}

/// How often a target is met.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TargetRow {
    /// Name of the target.
    pub target: String,
    /// Condition as written.
    pub condition: String,
    /// Paths on which it holds in the last step.
    pub share: Share,
}

/// A ceiling in one step. A path on which what is wanted less what is delivered is not finite is left out. Means are over
/// the others: those on which it binds and, as 0, those on which it does not.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ConstraintRow {
    /// Name of the constraint.
    pub constraint: String,
    /// The step.
    pub when: When,
    /// Paths on which it is the smallest ceiling and below what is wanted; a tie binds the one declared first.
    pub binding: Share,
    /// Paths on which it is below what is wanted, smallest or not.
    pub short: Share,
    /// Paths on which it binds for the first time, of those that are left out of no step: the shares of all steps add up to
    /// that of the paths on which it ever binds.
    pub first: Share,
    /// What is wanted and not delivered where it binds, in the unit of the market.
    pub unmet: Option<Estimate>,
    /// The part of it that is lost.
    pub lost: Option<Estimate>,
    /// The part of it that is asked for again.
    pub deferred: Option<Estimate>,
    /// Mean of the market as a fraction of this ceiling, over the paths on which that is finite.
    pub utilisation: Option<Estimate>,
}

/// Correlation of two outputs.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CorrelationRow {
    /// First output, as asked for.
    pub a: String,
    /// Second output, as asked for.
    pub b: String,
    /// Pearson correlation.
    pub pearson: Option<Estimate>,
    /// Spearman rank correlation.
    pub spearman: Option<Estimate>,
    /// Covariance, in the product of both units.
    pub covariance: Option<Estimate>,
    /// Paths with both values.
    pub n: u64,
}

/// What a ceiling that is a tenth higher in every step is worth in the last one, on the same random numbers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ReliefRow {
    /// Name of the constraint.
    pub constraint: String,
    /// `market`, or the name of a target.
    pub of: String,
    /// Unit of the market; none for a probability.
    pub unit: Option<String>,
    /// Mean or median of the market, or the probability of a target.
    pub statistic: Statistic,
    /// The period of the market, or all of them; the last step of a target.
    pub when: When,
    /// How much the statistic rises, with a paired error.
    pub gain: Option<Estimate>,
    /// Paths on which it has a value with the ceiling as it is and with the higher one.
    pub n: u64,
    /// The others.
    pub excluded: u64,
}

/// A statistic whose 95 % interval was to become narrow, and what the run came to.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PrecisionRow {
    /// The condition as asked for: `p95(market,2031) within 0.5%`.
    pub condition: String,
    /// The value; none where the statistic does not exist.
    pub value: Option<f64>,
    /// Half of the 95 % interval, in the unit of the value; none where there is none.
    pub half_width: Option<f64>,
    /// Whether the condition holds.
    pub reached: bool,
    /// Paths that it would take about; none where the condition holds, and where nobody knows.
    pub needed: Option<u64>,
}

/// The published value of the market at one step.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct BaselineRow {
    /// Step.
    pub when: When,
    /// The value.
    pub value: f64,
    /// Share of paths on which the market reaches or passes it.
    pub p_reached: Option<f64>,
}

/// The distribution of one output in a step, in more points than the bands have.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Curve {
    /// Name of the output, or of a part: `market`, `market.region.europe`.
    pub output: String,
    /// Unit.
    pub unit: Option<String>,
    /// Step.
    pub when: When,
    /// Quantiles: (probability, value), from the smallest value at 0 to the largest at 1.
    pub quantiles: Vec<(f64, f64)>,
    /// Share of the paths with a value at or above that of each quantile: more than one less its probability, where several
    /// paths share the value.
    pub reached: Vec<f64>,
    /// Share of the paths at or below the value of each quantile.
    pub at_or_below: Vec<f64>,
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

/// Something the reader should know about a run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    /// Stable code, e.g. `non-finite`.
    pub code: &'static str,
    /// JSON pointer into the resolved document, or empty.
    pub pointer: String,
    /// What is so, and what to do.
    pub text: String,
    /// File and line of what it is about, `model.json:12`, where that is known.
    pub place: Option<String>,
}
