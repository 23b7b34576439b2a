//! The standard normal distribution function, branch-free: a density times a ratio that varies little.

use super::exp_ln::{exp_sum, halves};
use super::{Column, at_each_level};

/// (x + 5) e^(x^2 / 2) Phi(-x) in powers of t = (x - 5) / (x + 5), lowest first, for x from 0 to 38.7: relative error
/// 2^-57.3 (scripts/make_kernel_polynomials.py; the substitution is that of M. M. Shepherd and J. G. Laframboise 1981,
/// Chebyshev approximation of (1 + 2x) exp(x^2) erfc x in 0 <= x < infinity, Mathematics of Computation 36, 249-253,
/// doi:10.1090/S0025-5718-1981-0595058-X).
const TAIL: [f64; 23] = [
    0.769_193_049_750_063,
    -0.665_382_502_890_056_7,
    0.495_305_615_969_977_24,
    -0.313_533_156_671_296_3,
    0.165_020_366_170_339_72,
    -0.069_118_638_706_566_97,
    0.020_795_066_800_788_756,
    -0.002_993_376_766_762_188_3,
    -0.000_797_869_407_487_894_4,
    0.000_544_899_033_986_856,
    -5.937_567_795_392_494_6e-5,
    -4.976_265_871_418_064e-5,
    1.668_105_266_542_781_7e-5,
    3.980_399_820_929_478e-6,
    -2.768_977_157_005_001e-6,
    -3.355_747_261_705_332e-7,
    4.329_133_399_229_782e-7,
    4.093_693_408_749_203_5e-8,
    -6.602_453_955_704_953e-8,
    -8.341_777_507_504_123e-9,
    7.935_853_478_459_5e-9,
    1.448_551_884_136_561_7e-9,
    -2.964_954_672_553_283e-10,
];

/// P(Z <= z) of a standard normal.
///
/// Within 7 ulp wherever the result is a normal number (z >= -37.5), within 2 subnormal units below; 0 at -infinity, 1
/// at infinity; NaN passes on.
#[inline(always)]
pub fn normal_cdf(z: f64) -> f64 {
    let x = z.abs();
    // The tail is 0 long before; an infinite x would make NaN.
    let x = if x > 40.0 { 40.0 } else { x };
    let square = x * x;
    // What the square lost to rounding: in the exponential that is a relative error of up to 1e-13.
    let (high, low) = halves(x);
    let rounding = ((high * high - square) + 2.0 * high * low) + low * low;
    let density = exp_sum(-0.5 * square, -0.5 * rounding);

    let reciprocal = 1.0 / (x + 5.0);
    let t = (x - 5.0) * reciprocal;
    let t2 = t * t;
    // Four short chains of operations side by side.
    let t4 = t2 * t2;
    let c0 = TAIL[0] + t4 * (TAIL[4] + t4 * (TAIL[8] + t4 * (TAIL[12] + t4 * (TAIL[16] + t4 * TAIL[20]))));
    let c1 = TAIL[1] + t4 * (TAIL[5] + t4 * (TAIL[9] + t4 * (TAIL[13] + t4 * (TAIL[17] + t4 * TAIL[21]))));
    let c2 = TAIL[2] + t4 * (TAIL[6] + t4 * (TAIL[10] + t4 * (TAIL[14] + t4 * (TAIL[18] + t4 * TAIL[22]))));
    let c3 = TAIL[3] + t4 * (TAIL[7] + t4 * (TAIL[11] + t4 * (TAIL[15] + t4 * TAIL[19])));
    let ratio = (c0 + t * c1) + t2 * (c2 + t * c3);
    let tail = density * (ratio * reciprocal);
    if z > 0.0 { 1.0 - tail } else { tail }
}

at_each_level! {
    /// P(Z <= z) of every value of a column.
    pub(super) fn normal_cdfs(out: &mut Column, z: &Column) {
        for (out, &z) in out.iter_mut().zip(z) {
            *out = normal_cdf(z);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{TestStream, oracle, ulps};
    use super::*;

    #[test]
    fn values_are_as_close_to_the_exact_ones_as_stated() {
        for (z, p) in oracle("normal_cdf") {
            let bound = if p < f64::MIN_POSITIVE { 2 } else { 7 };
            assert!(ulps(normal_cdf(z), p) <= bound, "cdf({z}) = {:e}, not {p:e}", normal_cdf(z));
        }
    }

    /// erfc of libm is within 1 ulp, and its argument -z / sqrt 2 brings in z^2 / 2 more from rounding.
    #[test]
    fn it_agrees_with_libm() {
        let mut source = TestStream(55);
        for _ in 0..300_000 {
            for z in [source.between(-1.5, 1.5), source.between(-9.0, 9.0), source.between(-37.0, 0.0)] {
                let other = 0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2);
                let bound = if z < 0.0 { 8 + (2.0 * z * z) as u64 } else { 4 };
                assert!(ulps(normal_cdf(z), other) <= bound, "cdf({z}) = {:e}, not {other:e}", normal_cdf(z));
            }
        }
    }

    #[test]
    fn both_sides_add_up_to_one_and_ends() {
        let mut source = TestStream(56);
        for _ in 0..10_000 {
            let z = source.between(0.0, 9.0);
            assert_eq!(normal_cdf(z), 1.0 - normal_cdf(-z), "{z}");
        }
        assert_eq!((normal_cdf(0.0), normal_cdf(-0.0)), (0.5, 0.5));
        assert_eq!((normal_cdf(f64::NEG_INFINITY), normal_cdf(f64::INFINITY)), (0.0, 1.0));
        assert_eq!((normal_cdf(-1e300), normal_cdf(f64::MAX)), (0.0, 1.0));
        assert!(normal_cdf(f64::NAN).is_nan());
    }
}
