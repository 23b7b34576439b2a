//! Laws whose one shape differs by path: their quantiles as polynomials in the shape and the normal score, fitted in the
//! places where draws fall.
//!
//! Where a polynomial does not follow the law to the accuracy of a table, and beyond all of them, draws are inverted.

use super::interpolate::{nodes, powers};
use super::laws::Law;
use super::outer::Outer;
use super::smooth::{ScoreNode, SmoothLaw};
use super::transform::{REACH, Tolerance};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Powers of a polynomial in the normal score, from 0 on.
const ORDER: usize = 8;
/// Powers in the shape, towards which laws bend more.
const SHAPES: usize = 10;
/// Patches of a cell, side by side over the normal scores that uniforms reach.
const PATCHES: usize = 64;
/// Surfaces that a process keeps.
const KEPT: usize = 32;

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
    laws: [SmoothLaw; SHAPES],
    /// Laws between the nodes, with their places and what may be wrong with their values.
    trials: Vec<(f64, SmoothLaw, Tolerance)>,
    /// From what the polynomials hold to the value.
    outer: Outer,
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
    ///
    /// What is fitted follows from the law alone, so all programs of a process share it: the pilot and the run, a calibration,
    /// the cases of a sweep.
    pub fn of(law: Law<Option<f64>>) -> Option<Surface> {
        static MADE: Mutex<VecDeque<Surface>> = Mutex::new(VecDeque::new());
        let scale = Scale::of(&law)?;
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(surface) = made.iter().find(|surface| surface.0.law == law) {
            return Some(surface.clone());
        }
        let cells = (0..scale.cells()).map(|_| OnceLock::new()).collect();
        let surface = Surface(Arc::new(Cells { law, scale, cells }));
        made.truncate(KEPT - 1);
        made.push_front(surface.clone());
        Some(surface)
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
        Some(cell.outer.apply(evaluate(patch, place, along)))
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
    /// Quarters of octaves: numbers above 0.
    Octaves,
    /// Equal parts of the way from 0 to 1.
    Unit,
}

/// Exponents of the octaves: beyond, the series and fractions of the laws take too many terms for a fit.
const OCTAVES: Range<i32> = -10..16;
const QUARTERS: usize = 4;
/// Parts of the way from 0 to 1.
const PARTS: usize = 16;

impl Scale {
    /// That of the one parameter that a law leaves open.
    fn of(law: &Law<Option<f64>>) -> Option<Scale> {
        let scale = match law {
            Law::Gamma { shape: None, .. }
            | Law::StudentT { df: None, .. }
            | Law::Beta { alpha: None, .. }
            | Law::Beta { beta: None, .. }
            | Law::Pert { shape: None, .. } => Scale::Octaves,
            Law::Pert { mode: None, low: Some(0.0), high: Some(1.0), .. } => Scale::Unit,
            _ => return None,
        };
        let open = law.parameters().into_iter().filter(|(_, parameter)| parameter.is_none()).count();
        (open == 1).then_some(scale)
    }

    fn cells(self) -> usize {
        match self {
            Scale::Octaves => OCTAVES.len() * QUARTERS,
            Scale::Unit => PARTS,
        }
    }

    /// The cell of a shape and the place in it; none beyond the cells.
    fn locate(self, shape: f64) -> Option<(usize, f64)> {
        match self {
            Scale::Octaves => {
                let bits = shape.to_bits();
                // Negative numbers and NaN have an exponent beyond all others here.
                let exponent = (bits >> 52) as i32 - 1023;
                if !OCTAVES.contains(&exponent) {
                    return None;
                }
                let mantissa = f64::from_bits(bits & (u64::MAX >> 12) | 1f64.to_bits());
                let (quarter, place) = split((mantissa - 1.0) * QUARTERS as f64, QUARTERS);
                Some(((exponent - OCTAVES.start) as usize * QUARTERS + quarter, place))
            }
            Scale::Unit => (0.0..=1.0).contains(&shape).then(|| split(shape * PARTS as f64, PARTS)),
        }
    }

