//! Regularised incomplete gamma and beta functions with relative accuracy in both tails.
//!
//! Crates that offer them take exp and ln from the platform, so their last bits differ between machines, and compute
//! one tail as the complement of the other. Here the argument is a logarithm (or a logit) relative to the mean, which
//! keeps the exponent of the density free of cancellation for large shapes (Loader, 2000, "Fast and accurate
//! computation of binomial probabilities", deals with the same problem), and everything comes from `libm`.

use std::f64::consts::PI;
use std::sync::LazyLock;

use super::normal::Tails;

/// Terms of a series or a continued fraction. Shapes up to 1e8 need about 6 sqrt(shape) of them.
const MOST_TERMS: usize = 200_000;

/// What Stirling's formula leaves out: ln Gamma(a) - ((a - 1/2) ln a - a + ln(2 pi) / 2), a > 0.
pub(super) fn stirling_error(a: f64) -> f64 {
    /// Of whole numbers below 15, which counts ask for again and again; 0 has none.
    static WHOLE: LazyLock<[f64; 15]> = LazyLock::new(|| std::array::from_fn(|a| small_stirling_error(a as f64)));
    if a < 15.0 {
        return if a.fract() == 0.0 { WHOLE[a as usize] } else { small_stirling_error(a) };
    }
    // DLMF 5.11.1; the first term left out is below 1e-17 from 15 on.
    let r = 1.0 / (a * a);
    (1.0 / 12.0
        - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r * (1.0 / 1680.0 - r * (1.0 / 1188.0 - r * 691.0 / 360_360.0)))))
        / a
}

fn small_stirling_error(a: f64) -> f64 {
    const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_7;
    libm::lgamma(a) - ((a - 0.5) * libm::log(a) - a + HALF_LN_TWO_PI)
}

/// e^x - 1 - x without cancellation.
fn exp_beyond_linear(x: f64) -> f64 {
    if x.abs() > 0.5 {
        return libm::expm1(x) - x;
    }
    let mut term = 0.5 * x * x;
    let mut sum = term;
    let mut k = 3.0;
    while term.abs() > 1e-17 * sum {
        term *= x / k;
        sum += term;
        k += 1.0;
    }
    sum
}

/// Density of ln(X / a) at g, X a gamma of shape a and scale 1.
pub(super) fn log_gamma_density(a: f64, g: f64) -> f64 {
    (a / (2.0 * PI)).sqrt() * libm::exp(-stirling_error(a) - a * exp_beyond_linear(g))
}

/// Both tails of a gamma of shape a and scale 1 at a e^g.
///
/// Series (DLMF 8.7.1) below the mean, continued fraction (DLMF 8.9.2, by Lentz's method) above it.
pub(super) fn gamma_tails(a: f64, g: f64) -> Tails {
    gamma_tails_by(a, g, log_gamma_density(a, g))
}

/// The same with the density of the logarithm there, for those who need it too.
pub(super) fn gamma_tails_by(a: f64, g: f64, density: f64) -> Tails {
    let x = a * libm::exp(g);
    // The complement of the series would lose the upper tail of a small shape, hence 1 and not a + 1 for those.
    if x < if a < 1.0 { 1.0 } else { a + 1.0 } {
        let mut term = 1.0 / a;
        let mut sum = term;
        for n in 1..MOST_TERMS {
            term *= x / (a + n as f64);
            sum += term;
            if term < 1e-17 * sum {
                break;
            }
        }
        let lower = (density * sum).min(1.0);
        return Tails { lower, upper: 1.0 - lower };
    }
    let mut b = x + 1.0 - a;
    let mut c = f64::MAX;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for n in 1..MOST_TERMS {
        let n = n as f64;
        let coefficient = n * (a - n);
        b += 2.0;
        d = 1.0 / not_zero(coefficient * d + b);
        c = not_zero(b + coefficient / c);
        let factor = c * d;
        fraction *= factor;
        if (factor - 1.0).abs() < 2e-16 {
            break;
        }
    }
    let upper = (density * fraction).min(1.0);
    Tails { lower: 1.0 - upper, upper }
}

/// Density of ln(T / (1 - T)) - ln(a / b) at g, T a beta of a and b.
pub(super) fn logit_beta_density(a: f64, b: f64, g: f64) -> f64 {
    let n = a + b;
    // The form with the smaller shape cancels least, as long as its exponential is finite.
    let exponent = if (a <= b && g < 700.0) || g < -700.0 {
        a * g - n * libm::log1p(a / n * libm::expm1(g))
    } else {
        -b * g - n * libm::log1p(b / n * libm::expm1(-g))
    };
    let correction = stirling_error(n) - stirling_error(a) - stirling_error(b);
    (a / n * b / (2.0 * PI)).sqrt() * libm::exp(correction + exponent)
}

/// t and 1 - t, for t whose logit is ln(a / b) + g.
pub(super) fn unit_pair(a: f64, b: f64, g: f64) -> (f64, f64) {
    if g < 0.0 {
        let odds = a * libm::exp(g);
        (odds / (b + odds), b / (b + odds))
    } else {
        let odds = b * libm::exp(-g);
        (a / (a + odds), odds / (a + odds))
    }
}

