//! What a comparison of two scenarios returns: plain data, b against a, on the same random numbers.

use super::{Band, Case, Results, Warning};
use crate::model::{Subject, When};
use crate::stats::{Estimate, Share, Statistic};

/// Scenarios compared with the first of them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Compared {
    /// Each scenario's own results, the same as a run of it alone gives; the base first.
    pub runs: Vec<Results>,
    /// Each other scenario against the base.
    pub comparisons: Vec<Comparison>,
}

/// One scenario, `b`, against the base, `a`.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Comparison {
    /// The base.
    pub a: String,
    /// What is compared with it.
    pub b: String,
    /// Which case of a batch of what-ifs `b` is; none elsewhere.
    pub case: Option<Case>,
    /// Distributions of differences and ratios, and how far each statistic moves.
    pub bands: Vec<ComparisonBand>,
    /// Which of the two is larger, path by path, and what pairing is worth.
    pub paired: Vec<PairedRow>,
    /// When medians part.
    pub partings: Vec<PartingRow>,
    /// Which distribution of a last step is better.
    pub dominance: Vec<DominanceRow>,
    /// Targets side by side.
    pub targets: Vec<TargetComparison>,
    /// Ceilings side by side.
    pub constraints: Vec<ConstraintComparison>,
    /// What the move is made of, when asked for.
    pub why: Vec<WhyRow>,
    /// What the reader should know: what only one of them has, among others.
    pub warnings: Vec<Warning>,
}

impl Comparison {
    /// The comparison without what only a close look at it needs: of the outputs, these measures of one subject, where there
    /// is any.
    pub(crate) fn into_outline(mut self, of: Option<&Subject>, measures: &[Measure]) -> Comparison {
        let is_meant = |subject: &Subject| Some(subject) == of;
        self.bands.retain(|row| measures.contains(&row.measure) && is_meant(&row.band.subject));
        self.paired.retain(|row| is_meant(&row.subject));
        // Rows that are left out take no room.
        self.bands.shrink_to_fit();
        self.paired.shrink_to_fit();
        let Comparison { a, b, case, bands, paired, targets, .. } = self;
        Comparison { a, b, case, bands, paired, targets, ..Comparison::default() }
    }
}

/// What a row of `comparison` is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    /// The distribution over paths of b - a.
    Difference,
    /// The distribution over paths of b / a.
    Ratio,
    /// How far each statistic moves: that of b less that of a, with paired errors.
    Shift,
}

/// One output at one step.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ComparisonBand {
    /// What the numbers are.
    pub measure: Measure,
    /// Name, step and numbers; for a shift `sd_se` and the shortfalls do not exist.
    pub band: Band,
}

/// One output at one step, path by path.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PairedRow {
    /// Output and step.
    pub subject: Subject,
    /// Paths on which b is below a, of those on which both have a value.
    pub below: Share,
    /// Paths on which b is above a.
    pub above: Share,
    /// (sd_a^2 + sd_b^2) / sd of the difference ^2: how many times more paths independent runs would need.
    pub variance_reduction: Option<f64>,
}

/// The first step in which the medians of an output differ by more than their error explains.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PartingRow {
    /// The output, in the step where the medians part; where they never do, in its last one.
    pub subject: Subject,
    /// Whether the medians part at all.
    pub parted: bool,
    /// Unit of the output.
    pub unit: Option<String>,
    /// Median of b less median of a in that step, with its paired error.
    pub shift: Option<Estimate>,
}

/// Stochastic dominance of one order between two distributions.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DominanceRow {
    /// The output in its last step.
    pub subject: Subject,
    /// Unit of the output.
    pub unit: Option<String>,
    /// 1 or 2.
    pub order: u8,
    /// Which of the two is better, where that can be told.
    pub verdict: Verdict,
    /// Largest gap: of F_b - F_a, or of its integral up to x; absent without thresholds, as the other one.
    pub max_gap: Option<Gap>,
    /// Smallest gap.
    pub min_gap: Option<Gap>,
    /// Values of x that were looked at.
    pub thresholds: u64,
}

/// F_b - F_a at a threshold, or its integral up to there: negative where b is better.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    /// The threshold, in the unit of the output.
    pub at: f64,
    /// The gap, with its paired error.
    pub size: Estimate,
}

/// What can be said about dominance; larger values count as better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// b is better at every threshold.
    BDominates,
    /// a is better at every threshold.
    ADominates,
    /// Each is better somewhere.
    Neither,
    /// No path tells them apart at any threshold.
    Equal,
    /// The errors are too large.
    Unknown,
}

/// A target of both scenarios.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TargetComparison {
    /// Name of the target.
    pub target: String,
    /// Paths on which it holds in a.
    pub a: Share,
    /// Paths on which it holds in b.
    pub b: Share,
    /// Probability in b less that in a, with its paired error (McNemar).
    pub difference: Option<Estimate>,
    /// Paths on which it holds in a alone, of those on which both have a value.
    pub only_a: Share,
    /// Paths on which it holds in b alone.
    pub only_b: Share,
}

/// A ceiling of both scenarios at one step.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ConstraintComparison {
    /// Name of the constraint.
    pub constraint: String,
    /// The step.
    pub when: When,
    /// Paths on which it binds in a.
    pub a: Share,
    /// Paths on which it binds in b.
    pub b: Share,
    /// Share in b less that in a, with its paired error (McNemar).
    pub difference: Option<Estimate>,
    /// Paths on which it binds in a alone, of those on which both are known.
    pub only_a: Share,
}

/// The part of one change, or of one group of changes, in the move of one statistic from a to b.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WhyRow {
    /// Name of the output or target.
    pub of: String,
    /// Unit, of an output.
    pub unit: Option<String>,
    /// The period of an output, or all of them; the last step of a target.
    pub when: When,
    /// Mean or a quantile of an output, or the probability of a target.
    pub statistic: Statistic,
    /// What changes: `events.downturn`, or the name of a group; none in the row of the total.
    pub input: Option<String>,
    /// Shapley value of the change; in the row of the total, the whole move. Its error is that by the paths, paired; that by
    /// the sampling of permutations is in `sampling_se`.
    pub effect: Option<Estimate>,
    /// Standard error by the sampling of permutations; 0 where all of them were run.
    pub sampling_se: Option<f64>,
    /// The effect when it is changed first, alone.
    pub first: Option<f64>,
    /// The effect when it is changed last, after all others.
    pub last: Option<f64>,
}

impl Measure {
    /// Name of the measure in tables.
    pub fn name(self) -> &'static str {
        match self {
            Measure::Difference => "difference",
            Measure::Ratio => "ratio",
            Measure::Shift => "shift",
        }
    }
}

impl Verdict {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::BDominates => "b dominates a",
            Verdict::ADominates => "a dominates b",
            Verdict::Neither => "neither",
            Verdict::Equal => "equal",
            Verdict::Unknown => "cannot be told at this number of paths",
        }
    }
}
