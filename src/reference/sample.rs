//! All values of one quantity, sorted, and the statistics that follow from them.

/// A sorted sample of finite values.
#[derive(Clone, Debug)]
pub struct Sample {
    sorted: Vec<f64>,
    excluded: u64,
    moments: Option<SampleMoments>,
}

/// Mean and spread of a sample.
#[derive(Clone, Copy, Debug)]
struct SampleMoments {
    mean: f64,
    sd: Option<f64>,
    sd_se: Option<f64>,
}

impl Sample {
    /// Sorts the finite values and counts the others.
    pub fn new(mut values: Vec<f64>) -> Sample {
        let all = values.len();
        values.retain(|x| x.is_finite());
        values.sort_unstable_by(f64::total_cmp);
        Sample { excluded: (all - values.len()) as u64, moments: SampleMoments::of(&values), sorted: values }
    }

    /// Finite values.
    pub fn n(&self) -> u64 {
        self.sorted.len() as u64
    }

    /// Values left out.
    pub fn excluded(&self) -> u64 {
        self.excluded
    }

    /// Mean; none without values.
    pub fn mean(&self) -> Option<f64> {
        self.moments.map(|m| m.mean)
    }

    /// Standard deviation (n - 1); none below two values.
    pub fn sd(&self) -> Option<f64> {
        self.moments.and_then(|m| m.sd)
    }

    /// Standard error of the mean: sd / sqrt n.
    pub fn mean_se(&self) -> Option<f64> {
        self.sd().map(|sd| sd / (self.n() as f64).sqrt())
    }

    /// Standard error of the standard deviation, from the sample's kurtosis k: sd / 2 sqrt((k - (n - 3) / (n - 1)) / n).
    pub fn sd_se(&self) -> Option<f64> {
        self.moments.and_then(|m| m.sd_se)
    }

    /// The smallest value with F(x) >= p, for p in (0, 1].
    pub fn quantile(&self, p: f64) -> Option<f64> {
        self.ranked(self.rank(p))
    }

    /// Standard error of a quantile: half the width between the order statistics one standard deviation of the rank away.
    pub fn quantile_se(&self, p: f64) -> Option<f64> {
        let reach = (self.n() as f64 * p * (1.0 - p)).sqrt().max(1.0);
        let rank = self.rank(p);
        Some(0.5 * (self.ranked(rank + reach)? - self.ranked(rank - reach)?))
    }

    /// Values at or below x.
    pub fn at_or_below(&self, x: f64) -> u64 {
        self.sorted.partition_point(|value| *value <= x) as u64
    }

    /// Values below x.
    pub fn below(&self, x: f64) -> u64 {
        self.sorted.partition_point(|value| *value < x) as u64
    }

    /// Rank of a quantile from 1; a product such as 0.07 * 100 that rounding lifts over a whole number is not raised to the next.
    fn rank(&self, p: f64) -> f64 {
        (p * self.n() as f64 * (1.0 - 4.0 * f64::EPSILON)).ceil()
    }

    fn ranked(&self, rank: f64) -> Option<f64> {
        let last = self.sorted.len().checked_sub(1)?;
        Some(self.sorted[((rank.round().max(1.0) as usize) - 1).min(last)])
    }
}

impl SampleMoments {
    fn of(values: &[f64]) -> Option<SampleMoments> {
        let n = values.len() as f64;
        let (&low, &high) = (values.first()?, values.last()?);
        if low == high {
            let zero = (values.len() > 1).then_some(0.0);
            return Some(SampleMoments { mean: low, sd: zero, sd_se: zero });
        }
        // Around a first mean, the second one and the deviations lose no digits to a large offset.
        let rough = values.iter().sum::<f64>() / n;
        let mean = rough + values.iter().map(|x| x - rough).sum::<f64>() / n;
        // In units of the farthest value, by a power of two: squares neither leave the range of a double nor round differently.
        let unit = libm::exp2(libm::floor(libm::log2((high - mean).max(mean - low))));
        let squares: f64 = values.iter().map(|x| (x - mean) / unit).map(|y| y * y).sum();
        let sd = unit * (squares / (n - 1.0)).sqrt();
        let fourths: f64 = values.iter().map(|x| (x - mean) / sd).map(|y| y * y * y * y).sum();
        let sd_se = 0.5 * sd * ((fourths / n - (n - 3.0) / (n - 1.0)).max(0.0) / n).sqrt();
        Some(SampleMoments { mean, sd: Some(sd), sd_se: Some(sd_se) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_is_seen_at_any_size() {
        for size in [1e-320, 1e-280, 1e-170, 1.0, 1e160, 1e300] {
            let sample = Sample::new(vec![size, 2.0 * size, 3.0 * size]);
            assert!((sample.sd().expect("three values") / size - 1.0).abs() < 1e-3, "{size}");
        }
    }

    #[test]
    fn statistics_of_a_hand_made_sample() {
        let sample = Sample::new(vec![4.0, f64::NAN, 1.0, 2.0, f64::INFINITY, 3.0]);
        assert_eq!((sample.n(), sample.excluded()), (4, 2));
        assert_eq!(sample.mean(), Some(2.5));
        assert!((sample.sd().unwrap() - (5.0f64 / 3.0).sqrt()).abs() < 1e-15);
        assert_eq!([0.25, 0.26, 0.5, 1.0].map(|p| sample.quantile(p)), [Some(1.0), Some(2.0), Some(2.0), Some(4.0)]);
        assert_eq!((sample.below(2.0), sample.at_or_below(2.0)), (1, 2));
        // k = m4 / sd^4 = (2 * 1.5^4 + 2 * 0.5^4) / 4 / (25 / 9) = 0.9225
        let kurtosis = 0.9225f64;
        let expected = 0.5 * sample.sd().unwrap() * ((kurtosis - 1.0 / 3.0) / 4.0).sqrt();
        assert!((sample.sd_se().unwrap() - expected).abs() < 1e-15);
    }

    #[test]
    fn small_and_large_spreads_are_those_of_the_scaled_sample() {
        for scale in [1e-250, 1e-170, 1e170, 1e250] {
            let sample = Sample::new([4.0, 1.0, 2.0, 3.0].map(|x| x * scale).to_vec());
            assert!((sample.sd().unwrap() / scale - (5.0f64 / 3.0).sqrt()).abs() < 1e-14, "{scale}");
        }
    }

    #[test]
    fn a_product_lifted_by_rounding_keeps_its_rank() {
        let sample = Sample::new((1..=100).map(f64::from).collect());
        // 0.07 * 100 is 7.000000000000001.
        assert_eq!(sample.quantile(0.07), Some(7.0));
    }

    #[test]
    fn an_empty_or_constant_sample_has_no_spread() {
        let empty = Sample::new(vec![f64::NAN]);
        assert_eq!((empty.mean(), empty.sd(), empty.quantile(0.5)), (None, None, None));
        let one = Sample::new(vec![3.0]);
        assert_eq!((one.mean(), one.sd(), one.quantile_se(0.5)), (Some(3.0), None, Some(0.0)));
        let same = Sample::new(vec![0.1; 10]);
        assert_eq!((same.mean(), same.sd(), same.sd_se()), (Some(0.1), Some(0.0), Some(0.0)));
    }
}
