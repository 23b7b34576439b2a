//! Mixtures of atoms and laws with constant parameters.

use super::{Checked, Component, ParameterError, Parts, require};

pub(super) fn check(components: &[(f64, Component)]) -> Checked {
    require(!components.is_empty(), "mixture", 0.0, "at least one component")?;
    for (index, (weight, component)) in components.iter().enumerate() {
        require(*weight > 0.0 && weight.is_finite(), format!("{index}.weight"), *weight, "above 0")?;
        match component {
            Component::Atom(value) => require(value.is_finite(), format!("{index}.value"), *value, "a finite number")?,
            Component::Distribution(distribution) => distribution.check().map_err(|error| ParameterError {
                parameter: format!("{index}.value.{}.{}", distribution.name(), error.parameter),
                ..error
            })?,
        }
    }
    Ok(())
}

pub(super) fn parts(components: &[(f64, Component)]) -> Parts {
    let total: f64 = components.iter().map(|(weight, _)| weight).sum();
    let mut mixture = Parts::default();
    for (weight, component) in components {
        match component {
            Component::Atom(value) => mixture.add_atom(*value, weight / total),
            Component::Distribution(distribution) => {
                let mut parts = Parts::of(distribution);
                parts.scale(weight / total);
                mixture.atoms.append(&mut parts.atoms);
                mixture.smooth.append(&mut parts.smooth);
                mixture.runs.append(&mut parts.runs);
            }
        }
    }
    mixture
}
