//! Laws whose one shape differs by path: their quantiles as polynomials in the shape and the normal score, fitted in the
//! places where draws fall.
//!
//! Where a polynomial does not follow the law to the accuracy of a table, and beyond all of them, draws are inverted.

use super::counts::Counts;
use super::interpolate::{nodes, powers};
use super::laws::Law;
use super::normal::Tails;
use super::outer::Outer;
use super::smooth::{ScoreNode, SmoothLaw};
use super::transform::{REACH, Tolerance};
use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

/// Powers of a polynomial in the normal score, from 0 on.
const ORDER: usize = 8;
/// Powers in the shape, towards which laws bend more.
const SHAPES: usize = 10;
/// Patches of a cell, side by side over the normal scores that uniforms reach.
const PATCHES: usize = 64;
/// Error of a count that is tolerated, relative to the count and one more.
const IN_COUNTS: f64 = 1e-9;

/// The quantiles of a family of laws by their one shape.
#[derive(Clone, Debug)]
pub struct Surface(Arc<Cells>);

#[derive(Debug)]
struct Cells {
    /// The law, with no number for its shape.
    law: Law<Option<f64>>,
    scale: Scale,
    /// Made when a draw first falls into one; what is made does not depend on when.
    cells: Box<[OnceLock<Option<Cell>>]>,
}

/// A range of shapes.
#[derive(Debug)]
struct Cell {
    /// The laws at the nodes.
    curves: [Curve; SHAPES],
    /// Laws between the nodes, with their places and what may be wrong with their values.
    trials: Vec<(f64, Curve, Tolerance)>,
    /// From what the polynomials hold to the value; to the count and one more where the law is one of counts.
    outer: Outer,
    counts: bool,
    /// Fitted when a draw first falls into one; none where it does not follow the law.
    patches: [OnceLock<Option<Box<Patch>>>; PATCHES],
}

/// A polynomial by powers of the shape's place, and in each of them by powers of the score's.
type Patch = [[f64; ORDER]; SHAPES];

impl PartialEq for Surface {
    /// What is fitted follows from the law.
    fn eq(&self, other: &Surface) -> bool {
        self.0.law == other.0.law
    }
}

impl Surface {
    /// The surface of a law, none of whose parameters but its shape is left open; none for other laws.
    pub fn new(law: Law<Option<f64>>) -> Option<Surface> {
        let scale = Scale::of(&law)?;
        let cells = (0..scale.cells()).map(|_| OnceLock::new()).collect();
        Some(Surface(Arc::new(Cells { law, scale, cells })))
    }

    /// The value of a draw; none where it is to be inverted. The first draw of a patch waits for its fit, which takes as long
    /// as some fifty inversions.
    pub fn value(&self, shape: f64, z: f64) -> Option<f64> {
        let Cells { scale, cells, .. } = &*self.0;
        let (index, place) = scale.locate(shape)?;
        let cell = cells[index].get_or_init(|| self.0.cell(index)).as_ref()?;
        let along = (z + REACH) * (0.5 * PATCHES as f64 / REACH);
        if !(0.0..PATCHES as f64).contains(&along) {
            return None;
        }
        let (index, along) = split(along, PATCHES);
        let patch = cell.patches[index].get_or_init(|| cell.fit(index)).as_ref()?;
        let x = cell.outer.apply(evaluate(patch, place, along));
        if !cell.counts {
            return Some(x);
        }
        // Too near to a count to say on which side of it.
        let certain = (x - x.round()).abs() > 10.0 * IN_COUNTS * x;
        certain.then(|| x.ceil() - 1.0)
    }
}

fn evaluate(patch: &Patch, place: f64, along: f64) -> f64 {
    let mut row = patch[SHAPES - 1];
    for powers in patch[..SHAPES - 1].iter().rev() {
        for (sum, power) in row.iter_mut().zip(powers) {
            *sum = *sum * place + power;
        }
    }
    row.iter().rev().fold(0.0, |sum, power| sum * along + power)
}

