//! Laws with numbers in the place of parameters, in one parametrisation each.

use super::{Bounded, Bounds, Family, MixturePart};
use crate::dist::{Component, Distribution, Entry, Law};
use crate::reference::metalog::Metalog;
use crate::reference::solved::{by_moments, through as through_mode};
use crate::reference::special::Split;
use libm::{log, log1p};
use std::sync::Arc;

impl Family {
    /// Reads the parameters; `None` where one is outside its domain, or not finite.
    ///
    /// A spread of 0 (normal, lognormal) and an empty range (uniform, triangular, PERT, beta) make a constant; scales of
    /// other laws are above 0; a Poisson mean may be 0.
    pub fn read<P>(law: &Law<P>, value: impl Fn(&P) -> f64) -> Option<Family> {
        let value = &value;
        let finite = |p: &P| Some(value(p)).filter(|x| x.is_finite());
        let positive = |p: &P| finite(p).filter(|x| *x > 0.0);
        let spread = |p: &P| finite(p).filter(|x| *x >= 0.0);
        let entry = |entry: &Entry<P>| match entry {
            Entry::Stated(x) => Some(*x),
            Entry::Parameter(p) => finite(p),
        };
        let family = match law {
            Law::Normal { mean, sd } => Family::Normal { mean: finite(mean)?, sd: spread(sd)? },
            Law::NormalQuantiles { at: [(p, x), (q, y)] } => {
                let (mean, sd) = through(*p, finite(x)?, *q, finite(y)?)?;
                Family::Normal { mean, sd }
            }
            Law::LogNormal { median, sigma } => {
                Family::LogNormal { log_mean: log(positive(median)?), log_sd: spread(sigma)? }
            }
            Law::LogNormalMoments { mean, sd } => {
                let (mean, sd) = (positive(mean)?, spread(sd)?);
                let variance = log1p((sd / mean) * (sd / mean));
                Family::LogNormal { log_mean: log(mean) - 0.5 * variance, log_sd: variance.sqrt() }
            }
            Law::LogNormalLog { log_mean, log_sd } => {
                Family::LogNormal { log_mean: finite(log_mean)?, log_sd: spread(log_sd)? }
            }
            Law::LogNormalQuantiles { at: [(p, x), (q, y)] } => {
                let (log_mean, log_sd) = through(*p, log(positive(x)?), *q, log(positive(y)?))?;
                Family::LogNormal { log_mean, log_sd }
            }
            Law::Uniform { low, high } => {
                let (low, high) = (finite(low)?, finite(high)?);
                (low <= high).then_some(Family::Uniform { low, high })?
            }
            Law::Triangular { low, mode, high } => {
                let (low, mode, high) = (finite(low)?, finite(mode)?, finite(high)?);
                (low <= mode && mode <= high).then_some(Family::Triangular { low, mode, high })?
            }
            Law::Pert { low, mode, high, shape } => {
                let (low, mode, high, shape) = (finite(low)?, finite(mode)?, finite(high)?, positive(shape)?);
                (low <= mode && mode <= high).then_some(Family::Pert { low, mode, high, shape })?
            }
            Law::Beta { alpha, beta, low, high } => {
                let (alpha, beta, low, high) = (positive(alpha)?, positive(beta)?, finite(low)?, finite(high)?);
                (low <= high).then_some(Family::Beta { alpha, beta, low, high })?
            }
            Law::Gamma { shape, scale } => Family::Gamma { shape: positive(shape)?, scale: positive(scale)? },
            Law::Weibull { shape, scale } => Family::Weibull { shape: positive(shape)?, scale: positive(scale)? },
            Law::StudentT { location, scale, df } => {
                Family::StudentT { location: finite(location)?, scale: positive(scale)?, df: positive(df)? }
            }
            Law::Gumbel { location, scale } => Family::Gumbel { location: finite(location)?, scale: positive(scale)? },
            Law::Logistic { location, scale } => {
                Family::Logistic { location: finite(location)?, scale: positive(scale)? }
            }
            Law::Poisson { mean } => Family::Poisson { mean: spread(mean)? },
            Law::Exponential { mean } => Family::Exponential { mean: positive(mean)? },
            Law::Bernoulli { probability } => {
                Family::Bernoulli { probability: spread(probability).filter(|p| *p <= 1.0)? }
            }
            Law::LogUniform { low, high } => {
                let (low, high) = (positive(low)?, positive(high)?);
                (low <= high).then_some(Family::LogUniform { low, high })?
            }
            Law::Pareto { scale, shape } => Family::Pareto { scale: positive(scale)?, shape: positive(shape)? },
            Law::Gev { location, scale, shape } => {
                Family::Gev { location: finite(location)?, scale: positive(scale)?, shape: finite(shape)? }
            }
            Law::Binomial { trials, probability } => Family::Binomial {
                trials: spread(trials).filter(|n| n.fract() == 0.0)?,
                probability: spread(probability).filter(|p| *p <= 1.0)?,
            },
            Law::NegativeBinomial { size, probability } => Family::NegativeBinomial {
                size: positive(size)?,
                probability: positive(probability).filter(|p| *p <= 1.0)?,
            },
            Law::Geometric { probability } => {
                Family::NegativeBinomial { size: 1.0, probability: positive(probability).filter(|p| *p <= 1.0)? }
            }
            Law::Moments { of, mean, sd } => by_moments(*of, finite(mean)?, positive(sd)?)?,
            Law::BetaMoments { mean, sd, low, high } => {
                let (mean, sd, low, high) = (finite(mean)?, positive(sd)?, finite(low)?, finite(high)?);
                let width = high - low;
                let (at, variance) = ((mean - low) / width, (sd / width) * (sd / width));
                let total = at * (1.0 - at) / variance - 1.0;
                let inside = at > 0.0 && at < 1.0 && total > 0.0;
                inside.then_some(Family::Beta { alpha: at * total, beta: (1.0 - at) * total, low, high })?
            }
            Law::TriangularQuantiles { at: [(p, x), (q, y)], mode } => {
                let mode = finite(mode)?;
                through_mode([(*p, finite(x)?), (*q, finite(y)?)], mode, |low, high| Family::Triangular {
                    low,
                    mode,
                    high,
                })?
            }
            Law::PertQuantiles { at: [(p, x), (q, y)], mode, shape } => {
                let (mode, shape) = (finite(mode)?, positive(shape)?);
                let between = |low, high| Family::Pert { low, mode, high, shape };
                through_mode([(*p, finite(x)?), (*q, finite(y)?)], mode, between)?
            }
            Law::Histogram { edges, weights } => {
                let weights: Arc<[f64]> = weights.iter().map(&entry).collect::<Option<_>>()?;
                let total = total(weights.iter().copied())?;
                Family::Histogram { edges: edges.clone(), weights, total }
            }
            Law::Discrete { values } => {
                let values = values.iter().map(|(x, weight)| Some((*x, entry(weight)?)));
                let mut values: Vec<(f64, f64)> = values.collect::<Option<_>>()?;
                let total = total(values.iter().map(|(_, weight)| *weight))?;
                values.retain(|(_, weight)| *weight > 0.0);
                Family::Discrete { values: values.into(), total }
            }
            Law::Empirical { values, interpolate } => {
                Family::Empirical { values: values.clone(), interpolate: *interpolate }
            }
            Law::Metalog { at, low, high } => {
                let points = at.iter().map(|(p, x)| Some((*p, entry(x)?))).collect::<Option<Vec<_>>>()?;
                let bound = |bound: &Option<Entry<P>>| match bound {
                    Some(bound) => entry(bound).map(Some),
                    None => Some(None),
                };
                let metalog = Metalog::through(&points, bound(low)?, bound(high)?)?;
                metalog.is_increasing().then_some(Family::Metalog(metalog))?
            }
            Law::Mixture { components } => {
                let parts = components.iter().map(|(weight, component)| {
                    Some((
                        entry(weight)?,
                        match component {
                            Component::Atom(x) => MixturePart::Atom(finite(x)?),
                            Component::Distribution(one) => {
                                MixturePart::Bounded(Bounded::read(one, value as &dyn Fn(&P) -> f64)?)
                            }
                        },
                    ))
                });
                let mut parts = parts.collect::<Option<Vec<_>>>()?;
                let total = total(parts.iter().map(|(weight, _)| *weight))?;
                parts.retain(|(weight, _)| *weight > 0.0);
                Family::Mixture { parts, total }
            }
        };
        Some(family)
    }
}

