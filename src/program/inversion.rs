//! Laws that are inverted on every path, because no table over the shock serves: parameters that differ by path, or a table
//! too dear to make. Where only one shape differs, a surface over shape and shock stands for nearly all of it.

use super::op::Arg;
use crate::dist::{Distribution, Score, Surface};

/// A draw by inversion: the law with its operands, and the shock.
#[derive(Clone, Debug, PartialEq)]
pub struct Inversion {
    /// The law, its parameters operands.
    pub distribution: Distribution<Arg>,
    /// The shock.
    pub score: Score<Arg>,
    /// The quantiles of the law by the one operand that it has beside the shock.
    pub surface: Option<(Surface, Arg)>,
}

impl Inversion {
    /// The operands: the parameters in the order of `Distribution::parameters`, then the shock.
    pub fn operands(&self) -> Vec<Arg> {
        let mut operands: Vec<Arg> = self.distribution.parameters().into_iter().map(|(_, &arg)| arg).collect();
        operands.push(self.score.value());
        operands
    }

    /// The same inversion with each operand replaced.
    #[must_use]
    pub fn map(&self, mut replace: impl FnMut(Arg) -> Arg) -> Inversion {
        let mut surface = self.surface.clone();
        let distribution = self.distribution.map(|&arg| {
            let replaced = replace(arg);
            match &mut surface {
                Some((_, shape)) if *shape == arg => *shape = replaced,
                _ => {}
            }
            replaced
        });
        Inversion { distribution, score: self.score.map(replace), surface }
    }

    /// The value of the draw, given its operands.
    pub(super) fn value(&self, mut operand: impl FnMut(Arg) -> f64) -> f64 {
        if let (Some((surface, shape)), Score::Normal(z)) = (&self.surface, self.score)
            && let Some(x) = surface.value(operand(*shape), operand(z))
        {
            return x;
        }
        self.distribution.map(|&arg| operand(arg)).draw(self.score.map(operand))
    }
}
