//! Covariance and Pearson correlation of two outputs, with standard errors, from exact sums of mixed powers.

use super::lanes;
use super::powers::{is_ordinary, read_tier, tier};
use super::{Accumulator, ExactSum, Frame, Malformed, Merge, Observations, StateReader, StateWriter, Stored};
use std::collections::BTreeMap;

/// Exponents of the mixed powers a^i b^j that are summed: all with 1 <= i + j <= 4.
const POWERS: [(usize, usize); 14] =
    [(1, 0), (0, 1), (2, 0), (1, 1), (0, 2), (3, 0), (2, 1), (1, 2), (0, 3), (4, 0), (3, 1), (2, 2), (1, 3), (0, 4)];

const BINOMIAL: [[f64; 5]; 5] = [
    [1.0, 0.0, 0.0, 0.0, 0.0],
    [1.0, 1.0, 0.0, 0.0, 0.0],
    [1.0, 2.0, 1.0, 0.0, 0.0],
    [1.0, 3.0, 3.0, 1.0, 0.0],
    [1.0, 4.0, 6.0, 4.0, 1.0],
];

/// Sums of the mixed powers of two columns, each in its own frame. Paths on which either value is not finite are left
/// out.
///
/// Blocks with values far larger or smaller than their frame's scale are added pair by pair, each in frames of its own
/// size.
#[derive(Clone, Debug, PartialEq)]
pub struct Comoments {
    a: Frame,
    b: Frame,
    n: u64,
    sums: [ExactSum; 14],
    /// Sums in frames of other scales, by the tiers of both.
    far: BTreeMap<(i32, i32), [ExactSum; 14]>,
}

/// Central mixed moments with denominator n, and the frames whose units they have.
struct Central {
    a: Frame,
    b: Frame,
    mixed: [[f64; 5]; 5],
}

impl Comoments {
    /// An empty accumulator.
    pub fn new(a: Frame, b: Frame) -> Self {
        Comoments { a, b, n: 0, sums: zeros(), far: BTreeMap::new() }
    }

    /// Paths with both values.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Covariance with denominator n - 1; none for n < 2.
    pub fn covariance(&self) -> Option<f64> {
        let Central { a, b, mixed } = self.central()?;
        let n = self.n as f64;
        finite(a.scale() * (b.scale() * (mixed[1][1] * n / (n - 1.0))))
    }

    /// Standard error of the covariance, sqrt((mu22 - mu11^2) / n), the leading term of its variance; none for n < 2.
    pub fn covariance_se(&self) -> Option<f64> {
        let Central { a, b, mixed } = self.central()?;
        let variance = mixed[2][2] - mixed[1][1] * mixed[1][1];
        finite(a.scale() * (b.scale() * (at_least_zero(variance) / self.n as f64).sqrt()))
    }

    /// Pearson correlation; none for n < 2 and where either is constant.
    pub fn pearson(&self) -> Option<f64> {
        Some(self.standardized()?[1][1].clamp(-1.0, 1.0))
    }

    /// Standard error of the correlation r by the delta method, for any joint distribution with fourth moments:
    /// n Var(r) = m22 - r (m31 + m13) + r^2 (m40 + 2 m22 + m04) / 4 in standardized moments (Kendall and Stuart, "The
    /// Advanced Theory of Statistics", exercise 10.6). None where there is no correlation.
    pub fn pearson_se(&self) -> Option<f64> {
        let m = self.standardized()?;
        let r = m[1][1];
        let variance = m[2][2] - r * (m[3][1] + m[1][3]) + r * r * (m[4][0] + 2.0 * m[2][2] + m[0][4]) / 4.0;
        finite((at_least_zero(variance) / self.n as f64).sqrt())
    }

