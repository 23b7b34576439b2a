//! The compiled normal-score transform x = T(z) of a law with constant parameters.

use super::distribution::Distribution;
use super::laws::Law;
use super::normal::{self, Tails};
use super::outer::Outer;
use super::parts::Parts;
use super::smooth::{ScoreNode, SmoothLaw};
use super::table::{FitBudget, OverBudget, fit, fit_pieces, rises};
use crate::kernel::Piecewise;

/// Tables end here: uniforms are (k + 1/2) 2^-52, and the z of 2^-53 is -8.21.
pub(super) const REACH: f64 = 8.3;

/// Most tables of one law, each of which is looked at for every draw: more cost more than an inversion.
const MOST_PIECES: usize = 1000;

/// T, with z standard normal. It is non-decreasing, up to the rounding of its own evaluation.
#[derive(Clone, Debug, PartialEq)]
pub enum Transform {
    /// The same value for every z.
    Constant(f64),
    /// `values[k]`, k the number of thresholds (in z) below z; one more value than thresholds.
    Steps {
        /// In z, increasing.
        thresholds: Vec<f64>,
        /// Increasing.
        values: Vec<f64>,
    },
    /// One table.
    Smooth(NormalScoreTable),
    /// `tables[k]`, k the number of thresholds (in z) below z; one more table than thresholds.
    Pieces {
        /// In z, increasing.
        thresholds: Vec<f64>,
        /// In the order of z.
        tables: Vec<NormalScoreTable>,
    },
    /// No table: the law is inverted at every z, because a table of it would be too large or too slow to make.
    Inverted(Box<Distribution<f64>>),
}

/// The argument over which the grid of a table runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// z itself.
    NormalScore,
    /// Phi(z).
    Probability,
}

/// outer(piecewise(argument)), clamped to [low, high].
#[derive(Clone, Debug, PartialEq)]
pub struct NormalScoreTable {
    /// The argument over which the grid runs.
    pub argument: Argument,
    /// The polynomials.
    pub piecewise: Piecewise,
    /// Applied to the polynomial's value.
    pub outer: Outer,
    /// Least value: of the support, the truncation or the clip.
    pub low: f64,
    /// Greatest value.
    pub high: f64,
}

impl NormalScoreTable {
    /// The value at z.
    pub fn evaluate(&self, z: f64) -> f64 {
        let argument = match self.argument {
            Argument::NormalScore => z,
            Argument::Probability => Tails::at(z).lower,
        };
        self.outer.apply(self.piecewise.evaluate(argument)).clamp(self.low, self.high)
    }
}

impl Transform {
    /// T(z).
    pub fn evaluate(&self, z: f64) -> f64 {
        let below = |thresholds: &[f64]| thresholds.partition_point(|&threshold| threshold < z);
        match self {
            Transform::Constant(value) => *value,
            Transform::Steps { thresholds, values } => values[below(thresholds)],
            Transform::Smooth(table) => table.evaluate(z),
            Transform::Pieces { thresholds, tables } => tables[below(thresholds)].evaluate(z),
            Transform::Inverted(distribution) => distribution.normal_score(z),
        }
    }

    /// T, then clamped to [low, high].
    fn clipped(mut self, low: f64, high: f64) -> Transform {
        let clip = |table: &mut NormalScoreTable| {
            table.low = table.low.clamp(low, high);
            table.high = table.high.clamp(low, high);
        };
        match &mut self {
            Transform::Constant(value) => *value = value.clamp(low, high),
            Transform::Steps { values, .. } => values.iter_mut().for_each(|value| *value = value.clamp(low, high)),
            Transform::Smooth(table) => clip(table),
            Transform::Pieces { tables, .. } => tables.iter_mut().for_each(clip),
            // Its law holds the clip.
            Transform::Inverted(_) => {}
        }
        self
    }
}

impl Distribution<f64> {
    /// Compiles T; the parameters must have passed `check`.
    ///
    /// Tables are within 3e-10 of the exact x, relative to its distance from the bound of a law that has one, else to
    /// x itself (near 0: to a tenth of the central half of the law), and to its distance from the median (near it: to
    /// the central half). Where T is steep, they are within 1e-12 of the exact z instead. A law whose table would take more
    /// than half a second to fit is left to be inverted draw by draw.
    pub fn transform(&self) -> Transform {
        let transform = match linear_in_probability(self) {
            Some(table) => Transform::Smooth(table),
            None => match compile(&Parts::unclipped(self)) {
                Ok(transform) => transform,
                Err(OverBudget) => return Transform::Inverted(Box::new(self.clone())),
            },
        };
        match self.clip {
            (None, None) => transform,
            (low, high) => transform.clipped(low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY)),
        }
    }
}

