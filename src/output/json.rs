//! JSON: one document for all scenarios, a line a row, written scenario after scenario.

use super::table::{Cell, Table};
use crate::diagnostic::is_unsafe;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::ser::{CompactFormatter, Formatter};
use std::io::{self, BufWriter, Seek, Write};
use tempfile::SpooledTempFile;

/// A scenario that did not run, with its problems as rows.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Failed<R> {
    /// Name it would have had.
    pub scenario: String,
    /// Name of the case, where it is one of a batch of what-ifs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// Its problems.
    pub problems: Vec<R>,
}

/// `{"riskband": version, "runs": [...], "failed": [...]}`, or with other lists than `runs`.
///
/// An item of a list is a source: a run has the columns of the table `runs` as its own members, a comparison the names of
/// its scenarios, and both have their other tables as lists of rows. An absent statistic is `null`. The same sources give
/// the same bytes.
#[derive(Debug)]
pub struct Document<W> {
    out: W,
    /// Whether the first list has no items yet.
    is_empty: bool,
    behind: Vec<ListBehind>,
}

/// A list that stands behind the first one, and waits until that is complete. It may be long: beyond some megabytes it lies in
/// a temporary file.
#[derive(Debug)]
struct ListBehind {
    name: &'static str,
    items: SpooledTempFile,
}

/// Bytes of a list that are kept in memory.
const IN_MEMORY: usize = 1 << 22;

impl<W: Write> Document<W> {
    /// Begins a document with these lists: `runs`, and behind it `comparisons` where there are any.
    ///
    /// # Errors
    ///
    /// What `out` returns.
    pub fn new(mut out: W, lists: &'static [&'static str]) -> io::Result<Self> {
        write!(out, "{{\n\"riskband\": {},\n{}: [", SafeJson(env!("CARGO_PKG_VERSION")), SafeJson(lists[0]))?;
        let behind = lists[1..].iter().map(|&name| ListBehind { name, items: SpooledTempFile::new(IN_MEMORY) });
        Ok(Document { out, is_empty: true, behind: behind.collect() })
    }

    /// Adds a source to a list; those of the first list and of others may come in any order.
    ///
    /// # Errors
    ///
    /// What `out` or the file system returns.
    pub fn add<S>(&mut self, list: &str, tables: &[Table<S>], source: &S) -> io::Result<()> {
        if let Some(behind) = self.behind.iter_mut().find(|behind| behind.name == list) {
            let separator = if behind.items.stream_position()? == 0 { "" } else { "," };
            // A row is written in many small pieces.
            let mut items = BufWriter::new(&mut behind.items);
            writeln!(items, "{separator}")?;
            write_source(&mut items, tables, source)?;
            return items.flush();
        }
        writeln!(self.out, "{}", if self.is_empty { "" } else { "," })?;
        self.is_empty = false;
        write_source(&mut self.out, tables, source)
    }

    /// Ends the document with the scenarios that failed, and gives back what it was written to.
    ///
    /// # Errors
    ///
    /// What the writer returns.
    pub fn finish<R: Serialize>(mut self, failed: &[Failed<R>]) -> io::Result<W> {
        for ListBehind { name, mut items } in self.behind {
            write!(self.out, "],\n{}: [", SafeJson(name))?;
            items.rewind()?;
            io::copy(&mut items, &mut self.out)?;
        }
        self.out.write_all(b"],\n\"failed\": ")?;
        write_list(&mut self.out, failed)?;
        self.out.write_all(b"\n}\n")?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// A source as an object: members that are cells, then the other tables as lists.
fn write_source<S>(out: &mut impl Write, tables: &[Table<S>], source: &S) -> io::Result<()> {
    let mut separator = "{\n";
    if let Some(first) = tables.first() {
        for column in first.members() {
            let name = &first.columns()[column].name;
            write!(out, "{separator}{}: {}", SafeJson(name), SafeJson(first.cell(source, 0, column)))?;
            separator = ",\n";
        }
    }
    for table in tables.iter().filter(|table| !table.is_inline()) {
        write!(out, "{separator}{}: ", SafeJson(table.name()))?;
        write_list(out, rows(table, source))?;
        separator = ",\n";
    }
    out.write_all(b"\n}")
}

/// A list with each item on a line of its own.
fn write_list(out: &mut impl Write, items: impl IntoIterator<Item = impl Serialize>) -> io::Result<()> {
    out.write_all(b"[")?;
    for (index, item) in items.into_iter().enumerate() {
        write!(out, "{}\n{}", if index > 0 { "," } else { "" }, SafeJson(&item))?;
    }
    out.write_all(b"]")
}

/// The rows of a source as objects.
pub(super) fn rows<'a, S>(table: &'a Table<S>, source: &'a S) -> impl Iterator<Item = impl Serialize> {
    (0..table.count(source)).map(move |row| Row { table, source, row })
}

