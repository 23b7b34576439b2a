//! Step functions: the laws on finitely many values, and tables of formulas.

use std::hint::select_unpredictable;

use super::{Column, Level, at_each_level};

/// Up to so many thresholds a vector compares faster with all of them than it searches.
const FEW: usize = 16;

/// A step function: `values[k]`, where k is the number of thresholds strictly below the argument; NaN passes on.
#[derive(Clone, Debug, PartialEq)]
pub struct StepTable {
    /// Ascending; those after the last are infinite, so that a cell's look at the next few stays within.
    thresholds: Vec<f64>,
    /// One more than thresholds.
    values: Vec<f64>,
    guide: Option<Guide>,
}

/// Equal cells over the range of the thresholds: in nearly each one, few are to be compared with.
///
/// Where thresholds crowd, as those of a law of counts do at probabilities near 0 and 1, a cell is searched with all of them.
/// An argument's cell is computed as a threshold's is. That never decreases, so that thresholds of earlier cells are below the
/// argument, and those of later ones are not, whatever was rounded.
#[derive(Clone, Debug, PartialEq)]
struct Guide {
    low: f64,
    per_unit: f64,
    last: f64,
    /// By cell: thresholds in earlier cells, or `CROWDED`.
    before: Vec<u32>,
    /// Most thresholds of a cell that is not crowded, as many as are compared with.
    most: usize,
}

/// Of a cell with more thresholds than are compared with.
const CROWDED: u32 = u32::MAX;

impl StepTable {
    /// From ascending thresholds and the values between them.
    ///
    /// # Panics
    ///
    /// Unless there is one value more than there are thresholds.
    pub fn new(mut thresholds: Vec<f64>, values: Vec<f64>) -> StepTable {
        assert_eq!(values.len(), thresholds.len() + 1, "a step table has one value more than thresholds");
        let guide = Guide::new(&thresholds);
        if let Some(guide) = &guide {
            thresholds.resize(thresholds.len() + guide.most, f64::INFINITY);
        }
        StepTable { thresholds, values, guide }
    }

    /// The value at one point.
    pub fn at(&self, x: f64) -> f64 {
        let mut out = [0.0];
        self.read(&mut out, &[x]);
        out[0]
    }

    #[inline(always)]
    fn read<const N: usize>(&self, out: &mut [f64; N], x: &[f64; N]) {
        let below = match &self.guide {
            Some(guide) => guide.below(x, &self.thresholds).unwrap_or_else(|| search(x, &self.thresholds)),
            None => below(x, &self.thresholds),
        };
        for i in 0..N {
            out[i] = if x[i].is_nan() { x[i] } else { self.values[below[i]] };
        }
    }
}

/// The values of a step function at a column.
pub fn step_table(level: Level, out: &mut Column, x: &Column, table: &StepTable) {
    #[cfg(target_arch = "x86_64")]
    if let (Level::Avx512(_), Some(guide)) = (level, &table.guide) {
        #[allow(unsafe_code)]
        // SAFETY: the token in the level was made after AVX-512 was found on this machine.
        return unsafe { x86::guided_avx512(out, x, table, guide) };
    }
    step_column(level, out, x, table);
}

at_each_level! {
    fn step_column(out: &mut Column, x: &Column, table: &StepTable) {
        for (out, x) in out.as_chunks_mut::<8>().0.iter_mut().zip(x.as_chunks().0) {
            table.read(out, x);
        }
    }
}

impl Guide {
    /// None for few thresholds, and where too many cells are crowded.
    fn new(thresholds: &[f64]) -> Option<Guide> {
        // Few comparisons, if that takes no more cells than the first-level cache holds.
        (1..=4).find_map(|most| Guide::with_at_most(most, thresholds))
    }

    /// None where more than a few cells have more thresholds.
    fn with_at_most(most: u32, thresholds: &[f64]) -> Option<Guide> {
        const CELLS: usize = 1 << 13;
        // Of so many cells one may be crowded.
        const RARE: usize = 1 << 9;
        if thresholds.len() <= FEW {
            return None;
        }
        let (low, high) = (thresholds[0], thresholds[thresholds.len() - 1]);
        let mut cells = (2 * thresholds.len()).next_power_of_two();
        while cells <= CELLS {
            let per_unit = cells as f64 / (high - low);
            let last = (cells - 1) as f64;
            let mut guide = Guide { low, per_unit, last, before: vec![0; cells + 1], most: most as usize };
            if !(per_unit.is_finite() && per_unit > 0.0) {
                return None;
            }
            for &threshold in thresholds {
                let [cell] = guide.cells(&[threshold]);
                guide.before[cell as usize + 1] += 1;
            }
            // The count of a cell stands behind it.
            let crowded: Vec<usize> = (0..cells).filter(|&cell| guide.before[cell + 1] > most).collect();
            if crowded.len() * RARE <= cells {
                let mut sum = 0;
                guide.before.iter_mut().for_each(|count| (sum, *count) = (sum + *count, sum + *count));
                crowded.into_iter().for_each(|cell| guide.before[cell] = CROWDED);
                return Some(guide);
            }
            cells *= 2;
        }
        None
    }

