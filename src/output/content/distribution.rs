//! The distribution of the main output in its last step, and what it is seen against.

use super::bands::where_known;
use super::run;
use crate::output::chart::{Distribution, Marks, Picture, Threshold};
use crate::output::document::{Block, Cell, Rows, Table};
use crate::output::number::short;
use crate::output::quantity::format_of;
use crate::output::words::{in_period, quantity};
use crate::results::{Curve, Results};

/// Probabilities whose values stand beside the exceedance curve.
const LEVELS: [f64; 11] = [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999];

/// A histogram and how likely each value is to be reached; nothing where curves were not asked for.
pub(super) fn section(results: &Results) -> Option<Block<'_>> {
    let curve = results.headline_curve()?;
    let end = results.end()?;
    let when = format!("{}{}", in_period(&curve.when), where_known(end));
    let heading = if when.is_empty() { "distribution".to_owned() } else { format!("where it ends{when}") };
    let data = Distribution { curve, thresholds: thresholds(results, curve) };
    let figure = |name: &str, title: String, marks, table| {
        Block::Figure(
            Picture { name: name.into(), title: format!("{}: {title}", run::name(results)), marks },
            Some(table),
        )
    };
    let output = quantity(&curve.output, &results.titles);
    let exceedance = exceedance(&data);
    let blocks = vec![
        figure(
            "histogram",
            format!("{output}{when}, share of paths by value"),
            Marks::Histogram(data.clone()),
            histogram(curve),
        ),
        figure("exceedance", format!("how likely {output}{when} reaches a value"), Marks::Exceedance(data), exceedance),
    ];
    Some(Block::InFull(vec![Block::section(heading, blocks)]))
}

/// The published value and the targets on the curve.
fn thresholds(results: &Results, curve: &Curve) -> Vec<Threshold> {
    let threshold = |label: &str, value, p_reached| Threshold { label: label.into(), value, p_reached };
    let published = results.published(&curve.output).iter().find(|row| row.when.step == curve.when.step);
    let published = published.map(|row| threshold("published", row.value, row.p_reached));
    published
        .into_iter()
        .chain(
            curve.marks.iter().map(|mark| threshold(results.titles.target(&mark.target), mark.value, mark.p_reached)),
        )
        .collect()
}

fn histogram(curve: &Curve) -> Table {
    let ends = curve.bins.iter().flat_map(|bin| [bin.low, bin.high]);
    let format = format_of(&curve.output, curve.unit.as_deref(), ends);
    let table = Table::of(&curve.bins, Rows::All, "")
        .number("from", |bin| Cell::Number(bin.low, format))
        .number("to below", |bin| Cell::Number(bin.high, format))
        .number("share of paths", |bin| Cell::Probability(bin.share));
    table.table
}

fn exceedance(Distribution { curve, thresholds }: &Distribution<'_>) -> Table {
    let points = curve.quantiles.iter().zip(&curve.reached).filter(|((p, _), _)| LEVELS.contains(p));
    let format = format_of(&curve.output, curve.unit.as_deref(), points.clone().map(|((_, value), _)| *value));
    // An atom is reached on more paths than the level of its quantile tells.
    let quantile = |(&(p, value), &reached): (&(f64, f64), &f64)| Threshold {
        label: format!("P{}", short(p * 100.0)),
        value,
        p_reached: Some(reached),
    };
    let rows: Vec<Threshold> = points.map(quantile).chain(thresholds.iter().cloned()).collect();
    let table = Table::of(&rows, Rows::All, "")
        .text("value", |row| &row.label)
        .number("at", |row| Cell::Number(row.value, format))
        .number("reached on", |row| row.p_reached.map(Cell::Probability));
    table.table
}
