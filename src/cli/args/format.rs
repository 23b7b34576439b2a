//! Formats of what is printed and saved, and the names of the tables.

use crate::engine::RunOptions;
use crate::output::{Layout, Table};
use clap::ValueEnum;

/// Formats of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ResultFormat {
    /// For reading, in the width of the terminal
    Table,
    /// Everything, as one document
    Json,
    /// One table; see --table
    Csv,
}

/// Formats of saved paths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum PathFormat {
    /// Typed columns in paths.parquet
    #[cfg(feature = "parquet")]
    #[default]
    Parquet,
    /// Text in paths.csv, larger and slower
    #[cfg_attr(not(feature = "parquet"), default)]
    Csv,
}

/// Formats of answers that are not tables of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextFormat {
    /// For reading
    Table,
    /// For programs
    Json,
}

/// The layout that tables have unasked; their names do not depend on it.
pub(crate) fn layout() -> Layout {
    Layout::of(&RunOptions::default())
}

pub(crate) fn names<S>(tables: &[Table<S>]) -> Vec<&'static str> {
    tables.iter().map(Table::name).collect()
}
