//! Bands on a terminal: the main output as a fan over time, the others by their last step.

use super::fan::{Against, Fans, WIDTH};
use crate::model::When;
use crate::output::digest::last_row;
use crate::output::layout::{Align, GAP, Grid, INDENT, write_heading, write_paragraph};
use crate::output::number::NumberFormat;
use crate::results::{Band, Results};
use crate::stats::{percentile_label, se, value};
use std::io::{self, Write};

/// Rows that a table shows of a long horizon, apart from the last.
const ROWS: usize = 30;
/// Other outputs that are shown.
const OTHERS: usize = 30;

/// Writes the main output by step, with its fan, its growth over the horizon and its Monte Carlo error.
pub(super) fn write_main(out: &mut dyn Write, results: &Results, rows: &[&Band], width: usize) -> io::Result<()> {
    let (first, last) = (rows[0], rows[rows.len() - 1]);
    write_heading(out, &with_unit(&last.subject.output, last.unit.as_deref()))?;
    let shown = thinned(rows);
    let format = format_of(last, shown.iter().filter_map(|band| largest(band.quantile_values())));
    let digits = |value: Option<f64>| format.format_or_dash(value);

    let cell_width = |of: &dyn Fn(&Band) -> Option<f64>| shown.iter().map(|band| digits(of(band)).len()).max();
    let number_width = (0..results.percentiles.len())
        .filter_map(|level| cell_width(&|band| band.quantile(level)))
        .chain(cell_width(&|band| value(&band.mean)))
        .fold(5, usize::max);
    let period_width = shown.iter().map(|band| band.subject.when.period.len()).fold("period".len(), usize::max);
    let room = width.saturating_sub(INDENT + period_width);
    let cell = GAP + number_width;
    let fits = room.saturating_sub(GAP + WIDTH.start()) / cell;
    let levels = chosen_levels(&results.percentiles, fits.max(3));
    let with_mean = fits > levels.len();
    let used = cell * (levels.len() + usize::from(with_mean)) + GAP;
    let fan_width = room.saturating_sub(used).min(*WIDTH.end());

    let mut columns = vec![("period".to_owned(), Align::Left)];
    columns.extend(levels.iter().map(|&level| (label(results.percentiles[level]), Align::Right)));
    if with_mean {
        columns.push(("mean".into(), Align::Right));
    }
    let baseline = if last.subject.output == "market" { &results.baseline[..] } else { &[] };
    let fans = (fan_width >= *WIDTH.start())
        .then(|| Fans::new(&results.percentiles, Against::Published(baseline), &shown))
        .flatten();
    if let Some(fans) = &fans {
        columns.push((fans.label(), Align::Left));
    }
    let mut grid = Grid::new(&columns);
    let mut drawn = String::new();
    for band in &shown {
        let mut cells = vec![band.subject.when.period.clone()];
        cells.extend(levels.iter().map(|&level| digits(band.quantile(level))));
        if with_mean {
            cells.push(digits(value(&band.mean)));
        }
        if let Some(fans) = &fans {
            let line = fans.draw(band, fan_width);
            drawn.push_str(&line);
            cells.push(line);
        }
        grid.row(cells);
    }
    grid.write(out, width)?;
    if let Some(fans) = fans.filter(|_| !drawn.is_empty()) {
        write_paragraph(out, &fans.key(&drawn), width, INDENT)?;
    }
    if shown.len() < rows.len() {
        let note = format!("{} of {} steps; --format csv has all.", shown.len(), rows.len());
        write_paragraph(out, &note, width, INDENT)?;
    }
    if let Some(cagr) = last_row(results, "cagr").filter(|_| last.subject.output == "market") {
        let title = format!("growth a year, {} to {} (cagr)", first.subject.when.period, last.subject.when.period);
        let format = format_of(cagr, largest(cagr.quantile_values()));
        write_levels(out, &title, &results.percentiles, cagr.quantile_values(), (usize::MAX, format), width)?;
    }
    let title = format!("Monte Carlo standard error {}", in_period(&last.subject.when));
    let errors = last.quantiles.iter().map(se);
    let format = NumberFormat::error(errors.clone().flatten());
    write_levels(out, &title, &results.percentiles, errors, (3, format), width)
}

