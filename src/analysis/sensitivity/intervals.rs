//! What the sums behind an index say: the share, its error and its 95 % interval, where there are paths enough for them.

use crate::stats::{Estimate, RatioSums, Z95, student_t95};

/// A share, and its interval.
pub(super) type Judged = (Option<Estimate>, Option<(f64, f64)>);

/// Base points below which the delta method's interval is not trusted: of an output, and of a target, whose products are
/// mostly 0.
const POINTS: u64 = 1_024;
const POINTS_OF_TARGET: u64 = 4_096;
/// Products other than 0 below which there is no interval either; with none at all, there is no error.
const PRODUCTS: u64 = 100;

/// A share from base points. Without sums nothing that the input moves reaches what is driven: 0, for certain, where it varies
/// at all.
pub(super) fn judge(sums: Option<&RatioSums>, varies: bool, is_target: bool) -> Judged {
    let Some(sums) = sums else {
        let nothing = varies.then_some(Estimate { value: 0.0, se: Some(0.0) });
        return (nothing, nothing.map(|_| (0.0, 0.0)));
    };
    let Some(estimate) = sums.estimate() else { return (None, None) };
    if sums.nonzero() == 0 {
        return (Some(Estimate { se: None, ..estimate }), None);
    }
    let points = if is_target { POINTS_OF_TARGET } else { POINTS };
    let enough = sums.n() >= points && sums.nonzero() >= PRODUCTS;
    (Some(estimate), if enough { interval(estimate, Z95) } else { None })
}

/// A share from a few independent units of many paths.
pub(super) fn judge_units(sums: &RatioSums, units: u64) -> Judged {
    let estimate = sums.estimate();
    (estimate, estimate.and_then(|estimate| interval(estimate, student_t95(units - 1))))
}

fn interval(estimate: Estimate, quantile: f64) -> Option<(f64, f64)> {
    let half = quantile * estimate.se?;
    Some((estimate.value - half, estimate.value + half))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_without_effect_has_0_and_a_constant_has_no_share() {
        assert_eq!(judge(None, true, false), (Some(Estimate { value: 0.0, se: Some(0.0) }), Some((0.0, 0.0))));
        assert_eq!(judge(None, false, false), (None, None));
        assert_eq!(judge(Some(&RatioSums::new()), true, true), (None, None));
    }
}
