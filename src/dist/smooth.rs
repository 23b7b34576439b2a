//! A continuous law: a family, the way from its coordinate to x, and the bounds of a truncation.

use super::family::Family;
use super::incomplete::unit_pair;
use super::normal::{self, Tails};
use super::outer::Outer;

/// x = outer(shift + stretch g), g of the family, given that low <= x <= high.
#[derive(Clone, Debug)]
pub(super) struct SmoothLaw {
    family: Family,
    shift: f64,
    stretch: f64,
    outer: Outer,
    /// Bounds of x: the support's own or the truncation's, and the tails of the whole law there.
    low: (f64, Tails),
    high: (f64, Tails),
    /// Share of the whole law between the bounds.
    mass: f64,
}

/// A point of the normal-score transform in the argument of the outer function, with two derivatives by z.
#[derive(Clone, Copy, Debug)]
pub(super) struct ScoreNode {
    pub(super) value: f64,
    pub(super) first: f64,
    pub(super) second: f64,
}

impl SmoothLaw {
    /// The whole law; stretch > 0.
    pub(super) fn new(family: Family, shift: f64, stretch: f64, outer: Outer) -> SmoothLaw {
        let (low, high) = outer.range();
        SmoothLaw { family, shift, stretch, outer, low: (low, Tails::NONE), high: (high, Tails::ALL), mass: 1.0 }
    }

    pub(super) fn family(&self) -> &Family {
        &self.family
    }

    pub(super) fn stretch(&self) -> f64 {
        self.stretch
    }

    pub(super) fn outer(&self) -> Outer {
        self.outer
    }

    /// Bounds of the values.
    pub(super) fn bounds(&self) -> (f64, f64) {
        (self.low.0, self.high.0)
    }

    /// The part within bounds and its share of this law; None where nothing is left.
    pub(super) fn truncated(&self, low: f64, high: f64) -> Option<(f64, SmoothLaw)> {
        /// Below it the tails within the part would leave the range of a double.
        const LEAST_MASS: f64 = 1e-280;
        let mut part = self.clone();
        if low > self.low.0 {
            part.low = (low, self.whole_tails(low));
        }
        if high < self.high.0 {
            part.high = (high, self.whole_tails(high));
        }
        part.mass = Tails::between(part.low.1, part.high.1);
        (part.low.0 < part.high.0 && part.mass > LEAST_MASS).then(|| (part.mass / self.mass, part))
    }

    fn whole_tails(&self, x: f64) -> Tails {
        self.family.tails(self.coordinate(x))
    }

    fn coordinate(&self, x: f64) -> f64 {
        (self.outer.invert(x) - self.shift) / self.stretch
    }

    /// Both tails at x.
    pub(super) fn tails(&self, x: f64) -> Tails {
        if x <= self.low.0 {
            return Tails::NONE;
        }
        if x >= self.high.0 {
            return Tails::ALL;
        }
        let whole = self.whole_tails(x);
        Tails {
            lower: (Tails::between(self.low.1, whole) / self.mass).min(1.0),
            upper: (Tails::between(whole, self.high.1) / self.mass).min(1.0),
        }
    }

    /// Density of x and the derivative of its logarithm; 0 outside the bounds.
    pub(super) fn density(&self, x: f64) -> (f64, f64) {
        if !(self.low.0 <= x && x <= self.high.0) {
            return (0.0, 0.0);
        }
        let y = self.outer.invert(x);
        let g = (y - self.shift) / self.stretch;
        let local = self.family.local(g, self.family_tails(g));
        let (growth, log_growth) = self.outer.growth(y);
        // Near a bound the two slopes cancel, all of them where the density is flat: merge them by hand.
        let slope = match (&self.family, self.outer) {
            (&Family::LogitBeta { alpha, beta }, Outer::Logit { .. }) => {
                let (t, s) = unit_pair(alpha, beta, g);
                (alpha - 1.0) * s - (beta - 1.0) * t
            }
            (&Family::LogGamma { shape }, Outer::Exp { .. }) => shape - 1.0 - shape * libm::exp(g),
            (Family::LogExponential, Outer::Exp { .. }) => (1.0 / self.stretch - 1.0) - libm::exp(g) / self.stretch,
            _ => local.slope / self.stretch - log_growth,
        };
        (local.density / (growth * self.stretch * self.mass), slope / growth)
    }

    /// The tails at g where the family needs them for its density.
    fn family_tails(&self, g: f64) -> Tails {
        match self.family {
            Family::Logistic | Family::Metalog(_) => self.family.tails(g),
            _ => Tails::NONE,
        }
    }

    /// The tails of the whole law at which this part has the given ones.
    fn whole(&self, tails: Tails) -> Tails {
        Tails { lower: self.low.1.lower + self.mass * tails.lower, upper: self.high.1.upper + self.mass * tails.upper }
    }

