//! The exponential and the natural logarithm: branch-free, so that a loop over a column becomes vector code.
//!
//! Both reduce the argument exactly to a short interval around 0 and add a minimax polynomial there. The coefficients
//! were computed for this file with the Remez exchange at 60 digits; the errors of approximation are stated beside them.

use super::ordinary::{Others, formula_everywhere};
use super::{Column, Level, at_each_level};

/// ln 2 in two parts. The upper one ends in 21 zero bits, so that its product with a binary exponent is exact.
pub(super) const LN_2_UPPER: f64 = 6.931_471_803_691_238e-1;
pub(super) const LN_2_LOWER: f64 = 1.908_214_929_270_587_7e-10;

/// (e^r - 1 - r) / r^2 on |r| <= ln(2) / 2, lowest power first: e^r gets a relative error of 2^-57.9.
const EXP: [f64; 10] = [
    0.500_000_000_000_001_1,
    0.166_666_666_666_664_13,
    0.041_666_666_666_530_155,
    0.008_333_333_333_494_47,
    0.001_388_888_894_363_036_1,
    0.000_198_412_695_065_553_56,
    2.480_149_309_873_335_6e-05,
    2.755_758_639_674_157_7e-06,
    2.763_024_842_243_253e-07,
    2.500_005_387_888_691_4e-08,
];

/// e^x: within 1 ulp, subnormal results included (tested against 40-digit values and libm).
///
/// 0 below the logarithm of half the least subnormal, infinity above 709.78; NaN passes on.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    exp_sum(x, 0.0)
}

/// e^(x + rest) for a rest that is at most about an ulp of x.
#[inline(always)]
pub(super) fn exp_sum(x: f64, rest: f64) -> f64 {
    // Beyond these ends the result is 0 or infinite already; the comparisons let NaN through.
    let x = if x > 710.0 { 710.0 } else { x };
    let x = if x < -746.0 { -746.0 } else { x };

    let n = (x * std::f64::consts::LOG2_E + ROUND) - ROUND;
    let exp_r = exp_reduced(((x - n * LN_2_UPPER) - n * LN_2_LOWER) + rest);

    // 2^n as a product of two powers: n reaches from -1076 to 1024, more than one exponent field holds.
    let half = n * 0.5 + ROUND;
    let rest = (n - (half - ROUND)) + ROUND;
    exp_r * f64::from_bits(half.to_bits() << 52) * f64::from_bits(rest.to_bits() << 52)
}

/// Adding it rounds to a whole number, since its unit in the last place is 1. The low bits of the sum then hold that number
/// plus the exponent bias, ready to be shifted into the exponent field: no conversion between floats and integers.
pub(super) const ROUND: f64 = 6_755_399_441_055_744.0 + 1023.0; // 1.5 * 2^52 + bias

/// e^r on |r| <= ln(2) / 2.
#[inline(always)]
fn exp_reduced(r: f64) -> f64 {
    1.0 + exp_less_one(r)
}

/// e^r - 1 on |r| <= ln(2) / 2, within 1 ulp.
#[inline(always)]
pub(super) fn exp_less_one(r: f64) -> f64 {
    // Even and odd powers apart: two short chains of operations run side by side.
    let s = r * r;
    let even = EXP[0] + s * (EXP[2] + s * (EXP[4] + s * (EXP[6] + s * EXP[8])));
    let odd = EXP[1] + s * (EXP[3] + s * (EXP[5] + s * (EXP[7] + s * EXP[9])));
    r + s * (even + r * odd)
}

/// Where 2^n is a normal number for the n of [`exp`], and so is the result.
#[inline(always)]
fn is_ordinary(x: f64) -> bool {
    x.abs() < 708.0
}

/// [`exp`] of an ordinary number, with the same bits: the scaling is exact.
#[inline(always)]
fn ordinary_exp(x: f64) -> f64 {
    let biased = x * std::f64::consts::LOG2_E + ROUND;
    let n = biased - ROUND;
    exp_reduced((x - n * LN_2_UPPER) - n * LN_2_LOWER) * f64::from_bits(biased.to_bits() << 52)
}

