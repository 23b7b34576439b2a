//! Tables before anybody lays them out: typed cells, and columns that say who sees them.

use super::{Block, Detail};
use crate::output::number::{NumberFormat, percent, points, share};

/// A table. Its first column names the row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    /// Rows, each as long as the columns.
    pub(crate) rows: Vec<Vec<Cell>>,
    /// What the rows are.
    pub(crate) rows_are: Rows,
    /// What the columns are that are shown where there is room, if readers must know of those that are not.
    pub(crate) columns_are: Option<&'static str>,
    /// Where all of it is: the name of a table for programs.
    pub(crate) source: &'static str,
    /// Whether names of rows may break to make room for columns.
    pub(crate) breaks_names: bool,
    /// What may be drawn beside each row; as long as the rows, or empty.
    pub(crate) ranges: Vec<Option<Range>>,
    /// Whether the ranges are of one quantity and share their scale; else each has its own.
    pub(crate) ranges_share_scale: bool,
    /// The levels in percent behind the ranges.
    pub(crate) range_levels: Vec<f64>,
}

/// Where the values of a row lie.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Range {
    /// From a low level to a high one, the widest first.
    pub(crate) bands: Vec<(f64, f64)>,
    /// The middle level.
    pub(crate) middle: f64,
}

/// What the rows of a table are, which decides which of many are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rows {
    /// Steps of one series: of many, evenly spaced ones show as much.
    Steps,
    /// Rows that belong together.
    All,
    /// As many things of this name as there are; the first will do where there is little room.
    Many(&'static str),
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Alignment,
    pub(crate) detail: Detail,
    /// Whether `%` may stand in the header instead of behind each number.
    pub(crate) percent: bool,
}

/// What stands in a column, which decides how it is aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alignment {
    Text,
    Number,
}

/// What stands in a row and a column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    /// Words.
    Text(String),
    /// A number as its column has it.
    Number(f64, NumberFormat),
    /// A number whose text is rounded otherwise than by itself, so that what is shown of several adds up: the number, what
    /// stands for it, and the format of both.
    Apportioned { value: f64, shown: f64, format: NumberFormat },
    /// A number, and which share it is of something, which may be left out.
    Part(f64, NumberFormat, f64),
    /// A share of paths with one decimal.
    Share(f64),
    /// A share with digits enough to tell it from 0 and 1.
    Probability(f64),
    /// A difference of shares, in percentage points.
    Points(f64),
    /// Nothing to say.
    Absent,
}

/// A table that is made from rows of results a column at a time, so that a name stands beside what it names.
pub(crate) struct TableOf<'r, R> {
    rows: &'r [R],
    pub(crate) table: Table,
}

impl Table {
    /// A table of these rows without columns yet; `source` is the table for programs that has all of it.
    pub(crate) fn of<'r, R>(rows: &'r [R], rows_are: Rows, source: &'static str) -> TableOf<'r, R> {
        let cells = rows.iter().map(|_| Vec::new()).collect();
        let table = Table {
            columns: Vec::new(),
            rows: cells,
            rows_are,
            columns_are: None,
            source,
            breaks_names: false,
            ranges: Vec::new(),
            ranges_share_scale: false,
            range_levels: Vec::new(),
        };
        TableOf { rows, table }
    }

    /// The table with these of its rows.
    pub(crate) fn of_rows(&self, rows: &[usize]) -> Table {
        let cells = rows.iter().map(|&row| self.rows[row].clone()).collect();
        let ranges = rows.iter().filter_map(|&row| self.ranges.get(row).cloned()).collect();
        Table { columns: self.columns.clone(), rows: cells, ranges, range_levels: self.range_levels.clone(), ..*self }
    }

    /// The table again, to add columns made from other things, one for each of its rows.
    pub(crate) fn going_on<R>(self, rows: &[R]) -> TableOf<'_, R> {
        debug_assert_eq!(rows.len(), self.rows.len());
        TableOf { rows, table: self }
    }
}

impl<'r, R> TableOf<'r, R> {
    /// What the rows are made from.
    pub(crate) fn rows(&self) -> &'r [R] {
        self.rows
    }

    /// Adds a column of words.
    pub(crate) fn text<C: Into<Cell>>(self, name: impl Into<String>, cell: impl Fn(&'r R) -> C) -> Self {
        self.column(Detail::Always, Alignment::Text, name, cell)
    }

    /// Adds a column of numbers.
    pub(crate) fn number<C: Into<Cell>>(self, name: impl Into<String>, cell: impl Fn(&'r R) -> C) -> Self {
        self.column(Detail::Always, Alignment::Number, name, cell)
    }

    /// Adds a column of numbers for those who want everything.
    pub(crate) fn in_full<C: Into<Cell>>(self, name: impl Into<String>, cell: impl Fn(&'r R) -> C) -> Self {
        self.column(Detail::InFull, Alignment::Number, name, cell)
    }

    /// Adds a column of percentages, whose sign may stand in the header.
    pub(crate) fn percent<C: Into<Cell>>(
        self,
        detail: Detail,
        name: impl Into<String>,
        cell: impl Fn(&'r R) -> C,
    ) -> Self {
        self.with(Column { name: name.into(), kind: Alignment::Number, detail, percent: true }, cell)
    }

    /// Adds a column.
    pub(crate) fn column<C: Into<Cell>>(
        self,
        detail: Detail,
        kind: Alignment,
        name: impl Into<String>,
        cell: impl Fn(&'r R) -> C,
    ) -> Self {
        self.with(Column { name: name.into(), kind, detail, percent: false }, cell)
    }

    fn with<C: Into<Cell>>(mut self, column: Column, cell: impl Fn(&'r R) -> C) -> Self {
        self.table.columns.push(column);
        for (row, cells) in self.rows.iter().zip(&mut self.table.rows) {
            cells.push(cell(row).into());
        }
        self
    }

    /// The table as a section of its own; nothing without rows.
    pub(crate) fn section<'a>(self, heading: impl Into<String>) -> Option<Block<'a>> {
        (!self.rows.is_empty()).then(|| Block::section(heading, vec![Block::Table(self.table)]))
    }
}

impl Cell {
    /// A number in a format, or nothing.
    pub(crate) fn number(value: Option<f64>, format: NumberFormat) -> Cell {
        value.map(|value| Cell::Number(value, format)).into()
    }

    /// The text of a cell.
    pub(crate) fn text(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Part(value, format, part) => format!("{} ({})", format.format(*value), share(*part)),
            Cell::Number(value, format) => format.format(*value),
            Cell::Apportioned { shown, format, .. } => format.format(*shown),
            Cell::Share(value) => share(*value),
            Cell::Probability(value) => percent(*value),
            Cell::Points(value) => points(*value),
            Cell::Absent => "-".into(),
        }
    }

    /// The text without what may be left out.
    pub(crate) fn short(&self) -> String {
        match self {
            Cell::Part(value, format, _) => format.format(*value),
            cell => cell.text(),
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Self {
        Cell::Text(text.clone())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

impl<C: Into<Cell>> From<Option<C>> for Cell {
    fn from(cell: Option<C>) -> Self {
        cell.map_or(Cell::Absent, Into::into)
    }
}
