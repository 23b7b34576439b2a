//! What charts over time share: legend, scale and axes, bands and lines along the periods, names at the ends of the lines.

use super::axis::{
    EDGE, FOOT, Plot, Sign, label_room, labels_at_right, legend, period_axis, period_positions, right_room, tick_count,
    value_axis,
};
use super::canvas::Canvas;
use super::scale::{Measure, Scale};
use super::{Chart, Size};
use crate::results::Band;

/// Most steps that are drawn.
pub(super) const STEPS: usize = 500;
/// Half the width of a band that has one step only.
const ALONE: f64 = 24.0;

/// The name at the end of a line, with the value there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EndLabel {
    /// Where the line ends.
    pub(crate) value: f64,
    /// What stands there: `P50 35.70`.
    pub(crate) text: String,
    /// How it stands out.
    pub(crate) emphasis: Emphasis,
}

/// How a label stands out among others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Emphasis {
    /// Not at all.
    Plain,
    /// As the middle of a fan.
    Strong,
    /// As what is published.
    Published,
    /// As what others have published.
    Reference,
}

impl Emphasis {
    /// The class of the label in a style sheet; empty for a plain one.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Emphasis::Plain => "",
            Emphasis::Strong => "strong",
            Emphasis::Published => "published-text",
            Emphasis::Reference => "reference-text",
        }
    }
}

/// What a chart over time holds, before anything is drawn.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    /// The legend.
    pub(super) entries: Vec<(Sign<'static>, String)>,
    /// The steps from left to right, ascending, with their labels.
    pub(super) periods: Vec<(usize, &'a str)>,
    /// Values that the vertical axis must hold.
    pub(super) values: Vec<f64>,
    pub(super) measure: Measure,
    /// Unit of the values; may be empty.
    pub(super) unit: &'a str,
    /// Names at the ends of the lines; those at the same value stand from top to bottom in this order.
    pub(super) labels: Vec<EndLabel>,
}

/// A chart over time while bands and lines are drawn into it.
#[derive(Debug)]
pub(super) struct Timeline<'a> {
    canvas: Canvas,
    plot: Plot,
    scale: Scale,
    periods: Vec<(usize, &'a str)>,
    /// Where the periods stand.
    x: Vec<f64>,
    labels: Vec<EndLabel>,
}

impl<'a> Timeline<'a> {
    /// The legend, the axis of values, and room for the rest.
    pub(super) fn new(size: Size, height: f64, frame: Frame<'a>) -> Self {
        let Frame { entries, periods, values, measure, unit, labels } = frame;
        let mut canvas = Canvas::new(size, height);
        let top = legend(&mut canvas, &entries, 4.0) + 28.0;
        let bottom = height - FOOT;
        let scale = Scale::new(values, (bottom, top), tick_count(bottom - top, 48.0), measure);
        let right =
            canvas.width() - right_room(labels.iter().map(|label| (&*label.text, label.emphasis.class())), size);
        let plot = Plot { left: label_room(&scale), right: right.max(EDGE), top, bottom };
        value_axis(&mut canvas, plot, &scale, unit);
        let steps: Vec<usize> = periods.iter().map(|(step, _)| *step).collect();
        let x = period_positions(&steps, plot.left + 8.0, plot.right - 2.0);
        Timeline { canvas, plot, scale, periods, x, labels }
    }

    /// What lies between two values a step. A step alone is a box; a step without values leaves a gap.
    pub(super) fn band(&mut self, class: &str, rows: &[&&Band], ends: impl Fn(&Band) -> Option<(f64, f64)>) {
        let pixels = |band: &Band| ends(band).map(|(low, high)| (self.scale.at(low), self.scale.at(high)));
        for run in runs(rows, &self.x_of(rows), pixels) {
            self.canvas.polygon(class, &outline(&run));
        }
    }

    /// A line through a value a step. A step alone is a short dash; a step without a value leaves a gap.
    pub(super) fn line(&mut self, class: &str, rows: &[&&Band], value: impl Fn(&Band) -> Option<f64>) {
        let pixels = |band: &Band| value(band).map(|value| (self.scale.at(value), self.scale.at(value)));
        for run in runs(rows, &self.x_of(rows), pixels) {
            match run[..] {
                [(x, (y, _))] => self.canvas.line(class, (x - ALONE, y), (x + ALONE, y)),
                _ => self.canvas.polyline(class, &run.iter().map(|(x, (y, _))| (*x, *y)).collect::<Vec<_>>()),
            }
        }
    }

    /// A line through published points, by step, each with a dot; those outside of the steps that are drawn are left out.
    pub(super) fn reference(&mut self, points: &[(usize, f64)]) {
        let at = |&(step, value): &(usize, f64)| {
            let place = self.periods.binary_search_by_key(&step, |(step, _)| *step).ok()?;
            Some((self.x[place], self.scale.at(value)))
        };
        let points: Vec<(f64, f64)> = points.iter().filter_map(at).collect();
        if points.len() > 1 {
            self.canvas.polyline("reference", &points);
        }
        for (x, y) in points {
            self.canvas.circle("reference-dot", (x, y), 3.0);
        }
    }

    /// A line at one value from side to side.
    pub(super) fn level(&mut self, class: &str, value: f64) {
        let y = self.scale.at(value);
        self.canvas.line(class, (self.plot.left, y), (self.plot.right, y));
    }

    /// The chart, with the axis of periods and the names at the ends of the lines.
    pub(super) fn finish(self, title: &str, description: String) -> Chart {
        let Timeline { mut canvas, plot, scale, periods, x, labels } = self;
        let periods: Vec<(f64, &str)> = x.into_iter().zip(periods.iter().map(|(_, period)| *period)).collect();
        period_axis(&mut canvas, plot, &periods);
        let labels: Vec<(f64, String, &str)> = labels
            .into_iter()
            .map(|EndLabel { value, text, emphasis }| (scale.at(value), text, emphasis.class()))
            .collect();
        labels_at_right(&mut canvas, plot, &labels);
        canvas.finish(title, description)
    }

    fn x_of(&self, rows: &[&&Band]) -> Vec<f64> {
        let at = |band: &&&Band| {
            let place = self.periods.binary_search_by_key(&band.subject.when.step, |(step, _)| *step);
            place.map_or(self.plot.left, |place| self.x[place])
        };
        rows.iter().map(at).collect()
    }
}

/// A point of a band: x, and the pixels of its two ends.
type Ends = (f64, (f64, f64));

/// Rows without a gap between them, each with its x.
fn runs(rows: &[&&Band], x: &[f64], ends: impl Fn(&Band) -> Option<(f64, f64)>) -> Vec<Vec<Ends>> {
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
fn outline(run: &[Ends]) -> Vec<(f64, f64)> {
    if let [(x, (low, high))] = *run {
        return vec![(x - ALONE, low), (x + ALONE, low), (x + ALONE, high), (x - ALONE, high)];
    }
    let lows = run.iter().map(|(x, (low, _))| (*x, *low));
    let highs = run.iter().rev().map(|(x, (_, high))| (*x, *high));
    lows.chain(highs).collect()
}

#[cfg(test)]
mod tests {
    use super::super::levels::finite;
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
}
