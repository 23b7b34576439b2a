//! Gamma by shape and scale.

use super::{Checked, Family, LARGEST_SHAPE, Outer, Parts, SMALLEST_SHAPE, above_zero, within};

pub(super) fn check(shape: f64, scale: f64) -> Checked {
    within("shape", shape, SMALLEST_SHAPE, LARGEST_SHAPE)?;
    above_zero("scale", scale)
}

pub(super) fn moments(shape: f64, scale: f64) -> (f64, f64) {
    (shape * scale, shape * scale * scale)
}

pub(super) fn parts(shape: f64, scale: f64) -> Parts {
    Parts::smooth(Family::LogGamma { shape }, libm::log(shape) + libm::log(scale), 1.0, Outer::Exp { low: 0.0 })
}
