//! Correlation matrices: positive semidefinite or not, who is to blame, and the nearest one that is.

use crate::dist::cholesky;

/// How far below 0 a pivot of a Cholesky factor may be: rounding, and correlations that are written to ten digits.
const SLACK: f64 = 1e-10;

/// Smallest eigenvalue of a repaired matrix.
const SMALLEST_EIGENVALUE: f64 = 1e-8;

/// Rows of a symmetric matrix.
pub(super) type Matrix = Vec<Vec<f64>>;

/// How many leading rows of those in `of` are positive semidefinite.
fn definite_rows(matrix: &Matrix, of: &[usize]) -> usize {
    cholesky(of, SLACK, |i, j| matrix[i][j]).map_or_else(|row| row, |factor| factor.len())
}

/// Whether the matrix is positive semidefinite: whether normals with these correlations exist.
pub(super) fn is_positive_semidefinite(matrix: &Matrix) -> bool {
    let all: Vec<usize> = (0..matrix.len()).collect();
    definite_rows(matrix, &all) == all.len()
}

/// Rows that are not positive semidefinite together, while they are when any one of them is left out.
///
/// The first failing leading part contains such a set, and its last row is in it; the others are dropped in chunks of
/// falling size for as long as the rest stays indefinite.
pub(super) fn guilty(matrix: &Matrix) -> Vec<usize> {
    let all: Vec<usize> = (0..matrix.len()).collect();
    let good = definite_rows(matrix, &all);
    if good == all.len() {
        return Vec::new();
    }
    let mut guilty: Vec<usize> = (0..=good).collect();
    let mut chunk = guilty.len().div_ceil(2);
    loop {
        let mut start = 0;
        while start < guilty.len() && guilty.len() > 1 {
            let end = (start + chunk).min(guilty.len());
            let rest: Vec<usize> = guilty[..start].iter().chain(&guilty[end..]).copied().collect();
            if !rest.is_empty() && definite_rows(matrix, &rest) < rest.len() {
                guilty = rest;
            } else {
                start = end;
            }
        }
        if chunk == 1 {
            return guilty;
        }
        chunk = chunk.div_ceil(2);
    }
}

/// The correlation matrix nearest in the Frobenius norm whose eigenvalues are at least 1e-8.
///
/// Alternating projections with Dykstra's correction: N. J. Higham, Computing the nearest correlation matrix - a problem
/// from finance, IMA J. Numer. Anal. 22 (2002) 329-343, algorithm 3.3; doi:10.1093/imanum/22.3.329. A last shrink towards
/// the identity makes sure of the bound where the iteration stops short of it.
pub(super) fn nearest_correlation(matrix: &Matrix) -> Matrix {
    let n = matrix.len();
    let mut y = matrix.clone();
    let mut correction = vec![vec![0.0; n]; n];
    // Convergence is linear; 1e-12 is below what a file can mean.
    for _ in 0..1000 {
        let r: Matrix = (0..n).map(|i| (0..n).map(|j| y[i][j] - correction[i][j]).collect()).collect();
        let x = with_eigenvalues_from(&r, SMALLEST_EIGENVALUE);
        let mut change: f64 = 0.0;
        for i in 0..n {
            for j in 0..n {
                correction[i][j] = x[i][j] - r[i][j];
                let next = if i == j { 1.0 } else { x[i][j] };
                change = change.max((next - y[i][j]).abs());
                y[i][j] = next;
            }
        }
        if change < 1e-12 {
            break;
        }
    }
    let mut shrink = SMALLEST_EIGENVALUE;
    while !is_positive_semidefinite(&y) && shrink < 1.0 {
        for (i, row) in y.iter_mut().enumerate() {
            for (j, value) in row.iter_mut().enumerate() {
                if i != j {
                    *value *= 1.0 - shrink;
                }
            }
        }
        shrink *= 2.0;
    }
    y
}

/// The nearest symmetric matrix whose eigenvalues are at least `least`.
fn with_eigenvalues_from(matrix: &Matrix, least: f64) -> Matrix {
    let n = matrix.len();
    let (values, vectors) = eigen(matrix);
    let mut result = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let sum: f64 = (0..n).map(|k| vectors[i][k] * values[k].max(least) * vectors[j][k]).sum();
            result[i][j] = sum;
            result[j][i] = sum;
        }
    }
    result
}

/// Eigenvalues and eigenvectors (in columns) of a symmetric matrix, by cyclic Jacobi rotations (Golub and Van Loan, Matrix
/// Computations, 4th ed., section 8.5).
fn eigen(matrix: &Matrix) -> (Vec<f64>, Matrix) {
    let n = matrix.len();
    let mut a = matrix.clone();
    let mut v: Matrix = (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    // Quadratic convergence: ten sweeps suffice at any size met here.
    for _ in 0..50 {
        let off: f64 = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| a[i][j] * a[i][j]).sum();
        if off < 1e-30 {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                if a[p][q] == 0.0 {
                    continue;
                }
                let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
                let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                for row in &mut a {
                    (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
                }
                let (above, below) = a.split_at_mut(q);
                for (x, y) in above[p].iter_mut().zip(&mut below[0]) {
                    (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
                }
                for row in &mut v {
                    (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
                }
            }
        }
    }
    ((0..n).map(|i| a[i][i]).collect(), v)
}

#[cfg(test)]
mod tests {
    use super::{guilty, is_positive_semidefinite, nearest_correlation};

    fn matrix(rows: &[&[f64]]) -> Vec<Vec<f64>> {
        rows.iter().map(|row| row.to_vec()).collect()
    }

    #[test]
    fn definite_and_not() {
        assert!(is_positive_semidefinite(&matrix(&[&[1.0, 0.5], &[0.5, 1.0]])));
        assert!(is_positive_semidefinite(&matrix(&[&[1.0, 1.0], &[1.0, 1.0]])));
        // Three equal correlations need -1/2 or more.
        let equal = |r: f64| matrix(&[&[1.0, r, r], &[r, 1.0, r], &[r, r, 1.0]]);
        assert!(is_positive_semidefinite(&equal(-0.499_999)));
        assert!(is_positive_semidefinite(&equal(-0.5)));
        assert!(!is_positive_semidefinite(&equal(-0.500_001)));
    }

    #[test]
    fn finds_a_smallest_guilty_set() {
        // Rows 1, 3 and 4 contradict each other; 0 and 2 have nothing to do with it.
        let mut m = vec![vec![0.0; 6]; 6];
        for (i, row) in m.iter_mut().enumerate() {
            row[i] = 1.0;
        }
        for (i, j, r) in [(1, 3, 0.9), (3, 4, 0.9), (1, 4, -0.9), (0, 2, 0.5), (2, 5, 0.3)] {
            m[i][j] = r;
            m[j][i] = r;
        }
        assert_eq!(guilty(&m), [1, 3, 4]);
        assert!(guilty(&matrix(&[&[1.0]])).is_empty());
    }

    #[test]
    fn repairs_the_published_example() {
        // Higham (2002), section 4: the nearest correlation matrix of [1 1 0; 1 1 1; 0 1 1].
        let repaired = nearest_correlation(&matrix(&[&[1.0, 1.0, 0.0], &[1.0, 1.0, 1.0], &[0.0, 1.0, 1.0]]));
        assert!((repaired[0][1] - 0.7607).abs() < 5e-5, "{repaired:?}");
        assert!((repaired[0][2] - 0.1573).abs() < 5e-5, "{repaired:?}");
        assert!((repaired[1][2] - 0.7607).abs() < 5e-5, "{repaired:?}");
        assert!(is_positive_semidefinite(&repaired));
    }
}