/// The exponentials of a column.
pub(super) fn exps(level: Level, out: &mut Column, x: &Column) {
    let mut others = Others::default();
    ordinary_exps(level, out, &mut others, x);
    others.replace(out, x, exp, is_ordinary);
}

at_each_level! {
    fn ordinary_exps(out: &mut Column, others: &mut Others, x: &Column) {
        *others = formula_everywhere(out, x, ordinary_exp, is_ordinary);
    }
}

/// (ln((1 + s) / (1 - s)) / s - 2) / s^2 in powers of s^2 on |s| <= (sqrt 2 - 1) / (sqrt 2 + 1), lowest power first:
/// the logarithm gets a relative error of 2^-59.5.
const LN: [f64; 7] = [
    0.666_666_666_666_673_4,
    0.399_999_999_994_145_54,
    0.285_714_287_424_312_4,
    0.222_221_985_674_330_52,
    0.181_835_646_809_583_03,
    0.153_140_402_094_400_05,
    0.147_960_646_834_865_1,
];

/// Natural logarithm: within 1 ulp, subnormal arguments included (tested against 40-digit values and libm).
///
/// -infinity at 0, infinity at infinity, NaN below 0; NaN passes on.
#[inline(always)]
pub fn ln(x: f64) -> f64 {
    let (m, k) = split(x);

    // With f = m - 1 and s = f / (2 + f): ln(m) = 2 s + s^3 R(s^2) = f - (f^2 / 2 - s (f^2 / 2 + s^2 R)). The second form,
    // from FreeBSD's msun (e_log.c), keeps the rounding of s out of the leading term.
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even = LN[0] + w * (LN[2] + w * (LN[4] + w * LN[6]));
    let odd = LN[1] + w * (LN[3] + w * LN[5]);
    let half_square = 0.5 * f * f;
    let correction = s * (half_square + z * (even + z * odd)) + k * LN_2_LOWER;
    where_defined(x, k * LN_2_UPPER - ((half_square - correction) - f))
}

/// A logarithm of x, whatever its base: the formula's value where x is positive and finite.
#[inline(always)]
pub(super) fn where_defined(x: f64, logarithm: f64) -> f64 {
    if x > 0.0 && x < f64::INFINITY {
        logarithm
    } else if x == 0.0 {
        f64::NEG_INFINITY
    } else if x > 0.0 {
        f64::INFINITY
    } else {
        f64::NAN
    }
}

/// m and k with x = 2^k m and m in [sqrt(1/2), sqrt 2), for a positive finite x.
#[inline(always)]
fn split(x: f64) -> (f64, f64) {
    const ONE: u64 = 1.0_f64.to_bits();
    const TWO_52: f64 = 4_503_599_627_370_496.0;

    let subnormal = x < f64::MIN_POSITIVE;
    let scaled = if subnormal { x * 18_014_398_509_481_984.0 } else { x }; // 2^54
    let bias = if subnormal { 1023.0 + 54.0 } else { 1023.0 };

    // x = 2^k m with m in [sqrt(1/2), sqrt 2): moving that interval's lower end to 1 puts k + 1023 in the exponent field.
    let biased = scaled.to_bits().wrapping_add(ONE - std::f64::consts::FRAC_1_SQRT_2.to_bits()) >> 52;
    let m = f64::from_bits(scaled.to_bits().wrapping_sub(biased << 52).wrapping_add(ONE));
    let k = (f64::from_bits(biased | TWO_52.to_bits()) - TWO_52) - bias;
    (m, k)
}

