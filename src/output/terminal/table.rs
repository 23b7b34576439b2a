//! Tables on a terminal: the columns that fit, as many rows as a reader looks at, and a fan beside or below them.

use super::fan::{Fans, ranges};
use crate::output::chart::{Marks, Picture};
use crate::output::document::{Alignment, Cell, Column, Detail, Rows, Table};
use crate::output::layout::{Align, GAP, Grid, INDENT, LONGEST_WORD, longest_piece, longest_word, write_paragraph};
use std::io::{self, Write};

/// Rows that are shown of many, apart from the last of a series.
const ROWS: usize = 30;
/// Room that the name of a row gets in any case where it may break.
const NAME: usize = 20;
/// Room that it keeps at least where one more column takes the rest.
const NARROW_NAME: usize = 13;

/// Writes what fits of a table, with the fan that belongs to it.
pub(super) fn write(out: &mut dyn Write, table: &Table, picture: Option<&Picture<'_>>, width: usize) -> io::Result<()> {
    let rows = shown_rows(table);
    let fans = picture.and_then(|picture| match &picture.marks {
        Marks::Fan(fan) => Fans::new(fan, &rows),
        _ => None,
    });
    let room = width.saturating_sub(INDENT);
    let columns = [Cell::text, Cell::short].map(|text| columns(table, &rows, text, width));
    // Beside a fan, headers stand in one line.
    let beside = room.checked_sub(GAP + Fans::NARROWEST).filter(|_| fans.is_some());
    let beside = beside.and_then(|room| fitting(&columns[0], room, |column| column.whole));
    let broken = |columns, room| fitting(columns, room, |column: &Shown| column.broken);
    let complete = |columns, room| broken(columns, room).filter(|(shown, _)| shown.len() == columns.len());
    let most =
        complete(&columns[0], room).or_else(|| complete(&columns[1], room)).or_else(|| broken(&columns[1], room));
    // A fan stands below rather than that a pair of levels goes which has room without it; the mean may go.
    let beside = beside.filter(|(shown, _)| most.as_ref().is_none_or(|(most, _)| shown.len() + 1 >= most.len()));
    let lines = fans.as_ref().zip(beside.as_ref()).map(|(fans, (_, left))| fans.draw(left + Fans::NARROWEST));
    let (shown, left) = beside
        .or(most)
        .unwrap_or_else(|| (columns[1].iter().filter(|column| column.detail == Detail::Always).collect(), 0));
    // Ranges take the room that all columns leave.
    let ranges = ranges(table, &rows).filter(|_| left >= GAP + Fans::NARROWEST && fans.is_none());

    let mut headers: Vec<(String, Align)> = shown.iter().map(|column| (column.header.clone(), column.align)).collect();
    headers.extend(fans.as_ref().filter(|_| lines.is_some()).map(|fans| (fans.label(), Align::Left)));
    headers.extend(ranges.as_ref().map(|(label, ..)| (label.clone(), Align::Left)));
    let mut grid = Grid::new(&headers);
    if table.breaks_names {
        let longest = longest(&shown[0].texts);
        // The header is one word, or several.
        let header = longest_word(&shown[0].header);
        let narrow = longest.min(narrowest(&shown[0].texts)) + left;
        grid.break_names(longest.min(NAME).min(narrow).max(header));
    }
    let drawn = lines.as_ref().or(ranges.as_ref().map(|(_, lines, _)| lines));
    for place in 0..rows.len() {
        let cells = shown.iter().map(|column| column.texts[place].clone());
        grid.row(cells.chain(drawn.map(|lines| lines[place].clone())));
    }
    grid.write(out, width)?;
    match (&fans, &lines) {
        (Some(fans), Some(lines)) => write_paragraph(out, &fans.key(lines), width, INDENT)?,
        (Some(fans), None) => fans.write_alone(out, width)?,
        (None, _) => {}
    }
    if let Some((_, _, key)) = &ranges {
        write_paragraph(out, key, width, INDENT)?;
    }
    let left_out = |shown: usize, of: usize, things: &str| {
        (shown < of).then(|| format!("{shown} of {of} {things}; --format csv --table {} has all.", table.source))
    };
    let things = if let Rows::Many(things) = table.rows_are { things } else { "steps" };
    let may_go = |detail: Detail| usize::from(detail != Detail::Always);
    let (kept, all) = (
        shown.iter().map(|column| may_go(column.detail)).sum(),
        table.columns.iter().map(|column| may_go(column.detail)).sum(),
    );
    let notes = [
        left_out(rows.len(), table.rows.len(), things),
        table.columns_are.and_then(|things| left_out(kept, all, things)),
    ];
    notes.iter().flatten().try_for_each(|note| write_paragraph(out, note, width, INDENT))
}