    /// The cell of each of N points; the first one for NaN.
    #[inline(always)]
    fn cells<const N: usize>(&self, x: &[f64; N]) -> [i32; N] {
        let mut cells = [0; N];
        for (cell, &x) in cells.iter_mut().zip(x) {
            let place = (x - self.low) * self.per_unit;
            let place = if place > 0.0 { place } else { 0.0 };
            let place = if place < self.last { place } else { self.last };
            #[allow(unsafe_code)]
            // SAFETY: a number from 0 to `last`, which is below 2^31; NaN became 0 with the first comparison.
            let whole: i32 = unsafe { place.to_int_unchecked() };
            *cell = whole;
        }
        cells
    }

    /// How many thresholds are below each of N points; none where one of them is in a crowded cell.
    #[inline(always)]
    fn below<const N: usize>(&self, x: &[f64; N], thresholds: &[f64]) -> Option<[usize; N]> {
        let before = self.cells(x).map(|cell| self.before[cell as usize]);
        if before.contains(&CROWDED) {
            return None;
        }
        let mut below = before.map(|count| count as usize);
        for i in 0..N {
            let first = below[i];
            let near = &thresholds[first..first + self.most];
            below[i] += near.iter().map(|&threshold| usize::from(threshold < x[i])).sum::<usize>();
        }
        Some(below)
    }
}

/// How many ascending thresholds are below each of N points.
#[inline(always)]
pub(super) fn below<const N: usize>(x: &[f64; N], thresholds: &[f64]) -> [usize; N] {
    if thresholds.len() <= FEW { count_all(x, thresholds) } else { search(x, thresholds) }
}

#[inline(always)]
fn count_all<const N: usize>(x: &[f64; N], thresholds: &[f64]) -> [usize; N] {
    let mut below = [0; N];
    for &threshold in thresholds {
        for i in 0..N {
            below[i] += usize::from(threshold < x[i]);
        }
    }
    below
}

