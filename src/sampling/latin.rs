//! Latin hypercube sampling: a column of uniforms moved into the strata of its replicate.

use super::Place;
use super::permutation::{Permutation, shuffled};
use crate::kernel::{BLOCK, Column, Level, at_each_level};
use crate::rng::StreamKey;

/// The strata of one column of a stream in one block: path j of a replicate of n paths has its uniform in stratum
/// pi(j) of n equal ones, pi a random permutation of the column's own.
///
/// M. D. McKay, R. J. Beckman and W. J. Conover (1979), A comparison of three methods for selecting values of input
/// variables in the analysis of output from a computer code, Technometrics 21, 239-245,
/// doi:10.1080/00401706.1979.10489755.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strata<'k> {
    key: &'k StreamKey,
    column: u64,
    place: Place,
}

impl<'k> Strata<'k> {
    /// The strata of the column of this number.
    pub(crate) fn new(key: &'k StreamKey, column: u64, place: Place) -> Strata<'k> {
        Strata { key, column, place }
    }

    /// Moves independent uniforms into the strata, where they stay uniform and strictly between 0 and 1. What lies beyond
    /// the paths of the replicate comes out as anything.
    pub(crate) fn stratify(&self, level: Level, u: &mut Column) {
        let Place { replicate, first, of, .. } = self.place;
        let mut strata = [0; BLOCK];
        match strata.get_mut(..of as usize) {
            // A replicate of one block.
            Some(all) => shuffled(all, self.key, replicate, self.column),
            None => {
                let permutation = Permutation::new(of, self.key, replicate, self.column);
                permute(level, &mut strata, &permutation, first, of - 1);
            }
        }
        spread(level, u, &strata, of as f64);
    }
}

at_each_level! {
    fn permute(strata: &mut [u64; BLOCK], permutation: &Permutation, first: u64, last: u64) {
        for (path, stratum) in strata.iter_mut().enumerate() {
            *stratum = permutation.at((first + path as u64).min(last));
        }
    }
}

at_each_level! {
    fn spread(u: &mut Column, strata: &[u64; BLOCK], n: f64) {
        for (u, &stratum) in u.iter_mut().zip(strata) {
            let moved = (stratum as f64 + *u) / n;
            let moved = if moved < LEAST { LEAST } else { moved };
            *u = if moved > 1.0 - LEAST { 1.0 - LEAST } else { moved };
        }
    }
}

/// 2^-53: the smallest uniform there is, and the distance of the largest from 1.
const LEAST: f64 = f64::EPSILON / 2.0;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Component, Lanes};

    /// The uniforms of one column of a replicate of n paths.
    fn column(level: Level, n: u64, replicate: u64, number: u64) -> Vec<f64> {
        let key = StreamKey::new(1, "ai_ml", Component::Fresh);
        let mut all = Vec::new();
        for block in 0..n.div_ceil(BLOCK as u64) {
            let place = Place { block, replicate, first: block * BLOCK as u64, of: n };
            let mut u = [0.0; BLOCK];
            Lanes::seed(level, &key, block).fill_uniform(level, &mut u);
            Strata::new(&key, number, place).stratify(level, &mut u);
            all.extend(u);
        }
        all.truncate(n as usize);
        all
    }

    #[test]
    fn every_stratum_has_one_path() {
        for n in [1, 2, 3, 511, 512, 513, 1_000, 6_250] {
            let mut strata: Vec<u64> = column(Level::Portable, n, 1, 0).iter().map(|u| (u * n as f64) as u64).collect();
            strata.sort_unstable();
            assert!(strata.into_iter().eq(0..n), "{n}");
        }
    }

    #[test]
    fn every_level_has_the_same_bits() {
        let portable = column(Level::Portable, 1_300, 2, 5);
        for level in Level::available() {
            assert!(portable.iter().zip(column(level, 1_300, 2, 5)).all(|(a, b)| a.to_bits() == b.to_bits()));
        }
    }

    #[test]
    fn columns_and_replicates_differ() {
        let base = column(Level::Portable, 600, 0, 0);
        assert_ne!(base, column(Level::Portable, 600, 1, 0));
        assert_ne!(base, column(Level::Portable, 600, 0, 1));
    }

    #[test]
    fn the_ends_stay_inside() {
        let key = StreamKey::new(1, "x", Component::Fresh);
        let place = Place { block: 0, replicate: 0, first: 0, of: 1 << 53 };
        for end in [LEAST, 1.0 - LEAST] {
            let mut u = [end; BLOCK];
            Strata::new(&key, 0, place).stratify(Level::Portable, &mut u);
            assert!(u.iter().all(|&u| u > 0.0 && u < 1.0));
        }
    }
}
