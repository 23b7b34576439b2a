//! The distribution of an output in a step: a histogram, and the share of paths that reach a value or stay below it.

use super::axis::{EDGE, Plot, Sign, label_room, legend, tick_count, value_axis, value_axis_below};
use super::canvas::{Anchor, Canvas};
use super::labels::{self, SMALL};
use super::scale::{Measure, Scale};
use super::{Chart, Size, moment};
use crate::output::number::{NumberFormat, percent, share};
use crate::output::quantity::{self, is_growth, largest, with_unit};
use crate::results::{Bin, Curve, Side};

/// A value that readers ask about: a target, the published path.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// What it is.
    pub label: String,
    /// The value.
    pub value: f64,
    /// The side of the value that is asked for.
    pub side: Side,
    /// Share of the paths at or above the value, whichever side is asked for: its height on the exceedance curve.
    pub p_reached: Option<f64>,
    /// Share of the paths on the side that is asked for.
    pub p_met: Option<f64>,
}

impl Threshold {
    /// The name, with its side where that is another than `at least`: `budget, at most`.
    pub(crate) fn name(&self) -> String {
        match self.side {
            Side::AtLeast => self.label.clone(),
            side => format!("{}, {}", self.label, side.words()),
        }
    }

    /// What the paths on the side that is asked for do: `reached`, or `met` where less is better.
    fn verb(&self) -> &'static str {
        if self.side == Side::AtLeast { "reached" } else { "met" }
    }
}

/// Room under the plot for labels and the unit.
const FOOT: f64 = 46.0;
/// Height of a row of labels above the plot.
const ROW: f64 = 17.0;
/// Most thresholds that are marked.
const MARKS: usize = 6;

/// The distribution of one output in one step.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution<'a> {
    /// What the output is called.
    pub name: &'a str,
    /// Its quantiles and bins.
    pub curve: &'a Curve,
    /// The values that it is seen against.
    pub thresholds: Vec<Threshold>,
}

/// Which share of the paths a curve shows for each value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CurveForm {
    /// The paths that reach the value or more.
    #[default]
    Exceedance,
    /// The paths at the value or below it.
    Cumulative,
}

impl CurveForm {
    /// What the curve is.
    pub(crate) fn legend(self) -> Vec<(Sign<'static>, String)> {
        let text = match self {
            CurveForm::Exceedance => "share of paths that reach the value or more",
            CurveForm::Cumulative => "share of paths at the value or below",
        };
        vec![(Sign::Stroke("curve"), text.to_owned())]
    }

    /// What stands before a share of the paths: `reached on`.
    pub(crate) fn short(self) -> &'static str {
        match self {
            CurveForm::Exceedance => "reached on",
            CurveForm::Cumulative => "at or below on",
        }
    }

    /// The height of the curve at the quantile of this level.
    pub(crate) fn height(self, p: f64) -> f64 {
        match self {
            CurveForm::Exceedance => 1.0 - p,
            CurveForm::Cumulative => p,
        }
    }

    /// The height of a threshold's dot, which stands on the curve or, at an atom, on its vertical part.
    pub(crate) fn dot(self, threshold: &Threshold) -> Option<f64> {
        threshold.p_reached.map(|reached| self.height(1.0 - reached))
    }
}

/// A histogram with thresholds marked. None without bins.
pub(super) fn histogram(title: &str, data: &Distribution<'_>, size: Size) -> Option<Chart> {
    let curve = data.curve;
    let (first, last) = (curve.bins.first()?, curve.bins.last()?);
    let middle = (quantile(curve, 0.05)?, quantile(curve, 0.95)?);
    let entries = [
        (Sign::Fill("b3"), "bars with values from P5 to P95".to_owned()),
        (Sign::Fill("b2"), "bars below P5 or above P95".to_owned()),
    ];
    let heights = curve.bins.iter().map(|bin| bin.share).chain([0.0]).collect();
    let format = format_of(curve);
    let mut frame = Frame::new(size, &entries, data, (first.low, last.high), (heights, None));
    for bin in &curve.bins {
        let (left, right) = match bin.high > bin.low {
            true => (frame.x.at(bin.low), frame.x.at(bin.high)),
            false => (frame.x.at(bin.low) - 6.0, frame.x.at(bin.low) + 6.0),
        };
        let class = if touches(bin, middle) { "b3 piece" } else { "b2 piece" };
        let note = format!("{} to {}: {}", format.format(bin.low), format.format(bin.high), percent(bin.share));
        let (ground, top) = (frame.y.at(0.0), frame.y.at(bin.share));
        frame.canvas.rect(class, (left, ground), (right, top), &note);
    }
    frame.draw_marks();
    Some(frame.finish(title, data))
}

