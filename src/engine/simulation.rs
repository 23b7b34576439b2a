//! A model made ready to simulate: compiled, its bins chosen, and any of its blocks run as often as wanted.

use super::blocks::Blocks;
use super::gathered::{Gathered, WrittenSection};
use super::lower_bounds::{LOWER_BOUND_PATHS, lower_bounds};
use super::monitor::Monitor;
use super::partial::{Gatherer, Partial};
use super::partials::Partials;
use super::pilot::{self, Shape};
use super::plan::Plan;
use super::recording::Recording;
use super::runner::Runner;
use super::{RunError, RunOptions, summary};
use crate::kernel::Level;
use crate::model::Model;
use crate::program::Sampling;
use crate::results::{Label, LowerBound, Results};
use crate::stats::{Malformed, Replicated, merged};
use std::sync::Arc;

/// A plan whose pilot has run: what all blocks of a run have in common.
#[derive(Clone, Debug)]
pub(super) struct Prepared {
    pub(super) plan: Plan,
    pub(super) options: RunOptions,
    shapes: Vec<Shape>,
    level: Level,
}

impl Prepared {
    pub(super) fn new(plan: Plan, options: &RunOptions, monitor: &dyn Monitor) -> Result<Prepared, RunError> {
        let runner = Runner::new(&plan.program, options.seed);
        let level = runner.level();
        let shapes = pilot::shapes(&plan, &runner, monitor)?;
        Ok(Prepared { plan, options: options.clone(), shapes, level })
    }

    /// All blocks of the run.
    pub(super) fn blocks(&self) -> Blocks {
        self.options.blocks()
    }

    /// What blocks show. Which thread ran which does not matter: parts merge to the same whole in any order.
    pub(super) fn simulate(&self, blocks: Blocks, monitor: &dyn Monitor) -> Result<Partials, RunError> {
        // One replicate after the other, so that threads hold the statistics of one.
        let replicate = |replicate: u64| self.partial(blocks.of_replicate(replicate), monitor);
        Ok(Partials::new((0..blocks.replicates()).map(replicate).collect::<Result<_, RunError>>()?))
    }

    /// What blocks of one replicate show.
    pub(super) fn partial(&self, blocks: Blocks, monitor: &dyn Monitor) -> Result<Partial, RunError> {
        let sampling = Sampling::of(self.options.sampler);
        let runner = Runner::new(&self.plan.program, self.options.seed).sampling(sampling).on(self.level);
        let gatherers = runner.run(blocks, monitor, || Gatherer::new(&self.plan, self.level, self.empty()))?;
        Ok(merged(gatherers.into_iter().map(Gatherer::into_partial)).unwrap_or_else(|| self.empty()))
    }

    /// How much of the variance hangs at least on single inputs: of where the main output of the results ends, and of every
    /// target.
    fn lower_bounds(&self, model: &Model, results: &Results) -> Vec<LowerBound> {
        let blocks = self.blocks().up_to(results.run.paths.min(LOWER_BOUND_PATHS));
        let main = results.end().map(|band| &band.subject);
        lower_bounds(model, main, self.options.dimensions.as_deref(), |program| {
            let sampling = Sampling::of(self.options.sampler);
            let runner = Runner::new(program, self.options.seed).sampling(sampling).on(self.level);
            Recording::of(&runner, blocks, &|_| {}).unwrap_or_default()
        })
    }

    /// What no block shows.
    pub(super) fn empty(&self) -> Partial {
        Partial::new(&self.plan, &self.shapes, &self.options)
    }

    /// What partials say of all paths, and of each replicate where errors rest on these.
    pub(super) fn read(&self, partials: Partials) -> Replicated<Partial> {
        partials.read(self.options.sampler.has_replicates())
    }
}

/// A model ready to simulate for one set of options: compiled, its bins chosen from a pilot.
///
/// Blocks run in any ranges, here or elsewhere; what they show merges to the bits of a single run, whatever the ranges,
/// their order, the threads and the levels. It owns all that it needs.
#[derive(Clone, Debug)]
pub struct Simulation {
    model: Arc<Model>,
    label: Label,
    prepared: Prepared,
}

impl Simulation {
    /// Compiles a model and runs its pilot on the current rayon pool. Results will bear the label.
    ///
    /// # Errors
    ///
    /// When the memory estimate is over its limit, a pair to correlate is unknown, or the monitor asks to end.
    pub fn new(
        model: impl Into<Arc<Model>>,
        label: Label,
        options: &RunOptions,
        monitor: &dyn Monitor,
    ) -> Result<Simulation, RunError> {
        let model = model.into();
        let options = &options.clone().along([&*model]);
        let prepared = Prepared::new(Plan::new(&model, options)?, options, monitor)?;
        Ok(Simulation { model, label, prepared })
    }

