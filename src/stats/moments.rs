//! Mean, standard deviation and skewness with their standard errors, from exact sums of powers.

use super::lanes;
use super::powers::Powers;
use super::{Accumulator, Estimate, Frame, Malformed, Merge, Observations, StateReader, StateWriter, Stored};

/// Sums of d, d^2, d^3, d^4 with d = (x - centre) / scale.
///
/// A column is summed in a fixed order and added to exact sums, so the state depends on the columns alone. Non-finite
/// values are left out and counted. The central moments follow from the powers about the centre; they lose about
/// log2(1 + ((mean - centre) / sd)^2) bits, nothing when the centre comes from a pilot.
#[derive(Clone, Debug, PartialEq)]
pub struct Moments {
    n: u64,
    excluded: u64,
    sums: Powers<4>,
}

/// Mean, and central moments with denominator n, in the units of a frame.
struct Central {
    frame: Frame,
    n: f64,
    mean: f64,
    m2: f64,
    m3: f64,
    m4: f64,
}

impl Moments {
    /// An empty accumulator.
    pub fn new(frame: Frame) -> Self {
        Moments { n: 0, excluded: 0, sums: Powers::new(frame) }
    }

    /// Finite values.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Values left out because they were not finite.
    pub fn excluded(&self) -> u64 {
        self.excluded
    }

    /// Mean; none without values.
    pub fn mean(&self) -> Option<f64> {
        let Central { frame, mean, .. } = self.central(1)?;
        finite(frame.center() + frame.scale() * mean)
    }

    /// Standard deviation with denominator n - 1; none for n < 2, 0 for constant data.
    pub fn sd(&self) -> Option<f64> {
        let Central { frame, n, m2, .. } = self.central(2)?;
        finite(frame.scale() * (m2 * n / (n - 1.0)).sqrt())
    }

    /// Skewness m3 / m2^(3/2); none for n < 2 and for constant data.
    pub fn skewness(&self) -> Option<f64> {
        let Central { m2, m3, .. } = self.central(2)?;
        finite(m3 / (m2 * m2.sqrt()))
    }

    /// Standard error of the mean, sd / sqrt(n); none for n < 2.
    pub fn mean_se(&self) -> Option<f64> {
        Some(self.sd()? / (self.n as f64).sqrt())
    }

    /// Standard error of the standard deviation s; none for n < 2, 0 for constant data.
    ///
    /// Var(s^2) = (mu4 - sigma^4 (n - 3) / (n - 1)) / n (Cramer 1946, "Mathematical Methods of Statistics", 27.4.2),
    /// then Var(s) ~ Var(s^2) / (4 s^2).
    pub fn sd_se(&self) -> Option<f64> {
        let Central { frame, n, m2, m4, .. } = self.central(2)?;
        if m2 == 0.0 {
            return Some(0.0);
        }
        let variance = m2 * n / (n - 1.0);
        let of_variance = (m4 - variance * variance * (n - 3.0) / (n - 1.0)) / n;
        finite(frame.scale() * (of_variance.max(0.0) / (4.0 * variance)).sqrt())
    }

    fn central(&self, at_least: u64) -> Option<Central> {
        if self.n < at_least {
            return None;
        }
        let n = self.n as f64;
        let (frame, sums) = self.sums.read();
        let [a, r2, r3, r4] = sums.map(|sum| sum / n);
        let m3 = r3 - 3.0 * a * r2 + 2.0 * a * a * a;
        let m4 = r4 - 4.0 * a * r3 + 6.0 * a * a * r2 - 3.0 * a * a * a * a;
        Some(Central { frame, n, mean: a, m2: central_square(a, r2), m3, m4: at_least_zero(m4) })
    }
}

impl Accumulator for Moments {
    type Block<'b> = &'b Observations<'b>;

    fn add(&mut self, column: &Observations<'_>) {
        let block = lanes::four_powers(column, self.sums.frame());
        self.sums.add(block, || column.finite().iter().copied());
        self.n += column.finite().len() as u64;
        self.excluded += column.excluded();
    }
}

impl Merge for Moments {
    fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.excluded += other.excluded;
        self.sums.merge(&other.sums);
    }
}

