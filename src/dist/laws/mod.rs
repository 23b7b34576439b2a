//! The laws: what each is called, which parameters it has, and where its file says the rest.
//!
//! A law is generic over what a parameter is: a variable of the model, a number, or a value of a program. A new law is a
//! variant, a line in `FORMS` and in each match that the compiler then names, and a file.

mod bernoulli;
mod beta;
mod counts;
mod discrete;
mod gamma;
mod gev;
mod gumbel;
mod histogram;
mod logistic;
mod lognormal;
mod loguniform;
mod mixture;
mod moments;
mod normal;
mod pareto;
mod poisson;
mod quantiles;
mod student_t;
mod through;
mod triangular;
mod uniform;
mod weibull;

pub use moments::ByMoments;

use super::counts::Counts;
use super::distribution::{Distribution, quantile_name};
use super::domain::{
    Checked, LARGEST_POISSON_MEAN, LARGEST_SHAPE, ParameterError, SMALLEST_DF, SMALLEST_SHAPE, above, above_zero,
    at_least, check_mode, check_quantiles, check_sorted, check_weights, not_negative, require, require_else, within,
};
use super::entry::Entry;
use super::family::Family;
use super::incomplete::log_gamma_density;
use super::metalog::Metalog;
use super::normal::Tails;
use super::outer::Outer;
use super::parts::Parts;
use super::real::{Real, Score};
use super::runs::Runs;
use super::smooth::SmoothLaw;
use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::{Arc, LazyLock};

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
    /// Log-uniform between two bounds above 0.
    LogUniform { low: P, high: P },
    /// Pareto: P(X > x) = (scale / x)^shape.
    Pareto { scale: P, shape: P },
    /// Generalised extreme value, of maxima; a positive shape is a heavy upper tail.
    Gev { location: P, scale: P, shape: P },
    /// Successes among independent trials.
    Binomial { trials: P, probability: P },
    /// Failures before the `size`-th success; `size` need not be whole.
    NegativeBinomial { size: P, probability: P },
    /// Failures before the first success.
    Geometric { probability: P },
    /// A law by its own mean and standard deviation.
    Moments { of: ByMoments, mean: P, sd: P },
    /// A beta scaled to [low, high] by its own mean and standard deviation.
    BetaMoments { mean: P, sd: P, low: P, high: P },
    /// Triangular through two quantiles, with its mode between them.
    TriangularQuantiles { at: [(f64, P); 2], mode: P },
    /// PERT through two quantiles, with its mode between them.
    PertQuantiles { at: [(f64, P); 2], mode: P, shape: P },
    /// Values with weights; sorted by value, weights not necessarily adding up to 1.
    Discrete { values: Arc<[(f64, Entry<P>)]> },
    /// A sample, sorted; drawn as it is, or running linearly between its order statistics.
    Empirical { values: Arc<[f64]>, interpolate: bool },
    /// Classes between edges, with weights; uniform within each.
    Histogram { edges: Arc<[f64]>, weights: Arc<[Entry<P>]> },
    /// Metalog through (probability, value) pairs, with optional bounds.
    Metalog { at: Arc<[(f64, Entry<P>)]>, low: Option<Entry<P>>, high: Option<Entry<P>> },
    /// A weighted mixture of atoms and laws; weights not necessarily adding up to 1.
    Mixture { components: Arc<[(Entry<P>, Component<P>)]> },
}

/// One part of a mixture.
#[derive(Clone, Debug, PartialEq)]
pub enum Component<P> {
    /// A value: an atom.
    Atom(P),
    /// A law of its own.
    Distribution(Box<Distribution<P>>),
}

