//! Gamma by shape and scale.

use super::super::domain::{Checked, LARGEST_SHAPE, SMALLEST_SHAPE, above_zero, within};
use super::super::family::Family;
use super::super::outer::Outer;
use super::super::parts::Parts;

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
