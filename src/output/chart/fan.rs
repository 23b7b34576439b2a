//! The fan chart: bands of an output over time, its median, and a published path.

use super::axis::{Sign, thinned};
use super::labels::{TEXT, shortened};
use super::levels::{BandLevels, band_class, band_levels, finite, middle_name, range_name};
use super::scale::{Measure, near_zero};
use super::timeline::{Emphasis, EndLabel, Frame, STEPS, Timeline};
use super::{Chart, Size, has_time};
use crate::output::number::{NumberFormat, short};
use crate::output::quantity::{band_format, with_unit};
use crate::results::{Band, BaselineRow, ReferencePath};
use crate::stats::percentile_label;

/// What a fan shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Fan<'a> {
    /// What the output, or part of it, is called.
    pub name: String,
    /// Rows of one output, by step.
    pub rows: Vec<&'a Band>,
    /// Levels of their quantiles in percent.
    pub percentiles: &'a [f64],
    /// What the bands are seen against.
    pub against: Against<'a>,
    /// What others have published of the output.
    pub references: Vec<ReferencePath<'a>>,
}

/// What bands are seen against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Against<'a> {
    /// A published path of the same output; may be empty.
    Published(&'a [BaselineRow]),
    /// No difference: the bands are differences.
    Zero,
}

impl Against<'_> {
    /// The published value in the step of a row.
    pub(crate) fn published(&self, step: usize) -> Option<f64> {
        match self {
            Against::Published(path) => path.iter().find(|row| row.when.step == step).map(|row| row.value),
            Against::Zero => None,
        }
    }
}

impl Fan<'_> {
    /// What the bands and lines are.
    pub(crate) fn legend(&self) -> Vec<(Sign<'static>, String)> {
        let Some(levels) = band_levels(self.percentiles) else { return Vec::new() };
        let p = |index: usize| self.percentiles[index];
        let mut entries = Vec::new();
        for (index, &(low, high)) in levels.pairs.iter().enumerate() {
            // More than that where many paths share the value of an end.
            let paths = format!("at least {} % of paths", short(p(high) - p(low)));
            let text = format!("{}, {paths}", range_name(self.percentiles, (low, high)));
            entries.push((Sign::Fill(band_class(index, levels.pairs.len())), text));
        }
        entries.push((Sign::Stroke("median"), middle_name(p(levels.middle))));
        match self.against {
            Against::Published([]) => {}
            Against::Published(_) => entries.push((Sign::Stroke("published"), "published path".into())),
            Against::Zero => entries.push((Sign::Stroke("zero"), "no difference".into())),
        }
        entries.extend(reference_entry(&self.references));
        entries
    }

    /// Names at the ends of the lines: levels from the highest to the lowest, the order in which equal quantiles stand from
    /// top to bottom, then what is published.
    pub(crate) fn end_labels(&self) -> Vec<EndLabel> {
        let Some((levels, last)) = band_levels(self.percentiles).zip(self.rows.last()) else { return Vec::new() };
        let format = end_format(last, &levels);
        let mut shown: Vec<usize> = used(&levels).collect();
        shown.sort_by(|&a, &b| self.percentiles[b].total_cmp(&self.percentiles[a]));
        let of_level = |level: usize| {
            let value = finite(last, level)?;
            let text = format!("{} {}", percentile_label(self.percentiles[level]), format.format(value));
            let emphasis = if level == levels.middle { Emphasis::Strong } else { Emphasis::Plain };
            Some(EndLabel { value, text, emphasis })
        };
        let published = self.against.published(last.subject.when.step).map(|value| EndLabel {
            value,
            text: format!("published {}", format.format(value)),
            emphasis: Emphasis::Published,
        });
        let references = reference_labels(&self.references, last.subject.when.step, &format);
        shown.into_iter().filter_map(of_level).chain(published).chain(references).collect()
    }
}

/// The entry of references in a legend, where there are any.
pub(super) fn reference_entry(references: &[ReferencePath<'_>]) -> Option<(Sign<'static>, String)> {
    (!references.is_empty()).then(|| (Sign::Stroke("reference"), "published by others".to_owned()))
}

/// The names of references at the end of a chart, those that reach it.
pub(super) fn reference_labels(
    references: &[ReferencePath<'_>],
    last: usize,
    format: &NumberFormat,
) -> impl Iterator<Item = EndLabel> {
    /// Width of a name in pixels.
    const NAME: f64 = 120.0;
    let label = move |path: &ReferencePath<'_>| {
        let value = path.at(last)?;
        let text = format!("{} {}", format.format(value), shortened(path.title, NAME, TEXT));
        Some(EndLabel { value, text, emphasis: Emphasis::Reference })
    };
    references.iter().filter_map(label)
}

/// The levels that are drawn.
fn used(levels: &BandLevels) -> impl Iterator<Item = usize> + '_ {
    levels.pairs.iter().flat_map(|&(low, high)| [low, high]).chain([levels.middle])
}