/// Every way in which a file may write a law, laws in the order in which they are listed. A parameter is its default, if it
/// has one. Of a law through two quantiles the probabilities are the author's, and of a law made of data everything is.
pub static FORMS: LazyLock<Vec<Law<Option<f64>>>> = LazyLock::new(|| {
    let at = [(f64::NAN, None); 2];
    let by_moments = |of| Law::Moments { of, mean: None, sd: None };
    vec![
        Law::Normal { mean: None, sd: None },
        Law::NormalQuantiles { at },
        Law::LogNormal { median: None, sigma: None },
        Law::LogNormalMoments { mean: None, sd: None },
        Law::LogNormalLog { log_mean: None, log_sd: None },
        Law::LogNormalQuantiles { at },
        Law::Uniform { low: None, high: None },
        by_moments(ByMoments::Uniform),
        Law::LogUniform { low: None, high: None },
        Law::Triangular { low: None, mode: None, high: None },
        Law::TriangularQuantiles { at, mode: None },
        Law::Pert { low: None, mode: None, high: None, shape: Some(4.0) },
        Law::PertQuantiles { at, mode: None, shape: Some(4.0) },
        Law::Beta { alpha: None, beta: None, low: Some(0.0), high: Some(1.0) },
        Law::BetaMoments { mean: None, sd: None, low: Some(0.0), high: Some(1.0) },
        Law::Gamma { shape: None, scale: None },
        by_moments(ByMoments::Gamma),
        Law::Weibull { shape: None, scale: None },
        by_moments(ByMoments::Weibull),
        Law::Pareto { scale: None, shape: None },
        by_moments(ByMoments::Pareto),
        Law::StudentT { location: None, scale: None, df: None },
        Law::Gumbel { location: None, scale: None },
        by_moments(ByMoments::Gumbel),
        Law::Gev { location: None, scale: None, shape: None },
        Law::Logistic { location: None, scale: None },
        by_moments(ByMoments::Logistic),
        Law::Poisson { mean: None },
        Law::Binomial { trials: None, probability: None },
        Law::NegativeBinomial { size: None, probability: None },
        by_moments(ByMoments::NegativeBinomial),
        Law::Geometric { probability: None },
        Law::Exponential { mean: None },
        Law::Bernoulli { probability: None },
        Law::Discrete { values: [].into() },
        Law::Empirical { values: [].into(), interpolate: false },
        Law::Histogram { edges: [].into(), weights: [].into() },
        Law::Metalog { at: [].into(), low: None, high: None },
        Law::Mixture { components: [].into() },
    ]
});

