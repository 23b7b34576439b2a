//! The tables of single paths: their columns in every format.

use super::{Cell, Column, Columns, DataType, FRACTION, OF_ROW, PATHS, Table, when};
use crate::results::{Results, StoryPath, StoryRow};

/// The tables of the paths that are told.
pub(super) fn story_tables() -> [Table<Results>; 2] {
    [
        Table::of("replays", |results: &Results| &results.stories.paths, replays()),
        Table::of("story", |results: &Results| &results.stories.rows, story()),
    ]
}

fn replays() -> Columns<StoryPath> {
    let among = Column::new("among", DataType::Integer, PATHS, "paths that it was looked for among").or_null();
    Columns::new()
        .integer("path", None, "number of the path, from 0", |row: &StoryPath| row.path)
        .text_or_null("statistic", "what the path was chosen by, as asked for", |row| {
            Some(row.nearest.as_ref()?.statistic.as_str())
        })
        .number("wanted", None, "value of the statistic over the run", |row| Some(row.nearest.as_ref()?.wanted))
        .number("found", None, "value on the path", |row| Some(row.nearest.as_ref()?.found))
        .column(among, |row| row.nearest.as_ref().map_or(Cell::Absent, |nearest| Cell::Integer(nearest.among.into())))
}

fn story() -> Columns<StoryRow> {
    let kind = "`input`, `event`, `formula`, `ceiling`, `market`, `output` or `target`";
    let kind = Column::new("kind", DataType::Text, None, kind);
    let value = "the value; of an event its size while it is on, else 0; of a target 1 where it holds";
    let uniform =
        "level of the draw behind an input or the start of an event: the share of futures in which it is lower";
    let binds = Column::new("binds", DataType::Boolean, None, "of a ceiling, whether it binds").or_null();
    Columns::new()
        .integer("path", None, "number of the path, from 0", |row: &StoryRow| row.path)
        .column(kind, |row| Cell::Text(row.kind.name().into()))
        .text("name", "name of the quantity, of an output with its segment", |row| &row.name)
        .part(|row| &row.when, when())
        .text_or_null("unit", "unit of the value", |row| row.unit.as_deref())
        .number("value", OF_ROW, value, |row| row.value)
        .number("uniform", FRACTION, uniform, |row| row.uniform)
        .number("score", None, "`uniform` as a score of the standard normal distribution", |row| row.score)
        .column(binds, |row| row.binds.map_or(Cell::Absent, Cell::Boolean))
}
