//! The standard normal at set-up quality: both tails, the density and the quantile.
//!
//! All of it is built on `libm`, so that a table has the same bits on every machine.

use std::f64::consts::SQRT_2;

/// A probability and its complement, each with its own relative accuracy: 1 - 1e-30 is (1, 1e-30).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tails {
    /// P(X <= x).
    pub lower: f64,
    /// P(X > x).
    pub upper: f64,
}

impl Tails {
    /// Nothing below.
    pub(super) const NONE: Tails = Tails { lower: 0.0, upper: 1.0 };
    /// Everything below.
    pub(super) const ALL: Tails = Tails { lower: 1.0, upper: 0.0 };

    /// Both tails of a standard normal at z.
    ///
    /// The relative error grows like z^2 times the rounding of a double: 1e-14 at |z| = 8.
    pub fn at(z: f64) -> Tails {
        Tails { lower: 0.5 * libm::erfc(-z / SQRT_2), upper: 0.5 * libm::erfc(z / SQRT_2) }
    }

    /// The pair of a plain probability; the upper tail is as accurate as p allows.
    pub fn of(p: f64) -> Tails {
        Tails { lower: p, upper: 1.0 - p }
    }

    /// The z of a standard normal with these tails; infinite where one of them is 0.
    ///
    /// Starts from `rough_score` and applies Halley's method, which cubes the error with every round.
    pub fn normal_score(self) -> f64 {
        let (p, sign) = self.smaller();
        let mut z = sign * self.rough_score();
        if !z.is_finite() {
            return sign * z;
        }
        for _ in 0..4 {
            let newton = (0.5 * libm::erfc(z / SQRT_2) - p) / density(z);
            let step = newton / (1.0 - 0.5 * z * newton);
            z += step;
            if step.abs() < 1e-6 {
                break;
            }
        }
        sign * z
    }

    /// The z to within 5e-4: Abramowitz and Stegun (1964), 26.2.23.
    pub(super) fn rough_score(self) -> f64 {
        let (p, sign) = self.smaller();
        if p.is_nan() {
            return f64::NAN;
        }
        if p <= 0.0 {
            return sign * f64::INFINITY;
        }
        let t = (-2.0 * libm::log(p)).sqrt();
        sign * (t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308))))
    }

    /// The smaller tail, and the sign of z on its side.
    fn smaller(self) -> (f64, f64) {
        if self.lower <= self.upper { (self.lower, -1.0) } else { (self.upper, 1.0) }
    }

    /// Which share lies between two points, from whichever tails cancel least.
    pub(super) fn between(from: Tails, to: Tails) -> f64 {
        let share = if to.lower <= 0.5 {
            to.lower - from.lower
        } else if from.upper <= 0.5 {
            from.upper - to.upper
        } else {
            1.0 - from.lower - to.upper
        };
        share.max(0.0)
    }
}

/// Density of the standard normal.
pub(super) fn density(z: f64) -> f64 {
    const ONE_BY_SQRT_TWO_PI: f64 = 0.398_942_280_401_432_7;
    ONE_BY_SQRT_TWO_PI * libm::exp(-0.5 * z * z)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values from mpmath at 40 digits.
    #[test]
    fn known_quantiles() {
        for (p, z) in [
            (0.3, -0.524_400_512_708_041),
            (0.025, -1.959_963_984_540_054),
            (1e-12, -7.034_483_825_301_131),
            (1e-300, -37.047_096_299_361_2),
        ] {
            let found = Tails { lower: p, upper: 1.0 - p }.normal_score();
            assert!((found / z - 1.0).abs() < 4e-15, "{p}: {found}");
            assert_eq!(Tails { lower: 1.0 - p, upper: p }.normal_score(), -found);
        }
        assert_eq!(Tails::of(0.0).normal_score(), f64::NEG_INFINITY);
        assert_eq!(Tails::of(1.0).normal_score(), f64::INFINITY);
        assert!(Tails::of(0.5).normal_score().abs() < 1e-16);
    }

    #[test]
    fn tails_and_score_undo_each_other() {
        for k in -370..=370 {
            let z = 0.1 * f64::from(k);
            let back = Tails::at(z).normal_score();
            assert!((back - z).abs() <= 2e-15 * z.abs().max(1.0), "{z}: {back}");
        }
    }
}
