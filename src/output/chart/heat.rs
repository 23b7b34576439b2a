//! A heat map: a number for each pair of two values, as colour and, where there is room, as text.

use super::axis::{EDGE, Plot, period_axis};
use super::canvas::{Anchor, Canvas};
use super::labels::{self, SMALL};
use super::{Chart, Size};
use crate::output::number::NumberFormat;

/// A number by two things that vary.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    /// What varies from row to row, and its values from top to bottom.
    pub rows: (String, Vec<String>),
    /// What varies from column to column, and its values from left to right.
    pub columns: (String, Vec<String>),
    /// What the number is, with its unit.
    pub subject: String,
    /// How numbers are written.
    pub format: NumberFormat,
    /// A list a row with a number a column; none where there is none.
    pub cells: Vec<Vec<Option<f64>>>,
}

/// Classes of cells, the lowest palest. Text in the colour of the page's stands out from each by 4.5 : 1.
const SHADES: [&str; 10] = ["h0", "h1", "h2", "h3", "h4", "h5", "h6", "h7", "h8", "h9"];

/// Height of a row.
const ROW: f64 = 28.0;

/// Cells with their axes and the scale of their colours. None without a number.
pub(super) fn draw(title: &str, map: &HeatMap, size: Size) -> Option<Chart> {
    let HeatMap { rows, columns, subject, format, cells } = map;
    let values = cells.iter().flatten().flatten().copied().filter(|value| value.is_finite());
    let (low, high) = values.fold(None, |range: Option<(f64, f64)>, value| {
        Some(range.map_or((value, value), |(low, high)| (low.min(value), high.max(value))))
    })?;
    let mut canvas = Canvas::new(size, 0.0);
    let top = key(&mut canvas, subject, [low, high].map(|value| format.format(value))) + 34.0;
    let widest = rows.1.iter().map(|text| labels::width(text, SMALL)).fold(0.0, f64::max);
    let left = (EDGE + widest + 8.0).min(canvas.width() * 0.35);
    let bottom = top + ROW * rows.1.len() as f64;
    let plot = Plot { left, right: canvas.width() - EDGE, top, bottom };
    let wide = (plot.right - plot.left) / columns.1.len().max(1) as f64;
    canvas.text(
        "tick",
        (EDGE, top - 10.0),
        Anchor::Start,
        &labels::shortened(&rows.0, canvas.width() - 2.0 * EDGE, SMALL),
    );
    for (row, (name, cells)) in rows.1.iter().zip(cells).enumerate() {
        let y = top + ROW * row as f64;
        let text = labels::shortened(name, left - EDGE - 6.0, SMALL);
        canvas.text("tick", (left - 6.0, y + ROW / 2.0 + 4.0), Anchor::End, &text);
        for (column, cell) in cells.iter().enumerate() {
            let x = plot.left + wide * column as f64;
            let Some(value) = cell.filter(|value| value.is_finite()) else { continue };
            let text = format.format(value);
            let note = format!("{text} at {} = {name}, {} = {}", rows.0, columns.0, columns.1[column]);
            canvas.rect(&format!("{} piece", shade(value, (low, high))), (x, y), (x + wide, y + ROW), &note);
            if labels::width(&text, SMALL) + 4.0 <= wide {
                canvas.text("cell", (x + wide / 2.0, y + ROW / 2.0 + 4.0), Anchor::Middle, &text);
            }
        }
    }
    let centres: Vec<(f64, &str)> = columns
        .1
        .iter()
        .enumerate()
        .map(|(column, name)| (plot.left + wide * (column as f64 + 0.5), name.as_str()))
        .collect();
    period_axis(&mut canvas, plot, &centres);
    let name = labels::shortened(&columns.0, canvas.width() - 2.0 * EDGE, SMALL);
    canvas.text("tick", (plot.right, bottom + 36.0), Anchor::End, &name);
    canvas.height = bottom + 46.0;
    Some(canvas.finish(title, description(map)))
}

/// The class of a value between the lowest and the highest.
pub(super) fn shade(value: f64, (low, high): (f64, f64)) -> &'static str {
    let share = if high > low { (value - low) / (high - low) } else { 0.5 };
    SHADES[((share * SHADES.len() as f64) as usize).min(SHADES.len() - 1)]
}

/// What the colours say, from the lowest value to the highest; gives the height at which it ends.
pub(super) fn key(canvas: &mut Canvas, subject: &str, [low, high]: [String; 2]) -> f64 {
    const BOX: f64 = 14.0;
    let y = 14.0;
    let mut x = EDGE;
    canvas.text("small", (x, y + 4.0), Anchor::Start, &low);
    x += labels::width(&low, SMALL) + 6.0;
    for class in SHADES {
        canvas.rect(class, (x, y - 6.0), (x + BOX, y + 6.0), "");
        x += BOX;
    }
    let room = canvas.width() - x - 6.0 - EDGE;
    canvas.text(
        "small",
        (x + 6.0, y + 4.0),
        Anchor::Start,
        &labels::shortened(&format!("{high}  {subject}"), room, SMALL),
    );
    y + 10.0
}

fn description(HeatMap { rows, columns, subject, format, cells }: &HeatMap) -> String {
    let row = |(name, cells): (&String, &Vec<Option<f64>>)| {
        let values: Vec<String> = cells.iter().map(|cell| format.format_or_dash(*cell)).collect();
        format!("{name}: {}", values.join(", "))
    };
    let told: Vec<String> = rows.1.iter().zip(cells).map(row).collect();
    format!("{subject} by {} (rows) and {} ({}): {}.", rows.0, columns.0, columns.1.join(", "), told.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map() -> HeatMap {
        HeatMap {
            rows: ("hazard".into(), vec!["0".into(), "0.5".into()]),
            columns: ("sd".into(), vec!["1".into(), "2".into()]),
            subject: "market, USD bn".into(),
            format: NumberFormat::plain([30.0]),
            cells: vec![vec![Some(30.0), Some(10.0)], vec![Some(20.0), None]],
        }
    }

    #[test]
    fn colours_follow_values_and_what_is_missing_stays_empty() {
        let svg = draw("x", &map(), Size::Wide).expect("numbers").to_svg();
        for (class, text) in [("h9", "30.00"), ("h0", "10.00"), ("h5", "20.00")] {
            assert!(svg.contains(&format!("class=\"{class} piece\"")) && svg.contains(&format!(">{text}<")), "{text}");
        }
        assert_eq!(svg.matches(" piece\"").count(), 3);
        let narrow = draw(
            "x",
            &HeatMap {
                columns: ("sd".into(), (0..12).map(|i| i.to_string()).collect()),
                cells: vec![vec![Some(1.5); 12]; 2],
                ..map()
            },
            Size::Narrow,
        );
        assert!(!narrow.expect("numbers").to_svg().contains("class=\"cell\""), "no room for text");
    }

    #[test]
    fn the_description_has_every_number() {
        let chart = draw("x", &map(), Size::Wide).expect("numbers");
        assert_eq!(chart.description, "market, USD bn by hazard (rows) and sd (1, 2): 0: 30.00, 10.00; 0.5: 20.00, -.");
        let empty = HeatMap { cells: vec![vec![None, None]; 2], ..map() };
        assert_eq!(draw("x", &empty, Size::Wide), None);
    }
}
