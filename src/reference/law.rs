//! The laws again, from their definitions: quantiles and cdfs by statrs and libm.

use super::metalog::Metalog;
use super::solved::{by_moments, through as through_mode};
use super::special::{Split, beta_quantile, beta_split, gamma_quantile, gamma_split, smallest};
use crate::dist::{Component, Distribution, Entry, Law};
use libm::{exp, expm1, log, log1p, pow};
use std::sync::Arc;

/// A law whose parameters are numbers within their domain, in one parametrisation each.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the fields are the parameters of `dist::Law`
pub enum Family {
    Normal { mean: f64, sd: f64 },
    LogNormal { log_mean: f64, log_sd: f64 },
    Uniform { low: f64, high: f64 },
    Triangular { low: f64, mode: f64, high: f64 },
    Pert { low: f64, mode: f64, high: f64, shape: f64 },
    Beta { alpha: f64, beta: f64, low: f64, high: f64 },
    Gamma { shape: f64, scale: f64 },
    Weibull { shape: f64, scale: f64 },
    StudentT { location: f64, scale: f64, df: f64 },
    Gumbel { location: f64, scale: f64 },
    Logistic { location: f64, scale: f64 },
    Poisson { mean: f64 },
    Exponential { mean: f64 },
    Bernoulli { probability: f64 },
    LogUniform { low: f64, high: f64 },
    Pareto { scale: f64, shape: f64 },
    Gev { location: f64, scale: f64, shape: f64 },
    Binomial { trials: f64, probability: f64 },
    NegativeBinomial { size: f64, probability: f64 },
    Histogram { edges: Arc<[f64]>, weights: Arc<[f64]>, total: f64 },
    Discrete { values: Arc<[(f64, f64)]>, total: f64 },
    Empirical { values: Arc<[f64]>, interpolate: bool },
    Metalog(Metalog),
    Mixture { parts: Vec<(f64, MixturePart)>, total: f64 },
}

/// A part of a mixture.
#[derive(Clone, Debug)]
pub enum MixturePart {
    /// A number.
    Atom(f64),
    /// A law with its bounds.
    Bounded(Bounded),
}

/// A family with its bounds; a bound that is not there is infinite.
#[derive(Clone, Debug)]
pub struct Bounded {
    /// The law.
    pub family: Family,
    /// Truncation and clipping.
    pub bounds: Bounds,
}

