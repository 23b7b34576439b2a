//! The distribution that a histogram has seen: quantiles, probabilities, and integrals of F.

use super::Z95;
use super::histogram::Bin;
use super::pilot::rank;

/// The empirical distribution function, known exactly at the ends of every bin that holds values, and taken as linear by
/// rank between the smallest and the largest value of a bin.
///
/// With n values, it is exact wherever a bin holds one distinct value (an atom), and off by less than the bin's width
/// elsewhere. How far that is below Monte Carlo error is derived in the documentation of the layout's file.
#[derive(Clone, Debug, PartialEq)]
pub struct Ecdf {
    steps: Vec<Step>,
    n: u64,
}

/// A bin with values, and how many values lie below it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    below: u64,
    count: u64,
    low: f64,
    high: f64,
}

impl Step {
    /// The value of rank 1..=count within the bin.
    fn value(&self, rank: u64) -> f64 {
        if rank == self.count || self.low == self.high {
            return self.high;
        }
        let share = (rank - 1) as f64 / (self.count - 1) as f64;
        (self.low + (self.high - self.low) * share).min(self.high)
    }

    /// Values at or below x, where low <= x < high: between 1 and count, a real number.
    fn at_most(&self, x: f64) -> f64 {
        self.below as f64 + 1.0 + (self.count - 1) as f64 * ((x - self.low) / (self.high - self.low))
    }
}

impl Ecdf {
    /// From bins with values, in ascending order.
    pub(super) fn new(bins: Vec<Bin>) -> Self {
        let mut n = 0;
        let steps = bins
            .into_iter()
            .map(|Bin { count, low, high }| {
                let step = Step { below: n, count, low, high };
                n += count;
                step
            })
            .collect();
        Ecdf { steps, n }
    }

    /// Number of values.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// The smallest value; none without values.
    pub fn min(&self) -> Option<f64> {
        self.steps.first().map(|step| step.low)
    }

    /// The largest value; none without values.
    pub fn max(&self) -> Option<f64> {
        self.steps.last().map(|step| step.high)
    }

    /// The smallest value with F(x) >= p: the one of rank ceil(p n), from the smallest at p = 0 to the largest at p = 1.
    /// None without values. It never decreases in p.
    pub fn quantile(&self, p: f64) -> Option<f64> {
        (self.n > 0).then(|| self.of_rank(rank(p, self.n)))
    }

    /// How far the quantile can be from the one that sorting gives: the width of the bin it fell into, 0 on an atom.
    pub fn quantile_bound(&self, p: f64) -> Option<f64> {
        (self.n > 0).then(|| {
            let step = self.step_of(rank(p, self.n));
            step.high - step.low
        })
    }

    /// Standard error of the quantile; none for n < 2, and where p n is too near 0 or n for two different ranks.
    ///
    /// Woodruff (1952), "Confidence intervals for medians and other position measures",
    /// doi:10.1080/01621459.1952.10483443: the interval that the ranks p -+ z sqrt(p (1 - p) / n) give, with z for 95 %,
    /// divided by 2 z. So +-1.96 standard errors have the length of that interval; narrower ranks would do in theory, but
    /// scatter more. Where a rank would fall off the end, the other side alone counts.
    pub fn quantile_se(&self, p: f64) -> Option<f64> {
        if self.n < 2 {
            return None;
        }
        let reach = Z95 * (p * (1.0 - p) / self.n as f64).sqrt();
        let below = if p - reach > 0.0 { Some(p - reach) } else { None };
        let above = if p + reach < 1.0 { Some(p + reach) } else { None };
        let sides = f64::from(u8::from(below.is_some()) + u8::from(above.is_some()));
        let (low, high) = (rank(below.unwrap_or(p), self.n), rank(above.unwrap_or(p), self.n));
        (low < high).then(|| (self.of_rank(high) - self.of_rank(low)) / (sides * Z95))
    }

    /// Share of the values at or below x; none without values.
    pub fn at_most(&self, x: f64) -> Option<f64> {
        let n = self.n as f64;
        let after = self.steps.partition_point(|step| step.low <= x);
        match self.steps[..after].last() {
            _ if self.n == 0 => None,
            None => Some(0.0),
            Some(step) if x < step.high => Some(step.at_most(x) / n),
            Some(step) => Some((step.below + step.count) as f64 / n),
        }
    }

    /// Share of the values above x; none without values.
    pub fn above(&self, x: f64) -> Option<f64> {
        Some(1.0 - self.at_most(x)?)
    }

    /// Integral of g(t, F(t)) from `from` to `to`, which may be the smaller. Exact when g is a polynomial of degree three
    /// at most in t and F together: on each piece F is linear, and Simpson's rule does the rest.
    pub(super) fn integrate(&self, from: f64, to: f64, g: impl Fn(f64, f64) -> f64) -> f64 {
        let (a, b, sign) = if from <= to { (from, to, 1.0) } else { (to, from, -1.0) };
        let n = self.n as f64;
        let mut sum = 0.0;
        let mut piece = |left: f64, right: f64, f_left: f64, f_right: f64| {
            let middle = g(left + (right - left) / 2.0, (f_left + f_right) / 2.0);
            sum += (right - left) / 6.0 * (g(left, f_left) + 4.0 * middle + g(right, f_right));
        };
        let first = self.steps.partition_point(|step| step.high <= a);
        let mut reached = a;
        for step in self.steps[first..].iter().take_while(|step| step.low < b) {
            if step.low > reached {
                let flat = step.below as f64 / n;
                piece(reached, step.low, flat, flat);
                reached = step.low;
            }
            let right = step.high.min(b);
            if right > reached {
                piece(reached, right, step.at_most(reached) / n, step.at_most(right) / n);
                reached = right;
            }
        }
        if reached < b {
            let flat = self.at_most(reached).unwrap_or(0.0);
            piece(reached, b, flat, flat);
        }
        sign * sum
    }