/// Whether a bin, which holds its lower end and not its upper one, has any value of a range with both of its ends. A bin of
/// one value holds that.
fn touches(bin: &Bin, (low, high): (f64, f64)) -> bool {
    bin.low <= high && (bin.high > low || bin.low >= low)
}

/// The share of paths that reach or pass each value, or of those that do not pass it. None without quantiles.
pub(super) fn curve(title: &str, data: &Distribution<'_>, form: CurveForm, size: Size) -> Option<Chart> {
    let shown = seen(data.curve);
    let range = (shown.first()?.1, shown.last()?.1);
    let mut frame = Frame::new(size, &form.legend(), data, range, (vec![0.0, 1.0], Some(5)));
    frame.draw_marks();
    let Frame { canvas, x, y, marks, .. } = &mut frame;
    let points: Vec<(f64, f64)> = shown.iter().map(|(p, value)| (x.at(*value), y.at(form.height(*p)))).collect();
    canvas.polyline("curve", &points);
    for mark in marks.iter().filter(|mark| x.holds(mark.value)) {
        if let Some(height) = form.dot(mark) {
            canvas.circle("dot", (x.at(mark.value), y.at(height)), 4.0);
        }
    }
    Some(frame.finish(title, data))
}

/// The quantiles that a curve passes through: the last thousandths of a long tail would leave no room for the rest.
pub(crate) fn seen(curve: &Curve) -> Vec<(f64, f64)> {
    let is_seen = |(p, value): &(f64, f64)| (0.001..=0.999).contains(p) && value.is_finite();
    curve.quantiles.iter().copied().filter(is_seen).collect()
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
            let text = labels::shortened(&mark.label, canvas.width() - 8.0, SMALL);
            let wide = labels::width(&text, SMALL);
            let (anchor, to) = match at + 6.0 + wide <= canvas.width() - 2.0 {
                true => (Anchor::Start, at + 6.0),
                false if at - 6.0 - wide >= 2.0 => (Anchor::End, at - 6.0),
                false => (Anchor::End, canvas.width() - 4.0),
            };
            // Beside its label a line is as high as that; under a label that lies across, it ends below.
            let top = if to == canvas.width() - 4.0 { y + 4.0 } else { y - 8.0 };
            canvas.line("mark", (at, top), (at, plot.bottom));
            canvas.text("small published-text", (to, y), anchor, &text);
        }
    }

    fn finish(mut self, title: &str, data: &Distribution<'_>) -> Chart {
        let subject = with_unit(data.name, data.curve.unit.as_deref());
        value_axis_below(&mut self.canvas, self.plot, &self.x, &subject);
        self.canvas.finish(title, description(data))
    }
}

/// Thresholds in sight, those of the same value and side as one, ascending, with their numbers in their labels.
pub(crate) fn marks(data: &Distribution<'_>, (low, high): (f64, f64)) -> Vec<Threshold> {
    let format = format_of(data.curve);
    let mut marks: Vec<Threshold> = Vec::new();
    for threshold in data.thresholds.iter().filter(|threshold| (low..=high).contains(&threshold.value)).take(MARKS) {
        match marks.iter_mut().find(|mark| mark.value == threshold.value && mark.side == threshold.side) {
            Some(mark) => mark.label = format!("{}, {}", mark.label, threshold.label),
            None => marks.push(threshold.clone()),
        }
    }
    for mark in &mut marks {
        let met = mark.p_met.map_or_else(String::new, |p| format!(": {} on {}", mark.verb(), share(p)));
        mark.label = format!("{} {}{met}", mark.name(), format.format(mark.value));
    }
    marks.sort_by(|a, b| a.value.total_cmp(&b.value));
    marks
}

fn description(Distribution { name, curve, thresholds }: &Distribution<'_>) -> String {
    let format = format_of(curve);
    let quantiles: Vec<String> = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]
        .into_iter()
        .filter_map(|p| Some(format!("P{} {}", p * 100.0, format.format(quantile(curve, p)?))))
        .collect();
    let told = |threshold: &Threshold| {
        let side = if threshold.side == Side::AtLeast { "" } else { threshold.side.words() };
        let met = threshold
            .p_met
            .map_or_else(String::new, |p| format!(", {} on {} of the paths", threshold.verb(), percent(p)));
        let value = format!("{side} {}", format.format(threshold.value));
        format!(" {} is {}{met}.", threshold.label, value.trim_start())
    };
    let marks: String = thresholds.iter().map(told).collect();
    let subject = with_unit(name, curve.unit.as_deref());
    format!("{subject}{}: {}.{marks}", moment(&curve.when), quantiles.join(", "))
}

