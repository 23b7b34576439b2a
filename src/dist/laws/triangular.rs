//! Triangular: the density rises in a straight line from `low` to `mode` and falls to `high`.

use super::{Checked, Family, Outer, Parts, Real, Score, SmoothLaw, Tails, check_mode};
use crate::kernel::Binary;

pub(super) fn check(low: f64, mode: f64, high: f64) -> Checked {
    check_mode(low, mode, high)
}

pub(super) fn moments(low: f64, mode: f64, high: f64) -> (f64, f64) {
    let (a, b) = (mode - low, high - mode);
    (low + (2.0 * a + b) / 3.0, (a * a + a * b + b * b) / 18.0)
}

/// Left of the mode a beta(2, 1), right of it a beta(1, 2).
pub(super) fn parts(low: f64, mode: f64, high: f64) -> Parts {
    if low == high {
        return Parts::atom(low);
    }
    let mut parts = Parts::default();
    let share = (mode - low) / (high - low);
    for (weight, alpha, low, high) in [(share, 2.0, low, mode), (1.0 - share, 1.0, mode, high)] {
        if low < high {
            let beta = 3.0 - alpha;
            let (family, outer) = (Family::LogitBeta { alpha, beta }, Outer::Logit { low, high });
            parts.smooth.push((weight, SmoothLaw::new(family, libm::log(alpha / beta), 1.0, outer)));
        }
    }
    parts
}

/// The value with these tails; low < high.
pub(super) fn quantile(low: f64, mode: f64, high: f64, tails: Tails) -> f64 {
    let width = high - low;
    if tails.lower * width <= mode - low {
        low + (tails.lower * width * (mode - low)).sqrt()
    } else {
        high - (tails.upper * width * (high - mode)).sqrt()
    }
}

/// low + sqrt(Phi(z) (high - low) (mode - low)) up to the mode, high - sqrt(Phi(-z) (high - low) (high - mode)) beyond.
pub(super) fn draw<R: Real>(low: R, mode: R, high: R, score: Score<R>) -> R {
    let (lower, upper) = (score.lower(), score.upper());
    let (width, rise, fall) = (high - low, mode - low, high - mode);
    let left = low + (lower * (width * rise)).root();
    let right = high - (upper * (width * fall)).root();
    let is_left = (lower * width).binary(Binary::Less, rise);
    is_left.select(left, right).given(low.at_most(mode)).given(mode.at_most(high))
}