/// The format of the values at the end of a fan.
fn end_format(last: &Band, levels: &BandLevels) -> NumberFormat {
    band_format(last, used(levels).filter_map(|level| finite(last, level)))
}

/// A fan chart. None without rows, without any quantile, and without time.
pub(super) fn draw(title: &str, fan: &Fan<'_>, size: Size) -> Option<Chart> {
    let levels = band_levels(fan.percentiles)?;
    let rows = thinned(&fan.rows, STEPS);
    let last = **rows.last().filter(|band| has_time(&band.subject.when))?;
    let values = || rows.iter().flat_map(|band| used(&levels).filter_map(|level| finite(band, level)));
    values().next()?;
    let published = |band: &Band| fan.against.published(band.subject.when.step);
    let format = end_format(last, &levels);
    let ground = (fan.against == Against::Zero).then_some(0.0);
    let against = rows.iter().filter_map(|band| published(band));

    let references = fan.references.iter().flat_map(|path| path.points.iter().map(|(_, value)| *value));
    let frame = Frame {
        entries: fan.legend(),
        periods: rows.iter().map(|band| (band.subject.when.step, &*band.subject.when.period)).collect(),
        values: values().chain(against).chain(references).chain(ground).chain(near_zero(values())).collect(),
        measure: if format.is_percent() { Measure::Share } else { Measure::Plain },
        unit: last.unit.as_deref().unwrap_or(""),
        labels: fan.end_labels(),
    };
    let mut timeline = Timeline::new(size, size.height(), frame);
    for (index, &(low, high)) in levels.pairs.iter().enumerate() {
        let ends = |band: &Band| Some((finite(band, low)?, finite(band, high)?));
        timeline.band(band_class(index, levels.pairs.len()), &rows, ends);
    }
    if let Some(zero) = ground {
        timeline.level("zero", zero);
    }
    timeline.line("median", &rows, |band| finite(band, levels.middle));
    // Last, so that its dashes show where both are the same.
    timeline.line("published", &rows, published);
    fan.references.iter().for_each(|path| timeline.reference(&path.points));
    Some(timeline.finish(title, description(fan, last, &format)))
}

fn description(fan: &Fan<'_>, last: &Band, format: &NumberFormat) -> String {
    let first = fan.rows.first().map_or("", |band| &band.subject.when.period);
    let quantiles: Vec<String> = fan
        .percentiles
        .iter()
        .zip(last.quantile_values())
        .map(|(percentile, value)| {
            format!(
                "{} {}",
                percentile_label(*percentile),
                format.format_or_dash(value.filter(|value| value.is_finite()))
            )
        })
        .collect();
    let published = fan.against.published(last.subject.when.step);
    let published =
        published.map_or_else(String::new, |value| format!(" The published path ends at {}.", format.format(value)));
    let what = if fan.against == Against::Zero { "Difference in " } else { "" };
    let subject = with_unit(&fan.name, last.unit.as_deref());
    let period = &last.subject.when.period;
    let others: Vec<String> =
        reference_labels(&fan.references, last.subject.when.step, format).map(|label| label.text).collect();
    let others =
        if others.is_empty() { String::new() } else { format!(" Others have published {}.", others.join(", ")) };
    format!("{what}{subject}, {first} to {period}. At {period}: {}.{published}{others}", quantiles.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::example::{constant, exactly, when};

    /// All quantiles but the lowest on a ceiling: the labels stand in the order of their levels, the published value last.
    #[test]
    fn labels_of_equal_quantiles_stand_in_order() {
        let band =
            Band { quantiles: [1.0, 9.0, 9.0, 9.0, 9.0].map(exactly).to_vec(), ..constant("x", None, 1, 9.0, 5) };
        let published = [BaselineRow { when: when(1), value: 9.0, p_reached: Some(0.9) }];
        let percentiles = [5.0, 25.0, 50.0, 75.0, 95.0];
        let fan = Fan {
            name: "Market".into(),
            rows: vec![&band],
            percentiles: &percentiles,
            against: Against::Published(&published),
            references: Vec::new(),
        };
        let labels: Vec<String> = fan.end_labels().into_iter().map(|label| label.text).collect();
        assert_eq!(labels, ["P95 9.000", "P75 9.000", "P50 9.000", "P25 9.000", "P5 1.000", "published 9.000"]);
        let svg = draw("x", &fan, Size::Wide).expect("values").to_svg();
        let height = |text: &str| -> f64 {
            let before = svg.split(&format!(">{text}<")).next().expect("a label");
            let y = before.rsplit(" y=\"").next().and_then(|rest| rest.split('"').next()).expect("a height");
            y.parse().expect("a number")
        };
        let heights = ["P95 9.000", "P75 9.000", "P50 9.000", "P25 9.000", "published 9.000", "P5 1.000"].map(height);
        assert!(heights.is_sorted_by(|a, b| a < b), "{heights:?}");
    }
}
