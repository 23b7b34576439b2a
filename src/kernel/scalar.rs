//! The definition of every column operation, on one value.
//!
//! What is one expression in the standard library's exact arithmetic (`-x`, `a + b`, `x.floor()`) stands in the lists of
//! [`columns`](super), of which [`unary`] and [`binary`] are the case of a single path.

use super::columns::{binary_on, unary_on};
pub use super::exp_ln::{exp, ln};
pub use super::normal::{normal_cdf, normal_quantile};
use super::ops::{Binary, Unary};
pub use super::piecewise::piecewise_at as piecewise;
pub use super::step_table::step_at as step_table;

/// `op` of one value.
pub fn unary(op: Unary, x: f64) -> f64 {
    let mut out = [0.0];
    unary_on(op, &mut out, &[x]);
    out[0]
}

/// `op` of two values.
pub fn binary(op: Binary, a: f64, b: f64) -> f64 {
    let mut out = [0.0];
    binary_on(op, &mut out, a, b);
    out[0]
}

/// `then` where the condition is other than 0, else `otherwise`; NaN where the condition is NaN. The other branch's NaN
/// does not count.
#[inline(always)]
pub fn select(condition: f64, then: f64, otherwise: f64) -> f64 {
    if condition.is_nan() {
        f64::NAN
    } else if condition != 0.0 {
        then
    } else {
        otherwise
    }
}

/// a b + c, the product rounded before the sum.
#[inline(always)]
pub fn multiply_add(a: f64, b: f64, c: f64) -> f64 {
    a * b + c
}

/// 1 for true, 0 for false, NaN where an operand of the condition is NaN.
#[inline(always)]
pub(super) fn truth(holds: bool, nan: bool) -> f64 {
    let value = if holds { 1.0 } else { 0.0 };
    if nan { f64::NAN } else { value }
}

/// The smaller one, the second one of equals (0 and -0 are equal). Unlike [`f64::min`] it passes NaN on.
#[inline(always)]
pub(super) fn min(a: f64, b: f64) -> f64 {
    if a < b || a.is_nan() { a } else { b }
}

/// The larger one, the second one of equals. Unlike [`f64::max`] it passes NaN on.
#[inline(always)]
pub(super) fn max(a: f64, b: f64) -> f64 {
    if a > b || a.is_nan() { a } else { b }
}

/// 1 / (1 + e^-x), through the power of e that is at most 1, so that it neither overflows nor loses the lower tail.
#[inline(always)]
pub(super) fn logistic(x: f64) -> f64 {
    let e = exp(-x.abs());
    let numerator = if x < 0.0 { e } else { 1.0 };
    numerator / (1.0 + e)
}

/// a^b: by multiplication for the exponents of [`small_whole`], else [`libm::pow`], which is within 1 ulp; NaN where
/// either is NaN, also for a^0 and 1^b.
pub(super) fn power(a: f64, b: f64) -> f64 {
    match small_whole(b) {
        Some(exponent) => whole_power([a], exponent)[0],
        None if a.is_nan() => a,
        None if b.is_nan() => b,
        None => libm::pow(a, b),
    }
}

/// The exponents of powers by multiplication: whole, from -64 to 64.
#[inline(always)]
pub(super) fn small_whole(exponent: f64) -> Option<i32> {
    (exponent.abs() <= 64.0 && exponent == exponent.trunc()).then_some(exponent as i32)
}

