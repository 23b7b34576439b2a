//! Comparisons of scenarios, for programs and for reading.

mod apportion;
pub(in crate::output) mod rows;
mod summary;

pub use summary::write_comparison_summary;
