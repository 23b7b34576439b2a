//! Events as column operations: a countdown of the steps left, and the size held while it runs.

use super::value::Value;
use crate::dist::{Real, Score};
use crate::kernel::{Binary, Unary};

/// An event at one step. All are 1, 0 or NaN, but for `left` and `size`.
#[derive(Clone, Copy, Debug)]
pub(super) struct EventState<'b> {
    /// Steps left, this one included; 0 while it is off.
    left: Value<'b>,
    /// The size while on, else 0.
    pub(super) size: Value<'b>,
    pub(super) on: Value<'b>,
    pub(super) started: Value<'b>,
    pub(super) ended: Value<'b>,
}

impl<'b> EventState<'b> {
    /// The base: nothing has happened.
    pub(super) fn off(zero: Value<'b>) -> Self {
        EventState { left: zero, size: zero, on: zero, started: zero, ended: zero }
    }

    /// The step after `self`, with this step's hazard, size and duration.
    pub(super) fn next(self, score: Score<Value<'b>>, [hazard, size, duration]: [Value<'b>; 3]) -> Self {
        let (zero, one) = (hazard.number(0.0), hazard.number(1.0));
        let starts = starts(score, hazard);
        let goes_on = self.left.above(1.0);
        let counted_down = self.left - one;
        let steps = duration.unary(Unary::Ceil).binary(Binary::Max, one);
        // A NaN size breaks the event for good, as a NaN duration does: comparing with itself is 1, or NaN.
        let steps = if size.constant().is_none() { steps * size.binary(Binary::Equal, size) } else { steps };
        let left = goes_on.select(counted_down, starts.select(steps, zero));
        let off_before = goes_on.unary(Unary::Not);
        EventState {
            left,
            size: goes_on.select(self.size, starts.select(size, zero)),
            on: left.above(0.0),
            started: off_before.binary(Binary::And, starts),
            ended: self.on.binary(Binary::And, off_before),
        }
    }
}

/// 1 where Phi(Z) > 1 - hazard; NaN where the hazard is no probability.
fn starts<'b>(score: Score<Value<'b>>, hazard: Value<'b>) -> Value<'b> {
    match (score, hazard.constant()) {
        (Score::Uniform(u), Some(hazard)) => u.above(1.0 - hazard),
        // The quantile is NaN outside [0, 1], and it turns a constant hazard into a constant threshold.
        _ => score.normal().binary(Binary::Greater, -hazard.unary(Unary::NormalQuantile)),
    }
}
