//! Where among its inputs an outcome lives: boxes found on half of the paths and measured on the other half.

mod condition;
mod plane;
mod prim;
mod sample;

pub use condition::{CONDITION, target_named, with_condition};

use crate::engine::{Measured, Monitor, RunError, coordinates};
use crate::kernel::{BLOCK, Level};
use crate::model::{Model, VarId};
use crate::results::{BoxRow, Discovery, LimitRow, TradeOffRow};
use crate::rng::{Component, Lanes, StreamKey};
use prim::{Inside, Points, Region, peel, simplify};
use sample::sample;

/// Boxes at most.
const BOXES: u64 = 3;
/// Share of the outcomes that a further box must add.
const WORTH_A_BOX: f64 = 0.05;
/// Half samples that a box is found on again.
const RESAMPLES: u64 = 10;
/// Half samples that must bound an input on a side for the bound to stay: one that most of them do not find is a chance of
/// this sample.
const STABLE: u64 = 5;

/// What a search is asked for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DiscoverOptions {
    /// Paths, of which every second one is held out.
    pub paths: u64,
    /// Seed of every stream: paths are those of the run of this seed.
    pub seed: u64,
    /// Series are averaged up to this step; the last one by default.
    pub until: Option<usize>,
}

impl Default for DiscoverOptions {
    fn default() -> Self {
        DiscoverOptions { paths: 32_768, seed: 1, until: None }
    }
}

/// Looks for boxes in the space of inputs in which a target of a model is frequent. Without a path that has the outcome, or
/// without one that has not, there is no box.
///
/// # Errors
///
/// [`RunError::Cancelled`] once the monitor asks to end.
///
/// # Panics
///
/// When the model has no target of this number.
pub fn discover(
    model: &Model,
    target: usize,
    options: &DiscoverOptions,
    monitor: &dyn Monitor,
) -> Result<Discovery, RunError> {
    let target = &model.targets[target];
    let until = options.until.unwrap_or(model.horizon.last());
    let measured = coordinates(model, until);
    let condition: VarId = target.condition;
    let sampled = sample(model, &measured, condition, options.seed, options.paths, monitor)?;
    let search = Search {
        measured: &measured,
        points: Points { columns: &sampled.columns, has_outcome: &sampled.has_outcome },
        seed: options.seed,
        monitor,
    };
    let mut discovery = search.boxes()?;
    discovery.condition.clone_from(&target.text);
    Ok(discovery)
}

/// A search on its way.
struct Search<'a> {
    measured: &'a [Measured],
    points: Points<'a>,
    seed: u64,
    monitor: &'a dyn Monitor,
}

