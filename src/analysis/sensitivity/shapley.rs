//! Shapley effects: the average, over the orders in which inputs become known, of the variance that each takes away.
//!
//! With Y_k the model at path B with the first k players of an order drawn as on A, given these, the increment
//! (Y_k - Y_k-1)(A - (Y_k + Y_k-1) / 2) has the mean Var(E[Y | first k]) - Var(E[Y | first k - 1]), and all of them add up to
//! (A - B)^2 / 2: T. Goda (2021), A simple algorithm for global sensitivity analysis with Shapley effects, Reliability
//! Engineering and System Safety 213, 107702, doi:10.1016/j.ress.2021.107702.

use super::corners::{Corners, Estimator, Points};
use crate::engine::{Blocks, Monitor, RunError};
use crate::kernel::{BLOCK, Level};
use crate::model::{InputId, Model};
use crate::program::{Replica, Request, Shocks};
use crate::rng::{Component, Lanes, StreamKey};
use crate::stats::{ExactSum, Frame, Merge, RatioSums};
use rayon::prelude::*;

/// Up to here all sets of players are evaluated, so that no order is left out.
const FEW: usize = 8;
/// Tied players up to this number have all their orders equally often: with an order a block, which of two tied players is
/// known first would be most of the error.
const TIED: usize = 4;
/// Units of orders at least: the error is read off the scatter between them.
const UNITS: u64 = 8;

/// Shapley effects of every player on every request.
#[derive(Clone, Debug)]
pub(super) struct Effects {
    /// By request and player.
    pub(super) sums: Vec<Vec<RatioSums>>,
    /// By request and player, whether anything that the player moves reaches the request: without, the effect is 0 for certain.
    pub(super) reached: Vec<Vec<bool>>,
    /// By request.
    pub(super) points: Vec<Points>,
    /// Independent units behind an error where they are few; none where they are paths.
    pub(super) units: Option<u64>,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Game<'a> {
    pub(super) model: &'a Model,
    /// Disjoint sets of inputs, each ascending, all inputs among them.
    pub(super) players: &'a [Vec<InputId>],
    pub(super) requests: &'a [Request],
    pub(super) frames: &'a [Frame],
    pub(super) seed: u64,
    pub(super) paths: u64,
}

