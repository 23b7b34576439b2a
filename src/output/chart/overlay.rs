//! Several scenarios in one picture: their medians as lines, and their bands while these can be told apart.

use super::axis::{Sign, thinned};
use super::fan::{reference_entry, reference_labels};
use super::levels::{band_levels, finite, range_name};
use super::scale::{Measure, near_zero};
use super::timeline::{Emphasis, EndLabel, Frame, STEPS, Timeline};
use super::{Chart, Size};
use crate::output::number::NumberFormat;
use crate::output::quantity::{band_format, with_unit};
use crate::results::{Band, BaselineRow, ReferencePath};

/// One scenario's output over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Line<'a> {
    /// Name of the scenario.
    pub label: &'a str,
    /// Rows of one output, by step.
    pub rows: Vec<&'a Band>,
}

/// Most scenarios whose bands are drawn: more lie over each other until nobody sees one.
const BANDS: usize = 3;

/// Most scenarios whose lines are all labelled: the ends of more leave no room for as many names.
const LABELLED: usize = 20;

/// Several scenarios in one picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Overlay<'a> {
    /// What the output is called.
    pub name: &'a str,
    /// A line each.
    pub lines: Vec<Line<'a>>,
    /// Levels of their quantiles in percent.
    pub percentiles: &'a [f64],
    /// A published path that all of them share; may be empty.
    pub baseline: &'a [BaselineRow],
    /// What others have published, and all of them share.
    pub references: Vec<ReferencePath<'a>>,
}

impl<'a> Overlay<'a> {
    /// The levels of the bands, where there are few enough scenarios to draw them.
    pub(crate) fn band(&self) -> Option<(usize, usize)> {
        let levels = band_levels(self.percentiles)?;
        levels.pairs.first().copied().filter(|_| self.lines.len() <= BANDS)
    }

    /// The steps that any scenario has, ascending, each with a row of it.
    pub(crate) fn steps(&self) -> Vec<&'a Band> {
        let mut rows: Vec<&Band> = self.lines.iter().flat_map(|line| line.rows.iter().copied()).collect();
        rows.sort_by_key(|band| band.subject.when.step);
        rows.dedup_by_key(|band| band.subject.when.step);
        rows
    }

    /// The published value in a step.
    pub(crate) fn published(&self, step: usize) -> Option<f64> {
        self.baseline.iter().find(|row| row.when.step == step).map(|row| row.value)
    }

    /// The format of all values that are drawn.
    pub(crate) fn format(&self) -> Option<NumberFormat> {
        let middle = band_levels(self.percentiles)?.middle;
        let drawn: Vec<usize> = self.band().into_iter().flat_map(|(low, high)| [low, high]).chain([middle]).collect();
        let rows = || self.lines.iter().flat_map(|line| &line.rows);
        let values = rows().flat_map(|band| drawn.iter().filter_map(|&level| finite(band, level)));
        let last = self.lines.iter().find_map(|line| line.rows.last())?;
        Some(band_format(last, values.max_by(|a, b| a.abs().total_cmp(&b.abs()))))
    }

    /// What the lines and bands are.
    pub(crate) fn legend(&self) -> Vec<(Sign<'static>, String)> {
        let mut entries = vec![(Sign::Stroke("line l8"), "median of each scenario".to_owned())];
        entries.extend(self.band().map(|band| (Sign::Fill("b1"), range_name(self.percentiles, band))));
        if !self.baseline.is_empty() {
            entries.push((Sign::Stroke("published"), "published path".into()));
        }
        entries.extend(reference_entry(&self.references));
        entries
    }

    /// Medians and names at the ends of the lines, in the order of the scenarios.
    pub(crate) fn end_labels(&self) -> Vec<EndLabel> {
        let Some((levels, format)) = band_levels(self.percentiles).zip(self.format()) else { return Vec::new() };
        let label = |line: &Line<'_>| {
            let value = finite(line.rows.last()?, levels.middle)?;
            let text = format!("{} {}", format.format(value), line.label);
            Some(EndLabel { value, text, emphasis: Emphasis::Plain })
        };
        let last = self.steps().last().map_or(0, |band| band.subject.when.step);
        let references = reference_labels(&self.references, last, &format);
        let mut labels: Vec<EndLabel> = self.lines.iter().filter_map(label).collect();
        if labels.len() > LABELLED {
            // The lowest and the highest; a table names the others.
            labels.sort_by(|a, b| a.value.total_cmp(&b.value));
            labels.drain(1..labels.len() - 1);
        }
        labels.into_iter().chain(references).collect()
    }
}

/// Medians and bands of several scenarios. None without any.
pub(super) fn draw(title: &str, overlay: &Overlay<'_>, size: Size) -> Option<Chart> {
    let Overlay { name, lines, percentiles, baseline, references } = overlay;
    let middle = band_levels(percentiles)?.middle;
    let band = overlay.band();
    let rows: Vec<Vec<&&Band>> = lines.iter().map(|line| thinned(&line.rows, STEPS)).collect();
    let last = **rows.iter().find_map(|rows| rows.last())?;
    let drawn: Vec<usize> = band.into_iter().flat_map(|(low, high)| [low, high]).chain([middle]).collect();
    let values = || rows.iter().flatten().flat_map(|band| drawn.iter().filter_map(|&level| finite(band, level)));
    values().next()?;
    let format = overlay.format()?;
    let is_drawn = |step: usize| rows.iter().flatten().any(|band| band.subject.when.step == step);

    let labels = overlay.end_labels();
    let medians = labels.iter().filter(|label| label.emphasis != Emphasis::Reference);
    let told: Vec<String> = medians.map(|label| label.text.clone()).collect();
    let when = overlay.steps().into_iter().map(|band| &band.subject.when).filter(|when| is_drawn(when.step));
    let of_others = references.iter().flat_map(|path| path.points.iter().map(|(_, value)| *value));
    let published = baseline.iter().map(|row| row.value).chain(of_others);
    let frame = Frame {
        entries: overlay.legend(),
        periods: when.map(|when| (when.step, &*when.period)).collect(),
        values: values().chain(published).chain(near_zero(values())).collect(),
        measure: if format.is_percent() { Measure::Share } else { Measure::Plain },
        unit: last.unit.as_deref().unwrap_or(""),
        labels,
    };
    let height = if lines.len() > 8 { size.height() + 80.0 } else { size.height() };
    let mut timeline = Timeline::new(size, height, frame);
    if let Some((low, high)) = band {
        for (index, rows) in rows.iter().enumerate() {
            let class = format!("{} veil", super::binding::fill_class(index));
            timeline.band(&class, rows, |band| Some((finite(band, low)?, finite(band, high)?)));
        }
    }
    let longest = rows.iter().max_by_key(|rows| rows.len())?;
    timeline.line("published", longest, |band| overlay.published(band.subject.when.step));
    references.iter().for_each(|path| timeline.reference(&path.points));
    for (index, rows) in rows.iter().enumerate() {
        timeline.line(&line_class(index), rows, |band| finite(band, middle));
    }
    let subject = with_unit(name, last.unit.as_deref());
    let description = format!("Medians of {subject} at {}: {}.", last.subject.when.period, told.join(", "));
    Some(timeline.finish(title, description))
}

/// Eight colours, then the same ones dashed.
pub(super) fn line_class(index: usize) -> String {
    let dashed = if (index / 8).is_multiple_of(2) { "" } else { " dashed" };
    format!("line l{}{dashed}", index % 8 + 1)
}
