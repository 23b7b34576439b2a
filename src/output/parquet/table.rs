//! A table of the results as a Parquet file.

use super::{field, into_io, message, metadata, properties};
use crate::output::comparison::ComparisonTable;
use crate::output::describe::{Description, describe, describe_comparison};
use crate::output::table::{Cell, Column, Kind, Layout, Table};
use crate::results::Results;
use crate::results::comparison::Compared;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterPropertiesBuilder;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::TypePtr;
use serde_json::json;
use std::io::{self, Write};
use std::sync::Arc;

/// Writes one table over all scenarios.
///
/// An absent cell is null, and numbers are the doubles of the results, bit for bit. The same results give the same
/// bytes.
///
/// # Errors
///
/// What `out` returns.
pub fn write_parquet(out: &mut (dyn Write + Send), table: Table, runs: &[Results], layout: &Layout) -> io::Result<()> {
    let rows = runs.iter().flat_map(|results| table.rows(results, layout));
    let describe = |column: &str| describe(table, column);
    write_table(out, table.name(), &table.columns(layout), rows, &describe, runs, layout)
}

/// Writes one table over all comparisons, as [`write_parquet`] does those of scenarios.
///
/// # Errors
///
/// What `out` returns.
pub fn write_comparison_parquet(
    out: &mut (dyn Write + Send),
    table: ComparisonTable,
    compared: &Compared,
    layout: &Layout,
) -> io::Result<()> {
    let rows = compared.comparisons.iter().flat_map(|comparison| table.rows(comparison, layout));
    let describe = |column: &str| describe_comparison(table, column);
    write_table(out, table.name(), &table.columns(layout), rows, &describe, &compared.runs, layout)
}

fn write_table<'a>(
    out: &mut (dyn Write + Send),
    name: &str,
    columns: &[Column],
    rows: impl Iterator<Item = Vec<Cell<'a>>>,
    describe: &dyn Fn(&str) -> Option<Description>,
    runs: &[Results],
    layout: &Layout,
) -> io::Result<()> {
    let mut buffers: Vec<Buffer> = columns.iter().map(Buffer::of).collect();
    for row in rows {
        buffers.iter_mut().zip(row).try_for_each(|(buffer, cell)| buffer.push(cell))?;
    }
    let about = columns.iter().filter_map(|column| {
        let description = describe(&column.name)?;
        Some((column.name.to_string(), json!({ "description": description.text, "unit": description.unit })))
    });
    let properties = properties(metadata(name, runs, layout, about)?);
    let schema = columns.iter().map(|column| field(&column.name, column.kind)).collect();
    write_columns(out, schema, properties, &buffers).map_err(into_io)
}

fn write_columns(
    out: &mut (dyn Write + Send),
    schema: Vec<TypePtr>,
    properties: WriterPropertiesBuilder,
    buffers: &[Buffer],
) -> Result<(), ParquetError> {
    let mut file = SerializedFileWriter::new(out, message(schema), Arc::new(properties.build()))?;
    // A table without rows has no row group either.
    if buffers.first().is_some_and(|buffer| !buffer.present.is_empty()) {
        let mut group = file.next_row_group()?;
        for buffer in buffers {
            let mut column = group.next_column()?.expect("one buffer a column");
            buffer.write(&mut column)?;
            column.close()?;
        }
        group.close()?;
    }
    file.close().map(|_| ())
}

/// The cells of one column.
struct Buffer {
    /// 1 where a cell has a value, 0 where it is absent: Parquet's definition levels.
    present: Vec<i16>,
    values: Values,
}

enum Values {
    Text(Vec<ByteArray>),
    Integer(Vec<i64>),
    Number(Vec<f64>),
}

impl Buffer {
    fn of(column: &Column) -> Buffer {
        let values = match column.kind {
            Kind::Text | Kind::Data => Values::Text(Vec::new()),
            Kind::Integer | Kind::Unsigned => Values::Integer(Vec::new()),
            Kind::Number => Values::Number(Vec::new()),
        };
        Buffer { present: Vec::new(), values }
    }

    fn push(&mut self, cell: Cell<'_>) -> io::Result<()> {
        self.present.push(i16::from(cell != Cell::Absent));
        match (&mut self.values, cell) {
            (_, Cell::Absent) => {}
            (Values::Text(texts), Cell::Text(text)) => texts.push(text.as_ref().into()),
            (Values::Text(texts), Cell::Data(data)) => texts.push(data.to_string().as_str().into()),
            (Values::Integer(integers), Cell::Integer(value)) => integers.push(bits(value)?),
            (Values::Number(numbers), Cell::Number(value)) => numbers.push(value),
            (_, cell) => unreachable!("{cell:?} is not of its column's kind"),
        }
        Ok(())
    }

