//! Writers: they see results only.

mod csv;
mod describe;
mod files;
mod json;
pub(crate) mod layout;
mod number;
#[cfg(feature = "parquet")]
mod parquet;
mod paths;
mod summary;
mod table;

#[cfg(test)]
pub(crate) mod example;

pub use csv::write_csv;
pub use describe::{Description, describe};
pub use files::{OutputFolder, replace_file};
pub use json::{Failed, SafeJson, write_json};
pub use number::{NumberFormat, grouped, percent};
#[cfg(feature = "parquet")]
pub use parquet::{write_parquet, write_paths_parquet};
pub use paths::{PathSource, write_paths_csv};
pub use summary::write_summary;
pub use table::{Cell, Column, Kind, Layout, Table, level_label};