    /// The shape at a place of a cell.
    fn shape(self, cell: usize, place: f64) -> f64 {
        let part = |index: usize| index as f64 + 0.5 * (1.0 + place);
        match self {
            Scale::Octaves => {
                let mantissa = 1.0 + part(cell % QUARTERS) / QUARTERS as f64;
                libm::ldexp(mantissa, OCTAVES.start + (cell / QUARTERS) as i32)
            }
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
    /// The law at a place of a cell; none outside the domain of its parameters.
    fn law(&self, cell: usize, place: f64) -> Option<SmoothLaw> {
        let shape = self.scale.shape(cell, place);
        let Ok(law) = self.law.try_map(|_, parameter| Ok::<f64, Infallible>(parameter.unwrap_or(shape)));
        law.check().ok()?;
        let (_, smooth) = law.parts((f64::NEG_INFINITY, f64::INFINITY)).smooth.pop()?;
        Some(smooth)
    }

    fn cell(&self, cell: usize) -> Option<Cell> {
        let outer = self.law(cell, 0.0)?.outer();
        let places = nodes::<SHAPES>(-1.0, 1.0);
        let laws: Vec<SmoothLaw> = places.iter().map(|&place| self.law(cell, place)).collect::<Option<_>>()?;
        let trials = middles(&places).step_by(2).map(|place| {
            let law = self.law(cell, place)?;
            let tolerance = Tolerance::new(outer, |z| law.normal_score(z));
            Some((place, law, tolerance))
        });
        let trials = trials.collect::<Option<_>>()?;
        let laws = laws.try_into().unwrap_or_else(|_| unreachable!("one for each node"));
        Some(Cell { laws, trials, outer, patches: std::array::from_fn(|_| OnceLock::new()) })
    }
}

impl Cell {
    fn fit(&self, index: usize) -> Option<Box<Patch>> {
        let (places, scores) = (nodes::<SHAPES>(-1.0, 1.0), nodes::<ORDER>(-1.0, 1.0));
        let by_score = self.laws.each_ref().map(|law| powers(&scores, self.samples(law, index, &scores)));
        let mut patch = Box::new([[0.0; ORDER]; SHAPES]);
        for power in 0..ORDER {
            let by_shape = powers(&places, by_score.map(|row| row[power]));
            patch.iter_mut().zip(by_shape).for_each(|(row, coefficient)| row[power] = coefficient);
        }
        let follows = self.trials.iter().all(|(place, law, tolerance)| {
            middles(&scores).all(|along| {
                let fitted = evaluate(&patch, *place, along);
                let exact = self.value(law, score(index, along), fitted);
                // Elsewhere the error may be several times as large.
                (fitted - exact).abs() <= 0.1 * tolerance.in_value(exact) + 4.0 * f64::EPSILON * exact.abs()
            })
        });
        follows.then_some(patch)
    }

    /// The value at a score in the argument of the outer function, near a guess. Laws have one of their own where it moves
    /// with the shape.
    fn value(&self, law: &SmoothLaw, z: f64, guess: f64) -> f64 {
        let own = law.outer();
        if own == self.outer {
            return law.node(z, guess).value;
        }
        self.outer.invert(own.apply(law.node(z, own.invert(self.outer.apply(guess))).value))
    }

    /// The values at places of a patch, each looked for from the one before.
    fn samples(&self, law: &SmoothLaw, patch: usize, places: &[f64; ORDER]) -> [f64; ORDER] {
        let own = law.outer();
        let mut last: Option<(f64, ScoreNode)> = None;
        places.map(|along| {
            let z = score(patch, along);
            let guess = last.map_or(f64::NAN, |(from, node)| {
                let ahead = z - from;
                node.value + ahead * (node.first + 0.5 * ahead * node.second)
            });
            let node = law.node(z, guess);
            last = Some((z, node));
            if own == self.outer { node.value } else { self.outer.invert(own.apply(node.value)) }
        })
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

#[cfg(test)]
mod tests {
    use super::super::distribution::Distribution;
    use super::super::normal::Tails;
    use super::super::real::Score;
    use super::*;

    /// Laws with an open shape, and shapes of it.
    fn families() -> Vec<(Law<Option<f64>>, Vec<f64>)> {
        let one = Some(1.0);
        let shapes = vec![0.003, 0.05, 0.3, 1.0, 2.5, 7.9, 30.0, 899.0, 901.0, 20_000.0];
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
        ]
    }

    /// Draws agree with the inversion of the law, which is tested against 40-digit values, to 1e-12 of x.
    #[test]
    fn follows_the_inversion() {
        for (law, shapes) in families() {
            let surface = Surface::of(law.clone()).expect("one shape is open");
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
                    assert!((x - exact).abs() <= allowed, "{law:?} {shape} at {z}: {x}, not {exact}");
                }
            }
        }
    }

    /// At most ten of a thousand draws, but of shapes so small that the law is nearly all tail.
    #[test]
    fn few_draws_are_left_to_the_inversion() {
        for (law, shapes) in families() {
            let surface = Surface::of(law.clone()).expect("one shape is open");
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
        let gamma = Surface::of(Law::Gamma { shape: None, scale: Some(1.0) }).expect("one shape is open");
        for shape in [f64::NAN, -1.0, 0.0, 1e-4, 1e7, f64::INFINITY] {
            assert_eq!(gamma.value(shape, 0.0), None, "{shape}");
        }
        for z in [f64::NAN, -9.0, 9.0, f64::NEG_INFINITY, f64::INFINITY] {
            assert_eq!(gamma.value(1.0, z), None, "{z}");
        }
        let pert = Surface::of(Law::Pert { low: Some(0.0), mode: None, high: Some(1.0), shape: Some(4.0) });
        let pert = pert.expect("one shape is open");
        assert!(pert.value(1.0, 0.0).is_some() && pert.value(1.0 + 1e-15, 0.0).is_none());
        assert!(Surface::of(Law::Gamma { shape: Some(1.0), scale: None }).is_none());
        assert!(Surface::of(Law::Gamma { shape: None, scale: None }).is_none());
        assert!(Surface::of(Law::Normal { mean: None, sd: Some(1.0) }).is_none());
    }

    #[test]
    fn shapes_are_found_where_they_are_placed() {
        for scale in [Scale::Octaves, Scale::Unit] {
            for cell in 0..scale.cells() {
                for place in [-0.9, 0.0, 0.3] {
                    let shape = scale.shape(cell, place);
                    let (found, at) = scale.locate(shape).expect("a shape of a cell");
                    assert!(found == cell && (at - place).abs() < 1e-13, "{scale:?} {cell} {place}: {found} {at}");
                }
            }
        }
    }
}
