//! The last step of an output: a histogram, and how likely each value is to be reached.

use super::axis::{EDGE, Plot, Sign, label_room, legend, tick_count, value_axis, value_axis_below};
use super::canvas::{Anchor, Canvas};
use super::labels::{self, SMALL};
use super::scale::{Measure, Scale};
use super::{Chart, Size};
use crate::output::number::{NumberFormat, percent, share};
use crate::output::quantity::{self, is_growth, largest, with_unit};
use crate::results::Curve;

/// A value that readers ask about: a target, the published path.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// What it is.
    pub label: String,
    /// The value.
    pub value: f64,
    /// Share of the paths that reach or pass it.
    pub p_reached: Option<f64>,
}

/// Room under the plot for labels and the unit.
const FOOT: f64 = 46.0;
/// Height of a row of labels above the plot.
const ROW: f64 = 17.0;
/// Most thresholds that are marked.
const MARKS: usize = 6;

/// The distribution of one output in its last step.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution<'a> {
    /// Its quantiles and bins.
    pub curve: &'a Curve,
    /// The values that it is seen against.
    pub thresholds: Vec<Threshold>,
}

/// A histogram with thresholds marked. None without bins.
pub(super) fn histogram(title: &str, data: &Distribution<'_>, size: Size) -> Option<Chart> {
    let curve = data.curve;
    let (first, last) = (curve.bins.first()?, curve.bins.last()?);
    let middle = (quantile(curve, 0.05)?, quantile(curve, 0.95)?);
    let entries =
        [(Sign::Fill("b3"), "90 % of paths, P5 to P95".into()), (Sign::Fill("b2"), "paths outside".to_owned())];
    let heights = curve.bins.iter().map(|bin| bin.share).chain([0.0]).collect();
    let format = format_of(curve);
    let mut frame = Frame::new(size, &entries, data, (first.low, last.high), (heights, None));
    for bin in &curve.bins {
        let (left, right) = match bin.high > bin.low {
            true => (frame.x.at(bin.low), frame.x.at(bin.high)),
            false => (frame.x.at(bin.low) - 6.0, frame.x.at(bin.low) + 6.0),
        };
        let centre = bin.low + (bin.high - bin.low) / 2.0;
        let class = if (middle.0..=middle.1).contains(&centre) { "b3 piece" } else { "b2 piece" };
        let note = format!("{} to {}: {}", format.format(bin.low), format.format(bin.high), percent(bin.share));
        let (ground, top) = (frame.y.at(0.0), frame.y.at(bin.share));
        frame.canvas.rect(class, (left, ground), (right, top), &note);
    }
    frame.draw_marks();
    Some(frame.finish(title, data))
}

/// The share of paths that reach or pass each value. None without quantiles.
pub(super) fn exceedance(title: &str, data: &Distribution<'_>, size: Size) -> Option<Chart> {
    // The last thousandths of a long tail would leave no room for the rest.
    let seen = |(p, value): &(f64, f64)| (0.001..=0.999).contains(p) && value.is_finite();
    let shown: Vec<(f64, f64)> = data.curve.quantiles.iter().copied().filter(seen).collect();
    let range = (shown.first()?.1, shown.last()?.1);
    let entries = [(Sign::Stroke("curve"), "share of paths that reach the value or more".to_owned())];
    let mut frame = Frame::new(size, &entries, data, range, (vec![0.0, 1.0], Some(5)));
    frame.draw_marks();
    let Frame { canvas, x, y, marks, .. } = &mut frame;
    let points: Vec<(f64, f64)> = shown.iter().map(|(p, value)| (x.at(*value), y.at(1.0 - p))).collect();
    canvas.polyline("curve", &points);
    for mark in marks.iter().filter(|mark| x.holds(mark.value)) {
        if let Some(p) = mark.p_reached {
            canvas.circle("dot", (x.at(mark.value), y.at(p)), 4.0);
        }
    }
    Some(frame.finish(title, data))
}

/// A canvas with its legend and axis of shares, scales, and room above the plot for the labels of its marks.
struct Frame {
    canvas: Canvas,
    plot: Plot,
    x: Scale,
    y: Scale,
    marks: Vec<Threshold>,
}

