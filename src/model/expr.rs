//! Resolved formulas: every name is a variable, every reference says which step it reads.

use super::lookup::LookupTable;
use super::variable::VarId;
use crate::kernel::{Binary, Unary};
use std::ops::{Add, Div, Mul, Sub};
use std::sync::Arc;

/// A formula, read at some step t.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A number.
    Constant(f64),
    /// The calendar year of step t.
    Year,
    /// t.
    Step,
    /// A variable at step t.
    Variable(VarId),
    /// A variable at step t - lag (lag >= 1), or `default` at step t where that does not exist.
    Lag {
        /// The variable that is read.
        variable: VarId,
        /// Steps back, at least 1.
        lag: usize,
        /// Read where step t - lag is before the variable's first.
        default: Option<Box<Expr>>,
    },
    /// A variable some steps back that may differ by path and step.
    Delay(Box<Delay>),
    /// A table read at a value.
    Lookup(Arc<LookupTable>, Box<Expr>),
    /// A variable at one fixed step; the formula begins there.
    At {
        /// The variable that is read.
        variable: VarId,
        /// The step.
        step: usize,
    },
    /// A function of one value.
    Unary(Unary, Box<Expr>),
    /// A function of two values.
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// The second where the first is other than 0, else the third; NaN where the first is NaN. Only the chosen branch's NaN counts.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// 1 where the constraint of this index is strictly below `wanted` and the smallest ceiling (ties to the one declared first), else 0.
    Binds(usize),
    /// 1 where the constraint of this index is strictly below `wanted`, else 0.
    Short(usize),
    /// 1 while the event is on, else 0.
    On(VarId),
    /// 1 in the first step of the event, else 0.
    Started(VarId),
    /// 1 in the first step after the event's last one, else 0; the event may start again in that very step.
    Ended(VarId),
}

/// A variable at step t - n, n the lag rounded up to whole steps; `default` where t - n is before the variable's first step.
///
/// NaN where the lag is below 0 or NaN.
#[derive(Clone, Debug, PartialEq)]
pub struct Delay {
    /// The variable that is read.
    pub variable: VarId,
    /// Steps back, read at step t.
    pub lag: Expr,
    /// The fewest whole steps that the lag can be on any path.
    pub least: usize,
    /// The most whole steps that it can be; at most one more than the horizon has.
    pub most: usize,
    /// Read at step t where step t - n does not exist.
    pub default: Expr,
}

impl Delay {
    /// A lag rounded up to whole steps. What lies above a whole number by less than can be read off a file counts as that
    /// number: 1.1 * 10 is above 11 in its last bit alone.
    pub fn whole_steps(lag: f64) -> f64 {
        (lag - Delay::SLACK).ceil()
    }

    /// How far above a whole number a lag may lie and still be that number.
    pub const SLACK: f64 = 1e-9;
}

impl Expr {
    /// A function of two values.
    pub fn binary(op: Binary, a: impl Into<Expr>, b: impl Into<Expr>) -> Expr {
        Expr::Binary(op, Box::new(a.into()), Box::new(b.into()))
    }

    /// A variable some steps back, at least 1, where that exists.
    pub fn lag(variable: VarId, lag: usize) -> Expr {
        Expr::Lag { variable, lag, default: None }
    }

    /// To a power.
    #[must_use]
    pub fn power(self, exponent: impl Into<Expr>) -> Expr {
        Expr::binary(Binary::Power, self, exponent)
    }
}

impl From<f64> for Expr {
    fn from(x: f64) -> Expr {
        Expr::Constant(x)
    }
}

impl From<VarId> for Expr {
    fn from(id: VarId) -> Expr {
        Expr::Variable(id)
    }
}

impl<T: Into<Expr>> Add<T> for Expr {
    type Output = Expr;

    fn add(self, other: T) -> Expr {
        Expr::binary(Binary::Add, self, other)
    }
}

impl<T: Into<Expr>> Sub<T> for Expr {
    type Output = Expr;

    fn sub(self, other: T) -> Expr {
        Expr::binary(Binary::Subtract, self, other)
    }
}

impl<T: Into<Expr>> Mul<T> for Expr {
    type Output = Expr;

    fn mul(self, other: T) -> Expr {
        Expr::binary(Binary::Multiply, self, other)
    }
}

impl<T: Into<Expr>> Div<T> for Expr {
    type Output = Expr;

    fn div(self, other: T) -> Expr {
        Expr::binary(Binary::Divide, self, other)
    }
}
