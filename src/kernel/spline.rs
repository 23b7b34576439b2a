//! Piecewise polynomials on several grids side by side: mixtures, laws with kinks, atoms and gaps.

use super::piecewise::polynomial;
use super::step_table::below;
use super::{Column, Level, Piecewise};
use std::array;

/// Tables of polynomials, each on its own stretch of z: the one whose number is that of the thresholds strictly below z.
///
/// Each table is read as [`Piecewise`] says, and its value clamped to its range.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spline {
    /// Where the stretches end; ascending, one fewer than tables.
    thresholds: Vec<f64>,
    grids: Vec<Grid>,
    coefficients: Vec<[f64; 6]>,
    few: Option<Few>,
}

/// Tables that a vector has room for.
const FEW: usize = 8;

/// Up to `FEW` grids, field by field; those that are missing are like the last one.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Few {
    /// After the last one infinity.
    thresholds: [f64; FEW - 1],
    low: [f64; FEW],
    inverse_width: [f64; FEW],
    end: [f64; FEW],
    last: [i64; FEW],
    first: [i64; FEW],
    least: [f64; FEW],
    most: [f64; FEW],
}

/// The grid of one table, and its range.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Grid {
    low: f64,
    inverse_width: f64,
    /// Intervals.
    end: f64,
    /// The last interval.
    last: i32,
    /// The row of the first interval.
    first: i32,
    least: f64,
    most: f64,
}

impl Spline {
    /// From the thresholds between the tables, and each table with its least and its greatest value.
    ///
    /// # Panics
    ///
    /// Unless there is one table more than there are thresholds, and each has a row.
    pub fn new<'t>(thresholds: Vec<f64>, tables: impl IntoIterator<Item = (&'t Piecewise, f64, f64)>) -> Spline {
        let mut spline = Spline { thresholds, ..Spline::default() };
        for (table, least, most) in tables {
            let row = |count: usize| i32::try_from(count).expect("tables have fewer than 2^31 rows");
            let (first, intervals) = (row(spline.coefficients.len()), row(table.coefficients.len()));
            assert!(intervals > 0, "a grid has at least one interval");
            let (end, last) = (f64::from(intervals), intervals - 1);
            spline.grids.push(Grid {
                low: table.low,
                inverse_width: table.inverse_width,
                end,
                last,
                first,
                least,
                most,
            });
            spline.coefficients.extend_from_slice(&table.coefficients);
        }
        assert_eq!(spline.grids.len(), spline.thresholds.len() + 1, "a spline has one table more than thresholds");
        spline.few = Few::new(&spline.thresholds, &spline.grids);
        spline
    }

    /// The grid of each of N points, its row, and the place s within that.
    #[inline(always)]
    fn locate<const N: usize>(&self, z: &[f64; N]) -> ([&Grid; N], [i32; N], [f64; N]) {
        let below = below(z, &self.thresholds);
        let mut grids = [&self.grids[0]; N];
        let mut rows = [0; N];
        let mut s = [0.0; N];
        for i in 0..N {
            let grid = &self.grids[below[i]];
            let x = (z[i] - grid.low) * grid.inverse_width;
            let x = if x < 0.0 { 0.0 } else { x };
            let x = if x > grid.end { grid.end } else { x };
            let x_or_0 = if x.is_nan() { 0.0 } else { x };
            #[allow(unsafe_code)]
            // SAFETY: a number from 0 to `end`, which is at most 2^31 - 1.
            let truncated: i32 = unsafe { x_or_0.to_int_unchecked() };
            let interval = truncated.min(grid.last);
            grids[i] = grid;
            rows[i] = grid.first + interval;
            s[i] = x - f64::from(interval);
        }
        (grids, rows, s)
    }
}

impl Few {
    /// None of more than `FEW`.
    fn new(thresholds: &[f64], grids: &[Grid]) -> Option<Few> {
        let last = grids.last().filter(|_| grids.len() <= FEW)?;
        let grid = |index: usize| grids.get(index).unwrap_or(last);
        Some(Few {
            thresholds: array::from_fn(|index| thresholds.get(index).copied().unwrap_or(f64::INFINITY)),
            low: array::from_fn(|index| grid(index).low),
            inverse_width: array::from_fn(|index| grid(index).inverse_width),
            end: array::from_fn(|index| grid(index).end),
            last: array::from_fn(|index| grid(index).last.into()),
            first: array::from_fn(|index| grid(index).first.into()),
            least: array::from_fn(|index| grid(index).least),
            most: array::from_fn(|index| grid(index).most),
        })
    }
}