impl Frame {
    /// `shares` are those that the vertical axis has to hold, and about how many ticks it bears.
    fn new(
        size: Size,
        entries: &[(Sign<'_>, String)],
        data: &Distribution<'_>,
        range: (f64, f64),
        (shares, ticks): (Vec<f64>, Option<usize>),
    ) -> Self {
        let mut canvas = Canvas::new(size, size.height());
        let marks = marks(data, range);
        let top = legend(&mut canvas, entries, 4.0) + 30.0 + ROW * marks.len() as f64;
        let bottom = canvas.height - FOOT;
        let ticks = ticks.unwrap_or_else(|| tick_count(bottom - top, 48.0));
        let y = Scale::new(shares, (bottom, top), ticks, Measure::Share);
        let plot = Plot { left: label_room(&y), right: canvas.width() - EDGE - 8.0, top, bottom };
        let growth = is_growth(&data.curve.output, data.curve.unit.as_deref());
        let measure = if growth { Measure::Share } else { Measure::Plain };
        let x = Scale::tight(range, (plot.left + 4.0, plot.right), tick_count(plot.right - plot.left, 72.0), measure);
        value_axis(&mut canvas, plot, &y, "");
        let title_y = top - 14.0 - ROW * marks.len() as f64;
        canvas.text("tick", (EDGE, title_y), Anchor::Start, "share of paths");
        Frame { canvas, plot, x, y, marks }
    }

    /// Lines at values, each with its label in a row of its own above the plot.
    fn draw_marks(&mut self) {
        let Frame { canvas, plot, x, marks, .. } = self;
        for (index, mark) in marks.iter().enumerate() {
            let at = x.at(mark.value);
            let y = plot.top - 8.0 - ROW * (marks.len() - 1 - index) as f64;
            canvas.line("mark", (at, y - 8.0), (at, plot.bottom));
            let text = labels::shortened(&mark.label, canvas.width() - 8.0, SMALL);
            let wide = labels::width(&text, SMALL);
            let (anchor, to) = match at + 6.0 + wide <= canvas.width() - 2.0 {
                true => (Anchor::Start, at + 6.0),
                false if at - 6.0 - wide >= 2.0 => (Anchor::End, at - 6.0),
                false => (Anchor::End, canvas.width() - 4.0),
            };
            canvas.text("small published-text", (to, y), anchor, &text);
        }
    }

    fn finish(mut self, title: &str, data: &Distribution<'_>) -> Chart {
        let subject = with_unit(&data.curve.output, data.curve.unit.as_deref());
        value_axis_below(&mut self.canvas, self.plot, &self.x, &subject);
        self.canvas.finish(title, description(data))
    }
}

/// Thresholds in sight, those at the same value as one, ascending, with their numbers in their labels.
pub(crate) fn marks(data: &Distribution<'_>, (low, high): (f64, f64)) -> Vec<Threshold> {
    let format = format_of(data.curve);
    let mut marks: Vec<Threshold> = Vec::new();
    for threshold in data.thresholds.iter().filter(|threshold| (low..=high).contains(&threshold.value)).take(MARKS) {
        match marks.iter_mut().find(|mark| mark.value == threshold.value) {
            Some(mark) => mark.label = format!("{}, {}", mark.label, threshold.label),
            None => marks.push(threshold.clone()),
        }
    }
    for mark in &mut marks {
        let reached = mark.p_reached.map_or_else(String::new, |p| format!(": reached on {}", share(p)));
        mark.label = format!("{} {}{reached}", mark.label, format.format(mark.value));
    }
    marks.sort_by(|a, b| a.value.total_cmp(&b.value));
    marks
}

fn description(Distribution { curve, thresholds }: &Distribution<'_>) -> String {
    let format = format_of(curve);
    let quantiles: Vec<String> = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]
        .into_iter()
        .filter_map(|p| Some(format!("P{} {}", p * 100.0, format.format(quantile(curve, p)?))))
        .collect();
    let marks: Vec<String> = thresholds
        .iter()
        .map(|threshold| {
            let reached =
                threshold.p_reached.map_or_else(String::new, |p| format!(", reached on {} of the paths", percent(p)));
            format!(" {} is {}{reached}.", threshold.label, format.format(threshold.value))
        })
        .collect();
    let subject = with_unit(&curve.output, curve.unit.as_deref());
    format!("{subject} at {}: {}.{}", curve.when.period, quantiles.join(", "), marks.concat())
}

fn quantile(curve: &Curve, p: f64) -> Option<f64> {
    curve.quantiles.iter().find(|(level, _)| *level == p).map(|(_, value)| *value)
}

fn format_of(curve: &Curve) -> NumberFormat {
    let ends = largest([0.05, 0.95].map(|p| quantile(curve, p)));
    quantity::format_of(&curve.output, curve.unit.as_deref(), ends)
}
