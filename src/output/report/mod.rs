//! One self-contained HTML page: answer, charts, tables, assumptions, and how it was run.
//!
//! The page asks for nothing but itself: no network, no storage. It reads without its script, which only lets charts
//! zoom and name values under the pointer.

mod comparison;
mod data;
mod facts;
mod figures;
mod page;
mod scenario;
mod tables;

#[cfg(test)]
mod tests;

use super::markup::Markup;
use crate::analysis::assumptions::Assumption;
use crate::results::Results;
use crate::results::comparison::Comparison;
use std::io::{self, Write};

/// What a page is about.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// Results of the scenarios.
    pub runs: &'a [Results],
    /// What their files say beside numbers, in the same order.
    pub papers: &'a [Papers],
    /// Names of scenarios that were asked for and did not run.
    pub failed: &'a [String],
    /// Scenarios against the first of them.
    pub comparisons: &'a [Comparison],
    /// Those that could not be compared with it.
    pub apart: &'a [Apart],
}

/// Two scenarios that cannot be compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Apart {
    /// The base.
    pub a: String,
    /// What was to be compared with it.
    pub b: String,
    /// Why not.
    pub reasons: Vec<String>,
}

/// What a scenario file says beside its numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Papers {
    /// Its description.
    pub description: Option<String>,
    /// What it extends, ancestors first, itself last.
    pub lineage: Vec<String>,
    /// The register of its assumptions.
    pub assumptions: Vec<Assumption>,
}

/// Writes a report as HTML. The same results give the same bytes.
///
/// # Errors
///
/// What `out` returns.
pub fn write_report(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let mut body = Markup::new();
    match report.runs {
        [results] => {
            let papers = report.papers.first().cloned().unwrap_or_default();
            scenario::write_alone(&mut body, results, &papers, report.failed);
            page::write(out, &facts::title(results), &body)
        }
        runs => {
            let title = facts::title_of_several(runs);
            scenario::write_several(&mut body, &title, report);
            page::write(out, &title, &body)
        }
    }
}
