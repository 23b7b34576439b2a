//! The independent oracle: one path at a time, small and obvious.
//!
//! The oracle shares the [`Model`] with the engine and nothing behind it. Draws come from rand and rand_distr, laws from statrs
//! and libm; the formula tree is walked as it is, all values are kept and sorted at the end. What it costs in time and
//! memory (paths times rows) buys that it can be read against the model's documentation, line by line.

mod draws;
mod field;
mod formula;
pub mod law;
mod metalog;
mod mixed;
mod path;
mod rounding;
mod sample;
mod solved;
mod special;

pub use metalog::Metalog;
pub use mixed::{Mixed, mixed};
pub use sample::Sample;
pub use special::Split;

use crate::model::{Model, VarId};
use draws::{Replayed, SamplingPlan};
use path::Path;
use rayon::prelude::*;
use rounding::Rounding;

/// Paths that share a generator; part of the result, threads are not.
const CHUNK: usize = 1024;

/// Statistics of a simulation by the reference engine.
#[derive(Clone, Debug)]
pub struct ReferenceResults {
    /// Paths simulated.
    pub paths: u64,
    /// A row for every output and step, in the order of the model.
    pub bands: Vec<ReferenceBand>,
    /// A row for every target.
    pub targets: Vec<ReferenceTarget>,
    /// A row for every constraint and step.
    pub constraints: Vec<ReferenceConstraint>,
    /// Paths that any constraint holds down in some step; absent without constraints.
    pub bound: Option<ReferenceShare>,
}

/// How many paths do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReferenceShare {
    /// Paths that do.
    pub hits: u64,
    /// Paths with a value.
    pub n: u64,
}

/// One output at one step.
#[derive(Clone, Debug)]
pub struct ReferenceBand {
    /// Output name.
    pub output: String,
    /// Dimension and segment, for a part.
    pub part: Option<(String, String)>,
    /// Step.
    pub step: usize,
    /// The values of all paths.
    pub sample: Sample,
}

/// One target.
#[derive(Clone, Debug)]
pub struct ReferenceTarget {
    /// Name.
    pub target: String,
    /// Paths on which it holds.
    pub hits: u64,
    /// Paths with a value.
    pub n: u64,
}

/// One constraint at one step.
#[derive(Clone, Debug)]
pub struct ReferenceConstraint {
    /// Name.
    pub constraint: String,
    /// Step.
    pub step: usize,
    /// Paths on which it is the smallest and below what is wanted.
    pub binding: u64,
    /// Paths on which it is below what is wanted.
    pub short: u64,
    /// Unmet demand where the constraint binds, 0 elsewhere.
    pub unmet: Sample,
    /// The part of unmet demand that nobody asks for again.
    pub lost: Sample,
    /// The part of unmet demand that is in the backlog.
    pub deferred: Sample,
    /// The market as a fraction of the ceiling.
    pub utilisation: Sample,
    /// Paths on which it binds for the first time in this step, of those without a missing value in any step.
    pub first: ReferenceShare,
}

/// Simulates a model. The result depends on paths and seed, not on the number of threads.
pub fn simulate(model: &Model, paths: u64, seed: u64) -> ReferenceResults {
    let probes = probes(model);
    let sampling = SamplingPlan::new(model);
    let paths = paths as usize;
    // Chunk after chunk; in a chunk, column after column.
    let mut values = vec![f64::NAN; paths * probes.len()];
    if !probes.is_empty() {
        values.par_chunks_mut(CHUNK * probes.len()).enumerate().for_each(|(chunk, block)| {
            let mut draws = sampling.chunk(seed, chunk as u64);
            let mut path = Path::new(model);
            let count = block.len() / probes.len();
            for i in 0..count {
                path.run(&mut draws, |_, _, _| ());
                for (column, probe) in block.chunks_mut(count).zip(&probes) {
                    column[i] = probe.read(&path);
                }
            }
        });
    }
    let column = |j: usize| -> Vec<f64> {
        let mut column = Vec::with_capacity(paths);
        for block in values.chunks(CHUNK * probes.len()) {
            let count = block.len() / probes.len();
            column.extend_from_slice(&block[j * count..][..count]);
        }
        column
    };
    let columns = (0..probes.len()).into_par_iter().map(|j| Sample::new(column(j))).collect();
    gather(model, paths as u64, columns)
}

