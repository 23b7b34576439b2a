//! The story of a path, and which path comes nearest to a statistic.
//!
//! A path is addressed by its number: one block of work gives any of them, whichever run it is of.

use super::query::Query;
use crate::engine::{Block, Monitor, Observer, Recording, RunError, RunOptions, Runner};
use crate::kernel::Column;
use crate::kernel::scalar::normal_quantile;
use crate::model::{Definition, Model, VarId, When};
use crate::program::{Program, Request, Sampling, Sink, Term, compile_joint};
use crate::results::{Nearest, Results, Stories, StoryKind, StoryPath, StoryRow};
use crate::stats::Statistic;
use std::collections::HashSet;

/// Levels in percent of which a page tells a path each.
const REPRESENTATIVE: [f64; 3] = [5.0, 50.0, 95.0];
/// Paths that are looked at for them: a page about a run of many need not simulate it again.
const MOST_SEARCHED: u64 = 1 << 17;

/// A quantity in a step, and the rows of the program that tell of it.
struct Told {
    row: StoryRow,
    value: Request,
    uniform: Option<Request>,
    binds: Option<Request>,
}

/// Every input, event, formula, ceiling, output and target of one path, step by step. An independent path is the same in a run
/// of any length; of other samplers it is that of a run with these options.
///
/// # Errors
///
/// [`RunError::NoPath`], or [`RunError::Cancelled`] once the monitor asks to end.
pub fn story(model: &Model, options: &RunOptions, path: u64, monitor: &dyn Monitor) -> Result<Vec<StoryRow>, RunError> {
    let options = &options.clone().along([model]);
    let told = quantities(model, path);
    let requests: Vec<Request> =
        told.iter().flat_map(|told| [Some(told.value), told.uniform, told.binds]).flatten().collect();
    let program = compiled(model, &requests, options);
    let block = options.block_of(path);
    if block.count() == 0 {
        return Err(RunError::NoPath { path, paths: options.paths });
    }
    let runner = Runner::new(&program, options.seed).sampling(Sampling::of(options.sampler));
    let recording = Recording::of(&runner, block, monitor)?;
    let place = (path - recording.first()) as usize;
    let mut values = (0..requests.len()).map(|row| recording.value(row, place));
    let mut next = || values.next().expect("a value for each request");
    let rows = told.into_iter().map(|Told { row, uniform, binds, .. }| {
        let value = Some(next()).filter(|value| value.is_finite());
        let uniform = uniform.map(|_| next());
        let score = uniform.map(normal_quantile).filter(|score| score.is_finite());
        StoryRow { value, uniform, score, binds: binds.map(|_| next() != 0.0), ..row }
    });
    Ok(rows.collect())
}

fn compiled(model: &Model, requests: &[Request], options: &RunOptions) -> Program {
    let terms: Vec<Term> = requests.iter().map(|request| Term::Row(0, *request)).collect();
    compile_joint(&[model], &terms, options.dimensions.as_deref())
}

