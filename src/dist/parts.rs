//! Any law as a weighted sum of atoms and continuous parts: the form in which it is evaluated at set-up.
//!
//! Truncation and clipping act on each part, so that they need no cases of their own anywhere else.

use super::distribution::Distribution;
use super::family::Family;
use super::normal::Tails;
use super::outer::Outer;
use super::runs::Runs;
use super::smooth::SmoothLaw;

/// A law whose parameters passed `check`; the weights of all parts add up to 1 once it is finished.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    /// (value, weight), increasing in value.
    pub(super) atoms: Vec<(f64, f64)>,
    pub(super) smooth: Vec<(f64, SmoothLaw)>,
    pub(super) runs: Vec<(f64, Runs)>,
    /// Weight of the atoms up to and including each.
    atoms_below: Vec<f64>,
    /// Weight of the atoms beyond each.
    atoms_above: Vec<f64>,
    /// Every atom and every edge of a continuous part, increasing.
    pub(super) breaks: Vec<f64>,
}

impl Parts {
    /// The parts of a distribution, bounds included.
    pub(super) fn of(distribution: &Distribution<f64>) -> Parts {
        let (_, parts) = Parts::truncated_law(distribution);
        let mut parts = match distribution.clip {
            (None, None) => parts,
            (low, high) => parts.clipped(low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY)),
        };
        parts.finish();
        parts
    }

    /// The parts before clipping.
    pub(super) fn unclipped(distribution: &Distribution<f64>) -> Parts {
        let (_, mut parts) = Parts::truncated_law(distribution);
        parts.finish();
        parts
    }

    /// The mass that truncation leaves.
    pub(super) fn mass(distribution: &Distribution<f64>) -> f64 {
        Parts::truncated_law(distribution).0
    }

    fn truncated_law(distribution: &Distribution<f64>) -> (f64, Parts) {
        let (low, high) = distribution.truncate;
        let (low, high) = (low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY));
        let mut parts = distribution.law.parts((low, high)).truncated(low, high);
        let mass = parts.weight();
        parts.scale(1.0 / mass);
        (mass, parts)
    }

    /// One value.
    pub(super) fn atom(value: f64) -> Parts {
        Parts::atoms([(value, 1.0)])
    }

    /// (value, weight) of each value; those without weight are left out.
    pub(super) fn atoms(atoms: impl IntoIterator<Item = (f64, f64)>) -> Parts {
        let mut parts = Parts::default();
        atoms.into_iter().for_each(|(value, weight)| parts.add_atom(value, weight));
        parts
    }

    /// outer(shift + stretch g), g of the family; stretch > 0.
    pub(super) fn smooth(family: Family, shift: f64, stretch: f64, outer: Outer) -> Parts {
        Parts { smooth: vec![(1.0, SmoothLaw::new(family, shift, stretch, outer))], ..Parts::default() }
    }

    pub(super) fn add_atom(&mut self, value: f64, weight: f64) {
        if weight > 0.0 {
            self.atoms.push((value, weight));
        }
    }

    /// Only what lies within the bounds, both included; the weights are not renormalised.
    fn truncated(self, low: f64, high: f64) -> Parts {
        Parts {
            atoms: self.atoms.into_iter().filter(|&(value, _)| low <= value && value <= high).collect(),
            smooth: self
                .smooth
                .iter()
                .filter_map(|(weight, law)| law.truncated(low, high).map(|(share, part)| (weight * share, part)))
                .collect(),
            runs: self
                .runs
                .iter()
                .filter_map(|(weight, runs)| runs.truncated(low, high).map(|(share, part)| (weight * share, part)))
                .collect(),
            ..Parts::default()
        }
    }

    /// The mass beyond each bound as an atom there.
    fn clipped(self, low: f64, high: f64) -> Parts {
        let continuous = || {
            let smooth = self.smooth.iter().map(|(weight, law)| (weight, law.tails(low).lower, law.tails(high).upper));
            let runs = self.runs.iter().map(|(weight, runs)| (weight, runs.tails(low).lower, runs.tails(high).upper));
            smooth.chain(runs)
        };
        let below: f64 = continuous().map(|(weight, below, _)| weight * below).sum();
        let above: f64 = continuous().map(|(weight, _, above)| weight * above).sum();
        let atoms: Vec<_> = self.atoms.iter().map(|&(value, weight)| (value.clamp(low, high), weight)).collect();
        let mut parts = self.truncated(low, high);
        parts.atoms = atoms;
        parts.add_atom(low, below);
        parts.add_atom(high, above);
        parts
    }

    fn weight(&self) -> f64 {
        let atoms = self.atoms.iter().map(|(_, weight)| weight).sum::<f64>();
        let smooth = self.smooth.iter().map(|(weight, _)| weight).sum::<f64>();
        atoms + smooth + self.runs.iter().map(|(weight, _)| weight).sum::<f64>()
    }

    pub(super) fn scale(&mut self, factor: f64) {
        self.atoms.iter_mut().for_each(|(_, weight)| *weight *= factor);
        self.smooth.iter_mut().for_each(|(weight, _)| *weight *= factor);
        self.runs.iter_mut().for_each(|(weight, _)| *weight *= factor);
    }

    /// Sorts and joins the atoms, and finds the breaks.
    fn finish(&mut self) {
        self.atoms.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut joined: Vec<(f64, f64)> = Vec::with_capacity(self.atoms.len());
        for &(value, weight) in &self.atoms {
            match joined.last_mut() {
                Some(last) if last.0 == value => last.1 += weight,
                _ => joined.push((value, weight)),
            }
        }
        let mut sum = 0.0;
        self.atoms_below = joined.iter().map(|(_, weight)| (sum += weight, sum).1).collect();
        sum = 0.0;
        self.atoms_above = joined.iter().rev().map(|(_, weight)| (sum, sum += weight).0).collect();
        self.atoms_above.reverse();
        self.atoms = joined;

        let mut breaks: Vec<f64> = self.atoms.iter().map(|&(value, _)| value).collect();
        for (_, law) in &self.smooth {
            let (low, high) = law.bounds();
            breaks.extend([low, high].iter().filter(|bound| bound.is_finite()));
        }
        self.runs.iter().for_each(|(_, runs)| breaks.extend(runs.values()));
        breaks.sort_by(f64::total_cmp);
        breaks.dedup();
        self.breaks = breaks;
    }

    /// What the tails cost, in those of a normal.
    pub(super) fn cost(&self) -> u64 {
        self.smooth.iter().map(|(_, law)| law.family().cost()).sum::<u64>() + self.runs.len() as u64
    }

    /// P(X <= x) and P(X > x).
    pub(super) fn tails(&self, x: f64) -> Tails {
        self.tails_with(self.atoms.partition_point(|&(value, _)| value <= x), x)
    }

    /// P(X < x) and P(X >= x).
    pub(super) fn tails_before(&self, x: f64) -> Tails {
        self.tails_with(self.atoms.partition_point(|&(value, _)| value < x), x)
    }

    /// The tails with so many atoms on the lower side.
    fn tails_with(&self, atoms: usize, x: f64) -> Tails {
        let mut sum = match atoms {
            0 => Tails { lower: 0.0, upper: self.atoms_below.last().copied().unwrap_or(0.0) },
            n => Tails { lower: self.atoms_below[n - 1], upper: self.atoms_above[n - 1] },
        };
        let mut add = |weight: f64, tails: Tails| {
            sum.lower += weight * tails.lower;
            sum.upper += weight * tails.upper;
        };
        self.smooth.iter().for_each(|(weight, law)| add(*weight, law.tails(x)));
        self.runs.iter().for_each(|(weight, runs)| add(*weight, runs.tails(x)));
        sum
    }

    /// Density of the continuous parts and its derivative.
    pub(super) fn density(&self, x: f64) -> (f64, f64) {
        let (mut density, mut change) = (0.0, 0.0);
        for (weight, law) in &self.smooth {
            let (value, log_slope) = law.density(x);
            if value > 0.0 {
                density += weight * value;
                change += weight * value * log_slope;
            }
        }
        density += self.runs.iter().map(|(weight, runs)| weight * runs.density(x)).sum::<f64>();
        (density, change)
    }

    /// The least and the greatest value.
    fn support(&self) -> (f64, f64) {
        let atoms = self.atoms.iter().map(|&(value, _)| (value, value));
        let smooth = self.smooth.iter().map(|(_, law)| law.bounds());
        let runs = self.runs.iter().map(|(_, runs)| runs.bounds());
        atoms
            .chain(smooth)
            .chain(runs)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), bounds| (low.min(bounds.0), high.max(bounds.1)))
    }

    /// The smallest x with F(x) >= the lower tail.
    pub(super) fn quantile(&self, tails: Tails) -> f64 {
        if let ([(_, law)], [], []) = (&self.smooth[..], &self.runs[..], &self.atoms[..]) {
            return law.quantile(tails);
        }
        if tails.lower <= 0.0 || tails.upper <= 0.0 {
            let (low, high) = self.support();
            return if tails.lower <= 0.0 { low } else { high };
        }
        let reaches = |at: Tails| if tails.lower <= 0.5 { at.lower >= tails.lower } else { at.upper <= tails.upper };
        let next = self.breaks.partition_point(|&x| !reaches(self.tails(x)));
        let low = if next == 0 { f64::NEG_INFINITY } else { self.breaks[next - 1] };
        let high = self.breaks.get(next).copied().unwrap_or(f64::INFINITY);
        if high.is_finite() && !reaches(self.tails_before(high)) {
            return high;
        }
        self.solve(tails, low, high, f64::NAN)
    }

    /// The x between two neighbouring breaks with these tails: Newton on the smaller one, inside a bracket.
    pub(super) fn solve(&self, target: Tails, low: f64, high: f64, guess: f64) -> f64 {
        let (mut low, mut high) = (low, high);
        if low.is_infinite() || high.is_infinite() {
            // A quantile of a mixture lies between those of its parts, and no atom is on the side without a break.
            let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
            for (_, law) in &self.smooth {
                let x = law.quantile(target);
                (least, most) = (least.min(x), most.max(x));
            }
            low = if low.is_infinite() { least } else { low };
            high = if high.is_infinite() { most } else { high };
        }
        let below = target.lower <= target.upper;
        let aim = if below { target.lower } else { target.upper };
        let mut x = if low < guess && guess < high { guess } else { 0.5 * low + 0.5 * high };
        for round in 0..200 {
            let tails = self.tails(x);
            let (excess, tail) =
                if below { (tails.lower - aim, tails.lower) } else { (aim - tails.upper, tails.upper) };
            if excess > 0.0 {
                high = x;
            } else {
                low = x;
            }
            let log_excess = libm::log(tail / aim) * if below { 1.0 } else { -1.0 };
            let (density, change) = self.density(x);
            let newton = x - log_excess * tail / density;
            // At the foot of a gap the tail hardly moves while the density falls by decades: both must be settled.
            if log_excess.abs() < 1e-8 && ((newton - x) * change / density).abs() < 1e-6 {
                return newton.clamp(low, high);
            }
            let next = match round {
                // Parts whose sizes differ by decades: halve the exponent, which ends within 64 rounds.
                60.. => middle(low, high),
                _ if low <= newton && newton <= high => newton,
                _ => 0.5 * low + 0.5 * high,
            };
            let step = (next - x).abs();
            x = next;
            if step <= 1e-16 * x.abs() {
                break;
            }
        }
        x
    }
}

/// The middle of two doubles in the order of all doubles, infinities included.
fn middle(low: f64, high: f64) -> f64 {
    let (low, high) = (order(low), order(high));
    from_order((low >> 1) + (high >> 1) + (low & high & 1))
}

/// A double's place in the order of all doubles: its bits, with the negative ones turned round.
fn order(x: f64) -> i64 {
    let bits = x.to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

fn from_order(place: i64) -> f64 {
    f64::from_bits((place ^ (((place >> 63) as u64) >> 1) as i64) as u64)
}