/// Bounds of a law: truncation acts first, then clipping. Both keep what lies on a bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Outside of these is left out and the rest renormalised.
    pub truncate: (f64, f64),
    /// Outside of these is moved to the nearer one.
    pub clip: (f64, f64),
}

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

    /// The smallest x with F(x) >= p.
    pub fn quantile(&self, level: Split) -> f64 {
        let Split { below, above } = level;
        match self {
            Family::Normal { .. } | Family::LogNormal { .. } => self.at_score(level.score()),
            Family::Uniform { low, high } => between(*low, *high, below, above),
            Family::Triangular { low, mode, high } => {
                let range = high - low;
                if below * range <= mode - low {
                    low + (below * range * (mode - low)).sqrt()
                } else {
                    high - (above * range * (high - mode)).sqrt()
                }
            }
            Family::Pert { low, high, .. } | Family::Beta { low, high, .. } => {
                if low == high {
                    return *low;
                }
                let (alpha, beta) = self.beta_shapes();
                let (x, rest) = beta_quantile(alpha, beta, level);
                between(*low, *high, x, rest)
            }
            Family::Gamma { shape, scale } => scale * gamma_quantile(*shape, level),
            Family::Weibull { shape, scale } => scale * pow(minus_log(above, below), 1.0 / shape),
            Family::StudentT { location, scale, df } => {
                // T^2 / (df + T^2) is Beta(1/2, df/2), and P(|T| < t) is what both tails leave.
                let tail = below.min(above);
                let inside = Split { below: (above - below).abs(), above: 2.0 * tail };
                let (x, rest) = beta_quantile(0.5, 0.5 * df, inside);
                let t = (df * (x / rest)).sqrt();
                location + scale * if below < above { -t } else { t }
            }
            Family::Gumbel { location, scale } => location - scale * log(minus_log(below, above)),
            Family::Logistic { location, scale } => location + scale * log(below / above),
            Family::Poisson { mean } => poisson_quantile(*mean, level),
            Family::Exponential { mean } => mean * minus_log(above, below),
            Family::Bernoulli { probability } => f64::from(above < *probability),
            Family::LogUniform { low, high } => exp(between(log(*low), log(*high), below, above)),
            Family::Pareto { scale, shape } => scale * exp(minus_log(above, below) / shape),
            Family::Gev { location, scale, shape: 0.0 } => location - scale * log(minus_log(below, above)),
            Family::Gev { location, scale, shape } => {
                location + scale * expm1(-shape * log(minus_log(below, above))) / shape
            }
            Family::Binomial { trials, .. } => count_quantile(*trials, level, |k| self.split(k, true)),
            Family::NegativeBinomial { .. } => count_quantile(f64::INFINITY, level, |k| self.split(k, true)),
            Family::Histogram { edges, weights, total } => {
                let mut left = below * total;
                for (edge, weight) in edges.windows(2).zip(weights.iter()) {
                    if left <= *weight && *weight > 0.0 {
                        return edge[0] + (edge[1] - edge[0]) * (left / weight);
                    }
                    left -= weight;
                }
                edges.last().copied().unwrap_or(f64::NAN)
            }
            Family::Discrete { values, total } => {
                let mut sum = 0.0;
                let reached = values.iter().find(|(_, weight)| {
                    sum += weight;
                    sum >= below * total
                });
                reached.or(values.last()).map_or(f64::NAN, |(x, _)| *x)
            }
            Family::Empirical { values, interpolate: false } => {
                let rank = (below * values.len() as f64).ceil().max(1.0) as usize;
                values.get(rank.min(values.len()).wrapping_sub(1)).copied().unwrap_or(f64::NAN)
            }
            Family::Empirical { values, interpolate: true } => {
                let Some(last) = values.len().checked_sub(1) else { return f64::NAN };
                let place = below * last as f64;
                let left = (place.floor() as usize).min(last);
                let right = (left + 1).min(last);
                values[left] + (place - left as f64) * (values[right] - values[left])
            }
            Family::Metalog(metalog) => metalog.quantile(level),
            Family::Mixture { parts, .. } => {
                let each = || parts.iter().map(|(_, part)| part.quantile(level));
                let (low, high) = (each().fold(f64::INFINITY, f64::min), each().fold(f64::NEG_INFINITY, f64::max));
                smallest(low, high, |x| self.split(x, true).reaches(level))
            }
        }
    }

    /// The quantile at a score: closed form where the law is a function of a normal.
    pub fn at_score(&self, z: f64) -> f64 {
        match self {
            Family::Normal { sd: 0.0, mean } => *mean,
            Family::Normal { mean, sd } => mean + sd * z,
            Family::LogNormal { log_mean, log_sd: 0.0 } => exp(*log_mean),
            Family::LogNormal { log_mean, log_sd } => exp(log_mean + log_sd * z),
            _ => self.quantile(Split::at_score(z)),
        }
    }

    /// The probability on either side of x; what lies on x counts as below when `closed`.
    pub fn split(&self, x: f64, closed: bool) -> Split {
        let step = |at: f64| if x > at || (closed && x == at) { Split::ALL } else { Split::NONE };
        match self {
            Family::Normal { mean, sd: 0.0 } => step(*mean),
            Family::Normal { mean, sd } => Split::at_score((x - mean) / sd),
            Family::LogNormal { log_mean, log_sd: 0.0 } => step(exp(*log_mean)),
            Family::LogNormal { .. } if x <= 0.0 => Split::NONE,
            Family::LogNormal { log_mean, log_sd } => Split::at_score((log(x) - log_mean) / log_sd),
            Family::Uniform { low, high }
            | Family::Triangular { low, high, .. }
            | Family::Pert { low, high, .. }
            | Family::Beta { low, high, .. }
                if low == high || x <= *low || x >= *high =>
            {
                match low == high {
                    true => step(*low),
                    false if x <= *low => Split::NONE,
                    false => Split::ALL,
                }
            }
            Family::Uniform { low, high } => {
                Split { below: (x - low) / (high - low), above: (high - x) / (high - low) }
            }
            Family::Triangular { low, mode, high } => {
                if x <= *mode {
                    let below = (x - low) / (high - low) * ((x - low) / (mode - low));
                    Split { below, above: 1.0 - below }
                } else {
                    let above = (high - x) / (high - low) * ((high - x) / (high - mode));
                    Split { below: 1.0 - above, above }
                }
            }
            Family::Pert { low, high, .. } | Family::Beta { low, high, .. } => {
                let (alpha, beta) = self.beta_shapes();
                beta_split(alpha, beta, (x - low) / (high - low), (high - x) / (high - low))
            }
            Family::Gamma { shape, scale } => gamma_split(*shape, x / scale),
            Family::Weibull { shape, scale } => decayed(if x > 0.0 { pow(x / scale, *shape) } else { 0.0 }),
            Family::StudentT { location, scale, df } => {
                let t = (x - location) / scale;
                let square = t * t;
                let inside = if square == f64::INFINITY {
                    Split::ALL
                } else {
                    beta_split(0.5, 0.5 * df, square / (df + square), df / (df + square))
                };
                let (tail, rest) = (0.5 * inside.above, 0.5 + 0.5 * inside.below);
                if t < 0.0 { Split { below: tail, above: rest } } else { Split { below: rest, above: tail } }
            }
            Family::Gumbel { location, scale } => {
                let Split { below, above } = decayed(exp(-(x - location) / scale));
                Split { below: above, above: below }
            }
            Family::Logistic { location, scale } => {
                let z = (x - location) / scale;
                Split { below: 1.0 / (1.0 + exp(-z)), above: 1.0 / (1.0 + exp(z)) }
            }
            Family::Poisson { mean } => {
                let last = if closed { x.floor() } else { x.ceil() - 1.0 };
                poisson_split(*mean, last)
            }
            Family::Exponential { mean } => decayed((x / mean).max(0.0)),
            Family::Bernoulli { probability } => {
                if step(1.0) == Split::ALL || step(0.0) == Split::NONE {
                    step(1.0)
                } else {
                    Split { below: 1.0 - probability, above: *probability }
                }
            }
            Family::LogUniform { low, high } if low == high => step(*low),
            Family::LogUniform { low, .. } if x <= *low => Split::NONE,
            Family::LogUniform { high, .. } if x >= *high => Split::ALL,
            Family::LogUniform { low, high } => {
                let width = log(high / low);
                Split { below: log(x / low) / width, above: log(high / x) / width }
            }
            Family::Pareto { scale, .. } if x <= *scale => Split::NONE,
            Family::Pareto { scale, shape } => decayed(shape * log(x / scale)),
            Family::Gev { location, scale, shape } => {
                let z = (x - location) / scale;
                let inner = 1.0 + shape * z;
                let rate = match () {
                    () if *shape == 0.0 => exp(-z),
                    () if inner <= 0.0 => return if *shape > 0.0 { Split::NONE } else { Split::ALL },
                    () => exp(-log1p(shape * z) / shape),
                };
                let Split { below, above } = decayed(rate);
                Split { below: above, above: below }
            }
            Family::Binomial { trials, probability } => {
                let last = if closed { x.floor() } else { x.ceil() - 1.0 };
                match () {
                    () if last < 0.0 => Split::NONE,
                    () if last >= *trials || *probability == 0.0 => Split::ALL,
                    () if *probability == 1.0 => Split::NONE,
                    () => {
                        let split = beta_split(last + 1.0, trials - last, *probability, 1.0 - probability);
                        Split { below: split.above, above: split.below }
                    }
                }
            }
            Family::NegativeBinomial { size, probability } => {
                let last = if closed { x.floor() } else { x.ceil() - 1.0 };
                match () {
                    () if last < 0.0 => Split::NONE,
                    () if *probability == 1.0 || last == f64::INFINITY => Split::ALL,
                    () => beta_split(*size, last + 1.0, *probability, 1.0 - probability),
                }
            }
            Family::Histogram { edges, weights, total } => {
                let classes = || edges.windows(2).zip(weights.iter());
                let part = |edge: &[f64]| ((x - edge[0]) / (edge[1] - edge[0])).clamp(0.0, 1.0);
                let below: f64 = classes().map(|(edge, weight)| weight * part(edge)).sum();
                let above: f64 = classes().map(|(edge, weight)| weight * (1.0 - part(edge))).sum();
                Split { below: below / total, above: above / total }
            }
            Family::Discrete { values, total } => {
                let side = |below: bool| {
                    let on_it = values.iter().filter(|(value, _)| (step(*value) == Split::ALL) == below);
                    on_it.map(|(_, weight)| weight).sum::<f64>() / total
                };
                Split { below: side(true), above: side(false) }
            }
            Family::Empirical { values, interpolate: false } => {
                let below = values.partition_point(|value| step(*value) == Split::ALL);
                let n = values.len() as f64;
                Split { below: below as f64 / n, above: (values.len() - below) as f64 / n }
            }
            Family::Empirical { values, interpolate: true } => {
                let below = values.partition_point(|value| step(*value) == Split::ALL);
                if below == 0 {
                    return Split::NONE;
                }
                if below == values.len() {
                    return Split::ALL;
                }
                let (left, right) = (values[below - 1], values[below]);
                // Open at a value that occurs, `below` is its first rank and x == right.
                let place = (below - 1) as f64 + (x - left) / (right - left);
                let last = (values.len() - 1) as f64;
                Split { below: place / last, above: (last - place) / last }
            }
            Family::Metalog(metalog) => metalog.split(x),
            Family::Mixture { parts, total } => {
                let mut sum = Split { below: 0.0, above: 0.0 };
                for (weight, part) in parts {
                    let split = match part {
                        MixturePart::Atom(at) => step(*at),
                        MixturePart::Bounded(bounded) => bounded.split(x, closed),
                    };
                    sum.below += weight / total * split.below;
                    sum.above += weight / total * split.above;
                }
                sum
            }
        }
    }

    /// alpha and beta of a beta or PERT.
    fn beta_shapes(&self) -> (f64, f64) {
        match self {
            Family::Beta { alpha, beta, .. } => (*alpha, *beta),
            Family::Pert { low, mode, high, shape } => {
                (1.0 + shape * (mode - low) / (high - low), 1.0 + shape * (high - mode) / (high - low))
            }
            _ => (f64::NAN, f64::NAN),
        }
    }
}

