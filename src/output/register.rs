//! The assumption register in every format.

use super::csv::write_rows;
use super::json::{Failed, Row, SafeJson, write_list};
use super::layout::{Align, Grid, write_heading, write_paragraph, write_title};
use super::table::{Cell, Column, Kind, column, number, text, word};
use crate::analysis::assumptions::{Assumption, Coverage, Register};
use crate::describe::definition;
use serde::Serialize;
use std::io::{self, Write};

/// Room that names get in any case; longer ones may break.
const NAME: usize = 26;

/// The columns of the register, the same in every format for programs.
fn columns() -> Vec<Column> {
    let names = [
        ("scenario", Kind::Text),
        ("section", Kind::Text),
        ("name", Kind::Text),
        ("kind", Kind::Text),
        ("value", Kind::Text),
        ("number", Kind::Number),
        ("unit", Kind::Text),
        ("persistence", Kind::Number),
        ("permanent", Kind::Number),
        ("source", Kind::Text),
        ("confidence", Kind::Text),
        ("calibrated", Kind::Text),
        ("set_in", Kind::Text),
        ("pointer", Kind::Text),
        ("note", Kind::Text),
    ];
    names.into_iter().map(|(name, kind)| column(name, kind)).collect()
}

fn cells<'a>(scenario: &'a str, row: &'a Assumption, set_in: &'a str) -> Vec<Cell<'a>> {
    vec![
        word(scenario),
        word(row.section()),
        word(&row.name),
        word(row.kind.name()),
        word(&row.value),
        number(row.number),
        text(row.unit.as_deref()),
        number(row.over_time.map(|over_time| over_time.persistence)),
        number(row.over_time.map(|over_time| over_time.permanent)),
        text(row.source.as_deref()),
        text(row.confidence.as_deref()),
        text(row.calibrated.as_deref()),
        text(Some(set_in).filter(|names| !names.is_empty())),
        word(&row.pointer),
        text(row.note.as_deref()),
    ]
}

/// The texts of every row as one cell.
fn places(register: &Register) -> Vec<String> {
    register.assumptions.iter().map(|row| row.set_in.join(", ")).collect()
}

/// Writes all registers as one CSV table.
///
/// # Errors
///
/// What `out` returns.
pub fn write_register_csv(out: &mut dyn Write, registers: &[Register]) -> io::Result<()> {
    let places: Vec<Vec<String>> = registers.iter().map(places).collect();
    let rows = registers.iter().zip(&places).flat_map(|(register, places)| {
        let rows = register.assumptions.iter().zip(places);
        rows.map(|(row, place)| cells(&register.scenario, row, place))
    });
    write_rows(out, &columns(), rows)
}

/// Writes `{"riskband": version, "scenarios": [...], "failed": [...]}`; a scenario has its counts and its rows.
///
/// # Errors
///
/// What `out` returns.
pub fn write_register_json<R: Serialize>(
    out: &mut dyn Write,
    registers: &[Register],
    failed: &[Failed<R>],
) -> io::Result<()> {
    let columns = columns();
    write!(out, "{{\n\"riskband\": {},\n\"scenarios\": [", SafeJson(env!("CARGO_PKG_VERSION")))?;
    for (index, register) in registers.iter().enumerate() {
        let Coverage { inputs, by_confidence, without_source, structure } = register.coverage();
        let by_confidence: Vec<_> = by_confidence
            .iter()
            .map(|(confidence, inputs)| serde_json::json!({ "confidence": confidence, "inputs": inputs }))
            .collect();
        write!(out, "{}\n{{\n\"scenario\": {},\n", if index > 0 { "," } else { "" }, SafeJson(&register.scenario))?;
        writeln!(out, "\"inputs\": {inputs},\n\"without_source\": {without_source},\n\"structure\": {structure},")?;
        write!(out, "\"by_confidence\": {},\n\"assumptions\": ", SafeJson(by_confidence))?;
        let places = places(register);
        let rows = register.assumptions.iter().zip(&places);
        write_list(
            out,
            rows.map(|(row, place)| Row { columns: &columns, cells: cells(&register.scenario, row, place) }),
        )?;
        out.write_all(b"\n}")?;
    }
    out.write_all(b"],\n\"failed\": ")?;
    write_list(out, failed.iter())?;
    out.write_all(b"\n}\n")
}

/// Writes registers for reading, within `width` columns.
///
/// # Errors
///
/// What `out` returns.
pub fn write_register(out: &mut dyn Write, registers: &[Register], width: usize) -> io::Result<()> {
    for (index, register) in registers.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        write_title(out, &format!("assumptions of {}", register.scenario), width)?;
        let usual = usual_place(register);
        if let Some(place) = &usual {
            write_paragraph(out, &format!("set in {place}, unless the value says otherwise"), width, 0)?;
        }
        for section in register.assumptions.chunk_by(|a, b| a.section() == b.section()) {
            write_heading(out, section[0].section())?;
            write_section(out, section, usual.as_deref(), width)?;
        }
        writeln!(out)?;
        write_paragraph(out, &coverage(&register.coverage()), width, 0)?;
    }
    Ok(())
}

/// The place of most rows; on a tie, of the one that comes first.
fn usual_place(register: &Register) -> Option<String> {
    let places = places(register);
    let count = |place: &String| places.iter().filter(|other| *other == place).count();
    places.iter().rev().filter(|place| !place.is_empty()).max_by_key(|place| count(place)).cloned()
}

fn write_section(out: &mut dyn Write, rows: &[Assumption], usual: Option<&str>, width: usize) -> io::Result<()> {
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
        grid.row([row.name.clone(), value(row, usual), source, paper(row, row.confidence.as_ref(), "none")]);
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
fn value(row: &Assumption, usual: Option<&str>) -> String {
    let mut text = row.value.clone();
    if let Some(over_time) = row.over_time {
        text.push_str(&format!("; {}", definition::over_time(over_time)));
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