/// Writes the last step of the outputs that were not shown as the main one.
pub(super) fn write_others(out: &mut dyn Write, results: &Results, main: &[&Band], width: usize) -> io::Result<()> {
    let is_main = |band: &Band| {
        main.first().is_some_and(|main| {
            main.subject.output == band.subject.output && main.subject.segment == band.subject.segment
        })
    };
    let cagr_shown = main.first().is_some_and(|band| band.subject.output == "market");
    let others: Vec<&Band> = results
        .bands
        .chunk_by(|a, b| a.subject.is_same_series(&b.subject))
        .filter_map(|rows| rows.last())
        .filter(|band| {
            !(is_main(band) || cagr_shown && band.subject.output == "cagr" && band.subject.segment.is_none())
        })
        .collect();
    let Some(longest) = others.iter().map(|band| band.subject.when.step).max() else { return Ok(()) };
    let last = others
        .iter()
        .find(|band| band.subject.when.step == longest)
        .map_or_else(String::new, |band| in_period(&band.subject.when));
    write_heading(
        out,
        &match main {
            [] if longest == 0 => "outputs".to_owned(),
            [] => format!("outputs {last}"),
            _ => format!("other outputs {last}"),
        },
    )?;

    let shown = &others[..others.len().min(OTHERS)];
    let units = shown.iter().any(|band| band.unit.is_some());
    let name_width = shown.iter().map(|band| name_of(band).chars().count()).max().unwrap_or(0);
    let room = width.saturating_sub(INDENT + name_width.min(width / 2) + if units { 10 } else { 0 });
    let levels = chosen_levels(&results.percentiles, (room / (GAP + 8)).saturating_sub(1).max(3));
    let mut columns = vec![("output".to_owned(), Align::Left)];
    if units {
        columns.push(("unit".into(), Align::Left));
    }
    columns.extend(levels.iter().map(|&level| (label(results.percentiles[level]), Align::Right)));
    columns.push(("mean".into(), Align::Right));
    let mut grid = Grid::new(&columns);
    for band in shown {
        let values = levels.iter().map(|&level| band.quantile(level)).chain([value(&band.mean)]);
        let format = format_of(band, largest(values.clone()));
        let mut cells = vec![name_of(band)];
        if units {
            cells.push(band.unit.clone().unwrap_or_default());
        }
        cells.extend(values.map(|value| format.format_or_dash(value)));
        grid.row(cells);
    }
    grid.write(out, width)?;
    if shown.len() < others.len() {
        let note = format!("{} of {} outputs; --format csv has all.", shown.len(), others.len());
        write_paragraph(out, &note, width, INDENT)?;
    }
    Ok(())
}

/// A title and values by level: `P5 14.6 %   P50 33.4 %`.
fn write_levels(
    out: &mut dyn Write,
    title: &str,
    percentiles: &[f64],
    values: impl Iterator<Item = Option<f64>>,
    (levels, format): (usize, NumberFormat),
    width: usize,
) -> io::Result<()> {
    let values: Vec<Option<f64>> = values.collect();
    let text: Vec<String> = chosen_levels(percentiles, levels)
        .into_iter()
        .map(|level| format!("{} {}", label(percentiles[level]), format.format_or_dash(values[level])))
        .collect();
    write_paragraph(out, &format!("{title}: {}", text.join(", ")), width, INDENT)
}

/// The levels to show when there is room for `count`: the median first, then the ends, the quartiles, the rest; ascending.
pub(super) fn chosen_levels(percentiles: &[f64], count: usize) -> Vec<usize> {
    let wanted = [50.0, 0.0, 100.0, 25.0, 75.0].into_iter().filter_map(|level| nearest(percentiles, level));
    let mut chosen: Vec<usize> = Vec::new();
    for level in wanted.chain(0..percentiles.len()) {
        if chosen.len() < count && !chosen.contains(&level) {
            chosen.push(level);
        }
    }
    chosen.sort_by(|&a, &b| percentiles[a].total_cmp(&percentiles[b]));
    chosen
}

