//! Expected shortfall: the mean beyond a quantile, from exact sums of excesses over a guess of it.

use super::lanes;
use super::powers::Powers;
use super::{Accumulator, Ecdf, Frame, Malformed, Merge, Observations, Pilot, StateReader, StateWriter, Stored};

/// Excesses over a threshold q0, the pilot's guess of the p-quantile: (x - q0)+ for p >= 1/2, (q0 - x)+ below.
///
/// With q the p-quantile, the upper shortfall is q + E(x - q)+ / (1 - p) (Rockafellar and Uryasev 2000, "Optimization of
/// conditional value-at-risk", doi:10.21314/JOR.2000.038, theorem 1), the mean of the worst 1 - p of all paths: an atom at
/// q counts with the part of it that belongs there. As a function of q this is smallest at the quantile, so at q0 it is off
/// by second order only, by the integral of (F(t) - p) / (1 - p) between q and q0, which the histogram gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Excess {
    level: f64,
    /// About the threshold; below the median about its negative, so that excesses are positive there too.
    sums: Powers<2>,
}

impl Excess {
    /// An empty accumulator for the level p, strictly between 0 and 1.
    pub fn new(level: f64, pilot: &Pilot) -> Self {
        let frame = Frame::new(sign(level) * pilot.quantile(level), pilot.frame().scale());
        Excess { level, sums: Powers::new(frame) }
    }

    /// The level p.
    pub fn level(&self) -> f64 {
        self.level
    }

    /// Mean of the worst paths: the share p with the smallest values for p < 1/2, else the share 1 - p with the largest.
    /// `ecdf` must hold the same values. None without values.
    pub fn shortfall(&self, ecdf: &Ecdf) -> Option<f64> {
        let (q, mean_excess) = (ecdf.quantile(self.level)?, self.mean_excess(ecdf)?);
        let (frame, _) = self.sums.read();
        let beyond = frame.scale() * mean_excess / self.share();
        let value = if self.upper() { q + beyond } else { q - beyond };
        value.is_finite().then_some(value)
    }

    /// Standard error of the shortfall, sqrt(Var((x - q)+) / n) / (1 - p), or p below 1/2: the quantile's own error is of
    /// second order. None for n < 2.
    pub fn shortfall_se(&self, ecdf: &Ecdf) -> Option<f64> {
        if ecdf.n() < 2 {
            return None;
        }
        let n = ecdf.n() as f64;
        let q = ecdf.quantile(self.level)?;
        let mean = self.mean_excess(ecdf)?;
        let (frame, sums) = self.sums.read();
        let [first, second] = sums.map(|sum| sum / n);
        // d/dq E((x - q)+)^2 = -2 E(x - q)+, so the square at q follows from q0 by integrating twice.
        let (q0, per_unit) = (self.threshold(), 1.0 / frame.scale());
        let beyond = |f: f64| if self.upper() { 1.0 - f } else { f };
        let bent = per_unit * ecdf.integrate(q, q0, |u, f| (u - q) * per_unit * beyond(f));
        let moved = (q0 - q) * per_unit;
        let square = second + 2.0 * if self.upper() { moved * first + bent } else { bent - moved * first };
        let variance = (square - mean * mean).max(0.0) * n / (n - 1.0);
        let se = frame.scale() * (variance / n).sqrt() / self.share();
        se.is_finite().then_some(se)
    }

    /// E(x - q)+ or E(q - x)+ at the quantile itself, in the units of the frame.
    fn mean_excess(&self, ecdf: &Ecdf) -> Option<f64> {
        let q = ecdf.quantile(self.level)?;
        let (frame, [sum, _]) = self.sums.read();
        let (q0, per_unit) = (self.threshold(), 1.0 / frame.scale());
        // The part linear in q - q0 is taken out of the integral, so that what the histogram adds is of second order.
        let bent = per_unit * ecdf.integrate(q, q0, |_, f| f - self.level);
        let moved = self.share() * (q0 - q) * per_unit;
        let mean = sum / ecdf.n() as f64;
        let excess = if self.upper() { mean + moved - bent } else { mean - moved - bent };
        Some(if excess < 0.0 { 0.0 } else { excess })
    }

