//! First- and second-order stochastic dominance between two marginal distributions, from paired counts.

use super::terms::{JointTerms, difference_of_shares};
use crate::engine::{Joint, Retention};
use crate::kernel::{Binary, Unary, scalar};
use crate::model::{Subject, When};
use crate::program::Term;
use crate::results::Band;
use crate::results::comparison::{DominanceRow, Gap, Verdict};
use crate::stats::student_t;

/// Levels of both distributions at which they are compared, in percent: thresholds where either has its mass.
pub(super) const LEVELS: [f64; 23] = [
    1.0, 2.5, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0, 50.0, 55.0, 60.0, 65.0, 70.0, 75.0, 80.0, 85.0,
    90.0, 95.0, 97.5, 99.0,
];

/// Chance of a wrong verdict, at most, of each kind.
const ERROR: f64 = 0.01;

/// The terms of one output: at each threshold the paths that cross it, and the difference of the shortfalls below it.
#[derive(Debug)]
pub(super) struct Thresholds {
    points: Vec<Point>,
    when: When,
}

#[derive(Debug)]
struct Point {
    x: f64,
    /// a <= x < b: this path speaks for b.
    for_b: usize,
    /// b <= x < a
    against_b: usize,
    /// (x - b)+ - (x - a)+
    shortfall: usize,
}

impl Thresholds {
    pub(super) fn ask(terms: &mut JointTerms, a: &Term, b: &Term, mut at: Vec<f64>, when: When) -> Thresholds {
        at.sort_by(f64::total_cmp);
        at.dedup();
        let points = at
            .into_iter()
            .map(|x| {
                let below = |side: &Term| Term::binary(Binary::LessEqual, side.clone(), Term::Number(x));
                let above = |side: &Term| Term::binary(Binary::Greater, side.clone(), Term::Number(x));
                let short = |side: &Term| {
                    let missing = Term::binary(Binary::Subtract, Term::Number(x), side.clone());
                    Term::binary(Binary::Max, missing, Term::Number(0.0))
                };
                Point {
                    x,
                    for_b: terms.add(Term::binary(Binary::And, below(a), above(b)), Retention::Condition),
                    against_b: terms.add(Term::binary(Binary::And, above(a), below(b)), Retention::Condition),
                    shortfall: terms.add(Term::binary(Binary::Subtract, short(b), short(a)), Retention::Mean),
                }
            })
            .collect();
        Thresholds { points, when }
    }

    /// Rows of the first and the second order.
    pub(super) fn rows(&self, joint: &Joint, output: &Band) -> [DominanceRow; 2] {
        let first: Vec<PointGap> = self.points.iter().filter_map(|point| point.first(joint)).collect();
        let second: Vec<PointGap> = self.points.iter().filter_map(|point| point.second(joint)).collect();
        let freedom = joint.replicates().map(|replicates| replicates - 1);
        let first_verdict = verdict(&first, freedom);
        // The first order implies the second, whose own errors may be too large to show it.
        let second_verdict = match first_verdict {
            Verdict::ADominates | Verdict::BDominates | Verdict::Equal => first_verdict,
            Verdict::Neither | Verdict::Unknown => verdict(&second, freedom),
        };
        [(1, first, first_verdict), (2, second, second_verdict)].map(|(order, gaps, verdict)| {
            let size = |point: &&PointGap| point.gap.size.value;
            let most = gaps.iter().max_by(|a, b| size(a).total_cmp(&size(b)));
            let least = gaps.iter().min_by(|a, b| size(a).total_cmp(&size(b)));
            DominanceRow {
                subject: Subject { when: self.when.clone(), ..output.subject.clone() },
                unit: output.unit.clone(),
                order,
                verdict,
                max_gap: most.map(|point| point.gap),
                min_gap: least.map(|point| point.gap),
                thresholds: gaps.len() as u64,
            }
        })
    }
}

/// The gap at one threshold.
#[derive(Clone, Copy, Debug)]
struct PointGap {
    gap: Gap,
    /// Whether any path speaks for b, and for a.
    any_for: [bool; 2],
}

impl PointGap {
    /// The size of the gap in standard errors, above `z` on the side of `sign`.
    fn is_beyond(&self, sign: f64, z: f64) -> bool {
        sign * self.gap.size.value > z * self.gap.size.se.unwrap_or(f64::INFINITY)
    }
}

