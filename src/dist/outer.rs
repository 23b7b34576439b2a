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
        }
    }
}