/// x^n by squaring, from the lowest bit of the exponent on; of a negative exponent, the reciprocal of the positive power
/// (hence 0 where that overflows).
#[inline(always)]
pub(super) fn whole_power<const N: usize>(x: [f64; N], n: i32) -> [f64; N] {
    let mut power = x.map(|x| if x.is_nan() { x } else { 1.0 });
    let mut square = x;
    let mut bits = n.unsigned_abs();
    while bits != 0 {
        for i in 0..N {
            power[i] = if bits & 1 == 1 { power[i] * square[i] } else { power[i] };
            square[i] *= square[i];
        }
        bits >>= 1;
    }
    if n < 0 { power.map(|power| 1.0 / power) } else { power }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Source, same, ulps};
    use super::*;

    #[test]
    fn every_operation_passes_nan_on() {
        for x in [0.0, 1.0, -3.5, f64::INFINITY, f64::NAN] {
            for op in super::super::columns::tests::BINARY {
                assert!(binary(op, f64::NAN, x).is_nan(), "{op:?}(NaN, {x})");
                assert!(binary(op, x, f64::NAN).is_nan(), "{op:?}({x}, NaN)");
            }
        }
        for op in super::super::columns::tests::UNARY {
            assert!(unary(op, f64::NAN).is_nan(), "{op:?}");
        }
    }

    #[test]
    fn truth_values() {
        let table = [
            (Binary::Less, [1.0, 0.0, 0.0]),
            (Binary::LessEqual, [1.0, 1.0, 0.0]),
            (Binary::Equal, [0.0, 1.0, 0.0]),
            (Binary::NotEqual, [1.0, 0.0, 1.0]),
            (Binary::GreaterEqual, [0.0, 1.0, 1.0]),
            (Binary::Greater, [0.0, 0.0, 1.0]),
        ];
        for (op, expected) in table {
            assert_eq!([1.0, 2.0, 3.0].map(|a| binary(op, a, 2.0)), expected, "{op:?}");
        }
        let pairs = [(0.0, 0.0), (0.0, -2.0), (0.5, 0.0), (3.0, 3.0)];
        assert_eq!(pairs.map(|(a, b)| binary(Binary::And, a, b)), [0.0, 0.0, 0.0, 1.0]);
        assert_eq!(pairs.map(|(a, b)| binary(Binary::Or, a, b)), [0.0, 1.0, 1.0, 1.0]);
        assert_eq!([0.0, -0.0, 0.1].map(|x| unary(Unary::Not, x)), [1.0, 1.0, 0.0]);
    }

    #[test]
    fn choice_counts_the_chosen_branch_only() {
        assert_eq!(select(1.0, 5.0, f64::NAN), 5.0);
        assert_eq!(select(-0.0, f64::NAN, 6.0), 6.0);
        assert!(select(1.0, f64::NAN, 6.0).is_nan());
        assert!(select(f64::NAN, 5.0, 6.0).is_nan());
    }

    #[test]
    fn extremes_and_rounding() {
        assert_eq!(binary(Binary::Min, 2.0, -1.0), -1.0);
        assert_eq!(binary(Binary::Max, 2.0, -1.0), 2.0);
        assert_eq!(binary(Binary::Max, f64::NEG_INFINITY, -1.0), -1.0);
        assert_eq!(
            [0.5, 1.5, 2.5, -0.5, 0.499_999_999_999_999_94].map(|x| unary(Unary::Round, x)),
            [1.0, 2.0, 3.0, -1.0, 0.0]
        );
        assert_eq!(unary(Unary::Radians, 180.0), std::f64::consts::PI);
    }

    #[test]
    fn whole_powers_are_products() {
        assert_eq!(power(3.0, 2.0), 9.0);
        assert_eq!(power(1.1, 3.0), 1.1 * (1.1 * 1.1));
        assert_eq!(power(-2.0, -3.0), -0.125);
        assert_eq!(power(2.0, 64.0), 18_446_744_073_709_551_616.0);
        assert_eq!(power(0.0, 0.0), 1.0);
        assert_eq!(power(0.0, -1.0), f64::INFINITY);
        assert_eq!(power(-0.0, -1.0), f64::NEG_INFINITY);
        assert_eq!(small_whole(64.5), None);
        assert_eq!(small_whole(65.0), None);
        assert_eq!(small_whole(f64::NAN), None);
        assert_eq!(small_whole(f64::NEG_INFINITY), None);
    }

    /// Each of the up to twelve products of a whole power rounds by half an ulp, and squaring doubles what is before it.
    #[test]
    fn powers_agree_with_libm() {
        let mut source = Source(5);
        for _ in 0..100_000 {
            let a = source.between(0.0, 10.0);
            let b = source.between(-70.0, 70.0);
            assert!(same(power(a, b), libm::pow(a, b)));
            let exact = libm::pow(a, b.round());
            if exact.is_normal() {
                assert!(ulps(power(a, b.round()), exact) <= 66, "{a}^{}", b.round());
            }
        }
        assert_eq!(power(4.0, 0.5), 2.0);
        assert_eq!(power(2.0, 1000.0), libm::pow(2.0, 1000.0));
        assert!(power(-8.0, 1.0 / 3.0).is_nan());
    }

    #[test]
    fn logistic_keeps_both_tails() {
        assert_eq!(unary(Unary::Logistic, 0.0), 0.5);
        assert_eq!(unary(Unary::Logistic, f64::INFINITY), 1.0);
        assert_eq!(unary(Unary::Logistic, f64::NEG_INFINITY), 0.0);
        // Where e^x is far below 1, the result is e^x itself.
        for x in [-40.0, -300.0, -700.0, -740.0] {
            assert_eq!(unary(Unary::Logistic, x), exp(x));
        }
        let mut source = Source(6);
        for _ in 0..10_000 {
            let x = source.between(-30.0, 30.0);
            let exact = 1.0 / (1.0 + libm::exp(-x));
            assert!(ulps(unary(Unary::Logistic, x), exact) <= 4, "{x}");
        }
    }
}
