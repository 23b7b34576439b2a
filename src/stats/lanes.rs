//! Sums over one column in a fixed order, the same on every instruction set.

use super::ExactSum;

/// Partial sums of a column. The number is part of the result: another one would round differently.
const LANES: usize = 8;

/// Whether every value is finite; without branches, so that it vectorises.
pub(super) fn all_finite(column: &[f64]) -> bool {
    column.iter().fold(true, |all, x| all & x.is_finite())
}

/// Sums of `K` terms over a column: value i goes to lane i mod 8, the lanes are folded by a fixed tree.
#[inline(always)]
pub(super) fn sums<const K: usize>(column: &[f64], terms: impl Fn(f64) -> [f64; K]) -> [f64; K] {
    let mut lanes = [[0.0; LANES]; K];
    let (rows, rest) = column.as_chunks::<LANES>();
    for row in rows {
        // All terms first: the compiler then sees eight independent lanes.
        let terms = row.map(&terms);
        for (k, sums) in lanes.iter_mut().enumerate() {
            for (sum, terms) in sums.iter_mut().zip(&terms) {
                *sum += terms[k];
            }
        }
    }
    for (lane, &x) in rest.iter().enumerate() {
        for (sum, term) in lanes.iter_mut().zip(terms(x)) {
            sum[lane] += term;
        }
    }
    lanes.map(fold)
}

/// Like [`sums`], of terms of two columns of the same length.
#[inline(always)]
pub(super) fn pair_sums<const K: usize>(a: &[f64], b: &[f64], terms: impl Fn(f64, f64) -> [f64; K]) -> [f64; K] {
    let mut lanes = [[0.0; LANES]; K];
    for (i, (&x, &y)) in a.iter().zip(b).enumerate() {
        for (sum, term) in lanes.iter_mut().zip(terms(x, y)) {
            sum[i % LANES] += term;
        }
    }
    lanes.map(fold)
}

fn fold(l: [f64; LANES]) -> f64 {
    ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]))
}

/// Adds one block's sums to the running ones.
pub(super) fn add_all<const K: usize>(sums: &mut [ExactSum; K], block: [f64; K]) {
    for (sum, x) in sums.iter_mut().zip(block) {
        sum.add(x);
    }
}

/// Merges running sums.
pub(super) fn merge_all<const K: usize>(sums: &mut [ExactSum; K], others: &[ExactSum; K]) {
    for (sum, other) in sums.iter_mut().zip(others) {
        sum.merge(other);
    }
}