    /// Mixed moments of both variables divided by their standard deviations.
    fn standardized(&self) -> Option<[[f64; 5]; 5]> {
        let Central { mut mixed, .. } = self.central()?;
        let (sd_a, sd_b) = (mixed[2][0].sqrt(), mixed[0][2].sqrt());
        let variances = mixed[2][0] * mixed[0][2];
        if sd_a == 0.0 || sd_b == 0.0 {
            return None;
        }
        let powers = |sd: f64| [1.0, sd, sd * sd, sd * sd * sd, sd * sd * sd * sd];
        let (powers_a, powers_b) = (powers(sd_a), powers(sd_b));
        let covariance = mixed[1][1];
        for &(i, j) in &POWERS {
            mixed[i][j] /= powers_a[i] * powers_b[j];
        }
        // The root of a square is exact, and so is the correlation of a column with itself.
        if variances.is_normal() {
            mixed[1][1] = covariance / variances.sqrt();
        }
        finite(mixed[1][1]).map(|_| mixed)
    }

    /// Central mixed moments with denominator n, by the binomial theorem from those about the frames' centres.
    fn central(&self) -> Option<Central> {
        if self.n < 2 {
            return None;
        }
        let n = self.n as f64;
        let mut raw = [[0.0; 5]; 5];
        raw[0][0] = 1.0;
        let (a, b, sums) = self.read();
        for (&(i, j), sum) in POWERS.iter().zip(sums) {
            raw[i][j] = sum / n;
        }
        let powers = |x: f64| [1.0, x, x * x, x * x * x, x * x * x * x];
        let (minus_a, minus_b) = (powers(-raw[1][0]), powers(-raw[0][1]));
        let mut central = [[0.0; 5]; 5];
        for &(i, j) in &POWERS {
            for k in 0..=i {
                for l in 0..=j {
                    central[i][j] += BINOMIAL[i][k] * BINOMIAL[j][l] * raw[k][l] * minus_a[i - k] * minus_b[j - l];
                }
            }
        }
        // As in the moments of one column: what is below the rounding of the sums is no variance.
        let noise = 16.0 * f64::EPSILON;
        if central[2][0] <= noise * raw[2][0] {
            central[2][0] = 0.0;
        }
        if central[0][2] <= noise * raw[0][2] {
            central[0][2] = 0.0;
        }
        Some(Central { a, b, mixed: central })
    }

    /// The sums, in the largest frames that hold any values; in the accumulator's own for ordinary data.
    fn read(&self) -> (Frame, Frame, [f64; 14]) {
        let own = self.sums.each_ref().map(ExactSum::value);
        if self.far.is_empty() {
            return (self.a, self.b, own);
        }
        let far = self.far.iter().map(|(&tiers, sums)| (tiers, sums.each_ref().map(ExactSum::value)));
        let all: Vec<((i32, i32), [f64; 14])> = far.chain([((0, 0), own)]).collect();
        // Squares of a and of b.
        let top_a = all.iter().filter(|(_, sums)| sums[2] != 0.0).map(|((a, _), _)| *a).max().unwrap_or(0);
        let top_b = all.iter().filter(|(_, sums)| sums[4] != 0.0).map(|((_, b), _)| *b).max().unwrap_or(0);
        let (a, b) = (self.a.raised(top_a), self.b.raised(top_b));
        let mut total = [0.0; 14];
        for ((tier_a, tier_b), sums) in all {
            let binades_a = self.a.raised(tier_a).exponent() - a.exponent();
            let binades_b = self.b.raised(tier_b).exponent() - b.exponent();
            for ((total, sum), (i, j)) in total.iter_mut().zip(sums).zip(POWERS) {
                // Where all of a column's values are its centre, its powers are 0 at any scale.
                if sum != 0.0 {
                    *total += libm::ldexp(sum, binades_a * i as i32 + binades_b * j as i32);
                }
            }
        }
        (a, b, total)
    }

    #[cold]
    fn add_pair(&mut self, x: f64, y: f64) {
        let tiers = (tier(self.a, x), tier(self.b, y));
        let (x, y) = (self.a.raised(tiers.0).distance(x), self.b.raised(tiers.1).distance(y));
        let sums = if tiers == (0, 0) { &mut self.sums } else { self.far.entry(tiers).or_insert_with(zeros) };
        lanes::add_all(sums, powers(x, y));
    }
}

fn zeros() -> [ExactSum; 14] {
    std::array::from_fn(|_| ExactSum::new())
}

