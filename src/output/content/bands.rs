//! Bands: the output that a scenario is about over time, the others by their last step.

use super::run;
use crate::output::chart::{Against, BandLevels, Fan, Marks, Picture, band_levels};
use crate::output::document::{Alignment, Block, Cell, Detail, Heading, Range, Rows, Table, TableOf};
use crate::output::number::{NumberFormat, share};
use crate::output::quantity::{band_format, error_format, largest, with_unit};
use crate::output::words::in_period;
use crate::results::{Band, Results};
use crate::stats::{percentile_label, se, value};

/// The main output by step as a fan, its growth over the horizon and its Monte Carlo error; nothing where it does not move
/// in time.
pub(super) fn over_time(results: &Results) -> Option<Block<'_>> {
    let rows = results.headline();
    let (first, last) = (*rows.first()?, *rows.last()?);
    if rows.len() < 2 {
        return None;
    }
    let (subject, from, to) = (&last.subject, &first.subject.when.period, &last.subject.when.period);
    let mut blocks = vec![fan(results, rows)];
    if let Some(cagr) = results.cagr().filter(|_| subject.output == "market") {
        let format = band_format(cagr, largest(cagr.quantile_values()));
        let title = format!("growth a year, {from} to {to} (cagr)");
        blocks.push(by_level(results, title, cagr.quantile_values().collect(), Which::All, format));
    }
    blocks.push(standard_error(results, last));
    let name = results.titles.quantity(&subject.output);
    Some(Block::Section(Heading::Name(with_unit(name, last.unit.as_deref())), blocks))
}

/// Which levels a note shows.
#[derive(Clone, Copy, PartialEq)]
enum Which {
    All,
    Main,
}

/// A number a level, in a line.
fn by_level<'a>(
    results: &Results,
    title: String,
    values: Vec<Option<f64>>,
    which: Which,
    format: NumberFormat,
) -> Block<'a> {
    let levels = if which == Which::All { levels(&results.percentiles) } else { main_levels(&results.percentiles) };
    let text = |&(level, _): &(usize, Detail)| {
        format!("{} {}", percentile_label(results.percentiles[level]), format.format_or_dash(values[level]))
    };
    Block::Note(format!("{title}: {}", levels.iter().map(text).collect::<Vec<_>>().join(", ")))
}

/// How far the quantiles of a row may be off by the number of paths.
fn standard_error<'a>(results: &Results, band: &Band) -> Block<'a> {
    let errors: Vec<Option<f64>> = band.quantiles.iter().map(se).collect();
    let format = error_format(band, errors.iter().copied());
    let title = format!("Monte Carlo standard error{}", in_period(&band.subject.when));
    by_level(results, title, errors, Which::Main, format)
}

/// The bands of one output by step.
pub(super) fn fan<'a>(results: &'a Results, bands: Vec<&'a Band>) -> Block<'a> {
    let (first, last) = (bands[0], bands[bands.len() - 1]);
    let baseline = results.published(&last.subject.output);
    let format = band_format(last, bands.iter().filter_map(|band| largest(band.quantile_values())));
    let row = |band: &&'a Band| Row { name: band.subject.when.period.clone(), band, format };
    let rows: Vec<Row<'_>> = bands.iter().map(row).collect();
    let mut table = Table::of(&rows, Rows::Steps, "bands").text("period", |row| &row.name);
    table = numbers(table, &results.percentiles, Detail::IfRoom(u8::MAX));
    table = with_a_value(table);
    if !baseline.is_empty() {
        let published = |row: &Row<'_>| baseline.iter().find(|other| other.when.step == row.band.subject.when.step);
        table = table
            .in_full("published", |row| published(row).map(|row| Cell::Number(row.value, format)))
            .in_full("reached on", |row| published(row).and_then(|row| row.p_reached).map(Cell::Share));
    }
    let (from, to) = (&first.subject.when.period, &last.subject.when.period);
    let name = results.titles.subject(&last.subject);
    let subject = with_unit(&name, last.unit.as_deref());
    let title = format!("{}: {subject}, {from} to {to}{}", run::name(results), where_known(last));
    let against = Against::Published(baseline);
    let references = results.references_of(&last.subject);
    let marks = Marks::Fan(Fan { name, rows: bands, percentiles: &results.percentiles, against, references });
    Block::Figure(Picture { name: "fan".into(), title, marks }, Some(table.table))
}

/// The last step of the outputs that are not told of over time; all of them with their errors, where none is.
pub(super) fn others(results: &Results) -> Option<Block<'_>> {
    let headline = results.headline();
    let main = headline.last().filter(|_| headline.len() > 1).map(|band| &band.subject);
    let is_told = |band: &Band| {
        main.is_some_and(|main| {
            band.subject.is_same_series(main)
                || main.output == "market" && band.subject.output == "cagr" && band.subject.is_whole()
        })
    };
    let others: Vec<&Band> = results.last_rows().filter(|band| !is_told(band)).collect();
    let latest = others.iter().map(|band| &band.subject.when).max_by_key(|when| when.step)?;
    let heading = match main {
        Some(_) => format!("other outputs{}", in_period(latest)),
        None if latest.step == 0 => "outputs".to_owned(),
        None => format!("outputs{}", in_period(latest)),
    };
    let rows: Vec<Row<'_>> = others.iter().map(|band| Row::of(results.titles.subject(&band.subject), band)).collect();
    let mut table = Table::of(&rows, Rows::Many("outputs"), "bands").text("output", |row| &row.name);
    if others.iter().any(|band| band.unit.is_some()) {
        table = table.text("unit", |row| row.band.unit.as_deref().unwrap_or_default());
    }
    table = with_a_value(numbers(table, &results.percentiles, Detail::if_room(0)));
    if main.is_none() {
        table = with_ranges(with_error(table, &results.percentiles), &results.percentiles);
    }
    let mut blocks = vec![Block::Table(table.table)];
    if main.is_none() && others.len() == 1 {
        blocks.push(standard_error(results, others[0]));
    }
    Some(Block::section(heading, blocks))
}

