//! JSON: one document for all scenarios, a line a row.

use super::comparison::ComparisonTable;
use super::table::{Cell, Column, Layout, Table};
use crate::diagnostic::is_unsafe;
use crate::results::Results;
use crate::results::comparison::Compared;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::ser::{CompactFormatter, Formatter};
use std::io::{self, Write};

/// A scenario that did not run, with its problems as rows.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Failed<R> {
    /// Name it would have had.
    pub scenario: String,
    /// Its problems.
    pub problems: Vec<R>,
}

/// Writes `{"riskband": version, "runs": [...], "failed": [...]}`.
///
/// A run has the columns of the table `runs` as its own members, and each other table as a list of rows. An absent
/// statistic is `null`. The same results give the same bytes.
///
/// # Errors
///
/// What `out` returns.
pub fn write_json<R: Serialize>(
    out: &mut dyn Write,
    runs: &[Results],
    layout: &Layout,
    failed: &[Failed<R>],
) -> io::Result<()> {
    write_runs(out, runs, layout)?;
    write_failed(out, failed)
}

/// Writes `{"riskband": version, "runs": [...], "comparisons": [...], "failed": [...]}`: the runs as `write_json` does, and
/// of each comparison `a`, `b` and each table as a list of rows.
///
/// # Errors
///
/// What `out` returns.
pub fn write_comparison_json<R: Serialize>(
    out: &mut dyn Write,
    compared: &Compared,
    layout: &Layout,
    failed: &[Failed<R>],
) -> io::Result<()> {
    write_runs(out, &compared.runs, layout)?;
    out.write_all(b",\n\"comparisons\": [")?;
    for (index, comparison) in compared.comparisons.iter().enumerate() {
        write!(out, "{}\n{{\n", if index > 0 { "," } else { "" })?;
        write!(out, "\"a\": {},\n\"b\": {}", SafeJson(&comparison.a), SafeJson(&comparison.b))?;
        for table in ComparisonTable::ALL {
            write!(out, ",\n{}: ", SafeJson(table.name()))?;
            let columns = table.columns(layout);
            write_list(out, table.rows(comparison, layout).map(|cells| Row { columns: &columns, cells }))?;
        }
        out.write_all(b"\n}")?;
    }
    out.write_all(b"]")?;
    write_failed(out, failed)
}

fn write_runs(out: &mut dyn Write, runs: &[Results], layout: &Layout) -> io::Result<()> {
    write!(out, "{{\n\"riskband\": {},\n\"runs\": [", SafeJson(env!("CARGO_PKG_VERSION")))?;
    for (index, results) in runs.iter().enumerate() {
        write!(out, "{}\n{{\n", if index > 0 { "," } else { "" })?;
        write_run(out, results, layout)?;
        out.write_all(b"}")?;
    }
    out.write_all(b"]")
}

fn write_failed<R: Serialize>(out: &mut dyn Write, failed: &[Failed<R>]) -> io::Result<()> {
    out.write_all(b",\n\"failed\": ")?;
    write_list(out, failed.iter())?;
    out.write_all(b"\n}\n")
}

fn write_run(out: &mut dyn Write, results: &Results, layout: &Layout) -> io::Result<()> {
    let columns = Table::Runs.columns(layout);
    for row in Table::Runs.rows(results, layout) {
        for (column, cell) in columns.iter().zip(&row) {
            writeln!(out, "{}: {},", SafeJson(&column.name), SafeJson(cell))?;
        }
    }
    let tables = Table::ALL.into_iter().filter(|&table| table != Table::Runs);
    for (index, table) in tables.enumerate() {
        write!(out, "{}{}: ", if index > 0 { ",\n" } else { "" }, SafeJson(table.name()))?;
        let columns = table.columns(layout);
        write_list(out, table.rows(results, layout).map(|cells| Row { columns: &columns, cells }))?;
    }
    out.write_all(b"\n")
}

/// The rows of one table over all scenarios, as a list.
#[cfg(feature = "parquet")]
pub(super) fn write_rows(out: &mut dyn Write, table: Table, runs: &[Results], layout: &Layout) -> io::Result<()> {
    let columns = table.columns(layout);
    let rows = runs.iter().flat_map(|results| table.rows(results, layout));
    write_list(out, rows.map(|cells| Row { columns: &columns, cells }))
}

/// A list with each item on a line of its own.
pub(super) fn write_list(out: &mut dyn Write, items: impl Iterator<Item = impl Serialize>) -> io::Result<()> {
    out.write_all(b"[")?;
    for (index, item) in items.enumerate() {
        write!(out, "{}\n{}", if index > 0 { "," } else { "" }, SafeJson(&item))?;
    }
    out.write_all(b"]")
}

