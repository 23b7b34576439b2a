//! Mixtures of atoms and laws.

use super::{Checked, Component, Distribution, Entry, ParameterError, Parts, check_weights, require};
use std::borrow::Cow;
use std::sync::Arc;

/// Weights and what they weigh.
type Components<P> = Arc<[(Entry<P>, Component<P>)]>;

/// The components with each parameter replaced, given its path inside the law: `0.weight`, `0.value`, `1.value.normal.sd`.
pub(super) fn try_map<'p, P, Q, E>(
    components: &'p [(Entry<P>, Component<P>)],
    replace: &mut impl FnMut(Cow<'static, str>, &'p P) -> Result<Q, E>,
) -> Result<Components<Q>, E> {
    let mapped = components.iter().enumerate().map(|(index, (weight, component))| {
        let weight = weight.try_map(|weight| replace(format!("{index}.weight").into(), weight))?;
        let component = match component {
            Component::Atom(value) => Component::Atom(replace(format!("{index}.value").into(), value)?),
            Component::Distribution(distribution) => {
                // The replacement is handed down as an object, or mixtures in mixtures would be types without end.
                let law = distribution.name();
                let inner: &mut dyn FnMut(Cow<'static, str>, &'p P) -> Result<Q, E> =
                    &mut |name, parameter| replace(format!("{index}.value.{law}.{name}").into(), parameter);
                Component::Distribution(Box::new(Distribution::try_map_named(distribution, inner)?))
            }
        };
        Ok((weight, component))
    });
    mapped.collect()
}

pub(super) fn check(components: &[(Entry<f64>, Component<f64>)]) -> Checked {
    require(!components.is_empty(), "mixture", 0.0, "at least one component")?;
    check_weights(components.iter().enumerate().map(|(index, &(weight, _))| (format!("{index}.weight"), weight)))?;
    for (index, (_, component)) in components.iter().enumerate() {
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

pub(super) fn parts(components: &[(Entry<f64>, Component<f64>)]) -> Parts {
    let total: f64 = components.iter().map(|(weight, _)| weight.value()).sum();
    let mut mixture = Parts::default();
    for (weight, component) in components {
        let weight = weight.value();
        if weight == 0.0 {
            continue;
        }
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
