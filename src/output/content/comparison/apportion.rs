//! Parts rounded for display so that what is shown adds up to the total that is shown.

/// Rounds to so many decimals by the largest remainder: the rounded parts add up to the rounded total.
///
/// A part is off by less than one unit of its last digit, as in any rounding by remainders; the parts must add up to the
/// total, but for rounding of their own.
pub(super) fn apportion(parts: &[f64], total: f64, decimals: usize) -> (Vec<f64>, f64) {
    let unit = (0..decimals).fold(1.0, |unit, _| unit * 10.0);
    let units: Vec<f64> = parts.iter().map(|part| part * unit).collect();
    let mut whole: Vec<f64> = units.iter().map(|units| units.floor()).collect();
    let total = (total * unit).round();
    let missing = total - whole.iter().sum::<f64>();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|&a, &b| (units[b] - whole[b]).total_cmp(&(units[a] - whole[a])));
    // At most one unit a part: the floors add up to less than one unit a part below the total.
    for &index in order.iter().take(missing.max(0.0) as usize) {
        whole[index] += 1.0;
    }
    (whole.into_iter().map(|units| units / unit).collect(), total / unit)
}

#[cfg(test)]
mod tests {
    use super::apportion;

    #[test]
    fn what_is_shown_adds_up() {
        let parts = [1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0];
        assert_eq!(apportion(&parts, 1.0, 2), (vec![0.34, 0.33, 0.33], 1.0));
        let parts = [-9.344, 2.1447, -0.0007, -0.2];
        let (shown, total) = apportion(&parts, parts.iter().sum(), 2);
        let cents: f64 = shown.iter().map(|part| (part * 100.0).round()).sum();
        assert_eq!(cents, (total * 100.0).round());
        assert!(shown.iter().zip(parts).all(|(shown, part)| (shown - part).abs() < 0.01));
        assert_eq!(apportion(&[], 0.0, 1), (vec![], 0.0));
    }
}
