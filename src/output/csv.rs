//! CSV after RFC 4180: a header, CRLF line ends, quotes where needed.

use super::comparison::ComparisonTable;
use super::table::{Cell, Column, Layout, Table};
use crate::results::Results;
use crate::results::comparison::Compared;
use std::io::{self, Write};

/// Writes one table over all scenarios.
///
/// An absent cell is empty. Numbers are the shortest text that reads back to the same bits, as in the JSON.
///
/// # Errors
///
/// What `out` returns.
pub fn write_csv(out: &mut dyn Write, table: Table, runs: &[Results], layout: &Layout) -> io::Result<()> {
    write_rows(out, &table.columns(layout), runs.iter().flat_map(|results| table.rows(results, layout)))
}

/// Writes one table over all comparisons.
///
/// # Errors
///
/// What `out` returns.
pub fn write_comparison_csv(
    out: &mut dyn Write,
    table: ComparisonTable,
    compared: &Compared,
    layout: &Layout,
) -> io::Result<()> {
    let rows = compared.comparisons.iter().flat_map(|comparison| table.rows(comparison, layout));
    write_rows(out, &table.columns(layout), rows)
}

/// Writes the rows of any table, each as long as its columns.
pub(super) fn write_rows<'a>(
    out: &mut dyn Write,
    columns: &[Column],
    rows: impl Iterator<Item = Vec<Cell<'a>>>,
) -> io::Result<()> {
    for (index, column) in columns.iter().enumerate() {
        separate(out, index)?;
        write_quoted(out, &column.name)?;
    }
    out.write_all(b"\r\n")?;
    for row in rows {
        for (index, cell) in row.iter().enumerate() {
            separate(out, index)?;
            match cell {
                Cell::Absent => {}
                Cell::Text(text) => write_text(out, text)?,
                Cell::Integer(value) => write!(out, "{value}")?,
                Cell::Number(value) => serde_json::to_writer(&mut *out, value)?,
                Cell::Data(value) => write_text(out, &value.to_string())?,
            }
        }
        out.write_all(b"\r\n")?;
    }
    Ok(())
}

pub(super) fn separate(out: &mut dyn Write, index: usize) -> io::Result<()> {
    if index > 0 { out.write_all(b",") } else { Ok(()) }
}

/// Free text. A spreadsheet takes what begins with one of these for a formula, and a formula from a stranger's file may
/// start programs; the apostrophe makes it text.
pub(super) fn write_text(out: &mut dyn Write, text: &str) -> io::Result<()> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        write_quoted(out, &format!("'{text}"))
    } else {
        write_quoted(out, text)
    }
}

pub(super) fn write_quoted(out: &mut dyn Write, text: &str) -> io::Result<()> {
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

    fn text(value: &str) -> String {
        let mut out = Vec::new();
        write_text(&mut out, value).expect("writing to memory cannot fail");
        String::from_utf8(out).expect("UTF-8 in, UTF-8 out")
    }

    fn csv(table: Table, runs: &[Results], layout: &Layout) -> String {
        let mut out = Vec::new();
        write_csv(&mut out, table, runs, layout).expect("writing to memory cannot fail");
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
    }

    #[test]
    fn negative_numbers_stay_numbers_and_absent_cells_are_empty() {
        let runs = [results()];
        let csv = csv(Table::Bands, &runs, &layout());
        let lines: Vec<&str> = csv.split("\r\n").collect();
        assert_eq!(lines[1], "small,market,,,USD bn,0,2025,2025,6.32,0.0,6.32,6.32,6.32,0.0,0.0,0.0,0.0,0.0,1000,0");
        let growth = lines.iter().find(|line| line.contains(",growth,")).expect("a row of growth");
        assert_eq!(*growth, "small,growth,,,,1,2026,2026,-0.25,,-1e-7,0.1,0.3333333333333333,,,,,,999,1");
        assert_eq!(lines.last(), Some(&""));
    }

    #[test]
    fn all_scenarios_share_one_header() {
        let runs = [full_results(), full_results()];
        for table in Table::ALL {
            let csv = csv(table, &runs, &full_layout());
            let columns = table.columns(&full_layout()).len();
            let headers = csv.matches("scenario,").count();
            assert_eq!(headers, 1, "{}", table.name());
            let rows: usize = runs.iter().map(|run| table.rows(run, &full_layout()).count()).sum();
            let records = parse(&csv);
            assert_eq!(records.len(), rows + 1, "{}", table.name());
            assert!(records.iter().all(|record| record.len() == columns));
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