/// In the order of [`POWERS`].
#[inline(always)]
fn powers(x: f64, y: f64) -> [f64; 14] {
    let (xx, xy, yy) = (x * x, x * y, y * y);
    [x, y, xx, xy, yy, xx * x, xx * y, x * yy, yy * y, xx * xx, xx * xy, xx * yy, xy * yy, yy * yy]
}

impl Accumulator for Comoments {
    type Block<'b> = [&'b Observations<'b>; 2];

    fn add(&mut self, columns: [&Observations<'_>; 2]) {
        let (frame_a, frame_b) = (self.a, self.b);
        let powers = |x, y| powers(frame_a.apply(x), frame_b.apply(y));
        let [a, b] = columns.map(Observations::values);
        let block = if columns.iter().all(|column| column.all_finite()) {
            self.n += a.len() as u64;
            lanes::pair_sums(a, b, powers)
        } else {
            self.n += a.iter().zip(b).filter(|(x, y)| x.is_finite() && y.is_finite()).count() as u64;
            lanes::pair_sums(a, b, |x, y| if x.is_finite() && y.is_finite() { powers(x, y) } else { [0.0; 14] })
        };
        let pairs = || a.iter().zip(b).filter(|(x, y)| x.is_finite() && y.is_finite());
        let ordinary =
            |squares: f64, is_center: &dyn Fn() -> bool| is_ordinary(squares) || (squares == 0.0 && is_center());
        if ordinary(block[2], &|| pairs().all(|(x, _)| *x == frame_a.center()))
            && ordinary(block[4], &|| pairs().all(|(_, y)| *y == frame_b.center()))
        {
            lanes::add_all(&mut self.sums, block);
        } else {
            pairs().for_each(|(x, y)| self.add_pair(*x, *y));
        }
    }
}

impl Merge for Comoments {
    fn merge(&mut self, other: &Self) {
        debug_assert_eq!((self.a, self.b), (other.a, other.b), "moments about different centres do not merge");
        self.n += other.n;
        self.sums.merge(&other.sums);
        for (&tiers, sums) in &other.far {
            self.far.entry(tiers).or_insert_with(zeros).merge(sums);
        }
    }
}

impl Stored for Comoments {
    /// The number of paths, the sums in the frames themselves, and those in others with their tiers, in ascending order.
    fn store(&self, to: &mut StateWriter) {
        to.count(self.n);
        self.sums.store(to);
        to.count(self.far.len() as u64);
        for (&(a, b), sums) in &self.far {
            to.signed(a);
            to.signed(b);
            sums.store(to);
        }
    }

