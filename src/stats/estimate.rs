//! A number that simulation gives, and how far it may be off.

/// A statistic's value with its Monte Carlo standard error. Where the statistic does not exist there is no estimate:
/// results hold an `Option<Estimate>`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The value, in the unit of what it is a statistic of.
    pub value: f64,
    /// The standard error, in the same unit; absent where it cannot be told, as from one path. 0 for a constant.
    pub se: Option<f64>,
}

impl Estimate {
    /// The estimate of this value and error; none where the value does not exist.
    pub fn of(value: Option<f64>, se: Option<f64>) -> Option<Estimate> {
        value.map(|value| Estimate { value, se })
    }

    /// The estimate multiplied by a number, its error too.
    pub(crate) fn scaled(self, factor: f64) -> Estimate {
        Estimate { value: factor * self.value, se: self.se.map(|se| factor * se) }
    }
}

/// The value of an estimate that may not exist, without its error.
pub(crate) fn value(estimate: &Option<Estimate>) -> Option<f64> {
    estimate.map(|estimate| estimate.value)
}

/// The standard error of an estimate that may not exist.
pub(crate) fn se(estimate: &Option<Estimate>) -> Option<f64> {
    estimate.and_then(|estimate| estimate.se)
}
