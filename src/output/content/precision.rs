//! How precise the statistics are that a run went on for, a row a condition.

use crate::output::document::{Block, Cell, Rows, Table};
use crate::output::number::{NumberFormat, grouped};
use crate::results::{PrecisionRow, Results};

/// Two digits: the estimate has no more.
fn round(paths: u64) -> u64 {
    let unit = 10_u64.pow(paths.max(1).ilog10().saturating_sub(1));
    paths.div_ceil(unit).saturating_mul(unit)
}

/// The conditions with what was reached, and the paths that the others would take.
pub(super) fn section(results: &Results) -> Option<Block<'_>> {
    let number = |value: Option<f64>, row: &PrecisionRow| {
        Cell::number(value, NumberFormat::error(row.half_width.map(|width| width / 10.0)))
    };
    let needed = |row: &PrecisionRow| match (row.reached, row.needed) {
        (true, _) => "reached".to_owned(),
        (false, Some(paths)) => format!("needs {} paths", grouped(round(paths))),
        (false, None) => "not reached".to_owned(),
    };
    Table::of(&results.precision, Rows::All, "until")
        .text("condition", |row| &row.condition)
        .number("value", |row| number(row.value, row))
        .number("±", |row| number(row.half_width, row))
        .text("outcome", needed)
        .section("precision, ± half of the 95 % interval")
}
