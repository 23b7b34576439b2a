//! The ratio of two means, with the error that their covariance leaves.

use super::lanes::{self, add_all};
use super::{Estimate, ExactSum, Merge};
use crate::kernel::{Level, at_each_level};

/// Sums of x, y, x^2, x y and y^2 over paths, behind the ratio of the means of x and y.
#[derive(Clone, Debug, Default)]
pub struct RatioSums {
    n: u64,
    /// Paths on which x is other than 0.
    nonzero: u64,
    sums: [ExactSum; 5],
}

impl RatioSums {
    /// No paths yet.
    pub fn new() -> Self {
        RatioSums::default()
    }

    /// Adds the paths of a block, one x and one y a path, all of them finite. The level changes no bit.
    ///
    /// # Panics
    ///
    /// When there are more of one than of the other.
    pub fn add(&mut self, level: Level, x: &[f64], y: &[f64]) {
        assert_eq!(x.len(), y.len(), "one of each a path");
        let (mut block, mut nonzero) = ([0.0; 5], 0);
        five_sums(level, &mut block, &mut nonzero, x, y);
        add_all(&mut self.sums, block);
        self.n += x.len() as u64;
        self.nonzero += nonzero;
    }

    /// Paths.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Paths on which x is other than 0.
    pub fn nonzero(&self) -> u64 {
        self.nonzero
    }

    /// mean(x) / mean(y), with the standard error of the delta method: of r = x - ratio y, whose mean is 0, sd(r) / sqrt(n)
    /// over mean(y) (Cochran 1977, Sampling Techniques, 2.11). None without paths and where the mean of y is 0; no error
    /// from one path.
    pub fn estimate(&self) -> Option<Estimate> {
        let [x, y, xx, xy, yy] = self.sums.each_ref().map(ExactSum::value);
        let value = x / y;
        if y == 0.0 || !value.is_finite() {
            return None;
        }
        let n = self.n as f64;
        let squares = (xx - value * (2.0 * xy - value * yy)).max(0.0);
        let se = (n > 1.0).then(|| (squares * n / (n - 1.0)).sqrt() / y.abs());
        Some(Estimate { value, se })
    }
}

impl Merge for RatioSums {
    fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.nonzero += other.nonzero;
        self.sums.merge(&other.sums);
    }
}

at_each_level! {
    fn five_sums(out: &mut [f64; 5], nonzero: &mut u64, x: &[f64], y: &[f64]) {
        *out = lanes::pair_sums(x, y, |x, y| [x, y, x * x, x * y, y * y]);
        *nonzero = x.iter().map(|x| u64::from(*x != 0.0)).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_and_its_error_by_hand() {
        let mut sums = RatioSums::new();
        sums.add(Level::Portable, &[1.0, 0.0], &[2.0, 2.0]);
        sums.add(Level::Portable, &[2.0], &[1.0]);
        // 3 / 5; residuals -0.2, -1.2, 1.4: squares 3.44, sd sqrt(1.72), over the mean 5 / 3.
        let estimate = sums.estimate().expect("y is not 0");
        assert_eq!((sums.n(), sums.nonzero(), estimate.value), (3, 2, 0.6));
        assert!((estimate.se.expect("three paths") - (1.72f64 / 3.0).sqrt() / (5.0 / 3.0)).abs() < 1e-15);
    }

    #[test]
    fn what_cannot_be_told_is_absent() {
        assert_eq!(RatioSums::new().estimate(), None);
        let mut constant = RatioSums::new();
        constant.add(Level::Portable, &[0.0, 0.0], &[0.0, 0.0]);
        assert_eq!(constant.estimate(), None);
        let mut single = RatioSums::new();
        single.add(Level::Portable, &[1.0], &[4.0]);
        assert_eq!(single.estimate(), Some(Estimate { value: 0.25, se: None }));
    }

    #[test]
    fn levels_and_cuts_change_no_bit() {
        let x: Vec<f64> = (0..500).map(|i| f64::from(i % 37) * 0.1 - 1.0).collect();
        let y: Vec<f64> = (0..500).map(|i| f64::from(i % 11) * 0.3).collect();
        let whole = |level: Level| {
            let mut sums = RatioSums::new();
            x.chunks(100).zip(y.chunks(100)).for_each(|(x, y)| sums.add(level, x, y));
            sums.estimate().expect("y is not 0")
        };
        let mut parts = [RatioSums::new(), RatioSums::new()];
        for (block, (x, y)) in x.chunks(100).zip(y.chunks(100)).enumerate() {
            parts[block % 2].add(Level::Portable, x, y);
        }
        let [mut a, b] = parts;
        a.merge(&b);
        assert!(Level::available().into_iter().all(|level| Some(whole(level)) == a.estimate()));
    }
}
