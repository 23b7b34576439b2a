//! The tables of a search for the region of an outcome: its columns in every format.

use super::{Cell, Column, Columns, DataType, FRACTION, PATHS, Table};
use crate::results::{BoxRow, LimitRow, PlaneRow, Results, TradeOffRow};

/// The tables of where an outcome lives.
pub(super) fn discovery_tables() -> [Table<Results>; 4] {
    [
        Table::of("boxes", |results: &Results| &results.discovery.boxes, boxes()),
        Table::of("limits", |results: &Results| &results.discovery.limits, limits()),
        Table::of("trade_off", |results: &Results| &results.discovery.trade_off, trade_off()),
        Table::of("plane", |results: &Results| &results.discovery.plane, plane()),
    ]
}

const NUMBER: &str = "number of the box, from 1: each is found on what those before it leave";
const COVERAGE: &str = "share of the paths with the outcome that lie in it and in no box before it";
const DENSITY: &str = "share of its paths that have the outcome";
const MASS: &str = "share of all paths that lie in it and in no box before it";

fn boxes() -> Columns<BoxRow> {
    Columns::new()
        .integer("box", None, NUMBER, |row: &BoxRow| row.number)
        .number("coverage", FRACTION, COVERAGE, |row| row.coverage)
        .number("density", FRACTION, DENSITY, |row| row.density)
        .number("mass", FRACTION, MASS, |row| Some(row.mass))
        .integer("n", PATHS, "held-out paths that lie in it", |row| row.n)
}

fn limits() -> Columns<LimitRow> {
    let measure =
        Column::new("measure", DataType::Text, None, "`value`, `average` of a series, or `steps on` of an event");
    Columns::new()
        .integer("box", None, NUMBER, |row: &LimitRow| row.number)
        .text("input", "the input; an event by its start", |row| &row.input)
        .column(measure, |row| Cell::Text(row.coordinate.name().into()))
        .number("low", None, "lower bound in values of the input, itself in the box", |row| row.low)
        .number("high", None, "upper bound, itself in the box", |row| row.high)
        .number(
            "stability",
            FRACTION,
            "share of half samples whose box bounds the input on the same side, half at least",
            |row| Some(row.stability),
        )
}

fn trade_off() -> Columns<TradeOffRow> {
    Columns::new()
        .integer("box", None, NUMBER, |row: &TradeOffRow| row.number)
        .integer("peel", None, "slices taken off so far", |row| row.peel)
        .number("coverage", FRACTION, COVERAGE, |row| row.coverage)
        .number("density", FRACTION, DENSITY, |row| row.density)
        .number("mass", FRACTION, MASS, |row| Some(row.mass))
        .integer("limits", None, "bounds so far", |row| row.limits)
        .integer("chosen", None, "1 for the box that was chosen, else 0", |row| u64::from(row.is_chosen))
}

fn plane() -> Columns<PlaneRow> {
    Columns::new()
        .integer("box", None, NUMBER, |row: &PlaneRow| row.number)
        .text("x", "the input whose bounds add most to the box", |row| &row.x)
        .number("x_low", None, "where the cell begins in it; paths lie from there on", |row| Some(row.x_range.0))
        .number("x_high", None, "where it ends; paths lie below", |row| Some(row.x_range.1))
        .text("y", "the input that comes second", |row| &row.y)
        .number("y_low", None, "where the cell begins in it", |row| Some(row.y_range.0))
        .number("y_high", None, "where it ends", |row| Some(row.y_range.1))
        .integer("n", PATHS, "held-out paths in the cell that lie in no box before", |row| row.n)
        .integer("hits", PATHS, "those of them that have the outcome", |row| row.hits)
        .integer("inside", None, "1 within the bounds of the box in these two inputs, else 0", |row| {
            u64::from(row.is_inside)
        })
}
