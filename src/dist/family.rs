//! Standard continuous laws, each in the coordinate in which its density is log-concave.
//!
//! Location, scale and the way back to x belong to the outer function. Log-concavity makes Newton's method on the
//! logarithm of a tail converge from anywhere, and makes the normal-score transform smooth in both tails.

use std::sync::Arc;

use super::incomplete::{beta_tails, gamma_tails, log_gamma_density, logit_beta_density, stirling_error, unit_pair};
use super::metalog::Metalog;
use super::normal::{self, Tails};

/// A standard law of a coordinate g.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Family {
    /// Standard normal.
    Normal,
    /// Standard logistic.
    Logistic,
    /// Standard Gumbel of maxima.
    Gumbel,
    /// ln E, E a standard exponential: the mirror image of the Gumbel.
    LogExponential,
    /// ln(X / shape), X a gamma of this shape and scale 1.
    LogGamma { shape: f64 },
    /// logit(T) - ln(alpha / beta), T a beta.
    LogitBeta { alpha: f64, beta: f64 },
    /// asinh(X / stretch), X a Student's t.
    StudentT { df: f64, stretch: f64 },
    /// Keelin's metalog without bounds.
    Metalog(Arc<Metalog>),
}

/// The density of a coordinate and the derivative of its logarithm.
#[derive(Clone, Copy, Debug)]
pub(super) struct Local {
    pub(super) density: f64,
    pub(super) slope: f64,
}

impl Family {
    /// Both tails at g.
    pub(super) fn tails(&self, g: f64) -> Tails {
        if g.is_infinite() {
            return if g < 0.0 { Tails::NONE } else { Tails::ALL };
        }
        match *self {
            Family::Normal => Tails::at(g),
            Family::Logistic => Tails { lower: 1.0 / (1.0 + libm::exp(-g)), upper: 1.0 / (1.0 + libm::exp(g)) },
            Family::Gumbel => mirror(exponential_tails(libm::exp(-g))),
            Family::LogExponential => exponential_tails(libm::exp(g)),
            Family::LogGamma { shape } => gamma_tails(shape, g),
            Family::LogitBeta { alpha, beta } => {
                let (t, s) = unit_pair(alpha, beta, g);
                beta_tails(alpha, beta, t, s, logit_beta_density(alpha, beta, g))
            }
            Family::StudentT { df, stretch } => {
                let x = stretch * libm::sinh(g.abs());
                let ratio = x / df.sqrt();
                // |x| times the density of t is t^(df/2) s^(1/2) / B(df/2, 1/2) at t = df / (df + x^2).
                let (t, s) = (1.0 / (1.0 + ratio * ratio), 1.0 / (1.0 + 1.0 / (ratio * ratio)));
                let both = beta_tails(0.5 * df, 0.5, t, s, student_density(df, ratio, x)).lower;
                let far = Tails { lower: 0.5 * both, upper: 1.0 - 0.5 * both };
                if g < 0.0 { far } else { mirror(far) }
            }
            Family::Metalog(ref metalog) => metalog.tails(g),
        }
    }

    /// What the tails cost, in those of a normal: series and continued fractions take about 6 sqrt(shape) terms.
    pub(super) fn cost(&self) -> u64 {
        let of_shape = |shape: f64| 2 + (0.1 * shape.sqrt()) as u64;
        match *self {
            Family::LogGamma { shape } => of_shape(shape),
            Family::LogitBeta { alpha, beta } => of_shape(alpha + beta),
            Family::StudentT { df, .. } => of_shape(df),
            Family::Metalog(_) => 20,
            Family::Normal | Family::Logistic | Family::Gumbel | Family::LogExponential => 1,
        }
    }

