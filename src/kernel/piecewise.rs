//! Piecewise polynomials on a uniform grid: the laws that have no closed form, as functions of a standard normal.

use super::{Column, Level};

/// Polynomials of degree 5 on the intervals of a uniform grid, from `low` on.
///
/// At z in interval k, with s = (z - low) inverse_width - k, which lies in [0, 1), the value is the sum of c_j s^j over
/// the coefficients c of row k. Below the grid it is the value at the grid's lower end, s = 0 of the first row; above,
/// s = 1 of the last one.
#[derive(Clone, Debug, PartialEq)]
pub struct Piecewise {
    /// Lower end of the grid.
    pub low: f64,
    /// Intervals per unit of z.
    pub inverse_width: f64,
    /// A row for each interval, lowest power first; at least one row.
    pub coefficients: Box<[[f64; 6]]>,
}

/// The value at one z; NaN passes on.
///
/// # Panics
///
/// When the table has no row.
pub fn piecewise_at(z: f64, table: &Piecewise) -> f64 {
    let mut out = [0.0];
    by_rows(&mut out, &[z], table);
    out[0]
}

/// The values at a column; NaN passes on.
///
/// # Panics
///
/// When the table has no row.
pub fn piecewise(level: Level, out: &mut Column, z: &Column, table: &Piecewise) {
    match level {
        Level::Portable => by_rows(out, z, table),
        #[cfg(target_arch = "x86_64")]
        #[allow(unsafe_code)]
        // SAFETY: the token in the level was made after AVX2 was found on this machine.
        Level::Avx2(_) => unsafe { x86::piecewise_avx2(out, z, table) },
        #[cfg(target_arch = "x86_64")]
        #[allow(unsafe_code)]
        // SAFETY: the token in the level was made after AVX-512 was found on this machine.
        Level::Avx512(_) => unsafe { x86::piecewise_avx512(out, z, table) },
    }
}

/// The interval of each of N points, a row number of the table, and the place s within it.
#[inline(always)]
fn locate<const N: usize>(z: &[f64; N], table: &Piecewise) -> ([i32; N], [f64; N]) {
    let intervals = i32::try_from(table.coefficients.len()).expect("a grid has less than 2^31 intervals");
    assert!(intervals > 0, "a grid has at least one interval");
    let last = intervals - 1;
    let end = f64::from(intervals);

    let mut interval = [0; N];
    let mut s = [0.0; N];
    for i in 0..N {
        let x = (z[i] - table.low) * table.inverse_width;
        let x = if x < 0.0 { 0.0 } else { x };
        let x = if x > end { end } else { x };
        // The upper end belongs to the last row, and NaN to any. A cast that checks its range again would take as long
        // as all the rest.
        let x_or_0 = if x.is_nan() { 0.0 } else { x };
        #[allow(unsafe_code)]
        // SAFETY: a number from 0 to `end`, which is at most 2^31 - 1 by the conversion above.
        let truncated: i32 = unsafe { x_or_0.to_int_unchecked() };
        interval[i] = truncated.min(last);
        s[i] = x - f64::from(interval[i]);
    }
    (interval, s)
}

#[inline(always)]
fn by_rows<const N: usize>(out: &mut [f64; N], z: &[f64; N], table: &Piecewise) {
    let (interval, s) = locate(z, table);
    for i in 0..N {
        out[i] = polynomial(&table.coefficients[interval[i] as usize], s[i]);
    }
}

