//! Direction numbers of the Sobol' sequence.

use std::sync::LazyLock;

/// Dimensions that there are direction numbers for.
pub(crate) const DIMENSIONS: usize = 2_048;

/// Digits of a coordinate, and points of a sequence as a power of two.
const DIGITS: usize = 52;

/// The direction numbers of one dimension, the first binary digit in the highest bit: point i is the sum, without carry, of
/// those that the digits of i choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Directions([u64; DIGITS]);

/// The primitive polynomials and initial numbers of S. Joe and F. Y. Kuo (2008), Constructing Sobol sequences with better
/// two-dimensional projections, SIAM Journal on Scientific Computing 30, 2635-2654, doi:10.1137/070709359 (criterion D6).
/// Row d is "d s a m_1 … m_s"; the first dimension, which needs none, has no row. See joe-kuo-6.LICENSE.txt.
const TABLE: &str = include_str!("joe-kuo-6.2048.txt");

/// A row of the table: the coefficients a of a polynomial and the initial numbers, as many as its degree.
#[derive(Debug)]
struct Row {
    coefficients: u64,
    initial: Vec<u64>,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let row = |line: &str| {
        let mut numbers = line.split(' ').skip(2).map(|number| number.parse().expect("the table holds numbers"));
        Row { coefficients: numbers.next().expect("a row has a polynomial"), initial: numbers.collect() }
    };
    TABLE.lines().map(row).collect()
});

impl Directions {
    /// The direction numbers of a dimension, counted from 0; none beyond the table.
    pub(crate) fn of(dimension: u32) -> Option<Directions> {
        let mut numbers = [0; DIGITS];
        let Some(row) = (dimension as usize).checked_sub(1) else {
            // Van der Corput's sequence: every initial number is 1.
            numbers.iter_mut().enumerate().for_each(|(digit, number)| *number = 1 << (u64::BITS as usize - 1 - digit));
            return Some(Directions(numbers));
        };
        let Row { coefficients, initial } = ROWS.get(row)?;
        let degree = initial.len();
        for digit in 0..DIGITS {
            numbers[digit] = if digit < degree {
                initial[digit] << (u64::BITS as usize - 1 - digit)
            } else {
                let before = numbers[digit - degree];
                (1..degree)
                    .filter(|k| coefficients >> (degree - 1 - k) & 1 == 1)
                    .fold(before ^ before >> degree, |sum, k| sum ^ numbers[digit - k])
            };
        }
        Some(Directions(numbers))
    }

    /// The number that a digit of a point's index chooses, the lowest digit first.
    pub(super) fn number(&self, digit: usize) -> u64 {
        self.0[digit]
    }

    /// The point of an index, unscrambled.
    pub(super) fn point(&self, index: u64) -> u64 {
        self.0.iter().enumerate().filter(|(digit, _)| index >> digit & 1 == 1).fold(0, |sum, (_, number)| sum ^ number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_row_for_every_dimension_but_the_first() {
        assert_eq!(ROWS.len(), DIMENSIONS - 1);
        assert_eq!((Directions::of(DIMENSIONS as u32), Directions::of(0).is_some()), (None, true));
        assert!(ROWS.iter().all(|row| row.initial.iter().enumerate().all(|(k, &m)| m % 2 == 1 && m < 2 << k)));
    }

    /// The first points of the sequence in three dimensions as the authors print them, in the order of Gray's code, in
    /// eighths.
    #[test]
    fn points_are_those_of_the_authors() {
        let eighths = [[0, 4, 6, 2, 3, 7, 5, 1], [0, 4, 2, 6, 3, 7, 1, 5], [0, 4, 2, 6, 5, 1, 7, 3]];
        for (dimension, points) in eighths.into_iter().enumerate() {
            let directions = Directions::of(dimension as u32).expect("in the table");
            let gray = (0u64..8).map(|index| directions.point(index ^ index >> 1) >> 61);
            assert_eq!(gray.collect::<Vec<_>>(), points, "dimension {dimension}");
        }
    }

    /// Points of another program with the same table (the crate `sobol` 1.0.2), in far dimensions.
    #[test]
    fn points_are_those_of_another_program() {
        let dimensions = [3, 4, 99, 500, 1_000, 2_047];
        for (index, points) in [
            (
                653,
                [0.274_414_062_5, 0.635_742_187_5, 0.510_742_187_5, 0.870_117_187_5, 0.108_398_437_5, 0.206_054_687_5],
            ),
            (
                541,
                [0.176_757_812_5, 0.780_273_437_5, 0.686_523_437_5, 0.225_585_937_5, 0.065_429_687_5, 0.397_460_937_5],
            ),
        ] {
            let point =
                |dimension| Directions::of(dimension).expect("in the table").point(index) as f64 / 2f64.powi(64);
            assert_eq!(dimensions.map(point), points);
        }
    }

    /// Any 2^m consecutive points from a multiple of 2^m on have each first m digits once: the matrix of the directions is
    /// triangular with ones on its diagonal.
    #[test]
    fn every_dimension_is_a_net_of_its_own() {
        for dimension in 0..DIMENSIONS as u32 {
            let Directions(numbers) = Directions::of(dimension).expect("in the table");
            for (digit, number) in numbers.into_iter().enumerate() {
                assert_eq!(number.trailing_zeros(), 63 - digit as u32, "dimension {dimension} digit {digit}");
            }
        }
    }
}