/// How shapes are cut into cells, in each of which the place runs from -1 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scale {
    /// Quarters of octaves: numbers above 0, up to a power of 2.
    Octaves { end: i32 },
    /// Quarters of octaves of the probability or of its complement, whichever is smaller.
    Probability,
    /// Equal parts of the way from 0 to 1.
    Unit,
}

/// Exponent of the least octave.
const LEAST: i32 = -30;
const QUARTERS: usize = 4;
/// Parts of the way from 0 to 1.
const PARTS: usize = 16;

impl Scale {
    /// That of the one parameter that a law leaves open.
    fn of(law: &Law<Option<f64>>) -> Option<Scale> {
        // Series and fractions take 6 sqrt(shape) terms, of which a count's fit needs many.
        let scale = match law {
            Law::Gamma { shape: None, .. }
            | Law::StudentT { df: None, .. }
            | Law::Beta { alpha: None, .. }
            | Law::Beta { beta: None, .. }
            | Law::Pert { shape: None, .. } => Scale::Octaves { end: 16 },
            Law::Poisson { mean: None } | Law::NegativeBinomial { size: None, .. } => Scale::Octaves { end: 13 },
            Law::Binomial { probability: None, .. } | Law::NegativeBinomial { probability: None, .. } => {
                Scale::Probability
            }
            Law::Pert { mode: None, low: Some(0.0), high: Some(1.0), .. } => Scale::Unit,
            _ => return None,
        };
        let open = law.parameters().into_iter().filter(|(_, parameter)| parameter.is_none()).count();
        (open == 1).then_some(scale)
    }

    fn cells(self) -> usize {
        match self {
            Scale::Octaves { end } => (end - LEAST) as usize * QUARTERS,
            Scale::Probability => 2 * Scale::Octaves { end: 0 }.cells(),
            Scale::Unit => PARTS,
        }
    }

    /// The cell of a shape and the place in it; none beyond the cells.
    fn locate(self, shape: f64) -> Option<(usize, f64)> {
        match self {
            Scale::Octaves { end } => {
                let bits = shape.to_bits();
                // Negative numbers and NaN have an exponent beyond all others here.
                let exponent = (bits >> 52) as i32 - 1023;
                if !(LEAST..end).contains(&exponent) {
                    return None;
                }
                let mantissa = f64::from_bits(bits & (u64::MAX >> 12) | 1f64.to_bits());
                let (quarter, place) = split((mantissa - 1.0) * QUARTERS as f64, QUARTERS);
                Some(((exponent - LEAST) as usize * QUARTERS + quarter, place))
            }
            Scale::Probability if shape < 0.5 => Scale::Octaves { end: 0 }.locate(shape),
            Scale::Probability => {
                let (cell, place) = Scale::Octaves { end: 0 }.locate(1.0 - shape)?;
                Some((cell + Scale::Octaves { end: 0 }.cells(), place))
            }
            Scale::Unit => (0.0..=1.0).contains(&shape).then(|| split(shape * PARTS as f64, PARTS)),
        }
    }

    /// The shape at a place of a cell.
    fn shape(self, cell: usize, place: f64) -> f64 {
        let part = |index: usize| index as f64 + 0.5 * (1.0 + place);
        match self {
            Scale::Octaves { .. } => {
                let mantissa = 1.0 + part(cell % QUARTERS) / QUARTERS as f64;
                libm::ldexp(mantissa, LEAST + (cell / QUARTERS) as i32)
            }
            Scale::Probability => match cell.checked_sub(Scale::Octaves { end: 0 }.cells()) {
                None => Scale::Octaves { end: 0 }.shape(cell, place),
                Some(cell) => 1.0 - Scale::Octaves { end: 0 }.shape(cell, place),
            },
            Scale::Unit => part(cell) / PARTS as f64,
        }
    }
}