/// What a story is made of, kind after kind, each quantity once.
fn quantities(model: &Model, path: u64) -> Vec<Told> {
    let mut told = Vec::new();
    let mut known = HashSet::new();
    let mut tell = |kind: StoryKind, name: &str, id: VarId, ceiling: Option<usize>| {
        if !known.insert((id, kind == StoryKind::Target)) {
            return;
        }
        let variable = model.variable(id);
        let last = model.horizon.last();
        let first = if kind == StoryKind::Target { last } else { variable.first };
        for step in first..=last {
            let when = When::at(&model.horizon, step);
            let uniform = match &variable.definition {
                Definition::Draw { input, .. } => Some(Request::Uniform(*input, step)),
                Definition::Event(_) if step > 0 => Some(Request::EventStart(id, step)),
                _ => None,
            };
            let binds = ceiling.filter(|_| step > 0).map(|ceiling| Request::Binds(ceiling, step));
            let (name, unit) = (name.to_owned(), variable.unit.clone());
            let row = StoryRow { path, kind, name, unit, when, value: None, uniform: None, score: None, binds: None };
            told.push(Told { row, value: Request::Value(id, step), uniform, binds });
        }
    };
    let market = model.market.as_ref();
    for (ceiling, constraint) in market.iter().flat_map(|market| &market.constraints).enumerate() {
        tell(StoryKind::Ceiling, &constraint.name, constraint.ceiling, Some(ceiling));
    }
    if let Some(market) = market {
        for (name, id) in [
            ("demand", market.demand),
            ("wanted", market.wanted),
            ("market", market.market),
            ("backlog", market.backlog),
        ] {
            tell(StoryKind::Market, name, id, None);
        }
    }
    for (index, variable) in model.variables.iter().enumerate() {
        let kind = match &variable.definition {
            Definition::Draw { .. } => StoryKind::Input,
            Definition::Event(_) => StoryKind::Event,
            Definition::Formula(_) | Definition::Stock { .. } if !variable.pointer.is_empty() => StoryKind::Formula,
            _ => continue,
        };
        tell(kind, &variable.name, VarId(index as u32), None);
    }
    for output in &model.outputs {
        tell(StoryKind::Output, &output.full_name(), output.variable, None);
    }
    for target in &model.targets {
        tell(StoryKind::Target, &target.name, target.condition, None);
    }
    told.sort_by_key(|told| order(told.row.kind));
    told
}

/// What comes first is what all else follows from.
fn order(kind: StoryKind) -> usize {
    use StoryKind::{Ceiling, Event, Formula, Input, Market, Output, Target};
    [Input, Event, Formula, Ceiling, Market, Output, Target].iter().position(|known| *known == kind).unwrap_or(0)
}

/// Why no path comes nearest to a statistic.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NearestError {
    /// It is no statistic that single paths have a value of.
    #[error("`{0}` is not about the value of an output: ask for a percentile, a mean or a median of one")]
    NoValue(String),
    /// A name or period that the scenario has not.
    #[error("{0}")]
    Unknown(String),
    /// The run does not have it.
    #[error("`{0}` has no value in this run")]
    Absent(String),
    /// It could not be simulated.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// The path, among the first so many of a run with these options, whose value is nearest to each statistic; of equally near ones the first.
/// All statistics are of one output in one period, as a single pass over the paths tells.
///
/// # Errors
///
/// A statistic that paths have no value of, or that the results do not have.
pub fn nearest(
    model: &Model,
    options: &RunOptions,
    results: &Results,
    queries: &[Query],
    among: u64,
    monitor: &dyn Monitor,
) -> Result<Vec<StoryPath>, NearestError> {
    let mut wanted = Vec::new();
    let mut subject = None;
    for query in queries {
        let text = query.to_string();
        let is_level = matches!(query.statistic(), Some(Statistic::Quantile(_) | Statistic::Mean));
        let of = query.subject(model).filter(|_| is_level).ok_or_else(|| NearestError::NoValue(text.clone()))?;
        query.resolve(model).map_err(NearestError::Unknown)?;
        let estimate = query.answer(results).estimate.ok_or_else(|| NearestError::Absent(text.clone()))?;
        debug_assert!(subject.is_none_or(|known| known == of), "one pass looks at one output");
        subject = Some(of);
        wanted.push((text, estimate.value));
    }
    let Some((id, step)) = subject else { return Ok(Vec::new()) };
    let options = &options.clone().along([model]);
    let program = compiled(model, &[Request::Value(id, step)], options);
    let values: Vec<f64> = wanted.iter().map(|(_, value)| *value).collect();
    let searcher = || Searcher { wanted: &values, first: 0, paths: 0, best: vec![None; values.len()] };
    let runner = Runner::new(&program, options.seed).sampling(Sampling::of(options.sampler));
    let constant = program.rows[0].constant();
    let best = match constant {
        Some(x) => vec![Some(Candidate { distance: 0.0, path: 0, value: x }); values.len()],
        None => {
            let searchers = runner.run(options.blocks().up_to(among), monitor, searcher)?;
            searchers.into_iter().fold(vec![None; values.len()], |best, found| {
                best.into_iter().zip(found.best).map(|(a, b)| nearer(a, b)).collect()
            })
        }
    };
    let told = wanted.into_iter().zip(best).map(|((statistic, wanted), best)| {
        let Candidate { path, value: found, .. } = best.ok_or_else(|| NearestError::Absent(statistic.clone()))?;
        Ok(StoryPath { path, nearest: Some(Nearest { statistic, wanted, found, among }) })
    });
    told.collect()
}

