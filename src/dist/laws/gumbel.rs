//! Gumbel of maxima: F(x) = exp(-exp(-(x - location) / scale)).

use super::{Family, Outer, Parts, Real, Score};
use std::f64::consts::PI;

pub(super) fn moments(location: f64, scale: f64) -> (f64, f64) {
    const EULER: f64 = 0.577_215_664_901_532_9;
    (location + EULER * scale, PI * PI / 6.0 * scale * scale)
}

pub(super) fn parts(location: f64, scale: f64) -> Parts {
    Parts::smooth(Family::Gumbel, location, scale, Outer::Identity)
}

/// location - scale ln(-ln Phi(z)).
pub(super) fn draw<R: Real>(location: R, scale: R, score: Score<R>) -> R {
    scale.multiply_add(-score.reversed_hazard().log(), location).given(scale.above(0.0))
}
