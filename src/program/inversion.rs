//! Laws that are inverted on every path, because no table serves: parameters that differ by path, or a table too dear to make.

use super::op::Arg;
use crate::dist::{Distribution, Score};

/// A draw by inversion: the law with its operands, and the shock.
#[derive(Clone, Debug, PartialEq)]
pub struct Inversion {
    /// The law, its parameters operands.
    pub distribution: Distribution<Arg>,
    /// The shock.
    pub score: Score<Arg>,
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
        Inversion { distribution: self.distribution.map(|&arg| replace(arg)), score: self.score.map(replace) }
    }

    /// The value of the draw, given its operands.
    pub(super) fn value(&self, mut operand: impl FnMut(Arg) -> f64) -> f64 {
        self.distribution.map(|&arg| operand(arg)).draw(self.score.map(operand))
    }
}