struct Row<'a, S> {
    table: &'a Table<S>,
    source: &'a S,
    row: usize,
}

impl<S> Serialize for Row<'_, S> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        let columns = self.table.columns();
        let mut map = serializer.serialize_map(Some(columns.len()))?;
        for (index, column) in columns.iter().enumerate() {
            map.serialize_entry(&column.name, &self.table.cell(self.source, self.row, index))?;
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
            Cell::Date(date) => serializer.collect_str(date),
            Cell::Boolean(holds) => serializer.serialize_bool(*holds),
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
    use crate::output::example::{comparison, full_layout, full_results, layout, results};
    use crate::output::table::{Layout, comparison_tables, run_tables};
    use crate::results::Results;
    use crate::stats::value;
    use serde_json::{Value, json};

    fn text(runs: &[Results], layout: &Layout, failed: &[Failed<Value>]) -> String {
        let mut document = Document::new(Vec::new(), &["runs"]).expect("writing to memory cannot fail");
        let tables = run_tables(layout);
        runs.iter().for_each(|run| document.add("runs", &tables, run).expect("writing to memory cannot fail"));
        String::from_utf8(document.finish(failed).expect("writing to memory cannot fail")).expect("JSON is UTF-8")
    }

    #[test]
    fn has_the_shape_of_the_contract() {
        let failed = [Failed { scenario: "bad".into(), case: None, problems: vec![json!({"code": "unknown-key"})] }];
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
    fn lists_follow_each_other_and_may_be_empty() {
        let text = |comparisons: &[_]| {
            let mut document = Document::new(Vec::new(), &["runs", "comparisons"])?;
            document.add("runs", &run_tables(&layout()), &results())?;
            let tables = comparison_tables(&layout());
            comparisons.iter().try_for_each(|it| document.add("comparisons", &tables, it))?;
            document.finish::<Value>(&[])
        };
        let json: Value = serde_json::from_slice(&text(&[]).expect("writable")).expect("valid JSON");
        assert_eq!((json["runs"].as_array().map(Vec::len), &json["comparisons"]), (Some(1), &json!([])));
        let text = text(&[comparison("small", "b"), comparison("small", "c")]).expect("writable");
        let json: Value = serde_json::from_slice(&text).expect("valid JSON");
        let members = |value: &Value| value.as_object().map(|members| members.keys().cloned().collect::<Vec<_>>());
        let names =
            "a b comparison paired partings dominance target_comparison constraint_comparison why comparison_warnings";
        let names = names.split(' ').map(str::to_owned).collect();
        assert_eq!(members(&json["comparisons"][1]), Some(names));
        assert_eq!(json["comparisons"][1]["b"], "c");
        assert_eq!(json["comparisons"][1]["paired"][0]["b"], "c");
    }

    #[test]
    fn text_cannot_command_a_terminal_and_reads_back_the_same() {
        let original = "a\u{1b}[2J \u{202e}b \"q\" \\ \u{9b} \u{e0001} 加";
        let json = SafeJson(original).to_string();
        assert!(!json.chars().any(is_unsafe), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).expect("valid"), original);
    }
}
