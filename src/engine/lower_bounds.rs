//! How much of a variance hangs at least on single inputs, from the first paths of a plain run.
//!
//! Whatever is a function of an input alone explains at most what the input does: Var(E[Y given g(X)]) <= Var(E[Y given X]).
//! With g the bin of one number an input, the share between bins is a lower bound of the first order that costs nothing but a
//! second look at these paths: the correlation ratio of K. Pearson (1905), On the general theory of skew correlation, less
//! what bins explain by chance (T. L. Kelley 1935, An unbiased correlation ratio measure, Proceedings of the National Academy
//! of Sciences 21, 554-559, doi:10.1073/pnas.21.9.554).

use super::coordinates::{Measured, coordinates};
use super::recording::Recording;
use crate::model::{Definition, Model, Subject, VarId, When};
use crate::program::{Dimensions, Program, Request, Term, compile_joint};
use crate::results::{Driven, LowerBound};
use crate::stats::Estimate;
use rayon::prelude::*;

/// Paths that are looked at, the first ones of a run.
pub const LOWER_BOUND_PATHS: u64 = 16_384;
/// Paths below which nothing is said.
const FEWEST: usize = 1_024;
/// Bins of as many paths each.
const BINS: usize = 50;
/// Inputs that are recorded together: memory does not grow with their number.
const TOGETHER: usize = 256;
/// P95 of a standard normal: a bound of one side.
const ONE_SIDED: f64 = 1.644_853_626_951_472_7;

/// Lower bounds of first orders, the largest first for each that is driven; inputs of which nothing is known for sure are left
/// out. `record` runs the paths under a program.
pub(super) fn lower_bounds(
    model: &Model,
    main: Option<&Subject>,
    dimensions: Option<&Dimensions>,
    record: impl Fn(&Program) -> Recording,
) -> Vec<LowerBound> {
    let driven = driven(model, main);
    let last = model.horizon.last();
    let alone = |measured: &Measured| Some((name_of_its_own(model, measured)?, measured.term.clone()));
    let measured: Vec<(String, Term)> = coordinates(model, last).iter().filter_map(alone).collect();
    let mut rows: Vec<Vec<LowerBound>> = vec![Vec::new(); driven.len()];
    for inputs in measured.chunks(TOGETHER) {
        let terms =
            driven.iter().map(|(_, request)| Term::Row(0, *request)).chain(inputs.iter().map(|(_, term)| term.clone()));
        let terms: Vec<Term> = terms.collect();
        let recording = record(&compile_joint(&[model], &terms, dimensions));
        let row = |row: usize| -> Vec<f64> { recording.row(row).flatten().copied().collect() };
        let outputs: Vec<Vec<f64>> = (0..driven.len()).map(row).collect();
        let found: Vec<Vec<Option<LowerBound>>> = inputs
            .par_iter()
            .enumerate()
            .map(|(place, (input, _))| {
                let bins = bins(&row(driven.len() + place));
                let bound = |(outputs, (driven, _)): (&Vec<f64>, &(Driven, Request))| {
                    let (share, n) = explained(outputs, &bins)?;
                    let low = share.value - ONE_SIDED * share.se?;
                    let excluded = (outputs.len() - n) as u64;
                    let (driven, input) = (driven.clone(), input.clone());
                    (low > 0.0).then_some(LowerBound { driven, input, share, low, n: n as u64, excluded })
                };
                outputs.iter().zip(&driven).map(bound).collect()
            })
            .collect();
        for bounds in found {
            rows.iter_mut().zip(bounds).for_each(|(rows, bound)| rows.extend(bound));
        }
    }
    // A stable sort: inputs of one bound stay in their order.
    rows.iter_mut().for_each(|rows| rows.sort_by(|a, b| b.low.total_cmp(&a.low)));
    rows.into_iter().flatten().collect()
}

