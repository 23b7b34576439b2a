//! The explanation on a terminal.

use super::input::{InputRow, QuantileRow};
use super::{Explanation, HorizonRow, Papers, VariableRow};
use crate::describe::definition::{digits, is_parameter, number};
use crate::output::layout::{Align, Grid, INDENT, write_heading, write_paragraph, write_title};
use crate::output::percent;
use serde_json::Value;
use std::io::{self, Write};

/// Writes an explanation within the width.
pub fn write_text(out: &mut dyn Write, explanation: &Explanation, width: usize) -> io::Result<()> {
    write_title(out, explanation.title.as_deref().unwrap_or(&explanation.scenario), width)?;
    write_paragraph(out, &explanation.lineage.join(" > "), width, 0)?;
    if let Some(description) = &explanation.description {
        writeln!(out)?;
        write_paragraph(out, description, width, 0)?;
    }
    writeln!(out)?;
    write_paragraph(out, &horizon(&explanation.horizon), width, 0)?;
    write_paragraph(out, &format!("content hash {}", explanation.content_hash), width, 0)?;
    write_market(out, explanation, width)?;
    write_inputs(out, explanation, width)?;
    write_correlations(out, explanation, width)?;
    write_variables(out, explanation, width)?;
    write_outputs(out, explanation, width)?;
    write_calibration(out, explanation, width)
}

fn horizon(horizon: &HorizonRow) -> String {
    let HorizonRow { first, last, steps, step } = horizon;
    match *step {
        "static" => "static: one evaluation, no time".into(),
        "counted" => format!("{steps} counted steps"),
        "year" => format!("{first} to {last}, {steps} yearly steps"),
        step => format!("{first} to {last}, {steps} steps of a {step}"),
    }
}

fn write_market(out: &mut dyn Write, explanation: &Explanation, width: usize) -> io::Result<()> {
    let Some(market) = &explanation.market else { return Ok(()) };
    write_heading(out, "market")?;
    let mut line = match &market.constraints[..] {
        [] => "what is wanted".to_owned(),
        names => format!("the smallest of what is wanted and {}", names.join(", ")),
    };
    if let Some(unit) = &market.unit {
        line.push_str(&format!("; in {unit}"));
    }
    write_paragraph(out, &line, width, INDENT)?;
    if let Some(baseline) = &market.baseline {
        let values: Vec<String> =
            baseline.iter().map(|(period, value)| format!("{} in {period}", number(*value))).collect();
        write_paragraph(out, &format!("published path: {}", values.join(", ")), width, INDENT)?;
    }
    Ok(())
}

fn write_inputs(out: &mut dyn Write, explanation: &Explanation, width: usize) -> io::Result<()> {
    write_heading(out, &format!("random inputs ({})", explanation.inputs.len()))?;
    for input in &explanation.inputs {
        write_paragraph(out, &heading(&input.name, &input.papers), width, INDENT)?;
        let indent = 2 * INDENT;
        write_paragraph(out, &input.definition, width, indent)?;
        write_paragraph(out, &over_time(input), width, indent)?;
        if let Some(inverted) = input.inverted {
            write_paragraph(out, inverted, width, indent)?;
        }
        for row in &input.quantiles {
            let period = row.period.as_ref().map_or_else(String::new, |period| format!(" in {period}"));
            write_paragraph(out, &format!("{}{period}", quantiles(row)), width, indent)?;
        }
        write_papers(out, &input.papers, width, indent)?;
    }
    Ok(())
}

/// Levels with their values. What is nothing beside the largest of them is what rounding left of 0.
fn quantiles(row: &QuantileRow) -> String {
    const NOTHING: f64 = 1e-12;
    let numbers = row.values.values().filter_map(Value::as_f64);
    let largest = numbers.map(f64::abs).fold(0.0, f64::max);
    let text = |value: f64| if value.abs() < NOTHING * largest { "0".to_owned() } else { digits(value, 4) };
    let level = |(level, value): (&String, &Value)| {
        let value = value.as_f64().map_or_else(|| "-".to_owned(), text);
        format!("{} {value}", level.to_uppercase().replace('_', "."))
    };
    row.values.iter().map(level).collect::<Vec<_>>().join(", ")
}

fn over_time(input: &InputRow) -> String {
    match (input.persistence, input.permanent) {
        (_, 1.0) => "constant: one draw a path".into(),
        (0.0, 0.0) => "fresh: a new draw every step".into(),
        _ => input.over_time.clone(),
    }
}