/// One path, recomputed from given draws. NaN stands where a variable has no value yet.
#[derive(Clone, Debug)]
pub struct Replay {
    /// Values by step and variable.
    pub values: Vec<Vec<f64>>,
    /// How far each value of a second correct engine may be away, by rounding alone: at least 1e-12 of the value.
    pub allowances: Vec<Vec<f64>>,
    /// Whether each constraint binds in each step but the base; without a value where it is not known.
    pub binding: Vec<Vec<f64>>,
}

/// Recomputes one path from given draws.
///
/// `draw` gives the value of every `Definition::Draw` at every step in which it has one, `start` gives Phi(Z) of every
/// event's start at every step after the base.
pub fn replay(model: &Model, draw: &dyn Fn(VarId, usize) -> f64, start: &dyn Fn(VarId, usize) -> f64) -> Replay {
    let mut path = Path::new(model);
    let mut rounding = Rounding::new(model.horizon.last() + 1, model.variables.len());
    path.run(&mut Replayed { draw, start }, |path, id, step| rounding.note(path, id, step));
    let constraints = model.market.as_ref().map_or(0, |market| market.constraints.len());
    let binds =
        |constraint: usize| (1..=model.horizon.last()).map(|step| formula::binds(constraint, step, &path)).collect();
    let binding = (0..constraints).map(binds).collect();
    let values = path.into_rows();
    Replay { allowances: rounding.allowances(&values), values, binding }
}

/// One number that is kept of every path.
#[derive(Clone, Copy, Debug)]
enum Probe {
    Value(VarId, usize),
    Unmet(usize, usize),
    Short(usize, usize),
    Deferred(usize, usize),
    Lost(usize, usize),
    Utilisation(usize, usize),
    /// The first step in which a constraint binds; a step after the last if there is none, and without a value where what
    /// is unmet has none in some step.
    FirstBinding(usize),
    /// Whether the market is held down in any step; without a value where any step has none.
    EverHeld,
}

impl Probe {
    fn read(self, path: &Path<'_>) -> f64 {
        match self {
            Probe::Value(id, step) => path.value(id, step),
            Probe::Unmet(constraint, step) => match unmet(path, step) {
                unmet if unmet.is_finite() && formula::binds(constraint, step, path) != 1.0 => 0.0,
                unmet => unmet,
            },
            // Both shares of a row are about the same paths.
            Probe::Short(constraint, step) if unmet(path, step).is_finite() => formula::short(constraint, step, path),
            Probe::Short(..) => f64::NAN,
            Probe::Deferred(constraint, step) => formula::binds(constraint, step, path) * carried(path, step),
            Probe::Lost(constraint, step) => {
                formula::binds(constraint, step, path) * (unmet(path, step) - carried(path, step))
            }
            Probe::Utilisation(constraint, step) => path.model().market.as_ref().map_or(f64::NAN, |market| {
                path.value(market.market, step) / path.value(market.constraints[constraint].ceiling, step)
            }),
            Probe::FirstBinding(constraint) => {
                let last = path.model().horizon.last();
                match (1..=last).all(|step| unmet(path, step).is_finite()) {
                    true => first_step(path, |step| formula::binds(constraint, step, path) == 1.0),
                    false => f64::NAN,
                }
            }
            Probe::EverHeld => match (1..=path.model().horizon.last()).map(|step| unmet(path, step)).sum::<f64>() {
                unmet if unmet.is_finite() => f64::from(unmet > 0.0),
                _ => f64::NAN,
            },
        }
    }
}

/// Unmet demand: what is wanted and not delivered.
fn unmet(path: &Path<'_>, step: usize) -> f64 {
    let market = path.model().market.as_ref();
    market.map_or(f64::NAN, |market| path.value(market.wanted, step) - path.value(market.market, step))
}

/// The part of unmet demand that is in the backlog.
fn carried(path: &Path<'_>, step: usize) -> f64 {
    let (unmet, backlog) = match &path.model().market {
        Some(market) => (unmet(path, step), path.value(market.backlog, step)),
        None => return f64::NAN,
    };
    if unmet.is_nan() || backlog.is_nan() { f64::NAN } else { unmet.min(backlog) }
}

