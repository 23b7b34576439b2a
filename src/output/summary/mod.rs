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
    let texts: Vec<Vec<u8>> = runs.iter().map(|results| scenario_text(results, width)).collect::<io::Result<_>>()?;
    write_summaries(out, runs, &texts, width)
}

/// Writes the summary of scenarios of which the outlines are left, with their own texts as [`scenario_text`] gives them.
///
/// # Errors
///
/// What `out` returns.
pub fn write_summaries(out: &mut dyn Write, outlines: &[Results], texts: &[Vec<u8>], width: usize) -> io::Result<()> {
    if outlines.len() > 1 {
        batch::write(out, outlines, width)?;
    }
    for (index, text) in texts.iter().enumerate() {
        if index > 0 || outlines.len() > 1 {
            writeln!(out)?;
        }
        out.write_all(text)?;
    }
    if !texts.is_empty() {
        writeln!(out)?;
        sections::write_reading_notes(out, width)?;
    }
    Ok(())
}

/// What the summary says of one scenario, with styles.
///
/// # Errors
///
/// None that memory does not give.
pub fn scenario_text(results: &Results, width: usize) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    write_scenario(&mut text, results, width)?;
    Ok(text)
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
