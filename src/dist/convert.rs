//! From the parameters that a file uses to those that formulas need, and the transforms in closed form.
//!
//! With z standard normal and Phi(-z) its upper tail, x = T(z) is, for parameters that are constant or vary:
//!
//! | law | x |
//! |---|---|
//! | normal | mean + sd z |
//! | lognormal | median exp(sigma z) = exp(log_mean + log_sd z) |
//! | uniform | low + (high - low) Phi(z) |
//! | triangular, Phi(z) <= c | low + sqrt(Phi(z) (high - low) (mode - low)), c = (mode - low) / (high - low) |
//! | triangular, else | high - sqrt(Phi(-z) (high - low) (high - mode)) |
//! | exponential | mean e(z), e(z) = -ln Phi(-z) |
//! | weibull | scale e(z)^(1 / shape) = scale exp(ln e(z) / shape) |
//! | gumbel | location - scale ln e(-z) |
//! | logistic | location + scale (ln Phi(z) - ln Phi(-z)) |
//! | bernoulli | 1 where Phi(-z) < probability, else 0 |
//!
//! Where Phi(-z) is near 1, -ln Phi(-z) has to be taken as -ln(1 - Phi(z)) by a logarithm that is accurate near 1.
//! The tables of the standard laws are such functions: `transform` of weibull(1, 1) holds ln e(z) before its outer
//! exponential, gumbel(0, 1) holds -ln e(-z), logistic(0, 1) the difference of the logarithms.

use super::law::Law;
use super::normal::Tails;

/// Mean and standard deviation of the normal through two quantiles, probabilities increasing.
///
/// sd = (x2 - x1) / (z2 - z1), mean = x1 - sd z1.
pub fn normal_through(at: [(f64, f64); 2]) -> (f64, f64) {
    let [(p1, x1), (p2, x2)] = at;
    let (z1, z2) = (Tails::of(p1).normal_score(), Tails::of(p2).normal_score());
    let sd = (x2 - x1) / (z2 - z1);
    (x1 - sd * z1, sd)
}

/// (log_mean, log_sd) of the lognormal with this mean and standard deviation, mean > 0.
///
/// log_sd^2 = ln(1 + (sd / mean)^2), log_mean = ln mean - log_sd^2 / 2.
pub fn lognormal_from_moments(mean: f64, sd: f64) -> (f64, f64) {
    let ratio = sd / mean;
    let variance = libm::log1p(ratio * ratio);
    (libm::log(mean) - 0.5 * variance, variance.sqrt())
}

/// (log_mean, log_sd) of the lognormal through two quantiles, both above 0.
pub fn lognormal_through(at: [(f64, f64); 2]) -> (f64, f64) {
    normal_through(at.map(|(p, x)| (p, libm::log(x))))
}

/// (alpha, beta) of a PERT, low < high.
pub fn pert_shapes(low: f64, mode: f64, high: f64, shape: f64) -> (f64, f64) {
    (1.0 + shape * (mode - low) / (high - low), 1.0 + shape * (high - mode) / (high - low))
}

impl Law<f64> {
    /// (log_mean, log_sd) of a lognormal in any of its forms; None for other laws.
    pub fn log_parameters(&self) -> Option<(f64, f64)> {
        match *self {
            Law::LogNormal { median, sigma } => Some((libm::log(median), sigma)),
            Law::LogNormalMoments { mean, sd } => Some(lognormal_from_moments(mean, sd)),
            Law::LogNormalLog { log_mean, log_sd } => Some((log_mean, log_sd)),
            Law::LogNormalQuantiles { at } => Some(lognormal_through(at)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lognormal_moments_come_back() {
        let (log_mean, log_sd) = lognormal_from_moments(3.0, 1.5);
        let mean = libm::exp(log_mean + 0.5 * log_sd * log_sd);
        let sd = mean * libm::expm1(log_sd * log_sd).sqrt();
        assert!((mean - 3.0).abs() < 1e-14 && (sd - 1.5).abs() < 1e-14);
    }

    #[test]
    fn quantiles_come_back() {
        let (mean, sd) = normal_through([(0.1, 2.0), (0.8, 5.0)]);
        assert!((mean + sd * Tails::of(0.1).normal_score() - 2.0).abs() < 1e-15);
        assert!((mean + sd * Tails::of(0.8).normal_score() - 5.0).abs() < 1e-14);
        let (log_mean, log_sd) = lognormal_through([(0.5, 2.0), (0.9, 5.0)]);
        assert!((libm::exp(log_mean) - 2.0).abs() < 1e-15);
        assert!((libm::exp(log_mean + log_sd * Tails::of(0.9).normal_score()) - 5.0).abs() < 1e-14);
    }

    #[test]
    fn pert_is_the_usual_beta() {
        assert_eq!(pert_shapes(0.0, 0.25, 1.0, 4.0), (2.0, 4.0));
    }
}