/// The first step after the base for which something holds; a step after the last if it never does.
fn first_step(path: &Path<'_>, holds: impl Fn(usize) -> bool) -> f64 {
    let last = path.model().horizon.last();
    (1..=last).find(|step| holds(*step)).unwrap_or(last + 1) as f64
}

/// Bands, targets, five probes for every constraint and step, then one for every constraint and one for all.
fn probes(model: &Model) -> Vec<Probe> {
    let bands = model.outputs.iter().flat_map(|output| {
        (model.variable(output.variable).first..=model.horizon.last()).map(|step| Probe::Value(output.variable, step))
    });
    let targets = model.targets.iter().map(|target| Probe::Value(target.condition, model.horizon.last()));
    let constraints = constraint_rows(model).into_iter().flat_map(|(constraint, step)| {
        [Probe::Unmet, Probe::Short, Probe::Lost, Probe::Deferred, Probe::Utilisation]
            .map(|probe| probe(constraint, step))
    });
    let count = model.market.as_ref().map_or(0, |market| market.constraints.len());
    let firsts = (0..count).map(Probe::FirstBinding);
    let all = [Probe::EverHeld].into_iter().filter(|_| count > 0);
    bands.chain(targets).chain(constraints).chain(firsts).chain(all).collect()
}

/// Constraint after constraint, the steps from the first draw on in which `wanted` and all ceilings have a value.
fn constraint_rows(model: &Model) -> Vec<(usize, usize)> {
    let Some(market) = &model.market else { return Vec::new() };
    let read = market.constraints.iter().map(|constraint| constraint.ceiling).chain([market.wanted]);
    let first = read.map(|id| model.variable(id).first).fold(model.horizon.first_draw(), usize::max);
    (0..market.constraints.len())
        .flat_map(|constraint| (first..=model.horizon.last()).map(move |step| (constraint, step)))
        .collect()
}

/// Names the columns of `probes`.
fn gather(model: &Model, paths: u64, columns: Vec<Sample>) -> ReferenceResults {
    let mut columns = columns.into_iter();
    let mut next = || columns.next().expect("a column for every probe");
    let mut bands = Vec::new();
    for output in &model.outputs {
        for step in model.variable(output.variable).first..=model.horizon.last() {
            bands.push(ReferenceBand { output: output.name.clone(), part: output.part.clone(), step, sample: next() });
        }
    }
    let targets = model.targets.iter().map(|target| {
        let sample = next();
        let zeros = sample.at_or_below(0.0) - sample.below(0.0);
        ReferenceTarget { target: target.name.clone(), hits: sample.n() - zeros, n: sample.n() }
    });
    let targets = targets.collect();
    let rows = constraint_rows(model);
    let samples: Vec<[Sample; 5]> = rows.iter().map(|_| [next(), next(), next(), next(), next()]).collect();
    let names: Vec<&String> = model.market.iter().flat_map(|m| &m.constraints).map(|c| &c.name).collect();
    let firsts: Vec<Sample> = names.iter().map(|_| next()).collect();
    let held = (!names.is_empty()).then(&mut next);
    let constraint = |((constraint, step), [unmet, short, lost, deferred, utilisation]): (_, [Sample; 5])| {
        let (constraint, step): (usize, usize) = (constraint, step);
        let first: &Sample = &firsts[constraint];
        ReferenceConstraint {
            constraint: names[constraint].clone(),
            step,
            binding: unmet.n() - unmet.at_or_below(0.0),
            short: short.n() - short.at_or_below(0.0),
            unmet,
            lost,
            deferred,
            utilisation,
            first: ReferenceShare { hits: first.at_or_below(step as f64) - first.below(step as f64), n: first.n() },
        }
    };
    let constraints = rows.into_iter().zip(samples).map(constraint).collect();
    let bound = held.map(|held| ReferenceShare { hits: held.n() - held.at_or_below(0.0), n: held.n() });
    ReferenceResults { paths, bands, targets, constraints, bound }
}

#[cfg(test)]
mod tests {
    use super::draws::RandomSource;
    use super::*;
    use crate::dist::{Distribution, Law};
    use crate::kernel::{Binary, Unary};
    use crate::model::{Definition, Event, Expr, Horizon, Input, InputId, OverTime, StepLength, Variable};
    use std::collections::HashMap;

    /// Hands draws on and remembers them.
    struct Recorded<D> {
        inner: D,
        draws: HashMap<(VarId, usize), f64>,
        starts: HashMap<(VarId, usize), f64>,
    }

