//! The compiled program on a terminal: what it keeps, what its operations cost, and the operations themselves.

use crate::diagnostic::escape;
use crate::engine::{self, RunOptions, Runner};
use crate::output::layout::{Align, Grid, INDENT, write_heading, write_paragraph};
use crate::program::Program;
use crate::rng::Component;
use crate::study::Study;
use std::io::{self, Write};

/// Writes the program of a default run of `study` within the width. The costs are measured here and now, so they differ
/// from one time to the next.
pub fn write_program(out: &mut dyn Write, study: &Study, width: usize) -> io::Result<()> {
    write_heading(out, "program")?;
    let options = RunOptions::default();
    let program = match engine::program(&study.model, &options) {
        Ok(program) => program,
        Err(refusal) => return write_paragraph(out, &refusal.to_string(), width, INDENT),
    };
    let Program {
        instructions,
        columns,
        streams,
        dimensions: _,
        piecewise,
        splines,
        steps,
        quantiles,
        inversions,
        rows,
    } = &program;
    let sizes = format!(
        "{} operations on {columns} columns; {} random streams, {} tables, {} laws inverted on every path; {} of {} rows \
         recorded, the others are constant",
        instructions.len(),
        streams.len(),
        piecewise.len() + splines.len() + steps.len() + quantiles.len(),
        inversions.len(),
        program.recorded(),
        rows.len(),
    );
    write_paragraph(out, &sizes, width, INDENT)?;

    let runner = Runner::new(&program, options.seed);
    let costs = program.costs(&mut runner.workspace());
    let total: f64 = costs.iter().map(|cost| cost.nanoseconds).sum();
    let note = format!(
        "cost of the operations, statistics left out: about {total:.1} ns a path on one thread of this machine ({})",
        runner.level().name()
    );
    write_paragraph(out, &note, width, INDENT)?;
    writeln!(out)?;
    let mut grid = Grid::new(&[
        ("operation".into(), Align::Left),
        ("count".into(), Align::Right),
        ("ns a path".into(), Align::Right),
        ("share".into(), Align::Right),
    ]);
    for cost in &costs {
        let share = if total > 0.0 { format!("{:.1} %", 100.0 * cost.nanoseconds / total) } else { String::new() };
        grid.row(vec![cost.op.to_owned(), cost.count.to_string(), format!("{:.2}", cost.nanoseconds), share]);
    }
    grid.write(out, width)?;

    writeln!(out)?;
    for (index, stream) in streams.iter().enumerate() {
        let kind = match stream.component {
            Component::Permanent => "one draw a path",
            Component::Fresh => "a draw every step",
        };
        writeln!(out, "{:INDENT$}stream {index} = {}: {kind}", "", escape(&stream.input))?;
    }
    for instruction in instructions {
        writeln!(out, "{:INDENT$}{instruction}", "")?;
    }
    Ok(())
}
