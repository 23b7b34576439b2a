//! Pareto: P(X > x) = (scale / x)^shape from `scale` on.

use super::{Checked, Family, Outer, Parts, Real, Score, above_zero, within};

/// Smallest and largest shape: beyond them draws leave the range of a double, or all but equal the scale.
const SHAPES: (f64, f64) = (0.05, 1e8);

pub(super) fn check(scale: f64, shape: f64) -> Checked {
    above_zero("scale", scale)?;
    within("shape", shape, SHAPES.0, SHAPES.1)
}

/// The mean is infinite up to shape 1, the variance up to shape 2 (NaN without a mean).
pub(super) fn moments(scale: f64, shape: f64) -> (f64, f64) {
    if shape <= 1.0 {
        return (f64::INFINITY, f64::NAN);
    }
    let mean = scale * shape / (shape - 1.0);
    let variance = if shape > 2.0 { mean * mean / (shape * (shape - 2.0)) } else { f64::INFINITY };
    (mean, variance)
}

/// X / scale - 1 is the odds of a beta of 1 and `shape`.
pub(super) fn parts(scale: f64, shape: f64) -> Parts {
    let family = Family::LogitBeta { alpha: 1.0, beta: shape };
    Parts::smooth(family, libm::log(scale) - libm::log(shape), 1.0, Outer::Exp { low: scale })
}

/// scale exp(e(z) / shape), e(z) = -ln Phi(-z).
pub(super) fn draw<R: Real>(scale: R, shape: R, score: Score<R>) -> R {
    let (least, most) = (shape.at_least(SHAPES.0), shape.at_most(shape.number(SHAPES.1)));
    (scale * (score.hazard() / shape).exponential()).given(scale.above(0.0)).given(least).given(most)
}

/// Scale and shape with this mean and standard deviation: shape (shape - 2) = (mean / sd)^2.
pub(super) fn from_moments<R: Real>(mean: R, sd: R) -> (R, R) {
    let one = mean.number(1.0);
    let ratio = mean / sd;
    let shape = one + (one + ratio * ratio).root();
    (mean * (shape - one) / shape, shape)
}
