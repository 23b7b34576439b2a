//! Step functions: the laws on finitely many values, as functions of a uniform.

use std::hint::select_unpredictable;

use super::{Column, Level, at_each_level};

/// The value at one u: `values[k]`, where k is the number of thresholds strictly below u; NaN passes on.
///
/// The thresholds ascend.
///
/// # Panics
///
/// Unless there is one value more than there are thresholds.
pub fn step_at(u: f64, thresholds: &[f64], values: &[f64]) -> f64 {
    let mut out = [0.0];
    check(thresholds, values);
    step(&mut out, &[u], thresholds, values);
    out[0]
}

/// The values at a column, each as [`step_at`] defines it.
///
/// # Panics
///
/// Unless there is one value more than there are thresholds.
pub fn step_table(level: Level, out: &mut Column, u: &Column, thresholds: &[f64], values: &[f64]) {
    check(thresholds, values);
    step_column(level, out, u, thresholds, values);
}

fn check(thresholds: &[f64], values: &[f64]) {
    assert_eq!(values.len(), thresholds.len() + 1, "a step table has one value more than thresholds");
}

at_each_level! {
    fn step_column(out: &mut Column, u: &Column, thresholds: &[f64], values: &[f64]) {
        for (out, u) in out.as_chunks_mut::<8>().0.iter_mut().zip(u.as_chunks().0) {
            step(out, u, thresholds, values);
        }
    }
}

#[inline(always)]
fn step<const N: usize>(out: &mut [f64; N], u: &[f64; N], thresholds: &[f64], values: &[f64]) {
    // Below this many thresholds a vector compares faster with all of them than it searches.
    const FEW: usize = 16;
    let below = if thresholds.len() <= FEW { count_all(u, thresholds) } else { search(u, thresholds) };
    for i in 0..N {
        out[i] = if u[i].is_nan() { u[i] } else { values[below[i]] };
    }
}

/// How many thresholds are below each of N points.
#[inline(always)]
fn count_all<const N: usize>(u: &[f64; N], thresholds: &[f64]) -> [usize; N] {
    let mut below = [0; N];
    for &threshold in thresholds {
        for i in 0..N {
            below[i] += usize::from(threshold < u[i]);
        }
    }
    below
}

/// The same by binary search without branches, whose outcomes nothing could predict, for N points at once, whose chains
/// of dependent loads overlap.
#[inline(always)]
fn search<const N: usize>(u: &[f64; N], thresholds: &[f64]) -> [usize; N] {
    // The answer lies between below[i] and below[i] + unknown.
    let mut below = [0; N];
    let mut unknown = thresholds.len();
    while unknown > 0 {
        let half = unknown.div_ceil(2);
        for i in 0..N {
            let upper = below[i] + half;
            below[i] = select_unpredictable(thresholds[upper - 1] < u[i], upper, below[i]);
        }
        unknown -= half;
    }
    below
}

#[cfg(test)]
mod tests {
    use super::super::BLOCK;
    use super::super::testing::{TestStream, same};
    use super::*;

    #[test]
    fn a_threshold_belongs_to_the_value_below_it() {
        let value = |u: f64| step_at(u, &[0.25, 0.75], &[-1.0, 0.0, 5.0]);
        assert_eq!([0.0, 0.25, 0.25_f64.next_up(), 0.75, 0.8, 1.0].map(value), [-1.0, -1.0, 0.0, 0.0, 5.0, 5.0]);
        assert!(value(f64::NAN).is_nan());
        assert_eq!(step_at(0.3, &[], &[7.0]), 7.0);
        assert_eq!(step_at(0.3, &[0.3, 0.3], &[1.0, 2.0, 3.0]), 1.0);
        assert_eq!(step_at(0.4, &[0.3, 0.3], &[1.0, 2.0, 3.0]), 3.0);
    }

    /// Against counting, for tables of every size around the change of method, with equal thresholds among them.
    #[test]
    fn every_level_counts_the_thresholds_below() {
        let mut source = TestStream(13);
        for size in (0..70).chain([1000]) {
            let mut thresholds: Vec<f64> = (0..size).map(|_| source.between(0.0, 1.0)).collect();
            thresholds.extend_from_within(..size / 3);
            thresholds.sort_by(f64::total_cmp);
            let values: Vec<f64> = (0..=thresholds.len()).map(|k| k as f64).collect();
            let mut u = source.column();
            for (u, &threshold) in u.iter_mut().zip(&thresholds).take(20) {
                *u = threshold;
            }
            for level in Level::available() {
                let mut out = [0.0; BLOCK];
                step_table(level, &mut out, &u, &thresholds, &values);
                for (u, out) in u.into_iter().zip(out) {
                    let count = thresholds.iter().filter(|&&threshold| threshold < u).count() as f64;
                    let expected = if u.is_nan() { u } else { count };
                    assert!(same(out, expected), "{level:?} {u} among {size}");
                    assert!(same(step_at(u, &thresholds, &values), expected), "{u} among {size}");
                }
            }
        }
    }

    #[test]
    #[should_panic(expected = "one value more")]
    fn a_value_short_is_refused() {
        step_at(0.5, &[0.1], &[1.0]);
    }
}
