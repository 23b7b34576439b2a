//! A function by a formula that holds almost everywhere: branch-free on a whole column, the exceptions afterwards.

use super::Column;

/// Values that are looked at side by side.
const LANES: usize = 8;

/// The lanes in which there are values for which a formula does not hold.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Others([u64; LANES]);

/// Writes `formula` of every value, and notes where it does not hold.
#[inline(always)]
pub(super) fn formula_everywhere(
    out: &mut Column,
    x: &Column,
    formula: impl Fn(f64) -> f64,
    holds: impl Fn(f64) -> bool,
) -> Others {
    let mut others = [0; LANES];
    for (out, x) in out.as_chunks_mut::<LANES>().0.iter_mut().zip(x.as_chunks::<LANES>().0) {
        for lane in 0..LANES {
            out[lane] = formula(x[lane]);
            others[lane] |= u64::from(!holds(x[lane]));
        }
    }
    Others(others)
}

impl Others {
    /// Writes what the definition says in the place of every value for which the formula does not hold.
    pub(super) fn replace(self, out: &mut Column, x: &Column, definition: fn(f64) -> f64, holds: fn(f64) -> bool) {
        if self != Others::default() {
            for (out, &x) in out.iter_mut().zip(x).filter(|(_, x)| !holds(**x)) {
                *out = definition(x);
            }
        }
    }
}
