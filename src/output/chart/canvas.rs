//! Shapes with coordinates, as SVG text of fixed decimals.

use super::{Chart, Size};
use crate::output::markup::Markup;

/// Where a text stands against its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A picture as it is drawn.
#[derive(Debug)]
pub(super) struct Canvas {
    pub(super) size: Size,
    pub(super) height: f64,
    body: Markup,
}

impl Canvas {
    pub(super) fn new(size: Size, height: f64) -> Self {
        Canvas { size, height, body: Markup::new() }
    }

    pub(super) fn finish(self, title: &str, description: String) -> Chart {
        Chart { title: title.to_owned(), description, width: self.size.width(), height: self.height, body: self.body }
    }

    pub(super) fn width(&self) -> f64 {
        self.size.width()
    }

    pub(super) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let [x1, y1, x2, y2] = [from.0, from.1, to.0, to.1].map(px);
        self.body.leaf("line", &[("class", &class), ("x1", &x1), ("y1", &y1), ("x2", &x2), ("y2", &y2)]);
    }

    /// A line through points; fewer than two draw nothing.
    pub(super) fn polyline(&mut self, class: &str, points: &[(f64, f64)]) {
        if points.len() > 1 {
            self.body.leaf("path", &[("class", &class), ("d", &path(points))]);
        }
    }

    pub(super) fn polygon(&mut self, class: &str, points: &[(f64, f64)]) {
        self.body.leaf("path", &[("class", &class), ("d", &format!("{}Z", path(points)))]);
    }

    pub(super) fn circle(&mut self, class: &str, (x, y): (f64, f64), radius: f64) {
        self.body.leaf("circle", &[("class", &class), ("cx", &px(x)), ("cy", &px(y)), ("r", &px(radius))]);
    }

    /// A box between two corners, with a note that shows on hovering if it has one.
    pub(super) fn rect(&mut self, class: &str, a: (f64, f64), b: (f64, f64), note: &str) {
        let (x, y) = (px(a.0.min(b.0)), px(a.1.min(b.1)));
        let (width, height) = (px((a.0 - b.0).abs()), px((a.1 - b.1).abs()));
        let attributes: [(&str, &dyn std::fmt::Display); 5] =
            [("class", &class), ("x", &x), ("y", &y), ("width", &width), ("height", &height)];
        if note.is_empty() {
            self.body.leaf("rect", &attributes);
        } else {
            self.body.open("rect", &attributes);
            self.body.element("title", &[], note);
            self.body.close("rect");
        }
    }

    pub(super) fn text(&mut self, class: &str, (x, y): (f64, f64), anchor: Anchor, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        self.body.element("text", &[("class", &class), ("x", &px(x)), ("y", &px(y)), ("text-anchor", &anchor)], text);
    }
}

fn path(points: &[(f64, f64)]) -> String {
    let mut path = String::with_capacity(points.len() * 12);
    for (index, (x, y)) in points.iter().enumerate() {
        path.push(if index == 0 { 'M' } else { 'L' });
        path.push_str(&px(*x));
        path.push(' ');
        path.push_str(&px(*y));
    }
    path
}

/// A coordinate in hundredths of a pixel, without trailing zeros. Scales map to finite pixels only.
pub(super) fn px(value: f64) -> String {
    debug_assert!(value.is_finite(), "a coordinate of {value}");
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_short_and_fixed() {
        assert_eq!([1.0, 1.239, -0.001, 100.0, -2.5].map(px), ["1", "1.24", "0", "100", "-2.5"]);
    }
}
