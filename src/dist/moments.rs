//! Mean and variance: closed forms where there are, else quadrature over the normal score.

use super::distribution::Distribution;
use super::family::Family;
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
            && let Some(moments) = self.law.moments()
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

/// Mean and variance of a continuous part: the integrals of T and (T - mean)^2 against the normal density.
fn by_quadrature(law: &SmoothLaw) -> (f64, f64) {
    // Where T grows like a power of the tail, the integrand lives until its tails all but underflow.
    const FAR: f64 = 36.0;
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
        // A Pareto is the odds of a beta above its scale; an extreme value of positive shape a Gumbel's exponential.
        (Family::LogitBeta { beta, .. }, Outer::Exp { .. }) => (f64::INFINITY, *beta),
        (Family::Gumbel, Outer::Exp { .. }) => (f64::INFINITY, 1.0 / law.stretch()),
        (Family::Metalog(metalog), Outer::Exp { .. }) => (f64::INFINITY, 1.0 / metalog.tail_spreads().1.max(0.0)),
        (Family::Metalog(metalog), Outer::ExpBelow { .. }) => (1.0 / metalog.tail_spreads().0.max(0.0), f64::INFINITY),
        _ => (f64::INFINITY, f64::INFINITY),
    }
}

#[cfg(test)]
mod tests {
    use super::super::laws::{ByMoments, Component, Law};
    use super::super::normal::Tails;
    use super::*;

    fn assert_close(found: f64, exact: f64, tolerance: f64, what: &dyn std::fmt::Debug) {
        assert!((found - exact).abs() <= tolerance * exact.abs().max(1.0), "{what:?}: {found}, not {exact}");
    }

    /// Both ways to the moments share the parameters' meaning only.
    #[test]
    fn formulas_and_quadrature_agree() {
        for law in [
            Law::Normal { mean: 0.2, sd: 0.06 },
            Law::NormalQuantiles { at: [(0.1, 1.0), (0.8, 3.0)] },
            Law::LogNormal { median: 1.5, sigma: 0.8 },
            Law::LogNormalMoments { mean: 3.0, sd: 1.0 },
            Law::LogNormalLog { log_mean: 0.5, log_sd: 0.3 },
            Law::LogNormalQuantiles { at: [(0.1, 1.0), (0.9, 3.0)] },
            Law::Uniform { low: -1.0, high: 2.0 },
            Law::Triangular { low: -1.0, mode: 0.5, high: 2.0 },
            Law::Triangular { low: 0.0, mode: 0.0, high: 2.0 },
            Law::Pert { low: -1.0, mode: 0.5, high: 2.0, shape: 4.0 },
            Law::Beta { alpha: 0.4, beta: 3.0, low: 0.0, high: 2.0 },
            Law::Gamma { shape: 0.3, scale: 2.0 },
            Law::Weibull { shape: 0.7, scale: 2.0 },
            Law::StudentT { location: 1.0, scale: 0.5, df: 3.5 },
            Law::Gumbel { location: 1.0, scale: 0.5 },
            Law::Logistic { location: 1.0, scale: 0.5 },
            Law::Poisson { mean: 4.2 },
            Law::Exponential { mean: 2.0 },
            Law::Bernoulli { probability: 0.3 },
            Law::LogUniform { low: 0.5, high: 3.0 },
            Law::Pareto { scale: 2.0, shape: 6.0 },
            Law::Gev { location: 1.0, scale: 0.5, shape: 0.1 },
            Law::Gev { location: 1.0, scale: 0.5, shape: -0.4 },
            Law::Binomial { trials: 12.0, probability: 0.3 },
            Law::NegativeBinomial { size: 1.5, probability: 0.3 },
            Law::Geometric { probability: 0.3 },
            Law::Moments { of: ByMoments::Gamma, mean: 2.0, sd: 0.7 },
            Law::Moments { of: ByMoments::Weibull, mean: 2.0, sd: 0.7 },
            Law::BetaMoments { mean: 0.3, sd: 0.1, low: 0.0, high: 1.0 },
        ] {
            let plain = Distribution::unbounded(law);
            // A clip that changes nothing takes the way through the parts.
            let parts = Distribution { clip: (Some(-1e300), None), ..plain.clone() };
            assert_close(parts.mean(), plain.mean(), 1e-10, &plain);
            assert_close(parts.variance(), plain.variance(), 1e-8, &plain);
        }
    }