impl Game<'_> {
    /// The effects, from all sets of few players and from sampled orders of many.
    pub(super) fn effects(&self, monitor: &dyn Monitor) -> Result<Effects, RunError> {
        if self.players.len() <= FEW { self.over_all_sets(monitor) } else { self.over_orders(monitor) }
    }

    /// The shocks of B with those of these players as on A, given theirs.
    fn known(&self, players: impl IntoIterator<Item = usize>) -> Shocks {
        let mut given: Vec<InputId> = players.into_iter().flat_map(|player| self.players[player].clone()).collect();
        given.sort_unstable();
        Shocks::Mixed { given, from: Replica::Run }
    }

    fn over_all_sets(&self, monitor: &dyn Monitor) -> Result<Effects, RunError> {
        let count = self.players.len();
        let sets = 0..1usize << count;
        let ways: Vec<Shocks> =
            sets.map(|set| self.known((0..count).filter(move |player| set >> player & 1 == 1))).collect();
        let corners = Corners::new(self.model, &ways, self.requests, self.frames);
        let requests = self.requests.len();
        let empty = AllSets {
            sums: vec![vec![RatioSums::new(); count]; requests],
            reached: vec![vec![false; count]; requests],
        };
        let seen = corners.run(self.seed, Blocks::of_paths(self.paths), &empty, monitor)?;
        let AllSets { sums, reached } = seen.estimator;
        Ok(Effects { sums, reached, points: seen.points, units: None })
    }

    fn over_orders(&self, monitor: &dyn Monitor) -> Result<Effects, RunError> {
        let tied = self.tied_players();
        let orders = tied.iter().map(|tied| (1..=tied.len()).product::<usize>()).max().unwrap_or(1).max(2) as u64;
        let units = self.paths.div_ceil(BLOCK as u64).div_ceil(orders).max(UNITS);
        let blocks = Blocks::whole(units * orders);
        let count = self.players.len();
        let empty = Chain {
            sums: vec![vec![ExactSum::new(); count + 1]; self.requests.len()],
            reached: vec![vec![false; count]; self.requests.len()],
        };
        let mut effects = Effects {
            sums: vec![vec![RatioSums::new(); count]; self.requests.len()],
            reached: vec![vec![false; count]; self.requests.len()],
            points: vec![Points::default(); self.requests.len()],
            units: Some(units),
        };
        for unit in 0..units {
            let chains: Vec<_> = (0..orders)
                .into_par_iter()
                .map(|turn| {
                    if monitor.is_cancelled() {
                        return Err(RunError::Cancelled);
                    }
                    let order = self.order(unit, turn, &tied);
                    let ways: Vec<Shocks> =
                        (0..=count).map(|known| self.known(order[..known].iter().copied())).collect();
                    let corners = Corners::new(self.model, &ways, self.requests, self.frames);
                    let block = blocks.block(unit * orders + turn);
                    let seen = corners.run_block(self.seed, block, &empty);
                    monitor.advance(block.paths as u64);
                    Ok((order, seen))
                })
                .collect::<Result<_, RunError>>()?;
            effects.add_unit(&chains.iter().map(|(order, seen)| (&order[..], &seen.estimator)).collect::<Vec<_>>());
            for (_, seen) in &chains {
                for (own, more) in effects.points.iter_mut().zip(&seen.points) {
                    own.n += more.n;
                    own.excluded += more.excluded;
                }
            }
        }
        Ok(effects)
    }

    /// Players that are tied with one another, in groups of at most [`TIED`].
    fn tied_players(&self) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for group in &self.model.correlations {
            let in_it = |player: &usize| self.players[*player].iter().any(|id| group.members.contains(id));
            let mut joined: Vec<usize> = (0..self.players.len()).filter(in_it).collect();
            // A player with inputs in two groups ties the players of both.
            let (touching, apart): (Vec<_>, Vec<_>) =
                groups.into_iter().partition(|other| other.iter().any(|player| joined.contains(player)));
            joined.extend(touching.into_iter().flatten());
            joined.sort_unstable();
            joined.dedup();
            groups = apart;
            groups.push(joined);
        }
        groups.retain(|group| (2..=TIED).contains(&group.len()));
        groups
    }

    /// An order of the players: sampled, every second one the reverse of the one before, with the tied ones among themselves
    /// in the next of all their orders.
    fn order(&self, unit: u64, turn: u64, tied: &[Vec<usize>]) -> Vec<usize> {
        let key = StreamKey::new(self.seed, "\0orders of inputs", Component::Fresh);
        let mut lanes = Lanes::seed(Level::Portable, &key, (unit << 32) + turn / 2);
        let mut keys = Vec::new();
        while keys.len() < self.players.len() {
            let mut column = [0.0; BLOCK];
            lanes.fill_uniform(Level::Portable, &mut column);
            keys.extend(column);
        }
        let mut order: Vec<usize> = (0..self.players.len()).collect();
        order.sort_by(|a, b| keys[*a].total_cmp(&keys[*b]));
        if turn % 2 == 1 {
            order.reverse();
        }
        for group in tied {
            let places: Vec<usize> = (0..order.len()).filter(|place| group.contains(&order[*place])).collect();
            let arranged = arrangement(group, turn as usize);
            places.into_iter().zip(arranged).for_each(|(place, player)| order[place] = player);
        }
        order
    }
}

/// The order of this number of a few items, counted round; consecutive ones go through all.
fn arrangement(items: &[usize], number: usize) -> Vec<usize> {
    let mut left = items.to_vec();
    let mut rest = number;
    let pick = |count: usize| {
        let place = rest % count;
        rest /= count;
        left.remove(place)
    };
    (1..=items.len()).rev().map(pick).collect()
}