impl<P> Law<P> {
    /// The law's name in a scenario file.
    pub fn name(&self) -> &'static str {
        match self {
            Law::Normal { .. } | Law::NormalQuantiles { .. } => "normal",
            Law::LogNormal { .. }
            | Law::LogNormalMoments { .. }
            | Law::LogNormalLog { .. }
            | Law::LogNormalQuantiles { .. } => "lognormal",
            Law::Uniform { .. } => "uniform",
            Law::Triangular { .. } | Law::TriangularQuantiles { .. } => "triangular",
            Law::Pert { .. } | Law::PertQuantiles { .. } => "pert",
            Law::Beta { .. } | Law::BetaMoments { .. } => "beta",
            Law::Moments { of, .. } => of.name(),
            Law::LogUniform { .. } => "loguniform",
            Law::Pareto { .. } => "pareto",
            Law::Gev { .. } => "gev",
            Law::Binomial { .. } => "binomial",
            Law::NegativeBinomial { .. } => "negative_binomial",
            Law::Geometric { .. } => "geometric",
            Law::Histogram { .. } => "histogram",
            Law::Gamma { .. } => "gamma",
            Law::Weibull { .. } => "weibull",
            Law::StudentT { .. } => "student_t",
            Law::Gumbel { .. } => "gumbel",
            Law::Logistic { .. } => "logistic",
            Law::Poisson { .. } => "poisson",
            Law::Exponential { .. } => "exponential",
            Law::Bernoulli { .. } => "bernoulli",
            Law::Discrete { .. } => "discrete",
            Law::Empirical { .. } => "empirical",
            Law::Metalog { .. } => "quantiles",
            Law::Mixture { .. } => "mixture",
        }
    }

    /// The parameters that may vary, by name: of a law made of data those that the file does not state as numbers.
    pub fn parameters(&self) -> Vec<(Cow<'static, str>, &P)> {
        let mut parameters = Vec::new();
        let Ok(_) = self.try_map(|name, parameter| {
            parameters.push((name, parameter));
            Ok::<_, Infallible>(())
        });
        parameters
    }

    /// The same law with each parameter that may vary replaced, given its name; stops at the first error.
    pub fn try_map<'p, Q, E>(
        &'p self,
        mut replace: impl FnMut(Cow<'static, str>, &'p P) -> Result<Q, E>,
    ) -> Result<Law<Q>, E> {
        let mut quantile = |&(p, ref x): &'p (f64, P)| Ok((p, replace(quantile_name(p).into(), x)?));
        if let Law::NormalQuantiles { at: [a, b] } = self {
            return Ok(Law::NormalQuantiles { at: [quantile(a)?, quantile(b)?] });
        }
        if let Law::LogNormalQuantiles { at: [a, b] } = self {
            return Ok(Law::LogNormalQuantiles { at: [quantile(a)?, quantile(b)?] });
        }
        if let Law::TriangularQuantiles { at: [a, b], mode } = self {
            let at = [quantile(a)?, quantile(b)?];
            return Ok(Law::TriangularQuantiles { at, mode: replace("mode".into(), mode)? });
        }
        if let Law::PertQuantiles { at: [a, b], mode, shape } = self {
            let at = [quantile(a)?, quantile(b)?];
            let (mode, shape) = (replace("mode".into(), mode)?, replace("shape".into(), shape)?);
            return Ok(Law::PertQuantiles { at, mode, shape });
        }
        if let Law::Mixture { components } = self {
            return Ok(Law::Mixture { components: mixture::try_map(components, &mut replace)? });
        }
        match self {
            Law::Discrete { values } => return discrete::try_map(values, &mut replace),
            Law::Histogram { edges, weights } => return histogram::try_map(edges, weights, &mut replace),
            Law::Metalog { at, low, high } => return quantiles::try_map(at, (low, high), &mut replace),
            _ => {}
        }
        let mut f = |name: &'static str, parameter| replace(name.into(), parameter);
        Ok(match self {
            Law::Normal { mean, sd } => Law::Normal { mean: f("mean", mean)?, sd: f("sd", sd)? },
            Law::LogNormal { median, sigma } => {
                Law::LogNormal { median: f("median", median)?, sigma: f("sigma", sigma)? }
            }
            Law::LogNormalMoments { mean, sd } => Law::LogNormalMoments { mean: f("mean", mean)?, sd: f("sd", sd)? },
            Law::LogNormalLog { log_mean, log_sd } => {
                Law::LogNormalLog { log_mean: f("log_mean", log_mean)?, log_sd: f("log_sd", log_sd)? }
            }
            Law::Uniform { low, high } => Law::Uniform { low: f("low", low)?, high: f("high", high)? },
            Law::Triangular { low, mode, high } => {
                Law::Triangular { low: f("low", low)?, mode: f("mode", mode)?, high: f("high", high)? }
            }
            Law::Pert { low, mode, high, shape } => Law::Pert {
                low: f("low", low)?,
                mode: f("mode", mode)?,
                high: f("high", high)?,
                shape: f("shape", shape)?,
            },
            Law::Beta { alpha, beta, low, high } => Law::Beta {
                alpha: f("alpha", alpha)?,
                beta: f("beta", beta)?,
                low: f("low", low)?,
                high: f("high", high)?,
            },
            Law::Gamma { shape, scale } => Law::Gamma { shape: f("shape", shape)?, scale: f("scale", scale)? },
            Law::Weibull { shape, scale } => Law::Weibull { shape: f("shape", shape)?, scale: f("scale", scale)? },
            Law::StudentT { location, scale, df } => {
                Law::StudentT { location: f("location", location)?, scale: f("scale", scale)?, df: f("df", df)? }
            }
            Law::Gumbel { location, scale } => {
                Law::Gumbel { location: f("location", location)?, scale: f("scale", scale)? }
            }
            Law::Logistic { location, scale } => {
                Law::Logistic { location: f("location", location)?, scale: f("scale", scale)? }
            }
            Law::Poisson { mean } => Law::Poisson { mean: f("mean", mean)? },
            Law::Exponential { mean } => Law::Exponential { mean: f("mean", mean)? },
            Law::Bernoulli { probability } => Law::Bernoulli { probability: f("probability", probability)? },
            Law::LogUniform { low, high } => Law::LogUniform { low: f("low", low)?, high: f("high", high)? },
            Law::Pareto { scale, shape } => Law::Pareto { scale: f("scale", scale)?, shape: f("shape", shape)? },
            Law::Gev { location, scale, shape } => {
                Law::Gev { location: f("location", location)?, scale: f("scale", scale)?, shape: f("shape", shape)? }
            }
            Law::Binomial { trials, probability } => {
                Law::Binomial { trials: f("trials", trials)?, probability: f("probability", probability)? }
            }
            Law::NegativeBinomial { size, probability } => {
                Law::NegativeBinomial { size: f("size", size)?, probability: f("probability", probability)? }
            }
            Law::Geometric { probability } => Law::Geometric { probability: f("probability", probability)? },
            Law::Moments { of, mean, sd } => Law::Moments { of: *of, mean: f("mean", mean)?, sd: f("sd", sd)? },
            Law::BetaMoments { mean, sd, low, high } => Law::BetaMoments {
                mean: f("mean", mean)?,
                sd: f("sd", sd)?,
                low: f("low", low)?,
                high: f("high", high)?,
            },
            Law::NormalQuantiles { .. }
            | Law::LogNormalQuantiles { .. }
            | Law::TriangularQuantiles { .. }
            | Law::PertQuantiles { .. }
            | Law::Discrete { .. }
            | Law::Histogram { .. }
            | Law::Metalog { .. }
            | Law::Mixture { .. } => unreachable!("returned above"),
            Law::Empirical { values, interpolate } => {
                Law::Empirical { values: values.clone(), interpolate: *interpolate }
            }
        })
    }
}

