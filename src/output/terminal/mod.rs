//! Documents on a terminal: what a reader wants to know first, within the width of the window.

mod fan;
mod table;

#[cfg(test)]
mod tests;

use super::content::{self, Report, Sweep};
use super::document::{Block, Detail, Document, Heading, Part, Sentence};
use super::layout::{INDENT, write_heading, write_paragraph, write_title};
use crate::results::comparison::{Compared, Comparison};
use crate::results::{Results, Solution};
use std::io::{self, Write};

/// Writes the results of one scenario, or of several after a table that sets them side by side.
///
/// The text carries styles; a stream that is not a terminal strips them. `width` is in columns.
///
/// # Errors
///
/// What `out` returns.
pub fn write_summary(out: &mut dyn Write, runs: &[Results], width: usize) -> io::Result<()> {
    let report = Report { runs, ..Report::default() };
    match runs {
        [] => Ok(()),
        _ => write(out, &content::of_report(&report), width),
    }
}

/// The summary of one scenario as it stands among others, with styles: what [`write_summaries`] puts together.
///
/// # Errors
///
/// None that memory does not give.
pub fn scenario_text(results: &Results, width: usize) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    write_part(&mut text, &content::of_run(results), width)?;
    Ok(text)
}

/// Writes the summary of scenarios of which the outlines are left, with the texts that [`scenario_text`] gave of each.
///
/// # Errors
///
/// What `out` returns.
pub fn write_summaries(out: &mut dyn Write, outlines: &[Results], texts: &[Vec<u8>], width: usize) -> io::Result<()> {
    if outlines.is_empty() {
        return Ok(());
    }
    let document = content::around_runs(outlines);
    write_around(out, &document, texts.len(), &mut |index, out| out.write_all(&texts[index]), width)
}

/// Writes what drives the outputs of a scenario, with styles.
///
/// # Errors
///
/// What `out` returns.
pub fn write_drivers(out: &mut dyn Write, results: &Results, width: usize) -> io::Result<()> {
    write_part(out, &content::of_drivers(results), width)
}

/// Writes where an outcome of a scenario lives, with styles.
///
/// # Errors
///
/// What `out` returns.
pub fn write_discovery(out: &mut dyn Write, results: &Results, width: usize) -> io::Result<()> {
    write_part(out, &content::of_discovery(results), width)
}

/// Writes what it takes to meet a goal, with styles.
///
/// # Errors
///
/// What `out` returns.
pub fn write_solution(out: &mut dyn Write, solution: &Solution, width: usize) -> io::Result<()> {
    write(out, &content::of_solution(solution), width)
}

/// Writes what a sweep came to, with styles.
///
/// # Errors
///
/// What `out` returns.
pub fn write_sweep(out: &mut dyn Write, sweep: &Sweep<'_>, width: usize) -> io::Result<()> {
    write(out, &content::of_sweep(sweep), width)
}

/// Writes the stories of single paths of a scenario, with styles.
///
/// # Errors
///
/// What `out` returns.
pub fn write_stories(out: &mut dyn Write, results: &Results, width: usize) -> io::Result<()> {
    write_part(out, &content::of_stories(results), width)
}

/// Writes every comparison. The text carries styles; `width` is in columns.
///
/// # Errors
///
/// What `out` returns.
pub fn write_comparison_summary(out: &mut dyn Write, compared: &Compared, width: usize) -> io::Result<()> {
    let comparisons: Vec<&Comparison> = compared.comparisons.iter().collect();
    match &comparisons[..] {
        [] => Ok(()),
        comparisons => write(out, &content::of_comparisons(comparisons, &compared.runs, usize::MAX), width),
    }
}

/// A comparison as it stands among others, with styles: what [`write_comparisons`] puts together. The runs are those of both
/// sides.
///
/// # Errors
///
/// None that memory does not give.
pub fn comparison_text(comparison: &Comparison, runs: &[Results], width: usize) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    content::of_comparison(comparison, runs).map_or(Ok(()), |part| write_part(&mut text, &part, width))?;
    Ok(text)
}

