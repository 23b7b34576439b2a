//! The rows of a table on as many sheets as it takes, with typed cells.

use super::formats;
use crate::output::csv::may_be_formula;
use crate::output::number::NumberFormat;
use crate::output::quantity::{format_of, largest};
use crate::output::table::{Cell, Column, DataType, Table, Unit};
use rust_xlsxwriter::{Format, Worksheet, XlsxError};
use std::borrow::Cow;
use std::fmt;

/// Characters that a cell holds.
const TEXT: usize = 32_767;
/// The largest number that a spreadsheet holds; what is beyond it is text.
const LARGEST: f64 = 9.99e307;
/// Whole numbers beyond it are not exact in a spreadsheet, and text.
const EXACT: i128 = 1 << 53;
/// Widths of columns in characters.
const WIDTHS: std::ops::RangeInclusive<usize> = 8..=60;
/// What the arrow of the filter takes beside a name.
const ARROW: usize = 3;

/// The sheets of one table. One that is full goes on as `bands-2`.
pub(super) struct TableSheets {
    name: &'static str,
    columns: Vec<Column>,
    /// Most rows of a sheet, its header among them.
    most: u32,
    /// Each with its rows.
    sheets: Vec<(Worksheet, u32)>,
    widths: Vec<usize>,
}

impl TableSheets {
    /// The first sheet, with its header.
    pub(super) fn new(name: &'static str, columns: &[Column], most: u32) -> Result<Self, XlsxError> {
        let widths = columns.iter().map(|column| column.name.chars().count() + ARROW).collect();
        let mut sheets = TableSheets { name, columns: columns.to_vec(), most, sheets: Vec::new(), widths };
        sheets.begin()?;
        Ok(sheets)
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Adds the rows of a source.
    pub(super) fn add<S>(&mut self, table: &Table<S>, source: &S) -> Result<(), XlsxError> {
        let cells = |row| (0..table.columns().len()).map(|column| table.cell(source, row, column)).collect();
        self.add_rows((0..table.count(source)).map(cells).collect())
    }

    /// Adds rows; those of one series, one after the other, share their number formats.
    pub(super) fn add_rows(&mut self, rows: Vec<Vec<Cell<'_>>>) -> Result<(), XlsxError> {
        let all_series: Vec<&[_]> = rows.chunk_by(|a, b| self.are_one_series(a, b)).collect();
        for series in all_series {
            let formats: Vec<Option<Format>> =
                (0..self.columns.len()).map(|place| self.format(series, place)).collect();
            series.iter().try_for_each(|row| self.add_row(row, &formats))?;
        }
        Ok(())
    }

    /// The sheets with their rows, their header among them.
    pub(super) fn finish(self) -> Result<Vec<(Worksheet, u32)>, XlsxError> {
        let TableSheets { mut sheets, widths, .. } = self;
        let last_column = widths.len() as u16 - 1;
        for (sheet, rows) in &mut sheets {
            sheet.autofilter(0, 0, *rows - 1, last_column)?;
            for (column, width) in widths.iter().enumerate() {
                sheet.set_column_width(column as u16, *width.clamp(WIDTHS.start(), WIDTHS.end()) as f64)?;
            }
        }
        Ok(sheets)
    }

    fn begin(&mut self) -> Result<(), XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(match self.sheets.len() {
            0 => self.name.to_owned(),
            full => format!("{}-{}", self.name, full + 1),
        })?;
        for (place, column) in self.columns.iter().enumerate() {
            sheet.write_string_with_format(0, column_number(place)?, &*column.name, &formats::header())?;
        }
        sheet.set_freeze_panes(1, 1)?;
        sheet.set_landscape().set_repeat_rows(0, 0)?;
        self.sheets.push((sheet, 1));
        Ok(())
    }