    /// A simulation on another level of this machine, which changes no bit.
    pub fn on(self, level: Level) -> Simulation {
        Simulation { prepared: Prepared { level, ..self.prepared }, ..self }
    }

    /// All blocks of the run.
    pub fn blocks(&self) -> Blocks {
        self.prepared.blocks()
    }

    /// Simulates blocks of the run on the current rayon pool.
    ///
    /// # Errors
    ///
    /// [`RunError::Cancelled`] once the monitor asks to end.
    pub fn simulate(&self, blocks: Blocks, monitor: &dyn Monitor) -> Result<Partials, RunError> {
        self.prepared.simulate(blocks, monitor)
    }

    /// The options of the run.
    pub fn options(&self) -> &RunOptions {
        &self.prepared.options
    }

    /// A number that tells the bins and centres of this run from those of another: what was gathered with one number merges.
    pub fn pilot_digest(&self) -> u64 {
        pilot::digest(&self.prepared.shapes)
    }

    /// Simulates blocks of the run on the current rayon pool, and keeps note of which.
    ///
    /// # Errors
    ///
    /// [`RunError::Cancelled`] once the monitor asks to end.
    pub fn gather(&self, blocks: Blocks, monitor: &dyn Monitor) -> Result<Gathered, RunError> {
        self.prepared.gather(blocks, monitor)
    }

    /// No block, to merge others into.
    pub fn nothing(&self) -> Gathered {
        Gathered::of_nothing(self.blocks().replicates())
    }

    /// What was gathered by a simulation like this one, from the bytes of its sections.
    ///
    /// # Errors
    ///
    /// When the bytes are those of no such sections.
    pub fn restore(&self, written: &[WrittenSection<'_>]) -> Result<Gathered, Malformed> {
        self.prepared.restore(written)
    }

    /// The statistics of what was gathered, those that these options ask for: levels of quantiles, curves and skewness are
    /// free, shortfalls and correlations must have been gathered. Paths and seed are those of the simulation.
    ///
    /// # Errors
    ///
    /// What was not gathered, or that an output has no finite value.
    pub fn results_of(&self, gathered: &Gathered, options: &RunOptions) -> Result<Results, RunError> {
        let own = &self.prepared.options;
        if let Some(level) = options.shortfall.iter().find(|level| !own.shortfall.contains(level)) {
            return Err(RunError::NotGathered { what: format!("--shortfall {level}") });
        }
        if let Some((a, b)) = options.correlate.iter().find(|pair| !own.correlate.contains(pair)) {
            return Err(RunError::NotGathered { what: format!("--correlate {a},{b}") });
        }
        let (paths, seed, sampler, replicates) = (own.paths, own.seed, own.sampler, own.replicates);
        let options = RunOptions { paths, seed, sampler, replicates, ..options.clone() };
        let read = gathered.read(own.sampler.has_replicates(), || self.prepared.empty());
        Ok(self.statistics(&options, read)?.combined())
    }

    /// Simulates all blocks of the run, and reads what they show.
    ///
    /// # Errors
    ///
    /// Those of [`simulate`](Self::simulate) and [`results`](Self::results).
    pub fn run(&self, monitor: &dyn Monitor) -> Result<Results, RunError> {
        Ok(self.replicated(self.simulate(self.blocks(), monitor)?)?.combined())
    }

    /// The statistics of the paths that partials have seen, all errors among them.
    ///
    /// # Errors
    ///
    /// When an output has no finite value.
    pub fn results(&self, partials: &Partials) -> Result<Results, RunError> {
        Ok(self.replicated(partials.clone())?.combined())
    }

    /// The statistics of all paths, with the errors of independent ones, and those of each replicate.
    ///
    /// # Errors
    ///
    /// When an output has no finite value on any path.
    pub(crate) fn replicated(&self, partials: Partials) -> Result<Replicated<Results>, RunError> {
        self.statistics(&self.prepared.options, self.prepared.read(partials))
    }

    fn statistics(
        &self,
        options: &RunOptions,
        Replicated { pooled, each }: Replicated<Partial>,
    ) -> Result<Replicated<Results>, RunError> {
        let read =
            |partial: &Partial| summary::results(&self.model, &self.label, &self.prepared.plan, options, partial);
        let mut results = read(&pooled);
        // What has a value on some path may have none in a replicate.
        summary::every_output_has_values(&self.model, &results)?;
        if options.lower_bounds {
            results.lower_bounds = self.prepared.lower_bounds(&self.model, &results);
        }
        let each = each.map(|each| each.iter().map(read).collect());
        Ok(Replicated { pooled: results, each })
    }
}