    /// Whether the bins follow one another without overlap.
    #[cfg(test)]
    pub(super) fn is_ordered(&self) -> bool {
        self.steps.iter().all(|step| step.low <= step.high)
            && self.steps.windows(2).all(|pair| pair[0].high <= pair[1].low)
    }

    fn step_of(&self, rank: u64) -> &Step {
        &self.steps[self.steps.partition_point(|step| step.below + step.count < rank)]
    }

    fn of_rank(&self, rank: u64) -> f64 {
        let step = self.step_of(rank);
        step.value(rank - step.below)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::observed;
    use crate::stats::{Accumulator, Histogram, Layout, Pilot};
    use rand::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};
    use rand_xoshiro::Xoshiro256PlusPlus;
    use std::sync::Arc;

    fn ecdf(values: &[f64]) -> Ecdf {
        let layout = Layout::from_pilot(&Pilot::new(values[..values.len().min(4096)].to_vec()), 4096);
        let mut histogram = Histogram::new(Arc::new(layout), values.len() as u64);
        histogram.add(&observed(values));
        histogram.ecdf()
    }

    fn normals(n: usize, seed: u64) -> Vec<f64> {
        StandardNormal.sample_iter(Xoshiro256PlusPlus::seed_from_u64(seed)).take(n).collect()
    }

    #[test]
    fn quantiles_of_whole_numbers_are_those_of_sorting() {
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        let ecdf = ecdf(&values.repeat(3));
        for percent in 1..=100u32 {
            assert_eq!(ecdf.quantile(f64::from(percent) / 100.0), Some(f64::from(percent)));
            assert_eq!(ecdf.quantile_bound(f64::from(percent) / 100.0), Some(0.0));
        }
        assert_eq!((ecdf.quantile(0.0), ecdf.quantile(0.0501)), (Some(1.0), Some(6.0)));
        assert_eq!((ecdf.at_most(0.5), ecdf.at_most(17.0), ecdf.at_most(17.5)), (Some(0.0), Some(0.17), Some(0.17)));
        assert_eq!((ecdf.above(17.0), ecdf.above(100.0)), (Some(1.0 - 0.17), Some(0.0)));
    }

    #[test]
    fn quantiles_never_decrease_and_stay_within_the_data() {
        let values = normals(50_000, 4);
        let ecdf = ecdf(&values);
        let quantiles: Vec<f64> = (0..=10_000).map(|k| ecdf.quantile(f64::from(k) / 10_000.0).unwrap()).collect();
        assert!(quantiles.is_sorted());
        assert_eq!((quantiles[0], quantiles[10_000]), (ecdf.min().unwrap(), ecdf.max().unwrap()));
        assert_eq!(ecdf.min(), values.iter().copied().reduce(f64::min));
    }

    #[test]
    fn shares_invert_quantiles() {
        let values = normals(20_000, 5);
        let ecdf = ecdf(&values);
        for p in [0.0005, 0.01, 0.3, 0.5, 0.9, 0.9995] {
            let below = ecdf.at_most(ecdf.quantile(p).unwrap()).unwrap();
            assert!((below - p).abs() < 1.01 / 20_000.0, "{p} {below}");
        }
    }

    #[test]
    fn what_does_not_exist_is_none() {
        let empty = ecdf(&[]);
        assert_eq!((empty.quantile(0.5), empty.quantile_bound(0.5), empty.quantile_se(0.5)), (None, None, None));
        assert_eq!((empty.at_most(0.0), empty.min(), empty.max()), (None, None, None));
        let one = ecdf(&[3.0]);
        assert_eq!((one.quantile(0.05), one.quantile_se(0.05)), (Some(3.0), None));
        // With two values the rank of a far quantile cannot vary, so nothing is known of its error.
        assert_eq!(ecdf(&[3.0, 4.0]).quantile_se(0.001), None);
        assert_eq!(ecdf(&[7.0; 50]).quantile_se(0.5), Some(0.0));
    }

    /// 95 % intervals cover 95 % of 1000 seeds. The standard error comes from two order statistics, so it scatters by a
    /// tenth or more, which costs up to a point of coverage: within [92, 97].
    #[test]
    fn intervals_of_quantiles_cover() {
        let levels = [(0.05, -1.644_853_626_951_472_7), (0.5, 0.0), (0.95, 1.644_853_626_951_472_7)];
        let mut covered = [0; 3];
        for seed in 0..1000 {
            let ecdf = ecdf(&normals(2000, seed));
            for (k, (p, z)) in levels.into_iter().enumerate() {
                let off = (ecdf.quantile(p).unwrap() - z).abs();
                covered[k] += u32::from(off <= 1.96 * ecdf.quantile_se(p).unwrap());
            }
        }
        assert!(covered.iter().all(|c| (920..=970).contains(c)), "{covered:?} of 1000");
    }

    #[test]
    fn integrals_of_polynomials_are_exact() {
        // F rises by a quarter at 0, 1, 2 and 3.
        let ecdf = ecdf(&[0.0, 1.0, 2.0, 3.0].repeat(10));
        assert_eq!(ecdf.integrate(-1.0, 4.0, |_, f| f), 0.25 + 0.5 + 0.75 + 1.0);
        assert_eq!(ecdf.integrate(2.5, 0.5, |_, f| f), -(0.125 + 0.5 + 0.375));
        assert!((ecdf.integrate(0.0, 2.0, |t, f| t * f) - (0.125 + 0.75)).abs() < 1e-15);
        assert_eq!(ecdf.integrate(1.5, 1.5, |_, f| f), 0.0);
    }
}
