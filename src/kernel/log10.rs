//! The logarithm to base 10.

use super::exp_ln::{halves, ln_parts, where_defined};
use super::{Column, at_each_level};

/// 1 / ln 10, and what its rounding left.
const UPPER: f64 = std::f64::consts::LOG10_E;
const LOWER: f64 = 1.098_319_650_216_765e-17;

/// Logarithm to base 10: within 1 ulp, exact at powers of 10 and at subnormal arguments too.
///
/// -infinity at 0, infinity at infinity, NaN below 0; NaN passes on.
#[inline(always)]
pub(super) fn log10(x: f64) -> f64 {
    // ln x / ln 10, each a sum of two numbers.
    let (upper, lower) = ln_parts(x);
    let product = upper * UPPER;
    let ((a_high, a_low), (b_high, b_low)) = (halves(upper), halves(UPPER));
    let rounding = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
    where_defined(x, product + (rounding + (upper * LOWER + lower * UPPER)))
}

at_each_level! {
    /// The logarithms to base 10 of a column.
    pub(super) fn log10s(out: &mut Column, x: &Column) {
        for (out, &x) in out.iter_mut().zip(x) {
            *out = log10(x);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{TestStream, oracle, ulps};
    use super::*;

    #[test]
    fn log10_is_within_one_ulp_of_the_rounded_exact_value() {
        for (x, value) in oracle("log10") {
            assert!(ulps(log10(x), value) <= 1, "log10({x:e}) = {}, not {value}", log10(x));
        }
    }

    #[test]
    fn powers_of_ten_are_exact() {
        let mut power = 1.0;
        for exponent in 0..=22 {
            assert_eq!(log10(power), f64::from(exponent));
            power *= 10.0;
        }
    }

    /// libm's own error is below 1 ulp, so two correct values are at most 2 apart.
    #[test]
    fn log10_agrees_with_libm() {
        let mut source = TestStream(51);
        for _ in 0..300_000 {
            for x in [f64::from_bits(source.word() >> 1), source.between(0.4, 2.5), source.between(0.0, 1e3)] {
                assert!(ulps(log10(x), libm::log10(x)) <= 2, "log10({x:e})");
            }
        }
    }

    #[test]
    fn ends() {
        assert_eq!(log10(1.0).to_bits(), 0.0_f64.to_bits());
        assert_eq!(log10(0.0), f64::NEG_INFINITY);
        assert_eq!(log10(-0.0), f64::NEG_INFINITY);
        assert_eq!(log10(f64::INFINITY), f64::INFINITY);
        assert!([-1.0, f64::NEG_INFINITY, f64::NAN].into_iter().all(|x| log10(x).is_nan()));
    }
}
