//! Solves a model's calibration: the parameter at which a statistic of the market matches its baseline.
//!
//! The sample is the calibration's own: a fixed seed and a fixed number of paths, stratified within a block and in mirrored
//! pairs (u and 1 - u), so that the solution depends on the model alone. Steps are solved one after the other on a small
//! sample, all of them together on a middling one; one Newton step on a large sample, 1.5 * 2^20 paths, takes the error out.
//! `docs/methods.md` states what is left.

mod response;
mod search;

use super::RunError;
use super::monitor::{Monitor, Unheard};
use crate::model::{Calibration, Definition, Horizon, Matching, Model};
use response::Response;
use search::Search;
use serde::{Deserialize, Serialize};

/// Paths of the sample that solves the steps one after the other.
const SMALL: u64 = 1 << 13;
/// Paths of the sample that tells what each parameter does to each step.
const SLOPES: u64 = 1 << 14;
/// Paths of the sample that solves all steps together.
const MIDDLE: u64 = 1 << 16;
/// Paths of the sample that corrects all steps at once, unless laws are inverted on every path.
const LARGE: u64 = 3 << 19;
/// Draws by inversion for which this sample is cut, down to the middle one.
const MOST_INVERSIONS: u64 = 1 << 21;
/// Relative distance from the target at which the middle sample's search stops: a third of that sample's own error,
/// which the large sample takes out together with it.
const MIDDLE_TOLERANCE: f64 = 5e-4;
/// Change of the parameter by which its effect is measured.
const NUDGE: f64 = 5e-3;

/// The solved parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Solution {
    /// A value for every step 0..=n; the base has the value of step 1.
    EveryStep(Vec<f64>),
    /// One value for all steps.
    Once(f64),
}

impl Solution {
    /// Whether this can be the solution of a calibration that matches so, over this horizon.
    pub fn fits(&self, matching: Matching, horizon: &Horizon) -> bool {
        match self {
            Solution::Once(x) => matching == Matching::End && x.is_finite(),
            Solution::EveryStep(values) => {
                let is_whole = values.len() == horizon.last() + 1 && values.iter().all(|x| x.is_finite());
                matching == Matching::EveryStep && is_whole
            }
        }
    }

    /// The solved values by period; one of period `all` when only the end is matched.
    pub fn values(&self, horizon: &Horizon) -> Vec<(String, f64)> {
        match self {
            Solution::Once(x) => vec![("all".to_owned(), *x)],
            Solution::EveryStep(values) => (1..values.len()).map(|step| (horizon.period(step), values[step])).collect(),
        }
    }
}

/// Why there is no solution.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CalibrationError {
    /// The statistic does not get to its target, whatever the parameter.
    Unreachable {
        /// The step.
        step: usize,
        /// The value that the baseline asks for.
        target: f64,
        /// The nearest value that the statistic gets to.
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
    /// The sample cannot be simulated.
    Run(RunError),
}

impl From<RunError> for CalibrationError {
    fn from(error: RunError) -> Self {
        CalibrationError::Run(error)
    }
}

/// Solves the calibration of a model whose market has a baseline, on the current rayon pool.
///
/// # Errors
///
/// When no value of the parameter meets the baseline, or the monitor asks to end.
pub fn calibrate(
    model: &Model,
    calibration: &Calibration,
    baseline: &[f64],
    monitor: &dyn Monitor,
) -> Result<Solution, CalibrationError> {
    let last = model.horizon.last();
    let Definition::Constant(start) = model.variable(calibration.parameter).definition else {
        unreachable!("validation asks for a parameter that is one number");
    };
    // Its paths are no paths of a run, of which the monitor hears.
    let monitor = Unheard(monitor);
    let response = |steps: &[usize]| Response::new(model, calibration, steps, &monitor);
    match calibration.matching {
        Matching::End => {
            let all = |x: f64| vec![x; last + 1];
            let end = response(&[last]);
            let solved = end.solve(baseline[last], start, &all)?;
            let nudged = end.at(&all(solved + NUDGE), MIDDLE)?[0] - end.at(&all(solved), MIDDLE)?[0];
            let miss = end.at(&all(solved), end.large())?[0] - baseline[last];
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
                let own = response(&[step]);
                values[step] = own.solve_small(baseline[step], guess, &|x| trial(&values, step, x))?.0;
            }
            let all = response(&(1..=last).collect::<Vec<_>>());
            let targets = &baseline[1..];
            let mut slopes = all.slopes(&values)?;
            if !all.solve_together(&mut values, targets, &slopes)? {
                // Where the response bends sharply, step by step is safer.
                for step in 1..=last {
                    let guess = values[step];
                    values[step] = response(&[step]).solve(baseline[step], guess, &|x| trial(&values, step, x))?;
                }
                slopes = all.slopes(&values)?;
            }
            let misses = all.misses(&values, targets, all.large())?;
            newton(&mut values[1..], &misses, &slopes);
            values[0] = values.get(1).copied().unwrap_or(start);
            Ok(Solution::EveryStep(values))
        }
    }
}

