//! Logistic: F(x) = 1 / (1 + exp(-(x - location) / scale)).

use super::{Family, Outer, Parts, Real, Score};
use std::f64::consts::PI;

pub(super) fn moments(location: f64, scale: f64) -> (f64, f64) {
    (location, PI * PI / 3.0 * scale * scale)
}

pub(super) fn parts(location: f64, scale: f64) -> Parts {
    Parts::smooth(Family::Logistic, location, scale, Outer::Identity)
}

/// location + scale ln(Phi(z) / Phi(-z)).
pub(super) fn draw<R: Real>(location: R, scale: R, score: Score<R>) -> R {
    scale.multiply_add((score.lower() / score.upper()).log(), location).given(scale.above(0.0))
}