fn write_correlations(out: &mut dyn Write, explanation: &Explanation, width: usize) -> io::Result<()> {
    if explanation.correlations.is_empty() {
        return Ok(());
    }
    write_heading(out, "correlations")?;
    let mut grid = Grid::new(&[
        ("a".into(), Align::Left),
        ("b".into(), Align::Left),
        ("normal score".into(), Align::Right),
        ("within a step".into(), Align::Right),
        ("rank within a step".into(), Align::Right),
    ]);
    for row in &explanation.correlations {
        let numbers = [row.normal_score, row.same_step, row.same_step_rank].map(|value| format!("{value:.3}"));
        grid.row([row.a.clone(), row.b.clone()].into_iter().chain(numbers));
    }
    grid.write(out, width)
}

/// What is not random itself. Not shown are plain parameters, which stand where they are used, targets, and parts of
/// formulas, whose name is their formula.
fn write_variables(out: &mut dyn Write, explanation: &Explanation, width: usize) -> io::Result<()> {
    let is_target = |name: &str| explanation.targets.iter().any(|target| target.target == name);
    let is_part = |name: &str| name.contains(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '_' | '.'));
    let is_shown = |variable: &&VariableRow| match variable.kind {
        "distribution" => false,
        "constant" | "by step" => !is_parameter(&variable.name),
        _ => !is_target(&variable.name) && !is_part(&variable.name),
    };
    let shown: Vec<&VariableRow> = explanation.variables.iter().filter(is_shown).collect();
    write_heading(out, &format!("quantities ({})", shown.len()))?;
    for variable in shown {
        let from = if variable.first == explanation.horizon.first {
            String::new()
        } else {
            format!(", from {}", variable.first)
        };
        write_paragraph(out, &format!("{}{from}", heading(&variable.name, &variable.papers)), width, INDENT)?;
        write_paragraph(out, &format!("= {}", variable.definition), width, 2 * INDENT)?;
        write_papers(out, &variable.papers, width, 2 * INDENT)?;
    }
    Ok(())
}

fn write_outputs(out: &mut dyn Write, explanation: &Explanation, width: usize) -> io::Result<()> {
    write_heading(out, "outputs")?;
    let name = |row: &super::OutputRow| {
        let parts = [Some(&row.output), row.dimension.as_ref(), row.segment.as_ref()];
        parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(".")
    };
    let names: Vec<String> = explanation.outputs.iter().map(name).collect();
    write_paragraph(out, &names.join(", "), width, INDENT)?;
    if !explanation.targets.is_empty() {
        write_heading(out, "targets")?;
    }
    for target in &explanation.targets {
        write_paragraph(out, &format!("{}: {}", target.target, target.condition), width, INDENT)?;
    }
    if !explanation.references.is_empty() {
        write_heading(out, "references")?;
    }
    for reference in &explanation.references {
        let values = reference.values.iter().map(|(period, value)| format!("{} in {period}", number(*value)));
        let growth = reference.growth.map(|rate| format!("growth {} a year", percent(rate)));
        let told: Vec<String> = values.chain(growth).collect();
        let title = reference.title.as_ref().unwrap_or(&reference.reference);
        let source = reference.source.as_ref().map_or_else(String::new, |source| format!(" ({source})"));
        let line = format!("{title} of {}: {}{source}", reference.of, told.join(", "));
        write_paragraph(out, &line, width, INDENT)?;
    }
    Ok(())
}

fn write_calibration(out: &mut dyn Write, explanation: &Explanation, width: usize) -> io::Result<()> {
    let Some(calibration) = &explanation.calibration else { return Ok(()) };
    write_heading(out, "calibration")?;
    let whose = if calibration.own { "here" } else { "in a scenario that this one extends" };
    let values: Vec<String> =
        calibration.values.iter().map(|(period, value)| format!("{} in {period}", number(*value))).collect();
    let line = format!(
        "`{}` solved {whose} so that the {} is the published path: {}",
        calibration.parameter,
        calibration.statistic,
        values.join(", ")
    );
    write_paragraph(out, &line.replace(" in all", ""), width, INDENT)
}

/// The name that formulas use, the title that results show in its place, and the unit.
fn heading(name: &str, papers: &Papers) -> String {
    let title = papers.title.as_ref().map_or_else(String::new, |title| format!(": {title}"));
    let unit = papers.unit.as_ref().map_or_else(String::new, |unit| format!(" ({unit})"));
    format!("{name}{title}{unit}")
}

fn write_papers(out: &mut dyn Write, papers: &Papers, width: usize, indent: usize) -> io::Result<()> {
    let named = [("source", &papers.source), ("confidence", &papers.confidence), ("note", &papers.note)];
    for (name, text) in named {
        if let Some(text) = text {
            write_paragraph(out, &format!("{name}: {text}"), width, indent)?;
        }
    }
    Ok(())
}
