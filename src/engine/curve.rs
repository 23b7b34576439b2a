//! The whole distribution of an output in a step: quantiles into the tails, a histogram, and the targets on it.

use crate::kernel::Binary;
use crate::model::{Definition, Expr, Model, Output, VarId, When};
use crate::results::{Bin, Curve, Mark, Side};
use crate::stats::{Ecdf, RoundStep};

/// Share of the paths that the histogram leaves out at each end, where a few paths would stretch it.
const TAIL: f64 = 0.001;
/// Most bins of a histogram.
const BINS: f64 = 50.0;

/// The values of an output in a step over all paths.
pub(super) enum Values {
    /// One value on every path; none where it is not finite.
    Certain(Option<f64>),
    /// As sampled.
    Sampled(Ecdf),
}

impl Values {
    /// Share of the values at or above x; none without values.
    pub(super) fn at_least(&self, x: f64) -> Option<f64> {
        self.below(x).map(|below| 1.0 - below)
    }

    /// Share of the values below x.
    fn below(&self, x: f64) -> Option<f64> {
        match self {
            Values::Certain(value) => value.map(|value| if value < x { 1.0 } else { 0.0 }),
            Values::Sampled(ecdf) => ecdf.at_most(x.next_down()),
        }
    }

    fn quantile(&self, p: f64) -> Option<f64> {
        match self {
            Values::Certain(value) => *value,
            Values::Sampled(ecdf) => ecdf.quantile(p),
        }
    }
}

/// The curve of an output in a step; none without finite values.
pub(super) fn of(values: &Values, model: &Model, output: &Output, when: When) -> Option<Curve> {
    let quantiles: Vec<(f64, f64)> = levels().map_while(|p| Some((p, values.quantile(p)?))).collect();
    if quantiles.is_empty() {
        return None;
    }
    let reached: Option<Vec<f64>> = quantiles.iter().map(|(_, value)| values.at_least(*value)).collect();
    let at_or_below: Option<Vec<f64>> = quantiles.iter().map(|(_, value)| values.below(value.next_up())).collect();
    let bins = bins(values)?;
    let marks = marks(values, model, output.variable, when.step);
    Some(Curve {
        output: output.full_name(),
        unit: output.unit.clone(),
        when,
        quantiles,
        reached: reached?,
        at_or_below: at_or_below?,
        bins,
        marks,
    })
}

/// Every percent, more in the tails, and both ends.
fn levels() -> impl Iterator<Item = f64> {
    let low = [0.0, 0.001, 0.002, 0.005];
    let percents = (1..100).map(|percent| f64::from(percent) / 100.0);
    low.into_iter().chain(percents).chain([0.995, 0.998, 0.999, 1.0])
}

/// Bins between round numbers that hold all but the tails. One bin where no round step tells values apart.
fn bins(values: &Values) -> Option<Vec<Bin>> {
    let (low, high) = (values.quantile(TAIL)?, values.quantile(1.0 - TAIL)?);
    let share = |low: f64, high: f64| Some((values.below(high)? - values.below(low)?).max(0.0));
    let single = || Some(vec![Bin { low, high, share: share(low, high.next_up())? }]);
    let Some(step) = RoundStep::at_least((high - low) / BINS) else { return single() };
    let (Some(first), Some(last)) = (step.count_below(low), step.count_below(high)) else { return single() };
    let bin = |count: i64| {
        let (low, high) = (step.multiple(count), step.multiple(count + 1));
        Some(Bin { low, high, share: share(low, high)? })
    };
    (first..=last).map(bin).collect()
}

/// Targets that compare the variable, read at the step, with a number. Targets are read in the last step.
fn marks(values: &Values, model: &Model, variable: VarId, step: usize) -> Vec<Mark> {
    let is_read = |expr: &Expr| match expr {
        Expr::Variable(id) => *id == variable && step == model.horizon.last(),
        Expr::At { variable: id, step: at } => *id == variable && *at == step,
        _ => false,
    };
    let threshold = |condition: VarId| {
        let Definition::Formula(Expr::Binary(operator, a, b)) = &model.variable(condition).definition else {
            return None;
        };
        let side = side_of(*operator)?;
        match (a.as_ref(), b.as_ref()) {
            (read, Expr::Constant(value)) if is_read(read) => Some((side, *value)),
            (Expr::Constant(value), read) if is_read(read) => Some((side.swapped(), *value)),
            _ => None,
        }
    };
    let mark = |target: &crate::model::Target| {
        let (side, value) = threshold(target.condition)?;
        Some(Mark { target: target.name.clone(), side, value, p_reached: values.at_least(value) })
    };
    model.targets.iter().filter_map(mark).collect()
}

/// The side of the number behind a comparison; none for other operators.
fn side_of(operator: Binary) -> Option<Side> {
    match operator {
        Binary::GreaterEqual => Some(Side::AtLeast),
        Binary::Greater => Some(Side::Above),
        Binary::LessEqual => Some(Side::AtMost),
        Binary::Less => Some(Side::Below),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::observed;
    use crate::stats::{Accumulator, Histogram, Layout, Pilot};
    use std::sync::Arc;

    fn sampled(values: &[f64]) -> Values {
        let layout = Layout::from_pilot(&Pilot::new(values.to_vec()), 4096);
        let mut histogram = Histogram::new(Arc::new(layout), values.len() as u64);
        histogram.add(&observed(values));
        Values::Sampled(histogram.ecdf())
    }

    #[test]
    fn bins_hold_their_lower_end_and_add_up() {
        // 0 to 9.9 in steps of 0.1, ten times each: with bins of 0.2, two values a bin.
        let values: Vec<f64> = (0..100).map(|k| f64::from(k) / 10.0).collect();
        let bins = bins(&sampled(&values.repeat(10))).expect("values");
        assert_eq!(bins.len(), 50);
        for (index, bin) in bins.iter().enumerate() {
            assert_eq!((bin.low, bin.high), (index as f64 / 5.0, (index + 1) as f64 / 5.0));
            assert!((bin.share - 0.02).abs() < 1e-12, "{bin:?}");
        }
    }

    #[test]
    fn an_atom_stands_in_the_bin_that_begins_with_it() {
        let values: Vec<f64> = [0.0; 500].into_iter().chain((1..=500).map(|k| f64::from(k) / 100.0)).collect();
        let values = sampled(&values);
        let bins = bins(&values).expect("values");
        assert_eq!(bins[0].low, 0.0);
        assert!(bins[0].share >= 0.5, "{:?}", bins[0]);
        assert_eq!(
            (values.at_least(0.0), values.at_least(0.005), values.at_least(9.0)),
            (Some(1.0), Some(0.5), Some(0.0))
        );
    }

    #[test]
    fn what_is_certain_or_too_close_is_one_bin() {
        assert_eq!(bins(&Values::Certain(Some(3.0))), Some(vec![Bin { low: 3.0, high: 3.0, share: 1.0 }]));
        assert_eq!(bins(&Values::Certain(None)), None);
        let close = sampled(&[1e17, 1e17 + 16.0, 1e17 + 32.0]);
        let bins = bins(&close).expect("values");
        assert_eq!((bins.len(), bins[0].share), (1, 1.0));
    }

    #[test]
    fn levels_rise_from_end_to_end() {
        let levels: Vec<f64> = levels().collect();
        assert!(levels.is_sorted_by(|a, b| a < b));
        assert_eq!((levels[0], levels[levels.len() - 1]), (0.0, 1.0));
    }
}