impl Grid {
    #[inline(always)]
    fn clamp(&self, x: f64) -> f64 {
        let x = if x < self.least { self.least } else { x };
        if x > self.most { self.most } else { x }
    }
}

/// The value at one z; NaN passes on.
pub fn spline_at(z: f64, spline: &Spline) -> f64 {
    let ([grid], [row], [s]) = spline.locate(&[z]);
    grid.clamp(polynomial(&spline.coefficients[row as usize], s))
}

/// The values at a column; NaN passes on.
pub fn spline(level: Level, out: &mut Column, z: &Column, spline: &Spline) {
    match level {
        Level::Portable => {
            for (out, &z) in out.iter_mut().zip(z) {
                *out = spline_at(z, spline);
            }
        }
        #[cfg(target_arch = "x86_64")]
        #[allow(unsafe_code)]
        // SAFETY: the token in the level was made after AVX2 was found on this machine.
        Level::Avx2(_) => unsafe { x86::spline_avx2(out, z, spline) },
        #[cfg(target_arch = "x86_64")]
        #[allow(unsafe_code)]
        // SAFETY: the token in the level was made after AVX-512 was found on this machine.
        Level::Avx512(_) => unsafe { x86::spline_avx512(out, z, spline) },
    }
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod x86 {
    //! As for the tables on one grid; only the search of the row differs.

    use std::arch::x86_64::*;

    use super::super::piecewise::x86::{PATCH, evaluate};
    use super::{Column, FEW, Few, Spline};

    #[target_feature(enable = "avx2")]
    pub(super) fn spline_avx2(out: &mut Column, z: &Column, spline: &Spline) {
        for (out, z) in out.as_chunks_mut::<PATCH>().0.iter_mut().zip(z.as_chunks().0) {
            let (grids, rows, s) = spline.locate(z);
            evaluate(out, &rows, &s, &spline.coefficients);
            out.iter_mut().zip(grids).for_each(|(x, grid)| *x = grid.clamp(*x));
        }
    }

    #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
    pub(super) fn spline_avx512(out: &mut Column, z: &Column, spline: &Spline) {
        let patches = out.as_chunks_mut::<PATCH>().0.iter_mut().zip(z.as_chunks().0);
        match &spline.few {
            Some(few) => patches.for_each(|(out, z)| of_few(out, z, few, &spline.coefficients)),
            None => {
                for (out, z) in patches {
                    let (grids, rows, s) = spline.locate(z);
                    evaluate(out, &rows, &s, &spline.coefficients);
                    out.iter_mut().zip(grids).for_each(|(x, grid)| *x = grid.clamp(*x));
                }
            }
        }
    }

    /// The number of a point's grid takes every field of it out of one register; gathering them takes twice as long as all else.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
    fn of_few(out: &mut [f64; PATCH], z: &[f64; PATCH], few: &Few, coefficients: &[[f64; 6]]) {
        // SAFETY: each array has the 64 bytes that are read.
        let field = |of: &[f64; FEW]| unsafe { _mm512_loadu_pd(of.as_ptr()) };
        // SAFETY: the same.
        let whole = |of: &[i64; FEW]| unsafe { _mm512_loadu_epi64(of.as_ptr()) };
        let (low, inverse_width, end) = (field(&few.low), field(&few.inverse_width), field(&few.end));
        let (last, first) = (whole(&few.last), whole(&few.first));
        let (zero, one) = (_mm512_setzero_pd(), _mm512_set1_epi64(1));
        let (mut rows, mut s, mut numbers) = ([0; PATCH], [0.0; PATCH], [_mm512_setzero_si512(); PATCH / FEW]);
        let groups = z.as_chunks::<FEW>().0.iter().zip(rows.as_chunks_mut::<FEW>().0).zip(s.as_chunks_mut::<FEW>().0);
        for (((z, rows), s), number) in groups.zip(&mut numbers) {
            let z = field(z);
            for &threshold in &few.thresholds {
                let is_beyond = _mm512_cmp_pd_mask::<_CMP_LT_OQ>(_mm512_set1_pd(threshold), z);
                *number = _mm512_mask_add_epi64(*number, is_beyond, *number, one);
            }
            let of = |field| _mm512_permutexvar_pd(*number, field);
            let x = _mm512_mul_pd(_mm512_sub_pd(z, of(low)), of(inverse_width));
            // The second operand where either is NaN, as in the scalar definition.
            let x = _mm512_min_pd(of(end), _mm512_max_pd(zero, x));
            let is_number = _mm512_cmp_pd_mask::<_CMP_ORD_Q>(x, x);
            let interval = _mm512_maskz_cvttpd_epi64(is_number, x);
            let interval = _mm512_min_epi64(interval, _mm512_permutexvar_epi64(*number, last));
            let row = _mm512_add_epi64(interval, _mm512_permutexvar_epi64(*number, first));
            let within = _mm512_sub_pd(x, _mm512_cvtepi64_pd(interval));
            // SAFETY: the arrays have the 32 and the 64 bytes that are written.
            unsafe {
                _mm256_storeu_epi32(rows.as_mut_ptr(), _mm512_cvtepi64_epi32(row));
                _mm512_storeu_pd(s.as_mut_ptr(), within);
            }
        }
        evaluate(out, &rows, &s, coefficients);
        let (least, most) = (field(&few.least), field(&few.most));
        for (out, number) in out.as_chunks_mut::<FEW>().0.iter_mut().zip(numbers) {
            let of = |field| _mm512_permutexvar_pd(number, field);
            let clamped = _mm512_min_pd(of(most), _mm512_max_pd(of(least), field(out)));
            // SAFETY: out has the 64 bytes that are written.
            unsafe { _mm512_storeu_pd(out.as_mut_ptr(), clamped) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::BLOCK;
    use super::super::piecewise::piecewise_at;
    use super::super::testing::{TestStream, same};
    use super::*;

    /// Lines, an atom and a cubic, one after the other.
    fn tables() -> Vec<(Piecewise, f64, f64)> {
        let table = |low: f64, width: f64, rows: &[[f64; 6]]| Piecewise {
            low,
            inverse_width: 1.0 / width,
            coefficients: rows.into(),
        };
        vec![
            (table(-8.0, 4.0, &[[0.0, 1.0, 0.0, 0.0, 0.0, 0.0], [1.0, 2.0, 0.0, 0.0, 0.0, 0.0]]), -1.0, 2.5),
            (table(0.0, 1.0, &[[3.0, 0.0, 0.0, 0.0, 0.0, 0.0]]), 3.0, 3.0),
            (table(0.5, 8.0, &[[3.0, 1.0, 0.0, 0.5, 0.0, 0.0]]), 3.0, f64::INFINITY),
        ]
    }

    fn example() -> (Spline, Vec<(Piecewise, f64, f64)>) {
        let tables = tables();
        let read = tables.iter().map(|(table, least, most)| (table, *least, *most));
        (Spline::new(vec![0.0, 0.5], read), tables)
    }

    #[test]
    fn each_stretch_has_its_table_and_its_range() {
        let (spline, tables) = example();
        let mut source = TestStream(61);
        for _ in 0..10_000 {
            let z = source.between(-10.0, 10.0);
            let (table, least, most) = &tables[[0.0, 0.5].iter().filter(|&&threshold| threshold < z).count()];
            assert!(same(spline_at(z, &spline), piecewise_at(z, table).clamp(*least, *most)), "{z}");
        }
        assert_eq!([-9.0, 0.0, 0.1, 0.5].map(|z| spline_at(z, &spline)), [0.0, 2.5, 3.0, 3.0]);
        assert!(spline_at(f64::NAN, &spline).is_nan());
    }

    #[test]
    fn columns_have_the_bits_of_the_scalar_definition() {
        let (of_three, tables) = example();
        // As many as a vector holds, one more, and many.
        let of = |count: usize| {
            let read = tables.iter().cycle().take(count).map(|(table, least, most)| (table, *least, *most));
            Spline::new((1..count).map(|k| k as f64 - 5.0).collect(), read)
        };
        for spline_of_some in [of_three, of(1), of(FEW), of(FEW + 1), of(40)] {
            for level in Level::available() {
                let mut source = TestStream(62);
                for round in 0..50 {
                    let mut z = source.column();
                    if round % 2 == 0 {
                        z = z.map(|_| source.between(-9.0, 9.0));
                    }
                    let mut out = [0.0; BLOCK];
                    spline(level, &mut out, &z, &spline_of_some);
                    for (z, out) in z.into_iter().zip(out) {
                        assert!(same(out, spline_at(z, &spline_of_some)), "{level:?} {z:e}");
                    }
                }
            }
        }
    }

    #[test]
    #[should_panic(expected = "one table more")]
    fn a_table_short_is_refused() {
        Spline::new(vec![0.0], []);
    }
}
