//! Distribution function, quantiles and atoms of a law with constant parameters, bounds included.

use super::distribution::Distribution;
use super::laws::Law;
use super::normal::Tails;
use super::parts::Parts;
use super::real::Score;

/// All of these take parameters that passed `check`.
impl Distribution<f64> {
    /// P(X <= x).
    pub fn cdf(&self, x: f64) -> f64 {
        self.tails(x).lower
    }

    /// P(X > x), accurate where the distribution function is near 1.
    pub fn sf(&self, x: f64) -> f64 {
        self.tails(x).upper
    }

    /// P(X <= x) and P(X > x).
    pub fn tails(&self, x: f64) -> Tails {
        Parts::of(self).tails(x)
    }

    /// T(z), exact to set-up quality: the value whose probability is that of z, for any z.
    ///
    /// Non-decreasing; NaN at NaN. Laws in closed form go by their formula, the others are solved for.
    pub fn normal_score(&self, z: f64) -> f64 {
        let gaussian = self.untruncated().and_then(|law| law.gaussian(z));
        self.clipped(gaussian.unwrap_or_else(|| self.solved(Tails::at(z))))
    }

    /// The smallest x with F(x) >= p; the ends of the support at 0 and 1, NaN outside.
    pub fn quantile(&self, p: f64) -> f64 {
        if !(0.0..=1.0).contains(&p) {
            return f64::NAN;
        }
        self.quantile_at(Tails::of(p))
    }

    /// The smallest x with F(x) >= the lower tail, as accurate as the smaller of the two.
    pub fn quantile_at(&self, tails: Tails) -> f64 {
        let gaussian = self.untruncated().and_then(|law| law.gaussian(tails.normal_score()));
        self.clipped(gaussian.unwrap_or_else(|| self.solved(tails)))
    }

    /// The value of a draw by inversion; NaN where the shock is, and where a parameter is outside its domain.
    ///
    /// What `transform` tabulates, to set-up quality: for parameters that differ from draw to draw.
    pub fn draw(&self, score: Score<f64>) -> f64 {
        if score.value().is_nan() || self.check().is_err() {
            return f64::NAN;
        }
        match score {
            Score::Uniform(u) => self.quantile_at(Tails::of(u)),
            Score::Normal(z) => self.normal_score(z),
        }
    }

    /// The quantile before clipping, by a plain formula or solved for.
    fn solved(&self, tails: Tails) -> f64 {
        if let Some(counts) = self.law.counts() {
            let (low, high) = self.truncate;
            return counts.quantile(tails, (low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY)));
        }
        let closed = self.untruncated().and_then(|law| law.quantile(tails));
        closed.unwrap_or_else(|| Parts::unclipped(self).quantile(tails))
    }

    /// The law, when nothing is cut off.
    pub(super) fn untruncated(&self) -> Option<&Law<f64>> {
        (self.truncate == (None, None)).then_some(&self.law)
    }

    /// The value, if there is only one.
    pub fn constant(&self) -> Option<f64> {
        match (self.quantile(0.0), self.quantile(1.0)) {
            (low, high) if low == high => Some(low),
            _ => None,
        }
    }

    /// Whether there is one value only.
    pub fn is_constant(&self) -> bool {
        self.constant().is_some()
    }

    /// (value, probability) of every value that has one, increasing.
    pub fn atoms(&self) -> Vec<(f64, f64)> {
        Parts::of(self).atoms
    }

    fn clipped(&self, x: f64) -> f64 {
        let x = self.clip.0.map_or(x, |low| if x < low { low } else { x });
        self.clip.1.map_or(x, |high| if x > high { high } else { x })
    }
}

#[cfg(test)]
mod tests {
    use super::super::laws::Component;
    use super::*;

    fn law(law: Law<f64>) -> Distribution<f64> {
        Distribution::unbounded(law)
    }

    #[test]
    fn quantiles_of_steps_are_the_smallest_value_that_reaches() {
        let sample = law(Law::Empirical { values: [1.0, 2.0, 2.0, 5.0].into(), interpolate: false });
        for (p, x) in [(0.0, 1.0), (0.25, 1.0), (0.26, 2.0), (0.75, 2.0), (0.751, 5.0), (1.0, 5.0)] {
            assert_eq!(sample.quantile(p), x, "{p}");
        }
        assert!(sample.quantile(1.1).is_nan() && sample.quantile(f64::NAN).is_nan());
        assert_eq!(sample.cdf(2.0), 0.75);
        assert_eq!(sample.cdf(1.999), 0.25);
        assert_eq!(sample.sf(2.0), 0.25);
        assert_eq!(sample.atoms(), [(1.0, 0.25), (2.0, 0.5), (5.0, 0.25)]);
        let coin = law(Law::Bernoulli { probability: 0.25 });
        assert_eq!((coin.quantile(0.75), coin.quantile(0.7500001)), (0.0, 1.0));
    }

