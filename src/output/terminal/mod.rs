//! Documents on a terminal: what a reader wants to know first, within the width of the window.

mod fan;
mod table;

#[cfg(test)]
mod tests;

use super::content::{self, Report};
use super::document::{Block, Detail, Document, Heading, Part, Sentence};
use super::layout::{INDENT, write_heading, write_paragraph, write_title};
use crate::results::Results;
use crate::results::comparison::Compared;
use std::io::{self, Write};

/// Writes the results of one scenario, or of several after a table that sets them side by side.
///
/// The text carries styles; a stream that is not a terminal strips them. `width` is in columns.
///
/// # Errors
///
/// What `out` returns.
pub fn write_summary(out: &mut dyn Write, runs: &[Results], width: usize) -> io::Result<()> {
    let report = Report { runs, papers: &[], failed: &[], comparisons: &[], apart: &[] };
    match runs {
        [] => Ok(()),
        _ => write(out, &content::of_report(&report), width),
    }
}

/// Writes every comparison. The text carries styles; `width` is in columns.
///
/// # Errors
///
/// What `out` returns.
pub fn write_comparison_summary(out: &mut dyn Write, compared: &Compared, width: usize) -> io::Result<()> {
    match compared.comparisons[..] {
        [] => Ok(()),
        _ => write(out, &content::of_comparisons(compared), width),
    }
}

/// Writes a document; its title only where something stands between it and the first part.
pub(super) fn write(out: &mut dyn Write, document: &Document<'_>, width: usize) -> io::Result<()> {
    let has_overview = !document.overview.is_empty();
    if has_overview {
        write_title(out, &document.title, width)?;
        write_lead(out, &document.lead, width)?;
    }
    if let Some(text) = &document.missing {
        write_paragraph(out, text, width, 0)?;
    }
    write_blocks(out, &document.overview, width)?;
    for (index, part) in document.parts.iter().enumerate() {
        if index > 0 || has_overview {
            writeln!(out)?;
        }
        write_part(out, part, width)?;
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
