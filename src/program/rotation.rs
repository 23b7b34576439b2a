//! Independent normals of the steps of a stream as combinations of other ones, of which the first say most of where the
//! stream goes.

use crate::dist::Real;

/// Steps up to which the principal components are found and combined, which takes steps squared; beyond, a tree.
const MOST: usize = 24;

/// An orthogonal map from components to the independent normals of the steps: these stay independent normals.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Rotation {
    /// By step, the weights of the components: the right singular vectors of the map from independent normals to the stream's
    /// sum up to each step, the largest singular value first (P. A. Acworth, M. Broadie and P. Glasserman 1998, A comparison
    /// of some Monte Carlo and quasi Monte Carlo techniques for option pricing, doi:10.1007/978-1-4612-1690-2_1).
    Principal(Vec<Vec<f64>>),
    /// A Brownian bridge over so many steps: the sum of all, then that of a half given the whole, and so on (R. E. Caflisch, W.
    /// Morokoff and A. Owen 1997, Valuation of mortgage-backed securities using Brownian bridges to reduce effective
    /// dimension, Journal of Computational Finance 1, 27-46).
    Bridge(usize),
}

impl Rotation {
    /// The rotation of a stream of so many steps, at least 1, whose shocks have this persistence.
    pub(super) fn new(persistence: f64, steps: usize) -> Rotation {
        match steps <= MOST {
            true => Rotation::Principal(principal(persistence, steps)),
            false => Rotation::Bridge(steps),
        }
    }

    /// Components, and normals of steps, that there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Rotation::Principal(rows) => rows.len(),
            Rotation::Bridge(steps) => *steps,
        }
    }

    /// The independent normals of the steps, given those of all components.
    pub(super) fn normals<R: Real>(&self, components: &[R]) -> Vec<R> {
        match self {
            Rotation::Principal(rows) => rows.iter().map(|row| combined(row, components)).collect(),
            Rotation::Bridge(steps) => bridge(*steps, components),
        }
    }
}

fn combined<R: Real>(weights: &[f64], components: &[R]) -> R {
    let mut terms = weights.iter().zip(components);
    let (&weight, &first) = terms.next().expect("a rotation has a component at least");
    terms.fold(first.number(weight) * first, |sum, (&weight, &component)| {
        component.number(weight).multiply_add(component, sum)
    })
}

/// Sums of stretches of steps, halved level by level. Of n normals that add up to s, n1 add up to (n1 / n) s + sqrt(n1 n2 / n) y,
/// y another normal.
fn bridge<R: Real>(steps: usize, components: &[R]) -> Vec<R> {
    let root = |x: f64| components[0].number(x.sqrt());
    let mut stretches = vec![(steps, root(steps as f64) * components[0])];
    let mut used = 1;
    while stretches.len() < steps {
        let mut halves = Vec::with_capacity(2 * stretches.len());
        for (length, sum) in stretches {
            if length == 1 {
                halves.push((1, sum));
                continue;
            }
            let (left, right) = (length / 2, length - length / 2);
            let apart = root((left * right) as f64 / length as f64) * components[used];
            let part = sum.number(left as f64 / length as f64).multiply_add(sum, apart);
            halves.extend([(left, part), (right, sum - part)]);
            used += 1;
        }
        stretches = halves;
    }
    stretches.into_iter().map(|(_, normal)| normal).collect()
}

/// By step, the weights of the components.
fn principal(persistence: f64, steps: usize) -> Vec<Vec<f64>> {
    // What a normal of one step adds to the sums of the stream up to each step.
    let own = ((1.0 - persistence) * (1.0 + persistence)).sqrt();
    let responses: Vec<Vec<f64>> = (0..steps)
        .map(|at| {
            let (mut shock, mut sum) = (0.0, 0.0);
            let response = |step: usize| {
                shock = if step == at { if at == 0 { 1.0 } else { own } } else { shock * persistence };
                sum += shock;
                sum
            };
            (0..steps).map(response).collect()
        })
        .collect();
    let product = |i: usize, j: usize| responses[i].iter().zip(&responses[j]).map(|(a, b)| a * b).sum();
    let mut matrix: Vec<Vec<f64>> = (0..steps).map(|i| (0..steps).map(|j| product(i, j)).collect()).collect();
    let vectors = eigenvectors(&mut matrix);
    let mut order: Vec<usize> = (0..steps).collect();
    order.sort_by(|&a, &b| matrix[b][b].total_cmp(&matrix[a][a]));
    // A vector and its negative are as good: the one with which the stream rises is taken, to be the same on all machines.
    let sign = |component: usize| if vectors.iter().map(|row| row[component]).sum::<f64>() < 0.0 { -1.0 } else { 1.0 };
    let signs: Vec<f64> = (0..steps).map(sign).collect();
    vectors.iter().map(|row| order.iter().map(|&component| signs[component] * row[component]).collect()).collect()
}