impl Effects {
    /// Adds a unit: the sums over the paths of all its orders, as one observation.
    fn add_unit(&mut self, chains: &[(&[usize], &Chain)]) {
        for (request, effects) in self.sums.iter_mut().enumerate() {
            let mut increments = vec![ExactSum::new(); effects.len()];
            let mut variance = ExactSum::new();
            for (order, chain) in chains {
                let sums = &chain.sums[request];
                order.iter().zip(sums).for_each(|(player, sum)| increments[*player].merge(sum));
                let reached = &mut self.reached[request];
                order.iter().zip(&chain.reached[request]).for_each(|(player, is)| reached[*player] |= is);
                variance.merge(&sums[effects.len()]);
            }
            for (effect, increment) in effects.iter_mut().zip(&increments) {
                effect.add(Level::Portable, &[increment.value()], &[variance.value()]);
            }
        }
    }
}

/// Path by path, every player's increment averaged over all orders, over (A - B)^2 / 2.
#[derive(Clone, Debug)]
struct AllSets {
    sums: Vec<Vec<RatioSums>>,
    /// By request and player, whether any set of others computes the request otherwise with the player than without.
    reached: Vec<Vec<bool>>,
}

impl Estimator for AllSets {
    fn add(&mut self, level: Level, request: usize, ways: &[&[f64]]) {
        let count = self.sums[request].len();
        let (none, all) = (ways[0], ways[ways.len() - 1]);
        let variance: Vec<f64> = none.iter().zip(all).map(|(b, a)| 0.5 * ((a - b) * (a - b))).collect();
        let factorial = |n: usize| (1..=n).map(|k| k as f64).product::<f64>();
        for (player, sums) in self.sums[request].iter_mut().enumerate() {
            let mut x = vec![0.0; variance.len()];
            for set in (0..ways.len()).filter(|set| set >> player & 1 == 0) {
                let (before, after) = (ways[set], ways[set | 1 << player]);
                if std::ptr::eq(before, after) {
                    continue;
                }
                self.reached[request][player] = true;
                let size = set.count_ones() as usize;
                let weight = factorial(size) * factorial(count - size - 1) / factorial(count);
                for (path, x) in x.iter_mut().enumerate() {
                    *x += weight * increment(before[path], after[path], all[path]);
                }
            }
            sums.add(level, &x, &variance);
        }
    }
}

impl Merge for AllSets {
    fn merge(&mut self, other: &Self) {
        self.sums.merge(&other.sums);
        either(&mut self.reached, &other.reached);
    }
}

/// Marks what either side has reached.
fn either(own: &mut [Vec<bool>], other: &[Vec<bool>]) {
    own.iter_mut().flatten().zip(other.iter().flatten()).for_each(|(own, other)| *own |= other);
}

/// Sums of the increments along one order, and of (A - B)^2 / 2.
#[derive(Clone, Debug)]
struct Chain {
    sums: Vec<Vec<ExactSum>>,
    /// By request and place in the order, whether the step changed how the request is computed.
    reached: Vec<Vec<bool>>,
}

impl Estimator for Chain {
    fn add(&mut self, _level: Level, request: usize, ways: &[&[f64]]) {
        let (first, last) = (ways[0], ways[ways.len() - 1]);
        let sums = &mut self.sums[request];
        let reached = &mut self.reached[request];
        for ((sum, reached), pair) in sums.iter_mut().zip(reached).zip(ways.windows(2)) {
            if !std::ptr::eq(pair[0], pair[1]) {
                *reached = true;
                let terms = pair[0].iter().zip(pair[1]).zip(last);
                sum.add(terms.map(|((before, after), a)| increment(*before, *after, *a)).sum());
            }
        }
        let squares = first.iter().zip(last).map(|(b, a)| 0.5 * ((a - b) * (a - b)));
        sums[ways.len() - 1].add(squares.sum());
    }
}

impl Merge for Chain {
    fn merge(&mut self, other: &Self) {
        self.sums.merge(&other.sums);
        either(&mut self.reached, &other.reached);
    }
}

#[inline(always)]
fn increment(before: f64, after: f64, a: f64) -> f64 {
    (after - before) * (a - 0.5 * (after + before))
}

#[cfg(test)]
mod tests {
    use super::arrangement;

    #[test]
    fn arrangements_go_through_all_orders() {
        let all: std::collections::HashSet<Vec<usize>> = (0..24).map(|k| arrangement(&[3, 5, 7, 9], k)).collect();
        assert_eq!(all.len(), 24);
        assert_eq!(arrangement(&[1, 2], 3), [2, 1]);
    }
}
