//! Figures: a chart in both sizes, its caption, the data behind it, and what the script needs to zoom.

use super::tables::Table;
use crate::output::NumberFormat;
use crate::output::chart::{
    Interval, NamedChart, band_levels, baseline_of, headline_curve, scenario_intervals, segment_intervals, thresholds,
};
use crate::output::markup::Markup;
use crate::output::number::percent;
use crate::output::summary::{band_format, is_growth, largest, share_or_dash};
use crate::results::{Band, Results};
use crate::stats::value;

/// Writes a figure. `id` must be the page's only one; `data` is JSON for the script.
pub(super) fn write(page: &mut Markup, id: &str, chart: &NamedChart, table: &Table, data: Option<String>) {
    page.open("figure", &[("id", &id)]);
    page.element("figcaption", &[], &chart.wide.title);
    page.open("div", &[("class", &"picture")]);
    chart.wide.write_inline(page, &format!("{id}-wide"), "wide");
    chart.narrow.write_inline(page, &format!("{id}-narrow"), "narrow");
    page.close("div");
    if let Some(data) = data {
        page.open("script", &[("type", &"application/json")]);
        page.trusted(&data);
        page.close("script");
    }
    if !table.is_empty() {
        table.write_folded(page, "Data of this chart");
    }
    page.close("figure");
}

/// The rows behind a chart of one scenario.
pub(super) fn table(results: &Results, chart: &NamedChart) -> Table {
    let caption = &chart.wide.title;
    match chart.name.as_str() {
        "fan" => fan(results, caption),
        "histogram" => histogram(results, caption),
        "exceedance" => exceedance(results, caption),
        "binding" => binding(results, caption),
        name => {
            let dimension = name.strip_prefix("segments-").unwrap_or(name);
            let parts = segment_intervals(results).into_iter().find(|(other, _)| other == dimension);
            intervals(&results.percentiles, &parts.map_or_else(Vec::new, |(_, parts)| parts), caption)
        }
    }
}

/// The rows behind a chart of several scenarios.
pub(super) fn table_of_several(runs: &[Results], chart: &NamedChart) -> Table {
    let percentiles = runs.first().map_or(&[][..], |results| &results.percentiles);
    if chart.name == "ends" {
        return intervals(percentiles, &scenario_intervals(runs), &chart.wide.title);
    }
    let middle = band_levels(percentiles).map_or(0, |levels| levels.middle);
    let headlines: Vec<Vec<&Band>> = runs.iter().map(Results::headline).collect();
    let longest = headlines.iter().max_by_key(|rows| rows.len()).cloned().unwrap_or_default();
    let medians = |rows: &[&Band]| rows.iter().filter_map(|band| band.quantile(middle)).collect();
    let all: Vec<f64> = headlines.iter().flat_map(|rows| -> Vec<f64> { medians(rows) }).collect();
    let format = longest.last().map(|band| band_format(band, all));
    let mut table = Table::new(format!("{}, medians", chart.wide.title)).text("period");
    for results in runs {
        table = table.number(&results.scenario);
    }
    for band in longest {
        let cell = |rows: &Vec<&Band>| {
            let value = rows.iter().find(|row| row.subject.when == band.subject.when)?.quantile(middle);
            Some(format.as_ref()?.format_or_dash(value))
        };
        let cells = headlines.iter().map(|rows| cell(rows).unwrap_or_else(dash));
        table.row(std::iter::once(band.subject.when.period.clone()).chain(cells));
    }
    table
}

fn dash() -> String {
    "-".into()
}

