//! Triangular and PERT through two quantiles and a mode: the ends that experts are not asked for.
//!
//! With r = (mode - low) / (high - low), the law on 0 to 1 whose mode is r has quantiles b(r) at p and B(r) at q. Then
//! (mode - x_p) / (x_q - mode) = (r - b(r)) / (B(r) - r), whose right side rises with r from 0, where b(r) = r, to infinity,
//! where B(r) = r; bisection finds r, and either distance the width.

use super::{Checked, Distribution, Law, Tails, check_quantiles, require_else, triangular};
use crate::dist::root::root;

/// The quantile of the law on 0 to 1 with this mode, at these tails.
type UnitQuantile<'a> = &'a dyn Fn(f64, Tails) -> f64;

pub(super) fn check(at: &[(f64, f64); 2], mode: f64) -> Checked {
    check_quantiles(at)?;
    let ([(p, low), (q, high)], name) = (*at, super::quantile_name);
    require_else(low <= mode, "mode", mode, || format!("at least {} ({low})", name(p)))?;
    require_else(mode <= high, "mode", mode, || format!("at most {} ({high})", name(q)))
}

/// Low and high of the triangular law through two quantiles, with this mode.
pub(super) fn triangular_ends(at: [(f64, f64); 2], mode: f64) -> (f64, f64) {
    ends(at, mode, &|mode, tails| triangular::quantile(0.0, mode, 1.0, tails))
}

/// Low and high of the PERT of this shape through two quantiles, with this mode.
pub(super) fn pert_ends(at: [(f64, f64); 2], mode: f64, shape: f64) -> (f64, f64) {
    ends(at, mode, &|mode, tails| {
        Distribution::unbounded(Law::Pert { low: 0.0, mode, high: 1.0, shape }).quantile_at(tails)
    })
}

fn ends([(p, x), (q, y)]: [(f64, f64); 2], mode: f64, quantile: UnitQuantile<'_>) -> (f64, f64) {
    let (left, right) = (mode - x, y - mode);
    let (lower, upper) = (Tails::of(p), Tails::of(q));
    let distances = |r: f64| (r - quantile(r, lower), quantile(r, upper) - r);
    // Of one sign with how much r is too large: where both distances lie beyond the ends of the range that makes sense, the
    // upper one tells.
    let excess = |r: f64| match distances(r) {
        (below, above) if above <= 0.0 => right * below.abs() - left * above,
        (below, above) => right * below - left * above,
    };
    let r = root((0.0, 1.0), 1e-16 * (left + right), excess);
    let (below, above) = distances(r);
    let width = (left + right) / (below + above);
    (mode - r * width, mode + (1.0 - r) * width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_come_back() {
        let (low, high) = triangular_ends([(0.1, 90.0), (0.9, 140.0)], 100.0);
        assert!((low - 75.166).abs() < 5e-4 && (high - 163.770).abs() < 5e-4, "{low} {high}");
        for (at, mode) in
            [([(0.1, 90.0), (0.9, 140.0)], 100.0), ([(0.05, 1.0), (0.8, 2.0)], 1.0), ([(0.1, 1.0), (0.9, 2.0)], 2.0)]
        {
            for shape in [1.0, 4.0, 20.0] {
                let (low, high) = pert_ends(at, mode, shape);
                let law = Distribution::unbounded(Law::Pert { low, mode, high, shape });
                for (p, x) in at {
                    assert!((law.quantile(p) - x).abs() < 1e-9 * (high - low), "{at:?} {mode} {shape}: {low} {high}");
                }
            }
            let (low, high) = triangular_ends(at, mode);
            let law = Distribution::unbounded(Law::Triangular { low, mode, high });
            for (p, x) in at {
                assert!((law.quantile(p) - x).abs() < 1e-9 * (high - low), "{at:?} {mode}: {low} {high}");
            }
        }
    }
}
