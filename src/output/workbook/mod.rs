//! Results as a workbook of a spreadsheet: a sheet a table, charts that the spreadsheet draws itself, and a first sheet that
//! reads as a summary.
//!
//! The same results give the same bytes. Cells are kept in memory until the file is written, about 120 bytes each: the
//! library's mode for little memory spools rows into temporary files and panics where the disk is full.

mod charts;
mod formats;
mod sheet;
mod summary;

#[cfg(test)]
mod tests;

use self::charts::ChartSheets;
use self::sheet::TableSheets;
use super::content::{self, Report, Sweep};
use super::document::Document;
use super::table::{Column, Table};
use crate::results::Results;
use crate::results::comparison::{Compared, Comparison};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Worksheet, XlsxError};
use std::error::Error;
use std::io::{self, Write};

/// Rows of a sheet, its header among them: what spreadsheets hold.
const ROWS: u32 = 1_048_576;
/// Names of the sheets that hold no table of the results. No table is called so.
const SUMMARY: &str = "overview";
const COLUMNS: &str = "columns";

/// A workbook that is filled with results, scenario after scenario.
#[derive(Debug)]
pub struct Workbook {
    runs: Vec<(Table<Results>, TableSheets)>,
    comparisons: Vec<(Table<Comparison>, TableSheets)>,
}

/// What the first sheet tells of, and whose charts are drawn.
#[derive(Clone, Copy, Debug)]
pub enum Overview<'a> {
    /// One scenario, or several side by side; outlines are enough.
    Runs(&'a [Results]),
    /// Scenarios against the first of them.
    Compared(&'a Compared),
    /// A batch of what-ifs.
    Sweep(&'a Sweep<'a>),
}

impl<'a> Overview<'a> {
    /// Comparisons that are all told on the first sheet; more of them are a table, for which outlines are enough.
    pub const TOLD: usize = 20;

    fn runs(&self) -> &'a [Results] {
        match self {
            Overview::Runs(runs) => runs,
            Overview::Compared(compared) => &compared.runs,
            Overview::Sweep(sweep) => sweep.outlines,
        }
    }

    fn document(&self) -> Document<'a> {
        match *self {
            Overview::Runs(runs @ [_]) => content::of_report(&Report { runs, ..Report::default() }),
            Overview::Runs(runs) => content::around_runs(runs),
            Overview::Compared(compared) => {
                let comparisons: Vec<&Comparison> = compared.comparisons.iter().collect();
                let told = if comparisons.len() <= Self::TOLD { comparisons.len() } else { 0 };
                content::of_comparisons(&comparisons, &compared.runs, told)
            }
            Overview::Sweep(sweep) => content::of_sweep(sweep),
        }
    }
}

impl Workbook {
    /// A workbook for these tables, as far as they are wanted.
    ///
    /// # Errors
    ///
    /// When a table has more columns than a sheet.
    pub fn new(runs: Vec<Table<Results>>, comparisons: Vec<Table<Comparison>>) -> io::Result<Workbook> {
        Workbook::with_rows(runs, comparisons, ROWS)
    }

    /// A workbook whose sheets have so many rows at most.
    fn with_rows(runs: Vec<Table<Results>>, comparisons: Vec<Table<Comparison>>, rows: u32) -> io::Result<Workbook> {
        Ok(Workbook { runs: sheets_of(runs, rows)?, comparisons: sheets_of(comparisons, rows)? })
    }

    /// Adds the rows of a scenario.
    ///
    /// # Errors
    ///
    /// None that memory does not give.
    pub fn add_run(&mut self, results: &Results) -> io::Result<()> {
        self.runs.iter_mut().try_for_each(|(table, sheets)| sheets.add(table, results)).map_err(into_io)
    }

    /// Adds the rows of a comparison.
    ///
    /// # Errors
    ///
    /// None that memory does not give.
    pub fn add_comparison(&mut self, comparison: &Comparison) -> io::Result<()> {
        self.comparisons.iter_mut().try_for_each(|(table, sheets)| sheets.add(table, comparison)).map_err(into_io)
    }

    /// Writes the workbook.
    ///
    /// # Errors
    ///
    /// What `out` returns.
    pub fn finish(self, overview: Overview<'_>, out: &mut (dyn Write + Send)) -> io::Result<()> {
        self.assemble(overview).and_then(|mut workbook| workbook.save_to_writer(out)).map_err(into_io)
    }

    fn assemble(self, overview: Overview<'_>) -> Result<rust_xlsxwriter::Workbook, XlsxError> {
        let Workbook { runs, comparisons } = self;
        let comparisons = comparisons.into_iter().map(|(_, sheets)| sheets);
        let tables: Vec<TableSheets> = runs.into_iter().map(|(_, sheets)| sheets).chain(comparisons).collect();
        let meanings = meanings(&tables)?;
        let charts = ChartSheets::of(overview.runs())?;
        let mut filled: Vec<(Worksheet, u32)> = Vec::new();
        for sheets in tables.into_iter().chain([meanings]) {
            filled.extend(sheets.finish()?);
        }
        let document = overview.document();
        let mut workbook = rust_xlsxwriter::Workbook::new();
        // The library would take the time of day; this is the first moment that the dates of its parts can express.
        let created = ExcelDateTime::from_ymd(1980, 1, 1)?;
        let about = DocProperties::new().set_title(&document.title).set_creation_datetime(&created);
        workbook.set_properties(&about);
        workbook.push_worksheet(summary::sheet(&document, &charts, &filled)?);
        charts.sheets.into_iter().chain(filled.into_iter().map(|(sheet, _)| sheet)).for_each(|sheet| {
            workbook.push_worksheet(sheet);
        });
        Ok(workbook)
    }
}

fn sheets_of<S: 'static>(tables: Vec<Table<S>>, rows: u32) -> io::Result<Vec<(Table<S>, TableSheets)>> {
    let begun = |table: Table<S>| {
        let sheets = TableSheets::new(table.name(), table.columns(), rows)?;
        Ok((table, sheets))
    };
    tables.into_iter().filter(Table::is_wanted).map(begun).collect::<Result<_, XlsxError>>().map_err(into_io)
}

/// What the columns of all tables mean.
fn meanings(tables: &[TableSheets]) -> Result<TableSheets, XlsxError> {
    use super::table::Cell::{Absent, Text};
    use super::table::DataType;
    let text = |name: &'static str| Column::new(name, DataType::Text, None, "");
    let mut sheets = TableSheets::new(COLUMNS, &["table", "column", "unit", "meaning"].map(text), ROWS)?;
    for (table, column) in tables.iter().flat_map(|table| table.columns().iter().map(|column| (table.name(), column))) {
        let unit = column.unit.as_ref().map_or(Absent, |unit| Text(unit.text().into()));
        let row = vec![Text(table.into()), Text((&*column.name).into()), unit, Text((&*column.meaning).into())];
        sheets.add_rows(vec![row])?;
    }
    Ok(sheets)
}

/// The error of the file behind one of the library's.
fn into_io(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        error => {
            let first: Option<&(dyn Error + 'static)> = Some(&error);
            let sources = std::iter::successors(first, |error| (*error).source());
            let kind = sources.filter_map(|error| error.downcast_ref::<io::Error>()).map(io::Error::kind).last();
            io::Error::new(kind.unwrap_or(io::ErrorKind::Other), error.to_string())
        }
    }
}
