//! Normal: by mean and standard deviation, or through two quantiles. A standard deviation of 0 makes a constant.

use super::{Checked, Family, Outer, Parts, Real, Score, Tails, not_negative};
use crate::kernel::scalar;

pub(super) fn check(sd: f64) -> Checked {
    not_negative("sd", sd)
}

pub(super) fn moments(mean: f64, sd: f64) -> (f64, f64) {
    (mean, sd * sd)
}

/// Mean and standard deviation through two quantiles, probabilities increasing.
///
/// sd = (x2 - x1) / (z2 - z1), mean = x1 - sd z1.
pub(super) fn through([(p1, x1), (p2, x2)]: [(f64, f64); 2]) -> (f64, f64) {
    let (z1, z2) = (Tails::of(p1).normal_score(), Tails::of(p2).normal_score());
    let sd = (x2 - x1) / (z2 - z1);
    (x1 - sd * z1, sd)
}

/// What a normal becomes by the outer function: itself, or a lognormal.
pub(super) fn parts(mean: f64, sd: f64, outer: Outer) -> Parts {
    match sd {
        0.0 => Parts::atom(outer.apply(mean)),
        _ => Parts::smooth(Family::Normal, mean, sd, outer),
    }
}

/// mean + sd z.
pub(super) fn draw<R: Real>(mean: R, sd: R, score: Score<R>) -> R {
    sd.multiply_add(score.normal(), mean).given(sd.at_least(0.0))
}

/// [`through`], to the precision of a draw.
pub(super) fn through_drawn<R: Real>([(p1, x1), (p2, x2)]: [(f64, R); 2]) -> (R, R) {
    let (z1, z2) = (scalar::normal_quantile(p1), scalar::normal_quantile(p2));
    let sd = (x2 - x1) / x1.number(z2 - z1);
    (x1.number(-z1).multiply_add(sd, x1), sd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_come_back() {
        let at = [(0.1, 2.0), (0.8, 5.0)];
        let (mean, sd) = through(at);
        assert!((mean + sd * Tails::of(0.1).normal_score() - 2.0).abs() < 1e-15);
        assert!((mean + sd * Tails::of(0.8).normal_score() - 5.0).abs() < 1e-14);
        let drawn = through_drawn(at);
        assert!((drawn.0 - mean).abs() < 1e-14 && (drawn.1 - sd).abs() < 1e-14);
    }
}
