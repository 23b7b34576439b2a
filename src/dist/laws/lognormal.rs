//! Lognormal: by median, by its own moments, by those of its logarithm, or through two quantiles.

use super::{Checked, Real, Score, above_zero, check_quantiles, normal, not_negative, quantile_name};

pub(super) fn check(median: f64, sigma: f64) -> Checked {
    above_zero("median", median)?;
    not_negative("sigma", sigma)
}

pub(super) fn check_moments(mean: f64, sd: f64) -> Checked {
    above_zero("mean", mean)?;
    not_negative("sd", sd)
}

pub(super) fn check_through(at: &[(f64, f64); 2]) -> Checked {
    above_zero(&quantile_name(at[0].0), at[0].1)?;
    check_quantiles(at)
}

/// Mean and standard deviation of the logarithm, from those of the law; mean > 0.
///
/// log_sd^2 = ln(1 + (sd / mean)^2), log_mean = ln mean - log_sd^2 / 2.
pub(super) fn from_moments(mean: f64, sd: f64) -> (f64, f64) {
    let ratio = sd / mean;
    let variance = libm::log1p(ratio * ratio);
    (libm::log(mean) - 0.5 * variance, variance.sqrt())
}

/// Mean and standard deviation of the logarithm through two quantiles, both above 0.
pub(super) fn through(at: [(f64, f64); 2]) -> (f64, f64) {
    normal::through(at.map(|(p, x)| (p, libm::log(x))))
}

pub(super) fn moments((log_mean, log_sd): (f64, f64)) -> (f64, f64) {
    let mean = libm::exp(log_mean + 0.5 * log_sd * log_sd);
    (mean, mean * mean * libm::expm1(log_sd * log_sd))
}

/// median exp(sigma z).
pub(super) fn draw<R: Real>(median: R, sigma: R, score: Score<R>) -> R {
    (median * (sigma * score.normal()).exponential()).given(median.above(0.0)).given(sigma.at_least(0.0))
}

/// By its own mean and standard deviation: median = mean exp(-sigma^2 / 2).
pub(super) fn draw_moments<R: Real>(mean: R, sd: R, score: Score<R>) -> R {
    let ratio = sd / mean;
    let variance = (ratio * ratio).log_one_plus();
    let median = mean * (mean.number(-0.5) * variance).exponential();
    draw(median, variance.root(), score).given(sd.at_least(0.0))
}

/// exp(log_mean + log_sd z).
pub(super) fn draw_log<R: Real>(log_mean: R, log_sd: R, score: Score<R>) -> R {
    normal::draw(log_mean, log_sd, score).exponential()
}

pub(super) fn draw_through<R: Real>(at: [(f64, R); 2], score: Score<R>) -> R {
    let (log_mean, log_sd) = normal::through_drawn(at.map(|(p, x)| (p, x.log())));
    draw_log(log_mean, log_sd, score)
}

#[cfg(test)]
mod tests {
    use super::super::super::normal::Tails;
    use super::*;

    #[test]
    fn moments_come_back() {
        let (mean, variance) = moments(from_moments(3.0, 1.5));
        assert!((mean - 3.0).abs() < 1e-14 && (variance.sqrt() - 1.5).abs() < 1e-14);
    }

    #[test]
    fn quantiles_come_back() {
        let (log_mean, log_sd) = through([(0.5, 2.0), (0.9, 5.0)]);
        assert!((libm::exp(log_mean) - 2.0).abs() < 1e-15);
        assert!((libm::exp(log_mean + log_sd * Tails::of(0.9).normal_score()) - 5.0).abs() < 1e-14);
    }
}
