//! First, total and second order from four corners of every pair of paths.
//!
//! With f at A, at B, at A with an input's stream of B (AB) and at B with that of A (BA): first order 2 E[(BA - B)(A - AB)]
//! / E[(A - B)^2 + (BA - AB)^2], total E[(B - BA)^2 + (A - AB)^2] / the same: I. Azzini, T. A. Mara and R. Rosati (2020),
//! Monte Carlo estimators of first- and total-orders Sobol' indices, arXiv:2006.08232. Mixed paths are drawn given the
//! stream that they share, so that the identities hold for tied inputs: the total order is that of the complement, whose
//! streams are shared.

use super::corners::Estimator;
use crate::kernel::{Level, at_each_level};
use crate::model::{InputId, Model};
use crate::program::{Replica, Shocks};
use crate::stats::{Merge, RatioSums};

/// The ways A and B.
const A: usize = 0;
const B: usize = 1;

/// Places of two mixed ways: B with a set of A, and A with the set of B.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mixed {
    ba: usize,
    ab: usize,
}

/// Ways to draw the shocks, and which of them each index reads.
#[derive(Clone, Debug)]
pub(super) struct Ways {
    pub(super) shocks: Vec<Shocks>,
    /// By player: the ways that share its streams, and those that share all others.
    players: Vec<[Mixed; 2]>,
    /// Pairs of players, with the ways that share the streams of both.
    pairs: Vec<([usize; 2], Mixed)>,
}

impl Ways {
    /// The ways for players, each a set of inputs, ascending; and for these pairs of them.
    pub(super) fn new(model: &Model, players: &[Vec<InputId>], pairs: &[[usize; 2]]) -> Ways {
        let nothing_given = Shocks::Mixed { given: Vec::new(), from: Replica::Run };
        let mut ways = Ways { shocks: vec![Shocks::Run, nothing_given], players: Vec::new(), pairs: Vec::new() };
        for player in players {
            let given = ways.add(player.clone());
            // Where nothing ties the inputs to others, sharing the others is sharing what the second path has of them.
            let freed = match is_closed(model, player) {
                true => Mixed { ba: given.ba, ab: given.ab },
                false => {
                    let others = ways.add(others(model, player));
                    Mixed { ba: others.ab, ab: others.ba }
                }
            };
            ways.players.push([given, freed]);
        }
        for &[i, j] in pairs {
            let mut both = [&players[i][..], &players[j][..]].concat();
            both.sort_unstable();
            both.dedup();
            let mixed = ways.add(both);
            ways.pairs.push(([i, j], mixed));
        }
        ways
    }

    fn add(&mut self, given: Vec<InputId>) -> Mixed {
        let place = self.shocks.len();
        self.shocks.push(Shocks::Mixed { given: given.clone(), from: Replica::Run });
        self.shocks.push(Shocks::Mixed { given, from: Replica::Second });
        Mixed { ba: place, ab: place + 1 }
    }

    /// Indices of a request: first and total of every player, then the second orders.
    fn count(&self) -> usize {
        2 * self.players.len() + self.pairs.len()
    }
}

/// Whether no input of the set is in a group of tied inputs with one that is not.
fn is_closed(model: &Model, set: &[InputId]) -> bool {
    let within = |id: &InputId| set.binary_search(id).is_ok();
    model.correlations.iter().all(|group| {
        let members = group.members.iter().filter(|id| within(id)).count();
        members == 0 || members == group.members.len()
    })
}

/// All inputs that are not in the set.
pub(super) fn others(model: &Model, set: &[InputId]) -> Vec<InputId> {
    (0..model.inputs.len() as u32).map(InputId).filter(|id| set.binary_search(id).is_err()).collect()
}

/// Sums behind every index of every request.
#[derive(Clone, Debug)]
pub(super) struct Indices<'w> {
    ways: &'w Ways,
    /// By request and index; none while nothing that is drawn otherwise has reached the request.
    sums: Vec<Option<Box<RatioSums>>>,
    x: Vec<f64>,
    y: Vec<f64>,
}

impl<'w> Indices<'w> {
    pub(super) fn new(ways: &'w Ways, requests: usize) -> Self {
        Indices { ways, sums: vec![None; requests * ways.count()], x: Vec::new(), y: Vec::new() }
    }

