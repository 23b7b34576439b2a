//! Bars from low to high, one a row: the parts of a market, or scenarios, ranked by their medians.

use super::axis::{EDGE, Plot, Sign, legend, tick_count, value_axis_below};
use super::canvas::{Anchor, Canvas};
use super::fan::{finite, middle_name, near_zero};
use super::labels::{self, TEXT};
use super::levels::{band_levels, level};
use super::scale::{Measure, Scale};
use super::{Chart, Size};
use crate::output::number::NumberFormat;
use crate::output::summary::{band_format, largest, with_unit};
use crate::results::{Band, Results};

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Interval<'a> {
    /// What it is about.
    pub label: String,
    /// How far it is inside another: a country inside its region.
    pub depth: usize,
    /// Its quantiles.
    pub band: &'a Band,
}

/// Most bars.
const MOST: usize = 40;

/// Bars of intervals in the order given. None without any that has a value.
pub fn intervals(title: &str, rows: &[Interval<'_>], percentiles: &[f64], size: Size) -> Option<Chart> {
    let levels = band_levels(percentiles)?;
    let outer = *levels.pairs.first()?;
    let inner = levels.pairs.get(1..).and_then(<[_]>::last).copied();
    let pair = |band: &Band, (low, high): (usize, usize)| Some((finite(band, low)?, finite(band, high)?));
    let shown: Vec<&Interval<'_>> = rows.iter().filter(|row| pair(row.band, outer).is_some()).take(MOST).collect();
    let first = shown.first()?;
    let values = || shown.iter().flat_map(|row| pair(row.band, outer)).flat_map(|(low, high)| [low, high]);
    let format = band_format(first.band, values().max_by(|a, b| a.abs().total_cmp(&b.abs())));

    // On a phone the name stands above its bar.
    let stacked = size == Size::Narrow;
    let row_height = if stacked { 42.0 } else { 28.0 };
    let mut entries = vec![(Sign::Fill("b2"), range_name(percentiles, outer))];
    entries.extend(inner.map(|inner| (Sign::Fill("b3"), range_name(percentiles, inner))));
    entries.push((Sign::Stroke("median"), middle_name(percentiles[levels.middle])));
    let mut canvas = Canvas::new(size, 0.0);
    let top = legend(&mut canvas, &entries, 4.0) + 10.0;
    let bottom = top + row_height * shown.len() as f64 + 4.0;
    canvas.height = bottom + 46.0;
    let name_of = |row: &Interval<'_>| format!("{}{}", "\u{2003}".repeat(row.depth), row.label);
    let names = shown.iter().map(|row| labels::width(&name_of(row), TEXT)).fold(0.0, f64::max);
    let left = if stacked { EDGE } else { (EDGE + names + 12.0).min(canvas.width() * 0.38) };
    let texts: Vec<String> = shown.iter().map(|row| summary(row.band, outer, levels.middle, &format)).collect();
    let right_text = texts.iter().map(|text| labels::width(text, TEXT)).fold(0.0, f64::max);
    let right = if stacked { canvas.width() - EDGE - 8.0 } else { canvas.width() - right_text - 16.0 };
    let plot = Plot { left, right, top, bottom };
    let measure = if format.is_percent() { Measure::Share } else { Measure::Plain };
    let count = tick_count(right - left, 72.0);
    let x = Scale::new(values().chain(near_zero(values())), (left + 4.0, right), count, measure);
    for &tick in &x.ticks {
        canvas.line("grid", (x.at(tick), top), (x.at(tick), bottom));
    }
    for (index, (row, text)) in shown.iter().zip(&texts).enumerate() {
        let start = top + row_height * index as f64;
        let y = start + if stacked { 30.0 } else { row_height / 2.0 };
        let note = format!("{}: {text}", row.label);
        if let Some((low, high)) = pair(row.band, outer) {
            canvas.rect("b2", (x.at(low), y - 4.0), (x.at(high), y + 4.0), &note);
        }
        if let Some((low, high)) = inner.and_then(|inner| pair(row.band, inner)) {
            canvas.rect("b3", (x.at(low), y - 7.0), (x.at(high), y + 7.0), &note);
        }
        if let Some(middle) = finite(row.band, levels.middle) {
            canvas.line("median", (x.at(middle), y - 9.0), (x.at(middle), y + 9.0));
        }
        if stacked {
            let room = canvas.width() - 2.0 * EDGE - labels::width(text, TEXT) - 8.0;
            canvas.text("", (EDGE, start + 15.0), Anchor::Start, &labels::shortened(&name_of(row), room, TEXT));
            canvas.text("small", (canvas.width() - EDGE, start + 15.0), Anchor::End, text);
        } else {
            let name = labels::shortened(&name_of(row), left - EDGE - 8.0, TEXT);
            canvas.text("", (EDGE, y + 4.5), Anchor::Start, &name);
            canvas.text("small", (right + 12.0, y + 4.5), Anchor::Start, text);
        }
    }
    value_axis_below(&mut canvas, plot, &x, &with_unit(&first.band.subject.output, first.band.unit.as_deref()));
    let told: Vec<String> = shown.iter().zip(&texts).map(|(row, text)| format!("{} {text}", row.label)).collect();
    let range = range_name(percentiles, outer);
    let description = format!("Median and range ({range}) at {}: {}.", first.band.subject.when.period, told.join("; "));
    Some(canvas.finish(title.to_owned(), description))
}

/// The parts of the headline output in its last step, a list a dimension: ranked, parts of parts under their own.
pub fn segment_intervals(results: &Results) -> Vec<(String, Vec<Interval<'_>>)> {
    let headline = results.headline();
    let Some(last) = headline.last() else { return Vec::new() };
    let Some(middle) = band_levels(&results.percentiles).map(|levels| levels.middle) else { return Vec::new() };
    let mut dimensions: Vec<(String, Vec<&Band>)> = Vec::new();
    for band in results
        .bands
        .iter()
        .filter(|band| band.subject.output == last.subject.output && band.subject.when.step == last.subject.when.step)
    {
        let Some(dimension) = &band.subject.dimension else { continue };
        match dimensions.iter_mut().find(|(name, _)| name == dimension) {
            Some((_, bands)) => bands.push(band),
            None => dimensions.push((dimension.clone(), vec![band])),
        }
    }
    dimensions.into_iter().map(|(name, bands)| (name, ranked(&bands, "", 0, middle))).collect()
}

/// The parts inside `parent`, largest first, each followed by its own parts.
fn ranked<'a>(bands: &[&'a Band], parent: &str, depth: usize, middle: usize) -> Vec<Interval<'a>> {
    let inside = |band: &'a Band| {
        let path = band.subject.segment.as_deref()?;
        let rest = if parent.is_empty() { path } else { path.strip_prefix(parent)?.strip_prefix('.')? };
        (!rest.contains('.')).then(|| (path, rest.to_owned(), band))
    };
    let mut parts: Vec<(&str, String, &Band)> = bands.iter().filter_map(|band| inside(band)).collect();
    parts.sort_by(|a, b| {
        let median = |band: &Band| finite(band, middle).unwrap_or(f64::NEG_INFINITY);
        median(b.2).total_cmp(&median(a.2))
    });
    let mut rows = Vec::new();
    for (path, label, band) in parts {
        rows.push(Interval { label, depth, band });
        rows.extend(ranked(bands, path, depth + 1, middle));
    }
    rows
}

