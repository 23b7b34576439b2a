//! Parquet: typed columns, with what a file says of itself in its key-value metadata.

mod paths;
mod table;

pub use paths::{write_long_paths_parquet, write_paths_parquet};
pub use table::ParquetWriter;

use super::json::SafeJson;
use super::table::{Column, DataType, Unit};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::{Type, TypePtr};
use serde_json::{Map, Value, json};
use std::io;
use std::sync::Arc;

/// A column that may be absent in any row.
fn field(column: &Column) -> TypePtr {
    let (physical, logical) = match column.kind {
        // JSON has a type of its own in Parquet, which readers turn into anything but the text.
        DataType::Text | DataType::Data => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        DataType::Integer => (Physical::INT64, None),
        DataType::Unsigned => (Physical::INT64, Some(LogicalType::integer(64, false))),
        DataType::Number => (Physical::DOUBLE, None),
        DataType::Date => (Physical::INT32, Some(LogicalType::Date)),
        DataType::Boolean => (Physical::BOOLEAN, None),
    };
    let builder = Type::primitive_type_builder(&column.name, physical).with_repetition(Repetition::OPTIONAL);
    Arc::new(builder.with_logical_type(logical).build().expect("the logical types go with the physical ones"))
}

fn message(columns: &[Column]) -> TypePtr {
    let fields = columns.iter().map(field).collect();
    Arc::new(Type::group_type_builder("riskband").with_fields(fields).build().expect("a message of any columns"))
}

/// Snappy, which every reader has; nothing volatile.
fn properties() -> WriterPropertiesBuilder {
    WriterProperties::builder().set_compression(Compression::SNAPPY)
}

/// What the file says of itself: version, table, the rows of the table `runs`, and its columns.
fn metadata(table: &str, runs: &str, columns: &[Column]) -> Vec<KeyValue> {
    let about = |column: &Column| {
        let unit = column.unit.as_ref().map(Unit::text);
        (column.name.to_string(), json!({ "description": column.meaning, "unit": unit }))
    };
    let columns: Map<String, Value> = columns.iter().map(about).collect();
    let entries = [
        ("riskband.version", env!("CARGO_PKG_VERSION").to_owned()),
        ("riskband.table", table.to_owned()),
        ("riskband.runs", runs.to_owned()),
        ("riskband.columns", SafeJson(columns).to_string()),
    ];
    entries.map(|(key, value)| KeyValue::new(key.to_owned(), value)).into()
}

/// What the file system said, where it was the file system.
fn into_io(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        error => io::Error::other(error),
    }
}
