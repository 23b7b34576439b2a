//! A table of results as a Parquet file, written source after source.

use super::{into_io, message, metadata, properties};
use crate::output::table::{Cell, Column, DataType, Table};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

/// Rows after which a row group ends: about 10 MiB of bands. It holds whole sources, so that what belongs together is read
/// together.
const GROUP: usize = 1 << 14;

/// A table as Parquet, written source after source in memory that does not grow with their number.
///
/// An absent cell is null, and numbers are the doubles of the results, bit for bit. The same sources give the same bytes.
pub struct ParquetWriter<W: Write + Send> {
    file: SerializedFileWriter<W>,
    table: &'static str,
    columns: Vec<Column>,
    buffers: Vec<Buffer>,
}

impl<W: Write + Send> ParquetWriter<W> {
    /// Begins a file.
    ///
    /// # Errors
    ///
    /// What `out` returns.
    pub fn new<S>(out: W, table: &Table<S>) -> io::Result<Self> {
        Self::with_columns(out, table.name(), table.columns().to_vec())
    }

    /// Begins a file of rows of these columns.
    pub(super) fn with_columns(out: W, table: &'static str, columns: Vec<Column>) -> io::Result<Self> {
        let file = SerializedFileWriter::new(out, message(&columns), Arc::new(properties().build()));
        let buffers = columns.iter().map(Buffer::of).collect();
        Ok(ParquetWriter { file: file.map_err(into_io)?, table, columns, buffers })
    }

    /// Adds the rows of a source; `table` has the columns that the file began with.
    ///
    /// # Errors
    ///
    /// What the file returns.
    pub fn add<S>(&mut self, table: &Table<S>, source: &S) -> io::Result<()> {
        for (column, buffer) in self.buffers.iter_mut().enumerate() {
            (0..table.count(source)).try_for_each(|row| buffer.push(table.cell(source, row, column)))?;
        }
        self.write_full_group()
    }

    /// Adds a row, a cell a column.
    pub(super) fn add_row(&mut self, row: Vec<Cell<'_>>) -> io::Result<()> {
        self.buffers.iter_mut().zip(row).try_for_each(|(buffer, cell)| buffer.push(cell))?;
        self.write_full_group()
    }

    fn write_full_group(&mut self) -> io::Result<()> {
        match self.rows() < GROUP {
            true => Ok(()),
            false => self.write_group().map_err(into_io),
        }
    }

    /// Ends the file, which then says what it is; `runs` has the rows of the table `runs` as JSON.
    ///
    /// # Errors
    ///
    /// What the file returns.
    pub fn finish(mut self, runs: &str) -> io::Result<()> {
        self.write_group().map_err(into_io)?;
        metadata(self.table, runs, &self.columns)
            .into_iter()
            .for_each(|entry| self.file.append_key_value_metadata(entry));
        self.file.close().map(drop).map_err(into_io)
    }

    fn rows(&self) -> usize {
        self.buffers.first().map_or(0, |buffer| buffer.present.len())
    }

    /// Writes the rows at hand. A table without rows has no row group either.
    fn write_group(&mut self) -> Result<(), ParquetError> {
        if self.rows() == 0 {
            return Ok(());
        }
        let mut group = self.file.next_row_group()?;
        for buffer in &mut self.buffers {
            let mut column = group.next_column()?.expect("one buffer a column");
            buffer.write(&mut column)?;
            column.close()?;
        }
        group.close().map(drop)
    }
}

impl<W: Write + Send> fmt::Debug for ParquetWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParquetWriter").field("table", &self.table).field("rows", &self.rows()).finish_non_exhaustive()
    }
}

/// The cells of one column in the row group at hand.
struct Buffer {
    /// 1 where a cell has a value, 0 where it is absent: Parquet's definition levels.
    present: Vec<i16>,
    values: Values,
}

enum Values {
    Text(Vec<ByteArray>),
    Integer(Vec<i64>),
    Number(Vec<f64>),
    /// Days since 1970-01-01.
    Date(Vec<i32>),
    Boolean(Vec<bool>),
}

impl Buffer {
    fn of(column: &Column) -> Buffer {
        let values = match column.kind {
            DataType::Text | DataType::Data => Values::Text(Vec::new()),
            DataType::Integer | DataType::Unsigned => Values::Integer(Vec::new()),
            DataType::Number => Values::Number(Vec::new()),
            DataType::Date => Values::Date(Vec::new()),
            DataType::Boolean => Values::Boolean(Vec::new()),
        };
        Buffer { present: Vec::new(), values }
    }

    fn push(&mut self, cell: Cell<'_>) -> io::Result<()> {
        self.present.push(i16::from(cell != Cell::Absent));
        match (&mut self.values, cell) {
            (_, Cell::Absent) => {}
            (Values::Text(texts), Cell::Text(text)) => {
                // Names repeat from row to row, and then share their bytes.
                let same = texts.last().filter(|last| last.data() == text.as_bytes()).cloned();
                texts.push(same.unwrap_or_else(|| text.as_ref().into()));
            }
            (Values::Text(texts), Cell::Data(data)) => texts.push(data.to_string().as_str().into()),
            (Values::Integer(integers), Cell::Integer(value)) => integers.push(bits(value)?),
            (Values::Number(numbers), Cell::Number(value)) => numbers.push(value),
            (Values::Date(days), Cell::Date(date)) => days.push(date.days_since_1970()),
            (Values::Boolean(all), Cell::Boolean(holds)) => all.push(holds),
            (_, cell) => unreachable!("{cell:?} is not of its column's kind"),
        }
        Ok(())
    }