impl Search<'_> {
    fn hits(&self, among: &[usize]) -> usize {
        among.iter().filter(|&&point| self.points.has_outcome[point]).count()
    }

    fn boxes(&self) -> Result<Discovery, RunError> {
        let halves = |odd: usize| (0..self.points.has_outcome.len()).filter(|point| point % 2 == odd).collect();
        let (mut found_on, mut held_out): (Vec<usize>, Vec<usize>) = (halves(0), halves(1));
        let (all, all_hits) = (held_out.len(), self.hits(&held_out));
        let mut discovery =
            Discovery { share: (all > 0).then(|| all_hits as f64 / all as f64), ..Discovery::default() };
        for number in 1..=BOXES {
            let (hits, left) = (self.hits(&held_out), held_out.len());
            let worth = ((WORTH_A_BOX * all_hits as f64).ceil() as usize).max(1);
            if hits < worth || hits == left {
                break;
            }
            let (regions, chosen) = self.found(&found_on, &held_out);
            let region = simplify(regions[chosen].clone(), self.points, &found_on, self.hits(&found_on));
            let again = self.resampled(number, &found_on, &held_out)?;
            let region = without_chance(region, &again);
            let inside = region.count(self.points, &held_out);
            if region.limits() == 0 || inside.hits < worth {
                break;
            }
            let share = |hits: usize, of: usize| (of > 0).then(|| hits as f64 / of as f64);
            let mass = |inside: Inside| inside.n as f64 / all as f64;
            for (step, region) in regions.iter().enumerate() {
                let inside = region.count(self.points, &held_out);
                discovery.trade_off.push(TradeOffRow {
                    number,
                    peel: step as u64,
                    coverage: share(inside.hits, all_hits),
                    density: share(inside.hits, inside.n),
                    mass: mass(inside),
                    limits: region.limits() as u64,
                    is_chosen: step == chosen,
                });
            }
            discovery.boxes.push(BoxRow {
                number,
                coverage: share(inside.hits, all_hits),
                density: share(inside.hits, inside.n),
                mass: mass(inside),
                n: inside.n as u64,
            });
            discovery.limits.extend(self.limits(number, &region, &again));
            let strongest = plane::strongest(&region, &regions, self.points, &held_out);
            discovery.plane.extend(
                strongest
                    .iter()
                    .flat_map(|&pair| plane::cells(number, pair, self.measured, &region, self.points, &held_out)),
            );
            found_on.retain(|&point| !region.contains(self.points, point));
            held_out.retain(|&point| !region.contains(self.points, point));
        }
        Ok(discovery)
    }

    /// Regions peeled on one half, and the place of the one that does best on the other; of equal ones the larger.
    fn found(&self, found_on: &[usize], held_out: &[usize]) -> (Vec<Region>, usize) {
        let regions = peel(self.points, found_on);
        let all_hits = self.hits(held_out);
        let f1: Vec<f64> = regions.iter().map(|region| region.count(self.points, held_out).f1(all_hits)).collect();
        let best = (0..f1.len()).rev().max_by(|&a, &b| f1[a].total_cmp(&f1[b])).unwrap_or(0);
        (regions, best)
    }

    /// By coordinate, how many half samples bound it below and above.
    fn resampled(&self, number: u64, found_on: &[usize], held_out: &[usize]) -> Result<Vec<[u64; 2]>, RunError> {
        let mut again = vec![[0u64; 2]; self.measured.len()];
        for resample in 0..RESAMPLES {
            if self.monitor.is_cancelled() {
                return Err(RunError::Cancelled);
            }
            let half = self.half(number * RESAMPLES + resample, found_on);
            let (regions, chosen) = self.found(&half, held_out);
            let other = simplify(regions[chosen].clone(), self.points, &half, self.hits(&half));
            for (counts, (low, high)) in again.iter_mut().zip(&other.bounds) {
                counts[0] += u64::from(low.is_finite());
                counts[1] += u64::from(high.is_finite());
            }
        }
        Ok(again)
    }

    /// The bounds of a region, the most stable first.
    fn limits(&self, number: u64, region: &Region, again: &[[u64; 2]]) -> Vec<LimitRow> {
        let bounded = region.bounds.iter().enumerate().filter(|(_, (low, high))| low.is_finite() || high.is_finite());
        let row = |(coordinate, &(low, high)): (usize, &(f64, f64))| {
            let sides = [low.is_finite(), high.is_finite()];
            let counts = sides.iter().zip(again[coordinate]).filter(|(bounded, _)| **bounded).map(|(_, count)| count);
            LimitRow {
                number,
                input: self.measured[coordinate].input.clone(),
                coordinate: self.measured[coordinate].coordinate,
                low: low.is_finite().then_some(low),
                high: high.is_finite().then_some(high),
                stability: counts.min().unwrap_or(0) as f64 / RESAMPLES as f64,
            }
        };
        let mut rows: Vec<LimitRow> = bounded.map(row).collect();
        rows.sort_by(|a, b| b.stability.total_cmp(&a.stability));
        rows
    }

    /// Half of the points, by a coin each.
    fn half(&self, number: u64, among: &[usize]) -> Vec<usize> {
        let key = StreamKey::new(self.seed, "\0half samples", Component::Fresh);
        let mut lanes = Lanes::seed(Level::Portable, &key, number);
        let mut coins = Vec::new();
        while coins.len() < among.len() {
            let mut column = [0.0; BLOCK];
            lanes.fill_uniform(Level::Portable, &mut column);
            coins.extend(column.map(|u| u < 0.5));
        }
        among.iter().zip(coins).filter(|(_, heads)| *heads).map(|(&point, _)| point).collect()
    }
}

/// The region without the bounds that fewer than [`STABLE`] half samples find again.
fn without_chance(mut region: Region, again: &[[u64; 2]]) -> Region {
    for ((low, high), counts) in region.bounds.iter_mut().zip(again) {
        if counts[0] < STABLE {
            *low = f64::NEG_INFINITY;
        }
        if counts[1] < STABLE {
            *high = f64::INFINITY;
        }
    }
    region
}
