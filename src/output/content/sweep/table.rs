//! The cases in lines: where each ends, and how far that is from the first.

use super::{Sweep, shown};
use crate::output::chart::band_levels;
use crate::output::content::Batch;
use crate::output::content::bands::main_levels;
use crate::output::document::{Alignment, Block, Cell, Detail, Range, Rows, Table, TableOf};
use crate::output::number::NumberFormat;
use crate::output::quantity::{band_format, error_format, largest, with_unit};
use crate::output::words::in_period;
use crate::results::comparison::{Comparison, Measure};
use crate::results::{CaseValue, Results};
use crate::stats::{percentile_label, se, value};

/// A line a case.
pub(super) fn cases(sweep: &Sweep<'_>, batch: &Batch<'_>) -> Table {
    let Some(first) = sweep.outlines.first() else { return Table::of::<()>(&[], Rows::All, "summary").table };
    let named = named(Table::of(sweep.outlines, Rows::Many("cases"), "summary"), sweep, |results| results);
    let mut table = batch.side_by_side(&first.percentiles, named.table);
    table.ranges = sweep.outlines.iter().map(range).collect();
    table.ranges_share_scale = true;
    // A number that breaks reads as another.
    table.breaks_names = sweep.columns.are_named;
    table.range_levels.clone_from(&first.percentiles);
    table
}

/// The columns that tell cases apart: a name, where a file gives one, and the values at the paths that vary.
fn named<'r, R>(mut table: TableOf<'r, R>, sweep: &Sweep<'_>, results: fn(&'r R) -> &'r Results) -> TableOf<'r, R> {
    let columns = sweep.columns;
    if columns.are_named {
        table = table.text("case", |row| results(row).label().to_owned());
    }
    for (place, varied) in columns.varied.iter().enumerate() {
        let kind = if varied.is_number { Alignment::Number } else { Alignment::Text };
        let detail = if columns.are_named { Detail::IfRoom(u8::MAX) } else { Detail::Always };
        // In words, which may stand in several lines.
        let header = varied.label().replace(['.', '/'], " ");
        table = table.column(detail, kind, header, |row| {
            let case = results(row).case.as_ref()?;
            case.values.get(place).filter(|value| **value != CaseValue::Absent).map(shown)
        });
    }
    table
}

fn range(results: &Results) -> Option<Range> {
    let levels = band_levels(&results.percentiles)?;
    let end = results.end()?;
    let bands = levels.pairs.iter().filter_map(|(low, high)| Some((end.quantile(*low)?, end.quantile(*high)?)));
    Some(Range { bands: bands.collect(), middle: end.quantile(levels.middle)? })
}

/// How far each case is from the first, on the same paths.
pub(super) fn differences<'a>(sweep: &Sweep<'_>) -> Option<Block<'a>> {
    let rows: Vec<(&Results, &Comparison)> =
        sweep.outlines.iter().zip(sweep.comparisons).filter_map(|(run, it)| Some((run, it.as_ref()?))).collect();
    let (run, comparison) = *rows.first()?;
    let end = run.end()?;
    let shift = |(_, comparison): &(&Results, &Comparison), level: usize| {
        let row = comparison.bands.iter().find(|row| row.measure == Measure::Shift)?;
        *row.band.quantiles.get(level)?
    };
    let levels: Vec<usize> = main_levels(&run.percentiles).into_iter().map(|(level, _)| level).collect();
    let all = || rows.iter().flat_map(|row| levels.iter().map(move |&level| shift(row, level)));
    let format = band_format(end, largest(all().map(|shift| value(&shift))));
    let middle = band_levels(&run.percentiles)?.middle;
    let errors = error_format(end, rows.iter().map(|row| se(&shift(row, middle))));
    let mut table = named(Table::of(&rows, Rows::Many("cases"), "comparison"), sweep, |(results, _)| results);
    for &level in &levels {
        let name = percentile_label(run.percentiles[level]);
        let detail = if level == middle { Detail::Always } else { Detail::if_room(0) };
        table = table.column(detail, Alignment::Number, name, |row| Cell::number(value(&shift(row, level)), format));
        if level == middle {
            table = table.number("se", |row| Cell::number(se(&shift(row, level)), errors));
        }
    }
    table = table.column(Detail::if_room(1), Alignment::Number, "paths below the first", |(_, comparison)| {
        comparison.paired.first().and_then(|row| row.below.probability()).map(Cell::Share)
    });
    for (index, target) in comparison.targets.iter().enumerate() {
        let name = format!("{}, points", run.titles.target(&target.target).replace('_', " "));
        table = table.column(Detail::if_room(index + 2), Alignment::Number, name, |(_, comparison)| {
            let row = comparison.targets.iter().find(|row| row.target == target.target)?;
            Some(Cell::Points(row.difference?.value))
        });
    }
    let subject = with_unit(run.titles.quantity(&end.subject.output), end.unit.as_deref());
    table.section(format!("differences to {}: {subject}{}", comparison.a, in_period(&end.subject.when)))
}

/// A matrix of a number: rows by one thing that varies, columns by another.
pub(super) fn matrix(
    rows: &(String, Vec<String>),
    columns: &(String, Vec<String>),
    cells: &[Vec<Option<f64>>],
    format: NumberFormat,
) -> Table {
    let numbered: Vec<(usize, &String)> = rows.1.iter().enumerate().collect();
    let named =
        Table::of(&numbered, Rows::All, "summary").text(format!("{} / {}", rows.0, columns.0), |(_, name)| *name);
    let mut table = columns.1.iter().enumerate().fold(named, |table, (column, name)| {
        let detail = Detail::if_room(column);
        table.column(detail, Alignment::Number, name, |(row, _)| Cell::number(cells[*row][column], format))
    });
    table.table.columns_are = Some("columns");
    table.table
}