impl Law<f64> {
    /// Whether every parameter, a finite number each, is in its domain.
    pub(super) fn check(&self) -> Checked {
        match *self {
            Law::Normal { sd, .. } => normal::check(sd),
            Law::NormalQuantiles { ref at } => check_quantiles(at),
            Law::LogNormal { median, sigma } => lognormal::check(median, sigma),
            Law::LogNormalMoments { mean, sd } => lognormal::check_moments(mean, sd),
            Law::LogNormalLog { log_sd, .. } => not_negative("log_sd", log_sd),
            Law::LogNormalQuantiles { ref at } => lognormal::check_through(at),
            Law::Uniform { low, high } => uniform::check(low, high),
            Law::Triangular { low, mode, high } => triangular::check(low, mode, high),
            Law::Pert { low, mode, high, shape } => beta::check_pert(low, mode, high, shape),
            Law::Beta { alpha, beta, low, high } => beta::check(alpha, beta, low, high),
            Law::Gamma { shape, scale } => gamma::check(shape, scale),
            Law::Weibull { shape, scale } => weibull::check(shape, scale),
            Law::StudentT { scale, df, .. } => student_t::check(scale, df),
            Law::Gumbel { scale, .. } | Law::Logistic { scale, .. } => above_zero("scale", scale),
            Law::Poisson { mean } => poisson::check(mean),
            Law::Exponential { mean } => above_zero("mean", mean),
            Law::Bernoulli { probability } => bernoulli::check(probability),
            Law::LogUniform { low, high } => loguniform::check(low, high),
            Law::Pareto { scale, shape } => pareto::check(scale, shape),
            Law::Gev { scale, shape, .. } => gev::check(scale, shape),
            Law::Binomial { trials, probability } => counts::check_binomial(trials, probability),
            Law::NegativeBinomial { size, probability } => counts::check_negative_binomial(size, probability),
            Law::Geometric { probability } => counts::check_geometric(probability),
            Law::Moments { of, mean, sd } => of.check(mean, sd),
            Law::BetaMoments { mean, sd, low, high } => beta::check_moments(mean, sd, low, high),
            Law::TriangularQuantiles { ref at, mode } => through::check(at, mode),
            Law::PertQuantiles { ref at, mode, shape } => {
                through::check(at, mode)?;
                // Flatter or narrower ones would take the search for the ends beyond what a double holds.
                within("shape", shape, 0.01, 1e4)
            }
            Law::Histogram { ref edges, ref weights } => histogram::check(edges, weights),
            Law::Discrete { ref values } => discrete::check(values),
            Law::Empirical { ref values, .. } => discrete::check_sample(values),
            Law::Metalog { ref at, low, high } => quantiles::check(at, low, high),
            Law::Mixture { ref components } => mixture::check(components),
        }
    }