fn nearest(percentiles: &[f64], level: f64) -> Option<usize> {
    let distance = |index: &usize| (percentiles[*index] - level).abs();
    (0..percentiles.len()).min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

/// `P5`, `P99.9`.
pub(super) fn label(level: f64) -> String {
    percentile_label(level)
}

/// The value of a row that is furthest from 0: it decides the digits, since a quantile near 0 is near by accident.
pub(in crate::output) fn largest(values: impl IntoIterator<Item = Option<f64>>) -> Option<f64> {
    values.into_iter().flatten().max_by(|a, b| a.abs().total_cmp(&b.abs()))
}

/// The format of an output's values: growth rates, which have no unit, read best in percent.
pub(in crate::output) fn format_of(band: &Band, values: impl IntoIterator<Item = f64>) -> NumberFormat {
    match is_growth(&band.subject.output, band.unit.as_deref()) {
        true => NumberFormat::percent(values),
        false => NumberFormat::plain(values),
    }
}

pub(in crate::output) fn is_growth(output: &str, unit: Option<&str>) -> bool {
    unit.is_none() && ["growth", "cagr"].iter().any(|name| output.ends_with(name))
}

pub(in crate::output) fn with_unit(name: &str, unit: Option<&str>) -> String {
    unit.map_or_else(|| name.to_owned(), |unit| format!("{name}, {unit}"))
}

fn name_of(band: &Band) -> String {
    band.subject.name()
}

/// Every row of a short horizon; of a long one every 2nd, 5th, 10th and so on, and the last.
fn thinned<'a>(rows: &[&'a Band]) -> Vec<&'a Band> {
    let strides = (0..).flat_map(|power| [1, 2, 5].map(|digit| digit * 10usize.pow(power)));
    let stride = strides.into_iter().find(|stride| rows.len().div_ceil(*stride) <= ROWS).unwrap_or(1);
    let last = rows.len() - 1;
    rows.iter().enumerate().filter(|(index, _)| index % stride == 0 || *index == last).map(|(_, band)| *band).collect()
}

/// When a row is, in words: `in 2031`, or `in step 7` where steps have no name of their own.
pub(in crate::output) fn in_period(when: &When) -> String {
    if when.year.is_some() { format!("in {}", when.period) } else { format!("in step {}", when.period) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: [f64; 7] = [5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0];

    fn chosen(percentiles: &[f64], count: usize) -> Vec<f64> {
        chosen_levels(percentiles, count).into_iter().map(|level| percentiles[level]).collect()
    }

    #[test]
    fn the_median_and_the_ends_are_shown_first() {
        assert_eq!(chosen(&USUAL, 1), [50.0]);
        assert_eq!(chosen(&USUAL, 3), [5.0, 50.0, 95.0]);
        assert_eq!(chosen(&USUAL, 5), [5.0, 25.0, 50.0, 75.0, 95.0]);
        assert_eq!(chosen(&USUAL, 9), USUAL);
        assert_eq!(chosen(&[99.9], 3), [99.9]);
        assert_eq!(chosen(&[95.0, 5.0], 3), [5.0, 95.0]);
    }

    #[test]
    fn a_long_horizon_is_thinned_by_a_round_stride_with_both_ends() {
        let bands: Vec<Band> =
            (0..10_001).map(|step| crate::output::example::constant("x", None, step, 1.0, 3)).collect();
        let rows: Vec<&Band> = bands.iter().collect();
        let steps = |count: usize| -> Vec<usize> {
            thinned(&rows[..count]).iter().map(|band| band.subject.when.step).collect()
        };
        assert_eq!(steps(1), [0]);
        assert_eq!(steps(30), (0..30).collect::<Vec<_>>());
        assert_eq!(steps(51)[..3], [0, 2, 4]);
        assert_eq!(steps(51).last(), Some(&50));
        assert_eq!(steps(44).last(), Some(&43), "though it is not on the grid");
        assert_eq!(steps(10_001), (0..=20).map(|index| index * 500).collect::<Vec<_>>());
    }
}
