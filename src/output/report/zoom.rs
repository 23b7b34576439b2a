//! What the script draws again so that it can be zoomed: numbers as they are, and their texts.
//!
//! A chart that is drawn again must show all that its picture does. One that the script cannot draw whole, as it has a step
//! that stands alone, stays a picture.

use crate::output::chart::{
    Against, CurveForm, Distribution, EndLabel, Fan, Marks, Overlay, Picture, Sign, Threshold, band_colour,
    band_levels, finite, marks, seen,
};
use crate::output::json::SafeJson;
use crate::output::number::{NumberFormat, percent};
use crate::output::quantity::{band_format, format_of, largest, with_unit};
use crate::results::{Band, ReferencePath};
use crate::stats::percentile_label;
use serde::Serialize;

/// A chart for the script.
#[derive(Debug, Serialize)]
struct Plot {
    /// Name of the horizontal values in the legend.
    x_label: &'static str,
    /// What stands under the horizontal axis; may be empty.
    x_title: String,
    /// What stands on top of the vertical axis: the unit, as a rule.
    y_title: String,
    /// Steps, or values.
    x: Vec<f64>,
    /// Their texts.
    x_texts: Vec<String>,
    /// Whether only the given values have a label: periods.
    x_named: bool,
    x_percent: bool,
    y_percent: bool,
    /// What the bands and lines are.
    key: Vec<Key>,
    series: Vec<Series>,
    bands: Vec<Shade>,
    /// Names at the ends of the lines; those at the same height stand from top to bottom in this order.
    ends: Vec<End>,
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
}

/// An entry of the legend.
#[derive(Debug, Serialize)]
struct Key {
    text: String,
    /// Class of the picture's sign.
    class: &'static str,
    /// Whether the sign is a box and not a line.
    filled: bool,
}

/// The space between two series.
#[derive(Debug, Serialize)]
struct Shade {
    high: usize,
    low: usize,
    colour: String,
    /// Whether it lets the bands behind it through.
    veil: bool,
}

/// The name at the end of a line.
#[derive(Debug, Serialize)]
struct End {
    value: f64,
    text: String,
    /// Class of the picture's label: empty, `strong`, `published-text`, `reference-text`.
    class: &'static str,
}

/// A value that readers ask about.
#[derive(Debug, Serialize)]
struct Mark {
    value: f64,
    label: String,
    /// Where its dot stands on the curve.
    height: Option<f64>,
}

