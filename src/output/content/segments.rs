//! Ranges side by side: the parts of a market, and scenarios, ranked by their medians.

use super::{bands, run};
use crate::output::chart::{Interval, Intervals, Marks, Picture, band_levels};
use crate::output::document::{Block, Detail, Rows, Table};
use crate::output::quantity::with_unit;
use crate::output::words::in_period;
use crate::results::{Band, Results, Titles};

/// The segments of the main output in its last step, a figure a dimension.
pub(super) fn section(results: &Results) -> Option<Block<'_>> {
    let mut figures = Vec::new();
    for (dimension, parts) in by_dimension(results) {
        let Some(first) = parts.first().map(|part| part.band) else { continue };
        let (subject, titles) = (&first.subject, &results.titles);
        let when = in_period(&subject.when);
        let whole = with_unit(titles.quantity(&subject.output), first.unit.as_deref());
        let title = format!("{}: {whole} by {}{when}", run::name(results), titles.dimension(&dimension));
        figures.push(intervals(format!("segments-{dimension}"), title, parts, &results.percentiles));
    }
    (!figures.is_empty()).then(|| Block::InFull(vec![Block::section("parts", figures)]))
}

/// A bar and a row for each.
pub(super) fn intervals<'a>(name: String, title: String, rows: Vec<Interval<'a>>, percentiles: &'a [f64]) -> Block<'a> {
    let row = |Interval { label, band, .. }: &Interval<'a>| bands::Row::of(label.clone(), band);
    let numbers: Vec<bands::Row<'_>> = rows.iter().map(row).collect();
    let table = Table::of(&numbers, Rows::All, "").text("name", |row| &row.name);
    let table = bands::numbers(table, percentiles, Detail::Always).table;
    Block::Figure(Picture { name, title, marks: Marks::Intervals(Intervals { rows, percentiles }) }, Some(table))
}

/// The main output of each scenario in its last step, the largest median first.
pub(super) fn of_scenarios(runs: &[Results]) -> Vec<Interval<'_>> {
    let middle = runs.first().and_then(|results| band_levels(&results.percentiles)).map_or(0, |levels| levels.middle);
    let mut rows: Vec<Interval<'_>> = runs
        .iter()
        .filter_map(|results| {
            let band = *results.headline().last()?;
            Some(Interval { label: results.scenario.clone(), depth: 0, band })
        })
        .collect();
    rows.sort_by(|a, b| median(b.band, middle).total_cmp(&median(a.band, middle)));
    rows
}

/// The segments of the main output in its last step, a list a dimension: ranked, parts of parts under their own.
fn by_dimension(results: &Results) -> Vec<(String, Vec<Interval<'_>>)> {
    let headline = results.headline();
    let (Some(last), Some(levels)) = (headline.last(), band_levels(&results.percentiles)) else { return Vec::new() };
    let mut dimensions: Vec<(&str, Vec<&Band>)> = Vec::new();
    for band in &results.bands {
        let subject = &band.subject;
        if subject.output != last.subject.output || subject.when.step != last.subject.when.step {
            continue;
        }
        let Some(dimension) = subject.dimension.as_deref() else { continue };
        match dimensions.iter_mut().find(|(name, _)| *name == dimension) {
            Some((_, bands)) => bands.push(band),
            None => dimensions.push((dimension, vec![band])),
        }
    }
    dimensions
        .into_iter()
        .map(|(name, bands)| (name.to_owned(), ranked(&results.titles, &bands, "", 0, levels.middle)))
        .collect()
}

/// The parts inside `parent`, largest first, each followed by its own parts.
fn ranked<'a>(titles: &Titles, bands: &[&'a Band], parent: &str, depth: usize, middle: usize) -> Vec<Interval<'a>> {
    let inside = |band: &&'a Band| {
        let path = band.subject.segment.as_deref()?;
        let rest = if parent.is_empty() { path } else { path.strip_prefix(parent)?.strip_prefix('.')? };
        let dimension = band.subject.dimension.as_deref().unwrap_or_default();
        (!rest.contains('.')).then(|| (path, titles.part(dimension, path).to_owned(), *band))
    };
    let mut parts: Vec<(&str, String, &Band)> = bands.iter().filter_map(inside).collect();
    parts.sort_by(|a, b| median(b.2, middle).total_cmp(&median(a.2, middle)));
    let mut rows = Vec::new();
    for (path, label, band) in parts {
        rows.push(Interval { label, depth, band });
        rows.extend(ranked(titles, bands, path, depth + 1, middle));
    }
    rows
}

/// What rows are ranked by; those without a value come last.
fn median(band: &Band, middle: usize) -> f64 {
    band.quantile(middle).filter(|value| value.is_finite()).unwrap_or(f64::NEG_INFINITY)
}
