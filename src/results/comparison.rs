//! What a comparison of two scenarios returns: plain data, b against a, on the same random numbers.

use super::{Band, Results, Warning, When};

/// Scenarios compared with the first of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// Each scenario's own results, the same as a run of it alone gives; the base first.
    pub runs: Vec<Results>,
    /// Each other scenario against the base.
    pub comparisons: Vec<Comparison>,
}

/// One scenario, `b`, against the base, `a`.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The base.
    pub a: String,
    /// What is compared with it.
    pub b: String,
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
pub struct ComparisonBand {
    /// What the numbers are.
    pub measure: Measure,
    /// Name, step and numbers; for a shift `sd_se` and the shortfalls do not exist.
    pub band: Band,
}

/// One output at one step, path by path.
#[derive(Clone, Debug, PartialEq)]
pub struct PairedRow {
    /// Output name.
    pub output: String,
    /// Dimension, for a part.
    pub dimension: Option<String>,
    /// Segment, for a part.
    pub segment: Option<String>,
    /// Step.
    pub when: When,
    /// Share of paths on which b is below a.
    pub p_below: Option<f64>,
    /// Its standard error.
    pub p_below_se: Option<f64>,
    /// Lower end of its 95 % Wilson interval.
    pub p_below_low: Option<f64>,
    /// Upper end of its 95 % Wilson interval.
    pub p_below_high: Option<f64>,
    /// Share of paths on which b is above a.
    pub p_above: Option<f64>,
    /// Its standard error.
    pub p_above_se: Option<f64>,
    /// (sd_a^2 + sd_b^2) / sd of the difference ^2: how many times more paths independent runs would need.
    pub variance_reduction: Option<f64>,
    /// Paths on which both have a value.
    pub n: u64,
    /// Paths left out.
    pub excluded: u64,
}

/// The first step in which the medians of an output differ by more than their error explains.
#[derive(Clone, Debug, PartialEq)]
pub struct PartingRow {
    /// Output name.
    pub output: String,
    /// Dimension, for a part.
    pub dimension: Option<String>,
    /// Segment, for a part.
    pub segment: Option<String>,
    /// Unit.
    pub unit: Option<String>,
    /// The step; none where the medians never part.
    pub when: Option<When>,
    /// Median of b less median of a in that step; where they never part, in the last one.
    pub shift: Option<f64>,
    /// Its paired standard error.
    pub se: Option<f64>,
}

/// Stochastic dominance of one order between two distributions.
#[derive(Clone, Debug, PartialEq)]
pub struct DominanceRow {
    /// Output name.
    pub output: String,
    /// Unit.
    pub unit: Option<String>,
    /// The output's last step.
    pub when: When,
    /// 1 or 2.
    pub order: u8,
    /// What can be said.
    pub verdict: Verdict,
    /// Largest gap: of F_b - F_a, or of its integral up to x.
    pub max_gap: Option<f64>,
    /// Its standard error.
    pub max_gap_se: Option<f64>,
    /// Where it is.
    pub max_gap_at: Option<f64>,
    /// Smallest gap.
    pub min_gap: Option<f64>,
    /// Its standard error.
    pub min_gap_se: Option<f64>,
    /// Where it is.
    pub min_gap_at: Option<f64>,
    /// Values of x that were looked at.
    pub thresholds: u64,
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
pub struct TargetComparison {
    /// Name.
    pub target: String,
    /// Probability in a.
    pub probability_a: Option<f64>,
    /// Probability in b.
    pub probability_b: Option<f64>,
    /// b less a.
    pub difference: Option<f64>,
    /// Its paired standard error (McNemar).
    pub se: Option<f64>,
    /// Share of paths on which it holds in a alone.
    pub only_a: Option<f64>,
    /// Share of paths on which it holds in b alone.
    pub only_b: Option<f64>,
    /// Paths on which both have a value.
    pub n: u64,
    /// Paths left out.
    pub excluded: u64,
}

/// A ceiling of both scenarios at one step.
#[derive(Clone, Debug, PartialEq)]
pub struct ConstraintComparison {
    /// Name.
    pub constraint: String,
    /// Step.
    pub when: When,
    /// Share of paths on which it binds in a.
    pub p_binding_a: Option<f64>,
    /// Share of paths on which it binds in b.
    pub p_binding_b: Option<f64>,
    /// b less a.
    pub difference: Option<f64>,
    /// Its paired standard error (McNemar).
    pub se: Option<f64>,
    /// Paths on which both have a value.
    pub n: u64,
    /// Paths left out.
    pub excluded: u64,
}

/// The part of one change, or of one group of changes, in the move of one statistic from a to b.
#[derive(Clone, Debug, PartialEq)]
pub struct WhyRow {
    /// Output or target.
    pub of: String,
    /// Unit, of an output.
    pub unit: Option<String>,
    /// Step.
    pub when: When,
    /// `mean`, `p5`, `p50`, `p95` or `probability`.
    pub statistic: &'static str,
    /// What changes: `events.downturn`, or the name of a group; none in the row of the total.
    pub input: Option<String>,
    /// Its Shapley value; in the row of the total, the whole move.
    pub effect: Option<f64>,
    /// Standard error by the paths, paired; the sampling of permutations is in `sampling_se`.
    pub se: Option<f64>,
    /// Standard error by the sampling of permutations; 0 where all of them were run.
    pub sampling_se: Option<f64>,
    /// The effect when it is changed first, alone.
    pub first: Option<f64>,
    /// The effect when it is changed last, after all others.
    pub last: Option<f64>,
}

impl Measure {
    /// Its name in tables.
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
