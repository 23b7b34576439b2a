//! Where an outcome lives: a sentence and a table for each box.

use super::run::title;
use crate::output::chart::{Marks, Picture, Plane};
use crate::output::document::{Alignment, Block, Cell, Detail, Part, Rows, Table};
use crate::output::number::{NumberFormat, grouped, share};
use crate::output::words::paths;
use crate::results::{BoxRow, LimitRow, PlaneRow, Results};

const READING: &str = "Coverage is the share of the paths with the outcome that lie in the box, density the share of its \
    paths that have the outcome, mass the share of all paths in it. Boxes are found on half of the paths and measured on the \
    other half; stability says how many of ten half samples bound the input on the same side. Bounds that fewer than five of them find are left out.";

/// All that is told of a search.
pub(crate) fn part(results: &Results) -> Part<'_> {
    let discovery = &results.discovery;
    let happens = match discovery.share {
        Some(happens) => format!("`{}` holds on {} of the paths.", discovery.condition, share(happens)),
        None => format!("`{}` has a value on no path.", discovery.condition),
    };
    let mut blocks = vec![Block::Paragraph(happens)];
    blocks.extend(discovery.boxes.iter().filter_map(|found| section(results, found)));
    blocks.push(Block::Note(match discovery.boxes.is_empty() {
        true => "No box holds more of it than the whole does.".into(),
        false => READING.into(),
    }));
    Part {
        id: "s0".into(),
        name: title(results),
        line: Some(format!("{}, {}, seed {}", results.scenario, paths(results.run.paths), results.run.seed)),
        blocks,
        ..Part::default()
    }
}

fn section<'r>(results: &'r Results, found: &BoxRow) -> Option<Block<'r>> {
    let limits: Vec<&LimitRow> = results.discovery.limits.iter().filter(|row| row.number == found.number).collect();
    let (coverage, density) = (found.coverage?, found.density?);
    let sentence = format!(
        "Where {}, it holds on {} of the paths; {} of all paths on which it holds lie there, and {} of the paths.",
        limits.iter().map(|row| bound(row)).collect::<Vec<_>>().join(" and "),
        share(density),
        share(coverage),
        share(found.mass)
    );
    let number = |value: Option<f64>| {
        let format = NumberFormat::plain(value);
        Cell::number(value, format)
    };
    let mut table = Table::of(&limits, Rows::All, "limits")
        .text("input", |row| row.input.as_str())
        .column(Detail::if_room(0), Alignment::Text, "measure", |row| row.coordinate.name())
        .number("from", |row| number(row.low))
        .number("to", |row| number(row.high))
        .percent(Detail::Always, "stability", |row| Cell::Share(row.stability))
        .table;
    table.breaks_names = true;
    let mut blocks = vec![Block::Paragraph(sentence), Block::Table(table)];
    blocks.extend(picture(results, found.number).map(|picture| Block::Figure(picture, None)));
    let heading = format!("box {}, {} held-out paths", found.number, grouped(found.n));
    Some(Block::section(heading, blocks))
}

/// The box in its two strongest inputs.
fn picture(results: &Results, number: u64) -> Option<Picture<'_>> {
    let discovery = &results.discovery;
    let cells: Vec<&PlaneRow> = discovery.plane.iter().filter(|row| row.number == number).collect();
    let first = cells.first()?;
    let marks = Marks::Plane(Plane {
        condition: &discovery.condition,
        x: measured(&first.x, first.x_measure.name()),
        y: measured(&first.y, first.y_measure.name()),
        cells: cells.clone(),
    });
    let title = format!("Where {} holds: box {number}", discovery.condition);
    Some(Picture { name: format!("box-{number}"), title, marks })
}

/// An input with what it is measured by, where that is not its value.
fn measured(input: &str, measure: &str) -> String {
    match measure {
        "value" => input.to_owned(),
        measure => format!("{input} ({measure})"),
    }
}

/// A bound in words.
fn bound(row: &LimitRow) -> String {
    let text = |value: f64| NumberFormat::plain([value]).format(value);
    let measure = match row.coordinate.name() {
        "value" => String::new(),
        measure => format!(" ({measure})"),
    };
    let input = format!("`{}`{measure}", row.input);
    match (row.low, row.high) {
        (Some(low), Some(high)) if low == high => format!("{input} is {}", text(low)),
        (Some(low), Some(high)) => format!("{input} is from {} to {}", text(low), text(high)),
        (Some(low), None) => format!("{input} is {} or more", text(low)),
        (None, Some(high)) => format!("{input} is {} or less", text(high)),
        (None, None) => input,
    }
}
