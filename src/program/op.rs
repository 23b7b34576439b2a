//! The instruction set of the column machine.

use super::inversion::Inversion;
use crate::kernel::{Binary, Unary};
use std::hash::{Hash, Hasher};

/// An operand: a column of the workspace, or one number for all paths.
///
/// Numbers are equal where their bits are, so that -0 and 0 stay apart and NaN equals itself: operations that are equal
/// can stand for one another.
#[derive(Clone, Copy, Debug)]
pub enum Arg {
    /// A column, by its index.
    Column(u32),
    /// A number.
    Scalar(f64),
}

impl Arg {
    /// Whether the operand is a number, and its index or bits: equal where operands are.
    fn key(self) -> (bool, u64) {
        match self {
            Arg::Column(index) => (false, index.into()),
            Arg::Scalar(x) => (true, x.to_bits()),
        }
    }
}

impl PartialEq for Arg {
    fn eq(&self, other: &Arg) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Arg {}

impl Hash for Arg {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

/// An operation on columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// The next column of uniforms of a stream.
    Uniform(u32),
    /// Passes over the next column of a stream: a later step needs the one after it.
    Skip(u32),
    /// A number given at run time, by its index.
    Parameter(u32),
    /// A function of one column.
    Unary(Unary, u32),
    /// A function of two operands.
    Binary(Binary, Arg, Arg),
    /// a * b + c, rounded twice.
    MultiplyAdd(Arg, Arg, Arg),
    /// (a + b) * c, rounded twice.
    AddMultiply(Arg, Arg, Arg),
    /// The second where the first is other than 0, else the third.
    Select(Arg, Arg, Arg),
    /// A polynomial table, read at a column.
    Piecewise(u32, u32),
    /// A polynomial table of several stretches, read at a column.
    Spline(u32, u32),
    /// A table of steps, read at a column.
    Steps(u32, u32),
    /// A quantile function, read at a column of uniforms.
    Quantile(u32, u32),
    /// A law inverted on every path, by its index among the program's inversions, which hold the operands.
    Inverse(u32),
    /// Hands a column to the statistics under a row number.
    Record(u32, u32),
    /// Hands a ceiling of a step to the statistics.
    Account(Account),
}

/// A ceiling of a step, with what it limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Account {
    /// The ceiling's number among the constraints of the model, from 0.
    pub constraint: u32,
    /// The step, from 1.
    pub step: u32,
    /// Demand with what was deferred from the step before.
    pub wanted: Arg,
    /// The market: the smallest of what is wanted and all ceilings.
    pub delivered: Arg,
    /// The ceiling.
    pub ceiling: Arg,
    /// The part of unmet demand that is asked for again, in the measure of `deferral`.
    pub deferred: Arg,
    /// How `deferred` is measured.
    pub deferral: Deferral,
}

/// How the demand is measured that is not met and asked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deferral {
    /// As a share of what is not met, one number for all paths.
    Share,
    /// As an amount on each path.
    Amount,
}

/// One operation and the column that it fills; `Skip`, `Record` and `Account` fill none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Instruction {
    /// The operation.
    pub op: Op,
    /// The column to fill.
    pub out: u32,
}

impl Op {
    /// Calls `visit` for every column that is read.
    pub fn operands(mut self, inversions: &[Inversion], mut visit: impl FnMut(u32)) {
        if let Op::Inverse(index) = self {
            for arg in inversions[index as usize].operands() {
                if let Arg::Column(column) = arg {
                    visit(column);
                }
            }
        }
        self.each_operand(|column| visit(*column));
    }

    /// The same operation with every column it reads renamed; those of an inversion are renamed where they stand, once for
    /// the one operation that reads it.
    #[must_use]
    pub fn with_operands(mut self, inversions: &mut [Inversion], mut rename: impl FnMut(u32) -> u32) -> Op {
        if let Op::Inverse(index) = self {
            let inversion = &mut inversions[index as usize];
            *inversion = inversion.map(|arg| match arg {
                Arg::Column(column) => Arg::Column(rename(column)),
                Arg::Scalar(x) => Arg::Scalar(x),
            });
        }
        self.each_operand(|column| *column = rename(*column));
        self
    }

    fn each_operand(&mut self, mut visit: impl FnMut(&mut u32)) {
        let mut args = |args: &mut [&mut Arg]| {
            for arg in args {
                if let Arg::Column(column) = arg {
                    visit(column);
                }
            }
        };
        match self {
            Op::Uniform(_) | Op::Skip(_) | Op::Parameter(_) | Op::Inverse(_) => {}
            Op::Unary(_, a)
            | Op::Piecewise(_, a)
            | Op::Spline(_, a)
            | Op::Steps(_, a)
            | Op::Quantile(_, a)
            | Op::Record(_, a) => visit(a),
            Op::Binary(_, a, b) => args(&mut [a, b]),
            Op::MultiplyAdd(a, b, c) | Op::AddMultiply(a, b, c) | Op::Select(a, b, c) => args(&mut [a, b, c]),
            Op::Account(Account { wanted, delivered, ceiling, deferred, .. }) => {
                args(&mut [wanted, delivered, ceiling, deferred]);
            }
        }
    }

    /// Whether the instruction hands something to the statistics.
    pub fn hands_out(&self) -> bool {
        matches!(self, Op::Record(..) | Op::Account(_))
    }

    /// Whether the instruction fills a column.
    pub fn fills(&self) -> bool {
        !matches!(self, Op::Skip(_) | Op::Record(..) | Op::Account(_))
    }
}
