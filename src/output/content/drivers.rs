//! What drives the outputs: a row an input, the strongest first.

use super::over_time::over_time;
use crate::output::chart::{Marks, Picture, Tornado, TornadoRow};
use crate::output::document::{Alignment, Block, Cell, Detail, Rows, Table};
use crate::output::number::{NumberFormat, share};
use crate::output::quantity::{format_of, with_unit};
use crate::output::words::in_period;
use crate::results::{Driven, IndexKind, IndexRow, Results, SwingRow};
use crate::stats::value;

/// Inputs that have a row in a table for readers.
const INPUTS: usize = 15;
/// Outputs that have a section each.
const OUTPUTS: usize = 4;
/// Width of the longest bar in characters.
const BAR: f64 = 20.0;
/// Shares below this one round to 0 and are not told of in a sentence.
const TOLD: f64 = 0.005;

const READING: &str = "First is the share of the variance that goes once an input is known, total what is left once all \
    others are; an input is its whole series of shocks. Of tied inputs the first may be above the total: it counts what is \
    known of its partners.";

/// One input with all that is known of it.
struct Driver<'r> {
    input: &'r str,
    first: Option<&'r IndexRow>,
    total: Option<&'r IndexRow>,
    shapley: Option<&'r IndexRow>,
    swing: Option<&'r SwingRow>,
}

impl Driver<'_> {
    /// What inputs are ordered by: the effect that adds up where there is one, else the larger share.
    fn weight(&self) -> f64 {
        let of = |row: Option<&IndexRow>| row.and_then(|row| value(&row.share));
        match self.shapley {
            Some(row) => of(Some(row)).unwrap_or(0.0),
            None => of(self.first).into_iter().chain(of(self.total)).fold(0.0, f64::max),
        }
    }
}

/// A section for each output in its last step and each target; of more outputs than are read on a page, the main one alone.
pub(super) fn sections(results: &Results) -> Vec<Block<'_>> {
    let all = &results.sensitivity.indices;
    let ends = last_steps(all);
    let end = results.end();
    let is_main = |driven: &Driven| {
        end.is_some_and(|end| driven.output.as_ref() == Some(&end.subject.output) && driven.segment.is_none())
    };
    let outputs = ends.iter().filter(|driven| driven.target.is_none()).count();
    let main_alone = outputs > OUTPUTS && ends.iter().any(|driven| is_main(driven));
    let shown = ends.into_iter().filter(|driven| !main_alone || driven.target.is_some() || is_main(driven));
    let mut sections: Vec<Block<'_>> = shown.filter_map(|driven| section(results, driven)).collect();
    if let Some(Block::Section(_, blocks)) = sections.last_mut() {
        if main_alone {
            let others = format!("{} more outputs are in the tables; `--of NAME` shows the one.", outputs - 1);
            blocks.push(Block::Note(others));
        }
        blocks.push(Block::Note(READING.into()));
    }
    sections
}

/// Everything that is driven, in the last of its steps.
fn last_steps(rows: &[IndexRow]) -> Vec<&Driven> {
    let mut ends: Vec<&Driven> = Vec::new();
    for row in rows {
        match ends.iter_mut().find(|end| end.name() == row.driven.name() && end.target == row.driven.target) {
            Some(end) if end.when.step < row.driven.when.step => *end = &row.driven,
            Some(_) => {}
            None => ends.push(&row.driven),
        }
    }
    ends
}

fn section<'r>(results: &'r Results, driven: &Driven) -> Option<Block<'r>> {
    let sensitivity = &results.sensitivity;
    let of = |kind: IndexKind| {
        sensitivity.indices.iter().filter(move |row| row.index == kind && row.driven == *driven).collect::<Vec<_>>()
    };
    let (firsts, totals, effects) = (of(IndexKind::First), of(IndexKind::Total), of(IndexKind::Shapley));
    let swings: Vec<&SwingRow> = sensitivity.swing.iter().filter(|row| row.driven == *driven).collect();
    fn called<'r>(rows: &[&'r IndexRow], name: &str) -> Option<&'r IndexRow> {
        rows.iter().copied().find(|row| row.input == name)
    }
    let name =
        driven.target.as_deref().map_or_else(|| driven.name(), |target| results.titles.target(target).to_owned());
    let heading = format!("what drives {name}{}", in_period(&driven.when));
    if firsts.iter().all(|row| row.share.is_none()) {
        let text = "It does not vary, or has a value on no pair of paths, so there is nothing to explain.";
        return Some(Block::section(heading, vec![Block::Paragraph(text.into())]));
    }
    let mut drivers: Vec<Driver<'r>> = firsts
        .iter()
        .map(|row| Driver {
            input: &row.input,
            first: Some(row),
            total: called(&totals, &row.input),
            shapley: called(&effects, &row.input),
            swing: swings.iter().copied().find(|swing| swing.input == row.input),
        })
        .collect();
    // A stable sort: inputs of one weight stay in their order.
    drivers.sort_by(|a, b| b.weight().total_cmp(&a.weight()));
    let mut blocks = Vec::new();
    blocks.extend(sentence(results, driven, &drivers).map(Block::Paragraph));
    let count = drivers.len();
    drivers.truncate(INPUTS);
    let held = swings.first().map(|swing| {
        let statistic = if driven.target.is_some() { "probability" } else { "mean" };
        let statistic = with_unit(statistic, swing.unit.as_deref());
        format!("At P10 and at P90: the {statistic}, while the average of the input is held there.")
    });
    let picture = Picture {
        name: format!("drivers-{name}"),
        title: format!("Shares of the variance of {name}{}", in_period(&driven.when)),
        marks: Marks::Tornado(tornado(format!("{name}{}", in_period(&driven.when)), &drivers)),
    };
    blocks.push(Block::Figure(picture, Some(table(driven, &drivers))));
    if count > INPUTS {
        blocks.push(Block::Note(format!(
            "{} more inputs, each of {} at most; --format csv has them all.",
            count - INPUTS,
            share(drivers[INPUTS - 1].weight())
        )));
    }
    blocks.extend(held.map(Block::Note));
    blocks.extend(over_time(&sensitivity.indices, driven, &name));
    Some(Block::section(heading, blocks))
}

