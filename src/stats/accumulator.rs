//! What all accumulators have in common: blocks are added, and what some have seen is merged.

/// A state that takes in another of its kind.
///
/// Merging is exactly associative and commutative, and a fresh state changes nothing: parts of a run merge to the bits of
/// the whole, whichever blocks they have seen and in whatever order they come. Both states must have been made alike, from
/// the same pilot for the same options.
pub trait Merge {
    /// Takes in what `other` has seen.
    fn merge(&mut self, other: &Self);
}

/// A statistic in the making: its state grows block by block and its size does not depend on how many there were.
///
/// What is read of it, standard errors included, is computed from the state when it is asked for.
pub trait Accumulator: Merge {
    /// What a block of paths brings: the [`Observations`](super::Observations) of an output, or of two on the same paths.
    type Block<'b>;

    /// Adds a block. The same blocks give the same state in any order.
    fn add(&mut self, block: Self::Block<'_>);
}

impl<M: Merge> Merge for Vec<M> {
    fn merge(&mut self, other: &Self) {
        debug_assert_eq!(self.len(), other.len(), "lists of other outputs do not merge");
        self.iter_mut().zip(other).for_each(|(own, other)| own.merge(other));
    }
}

impl<M: Merge, const K: usize> Merge for [M; K] {
    fn merge(&mut self, other: &Self) {
        self.iter_mut().zip(other).for_each(|(own, other)| own.merge(other));
    }
}

impl<M: Merge> Merge for Box<M> {
    fn merge(&mut self, other: &Self) {
        (**self).merge(other);
    }
}

/// What all states have seen together; `None` of none.
pub fn merged<M: Merge>(states: impl IntoIterator<Item = M>) -> Option<M> {
    states.into_iter().reduce(|mut whole, part| {
        whole.merge(&part);
        whole
    })
}
