//! Discrete values with weights, and samples drawn as they are or with straight lines between them.

use super::{Checked, Entry, Law, Parts, Runs, check_sorted, check_weights, require};
use std::borrow::Cow;

/// The law with each weight that is a parameter replaced, given the value that it weighs as its name.
pub(super) fn try_map<'p, P, Q, E>(
    values: &'p [(f64, Entry<P>)],
    replace: &mut impl FnMut(Cow<'static, str>, &'p P) -> Result<Q, E>,
) -> Result<Law<Q>, E> {
    let values = values
        .iter()
        .map(|(value, weight)| Ok((*value, weight.try_map(|weight| replace(value.to_string().into(), weight))?)));
    Ok(Law::Discrete { values: values.collect::<Result<_, E>>()? })
}

pub(super) fn check(values: &[(f64, Entry<f64>)]) -> Checked {
    require(!values.is_empty(), "values", 0.0, "at least one value")?;
    for &(value, _) in values {
        require(value.is_finite(), "value", value, "a finite number")?;
    }
    check_weights(values.iter().map(|&(value, weight)| (value.to_string(), weight)))?;
    check_sorted(values.iter().map(|pair| pair.0))
}

pub(super) fn parts(values: &[(f64, Entry<f64>)]) -> Parts {
    let total: f64 = values.iter().map(|(_, weight)| weight.value()).sum();
    let positive = values.iter().filter(|(_, weight)| weight.value() > 0.0);
    Parts::atoms(positive.map(|&(value, weight)| (value, weight.value() / total)))
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
