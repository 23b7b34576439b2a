//! Writers: they see results only.

pub mod chart;
mod comparison;
mod content;
mod csv;
mod describe;
mod digest;
mod document;
mod files;
mod json;
pub(crate) mod layout;
mod markup;
mod number;
#[cfg(feature = "parquet")]
mod parquet;
mod paths;
mod quantity;
mod register;
pub mod report;
mod table;
mod terminal;
mod words;

#[cfg(test)]
pub(crate) mod example;

pub use comparison::ComparisonTable;
pub use csv::{write_comparison_csv, write_csv};
pub use describe::{Description, describe, describe_comparison};
pub use digest::{Digest, last_row};
pub use files::{OutputFolder, replace_file};
pub use json::{Failed, SafeJson, write_comparison_json, write_json};
pub use number::{NumberFormat, grouped, percent};
#[cfg(feature = "parquet")]
pub use parquet::{write_comparison_parquet, write_parquet, write_paths_parquet};
pub use paths::{PathSource, write_paths_csv};
pub use register::{write_register, write_register_csv, write_register_json};
pub use table::{Cell, Column, Kind, Layout, Table};
pub use terminal::{write_comparison_summary, write_summary};

pub(crate) use content::{NamedChart, charts_of_comparison, charts_of_run, charts_of_several};
