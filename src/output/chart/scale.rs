//! From values to pixels, and the round values along the way.

use crate::stats::RoundStep;

/// Values beyond this would overflow in differences.
const LARGEST: f64 = 1e300;

/// A linear scale that begins and ends on a tick.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
    /// Round values from end to end.
    pub(super) ticks: Vec<f64>,
    format: TickFormat,
}

/// How ticks are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TickFormat {
    Plain(usize),
    Scientific,
    Percent(usize),
}

/// 0, where values of one sign come near enough to it that leaving it out would mislead.
pub(super) fn near_zero(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    let near = (low > 0.0 && low < high / 2.0) || (high < 0.0 && high > low / 2.0);
    near.then_some(0.0)
}

/// What the values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// In the unit of the output.
    Plain,
    /// Fractions, shown in percent.
    Share,
}

impl Scale {
    /// A scale that holds all finite values, from pixel `from` to pixel `to`, with about `count` ticks.
    pub(super) fn new(
        values: impl IntoIterator<Item = f64>,
        (from, to): (f64, f64),
        count: usize,
        measure: Measure,
    ) -> Self {
        let finite = values.into_iter().filter(|value| value.is_finite()).map(|value| value.clamp(-LARGEST, LARGEST));
        let range = finite.fold(None, |range, value| match range {
            None => Some((value, value)),
            Some((low, high)) => Some((value.min(low), value.max(high))),
        });
        let (mut low, mut high) = range.unwrap_or((0.0, 1.0));
        if high == low {
            let around = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
            (low, high) = (low - around, high + around);
        }
        let step = RoundStep::at_least((high - low) / count.max(1) as f64);
        let ends = step.and_then(|step| {
            let first = step.count_below(low)?;
            let last = step.count_below(high)?;
            let last = if step.multiple(last) < high { last + 1 } else { last };
            Some((step, first, last))
        });
        match ends {
            Some((step, first, last)) => {
                let ticks: Vec<f64> = (first..=last).map(|count| step.multiple(count)).collect();
                let (low, high) = (step.multiple(first), step.multiple(last));
                Scale { low, high, from, to, ticks, format: TickFormat::of(measure, step, low.abs().max(high.abs())) }
            }
            // So close together or so small that no round step tells them apart.
            None => Scale { low, high, from, to, ticks: vec![low, high], format: TickFormat::Scientific },
        }
    }

    /// A scale that ends where the values do, with its ticks inside.
    pub(super) fn tight((low, high): (f64, f64), pixels: (f64, f64), count: usize, measure: Measure) -> Self {
        let mut scale = Scale::new([low, high], pixels, count, measure);
        let inside: Vec<f64> = scale.ticks.iter().copied().filter(|tick| (low..=high).contains(tick)).collect();
        if low < high && inside.len() > 1 {
            (scale.low, scale.high, scale.ticks) = (low.max(-LARGEST), high.min(LARGEST), inside);
        }
        scale
    }

    /// The pixel of a value; values outside stand at the nearer end.
    pub(super) fn at(&self, value: f64) -> f64 {
        let share = (value.clamp(-LARGEST, LARGEST) - self.low) / (self.high - self.low);
        let share = if share.is_nan() { 0.5 } else { share.clamp(0.0, 1.0) };
        self.from + share * (self.to - self.from)
    }

