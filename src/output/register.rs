//! The assumption register in every format.

use super::layout::{Align, Grid, write_heading, write_paragraph, write_title};
use super::table::{Cell, Column, Columns, DataType, Table, Unit};
use crate::analysis::assumptions::{Assumption, Coverage, Register};
use crate::describe::definition;
use crate::model::StepLength;
use serde_json::json;
use std::io::{self, Write};
use std::slice;

/// Room that names get in any case; longer ones may break.
const NAME: usize = 26;

/// The tables of a register: how well it is founded, and its assumptions.
pub fn register_tables() -> [Table<Register>; 2] {
    let coverage = Table::of("coverage", slice::from_ref, coverage_columns()).inline();
    let assumptions = Table::of("assumptions", |register: &Register| &register.assumptions, assumption_columns());
    [coverage, assumptions].map(|table| {
        table.labelled(Columns::new().text("scenario", "name of the scenario", |register| &register.scenario))
    })
}

fn coverage_columns() -> Columns<Register> {
    let by_confidence = Column::new("by_confidence", DataType::Data, None, "inputs by confidence");
    Columns::new()
        .integer("inputs", None, "number of inputs", |register: &Register| register.coverage().inputs as u64)
        .integer("without_source", None, "inputs without a source", |register| {
            register.coverage().without_source as u64
        })
        .integer("structure", None, "events, stocks and formulas", |register| register.coverage().structure as u64)
        .column(by_confidence, |register| {
            let counts = register.coverage().by_confidence.into_iter();
            let count = |(confidence, inputs)| json!({ "confidence": confidence, "inputs": inputs });
            Cell::Data(counts.map(count).collect())
        })
}

fn assumption_columns() -> Columns<Assumption> {
    let set_in = Column::new(
        "set_in",
        DataType::Text,
        None,
        "files that its numbers stand in, ancestors first; `--set`, or `calibration` for solved numbers",
    );
    Columns::new()
        .text("section", "section of the file", |row: &Assumption| row.section())
        .text("name", "the quantity and, inside it, the parameter", |row| &row.name)
        .text("kind", "kind of the input or of the structure", |row| row.kind.name())
        .text("value", "the value in words", |row| &row.value)
        .number("number", Some(Unit::OfRow), "the value, where it is one number", |row| row.number)
        .text_or_null("unit", "unit of the value", |row| row.unit.as_deref())
        .number("persistence", None, "persistence of the shocks from step to step", |row| {
            Some(row.over_time?.persistence)
        })
        .number("permanent", Some(Unit::Fraction), "share of their variance that is drawn once a path", |row| {
            Some(row.over_time?.permanent)
        })
        .text_or_null("source", "source; absent is an assumption without one", |row| row.source.as_deref())
        .text_or_null("confidence", "how sure the source is", |row| row.confidence.as_deref())
        .text_or_null("calibrated", "statistic that it was solved for", |row| row.calibrated.as_deref())
        .column(set_in.or_null(), |row| match &row.set_in[..] {
            [] => Cell::Absent,
            places => Cell::Text(places.join(", ").into()),
        })
        .text("pointer", "JSON pointer into the resolved scenario", |row| &row.pointer)
        .text_or_null("note", "note", |row| row.note.as_deref())
}

/// Writes a register for reading, within `width` columns.
///
/// # Errors
///
/// What `out` returns.
pub fn write_register(out: &mut dyn Write, register: &Register, width: usize) -> io::Result<()> {
    write_title(out, &format!("assumptions of {}", register.scenario), width)?;
    let usual = usual_place(register);
    if let Some(place) = &usual {
        write_paragraph(out, &format!("set in {place}, unless the value says otherwise"), width, 0)?;
    }
    for section in register.assumptions.chunk_by(|a, b| a.section() == b.section()) {
        write_heading(out, section[0].section())?;
        write_section(out, section, usual.as_deref(), register.step, width)?;
    }
    writeln!(out)?;
    write_paragraph(out, &coverage(&register.coverage()), width, 0)
}

/// The place of most rows; on a tie, of the one that comes first.
fn usual_place(register: &Register) -> Option<String> {
    let places: Vec<String> = register.assumptions.iter().map(|row| row.set_in.join(", ")).collect();
    let count = |place: &String| places.iter().filter(|other| *other == place).count();
    places.iter().rev().filter(|place| !place.is_empty()).max_by_key(|place| count(place)).cloned()
}

fn write_section(
    out: &mut dyn Write,
    rows: &[Assumption],
    usual: Option<&str>,
    step: StepLength,
    width: usize,
) -> io::Result<()> {
    let columns = ["name", "value", "source", "confidence"].map(|name| (name.to_owned(), Align::Left));
    let mut grid = Grid::new(&columns);
    let longest = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
    grid.break_names(longest.min(NAME));
    let mut above: Option<&Assumption> = None;
    for row in rows {
        let source = match above.filter(|above| row.source.is_some() && above.source == row.source) {
            Some(_) => "same".into(),
            None => paper(row, row.source.as_ref(), "no source"),
        };
        grid.row([row.name.clone(), value(row, usual, step), source, paper(row, row.confidence.as_ref(), "none")]);
        above = Some(row);
    }
    grid.write(out, width)
}

/// A paper of a row; what is only a formula of other rows needs none.
fn paper(row: &Assumption, text: Option<&String>, missing: &str) -> String {
    let missing = if row.kind.is_input() { missing } else { "-" };
    text.map_or_else(|| missing.to_owned(), String::clone)
}

/// The value with everything that belongs to it, and where it is set if that is unusual.
fn value(row: &Assumption, usual: Option<&str>, step: StepLength) -> String {
    let mut text = row.value.clone();
    if let Some(over_time) = row.over_time {
        text.push_str(&format!("; {}", definition::over_time(over_time, step)));
    }
    if let Some(unit) = &row.unit {
        text.push_str(&format!(" ({unit})"));
    }
    if let Some(statistic) = &row.calibrated {
        return format!("calibrated to the {statistic}: {text}");
    }
    let place = row.set_in.join(", ");
    if !place.is_empty() && usual != Some(&place) {
        text.push_str(&format!("; set in {place}"));
    }
    text
}

/// `98 inputs: 90 assumption, 5 report figure, 3 without confidence; 2 without source; 31 events, stocks and formulas`
fn coverage(coverage: &Coverage) -> String {
    let Coverage { inputs, by_confidence, without_source, structure } = coverage;
    let by_confidence: Vec<String> = by_confidence
        .iter()
        .map(|(confidence, count)| format!("{count} {}", confidence.as_deref().unwrap_or("without confidence")))
        .collect();
    let s = if *inputs == 1 { "" } else { "s" };
    let counts = if by_confidence.is_empty() { String::new() } else { format!(": {}", by_confidence.join(", ")) };
    format!(
        "{inputs} input{s}{counts}; {without_source} without source. {structure} events, stocks and formulas say how they \
         hang together."
    )
}