    #[test]
    fn interpolated_samples_run_between_order_statistics() {
        let values = [1.0, 2.0, 2.0, 5.0, 9.0];
        let runs = law(Law::Empirical { values: values.into(), interpolate: true });
        for (p, x) in [(0.0, 1.0), (0.125, 1.5), (0.25, 2.0), (0.4, 2.0), (0.5, 2.0), (0.625, 3.5), (1.0, 9.0)] {
            assert!((runs.quantile(p) - x).abs() < 1e-12, "{p}");
            assert!((runs.transform().evaluate(Tails::of(p).normal_score()) - x).abs() < 1e-12, "{p}");
        }
        let part = Distribution { truncate: (Some(1.5), Some(3.5)), ..runs };
        for p in [0.0, 0.1, 0.3, 0.5, 0.8, 1.0] {
            let x = part.quantile(0.125 + 0.5 * p - 0.125);
            let found = part.transform().evaluate(Tails::of(0.5 * p).normal_score());
            assert!((found - x).abs() < 1e-12, "{p}: {found} {x}");
        }
    }

    #[test]
    fn truncation_comes_first_then_clipping() {
        let normal = Law::Normal { mean: 0.0, sd: 1.0 };
        let both = Distribution { law: normal, truncate: (Some(0.0), None), clip: (None, Some(1.0)) };
        let beyond = 2.0 * Tails::at(1.0).upper;
        assert_eq!(both.atoms().len(), 1);
        assert!((both.atoms()[0].1 - beyond).abs() < 1e-15 && both.atoms()[0].0 == 1.0);
        assert_eq!(both.quantile(1.0), 1.0);
        assert_eq!(both.transform().evaluate(8.0), 1.0);
        assert!((both.cdf(0.5) - (2.0 * Tails::at(0.5).lower - 1.0)).abs() < 1e-15);
        assert_eq!(both.cdf(1.0), 1.0);
    }

    #[test]
    fn constants() {
        assert_eq!(law(Law::Normal { mean: 2.0, sd: 0.0 }).constant(), Some(2.0));
        assert_eq!(law(Law::Uniform { low: 3.0, high: 3.0 }).constant(), Some(3.0));
        assert_eq!(law(Law::Triangular { low: 3.0, mode: 3.0, high: 3.0 }).constant(), Some(3.0));
        assert_eq!(law(Law::Pert { low: 3.0, mode: 3.0, high: 3.0, shape: 4.0 }).constant(), Some(3.0));
        assert_eq!(law(Law::Bernoulli { probability: 1.0 }).constant(), Some(1.0));
        assert_eq!(law(Law::Poisson { mean: 0.0 }).constant(), Some(0.0));
        assert_eq!(law(Law::Mixture { components: [(2.0.into(), Component::Atom(7.0))].into() }).constant(), Some(7.0));
        assert_eq!(law(Law::Normal { mean: 2.0, sd: 1.0 }).constant(), None);
        let clipped = Distribution { clip: (Some(1.0), Some(1.0)), ..law(Law::Normal { mean: 2.0, sd: 1.0 }) };
        assert_eq!(clipped.constant(), Some(1.0));
        assert_eq!(clipped.transform().evaluate(0.3), 1.0);
        let constant = law(Law::Uniform { low: 3.0, high: 3.0 });
        assert_eq!((constant.normal_score(1.0), constant.mean(), constant.variance()), (3.0, 3.0, 0.0));
    }

    #[test]
    fn plain_numbers_stay_plain() {
        assert_eq!(law(Law::Uniform { low: 0.0, high: 10.0 }).quantile(0.5), 5.0);
        assert_eq!(law(Law::Normal { mean: 5.0, sd: 2.0 }).normal_score(1.5), 8.0);
        assert_eq!(law(Law::Triangular { low: 0.0, mode: 1.0, high: 2.0 }).quantile(0.5), 1.0);
        assert!(law(Law::Gamma { shape: 2.0, scale: 1.0 }).normal_score(f64::NAN).is_nan());
    }
}