/// The definition: even and odd powers apart, (c0 + c2 s^2 + c4 s^4) + (c1 + c3 s^2 + c5 s^4) s.
#[inline(always)]
pub(super) fn polynomial(c: &[f64; 6], s: f64) -> f64 {
    let s2 = s * s;
    let even = (c[4] * s2 + c[2]) * s2 + c[0];
    let odd = (c[5] * s2 + c[3]) * s2 + c[1];
    even + odd * s
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
pub(super) mod x86 {
    //! Four paths at a time, each row read in place: a pair of neighbouring coefficients serves the even and the odd sum
    //! of its path in one register. Gathering each coefficient for all paths takes twice as long.

    use std::arch::x86_64::*;

    use super::{Column, Piecewise, locate};

    /// Paths that are located before they are evaluated: few, so that what is known of them stays in the cache.
    pub(in super::super) const PATCH: usize = 32;

    #[target_feature(enable = "avx2")]
    pub(super) fn piecewise_avx2(out: &mut Column, z: &Column, table: &Piecewise) {
        for (out, z) in out.as_chunks_mut::<PATCH>().0.iter_mut().zip(z.as_chunks().0) {
            let (interval, s) = locate(z, table);
            evaluate(out, &interval, &s, &table.coefficients);
        }
    }

    #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
    pub(super) fn piecewise_avx512(out: &mut Column, z: &Column, table: &Piecewise) {
        for (out, z) in out.as_chunks_mut::<PATCH>().0.iter_mut().zip(z.as_chunks().0) {
            let (interval, s) = locate(z, table);
            evaluate(out, &interval, &s, &table.coefficients);
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    pub(in super::super) fn evaluate<const N: usize>(
        out: &mut [f64; N],
        interval: &[i32; N],
        s: &[f64; N],
        rows: &[[f64; 6]],
    ) {
        assert!(interval.iter().fold(true, |all, &k| all & (0 <= k) & (k < rows.len() as i32)), "a row of the table");
        let groups = out.as_chunks_mut::<4>().0.iter_mut().zip(interval.as_chunks().0).zip(s.as_chunks::<4>().0);
        for ((out, interval), s) in groups {
            // SAFETY: all are numbers of rows, as asserted above; s has the 32 bytes that are read.
            let ([a, b, c, d], s) =
                unsafe { (interval.map(|k: i32| rows.get_unchecked(k as usize)), _mm256_loadu_pd(s.as_ptr())) };
            let s2 = _mm256_mul_pd(s, s);
            let ac = even_and_odd(a, c, _mm256_unpacklo_pd(s2, s2));
            let bd = even_and_odd(b, d, _mm256_unpackhi_pd(s2, s2));
            let odd = _mm256_mul_pd(_mm256_unpackhi_pd(ac, bd), s);
            let sum = _mm256_add_pd(_mm256_unpacklo_pd(ac, bd), odd);
            // SAFETY: out has room for the 32 bytes that are written.
            unsafe { _mm256_storeu_pd(out.as_mut_ptr(), sum) }
        }
    }

    /// The even and the odd sum of the first path, then those of the second.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn even_and_odd(first: &[f64; 6], second: &[f64; 6], s2: __m256d) -> __m256d {
        let pair = |power: usize| {
            let (first, second) = (&first[power..power + 2], &second[power..power + 2]);
            // SAFETY: each slice has the 16 bytes that are read.
            unsafe { _mm256_loadu2_m128d(second.as_ptr(), first.as_ptr()) }
        };
        let sum = _mm256_add_pd(_mm256_mul_pd(pair(4), s2), pair(2));
        _mm256_add_pd(_mm256_mul_pd(sum, s2), pair(0))
    }
}

#[cfg(test)]
mod tests {
    use super::super::BLOCK;
    use super::super::testing::{TestStream, same};
    use super::*;

    /// z^5 - 2 z on [-2, 2], in rows of width 1/4, each the expansion around its lower end.
    fn quintic() -> Piecewise {
        let (low, width) = (-2.0, 0.25_f64);
        let rows = (0..16).map(|k| {
            let z = low + width * f64::from(k);
            [
                z.powi(5) - 2.0 * z,
                (5.0 * z.powi(4) - 2.0) * width,
                10.0 * z.powi(3) * width.powi(2),
                10.0 * z.powi(2) * width.powi(3),
                5.0 * z * width.powi(4),
                width.powi(5),
            ]
        });
        Piecewise { low, inverse_width: 1.0 / width, coefficients: rows.collect() }
    }

    #[test]
    fn reproduces_a_polynomial_of_its_degree() {
        let mut source = TestStream(11);
        for _ in 0..10_000 {
            let z = source.between(-2.0, 2.0);
            // Terms of up to 32 are added and rounded a dozen times.
            assert!((piecewise_at(z, &quintic()) - (z.powi(5) - 2.0 * z)).abs() < 1e-13, "{z}");
        }
    }

    #[test]
    fn stays_at_its_ends_beyond_the_grid() {
        for z in [-2.0, -2.1, -1e300, f64::NEG_INFINITY] {
            assert_eq!(piecewise_at(z, &quintic()), -28.0);
        }
        for z in [2.0, 2.1, 1e300, f64::INFINITY] {
            assert!((piecewise_at(z, &quintic()) - 28.0).abs() < 1e-13);
            assert_eq!(piecewise_at(z, &quintic()), piecewise_at(2.0, &quintic()));
        }
        assert!(piecewise_at(f64::NAN, &quintic()).is_nan());
    }

    #[test]
    fn columns_have_the_bits_of_the_scalar_definition() {
        let one_row = Piecewise { coefficients: Box::new([[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]]), ..quintic() };
        for level in Level::available() {
            let mut source = TestStream(12);
            for table in [&quintic(), &one_row] {
                for round in 0..50 {
                    let mut z = source.column();
                    if round % 2 == 0 {
                        z = z.map(|_| source.between(-2.5, 2.5));
                    }
                    let mut out = [0.0; BLOCK];
                    piecewise(level, &mut out, &z, table);
                    for (z, out) in z.into_iter().zip(out) {
                        assert!(same(out, piecewise_at(z, table)), "{level:?} {z:e}");
                    }
                }
            }
        }
    }

    #[test]
    #[should_panic(expected = "at least one interval")]
    fn a_table_without_rows_is_refused() {
        piecewise_at(0.0, &Piecewise { coefficients: Box::new([]), ..quintic() });
    }
}
