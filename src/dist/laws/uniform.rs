//! Uniform between two bounds; equal bounds make a constant.

use super::{Checked, Parts, Real, Score, Tails, at_least, beta};

pub(super) fn check(low: f64, high: f64) -> Checked {
    at_least("high", high, "low", low)
}

pub(super) fn moments(low: f64, high: f64) -> (f64, f64) {
    beta::moments(1.0, 1.0, low, high)
}

pub(super) fn parts(low: f64, high: f64) -> Parts {
    beta::parts(1.0, 1.0, low, high)
}

/// The value with these tails, from the nearer bound.
pub(super) fn quantile(low: f64, high: f64, tails: Tails) -> f64 {
    let width = high - low;
    if tails.lower <= 0.5 { low + width * tails.lower } else { high - width * tails.upper }
}

/// low + (high - low) Phi(z).
pub(super) fn draw<R: Real>(low: R, high: R, score: Score<R>) -> R {
    (high - low).multiply_add(score.lower(), low).given(low.at_most(high))
}
