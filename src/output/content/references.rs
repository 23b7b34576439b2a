//! What others have published: where each number lies among the paths.

use crate::output::document::{Alignment, Block, Cell, Detail, Rows, Table};
use crate::output::number::{NumberFormat, percent};
use crate::output::quantity::format_of;
use crate::results::{Placed, ReferenceRow, Results};

/// A row a published value, and the growth in the last of each reference.
pub(super) fn section<'a>(results: &Results) -> Option<Block<'a>> {
    let rows = &results.references;
    if rows.is_empty() {
        return None;
    }
    let format = |row: &ReferenceRow| {
        let same = rows.iter().filter(|other| other.subject.is_same_series(&row.subject));
        format_of(&row.subject.output, row.unit.as_deref(), same.filter_map(|row| Some(row.value?.value)))
    };
    let rates = NumberFormat::percent(rows.iter().filter_map(|row| Some(row.growth?.value)));
    let place = |placed: Option<Placed>| placed?.below.probability().map(Cell::Share);
    let interval = |placed: Option<Placed>| {
        placed?.below.interval().map(|(low, high)| format!("{} to {}", percent(low), percent(high)))
    };
    let several = rows.iter().any(|row| !row.subject.is_same_series(&rows[0].subject));
    let mut table =
        Table::of(rows, Rows::All, "references").text("reference", |row| results.titles.reference(&row.reference));
    if several {
        table = table.text("of", |row| results.titles.subject(&row.subject));
    }
    let table = table
        // A forecast whose growth alone is compared is one for other years.
        .text("in", |row| row.value.map(|_| &*row.subject.when.period))
        .number("value", |row| row.value.map(|placed| Cell::Number(placed.value, format(row))))
        .number("paths at or below", |row| place(row.value))
        .column(Detail::InFull, Alignment::Number, "95 % interval", |row| interval(row.value))
        .number("growth a year", |row| row.growth.map(|placed| Cell::Number(placed.value, rates)))
        .number("grow at most so", |row| place(row.growth))
        .column(Detail::InFull, Alignment::Text, "source", |row| row.source.as_deref());
    table.section("what others have published")
}
