//! A comparison on a terminal: where the market goes, which side is ahead, what targets and ceilings make of it.

use super::apportion::apportion;
use super::rows::{error_format, format_of, main_output, paired_of, points, rows_of, same, share, short_name, side};
use crate::output::layout::{Align, Grid, INDENT, write_heading, write_paragraph, write_title};
use crate::output::number::{NumberFormat, grouped, percent};
use crate::output::summary::{in_period, is_growth, write_difference_fan};
use crate::results::comparison::{Compared, Comparison, Measure, WhyRow};
use crate::results::{Band, Results};
use crate::stats::{Estimate, Share, Statistic, se, value};
use std::io::{self, Write};

/// Steps that are shown of a long horizon: the last ones.
const STEPS: usize = 30;
/// Other outputs, targets and changes that are shown.
const ROWS: usize = 30;
/// Statistics of `why` side by side.
const STATISTICS: usize = 4;

/// Writes every comparison. The text carries styles; `width` is in columns.
///
/// # Errors
///
/// What `out` returns.
pub fn write_comparison_summary(out: &mut dyn Write, compared: &Compared, width: usize) -> io::Result<()> {
    for (index, comparison) in compared.comparisons.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        write_comparison(out, compared, comparison, width)?;
    }
    if !compared.comparisons.is_empty() {
        writeln!(out)?;
        let text = "Both sides see the same draws wherever they share an input. \"b - a\" is a distribution over paths; the \
                    move of a statistic is that of b less that of a, with its paired standard error.";
        write_paragraph(out, text, width, 0)?;
    }
    Ok(())
}

fn write_comparison(out: &mut dyn Write, compared: &Compared, comparison: &Comparison, width: usize) -> io::Result<()> {
    let run_of = |name: &str| compared.runs.iter().find(|run| run.scenario == name);
    let (Some(a), Some(b)) = (run_of(&comparison.a), run_of(&comparison.b)) else { return Ok(()) };
    write_title(out, &format!("{} (b) against {} (a)", comparison.b, comparison.a), width)?;
    let line = format!("{} paths, seed {}, the same random numbers", grouped(a.run.paths), a.run.seed);
    write_paragraph(out, &line, width, 0)?;
    let main = main_output(comparison);
    if let Some(main) = main {
        write_main(out, (a, b), comparison, main, width)?;
    }
    write_targets(out, comparison, width)?;
    write_constraints(out, comparison, width)?;
    write_others(out, (a, b), comparison, main, width)?;
    write_dominance(out, comparison, width)?;
    write_why(out, comparison, width)?;
    if !comparison.warnings.is_empty() {
        write_heading(out, "warnings")?;
        for warning in &comparison.warnings {
            write_paragraph(out, &format!("{}: {}", warning.code, warning.text), width, INDENT)?;
        }
    }
    Ok(())
}

/// The level nearest to the median, and the outermost two.
fn shown_levels(percentiles: &[f64]) -> (usize, usize, usize) {
    let distance = |level: &f64| (level - 50.0).abs();
    let index = |chosen: Option<(usize, &f64)>| chosen.map_or(0, |(index, _)| index);
    let levels = || percentiles.iter().enumerate();
    (
        index(levels().min_by(|a, b| a.1.total_cmp(b.1))),
        index(levels().min_by(|a, b| distance(a.1).total_cmp(&distance(b.1)))),
        index(levels().max_by(|a, b| a.1.total_cmp(b.1))),
    )
}

