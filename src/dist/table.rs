//! Piecewise polynomials on a uniform grid, fitted until they agree with the function between their nodes.

use super::smooth::Node;

pub use crate::kernel::Piecewise;

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
fn hermite(from: &Node, to: &Node, width: f64) -> [f64; 6] {
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
pub(super) type NodeAt<'a> = dyn Fn(f64, f64) -> Node + 'a;

/// Whether the prediction of a polynomial is close enough to the exact node.
pub(super) type Accept<'a> = dyn Fn(&Node, f64) -> bool + 'a;

/// Fits [low, high], doubling the intervals until every midpoint is accepted; None beyond `most` intervals.
///
/// The error of a quintic is greatest at its midpoint and shrinks 64-fold with each doubling; the midpoints of one
/// grid are nodes of the next one, and its polynomials predict them so well that they need one evaluation each.
pub(super) fn fit(
    node: &NodeAt,
    accept: &Accept,
    (low, high): (f64, f64),
    (first, most): (usize, usize),
    guess: f64,
) -> Option<Piecewise> {
    let finite = |node: &Node| node.value.is_finite() && node.first.is_finite() && node.second.is_finite();
    let mut count = first;
    let mut width = (high - low) / count as f64;
    let mut nodes = vec![Node { value: 0.0, first: 0.0, second: 0.0 }; count + 1];
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
        let mut accepted = true;
        for (k, polynomial) in coefficients.iter().enumerate() {
            let predicted = evaluate(polynomial, 0.5);
            let exact = node(low + width * (k as f64 + 0.5), predicted);
            if !finite(&exact) {
                return None;
            }
            accepted &= accept(&exact, predicted);
            denser.extend([nodes[k], exact]);
        }
        if accepted {
            return Some(Piecewise { low, inverse_width: 1.0 / width, coefficients });
        }
        if 2 * count > most {
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
pub(super) fn fit_pieces(
    node: &NodeAt,
    accept: &Accept,
    (low, high): (f64, f64),
    guess: f64,
    pieces: &mut Vec<(f64, Piecewise)>,
) {
    const LEAST_WIDTH: f64 = 1e-10;
    // Midpoints of intervals wider than 1 may agree by accident.
    let first = if high - low > 4.0 { 16 } else { 4 };
    if let Some(piece) = fit(node, accept, (low, high), (first, 64), guess) {
        pieces.push((high, piece));
    } else if high - low > LEAST_WIDTH {
        let middle = 0.5 * (low + high);
        fit_pieces(node, accept, (low, middle), guess, pieces);
        fit_pieces(node, accept, (middle, high), guess, pieces);
    } else {
        let ends = [node(low, guess).value, node(high, guess).value];
        pieces.push((high, Piecewise::linear(low, 1.0 / (high - low), &ends)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cubic_exponential(z: f64, _: f64) -> Node {
        let e = libm::exp(0.3 * z);
        Node { value: e, first: 0.3 * e, second: 0.09 * e }
    }

    #[test]
    fn a_fit_is_as_good_as_it_says() {
        let accept = |exact: &Node, predicted: f64| (predicted / exact.value - 1.0).abs() < 1e-10;
        let table = fit(&cubic_exponential, &accept, (-8.0, 8.0), (4, 512), 0.0).expect("a smooth function");
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
        let f = |x: f64| Node {
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
    fn a_root_is_fitted_in_pieces() {
        let node = |z: f64, _: f64| {
            let root = z.sqrt();
            Node { value: root, first: 0.5 / root, second: -0.25 / (z * root) }
        };
        let accept = |exact: &Node, predicted: f64| (exact.value - predicted).abs() < 1e-10;
        let mut pieces = Vec::new();
        fit_pieces(&node, &accept, (0.0, 1.0), 0.0, &mut pieces);
        for k in 0..=1000 {
            let z = 1e-3 * f64::from(k);
            let (_, piece) = &pieces[pieces.partition_point(|piece| piece.0 < z).min(pieces.len() - 1)];
            assert!((piece.evaluate(z) - z.sqrt()).abs() < 2e-10, "{z}");
        }
    }
}