/// ln x of a positive finite x as the sum of two numbers, the second at most an ulp of the first: relative error 2^-58.
///
/// As in [`ln`], but s and its rounding go into the leading term, 2 s + k ln 2, with the rounding of that sum.
#[inline(always)]
pub(super) fn ln_parts(x: f64) -> (f64, f64) {
    let (m, k) = split(x);
    let f = m - 1.0;
    let denominator = 2.0 + f;
    // One division for s and its rounding: a product by the reciprocal is off by a little more, which the rest makes good.
    let reciprocal = 1.0 / denominator;
    let s = f * reciprocal;
    // f - s (2 + f) exactly: the products by halves, and what 2 + f lost.
    let lost = f - (denominator - 2.0);
    let ((s_high, s_low), (d_high, d_low)) = (halves(s), halves(denominator));
    let remainder = (((f - s_high * d_high) - s_high * d_low) - s_low * d_high) - s_low * d_low - s * lost;
    let s_rest = remainder * reciprocal;

    let z = s * s;
    let w = z * z;
    let even = LN[0] + w * (LN[2] + w * (LN[4] + w * LN[6]));
    let odd = LN[1] + w * (LN[3] + w * LN[5]);
    let small = (s * z * (even + z * odd) + 2.0 * s_rest) + k * LN_2_LOWER;
    // k ln 2 is 0 or larger than 2 s: the sum's rounding is exact.
    let base = k * LN_2_UPPER;
    let sum = base + 2.0 * s;
    let rounding = if k == 0.0 { 0.0 } else { 2.0 * s - (sum - base) };
    let lower = small + rounding;
    let upper = sum + lower;
    (upper, lower - (upper - sum))
}

/// x in two parts of at most 26 bits each.
#[inline(always)]
pub(super) fn halves(x: f64) -> (f64, f64) {
    let scaled = 134_217_729.0 * x; // 2^27 + 1
    let high = scaled - (scaled - x);
    (high, x - high)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{TestStream, oracle, same, ulps};
    use super::*;

    #[test]
    fn exp_is_within_one_ulp_of_the_rounded_exact_value() {
        for (x, value) in oracle("exp") {
            assert!(ulps(exp(x), value) <= 1, "exp({x}) = {}, not {value}", exp(x));
        }
    }

    #[test]
    fn ln_is_within_one_ulp_of_the_rounded_exact_value() {
        for (x, value) in oracle("ln") {
            assert!(ulps(ln(x), value) <= 1, "ln({x}) = {}, not {value}", ln(x));
        }
    }

    /// libm's own error is below 1 ulp, so two correct values are at most 2 apart.
    #[test]
    fn exp_and_ln_agree_with_libm() {
        let mut source = TestStream(1);
        for _ in 0..300_000 {
            let x = source.between(-750.0, 715.0);
            assert!(ulps(exp(x), libm::exp(x)) <= 2, "exp({x})");
            let x = source.between(-2.0, 2.0);
            assert!(ulps(exp(x), libm::exp(x)) <= 2, "exp({x})");
            let x = f64::from_bits(source.word());
            assert!(ulps(exp(x), libm::exp(x)) <= 2, "exp({x})");
            assert!(ulps(ln(x), libm::log(x)) <= 2, "ln({x})");
            let x = source.between(0.4, 2.5);
            assert!(ulps(ln(x), libm::log(x)) <= 2, "ln({x})");
        }
    }

    #[test]
    fn ends_of_exp() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(-0.0), 1.0);
        assert_eq!(exp(f64::INFINITY), f64::INFINITY);
        assert_eq!(exp(f64::NEG_INFINITY), 0.0);
        assert!(exp(f64::NAN).is_nan());
        assert!(exp(709.782_712_893_384).is_finite());
        assert_eq!(exp(709.782_712_893_385), f64::INFINITY);
        assert_eq!(exp(-745.13), 5e-324);
        assert_eq!(exp(-745.14), 0.0);
    }

    #[test]
    fn ends_of_ln() {
        assert!(same(ln(1.0), 0.0));
        assert_eq!(ln(0.0), f64::NEG_INFINITY);
        assert_eq!(ln(-0.0), f64::NEG_INFINITY);
        assert_eq!(ln(f64::INFINITY), f64::INFINITY);
        assert!(ln(-5e-324).is_nan());
        assert!(ln(f64::NEG_INFINITY).is_nan());
        assert!(ln(f64::NAN).is_nan());
    }
}