/// The eigenvectors of a symmetric matrix, as columns, by Jacobi's rotations; the matrix is left with its eigenvalues on the
/// diagonal (C. G. J. Jacobi 1846; G. H. Golub and C. F. Van Loan 2013, Matrix Computations, section 8.5).
fn eigenvectors(matrix: &mut [Vec<f64>]) -> Vec<Vec<f64>> {
    /// Sweeps: rotations converge quadratically, and a dozen are enough for the largest matrix of use.
    const SWEEPS: usize = 16;
    let n = matrix.len();
    let mut vectors: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    for _ in 0..SWEEPS {
        for (p, q) in (0..n).flat_map(|p| (p + 1..n).map(move |q| (p, q))) {
            if matrix[p][q] == 0.0 {
                continue;
            }
            let half = (matrix[q][q] - matrix[p][p]) / (2.0 * matrix[p][q]);
            let tangent = half.signum() / (half.abs() + (half * half + 1.0).sqrt());
            let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
            let sine = tangent * cosine;
            for row in matrix.iter_mut().chain(&mut vectors) {
                (row[p], row[q]) = (cosine * row[p] - sine * row[q], sine * row[p] + cosine * row[q]);
            }
            let (above, below) = matrix.split_at_mut(q);
            for (a, b) in above[p].iter_mut().zip(&mut below[0]) {
                (*a, *b) = (cosine * *a - sine * *b, sine * *a + cosine * *b);
            }
        }
    }
    vectors
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By step and component, what one unit of the component gives.
    fn matrix(rotation: &Rotation) -> Vec<Vec<f64>> {
        let n = rotation.len();
        let columns: Vec<Vec<f64>> = (0..n)
            .map(|unit| rotation.normals(&(0..n).map(|k| f64::from(u8::from(k == unit))).collect::<Vec<f64>>()))
            .collect();
        (0..n).map(|step| columns.iter().map(|column| column[step]).collect()).collect()
    }

    #[test]
    fn rotations_are_orthogonal() {
        let of = |(persistence, steps)| Rotation::new(persistence, steps);
        for rotation in [(0.0, 1), (0.0, 2), (0.6, 6), (-0.9, 7), (0.95, 24), (0.0, 25), (0.0, 61)].map(of) {
            let rows = matrix(&rotation);
            for (i, j) in (0..rows.len()).flat_map(|i| (0..=i).map(move |j| (i, j))) {
                let product: f64 = rows[i].iter().zip(&rows[j]).map(|(a, b)| a * b).sum();
                assert!((product - f64::from(u8::from(i == j))).abs() < 1e-13, "{rotation:?} {i} {j}: {product}");
            }
        }
    }

    /// The sums of n fresh normals are a random walk, whose principal components are sines: their variances are 1 / (4 sin^2
    /// (pi (2 k - 1) / (4 n + 2))) (Glasserman 2003, Monte Carlo Methods in Financial Engineering, section 3.1).
    #[test]
    fn components_of_a_random_walk_are_the_known_ones() {
        let n = 6;
        let rows = matrix(&Rotation::new(0.0, n));
        for component in 0..n {
            let mut sum = 0.0;
            let sums: Vec<f64> = rows
                .iter()
                .map(|row| {
                    sum += row[component];
                    sum
                })
                .collect();
            let variance: f64 = sums.iter().map(|sum| sum * sum).sum();
            let angle = std::f64::consts::PI * (2 * component + 1) as f64 / (4 * n + 2) as f64;
            let known = 0.25 / (angle.sin() * angle.sin());
            assert!((variance - known).abs() < 1e-12 * known, "{component}: {variance} {known}");
        }
    }

    /// The first component of a bridge is the sum of all steps, and no other moves it.
    #[test]
    fn a_bridge_begins_with_the_whole() {
        let rows = matrix(&Rotation::new(0.3, 30));
        for component in 0..30 {
            let sum: f64 = rows.iter().map(|row| row[component]).sum();
            let known = if component == 0 { 30f64.sqrt() } else { 0.0 };
            assert!((sum - known).abs() < 1e-13, "{component}: {sum}");
        }
    }
}
