//! Quantile functions as piecewise polynomials of the probability: finer and finer towards both ends.

use super::piecewise::polynomial;
use super::{Column, Level};

/// Bits of the fraction that divide an octave: eight parts.
const PART_BITS: u32 = 3;
/// The smallest probability that a generator gives, 2^-53, and the octaves from there to 1/2.
const LEAST: f64 = f64::EPSILON / 2.0;
const OCTAVES: usize = 52;
/// Rows of one side: the parts of its octaves, and the point 1/2.
pub const OCTAVE_ROWS: usize = (OCTAVES << PART_BITS) + 1;

/// Polynomials of degree 5 over the smaller of u and 1 - u, which cut its octaves into eight parts each.
///
/// With v the smaller one and s in [0, 1) the place of v within its part, the value is the sum of c_j s^j over the
/// coefficients of the part's row, clamped to the range. A sample of a law that nothing correlates or carries over takes
/// one such step from its uniform, without the normal quantile in between.
#[derive(Clone, Debug, PartialEq)]
pub struct Octaves {
    /// Least value.
    pub low: f64,
    /// Greatest value.
    pub high: f64,
    /// [`OCTAVE_ROWS`] rows for u below 1/2, lowest probability first, then as many for 1 - u.
    pub rows: Box<[[f64; 6]]>,
}

impl Octaves {
    /// The probability at the place s of a row of one side.
    pub fn probability(row: usize, s: f64) -> f64 {
        let bits = LEAST.to_bits() + ((row as u64) << (52 - PART_BITS));
        let part = f64::from_bits(bits + (1 << (52 - PART_BITS))) - f64::from_bits(bits);
        f64::from_bits(bits) + s * part
    }
}

/// The value at one probability strictly between 0 and 1.
///
/// # Panics
///
/// When the table has not twice [`OCTAVE_ROWS`] rows.
pub fn octaves_at(u: f64, table: &Octaves) -> f64 {
    let ([row], [s]) = locate(&[u]);
    clamp(polynomial(&table.rows[row as usize], s), table.low, table.high)
}

/// The values at a column of uniforms.
///
/// # Panics
///
/// When the table has not twice [`OCTAVE_ROWS`] rows.
pub(super) fn octaves(level: Level, out: &mut Column, u: &Column, table: &Octaves) {
    match level {
        Level::Portable => {
            for (out, &u) in out.iter_mut().zip(u) {
                *out = octaves_at(u, table);
            }
        }
        #[cfg(target_arch = "x86_64")]
        #[allow(unsafe_code)]
        // SAFETY: the token in the level was made after AVX2 was found on this machine.
        Level::Avx2(_) => unsafe { x86::octaves_avx2(out, u, table) },
        #[cfg(target_arch = "x86_64")]
        #[allow(unsafe_code)]
        // SAFETY: the token in the level was made after AVX-512 was found on this machine.
        Level::Avx512(_) => unsafe { x86::octaves_avx512(out, u, table) },
    }
}

/// Row and place of each of N probabilities; what is no probability gets any row.
#[inline(always)]
fn locate<const N: usize>(u: &[f64; N]) -> ([i32; N], [f64; N]) {
    const FIRST: u32 = (LEAST.to_bits() >> (52 - PART_BITS)) as u32;
    const WITHIN: u64 = (1 << (52 - PART_BITS)) - 1;
    let mut rows = [0; N];
    let mut places = [0.0; N];
    for i in 0..N {
        let complement = 1.0 - u[i];
        let lower = u[i] < complement;
        let bits = (if lower { u[i] } else { complement }).to_bits();
        let row = ((bits >> (52 - PART_BITS)) as u32).wrapping_sub(FIRST).min(OCTAVE_ROWS as u32 - 1);
        rows[i] = (row + if lower { 0 } else { OCTAVE_ROWS as u32 }) as i32;
        places[i] = f64::from_bits((bits & WITHIN) << PART_BITS | 1.0_f64.to_bits()) - 1.0;
    }
    (rows, places)
}

#[inline(always)]
fn clamp(x: f64, low: f64, high: f64) -> f64 {
    let x = if x < low { low } else { x };
    if x > high { high } else { x }
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod x86 {
    //! As for the tables on a uniform grid; only the search of the row differs.

    use super::super::piecewise::x86::{PATCH, evaluate};
    use super::{Column, Octaves, clamp, locate};

    #[target_feature(enable = "avx2")]
    pub(super) fn octaves_avx2(out: &mut Column, u: &Column, table: &Octaves) {
        for (out, u) in out.as_chunks_mut::<PATCH>().0.iter_mut().zip(u.as_chunks().0) {
            let (row, s) = locate(u);
            evaluate(out, &row, &s, &table.rows);
            out.iter_mut().for_each(|x| *x = clamp(*x, table.low, table.high));
        }
    }

    #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
    pub(super) fn octaves_avx512(out: &mut Column, u: &Column, table: &Octaves) {
        for (out, u) in out.as_chunks_mut::<PATCH>().0.iter_mut().zip(u.as_chunks().0) {
            let (row, s) = locate(u);
            evaluate(out, &row, &s, &table.rows);
            out.iter_mut().for_each(|x| *x = clamp(*x, table.low, table.high));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::BLOCK;
    use super::super::testing::{TestStream, same};
    use super::*;

    /// Straight lines in u: x = u, from either side.
    fn identity() -> Octaves {
        let row = |side: usize, row: usize| {
            let (from, to) = (Octaves::probability(row, 0.0), Octaves::probability(row, 1.0));
            let (from, to) = if side == 0 { (from, to) } else { (1.0 - from, 1.0 - to) };
            [from, to - from, 0.0, 0.0, 0.0, 0.0]
        };
        let rows = (0..2).flat_map(|side| (0..OCTAVE_ROWS).map(move |k| row(side, k))).collect();
        Octaves { low: 0.001, high: 0.999, rows }
    }

    #[test]
    fn rows_meet_and_cover_all_probabilities() {
        let table = identity();
        let mut source = TestStream(21);
        for _ in 0..100_000 {
            let u = source.between(0.0, 1.0);
            assert!((octaves_at(u, &table) - u.clamp(0.001, 0.999)).abs() < 1e-15, "{u}");
        }
        let wide = Octaves { low: 0.0, high: 1.0, ..table };
        for u in [LEAST, 1.5 * LEAST, 1e-12, 0.25, 0.5 - LEAST, 0.5, 0.5 + LEAST, 1.0 - 1e-12, 1.0 - LEAST] {
            assert!((octaves_at(u, &wide) - u).abs() <= u * f64::EPSILON, "{u}");
        }
    }

    #[test]
    fn columns_have_the_bits_of_the_scalar_definition() {
        let table = identity();
        for level in Level::available() {
            let mut source = TestStream(22);
            for _ in 0..100 {
                let mut u = [0.0; BLOCK];
                u.fill_with(|| source.between(LEAST, 1.0));
                let mut out = [0.0; BLOCK];
                octaves(level, &mut out, &u, &table);
                for (u, out) in u.into_iter().zip(out) {
                    assert!(same(out, octaves_at(u, &table)), "{level:?} {u:e}");
                }
                octaves(level, &mut out, &source.column(), &table);
            }
        }
    }
}