/// Paths, among the first of the run, that stand for its P5, P50 and P95: those whose main output ends nearest to them. Levels
/// that the run was not asked for are left out.
///
/// # Errors
///
/// [`RunError::Cancelled`] once the monitor asks to end.
pub fn representatives(
    model: &Model,
    options: &RunOptions,
    results: &Results,
    monitor: &dyn Monitor,
) -> Result<Stories, RunError> {
    // A run that ended at a precision has as many paths as that took.
    let options = &RunOptions { paths: results.run.paths, ..options.clone() };
    let end = results.headline().last().copied();
    let query = |level: f64| {
        let subject = &end?.subject;
        let period = (model.horizon.last() > 0).then(|| subject.when.period.clone());
        Some(Query::of_output(Statistic::Quantile(level), subject.name(), period))
    };
    let queries: Vec<Query> = REPRESENTATIVE.into_iter().filter_map(query).collect();
    let is_there = |query: &Query| query.answer(results).estimate.is_some();
    let queries: Vec<Query> = queries.into_iter().filter(is_there).collect();
    match nearest(model, options, results, &queries, results.run.paths.min(MOST_SEARCHED), monitor) {
        Ok(paths) => stories(model, options, paths, monitor),
        Err(NearestError::Run(error)) => Err(error),
        // A main output without a value on any of these paths has no path to tell.
        Err(_) => Ok(Stories::default()),
    }
}

/// The stories of these paths of a run with these options.
///
/// # Errors
///
/// Those of [`story`].
pub fn stories(
    model: &Model,
    options: &RunOptions,
    paths: Vec<StoryPath>,
    monitor: &dyn Monitor,
) -> Result<Stories, RunError> {
    let mut rows = Vec::new();
    let mut known = HashSet::new();
    for path in paths.iter().filter(|path| known.insert(path.path)) {
        rows.extend(story(model, options, path.path, monitor)?);
    }
    Ok(Stories { paths, rows })
}

/// A path that is near.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    distance: f64,
    path: u64,
    value: f64,
}

fn nearer(a: Option<Candidate>, b: Option<Candidate>) -> Option<Candidate> {
    let candidates = a.into_iter().chain(b);
    candidates.min_by(|a, b| a.distance.total_cmp(&b.distance).then(a.path.cmp(&b.path)))
}

/// A thread that looks for the nearest paths among its blocks.
struct Searcher<'w> {
    wanted: &'w [f64],
    /// Number of the first path of the block at hand, and how many it has.
    first: u64,
    paths: usize,
    best: Vec<Option<Candidate>>,
}

impl Observer for Searcher<'_> {
    fn begin(&mut self, block: Block) {
        (self.first, self.paths) = (block.first_path(), block.paths);
    }
}

impl Sink for Searcher<'_> {
    fn row(&mut self, _row: usize, column: &Column) {
        for (offset, &value) in column[..self.paths].iter().enumerate().filter(|(_, value)| value.is_finite()) {
            for (best, wanted) in self.best.iter_mut().zip(self.wanted) {
                let candidate = Candidate { distance: (value - wanted).abs(), path: self.first + offset as u64, value };
                if best.is_none_or(|best| candidate.distance < best.distance) {
                    *best = Some(candidate);
                }
            }
        }
    }
}
