//! The first sheet: what is said about the results, and where everything is.

use super::charts::ChartSheets;
use super::sheet::{shortened, write_text};
use super::{SUMMARY, formats};
use crate::output::document::{Alignment, Block, Cell, Detail, Document, Heading, Part, Sentence, Table};
use std::ops::RangeInclusive;

use rust_xlsxwriter::{Format, FormatAlign, Url, Worksheet, XlsxError};

/// Characters of a line of text, which flows over the cells beside it.
const LINE: usize = 120;
/// Characters of a text in a table; the sheet of the table has all of it.
const TEXT: usize = 60;
/// Width of the first column, which names rows.
const NAMES: f64 = 34.0;
/// Widths of the others in characters: as their headings and texts ask for, within reason.
const WIDTHS: RangeInclusive<usize> = 12..=32;

/// The sheet, which lists the sheets of tables with their rows.
pub(super) fn sheet(
    document: &Document<'_>,
    charts: &ChartSheets,
    tables: &[(Worksheet, u32)],
) -> Result<Worksheet, XlsxError> {
    let mut writer = Writer { sheet: Worksheet::new(), row: 0, widths: Vec::new() };
    writer.sheet.set_name(SUMMARY)?;
    writer.sheet.set_screen_gridlines(false).set_landscape().set_print_fit_to_pages(1, 0);
    writer.sheet.set_column_width(0, NAMES)?;
    writer.document(document, charts)?;
    writer.heading("sheets")?;
    let chart_sheets = charts.sheets.iter().map(|sheet| (sheet.name(), None));
    for (name, rows) in chart_sheets.chain(tables.iter().map(|(sheet, rows)| (sheet.name(), Some(rows - 1)))) {
        let link = Url::new(format!("internal:'{name}'!A1")).set_text(&name);
        writer.sheet.write_url(writer.row, 0, link)?;
        if let Some(rows) = rows {
            writer.sheet.write_number_with_format(writer.row, 1, rows, &formats::count())?;
            writer.sheet.write_string(writer.row, 2, if rows == 1 { "row" } else { "rows" })?;
        }
        writer.row += 1;
    }
    for (column, width) in writer.widths.iter().enumerate().skip(1) {
        writer.sheet.set_column_width(column as u16, *width.clamp(WIDTHS.start(), WIDTHS.end()) as f64)?;
    }
    Ok(writer.sheet)
}

/// A sheet that is written from top to bottom.
struct Writer {
    sheet: Worksheet,
    row: u32,
    /// By column, characters of the longest heading or text of a table, and one for the edges.
    widths: Vec<usize>,
}

impl Writer {
    fn document(&mut self, document: &Document<'_>, charts: &ChartSheets) -> Result<(), XlsxError> {
        self.line(&document.title, &formats::title())?;
        self.lead(&document.lead)?;
        document.missing.iter().try_for_each(|text| self.text(text, &Format::new()))?;
        let alone = document.parts.len() == 1;
        if !alone {
            self.charts(charts)?;
        }
        self.blocks(&document.overview)?;
        for part in &document.parts {
            self.part(part, alone.then_some(charts))?;
        }
        self.row += 1;
        document.reading.iter().try_for_each(|text| self.text(text, &formats::soft()))
    }

    fn part(&mut self, part: &Part<'_>, charts: Option<&ChartSheets>) -> Result<(), XlsxError> {
        // The only part has the title of the document.
        if charts.is_none() {
            self.heading(part.title.as_ref().unwrap_or(&part.name))?;
        }
        part.line.iter().try_for_each(|line| self.text(line, &formats::soft()))?;
        self.lead(&part.lead)?;
        charts.map_or(Ok(()), |charts| self.charts(charts))?;
        self.blocks(&part.blocks)
    }

    fn lead(&mut self, lead: &[Sentence]) -> Result<(), XlsxError> {
        if !lead.is_empty() {
            self.row += 1;
        }
        lead.iter().try_for_each(|sentence| self.text(&sentence.text, &Format::new()))
    }

