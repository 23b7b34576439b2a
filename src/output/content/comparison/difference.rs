//! The difference of the main output over time.

use super::{Pair, times};
use crate::model::Subject;
use crate::output::chart::{Against, Fan, Marks, Picture};
use crate::output::content::bands::{levels, main_levels};
use crate::output::document::{Alignment, Block, Cell, Detail, Heading, Rows, Table};
use crate::output::quantity::{error_format, with_unit};
use crate::output::words::in_period;
use crate::results::Band;
use crate::results::comparison::{Measure, PairedRow};
use crate::stats::percentile_label;

/// The difference as a fan, and in the last step as a ratio.
pub(super) fn section<'a>(pair: &Pair<'a>) -> Option<Block<'a>> {
    let output = pair.main()?;
    let rows: Vec<&Band> = pair.rows(Measure::Difference, output).collect();
    let (first, last) = (*rows.first()?, *rows.last()?);
    let subject = with_unit(pair.quantity(output), last.unit.as_deref());
    let when = match rows.len() {
        1 => String::new(),
        _ => format!(", {} to {}", first.subject.when.period, last.subject.when.period),
    };
    let title = format!("{} less {}, path by path: {subject}{when}", pair.comparison.b, pair.comparison.a);
    let table = by_period(pair, &rows, last);
    let name = pair.quantity(output).to_owned();
    let marks = Marks::Fan(Fan {
        name,
        rows,
        percentiles: &pair.a.percentiles,
        against: Against::Zero,
        references: Vec::new(),
    });
    let mut blocks = vec![Block::Figure(Picture { name: "difference".into(), title, marks }, Some(table))];
    blocks.extend(pair.rows(Measure::Ratio, output).next_back().map(|ratio| ratio_note(pair, ratio)));
    Some(Block::Section(Heading::Name(subject), blocks))
}

/// Both medians, the move, the levels of the difference and which side is larger, a row a step.
fn by_period(pair: &Pair<'_>, rows: &[&Band], last: &Band) -> Table {
    let (middle, label) = (pair.middle(), pair.middle_label());
    let is_it = |subject: &Subject| subject.is_same_series(&last.subject);
    // One row a step each, so long horizons take no search through all rows for each of theirs.
    let shifts: Vec<&Band> = pair.rows(Measure::Shift, &last.subject.output).collect();
    let paired: Vec<&PairedRow> = pair.comparison.paired.iter().filter(|row| is_it(&row.subject)).collect();
    let [a, b] = [pair.a, pair.b].map(|run| run.bands.iter().filter(|row| is_it(&row.subject)).collect::<Vec<_>>());
    let median = |rows: &[&Band], row: &Band| at(rows, row, |row| &row.subject)?.quantile(middle);
    let paired = |row: &Band| at(&paired, row, |row| &row.subject);
    let format = pair.format(last);
    let error = error_format(last, shifts.iter().map(|band| band.quantile_se(middle)));
    let shift_error = |row: &Band| at(&shifts, row, |row| &row.subject)?.quantile_se(middle);
    let mut table = Table::of(rows, Rows::Steps, "comparison")
        .text("period", |row| &row.subject.when.period)
        .number(format!("{label} a"), |row| Cell::number(median(&a, row), format))
        .number(format!("{label} b"), |row| Cell::number(median(&b, row), format))
        .number("move", |row| Cell::number(median(&shifts, row), format))
        .column(Detail::if_room(2), Alignment::Number, "se", |row| Cell::number(shift_error(row), error));
    for (level, detail) in levels(&pair.a.percentiles) {
        // A terminal has room for the median and the ends alone.
        let detail = match detail {
            Detail::Always if level == middle => Detail::Always,
            Detail::Always => Detail::if_room(1),
            _ => Detail::InFull,
        };
        let name = format!("b - a {}", percentile_label(pair.a.percentiles[level]));
        table = table.column(detail, Alignment::Number, name, |row| Cell::number(row.quantile(level), format));
    }
    let table = table
        .column(Detail::if_room(0), Alignment::Number, "b below a", |row| {
            paired(row)?.below.probability().map(Cell::Share)
        })
        .in_full("b above a", |row| paired(row)?.above.probability().map(Cell::Share))
        .in_full("variance reduction", |row| paired(row)?.variance_reduction.map(times));
    table.table
}

/// The row of the same step, among rows by step.
fn at<'r, R>(rows: &[&'r R], band: &Band, subject: impl Fn(&R) -> &Subject) -> Option<&'r R> {
    rows.binary_search_by_key(&band.subject.when.step, |row| subject(row).when.step).ok().map(|place| rows[place])
}

fn ratio_note<'a>(pair: &Pair<'_>, ratio: &Band) -> Block<'a> {
    let text = |(level, _): (usize, Detail)| {
        let value = ratio.quantile(level).map_or_else(|| "-".to_owned(), |value| format!("{value:.4}"));
        format!("{} {value}", percentile_label(pair.a.percentiles[level]))
    };
    let values: Vec<String> = main_levels(&pair.a.percentiles).into_iter().map(text).collect();
    Block::Note(format!("b / a{}: {}", in_period(&ratio.subject.when), values.join(", ")))
}
