//! Cholesky's factorisation of a correlation matrix: how tied normals are made of independent ones.

/// The lower triangular L with L L' = the submatrix of a symmetric matrix that these rows and columns make; the rows of L
/// end at the diagonal. A pivot below 0 counts as 0.
///
/// # Errors
/// The place in `rows` of the first pivot that is not above `least_pivot`: the rows up to it are not positive definite.
pub fn cholesky(rows: &[usize], least_pivot: f64, entry: impl Fn(usize, usize) -> f64) -> Result<Vec<Vec<f64>>, usize> {
    let mut factor: Vec<Vec<f64>> = Vec::with_capacity(rows.len());
    for (row, &i) in rows.iter().enumerate() {
        let mut values: Vec<f64> = Vec::with_capacity(row + 1);
        for (column, &j) in rows[..=row].iter().enumerate() {
            let other = factor.get(column).unwrap_or(&values);
            let rest = entry(i, j) - values.iter().zip(other).map(|(a, b)| a * b).sum::<f64>();
            values.push(match factor.get(column) {
                Some(other) => rest / other[column],
                None if rest > least_pivot => rest.max(0.0).sqrt(),
                None => return Err(row),
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
    fn the_first_row_that_contradicts_is_named() {
        let matrix = [[1.0, 0.9, 0.0, -0.9], [0.9, 1.0, 0.0, 0.9], [0.0, 0.0, 1.0, 0.0], [-0.9, 0.9, 0.0, 1.0]];
        assert_eq!(cholesky(&[0, 1, 2, 3], 0.0, |i, j| matrix[i][j]), Err(3));
        assert_eq!(cholesky(&[1, 3], 0.0, |i, j| matrix[i][j]).map(|factor| factor.len()), Ok(2));
    }
}
