//! Laws by their own mean and standard deviation, where these fix the law.

use super::{Checked, Law, counts, pareto, require, require_else};
use crate::dist::real::Real;
use crate::dist::root::root;
use std::f64::consts::PI;

/// A law of two parameters that its mean and standard deviation fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the names are those of `Law`
pub enum ByMoments {
    Uniform,
    Gamma,
    Weibull,
    Gumbel,
    Logistic,
    Pareto,
    NegativeBinomial,
}

impl ByMoments {
    /// The law's name in a scenario file.
    pub(super) fn name(self) -> &'static str {
        match self {
            ByMoments::Uniform => "uniform",
            ByMoments::Gamma => "gamma",
            ByMoments::Weibull => "weibull",
            ByMoments::Gumbel => "gumbel",
            ByMoments::Logistic => "logistic",
            ByMoments::Pareto => "pareto",
            ByMoments::NegativeBinomial => "negative_binomial",
        }
    }

    /// The law by its usual parameters, where these are plain functions of mean and standard deviation.
    pub(super) fn plain<R: Real>(self, mean: R, sd: R) -> Option<Law<R>> {
        const EULER: f64 = 0.577_215_664_901_532_9;
        Some(match self {
            ByMoments::Uniform => {
                let half = sd * sd.number(3f64.sqrt());
                Law::Uniform { low: mean - half, high: mean + half }
            }
            ByMoments::Gumbel => {
                let scale = sd * sd.number(6f64.sqrt() / PI);
                Law::Gumbel { location: mean - scale * scale.number(EULER), scale }
            }
            ByMoments::Logistic => Law::Logistic { location: mean, scale: sd * sd.number(3f64.sqrt() / PI) },
            ByMoments::Pareto => {
                let (scale, shape) = pareto::from_moments(mean, sd);
                Law::Pareto { scale, shape }
            }
            ByMoments::Gamma | ByMoments::Weibull | ByMoments::NegativeBinomial => return None,
        })
    }

    /// The law by its usual parameters.
    pub(super) fn law(self, mean: f64, sd: f64) -> Law<f64> {
        match self {
            ByMoments::Gamma => Law::Gamma { shape: (mean / sd) * (mean / sd), scale: sd / mean * sd },
            ByMoments::Weibull => {
                let shape = weibull_shape(sd / mean);
                Law::Weibull { shape, scale: mean / libm::exp(libm::lgamma(1.0 + 1.0 / shape)) }
            }
            ByMoments::NegativeBinomial => {
                let (size, probability) = counts::negative_binomial_from(mean, sd);
                Law::NegativeBinomial { size, probability }
            }
            _ => self.plain(mean, sd).expect("the others have plain formulas"),
        }
    }

    pub(super) fn check(self, mean: f64, sd: f64) -> Checked {
        require(sd > 0.0, "sd", sd, "above 0")?;
        match self {
            ByMoments::Uniform | ByMoments::Gumbel | ByMoments::Logistic => Ok(()),
            ByMoments::NegativeBinomial => {
                require(mean > 0.0, "mean", mean, "above 0")?;
                require_else(sd * sd > mean, "sd", sd, || {
                    format!("above the square root of the mean ({})", mean.sqrt())
                })
            }
            ByMoments::Gamma | ByMoments::Weibull | ByMoments::Pareto => require(mean > 0.0, "mean", mean, "above 0"),
        }?;
        // What is left concerns sizes: a shape beyond its bounds.
        self.law(mean, sd).check().map_err(|error| super::ParameterError {
            parameter: "sd".into(),
            found: sd,
            expected: format!("a law whose {} ({}) is {}", error.parameter, error.found, error.expected),
        })
    }
}

/// Alpha and beta of a beta on low to high with this mean and standard deviation.
pub(super) fn beta_shapes(mean: f64, sd: f64, low: f64, high: f64) -> (f64, f64) {
    let (share, spread) = ((mean - low) / (high - low), sd / (high - low));
    let total = share * (1.0 - share) / (spread * spread) - 1.0;
    (share * total, (1.0 - share) * total)
}

/// The shape of a Weibull whose standard deviation is this multiple of its mean: Gamma(1 + 2/k) / Gamma(1 + 1/k)^2 = 1 +
/// ratio^2, whose left side falls with k. Looked for by ln k.
fn weibull_shape(ratio: f64) -> f64 {
    let aim = libm::log1p(ratio * ratio);
    // Logarithms of both sides: for large k both are small, and only ratios tell.
    let excess = |log_shape: f64| {
        let inverse = libm::exp(-log_shape);
        libm::log(aim / (libm::lgamma(1.0 + 2.0 * inverse) - 2.0 * libm::lgamma(1.0 + inverse)))
    };
    // k is near ratio^-1.086 for spreads that are usual (Justus and others 1978, J. Appl. Meteorol. 17, 350-353).
    let near = -1.086 * libm::log(ratio);
    let (low, high) = (near - 0.06, near + 0.06);
    let close = root((low, high), 1e-15, excess);
    let is_between = low < close && close < high;
    libm::exp(if is_between { close } else { root((libm::log(1e-3), libm::log(1e8)), 1e-15, excess) })
}