impl Bounded {
    /// Reads law and bounds; `None` where a parameter is outside its domain.
    pub fn read<P>(distribution: &Distribution<P>, value: impl Fn(&P) -> f64 + Copy) -> Option<Bounded> {
        Some(Bounded { family: Family::read(&distribution.law, value)?, bounds: Bounds::read(distribution, value)? })
    }
}

impl Bounds {
    /// Reads the bounds; `None` where one is not finite, the lower one is above the upper, or truncation is to a point.
    pub fn read<P>(distribution: &Distribution<P>, value: impl Fn(&P) -> f64) -> Option<Bounds> {
        let finite = |p: &Option<P>, missing: f64| match p {
            Some(p) => Some(value(p)).filter(|x| x.is_finite()),
            None => Some(missing),
        };
        let pair = |(low, high): &(Option<P>, Option<P>)| {
            Some((finite(low, f64::NEG_INFINITY)?, finite(high, f64::INFINITY)?)).filter(|(low, high)| low <= high)
        };
        let truncate = pair(&distribution.truncate).filter(|(low, high)| low < high)?;
        Some(Bounds { truncate, clip: pair(&distribution.clip)? })
    }
}

/// The sum of weights; `None` where one is negative or all are 0.
fn total(mut weights: impl Iterator<Item = f64> + Clone) -> Option<f64> {
    let total: f64 = weights.clone().sum();
    (total > 0.0 && weights.all(|weight| weight >= 0.0)).then_some(total)
}

/// Mean and sd of the normal through two quantiles.
fn through(p: f64, x: f64, q: f64, y: f64) -> Option<(f64, f64)> {
    let (left, right) = (Split::at(p).score(), Split::at(q).score());
    let sd = (y - x) / (right - left);
    (sd > 0.0).then_some((x - sd * left, sd))
}