/// Which of `parts` intervals of length 1 holds x, and the place in it; the last one holds its end.
fn split(x: f64, parts: usize) -> (usize, f64) {
    let index = (x as usize).min(parts - 1);
    (index, 2.0 * (x - index as f64) - 1.0)
}

impl Cells {
    /// The law at a place of a cell, as a curve over the scores; none outside the domain of its parameters.
    fn curve(&self, cell: usize, place: f64) -> Option<Curve> {
        let shape = self.scale.shape(cell, place);
        let Ok(law) = self.law.try_map(|_, parameter| Ok::<f64, Infallible>(parameter.unwrap_or(shape)));
        Curve::of(&law)
    }

    fn cell(&self, cell: usize) -> Option<Cell> {
        let middle = self.curve(cell, 0.0)?;
        let (outer, counts) = (middle.outer(), matches!(middle, Curve::Counts(_)));
        let places = nodes::<SHAPES>(-1.0, 1.0);
        let curves: Vec<Curve> = places.iter().map(|&place| self.curve(cell, place)).collect::<Option<_>>()?;
        let trials = middles(&places).step_by(2).map(|place| {
            let curve = self.curve(cell, place)?;
            let tolerance = curve.tolerance(outer);
            Some((place, curve, tolerance))
        });
        let trials = trials.collect::<Option<_>>()?;
        let curves = curves.try_into().unwrap_or_else(|_| unreachable!("one for each node"));
        Some(Cell { curves, trials, outer, counts, patches: std::array::from_fn(|_| OnceLock::new()) })
    }
}

impl Cell {
    fn fit(&self, index: usize) -> Option<Box<Patch>> {
        let (places, scores) = (nodes::<SHAPES>(-1.0, 1.0), nodes::<ORDER>(-1.0, 1.0));
        let by_score = self.curves.each_ref().map(|curve| powers(&scores, curve.samples(index, &scores, self.outer)));
        let mut patch = Box::new([[0.0; ORDER]; SHAPES]);
        for power in 0..ORDER {
            let by_shape = powers(&places, by_score.map(|row| row[power]));
            patch.iter_mut().zip(by_shape).for_each(|(row, coefficient)| row[power] = coefficient);
        }
        let follows = self.trials.iter().all(|(place, curve, tolerance)| {
            middles(&scores).all(|along| {
                let fitted = evaluate(&patch, *place, along);
                let exact = curve.node(score(index, along), fitted, self.outer).value;
                let allowed = if self.counts { IN_COUNTS } else { tolerance.in_value(exact) };
                // Elsewhere the error may be several times as large.
                (fitted - exact).abs() <= 0.1 * allowed + 4.0 * f64::EPSILON * exact.abs()
            })
        });
        follows.then_some(patch)
    }
}

/// Places where a polynomial through the nodes errs most: between them.
fn middles<const N: usize>(nodes: &[f64; N]) -> impl Iterator<Item = f64> {
    nodes.windows(2).map(|pair| 0.5 * (pair[0] + pair[1]))
}

/// The normal score at a place of a patch.
fn score(patch: usize, along: f64) -> f64 {
    (patch as f64 + 0.5 * (1.0 + along)) * (2.0 * REACH / PATCHES as f64) - REACH
}

/// A law of the family over the normal scores.
#[derive(Debug)]
enum Curve {
    Smooth(SmoothLaw),
    Counts(Counts),
}

impl Curve {
    fn of(law: &Law<f64>) -> Option<Curve> {
        law.check().ok()?;
        if let Some(counts) = law.counts() {
            return Some(Curve::Counts(counts));
        }
        let mut parts = law.parts((f64::NEG_INFINITY, f64::INFINITY));
        let (_, smooth) = parts.smooth.pop()?;
        (parts.atoms.is_empty() && parts.smooth.is_empty() && parts.runs.is_empty()).then_some(Curve::Smooth(smooth))
    }

