//! The standard normal quantile in the tails: polynomials for each half octave, as in the centre, made when first used.

use std::f64::consts::PI;
use std::sync::LazyLock;

use super::exp_ln::ln;
use super::normal::{TAIL, smaller_side};

/// The smallest probability that a generator gives, and with it of a polynomial of its own.
const LEAST: f64 = f64::EPSILON / 2.0;
/// Half octaves by the exponent and the top bit of the mantissa.
const TOP_BIT: u32 = 51;
const FIRST: usize = (LEAST.to_bits() >> TOP_BIT) as usize;
const ROWS: usize = (TAIL.to_bits() >> TOP_BIT) as usize - FIRST;
/// Coefficients of a row.
const TERMS: usize = 12;

/// The quantile at p, or at 1 - p on the other side, below [`TAIL`].
#[cold]
pub(super) fn tail(p: f64) -> f64 {
    let u = smaller_side(p);
    let size = if (LEAST..TAIL).contains(&u) {
        let row = (u.to_bits() >> TOP_BIT) as usize - FIRST;
        polynomial(&POLYNOMIALS[row], place(u))
    } else if u > 0.0 {
        rational(u)
    } else if u == 0.0 {
        f64::INFINITY
    } else {
        f64::NAN
    };
    if p < 0.5 { -size } else { size }
}

/// The place of u in its half octave, from -1/4 to 1/4.
fn place(u: f64) -> f64 {
    f64::from_bits(u.to_bits() & ((1 << TOP_BIT) - 1) | 1.0_f64.to_bits()) - 1.25
}

/// Four short chains of operations side by side.
fn polynomial(c: &[f64; TERMS], t: f64) -> f64 {
    let t2 = t * t;
    let t4 = t2 * t2;
    let chain = |k: usize| (c[k + 8] * t4 + c[k + 4]) * t4 + c[k];
    (chain(0) + chain(1) * t) + (chain(2) + chain(3) * t) * t2
}

/// The size of the quantile in powers of its place, lowest first, one polynomial a half octave: the interpolants of
/// [`rational`] at the Chebyshev nodes, within a relative 1e-13 of it.
static POLYNOMIALS: LazyLock<Box<[[f64; TERMS]]>> = LazyLock::new(|| {
    (FIRST..FIRST + ROWS)
        .map(|row| {
            let low = f64::from_bits((row as u64) << TOP_BIT);
            let octave = f64::from_bits(low.to_bits() & (0x7ff << 52));
            // x = 4 t runs from -1 to 1 while u goes through half of its octave.
            interpolant(|x| rational(low + octave * (x + 1.0) / 4.0))
        })
        .collect()
});

/// Coefficients in powers of t = x / 4 of the polynomial that meets `f` at the Chebyshev nodes of [-1, 1].
fn interpolant(f: impl Fn(f64) -> f64) -> [f64; TERMS] {
    let angle = |node: usize| PI * (node as f64 + 0.5) / TERMS as f64;
    let values: [f64; TERMS] = std::array::from_fn(|node| f(libm::cos(angle(node))));
    let mut powers = [0.0; TERMS];
    // T_k in powers of x, and T_(k-1).
    let (mut chebyshev, mut before) = ([0.0; TERMS], [0.0; TERMS]);
    chebyshev[0] = 1.0;
    for k in 0..TERMS {
        let sum: f64 = values.iter().enumerate().map(|(node, y)| y * libm::cos(k as f64 * angle(node))).sum();
        let weight = if k == 0 { sum / TERMS as f64 } else { 2.0 * sum / TERMS as f64 };
        powers.iter_mut().zip(chebyshev).for_each(|(power, term)| *power += weight * term);
        // T_(k+1) = 2 x T_k - T_(k-1), but T_1 = x.
        let factor = if k == 0 { 1.0 } else { 2.0 };
        let next =
            std::array::from_fn(|power| factor * if power > 0 { chebyshev[power - 1] } else { 0.0 } - before[power]);
        (before, chebyshev) = (chebyshev, next);
    }
    let mut scale = 1.0;
    powers.map(|power| {
        let scaled = power * scale;
        scale *= 4.0;
        scaled
    })
}

/// The size of the quantile at u below [`TAIL`].
///
/// M. J. Wichura (1988), Algorithm AS 241: The percentage points of the normal distribution, Applied Statistics 37,
/// 477-484, doi:10.2307/2347330: PPND16, its two rational functions of r = sqrt(-ln u), relative accuracy 1e-16.
fn rational(u: f64) -> f64 {
    const NEAR: [[f64; 8]; 2] = [
        [
            1.423_437_110_749_683_5,
            4.630_337_846_156_546,
            5.769_497_221_460_691,
            3.647_848_324_763_204_5,
            1.270_458_252_452_368_4,
            0.241_780_725_177_450_6,
            2.272_384_498_926_918_4e-2,
            7.745_450_142_783_414e-4,
        ],
        [
            1.0,
            2.053_191_626_637_759,
            1.676_384_830_183_803_8,
            0.689_767_334_985_1,
            0.148_103_976_427_480_08,
            1.519_866_656_361_645_7e-2,
            5.475_938_084_995_345e-4,
            1.050_750_071_644_416_9e-9,
        ],
    ];
    const FAR: [[f64; 8]; 2] = [
        [
            6.657_904_643_501_103,
            5.463_784_911_164_114,
            1.784_826_539_917_291_3,
            0.296_560_571_828_504_87,
            2.653_218_952_657_612_4e-2,
            1.242_660_947_388_078_4e-3,
            2.711_555_568_743_487_6e-5,
            2.010_334_399_292_288_1e-7,
        ],
        [
            1.0,
            0.599_832_206_555_888,
            0.136_929_880_922_735_8,
            1.487_536_129_085_061_5e-2,
            7.868_691_311_456_133e-4,
            1.846_318_317_510_054_8e-5,
            1.421_511_758_316_446e-7,
            2.044_263_103_389_939_8e-15,
        ],
    ];

    let r = (-ln(u)).sqrt();
    let ([numerator, denominator], x) = if r <= 5.0 { (NEAR, r - 1.6) } else { (FAR, r - 5.0) };
    horner(&numerator, x) / horner(&denominator, x)
}

fn horner(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

#[cfg(test)]
mod tests {
    use super::super::testing::TestStream;
    use super::*;

    #[test]
    fn the_polynomials_meet_the_rational_functions() {
        assert_eq!((POLYNOMIALS.len(), ROWS), (88, 88));
        let mut source = TestStream(41);
        let ends = (FIRST..=FIRST + ROWS).map(|row| f64::from_bits((row as u64) << TOP_BIT));
        let between = std::iter::repeat_with(|| source.between(LEAST.log2(), TAIL.log2()).exp2()).take(100_000);
        for u in ends.flat_map(|u| [u, u * (1.0 - f64::EPSILON)]).chain(between).filter(|u| *u < TAIL) {
            let exact = rational(u);
            assert!((-tail(u) - exact).abs() < 1e-13 * exact, "{u:e}: {}", -tail(u) / exact - 1.0);
            assert!(u < 1e-10 || tail(1.0 - u) == -tail(1.0 - (1.0 - u)));
        }
    }
}