impl Response<'_> {
    /// The parameter at which the statistic of the last step is `target` on the small sample, looked for around `guess`, and
    /// the slope there.
    fn solve_small(
        &self,
        target: f64,
        guess: f64,
        parameters: &dyn Fn(f64) -> Vec<f64>,
    ) -> Result<(f64, f64), CalibrationError> {
        let miss = |x: f64| self.at(&parameters(x), SMALL).map(|values| values[0] - target);
        Search { step: self.last_step(), target, miss: &miss }.root(guess)
    }

    /// The same on the middle sample.
    fn solve(&self, target: f64, guess: f64, parameters: &dyn Fn(f64) -> Vec<f64>) -> Result<f64, CalibrationError> {
        let miss = |x: f64| self.at(&parameters(x), MIDDLE).map(|values| values[0] - target);
        let (mut x, slope) = self.solve_small(target, guess, parameters)?;
        // Newton steps with the small sample's slope: each leaves a few hundredths of the miss before it.
        for _ in 0..20 {
            let miss = miss(x)?;
            x -= miss / slope;
            if miss.abs() <= MIDDLE_TOLERANCE * target.abs() {
                return Ok(x);
            }
        }
        Err(CalibrationError::Unreachable { step: self.last_step(), target, nearest: target + miss(x)? })
    }

    /// What each parameter does to the statistic of each step: by parameter, then by step.
    fn slopes(&self, values: &[f64]) -> Result<Vec<Vec<f64>>, CalibrationError> {
        let here = self.at(values, SLOPES)?;
        let of_step = |&step: &usize| {
            let mut nudged = values.to_vec();
            nudged[step] += NUDGE;
            let there = self.at(&nudged, SLOPES)?;
            Ok(there.iter().zip(&here).map(|(there, here)| (there - here) / NUDGE).collect())
        };
        self.steps().iter().map(of_step).collect()
    }

    /// Paths of the large sample.
    fn large(&self) -> u64 {
        (MOST_INVERSIONS / self.inversions().max(1)).clamp(MIDDLE, LARGE)
    }

    fn misses(&self, values: &[f64], targets: &[f64], paths: u64) -> Result<Vec<f64>, CalibrationError> {
        let seen = self.at(values, paths)?;
        Ok(seen.iter().zip(targets).map(|(seen, target)| seen - target).collect())
    }

    /// Newton steps of all parameters at once on the middle sample; whether they met their targets. Each leaves of the miss
    /// before it the relative error of the slopes, a few hundredths, so that few are needed where any number of them helps.
    fn solve_together(
        &self,
        values: &mut [f64],
        targets: &[f64],
        slopes: &[Vec<f64>],
    ) -> Result<bool, CalibrationError> {
        for _ in 0..6 {
            let misses = match self.misses(values, targets, MIDDLE) {
                Ok(misses) => misses,
                Err(error @ CalibrationError::Run(_)) => return Err(error),
                Err(_) => return Ok(false),
            };
            let met = misses.iter().zip(targets).all(|(miss, target)| miss.abs() <= MIDDLE_TOLERANCE * target.abs());
            newton(&mut values[1..], &misses, slopes);
            if met {
                return Ok(true);
            }
        }
        Ok(false)
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