    /// Mean and variance, where there are formulas for them.
    pub(super) fn moments(&self) -> Option<(f64, f64)> {
        Some(match *self {
            Law::Normal { mean, sd } | Law::LogNormalMoments { mean, sd } => normal::moments(mean, sd),
            Law::NormalQuantiles { at } => {
                let (mean, sd) = normal::through(at);
                normal::moments(mean, sd)
            }
            Law::LogNormal { .. } | Law::LogNormalLog { .. } | Law::LogNormalQuantiles { .. } => {
                lognormal::moments(self.log_parameters()?)
            }
            Law::Uniform { low, high } => uniform::moments(low, high),
            Law::Triangular { low, mode, high } => triangular::moments(low, mode, high),
            Law::Pert { low, mode, high, shape } => beta::pert_moments(low, mode, high, shape),
            Law::Beta { alpha, beta, low, high } => beta::moments(alpha, beta, low, high),
            Law::Gamma { shape, scale } => gamma::moments(shape, scale),
            Law::Weibull { shape, scale } => weibull::moments(shape, scale),
            Law::StudentT { location, scale, df } => student_t::moments(location, scale, df),
            Law::Gumbel { location, scale } => gumbel::moments(location, scale),
            Law::Logistic { location, scale } => logistic::moments(location, scale),
            Law::Poisson { mean } => poisson::moments(mean),
            Law::Exponential { mean } => weibull::exponential_moments(mean),
            Law::Bernoulli { probability } => bernoulli::moments(probability),
            Law::LogUniform { low, high } => loguniform::moments(low, high),
            Law::Pareto { scale, shape } => pareto::moments(scale, shape),
            Law::Gev { location, scale, shape } => return gev::moments(location, scale, shape),
            Law::Binomial { trials, probability } => counts::binomial_moments(trials, probability),
            Law::NegativeBinomial { size, probability } => counts::negative_binomial_moments(size, probability),
            Law::Geometric { probability } => counts::negative_binomial_moments(1.0, probability),
            Law::Moments { mean, sd, .. } | Law::BetaMoments { mean, sd, .. } => (mean, sd * sd),
            Law::TriangularQuantiles { .. } | Law::PertQuantiles { .. } => return self.usual()?.moments(),
            Law::Discrete { .. }
            | Law::Empirical { .. }
            | Law::Histogram { .. }
            | Law::Metalog { .. }
            | Law::Mixture { .. } => return None,
        })
    }

    /// The law by its usual parameters, where it is written by others that have to be solved for.
    fn usual(&self) -> Option<Law<f64>> {
        Some(match *self {
            Law::Moments { of, mean, sd } => of.law(mean, sd),
            Law::BetaMoments { mean, sd, low, high } => {
                let (alpha, beta) = moments::beta_shapes(mean, sd, low, high);
                Law::Beta { alpha, beta, low, high }
            }
            Law::TriangularQuantiles { at, mode } => {
                let (low, high) = through::triangular_ends(at, mode);
                Law::Triangular { low, mode, high }
            }
            Law::PertQuantiles { at, mode, shape } => {
                let (low, high) = through::pert_ends(at, mode, shape);
                Law::Pert { low, mode, high, shape }
            }
            Law::Geometric { probability } => Law::NegativeBinomial { size: 1.0, probability },
            _ => return None,
        })
    }

    /// The law as a sum of parts, of which only what lies within the bounds will be kept.
    pub(super) fn parts(&self, bounds: (f64, f64)) -> Parts {
        match *self {
            Law::Normal { mean, sd } => normal::parts(mean, sd, Outer::Identity),
            Law::NormalQuantiles { at } => {
                let (mean, sd) = normal::through(at);
                normal::parts(mean, sd, Outer::Identity)
            }
            Law::LogNormal { .. }
            | Law::LogNormalMoments { .. }
            | Law::LogNormalLog { .. }
            | Law::LogNormalQuantiles { .. } => {
                let (log_mean, log_sd) = self.log_parameters().expect("of a lognormal in any of its forms");
                normal::parts(log_mean, log_sd, Outer::Exp { low: 0.0 })
            }
            Law::Uniform { low, high } => uniform::parts(low, high),
            Law::Triangular { low, mode, high } => triangular::parts(low, mode, high),
            Law::Pert { low, mode, high, shape } => beta::pert_parts(low, mode, high, shape),
            Law::Beta { alpha, beta, low, high } => beta::parts(alpha, beta, low, high),
            Law::Gamma { shape, scale } => gamma::parts(shape, scale),
            Law::Weibull { shape, scale } => weibull::parts(shape, scale),
            Law::StudentT { location, scale, df } => student_t::parts(location, scale, df),
            Law::Gumbel { location, scale } => gumbel::parts(location, scale),
            Law::Logistic { location, scale } => logistic::parts(location, scale),
            Law::Poisson { mean } => poisson::parts(mean, bounds),
            Law::Exponential { mean } => weibull::parts(1.0, mean),
            Law::Bernoulli { probability } => bernoulli::parts(probability),
            Law::Discrete { ref values } => discrete::parts(values),
            Law::Empirical { ref values, interpolate } => discrete::sample_parts(values, interpolate),
            Law::LogUniform { low, high } => loguniform::parts(low, high),
            Law::Pareto { scale, shape } => pareto::parts(scale, shape),
            Law::Gev { location, scale, shape } => gev::parts(location, scale, shape),
            Law::Histogram { ref edges, ref weights } => histogram::parts(edges, weights),
            Law::Binomial { .. } | Law::NegativeBinomial { .. } | Law::Geometric { .. } => match self.counts() {
                Some(counts) => counts::parts(counts, bounds),
                None => Parts::atom(self.moments().map_or(f64::NAN, |(mean, _)| mean)),
            },
            Law::Moments { .. }
            | Law::BetaMoments { .. }
            | Law::TriangularQuantiles { .. }
            | Law::PertQuantiles { .. } => self.usual().expect("these have usual parameters").parts(bounds),
            Law::Metalog { ref at, low, high } => quantiles::parts(at, low, high),
            Law::Mixture { ref components } => mixture::parts(components),
        }
    }

