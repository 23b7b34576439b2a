//! Scenarios against a base, on the same random numbers.
//!
//! Each scenario runs as it would alone. Then each pair runs once more as one program, in which inputs of one name share
//! their draws, and terms over both sides (b - a, b / a, b < a, ...) are kept with the same exact statistics as any row.

mod common;
mod dominance;
mod pair;
pub(crate) mod shift;
pub(crate) mod terms;

use crate::diagnostic::Problem;
use crate::engine::{Monitor, RunError, RunOptions};
use crate::model::Model;
use crate::program::Dimensions;
use crate::results::Results;
use crate::results::comparison::{Compared, Comparison};
use crate::stats::Replicated;
use crate::study::Study;
use common::Common;
use pair::{Levels, Side};
use std::borrow::Borrow;
use std::sync::Arc;

/// Why scenarios were not compared.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum CompareError {
    /// A scenario has nothing in common with the base, or means something else by it.
    Incomparable {
        /// Number of the scenario among the studies.
        study: usize,
        /// Every reason.
        problems: Vec<Problem>,
    },
    /// A scenario cannot run.
    Run {
        /// Number of the scenario among the studies.
        study: usize,
        /// Why.
        error: RunError,
    },
}

/// Compares every study but the first with the first.
///
/// # Errors
///
/// The first scenario that cannot run or be compared; nothing is simulated when one cannot be compared.
pub fn compare<S: Borrow<Study>>(
    studies: &[S],
    options: &RunOptions,
    monitor: &dyn Monitor,
) -> Result<Compared, CompareError> {
    let studies: Vec<&Study> = studies.iter().map(Borrow::borrow).collect();
    let Some((base, others)) = studies.split_first() else {
        return Ok(Compared { runs: Vec::new(), comparisons: Vec::new() });
    };
    let shared = others
        .iter()
        .enumerate()
        .map(|(index, study)| {
            common(base, study).map_err(|problems| CompareError::Incomparable { study: index + 1, problems })
        })
        .collect::<Result<Vec<_>, _>>()?;
    let options = &options.clone().along(studies.iter().map(|study| &*study.model));
    let (with_levels, levels) = needed_levels(options);
    let failed = |study: usize| move |error: RunError| CompareError::Run { study, error };
    let mut replicated = Vec::with_capacity(studies.len());
    for (index, study) in studies.iter().enumerate() {
        replicated.push(study.run_replicated(&with_levels, monitor).map_err(failed(index))?);
    }
    let mut runs: Vec<Results> = replicated.iter().map(|results| results.clone().combined()).collect();
    let mut comparisons = Vec::with_capacity(others.len());
    let side = |index: usize| Side { study: studies[index], results: &runs[index], replicated: &replicated[index] };
    for (index, common) in shared.into_iter().enumerate() {
        let comparison = pair::compare(side(0), side(index + 1), common, &levels, options, monitor);
        comparisons.push(comparison.map_err(failed(index + 1))?);
    }
    runs.iter_mut().for_each(|results| keep_levels(results, options));
    Ok(Compared { runs, comparisons })
}

/// Whether a comparison of two models says anything: they have the same steps, and outputs in common that mean the same.
pub fn can_be_compared(a: &Model, b: &Model) -> bool {
    Common::of(("", a), ("", b)).is_ok()
}

/// Why a scenario cannot be compared with another: nothing where it can be.
pub fn incomparable(base: &Study, other: &Study) -> Vec<Problem> {
    common(base, other).err().unwrap_or_default()
}

fn common(base: &Study, other: &Study) -> Result<Common, Vec<Problem>> {
    Common::of((&base.scenario, &base.model), (&other.scenario, &other.model))
}

/// A scenario that others are compared with one by one, as many as there are: each of them runs once alone, and once more
/// together with it.
#[derive(Debug)]
pub struct Base {
    study: Arc<Study>,
    run: RunBeside,
    options: RunOptions,
    /// Whether the options came with the dimensions of all that are compared.
    is_along_all: bool,
    with_levels: RunOptions,
    levels: Levels,
}

