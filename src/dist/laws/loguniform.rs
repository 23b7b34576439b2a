//! Log-uniform: the logarithm is uniform between those of two bounds above 0; equal bounds make a constant.

use super::{Checked, Family, Outer, Parts, Real, Score, above_zero, at_least};

pub(super) fn check(low: f64, high: f64) -> Checked {
    above_zero("low", low)?;
    at_least("high", high, "low", low)
}

/// mean = (high - low) / L, E X^2 = (high^2 - low^2) / (2 L), L = ln(high / low).
pub(super) fn moments(low: f64, high: f64) -> (f64, f64) {
    if low == high {
        return (low, 0.0);
    }
    let logs = libm::log(high / low);
    let mean = (high - low) / logs;
    (mean, 0.5 * mean * (high + low) - mean * mean)
}

pub(super) fn parts(low: f64, high: f64) -> Parts {
    if low == high {
        return Parts::atom(low);
    }
    let outer = Outer::ExpLogit { low: libm::log(low), high: libm::log(high) };
    Parts::smooth(Family::LogitBeta { alpha: 1.0, beta: 1.0 }, 0.0, 1.0, outer)
}

/// exp(ln low + Phi(z) (ln high - ln low)).
pub(super) fn draw<R: Real>(low: R, high: R, score: Score<R>) -> R {
    let (from, to) = (low.log(), high.log());
    (to - from).multiply_add(score.lower(), from).exponential().given(low.above(0.0)).given(low.at_most(high))
}
