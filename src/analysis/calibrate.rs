//! Solves a scenario's calibration: the parameter at which a statistic of the market matches its baseline.
//!
//! The sample is the calibration's own: a fixed seed and a fixed number of paths in mirrored pairs (u and 1 - u), so that
//! the solution depends on the scenario alone. Mirroring makes the median of a market that is nearly symmetric in its
//! normal scores nearly exact; `docs/methods.md` states the error that was measured.

use crate::diagnostic::Problem;
use crate::kernel::{BLOCK, Level};
use crate::model::{Calibration, Definition, Horizon, Matching, Model, Statistic};
use crate::program::{Parameter, Program, Request, Row, Workspace, compile};
use crate::scenario::{Json, Member, Node};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Seed of the calibration sample: not one that `--seed` is likely to take.
const SEED: u64 = 0x7269_736b_6261_6e64;
/// Blocks of the sample that finds the neighbourhood of the solution.
const COARSE_BLOCKS: u64 = 64;
/// Blocks of the sample that settles it: 2^18 paths.
const FINE_BLOCKS: u64 = 1024;
/// Relative distance from the target at which the coarse search stops.
const COARSE_TOLERANCE: f64 = 1e-4;
/// Relative distance from the target at which the fine search stops: a thirtieth of the sample's own error.
const FINE_TOLERANCE: f64 = 1e-5;
/// The parameter is looked for between minus and plus this.
const WIDEST: f64 = 64.0;

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
    let sample = |step: usize| {
        let program = compile(model, &[Request::Value(market.market, step)], Some(Parameter(calibration.parameter)));
        Sample { program, statistic: calibration.statistic, step }
    };
    let Definition::Constant(start) = model.variable(calibration.parameter).definition else {
        unreachable!("validation asks for a parameter that is one number");
    };
    match calibration.matching {
        Matching::End => {
            let solved = sample(last).solve(baseline[last], start, &|x| vec![x; last + 1])?;
            Ok(Solution::Once(solved))
        }
        Matching::EveryStep => {
            let mut values = vec![start; last + 1];
            for step in 1..=last {
                let guess = if step == 1 { start } else { values[step - 1] };
                values[step] = sample(step).solve(baseline[step], guess, &|x| {
                    let mut trial = values.clone();
                    trial[step] = x;
                    trial
                })?;
            }
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

/// The market at one step, as a function of the parameters.
struct Sample {
    program: Program,
    statistic: Statistic,
    step: usize,
}

impl Sample {
    /// The statistic over the first `blocks` mirrored pairs of blocks.
    fn evaluate(&self, parameters: &[f64], blocks: u64) -> Result<f64, Failure> {
        let non_finite = Failure::NonFinite { step: self.step };
        if let [Row::Constant(x)] = self.program.rows[..] {
            return if x.is_finite() { Ok(x) } else { Err(non_finite) };
        }
        let columns: Vec<Vec<f64>> = (0..blocks)
            .into_par_iter()
            .map_init(
                || Workspace::new(&self.program, SEED, Level::detect()),
                |workspace, block| {
                    let mut values = Vec::with_capacity(2 * BLOCK);
                    for mirrored in [false, true] {
                        workspace.mirror(mirrored);
                        self.program.run_block(workspace, block, parameters, &mut |_, column| {
                            values.extend_from_slice(column);
                        });
                    }
                    values
                },
            )
            .collect();
        let mut values = columns.concat();
        if values.iter().any(|x| !x.is_finite()) {
            return Err(non_finite);
        }
        Ok(match self.statistic {
            // In the order of the blocks: the same sum for any number of threads.
            Statistic::Mean => values.iter().sum::<f64>() / values.len() as f64,
            Statistic::Median | Statistic::Quantile(_) => {
                let p = if let Statistic::Quantile(p) = self.statistic { p } else { 0.5 };
                let rank = (p * values.len() as f64).ceil().max(1.0) as usize - 1;
                *values.select_nth_unstable_by(rank, f64::total_cmp).1
            }
        })
    }

    /// The parameter at which the statistic is `target`, looked for around `guess`.
    fn solve(&self, target: f64, guess: f64, parameters: &dyn Fn(f64) -> Vec<f64>) -> Result<f64, Failure> {
        let coarse = |x: f64| self.evaluate(&parameters(x), COARSE_BLOCKS).map(|value| value - target);
        let bracket = self.bracket(&coarse, target, guess)?;
        let (mut x, slope) = self.narrow(&coarse, target, bracket)?;
        let fine = |x: f64| self.evaluate(&parameters(x), FINE_BLOCKS).map(|value| value - target);
        // Newton steps with the coarse sample's slope: each leaves a few hundredths of the miss before it.
        for _ in 0..20 {
            let miss = fine(x)?;
            x -= miss / slope;
            if miss.abs() <= FINE_TOLERANCE * target.abs() {
                return Ok(x);
            }
        }
        Err(Failure::Unreachable { step: self.step, target, nearest: target + fine(x)? })
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
        let not_monotone = Failure::NotMonotone { step: self.step };
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
        Err(Failure::Unreachable { step: self.step, target, nearest: target + nearest.1 })
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
            let done = c.1.abs() <= COARSE_TOLERANCE * target.abs() || (b.0 - a.0).abs() < 1e-12;
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
            return Err(Failure::NotMonotone { step: self.step });
        }
        Ok((root.0, slope))
    }
}
