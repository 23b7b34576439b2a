//! Comparisons of scenarios, for programs and for reading.

mod apportion;
mod summary;
mod table;

pub use summary::write_comparison_summary;
pub use table::ComparisonTable;