fn write_main(
    out: &mut dyn Write,
    (a, b): (&Results, &Results),
    comparison: &Comparison,
    output: &str,
    width: usize,
) -> io::Result<()> {
    let differences: Vec<&Band> = rows_of(comparison, output, Measure::Difference).collect();
    let Some(last) = differences.last() else { return Ok(()) };
    let (low, middle, high) = shown_levels(&a.percentiles);
    let label = |level: usize| format!("P{}", a.percentiles[level]);
    let unit = last.unit.as_ref().map_or_else(String::new, |unit| format!(", {unit}"));
    write_heading(out, &format!("{output}{unit}"))?;

    let shown = &differences[differences.len().saturating_sub(STEPS)..];
    let shift = |band: &Band| {
        rows_of(comparison, output, Measure::Shift).find(|row| row.subject.when.step == band.subject.when.step)
    };
    let format = format_of(last, [side(a, last, middle), side(b, last, middle)]);
    let errors = shown.iter().filter_map(|band| shift(band)?.quantile_se(middle));
    let error = error_format(last, errors);
    let mut columns = vec![("period".to_owned(), Align::Left)];
    columns.extend(
        [format!("{} a", label(middle)), format!("{} b", label(middle)), "move".into(), "se".into()].map(right),
    );
    columns.extend([low, middle, high].map(|level| right(format!("b - a {}", label(level)))));
    columns.push(right("b below a".into()));
    let mut grid = Grid::new(&columns);
    for band in shown {
        let mut cells = vec![band.subject.when.period.clone()];
        cells.extend([side(a, band, middle), side(b, band, middle)].map(|value| format.format_or_dash(value)));
        let shift = shift(band);
        cells.push(format.format_or_dash(shift.and_then(|shift| shift.quantile(middle))));
        cells.push(error.format_or_dash(shift.and_then(|shift| shift.quantile_se(middle))));
        cells.extend([low, middle, high].map(|level| format.format_or_dash(band.quantile(level))));
        cells.push(
            paired_of(comparison, band).and_then(|row| row.below.probability()).map_or_else(|| "-".into(), share),
        );
        grid.row(cells);
    }
    grid.write(out, width)?;
    write_difference_fan(out, &a.percentiles, shown, width)?;
    if shown.len() < differences.len() {
        let text = format!("The last {} of {} steps; --format csv has all.", shown.len(), differences.len());
        write_paragraph(out, &text, width, INDENT)?;
    }
    if let Some(ratio) = rows_of(comparison, output, Measure::Ratio).next_back() {
        let values: Vec<String> = [low, middle, high]
            .iter()
            .map(|&level| {
                format!("{} {}", label(level), ratio.quantile(level).map_or("-".into(), |x| format!("{x:.4}")))
            })
            .collect();
        write_paragraph(
            out,
            &format!("b / a {}: {}", in_period(&ratio.subject.when), values.join(", ")),
            width,
            INDENT,
        )?;
    }
    let parting = comparison.partings.iter().find(|row| row.subject.is_same_series(&last.subject));
    if let Some(row) = parting {
        let text = match row.parted {
            true => format!("The medians part {}.", in_period(&row.subject.when)),
            false => "The medians do not part: in no step do they differ by three standard errors.".to_owned(),
        };
        write_paragraph(out, &text, width, INDENT)?;
    }
    let reduction = paired_of(comparison, last).and_then(|row| row.variance_reduction);
    if let Some(times) = reduction {
        let text = format!(
            "Pairing: independent runs would need {} times the paths for the same error of the mean difference {}.",
            NumberFormat::error([times]).format(times),
            in_period(&last.subject.when)
        );
        write_paragraph(out, &text, width, INDENT)?;
    }
    Ok(())
}

fn write_targets(out: &mut dyn Write, comparison: &Comparison, width: usize) -> io::Result<()> {
    if comparison.targets.is_empty() {
        return Ok(());
    }
    write_heading(out, "targets")?;
    let mut grid =
        Grid::new(&[left("target"), right("a".into()), right("b".into()), right("b - a".into()), right("se".into())]);
    for row in &comparison.targets {
        grid.row(share_cells(row.target.clone(), [row.a, row.b], row.difference));
    }
    grid.write(out, width)
}