    fn upper(&self) -> bool {
        sign(self.level) > 0.0
    }

    /// The pilot's guess of the quantile.
    fn threshold(&self) -> f64 {
        sign(self.level) * self.sums.frame().center()
    }

    /// Share of the paths that count.
    fn share(&self) -> f64 {
        if self.upper() { 1.0 - self.level } else { self.level }
    }
}

impl Accumulator for Excess {
    type Block<'b> = &'b Observations<'b>;

    fn add(&mut self, column: &Observations<'_>) {
        let (frame, sign) = (self.sums.frame(), sign(self.level));
        let excess = |x: f64| {
            let excess = frame.apply(sign * x);
            // What is not finite has no excess.
            if excess > 0.0 && x.is_finite() { excess } else { 0.0 }
        };
        let block = lanes::sums(column.values(), |x| {
            let excess = x.map(excess);
            [excess, excess.map(|excess| excess * excess)]
        });
        self.sums.add(block, || column.finite().iter().map(|x| (sign * x).max(frame.center())));
    }
}

/// On which side of its threshold the shortfall of a level lies.
fn sign(level: f64) -> f64 {
    if level >= 0.5 { 1.0 } else { -1.0 }
}

impl Merge for Excess {
    fn merge(&mut self, other: &Self) {
        debug_assert_eq!(self.level, other.level, "different thresholds do not merge");
        self.sums.merge(&other.sums);
    }
}

impl Stored for Excess {
    fn store(&self, to: &mut StateWriter) {
        self.sums.store(to);
    }