    fn outer(&self) -> Outer {
        match self {
            Curve::Smooth(law) => law.outer(),
            Curve::Counts(counts) => counts.outer(),
        }
    }

    /// The value at a score in the argument of an outer function, near a guess, with two derivatives by the score; NaN where
    /// they are not known.
    fn node(&self, z: f64, guess: f64, outer: Outer) -> ScoreNode {
        let unknown = |value: f64| ScoreNode { value, first: f64::NAN, second: f64::NAN };
        match self {
            Curve::Smooth(law) if law.outer() == outer => law.node(z, guess),
            Curve::Smooth(law) => {
                let own = law.outer();
                unknown(outer.invert(own.apply(law.node(z, own.invert(outer.apply(guess))).value)))
            }
            Curve::Counts(counts) => unknown(counts.continued_quantile(Tails::at(z), guess)),
        }
    }

    /// The values at places of a patch, each looked for from the one before.
    fn samples(&self, patch: usize, places: &[f64; ORDER], outer: Outer) -> [f64; ORDER] {
        let mut last = (score(patch, places[0]), self.node(score(patch, places[0]), f64::NAN, outer));
        places.map(|along| {
            let z = score(patch, along);
            let (from, node) = last;
            let ahead = (z - from) * (node.first + 0.5 * (z - from) * node.second);
            last = (z, self.node(z, node.value + if ahead.is_finite() { ahead } else { 0.0 }, outer));
            last.1.value
        })
    }

    fn tolerance(&self, outer: Outer) -> Tolerance {
        Tolerance::new(outer, |z| outer.apply(self.node(z, f64::NAN, outer).value))
    }
}

#[cfg(test)]
mod tests {
    use super::super::distribution::Distribution;
    use super::super::real::Score;
    use super::*;

    /// Laws with an open shape, and shapes of it.
    fn families() -> Vec<(Law<Option<f64>>, Vec<f64>)> {
        let one = Some(1.0);
        let shapes = vec![0.003, 0.05, 0.3, 1.0, 2.5, 7.9, 30.0, 899.0, 901.0, 20_000.0];
        let probabilities = vec![0.001, 0.2, 0.4999, 0.5, 0.7, 0.999];
        vec![
            (Law::Gamma { shape: None, scale: one }, shapes.clone()),
            (Law::StudentT { location: Some(0.0), scale: one, df: None }, vec![0.2, 0.7, 1.0, 2.5, 30.0, 899.0, 901.0]),
            (Law::Beta { alpha: None, beta: Some(3.0), low: Some(0.0), high: one }, shapes.clone()),
            (Law::Beta { alpha: Some(0.4), beta: None, low: Some(0.0), high: one }, shapes.clone()),
            (
                Law::Pert { low: Some(0.0), mode: None, high: one, shape: Some(4.0) },
                vec![0.0, 0.01, 0.3, 0.5, 0.77, 1.0],
            ),
            (Law::Pert { low: Some(0.0), mode: Some(0.2), high: one, shape: None }, vec![0.1, 4.0, 70.0]),
            (Law::Poisson { mean: None }, vec![0.002, 0.3, 1.0, 2.5, 40.0, 3000.0]),
            (Law::Binomial { trials: Some(20.0), probability: None }, probabilities.clone()),
            (Law::NegativeBinomial { size: Some(4.0), probability: None }, probabilities),
            (Law::NegativeBinomial { size: None, probability: Some(0.3) }, vec![0.1, 4.0, 300.0]),
        ]
    }