    fn write(&self, column: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let present = Some(&self.present[..]);
        match &self.values {
            Values::Text(values) => column.typed::<ByteArrayType>().write_batch(values, present, None)?,
            Values::Integer(values) => column.typed::<Int64Type>().write_batch(values, present, None)?,
            Values::Number(values) => column.typed::<DoubleType>().write_batch(values, present, None)?,
        };
        Ok(())
    }
}

/// The 64 bits of a whole number: of either sign where it fits, without a sign where it is larger.
fn bits(value: i128) -> io::Result<i64> {
    let unsigned = || u64::try_from(value).map(u64::cast_signed);
    i64::try_from(value).or_else(|_| unsigned()).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::example::{full_layout, full_results, layout, results};
    use crate::output::write_json;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    use serde_json::{Map, Value};
    use std::fs::File;

    fn bytes(table: Table, runs: &[Results], layout: &Layout) -> Vec<u8> {
        let mut out = Vec::new();
        write_parquet(&mut out, table, runs, layout).expect("writing to memory cannot fail");
        out
    }

    fn read(bytes: Vec<u8>) -> SerializedFileReader<File> {
        let mut file = tempfile::tempfile().expect("a temporary file");
        file.write_all(&bytes).expect("writable");
        SerializedFileReader::new(file).expect("a Parquet file")
    }

    /// A value of Parquet as the JSON has it.
    fn to_json(field: &Field) -> Value {
        match field {
            Field::Null => Value::Null,
            Field::Str(text) => json!(text),
            Field::Long(value) => json!(value),
            Field::ULong(value) => json!(value),
            Field::Double(value) => json!(value),
            other => panic!("no column has the type of {other:?}"),
        }
    }

    #[test]
    fn holds_what_the_json_holds() {
        let (runs, layout) = ([full_results(), full_results()], full_layout());
        let mut document = Vec::new();
        write_json::<Value>(&mut document, &runs, &layout, &[]).expect("writing to memory cannot fail");
        let document: Value = serde_json::from_slice(&document).expect("JSON");
        for table in Table::ALL {
            let runs_of = document["runs"].as_array().expect("runs");
            let expected: Vec<Value> = match table {
                Table::Runs => runs_of.clone(),
                _ => runs_of.iter().flat_map(|run| run[table.name()].as_array().expect("rows").clone()).collect(),
            };
            let reader = read(bytes(table, &runs, &layout));
            let rows: Vec<_> = reader.get_row_iter(None).expect("rows").map(|row| row.expect("a row")).collect();
            assert_eq!(rows.len(), expected.len(), "{}", table.name());
            for (row, expected) in rows.iter().zip(&expected) {
                assert_eq!(row.get_column_iter().count(), table.columns(&layout).len());
                for (name, field) in row.get_column_iter() {
                    let expected = match &expected[name] {
                        data @ Value::Object(_) => json!(data.to_string()),
                        plain => plain.clone(),
                    };
                    assert_eq!(to_json(field), expected, "{}.{name}", table.name());
                }
            }
        }
    }

    #[test]
    fn types_do_not_depend_on_the_rows() {
        for table in Table::ALL {
            let schema_of = |runs: &[Results]| {
                let file = read(bytes(table, runs, &full_layout()));
                file.metadata().file_metadata().schema().clone()
            };
            assert_eq!(schema_of(&[]), schema_of(&[full_results()]), "{}", table.name());
        }
    }

    #[test]
    fn a_table_without_rows_has_columns_all_the_same() {
        let file = read(bytes(Table::Warnings, &[results()], &layout()));
        assert_eq!(file.metadata().file_metadata().num_rows(), 0);
        assert_eq!(file.metadata().file_metadata().schema_descr().num_columns(), 4);
    }

    #[test]
    fn says_what_it_is_and_nothing_volatile() {
        let write = || bytes(Table::Bands, &[full_results()], &full_layout());
        assert_eq!(write(), write());
        let file = read(write());
        let metadata = file.metadata().file_metadata().key_value_metadata().expect("metadata").clone();
        let of = |key: &str| {
            metadata.iter().find(|entry| entry.key == key).and_then(|entry| entry.value.clone()).expect("a value")
        };
        assert_eq!(of("riskband.version"), env!("CARGO_PKG_VERSION"));
        assert_eq!(of("riskband.table"), "bands");
        let runs: Value = serde_json::from_str(&of("riskband.runs")).expect("JSON");
        assert_eq!(runs[0]["content_hash"], "c0ffee");
        assert_eq!((&runs[0]["paths"], &runs[0]["seed"]), (&json!(1000), &json!(u64::MAX)));
        let columns: Value = serde_json::from_str(&of("riskband.columns")).expect("JSON");
        assert_eq!(columns["p99_9"]["unit"], "as in column `unit`");
        assert_eq!(columns.as_object().map(Map::len), Some(Table::Bands.columns(&full_layout()).len()));
    }

    #[test]
    fn a_full_disk_is_told_as_such() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let error = write_parquet(&mut Full, Table::Bands, &[results()], &layout()).expect_err("full");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}
