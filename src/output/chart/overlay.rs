//! Several scenarios in one picture: their medians as lines, and their bands while these can be told apart.

use super::axis::{
    EDGE, FOOT, Plot, Sign, label_room, labels_at_right, legend, period_axis, period_positions, right_room, thinned,
    tick_count, value_axis,
};
use super::canvas::Canvas;
use super::fan::{STEPS, finite, line, near_zero};
use super::levels::{band_levels, range_name};
use super::scale::{Measure, Scale};
use super::{Chart, Size};
use crate::output::quantity::{band_format, with_unit};
use crate::results::{Band, BaselineRow};

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

/// Several scenarios in one picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Overlay<'a> {
    /// A line each.
    pub lines: Vec<Line<'a>>,
    /// Levels of their quantiles in percent.
    pub percentiles: &'a [f64],
    /// A published path that all of them share; may be empty.
    pub baseline: &'a [BaselineRow],
}

/// Medians and bands of several scenarios. None without any.
pub(super) fn draw(title: &str, data: &Overlay<'_>, size: Size) -> Option<Chart> {
    let Overlay { lines, percentiles, baseline } = data;
    let levels = band_levels(percentiles)?;
    let rows: Vec<Vec<&&Band>> = lines.iter().map(|line| thinned(&line.rows, STEPS)).collect();
    let last = **rows.iter().find_map(|rows| rows.last())?;
    let outer = levels.pairs.first().copied().filter(|_| lines.len() <= BANDS);
    let drawn: Vec<usize> = outer.into_iter().flat_map(|(low, high)| [low, high]).chain([levels.middle]).collect();
    let bands = || rows.iter().flatten();
    let values = || bands().flat_map(|band| drawn.iter().filter_map(|level| finite(band, *level)));
    values().next()?;
    let format = band_format(last, values().max_by(|a, b| a.abs().total_cmp(&b.abs())));
    let mut steps: Vec<usize> = bands().map(|band| band.subject.when.step).collect();
    steps.sort_unstable();
    steps.dedup();
    let published = |step: usize| baseline.iter().find(|row| row.when.step == step).map(|row| row.value);

    let mut canvas = Canvas::new(size, if lines.len() > 8 { size.height() + 80.0 } else { size.height() });
    let mut entries = vec![(Sign::Stroke("line l8"), "median of each scenario".to_owned())];
    entries.extend(outer.map(|outer| (Sign::Fill("b1"), range_name(percentiles, outer))));
    if !baseline.is_empty() {
        entries.push((Sign::Stroke("published"), "published path".into()));
    }
    let top = legend(&mut canvas, &entries, 4.0) + 28.0;
    let bottom = canvas.height - FOOT;
    let measure = if format.is_percent() { Measure::Share } else { Measure::Plain };
    let shown = values().chain(baseline.iter().map(|row| row.value)).chain(near_zero(values()));
    let scale = Scale::new(shown, (bottom, top), tick_count(bottom - top, 48.0), measure);
    let ends: Vec<(f64, String, &str)> = lines
        .iter()
        .zip(&rows)
        .filter_map(|(line, rows)| {
            let value = finite(rows.last()?, levels.middle)?;
            Some((scale.at(value), format!("{} {}", format.format(value), line.label), ""))
        })
        .collect();
    let right = canvas.width() - right_room(ends.iter().map(|(_, text, _)| text.as_str()), size);
    let plot = Plot { left: label_room(&scale), right: right.max(EDGE), top, bottom };
    value_axis(&mut canvas, plot, &scale, last.unit.as_deref().unwrap_or(""));
    let positions = period_positions(&steps, plot.left + 8.0, plot.right - 2.0);
    let x_of = |rows: &[&&Band]| -> Vec<f64> {
        let at =
            |band: &&&Band| steps.binary_search(&band.subject.when.step).map_or(plot.left, |index| positions[index]);
        rows.iter().map(at).collect()
    };
    if let Some((low, high)) = outer {
        for (index, rows) in rows.iter().enumerate() {
            let x = x_of(rows);
            let ends = |band: &Band| Some((scale.at(finite(band, low)?), scale.at(finite(band, high)?)));
            for run in super::fan::runs(rows, &x, ends) {
                let class = format!("{} veil", super::binding::fill_class(index));
                canvas.polygon(&class, &super::fan::outline(&run));
            }
        }
    }
    let reference = rows.iter().max_by_key(|rows| rows.len())?;
    line(&mut canvas, "published", reference, &x_of(reference), |band| {
        Some(scale.at(published(band.subject.when.step)?))
    });
    for (index, rows) in rows.iter().enumerate() {
        let class = line_class(index);
        line(&mut canvas, &class, rows, &x_of(rows), |band| Some(scale.at(finite(band, levels.middle)?)));
    }
    let periods: Vec<(f64, &str)> = steps
        .iter()
        .zip(&positions)
        .filter_map(|(step, x)| {
            let band = bands().find(|band| band.subject.when.step == *step)?;
            Some((*x, band.subject.when.period.as_str()))
        })
        .collect();
    period_axis(&mut canvas, plot, &periods);
    labels_at_right(&mut canvas, plot, &ends);
    let told: Vec<String> = ends.iter().map(|(_, text, _)| text.clone()).collect();
    let subject = with_unit(&last.subject.output, last.unit.as_deref());
    let description = format!("Medians of {subject} at {}: {}.", last.subject.when.period, told.join(", "));
    Some(canvas.finish(title, description))
}

/// Eight colours, then the same ones dashed.
fn line_class(index: usize) -> String {
    let dashed = if (index / 8).is_multiple_of(2) { "" } else { " dashed" };
    format!("line l{}{dashed}", index % 8 + 1)
}