/// Which rows are shown: of a long series every 2nd, 5th, 10th and so on, and the last; of many things the first.
fn shown_rows(table: &Table) -> Vec<usize> {
    let count = table.rows.len();
    match table.rows_are {
        Rows::All => (0..count).collect(),
        Rows::Many(_) => (0..count.min(ROWS)).collect(),
        Rows::Steps => {
            let strides = (0..).flat_map(|power| [1, 2, 5].map(|digit| digit * 10usize.pow(power)));
            let stride = strides.into_iter().find(|stride| count.div_ceil(*stride) <= ROWS).unwrap_or(1);
            (0..count).filter(|index| index % stride == 0 || index + 1 == count).collect()
        }
    }
}

/// A column of the rows that are shown.
struct Shown {
    header: String,
    align: Align,
    detail: Detail,
    texts: Vec<String>,
    /// Width in which neither a number nor a word breaks.
    broken: usize,
    /// Width in which the header does not break either.
    whole: usize,
}

/// All columns but those for who wants everything.
fn columns(table: &Table, rows: &[usize], text: fn(&Cell) -> String, width: usize) -> Vec<Shown> {
    let shown = |(index, column): (usize, &Column)| {
        let sign = if column.percent { " %" } else { "" };
        let header = format!("{}{sign}", column.name);
        let text = |&row: &usize| {
            let text = text(&table.rows[row][index]);
            text.strip_suffix(sign).map_or(text.clone(), str::to_owned)
        };
        let texts: Vec<String> = rows.iter().map(text).collect();
        let (align, cells) = match column.kind {
            Alignment::Number => (Align::Right, longest(&texts)),
            Alignment::Text if index > 0 => {
                (Align::Left, texts.iter().map(|text| longest_word(text).min(LONGEST_WORD)).max().unwrap_or(0))
            }
            Alignment::Text if table.breaks_names => (Align::Left, longest(&texts).min(narrowest(&texts))),
            Alignment::Text => (Align::Left, longest(&texts).min(width / 2)),
        };
        let (broken, whole) = (cells.max(longest_word(&header)), cells.max(header.chars().count()));
        Shown { header, align, detail: column.detail, texts, broken, whole }
    };
    let columns = table.columns.iter().enumerate();
    columns.filter(|(_, column)| column.detail != Detail::InFull).map(shown).collect()
}

/// Room that names keep where they may break, so that words of usual length stay whole.
fn narrowest(names: &[String]) -> usize {
    names.iter().map(|name| longest_piece(name).min(LONGEST_WORD)).max().unwrap_or(0).max(NARROW_NAME)
}

fn longest(texts: &[String]) -> usize {
    texts.iter().map(|text| text.chars().count()).max().unwrap_or(0)
}

/// The columns that keep to the room, without those that matter least, and what they leave of it; none where not even
/// those fit that are always shown.
fn fitting(columns: &[Shown], room: usize, width: impl Fn(&Shown) -> usize) -> Option<(Vec<&Shown>, usize)> {
    let mut shown: Vec<&Shown> = columns.iter().collect();
    loop {
        let needed = shown.iter().map(|column| width(column) + GAP).sum::<usize>() - GAP;
        if let Some(left) = room.checked_sub(needed) {
            return Some((shown, left));
        }
        let least = shown.iter().map(|column| column.detail).max().filter(|least| *least != Detail::Always)?;
        shown.retain(|column| column.detail != least);
    }
}
