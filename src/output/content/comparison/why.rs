//! What the move of the last step is made of.

use super::{Pair, apportion::apportion};
use crate::output::chart::{self, Marks, Picture, Waterfall};
use crate::output::document::{Alignment, Block, Cell, Detail, Rows, Table};
use crate::output::number::NumberFormat;
use crate::output::quantity::{is_growth, largest};
use crate::output::words::in_period;
use crate::results::comparison::WhyRow;
use crate::stats::{Statistic, se, value};

/// Statistics whose move is drawn.
const DRAWN: [Statistic; 2] = [Statistic::MEDIAN, Statistic::Mean];
/// Statistics side by side where there is little room.
const STATISTICS: usize = 4;
/// Changes that have a bar of their own, the largest effects.
const CHANGES: usize = 14;
/// A move smaller than this share of where it begins or ends is drawn by itself: beside such bars it would not be seen.
const SEEN: f64 = 0.1;

const SHAPLEY: &str = "The parts are averages over all orders in which the changes can be made (Shapley) and add up; first is \
    the effect of a change made alone, last after all others: where they differ, changes interact.";

/// A section for each output and target that moves, the pictures with the main output, and how to read them.
pub(super) fn sections<'a>(pair: &Pair<'a>) -> Vec<Block<'a>> {
    let of_one = |a: &WhyRow, b: &WhyRow| a.of == b.of && is_probability(a) == is_probability(b);
    let moves = |rows: &&[WhyRow]| !rows.iter().all(|row| value(&row.effect) == Some(0.0));
    let moved = pair.comparison.why.chunk_by(of_one).filter(moves);
    let mut sections: Vec<Block<'a>> = moved.map(|rows| section(pair, rows)).collect();
    if let Some(Block::Section(_, blocks)) = sections.last_mut() {
        blocks.push(Block::Note(SHAPLEY.into()));
    }
    sections
}

fn is_probability(row: &WhyRow) -> bool {
    row.statistic == Statistic::Probability
}

/// Whether effects are differences of shares, which are told in percentage points.
fn is_share(row: &WhyRow) -> bool {
    is_probability(row) || is_growth(&row.of, row.unit.as_deref())
}

/// The effects on one output or target, a column a statistic; the median's in detail.
fn section<'a>(pair: &Pair<'a>, rows: &'a [WhyRow]) -> Block<'a> {
    let first = &rows[0];
    let (scale, unit) = match &first.unit {
        _ if is_share(first) => (100.0, ", percentage points".to_owned()),
        Some(unit) => (1.0, format!(", {unit}")),
        None => (1.0, String::new()),
    };
    let heading = format!("why {} moves{}{unit}", called(pair, first), in_period(&first.when));
    let decimals = if is_share(first) { 2 } else { decimals(rows) };
    let number = |value: f64| Cell::Number(value, NumberFormat::fixed(decimals));
    let scaled = |value: Option<f64>| value.map(|value| number(scale * value));
    let statistics: Vec<&[WhyRow]> = rows.chunk_by(|a, b| a.statistic == b.statistic).collect();
    let detailed = *statistics.iter().find(|rows| rows[0].statistic == Statistic::MEDIAN).unwrap_or(&statistics[0]);
    let label = detailed[0].statistic.label();

    let changes: Vec<(usize, &WhyRow)> = detailed.iter().enumerate().collect();
    let mut table = Table::of(&changes, Rows::All, "why").text("change", |(_, row)| {
        row.input.as_deref().map_or("all together", |input| change_name(pair, input, detailed))
    });
    for (place, rows) in statistics.iter().enumerate() {
        let detail = match place {
            _ if rows[0].statistic == detailed[0].statistic => Detail::Always,
            place if place < STATISTICS => Detail::if_room(0),
            _ => Detail::InFull,
        };
        let (parts, total) = adding_up(rows, scale, decimals);
        let effect = |(change, _): &(usize, &WhyRow)| {
            let shown = *parts.get(*change).unwrap_or(&total);
            let value = rows.get(*change).and_then(|row| value(&row.effect)).map_or(shown, |effect| scale * effect);
            Cell::Apportioned { value, shown, format: NumberFormat::fixed(decimals) }
        };
        table = table.column(detail, Alignment::Number, rows[0].statistic.label(), effect);
    }
    table = table
        .column(Detail::if_room(1), Alignment::Number, format!("{label} se"), |(_, row)| scaled(se(&row.effect)))
        .column(Detail::if_room(2), Alignment::Number, format!("{label} first"), |(_, row)| scaled(row.first))
        .column(Detail::if_room(2), Alignment::Number, format!("{label} last"), |(_, row)| scaled(row.last));
    for rows in statistics.iter().filter(|rows| rows[0].statistic != detailed[0].statistic) {
        let name = format!("{} se", rows[0].statistic.label());
        table = table.in_full(name, |(change, _)| scaled(se(&rows.get(*change)?.effect)));
    }
    let mut blocks = Vec::new();
    if Some(&*first.of) == pair.main() && !is_probability(first) {
        let of = |drawn: &Statistic| statistics.iter().find(|rows| rows[0].statistic == *drawn);
        blocks.push(Block::InFull(DRAWN.iter().filter_map(of).filter_map(|rows| picture(pair, rows)).collect()));
    }
    blocks.push(Block::Table(table.table));
    let sampling = detailed.iter().filter_map(|row| row.sampling_se).reduce(f64::max).filter(|&se| se > 0.0);
    blocks.extend(sampling.map(|se| {
        let se = NumberFormat::error([scale * se]).format(scale * se);
        Block::Note(format!("Orders were sampled: the parts of {label} have a standard error of up to {se} by that."))
    }));
    Block::section(heading, blocks)
}

