//! The answer on a terminal: what a reader wants to know first, within the width of the window.

mod bands;
mod batch;
mod ceilings;
mod fan;
mod relief;
mod sections;

pub(super) use bands::{format_of as band_format, in_period, is_growth, largest, with_unit};
pub(super) use fan::write_difference_fan;
pub(super) use sections::share_or_dash;

use crate::results::Results;
use std::io::{self, Write};

/// Writes the results of one scenario, or of several after a table that sets them side by side.
///
/// The text carries styles; a stream that is not a terminal strips them. `width` is in columns.
///
/// # Errors
///
/// What `out` returns.
pub fn write_summary(out: &mut dyn Write, runs: &[Results], width: usize) -> io::Result<()> {
    if runs.len() > 1 {
        batch::write(out, runs, width)?;
    }
    for (index, results) in runs.iter().enumerate() {
        if index > 0 || runs.len() > 1 {
            writeln!(out)?;
        }
        write_scenario(out, results, width)?;
    }
    if !runs.is_empty() {
        writeln!(out)?;
        sections::write_reading_notes(out, width)?;
    }
    Ok(())
}

fn write_scenario(out: &mut dyn Write, results: &Results, width: usize) -> io::Result<()> {
    sections::write_head(out, results, width)?;
    let main = results.headline();
    if !main.is_empty() {
        bands::write_main(out, results, &main, width)?;
    }
    sections::write_targets(out, results, width)?;
    ceilings::write(out, results, width)?;
    sections::write_constraints(out, results, width)?;
    relief::write(out, results, width)?;
    bands::write_others(out, results, &main, width)?;
    sections::write_correlations(out, results, width)?;
    sections::write_notes(out, results, width)
}

#[cfg(test)]
mod tests;
