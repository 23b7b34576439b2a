//! The fan chart: bands of an output over time, its median, and a published path.

use super::axis::{
    EDGE, FOOT, Plot, Sign, label_room, labels_at_right, legend, period_axis, period_positions, right_room, thinned,
    tick_count, value_axis,
};
use super::canvas::Canvas;
use super::levels::{BandLevels, band_class, band_levels, range_name};
use super::scale::{Measure, Scale};
use super::{Chart, Size};
use crate::output::number::{NumberFormat, short};
use crate::output::quantity::{band_format, with_unit};
use crate::results::{Band, BaselineRow};
use crate::stats::percentile_label;

/// Most steps that are drawn.
pub(super) const STEPS: usize = 500;
/// Half the width of a band that has one step only.
const ALONE: f64 = 24.0;

/// What a fan shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Fan<'a> {
    /// Rows of one output, by step.
    pub rows: Vec<&'a Band>,
    /// Levels of their quantiles in percent.
    pub percentiles: &'a [f64],
    /// What the bands are seen against.
    pub against: Against<'a>,
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

/// A fan chart. None without rows or without any quantile.
pub(super) fn draw(title: &str, fan: &Fan<'_>, size: Size) -> Option<Chart> {
    let levels = band_levels(fan.percentiles)?;
    let rows = thinned(&fan.rows, STEPS);
    let last = *rows.last()?;
    let used = || levels.pairs.iter().flat_map(|&(low, high)| [low, high]).chain([levels.middle]);
    let values = || rows.iter().flat_map(|band| used().filter_map(|level| finite(band, level)));
    values().next()?;
    let published = |band: &Band| fan.against.published(band.subject.when.step);
    let format = band_format(last, used().filter_map(|level| finite(last, level)));

    let mut canvas = Canvas::new(size, size.height());
    let top = legend(&mut canvas, &legend_entries(fan, &levels), 4.0) + 28.0;
    let bottom = canvas.height - FOOT;
    let ground = (fan.against == Against::Zero).then_some(0.0);
    let measure = if format.is_percent() { Measure::Share } else { Measure::Plain };
    let scale = Scale::new(
        values().chain(rows.iter().filter_map(|band| published(band))).chain(ground).chain(near_zero(values())),
        (bottom, top),
        tick_count(bottom - top, 48.0),
        measure,
    );
    let labels = end_labels(fan, &levels, last, &format, &scale);
    let right = canvas.width() - right_room(labels.iter().map(|(_, text, _)| text.as_str()), size);
    let plot = Plot { left: label_room(&scale), right: right.max(EDGE), top, bottom };
    value_axis(&mut canvas, plot, &scale, last.unit.as_deref().unwrap_or(""));
    let steps: Vec<usize> = rows.iter().map(|band| band.subject.when.step).collect();
    let x = period_positions(&steps, plot.left + 8.0, plot.right - 2.0);

    for (index, &(low, high)) in levels.pairs.iter().enumerate() {
        let class = band_class(index, levels.pairs.len());
        let ends = |band: &Band| Some((scale.at(finite(band, low)?), scale.at(finite(band, high)?)));
        for run in runs(&rows, &x, ends) {
            canvas.polygon(class, &outline(&run));
        }
    }
    if ground.is_some() {
        canvas.line("zero", (plot.left, scale.at(0.0)), (plot.right, scale.at(0.0)));
    }
    line(&mut canvas, "median", &rows, &x, |band| Some(scale.at(finite(band, levels.middle)?)));
    // Last, so that its dashes show where both are the same.
    line(&mut canvas, "published", &rows, &x, |band| Some(scale.at(published(band)?)));
    let periods: Vec<(f64, &str)> =
        x.iter().zip(&rows).map(|(x, band)| (*x, band.subject.when.period.as_str())).collect();
    period_axis(&mut canvas, plot, &periods);
    labels_at_right(&mut canvas, plot, &labels);
    Some(canvas.finish(title, description(fan, last, &format)))
}

fn legend_entries(fan: &Fan<'_>, levels: &BandLevels) -> Vec<(Sign<'static>, String)> {
    let p = |index: usize| fan.percentiles[index];
    let mut entries = Vec::new();
    for (index, &(low, high)) in levels.pairs.iter().enumerate() {
        let text = format!("{} % of paths, {}", short(p(high) - p(low)), range_name(fan.percentiles, (low, high)));
        entries.push((Sign::Fill(band_class(index, levels.pairs.len())), text));
    }
    entries.push((Sign::Stroke("median"), middle_name(p(levels.middle))));
    match fan.against {
        Against::Published([]) => {}
        Against::Published(_) => entries.push((Sign::Stroke("published"), "published path".into())),
        Against::Zero => entries.push((Sign::Stroke("zero"), "no difference".into())),
    }
    entries
}

pub(super) fn middle_name(percentile: f64) -> String {
    if percentile == 50.0 { "median".into() } else { percentile_label(percentile) }
}

