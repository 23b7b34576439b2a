//! What drives the outputs: shares of their variance by input, exact for tied inputs and series, with errors.
//!
//! An input is its whole stream of shocks, of every step. All outputs, steps and targets are read from the same evaluations.

mod corners;
mod driven;
mod growing;
mod indices;
mod intervals;
mod players;
mod shapley;
mod swing;

pub use players::Grouping;

use crate::engine::{Blocks, Monitor, RunError};
use crate::limits::Limits;
use crate::model::{InputId, SubjectName};
use crate::program::Request;
use crate::results::{IndexKind, IndexRow, Sensitivity};
use crate::stats::{Frame, RatioSums};
use crate::study::Study;
use corners::{Corners, Points, frames};
use driven::{Asked, asked};
use indices::{Indices, Ways};
use intervals::{Judged, judge, judge_units, needed};
use players::{Player, named_groups, partition, players};
use shapley::Game;

/// What an analysis is asked for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SensitivityOptions {
    /// Base points, each a pair of paths: every index needs two to four evaluations at each.
    pub paths: u64,
    /// Half of the 95 % interval that first and total orders may have at most. Their base points then grow until all have it,
    /// [`FIRST_LOOK`](super::precision::FIRST_LOOK) at first, then twice as many, and so on; an input that has it everywhere
    /// drops out. All else has `paths` of them as ever.
    pub within: Option<f64>,
    /// Most base points of `within`.
    pub most: u64,
    /// Seed of every stream; the first path of every pair is a path of the run of this seed.
    pub seed: u64,
    /// What is driven; all whole outputs and targets where nothing is named.
    pub of: Vec<SubjectName>,
    /// The step of the outputs; every step by default.
    pub at: Option<usize>,
    /// What makes inputs one.
    pub by: Grouping,
    /// Further groups: a name, and inputs or quantities.
    pub groups: Vec<(String, Vec<String>)>,
    /// Whether Shapley effects are computed.
    pub shapley: bool,
    /// Whether second orders are computed.
    pub second: bool,
    /// Whether inputs are moved to their P10 and P90.
    pub swing: bool,
    /// Whether the variance is split by `confidence`.
    pub grades: bool,
    /// Limits; an estimate of the memory is checked before the evaluations.
    pub limits: Limits,
}

impl Default for SensitivityOptions {
    fn default() -> Self {
        SensitivityOptions {
            paths: 16_384,
            within: None,
            most: 1 << 20,
            seed: 1,
            of: Vec::new(),
            at: None,
            by: Grouping::Input,
            groups: Vec::new(),
            shapley: false,
            second: false,
            swing: true,
            grades: true,
            limits: Limits::default(),
        }
    }
}

/// Why there is no analysis.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SensitivityError {
    /// A name of what is driven stands for nothing.
    #[error("--of: there is no output or target `{name}`{}", did_you_mean(.nearest))]
    UnknownOutput {
        /// As asked for.
        name: String,
        /// The nearest name.
        nearest: Option<String>,
    },
    /// A period is none of the horizon.
    #[error("--of: `{period}` is no period of the horizon")]
    UnknownPeriod {
        /// As asked for.
        period: String,
    },
    /// An output has no value in a step.
    #[error("--of: `{name}` has no value in {period}")]
    NoValue {
        /// Name of the output.
        name: String,
        /// The period.
        period: String,
    },
    /// A member of a group is no input.
    #[error("--group {group}: there is no input `{name}`{}", did_you_mean(.nearest))]
    UnknownInput {
        /// Name of the group.
        group: String,
        /// As asked for.
        name: String,
        /// The nearest name.
        nearest: Option<String>,
    },
    /// Shapley effects of groups that share an input.
    #[error("--shapley: the groups `{a}` and `{b}` share an input, and effects that add up need groups that do not")]
    Overlap {
        /// The one.
        a: String,
        /// The other.
        b: String,
    },
    /// The evaluations could not be run.
    #[error(transparent)]
    Run(#[from] RunError),
}

