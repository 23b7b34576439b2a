//! Cholesky's factorisation of a correlation matrix: how tied normals are made of independent ones.

/// Pivots up to here count as 0, far above the rounding error of a unit diagonal: the normal of such a row is a sum of those
/// of the rows before it, as with a correlation of 1 or -1.
const ZERO_PIVOT: f64 = 1e-12;

/// The lower triangular L with L L' = the submatrix of a symmetric matrix that these rows and columns make; the rows of L
/// end at the diagonal. The matrix may be singular: below a pivot of 0 all of L is 0.
///
/// A pivot down to -`slack` counts as 0, and so does what stands below it, up to the root of `slack`; with an infinite slack
/// every matrix has a factor.
///
/// # Errors
/// The place in `rows` of the first row that breaks this: the rows up to it are not positive semidefinite.
pub fn cholesky(rows: &[usize], slack: f64, entry: impl Fn(usize, usize) -> f64) -> Result<Vec<Vec<f64>>, usize> {
    let mut factor: Vec<Vec<f64>> = Vec::with_capacity(rows.len());
    for (row, &i) in rows.iter().enumerate() {
        let mut values: Vec<f64> = Vec::with_capacity(row + 1);
        for (column, &j) in rows[..=row].iter().enumerate() {
            let other = factor.get(column).unwrap_or(&values);
            let rest = entry(i, j) - values.iter().zip(other).map(|(a, b)| a * b).sum::<f64>();
            values.push(match factor.get(column) {
                Some(other) if other[column] > 0.0 => rest / other[column],
                Some(_) if rest.abs() <= slack.sqrt() => 0.0,
                None if rest > ZERO_PIVOT => rest.sqrt(),
                None if rest >= -slack => 0.0,
                _ => return Err(row),
            });
        }
        factor.push(values);
    }
    Ok(factor)
}

#[cfg(test)]
mod tests {
    use super::cholesky;

    #[test]
    fn the_factor_gives_the_matrix_back() {
        let matrix = [[1.0, 0.5, 0.3], [0.5, 1.0, -0.2], [0.3, -0.2, 1.0]];
        let factor = cholesky(&[0, 1, 2], 0.0, |i, j| matrix[i][j]).expect("positive definite");
        for i in 0..3 {
            for j in 0..=i {
                let product: f64 = (0..=j).map(|k| factor[i][k] * factor[j][k]).sum();
                assert!((product - matrix[i][j]).abs() < 1e-15, "{i} {j}");
            }
        }
    }

    #[test]
    fn singular_matrices_have_a_factor() {
        let equal = |r: f64| move |i: usize, j: usize| if i == j { 1.0 } else { r };
        assert_eq!(cholesky(&[0, 1], 1e-10, equal(1.0)), Ok(vec![vec![1.0], vec![1.0, 0.0]]));
        assert_eq!(cholesky(&[0, 1], 1e-10, equal(-1.0)), Ok(vec![vec![1.0], vec![-1.0, 0.0]]));
        // Three normals that add up to 0.
        let factor = cholesky(&[0, 1, 2], 1e-10, equal(-0.5)).expect("semidefinite");
        assert_eq!(factor[2][2], 0.0);
        assert!((factor[2][1] + 0.75f64.sqrt()).abs() < 1e-15);
        assert_eq!(cholesky(&[0, 1, 2], 1e-10, equal(-0.501)), Err(2));
        // Equal to the first, but not tied alike to the third.
        let matrix = [[1.0, 1.0, 0.5], [1.0, 1.0, 0.4], [0.5, 0.4, 1.0]];
        assert_eq!(cholesky(&[0, 1, 2], 1e-10, |i, j| matrix[i][j]), Err(2));
    }

    #[test]
    fn the_first_row_that_contradicts_is_named() {
        let matrix = [[1.0, 0.9, 0.0, -0.9], [0.9, 1.0, 0.0, 0.9], [0.0, 0.0, 1.0, 0.0], [-0.9, 0.9, 0.0, 1.0]];
        assert_eq!(cholesky(&[0, 1, 2, 3], 0.0, |i, j| matrix[i][j]), Err(3));
        assert_eq!(cholesky(&[1, 3], 0.0, |i, j| matrix[i][j]).map(|factor| factor.len()), Ok(2));
    }
}
