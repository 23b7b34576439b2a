//! Domains of parameters: what errors say, the kinds that laws share, and the bounds of a distribution.

use std::fmt;

use super::distribution::{Distribution, quantile_name};
use super::entry::Entry;
use super::parts::Parts;

/// Largest shape and degrees of freedom: beyond it a law is its limit to more digits than a simulation can see.
pub(super) const LARGEST_SHAPE: f64 = 1e8;
/// Smallest shape of gamma and beta: below it even the median of a gamma is 1e-300.
pub(super) const SMALLEST_SHAPE: f64 = 1e-3;
/// Smallest degrees of freedom: below it the tails leave the range of a double.
pub(super) const SMALLEST_DF: f64 = 0.1;
/// Largest mean of a Poisson: its table has a step for every count that can occur.
pub(super) const LARGEST_POISSON_MEAN: f64 = 1e8;

/// A parameter outside its domain.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterError {
    /// Path of the parameter inside the law, as `Distribution::parameters` names it.
    pub parameter: String,
    /// The parameter's value.
    pub found: f64,
    /// The domain in words: "above 0", "at least low (3)".
    pub expected: String,
}

impl fmt::Display for ParameterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}, expected {}", self.parameter, self.found, self.expected)
    }
}

impl std::error::Error for ParameterError {}

/// Nothing, or what is outside its domain.
pub(super) type Checked = Result<(), ParameterError>;

/// Weights by name: stated ones above 0, parameters 0 or above, and not all 0.
pub(super) fn check_weights(weights: impl Iterator<Item = (String, Entry<f64>)>) -> Checked {
    let mut total = 0.0;
    for (name, weight) in weights {
        match weight {
            Entry::Stated(weight) => require(weight > 0.0 && weight.is_finite(), name, weight, "a weight above 0")?,
            Entry::Parameter(weight) => require(weight >= 0.0 && weight.is_finite(), name, weight, "0 or above")?,
        }
        total += weight.value();
    }
    require(total > 0.0 && total.is_finite(), "weights", total, "weights that are not all 0")
}

/// `holds` is false for NaN, so that NaN lands in the error.
pub(super) fn require(holds: bool, parameter: impl Into<String>, found: f64, expected: impl Into<String>) -> Checked {
    if holds {
        return Ok(());
    }
    Err(ParameterError { parameter: parameter.into(), found, expected: expected.into() })
}

pub(super) fn above_zero(parameter: &str, found: f64) -> Checked {
    require(found > 0.0, parameter, found, "above 0")
}

pub(super) fn not_negative(parameter: &str, found: f64) -> Checked {
    require(found >= 0.0, parameter, found, "0 or above")
}

/// As `require`, with words that are only made where they are needed: laws of drawn parameters are checked on every path.
pub(super) fn require_else(holds: bool, parameter: &str, found: f64, expected: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { require(false, parameter, found, expected()) }
}

pub(super) fn at_least(parameter: &str, found: f64, other: &str, least: f64) -> Checked {
    require_else(found >= least, parameter, found, || format!("at least {other} ({least})"))
}

pub(super) fn above(parameter: &str, found: f64, other: &str, least: f64) -> Checked {
    require_else(found > least, parameter, found, || format!("above {other} ({least})"))
}

pub(super) fn within(parameter: &str, found: f64, least: f64, most: f64) -> Checked {
    require_else(least <= found && found <= most, parameter, found, || format!("between {least} and {most}"))
}

impl Distribution<f64> {
    /// Whether every parameter is in its domain.
    ///
    /// # Errors
    /// The first parameter that is not.
    pub fn check(&self) -> Checked {
        for (name, &value) in self.parameters() {
            require(value.is_finite(), name, value, "a finite number")?;
        }
        self.law.check()?;
        if let (Some(low), Some(high)) = self.truncate {
            above("truncate.high", high, "truncate.low", low)?;
        }
        if let (Some(low), Some(high)) = self.clip {
            at_least("clip.high", high, "clip.low", low)?;
        }
        if self.truncate != (None, None) {
            let (parameter, found) = match self.truncate {
                (Some(low), _) => ("truncate.low", low),
                (None, high) => ("truncate.high", high.unwrap_or(f64::NAN)),
            };
            let expected = "bounds with more than 1e-280 of the law's mass between them";
            require(self.mass() > 1e-280, parameter, found, expected)?;
        }
        Ok(())
    }
}