fn did_you_mean(nearest: &Option<String>) -> String {
    nearest.as_ref().map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

/// Passes over the base points that an analysis makes, as a monitor hears of them.
pub fn passes(options: &SensitivityOptions) -> u64 {
    1 + u64::from(options.shapley) + u64::from(options.second) + u64::from(options.swing) + u64::from(options.grades)
}

/// Explains the variance of what is asked for by the inputs of a study, on the current rayon pool.
///
/// # Errors
///
/// When a name stands for nothing, groups of Shapley effects overlap, memory would go over its limit, or the monitor asks to
/// end.
pub fn sensitivity(
    study: &Study,
    options: &SensitivityOptions,
    monitor: &dyn Monitor,
) -> Result<Sensitivity, SensitivityError> {
    let model = &study.model;
    let asked = asked(model, &options.of, options.at)?;
    let own = players(study, options.by);
    let groups = named_groups(model, &options.groups)?;
    let disjoint = if options.shapley { Some(partition(&own, &groups)?) } else { None };
    let requests: Vec<Request> = asked.iter().map(|asked| asked.request).collect();
    let frames = frames(model, &requests, options.seed, monitor)?;
    let analysis = Analysis { study, options, asked: &asked, requests: &requests, frames: &frames, monitor };
    let mut indices = analysis.orders(&own.iter().chain(&groups).cloned().collect::<Vec<_>>())?;
    if options.second {
        indices.extend(analysis.second(&own)?);
    }
    if let Some(players) = disjoint {
        indices.extend(analysis.shapley(&players)?);
    }
    let swing = if options.swing { analysis.swing()? } else { Vec::new() };
    let grades = if options.grades { analysis.grades()? } else { Vec::new() };
    Ok(Sensitivity { indices, swing, grades })
}

/// Of disjoint sets of inputs the one with the largest first order on the first of what is asked for, by a few base points.
pub(super) fn strongest(
    study: &Study,
    sets: Vec<Vec<InputId>>,
    options: &SensitivityOptions,
    monitor: &dyn Monitor,
) -> Result<Vec<InputId>, SensitivityError> {
    const POINTS: u64 = 1_024;
    let of = options.of.iter().take(1).cloned().collect();
    let options = SensitivityOptions { paths: POINTS, of, ..options.clone() };
    let players: Vec<Player> =
        sets.into_iter().enumerate().map(|(at, inputs)| Player { name: at.to_string(), inputs }).collect();
    let rows = on_its_way(study, &options, monitor, |analysis| analysis.orders(&players))?;
    let share = |row: &IndexRow| row.share.map_or(0.0, |share| share.value);
    let firsts: Vec<f64> = rows.iter().filter(|row| row.index == IndexKind::First).map(share).collect();
    let best = firsts.iter().zip(&players).rev().max_by(|(a, _), (b, _)| a.total_cmp(b));
    Ok(best.map_or_else(Vec::new, |(_, player)| player.inputs.clone()))
}

/// First, total and second order and the Shapley effect of one set of inputs, ascending, against all others.
pub(super) fn against_all_others(
    study: &Study,
    set: Vec<InputId>,
    options: &SensitivityOptions,
    monitor: &dyn Monitor,
) -> Result<Vec<IndexRow>, SensitivityError> {
    let others = indices::others(&study.model, &set);
    let players = [("set", set), ("others", others)].map(|(name, inputs)| Player { name: name.into(), inputs });
    let rows = on_its_way(study, options, monitor, |analysis| {
        let indices = [analysis.orders(&players)?, analysis.second(&players)?, analysis.shapley(&players)?];
        Ok(indices.concat())
    })?;
    Ok(rows.into_iter().filter(|row| row.input == "set").collect())
}

/// Hands an analysis of what is asked for to whoever evaluates it.
fn on_its_way<T>(
    study: &Study,
    options: &SensitivityOptions,
    monitor: &dyn Monitor,
    evaluate: impl FnOnce(&Analysis<'_>) -> Result<T, SensitivityError>,
) -> Result<T, SensitivityError> {
    let asked = asked(&study.model, &options.of, options.at)?;
    let requests: Vec<Request> = asked.iter().map(|asked| asked.request).collect();
    let frames = frames(&study.model, &requests, options.seed, monitor)?;
    evaluate(&Analysis { study, options, asked: &asked, requests: &requests, frames: &frames, monitor })
}

/// One analysis on its way.
struct Analysis<'a> {
    study: &'a Study,
    options: &'a SensitivityOptions,
    asked: &'a [Asked],
    requests: &'a [Request],
    frames: &'a [Frame],
    monitor: &'a dyn Monitor,
}

impl Analysis<'_> {
    /// First and total order of every player, by what is driven.
    fn orders(&self, players: &[Player]) -> Result<Vec<IndexRow>, SensitivityError> {
        if let Some(tolerance) = self.options.within {
            return self.grown(players, tolerance);
        }
        let ways = Ways::new(&self.study.model, &sets(players), &[]);
        let mut rows = Vec::new();
        self.evaluate(&ways, Blocks::of_paths(self.options.paths), |indices, request, place, points| {
            let sums: Vec<_> = (0..players.len()).map(|player| indices.of_player(place, player)).collect();
            rows.extend(self.rows(request, players, &sums, |_| points));
        })?;
        Ok(rows)
    }

    /// The rows of a request from the sums of every player: first orders, then total ones.
    fn rows(
        &self,
        request: usize,
        players: &[Player],
        sums: &[[Option<&RatioSums>; 2]],
        points: impl Fn(usize) -> Points,
    ) -> Vec<IndexRow> {
        let is_target = self.asked[request].driven.is_target();
        let varies = sums.iter().flatten().flatten().any(|sums| sums.estimate().is_some());
        let row = |(order, kind): (usize, IndexKind), (place, player): (usize, &Player)| {
            let of_order = sums[place][order];
            let judged = judge(of_order, varies, is_target);
            let needed = self.options.within.and_then(|tolerance| needed(of_order, is_target, tolerance));
            IndexRow { needed, ..self.row(request, player, None, kind, judged, points(place)) }
        };
        let kinds = [IndexKind::First, IndexKind::Total].into_iter().enumerate();
        kinds
            .flat_map(|kind| players.iter().enumerate().map(move |player| (kind, player)))
            .map(|(kind, player)| row(kind, player))
            .collect()
    }

    /// Second order of every pair of players.
    fn second(&self, players: &[Player]) -> Result<Vec<IndexRow>, SensitivityError> {
        let pairs: Vec<[usize; 2]> =
            (0..players.len()).flat_map(|i| (i + 1..players.len()).map(move |j| [i, j])).collect();
        let ways = Ways::new(&self.study.model, &sets(players), &pairs);
        let mut rows = Vec::new();
        self.evaluate(&ways, Blocks::of_paths(self.options.paths), |indices, request, place, points| {
            let is_target = self.asked[request].driven.is_target();
            let of_players = (0..players.len()).flat_map(|player| indices.of_player(place, player));
            let varies = of_players.flatten().any(|sums| sums.estimate().is_some());
            for (pair, [i, j]) in pairs.iter().enumerate() {
                let judged = judge(indices.of_pair(place, pair), varies, is_target);
                let (a, b) = (&players[*i], &players[*j]);
                rows.push(self.row(request, a, Some(b), IndexKind::Second, judged, points));
            }
        })?;
        Ok(rows)
    }

    /// Evaluates the ways and hands over every request with its place among the sums and its points: as many requests at a
    /// time as memory allows, each on the same base points.
    fn evaluate(
        &self,
        ways: &Ways,
        blocks: Blocks,
        mut take: impl FnMut(&Indices<'_>, usize, usize, Points),
    ) -> Result<(), SensitivityError> {
        let threads = rayon::current_num_threads() as u64 + 1;
        let limit = self.options.limits.memory;
        let each = threads * Indices::memory(ways, 1);
        let together = (limit / 2 / each.max(1)).clamp(1, self.requests.len().max(1) as u64) as usize;
        let groups = self.requests.chunks(together).zip(self.frames.chunks(together));
        for (group, (requests, frames)) in groups.enumerate() {
            let corners = Corners::new(&self.study.model, &ways.shocks, requests, frames);
            let needed = threads * (corners.memory() + Indices::memory(ways, requests.len()));
            if needed > limit {
                return Err(RunError::Memory { needed, limit }.into());
            }
            let seen = corners.run(self.options.seed, blocks, &Indices::new(ways, requests.len()), self.monitor)?;
            for (place, points) in seen.points.iter().enumerate() {
                take(&seen.estimator, group * together + place, place, *points);
            }
        }
        Ok(())
    }

    /// Shapley effects of disjoint players.
    fn shapley(&self, players: &[Player]) -> Result<Vec<IndexRow>, SensitivityError> {
        let sets = sets(players);
        let game = Game {
            model: &self.study.model,
            players: &sets,
            requests: self.requests,
            frames: self.frames,
            seed: self.options.seed,
            paths: self.options.paths,
        };
        let effects = game.effects(self.monitor)?;
        let mut rows = Vec::new();
        for (request, sums) in effects.sums.iter().enumerate() {
            let is_target = self.asked[request].driven.is_target();
            let varies = sums.iter().any(|sums| sums.estimate().is_some());
            for ((player, sums), reached) in players.iter().zip(sums).zip(&effects.reached[request]) {
                let judged = match effects.units {
                    _ if !reached => judge(None, varies, is_target),
                    Some(units) => judge_units(sums, units),
                    None => judge(Some(sums), varies, is_target),
                };
                rows.push(self.row(request, player, None, IndexKind::Shapley, judged, effects.points[request]));
            }
        }
        Ok(rows)
    }

    /// Shares of the variance by `confidence`, which add up.
    fn grades(&self) -> Result<Vec<IndexRow>, SensitivityError> {
        self.shapley(&players(self.study, Grouping::Confidence))
    }

    /// Every input at its P10 and P90, for what is driven in the step asked for, or the last one.
    fn swing(&self) -> Result<Vec<crate::results::SwingRow>, SensitivityError> {
        let model = &self.study.model;
        let step = self.options.at.unwrap_or(model.horizon.last());
        let at_step = |asked: &&Asked| asked.driven.is_target() || asked.driven.when.step == step;
        let (options, asked): (_, Vec<&Asked>) = (self.options, self.asked.iter().filter(at_step).collect());
        let frames: Vec<Frame> =
            self.asked.iter().zip(self.frames).filter(|(asked, _)| at_step(asked)).map(|(_, frame)| *frame).collect();
        Ok(swing::swings(model, step, &asked, &frames, options.seed, options.paths, self.monitor)?)
    }

    fn row(
        &self,
        request: usize,
        player: &Player,
        other: Option<&Player>,
        index: IndexKind,
        (share, interval): Judged,
        points: Points,
    ) -> IndexRow {
        let model = &self.study.model;
        let mut members = player.members(model);
        members.extend(other.into_iter().flat_map(|other| other.members(model)));
        IndexRow {
            driven: self.asked[request].driven.clone(),
            input: player.name.clone(),
            other: other.map(|other| other.name.clone()),
            members,
            index,
            share,
            interval,
            n: points.n,
            excluded: points.excluded,
            needed: None,
        }
    }
}

fn sets(players: &[Player]) -> Vec<Vec<InputId>> {
    players.iter().map(|player| player.inputs.clone()).collect()
}