    /// Density and slope at g, whose tails are given (the metalog knows its density by probability only).
    pub(super) fn local(&self, g: f64, tails: Tails) -> Local {
        match *self {
            Family::Normal => Local { density: normal::density(g), slope: -g },
            Family::Logistic => Local { density: tails.lower * tails.upper, slope: tails.upper - tails.lower },
            Family::Gumbel => {
                let e = libm::exp(-g);
                Local { density: e * libm::exp(-e), slope: e - 1.0 }
            }
            Family::LogExponential => {
                let e = libm::exp(g);
                Local { density: e * libm::exp(-e), slope: 1.0 - e }
            }
            Family::LogGamma { shape } => {
                Local { density: log_gamma_density(shape, g), slope: -shape * libm::expm1(g) }
            }
            Family::LogitBeta { alpha, beta } => {
                let (t, s) = unit_pair(alpha, beta, g);
                Local { density: logit_beta_density(alpha, beta, g), slope: alpha * s - beta * t }
            }
            Family::StudentT { df, stretch } => {
                let ratio = stretch * libm::sinh(g) / df.sqrt();
                let growth = stretch * libm::cosh(g);
                let pull = if ratio.abs() > 1.0 {
                    1.0 / (ratio * (1.0 + 1.0 / (ratio * ratio)))
                } else {
                    ratio / (1.0 + ratio * ratio)
                };
                Local {
                    density: student_density(df, ratio, growth),
                    slope: libm::tanh(g) - (df + 1.0) / df.sqrt() * pull * growth,
                }
            }
            Family::Metalog(ref metalog) => metalog.local(tails),
        }
    }

    /// The coordinate with these tails; `start` is a guess. Infinite where a tail is 0.
    pub(super) fn quantile(&self, tails: Tails, start: f64) -> f64 {
        if tails.lower <= 0.0 {
            return f64::NEG_INFINITY;
        }
        if tails.upper <= 0.0 {
            return f64::INFINITY;
        }
        match *self {
            Family::Normal => tails.normal_score(),
            Family::Logistic => libm::log(tails.lower / tails.upper),
            Family::Gumbel => -libm::log(exponential_quantile(mirror(tails))),
            Family::LogExponential => libm::log(exponential_quantile(tails)),
            Family::Metalog(ref metalog) => metalog.value(tails),
            _ => self.solve(tails, start),
        }
    }

    /// Newton on the logarithm of the smaller tail, Halley when close. Tails below 1e-300 count as 0.
    fn solve(&self, target: Tails, start: f64) -> f64 {
        const LEAST_TAIL: f64 = 1e-300;
        let below = target.lower <= target.upper;
        let aim = if below { target.lower } else { target.upper };
        let sign = if below { 1.0 } else { -1.0 };
        if aim <= LEAST_TAIL {
            return -sign * f64::INFINITY;
        }
        let mut g = if start.is_finite() { start } else { 0.0 };
        let mut last_step = 0.0;
        for _ in 0..100 {
            let tails = self.tails(g);
            let tail = if below { tails.lower } else { tails.upper };
            let Local { density, slope } = self.local(g, tails);
            if !(tail > LEAST_TAIL && density > 0.0) {
                // A step from the middle may leave the range of a double: the tail is concave, halves come back.
                last_step *= 0.5;
                g -= last_step;
                continue;
            }
            let rate = sign * density / tail;
            let excess = libm::log(tail / aim);
            let newton = -excess / rate;
            // (ln tail)'' / (ln tail)' = slope - rate
            let bend = 1.0 + 0.5 * newton * (slope - rate);
            last_step = if excess.abs() < 0.5 { newton / bend } else { newton };
            g += last_step;
            if excess.abs() < 1e-5 {
                break;
            }
        }
        g
    }
}

fn mirror(tails: Tails) -> Tails {
    Tails { lower: tails.upper, upper: tails.lower }
}

fn exponential_tails(x: f64) -> Tails {
    Tails { lower: -libm::expm1(-x), upper: libm::exp(-x) }
}

fn exponential_quantile(tails: Tails) -> f64 {
    if tails.lower < 0.5 { -libm::log1p(-tails.lower) } else { -libm::log(tails.upper) }
}

/// Density of Student's t at sqrt(df) times `ratio`, multiplied by a factor: by itself it underflows first.
fn student_density(df: f64, ratio: f64, factor: f64) -> f64 {
    let m = 0.5 * df;
    let log_kernel = if ratio.abs() > 1e8 { 2.0 * libm::log(ratio.abs()) } else { libm::log1p(ratio * ratio) };
    // Gamma(m + 1/2) / (Gamma(m) sqrt(m)) by Stirling: it tends to 1.
    let correction = m * libm::log1p(0.5 / m) - 0.5 + stirling_error(m + 0.5) - stirling_error(m);
    libm::exp(correction - (m + 0.5) * log_kernel + libm::log(factor)) / (2.0 * std::f64::consts::PI).sqrt()
}
