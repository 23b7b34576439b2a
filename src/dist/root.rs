//! Roots of functions that rise.

/// Where a function that rises is 0 between two ends, at one of them where it is not 0 in between: false position, with the
/// value of an end that stays halved (the Illinois method: Dowell and Jarratt 1971, BIT 11, 168-174), and bisection now and
/// then. A value within `tolerance` of 0 will do.
pub(super) fn root((low, high): (f64, f64), tolerance: f64, f: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = ((low, f(low)), (high, f(high)));
    if low.1 >= 0.0 {
        return low.0;
    }
    if high.1 <= 0.0 {
        return high.0;
    }
    let mut last_rose = None;
    for round in 0..200 {
        let secant = (low.0 * high.1 - high.0 * low.1) / (high.1 - low.1);
        let bisected = 0.5 * (low.0 + high.0);
        let x = if round % 8 == 7 || !(low.0 < secant && secant < high.0) { bisected } else { secant };
        let value = f(x);
        if value.abs() <= tolerance || !(low.0 < x && x < high.0) {
            return x;
        }
        let rises = value < 0.0;
        let (moved, stays) = if rises { (&mut low, &mut high) } else { (&mut high, &mut low) };
        *moved = (x, value);
        if last_rose == Some(rises) {
            stays.1 *= 0.5;
        }
        last_rose = Some(rises);
    }
    0.5 * (low.0 + high.0)
}

#[cfg(test)]
mod tests {
    use super::root;

    #[test]
    fn roots_are_found_in_few_rounds() {
        let rounds = std::cell::Cell::new(0);
        let count = |x: f64| {
            rounds.set(rounds.get() + 1);
            x
        };
        assert!((root((0.0, 3.0), 1e-15, |x| count(x) * x - 2.0) - std::f64::consts::SQRT_2).abs() < 1e-15);
        assert!((root((-50.0, 50.0), 1e-15, |x| libm::expm1(count(x) - 1.0)) - 1.0).abs() < 1e-15);
        assert!((root((0.0, 1.0), 1e-15, |x| libm::cbrt(count(x) - 0.3)) - 0.3).abs() < 1e-15);
        assert!(rounds.get() < 120, "{rounds:?}");
        assert_eq!(root((0.0, 1.0), 1e-15, |x| x + 1.0), 0.0);
        assert_eq!(root((0.0, 1.0), 1e-15, |x| x - 1.5), 1.0);
    }
}
