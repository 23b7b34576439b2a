//! Grids, headings and paragraphs that keep to a width.

use crate::diagnostic::{escape, wrapping};
use anstyle::Style;
use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, Width, presets};
use std::io::{self, Write};

const BOLD: Style = Style::new().bold();

/// Columns a grid is moved to the right.
pub(crate) const INDENT: usize = 2;
/// Columns between two columns of a grid.
pub(crate) const GAP: usize = 2;

/// Longer words of text may break.
pub(crate) const LONGEST_WORD: usize = 20;
/// After which characters a name may break.
const JOINTS: [char; 3] = ['-', '.', '_'];
/// No width, and never in escaped text: where a name may break. Taken out again before anything is written.
const SOFT_BREAK: char = '\u{200b}';

/// Where the text of a column stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
}

/// A table without lines but the one under its header.
#[derive(Debug)]
pub(crate) struct Grid {
    table: Table,
    alignments: Vec<Align>,
    /// Width that each column needs so that neither a word nor a number breaks.
    unbroken: Vec<usize>,
    breaks_names: bool,
}

impl Grid {
    pub(crate) fn new(columns: &[(String, Align)]) -> Self {
        let mut table = Table::new();
        table.load_style(presets::NOTHING.header_separator(LineStyle::none().fill('─').junction('─')));
        table.set_content_arrangement(ContentArrangement::Dynamic);
        let alignments: Vec<Align> = columns.iter().map(|(_, align)| *align).collect();
        let unbroken = columns.iter().map(|(name, _)| longest_word(name)).collect();
        let mut grid = Grid { table, alignments, unbroken, breaks_names: false };
        let header = grid.cells(columns.iter().map(|(name, _)| name.clone()));
        grid.table.set_header(header);
        for (index, column) in grid.table.column_iter_mut().enumerate() {
            // The line under the header adds a column of its own between two others.
            column.set_padding((0, if index + 1 < columns.len() { GAP as u16 - 1 } else { 0 }));
        }
        grid
    }

    /// Lets the text of the first column, a name, break after hyphens, points and underscores; it keeps this width at least.
    pub(crate) fn break_names(&mut self, width: usize) {
        self.breaks_names = true;
        self.unbroken[0] = width;
        if let Some(column) = self.table.column_mut(0) {
            column.set_delimiter(SOFT_BREAK);
        }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let cells: Vec<String> = cells.into_iter().collect();
        for (index, (cell, unbroken)) in cells.iter().zip(&mut self.unbroken).enumerate() {
            *unbroken = (*unbroken).max(match self.alignments[index] {
                Align::Right => cell.chars().count(),
                Align::Left if index == 0 && self.breaks_names => 0,
                Align::Left => longest_word(cell).min(LONGEST_WORD),
            });
        }
        let cells = self.cells(cells);
        self.table.add_row(cells);
    }

    pub(crate) fn write(mut self, out: &mut dyn Write, width: usize) -> io::Result<()> {
        for (column, width) in self.table.column_iter_mut().zip(&self.unbroken) {
            let width = width + usize::from(column.padding_width());
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width.min(u16::MAX.into()) as u16)));
        }
        self.table.set_width(width.saturating_sub(INDENT).min(u16::MAX.into()) as u16);
        for line in self.table.trim_fmt().lines() {
            writeln!(out, "{:INDENT$}{}", "", line.replace(SOFT_BREAK, "").trim_end())?;
        }
        Ok(())
    }

    fn cells(&self, texts: impl IntoIterator<Item = String>) -> Vec<Cell> {
        let cell = |(index, (text, align)): (usize, (String, &Align))| {
            let mut text = escape(&text).into_owned();
            if index == 0 && self.breaks_names {
                text = text.split_inclusive(JOINTS).collect::<Vec<_>>().join(&SOFT_BREAK.to_string());
            }
            Cell::new(text).set_alignment(match align {
                Align::Left => CellAlignment::Left,
                Align::Right => CellAlignment::Right,
            })
        };
        texts.into_iter().zip(&self.alignments).enumerate().map(cell).collect()
    }
}

/// Width of the longest word.
pub(crate) fn longest_word(text: &str) -> usize {
    text.split(' ').map(|word| word.chars().count()).max().unwrap_or(0)
}

/// Width of the longest piece of a name that does not break.
pub(crate) fn longest_piece(name: &str) -> usize {
    name.split_inclusive(JOINTS).map(longest_word).max().unwrap_or(0)
}

/// An empty line and a heading.
pub(crate) fn write_heading(out: &mut dyn Write, text: &str) -> io::Result<()> {
    writeln!(out, "\n{BOLD}{}{BOLD:#}", escape(text))
}

/// A line in bold, broken where it is too long.
pub(crate) fn write_title(out: &mut dyn Write, text: &str, width: usize) -> io::Result<()> {
    broken(text, width).iter().try_for_each(|line| writeln!(out, "{BOLD}{line}{BOLD:#}"))
}

/// Text broken between words, moved to the right by `indent`.
pub(crate) fn write_paragraph(out: &mut dyn Write, text: &str, width: usize, indent: usize) -> io::Result<()> {
    let lines = broken(text, width.saturating_sub(indent));
    lines.iter().try_for_each(|line| writeln!(out, "{:indent$}{line}", ""))
}

fn broken(text: &str, width: usize) -> Vec<String> {
    textwrap::wrap(&escape(text), wrapping(width.max(1))).into_iter().map(|line| line.into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_break_between_words_and_escape() {
        assert_eq!(broken("one two three", 8), ["one two", "three"]);
        assert_eq!(broken("a\u{1b}[2Jb\nc", 40), [r"a\u{1b}[2Jb\nc"]);
    }

    #[test]
    fn names_break_after_hyphens_and_stay_what_they_are() {
        let mut grid = Grid::new(&[("name".into(), Align::Left), ("text".into(), Align::Left)]);
        grid.break_names(10);
        grid.row(["leading-edge-wafer".into(), "a text that takes all the room there is".into()]);
        let mut out = Vec::new();
        grid.write(&mut out, 34).expect("writing to memory cannot fail");
        let text = String::from_utf8(out).expect("UTF-8");
        let names: Vec<&str> = text.lines().skip(2).filter_map(|line| line.get(2..15)).map(str::trim).collect();
        assert_eq!(names.concat(), "leading-edge-wafer", "{text}");
        assert!(!text.contains(SOFT_BREAK));
    }

    #[test]
    fn a_grid_keeps_to_the_width() {
        let mut grid = Grid::new(&[("name".into(), Align::Left), ("value".into(), Align::Right)]);
        grid.row(["a name that is much too long for it".into(), "1.00".into()]);
        let mut out = Vec::new();
        grid.write(&mut out, 30).expect("writing to memory cannot fail");
        let text = String::from_utf8(out).expect("UTF-8");
        assert!(text.lines().all(|line| line.chars().count() <= 30), "{text}");
        assert!(text.contains("1.00"));
    }
}