    /// Writes the cells and forgets them.
    fn write(&mut self, column: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let present = Some(&self.present[..]);
        match &mut self.values {
            Values::Text(values) => {
                column.typed::<ByteArrayType>().write_batch(values, present, None)?;
                values.clear();
            }
            Values::Integer(values) => {
                column.typed::<Int64Type>().write_batch(values, present, None)?;
                values.clear();
            }
            Values::Number(values) => {
                column.typed::<DoubleType>().write_batch(values, present, None)?;
                values.clear();
            }
            Values::Boolean(values) => {
                column.typed::<BoolType>().write_batch(values, present, None)?;
                values.clear();
            }
            Values::Date(values) => {
                column.typed::<Int32Type>().write_batch(values, present, None)?;
                values.clear();
            }
        }
        self.present.clear();
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
    use crate::model::Date;
    use crate::output::example::{full_layout, full_results, layout, results};
    use crate::output::json::rows;
    use crate::output::table::{Layout, run_tables};
    use crate::results::Results;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    use serde_json::{Map, Value, json};
    use std::fs::File;

    fn bytes(table: &Table<Results>, runs: &[Results]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut writer = ParquetWriter::new(&mut out, table).expect("writing to memory cannot fail");
        runs.iter().for_each(|run| writer.add(table, run).expect("writing to memory cannot fail"));
        writer.finish(r#"[{"scenario": "full"}]"#).expect("writing to memory cannot fail");
        out
    }

    fn named(name: &str, layout: &Layout) -> Table<Results> {
        run_tables(layout).into_iter().find(|table| table.name() == name).expect("a table of this name")
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
            Field::Date(days) => {
                let mut months =
                    (1970..2100).flat_map(|year| (1..=12).filter_map(move |month| Date::first_of(year, month)));
                json!(months.find(|date| date.days_since_1970() == *days).expect("the first of a month").to_string())
            }
            other => panic!("no column has the type of {other:?}"),
        }
    }

    #[test]
    fn holds_what_the_json_holds() {
        let runs = [full_results(), full_results()];
        for table in run_tables(&full_layout()) {
            let rows_of = |run| rows(&table, run).map(|row| serde_json::to_value(row).expect("JSON"));
            let expected: Vec<Value> = runs.iter().flat_map(rows_of).collect();
            let reader = read(bytes(&table, &runs));
            let rows: Vec<_> = reader.get_row_iter(None).expect("rows").map(|row| row.expect("a row")).collect();
            assert_eq!(rows.len(), expected.len(), "{}", table.name());
            for (row, expected) in rows.iter().zip(&expected) {
                assert_eq!(row.get_column_iter().count(), table.columns().len());
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
        for table in run_tables(&full_layout()) {
            let schema_of = |runs: &[Results]| read(bytes(&table, runs)).metadata().file_metadata().schema().clone();
            assert_eq!(schema_of(&[]), schema_of(&[full_results()]), "{}", table.name());
        }
    }

    #[test]
    fn a_table_without_rows_has_columns_all_the_same() {
        let file = read(bytes(&named("warnings", &layout()), &[results()]));
        assert_eq!(file.metadata().file_metadata().num_rows(), 0);
        assert_eq!(file.metadata().file_metadata().schema_descr().num_columns(), 4);
    }

    #[test]
    fn row_groups_are_bounded_and_hold_whole_scenarios() {
        let mut many = results();
        many.bands = vec![many.bands[0].clone(); 6_000];
        let table = named("bands", &layout());
        let file = read(bytes(&table, &[many.clone(), many.clone(), many.clone(), many]));
        let rows = file.metadata().row_groups().iter().map(|group| group.num_rows()).collect::<Vec<_>>();
        assert_eq!(rows, [18_000, 6_000]);
    }

    #[test]
    fn says_what_it_is_and_nothing_volatile() {
        let table = named("bands", &full_layout());
        let write = || bytes(&table, &[full_results()]);
        assert_eq!(write(), write());
        let file = read(write());
        let metadata = file.metadata().file_metadata().key_value_metadata().expect("metadata").clone();
        let of = |key: &str| {
            metadata.iter().find(|entry| entry.key == key).and_then(|entry| entry.value.clone()).expect("a value")
        };
        assert_eq!(of("riskband.version"), env!("CARGO_PKG_VERSION"));
        assert_eq!(of("riskband.table"), "bands");
        assert_eq!(of("riskband.runs"), r#"[{"scenario": "full"}]"#);
        let columns: Value = serde_json::from_str(&of("riskband.columns")).expect("JSON");
        assert_eq!(columns["p99_9"]["unit"], "as in column `unit`");
        assert_eq!(columns.as_object().map(Map::len), Some(table.columns().len()));
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
        let table = named("bands", &layout());
        let mut writer = ParquetWriter::new(Full, &table).expect("nothing is written yet");
        writer.add(&table, &results()).expect("nothing is written yet");
        assert_eq!(writer.finish("[]").expect_err("full").kind(), io::ErrorKind::StorageFull);
    }
}