    fn charts(&mut self, charts: &ChartSheets) -> Result<(), XlsxError> {
        if !charts.of_summary.is_empty() {
            self.row += 1 + charts.place(&mut self.sheet, self.row + 1)?;
        }
        Ok(())
    }

    fn blocks(&mut self, blocks: &[Block<'_>]) -> Result<(), XlsxError> {
        blocks.iter().try_for_each(|block| match block {
            Block::InFull(_) | Block::Figure(_, None) => Ok(()),
            Block::Section(Heading::Words(text) | Heading::Name(text), blocks) => {
                self.heading(text)?;
                self.blocks(blocks)
            }
            Block::Paragraph(text) | Block::Note(text) => self.text(text, &Format::new()),
            Block::Table(table) | Block::Figure(_, Some(table)) => self.table(table),
            Block::List(items) => items.iter().try_for_each(|item| self.text(item, &Format::new())),
            Block::Facts(facts) => {
                facts.iter().try_for_each(|fact| self.text(&format!("{}: {}", fact.name, fact.value), &Format::new()))
            }
        })
    }

    fn table(&mut self, table: &Table) -> Result<(), XlsxError> {
        let shown: Vec<usize> =
            (0..table.columns.len()).filter(|&column| table.columns[column].detail != Detail::InFull).collect();
        for (at, &column) in shown.iter().enumerate() {
            let column = &table.columns[column];
            let header = match column.kind {
                Alignment::Text => formats::header(),
                Alignment::Number => formats::header().set_align(FormatAlign::Right),
            };
            self.widen(at, &column.name);
            self.sheet.write_string_with_format(self.row, at as u16, &column.name, &header)?;
        }
        self.row += 1;
        for row in &table.rows {
            for (at, &column) in shown.iter().enumerate() {
                if let Cell::Text(text) = &row[column] {
                    self.widen(at, text);
                }
                self.cell(at as u16, &row[column], table.columns[column].kind)?;
            }
            self.row += 1;
        }
        self.row += 1;
        Ok(())
    }

    fn widen(&mut self, column: usize, text: &str) {
        if self.widths.len() <= column {
            self.widths.resize(column + 1, 0);
        }
        self.widths[column] = self.widths[column].max(text.chars().count() + 1);
    }

    fn cell(&mut self, column: u16, cell: &Cell, kind: Alignment) -> Result<(), XlsxError> {
        let (value, format) = match cell {
            Cell::Text(text) if kind == Alignment::Number => {
                let format = Format::new().set_align(FormatAlign::Right);
                return self.sheet.write_string_with_format(self.row, column, text, &format).map(drop);
            }
            Cell::Text(text) => {
                return write_text(&mut self.sheet, self.row, column, &shortened(text, TEXT)).map(drop);
            }
            Cell::Absent => return Ok(()),
            Cell::Number(value, format) | Cell::Part(value, format, _) | Cell::Apportioned { value, format, .. } => {
                (*value, formats::of_number(format))
            }
            Cell::Share(value) => (*value, formats::code("0.0%")),
            Cell::Probability(value) => (*value, formats::percent()),
            // Percentage points.
            Cell::Points(value) => (100.0 * value, formats::code("+0.00;-0.00;0.00")),
        };
        self.sheet.write_number_with_format(self.row, column, value, &format).map(drop)
    }

    fn heading(&mut self, text: &str) -> Result<(), XlsxError> {
        self.row += 1;
        self.line(text, &formats::heading())
    }

    /// A text on as many lines as it takes.
    fn text(&mut self, text: &str, format: &Format) -> Result<(), XlsxError> {
        textwrap::wrap(text, LINE).iter().try_for_each(|line| self.line(line, format))
    }

    fn line(&mut self, text: &str, format: &Format) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(self.row, 0, text, format)?;
        self.row += 1;
        Ok(())
    }
}
