//! What the sums behind an index say: the share, its error and its 95 % interval, where there are paths enough for them.

use crate::stats::{Estimate, RatioSums, Z95};

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

/// The 97.5 % quantile of Student's t: Cornish and Fisher's expansion, M. Abramowitz and I. A. Stegun (1964), Handbook of
/// Mathematical Functions, 26.7.5; within .001 from 7 degrees of freedom on.
fn student_t95(freedom: u64) -> f64 {
    let (z, v) = (Z95, freedom as f64);
    let odd = |power: i32| z.powi(power);
    z + (odd(3) + z) / (4.0 * v)
        + (5.0 * odd(5) + 16.0 * odd(3) + 3.0 * z) / (96.0 * v.powi(2))
        + (3.0 * odd(7) + 19.0 * odd(5) + 17.0 * odd(3) - 15.0 * z) / (384.0 * v.powi(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_students_t_agree_with_tables() {
        for (freedom, quantile) in [(7, 2.364_624), (15, 2.131_450), (30, 2.042_272)] {
            assert!((student_t95(freedom) - quantile).abs() < 1e-3, "{freedom}: {}", student_t95(freedom));
        }
    }

    #[test]
    fn an_input_without_effect_has_0_and_a_constant_has_no_share() {
        assert_eq!(judge(None, true, false), (Some(Estimate { value: 0.0, se: Some(0.0) }), Some((0.0, 0.0))));
        assert_eq!(judge(None, false, false), (None, None));
        assert_eq!(judge(Some(&RatioSums::new()), true, true), (None, None));
    }
}