    fn restore(&mut self, from: &mut StateReader<'_>) -> Result<(), Malformed> {
        self.n = from.count()?;
        self.sums.restore(from)?;
        self.far.clear();
        for _ in 0..from.number()? {
            let tiers = (read_tier(from)?, read_tier(from)?);
            let mut sums = zeros();
            sums.restore(from)?;
            Malformed::unless(self.far.insert(tiers, sums).is_none(), "two sums are of one size")?;
        }
        Ok(())
    }
}

/// Unlike `max`, passes on the NaN of sums that overflowed.
fn at_least_zero(x: f64) -> f64 {
    if x < 0.0 { 0.0 } else { x }
}

/// A statistic whose powers overflowed does not exist in double precision.
fn finite(x: f64) -> Option<f64> {
    x.is_finite().then_some(x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::observed;
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};
    use rand_xoshiro::Xoshiro256PlusPlus;

    /// Pairs of normals with correlation r, sd 2 and 0.001, far from 0.
    fn normals(r: f64, n: usize, seed: u64) -> (Vec<f64>, Vec<f64>) {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        (0..n)
            .map(|_| {
                let (u, v): (f64, f64) = (StandardNormal.sample(&mut rng), StandardNormal.sample(&mut rng));
                (100.0 + 2.0 * u, -7.0 + 0.001 * (r * u + (1.0 - r * r).sqrt() * v))
            })
            .unzip()
    }

    fn comoments(a: &[f64], b: &[f64]) -> Comoments {
        let mut comoments = Comoments::new(Frame::new(100.5, 2.0), Frame::new(-7.0, 0.001));
        a.chunks(256).zip(b.chunks(256)).for_each(|(a, b)| comoments.add([&observed(a), &observed(b)]));
        comoments
    }

    #[test]
    fn agrees_with_two_passes() {
        let (a, b) = normals(0.6, 3000, 11);
        let n = a.len() as f64;
        let (mean_a, mean_b) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
        let mu = |i: i32, j: i32| {
            a.iter().zip(&b).map(|(x, y)| (x - mean_a).powi(i) * (y - mean_b).powi(j)).sum::<f64>() / n
        };
        let c = comoments(&a, &b);
        let close = |x: Option<f64>, y: f64| assert!((x.unwrap() / y - 1.0).abs() < 1e-10, "{x:?} {y}");
        close(c.covariance(), mu(1, 1) * n / (n - 1.0));
        close(c.pearson(), mu(1, 1) / (mu(2, 0) * mu(0, 2)).sqrt());
        close(c.covariance_se(), ((mu(2, 2) - mu(1, 1).powi(2)) / n).sqrt());
    }

    #[test]
    fn straight_lines_have_correlation_one_and_no_error() {
        let a: Vec<f64> = (0..500).map(|i| 100.0 + f64::from(i % 97)).collect();
        let b: Vec<f64> = a.iter().map(|x| 3.0 - 0.25 * x).collect();
        let c = comoments(&a, &b);
        assert!((c.pearson().unwrap() + 1.0).abs() < 1e-12);
        assert!(c.pearson_se().unwrap() < 1e-7);
    }

    #[test]
    fn what_does_not_exist_is_none() {
        let none = comoments(&[1.0, f64::NAN], &[f64::INFINITY, 2.0]);
        assert_eq!((none.n(), none.pearson(), none.covariance(), none.covariance_se()), (0, None, None, None));
        let constant = comoments(&[1.0, 2.0, 3.0], &[0.1; 3]);
        assert_eq!((constant.pearson(), constant.pearson_se()), (None, None));
        assert!(constant.covariance().unwrap().abs() < 1e-15);
    }

    /// For normals Var(r) = (1 - r^2)^2 / n and Var(cov) = (1 + r^2) sd^4 / n; intervals cover 92 to 98 % of 300 seeds.
    #[test]
    fn standard_errors_are_honest() {
        for r in [0.0, 0.8] {
            let mut covered = [0, 0];
            for seed in 0..300 {
                let (a, b) = normals(r, 1000, 1000 + seed);
                let c = comoments(&a, &b);
                covered[0] += u32::from((c.pearson().unwrap() - r).abs() <= 1.96 * c.pearson_se().unwrap());
                covered[1] +=
                    u32::from((c.covariance().unwrap() - r * 0.002).abs() <= 1.96 * c.covariance_se().unwrap());
            }
            assert!(covered.iter().all(|c| (276..=294).contains(c)), "r = {r}: {covered:?} of 300");
            let (a, b) = normals(r, 20_000, 5);
            let expected = (1.0 - r * r) / 20_000f64.sqrt();
            assert!((comoments(&a, &b).pearson_se().unwrap() / expected - 1.0).abs() < 0.05);
        }
    }

    proptest! {
        #[test]
        fn any_grouping_is_the_same_state(
            pairs in prop::collection::vec(prop::collection::vec((any::<f64>(), any::<f64>()), 0..30), 1..8),
            split in 0usize..8,
        ) {
            let columns: Vec<(Vec<f64>, Vec<f64>)> = pairs.into_iter().map(|block| block.into_iter().unzip()).collect();
            let empty = Comoments::new(Frame::new(0.0, 1e160), Frame::new(1.0, 1e160));
            let mut whole = empty.clone();
            columns.iter().for_each(|(a, b)| whole.add([&observed(a), &observed(b)]));
            let (head, tail) = columns.split_at(split.min(columns.len()));
            let (mut first, mut merged) = (empty.clone(), empty);
            head.iter().rev().for_each(|(a, b)| first.add([&observed(a), &observed(b)]));
            tail.iter().for_each(|(a, b)| merged.add([&observed(a), &observed(b)]));
            merged.merge(&first);
            prop_assert_eq!(merged, whole);
        }
    }
}
