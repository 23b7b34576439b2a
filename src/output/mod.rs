//! Writers: they see results only.

pub mod chart;
mod content;
mod csv;
mod digest;
mod document;
mod files;
mod folder;
mod json;
pub(crate) mod layout;
mod manifest;
mod markup;
mod number;
#[cfg(feature = "parquet")]
mod parquet;
mod paths;
mod quantity;
mod register;
pub mod report;
mod solution_folder;
mod staging;
mod table;
mod terminal;
mod words;
#[cfg(feature = "workbook")]
mod workbook;

#[cfg(test)]
pub(crate) mod example;

pub use content::{
    ChartChoice, NamedChart, Sweep, charts_asked_for, charts_of_comparison, charts_of_discovery, charts_of_drivers,
    charts_of_run, charts_of_several, charts_of_solution, charts_of_sweep, comparison_outline,
};
pub use csv::{CsvWriter, write_csv};
pub use digest::{Digest, last_row};
pub use files::{OutputFile, OutputFolder, Staged, StagedFile, StagedOutput};
pub use folder::ResultFolder;
pub use json::{Document, Failed, SafeJson};
pub use manifest::Manifest;
pub use number::{NumberFormat, grouped, percent};
#[cfg(feature = "parquet")]
pub use parquet::{ParquetWriter, write_long_paths_parquet, write_paths_parquet};
pub use paths::{PathSource, write_long_paths_csv, write_paths_csv};
pub use register::{register_tables, write_register};
pub use solution_folder::SolutionFolder;
pub use table::{
    CaseColumns, Cell, Column, DataType, Layout, Table, Unit, comparison_tables, run_tables, solution_tables,
};
pub use terminal::{
    comparison_text, scenario_text, write_comparison_summary, write_comparisons, write_discovery, write_drivers,
    write_solution, write_stories, write_summaries, write_summary, write_sweep,
};
#[cfg(feature = "workbook")]
pub use workbook::{Overview, Workbook};