impl MixturePart {
    fn quantile(&self, level: Split) -> f64 {
        match self {
            MixturePart::Atom(x) => *x,
            MixturePart::Bounded(bounded) => bounded.bounds.quantile(&bounded.family, level),
        }
    }
}

impl Bounded {
    /// Reads law and bounds; `None` where a parameter is outside its domain.
    pub fn read<P>(distribution: &Distribution<P>, value: impl Fn(&P) -> f64 + Copy) -> Option<Bounded> {
        Some(Bounded { family: Family::read(&distribution.law, value)?, bounds: Bounds::read(distribution, value)? })
    }

    /// The smallest x with F(x) >= p.
    pub fn quantile(&self, level: Split) -> f64 {
        self.bounds.quantile(&self.family, level)
    }

    /// The probability on either side of x, as `Family::split`.
    pub fn split(&self, x: f64, closed: bool) -> Split {
        let (floor, roof) = self.bounds.clip;
        if x < floor || (x == floor && !closed) {
            return Split::NONE;
        }
        if x > roof || (x == roof && closed) {
            return Split::ALL;
        }
        let at = self.family.split(x, closed);
        if !self.bounds.truncates() {
            return at;
        }
        if x < self.bounds.truncate.0 {
            return Split::NONE;
        }
        if x > self.bounds.truncate.1 {
            return Split::ALL;
        }
        let (low, high) = self.bounds.kept(&self.family);
        let whole = mass(low, high);
        Split { below: mass(low, at) / whole, above: mass(at, high) / whole }
    }
}

