//! The last step of an output: a histogram, and how likely each value is to be reached.

use super::axis::{EDGE, Plot, Sign, label_room, legend, tick_count, value_axis, value_axis_below};
use super::canvas::{Anchor, Canvas};
use super::labels::{self, SMALL};
use super::scale::{Measure, Scale};
use super::{Chart, Size};
use crate::output::number::{NumberFormat, percent};
use crate::output::summary::{is_growth, share_or_dash, with_unit};
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

/// A histogram with thresholds marked. None without bins.
pub fn histogram(title: &str, curve: &Curve, thresholds: &[Threshold], size: Size) -> Option<Chart> {
    let (first, last) = (curve.bins.first()?, curve.bins.last()?);
    let middle = (quantile(curve, 0.05)?, quantile(curve, 0.95)?);
    let entries =
        [(Sign::Fill("b3"), "90 % of paths, P5 to P95".into()), (Sign::Fill("b2"), "paths outside".to_owned())];
    let heights = || curve.bins.iter().map(|bin| bin.share).chain([0.0]);
    let format = format_of(curve);
    let frame = Frame::new(size, &entries, curve, (first.low, last.high), thresholds);
    let Frame { mut canvas, top, bottom, marks } = frame;
    let y = Scale::new(heights(), (bottom, top), tick_count(bottom - top, 48.0), Measure::Share);
    let plot = Plot { left: label_room(&y), right: canvas.width() - EDGE - 8.0, top, bottom };
    let x = x_scale(curve, (first.low, last.high), plot);
    value_axis(&mut canvas, plot, &y, "");
    let title_y = top - 14.0 - ROW * marks.len() as f64;
    canvas.text("tick", (EDGE, title_y), Anchor::Start, "share of paths");
    for bin in &curve.bins {
        let (left, right) = match bin.high > bin.low {
            true => (x.at(bin.low), x.at(bin.high)),
            false => (x.at(bin.low) - 6.0, x.at(bin.low) + 6.0),
        };
        let centre = bin.low + (bin.high - bin.low) / 2.0;
        let class = if (middle.0..=middle.1).contains(&centre) { "b3 piece" } else { "b2 piece" };
        let range = format!("{} to {}", format.format(bin.low), format.format(bin.high));
        canvas.rect(class, (left, y.at(0.0)), (right, y.at(bin.share)), &format!("{range}: {}", percent(bin.share)));
    }
    draw_marks(&mut canvas, plot, &x, &marks);
    value_axis_below(&mut canvas, plot, &x, &with_unit(&curve.output, curve.unit.as_deref()));
    Some(canvas.finish(title.to_owned(), description(curve, thresholds, &format)))
}

/// The share of paths that reach or pass each value. None without quantiles.
pub fn exceedance(title: &str, curve: &Curve, thresholds: &[Threshold], size: Size) -> Option<Chart> {
    // The last thousandths of a long tail would leave no room for the rest.
    let shown: Vec<(f64, f64)> =
        curve.quantiles.iter().copied().filter(|(p, value)| (0.001..=0.999).contains(p) && value.is_finite()).collect();
    let range = (shown.first()?.1, shown.last()?.1);
    let entries = [(Sign::Stroke("curve"), "share of paths that reach the value or more".to_owned())];
    let Frame { mut canvas, top, bottom, marks } = Frame::new(size, &entries, curve, range, thresholds);
    let y = Scale::new([0.0, 1.0], (bottom, top), 5, Measure::Share);
    let plot = Plot { left: label_room(&y), right: canvas.width() - EDGE - 8.0, top, bottom };
    let x = x_scale(curve, range, plot);
    value_axis(&mut canvas, plot, &y, "");
    let title_y = top - 14.0 - ROW * marks.len() as f64;
    canvas.text("tick", (EDGE, title_y), Anchor::Start, "share of paths");
    draw_marks(&mut canvas, plot, &x, &marks);
    let points: Vec<(f64, f64)> = shown.iter().map(|(p, value)| (x.at(*value), y.at(1.0 - p))).collect();
    canvas.polyline("curve", &points);
    for mark in marks.iter().filter(|mark| x.holds(mark.value)) {
        if let Some(p) = mark.p_reached {
            canvas.circle("dot", (x.at(mark.value), y.at(p)), 4.0);
        }
    }
    value_axis_below(&mut canvas, plot, &x, &with_unit(&curve.output, curve.unit.as_deref()));
    Some(canvas.finish(title.to_owned(), description(curve, thresholds, &format_of(curve))))
}

/// A canvas with its legend written and room left for the labels of its marks.
struct Frame {
    canvas: Canvas,
    top: f64,
    bottom: f64,
    marks: Vec<Threshold>,
}

impl Frame {
    fn new(
        size: Size,
        entries: &[(Sign<'_>, String)],
        curve: &Curve,
        range: (f64, f64),
        thresholds: &[Threshold],
    ) -> Self {
        let mut canvas = Canvas::new(size, size.height());
        let marks = marks(curve, range, thresholds);
        let top = legend(&mut canvas, entries, 4.0) + 30.0 + ROW * marks.len() as f64;
        let bottom = canvas.height - FOOT;
        Frame { canvas, top, bottom, marks }
    }
}

fn x_scale(curve: &Curve, range: (f64, f64), plot: Plot) -> Scale {
    let measure = if is_growth(&curve.output, curve.unit.as_deref()) { Measure::Share } else { Measure::Plain };
    let count = tick_count(plot.right - plot.left, 72.0);
    Scale::tight(range, (plot.left + 4.0, plot.right), count, measure)
}

/// Thresholds in sight, those at the same value as one, ascending, with their numbers in their labels.
pub(crate) fn marks(curve: &Curve, (low, high): (f64, f64), thresholds: &[Threshold]) -> Vec<Threshold> {
    let format = format_of(curve);
    let mut marks: Vec<Threshold> = Vec::new();
    for threshold in thresholds.iter().filter(|threshold| (low..=high).contains(&threshold.value)).take(MARKS) {
        match marks.iter_mut().find(|mark| mark.value == threshold.value) {
            Some(mark) => mark.label = format!("{}, {}", mark.label, threshold.label),
            None => marks.push(threshold.clone()),
        }
    }
    for mark in &mut marks {
        let reached = mark.p_reached.map_or_else(String::new, |p| format!(": reached on {}", share_or_dash(Some(p))));
        mark.label = format!("{} {}{reached}", mark.label, format.format(mark.value));
    }
    marks.sort_by(|a, b| a.value.total_cmp(&b.value));
    marks
}

/// Lines at values, each with its label in a row of its own above the plot.
fn draw_marks(canvas: &mut Canvas, plot: Plot, x: &Scale, marks: &[Threshold]) {
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

fn description(curve: &Curve, thresholds: &[Threshold], format: &NumberFormat) -> String {
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
    let ends = [0.05, 0.95].into_iter().filter_map(|p| quantile(curve, p));
    let largest = ends.max_by(|a, b| a.abs().total_cmp(&b.abs()));
    match is_growth(&curve.output, curve.unit.as_deref()) {
        true => NumberFormat::percent(largest),
        false => NumberFormat::plain(largest),
    }
}
