//! Draws of laws without a closed form whose parameters differ by path, where they need no inversion: by a standard law,
//! and truncated normals and lognormals through the normal distribution function and back.

use super::distribution::Distribution;
use super::laws::{ByMoments, Law};
use super::real::{Real, Score};
use crate::kernel::{Binary, Unary};

/// A law as location + scale X, X of a law whose other parameters are its shape.
#[derive(Clone, Debug)]
pub struct Standardised<R> {
    /// The law of X.
    pub standard: Law<R>,
    location: Option<R>,
    scale: R,
    /// Whether location and scale are in their domain.
    inside: R,
}

impl<R: Real> Standardised<R> {
    /// The value at a value of X; NaN where location or scale is outside its domain.
    pub fn value(&self, x: R) -> R {
        let scaled = self.location.map_or(self.scale * x, |location| self.scale.multiply_add(x, location));
        scaled.given(self.inside)
    }
}

impl<R: Real> Law<R> {
    /// The law by its location and scale; none where it has neither, or a closed form.
    pub fn standardised(&self) -> Option<Standardised<R>> {
        Some(match *self {
            Law::Gamma { shape, scale } => {
                let standard = Law::Gamma { shape, scale: scale.number(1.0) };
                Standardised { standard, location: None, scale, inside: scale.above(0.0) }
            }
            Law::StudentT { location, scale, df } => {
                let standard = Law::StudentT { location: scale.number(0.0), scale: scale.number(1.0), df };
                Standardised { standard, location: Some(location), scale, inside: scale.above(0.0) }
            }
            Law::Beta { alpha, beta, low, high } => {
                let standard = Law::Beta { alpha, beta, low: low.number(0.0), high: low.number(1.0) };
                Standardised { standard, location: Some(low), scale: high - low, inside: low.at_most(high) }
            }
            Law::Pert { low, mode, high, shape } => {
                let (zero, one, width) = (low.number(0.0), low.number(1.0), high - low);
                // A law without width is its bound.
                let share = width.above(0.0).select((mode - low) / width, zero);
                let standard = Law::Pert { low: zero, mode: share, high: one, shape };
                let inside = low.at_most(mode).binary(Binary::And, mode.at_most(high));
                Standardised { standard, location: Some(low), scale: width, inside }
            }
            Law::Moments { of: ByMoments::Gamma, mean, sd } => {
                let ratio = mean / sd;
                let standard = Law::Gamma { shape: ratio * ratio, scale: sd.number(1.0) };
                let inside = mean.above(0.0).binary(Binary::And, sd.above(0.0));
                Standardised { standard, location: None, scale: sd / mean * sd, inside }
            }
            _ => return None,
        })
    }

    /// Mean and standard deviation of the normal that the law is or is the exponential of, and whether it is the latter; NaN
    /// where a parameter is outside its domain.
    fn normal_parameters(&self) -> Option<(R, R, bool)> {
        Some(match *self {
            Law::Normal { mean, sd } => (mean, sd, false),
            Law::LogNormal { median, sigma } => (median.log(), sigma, true),
            Law::LogNormalLog { log_mean, log_sd } => (log_mean, log_sd, true),
            _ => return None,
        })
    }
}

impl<P> Distribution<P> {
    /// Whether draws are inverted on every path, given which parameters differ by path: where the law has no closed form
    /// then, and neither location, scale and a table nor a surface of one shape make it up.
    pub fn is_inverted(&self, mut differs: impl FnMut(&P) -> bool) -> bool {
        if !self.needs_table() || !self.parameters().into_iter().any(|(_, parameter)| differs(parameter)) {
            return false;
        }
        if self.truncate.0.is_some() || self.truncate.1.is_some() {
            return !matches!(self.law, Law::Normal { .. } | Law::LogNormal { .. } | Law::LogNormalLog { .. });
        }
        let shapes = match &self.law {
            Law::Gamma { shape, .. } => [differs(shape), false],
            Law::StudentT { df, .. } => [differs(df), false],
            Law::Beta { alpha, beta, .. } => [differs(alpha), differs(beta)],
            Law::Pert { low, mode, high, shape } => [differs(low) || differs(mode) || differs(high), differs(shape)],
            Law::Moments { of: ByMoments::Gamma, .. } => [true, false],
            _ => return true,
        };
        shapes == [true; 2]
    }
}

