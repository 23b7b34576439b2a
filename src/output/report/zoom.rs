//! What the script draws again so that it can be zoomed: numbers as they are, and their texts.

use crate::output::chart::{Against, Distribution, Fan, Marks, Overlay, Picture, band_colour, band_levels, marks};
use crate::output::json::SafeJson;
use crate::output::number::{NumberFormat, percent};
use crate::output::quantity::{band_format, format_of, largest};
use crate::results::{Band, BaselineRow};
use crate::stats::percentile_label;
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

/// The data of a picture as JSON; none where there is nothing to zoom.
pub(super) fn data(picture: &Picture<'_>) -> Option<String> {
    let plot = match &picture.marks {
        Marks::Fan(data) => fan(data),
        Marks::Exceedance(data) => exceedance(data),
        Marks::Overlay(data) => overlay(data),
        Marks::Histogram(_) | Marks::Binding(_) | Marks::Intervals(_) | Marks::Waterfall(_) => None,
    }?;
    // JSON that ends nothing of the page around it.
    Some(SafeJson(&plot).to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026"))
}

/// Bands over time, and what they are seen against.
fn fan(Fan { rows, percentiles, against }: &Fan<'_>) -> Option<Plot> {
    let last = rows.last()?;
    let levels = band_levels(percentiles)?;
    let format = band_format(last, rows.iter().filter_map(|band| largest(band.quantile_values())));
    let quantile = |level: usize, swatch: &str| Series {
        label: percentile_label(percentiles[level]),
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
    match against {
        Against::Published(baseline) => plot.series.extend(published(rows, baseline, &format)),
        // A difference in one step alone has nothing to zoom.
        Against::Zero if rows.len() < 2 => return None,
        Against::Zero => {
            let zeros = rows.iter().map(|_| Some(0.0));
            let zero = series(zeros, &format, Some("ink"), 1.5);
            plot.series.push(Series { label: "no difference".into(), ..zero });
        }
    }
    Some(plot)
}

/// The share of the paths that reach each value.
fn exceedance(data: &Distribution<'_>) -> Option<Plot> {
    let curve = data.curve;
    let points: Vec<(f64, f64)> =
        curve.quantiles.iter().copied().filter(|(p, _)| (0.001..=0.999).contains(p)).collect();
    // Two values at least, or there is nothing to zoom.
    let (first, last) = (points.first()?, points.last()?);
    if first.1 >= last.1 {
        return None;
    }
    let format = format_of(&curve.output, curve.unit.as_deref(), points.iter().map(|(_, value)| *value));
    let shares: Vec<f64> = points.iter().map(|(p, _)| 1.0 - p).collect();
    let marks = marks(data, (first.1, last.1)).into_iter();
    Some(Plot {
        x_label: "value",
        x: points.iter().map(|(_, value)| *value).collect(),
        x_texts: points.iter().map(|(_, value)| format.format(*value)).collect(),
        x_named: false,
        x_percent: format.is_percent(),
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
        marks: marks.map(|mark| Mark { value: mark.value, label: mark.label }).collect(),
    })
}

/// The medians of several scenarios.
fn overlay(Overlay { lines, percentiles, baseline }: &Overlay<'_>) -> Option<Plot> {
    let middle = band_levels(percentiles)?.middle;
    let rows = lines.iter().map(|line| &line.rows).max_by_key(|rows| rows.len())?;
    let last = rows.last()?;
    let medians = lines.iter().flat_map(|line| &line.rows).filter_map(|band| band.quantile(middle));
    let format = band_format(last, medians);
    let mut plot = timeline(rows, last, &format);
    for (index, line) in lines.iter().enumerate() {
        let value = |band: &&Band| {
            let row = line.rows.iter().find(|row| row.subject.when.step == band.subject.when.step)?;
            row.quantile(middle)
        };
        let colour = format!("s{}", index % 8 + 1);
        plot.series.push(Series {
            label: line.label.to_owned(),
            dashed: !(index / 8).is_multiple_of(2),
            named: true,
            ..series(rows.iter().map(value), &format, Some(&colour), 2.25)
        });
    }
    plot.series.extend(published(rows, baseline, &format));
    Some(plot)
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