/// Shares, their difference in percentage points, its error.
fn share_cells(name: String, [a, b]: [Share; 2], difference: Option<Estimate>) -> Vec<String> {
    let dash = || "-".to_owned();
    vec![
        name,
        a.probability().map_or_else(dash, percent),
        b.probability().map_or_else(dash, percent),
        value(&difference).map_or_else(dash, points),
        se(&difference).map_or_else(dash, |se| format!("{:.2}", se * 100.0)),
    ]
}

fn write_constraints(out: &mut dyn Write, comparison: &Comparison, width: usize) -> io::Result<()> {
    let Some(last) = comparison.constraints.iter().map(|row| row.when.step).max() else { return Ok(()) };
    let rows: Vec<_> = comparison.constraints.iter().filter(|row| row.when.step == last).collect();
    write_heading(out, &format!("share of paths on which each ceiling binds {}", in_period(&rows[0].when)))?;
    let mut grid =
        Grid::new(&[left("ceiling"), right("a".into()), right("b".into()), right("b - a".into()), right("se".into())]);
    for row in rows {
        grid.row(share_cells(row.constraint.clone(), [row.a, row.b], row.difference));
    }
    grid.write(out, width)
}

fn write_others(
    out: &mut dyn Write,
    (a, b): (&Results, &Results),
    comparison: &Comparison,
    main: Option<&str>,
    width: usize,
) -> io::Result<()> {
    let shifts: Vec<&Band> =
        comparison.bands.iter().filter(|row| row.measure == Measure::Shift).map(|row| &row.band).collect();
    let others: Vec<&Band> = shifts
        .chunk_by(|a, b| same(a, b))
        .filter_map(|rows| rows.last().copied())
        .filter(|band| !(band.subject.segment.is_none() && Some(band.subject.output.as_str()) == main))
        .collect();
    if others.is_empty() {
        return Ok(());
    }
    let (_, middle, _) = shown_levels(&a.percentiles);
    let label = format!("P{}", a.percentiles[middle]);
    write_heading(out, &format!("other outputs in the last step, {label}"))?;
    let mut grid = Grid::new(&[
        left("output"),
        left("unit"),
        right("a".into()),
        right("b".into()),
        right("move".into()),
        right("se".into()),
    ]);
    for band in others.iter().take(ROWS) {
        let values = [side(a, band, middle), side(b, band, middle), band.quantile(middle)];
        let format = format_of(band, [values[0], values[1]]);
        let error = error_format(band, band.quantile_se(middle));
        let mut cells = vec![band.subject.name(), band.unit.clone().unwrap_or_default()];
        cells.extend(values.map(|value| format.format_or_dash(value)));
        cells.push(error.format_or_dash(band.quantile_se(middle)));
        grid.row(cells);
    }
    grid.write(out, width)?;
    if others.len() > ROWS {
        let text = format!("{ROWS} of {} outputs; --format csv has all.", others.len());
        write_paragraph(out, &text, width, INDENT)?;
    }
    Ok(())
}

fn write_dominance(out: &mut dyn Write, comparison: &Comparison, width: usize) -> io::Result<()> {
    if comparison.dominance.is_empty() {
        return Ok(());
    }
    write_heading(out, "stochastic dominance in the last step, larger is better")?;
    let mut grid = Grid::new(&[left("output"), left("first order"), left("second order")]);
    for rows in comparison.dominance.chunk_by(|a, b| a.subject.output == b.subject.output) {
        let verdict = |order: u8| rows.iter().find(|row| row.order == order).map_or("-", |row| row.verdict.name());
        grid.row([rows[0].subject.output.clone(), verdict(1).to_owned(), verdict(2).to_owned()]);
    }
    grid.write(out, width)
}