    /// Draws agree with the inversion of the law, which is tested against 40-digit values, to 1e-12 of x.
    #[test]
    fn follows_the_inversion() {
        for (law, shapes) in families() {
            let surface = Surface::new(law.clone()).expect("one shape is open");
            for shape in shapes {
                let distribution = closed(&law, shape);
                let spread = distribution.normal_score(1.0) - distribution.normal_score(-1.0);
                let median = distribution.normal_score(0.0);
                for k in -402..=402 {
                    let z = 0.0203 * f64::from(k);
                    let Some(x) = surface.value(shape, z) else { continue };
                    let exact = distribution.draw(Score::Normal(z));
                    let size = if exact > 0.0 { exact } else { exact.abs().max(0.1 * spread) };
                    let size = size.min((exact - median).abs().max(spread));
                    let allowed = 1e-9 * size + 1e-12 * exact.abs();
                    let allowed = if distribution.law.counts().is_some() { 0.0 } else { allowed };
                    assert!((x - exact).abs() <= allowed, "{law:?} {shape} at {z}: {x}, not {exact}");
                }
            }
        }
    }

    /// At most ten of a thousand draws, but of shapes so small that the law is nearly all tail.
    #[test]
    fn few_draws_are_left_to_the_inversion() {
        for (law, shapes) in families() {
            let surface = Surface::new(law.clone()).expect("one shape is open");
            let of_tails = |shape: f64| match law {
                Law::Gamma { .. } | Law::Beta { .. } => shape < 0.1,
                Law::StudentT { .. } => shape < 1.0,
                _ => false,
            };
            for shape in shapes.into_iter().filter(|&shape| !of_tails(shape)) {
                let left = (0..1000).map(|k| Tails::of(1e-3 * (f64::from(k) + 0.5)).normal_score());
                let left = left.filter(|&z| surface.value(shape, z).is_none()).count();
                assert!(left <= 10, "{law:?} {shape}: {left}");
            }
        }
    }

    fn closed(law: &Law<Option<f64>>, shape: f64) -> Distribution<f64> {
        let Ok(law) = law.try_map(|_, parameter| Ok::<f64, Infallible>(parameter.unwrap_or(shape)));
        Distribution::unbounded(law)
    }

    #[test]
    fn what_is_beyond_is_left_to_the_inversion() {
        let gamma = Surface::new(Law::Gamma { shape: None, scale: Some(1.0) }).expect("one shape is open");
        for shape in [f64::NAN, -1.0, 0.0, 1e-4, 1e7, f64::INFINITY] {
            assert_eq!(gamma.value(shape, 0.0), None, "{shape}");
        }
        for z in [f64::NAN, -9.0, 9.0, f64::NEG_INFINITY, f64::INFINITY] {
            assert_eq!(gamma.value(1.0, z), None, "{z}");
        }
        let pert = Surface::new(Law::Pert { low: Some(0.0), mode: None, high: Some(1.0), shape: Some(4.0) });
        let pert = pert.expect("one shape is open");
        assert!(pert.value(1.0, 0.0).is_some() && pert.value(1.0 + 1e-15, 0.0).is_none());
        assert!(Surface::new(Law::Gamma { shape: Some(1.0), scale: None }).is_none());
        assert!(Surface::new(Law::Gamma { shape: None, scale: None }).is_none());
        assert!(Surface::new(Law::Normal { mean: None, sd: Some(1.0) }).is_none());
    }

    #[test]
    fn shapes_are_found_where_they_are_placed() {
        for scale in [Scale::Octaves { end: 16 }, Scale::Probability, Scale::Unit] {
            for cell in 0..scale.cells() {
                for place in [-0.9, 0.0, 0.3] {
                    let shape = scale.shape(cell, place);
                    if scale == Scale::Probability && (shape < 0.5) != (cell < scale.cells() / 2) {
                        // The octave that begins at a half is that of the other tail.
                        continue;
                    }
                    // A complement near 1 has the digits that 1 leaves it.
                    let digits = if scale == Scale::Probability && shape > 0.5 { 4e-15 / (1.0 - shape) } else { 1e-13 };
                    let (found, at) = scale.locate(shape).expect("a shape of a cell");
                    assert!(found == cell && (at - place).abs() < digits, "{scale:?} {cell} {place}: {found} {at}");
                }
            }
        }
    }
}
