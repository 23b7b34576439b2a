//! Piecewise polynomials on a uniform grid, fitted until they agree with the function between their nodes.

use super::smooth::ScoreNode;
use crate::kernel::Piecewise;
use std::cell::Cell;

/// What the fit of one law's table may still cost, in evaluations of one part's distribution function.
///
/// Halving intervals ends at a width, not at a number of them: where the function moves by decades within every width, such
/// as that of a mixture with standard deviations of 1e-62 and 1, it would not end before the machine is full.
#[derive(Debug)]
pub(super) struct FitBudget {
    left: Cell<u64>,
    each: u64,
}

/// A table that would cost more than its budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OverBudget;

impl FitBudget {
    /// Well below a second: the laws of the tests take less than a tenth of it.
    const WHOLE: u64 = 150_000;
    /// Nodes that even a mixture of many parts may have: to invert it draw by draw would cost more.
    const NODES: u64 = 3_000;

    /// The budget of a table, each node of which costs so many evaluations.
    pub(super) fn new(each: u64) -> FitBudget {
        let left = FitBudget::WHOLE.max(FitBudget::NODES.saturating_mul(each));
        FitBudget { left: Cell::new(left), each: each.max(1) }
    }

    /// Pays for one node; false where the budget is spent.
    fn pay(&self) -> bool {
        let left = self.left.get().saturating_sub(self.each);
        self.left.set(left);
        left > 0
    }
}

impl Piecewise {
    /// The same value everywhere.
    pub(super) fn constant(value: f64) -> Piecewise {
        Piecewise { low: 0.0, inverse_width: 1.0, coefficients: [[value, 0.0, 0.0, 0.0, 0.0, 0.0]].into() }
    }

    /// Straight lines through values at equal distances; the first lies at `low`.
    pub(super) fn linear(low: f64, inverse_width: f64, values: &[f64]) -> Piecewise {
        let coefficients = values.windows(2).map(|pair| [pair[0], pair[1] - pair[0], 0.0, 0.0, 0.0, 0.0]).collect();
        Piecewise { low, inverse_width, coefficients }
    }

    /// The value at x; NaN at NaN.
    pub fn evaluate(&self, x: f64) -> f64 {
        let count = self.coefficients.len();
        let position = ((x - self.low) * self.inverse_width).clamp(0.0, count as f64);
        let index = (position as usize).min(count - 1);
        evaluate(&self.coefficients[index], position - index as f64)
    }
}

fn evaluate([c0, c1, c2, c3, c4, c5]: &[f64; 6], s: f64) -> f64 {
    c0 + s * (c1 + s * (c2 + s * (c3 + s * (c4 + s * c5))))
}

/// The quintic with the values and two derivatives of both nodes, on an interval of this width.
fn hermite(from: &ScoreNode, to: &ScoreNode, width: f64) -> [f64; 6] {
    let (a0, a1) = (width * from.first, width * to.first);
    let (b0, b1) = (width * width * from.second, width * width * to.second);
    let rise = to.value - from.value;
    [
        from.value,
        a0,
        0.5 * b0,
        10.0 * rise - 6.0 * a0 - 4.0 * a1 - 1.5 * b0 + 0.5 * b1,
        -15.0 * rise + 8.0 * a0 + 7.0 * a1 + 1.5 * b0 - b1,
        6.0 * rise - 3.0 * a0 - 3.0 * a1 - 0.5 * b0 + 0.5 * b1,
    ]
}

/// A function to be tabulated: its node at an argument, from a guess of the value.
pub(super) type ScoreNodeAt<'a> = dyn Fn(f64, f64) -> ScoreNode + 'a;

/// The error of a polynomial as a multiple of what is tolerated, from its prediction at the midpoint of its interval,
/// which stands beside the exact node.
pub(super) type FitExcess<'a> = dyn Fn(&ScoreNode, f64, &[f64; 6]) -> f64 + 'a;

