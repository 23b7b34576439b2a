//! Counts of trials: binomial, negative binomial and geometric.

use super::{Checked, Counts, Parts, Real, Score, above_zero, require, require_else, within};
use crate::kernel::{Binary, Unary};

/// Most trials of a binomial, and most successes that a negative binomial waits for.
const MOST: f64 = 1e8;
/// Smallest probability of what is waited for.
const LEAST_PROBABILITY: f64 = 1e-4;
/// Largest standard deviation: a table has a step for every count that can occur.
const LARGEST_SD: f64 = 1e5;

pub(super) fn check_binomial(trials: f64, probability: f64) -> Checked {
    within("trials", trials, 0.0, MOST)?;
    require(trials.fract() == 0.0, "trials", trials, "a whole number")?;
    within("probability", probability, 0.0, 1.0)
}

pub(super) fn binomial_moments(trials: f64, probability: f64) -> (f64, f64) {
    let mean = trials * probability;
    (mean, mean * (1.0 - probability))
}

pub(super) fn check_negative_binomial(size: f64, probability: f64) -> Checked {
    above_zero("size", size)?;
    within("size", size, 1e-3, MOST)?;
    within("probability", probability, LEAST_PROBABILITY, 1.0)?;
    let sd = negative_binomial_moments(size, probability).1.sqrt();
    require_else(sd <= LARGEST_SD, "size", size, || {
        format!("a law whose standard deviation ({sd}) is at most {LARGEST_SD}")
    })
}

pub(super) fn check_geometric(probability: f64) -> Checked {
    within("probability", probability, LEAST_PROBABILITY, 1.0)
}

pub(super) fn negative_binomial_moments(size: f64, probability: f64) -> (f64, f64) {
    let mean = size * (1.0 - probability) / probability;
    (mean, mean / probability)
}

/// Size and probability with this mean and standard deviation: probability = mean / sd^2.
pub(super) fn negative_binomial_from(mean: f64, sd: f64) -> (f64, f64) {
    let probability = mean / (sd * sd);
    (mean * probability / (1.0 - probability), probability)
}

/// The counts within bounds with their probabilities.
pub(super) fn parts(counts: Counts, bounds: (f64, f64)) -> Parts {
    Parts::atoms(counts.probabilities(bounds))
}

/// Failures before the first success: ceil(e(z) / -ln(1 - probability)) - 1, e(z) = -ln Phi(-z).
pub(super) fn draw_geometric<R: Real>(probability: R, score: Score<R>) -> R {
    let rate = -(-probability).log_one_plus();
    let trials = (score.hazard() / rate).unary(Unary::Ceil);
    let failures = (trials - trials.number(1.0)).binary(Binary::Max, trials.number(0.0));
    let inside =
        probability.at_least(LEAST_PROBABILITY).binary(Binary::And, probability.at_most(probability.number(1.0)));
    failures.given(inside)
}
