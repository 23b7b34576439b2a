//! Comparisons of scenarios, for programs and for reading.

mod apportion;
pub(in crate::output) mod rows;
mod summary;
mod table;

pub use summary::write_comparison_summary;
pub use table::ComparisonTable;
