//! Variables: everything that has a value on a path at a step.

use super::expr::Expr;
use super::input::InputId;
use crate::dist::Distribution;

/// Index of a variable in `Model::variables`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VarId(pub u32);

/// A named value: a quantity of the file, one of its parameters, or a helper hoisted out of a formula.
#[derive(Clone, Debug)]
pub struct Variable {
    /// The bare name or the parameter path (`power`, `power.growth`, `ai_ml.mean`); helpers have the text they stand for.
    pub name: String,
    /// JSON pointer of the quantity in the resolved document; empty for what the market or a formula implies.
    pub pointer: String,
    /// Unit, if written.
    pub unit: Option<String>,
    /// Source, if written.
    pub source: Option<String>,
    /// Note, if written.
    pub note: Option<String>,
    /// Confidence, if written.
    pub confidence: Option<String>,
    /// What people call it, if written.
    pub title: Option<String>,
    /// The formula as written, if it is one.
    pub text: Option<String>,
    /// The first step at which it has a value.
    pub first: usize,
    /// How the value is made.
    pub definition: Definition,
}

/// How the value of a variable is made.
#[derive(Clone, Debug)]
pub enum Definition {
    /// The same number at every step.
    Constant(f64),
    /// A number for every step 0..=n.
    ByStep(Vec<f64>),
    /// Values by year or step, some of which are not numbers: linear in between, flat outside. One entry for every step 0..=n.
    Blend(Vec<Blend>),
    /// A formula.
    Formula(Expr),
    /// A distribution: x = T(Z), T the law's non-decreasing transform of the input's standard normal. Parameters are read at the same step.
    Draw {
        /// The coordinate of the latent field.
        input: InputId,
        /// The law.
        distribution: Distribution<VarId>,
    },
    /// `start` at step 0, then `next`, in which `self` is the lag 1 of this variable.
    Stock {
        /// Value at step 0.
        start: VarId,
        /// Value at every later step.
        next: Expr,
    },
    /// An event: its value is its size while it is on, else 0. 0 at step 0.
    Event(Event),
    /// A running aggregate of a variable, from that variable's first step on.
    Running {
        /// How values are taken together.
        op: Running,
        /// The variable whose values are aggregated.
        of: VarId,
    },
}

/// (1 - weight) * left + weight * right, read at the same step; with weight 0 only `left` is read.
#[derive(Clone, Copy, Debug)]
pub struct Blend {
    /// The knot before the step.
    pub left: VarId,
    /// The knot after it.
    pub right: VarId,
    /// Where the step lies between them, in [0, 1).
    pub weight: f64,
}

/// An event: it starts with the hazard when it is off, and holds the size and duration drawn at that step.
///
/// An event starts at t when it is off (or ended in t - 1) and Phi(Z) > 1 - hazard, and lasts max(1, ceil(duration)) steps; a NaN
/// duration or size, or a hazard outside [0, 1], makes the event NaN from there on.
#[derive(Clone, Debug)]
pub struct Event {
    /// The input that decides whether it starts.
    pub start: InputId,
    /// Probability of starting in a step when off, per step.
    pub hazard: VarId,
    /// Size, read at the starting step.
    pub size: VarId,
    /// Steps it lasts, read at the starting step.
    pub duration: VarId,
}

/// How a running aggregate takes in the next value. All pass NaN on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Running {
    /// Sum so far.
    Sum,
    /// Steps so far in which the value is other than 0.
    Count,
    /// Mean so far.
    Mean,
    /// Largest so far.
    Highest,
    /// Smallest so far.
    Lowest,
    /// 1 once any value was other than 0, else 0.
    Ever,
    /// 1 while every value was other than 0, else 0.
    Always,
    /// The year (the step, where steps are counted) of the first value other than 0; NaN before.
    First,
}
