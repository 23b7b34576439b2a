//! What targets ask of an output: the numbers that charts mark on its distribution.

/// The number that a target compares an output with.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Name of the target.
    pub target: String,
    /// On which side of the number the target is met.
    pub side: Side,
    /// The number.
    pub value: f64,
    /// Share of the paths whose value is at or above it, whichever side is asked for.
    pub p_reached: Option<f64>,
}

/// On which side of a number a value meets a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// `x >= number`
    AtLeast,
    /// `x > number`
    Above,
    /// `x <= number`: budgets and deadlines.
    AtMost,
    /// `x < number`
    Below,
}

impl Side {
    /// The side that is meant where the number stands before the comparison: `100 >= x` is `x <= 100`.
    pub fn swapped(self) -> Side {
        match self {
            Side::AtLeast => Side::AtMost,
            Side::Above => Side::Below,
            Side::AtMost => Side::AtLeast,
            Side::Below => Side::Above,
        }
    }

    /// The side in words: `at least`, `above`, `at most`, `below`.
    pub fn words(self) -> &'static str {
        match self {
            Side::AtLeast => "at least",
            Side::Above => "above",
            Side::AtMost => "at most",
            Side::Below => "below",
        }
    }
}
