//! Scenarios side by side: where each ends, how it grows, what holds it back.

use super::bands::{chosen_levels, format_of, in_period, label, largest, with_unit};
use super::sections::share_or_dash;
use crate::output::digest::Digest;
use crate::output::layout::{Align, GAP, Grid, INDENT, longest_word, write_title};
use crate::output::number::NumberFormat;
use crate::results::{Band, Results};
use std::io::{self, Write};

/// Room that a name gets in any case; longer ones may break.
const NAME: usize = 20;
/// Room that it gives up for one more column.
const NARROW_NAME: usize = 13;

/// A column with its cells, one a scenario.
struct Column {
    name: String,
    align: Align,
    cells: Vec<String>,
}

impl Column {
    fn right(name: impl Into<String>, cells: impl Iterator<Item = String>) -> Self {
        Column { name: name.into(), align: Align::Right, cells: cells.collect() }
    }

    fn left(name: &str, cells: impl Iterator<Item = String>) -> Self {
        Column { name: name.into(), align: Align::Left, cells: cells.collect() }
    }

    /// The room it takes beside another column.
    fn width(&self) -> usize {
        self.cells.iter().map(|cell| cell.chars().count()).fold(longest_word(&self.name), usize::max) + GAP
    }
}

/// Writes a line a scenario: the main output in its last step, its growth, as many targets as fit, what holds it back.
pub(super) fn write(out: &mut dyn Write, runs: &[Results], width: usize) -> io::Result<()> {
    let digests: Vec<Digest<'_>> = runs.iter().map(Digest::of).collect();
    let levels = chosen_levels(&runs[0].percentiles, 3);
    let values = |band: Option<&Band>| -> Vec<Option<f64>> {
        levels.iter().map(|&level| band.and_then(|band| band.quantile(level))).collect()
    };
    let describe = |band: &Band| {
        format!("{} {}", with_unit(&band.subject.output, band.unit.as_deref()), in_period(&band.subject.when))
    };
    let common = same(digests.iter().map(|digest| digest.main.map(describe)));
    // Growth of different things side by side says little, and there is no room for it.
    let with_cagr = common.is_some() && digests.iter().any(|digest| digest.cagr.is_some());
    let growth = if with_cagr { ", growth a year (cagr)" } else { "" };
    let subject = common.clone().unwrap_or_else(|| "main output in the last period".into());
    write_title(out, &format!("{} scenarios: {subject}{growth}", runs.len()), width)?;

    let mut columns = Vec::new();
    if common.is_none() {
        let main = |of: fn(&Band) -> String| digests.iter().map(move |digest| digest.main.map_or_else(String::new, of));
        columns.push(Column::left("output", main(|band| band.subject.output.clone())));
        columns.push(Column::right("in", main(|band| band.subject.when.period.clone())));
    }
    let shared = NumberFormat::plain(digests.iter().filter_map(|digest| largest(values(digest.main))));
    let format = |digest: &Digest<'_>| match digest.main {
        Some(band) if common.is_none() => format_of(band, largest(values(digest.main))),
        _ => shared,
    };
    for (index, &level) in levels.iter().enumerate() {
        let cell = |digest: &Digest<'_>| format(digest).format_or_dash(values(digest.main)[index]);
        columns.push(Column::right(label(runs[0].percentiles[level]), digests.iter().map(cell)));
    }
    for (index, &level) in levels.iter().enumerate().filter(|_| with_cagr) {
        let cell = |digest: &Digest<'_>| {
            let values = values(digest.cagr);
            bare(NumberFormat::percent(values.iter().copied().flatten()).format_or_dash(values[index]))
        };
        let name = format!("cagr {} %", label(runs[0].percentiles[level]));
        columns.push(Column::right(name, digests.iter().map(cell)));
    }
    let mut held = Vec::new();
    if runs.iter().any(|results| results.bound.is_some()) {
        let share = |results: &Results| results.bound.and_then(|bound| bound.probability());
        held.push(Column::right("ever bound %", runs.iter().map(|results| bare(share_or_dash(share(results))))));
        let tightest = |digest: &Digest<'_>| digest.tightest.as_ref().map_or("-", |ceiling| ceiling.constraint).into();
        held.push(Column::left("tightest", digests.iter().map(tightest)));
    }

    let longest = runs.iter().map(|results| results.scenario.chars().count()).max().unwrap_or(0);
    let longest = longest.max("scenario".len());
    let used: usize = columns.iter().chain(&held).map(Column::width).sum();
    let mut room = width.saturating_sub(INDENT + longest.min(NARROW_NAME) + used);
    for target in targets(runs) {
        if target.width() > room {
            break;
        }
        room -= target.width();
        columns.push(target);
    }
    columns.extend(held);

    let mut headers = vec![("scenario".to_owned(), Align::Left)];
    headers.extend(columns.iter().map(|column| (column.name.clone(), column.align)));
    let mut grid = Grid::new(&headers);
    grid.break_names(longest.min(NAME).min(longest.min(NARROW_NAME) + room));
    for (index, results) in runs.iter().enumerate() {
        let cells = columns.iter().map(|column| column.cells[index].clone());
        grid.row(std::iter::once(results.scenario.clone()).chain(cells));
    }
    grid.write(out, width)
}

/// A column a target, in the order in which they first appear.
fn targets(runs: &[Results]) -> Vec<Column> {
    let mut names: Vec<&str> = Vec::new();
    for row in runs.iter().flat_map(|results| &results.targets) {
        if !names.contains(&row.target.as_str()) {
            names.push(&row.target);
        }
    }
    let column = |name: &str| {
        let share = |results: &Results| {
            let row = results.targets.iter().find(|row| row.target == name);
            bare(share_or_dash(row.and_then(|row| row.share.probability())))
        };
        Column::right(format!("{name} %").replace('_', " "), runs.iter().map(share))
    };
    names.into_iter().map(column).collect()
}

/// The number of a percentage whose sign stands in the header.
fn bare(percentage: String) -> String {
    percentage.strip_suffix(" %").map_or_else(|| percentage.clone(), String::from)
}

/// What all items have in common, if they are all there and the same.
fn same(mut items: impl Iterator<Item = Option<String>>) -> Option<String> {
    let first = items.next()??;
    items.all(|item| item.as_ref() == Some(&first)).then_some(first)
}