/// The main output where it ends, then every target.
fn driven(model: &Model, main: Option<&Subject>) -> Vec<(Driven, Request)> {
    let output = main.and_then(|subject| {
        let output = model.outputs.iter().find(|output| output.part.is_none() && output.name == subject.output)?;
        let driven = Driven {
            output: Some(subject.output.clone()),
            target: None,
            dimension: None,
            segment: None,
            when: subject.when.clone(),
        };
        Some((driven, Request::Value(output.variable, subject.when.step)))
    });
    let last = model.horizon.last();
    let targets = model.targets.iter().map(|target| {
        let driven = Driven {
            output: None,
            target: Some(target.name.clone()),
            dimension: None,
            segment: None,
            when: When::at(&model.horizon, last),
        };
        (driven, Request::Value(target.condition, last))
    });
    output.into_iter().chain(targets).collect()
}

/// What a coordinate is a function of: the input, where its law has no parameters that are drawn; an event as a whole, with
/// its start, size and duration, where its hazard is known. None of what others have a say in.
fn name_of_its_own(model: &Model, measured: &Measured) -> Option<String> {
    let variable = model.variable(measured.variable);
    let is_known = |id: VarId| matches!(model.variable(id).definition, Definition::Constant(_) | Definition::ByStep(_));
    let is_drawn_alone = |id: VarId| match &model.variable(id).definition {
        Definition::Draw { distribution, .. } => distribution.parameters().into_iter().all(|(_, id)| is_known(*id)),
        _ => is_known(id),
    };
    match &variable.definition {
        Definition::Event(event) => {
            let is_alone = is_known(event.hazard) && is_drawn_alone(event.size) && is_drawn_alone(event.duration);
            is_alone.then(|| variable.name.clone())
        }
        _ => is_drawn_alone(measured.variable).then(|| measured.input.clone()),
    }
}

/// The bin of every path: about as many paths in each, equal values in the same one. What has no value is a value of its own,
/// above all others.
///
/// With b values below a value among n, its bin is b BINS / n, rounded down: the number of bins whose first rank is b at most.
fn bins(values: &[f64]) -> Vec<u8> {
    let keys: Vec<u64> = values.iter().map(|value| key(*value)).collect();
    let mut sorted = keys.clone();
    sorted.sort_unstable();
    let last_below = |bin: usize| sorted[(bin * values.len()).div_ceil(BINS) - 1];
    let last_below: Vec<u64> = if values.is_empty() { Vec::new() } else { (1..BINS).map(last_below).collect() };
    keys.iter().map(|key| last_below.partition_point(|below| below < key) as u8).collect()
}

/// A number that is ordered as the value is, and equal for equal ones.
fn key(value: f64) -> u64 {
    const SIGN: u64 = 1 << 63;
    // Adding 0 takes the sign of 0 away.
    match (value + 0.0).to_bits() {
        _ if value.is_nan() => u64::MAX,
        bits if bits & SIGN != 0 => !bits,
        bits => bits | SIGN,
    }
}

/// What is known of the paths of a bin.
#[derive(Clone, Copy, Debug, Default)]
struct Bin {
    n: f64,
    mean: f64,
}

