//! Weibull by shape and scale, and the exponential, which is one of shape 1.

use super::{Checked, Family, Outer, Parts, Real, Score, above_zero};
use crate::kernel::Binary;

pub(super) fn check(shape: f64, scale: f64) -> Checked {
    above_zero("shape", shape)?;
    above_zero("scale", scale)
}

pub(super) fn moments(shape: f64, scale: f64) -> (f64, f64) {
    let (first, second) = (libm::lgamma(1.0 + 1.0 / shape), libm::lgamma(1.0 + 2.0 / shape));
    let mean = scale * libm::exp(first);
    (mean, mean * mean * libm::expm1(second - 2.0 * first))
}

pub(super) fn parts(shape: f64, scale: f64) -> Parts {
    Parts::smooth(Family::LogExponential, libm::log(scale), 1.0 / shape, Outer::Exp { low: 0.0 })
}

/// scale e(z)^(1 / shape), e(z) = -ln Phi(-z).
pub(super) fn draw<R: Real>(shape: R, scale: R, score: Score<R>) -> R {
    let factor = score.hazard().binary(Binary::Power, shape.number(1.0) / shape);
    (scale * factor).given(shape.above(0.0)).given(scale.above(0.0))
}

pub(super) fn exponential_moments(mean: f64) -> (f64, f64) {
    (mean, mean * mean)
}

/// mean e(z).
pub(super) fn draw_exponential<R: Real>(mean: R, score: Score<R>) -> R {
    (mean * score.hazard()).given(mean.above(0.0))
}
