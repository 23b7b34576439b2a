//! Shares of a variance, one input a row, the strongest on top: bars with their 95 % intervals.

use super::axis::{EDGE, Plot, Sign, legend, tick_count, value_axis_below};
use super::canvas::{Anchor, Canvas};
use super::labels::{self, SMALL, TEXT};
use super::scale::{Measure, Scale};
use super::{Chart, Size};
use crate::output::number::share;
use crate::results::{IndexKind, IndexRow};
use crate::stats::value;

/// Shares of one variance by input.
#[derive(Clone, Debug, PartialEq)]
pub struct Tornado<'a> {
    /// Whose variance it is: `market in 2031`.
    pub subject: String,
    /// Which shares each row has.
    pub kinds: Vec<IndexKind>,
    /// Inputs, from top to bottom.
    pub rows: Vec<TornadoRow<'a>>,
}

/// The shares of one input.
#[derive(Clone, Debug, PartialEq)]
pub struct TornadoRow<'a> {
    /// The input, or the name of a group.
    pub input: &'a str,
    /// Its shares, one a kind; none where it has not that kind.
    pub shares: Vec<Option<&'a IndexRow>>,
}

/// Height of the bar of one share, and the room that it takes.
const BAR: f64 = 8.0;
const LANE: f64 = 13.0;

/// Classes of the kinds, in their order.
const CLASSES: [&str; 4] = ["f1", "f3", "f2", "f4"];