impl Stored for Moments {
    fn store(&self, to: &mut StateWriter) {
        store_counted(to, self.n, self.excluded, &self.sums);
    }

    fn restore(&mut self, from: &mut StateReader<'_>) -> Result<(), Malformed> {
        (self.n, self.excluded) = restore_counted(from, &mut self.sums)?;
        Ok(())
    }
}

/// Mean and its standard error alone, at half the cost of [`Moments`].
#[derive(Clone, Debug, PartialEq)]
pub struct Mean {
    n: u64,
    excluded: u64,
    sums: Powers<2>,
}

impl Mean {
    /// An empty accumulator.
    pub fn new(frame: Frame) -> Self {
        Mean { n: 0, excluded: 0, sums: Powers::new(frame) }
    }

    /// From the sums of d and d^2 of `n` values.
    pub(super) fn of(n: u64, excluded: u64, sums: Powers<2>) -> Self {
        Mean { n, excluded, sums }
    }

    /// Finite values.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Values left out because they were not finite.
    pub fn excluded(&self) -> u64 {
        self.excluded
    }

    /// Mean; none without values.
    pub fn mean(&self) -> Option<f64> {
        if self.n == 0 {
            return None;
        }
        let (frame, [sum, _]) = self.sums.read();
        finite(frame.center() + frame.scale() * (sum / self.n as f64))
    }

    /// The mean with its standard error; none without values.
    pub fn estimate(&self) -> Option<Estimate> {
        Estimate::of(self.mean(), self.mean_se())
    }

    /// Standard error of the mean, sd / sqrt(n); none for n < 2.
    pub fn mean_se(&self) -> Option<f64> {
        if self.n < 2 {
            return None;
        }
        let n = self.n as f64;
        let (frame, sums) = self.sums.read();
        let [a, r2] = sums.map(|sum| sum / n);
        finite(frame.scale() * (central_square(a, r2) / (n - 1.0)).sqrt())
    }
}

impl Accumulator for Mean {
    type Block<'b> = &'b Observations<'b>;

    fn add(&mut self, column: &Observations<'_>) {
        let block = lanes::two_powers(column, self.sums.frame());
        self.sums.add(block, || column.finite().iter().copied());
        self.n += column.finite().len() as u64;
        self.excluded += column.excluded();
    }
}

impl Merge for Mean {
    fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.excluded += other.excluded;
        self.sums.merge(&other.sums);
    }
}

impl Stored for Mean {
    fn store(&self, to: &mut StateWriter) {
        store_counted(to, self.n, self.excluded, &self.sums);
    }

    fn restore(&mut self, from: &mut StateReader<'_>) -> Result<(), Malformed> {
        (self.n, self.excluded) = restore_counted(from, &mut self.sums)?;
        Ok(())
    }
}

fn store_counted<const K: usize>(to: &mut StateWriter, n: u64, excluded: u64, sums: &Powers<K>) {
    to.count(n);
    to.count(excluded);
    sums.store(to);
}

/// The numbers of values that count and that are left out, which are all there are.
fn restore_counted<const K: usize>(from: &mut StateReader<'_>, sums: &mut Powers<K>) -> Result<(u64, u64), Malformed> {
    let (n, excluded) = (from.count()?, from.count()?);
    Malformed::unless(n.checked_add(excluded) == Some(from.paths()), "the paths of a mean do not add up")?;
    sums.restore(from)?;
    Ok((n, excluded))
}

