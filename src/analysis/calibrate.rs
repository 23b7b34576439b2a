//! Solves a scenario's calibration: the parameter at which a statistic of the market matches its baseline.
//!
//! The sample is the calibration's own: a fixed seed and a fixed number of paths, stratified within a block and in mirrored
//! pairs (u and 1 - u), so that the solution depends on the scenario alone. Steps are solved one after the other on a small
//! sample, all of them together on a middling one; one Newton step on a large sample, 1.5 * 2^20 paths, takes the error out.
//! `docs/methods.md` states what is left.

use crate::diagnostic::Problem;
use crate::engine::{Blocks, Observer, Runner, pilots};
use crate::kernel::{Column, Level};
use crate::model::{Calibration, Definition, Horizon, Matching, Model, Statistic};
use crate::program::{Parameter, Program, Request, Sampling, Sink, compile};
use crate::scenario::{Json, Member, Node};
use crate::stats::{Accumulator, Frame, Histogram, Layout, Mean, Merge, Observations, merged};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Seed of the calibration sample: not one that `--seed` is likely to take.
const SEED: u64 = 0x7269_736b_6261_6e64;
/// Paths of the sample that solves the steps one after the other: 2^13 paths.
const SMALL: u64 = 1 << 13;
/// Paths of the sample that tells what each parameter does to each step: 2^14 paths.
const SLOPES: u64 = 1 << 14;
/// Paths of the sample that solves all steps together: 2^16 paths.
const MIDDLE: u64 = 1 << 16;
/// Paths of the sample that corrects all steps at once: 1.5 * 2^20 paths.
const LARGE: u64 = 3 << 19;
/// Relative distance from the target at which the small sample's search stops.
const SMALL_TOLERANCE: f64 = 1e-3;
/// Relative distance from the target at which the middle sample's search stops: a third of that sample's own error,
/// which the large sample takes out together with it.
const MIDDLE_TOLERANCE: f64 = 5e-4;
/// The parameter is looked for between minus and plus this.
const WIDEST: f64 = 64.0;
/// Change of the parameter by which its effect is measured.
const NUDGE: f64 = 5e-3;

/// The solved parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Solution {
    /// A value for every step 0..=n; the base has the value of step 1.
    EveryStep(Vec<f64>),
    /// One value for all steps.
    Once(f64),
}

/// Why there is no solution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Failure {
    /// The statistic does not get to its target, whatever the parameter.
    Unreachable {
        /// The step.
        step: usize,
        /// What the baseline asks for.
        target: f64,
        /// The nearest that it gets.
        nearest: f64,
    },
    /// The statistic goes up and down with the parameter, or does not move.
    NotMonotone {
        /// The step.
        step: usize,
    },
    /// A path of the sample has no finite market.
    NonFinite {
        /// The step.
        step: usize,
    },
}

/// Solves the calibration of a model whose market has a baseline.
///
/// # Errors
///
/// When no value of the parameter meets the baseline.
pub fn calibrate(model: &Model, calibration: &Calibration, baseline: &[f64]) -> Result<Solution, Failure> {
    let last = model.horizon.last();
    let Some(market) = &model.market else {
        unreachable!("a calibration stands in a market");
    };
    let parameter = calibration.parameter;
    let Definition::Constant(start) = model.variable(parameter).definition else {
        unreachable!("validation asks for a parameter that is one number");
    };
    let sample = |steps: &[usize]| {
        let requests: Vec<Request> = steps.iter().map(|&step| Request::Value(market.market, step)).collect();
        let program = compile(model, &requests, Some(Parameter(parameter)));
        Sample { program, statistic: calibration.statistic, steps: steps.to_vec() }
    };
    match calibration.matching {
        Matching::End => {
            let all = |x: f64| vec![x; last + 1];
            let end = sample(&[last]);
            let solved = end.solve(baseline[last], start, &all)?;
            let nudged = end.statistics(&all(solved + NUDGE), MIDDLE)?[0] - end.statistics(&all(solved), MIDDLE)?[0];
            let miss = end.statistics(&all(solved), LARGE)?[0] - baseline[last];
            Ok(Solution::Once(solved - miss * NUDGE / nudged))
        }
        Matching::EveryStep => {
            let mut values = vec![start; last + 1];
            let trial = |values: &[f64], step: usize, x: f64| {
                let mut trial = values.to_vec();
                trial[step] = x;
                trial
            };
            for step in 1..=last {
                let guess = values[step - 1];
                let own = sample(&[step]);
                values[step] = own.solve_small(baseline[step], guess, &|x| trial(&values, step, x))?.0;
            }
            let all = sample(&(1..=last).collect::<Vec<_>>());
            let targets = &baseline[1..];
            let mut slopes = all.slopes(&values)?;
            if !all.solve_together(&mut values, targets, &slopes)? {
                // Where the response bends sharply, step by step is safer.
                for step in 1..=last {
                    let guess = values[step];
                    values[step] = sample(&[step]).solve(baseline[step], guess, &|x| trial(&values, step, x))?;
                }
                slopes = all.slopes(&values)?;
            }
            let misses = all.misses(&values, targets, LARGE)?;
            newton(&mut values[1..], &misses, &slopes);
            values[0] = values.get(1).copied().unwrap_or(start);
            Ok(Solution::EveryStep(values))
        }
    }
}

