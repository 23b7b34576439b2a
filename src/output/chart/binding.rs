//! Which ceiling holds the market down, by period: stacked shares of the paths.

use super::axis::{EDGE, FOOT, Plot, Sign, label_room, legend, period_axis, thinned, tick_count, value_axis};
use super::canvas::{Anchor, Canvas};
use super::labels::{self, SMALL};
use super::scale::{Measure, Scale};
use super::{Chart, Size};
use crate::output::number::share;
use crate::results::{Binding, ConstraintRow, Titles};

/// Most periods that are drawn.
const PERIODS: usize = 120;

/// Classes of the ceilings, in their order. From the ninth on they share the last.
pub(super) fn fill_class(index: usize) -> &'static str {
    ["f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8"][index.min(7)]
}

/// Ceilings by step, and what they are called.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ceilings<'a> {
    /// A row a ceiling and step.
    pub rows: &'a [ConstraintRow],
    /// Titles of the ceilings, as far as they have any.
    pub titles: &'a Titles,
}

/// Shares of the paths on which each ceiling binds. None without ceilings.
pub(super) fn draw(title: &str, Ceilings { rows, titles }: &Ceilings<'_>, size: Size) -> Option<Chart> {
    let Binding { names, steps } = Binding::of(rows);
    let periods = thinned(&steps, PERIODS);
    let total = |period: &[&ConstraintRow]| Binding::any(period).unwrap_or(0.0);
    let last = *periods.last()?;

    let mut canvas = Canvas::new(size, size.height());
    let entries: Vec<(Sign<'_>, String)> = names
        .iter()
        .enumerate()
        .map(|(index, name)| (Sign::Fill(fill_class(index)), titles.quantity(name).to_owned()))
        .collect();
    let top = legend(&mut canvas, &entries, 4.0) + 30.0;
    let bottom = canvas.height - FOOT;
    let totals = periods.iter().map(|period| total(period)).chain([0.0]);
    let y = Scale::new(totals, (bottom, top), tick_count(bottom - top, 48.0), Measure::Share);
    let plot = Plot { left: label_room(&y), right: canvas.width() - EDGE, top, bottom };
    value_axis(&mut canvas, plot, &y, "share of paths");

    let slot = (plot.right - plot.left) / periods.len() as f64;
    let half = (slot * 0.34).min(34.0).max((slot / 2.0).min(0.75));
    let mut labelled = Vec::new();
    for (index, period) in periods.iter().enumerate() {
        let x = plot.left + slot * (index as f64 + 0.5);
        labelled.push((x, period[0].when.period.as_str()));
        let mut below = 0.0;
        for (index, name) in names.iter().enumerate() {
            let Some(p) = Binding::share(period, name).filter(|p| *p > 0.0) else { continue };
            let note = format!("{}, {}: {}", titles.quantity(name), period[0].when.period, share(p));
            let class = format!("{} piece", fill_class(index));
            canvas.rect(&class, (x - half, y.at(below)), (x + half, y.at(below + p)), &note);
            below += p;
        }
        let text = share(below);
        if labels::width(&text, SMALL) + 4.0 <= slot {
            canvas.text("small", (x, y.at(below) - 6.0), Anchor::Middle, &text);
        }
    }
    period_axis(&mut canvas, plot, &labelled);
    let text = |name: &&str| {
        let share = Binding::share(last, name).map_or_else(|| "-".into(), share);
        format!("{} {share}", titles.quantity(name))
    };
    let shares: Vec<String> = names.iter().map(text).collect();
    let description = format!(
        "Share of paths on which each ceiling binds, {} to {}. At {}: {}; any {}.",
        labelled[0].1,
        last[0].when.period,
        last[0].when.period,
        shares.join(", "),
        share(total(last)),
    );
    Some(canvas.finish(title, description))
}
