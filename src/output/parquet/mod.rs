//! Parquet: typed columns, with what a file says of itself in its key-value metadata.

mod paths;
mod table;

pub use paths::write_paths_parquet;
pub use table::{write_comparison_parquet, write_parquet};

use super::json::{SafeJson, write_rows};
use super::table::{Kind, Layout, Table};
use crate::results::Results;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::{Type, TypePtr};
use serde_json::{Map, Value};
use std::io;
use std::sync::Arc;

/// A column that may be absent in any row.
fn field(name: &str, kind: Kind) -> TypePtr {
    let (physical, logical) = match kind {
        // JSON has a type of its own in Parquet, which readers turn into anything but the text.
        Kind::Text | Kind::Data => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Integer => (Physical::INT64, None),
        Kind::Unsigned => (Physical::INT64, Some(LogicalType::integer(64, false))),
        Kind::Number => (Physical::DOUBLE, None),
    };
    let builder = Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL);
    Arc::new(builder.with_logical_type(logical).build().expect("the logical types go with the physical ones"))
}

fn message(fields: Vec<TypePtr>) -> TypePtr {
    Arc::new(Type::group_type_builder("riskband").with_fields(fields).build().expect("a message of any columns"))
}

/// Snappy, which every reader has; nothing volatile.
fn properties(metadata: Vec<KeyValue>) -> WriterPropertiesBuilder {
    WriterProperties::builder().set_compression(Compression::SNAPPY).set_key_value_metadata(Some(metadata))
}

/// What the file says of itself: version, table, the rows of the table `runs`, and its columns.
fn metadata(
    table: &str,
    runs: &[Results],
    layout: &Layout,
    columns: impl Iterator<Item = (String, Value)>,
) -> io::Result<Vec<KeyValue>> {
    let mut rows = Vec::new();
    write_rows(&mut rows, Table::Runs, runs, layout)?;
    let columns: Map<String, Value> = columns.collect();
    Ok(vec![
        KeyValue::new("riskband.version".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
        KeyValue::new("riskband.table".to_owned(), table.to_owned()),
        KeyValue::new("riskband.runs".to_owned(), String::from_utf8_lossy(&rows).into_owned()),
        KeyValue::new("riskband.columns".to_owned(), SafeJson(columns).to_string()),
    ])
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
