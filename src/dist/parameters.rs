//! Names of laws and parameters as scenario files spell them, and changing what a parameter is.

use std::borrow::Cow;
use std::convert::Infallible;

use super::law::{Distribution, Law};

/// The name of the quantile with this probability: `p10`, `p2_5`.
pub fn quantile_name(p: f64) -> String {
    // Twelve digits hide the rounding of p * 100 and keep every level that a person writes.
    let percent = (p * 1e14).round() / 1e12;
    format!("p{percent}").replace('.', "_")
}

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
            Law::Triangular { .. } => "triangular",
            Law::Pert { .. } => "pert",
            Law::Beta { .. } => "beta",
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

    /// The parameters that may vary, by name; none of a law whose data are fixed numbers.
    pub fn parameters(&self) -> Vec<(Cow<'static, str>, &P)> {
        let named: Vec<(&'static str, &P)> = match self {
            Law::Normal { mean, sd } | Law::LogNormalMoments { mean, sd } => vec![("mean", mean), ("sd", sd)],
            Law::NormalQuantiles { at } | Law::LogNormalQuantiles { at } => {
                return at.iter().map(|(p, value)| (quantile_name(*p).into(), value)).collect();
            }
            Law::LogNormal { median, sigma } => vec![("median", median), ("sigma", sigma)],
            Law::LogNormalLog { log_mean, log_sd } => vec![("log_mean", log_mean), ("log_sd", log_sd)],
            Law::Uniform { low, high } => vec![("low", low), ("high", high)],
            Law::Triangular { low, mode, high } => vec![("low", low), ("mode", mode), ("high", high)],
            Law::Pert { low, mode, high, shape } => {
                vec![("low", low), ("mode", mode), ("high", high), ("shape", shape)]
            }
            Law::Beta { alpha, beta, low, high } => {
                vec![("alpha", alpha), ("beta", beta), ("low", low), ("high", high)]
            }
            Law::Gamma { shape, scale } | Law::Weibull { shape, scale } => vec![("shape", shape), ("scale", scale)],
            Law::StudentT { location, scale, df } => vec![("location", location), ("scale", scale), ("df", df)],
            Law::Gumbel { location, scale } | Law::Logistic { location, scale } => {
                vec![("location", location), ("scale", scale)]
            }
            Law::Poisson { mean } | Law::Exponential { mean } => vec![("mean", mean)],
            Law::Bernoulli { probability } => vec![("probability", probability)],
            Law::Discrete { .. } | Law::Empirical { .. } | Law::Metalog { .. } | Law::Mixture { .. } => Vec::new(),
        };
        named.into_iter().map(|(name, parameter)| (name.into(), parameter)).collect()
    }

    /// The same law with each parameter replaced, in the order of `parameters`; stops at the first error.
    pub fn try_map<Q, E>(&self, mut f: impl FnMut(&P) -> Result<Q, E>) -> Result<Law<Q>, E> {
        let quantiles = |at: &[(f64, P); 2], f: &mut dyn FnMut(&P) -> Result<Q, E>| {
            Ok([(at[0].0, f(&at[0].1)?), (at[1].0, f(&at[1].1)?)])
        };
        Ok(match self {
            Law::Normal { mean, sd } => Law::Normal { mean: f(mean)?, sd: f(sd)? },
            Law::NormalQuantiles { at } => Law::NormalQuantiles { at: quantiles(at, &mut f)? },
            Law::LogNormal { median, sigma } => Law::LogNormal { median: f(median)?, sigma: f(sigma)? },
            Law::LogNormalMoments { mean, sd } => Law::LogNormalMoments { mean: f(mean)?, sd: f(sd)? },
            Law::LogNormalLog { log_mean, log_sd } => Law::LogNormalLog { log_mean: f(log_mean)?, log_sd: f(log_sd)? },
            Law::LogNormalQuantiles { at } => Law::LogNormalQuantiles { at: quantiles(at, &mut f)? },
            Law::Uniform { low, high } => Law::Uniform { low: f(low)?, high: f(high)? },
            Law::Triangular { low, mode, high } => Law::Triangular { low: f(low)?, mode: f(mode)?, high: f(high)? },
            Law::Pert { low, mode, high, shape } => {
                Law::Pert { low: f(low)?, mode: f(mode)?, high: f(high)?, shape: f(shape)? }
            }
            Law::Beta { alpha, beta, low, high } => {
                Law::Beta { alpha: f(alpha)?, beta: f(beta)?, low: f(low)?, high: f(high)? }
            }
            Law::Gamma { shape, scale } => Law::Gamma { shape: f(shape)?, scale: f(scale)? },
            Law::Weibull { shape, scale } => Law::Weibull { shape: f(shape)?, scale: f(scale)? },
            Law::StudentT { location, scale, df } => {
                Law::StudentT { location: f(location)?, scale: f(scale)?, df: f(df)? }
            }
            Law::Gumbel { location, scale } => Law::Gumbel { location: f(location)?, scale: f(scale)? },
            Law::Logistic { location, scale } => Law::Logistic { location: f(location)?, scale: f(scale)? },
            Law::Poisson { mean } => Law::Poisson { mean: f(mean)? },
            Law::Exponential { mean } => Law::Exponential { mean: f(mean)? },
            Law::Bernoulli { probability } => Law::Bernoulli { probability: f(probability)? },
            Law::Discrete { values } => Law::Discrete { values: values.clone() },
            Law::Empirical { values, interpolate } => {
                Law::Empirical { values: values.clone(), interpolate: *interpolate }
            }
            Law::Metalog { at, low, high } => Law::Metalog { at: at.clone(), low: *low, high: *high },
            Law::Mixture { components } => Law::Mixture { components: components.clone() },
        })
    }
}