impl Distribution<f64> {
    /// The mass that truncation leaves of a law whose parameters are in their domain.
    fn mass(&self) -> f64 {
        match self.law.counts() {
            Some(counts) => {
                counts.mass(self.truncate.0.unwrap_or(f64::NEG_INFINITY), self.truncate.1.unwrap_or(f64::INFINITY))
            }
            None => Parts::mass(self),
        }
    }
}

pub(super) fn check_mode(low: f64, mode: f64, high: f64) -> Checked {
    at_least("high", high, "low", low)?;
    at_least("mode", mode, "low", low)?;
    require_else(mode <= high, "mode", mode, || format!("at most high ({high})"))
}

fn check_probability(p: f64) -> Checked {
    match p > 0.0 && p < 1.0 {
        true => Ok(()),
        false => require(false, quantile_name(p), p, "a probability between 0 and 1"),
    }
}

pub(super) fn check_quantiles(at: &[(f64, f64)]) -> Checked {
    at.iter().try_for_each(|&(p, _)| check_probability(p))?;
    at.windows(2).try_for_each(|pair| {
        let [(p1, x1), (p2, x2)] = [pair[0], pair[1]];
        if p1 < p2 && x1 < x2 {
            return Ok(());
        }
        require(p1 < p2, quantile_name(p2), p2, format!("a probability above {p1}"))?;
        above(&quantile_name(p2), x2, &quantile_name(p1), x1)
    })
}