/// The parts and their total, rounded so that what is shown adds up.
fn adding_up(rows: &[WhyRow], scale: f64, decimals: usize) -> (Vec<f64>, f64) {
    let parts = rows.iter().filter(|row| row.input.is_some()).map(|row| scale * value(&row.effect).unwrap_or(0.0));
    let total = rows.iter().find(|row| row.input.is_none()).and_then(|row| value(&row.effect));
    apportion(&parts.collect::<Vec<f64>>(), scale * total.unwrap_or(0.0), decimals)
}

/// Decimals that give the largest effect four digits.
fn decimals(rows: &[WhyRow]) -> usize {
    let mut size = largest(rows.iter().map(|row| value(&row.effect))).map_or(0.0, f64::abs);
    let mut decimals = 0;
    while size > 0.0 && size < 1000.0 && decimals < 8 {
        size *= 10.0;
        decimals += 1;
    }
    decimals
}

/// The output or target that moves.
fn called<'n>(pair: &Pair<'n>, row: &'n WhyRow) -> &'n str {
    if is_probability(row) { pair.target(&row.of) } else { pair.quantity(&row.of) }
}

/// A change by the title of what changes, or else by its name.
fn change_name<'r>(pair: &Pair<'r>, input: &'r str, rows: &[WhyRow]) -> &'r str {
    let name = input.split_once('.').map_or(input, |(_, name)| name);
    match pair.quantity(name) {
        title if title == name => short_name(input, rows),
        title => title,
    }
}

/// The name without its section, where no other change is called so.
fn short_name<'r>(input: &'r str, rows: &[WhyRow]) -> &'r str {
    fn name(input: &str) -> &str {
        input.split_once('.').map_or(input, |(_, name)| name)
    }
    let same = rows.iter().filter(|row| name(row.input.as_deref().unwrap_or_default()) == name(input));
    if same.count() == 1 { name(input) } else { input }
}

/// The move of one statistic. None where nothing moves it.
fn picture<'a>(pair: &Pair<'a>, rows: &[WhyRow]) -> Option<Block<'a>> {
    let total = rows.iter().find(|row| row.input.is_none())?;
    let effect = value(&total.effect).filter(|effect| *effect != 0.0)?;
    let scale = if is_share(total) { 100.0 } else { 1.0 };
    let part = |label: String, value: f64| chart::Part { label, value: scale * value };
    let mut changes: Vec<(&str, f64)> = rows
        .iter()
        .filter_map(|row| Some((change_name(pair, row.input.as_deref()?, rows), value(&row.effect)?)))
        .collect();
    // A stable sort: changes of one size stay in their order.
    changes.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let rest = changes.split_off(changes.len().min(CHANGES));
    let mut parts: Vec<chart::Part> = changes.into_iter().map(|(name, effect)| part(name.to_owned(), effect)).collect();
    if !rest.is_empty() {
        parts.push(part(format!("{} smaller changes", rest.len()), rest.iter().map(|(_, effect)| effect).sum()));
    }
    let (a, b, name) = (&pair.comparison.a, &pair.comparison.b, total.statistic.label());
    let start = value_of_a(pair, total);
    let (from, to) = match start.filter(|start| effect.abs() >= SEEN * start.abs().max((start + effect).abs())) {
        Some(start) => (part(format!("{name} of {a}"), start), part(format!("{name} of {b}"), start + effect)),
        None => (part(format!("as {a}"), 0.0), part("all together".into(), effect)),
    };
    let statistic = if total.statistic == Statistic::MEDIAN { "median" } else { &name };
    let title =
        format!("Why the {statistic} of {} moves{}: {b} against {a}", called(pair, total), in_period(&total.when));
    let unit = if is_share(total) { Some("percentage points".into()) } else { total.unit.clone() };
    let marks = Marks::Waterfall(Waterfall { output: called(pair, total).to_owned(), unit, from, parts, to });
    // The numbers stand in the table of the section.
    Some(Block::Figure(Picture { name: format!("why-{}", total.statistic), title, marks }, None))
}

/// The statistic in the run of a, if it was asked for there.
fn value_of_a(pair: &Pair<'_>, row: &WhyRow) -> Option<f64> {
    let is_it =
        |subject: &crate::model::Subject| subject.output == row.of && subject.is_whole() && subject.when == row.when;
    let band = pair.a.bands.iter().find(|band| is_it(&band.subject))?;
    match row.statistic {
        Statistic::Mean => value(&band.mean),
        _ => band.quantile(pair.a.percentiles.iter().position(|level| *level == 50.0)?),
    }
}
