//! Writers: they see results only.

pub mod chart;
mod csv;
mod files;
mod json;
pub(crate) mod layout;
mod markup;
mod number;
pub mod report;
mod summary;
mod table;

#[cfg(test)]
pub(crate) mod example;

pub use csv::write_csv;
pub use files::{OutputFolder, replace_file};
pub use json::{Failed, SafeJson, write_json};
pub use number::{NumberFormat, grouped, percent};
pub use summary::write_summary;
pub use table::{Cell, Column, Kind, Layout, Table, level_label};
