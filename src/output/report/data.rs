//! What the script draws again so that it can be zoomed: numbers as they are, and their texts.

use crate::output::NumberFormat;
use crate::output::chart::{
    band_colour, band_levels, baseline_of, comparison_baseline, headline_curve, marks, thresholds,
};
use crate::output::json::SafeJson;
use crate::output::number::percent;
use crate::output::summary::{band_format, is_growth, largest};
use crate::results::{Band, BaselineRow, Results};
use serde::Serialize;

/// A chart for the script.
#[derive(Debug, Serialize)]
struct Plot {
    /// Name of the horizontal values in the legend.
    x_label: &'static str,
    /// Steps, or values.
    x: Vec<f64>,
    /// Their texts.
    x_texts: Vec<String>,
    /// Whether only the given values have a label: periods.
    x_named: bool,
    x_percent: bool,
    y_percent: bool,
    unit: String,
    series: Vec<Series>,
    bands: Vec<Shade>,
    marks: Vec<Mark>,
}

#[derive(Debug, Serialize)]
struct Series {
    label: String,
    values: Vec<Option<f64>>,
    texts: Vec<String>,
    /// Name of its colour in the palette; none where only its band shows.
    colour: Option<String>,
    width: f64,
    dashed: bool,
    /// Name of the colour beside its name in the legend.
    swatch: String,
    /// Whether its name stands at the end of its line.
    named: bool,
}

/// The space between two series.
#[derive(Debug, Serialize)]
struct Shade {
    high: usize,
    low: usize,
    colour: &'static str,
}

#[derive(Debug, Serialize)]
struct Mark {
    value: f64,
    label: String,
}

/// The fan of a scenario.
pub(super) fn fan(results: &Results) -> Option<String> {
    let rows = results.headline();
    let baseline = baseline_of(results, &rows.last()?.subject.output);
    bands(&rows, &results.percentiles, |format| published(&rows, baseline, format))
}

/// The fan of a difference, with a line where there is none.
pub(super) fn difference(rows: &[&Band], percentiles: &[f64]) -> Option<String> {
    // A step alone has nothing to zoom.
    if rows.len() < 2 {
        return None;
    }
    bands(rows, percentiles, |format| {
        let zeros = rows.iter().map(|_| Some(0.0));
        Some(Series { label: "no difference".into(), ..series(zeros, format, Some("ink"), 1.5) })
    })
}

/// Bands over time, and what they are seen against.
fn bands(rows: &[&Band], percentiles: &[f64], against: impl FnOnce(&NumberFormat) -> Option<Series>) -> Option<String> {
    let last = rows.last()?;
    let levels = band_levels(percentiles)?;
    let format = band_format(last, rows.iter().filter_map(|band| largest(band.quantile_values())));
    let quantile = |level: usize, swatch: &str| Series {
        label: format!("P{}", percentiles[level]),
        named: true,
        swatch: swatch.to_owned(),
        ..series(rows.iter().map(|band| band.quantile(level)), &format, None, 0.0)
    };
    let mut plot = timeline(rows, last, &format);
    // From the lowest level to the highest, as readers of the legend expect.
    let shades = (0..levels.pairs.len()).map(|index| band_colour(index, levels.pairs.len()));
    let pairs: Vec<((usize, usize), &str)> = levels.pairs.iter().copied().zip(shades).collect();
    plot.series.extend(pairs.iter().map(|((low, _), shade)| quantile(*low, shade)));
    let middle = quantile(levels.middle, "median");
    plot.series.push(Series { colour: Some("median".into()), width: 2.5, ..middle });
    plot.series.extend(pairs.iter().rev().map(|((_, high), shade)| quantile(*high, shade)));
    let last_one = 2 * pairs.len();
    plot.bands =
        pairs.iter().enumerate().map(|(low, (_, colour))| Shade { low, high: last_one - low, colour }).collect();
    plot.series.extend(against(&format));
    Some(json(&plot))
}

