//! The instruction set of the column machine.

use crate::kernel::{Binary, Unary};

/// An operand: a column of the workspace, or one number for all paths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Arg {
    /// A column, by its index.
    Column(u32),
    /// A number.
    Scalar(f64),
}

/// What an instruction does.
#[derive(Clone, Copy, Debug, PartialEq)]
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
    /// A table of steps, read at a column.
    Steps(u32, u32),
    /// A quantile function, read at a column of uniforms.
    Quantile(u32, u32),
    /// Hands a column to the statistics under a row number.
    Record(u32, u32),
}

/// One operation and the column that it fills; `Skip` and `Record` fill none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Instruction {
    /// What to do.
    pub op: Op,
    /// The column to fill.
    pub out: u32,
}

impl Op {
    /// Calls `visit` for every column that is read.
    pub fn operands(&self, mut visit: impl FnMut(u32)) {
        let mut arg = |arg: Arg| {
            if let Arg::Column(column) = arg {
                visit(column);
            }
        };
        match *self {
            Op::Uniform(_) | Op::Skip(_) | Op::Parameter(_) => {}
            Op::Unary(_, a) | Op::Piecewise(_, a) | Op::Steps(_, a) | Op::Quantile(_, a) | Op::Record(_, a) => {
                arg(Arg::Column(a));
            }
            Op::Binary(_, a, b) => [a, b].into_iter().for_each(arg),
            Op::MultiplyAdd(a, b, c) | Op::AddMultiply(a, b, c) | Op::Select(a, b, c) => {
                [a, b, c].into_iter().for_each(arg)
            }
        }
    }

    /// The same operation with every column it reads renamed.
    #[must_use]
    pub fn with_operands(self, mut rename: impl FnMut(u32) -> u32) -> Op {
        let mut arg = |arg: Arg| match arg {
            Arg::Column(column) => Arg::Column(rename(column)),
            Arg::Scalar(_) => arg,
        };
        match self {
            Op::Uniform(_) | Op::Skip(_) | Op::Parameter(_) => self,
            Op::Binary(op, a, b) => Op::Binary(op, arg(a), arg(b)),
            Op::MultiplyAdd(a, b, c) => Op::MultiplyAdd(arg(a), arg(b), arg(c)),
            Op::AddMultiply(a, b, c) => Op::AddMultiply(arg(a), arg(b), arg(c)),
            Op::Select(a, b, c) => Op::Select(arg(a), arg(b), arg(c)),
            Op::Unary(op, a) => Op::Unary(op, rename(a)),
            Op::Piecewise(table, a) => Op::Piecewise(table, rename(a)),
            Op::Steps(table, a) => Op::Steps(table, rename(a)),
            Op::Quantile(function, a) => Op::Quantile(function, rename(a)),
            Op::Record(row, a) => Op::Record(row, rename(a)),
        }
    }

    /// Whether the instruction fills a column.
    pub fn fills(&self) -> bool {
        !matches!(self, Op::Skip(_) | Op::Record(..))
    }
}