/// Variance from the mean `a` and the mean square `r2` about a centre.
///
/// Far from the centre the difference is rounding alone: below it there is no variance to see, and constant data whose
/// centre is not their value must not get one, nor the root of a negative number. The bound is a few roundings: of d and
/// d^2, of the lane sums, and of the difference.
fn central_square(a: f64, r2: f64) -> f64 {
    let m2 = r2 - a * a;
    if m2 <= 16.0 * f64::EPSILON * r2 { 0.0 } else { m2 }
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
    use crate::stats::Pilot;
    use crate::stats::testing::{observed, seen};
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand_distr::{Distribution, Normal};
    use rand_xoshiro::Xoshiro256PlusPlus;

    fn moments(frame: Frame, values: &[f64]) -> Moments {
        seen(Moments::new(frame), values.chunks(256))
    }

    fn close(value: Option<f64>, expected: f64, relative: f64) {
        let value = value.expect("the statistic exists");
        assert!((value - expected).abs() <= relative * expected.abs(), "{value} is not {expected}");
    }

    /// 1..=n moved and scaled by powers of two: sums of powers of whole numbers are known exactly.
    #[test]
    fn whole_numbers_have_closed_forms() {
        let n = 1000.0f64;
        let variance = (n * n - 1.0) / 12.0;
        let m4 = (n * n - 1.0) * (3.0 * n * n - 7.0) / 240.0;
        for (shift, scale) in
            [(0.0, 1.0), (f64::powi(2.0, 40), 1.0), (0.0, f64::powi(2.0, -100)), (0.0, f64::powi(2.0, 700))]
        {
            let values: Vec<f64> = (1..=1000).map(|i| (f64::from(i) + shift) * scale).collect();
            let m = moments(Pilot::new(values.clone()).frame(), &values);
            close(m.mean(), ((n + 1.0) / 2.0 + shift) * scale, 1e-15);
            let sample = variance * n / (n - 1.0);
            close(m.sd(), sample.sqrt() * scale, 1e-14);
            assert!(m.skewness().unwrap().abs() < 1e-13);
            close(m.mean_se(), (sample / n).sqrt() * scale, 1e-14);
            let expected = ((m4 - sample * sample * (n - 3.0) / (n - 1.0)) / (4.0 * sample * n)).sqrt();
            close(m.sd_se(), expected * scale, 1e-12);
        }
    }

    /// 0 (9 times) and 1: p = .1 gives skewness (1 - 2p) / sqrt(p (1 - p)) = 8/3.
    #[test]
    fn skewness_of_a_bernoulli() {
        let values: Vec<f64> = (0..1000).map(|i| f64::from(i % 10 == 0)).collect();
        close(moments(Frame::new(0.0, 1.0), &values).skewness(), 8.0 / 3.0, 1e-13);
        close(moments(Frame::new(3.0, 1.0), &values).skewness(), 8.0 / 3.0, 1e-12);
    }

    #[test]
    fn what_does_not_exist_is_none() {
        let frame = Frame::new(2.0, 1.0);
        let all = |m: &Moments| [m.mean(), m.sd(), m.skewness(), m.mean_se(), m.sd_se()];
        assert_eq!(all(&moments(frame, &[])), [None; 5]);
        assert_eq!(all(&moments(frame, &[f64::NAN, f64::INFINITY])), [None; 5]);
        assert_eq!(all(&moments(frame, &[7.0])), [Some(7.0), None, None, None, None]);
        let two = moments(frame, &[7.0, 9.0]);
        assert_eq!((two.mean(), two.sd(), two.mean_se()), (Some(8.0), Some(2.0f64.sqrt()), Some(1.0)));
    }

    #[test]
    fn constants_have_no_spread_wherever_the_centre_is() {
        for (value, center) in [(0.1, 0.1), (0.1, 0.0), (0.1, -3.7), (1e12 + 0.3, 1.0), (-1e-30, 5.0), (1e200, 1e200)] {
            let m = moments(Frame::new(center, 1.0), &[value; 700]);
            assert_eq!(
                (m.sd(), m.mean_se(), m.sd_se(), m.skewness()),
                (Some(0.0), Some(0.0), Some(0.0), None),
                "{value}"
            );
            let mut mean = Mean::new(Frame::new(center, 1.0));
            mean.add(&observed(&[value; 200]));
            assert_eq!(mean.mean_se(), Some(0.0));
        }
        assert_eq!(moments(Frame::new(0.1, 1.0), &[0.1; 700]).mean(), Some(0.1));
    }

    #[test]
    fn no_size_of_values_is_beyond_a_frame() {
        for size in [1e-300, 1e-200, 1e-50, 1e50, 1e200, 1e300] {
            for scale in [1e-300, 1e-200, 1.0, 1e200, 1e300] {
                let m = moments(Frame::new(0.0, scale), &[size, 3.0 * size]);
                assert_eq!(m.mean(), Some(2.0 * size), "{scale}");
                close(m.sd(), 2.0f64.sqrt() * size, 1e-15);
                let mean = seen(Mean::new(Frame::new(0.0, scale)), [&[size, 3.0 * size][..]]);
                close(mean.mean_se(), size, 1e-15);
            }
        }
    }

    /// Values of a uniform, in a frame whose pilot has an outlier that they lack; then with that outlier.
    #[test]
    fn an_outlier_of_the_pilot_hides_nothing() {
        let uniform: Vec<f64> = (0..1000).map(|i| (f64::from(i) + 0.5) / 1000.0).collect();
        let pilot = Pilot::new([&uniform[..], &[1e200]].concat());
        let exact = ((1000.0f64 * 1000.0 - 1.0) / 12.0 / 1e6 * 1000.0 / 999.0).sqrt();
        let m = moments(pilot.frame(), &uniform);
        close(m.sd(), exact, 1e-13);
        close(m.mean(), 0.5, 1e-14);
        assert!(m.sd_se().is_some_and(|se| se > 0.003) && m.skewness().is_some_and(|skewness| skewness.abs() < 1e-12));
        let with: Vec<f64> = uniform.iter().copied().chain([1e200]).collect();
        close(moments(Pilot::new(uniform).frame(), &with).sd(), 1e200 / 1001f64.sqrt(), 1e-13);
    }

    #[test]
    fn non_finite_values_change_only_the_count() {
        let empty = Moments::new(Frame::new(0.0, 1.0));
        let with = seen(empty.clone(), [&[1.0, f64::NAN, 2.0, f64::NEG_INFINITY][..]]);
        let without = seen(empty, [&[1.0, 0.0, 2.0][..]]);
        assert_eq!((with.n(), with.excluded(), with.mean()), (2, 2, Some(1.5)));
        assert_eq!(with.sums, without.sums);
    }

    #[test]
    fn the_light_variant_agrees() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(3);
        let values: Vec<f64> = Normal::new(5.0, 0.1).unwrap().sample_iter(&mut rng).take(1000).collect();
        let full = moments(Frame::new(4.9, 0.1), &values);
        let light = seen(Mean::new(Frame::new(4.9, 0.1)), values.chunks(256));
        assert_eq!((light.n(), light.mean()), (full.n(), full.mean()));
        close(light.mean_se(), full.mean_se().unwrap(), 1e-14);
    }

    /// 95 % intervals cover 95 % of 2000 seeds, within four standard deviations of the binomial.
    #[test]
    fn intervals_of_mean_and_sd_cover() {
        let law = Normal::new(10.0, 2.0).unwrap();
        let mut covered = [0; 2];
        for seed in 0..2000 {
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
            let values: Vec<f64> = law.sample_iter(&mut rng).take(500).collect();
            let m = moments(Frame::new(9.0, 1.0), &values);
            for (k, (value, se, truth)) in
                [(m.mean(), m.mean_se(), 10.0), (m.sd(), m.sd_se(), 2.0)].into_iter().enumerate()
            {
                covered[k] += u32::from((value.unwrap() - truth).abs() <= 1.96 * se.unwrap());
            }
        }
        assert!(covered.iter().all(|c| (1861..=1939).contains(c)), "{covered:?} of 2000");
    }

    proptest! {
        #[test]
        fn any_grouping_of_the_same_columns_is_the_same_state(
            columns in prop::collection::vec(prop::collection::vec(any::<f64>(), 0..40), 1..12),
            split in 0usize..12,
            turn in 0usize..12,
        ) {
            let frame = Frame::new(0.5, 1e150);
            let of = |columns: &[Vec<f64>]| seen(Moments::new(frame), columns.iter().map(Vec::as_slice));
            let whole = of(&columns);
            let mut order = columns.clone();
            order.rotate_left(turn % columns.len());
            let (a, b) = order.split_at(split.min(order.len()));
            let mut merged = of(b);
            merged.merge(&of(a));
            prop_assert_eq!(&merged, &whole);
            prop_assert_eq!(merged.sd().map(f64::to_bits), whole.sd().map(f64::to_bits));
            prop_assert_eq!(merged.mean().map(f64::to_bits), whole.mean().map(f64::to_bits));
        }
    }
}