/// Whether a polynomial rises all over its interval, up to a rounding of its derivative.
///
/// The Bernstein coefficients of the derivative enclose it; the condition is sufficient, and met on a fine grid.
pub(super) fn rises(&[_, c1, c2, c3, c4, c5]: &[f64; 6], rounding: f64) -> bool {
    let [d0, d1, d2, d3, d4] = [c1, 2.0 * c2, 3.0 * c3, 4.0 * c4, 5.0 * c5];
    [d0, d0 + 0.25 * d1, d0 + 0.5 * d1 + d2 / 6.0, d0 + 0.75 * d1 + 0.5 * d2 + 0.25 * d3, d0 + d1 + d2 + d3 + d4]
        .iter()
        .all(|&b| b >= -rounding)
}

/// Fits [low, high], doubling the intervals until every midpoint is within tolerance; None beyond `most` intervals, and
/// where the budget ends.
///
/// The error of a quintic is greatest at its midpoint and shrinks 64-fold with each doubling; the midpoints of one
/// grid are nodes of the next one, and its polynomials predict them so well that they need one evaluation each.
pub(super) fn fit(
    node: &ScoreNodeAt,
    excess: &FitExcess,
    (low, high): (f64, f64),
    (first, most): (usize, usize),
    guess: f64,
    budget: &FitBudget,
) -> Option<Piecewise> {
    let node = |z: f64, guess: f64| match budget.pay() {
        true => node(z, guess),
        false => ScoreNode { value: f64::NAN, first: f64::NAN, second: f64::NAN },
    };
    let finite = |node: &ScoreNode| node.value.is_finite() && node.first.is_finite() && node.second.is_finite();
    let mut count = first;
    let mut width = (high - low) / count as f64;
    let mut nodes = vec![ScoreNode { value: 0.0, first: 0.0, second: 0.0 }; count + 1];
    let middle = count / 2;
    nodes[middle] = node(low + width * middle as f64, guess);
    for k in (0..middle).rev().chain(middle + 1..=count) {
        let (from, step) = if k < middle { (nodes[k + 1], -width) } else { (nodes[k - 1], width) };
        let z = if k == count { high } else { low + width * k as f64 };
        nodes[k] = node(z, from.value + step * (from.first + 0.5 * step * from.second));
        if !finite(&nodes[k]) {
            return None;
        }
    }
    loop {
        let coefficients: Box<[[f64; 6]]> = nodes.windows(2).map(|pair| hermite(&pair[0], &pair[1], width)).collect();
        let mut denser = Vec::with_capacity(2 * count + 1);
        let mut worst: f64 = 0.0;
        for (k, polynomial) in coefficients.iter().enumerate() {
            let predicted = evaluate(polynomial, 0.5);
            let exact = node(low + width * (k as f64 + 0.5), predicted);
            if !finite(&exact) {
                return None;
            }
            let excess = excess(&exact, predicted, polynomial);
            worst = if excess.is_nan() { f64::INFINITY } else { worst.max(excess) };
            denser.extend([nodes[k], exact]);
        }
        if worst <= 1.0 {
            return Some(Piecewise { low, inverse_width: 1.0 / width, coefficients });
        }
        // Hopeless even if every doubling that is left gains its 64, and one more: leave it to narrower pieces.
        let doublings = (most / count).ilog2() as i32;
        if doublings == 0 || worst > libm::ldexp(1.0, 6 * (doublings + 1)) {
            return None;
        }
        denser.push(nodes[count]);
        nodes = denser;
        count *= 2;
        width *= 0.5;
    }
}