/// Laws whose quantile runs linearly in the probability need no grid in z.
///
/// A truncation to the probabilities from a to b turns p into a + (b - a) p, which moves and widens the grid.
fn linear_in_probability(distribution: &Distribution<f64>) -> Option<NormalScoreTable> {
    let ends;
    let values: &[f64] = match &distribution.law {
        Law::Uniform { low, high } if low < high => {
            ends = [*low, *high];
            &ends
        }
        Law::Empirical { values, interpolate: true } if values[0] < values[values.len() - 1] => values,
        _ => return None,
    };
    let whole = Distribution { truncate: (None, None), clip: (None, None), ..distribution.clone() };
    let parts = Parts::unclipped(&whole);
    let (low, high) = (distribution.truncate.0, distribution.truncate.1);
    let from = low.map_or(0.0, |low| parts.tails_before(low).lower);
    let share = high.map_or(1.0, |high| parts.tails(high).lower) - from;
    let runs = (values.len() - 1) as f64;
    let (least, most) = (values[0], values[values.len() - 1]);
    Some(NormalScoreTable {
        argument: Argument::Probability,
        piecewise: Piecewise::linear(-from / share, runs * share, values),
        outer: Outer::Identity,
        low: low.map_or(least, |low| low.clamp(least, most)),
        high: high.map_or(most, |high| high.clamp(least, most)),
    })
}

fn compile(parts: &Parts) -> Result<Transform, OverBudget> {
    match (&parts.atoms[..], &parts.smooth[..], &parts.runs[..]) {
        ([(value, _)], [], []) => Ok(Transform::Constant(*value)),
        (_, [], []) => Ok(steps(parts)),
        ([], [(_, law)], []) => smooth(law),
        _ => pieces(parts),
    }
}

fn steps(parts: &Parts) -> Transform {
    let mut transform = (Vec::new(), vec![parts.atoms[0].0]);
    for pair in parts.atoms.windows(2) {
        let threshold = parts.tails(pair[0].0).normal_score();
        if threshold <= -REACH {
            transform.1[0] = pair[1].0;
        } else if threshold < REACH {
            transform.0.push(threshold);
            transform.1.push(pair[1].0);
        }
    }
    Transform::Steps { thresholds: transform.0, values: transform.1 }
}

/// Which errors of a table do not matter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tolerance {
    outer: Outer,
    median: f64,
    spread: f64,
}

impl Tolerance {
    /// That of a law by its normal-score transform.
    pub(super) fn new(outer: Outer, score: impl Fn(f64) -> f64) -> Tolerance {
        // The middle of a mixture may be an atom: look further out then.
        let spread = [1.0, 2.0, 4.0, 8.0].iter().map(|&z| score(z) - score(-z)).find(|&spread| spread > 0.0);
        Tolerance { outer, median: score(0.0), spread: spread.unwrap_or(0.0) }
    }

    /// The error of x that does not matter, in the argument of the outer function.
    pub(super) fn in_value(&self, value: f64) -> f64 {
        const IN_X: f64 = 3e-10;
        let x = self.outer.apply(value);
        let distance = match self.outer {
            Outer::Identity | Outer::Sinh { .. } => x.abs().max(0.1 * self.spread),
            Outer::Exp { low } | Outer::Logit { low, .. } => x - low,
            Outer::ExpBelow { high } => high - x,
            // The values themselves are the scale of a law that lives on the logarithm.
            Outer::ExpLogit { .. } => x,
        };
        let size = distance.min((x - self.median).abs().max(self.spread));
        IN_X * size / self.outer.growth(value).0
    }

    fn excess(&self, exact: &ScoreNode, predicted: f64, polynomial: &[f64; 6]) -> f64 {
        const IN_Z: f64 = 1e-12;
        let error = (predicted - exact.value).abs();
        let scale = if self.outer == Outer::Identity { self.spread } else { 1.0 };
        let allowed = self.in_value(exact.value).max(IN_Z * exact.first);
        let excess = error / allowed;
        if rises(polynomial, 1024.0 * f64::EPSILON * exact.value.abs().max(scale)) { excess } else { excess.max(2.0) }
    }
}