    fn restore(&mut self, from: &mut StateReader<'_>) -> Result<(), Malformed> {
        self.sums.restore(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{observed, seen};
    use crate::stats::{Histogram, Layout};
    use rand::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};
    use rand_xoshiro::Xoshiro256PlusPlus;
    use std::sync::Arc;

    /// Shortfall and its standard error of each level, with a pilot of the first values.
    fn shortfalls(values: &[f64], pilot: usize, levels: &[f64]) -> Vec<(Option<f64>, Option<f64>)> {
        let pilot = Pilot::new(values[..pilot].to_vec());
        let mut histogram = Histogram::new(Arc::new(Layout::from_pilot(&pilot, 4096)), values.len() as u64);
        histogram.add(&observed(values));
        let ecdf = histogram.ecdf();
        let of_level = |&level: &f64| {
            let excess = seen(Excess::new(level, &pilot), values.chunks(256));
            (excess.shortfall(&ecdf), excess.shortfall_se(&ecdf))
        };
        levels.iter().map(of_level).collect()
    }

    fn normals(n: usize, seed: u64) -> impl Iterator<Item = f64> {
        StandardNormal.sample_iter(Xoshiro256PlusPlus::seed_from_u64(seed)).take(n)
    }

    fn phi(z: f64) -> f64 {
        0.5 * libm::erfc(-z / 2f64.sqrt())
    }

    /// Normal: -+density(z) / tail. Lognormal of sigma s: exp(s^2 / 2) Phi(s - z) / (1 - p), and Phi(z - s) / p below.
    #[test]
    fn agrees_with_closed_forms() {
        const Z95: f64 = 1.644_853_626_951_472_7;
        let density = (-Z95 * Z95 / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let normal: Vec<f64> = normals(200_000, 6).map(|z| 10.0 + 2.0 * z).collect();
        let sigma = 0.8;
        let lognormal: Vec<f64> = normals(200_000, 7).map(|z| (sigma * z).exp()).collect();
        let mean = (sigma * sigma / 2.0).exp();
        for (values, expected) in [
            (normal, [10.0 - 2.0 * density / 0.05, 10.0 + 2.0 * density / 0.05]),
            (lognormal, [mean * phi(-Z95 - sigma) / 0.05, mean * phi(sigma - Z95) / 0.05]),
        ] {
            for ((value, se), expected) in shortfalls(&values, 4096, &[0.05, 0.95]).into_iter().zip(expected) {
                let z = (value.unwrap() - expected) / se.unwrap();
                assert!(z.abs() < 4.0, "{value:?} {expected} {se:?}");
            }
        }
    }

    /// Against sorting, as a mean over ranks; a pilot of 20 values makes the threshold a bad guess.
    #[test]
    fn agrees_with_sorting_and_bears_a_bad_threshold() {
        let mut values: Vec<f64> = normals(100_000, 8).collect();
        let levels = [0.01, 0.1, 0.5, 0.9, 0.999];
        let (good, bad) = (shortfalls(&values, 4096, &levels), shortfalls(&values, 20, &levels));
        values.sort_by(f64::total_cmp);
        for (k, p) in levels.into_iter().enumerate() {
            let rank = (p * 100_000.0f64).round() as usize;
            let tail = if p < 0.5 { &values[..rank] } else { &values[rank..] };
            let exact = tail.iter().sum::<f64>() / tail.len() as f64;
            let q = values[rank - 1];
            let square = tail.iter().map(|x| (x - q) * (x - q)).sum::<f64>() / 100_000.0;
            let share = tail.len() as f64 / 100_000.0;
            let first = (exact - q).abs() * share;
            let se = ((square - first * first) / 100_000.0).sqrt() / share;
            for (name, found, tolerance) in [("good", good[k], 0.01), ("bad", bad[k], 0.1)] {
                let (value, found_se) = (found.0.unwrap(), found.1.unwrap());
                assert!((value - exact).abs() <= tolerance * se, "{name} {p}: {value} {exact} +- {se}");
                assert!((found_se - se).abs() <= tolerance * se + 1e-9, "{name} {p}: {found_se} {se}");
            }
        }
    }

    #[test]
    fn an_atom_counts_with_its_part() {
        // 30 of 1000 are 1: the worst 5 % are 30 ones and 20 zeros.
        let values: Vec<f64> = (0..1000).map(|i| f64::from(i % 100 < 3)).collect();
        let (value, se) = shortfalls(&values, 1000, &[0.95])[0];
        assert!(
            (value.unwrap() - 0.6).abs() < 1e-12
                && (se.unwrap() - (0.03f64 * 0.97 / 999.0).sqrt() / 0.05).abs() < 1e-12
        );
        let (value, se) = shortfalls(&[4.0; 100], 100, &[0.05])[0];
        assert_eq!((value, se), (Some(4.0), Some(0.0)));
    }

    #[test]
    fn what_does_not_exist_is_none() {
        assert_eq!(shortfalls(&[], 0, &[0.05]), [(None, None)]);
        assert_eq!(shortfalls(&[f64::NAN, 2.0], 1, &[0.95]), [(Some(2.0), None)]);
    }

    #[test]
    fn intervals_cover() {
        // Shortfall of the standard normal at 90 %: density(z) / 0.1.
        let expected = 1.754_983_319_324_868;
        let covered = (0..1000).filter(|seed| {
            let values: Vec<f64> = normals(2000, 100 + seed).collect();
            let (value, se) = shortfalls(&values, 2000, &[0.9])[0];
            (value.unwrap() - expected).abs() <= 1.96 * se.unwrap()
        });
        let covered = covered.count();
        assert!((920..=970).contains(&covered), "{covered} of 1000");
    }

    #[test]
    fn merged_parts_equal_the_whole() {
        let values: Vec<f64> = normals(2560, 9).collect();
        let pilot = Pilot::new(values[..512].to_vec());
        let of = |values: &[f64]| seen(Excess::new(0.05, &pilot), values.chunks(256).rev());
        let whole = seen(Excess::new(0.05, &pilot), values.chunks(256));
        let mut merged = of(&values[1024..]);
        merged.merge(&of(&values[..1024]));
        assert_eq!(merged, whole);
    }
}