/// The headline output of each scenario in its last step, the largest median first.
pub fn scenario_intervals(runs: &[Results]) -> Vec<Interval<'_>> {
    let middle = runs.first().and_then(|results| band_levels(&results.percentiles)).map_or(0, |levels| levels.middle);
    let mut rows: Vec<Interval<'_>> = runs
        .iter()
        .filter_map(|results| {
            let band = *results.headline().last()?;
            Some(Interval { label: results.scenario.clone(), depth: 0, band })
        })
        .collect();
    rows.sort_by(|a, b| {
        let median = |row: &Interval<'_>| finite(row.band, middle).unwrap_or(f64::NEG_INFINITY);
        median(b).total_cmp(&median(a))
    });
    rows
}

fn summary(band: &Band, (low, high): (usize, usize), middle: usize, common: &NumberFormat) -> String {
    let values = [finite(band, middle), finite(band, low), finite(band, high)];
    // Small parts keep their digits beside large ones.
    let format = if common.is_percent() { *common } else { band_format(band, largest(values.iter().copied())) };
    let [middle, low, high] = values.map(|value| format.format_or_dash(value));
    format!("{middle} ({low} to {high})")
}

fn range_name(percentiles: &[f64], (low, high): (usize, usize)) -> String {
    format!("{} to {}", level(percentiles[low]), level(percentiles[high]))
}