impl<R: Real> Distribution<R> {
    /// The value of a draw before clipping, where the law is a truncated normal or lognormal; NaN where a parameter is outside
    /// its domain, and where the bounds leave too little of the law.
    pub fn draw_truncated(&self, score: Score<R>) -> Option<R> {
        let (mean, sd, exponential) = self.law.normal_parameters()?;
        // What a lognormal leaves out below 0 is nothing.
        let to_normal = |x: R| if exponential { x.binary(Binary::Max, x.number(0.0)).log() } else { x };
        let bounds = (self.truncate.0.map(to_normal), self.truncate.1.map(to_normal));
        let z = between(mean, sd, bounds, score)?;
        let normal = sd.multiply_add(z, mean);
        let x = if exponential { normal.exponential() } else { normal };
        let x = self.truncate.0.map_or(x, |low| x.binary(Binary::Max, low));
        Some(self.truncate.1.map_or(x, |high| x.binary(Binary::Min, high)))
    }
}

/// The normal score of a draw between bounds: where the tails are those of the part, each from its own side.
fn between<R: Real>(mean: R, sd: R, bounds: (Option<R>, Option<R>), score: Score<R>) -> Option<R> {
    /// As where parameters are checked before a run.
    const LEAST_MASS: f64 = 1e-280;
    let ends = (bounds.0.map(|low| (low - mean) / sd), bounds.1.map(|high| (high - mean) / sd));
    let below = |z: R| z.unary(Unary::NormalCdf);
    let above = |z: R| (-z).unary(Unary::NormalCdf);
    let (zero, one) = (mean.number(0.0), mean.number(1.0));
    // The mass from the nearer side keeps its digits in a tail.
    let mass = match ends {
        (Some(low), Some(high)) => low.above(0.0).select(above(low) - above(high), below(high) - below(low)),
        (Some(low), None) => above(low),
        (None, Some(high)) => below(high),
        (None, None) => return None,
    };
    let lower = mass.multiply_add(score.lower(), ends.0.map_or(zero, below));
    let upper = mass.multiply_add(score.upper(), ends.1.map_or(zero, above));
    // Each rounds up to 1 at most, where the other one counts.
    let quantile = |p: R| p.binary(Binary::Min, one).unary(Unary::NormalQuantile);
    let z = lower.binary(Binary::LessEqual, upper).select(quantile(lower), -quantile(upper));
    // A normal that does not vary is its mean, where the bounds leave that.
    let at_least_low = bounds.0.map_or(one, |low| low.at_most(mean));
    let inside = bounds.1.map_or(at_least_low, |high| at_least_low.binary(Binary::And, mean.at_most(high)));
    let constant = sd.binary(Binary::Equal, zero);
    Some(constant.select(zero.given(inside), z.given(mass.above(LEAST_MASS))).given(sd.at_least(0.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCORES: [f64; 7] = [-6.0, -2.0, -0.4, 0.0, 1.0, 3.0, 6.0];

    #[test]
    fn truncated_draws_follow_the_quantile() {
        let mut looked_at = 0;
        for law in [
            Law::Normal { mean: 0.3, sd: 1.2 },
            Law::LogNormal { median: 1.5, sigma: 0.4 },
            Law::LogNormalLog { log_mean: 0.2, log_sd: 0.5 },
        ] {
            for truncate in [
                (Some(0.5), None),
                (None, Some(0.9)),
                (Some(0.2), Some(1.1)),
                (Some(3.0), Some(4.0)),
                (Some(6.0), None),
                (Some(-1.0), Some(0.3)),
            ] {
                let distribution = Distribution { law: law.clone(), truncate, clip: (None, None) };
                if distribution.check().is_err() {
                    continue;
                }
                for z in SCORES {
                    let exact = distribution.draw(Score::Normal(z));
                    let drawn = distribution.draw_truncated(Score::Normal(z)).expect("a truncated normal");
                    assert!(
                        (drawn - exact).abs() <= 1e-9 * exact.abs().max(0.1),
                        "{distribution:?} {z}: {drawn}, not {exact}"
                    );
                    let p = super::super::Tails::at(z).lower;
                    let drawn = distribution.draw_truncated(Score::Uniform(p)).expect("a truncated normal");
                    assert!(
                        (drawn - exact).abs() <= 1e-7 * exact.abs().max(0.1),
                        "{distribution:?} {z}: {drawn}, not {exact}"
                    );
                    looked_at += 1;
                }
            }
        }
        assert!(looked_at > 80, "{looked_at}");
    }

    #[test]
    fn what_is_outside_its_domain_has_no_value() {
        let draw = |sd: f64, truncate| {
            let law = Law::Normal { mean: 0.0, sd };
            Distribution { law, truncate, clip: (None, None) }.draw_truncated(Score::Normal(0.1)).expect("truncated")
        };
        assert!(draw(-1.0, (Some(0.0), None)).is_nan());
        assert!(draw(1.0, (Some(1.0), Some(1.0))).is_nan() && draw(1.0, (Some(2.0), Some(1.0))).is_nan());
        assert!(draw(1.0, (Some(50.0), None)).is_nan(), "nothing is left");
        assert!(draw(1.0, (None, Some(f64::NAN))).is_nan());
        assert!(draw(1.0, (Some(1.0), Some(2.0))).is_finite());
        assert_eq!(draw(0.0, (Some(0.0), Some(2.0))), 0.0);
        assert!(draw(0.0, (Some(1.0), None)).is_nan());
        assert!(
            Distribution::unbounded(Law::Gamma { shape: 2.0, scale: 1.0 }).draw_truncated(Score::Normal(0.0)).is_none()
        );
    }

    #[test]
    fn standard_laws_make_the_law() {
        for law in [
            Law::Gamma { shape: 2.5, scale: 0.4 },
            Law::Moments { of: ByMoments::Gamma, mean: 2.0, sd: 1.5 },
            Law::StudentT { location: 1.0, scale: 0.4, df: 4.0 },
            Law::Beta { alpha: 2.0, beta: 3.0, low: -1.0, high: 4.0 },
            Law::Pert { low: -1.0, mode: 0.5, high: 4.0, shape: 3.0 },
            Law::Pert { low: 2.0, mode: 2.0, high: 2.0, shape: 3.0 },
        ] {
            let standardised = law.standardised().expect("a law of location and scale");
            let (whole, standard) =
                (Distribution::unbounded(law), Distribution::unbounded(standardised.standard.clone()));
            for z in SCORES {
                let (exact, value) = (whole.normal_score(z), standardised.value(standard.normal_score(z)));
                assert!((value - exact).abs() <= 1e-12 * exact.abs().max(1.0), "{whole:?} {z}: {value}, not {exact}");
            }
        }
        let outside = [
            Law::Gamma { shape: 2.5, scale: 0.0 },
            Law::Moments { of: ByMoments::Gamma, mean: -2.0, sd: 1.5 },
            Law::StudentT { location: 1.0, scale: -1.0, df: 4.0 },
            Law::Beta { alpha: 2.0, beta: 3.0, low: 1.0, high: 0.5 },
            Law::Pert { low: 0.0, mode: 2.0, high: 1.0, shape: 4.0 },
            Law::Pert { low: 1.0, mode: 2.0, high: 1.0, shape: 4.0 },
        ];
        assert!(outside.iter().all(|law| law.standardised().is_some_and(|law| law.value(0.5).is_nan())));
    }
}
