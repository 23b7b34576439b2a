//! The distribution of an output in a step, and what it is seen against.

use super::bands::where_known;
use super::run;
use crate::model::When;
use crate::output::chart::{CurveForm, Distribution, Marks, Picture, Threshold, has_time};
use crate::output::document::{Block, Cell, Rows, Table};
use crate::output::number::short;
use crate::output::quantity::{format_of, with_unit};
use crate::output::words::{in_period, quantity};
use crate::results::{Curve, Mark, Results, Side};

/// Probabilities whose values stand beside the curve.
const LEVELS: [f64; 11] = [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999];

/// A histogram and a curve of the main output in its last step; without time, of every output. Nothing where curves were
/// not asked for.
pub(super) fn section(results: &Results, form: CurveForm) -> Option<Block<'_>> {
    let main = results.headline_curve()?;
    let blocks = figures(results, main, form, "");
    if has_time(&main.when) {
        let heading =
            format!("where it ends{}{}", when(&main.when), results.end().map_or_else(String::new, where_known));
        return Some(Block::InFull(vec![Block::section(heading, blocks)]));
    }
    let others = results.curves.iter().filter(|curve| curve.output != main.output && varies(curve));
    let others = others.flat_map(|curve| figures(results, curve, form, &curve.output));
    Some(Block::InFull(vec![Block::section("distribution", blocks.into_iter().chain(others).collect())]))
}

/// A histogram and a curve of one output in one step; `suffix` tells their names from those of other outputs.
pub(super) fn figures<'a>(results: &'a Results, curve: &'a Curve, form: CurveForm, suffix: &str) -> Vec<Block<'a>> {
    let name = results.titles.quantity(&curve.output);
    let data = Distribution { name, curve, thresholds: thresholds(results, curve) };
    let figure = |name: &str, title: String, marks, table| {
        let name = if suffix.is_empty() { name.to_owned() } else { format!("{name}-{suffix}") };
        Block::Figure(Picture { name, title: format!("{}: {title}", run::name(results)), marks }, Some(table))
    };
    let output = quantity(&curve.output, &results.titles);
    let (subject, when) = (with_unit(name, curve.unit.as_deref()), when(&curve.when));
    let (name, question) = match form {
        CurveForm::Exceedance => ("exceedance", format!("how likely {output}{when} reaches a value")),
        CurveForm::Cumulative => ("cumulative", format!("how likely {output}{when} stays at or below a value")),
    };
    let of_curve = values(&data, form);
    vec![
        figure(
            "histogram",
            format!("{subject}{when}, share of paths by value"),
            Marks::Histogram(data.clone()),
            histogram(curve),
        ),
        figure(name, question, Marks::Curve(data, form), of_curve),
    ]
}

/// When a curve is, as it ends a phrase: ` in 2031`; nothing without time.
fn when(when: &When) -> String {
    if has_time(when) { format!(" {}", in_period(when).trim_start()) } else { String::new() }
}

/// Whether a curve has more than one value.
fn varies(curve: &Curve) -> bool {
    let ends = curve.quantiles.first().zip(curve.quantiles.last());
    ends.is_some_and(|((_, low), (_, high))| low < high)
}

/// The published value and the targets on the curve, each with the share of the paths on the side that it asks for.
fn thresholds(results: &Results, curve: &Curve) -> Vec<Threshold> {
    let published = results.published(&curve.output).iter().find(|row| row.when.step == curve.when.step);
    let published = published.map(|row| Threshold {
        label: "published".into(),
        value: row.value,
        side: Side::AtLeast,
        p_reached: row.p_reached,
        p_met: row.p_reached,
    });
    let target = |mark: &Mark| Threshold {
        label: results.titles.target(&mark.target).into(),
        value: mark.value,
        side: mark.side,
        p_reached: mark.p_reached,
        p_met: results.targets.iter().find(|row| row.target == mark.target).and_then(|row| row.share.probability()),
    };
    published.into_iter().chain(curve.marks.iter().map(target)).collect()
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

/// A row of the table behind a curve.
struct Point {
    name: String,
    value: f64,
    height: Option<f64>,
    /// Share of the paths on the side that a threshold asks for.
    met: Option<f64>,
}

/// Quantiles and thresholds with the height of the curve; of thresholds, also how often they are met.
fn values(Distribution { curve, thresholds, .. }: &Distribution<'_>, form: CurveForm) -> Table {
    // On an atom, more paths lie at or beyond a quantile than its level tells.
    let heights = match form {
        CurveForm::Exceedance => &curve.reached,
        CurveForm::Cumulative => &curve.at_or_below,
    };
    let quantiles = curve.quantiles.iter().zip(heights).filter(|((p, _), _)| LEVELS.contains(p));
    let format = format_of(&curve.output, curve.unit.as_deref(), quantiles.clone().map(|((_, value), _)| *value));
    let quantile = |(&(p, value), &height): (&(f64, f64), &f64)| {
        let name = format!("P{}", short(p * 100.0));
        Point { name, value, height: Some(height), met: None }
    };
    let threshold = |threshold: &Threshold| Point {
        name: threshold.name(),
        value: threshold.value,
        height: form.dot(threshold),
        met: threshold.p_met,
    };
    let rows: Vec<Point> = quantiles.map(quantile).chain(thresholds.iter().map(threshold)).collect();
    let mut table = Table::of(&rows, Rows::All, "")
        .text("value", |row| &row.name)
        .number("at", |row| Cell::Number(row.value, format))
        .number(form.short(), |row| row.height.map(Cell::Probability));
    if !thresholds.is_empty() {
        table = table.number("met on", |row| row.met.map(Cell::Probability));
    }
    table.table
}