impl Bounds {
    /// No bounds.
    pub const NONE: Bounds =
        Bounds { truncate: (f64::NEG_INFINITY, f64::INFINITY), clip: (f64::NEG_INFINITY, f64::INFINITY) };

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

    /// Whether anything is cut off.
    pub fn truncates(&self) -> bool {
        self.truncate != Bounds::NONE.truncate
    }

    /// A value moved into the clipping bounds; NaN stays.
    pub fn clip(&self, x: f64) -> f64 {
        x.clamp(self.clip.0, self.clip.1)
    }

    /// The quantile of a family within these bounds; NaN where truncation leaves nothing.
    pub fn quantile(&self, family: &Family, level: Split) -> f64 {
        if !self.truncates() {
            return self.clip(family.quantile(level));
        }
        let (low, high) = self.kept(family);
        let whole = mass(low, high);
        if whole.is_nan() || whole <= 0.0 {
            return f64::NAN;
        }
        let inner = Split { below: low.below + level.below * whole, above: high.above + level.above * whole };
        self.clip(family.quantile(inner).clamp(self.truncate.0, self.truncate.1))
    }

    /// The family at the two truncation bounds, both kept.
    fn kept(&self, family: &Family) -> (Split, Split) {
        let (low, high) = self.truncate;
        (
            if low == f64::NEG_INFINITY { Split::NONE } else { family.split(low, false) },
            if high == f64::INFINITY { Split::ALL } else { family.split(high, true) },
        )
    }
}

