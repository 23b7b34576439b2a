//! A program for readers: its operations as text, and what each costs on this machine.

use super::op::{Account, Arg, Deferral, Instruction, Op};
use super::{Program, Workspace};
use crate::kernel::{BLOCK, Column};
use crate::sampling::Place;
use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

/// The cost of all operations of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct OpCost {
    /// The operation, e.g. `normal_quantile`.
    pub op: &'static str,
    /// How many of them a block of paths runs.
    pub count: usize,
    /// Nanoseconds a path for all of them together.
    pub nanoseconds: f64,
}

/// Repetitions that are timed together: a clock takes about as long as an operation.
const REPETITIONS: u32 = 32;
/// Rounds, of which the fastest counts: whatever else the machine does only ever adds time.
const ROUNDS: usize = 9;

impl Program {
    /// Measures every kind of operation, the most costly first. What goes to the statistics is listed with a cost of 0: they
    /// are the engine's.
    pub fn costs(&self, workspace: &mut Workspace) -> Vec<OpCost> {
        let mut by_op: BTreeMap<&'static str, (usize, Duration)> = BTreeMap::new();
        // All columns filled: an operation's time may depend on what it reads.
        self.run_block(workspace, Place::alone(0), &[], &mut |_: usize, _: &Column| {});
        for &instruction in &self.instructions {
            let (count, time) = by_op.entry(instruction.op.name()).or_default();
            *count += 1;
            if !instruction.op.hands_out() {
                let round = || {
                    let start = Instant::now();
                    for _ in 0..REPETITIONS {
                        self.execute(workspace, instruction, &[], &mut |_: usize, _: &Column| {});
                    }
                    start.elapsed()
                };
                *time += std::iter::repeat_with(round).take(ROUNDS).min().unwrap_or_default();
            }
        }
        let a_path = 1e9 / (f64::from(REPETITIONS) * BLOCK as f64);
        let cost =
            |(op, (count, time)): (_, (_, Duration))| OpCost { op, count, nanoseconds: time.as_secs_f64() * a_path };
        let mut costs: Vec<OpCost> = by_op.into_iter().map(cost).collect();
        costs.sort_by(|a, b| b.nanoseconds.total_cmp(&a.nanoseconds));
        costs
    }
}

impl fmt::Display for Instruction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Instruction { op, out } = *self;
        let name = op.name();
        match op {
            Op::Record(row, a) => write!(f, "row {row} = {}", Arg::Column(a)),
            Op::Account(Account { constraint, step, wanted, delivered, ceiling, deferred, deferral }) => {
                let measure = match deferral {
                    Deferral::Share => "share",
                    Deferral::Amount => "amount",
                };
                let operands = format_args!("{wanted} {delivered} {ceiling} {measure} {deferred}");
                write!(f, "{name} ceiling {constraint} step {step} = {operands}")
            }
            Op::Skip(stream) => write!(f, "{name} stream {stream}"),
            Op::Uniform(stream) => write!(f, "c{out} = {name} stream {stream}"),
            Op::Parameter(index) => write!(f, "c{out} = {name} {index}"),
            Op::Unary(_, a) => write!(f, "c{out} = {name} c{a}"),
            Op::Piecewise(table, a) | Op::Spline(table, a) | Op::Steps(table, a) | Op::Quantile(table, a) => {
                write!(f, "c{out} = {name} {table} c{a}")
            }
            Op::Inverse(law) => write!(f, "c{out} = {name} {law}"),
            Op::Binary(_, a, b) => write!(f, "c{out} = {name} {a} {b}"),
            Op::MultiplyAdd(a, b, c) | Op::AddMultiply(a, b, c) | Op::Select(a, b, c) => {
                write!(f, "c{out} = {name} {a} {b} {c}")
            }
        }
    }
}

impl fmt::Display for Arg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Arg::Column(index) => write!(f, "c{index}"),
            Arg::Scalar(x) => write!(f, "{x:?}"),
        }
    }
}

impl Op {
    /// The operation's name in listings.
    pub fn name(&self) -> &'static str {
        match self {
            Op::Uniform(_) => "uniform",
            Op::Skip(_) => "skip",
            Op::Parameter(_) => "parameter",
            Op::Unary(op, _) => op.name(),
            Op::Binary(op, ..) => op.name(),
            Op::MultiplyAdd(..) => "multiply_add",
            Op::AddMultiply(..) => "add_multiply",
            Op::Select(..) => "select",
            Op::Piecewise(..) => "piecewise",
            Op::Spline(..) => "spline",
            Op::Steps(..) => "steps",
            Op::Quantile(..) => "quantile",
            Op::Inverse(_) => "inverse",
            Op::Record(..) => "record",
            Op::Account(_) => "account",
        }
    }
}