impl Point {
    fn first(&self, joint: &Joint) -> Option<PointGap> {
        let (for_b, against_b) = (joint.condition(self.for_b), joint.condition(self.against_b));
        let size =
            joint.read(|seen| difference_of_shares(&seen.condition(self.against_b), &seen.condition(self.for_b)))?;
        Some(PointGap { gap: Gap { at: self.x, size }, any_for: [for_b.hits() > 0, against_b.hits() > 0] })
    }

    fn second(&self, joint: &Joint) -> Option<PointGap> {
        // One replicate has values without errors, one path has none.
        let size = joint.mean(self.shortfall).filter(|mean| mean.se.is_some() || joint.replicates().is_some())?;
        let differs = size.value != 0.0 || size.se != Some(0.0);
        Some(PointGap { gap: Gap { at: self.x, size }, any_for: [differs; 2] })
    }
}

/// One side dominates where it is better at every threshold, each beyond its own error: a test of the intersection, which
/// needs no correction for their number (Berger 1982). A threshold at which no path at all speaks for the other side
/// counts for it too. Neither dominates where both are better somewhere, beyond an error that is corrected (Bonferroni).
///
/// Errors that rest on replicates have the degrees of freedom of these.
fn verdict(gaps: &[PointGap], freedom: Option<u64>) -> Verdict {
    let quantile = |p: f64| {
        let z = scalar::unary(Unary::NormalQuantile, p);
        freedom.map_or(z, |freedom| student_t(z, freedom))
    };
    let pointwise = quantile(1.0 - ERROR);
    let joint = quantile(1.0 - ERROR / gaps.len().max(1) as f64);
    if !gaps.iter().any(|gap| gap.any_for[0] || gap.any_for[1]) {
        return Verdict::Equal;
    }
    let dominates = |sign: f64, other: usize| {
        gaps.iter().all(|gap| gap.is_beyond(sign, pointwise) || !gap.any_for[other])
            && gaps.iter().any(|gap| gap.is_beyond(sign, joint))
    };
    let somewhere = |sign: f64| gaps.iter().any(|gap| gap.is_beyond(sign, joint));
    match (somewhere(-1.0), somewhere(1.0)) {
        (true, true) => Verdict::Neither,
        _ if dominates(-1.0, 1) => Verdict::BDominates,
        _ if dominates(1.0, 0) => Verdict::ADominates,
        _ => Verdict::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Estimate;

    fn gap(value: f64, se: f64) -> PointGap {
        PointGap { gap: Gap { at: 0.0, size: Estimate { value, se: Some(se) } }, any_for: [true; 2] }
    }

    #[test]
    fn every_threshold_must_speak_for_the_better_one() {
        assert_eq!(verdict(&[gap(-0.1, 0.01), gap(-0.2, 0.01)], None), Verdict::BDominates);
        assert_eq!(verdict(&[gap(0.1, 0.01), gap(0.2, 0.01)], None), Verdict::ADominates);
        assert_eq!(verdict(&[gap(-0.1, 0.01), gap(0.2, 0.01)], None), Verdict::Neither);
        assert_eq!(verdict(&[gap(-0.1, 0.01), gap(-0.01, 0.01)], None), Verdict::Unknown, "one is within its error");
        assert_eq!(verdict(&[gap(0.001, 0.01)], None), Verdict::Unknown);
    }

    #[test]
    fn a_threshold_without_a_path_against_counts_for_the_better_one() {
        let silent = PointGap { any_for: [false; 2], ..gap(0.0, 0.0) };
        assert_eq!(verdict(&[gap(-0.1, 0.01), silent], None), Verdict::BDominates);
        assert_eq!(verdict(&[silent, silent], None), Verdict::Equal);
        let few = PointGap { any_for: [true, false], ..gap(-1e-5, 1e-5) };
        assert_eq!(verdict(&[gap(-0.1, 0.01), few], None), Verdict::BDominates);
        assert_eq!(verdict(&[few], None), Verdict::Unknown, "one path shows nothing");
        assert_eq!(verdict(&[gap(0.1, 0.01), few], None), Verdict::Unknown, "it speaks for b, though within its error");
    }
}