    /// The value with these tails.
    pub(super) fn quantile(&self, tails: Tails) -> f64 {
        self.value_at(self.family.quantile(self.whole(tails), 0.0))
    }

    /// T(z).
    pub(super) fn normal_score(&self, z: f64) -> f64 {
        if self.is_gaussian() {
            return self.value_at(z);
        }
        self.quantile(Tails::at(z))
    }

    /// Nothing is cut off a normal: it needs no way through its tails, which loses digits and ends at |z| = 38.
    fn is_gaussian(&self) -> bool {
        self.family == Family::Normal && self.low.1.lower == 0.0 && self.high.1.upper == 0.0
    }

    fn value_at(&self, g: f64) -> f64 {
        self.outer.apply(self.shift + self.stretch * g).clamp(self.low.0, self.high.0)
    }

    /// The transform at z before the outer function, solved from a guess.
    ///
    /// T' = phi(z) mass / h(g) and T'' / T' = -z - (ln h)'(g) T', h the density of the coordinate.
    pub(super) fn node(&self, z: f64, guess: f64) -> ScoreNode {
        let whole = self.whole(Tails::at(z));
        let g = if self.is_gaussian() { z } else { self.family.quantile(whole, (guess - self.shift) / self.stretch) };
        let local = self.family.local(g, whole);
        let first = normal::density(z) * self.mass / local.density;
        let second = first * (-z - local.slope * first);
        ScoreNode { value: self.shift + self.stretch * g, first: self.stretch * first, second: self.stretch * second }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laws() -> Vec<SmoothLaw> {
        let exp = Outer::Exp { low: 0.0 };
        let whole = [
            SmoothLaw::new(Family::Normal, 0.2, 0.06, Outer::Identity),
            SmoothLaw::new(Family::Normal, 1.0, 0.7, exp),
            SmoothLaw::new(Family::Logistic, 1.0, 2.0, Outer::Identity),
            SmoothLaw::new(Family::Gumbel, 1.0, 2.0, Outer::Identity),
            SmoothLaw::new(Family::LogExponential, 0.5, 0.4, exp),
            SmoothLaw::new(Family::LogGamma { shape: 0.3 }, 0.0, 1.0, exp),
            SmoothLaw::new(Family::LogGamma { shape: 300.0 }, 0.0, 1.0, exp),
            SmoothLaw::new(
                Family::LogitBeta { alpha: 2.0, beta: 5.0 },
                libm::log(0.4),
                1.0,
                Outer::Logit { low: -1.0, high: 3.0 },
            ),
            SmoothLaw::new(
                Family::StudentT { df: 3.0, stretch: 3f64.sqrt() },
                0.0,
                1.0,
                Outer::Sinh { location: 0.5, scale: 2.0 },
            ),
        ];
        whole
            .iter()
            .cloned()
            .chain(whole.iter().filter_map(|law| law.truncated(0.1, 0.9).map(|(_, part)| part)))
            .collect()
    }

    #[test]
    fn tails_undo_the_quantile() {
        for law in laws() {
            for z in [-6.0, -2.0, -0.3, 0.0, 1.0, 3.0, 6.0] {
                let x = law.normal_score(z);
                let (found, wanted) = (law.tails(x), Tails::at(z));
                // A truncated law's x has its own rounding beside the bound, so only the absolute error counts there.
                assert!((found.lower - wanted.lower).abs() < 3e-13, "{law:?} {z} {x}: {found:?}, not {wanted:?}");
            }
        }
    }

    #[test]
    fn density_and_node_are_derivatives() {
        for law in laws() {
            for z in [-2.0, 0.3, 2.0] {
                let (x, step) = (law.normal_score(z), 1e-4);
                let width = step * (law.normal_score(z + 0.1) - law.normal_score(z - 0.1));
                let slope = (law.tails(x + width).lower - law.tails(x - width).lower) / (2.0 * width);
                let (density, log_slope) = law.density(x);
                assert!((slope / density - 1.0).abs() < 1e-6, "{law:?} {z}: {slope} {density}");
                let change = libm::log(law.density(x + width).0 / law.density(x - width).0) / (2.0 * width);
                assert!((change - log_slope).abs() < 1e-5 * (1.0 / width * step + log_slope.abs()), "{law:?} {z}");
                let node = law.node(z, law.node(z, 0.0).value + 0.01);
                let (before, after) = (law.node(z - step, 0.0), law.node(z + step, 0.0));
                let first = (after.value - before.value) / (2.0 * step);
                let second = (after.first - before.first) / (2.0 * step);
                assert!((first - node.first).abs() < 1e-6 * node.first.abs().max(1.0), "{law:?} {z}: {first} {node:?}");
                assert!((second - node.second).abs() < 1e-5 * node.first.abs().max(1.0), "{law:?} {z}: {second}");
            }
        }
    }
}
