//! Polynomials through values at the extremes of a Chebyshev polynomial, which are near the best there are and meet their
//! neighbours at the ends.

/// N places from `low` to `high`, both among them.
pub(super) fn nodes<const N: usize>(low: f64, high: f64) -> [f64; N] {
    std::array::from_fn(|k| {
        let turn = std::f64::consts::PI * k as f64 / (N - 1) as f64;
        // Half of 1 - cos, without cancellation.
        let sine = libm::sin(0.5 * turn);
        if k == N - 1 { high } else { low + (high - low) * sine * sine }
    })
}

/// The polynomial through values at distinct nodes, lowest power first: Newton's divided differences, expanded into powers.
pub(super) fn powers<const N: usize>(nodes: &[f64; N], values: [f64; N]) -> [f64; N] {
    let mut differences = values;
    for order in 1..N {
        for k in (order..N).rev() {
            differences[k] = (differences[k] - differences[k - 1]) / (nodes[k] - nodes[k - order]);
        }
    }
    let mut powers = [0.0; N];
    for k in (0..N).rev() {
        // powers * (x - node) + difference
        for j in (1..N).rev() {
            powers[j] = powers[j - 1] - nodes[k] * powers[j];
        }
        powers[0] = differences[k] - nodes[k] * powers[0];
    }
    powers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quintic_is_reproduced() {
        let quintic = |s: f64| 3.0 - s + 0.5 * s * s - 2.0 * s.powi(3) + s.powi(4) - 0.25 * s.powi(5);
        let expected = [3.0, -1.0, 0.5, -2.0, 1.0, -0.25];
        let nodes = nodes::<6>(0.0, 1.0);
        for (c, expected) in powers(&nodes, nodes.map(quintic)).into_iter().zip(expected) {
            assert!((c - expected).abs() < 1e-13, "{c} {expected}");
        }
    }

    #[test]
    fn nodes_are_the_extremes() {
        let nodes = nodes::<5>(-1.0, 3.0);
        let half = std::f64::consts::FRAC_1_SQRT_2;
        for (node, cosine) in nodes.into_iter().zip([-1.0, -half, 0.0, half, 1.0]) {
            assert!((node - (1.0 + 2.0 * cosine)).abs() < 1e-15, "{node}");
        }
        assert_eq!((nodes[0], nodes[4]), (-1.0, 3.0));
    }
}
