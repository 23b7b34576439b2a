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

/// Base points that would bring half the interval of a share down to a tolerance, by the error and the products seen so far;
/// none where it is there already, or where nothing varies.
pub(super) fn needed(sums: Option<&RatioSums>, is_target: bool, tolerance: f64) -> Option<u64> {
    let sums = sums?;
    let (share, interval) = judge(Some(sums), true, is_target);
    let half = interval.map(|(low, high)| (high - low) / 2.0);
    if half.is_some_and(|half| half <= tolerance) {
        return None;
    }
    let n = sums.n() as f64;
    let half = half.or_else(|| Some(Z95 * share?.se?)).unwrap_or(0.0);
    // Errors fall as the root of the points; products other than 0 grow with them.
    let by_error = n * (half / tolerance).powi(2);
    let by_products = n * PRODUCTS as f64 / sums.nonzero().max(1) as f64;
    share.map(|_| by_error.max(by_products).max(n + 1.0).ceil() as u64)
}

/// A share from a few independent units of many paths. Where all increments of all units are 0 none of them says how far the
/// share may be from it: there is no error.
pub(super) fn judge_units(sums: &RatioSums, units: u64) -> Judged {
    let estimate = sums.estimate();
    if sums.nonzero() == 0 {
        return (estimate.map(|estimate| Estimate { se: None, ..estimate }), None);
    }
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

    #[test]
    fn what_a_tolerance_takes() {
        let mut sums = RatioSums::new();
        let x: Vec<f64> = (0..2048).map(|path| f64::from(path % 2)).collect();
        sums.add(crate::kernel::Level::Portable, &x, &vec![1.0; x.len()]);
        // A mean of 1/2 with a standard deviation of 1/2.
        let half = Z95 * 0.5 / 2048f64.sqrt();
        let wanted = 2048.0 * (half / 0.01) * (half / 0.01);
        let taken = needed(Some(&sums), false, 0.01).expect("not there yet") as f64;
        assert!((taken / wanted - 1.0).abs() < 1e-3, "{taken} {wanted}");
        assert_eq!((needed(Some(&sums), false, 0.03), needed(None, false, 0.01)), (None, None));
        // Half as many points as a target takes: the interval is no interval yet.
        assert_eq!(needed(Some(&sums), true, 0.03), Some(2049));
        assert_eq!(needed(Some(&RatioSums::new()), true, 0.03), None);
        let mut silent = RatioSums::new();
        silent.add(crate::kernel::Level::Portable, &[0.0; 4], &[1.0; 4]);
        assert_eq!(needed(Some(&silent), false, 0.01), Some(400));
    }
}
