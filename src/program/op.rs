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
    /// Hands a ceiling of a step to the statistics.
    Account(Account),
}

/// A ceiling of a step, with what it limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Account {
    /// Its number among the constraints of the model.
    pub constraint: u32,
    /// The step, from 1.
    pub step: u32,
    /// What is wanted.
    pub wanted: Arg,
    /// The smallest of that and all ceilings.
    pub delivered: Arg,
    /// The ceiling.
    pub ceiling: Arg,
    /// What of the rest is asked for again.
    pub deferral: Deferral,
}

/// What of the demand that is not met is asked for again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Deferral {
    /// The same share of it on every path.
    Share(f64),
    /// An amount on each path.
    Amount(Arg),
}

/// One operation and the column that it fills; `Skip`, `Record` and `Account` fill none.
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
            Op::Account(Account { wanted, delivered, ceiling, deferral, .. }) => {
                [wanted, delivered, ceiling].into_iter().for_each(&mut arg);
                if let Deferral::Amount(amount) = deferral {
                    arg(amount);
                }
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
            Op::Account(Account { constraint, step, wanted, delivered, ceiling, deferral }) => {
                let [wanted, delivered, ceiling] = [wanted, delivered, ceiling].map(&mut arg);
                let deferral = match deferral {
                    Deferral::Share(_) => deferral,
                    Deferral::Amount(amount) => Deferral::Amount(arg(amount)),
                };
                Op::Account(Account { constraint, step, wanted, delivered, ceiling, deferral })
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