/// A row as an object.
pub(super) struct Row<'a> {
    pub(super) columns: &'a [Column],
    pub(super) cells: Vec<Cell<'a>>,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.cells.len()))?;
        for (column, cell) in self.columns.iter().zip(&self.cells) {
            map.serialize_entry(&column.name, cell)?;
        }
        map.end()
    }
}

impl Serialize for Cell<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Cell::Absent => serializer.serialize_none(),
            Cell::Text(text) => serializer.serialize_str(text),
            Cell::Integer(value) => serializer.serialize_i128(*value),
            Cell::Number(value) => serializer.serialize_f64(*value),
            Cell::Data(value) => value.serialize(serializer),
        }
    }
}

/// Displays a value as one line of JSON that is safe on a terminal: what could command it is written as `\u001b`.
#[derive(Debug)]
pub struct SafeJson<T>(pub T);

impl<T: Serialize> std::fmt::Display for SafeJson<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut bytes = Vec::new();
        let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, SafeFormatter);
        self.0.serialize(&mut serializer).map_err(|_| std::fmt::Error)?;
        formatter.write_str(std::str::from_utf8(&bytes).map_err(|_| std::fmt::Error)?)
    }
}

struct SafeFormatter;

impl Formatter for SafeFormatter {
    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { out.write_all(b", ") }
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { out.write_all(b", ") }
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut written = 0;
        for (start, character) in fragment.char_indices().filter(|&(_, character)| is_unsafe(character)) {
            CompactFormatter.write_string_fragment(out, &fragment[written..start])?;
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            written = start + character.len_utf8();
        }
        CompactFormatter.write_string_fragment(out, &fragment[written..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::example::{full_layout, full_results, layout, results};
    use crate::stats::value;
    use serde_json::{Value, json};

    fn text(runs: &[Results], layout: &Layout, failed: &[Failed<Value>]) -> String {
        let mut out = Vec::new();
        write_json(&mut out, runs, layout, failed).expect("writing to memory cannot fail");
        String::from_utf8(out).expect("JSON is UTF-8")
    }

    #[test]
    fn has_the_shape_of_the_contract() {
        let failed = [Failed { scenario: "bad".into(), problems: vec![json!({"code": "unknown-key"})] }];
        let json: Value = serde_json::from_str(&text(&[results()], &layout(), &failed)).expect("valid JSON");
        assert_eq!(json["riskband"], env!("CARGO_PKG_VERSION"));
        let run = &json["runs"][0];
        assert_eq!(run["scenario"], "small");
        assert_eq!(run["paths"], 1000);
        assert_eq!(run["seed"], u64::MAX);
        assert_eq!(run["sampler"], "random");
        assert_eq!(run["calibration"], Value::Null);
        assert_eq!(run["bands"][0]["scenario"], "small");
        assert_eq!(run["bands"][0]["p50"], 6.32);
        assert_eq!(run["bands"][0]["dimension"], Value::Null);
        assert_eq!(run["correlations"], json!([]));
        assert_eq!(json["failed"], json!([{"scenario": "bad", "problems": [{"code": "unknown-key"}]}]));
    }

    #[test]
    fn absent_statistics_are_null_and_numbers_read_back_to_the_same_bits() {
        let results = results();
        let json: Value = serde_json::from_str(&text(std::slice::from_ref(&results), &layout(), &[])).expect("valid");
        let growth = &json["runs"][0]["bands"][2];
        assert_eq!(growth["sd"], Value::Null);
        assert_eq!(growth["p95_se"], Value::Null);
        for (row, band) in json["runs"][0]["bands"].as_array().expect("rows").iter().zip(&results.bands) {
            for (key, value) in [("mean", value(&band.mean)), ("p5", band.quantile(0)), ("p95", band.quantile(2))] {
                assert_eq!(row[key].as_f64().map(f64::to_bits), value.map(f64::to_bits));
            }
        }
    }

    #[test]
    fn a_calibration_is_an_object() {
        let json: Value = serde_json::from_str(&text(&[full_results()], &full_layout(), &[])).expect("valid");
        let calibration = &json["runs"][0]["calibration"];
        assert_eq!(calibration["parameter"], "trend");
        assert_eq!(calibration["values"][0], json!({"period": "2026", "value": -0.035}));
    }

    #[test]
    fn an_empty_document_is_valid() {
        let json: Value = serde_json::from_str(&text(&[], &layout(), &[])).expect("valid");
        assert_eq!(json["runs"], json!([]));
        assert_eq!(json["failed"], json!([]));
    }

    #[test]
    fn text_cannot_command_a_terminal_and_reads_back_the_same() {
        let original = "a\u{1b}[2J \u{202e}b \"q\" \\ \u{9b} \u{e0001} 加";
        let json = SafeJson(original).to_string();
        assert!(!json.chars().any(is_unsafe), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).expect("valid"), original);
    }
}
