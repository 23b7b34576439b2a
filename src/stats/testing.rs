//! What the tests of the accumulators share.

use super::{Accumulator, Observations};
use crate::kernel::Level;

/// The level that this machine's runs take.
pub(super) fn level() -> Level {
    Level::available().pop().expect("portable is always there")
}

/// Values as accumulators take them in.
pub(crate) fn observed(values: &[f64]) -> Observations<'_> {
    Observations::new(level(), values)
}

/// An accumulator of one output that has seen these columns.
pub(crate) fn seen<'c, A>(mut accumulator: A, columns: impl IntoIterator<Item = &'c [f64]>) -> A
where
    A: for<'b> Accumulator<Block<'b> = &'b Observations<'b>>,
{
    columns.into_iter().for_each(|column| accumulator.add(&observed(column)));
    accumulator
}