/// The same by binary search without branches, whose outcomes nothing could predict, for N points at once, whose chains
/// of dependent loads overlap.
#[inline(always)]
fn search<const N: usize>(x: &[f64; N], thresholds: &[f64]) -> [usize; N] {
    // The answer lies between below[i] and below[i] + unknown.
    let mut below = [0; N];
    let mut unknown = thresholds.len();
    while unknown > 0 {
        let half = unknown.div_ceil(2);
        for i in 0..N {
            let upper = below[i] + half;
            below[i] = select_unpredictable(thresholds[upper - 1] < x[i], upper, below[i]);
        }
        unknown -= half;
    }
    below
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod x86 {
    //! Cells, thresholds and values gathered for eight points at a time.

    use std::arch::x86_64::*;

    use super::{CROWDED, Column, Guide, StepTable, search};

    #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
    pub(super) fn guided_avx512(out: &mut Column, x: &Column, table: &StepTable, guide: &Guide) {
        let (thresholds, values) = (&table.thresholds, &table.values);
        let (low, per_unit) = (_mm512_set1_pd(guide.low), _mm512_set1_pd(guide.per_unit));
        let (zero, last) = (_mm512_setzero_pd(), _mm512_set1_pd(guide.last));
        let (one, crowded) = (_mm256_set1_epi32(1), _mm256_set1_epi32(CROWDED as i32));
        for (out, points) in out.as_chunks_mut::<8>().0.iter_mut().zip(x.as_chunks::<8>().0) {
            // SAFETY: eight points have the 64 bytes that are read.
            let x = unsafe { _mm512_loadu_pd(points.as_ptr()) };
            let place = _mm512_mul_pd(_mm512_sub_pd(x, low), per_unit);
            // The second operand where either is NaN: the first cell for NaN, as in the definition.
            let place = _mm512_min_pd(_mm512_max_pd(place, zero), last);
            let cells = _mm512_cvttpd_epi32(place);
            // SAFETY: cells are from 0 to `last`, and there is one count more.
            let before = unsafe { _mm256_i32gather_epi32::<4>(guide.before.as_ptr().cast(), cells) };
            let mut below = before;
            if _mm256_cmpeq_epi32_mask(before, crowded) != 0 {
                let found = search(points, thresholds).map(|count| count as i32);
                // SAFETY: eight numbers have the 32 bytes that are read.
                below = unsafe { _mm256_loadu_si256(found.as_ptr().cast()) };
            } else {
                for next in 0..guide.most {
                    let near = _mm256_add_epi32(before, _mm256_set1_epi32(next as i32));
                    // SAFETY: as many thresholds as a cell may have follow those before it, infinite ones at the end.
                    let threshold = unsafe { _mm512_i32gather_pd::<8>(near, thresholds.as_ptr()) };
                    let is_below = _mm512_cmp_pd_mask::<_CMP_LT_OQ>(threshold, x);
                    below = _mm256_mask_add_epi32(below, is_below, below, one);
                }
            }
            // SAFETY: there is a value more than thresholds below anything, the infinite ones not counted.
            let value = unsafe { _mm512_i32gather_pd::<8>(below, values.as_ptr()) };
            let is_nan = _mm512_cmp_pd_mask::<_CMP_UNORD_Q>(x, x);
            // SAFETY: out has the 64 bytes that are written.
            unsafe { _mm512_storeu_pd(out.as_mut_ptr(), _mm512_mask_blend_pd(is_nan, value, x)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::BLOCK;
    use super::super::testing::{TestStream, same};
    use super::*;

    fn table(thresholds: &[f64], values: &[f64]) -> StepTable {
        StepTable::new(thresholds.to_vec(), values.to_vec())
    }

    #[test]
    fn a_threshold_belongs_to_the_value_below_it() {
        let of_two = table(&[0.25, 0.75], &[-1.0, 0.0, 5.0]);
        let value = |x: f64| of_two.at(x);
        assert_eq!([0.0, 0.25, 0.25_f64.next_up(), 0.75, 0.8, 1.0].map(value), [-1.0, -1.0, 0.0, 0.0, 5.0, 5.0]);
        assert!(value(f64::NAN).is_nan());
        assert_eq!(table(&[], &[7.0]).at(0.3), 7.0);
        assert_eq!(table(&[0.3, 0.3], &[1.0, 2.0, 3.0]).at(0.3), 1.0);
        assert_eq!(table(&[0.3, 0.3], &[1.0, 2.0, 3.0]).at(0.4), 3.0);
    }

    /// Against counting, for tables of every size around the change of method, with equal thresholds among them, with and
    /// without a guide.
    #[test]
    fn every_level_counts_the_thresholds_below() {
        let mut source = TestStream(13);
        let mut guided = 0;
        let mut crowded = 0;
        for (size, kind) in (0..70).chain([1000]).flat_map(|size| (0..3).map(move |kind| (size, kind))) {
            // Apart, anywhere, and closer and closer to 1.
            let place = |k: usize, u: f64| match kind {
                0 => (k as f64 + 0.6 * u) / size as f64,
                1 => u,
                _ => 1.0 - libm::exp(-0.1 * (k as f64 + u)),
            };
            let mut thresholds: Vec<f64> = (0..size).map(|k| place(k, source.between(0.0, 1.0))).collect();
            if kind == 1 {
                thresholds.extend_from_within(..size / 3);
            }
            thresholds.sort_by(f64::total_cmp);
            let values: Vec<f64> = (0..=thresholds.len()).map(|k| k as f64).collect();
            let table = table(&thresholds, &values);
            guided += usize::from(table.guide.is_some());
            crowded += usize::from(table.guide.as_ref().is_some_and(|guide| guide.before.contains(&CROWDED)));
            let mut x = source.column();
            for (x, &threshold) in x.iter_mut().zip(thresholds.iter().rev().chain(&thresholds)).take(300) {
                *x = [threshold, threshold.next_up(), threshold.next_down()][(source.word() % 3) as usize];
            }
            for level in Level::available() {
                let mut out = [0.0; BLOCK];
                step_table(level, &mut out, &x, &table);
                for (x, out) in x.into_iter().zip(out) {
                    let count = thresholds.iter().filter(|&&threshold| threshold < x).count() as f64;
                    let expected = if x.is_nan() { x } else { count };
                    assert!(same(out, expected), "{level:?} {x} among {size}");
                    assert!(same(table.at(x), expected), "{x} among {size}");
                }
            }
        }
        assert!(guided > 100 && crowded > 10, "{guided} {crowded}");
    }

    #[test]
    fn thresholds_of_any_size_are_searched() {
        let wide: Vec<f64> = (-20..20).map(|k| f64::from(k) * 1e307).chain([f64::INFINITY]).collect();
        let values: Vec<f64> = (0..=wide.len()).map(|k| k as f64).collect();
        let table = table(&wide, &values);
        assert_eq!((table.at(-1e308), table.at(1e308), table.at(f64::MAX)), (10.0, 30.0, 38.0));
        let same_everywhere = StepTable::new(vec![1.0; 20], (0..=20).map(f64::from).collect());
        assert_eq!((same_everywhere.at(1.0), same_everywhere.at(1.5)), (0.0, 20.0));
    }

    #[test]
    #[should_panic(expected = "one value more")]
    fn a_value_short_is_refused() {
        table(&[0.1], &[1.0]);
    }
}