    /// Bytes of all sums of so many requests.
    pub(super) fn memory(ways: &Ways, requests: usize) -> u64 {
        (requests * ways.count() * size_of::<RatioSums>()) as u64
    }

    /// The sums of a player's first and total order; none where nothing that it moves reaches the request.
    pub(super) fn of_player(&self, request: usize, player: usize) -> [Option<&RatioSums>; 2] {
        let at = request * self.ways.count() + 2 * player;
        [at, at + 1].map(|at| self.sums[at].as_deref())
    }

    /// The sums of the second order of a pair, by its number.
    pub(super) fn of_pair(&self, request: usize, pair: usize) -> Option<&RatioSums> {
        self.sums[request * self.ways.count() + 2 * self.ways.players.len() + pair].as_deref()
    }
}

impl Estimator for Indices<'_> {
    fn add(&mut self, level: Level, request: usize, ways: &[&[f64]]) {
        let count = self.ways.count();
        let (x, y) = (&mut self.x, &mut self.y);
        let n = ways[A].len();
        x.resize(n, 0.0);
        y.resize(n, 0.0);
        let sums = &mut self.sums[request * count..][..count];
        // A way that is computed as A or B is says nothing: the index is 0.
        let is_moved = |mixed: &Mixed| !std::ptr::eq(ways[mixed.ba], ways[B]) || !std::ptr::eq(ways[mixed.ab], ways[A]);
        let corners = |mixed: &Mixed| [ways[A], ways[B], ways[mixed.ba], ways[mixed.ab]];
        for (player, [given, freed]) in self.ways.players.iter().enumerate() {
            if is_moved(given) {
                first_terms(level, x, y, corners(given));
                sums[2 * player].get_or_insert_default().add(level, x, y);
            }
            if is_moved(freed) {
                total_terms(level, x, y, corners(freed));
                sums[2 * player + 1].get_or_insert_default().add(level, x, y);
            }
        }
        let mut part = [vec![0.0; n], vec![0.0; n]];
        for (place, (players, both)) in self.ways.pairs.iter().enumerate() {
            let alone = players.map(|player| &self.ways.players[player][0]);
            if !alone.iter().all(|mixed| is_moved(mixed)) {
                continue;
            }
            first_terms(level, x, y, corners(both));
            for mixed in alone {
                let [own, variance] = &mut part;
                first_terms(level, own, variance, corners(mixed));
                x.iter_mut().zip(own).for_each(|(x, own)| *x -= *own);
                y.iter_mut().zip(variance).for_each(|(y, variance)| *y += *variance);
            }
            // All three have the same expectation below the line.
            y.iter_mut().for_each(|y| *y /= 3.0);
            sums[2 * self.ways.players.len() + place].get_or_insert_default().add(level, x, y);
        }
    }
}

impl Merge for Indices<'_> {
    fn merge(&mut self, other: &Self) {
        for (own, other) in self.sums.iter_mut().zip(&other.sums) {
            match (own.as_mut(), other) {
                (Some(own), Some(other)) => own.merge(other),
                (None, Some(other)) => *own = Some(other.clone()),
                (_, None) => {}
            }
        }
    }
}

at_each_level! {
    fn first_terms(x: &mut [f64], y: &mut [f64], corners: [&[f64]; 4]) {
        let [a, b, ba, ab] = corners.map(|corner| &corner[..x.len()]);
        for i in 0..x.len() {
            x[i] = 2.0 * ((ba[i] - b[i]) * (a[i] - ab[i]));
            y[i] = (a[i] - b[i]) * (a[i] - b[i]) + (ba[i] - ab[i]) * (ba[i] - ab[i]);
        }
    }
}

at_each_level! {
    fn total_terms(x: &mut [f64], y: &mut [f64], corners: [&[f64]; 4]) {
        let [a, b, ba, ab] = corners.map(|corner| &corner[..x.len()]);
        for i in 0..x.len() {
            x[i] = (b[i] - ba[i]) * (b[i] - ba[i]) + (a[i] - ab[i]) * (a[i] - ab[i]);
            y[i] = (a[i] - b[i]) * (a[i] - b[i]) + (ba[i] - ab[i]) * (ba[i] - ab[i]);
        }
    }
}
