//! Discrete values with weights, and samples drawn as they are or with straight lines between them.

use super::{Checked, Parts, Runs, check_sorted, require};

pub(super) fn check(values: &[(f64, f64)]) -> Checked {
    require(!values.is_empty(), "values", 0.0, "at least one value")?;
    for &(value, weight) in values {
        require(value.is_finite(), "value", value, "a finite number")?;
        require(weight > 0.0 && weight.is_finite(), value.to_string(), weight, "a weight above 0")?;
    }
    check_sorted(values.iter().map(|pair| pair.0))
}

pub(super) fn parts(values: &[(f64, f64)]) -> Parts {
    let total: f64 = values.iter().map(|(_, weight)| weight).sum();
    Parts::atoms(values.iter().map(|&(value, weight)| (value, weight / total)))
}

pub(super) fn check_sample(values: &[f64]) -> Checked {
    require(!values.is_empty(), "values", 0.0, "at least one value")?;
    for &value in values {
        require(value.is_finite(), "values", value, "a finite number")?;
    }
    check_sorted(values.iter().copied())
}

pub(super) fn sample_parts(values: &[f64], interpolate: bool) -> Parts {
    if interpolate && values.len() > 1 {
        let sample = Runs::between_order_statistics(values);
        let mut parts = Parts::atoms(sample.atoms);
        parts.runs.extend(sample.runs);
        return parts;
    }
    Parts::atoms(values.iter().map(|&value| (value, 1.0 / values.len() as f64)))
}
