//! First and total orders on base points that grow until their intervals are narrow enough.
//!
//! Looks at doublings cost little of the coverage, as for runs that end at a precision. An input whose orders are narrow on
//! everything that is driven drops out: the others alone are evaluated further, on the same base points as if it were there.

use super::corners::Points;
use super::indices::Ways;
use super::intervals::needed;
use super::players::Player;
use super::{Analysis, SensitivityError, sets};
use crate::analysis::precision::FIRST_LOOK;
use crate::engine::{Blocks, RunError};
use crate::kernel::BLOCK;
use crate::results::IndexRow;
use crate::stats::{Merge, RatioSums};

/// What is known of a player on a request: the sums of its first and total order, none where nothing that it moves reaches the
/// request, and the base points behind them.
#[derive(Clone, Debug, Default)]
struct Known {
    sums: [Option<Box<RatioSums>>; 2],
    points: Points,
}

impl Known {
    fn add(&mut self, sums: [Option<&RatioSums>; 2], points: Points) {
        for (own, more) in self.sums.iter_mut().zip(sums) {
            match (own.as_mut(), more) {
                (Some(own), Some(more)) => RatioSums::merge(own, more),
                (None, Some(more)) => *own = Some(Box::new(more.clone())),
                (_, None) => {}
            }
        }
        self.points.n += points.n;
        self.points.excluded += points.excluded;
    }
}

impl Analysis<'_> {
    /// First and total order of every player, each on as many base points as it takes, within the most.
    pub(super) fn grown(&self, players: &[Player], tolerance: f64) -> Result<Vec<IndexRow>, SensitivityError> {
        let (requests, most, limit) = (self.requests.len(), self.options.most, self.options.limits.memory);
        let bytes = (requests * players.len() * 2 * (size_of::<RatioSums>() + size_of::<Known>())) as u64;
        if bytes > limit {
            return Err(RunError::Memory { needed: bytes, limit }.into());
        }
        let mut known = vec![vec![Known::default(); players.len()]; requests];
        let mut open: Vec<usize> = (0..players.len()).collect();
        let (mut seen, mut look) = (0, FIRST_LOOK.min(most));
        while !open.is_empty() {
            let left: Vec<Player> = open.iter().map(|&player| players[player].clone()).collect();
            let ways = Ways::new(&self.study.model, &sets(&left), &[]);
            // All looks but the last end with a whole block.
            let blocks = Blocks::of_paths(look).within(seen / BLOCK as u64..u64::MAX);
            self.evaluate(&ways, blocks, |indices, request, place, points| {
                for (at, &player) in open.iter().enumerate() {
                    known[request][player].add(indices.of_player(place, at), points);
                }
            })?;
            let is_open = |player: &usize| {
                known.iter().zip(self.asked).any(|(known, asked)| {
                    let sums = &known[*player].sums;
                    sums.iter().any(|sums| needed(sums.as_deref(), asked.driven.is_target(), tolerance).is_some())
                })
            };
            open.retain(is_open);
            if look >= most {
                break;
            }
            (seen, look) = (look, look.saturating_mul(2).min(most));
        }
        let rows = known.iter().enumerate().flat_map(|(request, known)| {
            let sums: Vec<_> = known.iter().map(|known| known.sums.each_ref().map(|sums| sums.as_deref())).collect();
            self.rows(request, players, &sums, |player| known[player].points)
        });
        Ok(rows.collect())
    }
}