/// How much rests on what: grades first, then the strongest input alone.
fn sentence(results: &Results, driven: &Driven, drivers: &[Driver<'_>]) -> Option<String> {
    let mut grades: Vec<&IndexRow> =
        results.sensitivity.grades.iter().filter(|row| row.driven == *driven && row.share.is_some()).collect();
    grades.sort_by(|a, b| value(&b.share).unwrap_or(0.0).total_cmp(&value(&a.share).unwrap_or(0.0)));
    let told = |row: &&IndexRow| value(&row.share).is_some_and(|share| share >= TOLD);
    let parts: Vec<String> = grades
        .iter()
        .filter(|row| told(row))
        .map(|row| format!("{} on inputs of confidence `{}`", share(value(&row.share).unwrap_or(0.0)), row.input))
        .collect();
    let strongest = drivers.first()?;
    let known = value(&strongest.first?.share).filter(|share| *share >= TOLD);
    let known = known
        .map(|known| format!("Knowing `{}` alone would take away {} of its variance.", strongest.input, share(known)));
    let rests = match parts.len() {
        0 => None,
        _ if grades.len() < 2 => None,
        _ => Some(format!("Of the variance rest {}.", parts.join(", "))),
    };
    let text: Vec<String> = rests.into_iter().chain(known).collect();
    (!text.is_empty()).then(|| text.join(" "))
}

/// The picture of a table: its inputs with the shares that they have.
fn tornado<'r>(subject: String, drivers: &[Driver<'r>]) -> Tornado<'r> {
    let has_effects = drivers.iter().any(|driver| driver.shapley.is_some());
    let rows = drivers.iter().map(|driver| {
        let shares = [driver.first, driver.total].into_iter().chain(has_effects.then_some(driver.shapley));
        TornadoRow { input: driver.input, shares: shares.collect() }
    });
    let kinds = [IndexKind::First, IndexKind::Total].into_iter().chain(has_effects.then_some(IndexKind::Shapley));
    Tornado { subject, kinds: kinds.collect(), rows: rows.collect() }
}

fn table(driven: &Driven, drivers: &[Driver<'_>]) -> Table {
    let index = |row: Option<&IndexRow>| row.and_then(|row| value(&row.share)).map(Cell::Share);
    let half = |row: Option<&IndexRow>| {
        let (low, high) = row?.interval?;
        Some(Cell::Number(100.0 * (high - low) / 2.0, NumberFormat::fixed(1)))
    };
    let longest = drivers.iter().map(Driver::weight).fold(0.0, f64::max);
    let bar = |driver: &Driver<'_>| {
        let length = if longest > 0.0 { (BAR * driver.weight() / longest).round() as usize } else { 0 };
        "▆".repeat(length)
    };
    let mut table = Table::of(drivers, Rows::All, "sensitivity")
        .text("input", |driver| driver.input)
        .percent(Detail::Always, "first", |driver| index(driver.first))
        .column(Detail::if_room(1), Alignment::Number, "±", |driver| half(driver.first))
        .percent(Detail::Always, "total", |driver| index(driver.total))
        .column(Detail::if_room(2), Alignment::Number, "±", |driver| half(driver.total));
    if drivers.iter().any(|driver| driver.shapley.is_some()) {
        table = table.percent(Detail::Always, "shapley", |driver| index(driver.shapley)).column(
            Detail::if_room(3),
            Alignment::Number,
            "±",
            |driver| half(driver.shapley),
        );
    }
    let swings: Vec<&SwingRow> = drivers.iter().filter_map(|driver| driver.swing).collect();
    if let Some(first) = swings.first() {
        let unit = first.unit.as_deref();
        let values = swings.iter().flat_map(|row| row.held).filter_map(|held| value(&held));
        let format = format_of(&driven.name(), unit, values.collect::<Vec<_>>());
        let side = |driver: &Driver<'_>, side: usize| {
            let held = value(&driver.swing?.held[side])?;
            Some(if driven.target.is_some() { Cell::Share(held) } else { Cell::Number(held, format) })
        };
        table = table.column(Detail::if_room(0), Alignment::Number, "at P10", |driver| side(driver, 0)).column(
            Detail::if_room(0),
            Alignment::Number,
            "at P90",
            |driver| side(driver, 1),
        );
    }
    let mut table = table.column(Detail::if_room(0), Alignment::Text, "", bar).table;
    table.breaks_names = true;
    table
}
