//! Bernoulli: 1 with a probability, else 0.

use super::{Checked, Parts, Real, Score, within};
use crate::kernel::{Binary, Unary};

pub(super) fn check(probability: f64) -> Checked {
    within("probability", probability, 0.0, 1.0)
}

pub(super) fn moments(probability: f64) -> (f64, f64) {
    (probability, probability * (1.0 - probability))
}

pub(super) fn parts(probability: f64) -> Parts {
    Parts::atoms([(0.0, 1.0 - probability), (1.0, probability)])
}

/// 1 where Phi(-z) < probability.
pub(super) fn draw<R: Real>(probability: R, score: Score<R>) -> R {
    let (shock, threshold) = match score {
        Score::Uniform(u) => (u, probability.complement()),
        Score::Normal(z) => (z, -probability.unary(Unary::NormalQuantile)),
    };
    let x = shock.binary(Binary::Greater, threshold);
    x.given(probability.at_least(0.0)).given(probability.at_most(probability.number(1.0)))
}
