//! Histogram: weights of classes between edges, uniform within each class.

use super::{Checked, Parts, Runs, above, require};

/// One class more than nothing, edges increasing, weights 0 or above and not all 0.
pub(super) fn check(edges: &[f64], weights: &[f64]) -> Checked {
    require(edges.len() >= 2, "edges", edges.len() as f64, "at least two edges")?;
    require(weights.len() + 1 == edges.len(), "weights", weights.len() as f64, "one weight fewer than edges")?;
    for &value in edges.iter().chain(weights) {
        require(value.is_finite(), "edges", value, "finite numbers")?;
    }
    edges.windows(2).try_for_each(|pair| above("edges", pair[1], "the edge before", pair[0]))?;
    for &weight in weights {
        require(weight >= 0.0, "weights", weight, "0 or above")?;
    }
    let total: f64 = weights.iter().sum();
    require(total > 0.0 && total.is_finite(), "weights", total, "weights that are not all 0")
}

pub(super) fn parts(edges: &[f64], weights: &[f64]) -> Parts {
    let mut parts = Parts::default();
    parts.runs.push((1.0, Runs::between_edges(edges, weights)));
    parts
}
