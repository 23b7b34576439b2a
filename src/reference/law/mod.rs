//! The laws again, from their definitions: quantiles and cdfs by statrs and libm.

mod bounds;
mod counts;
mod read;

use super::metalog::Metalog;
use super::special::{Split, beta_quantile, beta_split, gamma_quantile, gamma_split, smallest};
use counts::{count_quantile, poisson_quantile, poisson_split};
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