fn smooth(law: &SmoothLaw) -> Result<Transform, OverBudget> {
    let outer = law.outer();
    let tolerance = Tolerance::new(outer, |z| law.normal_score(z));
    let node = |z: f64, guess: f64| law.node(z, guess);
    let excess = |exact: &ScoreNode, predicted: f64, polynomial: &_| tolerance.excess(exact, predicted, polynomial);
    let (low, high) = law.bounds();
    let table = |piecewise| NormalScoreTable { argument: Argument::NormalScore, piecewise, outer, low, high };
    let guess = law.node(0.0, outer.invert(tolerance.median)).value;
    let budget = FitBudget::new(law.family().cost());
    if let Some(piecewise) = fit(&node, &excess, (-REACH, REACH), (16, 1024), guess, &budget) {
        return Ok(Transform::Smooth(table(piecewise)));
    }
    let mut fitted = Vec::new();
    fit_pieces(&node, &excess, (-REACH, REACH), guess, &budget, &mut fitted)?;
    Ok(joined(fitted.into_iter().map(|(end, piecewise)| (end, table(piecewise))).collect()))
}

/// Stretches of z between the breaks of a mixture: constant at an atom, fitted where the mass is continuous.
fn pieces(parts: &Parts) -> Result<Transform, OverBudget> {
    let tolerance = Tolerance::new(Outer::Identity, |z| parts.quantile(Tails::at(z)));
    let excess = |exact: &ScoreNode, predicted: f64, polynomial: &_| tolerance.excess(exact, predicted, polynomial);
    let budget = FitBudget::new(parts.cost());
    let mut tables: Vec<(f64, NormalScoreTable)> = Vec::new();
    let mut from = (-REACH, f64::NEG_INFINITY);
    for index in 0..=parts.breaks.len() {
        let x = parts.breaks.get(index).copied().unwrap_or(f64::INFINITY);
        let (before, at) = match parts.breaks.get(index) {
            Some(&x) => (parts.tails_before(x).normal_score(), parts.tails(x).normal_score()),
            None => (REACH, REACH),
        };
        let (start, end) = (from.0, before.clamp(-REACH, REACH));
        // Narrower stretches are the rounding of the tails at both ends of a gap.
        if end - start > 1e-13 {
            let node = |z: f64, guess: f64| mixture_node(parts, (from.1, x), z, guess);
            let mut fitted = Vec::new();
            fit_pieces(&node, &excess, (start, end), f64::NAN, &budget, &mut fitted)?;
            tables.extend(fitted.into_iter().map(|(end, piecewise)| (end, identity(piecewise, from.1, x))));
        }
        let after = at.clamp(-REACH, REACH).max(start);
        if after > end {
            tables.push((after, identity(Piecewise::constant(x), x, x)));
        }
        if tables.len() > MOST_PIECES {
            return Err(OverBudget);
        }
        from = (after, x);
    }
    Ok(joined(tables))
}

fn identity(piecewise: Piecewise, low: f64, high: f64) -> NormalScoreTable {
    NormalScoreTable { argument: Argument::NormalScore, piecewise, outer: Outer::Identity, low, high }
}

/// T' = phi(z) / f(x) and T'' = -T' (z + f'(x) / f(x) T').
fn mixture_node(parts: &Parts, (low, high): (f64, f64), z: f64, guess: f64) -> ScoreNode {
    let x = parts.solve(Tails::at(z), low, high, guess);
    // At an edge the density may be 0 / 0 in the coordinate of its part: take it from just inside.
    let inside = if low.is_finite() && high.is_finite() {
        let margin = 1e-11 * (high - low);
        x.clamp(low + margin, high - margin)
    } else {
        let margin = 1e-11 * x.abs().max(1e-3);
        x.max(low + margin).min(high - margin)
    };
    let (density, change) = parts.density(inside);
    let first = normal::density(z) / density;
    ScoreNode { value: x, first, second: -first * (z + change / density * first) }
}

fn joined(mut tables: Vec<(f64, NormalScoreTable)>) -> Transform {
    if tables.len() == 1
        && let Some((_, table)) = tables.pop()
    {
        return Transform::Smooth(table);
    }
    let thresholds = tables.iter().map(|&(end, _)| end).take(tables.len() - 1).collect();
    Transform::Pieces { thresholds, tables: tables.into_iter().map(|(_, table)| table).collect() }
}