/// Fits [low, high] in pieces, halving wherever a small grid fails; each with the argument at which it ends.
///
/// Below `LEAST_WIDTH` a straight line stands for whatever is there: the flank of a gap in the support, the root-like
/// edge of a density.
///
/// # Errors
/// Where the budget ends before the pieces do.
pub(super) fn fit_pieces(
    node: &ScoreNodeAt,
    excess: &FitExcess,
    (low, high): (f64, f64),
    guess: f64,
    budget: &FitBudget,
    pieces: &mut Vec<(f64, Piecewise)>,
) -> Result<(), OverBudget> {
    const LEAST_WIDTH: f64 = 1e-10;
    // Midpoints of intervals wider than 1 may agree by accident.
    let first = if high - low > 4.0 { 16 } else { 4 };
    if let Some(piece) = fit(node, excess, (low, high), (first, 64), guess, budget) {
        pieces.push((high, piece));
    } else if !budget.pay() {
        return Err(OverBudget);
    } else if high - low > LEAST_WIDTH {
        let middle = 0.5 * (low + high);
        fit_pieces(node, excess, (low, middle), guess, budget, pieces)?;
        fit_pieces(node, excess, (middle, high), guess, budget, pieces)?;
    } else {
        let ends = [node(low, guess).value, node(high, guess).value];
        if ends.iter().any(|value| !value.is_finite()) {
            return Err(OverBudget);
        }
        pieces.push((high, Piecewise::linear(low, 1.0 / (high - low), &ends)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cubic_exponential(z: f64, _: f64) -> ScoreNode {
        let e = libm::exp(0.3 * z);
        ScoreNode { value: e, first: 0.3 * e, second: 0.09 * e }
    }

    #[test]
    fn a_fit_is_as_good_as_it_says() {
        let excess = |exact: &ScoreNode, predicted: f64, _: &[f64; 6]| (predicted / exact.value - 1.0).abs() / 1e-10;
        let table = fit(&cubic_exponential, &excess, (-8.0, 8.0), (4, 512), 0.0, &FitBudget::new(1))
            .expect("a smooth function");
        for k in -8000..=8000 {
            let z = 1e-3 * f64::from(k);
            assert!((table.evaluate(z) / libm::exp(0.3 * z) - 1.0).abs() < 1.1e-10, "{z}");
        }
        assert_eq!(table.evaluate(-9.0), table.evaluate(-8.0));
        assert_eq!(table.evaluate(9.0), table.evaluate(8.0));
        assert!(table.evaluate(f64::NAN).is_nan());
    }

    #[test]
    fn quintics_are_reproduced() {
        let f = |x: f64| ScoreNode {
            value: x * x * x * x * x - x * x,
            first: 5.0 * x * x * x * x - 2.0 * x,
            second: 20.0 * x * x * x - 2.0,
        };
        let polynomial = hermite(&f(1.0), &f(3.0), 2.0);
        for k in 0..=10 {
            let s = 0.1 * f64::from(k);
            assert!((evaluate(&polynomial, s) - f(1.0 + 2.0 * s).value).abs() < 1e-12);
        }
    }

    #[test]
    fn a_wiggle_does_not_rise() {
        assert!(rises(&[0.0, 1.0, 0.0, 0.0, 0.0, 0.0], 0.0));
        assert!(rises(&[0.0, 0.0, 0.0, 0.0, 0.0, 1.0], 0.0));
        // s (1 - s) falls in its right half, s^3 - s^2 in the middle.
        assert!(!rises(&[0.0, 1.0, -1.0, 0.0, 0.0, 0.0], 1e-9));
        assert!(!rises(&[0.0, 0.0, -1.0, 1.0, 0.0, 0.0], 1e-9));
    }

    #[test]
    fn a_root_is_fitted_in_pieces() {
        let node = |z: f64, _: f64| {
            let root = z.sqrt();
            ScoreNode { value: root, first: 0.5 / root, second: -0.25 / (z * root) }
        };
        let excess = |exact: &ScoreNode, predicted: f64, _: &[f64; 6]| (exact.value - predicted).abs() / 1e-10;
        let mut pieces = Vec::new();
        fit_pieces(&node, &excess, (0.0, 1.0), 0.0, &FitBudget::new(1), &mut pieces).expect("within the budget");
        for k in 0..=1000 {
            let z = 1e-3 * f64::from(k);
            let (_, piece) = &pieces[pieces.partition_point(|piece| piece.0 < z).min(pieces.len() - 1)];
            assert!((piece.evaluate(z) - z.sqrt()).abs() < 2e-10, "{z}");
        }
    }

    #[test]
    fn a_fit_ends_with_its_budget() {
        let node = |z: f64, _: f64| ScoreNode { value: libm::sin(1e9 * z), first: 1e9, second: 1e18 };
        let excess = |_: &ScoreNode, _: f64, _: &[f64; 6]| f64::INFINITY;
        let mut pieces = Vec::new();
        let end = fit_pieces(&node, &excess, (-8.0, 8.0), 0.0, &FitBudget::new(10), &mut pieces);
        assert_eq!(end, Err(OverBudget));
    }
}
