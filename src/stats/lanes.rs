//! Sums over one column in a fixed order, the same on every instruction set.

use super::{ExactSum, Frame, Observations};
use crate::kernel::{Level, at_each_level};

/// Partial sums of a column: two vectors of the widest instruction set, so that one addition need not wait for the last.
/// The number is part of the result: another one would round differently.
const LANES: usize = 16;

/// Whether every value is finite; without branches, so that it vectorises.
pub(super) fn all_finite(column: &[f64]) -> bool {
    column.iter().fold(true, |all, x| all & x.is_finite())
}

/// Sums of d, d^2, d^3, d^4 over the finite values of a column, with d in the frame.
pub(super) fn four_powers(column: &Observations<'_>, frame: Frame) -> [f64; 4] {
    over_finite(column, |level, values, sums| sum_four_powers(level, sums, values, frame))
}

/// Sums of d and d^2 over the finite values of a column, with d in the frame.
pub(super) fn two_powers(column: &Observations<'_>, frame: Frame) -> [f64; 2] {
    over_finite(column, |level, values, sums| sum_two_powers(level, sums, values, frame))
}

/// Sums over the finite values of a column, of which the first is a sum of the values themselves: one that is not finite
/// leaves its mark there, so that columns without any are passed over once.
fn over_finite<const K: usize>(column: &Observations<'_>, sum: impl Fn(Level, &[f64], &mut [f64; K])) -> [f64; K] {
    let mut sums = [0.0; K];
    sum(column.level(), column.values(), &mut sums);
    if sums[0].is_finite() {
        column.know_all_finite();
    } else if !column.all_finite() {
        sum(column.level(), column.finite(), &mut sums);
    }
    sums
}

at_each_level! {
    fn sum_four_powers(out: &mut [f64; 4], column: &[f64], frame: Frame) {
        *out = sums(column, |x| {
            let d = x.map(|x| frame.apply(x));
            let square = d.map(|d| d * d);
            [d, square, product(square, d), product(square, square)]
        });
    }
}

at_each_level! {
    fn sum_two_powers(out: &mut [f64; 2], column: &[f64], frame: Frame) {
        *out = sums(column, |x| {
            let d = x.map(|x| frame.apply(x));
            [d, product(d, d)]
        });
    }
}

#[inline(always)]
fn product(a: [f64; LANES], b: [f64; LANES]) -> [f64; LANES] {
    std::array::from_fn(|lane| a[lane] * b[lane])
}

/// Sums of `K` terms over a column: value i goes to lane i mod 16, the lanes are folded by a fixed tree.
#[inline(always)]
pub(super) fn sums<const K: usize>(column: &[f64], terms: impl Fn([f64; LANES]) -> [[f64; LANES]; K]) -> [f64; K] {
    let mut lanes = [[0.0; LANES]; K];
    let (rows, rest) = column.as_chunks::<LANES>();
    for row in rows {
        for (sums, terms) in lanes.iter_mut().zip(terms(*row)) {
            for (sum, term) in sums.iter_mut().zip(terms) {
                *sum += term;
            }
        }
    }
    if !rest.is_empty() {
        let mut row = [0.0; LANES];
        row[..rest.len()].copy_from_slice(rest);
        for (sums, terms) in lanes.iter_mut().zip(terms(row)) {
            for (sum, term) in sums.iter_mut().zip(&terms[..rest.len()]) {
                *sum += term;
            }
        }
    }
    lanes.map(sum_of_lanes)
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
    lanes.map(sum_of_lanes)
}

#[inline(always)]
pub(super) fn sum_of_lanes(lanes: [f64; LANES]) -> f64 {
    let mut sums = lanes;
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            sums[lane] += sums[lane + half];
        }
        half /= 2;
    }
    sums[0]
}

/// Adds one block's sums to the running ones.
pub(super) fn add_all<const K: usize>(sums: &mut [ExactSum; K], block: [f64; K]) {
    for (sum, x) in sums.iter_mut().zip(block) {
        sum.add(x);
    }
}
