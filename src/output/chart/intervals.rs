//! Bars from low to high, one a row: the parts of a market, or scenarios, ranked by their medians.

use super::axis::{EDGE, Plot, Sign, legend, tick_count, value_axis_below};
use super::canvas::{Anchor, Canvas};
use super::labels::{self, TEXT};
use super::levels::{band_levels, finite, middle_name, range_name};
use super::scale::{Measure, Scale, near_zero};
use super::{Chart, Size, moment};
use crate::output::number::NumberFormat;
use crate::output::quantity::{band_format, largest, with_unit};
use crate::results::Band;

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

/// Bars of intervals, in the order given.
#[derive(Clone, Debug, PartialEq)]
pub struct Intervals<'a> {
    /// A bar each.
    pub rows: Vec<Interval<'a>>,
    /// Levels of their quantiles in percent.
    pub percentiles: &'a [f64],
}

/// Bars from low to high. None without any that has a value.
pub(super) fn draw(title: &str, Intervals { rows, percentiles }: &Intervals<'_>, size: Size) -> Option<Chart> {
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
    let when = moment(&first.band.subject.when);
    let description = format!("Median and range ({range}){when}: {}.", told.join("; "));
    Some(canvas.finish(title, description))
}

fn summary(band: &Band, (low, high): (usize, usize), middle: usize, common: &NumberFormat) -> String {
    let values = [finite(band, middle), finite(band, low), finite(band, high)];
    // Small parts keep their digits beside large ones.
    let format = if common.is_percent() { *common } else { band_format(band, largest(values.iter().copied())) };
    let [middle, low, high] = values.map(|value| format.format_or_dash(value));
    format!("{middle} ({low} to {high})")
}
