//! Laws cut off by truncation, which renormalises, and clipping, which piles up.

use super::{Bounded, Bounds, Family};
use crate::reference::special::Split;

impl Bounded {
    /// The smallest x with F(x) >= p.
    pub fn quantile(&self, level: Split) -> f64 {
        self.bounds.quantile(&self.family, level)
    }

    /// The probability on either side of x, as `Family::split`.
    pub fn split(&self, x: f64, closed: bool) -> Split {
        let (floor, roof) = self.bounds.clip;
        if x < floor || (x == floor && !closed) {
            return Split::NONE;
        }
        if x > roof || (x == roof && closed) {
            return Split::ALL;
        }
        let at = self.family.split(x, closed);
        if !self.bounds.truncates() {
            return at;
        }
        if x < self.bounds.truncate.0 {
            return Split::NONE;
        }
        if x > self.bounds.truncate.1 {
            return Split::ALL;
        }
        let (low, high) = self.bounds.kept(&self.family);
        let whole = mass(low, high);
        Split { below: mass(low, at) / whole, above: mass(at, high) / whole }
    }
}

impl Bounds {
    /// No bounds.
    pub const NONE: Bounds =
        Bounds { truncate: (f64::NEG_INFINITY, f64::INFINITY), clip: (f64::NEG_INFINITY, f64::INFINITY) };

    /// Whether anything is cut off.
    pub fn truncates(&self) -> bool {
        self.truncate != Bounds::NONE.truncate
    }

    /// A value moved into the clipping bounds; NaN stays.
    pub fn clip(&self, x: f64) -> f64 {
        x.clamp(self.clip.0, self.clip.1)
    }

    /// The quantile of a family within these bounds; NaN where truncation leaves nothing.
    pub fn quantile(&self, family: &Family, level: Split) -> f64 {
        if !self.truncates() {
            return self.clip(family.quantile(level));
        }
        let (low, high) = self.kept(family);
        let whole = mass(low, high);
        if whole.is_nan() || whole <= 0.0 {
            return f64::NAN;
        }
        let inner = Split { below: low.below + level.below * whole, above: high.above + level.above * whole };
        self.clip(family.quantile(inner).clamp(self.truncate.0, self.truncate.1))
    }

    /// The family at the two truncation bounds, both kept.
    fn kept(&self, family: &Family) -> (Split, Split) {
        let (low, high) = self.truncate;
        (
            if low == f64::NEG_INFINITY { Split::NONE } else { family.split(low, false) },
            if high == f64::INFINITY { Split::ALL } else { family.split(high, true) },
        )
    }
}

/// The probability between two splits, subtracted in the smaller tail.
fn mass(low: Split, high: Split) -> f64 {
    if low.below < 0.5 { high.below - low.below } else { low.above - high.above }
}