fn write_why(out: &mut dyn Write, comparison: &Comparison, width: usize) -> io::Result<()> {
    for rows in comparison.why.chunk_by(|a, b| {
        a.of == b.of && (a.statistic == Statistic::Probability) == (b.statistic == Statistic::Probability)
    }) {
        let first = &rows[0];
        let statistics: Vec<&[WhyRow]> = rows.chunk_by(|a, b| a.statistic == b.statistic).take(STATISTICS).collect();
        if rows.iter().all(|row| value(&row.effect) == Some(0.0)) {
            continue;
        }
        let is_share = first.statistic == Statistic::Probability || is_growth(&first.of, first.unit.as_deref());
        let unit = match &first.unit {
            _ if is_share => ", percentage points".to_owned(),
            Some(unit) => format!(", {unit}"),
            None => String::new(),
        };
        write_heading(out, &format!("why {} moves {}{unit}", first.of, in_period(&first.when)))?;
        let scale = if is_share { 100.0 } else { 1.0 };
        let mut columns = vec![left("change")];
        for rows in &statistics {
            columns.push(right(rows[0].statistic.label()));
        }
        let detailed = statistics.iter().find(|rows| rows[0].statistic == Statistic::MEDIAN).unwrap_or(&statistics[0]);
        let of = detailed[0].statistic.label();
        columns.extend([format!("{of} se"), format!("{of} first"), format!("{of} last")].map(right));
        let mut grid = Grid::new(&columns);
        let decimals = if is_share { 2 } else { decimals(rows) };
        let shown: Vec<(Vec<f64>, f64)> = statistics
            .iter()
            .map(|rows| {
                let parts: Vec<f64> = rows
                    .iter()
                    .filter(|row| row.input.is_some())
                    .map(|row| scale * value(&row.effect).unwrap_or(0.0))
                    .collect();
                let total = rows.iter().find(|row| row.input.is_none()).and_then(|row| value(&row.effect));
                apportion(&parts, scale * total.unwrap_or(0.0), decimals)
            })
            .collect();
        let text = |value: f64| {
            let text = format!("{value:.decimals$}");
            if text.trim_start_matches(['-', '0', '.']).is_empty() {
                text.trim_start_matches('-').to_owned()
            } else {
                text
            }
        };
        let free = |value: Option<f64>| value.map_or_else(|| "-".into(), |value| text(scale * value));
        for (index, row) in detailed.iter().enumerate() {
            let name = row.input.as_deref().map_or("all together", |input| short_name(input, detailed));
            let mut cells = vec![name.to_owned()];
            cells.extend(shown.iter().map(|(parts, total)| text(*parts.get(index).unwrap_or(total))));
            cells.extend([free(se(&row.effect)), free(row.first), free(row.last)]);
            grid.row(cells);
        }
        grid.write(out, width)?;
        if let Some(sampling) =
            detailed.iter().filter_map(|row| row.sampling_se).reduce(f64::max).filter(|&se| se > 0.0)
        {
            let text = format!(
                "Orders were sampled: the parts of {of} have a standard error of up to {} by that.",
                NumberFormat::error([scale * sampling]).format(scale * sampling)
            );
            write_paragraph(out, &text, width, INDENT)?;
        }
    }
    if !comparison.why.is_empty() {
        let text = "The parts are averages over all orders in which the changes can be made (Shapley) and add up; first is \
                    the effect of a change made alone, last after all others: where they differ, changes interact.";
        write_paragraph(out, text, width, INDENT)?;
    }
    Ok(())
}

/// Decimals that give the largest effect four digits.
fn decimals(rows: &[WhyRow]) -> usize {
    let largest = rows.iter().filter_map(|row| value(&row.effect)).map(f64::abs).fold(0.0, f64::max);
    let mut decimals = 0;
    let mut size = largest;
    while size > 0.0 && size < 1000.0 && decimals < 8 {
        size *= 10.0;
        decimals += 1;
    }
    decimals
}

fn left(name: &str) -> (String, Align) {
    (name.to_owned(), Align::Left)
}

fn right(name: String) -> (String, Align) {
    (name, Align::Right)
}
