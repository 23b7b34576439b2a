//! Drops the operations that nothing asked for and gives the remaining values as few columns as it can.

use super::Program;
use super::builder::ProgramBuilder;
use super::inversion::Inversion;
use super::op::{Instruction, Op};

/// Turns the builder's operations into a program.
pub(super) fn assemble(builder: ProgramBuilder) -> Program {
    let mut inversions = builder.inversions;
    let ops = keep_needed(builder.ops, &mut inversions);
    let (instructions, columns) = allocate(&ops, &mut inversions);
    Program {
        instructions,
        columns,
        dimensions: vec![Vec::new(); builder.streams.len()],
        streams: builder.streams,
        piecewise: builder.piecewise,
        splines: builder.splines,
        steps: builder.steps,
        quantiles: builder.quantiles,
        inversions,
        rows: builder.rows,
    }
}

/// The operations that a record or an account depends on, renumbered; a uniform that only a later one of its stream needs
/// is skipped.
fn keep_needed(ops: Vec<Op>, inversions: &mut [Inversion]) -> Vec<Op> {
    let mut needed = vec![false; ops.len()];
    let mut running = Vec::new();
    let mut skipped = vec![false; ops.len()];
    for (index, op) in ops.iter().enumerate().rev() {
        if let Op::Uniform(stream) = *op {
            if running.len() <= stream as usize {
                running.resize(stream as usize + 1, false);
            }
            let later = &mut running[stream as usize];
            skipped[index] = !needed[index] && *later;
            *later |= needed[index];
        }
        if needed[index] || op.hands_out() {
            needed[index] = true;
            op.operands(inversions, |operand| needed[operand as usize] = true);
        }
    }
    let mut place = vec![u32::MAX; ops.len()];
    let mut kept = Vec::new();
    for (index, op) in ops.into_iter().enumerate() {
        if needed[index] {
            place[index] = kept.len() as u32;
            kept.push(op.with_operands(inversions, |operand| place[operand as usize]));
        } else if let (true, Op::Uniform(stream)) = (skipped[index], op) {
            kept.push(Op::Skip(stream));
        }
    }
    kept
}

/// Linear scan: a column is free again after the last operation that reads it.
///
/// An operation never writes to a column that it reads, so that the kernels need no rule about aliasing.
fn allocate(ops: &[Op], inversions: &mut [Inversion]) -> (Vec<Instruction>, usize) {
    let mut last_use = vec![0u32; ops.len()];
    for (index, op) in ops.iter().enumerate() {
        last_use[index] = index as u32;
        op.operands(inversions, |operand| last_use[operand as usize] = index as u32);
    }
    let mut column = vec![u32::MAX; ops.len()];
    let mut free = Vec::new();
    let mut columns = 0u32;
    let mut released = Vec::new();
    let mut instructions = Vec::with_capacity(ops.len());
    for (index, op) in ops.iter().enumerate() {
        let out = if op.fills() {
            free.pop().unwrap_or_else(|| {
                columns += 1;
                columns - 1
            })
        } else {
            u32::MAX
        };
        column[index] = out;
        // In the order of the operands, each once; read before renaming, which changes an inversion in place.
        released.clear();
        op.operands(inversions, |operand| {
            let own = column[operand as usize];
            if last_use[operand as usize] == index as u32 && !released.contains(&own) {
                released.push(own);
            }
        });
        instructions.push(Instruction { op: op.with_operands(inversions, |operand| column[operand as usize]), out });
        free.append(&mut released);
        if op.fills() && last_use[index] == index as u32 {
            free.push(out);
        }
    }
    (instructions, columns as usize)
}