    #[test]
    fn truncated_and_clipped_normals() {
        let normal = |truncate, clip| Distribution { law: Law::Normal { mean: 1.0, sd: 2.0 }, truncate, clip };
        // Bounds at -0.5 and 1.5 standard deviations; Johnson, Kotz and Balakrishnan (1994), 13.10.1.
        let (a, b) = (-0.5, 1.5);
        let mass = Tails::at(b).lower - Tails::at(a).lower;
        let (at_a, at_b) = (normal::density(a), normal::density(b));
        let mean = (at_a - at_b) / mass;
        let square = 1.0 + (a * at_a - b * at_b) / mass;
        let truncated = normal((Some(0.0), Some(4.0)), (None, None));
        assert_close(truncated.mean(), 1.0 + 2.0 * mean, 1e-13, &truncated);
        assert_close(truncated.variance(), 4.0 * (square - mean * mean), 1e-13, &truncated);
        let (below, above) = (Tails::at(a).lower, Tails::at(b).upper);
        let clipped = normal((None, None), (Some(0.0), Some(4.0)));
        let mean = a * below + b * above + mean * mass;
        assert_close(clipped.mean(), 1.0 + 2.0 * mean, 1e-13, &clipped);
        let square = a * a * below + b * b * above + square * mass;
        assert_close(clipped.variance(), 4.0 * (square - mean * mean), 1e-13, &clipped);
    }

    #[test]
    fn mixtures_and_data() {
        let law = Law::Exponential { mean: 2.0 };
        let part = Component::Distribution(Distribution::unbounded(law).into());
        let mixture = Distribution::unbounded(Law::Mixture {
            components: [(1.0.into(), Component::Atom(3.0)), (3.0.into(), part)].into(),
        });
        assert_close(mixture.mean(), 0.25 * 3.0 + 0.75 * 2.0, 1e-12, &mixture);
        assert_close(mixture.variance(), 0.25 * 9.0 + 0.75 * 8.0 - 2.25 * 2.25, 1e-11, &mixture);
        let values = [0.0, 1.0, 1.0, 4.0];
        let sample = Distribution::unbounded(Law::Empirical { values: values.into(), interpolate: false });
        assert_close(sample.mean(), 1.5, 1e-15, &sample);
        assert_close(sample.variance(), 18.0 / 4.0 - 2.25, 1e-15, &sample);
        let runs = Distribution::unbounded(Law::Empirical { values: values.into(), interpolate: true });
        assert_close(runs.mean(), (0.5 + 1.0 + 2.5) / 3.0, 1e-15, &runs);
        assert_close(runs.variance(), (1.0 / 3.0 + 1.0 + 7.0) / 3.0 - 16.0 / 9.0, 1e-14, &runs);
    }

    #[test]
    fn what_does_not_exist() {
        let student = |df, truncate| {
            let law = Law::StudentT { location: 0.0, scale: 1.0, df };
            let law = Distribution { law, truncate, clip: (None, None) };
            (law.mean(), law.variance())
        };
        assert!(student(1.0, (None, None)).0.is_nan());
        assert_eq!(student(1.0, (Some(0.0), None)).0, f64::INFINITY);
        assert_eq!(student(0.9, (None, Some(0.0))).0, f64::NEG_INFINITY);
        assert_eq!(student(2.0, (None, None)), (0.0, f64::INFINITY));
        let (mean, variance) = student(1.5, (Some(0.0), None));
        assert!(mean.is_finite() && variance == f64::INFINITY);
        // A truncated Cauchy has everything: the variance on [-1, 1] is 4 / pi - 1.
        let (mean, variance) = student(1.0, (Some(-1.0), Some(1.0)));
        assert_close(mean, 0.0, 1e-14, &"mean");
        assert_close(variance, 4.0 / std::f64::consts::PI - 1.0, 1e-12, &"variance");
    }
}
