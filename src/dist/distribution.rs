//! A law with its bounds, and what holds for any parameters.

use super::laws::{ByMoments, Component, Law};
use super::real::Score;
use std::borrow::Cow;
use std::convert::Infallible;

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
        let mut parameters = Vec::new();
        let Ok(_) = self.try_map_named(&mut |name, parameter| {
            parameters.push((name, parameter));
            Ok::<_, Infallible>(())
        });
        parameters
    }

    /// The same distribution with each parameter replaced, in the order of `parameters`.
    pub fn map<Q>(&self, mut f: impl FnMut(&P) -> Q) -> Distribution<Q> {
        let Ok(mapped) = self.try_map(|parameter| Ok::<Q, Infallible>(f(parameter)));
        mapped
    }

    /// The same distribution with each parameter replaced, in the order of `parameters`; stops at the first error.
    pub fn try_map<Q, E>(&self, mut f: impl FnMut(&P) -> Result<Q, E>) -> Result<Distribution<Q>, E> {
        self.try_map_named(&mut |_, parameter| f(parameter))
    }

    /// The same distribution with each parameter replaced, given its path as `parameters` has it.
    pub(super) fn try_map_named<'p, Q, E>(
        &'p self,
        f: &mut dyn FnMut(Cow<'static, str>, &'p P) -> Result<Q, E>,
    ) -> Result<Distribution<Q>, E> {
        let law = self.law.try_map(&mut *f)?;
        let mut bound =
            |name: &'static str, bound: &'p Option<P>| bound.as_ref().map(|bound| f(name.into(), bound)).transpose();
        Ok(Distribution {
            law,
            truncate: (bound("truncate.low", &self.truncate.0)?, bound("truncate.high", &self.truncate.1)?),
            clip: (bound("clip.low", &self.clip.0)?, bound("clip.high", &self.clip.1)?),
        })
    }

    /// Whether some parameters give the law values that occur with a probability of their own: counts, data, bounds that it
    /// is clipped to, atoms of mixtures.
    pub fn may_have_atoms(&self) -> bool {
        let clipped = self.clip.0.is_some() || self.clip.1.is_some();
        clipped
            || match &self.law {
                Law::Poisson { .. }
                | Law::Binomial { .. }
                | Law::NegativeBinomial { .. }
                | Law::Geometric { .. }
                | Law::Bernoulli { .. }
                | Law::Discrete { .. }
                | Law::Empirical { interpolate: false, .. }
                | Law::Moments { of: ByMoments::NegativeBinomial, .. } => true,
                Law::Mixture { components } => components.iter().any(|(_, component)| match component {
                    Component::Atom(_) => true,
                    Component::Distribution(part) => part.may_have_atoms(),
                }),
                _ => false,
            }
    }

    /// Whether T has no closed form in the parameters: it is read from a table where they are constant, and inverted on
    /// every path where they are not.
    pub fn needs_table(&self) -> bool {
        // A closed form is the law's, whatever the numbers.
        let numbers = self.map(|_| 1.0);
        numbers.law.draw(Score::Uniform(0.5)).is_none() || self.truncate.0.is_some() || self.truncate.1.is_some()
    }
}

impl Distribution<f64> {
    /// Whether a table draws faster than the law's closed form does: from a uniform the table replaces a power or three
    /// logarithms, from a normal score the distribution function too.
    pub fn is_faster_by_table(&self, from_uniform: bool) -> bool {
        /// A table of a geometric law has a step for each count that may be drawn, about 37 divided by its probability.
        const RARE: f64 = 0.01;
        match self.law {
            Law::Weibull { .. } | Law::Gev { .. } | Law::Moments { of: ByMoments::Weibull, .. } => true,
            Law::Exponential { .. }
            | Law::Pareto { .. }
            | Law::Gumbel { .. }
            | Law::Logistic { .. }
            | Law::Triangular { .. }
            | Law::Moments { of: ByMoments::Pareto | ByMoments::Gumbel | ByMoments::Logistic, .. } => !from_uniform,
            Law::Geometric { probability } => !from_uniform && probability >= RARE,
            _ => false,
        }
    }
}

/// The name of the quantile with this probability: `p10`, `p2_5`.
pub fn quantile_name(p: f64) -> String {
    // Twelve digits hide the rounding of p * 100 and keep every level that a person writes.
    let percent = (p * 1e14).round() / 1e12;
    format!("p{percent}").replace('.', "_")
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
