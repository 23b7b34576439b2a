//! Both sides in the last step: targets, ceilings, outputs, and which distribution is better.

use super::{Pair, times};
use crate::output::document::{Alignment, Block, Cell, Detail, Rows, Table, TableOf};
use crate::output::number::NumberFormat;
use crate::output::quantity::error_format;
use crate::output::words::in_period;
use crate::results::Band;
use crate::results::comparison::{ConstraintComparison, DominanceRow, Measure, PartingRow};
use crate::stats::{Estimate, Share, se, value};

pub(super) fn targets<'a>(pair: &Pair<'_>) -> Option<Block<'a>> {
    let rows = &pair.comparison.targets;
    let table = Table::of(rows, Rows::All, "target_comparison").text("target", |row| pair.target(&row.target));
    let table = shares(table, |row| (row.a, row.b, row.difference))
        .in_full("in a alone", |row| row.only_a.probability().map(Cell::Probability))
        .in_full("in b alone", |row| row.only_b.probability().map(Cell::Probability));
    table.section("targets").map(in_points)
}

/// How often each ceiling binds in the last step.
pub(super) fn ceilings<'a>(pair: &Pair<'_>) -> Option<Block<'a>> {
    let comparison = pair.comparison;
    let last = comparison.constraints.iter().map(|row| &row.when).max_by_key(|when| when.step)?;
    let rows: Vec<&ConstraintComparison> = comparison.constraints.iter().filter(|row| row.when == *last).collect();
    let table =
        Table::of(&rows, Rows::All, "constraint_comparison").text("ceiling", |row| pair.quantity(&row.constraint));
    let table = shares(table, |row| (row.a, row.b, row.difference));
    table.section(format!("share of paths on which each ceiling binds{}", in_period(last))).map(in_points)
}

/// Adds both shares, their difference in percentage points, and its error.
fn shares<'r, R>(table: TableOf<'r, R>, of: impl Fn(&R) -> (Share, Share, Option<Estimate>)) -> TableOf<'r, R> {
    let error = |se: f64| Cell::Number(100.0 * se, NumberFormat::fixed(2));
    table
        .number("a", |row| of(row).0.probability().map(Cell::Probability))
        .number("b", |row| of(row).1.probability().map(Cell::Probability))
        .number("b - a", |row| value(&of(row).2).map(Cell::Points))
        .number("se", |row| se(&of(row).2).map(error))
}

fn in_points(section: Block<'_>) -> Block<'_> {
    let unit = Block::Note("b - a and its standard error se are in percentage points.".into());
    match section {
        Block::Section(heading, mut blocks) => {
            blocks.push(Block::InFull(vec![unit]));
            Block::Section(heading, blocks)
        }
        block => block,
    }
}

/// When the comparison ends, nothing where there is no time.
fn last_step(pair: &Pair<'_>) -> String {
    if pair.a.run.horizon.last() == 0 { String::new() } else { " in the last step".to_owned() }
}

/// The last step of the outputs and segments that are not told of over time.
pub(super) fn others<'a>(pair: &Pair<'_>) -> Option<Block<'a>> {
    let (main, middle) = (pair.main(), pair.middle());
    let shifts: Vec<&Band> = pair.bands(Measure::Shift).collect();
    let last = shifts.chunk_by(|a, b| a.subject.is_same_series(&b.subject)).map(|rows| rows[rows.len() - 1]);
    let is_told = |band: &&Band| band.subject.is_whole() && Some(&*band.subject.output) == main;
    let rows: Vec<&Band> = last.filter(|band| !is_told(band)).collect();
    let error = |band: &Band, se| Cell::Number(se, error_format(band, [Some(se)]));
    let parting = |row: &PartingRow| match row.parted {
        true => row.subject.when.period.clone(),
        false => "never".to_owned(),
    };
    Table::of(&rows, Rows::Many("outputs"), "comparison")
        .text("output", |band| pair.subject(&band.subject))
        .text("unit", |band| band.unit.as_deref().unwrap_or_default())
        .number("a", |band| Cell::number(pair.sides(band)[0], pair.format(band)))
        .number("b", |band| Cell::number(pair.sides(band)[1], pair.format(band)))
        .number("move", |band| Cell::number(band.quantile(middle), pair.format(band)))
        .number("se", |band| band.quantile_se(middle).map(|se| error(band, se)))
        .in_full("b below a", |band| pair.paired(band)?.below.probability().map(Cell::Share))
        .in_full("variance reduction", |band| pair.paired(band)?.variance_reduction.map(times))
        .column(Detail::InFull, Alignment::Text, "medians part", |band| pair.parting(band).map(parting))
        .section(format!("other outputs{}, {}", last_step(pair), pair.middle_label()))
}

pub(super) fn dominance<'a>(pair: &Pair<'_>) -> Option<Block<'a>> {
    let comparison = pair.comparison;
    let outputs: Vec<&[DominanceRow]> =
        comparison.dominance.chunk_by(|a, b| a.subject.output == b.subject.output).collect();
    let verdict =
        |rows: &&[DominanceRow], order: u8| rows.iter().find(|row| row.order == order).map(|row| row.verdict.name());
    Table::of(&outputs, Rows::All, "dominance")
        .text("output", |rows| pair.quantity(&rows[0].subject.output))
        .text("first order", |rows| verdict(rows, 1))
        .text("second order", |rows| verdict(rows, 2))
        .section("stochastic dominance in the last step: which is likelier to be large")
}
