//! Piecewise polynomials on several grids side by side: mixtures, laws with kinks, atoms and gaps.

use super::piecewise::polynomial;
use super::step_table::below;
use super::{Column, Level, Piecewise};

/// Tables of polynomials, each on its own stretch of z: the one whose number is that of the thresholds strictly below z.
///
/// Each table is read as [`Piecewise`] says, and its value clamped to its range.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spline {
    /// Where the stretches end; ascending, one fewer than tables.
    thresholds: Vec<f64>,
    grids: Vec<Grid>,
    coefficients: Vec<[f64; 6]>,
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

    use super::super::piecewise::x86::{PATCH, evaluate};
    use super::{Column, Spline};

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
        for (out, z) in out.as_chunks_mut::<PATCH>().0.iter_mut().zip(z.as_chunks().0) {
            let (grids, rows, s) = spline.locate(z);
            evaluate(out, &rows, &s, &spline.coefficients);
            out.iter_mut().zip(grids).for_each(|(x, grid)| *x = grid.clamp(*x));
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
        let (spline_of_three, _) = example();
        for level in Level::available() {
            let mut source = TestStream(62);
            for round in 0..50 {
                let mut z = source.column();
                if round % 2 == 0 {
                    z = z.map(|_| source.between(-9.0, 9.0));
                }
                let mut out = [0.0; BLOCK];
                spline(level, &mut out, &z, &spline_of_three);
                for (z, out) in z.into_iter().zip(out) {
                    assert!(same(out, spline_at(z, &spline_of_three)), "{level:?} {z:e}");
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
