//! Student's t, shifted and scaled.

use super::{Checked, Family, LARGEST_SHAPE, Outer, Parts, SMALLEST_DF, above_zero, within};

pub(super) fn check(scale: f64, df: f64) -> Checked {
    above_zero("scale", scale)?;
    within("df", df, SMALLEST_DF, LARGEST_SHAPE)
}

/// NaN where there is none; the variance is infinite for 1 < df <= 2.
pub(super) fn moments(location: f64, scale: f64, df: f64) -> (f64, f64) {
    let mean = if df > 1.0 { location } else { f64::NAN };
    let variance = match df {
        df if df > 2.0 => scale * scale * df / (df - 2.0),
        df if df > 1.0 => f64::INFINITY,
        _ => f64::NAN,
    };
    (mean, variance)
}

/// In the coordinate whose asinh has the scale of the law's own tails.
///
/// The density's singularities are at x = ±i sqrt(df); beyond df = 900 the law is so close to a normal that a wider stretch
/// would only cost digits.
pub(super) fn parts(location: f64, scale: f64, df: f64) -> Parts {
    let stretch = df.min(900.0).sqrt();
    let outer = Outer::Sinh { location, scale: scale * stretch };
    Parts::smooth(Family::StudentT { df, stretch }, 0.0, 1.0, outer)
}