/// The data of a picture as JSON; none where there is nothing to zoom.
pub(super) fn data(picture: &Picture<'_>) -> Option<String> {
    let plot = match &picture.marks {
        Marks::Fan(data) => fan(data),
        Marks::Curve(data, form) => curve(data, *form),
        Marks::Overlay(data) => overlay(data),
        Marks::Histogram(_)
        | Marks::Binding(_)
        | Marks::Intervals(_)
        | Marks::Waterfall(_)
        | Marks::Response(_)
        | Marks::HeatMap(_)
        | Marks::Tornado(_)
        | Marks::Areas(_)
        | Marks::Plane(_) => None,
    };
    let plot = plot.filter(|plot| plot.series.iter().all(|series| !stands_alone(&series.values)))?;
    // JSON that ends nothing of the page around it.
    Some(SafeJson(&plot).to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026"))
}

/// Whether any value has no neighbour, so that no line leads to it.
fn stands_alone(values: &[Option<f64>]) -> bool {
    values.split(Option::is_none).any(|run| run.len() == 1)
}

/// Bands over time, and what they are seen against.
fn fan(data: &Fan<'_>) -> Option<Plot> {
    let Fan { rows, percentiles, against, references, .. } = data;
    let last = rows.last()?;
    let levels = band_levels(percentiles)?;
    let format = band_format(last, rows.iter().filter_map(|band| largest(band.quantile_values())));
    let quantile = |level: usize, swatch: &str| Series {
        label: percentile_label(percentiles[level]),
        swatch: swatch.to_owned(),
        ..series(rows.iter().map(|band| finite(band, level)), &format, None, 0.0)
    };
    let mut plot = Plot { key: key(data.legend()), ..timeline(rows, last, &format, data.end_labels()) };
    // From the lowest level to the highest, as readers of the legend expect.
    let shades = (0..levels.pairs.len()).map(|index| band_colour(index, levels.pairs.len()));
    let pairs: Vec<((usize, usize), &str)> = levels.pairs.iter().copied().zip(shades).collect();
    plot.series.extend(pairs.iter().map(|((low, _), shade)| quantile(*low, shade)));
    let middle = quantile(levels.middle, "median");
    plot.series.push(Series { colour: Some("median".into()), width: 2.5, ..middle });
    plot.series.extend(pairs.iter().rev().map(|((_, high), shade)| quantile(*high, shade)));
    let last_one = 2 * pairs.len();
    let shade = |(low, (_, colour)): (usize, &(_, &str))| Shade {
        low,
        high: last_one - low,
        colour: (*colour).to_owned(),
        veil: false,
    };
    plot.bands = pairs.iter().enumerate().map(shade).collect();
    match against {
        Against::Published([]) => {}
        Against::Published(_) => {
            let values = rows.iter().map(|band| against.published(band.subject.when.step));
            plot.series.push(published(values, &format));
        }
        Against::Zero => {
            let zeros = rows.iter().map(|_| Some(0.0));
            let zero = series(zeros, &format, Some("ink"), 1.5);
            plot.series.push(Series { label: "no difference".into(), ..zero });
        }
    }
    plot.series.extend(references.iter().filter_map(|path| of_others(path, rows, &format)));
    Some(plot)
}

/// The share of the paths that reach each value, or stay at or below it.
fn curve(data: &Distribution<'_>, form: CurveForm) -> Option<Plot> {
    let curve = data.curve;
    let points = seen(curve);
    // Two values at least, or there is nothing to zoom.
    let (first, last) = (points.first()?, points.last()?);
    if first.1 >= last.1 {
        return None;
    }
    let format = format_of(&curve.output, curve.unit.as_deref(), points.iter().map(|(_, value)| *value));
    let heights: Vec<f64> = points.iter().map(|(p, _)| form.height(*p)).collect();
    let mark = |mark: Threshold| Mark { value: mark.value, height: form.dot(&mark), label: mark.label };
    Some(Plot {
        x_label: "value",
        x_title: with_unit(&curve.output, curve.unit.as_deref()),
        y_title: "share of paths".into(),
        x: points.iter().map(|(_, value)| *value).collect(),
        x_texts: points.iter().map(|(_, value)| format.format(*value)).collect(),
        x_named: false,
        x_percent: format.is_percent(),
        y_percent: true,
        key: key(form.legend()),
        series: vec![Series {
            label: form.short().into(),
            values: heights.iter().copied().map(Some).collect(),
            texts: heights.iter().copied().map(percent).collect(),
            colour: Some("median".into()),
            swatch: "median".into(),
            width: 2.5,
            dashed: false,
        }],
        bands: Vec::new(),
        ends: Vec::new(),
        marks: marks(data, (first.1, last.1)).into_iter().map(mark).collect(),
    })
}

/// Several scenarios: their medians and, where the picture has them, their bands.
fn overlay(data: &Overlay<'_>) -> Option<Plot> {
    let middle = band_levels(data.percentiles)?.middle;
    let steps = data.steps();
    let last = steps.last()?;
    let format = data.format()?;
    let mut plot = Plot { key: key(data.legend()), ..timeline(&steps, last, &format, data.end_labels()) };
    for (index, line) in data.lines.iter().enumerate() {
        let values = |level: usize| {
            let value = move |band: &&Band| {
                let row = line.rows.iter().find(|row| row.subject.when.step == band.subject.when.step)?;
                finite(row, level)
            };
            steps.iter().map(value)
        };
        let colour = format!("s{}", index % 8 + 1);
        if let Some((low, high)) = data.band() {
            let end = |level: usize| Series {
                label: format!("{} {}", line.label, percentile_label(data.percentiles[level])),
                swatch: colour.clone(),
                ..series(values(level), &format, None, 0.0)
            };
            let low_series = plot.series.len();
            plot.series.extend([end(low), end(high)]);
            let colour = format!("s{}", index.min(7) + 1);
            plot.bands.push(Shade { low: low_series, high: low_series + 1, colour, veil: true });
        }
        plot.series.push(Series {
            label: line.label.to_owned(),
            dashed: !(index / 8).is_multiple_of(2),
            ..series(values(middle), &format, Some(&colour), 2.25)
        });
    }
    if !data.baseline.is_empty() {
        let values = steps.iter().map(|band| data.published(band.subject.when.step));
        plot.series.push(published(values, &format));
    }
    plot.series.extend(data.references.iter().filter_map(|path| of_others(path, &steps, &format)));
    Some(plot)
}

fn timeline(rows: &[&Band], last: &Band, format: &NumberFormat, ends: Vec<EndLabel>) -> Plot {
    let end = |label: EndLabel| End { value: label.value, text: label.text, class: label.emphasis.class() };
    Plot {
        x_label: "period",
        x_title: String::new(),
        y_title: last.unit.clone().unwrap_or_default(),
        x: rows.iter().map(|band| band.subject.when.step as f64).collect(),
        x_texts: rows.iter().map(|band| band.subject.when.period.clone()).collect(),
        x_named: true,
        x_percent: false,
        y_percent: format.is_percent(),
        key: Vec::new(),
        series: Vec::new(),
        bands: Vec::new(),
        ends: ends.into_iter().map(end).collect(),
        marks: Vec::new(),
    }
}

fn key(entries: Vec<(Sign<'static>, String)>) -> Vec<Key> {
    let entry = |(sign, text)| match sign {
        Sign::Fill(class) => Key { text, class, filled: true },
        Sign::Stroke(class) => Key { text, class, filled: false },
    };
    entries.into_iter().map(entry).collect()
}

fn series(
    values: impl Iterator<Item = Option<f64>>,
    format: &NumberFormat,
    colour: Option<&str>,
    width: f64,
) -> Series {
    let values: Vec<Option<f64>> = values.collect();
    let texts = values.iter().map(|value| format.format_or_dash(*value)).collect();
    let swatch = colour.unwrap_or_default().to_owned();
    let colour = colour.map(Into::into);
    Series { label: String::new(), values, texts, colour, swatch, width, dashed: false }
}

/// What others have published, on straight lines between their points, of which no more than these are told; none where it
/// has one point only.
fn of_others(path: &ReferencePath<'_>, rows: &[&Band], format: &NumberFormat) -> Option<Series> {
    let steps = || rows.iter().map(|band| band.subject.when.step);
    let texts = steps().map(|step| format.format_or_dash(path.published(step))).collect();
    let lines = series(steps().map(|step| path.at(step)), format, Some("s4"), 1.5);
    let series = Series { label: path.title.to_owned(), dashed: true, texts, ..lines };
    (!stands_alone(&series.values)).then_some(series)
}

fn published(values: impl Iterator<Item = Option<f64>>, format: &NumberFormat) -> Series {
    Series { label: "published".into(), dashed: true, ..series(values, format, Some("published"), 2.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::chart::Line;
    use crate::output::example::{constant, exactly};
    use serde_json::Value;

    fn band(step: usize, values: [f64; 3]) -> Band {
        Band { quantiles: values.map(exactly).to_vec(), ..constant("market", Some("USD bn"), step, values[1], 3) }
    }

    fn json(marks: Marks<'_>) -> Value {
        let picture = Picture { name: "x".into(), title: "x".into(), marks };
        serde_json::from_str(&data(&picture).expect("data")).expect("JSON")
    }

    const PERCENTILES: [f64; 3] = [5.0, 50.0, 95.0];

    #[test]
    fn an_overlay_keeps_its_bands_unit_and_all_steps() {
        let bands = [band(0, [1.0, 2.0, 3.0]), band(1, [2.0, 3.0, 4.0]), band(2, [2.0, 4.0, 5.0])];
        let all: Vec<&Band> = bands.iter().collect();
        let lines = vec![Line { label: "a", rows: all[..2].to_vec() }, Line { label: "b", rows: all[1..].to_vec() }];
        let plot = json(Marks::Overlay(Overlay {
            name: "market",
            lines,
            percentiles: &PERCENTILES,
            baseline: &[],
            references: Vec::new(),
        }));
        assert_eq!((plot["x"].as_array().map(Vec::len), &plot["y_title"]), (Some(3), &Value::from("USD bn")));
        let bands = plot["bands"].as_array().expect("bands");
        assert_eq!(bands.len(), 2);
        for (band, name) in bands.iter().zip(["a", "b"]) {
            let label = |end: &str| plot["series"][band[end].as_u64().expect("a place") as usize]["label"].clone();
            assert_eq!((label("low"), label("high")), (format!("{name} P5").into(), format!("{name} P95").into()));
        }
        assert_eq!(plot["ends"][1]["text"], "4.000 b");
    }

    #[test]
    fn labels_are_those_of_the_picture() {
        let bands = [band(0, [2.0; 3]), band(1, [3.0; 3])];
        let fan = Fan {
            name: "market".into(),
            rows: bands.iter().collect(),
            percentiles: &PERCENTILES,
            against: Against::Published(&[]),
            references: Vec::new(),
        };
        let labels: Vec<Value> = fan.end_labels().into_iter().map(|label| label.text.into()).collect();
        let plot = json(Marks::Fan(fan));
        let ends = plot["ends"].as_array().expect("labels");
        assert_eq!(ends.iter().map(|end| end["text"].clone()).collect::<Vec<_>>(), labels);
        assert_eq!(labels, ["P95 3.000", "P50 3.000", "P5 3.000"]);
    }

    #[test]
    fn what_a_line_cannot_reach_stays_a_picture() {
        assert!(stands_alone(&[Some(1.0)]) && stands_alone(&[Some(1.0), None, Some(1.0), Some(2.0)]));
        assert!(!stands_alone(&[None, Some(1.0), Some(2.0)]) && !stands_alone(&[None]));
        let bands = [band(0, [2.0; 3])];
        let marks = Marks::Fan(Fan {
            name: "market".into(),
            rows: bands.iter().collect(),
            percentiles: &PERCENTILES,
            against: Against::Zero,
            references: Vec::new(),
        });
        assert_eq!(data(&Picture { name: "x".into(), title: "x".into(), marks }), None);
    }
}