/// The share of the paths that reach each value.
pub(super) fn exceedance(results: &Results) -> Option<String> {
    let curve = headline_curve(results)?;
    let points: Vec<(f64, f64)> =
        curve.quantiles.iter().copied().filter(|(p, _)| (0.001..=0.999).contains(p)).collect();
    // Two values at least, or there is nothing to zoom.
    let (first, last) = (points.first()?, points.last()?);
    if first.1 >= last.1 {
        return None;
    }
    let is_percent = is_growth(&curve.output, curve.unit.as_deref());
    let values = points.iter().map(|(_, value)| *value);
    let format = if is_percent { NumberFormat::percent(values) } else { NumberFormat::plain(values) };
    let shares: Vec<f64> = points.iter().map(|(p, _)| 1.0 - p).collect();
    let marks = marks(curve, (first.1, last.1), &thresholds(results, curve));
    let marks = marks.into_iter().map(|mark| Mark { value: mark.value, label: mark.label });
    Some(json(&Plot {
        x_label: "value",
        x: points.iter().map(|(_, value)| *value).collect(),
        x_texts: points.iter().map(|(_, value)| format.format(*value)).collect(),
        x_named: false,
        x_percent: is_percent,
        y_percent: true,
        unit: curve.unit.clone().unwrap_or_default(),
        series: vec![Series {
            label: "reached on".into(),
            values: shares.iter().copied().map(Some).collect(),
            texts: shares.iter().copied().map(percent).collect(),
            colour: Some("median".into()),
            swatch: "median".into(),
            width: 2.5,
            dashed: false,
            named: false,
        }],
        bands: Vec::new(),
        marks: marks.collect(),
    }))
}

/// The medians of several scenarios.
pub(super) fn overlay(runs: &[Results]) -> Option<String> {
    let first = runs.first()?;
    let levels = band_levels(&first.percentiles)?;
    let headlines: Vec<Vec<&Band>> = runs.iter().map(Results::headline).collect();
    let rows = headlines.iter().max_by_key(|rows| rows.len())?;
    let last = rows.last()?;
    let medians = headlines.iter().flatten().filter_map(|band| band.quantile(levels.middle));
    let format = band_format(last, medians);
    let mut plot = timeline(rows, last, &format);
    for (index, (results, headline)) in runs.iter().zip(&headlines).enumerate() {
        let value = |band: &&Band| {
            let row = headline.iter().find(|row| row.subject.when.step == band.subject.when.step)?;
            row.quantile(levels.middle)
        };
        let colour = format!("s{}", index % 8 + 1);
        plot.series.push(Series {
            label: results.scenario.clone(),
            dashed: !(index / 8).is_multiple_of(2),
            named: true,
            ..series(rows.iter().map(value), &format, Some(&colour), 2.25)
        });
    }
    plot.series.extend(published(rows, comparison_baseline(runs), &format));
    Some(json(&plot))
}

fn timeline(rows: &[&Band], last: &Band, format: &NumberFormat) -> Plot {
    Plot {
        x_label: "period",
        x: rows.iter().map(|band| band.subject.when.step as f64).collect(),
        x_texts: rows.iter().map(|band| band.subject.when.period.clone()).collect(),
        x_named: true,
        x_percent: false,
        y_percent: format.is_percent(),
        unit: last.unit.clone().unwrap_or_default(),
        series: Vec::new(),
        bands: Vec::new(),
        marks: Vec::new(),
    }
}

fn series(
    values: impl Iterator<Item = Option<f64>>,
    format: &NumberFormat,
    colour: Option<&str>,
    width: f64,
) -> Series {
    let values: Vec<Option<f64>> = values.map(|value| value.filter(|value| value.is_finite())).collect();
    let texts = values.iter().map(|value| format.format_or_dash(*value)).collect();
    let swatch = colour.unwrap_or_default().to_owned();
    let colour = colour.map(Into::into);
    Series { label: String::new(), values, texts, colour, swatch, width, dashed: false, named: false }
}

fn published(rows: &[&Band], baseline: &[BaselineRow], format: &NumberFormat) -> Option<Series> {
    let value = |band: &&Band| baseline.iter().find(|row| row.when.step == band.subject.when.step).map(|row| row.value);
    (!baseline.is_empty()).then(|| Series {
        label: "published".into(),
        dashed: true,
        named: true,
        ..series(rows.iter().map(value), format, Some("published"), 2.0)
    })
}

/// JSON that ends nothing of the page around it.
fn json(plot: &Plot) -> String {
    SafeJson(plot).to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}
