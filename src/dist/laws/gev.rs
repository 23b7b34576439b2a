//! Generalised extreme value: F(x) = exp(-(1 + shape (x - location) / scale)^(-1 / shape)), a Gumbel at shape 0.
//!
//! A positive shape is a heavy upper tail (Frechet), a negative one a bound above (reversed Weibull); the sign is that of
//! Coles (2001), An Introduction to Statistical Modeling of Extreme Values, section 3.1, and the opposite of SciPy's.

use super::{Checked, Family, Outer, Parts, Real, Score, above_zero, gumbel, within};
use crate::kernel::Binary;

/// Largest absolute shape: beyond it draws leave the range of a double.
const LARGEST: f64 = 5.0;
/// Shapes below it count as 0 where parts are made: the bound of such a law lies at 1e9 scales.
const LEAST: f64 = 1e-9;

pub(super) fn check(scale: f64, shape: f64) -> Checked {
    above_zero("scale", scale)?;
    within("shape", shape, -LARGEST, LARGEST)
}

/// With g_k = Gamma(1 - k shape): location + scale (g_1 - 1) / shape and scale^2 (g_2 - g_1^2) / shape^2. None near shape 0,
/// where the differences cancel; infinite where there is no moment.
pub(super) fn moments(location: f64, scale: f64, shape: f64) -> Option<(f64, f64)> {
    if shape == 0.0 {
        return Some(gumbel::moments(location, scale));
    }
    if shape.abs() < 1e-3 {
        return None;
    }
    if shape >= 1.0 {
        return Some((f64::INFINITY, f64::NAN));
    }
    let first = libm::tgamma(1.0 - shape);
    let mean = location + scale * (first - 1.0) / shape;
    if shape >= 0.5 {
        return Some((mean, f64::INFINITY));
    }
    let unit = scale / shape;
    Some((mean, unit * unit * (libm::tgamma(1.0 - 2.0 * shape) - first * first)))
}

/// 1 + shape (x - location) / scale is exp(shape g), g a standard Gumbel.
pub(super) fn parts(location: f64, scale: f64, shape: f64) -> Parts {
    if shape.abs() < LEAST {
        return gumbel::parts(location, scale);
    }
    let (bound, log_unit) = (location - scale / shape, libm::log(scale / shape.abs()));
    if shape > 0.0 {
        Parts::smooth(Family::Gumbel, log_unit, shape, Outer::Exp { low: bound })
    } else {
        Parts::smooth(Family::Gumbel, -log_unit, -shape, Outer::ExpBelow { high: bound })
    }
}

/// location + scale g (e^a - 1) / a with g = -ln(-ln Phi(z)) and a = shape g, by W. Kahan's (w - 1) / ln w, w = e^a rounded.
pub(super) fn draw<R: Real>(location: R, scale: R, shape: R, score: Score<R>) -> R {
    let (one, g) = (shape.number(1.0), -score.reversed_hazard().log());
    let w = (shape * g).exponential();
    let ratio = w.binary(Binary::Equal, one).select(one, (w - one) / w.log());
    let inside = shape.at_least(-LARGEST).binary(Binary::And, shape.at_most(shape.number(LARGEST)));
    (scale * g).multiply_add(ratio, location).given(scale.above(0.0)).given(inside)
}
