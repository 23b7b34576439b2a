//! What charts share around their marks: the plot area, axes, legends, lines at values.

use super::Size;
use super::canvas::{Anchor, Canvas};
use super::labels::{self, SMALL, TEXT};
use super::scale::Scale;

/// The rectangle that marks are drawn in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Plot {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
}

/// Space from the edge of the picture.
pub(super) const EDGE: f64 = 12.0;
/// Room under the plot for the labels of an axis.
pub(super) const FOOT: f64 = 30.0;

/// The sign of a legend entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign<'a> {
    /// A filled box of this class.
    Fill(&'a str),
    /// A line of this class.
    Stroke(&'a str),
}

/// Writes a legend in as many rows as it needs, from `top` down, and gives the height at which it ends.
pub(super) fn legend(canvas: &mut Canvas, entries: &[(Sign<'_>, String)], top: f64) -> f64 {
    const SIGN: f64 = 22.0;
    const GAP: f64 = 16.0;
    const ROW: f64 = 20.0;
    let room = canvas.width() - 2.0 * EDGE;
    let (mut x, mut y) = (EDGE, top + ROW / 2.0);
    for (sign, text) in entries {
        let text = labels::shortened(text, room - SIGN, SMALL);
        let wide = SIGN + labels::width(&text, SMALL);
        if x > EDGE && x + wide > EDGE + room {
            (x, y) = (EDGE, y + ROW);
        }
        match sign {
            Sign::Fill(class) => canvas.rect(class, (x, y - 5.0), (x + 16.0, y + 5.0), ""),
            Sign::Stroke(class) => canvas.line(class, (x, y), (x + 16.0, y)),
        }
        canvas.text("small", (x + SIGN, y + 4.0), Anchor::Start, &text);
        x += wide + GAP;
    }
    if entries.is_empty() { top } else { y + ROW / 2.0 }
}

/// Room that the labels of a value axis take at the left.
pub(super) fn label_room(scale: &Scale) -> f64 {
    let widest = scale.ticks.iter().map(|tick| labels::width(&scale.label(*tick), SMALL)).fold(0.0, f64::max);
    EDGE + widest + 6.0
}

/// About how many ticks an axis of this length bears.
pub(super) fn tick_count(length: f64, apart: f64) -> usize {
    ((length / apart) as usize).clamp(2, 8)
}

/// A vertical axis of values: lines across, labels at the left, the unit on top.
pub(super) fn value_axis(canvas: &mut Canvas, plot: Plot, scale: &Scale, unit: &str) {
    for &tick in &scale.ticks {
        let y = scale.at(tick);
        canvas.line("grid", (plot.left, y), (plot.right, y));
        canvas.text("tick", (plot.left - 6.0, y + 4.0), Anchor::End, &scale.label(tick));
    }
    if !unit.is_empty() {
        let unit = labels::shortened(unit, plot.right - EDGE, SMALL);
        canvas.text("tick", (EDGE, plot.top - 12.0), Anchor::Start, &unit);
    }
}

/// A horizontal axis of values at the foot of the plot.
pub(super) fn value_axis_below(canvas: &mut Canvas, plot: Plot, scale: &Scale, unit: &str) {
    let widest = scale.ticks.iter().map(|tick| labels::width(&scale.label(*tick), SMALL)).fold(0.0, f64::max);
    let apart = scale.ticks.windows(2).map(|pair| scale.at(pair[1]) - scale.at(pair[0])).fold(f64::INFINITY, f64::min);
    let stride = if widest + 8.0 > apart { 2 } else { 1 };
    for (index, &tick) in scale.ticks.iter().enumerate() {
        let x = scale.at(tick);
        canvas.line("axis", (x, plot.bottom), (x, plot.bottom + 5.0));
        if index % stride == 0 {
            label_below(canvas, x, plot.bottom + 19.0, &scale.label(tick));
        }
    }
    canvas.line("axis", (plot.left, plot.bottom), (plot.right, plot.bottom));
    if !unit.is_empty() {
        let unit = labels::shortened(unit, plot.right - EDGE, SMALL);
        canvas.text("tick", (plot.right, plot.bottom + 36.0), Anchor::End, &unit);
    }
}

/// An axis of periods: as many labels as fit, the last one always among them.
pub(super) fn period_axis(canvas: &mut Canvas, plot: Plot, periods: &[(f64, &str)]) {
    canvas.line("axis", (plot.left, plot.bottom), (plot.right, plot.bottom));
    let Some(last) = periods.len().checked_sub(1) else { return };
    let widest = periods.iter().map(|(_, period)| labels::width(period, SMALL)).fold(0.0, f64::max) + 10.0;
    let fit = (((plot.right - plot.left) / widest) as usize).max(1);
    let stride = periods.len().div_ceil(fit).max(1);
    for (index, (x, period)) in periods.iter().enumerate() {
        if (last - index).is_multiple_of(stride) {
            canvas.line("axis", (*x, plot.bottom), (*x, plot.bottom + 5.0));
            label_below(canvas, *x, plot.bottom + 19.0, period);
        }
    }
}

/// The label of a place on an axis: under it, or as near as the edges of the picture allow.
fn label_below(canvas: &mut Canvas, x: f64, y: f64, text: &str) {
    let half = labels::width(text, SMALL) / 2.0;
    let (low, high) = (half + 1.0, canvas.width() - half - 1.0);
    canvas.text("tick", (x.min(high).max(low), y), Anchor::Middle, text);
}

/// Where the periods of a plot stand from left to right: in proportion to their steps, one alone in the middle.
pub(super) fn period_positions(steps: &[usize], left: f64, right: f64) -> Vec<f64> {
    let (Some(&first), Some(&last)) = (steps.first(), steps.last()) else { return Vec::new() };
    let at = |step: usize| match last > first {
        true => left + (right - left) * (step - first) as f64 / (last - first) as f64,
        false => (left + right) / 2.0,
    };
    steps.iter().map(|&step| at(step)).collect()
}

/// Every row of a short horizon; of a long one every 2nd, 5th, 10th and so on up to the last, since no screen shows more.
pub(super) fn thinned<T>(rows: &[T], most: usize) -> Vec<&T> {
    let strides = (0..).flat_map(|power| [1, 2, 5].map(|digit| digit * 10usize.pow(power)));
    let stride = strides.into_iter().find(|stride| rows.len().div_ceil(*stride) <= most).unwrap_or(1);
    let last = rows.len().saturating_sub(1);
    rows.iter().enumerate().filter(|(index, _)| (last - index).is_multiple_of(stride)).map(|(_, row)| row).collect()
}

/// Labels at the right of a plot, each by its height, moved apart where they would touch and then tied to their place.
pub(super) fn labels_at_right(canvas: &mut Canvas, plot: Plot, texts: &[(f64, String, &str)]) {
    let gap = TEXT + 2.0;
    let wanted: Vec<f64> = texts.iter().map(|(y, ..)| *y).collect();
    let placed = labels::spread(&wanted, gap, (plot.top - 2.0, plot.bottom));
    let room = canvas.width() - plot.right - 14.0 - 4.0;
    for ((y, text, class), at) in texts.iter().zip(placed) {
        if (at - y).abs() > 1.0 {
            canvas.polyline("leader", &[(plot.right + 2.0, *y), (plot.right + 11.0, at)]);
        }
        let text = labels::shortened(text, room / labels::weight(class), TEXT);
        canvas.text(class, (plot.right + 14.0, at + 4.0), Anchor::Start, &text);
    }
}

/// Room for labels at the right of a plot, each with its class.
pub(super) fn right_room<'a>(labels: impl IntoIterator<Item = (&'a str, &'a str)>, size: Size) -> f64 {
    let wide = |(text, class): (&str, &str)| labels::width(text, TEXT) * labels::weight(class);
    let widest = labels.into_iter().map(wide).fold(0.0, f64::max);
    (widest + 22.0).min(size.width() * 0.4)
}
