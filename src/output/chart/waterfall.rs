//! From one value to another in labelled parts.

use super::axis::{EDGE, Plot, tick_count, value_axis_below};
use super::canvas::{Anchor, Canvas};
use super::labels::{self, TEXT};
use super::scale::{Measure, Scale};
use super::{Chart, Size};
use crate::output::number::NumberFormat;
use crate::output::quantity::with_unit;

/// A part of a difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// What it is due to.
    pub label: String,
    /// How much it adds; less than 0 where it takes away.
    pub value: f64,
}

/// What a waterfall shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Waterfall {
    /// What is measured, e.g. `market`.
    pub output: String,
    /// Its unit.
    pub unit: Option<String>,
    /// Where it begins: a label and a value, 0 for a difference as such.
    pub from: Part,
    /// The parts, in the order of their bars.
    pub parts: Vec<Part>,
    /// Where it ends. What the parts leave open is shown as a part of its own.
    pub to: Part,
}

/// A waterfall of bars. None where a value is not finite.
pub(super) fn draw(title: &str, data: &Waterfall, size: Size) -> Option<Chart> {
    let (from, to) = (data.from.value, data.to.value);
    let mut parts = data.parts.clone();
    let sum: f64 = parts.iter().map(|part| part.value).sum();
    let open = to - from - sum;
    let scale_of_it = parts.iter().map(|part| part.value.abs()).fold(from.abs().max(to.abs()), f64::max);
    if !(open.is_finite() && sum.is_finite() && scale_of_it.is_finite()) {
        return None;
    }
    // What rounding leaves of a sum is no part of it.
    if open.abs() > 1e-9 * scale_of_it {
        parts.push(Part { label: "together".into(), value: open });
    }
    let mut bars: Vec<Bar> = vec![Bar::total(&data.from)];
    let mut reached = from;
    for part in &parts {
        let next = reached + part.value;
        bars.push(Bar { label: part.label.clone(), ends: (reached, next), shown: part.value, total: false });
        reached = next;
    }
    bars.push(Bar::total(&data.to));

    let format = NumberFormat::plain(
        [from, to].into_iter().chain(parts.iter().map(|part| part.value)).max_by(|a, b| a.abs().total_cmp(&b.abs())),
    );
    let texts: Vec<String> = bars.iter().map(|bar| bar.text(&format)).collect();
    let stacked = size == Size::Narrow;
    let row_height = if stacked { 40.0 } else { 28.0 };
    let top = 12.0;
    let bottom = top + row_height * bars.len() as f64;
    let mut canvas = Canvas::new(size, bottom + 46.0);
    let wide = |text: &str, bar: &Bar| labels::width(text, TEXT) * labels::weight(bar.class());
    let names = bars.iter().map(|bar| wide(&bar.label, bar)).fold(0.0, f64::max);
    let numbers = bars.iter().zip(&texts).map(|(bar, text)| wide(text, bar)).fold(0.0, f64::max);
    let left = if stacked { EDGE } else { (EDGE + names + 12.0).min(canvas.width() * 0.42) };
    let right = canvas.width() - if stacked { EDGE + 8.0 } else { numbers + 20.0 };
    let plot = Plot { left, right, top, bottom };
    let values = bars.iter().flat_map(|bar| [bar.ends.0, bar.ends.1]);
    let x = Scale::new(values, (left + 4.0, right), tick_count(right - left, 72.0), Measure::Plain);
    for &tick in &x.ticks {
        canvas.line("grid", (x.at(tick), top), (x.at(tick), bottom));
    }
    for (index, (bar, text)) in bars.iter().zip(&texts).enumerate() {
        let start = top + row_height * index as f64;
        let y = start + if stacked { 28.0 } else { row_height / 2.0 };
        let (a, b) = (x.at(bar.ends.0), x.at(bar.ends.1));
        let class = if bar.total {
            "total"
        } else if bar.shown < 0.0 {
            "down"
        } else {
            "up"
        };
        canvas.rect(class, (a, y - 8.0), (b, y + 8.0), &format!("{}: {text}", bar.label));
        if index + 1 < bars.len() {
            canvas.line("leader", (b, y + 8.0), (b, y + row_height - 8.0));
        }
        let name_y = if stacked { start + 14.0 } else { y + 4.5 };
        let room = if stacked { canvas.width() - 2.0 * EDGE - numbers - 8.0 } else { left - EDGE - 8.0 };
        let name = labels::shortened(&bar.label, room / labels::weight(bar.class()), TEXT);
        canvas.text(bar.class(), (EDGE, name_y), Anchor::Start, &name);
        canvas.text(bar.class(), (canvas.width() - EDGE, name_y), Anchor::End, text);
    }
    let ground = x.at(x.ground());
    canvas.line("axis", (ground, top), (ground, bottom));
    value_axis_below(&mut canvas, plot, &x, &with_unit(&data.output, data.unit.as_deref()));
    let told: Vec<String> = bars.iter().zip(&texts).map(|(bar, text)| format!("{} {text}", bar.label)).collect();
    Some(canvas.finish(title, format!("{}.", told.join(", "))))
}

struct Bar {
    label: String,
    ends: (f64, f64),
    shown: f64,
    total: bool,
}

impl Bar {
    fn total(part: &Part) -> Self {
        Bar { label: part.label.clone(), ends: (0.0, part.value), shown: part.value, total: true }
    }

    fn class(&self) -> &'static str {
        if self.total { "strong" } else { "" }
    }

    fn text(&self, format: &NumberFormat) -> String {
        let text = format.format(self.shown);
        if self.total || text.starts_with('-') { text } else { format!("+{text}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(to: f64) -> Waterfall {
        let part = |label: &str, value| Part { label: label.into(), value };
        Waterfall {
            output: "market".into(),
            unit: Some("USD bn".into()),
            from: part("a", 10.0),
            parts: vec![part("power", -4.0), part("wafer", 1.5)],
            to: part("b", to),
        }
    }

    #[test]
    fn parts_lead_from_one_value_to_the_other() {
        let chart = draw("From a to b", &example(7.5), Size::Wide).expect("finite");
        assert_eq!(chart.description, "a 10.00, power -4.00, wafer +1.50, b 7.50.");
        assert_eq!(chart.to_svg().matches("class=\"down\"").count(), 1);
    }

    #[test]
    fn what_the_parts_leave_open_is_a_part() {
        let chart = draw("From a to b", &example(8.0), Size::Narrow).expect("finite");
        assert!(chart.description.contains("wafer +1.50, together +0.50, b 8.00"), "{}", chart.description);
        assert_eq!(draw("From a to b", &example(f64::NAN), Size::Wide), None);
    }
}