/// The probability between two splits, subtracted in the smaller tail.
fn mass(low: Split, high: Split) -> f64 {
    if low.below < 0.5 { high.below - low.below } else { low.above - high.above }
}

/// The sum of weights; `None` where one is negative or all are 0.
fn total(mut weights: impl Iterator<Item = f64> + Clone) -> Option<f64> {
    let total: f64 = weights.clone().sum();
    (total > 0.0 && weights.all(|weight| weight >= 0.0)).then_some(total)
}

/// -ln p, where 1 - p is given too.
fn minus_log(p: f64, rest: f64) -> f64 {
    if p < rest { -log(p) } else { -log1p(-rest) }
}

/// 1 - e^-x below, e^-x above.
fn decayed(x: f64) -> Split {
    Split { below: -expm1(-x), above: exp(-x) }
}

/// low + x (high - low), measured from the nearer end.
fn between(low: f64, high: f64, x: f64, rest: f64) -> f64 {
    if x <= rest { low + x * (high - low) } else { high - rest * (high - low) }
}

/// Mean and sd of the normal through two quantiles.
fn through(p: f64, x: f64, q: f64, y: f64) -> Option<(f64, f64)> {
    let (left, right) = (Split::at(p).score(), Split::at(q).score());
    let sd = (y - x) / (right - left);
    (sd > 0.0).then_some((x - sd * left, sd))
}

/// A Poisson at or below a whole number: P(N <= k) is the upper tail of a gamma of shape k + 1 at the mean.
fn poisson_split(mean: f64, k: f64) -> Split {
    if k < 0.0 {
        return Split::NONE;
    }
    if k == f64::INFINITY || mean == 0.0 {
        return Split::ALL;
    }
    let Split { below, above } = gamma_split(k + 1.0, mean);
    Split { below: above, above: below }
}

fn poisson_quantile(mean: f64, level: Split) -> f64 {
    if mean == 0.0 {
        return 0.0;
    }
    count_quantile(f64::INFINITY, level, |k| poisson_split(mean, k))
}

/// The smallest count whose split reaches the level; `most` is the largest count there is.
fn count_quantile(most: f64, level: Split, split: impl Fn(f64) -> Split) -> f64 {
    if level.above == 0.0 {
        return most;
    }
    let reached = |k: f64| split(k).reaches(level);
    let (mut low, mut high) = (-1.0, most.min(1.0));
    while high < most && !reached(high) {
        low = high;
        high = (2.0 * high + 1.0).min(most);
    }
    while high - low > 1.0 {
        let middle = (0.5 * (low + high)).floor();
        if reached(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}