    impl<D: RandomSource> RandomSource for Recorded<D> {
        fn begin(&mut self, step: usize) {
            self.inner.begin(step);
        }

        fn draw(&mut self, variable: VarId, step: usize, row: &[f64]) -> f64 {
            let x = self.inner.draw(variable, step, row);
            self.draws.insert((variable, step), x);
            x
        }

        fn start(&mut self, event: VarId, step: usize) -> f64 {
            let x = self.inner.start(event, step);
            self.starts.insert((event, step), x);
            x
        }
    }

    fn model() -> Model {
        let over_time = OverTime { persistence: 0.5, permanent: 0.2 };
        let law = Law::LogNormalLog { log_mean: VarId(0), log_sd: VarId(1) };
        let distribution = Distribution { law, truncate: (None, None), clip: (None, None) };
        let grown = Expr::Binary(
            Binary::Multiply,
            Box::new(Expr::Lag { variable: VarId(4), lag: 1, default: None }),
            Box::new(Expr::Unary(Unary::Exp, Box::new(Expr::Variable(VarId(2))))),
        );
        let loss = Expr::Binary(Binary::Add, Box::new(Expr::Constant(1.0)), Box::new(Expr::Variable(VarId(3))));
        let next = Expr::Binary(Binary::Divide, Box::new(grown), Box::new(loss));
        let definitions = [
            (0, Definition::Constant(-2.0)),
            (0, Definition::Constant(0.3)),
            (1, Definition::Draw { input: InputId(0), distribution }),
            (0, Definition::Event(Event { start: InputId(1), hazard: VarId(1), size: VarId(2), duration: VarId(1) })),
            (0, Definition::Stock { start: VarId(1), next }),
        ];
        let variables: Vec<Variable> = definitions
            .into_iter()
            .map(|(first, definition)| Variable {
                name: String::new(),
                pointer: String::new(),
                unit: None,
                source: None,
                note: None,
                confidence: None,
                title: None,
                text: None,
                first,
                definition,
            })
            .collect();
        let ids = |first: usize| {
            (0..variables.len()).filter(|&i| variables[i].first <= first).map(|i| VarId(i as u32)).collect()
        };
        Model {
            title: None,
            description: None,
            horizon: Horizon { start: None, steps: 6, length: StepLength::Counted },
            base_order: ids(0),
            step_order: ids(1),
            variables,
            inputs: ["x", "event.start"].map(|name| Input { name: name.into(), over_time }).to_vec(),
            correlations: Vec::new(),
            market: None,
            dimensions: Vec::new(),
            outputs: Vec::new(),
            targets: Vec::new(),
            references: Vec::new(),
            calibration: None,
        }
    }

    #[test]
    fn a_replay_of_its_own_draws_is_the_same_path() {
        let model = model();
        let sampling = SamplingPlan::new(&model);
        let mut draws = Recorded { inner: sampling.chunk(1, 0), draws: HashMap::new(), starts: HashMap::new() };
        for _ in 0..100 {
            let mut path = Path::new(&model);
            path.run(&mut draws, |_, _, _| ());
            let again = replay(&model, &|id, step| draws.draws[&(id, step)], &|id, step| draws.starts[&(id, step)]);
            for (row, other) in path.into_rows().iter().zip(&again.values) {
                assert!(row.iter().zip(other).all(|(x, y)| x.to_bits() == y.to_bits()));
            }
        }
    }

    #[test]
    fn chunks_do_not_share_random_numbers_and_extend_a_run() {
        let model = {
            let mut model = model();
            let variable = VarId(4);
            let name = "stock".to_string();
            model.outputs.push(crate::model::Output {
                name,
                part: None,
                unit: None,
                variable,
                may_be_absent: false,
                title: None,
            });
            model
        };
        let values = |paths: u64| {
            let results = simulate(&model, paths, 1);
            let sample = &results.bands.last().expect("a band").sample;
            (1..=paths).map(|k| sample.quantile(k as f64 / paths as f64).expect("a value")).collect::<Vec<_>>()
        };
        let (short, long) = (values(CHUNK as u64), values(2 * CHUNK as u64 + 5));
        assert!(short.iter().all(|x| long.contains(x)));
        assert!(long.windows(2).all(|pair| pair[0] < pair[1]), "no value occurs twice");
    }
}