pub(super) fn check_sorted(values: impl Iterator<Item = f64>) -> Checked {
    let mut last = f64::NEG_INFINITY;
    for value in values {
        require(value >= last, "values", value, "values in increasing order")?;
        last = value;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::laws::{Component, Law};
    use super::*;

    fn refused(law: Law<f64>) -> String {
        Distribution::unbounded(law).check().expect_err("outside the domain").parameter
    }

    fn fine(law: Law<f64>) {
        assert_eq!(Distribution::unbounded(law).check(), Ok(()));
    }

    #[test]
    fn domains() {
        assert_eq!(refused(Law::Normal { mean: 0.0, sd: -1.0 }), "sd");
        assert_eq!(refused(Law::Normal { mean: f64::INFINITY, sd: 1.0 }), "mean");
        assert_eq!(refused(Law::NormalQuantiles { at: [(0.1, 2.0), (0.9, 2.0)] }), "p90");
        assert_eq!(refused(Law::NormalQuantiles { at: [(0.9, 1.0), (0.1, 2.0)] }), "p10");
        assert_eq!(refused(Law::LogNormal { median: 0.0, sigma: 1.0 }), "median");
        assert_eq!(refused(Law::LogNormal { median: 1.0, sigma: -0.1 }), "sigma");
        assert_eq!(refused(Law::LogNormalMoments { mean: -1.0, sd: 1.0 }), "mean");
        assert_eq!(refused(Law::LogNormalLog { log_mean: 0.0, log_sd: -1.0 }), "log_sd");
        assert_eq!(refused(Law::LogNormalQuantiles { at: [(0.1, 0.0), (0.9, 2.0)] }), "p10");
        assert_eq!(refused(Law::Uniform { low: 1.0, high: 0.0 }), "high");
        assert_eq!(refused(Law::Triangular { low: 0.0, mode: 2.0, high: 1.0 }), "mode");
        assert_eq!(refused(Law::Pert { low: 0.0, mode: -1.0, high: 1.0, shape: 4.0 }), "mode");
        assert_eq!(refused(Law::Pert { low: 0.0, mode: 0.5, high: 1.0, shape: 0.0 }), "shape");
        assert_eq!(refused(Law::Beta { alpha: 0.0, beta: 1.0, low: 0.0, high: 1.0 }), "alpha");
        assert_eq!(refused(Law::Beta { alpha: 1.0, beta: 1e9, low: 0.0, high: 1.0 }), "beta");
        assert_eq!(refused(Law::Gamma { shape: -2.0, scale: 1.0 }), "shape");
        assert_eq!(refused(Law::Weibull { shape: 1.0, scale: 0.0 }), "scale");
        assert_eq!(refused(Law::StudentT { location: 0.0, scale: 1.0, df: 0.0 }), "df");
        assert_eq!(refused(Law::Gumbel { location: 0.0, scale: 0.0 }), "scale");
        assert_eq!(refused(Law::Logistic { location: 0.0, scale: -1.0 }), "scale");
        assert_eq!(refused(Law::Poisson { mean: -0.1 }), "mean");
        assert_eq!(refused(Law::Poisson { mean: 2e8 }), "mean");
        assert_eq!(refused(Law::Exponential { mean: 0.0 }), "mean");
        assert_eq!(refused(Law::Bernoulli { probability: 1.5 }), "probability");
        assert_eq!(refused(Law::Discrete { values: [(1.0, 0.0.into())].into() }), "1");
        assert_eq!(refused(Law::Empirical { values: [].into(), interpolate: false }), "values");
        assert_eq!(refused(Law::Empirical { values: [2.0, 1.0].into(), interpolate: true }), "values");
        assert_eq!(refused(Law::Mixture { components: [(0.0.into(), Component::Atom(1.0))].into() }), "0.weight");
        let part = Distribution::unbounded(Law::Normal { mean: 0.0, sd: -1.0 });
        let components =
            [(1.0.into(), Component::Atom(1.0)), (1.0.into(), Component::Distribution(part.into()))].into();
        assert_eq!(refused(Law::Mixture { components }), "1.value.normal.sd");
    }

    #[test]
    fn nan_is_refused_everywhere() {
        let law = Law::Pert { low: 0.0, mode: 0.5, high: 1.0, shape: 4.0 };
        let whole = Distribution { law, truncate: (Some(0.1), Some(0.9)), clip: (Some(0.2), Some(0.8)) };
        assert_eq!(whole.check(), Ok(()));
        for index in 0..whole.parameters().len() {
            let mut visited = 0;
            let broken = whole.map(|&value| {
                visited += 1;
                if visited == index + 1 { f64::NAN } else { value }
            });
            let error = broken.check().expect_err("a NaN");
            assert_eq!(
                (error.parameter.as_str(), error.expected.as_str()),
                (&*whole.parameters()[index].0, "a finite number")
            );
        }
    }

    #[test]
    fn constants_are_laws() {
        fine(Law::Normal { mean: 1.0, sd: 0.0 });
        fine(Law::LogNormal { median: 1.0, sigma: 0.0 });
        fine(Law::Uniform { low: 1.0, high: 1.0 });
        fine(Law::Triangular { low: 1.0, mode: 1.0, high: 1.0 });
        fine(Law::Pert { low: 1.0, mode: 1.0, high: 1.0, shape: 4.0 });
        fine(Law::Poisson { mean: 0.0 });
        fine(Law::Bernoulli { probability: 0.0 });
    }

    #[test]
    fn bounds_must_leave_something() {
        let normal = |truncate, clip| Distribution { law: Law::Normal { mean: 0.0, sd: 1.0 }, truncate, clip }.check();
        let parameter = |result: Result<(), ParameterError>| result.expect_err("bad bounds").parameter;
        assert_eq!(parameter(normal((Some(1.0), Some(1.0)), (None, None))), "truncate.high");
        assert_eq!(parameter(normal((None, None), (Some(1.0), Some(0.0)))), "clip.high");
        assert_eq!(parameter(normal((Some(50.0), None), (None, None))), "truncate.low");
        assert_eq!(parameter(normal((None, Some(-50.0)), (None, None))), "truncate.high");
        assert_eq!(normal((Some(30.0), None), (Some(1.0), Some(1.0))), Ok(()));
    }

    #[test]
    fn metalogs_must_be_feasible() {
        let metalog = |at: &[(f64, f64)], low: Option<f64>, high: Option<f64>| Law::Metalog {
            at: at.iter().map(|&(p, x)| (p, x.into())).collect(),
            low: low.map(Entry::from),
            high: high.map(Entry::from),
        };
        fine(metalog(&[(0.1, 1.0), (0.5, 3.0), (0.9, 8.0)], None, None));
        fine(metalog(&[(0.1, 1.0), (0.5, 3.0), (0.9, 8.0)], Some(0.0), Some(20.0)));
        assert_eq!(refused(metalog(&[(0.5, 3.0)], None, None)), "quantiles");
        assert_eq!(refused(metalog(&[(0.1, 1.0), (0.9, 8.0)], Some(1.0), None)), "low");
        assert_eq!(refused(metalog(&[(0.1, 1.0), (0.9, 8.0)], None, Some(8.0))), "high");
        assert_eq!(refused(metalog(&[(0.1, 1.0), (0.9, 1.0)], None, None)), "p90");
        assert_eq!(refused(metalog(&[(0.1, 0.0), (0.5, 0.1), (0.9, 10.0)], None, None)), "quantiles");
    }
}