/// `calibrate` with a memory: scenarios that extend one baseline ask for the same solution.
///
/// # Errors
///
/// Those of `calibrate`.
pub(crate) fn solved(
    content_hash: &str,
    model: &Model,
    calibration: &Calibration,
    baseline: &[f64],
) -> Result<Solution, Failure> {
    static KNOWN: Mutex<BTreeMap<String, Solution>> = Mutex::new(BTreeMap::new());
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(solution) = known().get(content_hash) {
        return Ok(solution.clone());
    }
    let solution = calibrate(model, calibration, baseline)?;
    known().insert(content_hash.to_owned(), solution.clone());
    Ok(solution)
}

/// The parameter's quantity with the solution in the place of its number; unit, source and note stay.
pub(crate) fn put(written: &Node, solution: &Solution, horizon: &Horizon) -> Node {
    let number = |x: f64| Node { value: Json::Number(x), span: None };
    let member = |key: String, node: Node| Member { key, key_span: None, node };
    let (kind, value) = match solution {
        Solution::Once(x) => ("value", number(*x)),
        Solution::EveryStep(_) => {
            let kind = if horizon.start.is_some() { "by_year" } else { "by_step" };
            let values = solution.values(horizon).into_iter().map(|(period, x)| member(period, number(x))).collect();
            (kind, Node { value: Json::Object(values), span: None })
        }
    };
    let mut members = vec![member(kind.to_owned(), value)];
    if let Json::Object(written) = &written.value {
        members.extend(written.iter().filter(|member| member.key != "value").cloned());
    }
    Node { value: Json::Object(members), span: written.span }
}

/// How a statistic is named in tables and messages.
pub(crate) fn label(statistic: Statistic) -> String {
    match statistic {
        Statistic::Median => "median".to_owned(),
        Statistic::Mean => "mean".to_owned(),
        Statistic::Quantile(p) => crate::dist::quantile_name(p),
    }
}

impl Solution {
    /// The solved values by period; one of period `all` when only the end is matched.
    pub(crate) fn values(&self, horizon: &Horizon) -> Vec<(String, f64)> {
        match self {
            Solution::Once(x) => vec![("all".to_owned(), *x)],
            Solution::EveryStep(values) => (1..values.len()).map(|step| (horizon.period(step), values[step])).collect(),
        }
    }
}

