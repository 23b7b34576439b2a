//! Comparisons of scenarios, for programs.

mod table;

pub use table::ComparisonTable;