    pub(super) fn holds(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// Where bars begin: 0, or the end nearest to it.
    pub(super) fn ground(&self) -> f64 {
        0.0_f64.clamp(self.low, self.high)
    }

    pub(super) fn label(&self, tick: f64) -> String {
        let text = match self.format {
            TickFormat::Plain(decimals) => format!("{tick:.decimals$}"),
            TickFormat::Percent(decimals) => format!("{:.decimals$} %", tick * 100.0),
            TickFormat::Scientific if tick == 0.0 => "0".into(),
            TickFormat::Scientific => format!("{tick:e}"),
        };
        match text.strip_prefix('-') {
            Some(rest) if !rest.contains(|character: char| matches!(character, '1'..='9')) => rest.to_owned(),
            _ => text,
        }
    }
}

impl TickFormat {
    fn of(measure: Measure, step: RoundStep, largest: f64) -> Self {
        match measure {
            Measure::Share if step.decimals() <= 8 && largest < 1e4 => {
                TickFormat::Percent(step.decimals().saturating_sub(2))
            }
            _ if largest >= 1e7 || step.decimals() > 4 => TickFormat::Scientific,
            _ => TickFormat::Plain(step.decimals()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(values: &[f64], measure: Measure) -> Vec<String> {
        let scale = Scale::new(values.iter().copied(), (0.0, 100.0), 5, measure);
        scale.ticks.iter().map(|tick| scale.label(*tick)).collect()
    }

    #[test]
    fn ticks_are_round_and_hold_the_values() {
        assert_eq!(labels(&[6.3, 68.2], Measure::Plain), ["0", "20", "40", "60", "80"]);
        assert_eq!(labels(&[-0.25, 0.31], Measure::Share), ["-40 %", "-20 %", "0 %", "20 %", "40 %"]);
        assert_eq!(labels(&[0.0, 0.031], Measure::Share), ["0 %", "1 %", "2 %", "3 %", "4 %"]);
        assert_eq!(labels(&[0.1, 0.35], Measure::Plain), ["0.10", "0.15", "0.20", "0.25", "0.30", "0.35"]);
        assert_eq!(labels(&[0.0, 4e12], Measure::Plain), ["0", "1e12", "2e12", "3e12", "4e12"]);
        assert_eq!(labels(&[1e-9, 3e-9], Measure::Plain), ["1e-9", "1.5e-9", "2e-9", "2.5e-9", "3e-9"]);
    }

    #[test]
    fn zero_is_shown_where_it_is_near() {
        let near = |values: &[f64]| near_zero(values.iter().copied());
        assert_eq!(near(&[6.0, 70.0]), Some(0.0));
        assert_eq!(near(&[60.0, 70.0]), None);
        assert_eq!(near(&[-60.0, -7.0]), Some(0.0));
        assert_eq!(near(&[-1.0, 1.0]), None, "it is inside");
    }

    #[test]
    fn a_tight_scale_ends_with_its_values() {
        let scale = Scale::tight((6.0, 104.0), (0.0, 98.0), 4, Measure::Plain);
        assert_eq!((scale.at(6.0), scale.at(104.0), scale.at(50.0)), (0.0, 98.0, 44.0));
        assert_eq!(scale.ticks, [50.0, 100.0]);
        assert_eq!(Scale::tight((3.0, 3.0), (0.0, 1.0), 4, Measure::Plain).at(3.0), 0.5);
    }

    #[test]
    fn values_map_linearly_and_stay_inside() {
        let scale = Scale::new([0.0, 10.0], (200.0, 0.0), 5, Measure::Plain);
        assert_eq!([0.0, 2.5, 10.0, 99.0, -5.0].map(|value| scale.at(value)), [200.0, 150.0, 0.0, 0.0, 200.0]);
        assert!(scale.holds(10.0) && !scale.holds(10.1) && !scale.holds(f64::NAN));
    }

    #[test]
    fn whatever_the_values_pixels_are_finite() {
        let cases: [&[f64]; 8] = [
            &[],
            &[3.0],
            &[0.0, 0.0],
            &[-1.7e308, 1.7e308],
            &[1e17, 1e17 + 16.0],
            &[5e-324, 1e-323],
            &[f64::NAN, f64::INFINITY, 2.0],
            &[-7.0, -3.0],
        ];
        for values in cases {
            let scale = Scale::new(values.iter().copied(), (0.0, 100.0), 5, Measure::Plain);
            assert!(scale.ticks.len() >= 2 && scale.ticks.len() <= 12, "{values:?} {scale:?}");
            for value in values.iter().copied().chain([f64::NAN, f64::NEG_INFINITY, 0.0]) {
                let pixel = scale.at(value);
                assert!((0.0..=100.0).contains(&pixel), "{values:?}: {value} at {pixel}");
            }
        }
    }
}