impl<P> Distribution<P> {
    /// The law without bounds.
    pub fn unbounded(law: Law<P>) -> Distribution<P> {
        Distribution { law, truncate: (None, None), clip: (None, None) }
    }

    /// The law's name in a scenario file.
    pub fn name(&self) -> &'static str {
        self.law.name()
    }

    /// The parameters that may vary, by their path in a scenario file: the law's, then `truncate.low` to `clip.high`.
    pub fn parameters(&self) -> Vec<(Cow<'static, str>, &P)> {
        let bounds = [
            ("truncate.low", &self.truncate.0),
            ("truncate.high", &self.truncate.1),
            ("clip.low", &self.clip.0),
            ("clip.high", &self.clip.1),
        ];
        let mut parameters = self.law.parameters();
        parameters.extend(bounds.into_iter().filter_map(|(name, bound)| Some((name.into(), bound.as_ref()?))));
        parameters
    }

    /// The same distribution with each parameter replaced, in the order of `parameters`.
    pub fn map<Q>(&self, mut f: impl FnMut(&P) -> Q) -> Distribution<Q> {
        match self.try_map(|parameter| Ok::<Q, Infallible>(f(parameter))) {
            Ok(mapped) => mapped,
        }
    }

    /// The same distribution with each parameter replaced, in the order of `parameters`; stops at the first error.
    pub fn try_map<Q, E>(&self, mut f: impl FnMut(&P) -> Result<Q, E>) -> Result<Distribution<Q>, E> {
        let law = self.law.try_map(&mut f)?;
        let mut bound = |bound: &Option<P>| bound.as_ref().map(&mut f).transpose();
        Ok(Distribution {
            law,
            truncate: (bound(&self.truncate.0)?, bound(&self.truncate.1)?),
            clip: (bound(&self.clip.0)?, bound(&self.clip.1)?),
        })
    }

    /// Whether T has no closed form in the parameters, so that they must be constant where a table is built.
    pub fn needs_table(&self) -> bool {
        let closed = matches!(
            self.law,
            Law::Normal { .. }
                | Law::NormalQuantiles { .. }
                | Law::LogNormal { .. }
                | Law::LogNormalMoments { .. }
                | Law::LogNormalLog { .. }
                | Law::LogNormalQuantiles { .. }
                | Law::Uniform { .. }
                | Law::Triangular { .. }
                | Law::Exponential { .. }
                | Law::Weibull { .. }
                | Law::Gumbel { .. }
                | Law::Logistic { .. }
                | Law::Bernoulli { .. }
        );
        !closed || self.truncate.0.is_some() || self.truncate.1.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_file() {
        assert_eq!(quantile_name(0.1), "p10");
        assert_eq!(quantile_name(0.07), "p7");
        assert_eq!(quantile_name(0.29), "p29");
        assert_eq!(quantile_name(0.025), "p2_5");
        assert_eq!(quantile_name(0.999), "p99_9");
    }

    #[test]
    fn map_visits_in_the_order_of_parameters() {
        let distribution = Distribution {
            law: Law::Pert { low: "a", mode: "b", high: "c", shape: "d" },
            truncate: (Some("e"), None),
            clip: (None, Some("f")),
        };
        let names: Vec<_> = distribution.parameters().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["low", "mode", "high", "shape", "truncate.low", "clip.high"]);
        let mut visited = Vec::new();
        let mapped = distribution.map(|&parameter| {
            visited.push(parameter);
            visited.len()
        });
        assert_eq!(visited, ["a", "b", "c", "d", "e", "f"]);
        assert_eq!(mapped.truncate, (Some(5), None));
        assert_eq!(distribution.try_map(|&p| if p == "c" { Err(p) } else { Ok(p) }), Err("c"));
    }

    #[test]
    fn truncation_needs_a_table_and_clipping_does_not() {
        let mut distribution = Distribution::unbounded(Law::Normal { mean: 0.0, sd: 1.0 });
        distribution.clip = (Some(0.0), None);
        assert!(!distribution.needs_table());
        distribution.truncate = (None, Some(2.0));
        assert!(distribution.needs_table());
        assert!(Distribution::unbounded(Law::Poisson { mean: 1.0 }).needs_table());
    }
}