/// Writes a line for each of several comparisons in this order, of which outlines are enough, and the texts that
/// [`comparison_text`] gave of the first ones. The text carries styles; `width` is in columns.
///
/// # Errors
///
/// What `out` returns.
pub fn write_comparisons(
    out: &mut dyn Write,
    comparisons: &[&Comparison],
    runs: &[Results],
    texts: &[Vec<u8>],
    width: usize,
) -> io::Result<()> {
    if comparisons.is_empty() {
        return Ok(());
    }
    let document = content::of_comparisons(comparisons, runs, 0);
    write_around(out, &document, texts.len(), &mut |index, out| out.write_all(&texts[index]), width)
}

/// Writes a document; its title only where something stands between it and the first part.
pub(super) fn write(out: &mut dyn Write, document: &Document<'_>, width: usize) -> io::Result<()> {
    let parts = &document.parts;
    write_around(out, document, parts.len(), &mut |index, out| write_part(out, &parts[index], width), width)
}

/// Writes a document whose parts, so many, are written one by one.
fn write_around(
    out: &mut dyn Write,
    document: &Document<'_>,
    parts: usize,
    write_part: &mut dyn FnMut(usize, &mut dyn Write) -> io::Result<()>,
    width: usize,
) -> io::Result<()> {
    let has_overview = !document.overview.is_empty();
    if has_overview {
        write_title(out, &document.title, width)?;
        write_lead(out, &document.lead, width)?;
    }
    if let Some(text) = &document.missing {
        write_paragraph(out, text, width, 0)?;
    }
    write_blocks(out, &document.overview, width)?;
    for index in 0..parts {
        if index > 0 || has_overview {
            writeln!(out)?;
        }
        write_part(index, out)?;
    }
    for text in &document.reading {
        writeln!(out)?;
        write_paragraph(out, text, width, 0)?;
    }
    Ok(())
}

fn write_part(out: &mut dyn Write, part: &Part<'_>, width: usize) -> io::Result<()> {
    write_title(out, part.title.as_ref().unwrap_or(&part.name), width)?;
    if let Some(line) = &part.line {
        write_paragraph(out, line, width, 0)?;
    }
    write_lead(out, &part.lead, width)?;
    write_blocks(out, &part.blocks, width)
}

fn write_lead(out: &mut dyn Write, lead: &[Sentence], width: usize) -> io::Result<()> {
    let shown = lead.iter().filter(|sentence| sentence.detail != Detail::InFull);
    let text: Vec<&str> = shown.map(|sentence| sentence.text.as_str()).collect();
    if text.is_empty() { Ok(()) } else { write_paragraph(out, &text.join(" "), width, 0) }
}

fn write_blocks(out: &mut dyn Write, blocks: &[Block<'_>], width: usize) -> io::Result<()> {
    blocks.iter().try_for_each(|block| match block {
        Block::InFull(_) | Block::Figure(_, None) => Ok(()),
        Block::Section(Heading::Words(text) | Heading::Name(text), blocks) => {
            write_heading(out, text)?;
            write_blocks(out, blocks, width)
        }
        Block::Paragraph(text) => {
            write_paragraph(out, text, width, INDENT)?;
            writeln!(out)
        }
        Block::Note(text) => write_paragraph(out, text, width, INDENT),
        Block::Table(table) => table::write(out, table, None, width),
        Block::Figure(picture, Some(table)) => table::write(out, table, Some(picture), width),
        Block::List(items) => items.iter().try_for_each(|item| write_paragraph(out, item, width, INDENT)),
        Block::Facts(facts) => facts
            .iter()
            .try_for_each(|fact| write_paragraph(out, &format!("{}: {}", fact.name, fact.value), width, INDENT)),
    })
}
