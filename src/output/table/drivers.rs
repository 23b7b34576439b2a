//! The tables of a sensitivity analysis: its columns in every format.

use super::columns::when;
use super::{Cell, Column, Columns, DataType, FRACTION, OF_ROW, PATHS, Table};
use crate::results::{Driven, IndexRow, LowerBound, Results, SwingRow};
use crate::stats::{se, value};
use serde_json::json;

/// The tables of what drives a scenario's outputs.
pub(super) fn driver_tables() -> [Table<Results>; 3] {
    [
        Table::of("sensitivity", |results: &Results| &results.sensitivity.indices, indices("the input, or the group")),
        Table::of("swing", |results: &Results| &results.sensitivity.swing, swing()),
        Table::of(
            "grades",
            |results: &Results| &results.sensitivity.grades,
            indices("the confidence that files state"),
        ),
    ]
}

/// What single inputs explain at least of the main output and of the targets.
pub(super) fn lower_bounds() -> Columns<LowerBound> {
    Columns::new()
        .part(|row: &LowerBound| &row.driven, driven())
        .text("input", "the input; an event with its start, size and duration as one", |row| &row.input)
        .number("value", FRACTION, "share of the variance between bins of one number of the input", |row| {
            Some(row.share.value)
        })
        .number("se", FRACTION, "Monte Carlo standard error of `value`", |row| row.share.se)
        .number("low", FRACTION, "what the share is at least, with a confidence of 95 %", |row| Some(row.low))
        .integer("n", PATHS, "paths that entered the row, of the first 16,384", |row| row.n)
        .integer("excluded", PATHS, "those left out because the value is not finite", |row| row.excluded)
}

fn driven() -> Columns<Driven> {
    Columns::new()
        .text_or_null("output", "name of the output; null for a target", |row: &Driven| row.output.as_deref())
        .text_or_null("target", "name of the target, as 1 where it holds and 0 elsewhere", |row| row.target.as_deref())
        .text_or_null("dimension", "dimension, where the row is about a part of the market", |row| {
            row.dimension.as_deref()
        })
        .text_or_null("segment", "segment, where the row is about a part of the market", |row| row.segment.as_deref())
        .part(|row| &row.when, when())
}

fn indices(input: &'static str) -> Columns<IndexRow> {
    let members = Column::new("members", DataType::Data, None, "names of the inputs in it, as a JSON list");
    let index = Column::new("index", DataType::Text, None, "`first`, `total`, `shapley` or `second`");
    let needed = "base points that `--within` would take about; null where that is reached, or not asked for";
    let needed = Column::new("needed", DataType::Integer, PATHS, needed).or_null();
    Columns::new()
        .part(|row: &IndexRow| &row.driven, driven())
        .text("input", input, |row| &row.input)
        .text_or_null("other", "the other input of a second order", |row| row.other.as_deref())
        .column(members, |row| Cell::Data(json!(row.members)))
        .column(index, |row| Cell::Text(row.index.name().into()))
        .number("value", FRACTION, "share of the variance; null where nothing varies", |row| value(&row.share))
        .number("se", FRACTION, "Monte Carlo standard error of `value`", |row| se(&row.share))
        .number("low", FRACTION, "lower end of the 95 % interval, where there are points enough", |row| {
            Some(row.interval?.0)
        })
        .number("high", FRACTION, "upper end of the 95 % interval", |row| Some(row.interval?.1))
        .integer("n", PATHS, "base points that entered the row, each a pair of paths", |row| row.n)
        .integer("excluded", PATHS, "base points left out because an evaluation is not finite", |row| row.excluded)
        .column(needed, |row| row.needed.map_or(Cell::Absent, |needed| Cell::Integer(needed.into())))
}

fn swing() -> Columns<SwingRow> {
    let statistic = Column::new("statistic", DataType::Text, None, "`mean`, or `probability` of a target");
    Columns::new()
        .part(|row: &SwingRow| &row.driven, driven())
        .text_or_null("unit", "unit of the output", |row| row.unit.as_deref())
        .text("input", "the input", |row| &row.input)
        .number("low", None, "average over the steps of the input's own value at its P10", |row| row.low)
        .number("high", None, "the same at its P90", |row| row.high)
        .column(statistic, |row| Cell::Text(row.statistic.to_string().into()))
        .estimate("held_low", OF_ROW, "the statistic with the input held at its P10, all others as they are", |row| {
            row.held[0]
        })
        .estimate("held_high", OF_ROW, "the same at its P90", |row| row.held[1])
        .estimate(
            "given_low",
            OF_ROW,
            "the statistic given that the input's average is its P10: tied inputs move along",
            |row| row.given[0],
        )
        .estimate("given_high", OF_ROW, "the same at its P90", |row| row.given[1])
}