    /// Mean and standard deviation of the logarithm of a lognormal in any of its forms; None for other laws.
    fn log_parameters(&self) -> Option<(f64, f64)> {
        match *self {
            Law::LogNormal { median, sigma } => Some((libm::log(median), sigma)),
            Law::LogNormalMoments { mean, sd } => Some(lognormal::from_moments(mean, sd)),
            Law::LogNormalLog { log_mean, log_sd } => Some((log_mean, log_sd)),
            Law::LogNormalQuantiles { at } => Some(lognormal::through(at)),
            _ => None,
        }
    }

    /// The value at a score of a normal or a lognormal that is no constant.
    pub(super) fn gaussian(&self, z: f64) -> Option<f64> {
        match *self {
            Law::Normal { mean, sd } if sd > 0.0 => Some(mean + sd * z),
            Law::NormalQuantiles { at } => {
                let (mean, sd) = normal::through(at);
                Some(mean + sd * z)
            }
            Law::LogNormal { median, sigma } if sigma > 0.0 => Some(median * libm::exp(sigma * z)),
            _ => match self.log_parameters() {
                Some((log_mean, log_sd)) if log_sd > 0.0 => Some(libm::exp(log_mean + log_sd * z)),
                _ => None,
            },
        }
    }

    /// The law as one of counts; none where it is not, or a constant.
    pub(super) fn counts(&self) -> Option<Counts> {
        match *self {
            Law::Poisson { mean } if mean > 0.0 => Some(Counts::Poisson { mean }),
            Law::Binomial { trials, probability } if trials > 0.0 && probability > 0.0 && probability < 1.0 => {
                Some(Counts::Binomial { trials, probability })
            }
            Law::NegativeBinomial { size, probability } if probability < 1.0 => {
                Some(Counts::NegativeBinomial { size, probability })
            }
            Law::Geometric { .. } | Law::Moments { of: ByMoments::NegativeBinomial, .. } => self.usual()?.counts(),
            _ => None,
        }
    }

    /// The value with these tails, of other laws whose formula is plain.
    pub(super) fn quantile(&self, tails: Tails) -> Option<f64> {
        match *self {
            Law::Uniform { low, high } => Some(uniform::quantile(low, high, tails)),
            Law::Triangular { low, mode, high } if low < high => Some(triangular::quantile(low, mode, high, tails)),
            Law::TriangularQuantiles { .. } | Law::Moments { of: ByMoments::Uniform, .. } => {
                self.usual()?.quantile(tails)
            }
            _ => None,
        }
    }
}