fn quantile(curve: &Curve, p: f64) -> Option<f64> {
    curve.quantiles.iter().find(|(level, _)| *level == p).map(|(_, value)| *value)
}

fn format_of(curve: &Curve) -> NumberFormat {
    let ends = largest([0.05, 0.95].map(|p| quantile(curve, p)));
    quantity::format_of(&curve.output, curve.unit.as_deref(), ends)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::When;
    use crate::output::example::when;

    fn curve_of(quantiles: &[(f64, f64)], bins: &[(f64, f64, f64)]) -> Curve {
        Curve {
            output: "cost".into(),
            unit: None,
            when: when(1),
            quantiles: quantiles.to_vec(),
            reached: quantiles.iter().map(|(p, _)| 1.0 - p).collect(),
            at_or_below: quantiles.iter().map(|(p, _)| *p).collect(),
            bins: bins.iter().map(|&(low, high, share)| Bin { low, high, share }).collect(),
            marks: Vec::new(),
        }
    }

    fn classes(curve: &Curve) -> Vec<&'static str> {
        let data = Distribution { name: "Cost", curve, thresholds: Vec::new() };
        let svg = histogram("x", &data, Size::Wide).expect("bins").to_svg();
        let bars = svg.match_indices(" piece\"").map(|(at, _)| if svg[..at].ends_with("b3") { "in" } else { "out" });
        bars.collect()
    }

    /// A ceiling at 8.5 holds P25 and all above it. Its bar is as much inside as any.
    #[test]
    fn a_bar_with_any_quantile_from_p5_to_p95_is_inside() {
        let bins = [(6.0, 7.0, 0.04), (7.0, 8.0, 0.11), (8.0, 9.0, 0.85)];
        let curve = curve_of(&[(0.05, 7.2), (0.25, 8.5), (0.5, 8.5), (0.95, 8.5)], &bins);
        assert_eq!(classes(&curve), ["out", "in", "in"]);
        // P95 at the very beginning of a bar is in it; P5 at the end of one is not.
        let curve = curve_of(&[(0.05, 7.0), (0.95, 8.0)], &bins);
        assert_eq!(classes(&curve), ["out", "in", "in"]);
        let certain = curve_of(&[(0.05, 3.0), (0.95, 3.0)], &[(3.0, 3.0, 1.0)]);
        assert_eq!(classes(&certain), ["in"]);
    }

    #[test]
    fn a_target_is_told_by_the_side_that_meets_it() {
        let curve = curve_of(&[(0.05, 60.0), (0.5, 90.0), (0.95, 140.0)], &[(60.0, 140.0, 1.0)]);
        let threshold = |label: &str, side, p_met| Threshold {
            label: label.into(),
            value: 100.0,
            side,
            p_reached: Some(0.25),
            p_met: Some(p_met),
        };
        let thresholds = vec![threshold("floor", Side::AtLeast, 0.25), threshold("budget", Side::AtMost, 0.75)];
        let data = Distribution { name: "Cost", curve: &curve, thresholds };
        let labels: Vec<String> = marks(&data, (0.0, 200.0)).into_iter().map(|mark| mark.label).collect();
        assert_eq!(labels, ["floor 100.0: reached on 25.0 %", "budget, at most 100.0: met on 75.0 %"]);
        let told = description(&data);
        assert!(
            told.ends_with(
                "floor is 100.0, reached on 25.0 % of the paths. budget is at most 100.0, met on 75.0 % of the paths."
            ),
            "{told}"
        );
        // The dot stands where the curve is, whichever side is asked for.
        assert_eq!(CurveForm::Exceedance.dot(&data.thresholds[1]), Some(0.25));
        assert_eq!(CurveForm::Cumulative.dot(&data.thresholds[1]), Some(0.75));
    }

    #[test]
    fn a_model_without_time_names_no_step() {
        let static_step = When { step: 0, period: "0".into(), year: None };
        let curve = Curve { when: static_step, ..curve_of(&[(0.5, 90.0)], &[]) };
        let data = Distribution { name: "Cost", curve: &curve, thresholds: Vec::new() };
        assert_eq!(description(&data), "Cost: P50 90.");
    }
}