/// Bars from 0 with whiskers. None without a share.
pub(super) fn draw(title: &str, Tornado { subject, kinds, rows }: &Tornado<'_>, size: Size) -> Option<Chart> {
    let shares =
        || rows.iter().flat_map(|row| &row.shares).filter_map(|row| Some((value(&row.as_ref()?.share)?, (*row)?)));
    shares().next()?;
    let ends = shares().flat_map(|(share, row)| {
        let (low, high) = row.interval.unwrap_or((share, share));
        [0.0, share, low, high]
    });

    // On a phone the name stands above its bars.
    let stacked = size == Size::Narrow;
    let bars = LANE * kinds.len() as f64;
    let head = if stacked { 22.0 } else { 0.0 };
    let row_height = head + bars + 8.0;
    let mut entries: Vec<(Sign<'_>, String)> =
        kinds.iter().zip(CLASSES).map(|(kind, class)| (Sign::Fill(class), kind.name().to_owned())).collect();
    if shares().any(|(_, row)| row.interval.is_some()) {
        entries.push((Sign::Stroke("zero"), "95 % interval".into()));
    }
    let mut canvas = Canvas::new(size, 0.0);
    let top = legend(&mut canvas, &entries, 4.0) + 10.0;
    let bottom = top + row_height * rows.len() as f64;
    canvas.height = bottom + 46.0;
    let names = rows.iter().map(|row| labels::width(row.input, TEXT)).fold(0.0, f64::max);
    let left = if stacked { EDGE } else { (EDGE + names + 12.0).min(canvas.width() * 0.38) };
    let texts: Vec<String> = rows.iter().map(told).collect();
    let right_text = texts.iter().map(|text| labels::width(text, SMALL)).fold(0.0, f64::max);
    let right = if stacked { canvas.width() - EDGE - 8.0 } else { canvas.width() - right_text - 24.0 };
    let plot = Plot { left, right, top, bottom };
    let x = Scale::new(ends, (left + 4.0, right), tick_count(right - left, 72.0), Measure::Share);
    for &tick in &x.ticks {
        canvas.line("grid", (x.at(tick), top), (x.at(tick), bottom));
    }
    for (index, (row, text)) in rows.iter().zip(&texts).enumerate() {
        let start = top + row_height * index as f64;
        for (lane, (share, class)) in row.shares.iter().zip(CLASSES).enumerate() {
            let Some((row, of_it)) = share.and_then(|row| Some((row, value(&row.share)?))) else { continue };
            let y = start + head + LANE * (lane as f64 + 0.5) + 2.0;
            let note = format!("{}, {}: {}", row.input, row.index.name(), stated(row, of_it));
            canvas.rect(class, (x.at(0.0), y - BAR / 2.0), (x.at(of_it), y + BAR / 2.0), &note);
            if let Some((low, high)) = row.interval.filter(|(low, high)| low < high) {
                canvas.line("zero", (x.at(low), y), (x.at(high), y));
                for end in [low, high] {
                    canvas.line("zero", (x.at(end), y - 3.5), (x.at(end), y + 3.5));
                }
            }
        }
        if stacked {
            let room = canvas.width() - 2.0 * EDGE - labels::width(text, SMALL) - 8.0;
            canvas.text("", (EDGE, start + 16.0), Anchor::Start, &labels::shortened(row.input, room, TEXT));
            canvas.text("small", (canvas.width() - EDGE, start + 16.0), Anchor::End, text);
        } else {
            let y = start + bars / 2.0 + 6.5;
            canvas.text("", (EDGE, y), Anchor::Start, &labels::shortened(row.input, left - EDGE - 8.0, TEXT));
            canvas.text("small", (right + 12.0, y), Anchor::Start, text);
        }
    }
    canvas.line("axis", (x.at(0.0), top), (x.at(0.0), bottom));
    value_axis_below(&mut canvas, plot, &x, "share of the variance");
    let all: Vec<String> = rows.iter().map(|row| format!("{}: {}", row.input, in_full(row))).collect();
    let description = format!("Shares of the variance of {subject} by input. {}.", all.join("; "));
    Some(canvas.finish(title, description))
}

/// The shares of an input: `56.8 %, 68.2 %`.
fn told(row: &TornadoRow<'_>) -> String {
    let text = |row: &Option<&IndexRow>| row.and_then(|row| value(&row.share)).map_or_else(|| "-".into(), share);
    row.shares.iter().map(text).collect::<Vec<_>>().join(", ")
}

/// The shares of an input with their kinds and intervals.
fn in_full(row: &TornadoRow<'_>) -> String {
    let text = |row: &&IndexRow| Some(format!("{} {}", row.index.name(), stated(row, value(&row.share)?)));
    match row.shares.iter().flatten().filter_map(text).collect::<Vec<_>>() {
        shares if shares.is_empty() => "not measured".into(),
        shares => shares.join(", "),
    }
}

fn stated(row: &IndexRow, of_it: f64) -> String {
    match row.interval.filter(|(low, high)| low < high) {
        Some((low, high)) => format!("{} ({} to {})", share(of_it), share(low), share(high)),
        None => share(of_it),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::example::when;
    use crate::results::Driven;
    use crate::stats::Estimate;

    fn row(index: IndexKind, share: f64, interval: Option<(f64, f64)>) -> IndexRow {
        IndexRow {
            driven: Driven {
                output: Some("market".into()),
                target: None,
                dimension: None,
                segment: None,
                when: when(6),
            },
            input: "growth".into(),
            other: None,
            members: vec!["growth".into()],
            index,
            share: Some(Estimate { value: share, se: None }),
            interval,
            n: 1024,
            excluded: 0,
            needed: None,
        }
    }

    #[test]
    fn shares_are_told_with_their_intervals_where_they_have_one() {
        let (first, total) = (row(IndexKind::First, 0.5, Some((0.45, 0.55))), row(IndexKind::Total, -0.0001, None));
        let tornado = Tornado {
            subject: "market in 2031".into(),
            kinds: vec![IndexKind::First, IndexKind::Total],
            rows: vec![
                TornadoRow { input: "growth <&>", shares: vec![Some(&first), Some(&total)] },
                TornadoRow { input: "idle", shares: vec![None, None] },
            ],
        };
        for size in [Size::Wide, Size::Narrow] {
            let chart = draw("x", &tornado, size).expect("shares");
            assert_eq!(
                chart.description,
                "Shares of the variance of market in 2031 by input. growth <&>: first 50.0 % (45.0 % to 55.0 %), \
                 total 0.0 %; idle: not measured."
            );
            let svg = chart.to_svg();
            assert!(svg.contains("growth &lt;&amp;&gt;") && svg.contains(">50.0 %, 0.0 %<") && svg.contains(">-, -<"));
            // A whisker of three lines, and one in the legend.
            assert_eq!(svg.matches("class=\"zero\"").count(), 4);
        }
        let blank = Tornado { rows: tornado.rows[1..].to_vec(), ..tornado };
        assert_eq!(draw("x", &blank, Size::Wide), None);
    }
}
