//! Outer functions: from the coordinate in which a law is smooth back to its values.

/// x = outer(y), increasing. The table holds y, so that x keeps its relative accuracy where it spans decades.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outer {
    /// x = y
    Identity,
    /// x = low + e^y: laws above a bound.
    Exp {
        /// The bound.
        low: f64,
    },
    /// x = high - e^-y: laws below a bound.
    ExpBelow {
        /// The bound.
        high: f64,
    },
    /// x = low + (high - low) / (1 + e^-y): laws between bounds.
    Logit {
        /// Lower bound.
        low: f64,
        /// Upper bound.
        high: f64,
    },
    /// x = exp(low + (high - low) / (1 + e^-y)): laws between bounds above 0 that live on the logarithm.
    ExpLogit {
        /// Logarithm of the lower bound.
        low: f64,
        /// Logarithm of the upper bound.
        high: f64,
    },
    /// x = location + scale (e^y - e^-y) / 2: heavy tails on both sides.
    Sinh {
        /// Value at y = 0.
        location: f64,
        /// dx/dy at y = 0.
        scale: f64,
    },
}

impl Outer {
    /// x at y.
    pub fn apply(self, y: f64) -> f64 {
        match self {
            Outer::Identity => y,
            Outer::Exp { low } => low + libm::exp(y),
            Outer::ExpBelow { high } => high - libm::exp(-y),
            Outer::Logit { low, high } => low + (high - low) / (1.0 + libm::exp(-y)),
            Outer::ExpLogit { low, high } => libm::exp(low + (high - low) / (1.0 + libm::exp(-y))),
            Outer::Sinh { location, scale } => {
                let e = libm::exp(y);
                location + scale * (0.5 * (e - 1.0 / e))
            }
        }
    }

    /// y at x; infinite at a bound and beyond it.
    pub(super) fn invert(self, x: f64) -> f64 {
        match self {
            Outer::Identity => x,
            Outer::Exp { low } => libm::log((x - low).max(0.0)),
            Outer::ExpBelow { high } => -libm::log((high - x).max(0.0)),
            Outer::Logit { low, high } => libm::log((x - low).max(0.0) / (high - x).max(0.0)),
            Outer::ExpLogit { low, high } => Outer::Logit { low, high }.invert(libm::log(x.max(0.0))),
            Outer::Sinh { location, scale } => libm::asinh((x - location) / scale),
        }
    }

    /// dx/dy, and the derivative of its logarithm.
    pub(super) fn growth(self, y: f64) -> (f64, f64) {
        match self {
            Outer::Identity => (1.0, 0.0),
            Outer::Exp { .. } => (libm::exp(y), 1.0),
            Outer::ExpBelow { .. } => (libm::exp(-y), -1.0),
            Outer::Logit { low, high } => {
                let (t, s) = (1.0 / (1.0 + libm::exp(-y)), 1.0 / (1.0 + libm::exp(y)));
                ((high - low) * t * s, s - t)
            }
            Outer::ExpLogit { low, high } => {
                let (slope, bend) = Outer::Logit { low, high }.growth(y);
                (self.apply(y) * slope, slope + bend)
            }
            Outer::Sinh { scale, .. } => (scale * libm::cosh(y), libm::tanh(y)),
        }
    }

    /// The least and the greatest x.
    pub(super) fn range(self) -> (f64, f64) {
        match self {
            Outer::Identity | Outer::Sinh { .. } => (f64::NEG_INFINITY, f64::INFINITY),
            Outer::Exp { low } => (low, f64::INFINITY),
            Outer::ExpBelow { high } => (f64::NEG_INFINITY, high),
            Outer::Logit { low, high } => (low, high),
            Outer::ExpLogit { low, high } => (libm::exp(low), libm::exp(high)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverse_and_derivatives() {
        for outer in [
            Outer::Identity,
            Outer::Exp { low: 1.0 },
            Outer::ExpBelow { high: 1.0 },
            Outer::Logit { low: -1.0, high: 3.0 },
            Outer::ExpLogit { low: -1.0, high: 3.0 },
            Outer::Sinh { location: 1.0, scale: 2.0 },
        ] {
            for y in [-3.0, -0.5, 0.0, 1.0, 4.0] {
                let step = 1e-4;
                assert!((outer.invert(outer.apply(y)) - y).abs() < 1e-12, "{outer:?} {y}");
                let slope = (outer.apply(y + step) - outer.apply(y - step)) / (2.0 * step);
                let (growth, log_growth) = outer.growth(y);
                assert!((slope / growth - 1.0).abs() < 1e-7, "{outer:?} {y}");
                let change = libm::log(outer.growth(y + step).0 / outer.growth(y - step).0) / (2.0 * step);
                assert!((change - log_growth).abs() < 1e-7, "{outer:?} {y}");
            }
        }
    }

    #[test]
    fn bounds_are_reached_but_not_passed() {
        let logit = Outer::Logit { low: 2.0, high: 3.0 };
        assert_eq!((logit.apply(-800.0), logit.apply(800.0)), (2.0, 3.0));
        assert_eq!((logit.invert(2.0), logit.invert(4.0)), (f64::NEG_INFINITY, f64::INFINITY));
        assert_eq!(Outer::Exp { low: 2.0 }.invert(1.0), f64::NEG_INFINITY);
        assert_eq!(Outer::ExpBelow { high: 2.0 }.invert(5.0), f64::INFINITY);
    }
}
