//! Single paths as a Parquet file: a row group is a group of paths, written as soon as it is simulated.

use super::{ParquetWriter, into_io, message, metadata, properties};
use crate::engine::{Monitor, Recording};
use crate::output::paths::{PathSource, Wide, for_each_value, long_columns};
use parquet::basic::Encoding;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterPropertiesBuilder};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::ColumnPath;
use std::io::{self, Write};
use std::sync::Arc;

/// Writes paths in memory that does not grow with their number. What is not finite, and what a scenario does not have,
/// is null.
///
/// `runs` has the rows of the table `runs` as JSON.
///
/// # Errors
///
/// What `out` returns, and a [`RunError`](crate::engine::RunError) when the monitor asks to end.
pub fn write_paths_parquet(
    out: &mut (dyn Write + Send),
    sources: &[PathSource<'_>],
    runs: &str,
    monitor: &dyn Monitor,
) -> io::Result<()> {
    write_groups(out, &Wide::of(sources), sources, runs, monitor).map_err(into_io)
}

/// Writes paths in long form, a row a value, in memory that does not grow with their number. What is not finite is null.
///
/// `runs` has the rows of the table `runs` as JSON.
///
/// # Errors
///
/// What `out` returns, and a [`RunError`](crate::engine::RunError) when the monitor asks to end.
pub fn write_long_paths_parquet(
    out: &mut (dyn Write + Send),
    sources: &[PathSource<'_>],
    runs: &str,
    monitor: &dyn Monitor,
) -> io::Result<()> {
    let mut file = ParquetWriter::with_columns(out, "paths", long_columns())?;
    for_each_value(sources, monitor, |row| file.add_row(row))?;
    file.finish(runs)
}

fn write_groups(
    out: &mut (dyn Write + Send),
    wide: &Wide,
    sources: &[PathSource<'_>],
    runs: &str,
    monitor: &dyn Monitor,
) -> Result<(), ParquetError> {
    let properties = of_paths(properties().set_key_value_metadata(Some(metadata("paths", runs, &wide.columns))));
    let mut file = SerializedFileWriter::new(out, message(&wide.columns), Arc::new(properties.build()))?;
    for (source, places) in sources.iter().zip(&wide.places) {
        let mut groups = source.paths.groups();
        while let Some(group) = groups.next_group(monitor).map_err(|error| ParquetError::External(Box::new(error)))? {
            let mut row_group = file.next_row_group()?;
            write_names(&mut row_group, source.scenario, group)?;
            let mut column = ColumnBuffer::default();
            for &place in places {
                column.fill(group, place);
                column.write(&mut row_group)?;
            }
            row_group.close()?;
        }
    }
    file.close().map(|_| ())
}

/// Few doubles of a path repeat, so that a dictionary of them would cost time and save nothing; bytes of equal weight
/// side by side compress better than whole numbers do.
fn of_paths(properties: WriterPropertiesBuilder) -> WriterPropertiesBuilder {
    properties
        .set_dictionary_enabled(false)
        .set_encoding(Encoding::BYTE_STREAM_SPLIT)
        .set_column_dictionary_enabled(ColumnPath::from("scenario"), true)
        .set_column_encoding(ColumnPath::from("scenario"), Encoding::PLAIN)
        .set_column_encoding(ColumnPath::from("path"), Encoding::DELTA_BINARY_PACKED)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
}

fn write_names<W: Write + Send>(
    row_group: &mut SerializedRowGroupWriter<'_, W>,
    scenario: &str,
    group: &Recording,
) -> Result<(), ParquetError> {
    let present = vec![1; group.count()];
    let mut column = row_group.next_column()?.expect("the column `scenario`");
    column.typed::<ByteArrayType>().write_batch(
        &vec![ByteArray::from(scenario); group.count()],
        Some(&present),
        None,
    )?;
    column.close()?;
    let first = i64::try_from(group.first()).map_err(|error| ParquetError::External(Box::new(error)))?;
    let numbers: Vec<i64> = (first..).take(group.count()).collect();
    let mut column = row_group.next_column()?.expect("the column `path`");
    column.typed::<Int64Type>().write_batch(&numbers, Some(&present), None)?;
    column.close()
}

/// The cells of a column of one group.
#[derive(Default)]
struct ColumnBuffer {
    present: Vec<i16>,
    finite: Vec<f64>,
}

impl ColumnBuffer {
    fn fill(&mut self, group: &Recording, place: Option<usize>) {
        self.present.clear();
        self.finite.clear();
        match place {
            None => self.present.resize(group.count(), 0),
            Some(column) => {
                for piece in group.row(column) {
                    self.present.extend(piece.iter().map(|x| i16::from(x.is_finite())));
                    self.finite.extend(piece.iter().filter(|x| x.is_finite()));
                }
            }
        }
    }

    fn write<W: Write + Send>(&self, row_group: &mut SerializedRowGroupWriter<'_, W>) -> Result<(), ParquetError> {
        let mut column = row_group.next_column()?.expect("one column of the file each");
        column.typed::<DoubleType>().write_batch(&self.finite, Some(&self.present), None)?;
        column.close()
    }
}
