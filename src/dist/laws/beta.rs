//! Beta scaled to an interval, and the PERT, which is one by its mode; equal bounds make a constant.

use super::moments::beta_shapes;
use super::{
    Checked, Family, LARGEST_SHAPE, Outer, Parts, SMALLEST_SHAPE, above, above_zero, at_least, check_mode, require,
    require_else, within,
};

pub(super) fn check(alpha: f64, beta: f64, low: f64, high: f64) -> Checked {
    within("alpha", alpha, SMALLEST_SHAPE, LARGEST_SHAPE)?;
    within("beta", beta, SMALLEST_SHAPE, LARGEST_SHAPE)?;
    at_least("high", high, "low", low)
}

pub(super) fn check_moments(mean: f64, sd: f64, low: f64, high: f64) -> Checked {
    above("high", high, "low", low)?;
    above("mean", mean, "low", low)?;
    require_else(mean < high, "mean", mean, || format!("below high ({high})"))?;
    above_zero("sd", sd)?;
    let most = ((mean - low) * (high - mean)).sqrt();
    require_else(sd < most, "sd", sd, || format!("below {most}, which all mass on low and high would have"))?;
    let (alpha, beta) = beta_shapes(mean, sd, low, high);
    let least = alpha.min(beta);
    let expected =
        format!("a beta whose alpha ({alpha}) and beta ({beta}) lie between {SMALLEST_SHAPE} and {LARGEST_SHAPE}");
    require(least >= SMALLEST_SHAPE && alpha.max(beta) <= LARGEST_SHAPE, "sd", sd, expected)
}

pub(super) fn moments(alpha: f64, beta: f64, low: f64, high: f64) -> (f64, f64) {
    let (total, width) = (alpha + beta, high - low);
    let mean = low + width * alpha / total;
    (mean, width * width * (alpha / total) * (beta / total) / (total + 1.0))
}

pub(super) fn parts(alpha: f64, beta: f64, low: f64, high: f64) -> Parts {
    if low == high {
        return Parts::atom(low);
    }
    Parts::smooth(Family::LogitBeta { alpha, beta }, libm::log(alpha / beta), 1.0, Outer::Logit { low, high })
}

pub(super) fn check_pert(low: f64, mode: f64, high: f64, shape: f64) -> Checked {
    check_mode(low, mode, high)?;
    above_zero("shape", shape)?;
    within("shape", shape, 0.0, LARGEST_SHAPE)
}

pub(super) fn pert_moments(low: f64, mode: f64, high: f64, shape: f64) -> (f64, f64) {
    if low == high {
        return (low, 0.0);
    }
    let (alpha, beta) = pert_shapes(low, mode, high, shape);
    moments(alpha, beta, low, high)
}

pub(super) fn pert_parts(low: f64, mode: f64, high: f64, shape: f64) -> Parts {
    let (alpha, beta) = pert_shapes(low, mode, high, shape);
    parts(alpha, beta, low, high)
}

/// alpha and beta of a PERT, low < high.
fn pert_shapes(low: f64, mode: f64, high: f64, shape: f64) -> (f64, f64) {
    (1.0 + shape * (mode - low) / (high - low), 1.0 + shape * (high - mode) / (high - low))
}

#[cfg(test)]
mod tests {
    use super::pert_shapes;

    #[test]
    fn pert_is_the_usual_beta() {
        assert_eq!(pert_shapes(0.0, 0.25, 1.0, 4.0), (2.0, 4.0));
    }
}