fn fan(results: &Results, caption: &str) -> Table {
    let rows = results.headline();
    let mut table = Table::new(caption).text("period");
    for percentile in &results.percentiles {
        table = table.number(format!("P{percentile}"));
    }
    table = table.number("mean");
    let baseline = baseline_of(results, rows.first().map_or("", |band| &band.subject.output));
    if !baseline.is_empty() {
        table = table.number("published").number("reached on");
    }
    let Some(last) = rows.last() else { return table };
    let format = band_format(last, rows.iter().filter_map(|band| largest(band.quantile_values())));
    for band in &rows {
        let mut cells = vec![band.subject.when.period.clone()];
        cells.extend(band.quantile_values().chain([value(&band.mean)]).map(|value| format.format_or_dash(value)));
        if !baseline.is_empty() {
            let row = baseline.iter().find(|row| row.when.step == band.subject.when.step);
            cells.push(format.format_or_dash(row.map(|row| row.value)));
            cells.push(share_or_dash(row.and_then(|row| row.p_reached)));
        }
        table.row(cells);
    }
    table
}

fn histogram(results: &Results, caption: &str) -> Table {
    let mut table = Table::new(caption).number("from").number("to below").number("share of paths");
    if let Some(curve) = headline_curve(results) {
        let ends = || curve.bins.iter().flat_map(|bin| [bin.low, bin.high]);
        let format = format_of(&curve.output, curve.unit.as_deref(), ends());
        for bin in &curve.bins {
            table.row([format.format(bin.low), format.format(bin.high), percent(bin.share)]);
        }
    }
    table
}

fn exceedance(results: &Results, caption: &str) -> Table {
    const LEVELS: [f64; 11] = [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999];
    let mut table = Table::new(caption).text("value").number("at").number("reached on");
    let Some(curve) = headline_curve(results) else { return table };
    let points: Vec<(f64, f64)> = curve.quantiles.iter().copied().filter(|(p, _)| LEVELS.contains(p)).collect();
    let format = format_of(&curve.output, curve.unit.as_deref(), points.iter().map(|(_, value)| *value));
    for (p, value) in points {
        table.row([format!("P{}", crate::output::number::short(p * 100.0)), format.format(value), percent(1.0 - p)]);
    }
    for threshold in thresholds(results, curve) {
        let reached = threshold.p_reached.map_or_else(dash, percent);
        table.row([threshold.label, format.format(threshold.value), reached]);
    }
    table
}

fn format_of(output: &str, unit: Option<&str>, values: impl IntoIterator<Item = f64>) -> NumberFormat {
    if is_growth(output, unit) { NumberFormat::percent(values) } else { NumberFormat::plain(values) }
}

fn binding(results: &Results, caption: &str) -> Table {
    let mut rows: Vec<_> = results.constraints.iter().collect();
    let mut names: Vec<&str> = Vec::new();
    for row in &rows {
        if !names.contains(&row.constraint.as_str()) {
            names.push(&row.constraint);
        }
    }
    let mut table = Table::new(caption).text("period");
    for name in &names {
        table = table.number(*name);
    }
    table = table.number("any");
    rows.sort_by_key(|row| row.when.step);
    for step in rows.chunk_by(|a, b| a.when.step == b.when.step) {
        let of =
            |name: &&str| step.iter().find(|row| row.constraint == **name).and_then(|row| row.binding.probability());
        let mut cells = vec![step[0].when.period.clone()];
        cells.extend(names.iter().map(|name| share_or_dash(of(name))));
        cells.push(share_or_dash(step.iter().map(|row| row.binding.probability()).sum()));
        table.row(cells);
    }
    table
}

fn intervals(percentiles: &[f64], rows: &[Interval<'_>], caption: &str) -> Table {
    let mut table = Table::new(caption).text("name");
    for percentile in percentiles {
        table = table.number(format!("P{percentile}"));
    }
    table = table.number("mean");
    for row in rows {
        let format = band_format(row.band, largest(row.band.quantile_values()));
        let values = row.band.quantile_values().chain([value(&row.band.mean)]);
        let name = row.band.subject.segment.clone().unwrap_or_else(|| row.label.clone());
        table.row(std::iter::once(name).chain(values.map(|value| format.format_or_dash(value))));
    }
    table
}
