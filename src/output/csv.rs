//! CSV after RFC 4180: a header, CRLF line ends, quotes where needed.

use super::table::{Cell, Column, Table};
use std::io::{self, Write};

/// Writes a table over all sources.
///
/// # Errors
///
/// What `out` returns.
pub fn write_csv<'s, S: 's>(
    out: impl Write,
    table: &Table<S>,
    sources: impl IntoIterator<Item = &'s S>,
) -> io::Result<()> {
    let mut csv = CsvWriter::new(out, table.columns())?;
    sources.into_iter().try_for_each(|source| csv.add(table, source))?;
    csv.finish().map(drop)
}

/// A table as CSV, written source after source.
///
/// An absent cell is empty. Numbers are the shortest text that reads back to the same bits, as in the JSON.
#[derive(Debug)]
pub struct CsvWriter<W> {
    out: W,
}

impl<W: Write> CsvWriter<W> {
    /// Writes the header.
    ///
    /// # Errors
    ///
    /// What `out` returns.
    pub fn new(mut out: W, columns: &[Column]) -> io::Result<Self> {
        write_record(&mut out, columns, |out, column| write_text(out, &column.name))?;
        Ok(CsvWriter { out })
    }

    /// Writes the rows of a source; `table` has the columns of the header.
    ///
    /// # Errors
    ///
    /// What `out` returns.
    pub fn add<S>(&mut self, table: &Table<S>, source: &S) -> io::Result<()> {
        (0..table.count(source)).try_for_each(|row| {
            self.write_row((0..table.columns().len()).map(|column| table.cell(source, row, column)))
        })
    }

    /// Ends the table and gives back what it was written to.
    ///
    /// # Errors
    ///
    /// What the writer returns.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }

    pub(super) fn write_row<'a>(&mut self, cells: impl IntoIterator<Item = Cell<'a>>) -> io::Result<()> {
        write_record(&mut self.out, cells, |out, cell| match cell {
            Cell::Absent => Ok(()),
            Cell::Text(text) => write_text(out, &text),
            Cell::Integer(value) => write!(out, "{value}"),
            Cell::Number(value) => Ok(serde_json::to_writer(out, &value)?),
            Cell::Date(date) => write!(out, "{date}"),
            Cell::Boolean(holds) => write!(out, "{holds}"),
            Cell::Data(value) => write_text(out, &value.to_string()),
        })
    }
}

fn write_record<W: Write, T>(
    out: &mut W,
    fields: impl IntoIterator<Item = T>,
    write: impl Fn(&mut W, T) -> io::Result<()>,
) -> io::Result<()> {
    for (index, field) in fields.into_iter().enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        write(out, field)?;
    }
    out.write_all(b"\r\n")
}

/// Free text. A spreadsheet takes what begins like a formula for one, and a formula from a stranger's file may start
/// programs; the apostrophe makes it text.
fn write_text(out: &mut impl Write, text: &str) -> io::Result<()> {
    if may_be_formula(text) { write_quoted(out, &format!("'{text}")) } else { write_quoted(out, text) }
}

/// Signs that begin formulas, in full width too, which some spreadsheets take for the others; blanks and marks of no width
/// before them may be trimmed.
pub(super) fn may_be_formula(text: &str) -> bool {
    let is_blank = |character: char| {
        character.is_whitespace() || character.is_control() || matches!(character, '\u{200b}'..='\u{200f}' | '\u{feff}')
    };
    let begins = text.trim_start_matches(is_blank).starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    begins || text.starts_with(['\t', '\r', '\n'])
}

fn write_quoted(out: &mut impl Write, text: &str) -> io::Result<()> {
    if text.contains(['"', ',', '\r', '\n']) {
        write!(out, "\"{}\"", text.replace('"', "\"\""))
    } else {
        out.write_all(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::example::{full_layout, full_results, layout, results};
    use crate::output::table::run_tables;
    use crate::results::Results;

    fn text(value: &str) -> String {
        let mut out = Vec::new();
        write_text(&mut out, value).expect("writing to memory cannot fail");
        String::from_utf8(out).expect("UTF-8 in, UTF-8 out")
    }

    fn csv(table: &Table<Results>, runs: &[Results]) -> String {
        let mut out = Vec::new();
        write_csv(&mut out, table, runs).expect("writing to memory cannot fail");
        String::from_utf8(out).expect("UTF-8 in, UTF-8 out")
    }

    #[test]
    fn quotes_where_rfc_4180_asks_for_them() {
        assert_eq!(text("plain text"), "plain text");
        assert_eq!(text("a,b"), "\"a,b\"");
        assert_eq!(text("say \"no\""), "\"say \"\"no\"\"\"");
        assert_eq!(text("two\nlines"), "\"two\nlines\"");
    }

    #[test]
    fn neutralises_text_that_a_spreadsheet_would_run() {
        for start in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"] {
            assert_eq!(text(start), format!("'{start}"));
        }
        assert_eq!(text("=HYPERLINK(\"x\",\"y\")"), "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"");
        assert_eq!(text("\rx"), "\"'\rx\"");
        assert_eq!(text("a=b"), "a=b");
        for start in [" =1+1", "\u{a0}@x", "\u{feff}=x", "\u{3000}＝x", "＋1", "－1", "＠x", "\u{200b}-x"] {
            assert_eq!(text(start), format!("'{start}"));
        }
        assert_eq!(text(" plain"), " plain");
    }

    #[test]
    fn negative_numbers_stay_numbers_and_absent_cells_are_empty() {
        let csv = csv(&run_tables(&layout())[2], &[results()]);
        let lines: Vec<&str> = csv.split("\r\n").collect();
        assert_eq!(
            lines[1],
            "small,market,,,USD bn,0,2025,2025,2025-01-01,6.32,0.0,6.32,6.32,6.32,0.0,0.0,0.0,0.0,0.0,1000,0"
        );
        let growth = lines.iter().find(|line| line.contains(",growth,")).expect("a row of growth");
        assert_eq!(*growth, "small,growth,,,,1,2026,2026,2026-01-01,-0.25,,-1e-7,0.1,0.3333333333333333,,,,,,999,1");
        assert_eq!(lines.last(), Some(&""));
    }

    #[test]
    fn all_scenarios_share_one_header() {
        let runs = [full_results(), full_results()];
        for table in run_tables(&full_layout()) {
            let csv = csv(&table, &runs);
            let headers = csv.matches("scenario,").count();
            assert_eq!(headers, 1, "{}", table.name());
            let rows: usize = runs.iter().map(|run| table.count(run)).sum();
            let records = parse(&csv);
            assert_eq!(records.len(), rows + 1, "{}", table.name());
            assert!(records.iter().all(|record| record.len() == table.columns().len()));
        }
    }

    /// A reader written from the grammar of RFC 4180, section 2.
    fn parse(csv: &str) -> Vec<Vec<String>> {
        let mut records = vec![vec![String::new()]];
        let mut quoted = false;
        let mut rest = csv.strip_suffix("\r\n").expect("the last record ends like every other").chars().peekable();
        while let Some(character) = rest.next() {
            let record = records.last_mut().expect("never empty");
            let field = record.last_mut().expect("never empty");
            match character {
                '"' if quoted && rest.peek() == Some(&'"') => field.push(rest.next().expect("peeked")),
                '"' => quoted = !quoted,
                ',' if !quoted => record.push(String::new()),
                '\r' if !quoted => {
                    assert_eq!(rest.next(), Some('\n'));
                    records.push(vec![String::new()]);
                }
                other => field.push(other),
            }
        }
        records
    }
}
