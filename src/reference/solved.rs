//! Laws that are written by their moments, or by quantiles and a mode, solved for their usual parameters by bisection on the
//! definitions alone.

use super::law::Family;
use crate::dist::ByMoments;
use libm::{exp, lgamma};
use std::f64::consts::PI;

/// The family with this mean and standard deviation, both in the domain of its law.
pub(super) fn by_moments(of: ByMoments, mean: f64, sd: f64) -> Option<Family> {
    let needs_mean = !matches!(of, ByMoments::Uniform | ByMoments::Gumbel | ByMoments::Logistic);
    if sd.is_nan() || sd <= 0.0 || (needs_mean && mean <= 0.0) {
        return None;
    }
    let variance = sd * sd;
    Some(match of {
        ByMoments::Uniform => {
            let half = (3.0 * variance).sqrt();
            Family::Uniform { low: mean - half, high: mean + half }
        }
        ByMoments::Gamma => Family::Gamma { shape: mean * mean / variance, scale: variance / mean },
        ByMoments::Weibull => {
            let moment = |order: f64, shape: f64| exp(lgamma(1.0 + order / shape));
            let excess = |shape: f64| moment(2.0, shape) / moment(1.0, shape).powi(2) - 1.0 - variance / (mean * mean);
            let shape = root(0.01, 1e6, |shape| -excess(shape));
            Family::Weibull { shape, scale: mean / moment(1.0, shape) }
        }
        ByMoments::Gumbel => {
            let scale = (6.0 * variance).sqrt() / PI;
            Family::Gumbel { location: mean - 0.577_215_664_901_532_9 * scale, scale }
        }
        ByMoments::Logistic => Family::Logistic { location: mean, scale: (3.0 * variance).sqrt() / PI },
        ByMoments::Pareto => {
            // The variance of shape a is mean^2 / (a (a - 2)).
            let shape = 1.0 + (1.0 + mean * mean / variance).sqrt();
            Family::Pareto { scale: mean - mean / shape, shape }
        }
        ByMoments::NegativeBinomial if variance <= mean => return None,
        ByMoments::NegativeBinomial => {
            Family::NegativeBinomial { size: mean * mean / (variance - mean), probability: mean / variance }
        }
    })
}

/// The law between a low and a high end whose quantiles at two probabilities are these, the mode being in between.
///
/// `between` makes the law of two ends. For every low end, the high end that meets the upper quantile is found first.
pub(super) fn through(
    [(p, x), (q, y)]: [(f64, f64); 2],
    mode: f64,
    between: impl Fn(f64, f64) -> Family,
) -> Option<Family> {
    if !(x <= mode && mode <= y && x < y) {
        return None;
    }
    // Distances of the ends from the quantiles are solved for by their logarithms.
    let span = (libm::log(1e-9 * (y - x)), libm::log(1e4 * (y - x)));
    let below = |low: f64, high: f64, at: f64| between(low, high).split(at, true).below;
    let high_for = |low: f64| y + exp(root(span.0, span.1, |distance| q - below(low, y + exp(distance), y)));
    let distance = root(span.0, span.1, |distance| {
        let low = x - exp(distance);
        below(low, high_for(low), x) - p
    });
    let low = x - exp(distance);
    Some(between(low, high_for(low)))
}

/// The root of a rising function, by false position whose ends weigh less the longer they stay, with bisection in between;
/// an end of the range where there is none.
fn root(low: f64, high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let (mut left, mut right) = ((low, f(low)), (high, f(high)));
    if left.1 >= 0.0 {
        return low;
    }
    if right.1 <= 0.0 {
        return high;
    }
    for round in 0..200 {
        let middle = 0.5 * (left.0 + right.0);
        let secant = (left.0 * right.1 - right.0 * left.1) / (right.1 - left.1);
        let at = if round % 3 == 2 || !(left.0 < secant && secant < right.0) { middle } else { secant };
        let value = f(at);
        if value == 0.0 || right.0 - left.0 <= 4.0 * f64::EPSILON * at.abs() {
            return at;
        }
        if value > 0.0 {
            right = (at, value);
            left.1 *= 0.5;
        } else {
            left = (at, value);
            right.1 *= 0.5;
        }
    }
    0.5 * (left.0 + right.0)
}
