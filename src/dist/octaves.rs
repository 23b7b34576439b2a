//! Tables over the probability, for draws that need no normal score: made from the tables over the score.

use super::interpolate::powers;
use super::transform::{Argument, NormalScoreTable};
use crate::kernel::{OCTAVE_ROWS, Octaves, scalar};

/// Places within a row at which it is exact: the extremes of the fifth Chebyshev polynomial, the ends among them, so that
/// neighbours meet.
const NODES: [f64; 6] =
    [0.0, 0.095_491_502_812_526_29, 0.345_491_502_812_526_3, 0.654_508_497_187_473_7, 0.904_508_497_187_473_7, 1.0];

/// Error that is tolerated, relative to the distance from a bound of the support, else to the value's own size.
const TOLERANCE: f64 = 3e-10;

impl NormalScoreTable {
    /// The same quantile function over the probability; none where polynomials over parts of octaves do not follow it,
    /// which the law's steep places can make happen, and none for a table that runs over the probability already.
    pub fn over_probability(&self) -> Option<Octaves> {
        if self.argument == Argument::Probability {
            return None;
        }
        // Clamping comes last, or a clip would put a bend into a row.
        let value = |upper: bool, v: f64| {
            let z = scalar::normal_quantile(v);
            self.outer.apply(self.piecewise.evaluate(if upper { -z } else { z }))
        };
        let (lowest, highest) = self.outer.range();
        let least_size = 0.1 * (value(true, 0.25) - value(false, 0.25));
        let size = |x: f64| match lowest.is_finite() || highest.is_finite() {
            true => (x - lowest).min(highest - x),
            false => x.abs().max(least_size),
        };
        let mut rows = Vec::with_capacity(2 * OCTAVE_ROWS);
        for upper in [false, true] {
            for row in 0..OCTAVE_ROWS {
                let at = |s: f64| value(upper, Octaves::probability(row, s).min(0.5));
                let polynomial = powers(&NODES, NODES.map(at));
                let follows = NODES.windows(2).all(|pair| {
                    let s = 0.5 * (pair[0] + pair[1]);
                    let (x, fitted) = (at(s), polynomial.iter().rev().fold(0.0, |sum, c| sum * s + c));
                    (fitted - x).abs() <= TOLERANCE * size(x) + 4.0 * f64::EPSILON * x.abs()
                });
                if !follows {
                    return None;
                }
                rows.push(polynomial);
            }
        }
        Some(Octaves { low: self.low, high: self.high, rows: rows.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dist::{Distribution, Law, Transform};
    use crate::kernel::octaves_at;

    /// The table over the score is tested against 40-digit values; this one must follow it, and the midpoints of its rows
    /// were looked at while it was made, so other places are looked at here.
    #[test]
    fn follows_the_table_over_the_score() {
        let pert = Law::Pert { low: 0.05, mode: 0.3, high: 0.6, shape: 4.0 };
        let gamma = Law::Gamma { shape: 2.5, scale: 0.1 };
        for law in [pert, gamma] {
            let Transform::Smooth(table) =
                (Distribution { law: law.clone(), truncate: (None, None), clip: (None, None) }).transform()
            else {
                panic!("a smooth law has one table");
            };
            let octaves = table.over_probability().expect("a law without steep places");
            for k in 1..40_000 {
                let v = libm::exp2(-f64::from(k) * 52.9 / 40_000.0);
                let low = table.evaluate(scalar::normal_quantile(v));
                assert!((octaves_at(v, &octaves) - low).abs() <= 1e-9 * low, "{law:?} at {v:e}");
                // What is left of v after 1 - v was rounded.
                let u = 1.0 - v;
                let high = table.evaluate(-scalar::normal_quantile(1.0 - u));
                assert!((octaves_at(u, &octaves) - high).abs() <= 1e-9 * high, "{law:?} at 1 - {v:e}");
            }
        }
    }
}
