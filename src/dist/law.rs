//! The laws by name and parameter, generic over what a parameter is: a variable of the model, or a number.

use std::sync::Arc;

/// A law with its bounds: `truncate` renormalises, `clip` piles the mass beyond a bound up at it.
///
/// Truncation acts first, then clipping.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution<P> {
    /// The law as named in the file.
    pub law: Law<P>,
    /// Lower and upper bound of `truncate`, if any.
    pub truncate: (Option<P>, Option<P>),
    /// Lower and upper bound of `clip`, if any.
    pub clip: (Option<P>, Option<P>),
}

/// A probability law in the parametrisation that the file uses.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // the fields are the parameters that each variant's line names
pub enum Law<P> {
    /// Normal by mean and standard deviation; `sd` 0 is a constant.
    Normal { mean: P, sd: P },
    /// Normal through two quantiles: (probability, value), probabilities strictly between 0 and 1 and increasing.
    NormalQuantiles { at: [(f64, P); 2] },
    /// Lognormal by median and the standard deviation of the logarithm.
    LogNormal { median: P, sigma: P },
    /// Lognormal by its own mean and standard deviation.
    LogNormalMoments { mean: P, sd: P },
    /// Lognormal by the mean and standard deviation of the logarithm.
    LogNormalLog { log_mean: P, log_sd: P },
    /// Lognormal through two quantiles, both above 0.
    LogNormalQuantiles { at: [(f64, P); 2] },
    /// Uniform between two bounds.
    Uniform { low: P, high: P },
    /// Triangular.
    Triangular { low: P, mode: P, high: P },
    /// PERT: a beta on [low, high] with alpha = 1 + shape (mode - low) / (high - low) and beta = 1 + shape (high - mode) / (high - low).
    Pert { low: P, mode: P, high: P, shape: P },
    /// Beta scaled to [low, high].
    Beta { alpha: P, beta: P, low: P, high: P },
    /// Gamma.
    Gamma { shape: P, scale: P },
    /// Weibull.
    Weibull { shape: P, scale: P },
    /// Student's t, shifted and scaled.
    StudentT { location: P, scale: P, df: P },
    /// Gumbel of maxima: F(x) = exp(-exp(-(x - location) / scale)).
    Gumbel { location: P, scale: P },
    /// Logistic.
    Logistic { location: P, scale: P },
    /// Poisson counts.
    Poisson { mean: P },
    /// Exponential.
    Exponential { mean: P },
    /// 1 with the probability, else 0.
    Bernoulli { probability: P },
    /// Values with weights; sorted by value, weights positive, not necessarily adding up to 1.
    Discrete { values: Arc<[(f64, f64)]> },
    /// A sample, sorted; drawn as it is, or running linearly between its order statistics.
    Empirical { values: Arc<[f64]>, interpolate: bool },
    /// Metalog through (probability, value) pairs, with optional bounds.
    Metalog { at: Arc<[(f64, f64)]>, low: Option<f64>, high: Option<f64> },
    /// A weighted mixture of atoms and laws with constant parameters; weights positive, not necessarily adding up to 1.
    Mixture { components: Arc<[(f64, Component)]> },
}

/// One part of a mixture.
#[derive(Clone, Debug, PartialEq)]
pub enum Component {
    /// A number: an atom.
    Atom(f64),
    /// A law of its own.
    Distribution(Box<Distribution<f64>>),
}
