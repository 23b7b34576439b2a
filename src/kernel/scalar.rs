//! The definition of every column operation, on one value.
//!
//! What is one expression in the standard library's exact arithmetic (`-x`, `a + b`, `x.floor()`) stands in the lists of
//! [`columns`](super), of which [`unary`] and [`binary`] are the case of a single path.

pub(super) use super::atan_tanh::{atan, tanh};
use super::columns::{binary_on, unary_on};
pub use super::exp_ln::{exp, ln};
pub(super) use super::log10::log10;
pub use super::normal::normal_quantile;
pub use super::normal_cdf::normal_cdf;
use super::ops::{Binary, Unary};
pub use super::piecewise::piecewise_at as piecewise;
pub(super) use super::power::power;
pub(super) use super::trigonometric::{cos, sin, tan};

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

/// (a + b) c, the sum rounded before the product.
#[inline(always)]
pub fn add_multiply(a: f64, b: f64, c: f64) -> f64 {
    (a + b) * c
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

#[cfg(test)]
mod tests {
    use super::super::testing::{TestStream, ulps};
    use super::*;

    #[test]
    fn every_operation_passes_nan_on() {
        for x in [0.0, 1.0, -3.5, f64::INFINITY, f64::NAN] {
            for &op in Binary::ALL {
                assert!(binary(op, f64::NAN, x).is_nan(), "{op:?}(NaN, {x})");
                assert!(binary(op, x, f64::NAN).is_nan(), "{op:?}({x}, NaN)");
            }
        }
        for &op in Unary::ALL {
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
    fn logistic_keeps_both_tails() {
        assert_eq!(unary(Unary::Logistic, 0.0), 0.5);
        assert_eq!(unary(Unary::Logistic, f64::INFINITY), 1.0);
        assert_eq!(unary(Unary::Logistic, f64::NEG_INFINITY), 0.0);
        // Where e^x is far below 1, the result is e^x itself.
        for x in [-40.0, -300.0, -700.0, -740.0] {
            assert_eq!(unary(Unary::Logistic, x), exp(x));
        }
        let mut source = TestStream(6);
        for _ in 0..10_000 {
            let x = source.between(-30.0, 30.0);
            let exact = 1.0 / (1.0 + libm::exp(-x));
            assert!(ulps(unary(Unary::Logistic, x), exact) <= 4, "{x}");
        }
    }
}
