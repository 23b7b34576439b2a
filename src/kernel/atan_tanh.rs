//! The inverse tangent and the hyperbolic tangent: branch-free, for every number.

use super::exp_ln::{LN_2_LOWER, LN_2_UPPER, ROUND, exp_less_one};

/// pi / 4, and what its rounding left.
const QUARTER: [f64; 2] = [std::f64::consts::FRAC_PI_4, 3.061_616_997_868_383e-17];
/// tan(pi / 8) and tan(3 pi / 8): between them the tangent is reduced by pi / 4, beyond by pi / 2.
const EIGHTH: f64 = 0.414_213_562_373_095_03;
const THREE_EIGHTHS: f64 = 2.414_213_562_373_095;

/// (atan r / r - 1) / r^2 in powers of r^2 on |r| <= tan(pi / 8), lowest first (scripts/make_kernel_polynomials.py): a
/// relative error of 2^-59.5.
const ATAN: [f64; 11] = [
    -0.333_333_333_333_332,
    0.199_999_999_999_540_77,
    -0.142_857_142_802_478_5,
    0.111_111_107_861_021_37,
    -0.090_908_978_353_467_65,
    0.076_920_616_162_231_89,
    -0.066_631_201_325_770_81,
    0.058_480_069_933_673_77,
    -0.050_398_364_516_823_335,
    0.038_078_081_435_738_06,
    -0.017_922_007_474_258_598,
];

/// Inverse tangent: within 2 ulp; +-pi / 2 at infinities, NaN passes on.
#[inline(always)]
pub(super) fn atan(x: f64) -> f64 {
    let t = x.abs();
    let (middle, far) = (t > EIGHTH, t > THREE_EIGHTHS);
    // One division for all three: t, (t - 1) / (t + 1), -1 / t.
    let numerator = if far {
        -1.0
    } else if middle {
        t - 1.0
    } else {
        t
    };
    let denominator = if far {
        t
    } else if middle {
        t + 1.0
    } else {
        1.0
    };
    let quarters = if far {
        2.0
    } else if middle {
        1.0
    } else {
        0.0
    };
    let r = numerator / denominator;
    let s = r * r;
    let w = s * s;
    let even = ATAN[0] + w * (ATAN[2] + w * (ATAN[4] + w * (ATAN[6] + w * (ATAN[8] + w * ATAN[10]))));
    let odd = ATAN[1] + w * (ATAN[3] + w * (ATAN[5] + w * (ATAN[7] + w * ATAN[9])));
    let beyond = r * (s * (even + s * odd));
    let size = quarters * QUARTER[0] + (r + (beyond + quarters * QUARTER[1]));
    size.copysign(x)
}

/// Hyperbolic tangent: within 3 ulp; +-1 from 22 on, NaN passes on.
///
/// With 2 |x| = n ln 2 + r: (e^2|x| - 1) / (e^2|x| + 1), the numerator as 2^n (e^r - 1) + (2^n - 1), which cancels nothing.
#[inline(always)]
pub(super) fn tanh(x: f64) -> f64 {
    let doubled = 2.0 * x.abs();
    let doubled = if doubled > 44.0 { 44.0 } else { doubled };
    let biased = doubled * std::f64::consts::LOG2_E + ROUND;
    let n = biased - ROUND;
    let power = f64::from_bits(biased.to_bits() << 52);
    let less_one = exp_less_one((doubled - n * LN_2_UPPER) - n * LN_2_LOWER);
    let numerator = power * less_one + (power - 1.0);
    (numerator / (numerator + 2.0)).copysign(x)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{TestStream, oracle, same, ulps};
    use super::*;

    /// Name, the function here, that of libm, and the bound in units in the last place.
    type Function = (&'static str, fn(f64) -> f64, fn(f64) -> f64, u64);

    const FUNCTIONS: [Function; 2] = [("atan", atan, libm::atan, 2), ("tanh", tanh, libm::tanh, 3)];

    #[test]
    fn values_are_as_close_to_the_exact_ones_as_stated() {
        for (name, function, _, bound) in FUNCTIONS {
            for (x, value) in oracle(name) {
                assert!(ulps(function(x), value) <= bound, "{name}({x:e}) = {}, not {value}", function(x));
            }
        }
    }

    /// libm's own error is below 1 ulp for atan, below 2 for tanh.
    #[test]
    fn they_agree_with_libm() {
        let mut source = TestStream(54);
        for _ in 0..200_000 {
            for x in [source.between(-0.5, 0.5), source.between(-4.0, 4.0), f64::from_bits(source.word())] {
                for (name, function, other, bound) in FUNCTIONS {
                    assert!(ulps(function(x), other(x)) <= bound + 2, "{name}({x:e})");
                }
            }
        }
    }

    #[test]
    fn symmetries_and_ends() {
        for (name, function, _, _) in FUNCTIONS {
            assert!(function(f64::NAN).is_nan(), "{name}");
            for x in [0.0, 5e-324, 1e-300, 1e-20] {
                assert!(same(function(x), x) && same(function(-x), -x), "{name}({x})");
            }
        }
        assert_eq!((atan(f64::INFINITY), atan(-1e300)), (std::f64::consts::FRAC_PI_2, -std::f64::consts::FRAC_PI_2));
        assert_eq!((tanh(22.0), tanh(f64::NEG_INFINITY), atan(1.0)), (1.0, -1.0, std::f64::consts::FRAC_PI_4));
    }
}
