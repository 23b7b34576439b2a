//! Inverses that statrs or libm lack or give to too few digits: normal, beta, gamma, and any cdf by bisection.

use statrs::function::beta::{checked_beta_reg, ln_beta};
use statrs::function::erf::erfc_inv;
use statrs::function::gamma::{checked_gamma_lr, checked_gamma_ur, ln_gamma};
use std::f64::consts::{PI, SQRT_2};

/// All probability, split in two: each part to full relative precision, so that neither tail is lost in `1 - p`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Split {
    /// The probability below.
    pub below: f64,
    /// The probability above; adds up to 1 with `below`.
    pub above: f64,
}

impl Split {
    /// Nothing below.
    pub const NONE: Split = Split { below: 0.0, above: 1.0 };
    /// Everything below.
    pub const ALL: Split = Split { below: 1.0, above: 0.0 };

    /// At a probability; good to 1e-16 absolute above, which is enough away from the upper tail.
    pub fn at(probability: f64) -> Split {
        Split { below: probability, above: 1.0 - probability }
    }

    /// At a value of a standard normal. `erfc`, not statrs' `Normal::cdf`, which is good to 2.5e-11 only.
    pub fn at_score(z: f64) -> Split {
        Split { below: 0.5 * libm::erfc(-z / SQRT_2), above: 0.5 * libm::erfc(z / SQRT_2) }
    }

    /// The value of a standard normal that splits it so.
    pub fn score(self) -> f64 {
        if self.below > self.above {
            return -Split { below: self.above, above: self.below }.score();
        }
        if self.below <= 0.0 {
            return if self.below == 0.0 { f64::NEG_INFINITY } else { f64::NAN };
        }
        let z = -SQRT_2 * erfc_inv(2.0 * self.below);
        // One Newton step on ln Phi: erfc_inv is a rational fit of its own precision, erfc is nearly exact.
        let phi = libm::exp(-0.5 * z * z) / (2.0 * PI).sqrt();
        let cdf = 0.5 * libm::erfc(-z / SQRT_2);
        if phi > 0.0 && cdf > 0.0 { z - libm::log(cdf / self.below) * cdf / phi } else { z }
    }

    /// Whether this split lies at or above another: F(x) >= p, compared in the smaller tail.
    pub fn reaches(self, level: Split) -> bool {
        if level.below <= level.above { self.below >= level.below } else { self.above <= level.above }
    }
}

/// A standard beta's quantile, as (x, 1 - x).
pub(super) fn beta_quantile(a: f64, b: f64, level: Split) -> (f64, f64) {
    if level.below > level.above {
        let (rest, x) = beta_quantile(b, a, Split { below: level.above, above: level.below });
        return (x, rest);
    }
    if level.below == 0.0 {
        return (0.0, 1.0);
    }
    let target = libm::log(level.below);
    let scale = ln_beta(a, b);
    let x = solve(0.0, 1.0, a / (a + b), true, |x| {
        let below = checked_beta_reg(a, b, x).unwrap_or(f64::NAN);
        let density_times_x = libm::exp(a * libm::log(x) + (b - 1.0) * libm::log1p(-x) - scale);
        (libm::log(below) - target, density_times_x / below)
    });
    (x, 1.0 - x)
}

/// A standard beta at x, when 1 - x is given too.
pub(super) fn beta_split(a: f64, b: f64, x: f64, rest: f64) -> Split {
    match (checked_beta_reg(a, b, x), checked_beta_reg(b, a, rest)) {
        (Ok(below), Ok(above)) => Split { below, above },
        _ => Split { below: f64::NAN, above: f64::NAN },
    }
}

/// A gamma of scale 1 at x.
pub(super) fn gamma_split(shape: f64, x: f64) -> Split {
    if x <= 0.0 {
        return Split::NONE;
    }
    if x == f64::INFINITY {
        return Split::ALL;
    }
    match (checked_gamma_lr(shape, x), checked_gamma_ur(shape, x)) {
        (Ok(below), Ok(above)) => Split { below, above },
        _ => Split { below: f64::NAN, above: f64::NAN },
    }
}

/// The quantile of a gamma of scale 1.
pub(super) fn gamma_quantile(shape: f64, level: Split) -> f64 {
    if level.below == 0.0 {
        return 0.0;
    }
    if level.above == 0.0 {
        return f64::INFINITY;
    }
    let lower = level.below <= level.above;
    let target = libm::log(if lower { level.below } else { level.above });
    let scale = ln_gamma(shape);
    solve(0.0, f64::INFINITY, shape, lower, |x| {
        let split = gamma_split(shape, x);
        let density_times_x = libm::exp(shape * libm::log(x) - x - scale);
        if lower {
            (libm::log(split.below) - target, density_times_x / split.below)
        } else {
            (libm::log(split.above) - target, -density_times_x / split.above)
        }
    })
}

