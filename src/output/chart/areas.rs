//! Shares of a variance over time, stacked input upon input.

use super::axis::{EDGE, FOOT, Plot, Sign, label_room, legend, period_axis, period_positions, tick_count, value_axis};
use super::binding::fill_class;
use super::canvas::Canvas;
use super::scale::{Measure, Scale};
use super::{Chart, Size};
use crate::model::When;
use crate::output::number::share;
use crate::results::IndexKind;

/// Shares of the variance of one output in several periods.
#[derive(Clone, Debug, PartialEq)]
pub struct Areas<'a> {
    /// Whose variance it is.
    pub subject: String,
    /// Which shares they are.
    pub kind: IndexKind,
    /// Periods from left to right, ascending.
    pub periods: Vec<&'a When>,
    /// Inputs from the bottom up.
    pub layers: Vec<Layer>,
}

/// The shares of one input, or of several together.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// What it is called.
    pub name: String,
    /// One share a period; none where the output does not vary.
    pub shares: Vec<Option<f64>>,
}

/// Stacked areas, which 100 % would fill. None with fewer than two periods, or without a share.
///
/// An estimate below 0 takes no height; the description has it as it is.
pub(super) fn draw(title: &str, areas: &Areas<'_>, size: Size) -> Option<Chart> {
    let Areas { subject, kind, periods, layers } = areas;
    let (first, last) = (periods.first()?, periods.last()?);
    let has_value = |period: usize| layers.iter().any(|layer| layer.shares[period].is_some());
    if periods.len() < 2 || !(0..periods.len()).any(has_value) {
        return None;
    }
    // Heights at which layers begin and end, by layer and period.
    let mut ground = vec![0.0; periods.len()];
    let mut edges: Vec<Vec<(f64, f64)>> = Vec::new();
    for layer in layers {
        let tops: Vec<f64> =
            ground.iter().zip(&layer.shares).map(|(low, share)| low + share.unwrap_or(0.0).max(0.0)).collect();
        edges.push(ground.iter().copied().zip(tops.iter().copied()).collect());
        ground = tops;
    }

    let mut canvas = Canvas::new(size, size.height());
    let entries: Vec<(Sign<'_>, String)> =
        layers.iter().enumerate().map(|(index, layer)| (Sign::Fill(fill_class(index)), layer.name.clone())).collect();
    let top = legend(&mut canvas, &entries, 4.0) + 30.0;
    // A long legend takes no height from the areas.
    canvas.height += (top - 60.0).max(0.0);
    let bottom = canvas.height - FOOT;
    let y = Scale::new(
        ground.iter().copied().chain([0.0, 1.0]),
        (bottom, top),
        tick_count(bottom - top, 48.0),
        Measure::Share,
    );
    let plot = Plot { left: label_room(&y), right: canvas.width() - EDGE, top, bottom };
    value_axis(&mut canvas, plot, &y, "share of the variance");
    let steps: Vec<usize> = periods.iter().map(|when| when.step).collect();
    let x = period_positions(&steps, plot.left + 14.0, plot.right - 14.0);
    for (index, edges) in edges.iter().enumerate() {
        let class = format!("{} piece", fill_class(index));
        for run in runs(periods.len(), has_value) {
            let points: Vec<(f64, (f64, f64))> = match run[..] {
                // A period alone is a narrow box.
                [alone] => [-6.0, 6.0].map(|side| (x[alone] + side, edges[alone])).to_vec(),
                _ => run.iter().map(|&period| (x[period], edges[period])).collect(),
            };
            let lows = points.iter().map(|(x, (low, _))| (*x, y.at(*low)));
            let highs = points.iter().rev().map(|(x, (_, high))| (*x, y.at(*high)));
            canvas.polygon(&class, &lows.chain(highs).collect::<Vec<_>>());
        }
    }
    let labels: Vec<(f64, &str)> = x.into_iter().zip(periods.iter().map(|when| &*when.period)).collect();
    period_axis(&mut canvas, plot, &labels);
    let at = |period: usize| {
        let told = layers.iter().filter_map(|layer| Some(format!("{} {}", layer.name, share(layer.shares[period]?))));
        match told.collect::<Vec<_>>() {
            told if told.is_empty() => format!("At {} it does not vary.", periods[period].period),
            told => format!("At {}: {}.", periods[period].period, told.join(", ")),
        }
    };
    let description = format!(
        "Shares of the variance of {subject} by input ({}), {} to {}. {} {}",
        kind.name(),
        first.period,
        last.period,
        at(0),
        at(periods.len() - 1)
    );
    Some(canvas.finish(title, description))
}

/// Periods with a value, as far as they follow one another.
fn runs(count: usize, has_value: impl Fn(usize) -> bool) -> Vec<Vec<usize>> {
    let mut runs: Vec<Vec<usize>> = vec![Vec::new()];
    for period in 0..count {
        match (has_value(period), runs.last_mut()) {
            (true, Some(run)) => run.push(period),
            _ => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::example::when;

    fn layer(name: &str, shares: &[Option<f64>]) -> Layer {
        Layer { name: name.into(), shares: shares.to_vec() }
    }

    #[test]
    fn layers_stand_on_each_other_and_gaps_stay_open() {
        let whens: Vec<When> = (0..4).map(when).collect();
        let areas = Areas {
            subject: "market".into(),
            kind: IndexKind::First,
            periods: whens.iter().collect(),
            layers: vec![
                layer("a", &[Some(0.5), None, Some(0.5), Some(-0.1)]),
                layer("b", &[Some(0.25), None, Some(0.5), Some(0.25)]),
            ],
        };
        let chart = draw("x", &areas, Size::Wide).expect("shares");
        // Two layers, each in two runs.
        assert_eq!(chart.to_svg().matches(" piece\"").count(), 4);
        assert_eq!(
            chart.description,
            "Shares of the variance of market by input (first), 2025 to 2028. At 2025: a 50.0 %, b 25.0 %. \
             At 2028: a -10.0 %, b 25.0 %."
        );
        let alone = Areas { periods: areas.periods[..1].to_vec(), ..areas.clone() };
        assert_eq!(draw("x", &alone, Size::Wide), None);
        let blank = Areas { layers: vec![layer("a", &[None; 4])], ..areas };
        assert_eq!(draw("x", &blank, Size::Narrow), None);
    }
}
