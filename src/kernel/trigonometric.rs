//! Sine, cosine and tangent: branch-free up to a million, which a formula's angles hardly leave.
//!
//! The argument loses the nearest multiple of pi / 2 and becomes r on |r| <= pi / 4, as a sum of two numbers. There sine and
//! cosine are minimax polynomials (scripts/make_kernel_polynomials.py), and the quadrant chooses between them.

use super::ordinary::{Others, formula_everywhere};
use super::{Column, Level, at_each_level};

/// pi / 2 in four parts. The first three have 33 bits, so that their products with a quadrant below 2^20 are exact.
const HALF_PI: [f64; 4] =
    [1.570_796_326_734_125_6, 6.077_100_506_303_966e-11, 2.022_266_248_711_166_5e-21, 8.478_427_660_368_9e-32];

/// (sin r / r - 1) / r^2 in powers of r^2, lowest first: the sine gets a relative error of 2^-58.0.
const SIN: [f64; 6] = [
    -0.166_666_666_666_666_32,
    0.008_333_333_333_322_429,
    -0.000_198_412_698_298_178_56,
    2.755_731_369_469_416_2e-6,
    -2.505_075_845_264_209_5e-8,
    1.589_681_049_257_940_2e-10,
];

/// (cos r - 1 + r^2 / 2) / r^4 in powers of r^2, lowest first: the cosine gets a relative error of 2^-64.0.
const COS: [f64; 6] = [
    0.041_666_666_666_666_595,
    -0.001_388_888_888_887_304_7,
    2.480_158_728_884_443e-5,
    -2.755_731_417_685_917_5e-7,
    2.087_570_047_444_446_7e-9,
    -1.135_851_597_065_966_3e-11,
];

/// Where the reduction is exact: quadrants up to 2^20. Beyond, and for what is no number, `libm` has the word.
const LARGEST: f64 = 1e6;

#[inline(always)]
fn is_ordinary(x: f64) -> bool {
    x.abs() <= LARGEST
}

/// Sine of radians: within 1 ulp. NaN passes on, and is the sine of infinities.
#[inline(always)]
pub(super) fn sin(x: f64) -> f64 {
    if is_ordinary(x) { ordinary_sin(x) } else { libm::sin(x) }
}

/// Cosine of radians: within 1 ulp. NaN passes on, and is the cosine of infinities.
#[inline(always)]
pub(super) fn cos(x: f64) -> f64 {
    if is_ordinary(x) { ordinary_cos(x) } else { libm::cos(x) }
}

/// Tangent of radians: within 2 ulp. NaN passes on, and is the tangent of infinities.
#[inline(always)]
pub(super) fn tan(x: f64) -> f64 {
    if is_ordinary(x) { ordinary_tan(x) } else { libm::tan(x) }
}

#[inline(always)]
fn ordinary_sin(x: f64) -> f64 {
    let Reduced { quadrant, r, rest } = reduce(x.abs());
    let size = if quadrant & 1 == 0 { sin_reduced(r, rest) } else { cos_reduced(r, rest) };
    f64::from_bits(size.to_bits() ^ (quadrant >> 1 << 63) ^ sign(x))
}

#[inline(always)]
fn ordinary_cos(x: f64) -> f64 {
    let Reduced { quadrant, r, rest } = reduce(x.abs());
    let size = if quadrant & 1 == 0 { cos_reduced(r, rest) } else { sin_reduced(r, rest) };
    f64::from_bits(size.to_bits() ^ ((quadrant + 1) >> 1 << 63))
}

#[inline(always)]
fn ordinary_tan(x: f64) -> f64 {
    let Reduced { quadrant, r, rest } = reduce(x.abs());
    let (sine, cosine) = (sin_reduced(r, rest), cos_reduced(r, rest));
    let (above, below) = if quadrant & 1 == 0 { (sine, cosine) } else { (-cosine, sine) };
    f64::from_bits((above / below).to_bits() ^ sign(x))
}

#[inline(always)]
fn sign(x: f64) -> u64 {
    x.to_bits() & 1 << 63
}

/// x = (pi / 2) k + r + rest, with the last two bits of k as the lowest bits of `quadrant`.
struct Reduced {
    quadrant: u64,
    r: f64,
    rest: f64,
}

/// The reduction of a number from 0 to [`LARGEST`].
///
/// No double comes nearer to a multiple of pi / 2 than 2^-61 of it, and the parts of pi / 2 reach to 2^-156: with the
/// roundings of the first two differences kept, r has its relative accuracy there too (W. J. Cody and W. Waite 1980,
/// Software Manual for the Elementary Functions, chapter 8, with one part more).
#[inline(always)]
fn reduce(x: f64) -> Reduced {
    // 1.5 * 2^52: adding it rounds to a whole number, which the low bits of the sum then hold.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    let biased = x * std::f64::consts::FRAC_2_PI + ROUND;
    let k = biased - ROUND;
    let (first, first_rest) = difference(x - k * HALF_PI[0], k * HALF_PI[1]);
    let (second, second_rest) = difference(first, k * HALF_PI[2]);
    let small = (first_rest + second_rest) - k * HALF_PI[3];
    let r = second + small;
    Reduced { quadrant: biased.to_bits(), r, rest: (second - r) + small }
}

