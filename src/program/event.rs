//! Events as column operations: a countdown of the steps left, and the size held while it runs.

use super::builder::{Builder, Value};
use super::field::Score;
use crate::kernel::{Binary, Unary};

/// An event at one step. All are 1, 0 or NaN, but for `left` and `size`.
#[derive(Clone, Copy, Debug)]
pub(super) struct EventState {
    /// Steps left, this one included; 0 while it is off.
    left: Value,
    /// The size while on, else 0.
    pub(super) size: Value,
    pub(super) on: Value,
    pub(super) started: Value,
    pub(super) ended: Value,
}

impl EventState {
    /// The base: nothing has happened.
    pub(super) const OFF: EventState = EventState {
        left: Value::Scalar(0.0),
        size: Value::Scalar(0.0),
        on: Value::Scalar(0.0),
        started: Value::Scalar(0.0),
        ended: Value::Scalar(0.0),
    };

    /// The step after `self`, with this step's hazard, size and duration.
    pub(super) fn next(
        self,
        builder: &mut Builder,
        score: Score,
        hazard: Value,
        size: Value,
        duration: Value,
    ) -> EventState {
        let zero = Value::Scalar(0.0);
        let one = Value::Scalar(1.0);
        let starts = starts(builder, score, hazard);
        let goes_on = builder.binary(Binary::Greater, self.left, one);
        let counted_down = builder.binary(Binary::Subtract, self.left, one);
        let whole = builder.unary(Unary::Ceil, duration);
        let steps = builder.binary(Binary::Max, whole, one);
        // A NaN size breaks the event for good, as a NaN duration does: comparing with itself is 1, or NaN.
        let steps = match size {
            Value::Column(_) => {
                let valid = builder.binary(Binary::Equal, size, size);
                builder.binary(Binary::Multiply, steps, valid)
            }
            Value::Scalar(_) => steps,
        };
        let new_left = builder.select(starts, steps, zero);
        let left = builder.select(goes_on, counted_down, new_left);
        let on = builder.binary(Binary::Greater, left, zero);
        let new_size = builder.select(starts, size, zero);
        let off_before = builder.unary(Unary::Not, goes_on);
        EventState {
            left,
            size: builder.select(goes_on, self.size, new_size),
            on,
            started: builder.binary(Binary::And, off_before, starts),
            ended: builder.binary(Binary::And, self.on, off_before),
        }
    }
}

/// 1 where Phi(Z) > 1 - hazard; NaN where the hazard is no probability.
fn starts(builder: &mut Builder, score: Score, hazard: Value) -> Value {
    match (score, hazard) {
        (Score::Uniform(u), Value::Scalar(hazard)) => builder.binary(Binary::Greater, u, Value::Scalar(1.0 - hazard)),
        _ => {
            // The quantile is NaN outside [0, 1], and it turns a constant hazard into a constant threshold.
            let z = score.normal(builder);
            let quantile = builder.unary(Unary::NormalQuantile, hazard);
            let threshold = builder.unary(Unary::Negate, quantile);
            builder.binary(Binary::Greater, z, threshold)
        }
    }
}
