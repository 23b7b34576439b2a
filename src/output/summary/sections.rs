//! Head, targets, ceilings, correlations and notes of one scenario.

use super::bands::in_period;
use crate::output::layout::{Align, GAP, Grid, INDENT, write_heading, write_paragraph, write_title};
use crate::output::number::{grouped, percent};
use crate::results::{ConstraintRow, Results};
use crate::stats::Estimate;
use std::io::{self, Write};

/// Steps that the table of ceilings shows.
const STEPS: usize = 40;

pub(super) fn write_head(out: &mut dyn Write, results: &Results, width: usize) -> io::Result<()> {
    let run = &results.run;
    write_title(out, run.title.as_deref().unwrap_or(&results.scenario), width)?;
    let paths = grouped(run.paths);
    let s = if run.paths == 1 { "" } else { "s" };
    let line = format!("{}, {paths} path{s}, seed {}, {} sampling", results.scenario, run.seed, run.sampler);
    write_paragraph(out, &line, width, 0)
}

pub(super) fn write_targets(out: &mut dyn Write, results: &Results, width: usize) -> io::Result<()> {
    if results.targets.is_empty() {
        return Ok(());
    }
    write_heading(out, "targets")?;
    let mut grid = Grid::new(&[
        ("target".into(), Align::Left),
        ("probability".into(), Align::Right),
        ("95 % interval".into(), Align::Right),
        ("condition".into(), Align::Left),
    ]);
    for row in &results.targets {
        let interval = row.share.wilson().map(|(low, high)| format!("{} to {}", percent(low), percent(high)));
        grid.row([
            row.target.clone(),
            percent_or_dash(row.share.probability()),
            interval.unwrap_or_else(|| "-".into()),
            row.condition.clone(),
        ]);
    }
    grid.write(out, width)
}

/// Ceilings by step where they fit side by side, else a line a ceiling for the last step.
pub(super) fn write_constraints(out: &mut dyn Write, results: &Results, width: usize) -> io::Result<()> {
    let mut names: Vec<&str> = Vec::new();
    for row in &results.constraints {
        if !names.contains(&row.constraint.as_str()) {
            names.push(&row.constraint);
        }
    }
    let Some(last) = results.constraints.iter().map(|row| row.when.step).max() else { return Ok(()) };
    let needed: usize = names.iter().map(|name| GAP + name.chars().count().max("100.0 %".len())).sum();
    let first = results.constraints.iter().map(|row| row.when.step).min().unwrap_or(last);
    if INDENT + "period".len() + needed + GAP + "100.0 %".len() <= width && last - first < STEPS {
        write_heading(out, "share of paths on which each ceiling binds")?;
        write_constraints_by_step(out, results, &names, width)
    } else {
        let of_last_step = || results.constraints.iter().filter(|row| row.when.step == last);
        let period = of_last_step().next().map_or_else(String::new, |row| in_period(&row.when));
        write_heading(out, &format!("ceilings {period}, share of paths"))?;
        let columns = ["ceiling", "binds", "below what is wanted"];
        let aligned = [Align::Left, Align::Right, Align::Right];
        let mut grid = Grid::new(&columns.map(String::from).into_iter().zip(aligned).collect::<Vec<_>>());
        for row in of_last_step() {
            grid.row([
                row.constraint.clone(),
                share_or_dash(row.binding.probability()),
                share_or_dash(row.short.probability()),
            ]);
        }
        grid.write(out, width)
    }
}

fn write_constraints_by_step(out: &mut dyn Write, results: &Results, names: &[&str], width: usize) -> io::Result<()> {
    let mut columns = vec![("period".to_owned(), Align::Left)];
    columns.extend(names.iter().map(|name| ((*name).to_owned(), Align::Right)));
    columns.push(("any".into(), Align::Right));
    let mut grid = Grid::new(&columns);
    let mut rows: Vec<&ConstraintRow> = results.constraints.iter().collect();
    rows.sort_by_key(|row| row.when.step);
    for step in rows.chunk_by(|a, b| a.when.step == b.when.step) {
        let share =
            |name: &&str| step.iter().find(|row| row.constraint == **name).and_then(|row| row.binding.probability());
        let mut cells = vec![step[0].when.period.clone()];
        cells.extend(names.iter().map(|name| share_or_dash(share(name))));
        cells.push(share_or_dash(step.iter().map(|row| row.binding.probability()).sum()));
        grid.row(cells);
    }
    grid.write(out, width)
}

pub(super) fn write_correlations(out: &mut dyn Write, results: &Results, width: usize) -> io::Result<()> {
    if results.correlations.is_empty() {
        return Ok(());
    }
    write_heading(out, "correlations")?;
    let mut grid = Grid::new(&[
        ("a".into(), Align::Left),
        ("b".into(), Align::Left),
        ("pearson".into(), Align::Right),
        ("spearman".into(), Align::Right),
    ]);
    let with_error = |estimate: Option<Estimate>| match estimate {
        Some(Estimate { value, se: Some(se) }) => format!("{value:.3} ± {se:.3}"),
        Some(Estimate { value, se: None }) => format!("{value:.3}"),
        None => "-".into(),
    };
    for row in &results.correlations {
        grid.row([row.a.clone(), row.b.clone(), with_error(row.pearson), with_error(row.spearman)]);
    }
    grid.write(out, width)
}

/// Calibration and warnings.
pub(super) fn write_notes(out: &mut dyn Write, results: &Results, width: usize) -> io::Result<()> {
    if let Some(calibration) = &results.run.calibration {
        let statistic = &calibration.statistic;
        let parameter = &calibration.parameter;
        let text = if calibration.own {
            let mut letters = statistic.chars();
            let capital: String = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
            format!("{capital}{} matched by calibration of `{parameter}`.", letters.as_str())
        } else {
            format!(
                "`{parameter}` is as calibrated in a scenario that this one extends (its {statistic} was matched); \
                 nothing is re-centred here."
            )
        };
        writeln!(out)?;
        write_paragraph(out, &text, width, 0)?;
    }
    if !results.warnings.is_empty() {
        write_heading(out, "warnings")?;
        for warning in &results.warnings {
            let place = if warning.pointer.is_empty() { String::new() } else { format!(" ({})", warning.pointer) };
            write_paragraph(out, &format!("{}: {}{place}", warning.code, warning.text), width, INDENT)?;
        }
    }
    Ok(())
}

pub(super) fn write_reading_notes(out: &mut dyn Write, width: usize) -> io::Result<()> {
    let text = "Percentiles are non-exceedance: on 90 % of the paths the value is at or below P90. A band over paths is \
                a risk band; Monte Carlo error is stated apart.";
    write_paragraph(out, text, width, 0)
}

/// One decimal, since such shares stand in columns.
pub(in crate::output) fn share_or_dash(value: Option<f64>) -> String {
    match value {
        None => "-".into(),
        Some(share) if share > 0.0 && share < 0.0005 => "<0.1 %".into(),
        Some(share) if (0.9995..1.0).contains(&share) => ">99.9 %".into(),
        Some(share) => format!("{:.1} %", share * 100.0),
    }
}

fn percent_or_dash(value: Option<f64>) -> String {
    value.map_or_else(|| "-".into(), percent)
}
