//! Tables of results as Arrow arrays, and Arrow arrays as capsules that any Arrow library takes.

use arrow_array::builder::{BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder, UInt64Builder};
use arrow_array::ffi::FFI_ArrowSchema;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{ArrayRef, RecordBatch, RecordBatchIterator};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use riskband::output::{Cell, Column, DataType as Kind, Table, Unit};
use std::collections::HashMap;
use std::sync::Arc;

/// The rows of these sources, one after the other, with what each column says of itself: types and absent cells are those of
/// the Parquet files.
pub(crate) fn batch<S>(table: &Table<S>, sources: &[&S]) -> Result<RecordBatch, ArrowError> {
    let fields: Vec<Field> = table.columns().iter().map(field).collect();
    let about = [
        ("riskband.version".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
        ("riskband.table".to_owned(), table.name().to_owned()),
    ];
    let schema = Schema::new_with_metadata(fields, HashMap::from(about));
    let columns = table.columns().iter().enumerate().map(|(place, column)| {
        let cells =
            sources.iter().flat_map(|source| (0..table.count(source)).map(move |row| table.cell(source, row, place)));
        array(column.kind, cells)
    });
    RecordBatch::try_new(Arc::new(schema), columns.collect::<Result<_, _>>()?)
}

fn field(column: &Column) -> Field {
    let kind = match column.kind {
        Kind::Text | Kind::Data => DataType::Utf8,
        Kind::Integer => DataType::Int64,
        Kind::Unsigned => DataType::UInt64,
        Kind::Number => DataType::Float64,
        Kind::Date => DataType::Date32,
        Kind::Boolean => DataType::Boolean,
    };
    let mut about = HashMap::from([("description".to_owned(), column.meaning.to_string())]);
    about.extend(column.unit.as_ref().map(|unit| ("unit".to_owned(), Unit::text(unit).to_owned())));
    Field::new(column.name.as_ref(), kind, true).with_metadata(about)
}

/// The cells of a column; one of another kind than the column's has no place in it.
fn array<'a>(kind: Kind, cells: impl Iterator<Item = Cell<'a>>) -> Result<ArrayRef, ArrowError> {
    let misplaced =
        |cell: Cell<'_>| Err(ArrowError::InvalidArgumentError(format!("{cell:?} is not of its column's kind")));
    let too_large = |_| ArrowError::InvalidArgumentError("a whole number of more than 64 bits".to_owned());
    Ok(match kind {
        Kind::Text | Kind::Data => {
            let mut builder = StringBuilder::new();
            for cell in cells {
                match cell {
                    Cell::Absent => builder.append_null(),
                    Cell::Text(text) => builder.append_value(text),
                    Cell::Data(data) => builder.append_value(data.to_string()),
                    other => return misplaced(other),
                }
            }
            Arc::new(builder.finish())
        }
        Kind::Integer => {
            let mut builder = Int64Builder::new();
            for cell in cells {
                match cell {
                    Cell::Absent => builder.append_null(),
                    Cell::Integer(number) => builder.append_value(number.try_into().map_err(too_large)?),
                    other => return misplaced(other),
                }
            }
            Arc::new(builder.finish())
        }
        Kind::Unsigned => {
            let mut builder = UInt64Builder::new();
            for cell in cells {
                match cell {
                    Cell::Absent => builder.append_null(),
                    Cell::Integer(number) => builder.append_value(number.try_into().map_err(too_large)?),
                    other => return misplaced(other),
                }
            }
            Arc::new(builder.finish())
        }
        Kind::Number => {
            let mut builder = Float64Builder::new();
            for cell in cells {
                match cell {
                    Cell::Absent => builder.append_null(),
                    Cell::Number(number) => builder.append_value(number),
                    other => return misplaced(other),
                }
            }
            Arc::new(builder.finish())
        }
        Kind::Date => {
            let mut builder = Date32Builder::new();
            for cell in cells {
                match cell {
                    Cell::Absent => builder.append_null(),
                    Cell::Date(date) => builder.append_value(date.days_since_1970()),
                    other => return misplaced(other),
                }
            }
            Arc::new(builder.finish())
        }
        Kind::Boolean => {
            let mut builder = BooleanBuilder::new();
            for cell in cells {
                match cell {
                    Cell::Absent => builder.append_null(),
                    Cell::Boolean(holds) => builder.append_value(holds),
                    other => return misplaced(other),
                }
            }
            Arc::new(builder.finish())
        }
    })
}

/// A stream of the rows as a capsule: a new one every time, since readers may read twice. Nothing is copied.
pub(crate) fn stream<'py>(py: Python<'py>, batch: &RecordBatch) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = batch.schema();
    let reader = RecordBatchIterator::new([Ok(batch.clone())], schema);
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), c"arrow_array_stream")
}

/// The schema of the rows as a capsule.
pub(crate) fn schema<'py>(py: Python<'py>, batch: &RecordBatch) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = FFI_ArrowSchema::try_from(batch.schema().as_ref()).map_err(super::errors::value_error)?;
    PyCapsule::new_with_value(py, schema, c"arrow_schema")
}