impl Failure {
    /// The failure as a problem of the file.
    pub(crate) fn problem(self, model: &Model, calibration: &Calibration) -> Problem {
        let pointer = "/market/calibrate";
        let period = |step: usize| model.horizon.period(step);
        let parameter = &model.variable(calibration.parameter).name;
        match self {
            Failure::Unreachable { step, target, nearest } => Problem::error(
                "calibration-unreachable",
                calibration.span,
                pointer,
                format!(
                    "the {} of the market does not reach its baseline in {}",
                    label(calibration.statistic),
                    period(step)
                ),
            )
            .expected(format!("{target:.6}"))
            .found(format!("{nearest:.6} at the most, whatever `{parameter}` is"))
            .help("loosen the ceilings, lower the baseline, or calibrate with \"match\": \"end\""),
            Failure::NotMonotone { step } => Problem::error(
                "calibration-not-monotone",
                calibration.span,
                pointer,
                format!("the market in {} does not move one way with `{parameter}`", period(step)),
            )
            .help("calibrate a parameter that raises (or lowers) demand throughout"),
            Failure::NonFinite { step } => Problem::error(
                "calibration-not-finite",
                calibration.span,
                pointer,
                format!("a path of the calibration sample has no finite market in {}", period(step)),
            )
            .help(
                "find the formula with `riskband run` after removing `calibrate`: its warnings name formula and path",
            ),
        }
    }
}

/// The market at some steps, as a function of the parameters.
struct Sample {
    program: Program,
    statistic: Statistic,
    steps: Vec<usize>,
}

impl Sample {
    /// The statistic at every step over the first paths of the sample.
    fn statistics(&self, parameters: &[f64], paths: u64) -> Result<Vec<f64>, Failure> {
        let runner = Runner::new(&self.program, SEED).sampling(Sampling::Antithetic).parameters(parameters);
        let empty = self.empty(&runner, paths);
        let observer = || Observed { level: runner.level(), rows: empty.clone() };
        let observed = runner.run(Blocks::of_paths(paths), &|_| {}, observer).expect("nobody cancels");
        let mut seen = merged(observed.into_iter().map(|observed| observed.rows)).unwrap_or(empty);
        let rows = self.steps.iter().zip(&self.program.rows).zip(&mut seen);
        rows.map(|((&step, row), seen)| {
            let value = row.constant().or_else(|| seen.statistic(self.statistic));
            value.filter(|x| x.is_finite()).ok_or(Failure::NonFinite { step })
        })
        .collect()
    }

    /// Accumulators that have seen nothing; where values are too many to keep, their bins come from the first ones.
    fn empty(&self, runner: &Runner<'_>, paths: u64) -> Vec<Seen> {
        let rows = self.program.rows.len();
        let without_bins = |spread: Spread| vec![Seen { mean: Mean::new(Frame::new(0.0, 1.0)), spread }; rows];
        if self.statistic == Statistic::Mean {
            return without_bins(Spread::Unread);
        }
        if self.program.recorded() as u64 * paths <= MOST_VALUES {
            return without_bins(Spread::Values(Vec::new()));
        }
        let pilots = pilots(runner, &vec![BINS; rows], &|_| {}).expect("nobody cancels");
        let seen = |pilot| {
            let histogram = Histogram::new(Arc::new(Layout::from_pilot(&pilot, BINS)), paths);
            Seen { mean: Mean::new(pilot.frame()), spread: Spread::Histogram(histogram) }
        };
        pilots.into_iter().map(seen).collect()
    }

    /// The parameter at which the statistic of the last step is `target` on the small sample, looked for around `guess`, and
    /// the slope there.
    fn solve_small(
        &self,
        target: f64,
        guess: f64,
        parameters: &dyn Fn(f64) -> Vec<f64>,
    ) -> Result<(f64, f64), Failure> {
        let small = |x: f64| self.statistics(&parameters(x), SMALL).map(|values| values[0] - target);
        let bracket = self.bracket(&small, target, guess)?;
        self.narrow(&small, target, bracket)
    }

    /// The same on the middle sample.
    fn solve(&self, target: f64, guess: f64, parameters: &dyn Fn(f64) -> Vec<f64>) -> Result<f64, Failure> {
        let miss = |x: f64| self.statistics(&parameters(x), MIDDLE).map(|values| values[0] - target);
        let (mut x, slope) = self.solve_small(target, guess, parameters)?;
        // Newton steps with the small sample's slope: each leaves a few hundredths of the miss before it.
        for _ in 0..20 {
            let miss = miss(x)?;
            x -= miss / slope;
            if miss.abs() <= MIDDLE_TOLERANCE * target.abs() {
                return Ok(x);
            }
        }
        Err(self.unreachable(target, target + miss(x)?))
    }

