//! Histogram: weights of classes between edges, uniform within each class.

use super::{Checked, Entry, Law, Parts, Runs, above, require};
use std::borrow::Cow;
use std::sync::Arc;

/// The law with each weight that is a parameter replaced, given its name: `weights.0`.
pub(super) fn try_map<'p, P, Q, E>(
    edges: &Arc<[f64]>,
    weights: &'p [Entry<P>],
    replace: &mut impl FnMut(Cow<'static, str>, &'p P) -> Result<Q, E>,
) -> Result<Law<Q>, E> {
    let weights = weights
        .iter()
        .enumerate()
        .map(|(index, weight)| weight.try_map(|weight| replace(format!("weights.{index}").into(), weight)));
    Ok(Law::Histogram { edges: edges.clone(), weights: weights.collect::<Result<_, E>>()? })
}

/// One class more than nothing, edges increasing, weights 0 or above and not all 0.
pub(super) fn check(edges: &[f64], weights: &[Entry<f64>]) -> Checked {
    require(edges.len() >= 2, "edges", edges.len() as f64, "at least two edges")?;
    require(weights.len() + 1 == edges.len(), "weights", weights.len() as f64, "one weight fewer than edges")?;
    let weights: Vec<f64> = weights.iter().map(|weight| weight.value()).collect();
    for &value in edges.iter().chain(&weights) {
        require(value.is_finite(), "edges", value, "finite numbers")?;
    }
    edges.windows(2).try_for_each(|pair| above("edges", pair[1], "the edge before", pair[0]))?;
    for &weight in &weights {
        require(weight >= 0.0, "weights", weight, "0 or above")?;
    }
    let total: f64 = weights.iter().sum();
    require(total > 0.0 && total.is_finite(), "weights", total, "weights that are not all 0")
}

pub(super) fn parts(edges: &[f64], weights: &[Entry<f64>]) -> Parts {
    let weights: Vec<f64> = weights.iter().map(|weight| weight.value()).collect();
    let mut parts = Parts::default();
    parts.runs.push((1.0, Runs::between_edges(edges, &weights)));
    parts
}