    fn add_row(&mut self, row: &[Cell<'_>], formats: &[Option<Format>]) -> Result<(), XlsxError> {
        if self.sheets.last().is_none_or(|(_, rows)| *rows >= self.most) {
            self.begin()?;
        }
        let (sheet, rows) = self.sheets.last_mut().expect("one has just begun");
        for (place, (cell, format)) in row.iter().zip(formats).enumerate() {
            let width = write(sheet, (*rows, place as u16), cell, format.as_ref())?;
            self.widths[place] = self.widths[place].max(width);
        }
        *rows += 1;
        Ok(())
    }

    /// Whether all words of two rows are the same but for the period.
    fn are_one_series(&self, a: &[Cell<'_>], b: &[Cell<'_>]) -> bool {
        let mut words = self.columns.iter().zip(a.iter().zip(b)).filter(|(column, _)| column.kind == DataType::Text);
        words.all(|(column, (a, b))| column.name == "period" || a == b)
    }

    /// The format of a column in the rows of one series: of numbers in the same unit one format, for the largest of them.
    fn format(&self, series: &[Vec<Cell<'_>>], place: usize) -> Option<Format> {
        let column = &self.columns[place];
        match (column.kind, &column.unit) {
            (DataType::Date, _) => Some(formats::date()),
            (DataType::Integer | DataType::Unsigned, Some(_)) => Some(formats::count()),
            (DataType::Number, Some(Unit::Fraction)) => Some(formats::percent()),
            (DataType::Number, Some(unit)) => {
                let same: Vec<usize> =
                    (0..self.columns.len()).filter(|&other| self.columns[other].unit.as_ref() == Some(unit)).collect();
                let number = |cell: &Cell<'_>| if let Cell::Number(value) = cell { Some(*value) } else { None };
                let values = series.iter().flat_map(|row| same.iter().map(|&other| number(&row[other])));
                let largest = largest(values);
                let word = |name: &str| {
                    let place = self.columns.iter().position(|column| column.name == name)?;
                    if let Cell::Text(text) = &series.first()?[place] { Some(&**text) } else { None }
                };
                let output = word("output").or_else(|| word("of"));
                Some(formats::of_number(&match (unit, output) {
                    (Unit::OfRow, Some(output)) => format_of(output, word("unit"), largest),
                    _ => NumberFormat::plain(largest),
                }))
            }
            _ => None,
        }
    }
}

impl fmt::Debug for TableSheets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<u32> = self.sheets.iter().map(|(_, rows)| *rows).collect();
        f.debug_struct("TableSheets").field("name", &self.name).field("rows", &rows).finish_non_exhaustive()
    }
}

/// The number of a column; an error beyond those of a sheet.
fn column_number(place: usize) -> Result<u16, XlsxError> {
    place.try_into().map_err(|_| XlsxError::RowColumnLimitError)
}

/// Writes a cell, and says how many characters its text takes. An absent cell stays empty.
fn write(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell<'_>,
    format: Option<&Format>,
) -> Result<usize, XlsxError> {
    let mut number = |value: f64, width| {
        match format {
            Some(format) => sheet.write_number_with_format(row, column, value, format),
            None => sheet.write_number(row, column, value),
        }
        .map(|_| width)
    };
    match cell {
        Cell::Absent => Ok(0),
        Cell::Number(value) if value.abs() <= LARGEST => number(*value, "1,234,567.89".len()),
        Cell::Integer(value) if value.abs() <= EXACT => number(*value as f64, value.to_string().len()),
        Cell::Date(date) if date.days_since_1970() + formats::EPOCH > 60 => {
            number(f64::from(date.days_since_1970() + formats::EPOCH), "2026-01-01 ".len())
        }
        Cell::Boolean(holds) => sheet.write_boolean(row, column, *holds).map(|_| 0),
        Cell::Text(text) => write_text(sheet, row, column, text),
        Cell::Data(value) => write_text(sheet, row, column, &value.to_string()),
        Cell::Number(value) => write_text(sheet, row, column, &format!("{value:e}")),
        Cell::Integer(value) => write_text(sheet, row, column, &value.to_string()),
        Cell::Date(date) => write_text(sheet, row, column, &date.to_string()),
    }
}

/// A text of so many characters at most; one that is longer ends in an ellipsis.
pub(super) fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        None => Cow::Borrowed(text),
        Some(_) => Cow::Owned(text.chars().take(most - 1).chain(['…']).collect()),
    }
}

/// Writes text, cut with an ellipsis where it is longer than a cell.
pub(super) fn write_text(sheet: &mut Worksheet, row: u32, column: u16, text: &str) -> Result<usize, XlsxError> {
    let text = shortened(text, TEXT);
    let width = text.lines().map(|line| line.chars().count()).max().unwrap_or(0) + 1;
    match may_be_formula(&text) {
        true => sheet.write_string_with_format(row, column, &*text, &formats::text()),
        false => sheet.write_string(row, column, &*text),
    }
    .map(|_| width)
}
