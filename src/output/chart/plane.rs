//! Where an outcome is frequent, in the plane of two inputs, and the box that was found there.

use super::axis::{EDGE, FOOT, Plot, label_room, tick_count, value_axis, value_axis_below};
use super::canvas::Canvas;
use super::heat::{key, shade};
use super::scale::{Measure, Scale};
use super::{Chart, Size};
use crate::output::number::share;
use crate::results::PlaneRow;

/// Cells with fewer paths show their colour all the same, but do not decide which share is the darkest.
const FEW: u64 = 20;

/// A box in the plane of its two strongest inputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Plane<'a> {
    /// The outcome, as a condition.
    pub condition: &'a str,
    /// What the horizontal axis measures.
    pub x: String,
    /// What the vertical axis measures.
    pub y: String,
    /// Cells with a path at least.
    pub cells: Vec<&'a PlaneRow>,
}

/// Cells in the colour of the share of their paths that have the outcome, with a frame around those within the bounds.
/// None without a cell.
pub(super) fn draw(title: &str, Plane { condition, x, y, cells }: &Plane<'_>, size: Size) -> Option<Chart> {
    let of = |cell: &PlaneRow| cell.hits as f64 / cell.n as f64;
    let (x_low, x_high) = ends(cells.iter().map(|cell| cell.x_range))?;
    let (y_low, y_high) = ends(cells.iter().map(|cell| cell.y_range))?;
    let many = cells.iter().filter(|cell| cell.n >= FEW.min(cells.iter().map(|cell| cell.n).max().unwrap_or(0)));
    let highest = many.map(|cell| of(cell)).fold(0.0, f64::max);

    let mut canvas = Canvas::new(size, size.height() + 16.0);
    let top = key(&mut canvas, "of the paths have the outcome", [share(0.0), share(highest)]) + 34.0;
    let bottom = canvas.height - FOOT - 16.0;
    let vertical = Scale::tight((y_low, y_high), (bottom, top), tick_count(bottom - top, 48.0), Measure::Plain);
    let plot = Plot { left: label_room(&vertical), right: canvas.width() - EDGE, top, bottom };
    value_axis(&mut canvas, plot, &vertical, y);
    let horizontal = (plot.left, plot.right);
    let across = Scale::tight((x_low, x_high), horizontal, tick_count(plot.right - plot.left, 72.0), Measure::Plain);
    for cell in cells {
        let note = format!("{} of {} paths", cell.hits, cell.n);
        let class = format!("{} piece", shade(of(cell), (0.0, highest)));
        let corner = |(x, y): (f64, f64)| (across.at(x), vertical.at(y));
        canvas.rect(&class, corner((cell.x_range.0, cell.y_range.0)), corner((cell.x_range.1, cell.y_range.1)), &note);
    }
    value_axis_below(&mut canvas, plot, &across, x);
    let inside = || cells.iter().filter(|cell| cell.is_inside);
    let frame = ends(inside().map(|cell| cell.x_range)).zip(ends(inside().map(|cell| cell.y_range)));
    if let Some(((from, to), (low, high))) = frame {
        let [left, right] = [from, to].map(|x| across.at(x));
        let [foot, head] = [low, high].map(|y| vertical.at(y));
        canvas.polyline("curve", &[(left, foot), (right, foot), (right, head), (left, head), (left, foot)]);
    }
    let counted = |is_inside: bool| {
        let counted = cells.iter().filter(|cell| cell.is_inside == is_inside);
        counted.fold((0, 0), |(hits, n), cell| (hits + cell.hits, n + cell.n))
    };
    let told = |(hits, n): (u64, u64)| match n {
        0 => "none of the paths shown".to_owned(),
        _ => format!("{hits} of {n} paths ({})", share(hits as f64 / n as f64)),
    };
    let description = format!(
        "Paths on which {condition} holds, by {x} and {y}: {} within the bounds of the box in these two, {} outside of them.",
        told(counted(true)),
        told(counted(false))
    );
    Some(canvas.finish(title, description))
}

/// The lowest and the highest end of ranges; none without any.
fn ends(ranges: impl Iterator<Item = (f64, f64)>) -> Option<(f64, f64)> {
    ranges.reduce(|(low, high), (from, to)| (low.min(from), high.max(to)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Coordinate;

    fn cell(x: f64, y: f64, n: u64, hits: u64) -> PlaneRow {
        PlaneRow {
            number: 1,
            x: "growth".into(),
            x_measure: Coordinate::Average,
            x_range: (x, x + 1.0),
            y: "slump".into(),
            y_measure: Coordinate::StepsOn,
            y_range: (y, y + 1.0),
            n,
            hits,
            is_inside: x < 1.0,
        }
    }

    #[test]
    fn the_box_is_framed_and_counted() {
        let cells = [cell(0.0, 0.0, 40, 30), cell(0.0, 1.0, 60, 20), cell(1.0, 0.0, 100, 1), cell(1.0, 1.0, 1, 1)];
        let plane = Plane {
            condition: "market < 20",
            x: "growth".into(),
            y: "slump (steps on)".into(),
            cells: cells.iter().collect(),
        };
        for size in [Size::Wide, Size::Narrow] {
            let chart = draw("x", &plane, size).expect("cells");
            assert_eq!(
                chart.description,
                "Paths on which market < 20 holds, by growth and slump (steps on): 50 of 100 paths (50.0 %) within the \
                 bounds of the box in these two, 2 of 101 paths (2.0 %) outside of them."
            );
            let svg = chart.to_svg();
            // The cell of one path is no darker than the darkest of many.
            assert_eq!((svg.matches("h9 piece").count(), svg.matches(" piece\"").count()), (2, 4));
            assert!(svg.contains(">75.0 %  of the paths") && svg.contains("class=\"curve\""));
        }
        assert_eq!(draw("x", &Plane { cells: Vec::new(), ..plane }, Size::Wide), None);
    }
}