/// The share of the variance that lies between bins, less what chance puts there, and the paths with a value. With n paths in k
/// bins, sums of squares B between them and W within: (B - (k - 1) W / (n - k)) / (B + W). Its error is that of the ratio of
/// the two, each the mean of a function of the paths (the delta method). None of too few paths, and where nothing varies.
fn explained(values: &[f64], bins: &[u8]) -> Option<(Estimate, usize)> {
    let finite = || {
        values.iter().zip(bins).filter(|(value, _)| value.is_finite()).map(|(value, bin)| (*value, usize::from(*bin)))
    };
    let largest = finite().map(|(value, _)| value.abs()).fold(0.0, f64::max);
    // Differences and squares of values of this size neither overflow nor vanish.
    let scaled = || finite().map(|(value, bin)| (value / largest, bin));
    let mut of = [Bin::default(); BINS];
    let (mut n, mut sum) = (0.0, 0.0);
    for (value, bin) in scaled() {
        of[bin].n += 1.0;
        of[bin].mean += value;
        n += 1.0;
        sum += value;
    }
    if n < FEWEST as f64 || largest == 0.0 {
        return None;
    }
    let mean = sum / n;
    let mut used = 0.0;
    for bin in of.iter_mut().filter(|bin| bin.n > 0.0) {
        bin.mean /= bin.n;
        used += 1.0;
    }
    let between: f64 = of.iter().map(|bin| bin.n * (bin.mean - mean) * (bin.mean - mean)).sum();
    let within: f64 = scaled().map(|(value, bin)| (value - of[bin].mean) * (value - of[bin].mean)).sum();
    let all = between + within;
    // Rounding alone is no variance.
    if all <= n * 1e-28 || n <= used {
        return None;
    }
    let share = (between - (used - 1.0) * within / (n - used)) / all;
    let (variance, ratio) = (all / n, between / all);
    let squares: f64 = scaled()
        .map(|(value, bin)| {
            let (far, rest) = (of[bin].mean - mean, value - of[bin].mean);
            let influence = far * far + 2.0 * far * rest - ratio * (value - mean) * (value - mean);
            influence * influence
        })
        .sum();
    let se = (squares / n).sqrt() / variance / n.sqrt();
    Some((Estimate { value: share, se: Some(se) }, n as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_hold_equal_values_together() {
        let values: Vec<f64> = (0..1000).map(f64::from).collect();
        assert_eq!((bins(&values)[0], bins(&values)[19], bins(&values)[20], bins(&values)[999]), (0, 0, 1, 49));
        // By counting what is below, of values in no order, some of them equal.
        let mixed: Vec<f64> = (0..1730u32).map(|path| f64::from(path * 7919 % 1013) - 500.0).collect();
        let below = |value: f64| mixed.iter().filter(|other| **other < value).count();
        let counted: Vec<u8> = mixed.iter().map(|value| (below(*value) * BINS / mixed.len()) as u8).collect();
        assert_eq!(bins(&mixed), counted);
        let half: Vec<f64> = (0..1000).map(|path| f64::from(path % 2)).collect();
        assert_eq!((bins(&half)[0], bins(&half)[1]), (0, 25));
        assert_eq!(bins(&[f64::NAN, -f64::NAN, 1.0, f64::NAN]), [12, 12, 0, 12]);
        assert_eq!(bins(&[-1e300, f64::INFINITY, 0.0, -0.0, f64::NEG_INFINITY]), [10, 40, 20, 20, 0]);
        assert!(bins(&[]).is_empty());
    }

    #[test]
    fn what_is_between_bins_is_explained() {
        let bins: Vec<u8> = (0..2000u32).map(|path| (path % 50) as u8).collect();
        let whole: Vec<f64> = bins.iter().map(|bin| f64::from(*bin)).collect();
        let (share, n) = explained(&whole, &bins).expect("varies");
        assert!((share.value - 1.0).abs() < 1e-12 && share.se.expect("an error") < 1e-12 && n == 2000, "{share:?}");
        assert_eq!(explained(&[3.5; 2000], &bins), None);
        assert_eq!(explained(&whole[..1000], &bins[..1000]), None);
        let huge: Vec<f64> = whole.iter().map(|value| value * 1e306).collect();
        assert!((explained(&huge, &bins).expect("varies").0.value - 1.0).abs() < 1e-12);
        // A half of the variance is between two halves, (y of 0 or 2) + (1 or 3 in turn): exactly 1 of 2.
        let bins: Vec<u8> = (0..2000u32).map(|path| u8::from(path >= 1000)).collect();
        let values: Vec<f64> = (0..2000u32).map(|path| f64::from(path % 2 * 2) + f64::from(path / 1000 * 2)).collect();
        let (share, _) = explained(&values, &bins).expect("varies");
        assert!((share.value - (0.5 - 0.5 / 1998.0)).abs() < 1e-12, "{share:?}");
    }
}
