//! Mean and variance: closed forms where there are, else quadrature over the normal score.

use super::family::Family;
use super::law::{Distribution, Law};
use super::normal;
use super::outer::Outer;
use super::parts::Parts;
use super::quadrature::Rule;
use super::smooth::SmoothLaw;

impl Distribution<f64> {
    /// Mean, bounds included; infinite or NaN where there is none (Student's t with df <= 1, say).
    pub fn mean(&self) -> f64 {
        self.moments().0
    }

    /// Variance, bounds included; infinite where there is none, NaN where there is no mean.
    pub fn variance(&self) -> f64 {
        self.moments().1
    }

    fn moments(&self) -> (f64, f64) {
        if self.truncate == (None, None)
            && self.clip == (None, None)
            && let Some(moments) = closed_form(&self.law)
        {
            return moments;
        }
        let parts = Parts::of(self);
        let atoms = parts.atoms.iter().map(|&(value, weight)| (weight, (value, 0.0)));
        let runs = parts.runs.iter().map(|(weight, runs)| (*weight, runs.moments()));
        let smooth = parts.smooth.iter().map(|(weight, law)| (*weight, by_quadrature(law)));
        let all: Vec<(f64, (f64, f64))> = atoms.chain(runs).chain(smooth).collect();
        let mean: f64 = all.iter().map(|(weight, (mean, _))| weight * mean).sum();
        let variance = all
            .iter()
            .map(|(weight, (part_mean, variance))| weight * (variance + (part_mean - mean) * (part_mean - mean)))
            .sum();
        // Without a finite mean the squares above are infinity minus infinity.
        (mean, if mean.is_finite() { variance } else { f64::NAN })
    }
}

/// Mean and variance of the laws that have formulas for them.
fn closed_form(law: &Law<f64>) -> Option<(f64, f64)> {
    const EULER: f64 = 0.577_215_664_901_532_9;
    const PI_SQUARED: f64 = std::f64::consts::PI * std::f64::consts::PI;
    let beta = |alpha: f64, beta: f64, low: f64, high: f64| {
        let (total, width) = (alpha + beta, high - low);
        let mean = low + width * alpha / total;
        (mean, width * width * (alpha / total) * (beta / total) / (total + 1.0))
    };
    Some(match *law {
        Law::Normal { mean, sd } | Law::LogNormalMoments { mean, sd } => (mean, sd * sd),
        Law::NormalQuantiles { at } => {
            let (mean, sd) = super::convert::normal_through(at);
            (mean, sd * sd)
        }
        Law::LogNormal { .. } | Law::LogNormalLog { .. } | Law::LogNormalQuantiles { .. } => {
            let (log_mean, log_sd) = law.log_parameters()?;
            let mean = libm::exp(log_mean + 0.5 * log_sd * log_sd);
            (mean, mean * mean * libm::expm1(log_sd * log_sd))
        }
        Law::Uniform { low, high } => beta(1.0, 1.0, low, high),
        Law::Triangular { low, mode, high } => {
            let (a, b) = (mode - low, high - mode);
            (low + (2.0 * a + b) / 3.0, (a * a + a * b + b * b) / 18.0)
        }
        Law::Pert { low, mode, high, shape } if low < high => {
            let (a, b) = super::convert::pert_shapes(low, mode, high, shape);
            beta(a, b, low, high)
        }
        Law::Pert { low, .. } => (low, 0.0),
        Law::Beta { alpha, beta: b, low, high } => beta(alpha, b, low, high),
        Law::Gamma { shape, scale } => (shape * scale, shape * scale * scale),
        Law::Weibull { shape, scale } => {
            let (first, second) = (libm::lgamma(1.0 + 1.0 / shape), libm::lgamma(1.0 + 2.0 / shape));
            let mean = scale * libm::exp(first);
            (mean, mean * mean * libm::expm1(second - 2.0 * first))
        }
        Law::StudentT { location, scale, df } => (
            if df > 1.0 { location } else { f64::NAN },
            match df {
                df if df > 2.0 => scale * scale * df / (df - 2.0),
                df if df > 1.0 => f64::INFINITY,
                _ => f64::NAN,
            },
        ),
        Law::Gumbel { location, scale } => (location + EULER * scale, PI_SQUARED / 6.0 * scale * scale),
        Law::Logistic { location, scale } => (location, PI_SQUARED / 3.0 * scale * scale),
        Law::Poisson { mean } => (mean, mean),
        Law::Exponential { mean } => (mean, mean * mean),
        Law::Bernoulli { probability } => (probability, probability * (1.0 - probability)),
        Law::Discrete { .. } | Law::Empirical { .. } | Law::Metalog { .. } | Law::Mixture { .. } => return None,
    })
}

/// Mean and variance of a continuous part: the integrals of T and (T - mean)^2 against the normal density.
fn by_quadrature(law: &SmoothLaw) -> (f64, f64) {
    // Where T grows like a power of the tail, the integrand lives until the density underflows.
    const FAR: f64 = 37.0;
    let (low, high) = law.bounds();
    let (lower_order, upper_order) = tail_orders(law);
    let missing = |order: f64| (low.is_infinite() && lower_order <= order, high.is_infinite() && upper_order <= order);
    match missing(1.0) {
        (true, true) => return (f64::NAN, f64::NAN),
        (true, false) => return (f64::NEG_INFINITY, f64::NAN),
        (false, true) => return (f64::INFINITY, f64::NAN),
        (false, false) => {}
    }
    let rule = Rule::legendre(16);
    let mut points = Vec::new();
    let mut guess = law.node(0.0, f64::NAN).value;
    for panel in 0..(2.0 * FAR) as i32 {
        let from = -FAR + f64::from(panel);
        rule.over(from, from + 1.0, |z, weight| {
            let node = law.node(z, guess);
            // Tails that underflow have no weight either.
            if node.value.is_finite() {
                guess = node.value;
                points.push((law.outer().apply(node.value).clamp(low, high), weight * normal::density(z)));
            }
        });
    }
    let mean: f64 = points.iter().map(|(x, weight)| x * weight).sum();
    if missing(2.0) != (false, false) {
        return (mean, f64::INFINITY);
    }
    (mean, points.iter().map(|(x, weight)| (x - mean) * (x - mean) * weight).sum())
}

/// The moment from which on each tail has none: k-th moments exist for k below it.
fn tail_orders(law: &SmoothLaw) -> (f64, f64) {
    match (law.family(), law.outer()) {
        (Family::StudentT { df, .. }, _) => (*df, *df),
        (Family::Metalog(metalog), Outer::Exp { .. }) => (f64::INFINITY, 1.0 / metalog.tail_spreads().1.max(0.0)),
        (Family::Metalog(metalog), Outer::ExpBelow { .. }) => (1.0 / metalog.tail_spreads().0.max(0.0), f64::INFINITY),
        _ => (f64::INFINITY, f64::INFINITY),
    }
}