/// Adds the share of the paths that the numbers are about, where it is not all of them: `first_year` of what does not
/// happen on every path has its quantiles over those on which it does.
fn with_a_value<'r>(table: TableOf<'r, Row<'r>>) -> TableOf<'r, Row<'r>> {
    match table.rows().iter().any(|row| row.band.excluded > 0) {
        true => table.number("with a value", |row| row.band.reached().map(Cell::Share)),
        false => table,
    }
}

/// The paths that the numbers of a row are about, where these are not all: `, on 62.1 % of the paths`.
pub(super) fn where_known(band: &Band) -> String {
    let reached = band.reached().filter(|_| band.excluded > 0);
    reached.map_or_else(String::new, |reached| format!(", on {} of the paths", share(reached)))
}

/// Adds the standard error of the middle level.
fn with_error<'r>(table: TableOf<'r, Row<'r>>, percentiles: &[f64]) -> TableOf<'r, Row<'r>> {
    let Some(BandLevels { middle, .. }) = band_levels(percentiles) else { return table };
    let name = format!("{} se", percentile_label(percentiles[middle]));
    let error = |row: &Row<'_>| {
        let se = row.band.quantile_se(middle);
        Cell::number(se, error_format(row.band, [se]))
    };
    table.column(Detail::Always, Alignment::Number, name, error)
}

/// Lets each row be drawn from its lowest level to its highest: side by side, rows of different units share no scale.
fn with_ranges<'r>(mut table: TableOf<'r, Row<'r>>, percentiles: &[f64]) -> TableOf<'r, Row<'r>> {
    let Some(levels) = band_levels(percentiles) else { return table };
    let range = |row: &Row<'r>| {
        let pair = |&(low, high): &(usize, usize)| Some((row.band.quantile(low)?, row.band.quantile(high)?));
        let bands: Option<Vec<(f64, f64)>> = levels.pairs.iter().map(pair).collect();
        let (bands, middle) = bands.zip(row.band.quantile(levels.middle))?;
        let varies = bands.first().is_some_and(|(low, high)| low < high);
        varies.then_some(Range { bands, middle })
    };
    table.table.ranges = table.rows().iter().map(range).collect();
    table.table.range_levels = percentiles.to_vec();
    table
}

/// A row of bands, with its name and the format of its numbers.
pub(super) struct Row<'a> {
    pub(super) name: String,
    pub(super) band: &'a Band,
    pub(super) format: NumberFormat,
}

impl<'a> Row<'a> {
    /// A row that has a format of its own.
    pub(super) fn of(name: String, band: &'a Band) -> Self {
        Row { name, band, format: band_format(band, largest(band.quantile_values().chain([value(&band.mean)]))) }
    }
}

/// Adds a column for each level, ascending, and one for the mean.
pub(super) fn numbers<'r>(table: TableOf<'r, Row<'r>>, percentiles: &[f64], mean: Detail) -> TableOf<'r, Row<'r>> {
    let with_levels = levels(percentiles).into_iter().fold(table, |table, (level, detail)| {
        let name = percentile_label(percentiles[level]);
        table.column(detail, Alignment::Number, name, |row| Cell::number(row.band.quantile(level), row.format))
    });
    with_levels.column(mean, Alignment::Number, "mean", |row| Cell::number(value(&row.band.mean), row.format))
}

/// The levels of a run, ascending: the median and the outermost two always, the quartiles and then the other pairs, from
/// the outside in, where there is room.
pub(super) fn levels(percentiles: &[f64]) -> Vec<(usize, Detail)> {
    let mut order: Vec<usize> = (0..percentiles.len()).collect();
    order.sort_by(|&a, &b| percentiles[a].total_cmp(&percentiles[b]));
    let nearest = |wanted: f64| {
        let distance = |place: &usize| (percentiles[order[*place]] - wanted).abs();
        (0..order.len()).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(0)
    };
    let from_outside = |place: usize| place.min(order.len() - 1 - place);
    let (middle, quartile) = (nearest(50.0), nearest(25.0));
    let detail = |place: usize| match from_outside(place) {
        _ if place == middle => Detail::Always,
        0 => Detail::Always,
        pair if pair == from_outside(quartile) => Detail::if_room(1),
        pair => Detail::if_room(pair + 1),
    };
    order.iter().enumerate().map(|(place, &level)| (level, detail(place))).collect()
}

/// The median and the outermost two levels.
pub(super) fn main_levels(percentiles: &[f64]) -> Vec<(usize, Detail)> {
    levels(percentiles).into_iter().filter(|(_, detail)| *detail == Detail::Always).collect()
}
