//! What single inputs explain at least: what a plain run knows of its drivers for nothing.

use crate::output::document::{Block, Cell, Detail, Rows, Table};
use crate::output::number::share;
use crate::output::words::{in_period, quantity};
use crate::results::{Driven, LowerBound, Results};

/// Inputs of which a sentence tells.
const TOLD: usize = 3;
/// Bounds below this one round to little and are not told of.
const LEAST: f64 = 0.01;

/// The strongest inputs of the main output in a sentence, and for who wants everything a table of the targets too; nothing where
/// a whole analysis is at hand.
pub(super) fn section(results: &Results) -> Option<Block<'_>> {
    let told: Vec<&LowerBound> = results.lower_bounds.iter().filter(|row| row.low >= LEAST).collect();
    let first = told.first().filter(|_| results.sensitivity.indices.is_empty())?;
    let mut blocks = Vec::new();
    if first.driven.target.is_none() {
        let of_main: Vec<&LowerBound> =
            told.iter().copied().filter(|row| row.driven == first.driven).take(TOLD).collect();
        let name = quantity(first.driven.output.as_deref().unwrap_or_default(), &results.titles);
        let text = sentence(&of_main, &format!("{name}{}", in_period(&first.driven.when)));
        blocks.push(Block::Note(text));
    }
    let table = Table::of(&told, Rows::Many("bounds"), "lower_bounds")
        .text("of", |row| called(&row.driven, results))
        .text("input", |row| row.input.as_str())
        .percent(Detail::Always, "at least", |row| Cell::Share(row.low));
    blocks.push(Block::InFull(vec![Block::Table(table.table)]));
    let paths = "Each holds with a confidence of 95 %, from the first 16,384 paths at most. `riskband sensitivity` has the \
        whole: intervals, interactions, every period.";
    blocks.push(Block::InFull(vec![Block::Note(paths.into())]));
    Some(Block::section("what drives it, at the least", blocks))
}

/// `Knowing a alone would take away at least 54.1 % of the variance of the market in 2031, b alone 18.0 %.`
fn sentence(bounds: &[&LowerBound], of: &str) -> String {
    let mut rows = bounds.iter();
    let strongest = rows.next().map_or_else(String::new, |row| {
        format!("Knowing `{}` alone would take away at least {} of the variance of {of}", row.input, share(row.low))
    });
    let others: Vec<String> = rows.map(|row| format!("`{}` alone {}", row.input, share(row.low))).collect();
    match others.is_empty() {
        true => format!("{strongest}."),
        false => format!("{strongest}, {}.", others.join(", ")),
    }
}

/// What is driven, as tables call it.
fn called(driven: &Driven, results: &Results) -> String {
    let name = match &driven.target {
        Some(target) => results.titles.target(target).to_owned(),
        None => driven.name(),
    };
    format!("{name}{}", in_period(&driven.when))
}
