//! What it takes to meet a goal: the answer, the curve that it was found on, the frontier of two numbers.

use crate::stats::Estimate;

/// Points of the first look along a range, evenly spaced, both ends among them.
pub(crate) const LOOK: usize = 17;

/// A goal, what varied, and what it takes.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Solution {
    /// Name of the scenario.
    pub scenario: String,
    /// The goal as typed.
    pub goal: String,
    /// The value that the statistic is to have.
    pub target: f64,
    /// Whether the statistic is a share, which is read in percent.
    pub is_share: bool,
    /// The path that varied.
    pub path: String,
    /// The range in which it did.
    pub range: (f64, f64),
    /// What it takes; without a second path.
    pub solved: Solved,
    /// The points that were simulated, in ascending order of what varied.
    pub curve: Vec<CurvePoint>,
    /// The second path that varied, if any.
    pub other: Option<String>,
    /// What it takes at each value of the second path; empty without one.
    pub frontier: Vec<FrontierRow>,
    /// Paths of each simulation.
    pub paths: u64,
    /// Seed.
    pub seed: u64,
    /// How paths are drawn.
    pub sampler: &'static str,
    /// Independent samples that the paths of each simulation are dealt out to; 1 of independent paths.
    pub replicates: u64,
    /// SHA-256 of the resolved scenario before anything varied.
    pub content_hash: String,
    /// Version of this program.
    pub version: &'static str,
}

impl Solution {
    /// What makes the same answer again: scenario and hash of its content, goal, paths that vary, simulations and version.
    pub(crate) fn identity(&self) -> serde_json::Value {
        serde_json::json!({
            "scenario": self.scenario,
            "content_hash": self.content_hash,
            "goal": self.goal,
            "path": self.path,
            "other": self.other,
            "paths": self.paths,
            "seed": self.seed,
            "sampler": self.sampler,
            "replicates": self.replicates,
            "version": self.version,
        })
    }
}

/// Where a curve meets a value.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Solved {
    /// The place; none where there is none, and where the condition holds everywhere.
    pub value: Option<f64>,
    /// The lower end of its 95 % interval, as the simulation's error leaves it; at the end of the range where it lies beyond.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
    /// The smallest and the largest value of the statistic in the first look; none where it does not exist anywhere.
    pub attained: Option<(f64, f64)>,
    /// Why there is no place; none where there is one, and where the condition holds everywhere.
    pub reason: Option<Unsolved>,
}

/// Why a goal is not solved.
#[derive(Clone, Debug, PartialEq)]
pub enum Unsolved {
    /// The statistic does not come to the value.
    OutOfReach,
    /// The curve turns, so there may be several places: those between which the value is crossed.
    NotMonotone {
        /// Neighbours of the first look on different sides of the value.
        crossings: Vec<(f64, f64)>,
    },
    /// The statistic does not exist somewhere in the range.
    Absent,
}

/// A simulated point of the curve.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct CurvePoint {
    /// What varied.
    pub at: f64,
    /// The statistic.
    pub value: Option<Estimate>,
    /// Its 95 % interval.
    pub interval: Option<(f64, f64)>,
}

/// What it takes at one value of a second number.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FrontierRow {
    /// The second number.
    pub other: f64,
    /// What it takes of the first.
    pub solved: Solved,
}

impl Unsolved {
    /// The word for it in tables.
    pub fn name(&self) -> &'static str {
        match self {
            Unsolved::OutOfReach => "out_of_reach",
            Unsolved::NotMonotone { .. } => "not_monotone",
            Unsolved::Absent => "absent",
        }
    }
}
