//! A coordinate of a scrambled Sobol' sequence: a column of uniforms at a time, any block of any replicate.

use super::scramble::Scramble;
use super::{Directions, Place};
use crate::kernel::{BLOCK, Column, Level, at_each_level};
use crate::rng::StreamKey;

/// What the words of a stream are for here; its strata have purpose 1.
const PURPOSE: u64 = 2;

/// One coordinate of the points of a block.
///
/// I. M. Sobol' (1967), On the distribution of points in a cube and the approximate evaluation of integrals, USSR
/// Computational Mathematics and Mathematical Physics 7, 86-112, doi:10.1016/0041-5553(67)90144-9. Point j of a replicate is
/// point j of the sequence; replicates differ by how they are scrambled.
#[derive(Debug)]
pub(crate) struct Coordinate<'d> {
    directions: &'d Directions,
    scramble: Scramble,
    place: Place,
}

impl<'d> Coordinate<'d> {
    /// The coordinate that a column of a stream is, scrambled under the stream's key.
    pub(crate) fn new(directions: &'d Directions, key: &StreamKey, column: u64, place: Place) -> Coordinate<'d> {
        let words = [0, 1].map(|part| key.words(PURPOSE, [place.replicate, column, part]));
        Coordinate { directions, scramble: Scramble::new(words), place }
    }

    /// The uniforms of the block's points: (k + 1/2) 2^-52, where k has the first 52 digits of the coordinate.
    pub(crate) fn fill(&self, level: Level, out: &mut Column) {
        let mut points = self.points();
        self.scramble.scramble(level, &mut points);
        uniforms(level, out, &points);
    }

    /// The points before scrambling. Indices begin at a multiple of their number, so that those of the first point have no
    /// digit in common with the others' distances from it.
    fn points(&self) -> [u64; BLOCK] {
        let mut points = [0; BLOCK];
        points[0] = self.directions.point(self.place.first);
        for digit in 0..BLOCK.trailing_zeros() as usize {
            let number = self.directions.number(digit);
            let (known, next) = points.split_at_mut(1 << digit);
            next.iter_mut().zip(known).for_each(|(next, known)| *next = *known ^ number);
        }
        points
    }
}

at_each_level! {
    fn uniforms(out: &mut Column, points: &[u64; BLOCK]) {
        for (u, point) in out.iter_mut().zip(points) {
            // The digits become the mantissa of a number in [1, 2); the subtraction is exact.
            *u = f64::from_bits(1.0_f64.to_bits() | point >> 12) - (1.0 - f64::EPSILON / 2.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Component;

    /// A coordinate of the first 2^log points of a replicate.
    fn coordinate(level: Level, dimension: u32, replicate: u64, log: u32) -> Vec<f64> {
        let directions = Directions::of(dimension).expect("in the table");
        let key = StreamKey::new(1, &format!("input {dimension}"), Component::Fresh);
        let mut all = Vec::new();
        for block in 0..(1u64 << log).div_ceil(BLOCK as u64) {
            let place = Place { block, replicate, first: block * BLOCK as u64, of: 1 << log };
            let mut column = [0.0; BLOCK];
            Coordinate::new(&directions, &key, 0, place).fill(level, &mut column);
            all.extend(column);
        }
        all.truncate(1 << log);
        all
    }

    fn stratum(u: f64, log: u32) -> usize {
        (u * f64::from(1 << log)) as usize
    }

    #[test]
    fn every_dimension_has_one_point_in_each_stratum() {
        for dimension in (0..40).chain([100, 511, 1_023, 2_047]) {
            for log in [0, 3, 9, 10, 13] {
                let mut strata: Vec<usize> =
                    coordinate(Level::Portable, dimension, 5, log).iter().map(|&u| stratum(u, log)).collect();
                strata.sort_unstable();
                assert!(strata.into_iter().eq(0..1 << log), "dimension {dimension}, 2^{log} points");
            }
        }
    }

    /// The first two dimensions are a (0, m, 2)-net: 2^m points have one in every box of 2^-k by 2^-(m - k). For other pairs
    /// the quality parameter t of the two generator matrices says how large a box has to be, computed here from the
    /// directions: the boxes of volume 2^(t - m) then have 2^t points each.
    #[test]
    fn pairs_of_dimensions_are_nets() {
        let log = 10;
        for (a, b) in [(0, 1), (0, 2), (1, 2), (2, 3), (5, 9), (0, 40), (17, 31), (100, 101)] {
            let t = quality(a, b, log);
            assert!((a, b) != (0, 1) || t == 0);
            assert!(t < log, "{a} {b}");
            let [x, y] = [a, b].map(|dimension| coordinate(Level::Portable, dimension, 2, log));
            for k in 0..=log - t {
                let mut counts = vec![0; 1 << (log - t)];
                for (&x, &y) in x.iter().zip(&y) {
                    counts[stratum(x, k) << (log - t - k) | stratum(y, log - t - k)] += 1;
                }
                assert!(counts.into_iter().all(|count| count == 1 << t), "{a} {b}: {k} digits of the first");
            }
        }
    }

    /// The smallest t for which any k rows of the first generator matrix and m - t - k of the second are independent.
    fn quality(a: u32, b: u32, log: u32) -> u32 {
        let rows = |dimension: u32| -> Vec<u64> {
            let directions = Directions::of(dimension).expect("in the table");
            let digit_of = |row: u32, column: u32| directions.number(column as usize) >> (63 - row) & 1;
            (0..log).map(|row| (0..log).map(|column| digit_of(row, column) << column).sum()).collect()
        };
        let (a, b) = (rows(a), rows(b));
        let independent =
            |total: u32| (0..=total).all(|k| rank(a[..k as usize].iter().chain(&b[..(total - k) as usize])) == total);
        (0..=log).find(|t| independent(log - t)).expect("no rows are independent")
    }

    fn rank<'r>(rows: impl Iterator<Item = &'r u64>) -> u32 {
        let mut basis: Vec<u64> = Vec::new();
        for &row in rows {
            let reduced = basis.iter().fold(row, |row, &pivot| row.min(row ^ pivot));
            if reduced != 0 {
                basis.push(reduced);
            }
        }
        basis.len() as u32
    }

    #[test]
    fn every_level_has_the_same_bits_and_replicates_differ() {
        let portable = coordinate(Level::Portable, 7, 0, 10);
        for level in Level::available() {
            assert!(portable.iter().zip(coordinate(level, 7, 0, 10)).all(|(a, b)| a.to_bits() == b.to_bits()));
        }
        assert_ne!(portable, coordinate(Level::Portable, 7, 1, 10));
    }

    /// For a product of two coordinates, centred, nested scrambling of a (0, m, 2)-net has a variance far below that of
    /// independent points, 1/144 n; over replicates the mean is that of the integral, 0.
    #[test]
    fn scrambled_means_are_unbiased() {
        let mut sum = 0.0;
        let mut squares = 0.0;
        let replicates = 400;
        for replicate in 0..replicates {
            let [x, y] = [0, 1].map(|dimension| coordinate(Level::Portable, dimension, replicate, 6));
            let mean = x.iter().zip(&y).map(|(x, y)| (x - 0.5) * (y - 0.5)).sum::<f64>() / 64.0;
            sum += mean;
            squares += mean * mean;
        }
        let variance = squares / replicates as f64;
        let z = sum / (replicates as f64 * variance).sqrt();
        assert!(z.abs() < 4.5, "{z}");
        assert!(variance < 1.0 / 144.0 / 64.0 / 10.0, "{variance}");
    }

    /// Golden bits: a change of these is a change of every result of the sampler for the same seed.
    #[test]
    fn first_values_are_pinned() {
        let values = coordinate(Level::Portable, 3, 1, 10);
        assert_eq!(
            [values[0], values[1], values[513]].map(f64::to_bits),
            [0x3fe5_3356_bed1_e673, 0x3fd3_ba68_c001_4b72, 0x3fda_36c3_06d9_d83e]
        );
    }
}