impl<R: Real> Law<R> {
    /// The value of a draw, where it has a closed form in the parameters; NaN where one of them is outside its domain.
    pub fn draw(&self, score: Score<R>) -> Option<R> {
        Some(match *self {
            Law::Normal { mean, sd } => normal::draw(mean, sd, score),
            Law::NormalQuantiles { at } => {
                let (mean, sd) = normal::through_drawn(at);
                normal::draw(mean, sd, score)
            }
            Law::LogNormal { median, sigma } => lognormal::draw(median, sigma, score),
            Law::LogNormalMoments { mean, sd } => lognormal::draw_moments(mean, sd, score),
            Law::LogNormalLog { log_mean, log_sd } => lognormal::draw_log(log_mean, log_sd, score),
            Law::LogNormalQuantiles { at } => lognormal::draw_through(at, score),
            Law::Uniform { low, high } => uniform::draw(low, high, score),
            Law::Triangular { low, mode, high } => triangular::draw(low, mode, high, score),
            Law::Weibull { shape, scale } => weibull::draw(shape, scale, score),
            Law::Exponential { mean } => weibull::draw_exponential(mean, score),
            Law::Gumbel { location, scale } => gumbel::draw(location, scale, score),
            Law::Logistic { location, scale } => logistic::draw(location, scale, score),
            Law::Bernoulli { probability } => bernoulli::draw(probability, score),
            Law::LogUniform { low, high } => loguniform::draw(low, high, score),
            Law::Pareto { scale, shape } => pareto::draw(scale, shape, score),
            Law::Gev { location, scale, shape } => gev::draw(location, scale, shape, score),
            Law::Geometric { probability } => counts::draw_geometric(probability, score),
            Law::Moments { of, mean, sd } => {
                let inside = match of {
                    ByMoments::Pareto => mean.above(0.0),
                    _ => mean.number(1.0),
                };
                of.plain(mean, sd)?.draw(score)?.given(inside).given(sd.above(0.0))
            }
            Law::Binomial { .. }
            | Law::NegativeBinomial { .. }
            | Law::BetaMoments { .. }
            | Law::TriangularQuantiles { .. }
            | Law::PertQuantiles { .. }
            | Law::Histogram { .. } => return None,
            Law::Pert { .. }
            | Law::Beta { .. }
            | Law::Gamma { .. }
            | Law::StudentT { .. }
            | Law::Poisson { .. }
            | Law::Discrete { .. }
            | Law::Empirical { .. }
            | Law::Metalog { .. }
            | Law::Mixture { .. } => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A closed form and the quantile share the parameters' meaning only. Parameters are 1, 2, 3, which suits every law.
    #[test]
    fn closed_forms_follow_the_quantile() {
        let mut closed = 0;
        for form in
            FORMS.iter().filter(|form| !matches!(form, Law::NormalQuantiles { .. } | Law::LogNormalQuantiles { .. }))
        {
            let mut last = 0.0;
            let Ok(law) = form.try_map(|_, _| {
                last += 1.0;
                Ok::<f64, Infallible>(last)
            });
            for z in [-6.0, -1.0, 0.0, 0.3, 2.5] {
                let by_score = law.draw(Score::Normal(z));
                let by_uniform = law.draw(Score::Uniform(Tails::at(z).lower));
                let exact = Distribution::unbounded(law.clone());
                for drawn in [by_score, by_uniform].into_iter().flatten() {
                    let exact = exact.normal_score(z);
                    assert!(
                        (drawn - exact).abs() <= 1e-9 * exact.abs().max(1.0),
                        "{law:?} at {z}: {drawn}, not {exact}"
                    );
                    closed += 1;
                }
            }
        }
        assert!(closed > 100, "{closed} closed forms looked at");
    }

    #[test]
    fn parameters_outside_their_domain_have_no_value() {
        for law in [
            Law::Normal { mean: 0.0, sd: -1.0 },
            Law::LogNormal { median: 0.0, sigma: 1.0 },
            Law::LogNormalMoments { mean: 1.0, sd: -1.0 },
            Law::Uniform { low: 1.0, high: 0.0 },
            Law::Triangular { low: 0.0, mode: 2.0, high: 1.0 },
            Law::Weibull { shape: 0.0, scale: 1.0 },
            Law::Exponential { mean: 0.0 },
            Law::Gumbel { location: 0.0, scale: 0.0 },
            Law::Logistic { location: 0.0, scale: -1.0 },
            Law::Bernoulli { probability: 1.5 },
        ] {
            assert!(law.draw(Score::Uniform(0.4)).is_some_and(f64::is_nan), "{law:?}");
            assert!(law.draw(Score::Normal(0.4)).is_some_and(f64::is_nan), "{law:?}");
        }
    }
}