fn end_labels(
    fan: &Fan<'_>,
    levels: &BandLevels,
    last: &Band,
    format: &NumberFormat,
    scale: &Scale,
) -> Vec<(f64, String, &'static str)> {
    let mut shown: Vec<(usize, &'static str)> =
        levels.pairs.iter().flat_map(|&(low, high)| [(low, ""), (high, "")]).collect();
    shown.push((levels.middle, "strong"));
    let mut labels: Vec<(f64, String, &str)> = shown
        .into_iter()
        .filter_map(|(index, class)| {
            let value = finite(last, index)?;
            Some((
                scale.at(value),
                format!("{} {}", percentile_label(fan.percentiles[index]), format.format(value)),
                class,
            ))
        })
        .collect();
    if let Some(value) = fan.against.published(last.subject.when.step) {
        labels.push((scale.at(value), format!("published {}", format.format(value)), "published-text"));
    }
    labels
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
    let subject = with_unit(&last.subject.output, last.unit.as_deref());
    let period = &last.subject.when.period;
    format!("{what}{subject}, {first} to {period}. At {period}: {}.{published}", quantiles.join(", "))
}

/// A quantile that can be drawn.
pub(super) fn finite(band: &Band, level: usize) -> Option<f64> {
    band.quantile(level).filter(|value| value.is_finite())
}

/// 0, where values of one sign come near enough to it that leaving it out would mislead.
pub(super) fn near_zero(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    let near = (low > 0.0 && low < high / 2.0) || (high < 0.0 && high > low / 2.0);
    near.then_some(0.0)
}

/// A point of a band: x, and the pixels of its two ends.
pub(super) type Ends = (f64, (f64, f64));

/// Rows without a gap between them, each with its x.
pub(super) fn runs(rows: &[&&Band], x: &[f64], ends: impl Fn(&Band) -> Option<(f64, f64)>) -> Vec<Vec<Ends>> {
    let mut runs: Vec<Vec<Ends>> = vec![Vec::new()];
    for (band, x) in rows.iter().zip(x) {
        match (ends(band), runs.last_mut()) {
            (Some(ends), Some(run)) => run.push((*x, ends)),
            _ => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// The outline of a band: along its low ends and back along its high ones. A step alone is a box.
pub(super) fn outline(run: &[Ends]) -> Vec<(f64, f64)> {
    if let [(x, (low, high))] = *run {
        return vec![(x - ALONE, low), (x + ALONE, low), (x + ALONE, high), (x - ALONE, high)];
    }
    let lows = run.iter().map(|(x, (low, _))| (*x, *low));
    let highs = run.iter().rev().map(|(x, (_, high))| (*x, *high));
    lows.chain(highs).collect()
}

/// A line with gaps where it has no value; a point alone is a short dash.
pub(super) fn line(canvas: &mut Canvas, class: &str, rows: &[&&Band], x: &[f64], at: impl Fn(&Band) -> Option<f64>) {
    for run in runs(rows, x, |band| at(band).map(|y| (y, y))) {
        match run[..] {
            [(x, (y, _))] => canvas.line(class, (x - ALONE, y), (x + ALONE, y)),
            _ => canvas.polyline(class, &run.iter().map(|(x, (y, _))| (*x, *y)).collect::<Vec<_>>()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::example::{constant, exactly};

    #[test]
    fn the_outline_of_a_band_passes_through_its_values() {
        let bands: Vec<Band> = [(1.0, 2.0), (1.5, 3.0), (1.0, 4.0)]
            .iter()
            .enumerate()
            .map(|(step, &(low, high))| Band {
                quantiles: [low, high].map(exactly).to_vec(),
                ..constant("x", None, step, 0.0, 2)
            })
            .collect();
        let rows: Vec<&Band> = bands.iter().collect();
        let rows: Vec<&&Band> = rows.iter().collect();
        let runs = runs(&rows, &[10.0, 20.0, 30.0], |band| Some((finite(band, 0)?, finite(band, 1)?)));
        assert_eq!(runs.len(), 1);
        let wanted = [(10.0, 1.0), (20.0, 1.5), (30.0, 1.0), (30.0, 4.0), (20.0, 3.0), (10.0, 2.0)];
        assert_eq!(outline(&runs[0]), wanted);
    }

    #[test]
    fn a_missing_value_leaves_a_gap_and_a_step_alone_is_a_box() {
        let mut bands: Vec<Band> = (0..4).map(|step| constant("x", None, step, 5.0, 1)).collect();
        bands[2].quantiles = vec![None];
        let rows: Vec<&Band> = bands.iter().collect();
        let rows: Vec<&&Band> = rows.iter().collect();
        let runs = runs(&rows, &[0.0, 1.0, 2.0, 3.0], |band| finite(band, 0).map(|y| (y, y)));
        assert_eq!(runs.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(outline(&[(100.0, (7.0, 3.0))]).len(), 4);
        assert_eq!(period_positions(&[6], 0.0, 10.0), [5.0]);
    }

    #[test]
    fn zero_is_shown_where_it_is_near() {
        let near = |values: &[f64]| near_zero(values.iter().copied());
        assert_eq!(near(&[6.0, 70.0]), Some(0.0));
        assert_eq!(near(&[60.0, 70.0]), None);
        assert_eq!(near(&[-60.0, -7.0]), Some(0.0));
        assert_eq!(near(&[-1.0, 1.0]), None, "it is inside");
    }
}