/// a - b, and its rounding (D. E. Knuth, The Art of Computer Programming, volume 2, 4.2.2, theorem B).
#[inline(always)]
fn difference(a: f64, b: f64) -> (f64, f64) {
    let difference = a - b;
    let from_b = difference - a;
    (difference, (a - (difference - from_b)) - (b + from_b))
}

/// sin(r + rest), the derivative at r taken as 1 - r^2 / 2.
#[inline(always)]
fn sin_reduced(r: f64, rest: f64) -> f64 {
    let s = r * r;
    let w = s * s;
    let higher = (SIN[1] + w * (SIN[3] + w * SIN[5])) + s * (SIN[2] + w * SIN[4]);
    let cubic = s * r;
    r + (cubic * SIN[0] + (rest - s * (0.5 * rest - cubic * higher)))
}

/// cos(r + rest), the derivative at r taken as -r; 1 - r^2 / 2 with its rounding.
#[inline(always)]
fn cos_reduced(r: f64, rest: f64) -> f64 {
    let s = r * r;
    let w = s * s;
    let even = COS[0] + w * (COS[2] + w * COS[4]);
    let odd = COS[1] + w * (COS[3] + w * COS[5]);
    let half = 0.5 * s;
    let upper = 1.0 - half;
    upper + (((1.0 - upper) - half) + (w * (even + s * odd) - r * rest))
}

/// The sines of a column.
pub(super) fn sines(level: Level, out: &mut Column, x: &Column) {
    let mut others = Others::default();
    ordinary_sines(level, out, &mut others, x);
    others.replace(out, x, sin, is_ordinary);
}

/// The cosines of a column.
pub(super) fn cosines(level: Level, out: &mut Column, x: &Column) {
    let mut others = Others::default();
    ordinary_cosines(level, out, &mut others, x);
    others.replace(out, x, cos, is_ordinary);
}

/// The tangents of a column.
pub(super) fn tangents(level: Level, out: &mut Column, x: &Column) {
    let mut others = Others::default();
    ordinary_tangents(level, out, &mut others, x);
    others.replace(out, x, tan, is_ordinary);
}

at_each_level! {
    fn ordinary_sines(out: &mut Column, others: &mut Others, x: &Column) {
        *others = formula_everywhere(out, x, ordinary_sin, is_ordinary);
    }
}

at_each_level! {
    fn ordinary_cosines(out: &mut Column, others: &mut Others, x: &Column) {
        *others = formula_everywhere(out, x, ordinary_cos, is_ordinary);
    }
}

at_each_level! {
    fn ordinary_tangents(out: &mut Column, others: &mut Others, x: &Column) {
        *others = formula_everywhere(out, x, ordinary_tan, is_ordinary);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{TestStream, oracle, same, ulps};
    use super::*;

    /// Name, the function here, that of libm, and the bound in units in the last place.
    type Function = (&'static str, fn(f64) -> f64, fn(f64) -> f64, u64);

    const FUNCTIONS: [Function; 3] =
        [("sin", sin, libm::sin, 1), ("cos", cos, libm::cos, 1), ("tan", tan, libm::tan, 2)];

    /// Among the arguments are those next to multiples of pi / 2, where the reduction loses 60 digits.
    #[test]
    fn values_are_as_close_to_the_exact_ones_as_stated() {
        for (name, function, _, bound) in FUNCTIONS {
            for (x, value) in oracle(name) {
                assert!(ulps(function(x), value) <= bound, "{name}({x:e}) = {}, not {value}", function(x));
            }
        }
    }

    /// libm's own error is below 1 ulp.
    #[test]
    fn they_agree_with_libm() {
        let mut source = TestStream(52);
        for _ in 0..200_000 {
            let far = source.between(-1.1e6, 1.1e6);
            for x in [source.between(-4.0, 4.0), source.between(-300.0, 300.0), far, f64::from_bits(source.word())] {
                for (name, function, other, bound) in FUNCTIONS {
                    assert!(ulps(function(x), other(x)) <= bound + 1, "{name}({x:e})");
                }
            }
        }
    }

    #[test]
    fn symmetries_and_ends() {
        let mut source = TestStream(53);
        for _ in 0..10_000 {
            let x = source.between(0.0, 1e4);
            assert!(sin(-x) == -sin(x) && cos(-x) == cos(x) && tan(-x) == -tan(x), "{x}");
        }
        for (name, function, _, _) in FUNCTIONS {
            assert!([f64::NAN, f64::INFINITY, f64::NEG_INFINITY].into_iter().all(|x| function(x).is_nan()), "{name}");
        }
        assert!(same(sin(-0.0), -0.0) && same(tan(-0.0), -0.0) && cos(-0.0) == 1.0);
        assert!(same(sin(5e-324), 5e-324) && same(tan(-5e-324), -5e-324));
    }
}