/// What a run shows at all levels that a comparison needs.
#[derive(Clone, Debug)]
pub struct RunBeside {
    results: Results,
    replicated: Replicated<Results>,
}

impl Base {
    /// Runs the base. Points of a sequence are dealt out along it alone, unless the options say along what.
    ///
    /// # Errors
    ///
    /// Those of [`Study::run`].
    pub fn new(study: Arc<Study>, options: &RunOptions, monitor: &dyn Monitor) -> Result<Base, RunError> {
        let is_along_all = options.dimensions.is_some();
        let options = options.clone().along([&*study.model]);
        let (with_levels, levels) = needed_levels(&options);
        let run = RunBeside::of(&study, &with_levels, monitor)?;
        Ok(Base { study, run, options, is_along_all, with_levels, levels })
    }

    /// What a run of the base alone shows.
    pub fn results(&self) -> Results {
        self.run.alone(&self.options)
    }

    /// Runs another scenario: what a run of it with the options of the base shows, and what comparing it takes.
    ///
    /// # Errors
    ///
    /// Those of [`Study::run`].
    pub fn run(&self, other: &Study, monitor: &dyn Monitor) -> Result<(Results, RunBeside), RunError> {
        let run = RunBeside::of(other, &self.with_levels, monitor)?;
        let results = match self.draws_as_alone(other) {
            true => run.alone(&self.options),
            false => other.run(&RunOptions { dimensions: None, ..self.options.clone() }, monitor)?,
        };
        Ok((results, run))
    }

    /// Compares another scenario, which has run, with the base.
    ///
    /// # Errors
    ///
    /// That it cannot be compared or run together with the base; its number is 1.
    pub fn compare(&self, other: &Study, run: &RunBeside, monitor: &dyn Monitor) -> Result<Comparison, CompareError> {
        let common =
            common(&self.study, other).map_err(|problems| CompareError::Incomparable { study: 1, problems })?;
        let [a, b] = [(&*self.study, &self.run), (other, run)].map(|(study, run)| Side {
            study,
            results: &run.results,
            replicated: &run.replicated,
        });
        pair::compare(a, b, common, &self.levels, &self.options, monitor)
            .map_err(|error| CompareError::Run { study: 1, error })
    }

    /// Whether another scenario draws what it would with the options of the base. Points of a sequence that are dealt out along
    /// the base alone would be dealt out otherwise by a scenario with other draws.
    fn draws_as_alone(&self, other: &Study) -> bool {
        let dimensions = self.options.dimensions.as_ref().filter(|_| !self.is_along_all);
        dimensions.is_none_or(|dimensions| **dimensions == Dimensions::of([&*other.model]))
    }
}

impl RunBeside {
    fn of(study: &Study, with_levels: &RunOptions, monitor: &dyn Monitor) -> Result<RunBeside, RunError> {
        let replicated = study.run_replicated(with_levels, monitor)?;
        Ok(RunBeside { results: replicated.clone().combined(), replicated })
    }

    /// The results at the levels that were asked for.
    fn alone(&self, options: &RunOptions) -> Results {
        let mut results = self.results.clone();
        keep_levels(&mut results, options);
        results
    }
}

/// The levels asked for, and after them those that comparing needs.
fn needed_levels(options: &RunOptions) -> (RunOptions, Levels) {
    let mut percentiles = options.percentiles.clone();
    for level in [50.0].into_iter().chain(dominance::LEVELS) {
        if !percentiles.contains(&level) {
            percentiles.push(level);
        }
    }
    let median = percentiles.iter().position(|&level| level == 50.0).expect("it was added");
    let levels = Levels { reported: options.percentiles.len(), median };
    (RunOptions { percentiles, ..options.clone() }, levels)
}

/// Leaves the levels that were asked for: the results of a run of its own.
fn keep_levels(results: &mut Results, options: &RunOptions) {
    results.percentiles.clone_from(&options.percentiles);
    for band in &mut results.bands {
        band.quantiles.truncate(options.percentiles.len());
    }
}