/// The root of a monotone function of x > 0, given with its slope in ln x, by Newton steps in ln x within a bracket.
///
/// In ln x a tail probability of a beta or gamma is nearly a straight line, so a few steps do from anywhere; a step that
/// leaves the bracket, or is NaN, is replaced by the middle of the bracket's bit patterns, which is its middle in order
/// of magnitude.
fn solve(mut low: f64, mut high: f64, start: f64, rising: bool, gap: impl Fn(f64) -> (f64, f64)) -> f64 {
    let mut x = start;
    for _ in 0..200 {
        let (excess, slope) = gap(x);
        if excess == 0.0 {
            break;
        }
        if (excess > 0.0) == rising {
            high = x;
        } else {
            low = x;
        }
        let newton = x * libm::exp(-excess / slope);
        let next = if newton > low && newton < high { newton } else { middle(low, high) };
        let moved = (next - x).abs();
        x = next;
        if moved <= 4.0 * f64::EPSILON * x {
            break;
        }
    }
    x
}

/// The middle of two doubles in the order of all doubles.
fn middle(low: f64, high: f64) -> f64 {
    from_order((order(low) >> 1) + (order(high) >> 1))
}

/// The smallest double in [low, high] at which a monotone predicate holds; it is taken to hold at `high`.
///
/// On the order of all doubles, so that atoms are hit exactly and no scale is assumed: at most 64 halvings.
pub(super) fn smallest(low: f64, high: f64, holds: impl Fn(f64) -> bool) -> f64 {
    if holds(low) {
        return low;
    }
    let (mut low, mut high) = (order(low), order(high));
    while high.saturating_sub(low) > 1 {
        let between = (low >> 1) + (high >> 1) + (low & high & 1);
        if holds(from_order(between)) {
            high = between;
        } else {
            low = between;
        }
    }
    // In that order -0 comes before 0, which it equals and which no law means by it: a quotient by it has another sign.
    from_order(high) + 0.0
}

/// A double's place in the order of all doubles: the bit pattern, with the negative ones turned round.
fn order(x: f64) -> i64 {
    let bits = x.to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

fn from_order(place: i64) -> f64 {
    f64::from_bits((place ^ (((place >> 63) as u64) >> 1) as i64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(x: f64, y: f64, relative: f64) {
        assert!((x - y).abs() <= relative * y.abs(), "{x} against {y}");
    }

    #[test]
    fn normal_scores_match_published_quantiles() {
        // Wichura, 1988, Algorithm AS 241, the check values of PPND16.
        close(Split::at(0.25).score(), -0.674_489_750_196_081_7, 4e-16);
        close(Split::at(0.001).score(), -3.090_232_306_167_813_5, 4e-16);
        close(Split::at(1e-20).score(), -9.262_340_089_798_408, 4e-16);
        close(Split { below: 1.0, above: 1e-20 }.score(), 9.262_340_089_798_408, 4e-16);
        assert_eq!(Split::NONE.score(), f64::NEG_INFINITY);
        assert!(Split::at(-0.1).score().is_nan());
    }

    #[test]
    fn beta_quantiles_match_closed_forms() {
        // Beta(2, 1) has F = x^2, Beta(1, 3) has F = 1 - (1 - x)^3, Beta(1/2, 1/2) has F = 2/pi asin sqrt x.
        for p in [1e-300, 1e-12, 0.01, 0.3, 0.5, 0.7, 0.999] {
            close(beta_quantile(2.0, 1.0, Split::at(p)).0, p.sqrt(), 1e-13);
            close(beta_quantile(1.0, 3.0, Split::at(p)).0, -libm::expm1(libm::log1p(-p) / 3.0), 1e-12);
            let sine = libm::sin(0.5 * PI * p);
            close(beta_quantile(0.5, 0.5, Split::at(p)).0, sine * sine, 1e-12);
        }
        close(beta_quantile(2.0, 1.0, Split { below: 1.0, above: 1e-18 }).1, 5e-19, 1e-12);
    }

    #[test]
    fn gamma_quantiles_match_closed_forms() {
        // Shape 1 is exponential; shape 1/2 is half a squared normal.
        for p in [1e-300, 1e-12, 0.01, 0.3, 0.5, 0.7, 0.999] {
            close(gamma_quantile(1.0, Split::at(p)), -libm::log1p(-p), 1e-13);
        }
        for z in [1e-8, 0.1, 1.0, 3.0, 8.0] {
            let one = Split::at_score(z);
            let both = Split { below: libm::erf(z / SQRT_2), above: 2.0 * one.above };
            close(gamma_quantile(0.5, both), 0.5 * z * z, 1e-12);
        }
        close(gamma_quantile(1.0, Split { below: 1.0, above: 1e-100 }), 100.0 * std::f64::consts::LN_10, 1e-14);
        // F ~ x^0.01 / Gamma(1.01): far below any linear bracket.
        close(libm::log(gamma_quantile(0.01, Split::at(0.01))), 100.0 * (libm::log(0.01) + ln_gamma(1.01)), 1e-12);
    }

    #[test]
    fn the_smallest_double_of_a_step_is_the_step() {
        for step in [-1e300, -1.5, 0.0, 1e-310, 0.1, 7.0] {
            assert_eq!(smallest(-f64::MAX, f64::MAX, |x| x >= step), step);
        }
        assert_eq!(smallest(2.0, 3.0, |_| true), 2.0);
        assert!(smallest(-1.0, 1.0, |x| x >= 0.0).is_sign_positive());
    }
}
