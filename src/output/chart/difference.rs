//! The charts of a comparison: the difference over time, and what the move of the last step is made of.

use super::fan::{Fan, difference_fan};
use super::set::NamedChart;
use super::waterfall::{Part, Waterfall, waterfall};
use crate::output::comparison::rows::{main_output, rows_of, short_name};
use crate::output::summary::{in_period, is_growth, with_unit};
use crate::results::comparison::{Comparison, Measure, WhyRow};
use crate::results::{Band, Results};
use crate::stats::{Statistic, value};

/// Statistics whose move is drawn.
const STATISTICS: [Statistic; 2] = [Statistic::MEDIAN, Statistic::Mean];
/// Changes that have a bar of their own, the largest effects.
const CHANGES: usize = 14;
/// A move smaller than this share of where it begins or ends is drawn by itself: beside such bars it would not be seen.
const SEEN: f64 = 0.1;

/// The charts of one comparison, those that it has something for; `base` is the run of a.
pub fn difference_charts(comparison: &Comparison, base: &Results) -> Vec<NamedChart> {
    let Some(output) = main_output(comparison) else { return Vec::new() };
    let (a, b) = (&comparison.a, &comparison.b);
    let mut charts = Vec::new();
    let rows: Vec<&Band> = rows_of(comparison, output, Measure::Difference).collect();
    if let (Some(first), Some(last)) = (rows.first(), rows.last()) {
        let subject = with_unit(output, last.unit.as_deref());
        let when = match rows.len() {
            1 => String::new(),
            _ => format!(", {} to {}", first.subject.when.period, last.subject.when.period),
        };
        let title = format!("{b} less {a}, path by path: {subject}{when}");
        let input = Fan { title: &title, rows: &rows, percentiles: &base.percentiles, baseline: &[] };
        charts.extend(NamedChart::new("difference", |size| difference_fan(&input, size)));
    }
    for statistic in STATISTICS {
        let of_it = |row: &&WhyRow| row.of == output && row.statistic == statistic;
        let rows: Vec<WhyRow> = comparison.why.iter().filter(of_it).cloned().collect();
        if let Some(data) = move_of(comparison, base, &rows) {
            charts.extend(NamedChart::new(&format!("why-{statistic}"), |size| waterfall(&data, size)));
        }
    }
    charts
}

/// The waterfall of one statistic. None where nothing moves it.
fn move_of(comparison: &Comparison, base: &Results, rows: &[WhyRow]) -> Option<Waterfall> {
    let total = rows.iter().find(|row| row.input.is_none())?;
    let effect = value(&total.effect).filter(|effect| *effect != 0.0)?;
    let is_share = is_growth(&total.of, total.unit.as_deref());
    let scale = if is_share { 100.0 } else { 1.0 };
    let part = |label: String, value: f64| Part { label, value: scale * value };
    let mut changes: Vec<(&str, f64)> =
        rows.iter().filter_map(|row| Some((short_name(row.input.as_deref()?, rows), value(&row.effect)?))).collect();
    // A stable sort: changes of one size stay in their order.
    changes.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let rest = changes.split_off(changes.len().min(CHANGES));
    let mut parts: Vec<Part> = changes.into_iter().map(|(name, effect)| part(name.to_owned(), effect)).collect();
    if !rest.is_empty() {
        parts.push(part(format!("{} smaller changes", rest.len()), rest.iter().map(|(_, effect)| effect).sum()));
    }
    let name = total.statistic.label();
    let start = value_of(base, total);
    let (from, to) = match start.filter(|start| effect.abs() >= SEEN * start.abs().max((start + effect).abs())) {
        Some(start) => (
            part(format!("{name} of {}", comparison.a), start),
            part(format!("{name} of {}", comparison.b), start + effect),
        ),
        None => (part(format!("as {}", comparison.a), 0.0), part("all together".into(), effect)),
    };
    Some(Waterfall {
        title: format!(
            "Why the {} of {} moves {}: {} against {}",
            if name == "P50" { "median" } else { &name },
            total.of,
            in_period(&total.when),
            comparison.b,
            comparison.a
        ),
        output: total.of.clone(),
        unit: if is_share { Some("percentage points".into()) } else { total.unit.clone() },
        from,
        parts,
        to,
    })
}

/// The statistic in the run of a, if it was asked for there.
fn value_of(base: &Results, row: &WhyRow) -> Option<f64> {
    let band = base
        .bands
        .iter()
        .find(|band| band.subject.output == row.of && band.subject.is_whole() && band.subject.when == row.when)?;
    match row.statistic {
        Statistic::Mean => value(&band.mean),
        _ => band.quantile(base.percentiles.iter().position(|level| *level == 50.0)?),
    }
}
