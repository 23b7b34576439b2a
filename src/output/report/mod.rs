//! One self-contained HTML page: answer, charts, tables, assumptions, and how it was run.
//!
//! The page asks for nothing but itself: no network, no storage. It reads without its script, which only lets charts
//! zoom and name values under the pointer.

mod html;
mod page;
mod zoom;

#[cfg(test)]
mod tests;

pub use super::content::{Apart, Papers, Report, Sweep};

use super::content;
use crate::results::Solution;
use std::io::{self, Write};

/// Writes a report as HTML. The same results give the same bytes.
///
/// # Errors
///
/// What `out` returns.
pub fn write_report(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let document = content::of_report(report);
    page::write(out, &document.title, &html::body(&document))
}

/// Writes a report of a sweep as HTML. The same results give the same bytes.
///
/// # Errors
///
/// What `out` returns.
pub fn write_sweep_report(out: &mut dyn Write, sweep: &Sweep<'_>) -> io::Result<()> {
    let document = content::of_sweep(sweep);
    page::write(out, &document.title, &html::body(&document))
}

/// Writes a report of what a goal takes as HTML. The same answer gives the same bytes.
///
/// # Errors
///
/// What `out` returns.
pub fn write_solution_report(out: &mut dyn Write, solution: &Solution) -> io::Result<()> {
    let document = content::of_solution(solution);
    page::write(out, &document.title, &html::body(&document))
}