    /// What each parameter does to the statistic of each step: by parameter, then by step.
    fn slopes(&self, values: &[f64]) -> Result<Vec<Vec<f64>>, Failure> {
        let here = self.statistics(values, SLOPES)?;
        self.steps
            .iter()
            .map(|&step| {
                let mut nudged = values.to_vec();
                nudged[step] += NUDGE;
                let there = self.statistics(&nudged, SLOPES)?;
                Ok(there.iter().zip(&here).map(|(there, here)| (there - here) / NUDGE).collect())
            })
            .collect()
    }

    fn misses(&self, values: &[f64], targets: &[f64], paths: u64) -> Result<Vec<f64>, Failure> {
        let seen = self.statistics(values, paths)?;
        Ok(seen.iter().zip(targets).map(|(seen, target)| seen - target).collect())
    }

    /// Newton steps of all parameters at once on the middle sample; whether they met their targets. Each leaves of the miss
    /// before it the relative error of the slopes, a few hundredths, so that few are needed where any number of them helps.
    fn solve_together(&self, values: &mut [f64], targets: &[f64], slopes: &[Vec<f64>]) -> Result<bool, Failure> {
        for _ in 0..6 {
            let Ok(misses) = self.misses(values, targets, MIDDLE) else { return Ok(false) };
            let met = misses.iter().zip(targets).all(|(miss, target)| miss.abs() <= MIDDLE_TOLERANCE * target.abs());
            newton(&mut values[1..], &misses, slopes);
            if met {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn step(&self) -> usize {
        self.steps[self.steps.len() - 1]
    }

    fn unreachable(&self, target: f64, nearest: f64) -> Failure {
        Failure::Unreachable { step: self.step(), target, nearest }
    }

    /// Two parameters whose misses differ in sign: goes from the guess towards the target in growing strides.
    fn bracket(
        &self,
        miss: &dyn Fn(f64) -> Result<f64, Failure>,
        target: f64,
        guess: f64,
    ) -> Result<[(f64, f64); 2], Failure> {
        let start = (guess, miss(guess)?);
        let probe = (guess + 0.02, miss(guess + 0.02)?);
        let not_monotone = Failure::NotMonotone { step: self.step() };
        if start.1 == 0.0 || probe.1 == 0.0 || (start.1 < 0.0) != (probe.1 < 0.0) {
            return Ok([start, probe]);
        }
        let below = start.1 < 0.0;
        // Upwards when the parameter raises the market and it is too small, or the other way round. Where the response
        // is flat at the guess, growth upwards is what raises a market that is too small.
        let upwards = if probe.1 == start.1 { below } else { (probe.1 > start.1) == below };
        let (mut near, mut nearest) = if upwards { (probe, probe) } else { (start, start) };
        let mut stride = if upwards { 0.05 } else { -0.05 };
        while (near.0 + stride).abs() <= WIDEST {
            let next = (near.0 + stride, miss(near.0 + stride)?);
            if (next.1 < 0.0) != below {
                return Ok([near, next]);
            }
            if next.1.abs() > near.1.abs() * (1.0 + 1e-9) {
                return Err(not_monotone);
            }
            if next.1.abs() < nearest.1.abs() {
                nearest = next;
            }
            near = next;
            stride *= 2.0;
        }
        Err(self.unreachable(target, target + nearest.1))
    }

    /// Regula falsi with the Illinois weight; returns the root and the slope there.
    fn narrow(
        &self,
        miss: &dyn Fn(f64) -> Result<f64, Failure>,
        target: f64,
        bracket: [(f64, f64); 2],
    ) -> Result<(f64, f64), Failure> {
        let [mut a, mut b] = bracket;
        let (mut weight_a, mut weight_b) = (1.0, 1.0);
        for _ in 0..60 {
            let (fa, fb) = (weight_a * a.1, weight_b * b.1);
            let x = if fa == fb { 0.5 * (a.0 + b.0) } else { (a.0 * fb - b.0 * fa) / (fb - fa) };
            let c = (x, miss(x)?);
            let done = c.1.abs() <= SMALL_TOLERANCE * target.abs() || (b.0 - a.0).abs() < 1e-12;
            if (c.1 < 0.0) == (a.1 < 0.0) {
                (a, weight_a, weight_b) = (c, 1.0, 0.5 * weight_b);
            } else {
                (b, weight_b, weight_a) = (c, 1.0, 0.5 * weight_a);
            }
            if done {
                break;
            }
        }
        let root = if a.1.abs() < b.1.abs() { a } else { b };
        let wide = 1e-3;
        let slope = (miss(root.0 + wide)? - miss(root.0 - wide)?) / (2.0 * wide);
        if slope == 0.0 || !slope.is_finite() {
            return Err(Failure::NotMonotone { step: self.step() });
        }
        Ok((root.0, slope))
    }
}

/// Moves all parameters so that the misses vanish, by the slopes. A parameter acts on its own step and on those after it,
/// so the system is lower triangular.
fn newton(parameters: &mut [f64], misses: &[f64], slopes: &[Vec<f64>]) {
    let mut moves: Vec<f64> = Vec::with_capacity(misses.len());
    for (row, miss) in misses.iter().enumerate() {
        let carried: f64 = moves.iter().zip(slopes).map(|(change, slopes)| slopes[row] * change).sum();
        moves.push((-miss - carried) / slopes[row][row]);
    }
    parameters.iter_mut().zip(moves).for_each(|(parameter, change)| *parameter += change);
}

/// Bins of the histogram behind a quantile.
const BINS: usize = 4096;
/// Values of all steps that are kept for exact quantiles: 32 MiB.
const MOST_VALUES: u64 = 1 << 22;

/// What a thread sees of the sample.
struct Observed {
    level: Level,
    rows: Vec<Seen>,
}

impl Observer for Observed {}

impl Sink for Observed {
    fn row(&mut self, row: usize, column: &Column) {
        self.rows[row].add(&Observations::new(self.level, column));
    }
}

/// A row's accumulators.
#[derive(Clone)]
struct Seen {
    mean: Mean,
    spread: Spread,
}

/// What a quantile is taken of.
#[derive(Clone)]
enum Spread {
    /// Of nothing: only the mean is asked for.
    Unread,
    /// All values, in any order: of few, that takes less time than choosing bins.
    Values(Vec<f64>),
    Histogram(Histogram),
}

impl Accumulator for Seen {
    type Block<'b> = &'b Observations<'b>;

    fn add(&mut self, column: &Observations<'_>) {
        self.mean.add(column);
        match &mut self.spread {
            Spread::Unread => {}
            Spread::Values(values) => values.extend_from_slice(column.values()),
            Spread::Histogram(histogram) => histogram.add(column),
        }
    }
}

impl Merge for Seen {
    fn merge(&mut self, other: &Self) {
        self.mean.merge(&other.mean);
        match (&mut self.spread, &other.spread) {
            (Spread::Unread, Spread::Unread) => {}
            (Spread::Values(values), Spread::Values(more)) => values.extend(more),
            (Spread::Histogram(histogram), Spread::Histogram(more)) => histogram.merge(more),
            _ => unreachable!("all threads begin with the same"),
        }
    }
}

impl Seen {
    /// `None` where a path had no finite value.
    fn statistic(&mut self, statistic: Statistic) -> Option<f64> {
        if self.mean.excluded() > 0 {
            return None;
        }
        match statistic {
            Statistic::Mean => self.mean.mean(),
            Statistic::Median => self.spread.quantile(0.5),
            Statistic::Quantile(p) => self.spread.quantile(p),
        }
    }
}

impl Spread {
    fn quantile(&mut self, p: f64) -> Option<f64> {
        match self {
            Spread::Unread => None,
            Spread::Values(values) => {
                let rank = (p * values.len() as f64) as usize;
                let rank = rank.min(values.len().checked_sub(1)?);
                Some(*values.select_nth_unstable_by(rank, f64::total_cmp).1)
            }
            Spread::Histogram(histogram) => histogram.ecdf().quantile(p),
        }
    }
}