/// Both tails of a beta of a and b at t = 1 - s, with `density` = t^a s^b / B(a, b).
///
/// The continued fraction is taken on the side of the mean where it converges fast.
pub(super) fn beta_tails(a: f64, b: f64, t: f64, s: f64, density: f64) -> Tails {
    if t < (a + 1.0) / (a + b + 2.0) {
        let lower = (density / beta_fraction(a, b, t, s)).min(1.0);
        Tails { lower, upper: 1.0 - lower }
    } else {
        let upper = (density / beta_fraction(b, a, s, t)).min(1.0);
        Tails { lower: 1.0 - upper, upper }
    }
}

/// DiDonato and Morris (1992), "Algorithm 708", ACM TOMS 18(3), 360-373, equation 9, by Lentz's method.
///
/// Unlike the better known DLMF 8.17.22, it knows s beside t: for a = 5e5 and t near 1 that one loses six digits.
fn beta_fraction(a: f64, b: f64, t: f64, s: f64) -> f64 {
    let first = a * (a * s - b * t + 1.0) / (a + 1.0);
    let mut fraction = not_zero(first);
    let mut c = fraction;
    let mut d = 0.0;
    for n in 1..MOST_TERMS {
        let n = n as f64;
        let odd = a + 2.0 * n - 1.0;
        let numerator = (a + n - 1.0) / odd * ((a + b + n - 1.0) / odd) * (n * (b - n) * t * t);
        let denominator = n + n * (b - n) * t / odd + (a + n) / (odd + 2.0) * (a * s - b * t + 1.0 + n * (1.0 + s));
        d = 1.0 / not_zero(denominator + numerator * d);
        c = not_zero(denominator + numerator / c);
        let factor = c * d;
        fraction *= factor;
        if (factor - 1.0).abs() < 2e-16 {
            break;
        }
    }
    fraction
}

/// Lentz's method divides by partial results, which may vanish by accident.
fn not_zero(x: f64) -> f64 {
    if x.abs() < 1e-300 { 1e-300 } else { x }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_close(found: f64, exact: f64, tolerance: f64) {
        assert!((found / exact - 1.0).abs() < tolerance, "{found:e}, not {exact:e}");
    }

    #[test]
    fn stirling() {
        // Gamma(1) = 1, Gamma(1/2) = sqrt(pi); both branches at their border.
        assert_close(stirling_error(1.0), 1.0 - 0.5 * libm::log(2.0 * PI), 1e-14);
        assert_close(stirling_error(0.5), 0.5 * (1.0 - libm::log(2.0)), 1e-14);
        assert_close(stirling_error(15.0 - 1e-9), stirling_error(15.0), 1e-9);
    }

    #[test]
    fn whole_shapes_have_closed_forms() {
        for x in [1e-9, 0.01, 0.5, 1.5, 3.0, 20.0, 300.0] {
            let tails = gamma_tails(1.0, libm::log(x));
            assert_close(tails.lower, -libm::expm1(-x), 1e-14);
            assert_close(tails.upper, libm::exp(-x), 1e-13);
            let upper = gamma_tails(3.0, libm::log(x / 3.0)).upper;
            // The argument is a rounded logarithm, of which the tail feels x times as much.
            assert_close(upper, libm::exp(-x) * (1.0 + x + 0.5 * x * x), 1e-13 + 1e-15 * x);
        }
        for t in [1e-200, 1e-9, 0.01, 0.5, 0.99] {
            let tails = |a: f64, b: f64| {
                let g = libm::log(t / (1.0 - t)) - libm::log(a / b);
                beta_tails(a, b, t, 1.0 - t, logit_beta_density(a, b, g))
            };
            assert_close(tails(1.0, 4.0).lower, -libm::expm1(4.0 * libm::log1p(-t)), 1e-13);
            assert_close(tails(1.0, 4.0).upper, libm::pow(1.0 - t, 4.0), 1e-13);
            assert_close(tails(0.5, 0.5).lower, 2.0 / PI * libm::asin(t.sqrt()), 1e-13);
        }
    }

    /// Values from mpmath at 40 digits.
    #[test]
    fn far_tails() {
        assert_close(gamma_tails(1e4, libm::log(1.08)).upper, 3.109_819_962_168_678_4e-15, 1e-12);
        assert_close(gamma_tails(0.05, libm::log(20.0 * 1e-3)).lower, 0.727_179_229_052_922_7, 1e-14);
        let g = libm::log(0.5 / 0.5) - libm::log(1000.0 / 800.0);
        let density = logit_beta_density(1000.0, 800.0, g);
        assert_close(beta_tails(1000.0, 800.0, 0.5, 0.5, density).lower, 1.179_140_859_734_704_6e-6, 1e-12);
    }

    #[test]
    fn unit_pairs_add_up() {
        for g in [-800.0, -30.0, 0.0, 2.0, 40.0, 800.0] {
            let (t, s) = unit_pair(2.0, 5.0, g);
            assert!((t + s - 1.0).abs() < 1e-15 && t >= 0.0 && s >= 0.0, "{g}");
        }
        assert_eq!(unit_pair(2.0, 6.0, 0.0), (0.25, 0.75));
    }
}
