//! The metalog law: its coefficients from quantiles, its quantile function, and its cdf by bisection.
//!
//! Keelin, 2016, The Metalog Distributions, Decision Analysis 13(4), doi:10.1287/deca.2016.0338, equations 6, 10 and 11.

use super::special::Split;
use libm::{exp, log};
use std::sync::LazyLock;

/// A metalog with as many terms as it has quantiles, so that it runs through all of them.
#[derive(Clone, Debug)]
pub struct Metalog {
    coefficients: Vec<f64>,
    low: Option<f64>,
    high: Option<f64>,
}

impl Metalog {
    /// Through (probability, value) pairs; `None` where the equations have no single solution or a value is not within the bounds.
    pub fn through(at: &[(f64, f64)], low: Option<f64>, high: Option<f64>) -> Option<Metalog> {
        let rows = at.iter().map(|&(p, x)| {
            let value = match (low, high) {
                (None, None) => x,
                (Some(low), None) => log(x - low),
                (None, Some(high)) => -log(high - x),
                (Some(low), Some(high)) => log((x - low) / (high - x)),
            };
            let mut row = terms(Split::at(p), at.len());
            row.push(value);
            row
        });
        let coefficients = solve(rows.collect())?;
        coefficients.iter().all(|a| a.is_finite()).then_some(Metalog { coefficients, low, high })
    }

    /// Whether the quantile function rises all the way, at every 1/10 of the logit of the probability out to 38.
    pub fn is_increasing(&self) -> bool {
        static LEVELS: LazyLock<Vec<Split>> =
            LazyLock::new(|| (-380..=380).map(|k| at_logit(0.1 * f64::from(k))).collect());
        let unbounded = Metalog { coefficients: self.coefficients.clone(), low: None, high: None };
        let values: Vec<f64> = LEVELS.iter().map(|level| unbounded.quantile(*level)).collect();
        values.windows(2).all(|pair| pair[0] < pair[1])
    }

    /// The quantile function.
    pub fn quantile(&self, level: Split) -> f64 {
        if level.below == 0.0 {
            return self.low.unwrap_or(f64::NEG_INFINITY);
        }
        if level.above == 0.0 {
            return self.high.unwrap_or(f64::INFINITY);
        }
        let terms = terms(level, self.coefficients.len());
        let m: f64 = terms.iter().zip(&self.coefficients).map(|(term, a)| term * a).sum();
        match (self.low, self.high) {
            (None, None) => m,
            (Some(low), None) => low + exp(m),
            (None, Some(high)) => high - exp(-m),
            (Some(low), Some(high)) => {
                let share = Split { below: 1.0 / (1.0 + exp(-m)), above: 1.0 / (1.0 + exp(m)) };
                if m < 0.0 { low + share.below * (high - low) } else { high - share.above * (high - low) }
            }
        }
    }

    /// The probability on either side of x, by bisection on the logit of the probability.
    pub fn split(&self, x: f64) -> Split {
        if self.low.is_some_and(|low| x <= low) || x == f64::NEG_INFINITY {
            return Split::NONE;
        }
        if self.high.is_some_and(|high| x >= high) || x == f64::INFINITY {
            return Split::ALL;
        }
        // exp stays finite up to 709.
        let (mut left, mut right) = (-700.0, 700.0);
        for _ in 0..64 {
            let middle = 0.5 * (left + right);
            if self.quantile(at_logit(middle)) < x {
                left = middle;
            } else {
                right = middle;
            }
        }
        at_logit(right)
    }
}

fn at_logit(logit: f64) -> Split {
    Split { below: 1.0 / (1.0 + exp(-logit)), above: 1.0 / (1.0 + exp(logit)) }
}

/// The first n terms at a probability: 1, L, (y - 1/2) L, y - 1/2, then pairs (y - 1/2)^k, (y - 1/2)^k L of rising k.
fn terms(level: Split, n: usize) -> Vec<f64> {
    let logit = log(level.below / level.above);
    let centred = 0.5 * (level.below - level.above);
    let term = |k: usize| match k {
        0 => 1.0,
        1 => logit,
        2 => centred * logit,
        3 => centred,
        _ if k.is_multiple_of(2) => libm::pow(centred, (k / 2) as f64),
        _ => libm::pow(centred, (k / 2) as f64) * logit,
    };
    (0..n).map(term).collect()
}

/// Gaussian elimination with partial pivoting; each row ends in its right-hand side.
fn solve(mut rows: Vec<Vec<f64>>) -> Option<Vec<f64>> {
    let n = rows.len();
    for column in 0..n {
        let pivot = (column..n).max_by(|&i, &j| rows[i][column].abs().total_cmp(&rows[j][column].abs()))?;
        rows.swap(column, pivot);
        let lead = rows[column].clone();
        if lead[column] == 0.0 {
            return None;
        }
        for row in &mut rows[column + 1..] {
            let factor = row[column] / lead[column];
            row.iter_mut().zip(&lead).for_each(|(x, y)| *x -= factor * y);
        }
    }
    let mut solution = vec![0.0; n];
    for i in (0..n).rev() {
        let known: f64 = (i + 1..n).map(|j| rows[i][j] * solution[j]).sum();
        solution[i] = (rows[i][n] - known) / rows[i][i];
    }
    Some(solution)
}
