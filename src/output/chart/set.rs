//! All charts of a run, and of several beside each other.

use super::fan::{Fan, fan};
use super::histogram::{Threshold, exceedance, histogram};
use super::intervals::{intervals, scenario_intervals, segment_intervals};
use super::overlay::{Line, overlay};
use super::{Chart, Size, binding};
use crate::output::summary::{in_period, with_unit};
use crate::results::{BaselineRow, Curve, Results};

/// A chart in both sizes, and what it is called.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedChart {
    /// Short name, as in the name of a file: `fan`, `segments-region`.
    pub name: String,
    /// For a page.
    pub wide: Chart,
    /// For a phone.
    pub narrow: Chart,
}

impl NamedChart {
    pub(super) fn new(name: &str, draw: impl Fn(Size) -> Option<Chart>) -> Option<Self> {
        Some(NamedChart { name: name.to_owned(), wide: draw(Size::Wide)?, narrow: draw(Size::Narrow)? })
    }
}

/// The charts of one scenario, those that it has something for.
pub fn chart_set(results: &Results) -> Vec<NamedChart> {
    let scenario = &results.scenario;
    let mut charts = Vec::new();
    let rows = results.headline();
    if let (Some(first), Some(last)) = (rows.first(), rows.last()) {
        let subject = with_unit(&last.subject.output, last.unit.as_deref());
        let title = format!("{scenario}: {subject}, {} to {}", first.subject.when.period, last.subject.when.period);
        let baseline = baseline_of(results, &last.subject.output);
        let input = Fan { title: &title, rows: &rows, percentiles: &results.percentiles, baseline };
        charts.extend(NamedChart::new("fan", |size| fan(&input, size)));
    }
    if let Some(curve) = headline_curve(results) {
        let thresholds = thresholds(results, curve);
        // A model without time has no period to speak of.
        let when = if rows.is_empty() { String::new() } else { format!(" {}", in_period(&curve.when)) };
        let title = format!("{scenario}: {}{when}, share of paths by value", curve.output);
        charts.extend(NamedChart::new("histogram", |size| histogram(&title, curve, &thresholds, size)));
        let title = format!("{scenario}: how likely {}{when} reaches a value", curve.output);
        charts.extend(NamedChart::new("exceedance", |size| exceedance(&title, curve, &thresholds, size)));
    }
    let title = format!("{scenario}: share of paths on which each ceiling binds");
    charts.extend(NamedChart::new("binding", |size| binding(&title, &results.constraints, size)));
    for (dimension, parts) in segment_intervals(results) {
        let Some(first) = parts.first() else { continue };
        let subject = with_unit(&first.band.subject.output, first.band.unit.as_deref());
        let title = format!("{scenario}: {subject} by {dimension} {}", in_period(&first.band.subject.when));
        let name = format!("segments-{dimension}");
        charts.extend(NamedChart::new(&name, |size| intervals(&title, &parts, &results.percentiles, size)));
    }
    charts
}

/// The charts that set scenarios side by side; none unless they are about the same output.
pub fn comparison_charts(runs: &[Results]) -> Vec<NamedChart> {
    let Some(first) = runs.first().filter(|_| runs.len() > 1) else { return Vec::new() };
    let lines: Vec<Line<'_>> =
        runs.iter().map(|results| Line { label: &results.scenario, rows: results.headline() }).collect();
    let subject_of =
        |line: &Line<'_>| line.rows.last().map(|band| with_unit(&band.subject.output, band.unit.as_deref()));
    let Some(subject) = subject_of(&lines[0]) else { return Vec::new() };
    let same_levels = runs.iter().all(|results| results.percentiles == first.percentiles);
    if !same_levels || lines.iter().any(|line| subject_of(line).as_ref() != Some(&subject)) {
        return Vec::new();
    }
    let baseline = comparison_baseline(runs);
    let percentiles = &first.percentiles;
    let title = format!("{} scenarios: {subject}", runs.len());
    let rows = scenario_intervals(runs);
    let when = rows.first().map_or_else(String::new, |row| in_period(&row.band.subject.when));
    let end_title = format!("{} scenarios: {subject} {when}", runs.len());
    let overlaid = NamedChart::new("overlay", |size| overlay(&title, &lines, percentiles, baseline, size));
    let ends = NamedChart::new("ends", |size| intervals(&end_title, &rows, percentiles, size));
    [overlaid, ends].into_iter().flatten().collect()
}

/// The published path of several scenarios: those of one family share it; else none is everybody's.
pub(crate) fn comparison_baseline(runs: &[Results]) -> &[BaselineRow] {
    let Some(first) = runs.first() else { return &[] };
    let values = |results: &Results| -> Vec<f64> { results.baseline.iter().map(|row| row.value).collect() };
    let shared = runs.iter().all(|results| values(results) == values(first));
    let output = first.headline().last().map_or("", |band| &band.subject.output);
    if shared { baseline_of(first, output) } else { &[] }
}

/// The curve of the output that the scenario is about; of a model without time, that of its first output.
pub fn headline_curve(results: &Results) -> Option<&Curve> {
    match results.headline().last() {
        Some(last) => results.curves.iter().find(|curve| curve.output == last.subject.output),
        None => results.curves.first(),
    }
}

/// What a curve is to be seen against: the published value and the targets on it.
pub fn thresholds(results: &Results, curve: &Curve) -> Vec<Threshold> {
    let published = baseline_of(results, &curve.output).iter().find(|row| row.when.step == curve.when.step);
    let published =
        published.map(|row| Threshold { label: "published".into(), value: row.value, p_reached: row.p_reached });
    let marks = curve.marks.iter().map(|mark| Threshold {
        label: mark.target.clone(),
        value: mark.value,
        p_reached: mark.p_reached,
    });
    published.into_iter().chain(marks).collect()
}

/// The published path is one of the market.
pub(crate) fn baseline_of<'a>(results: &'a Results, output: &str) -> &'a [BaselineRow] {
    if output == "market" { &results.baseline } else { &[] }
}
