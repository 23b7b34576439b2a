//! Runs a program over one block of paths.

use super::Program;
use super::op::{Arg, Instruction, Op};
use crate::kernel::{self, BLOCK, Column, Level, Operand};
use crate::rng::{Lanes, StreamKey};

/// A column at the start of a cache line: vectors as wide as one never lie across two.
#[derive(Debug)]
#[repr(align(64))]
struct Aligned(Column);

/// A thread's private memory for one program: its columns and the state of its streams.
#[derive(Debug)]
pub struct Workspace {
    level: Level,
    /// Whether uniforms are mirrored, u to 1 - u.
    mirrored: bool,
    keys: Vec<StreamKey>,
    lanes: Vec<Lanes>,
    /// `None` only while the column is being filled.
    columns: Vec<Option<Box<Aligned>>>,
}

impl Workspace {
    /// Memory for `program`, with the streams of `seed`.
    pub fn new(program: &Program, seed: u64, level: Level) -> Self {
        let keys: Vec<StreamKey> =
            program.streams.iter().map(|stream| StreamKey::new(seed, &stream.input, stream.component)).collect();
        Workspace {
            level,
            mirrored: false,
            lanes: keys.iter().map(|key| Lanes::seed(key, 0)).collect(),
            keys,
            columns: (0..program.columns).map(|_| Some(Box::new(Aligned([0.0; BLOCK])))).collect(),
        }
    }

    /// From now on, draws 1 - u for u (or u again): the antithetic twin of every path.
    pub fn mirror(&mut self, mirrored: bool) {
        self.mirrored = mirrored;
    }

    fn column(&self, index: u32) -> &Column {
        &self.columns[index as usize].as_ref().expect("an instruction never reads the column it fills").0
    }

    fn operand(&self, arg: Arg) -> Operand<'_> {
        match arg {
            Arg::Column(index) => Operand::Column(self.column(index)),
            Arg::Scalar(x) => Operand::Scalar(x),
        }
    }
}

impl Program {
    /// Simulates one block of paths and hands every recorded row to `sink`, as (row number, column).
    ///
    /// `parameters` are the numbers of `Op::Parameter`; a program that was compiled without any takes an empty list.
    pub fn run_block(
        &self,
        workspace: &mut Workspace,
        block: u64,
        parameters: &[f64],
        sink: &mut dyn FnMut(usize, &Column),
    ) {
        for (lanes, key) in workspace.lanes.iter_mut().zip(&workspace.keys) {
            *lanes = Lanes::seed(key, block);
        }
        for &instruction in &self.instructions {
            self.execute(workspace, instruction, parameters, sink);
        }
    }

    #[inline(always)]
    pub(super) fn execute(
        &self,
        workspace: &mut Workspace,
        Instruction { op, out: index }: Instruction,
        parameters: &[f64],
        sink: &mut dyn FnMut(usize, &Column),
    ) {
        let level = workspace.level;
        match op {
            Op::Skip(stream) => return workspace.lanes[stream as usize].skip(),
            Op::Record(row, a) => return sink(row as usize, workspace.column(a)),
            _ => {}
        }
        let mut filled = workspace.columns[index as usize].take().expect("columns are put back");
        let out = &mut filled.0;
        match op {
            Op::Uniform(stream) => {
                workspace.lanes[stream as usize].fill_uniform(level, out);
                if workspace.mirrored {
                    out.iter_mut().for_each(|u| *u = 1.0 - *u);
                }
            }
            Op::Parameter(index) => out.fill(parameters[index as usize]),
            Op::Unary(op, a) => kernel::unary(level, op, out, workspace.column(a)),
            Op::Binary(op, a, b) => {
                kernel::binary(level, op, out, workspace.operand(a), workspace.operand(b));
            }
            Op::MultiplyAdd(a, b, c) => {
                let [a, b, c] = [a, b, c].map(|arg| workspace.operand(arg));
                kernel::multiply_add(level, out, a, b, c);
            }
            Op::AddMultiply(a, b, c) => {
                let [a, b, c] = [a, b, c].map(|arg| workspace.operand(arg));
                kernel::add_multiply(level, out, a, b, c);
            }
            Op::Select(a, b, c) => {
                let [a, b, c] = [a, b, c].map(|arg| workspace.operand(arg));
                kernel::select(level, out, a, b, c);
            }
            Op::Piecewise(table, a) => {
                kernel::piecewise(level, out, workspace.column(a), &self.piecewise[table as usize]);
            }
            Op::Steps(table, a) => {
                let table = &self.steps[table as usize];
                kernel::step_table(level, out, workspace.column(a), &table.thresholds, &table.values);
            }
            Op::Quantile(function, a) => {
                kernel::quantile(level, out, workspace.column(a), &self.quantiles[function as usize]);
            }
            Op::Skip(_) | Op::Record(..) => unreachable!("handled above: they fill no column"),
        }
        workspace.columns[index as usize] = Some(filled);
    }
}
