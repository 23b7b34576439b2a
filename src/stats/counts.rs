//! Integer counts over the bins of a layout, and the smallest and largest value of all: a few bytes a bin.

use super::histogram::Bin;
use super::{Layout, Merge};
use crate::kernel::{BLOCK, Level, at_each_level};

/// Bin numbers that are gathered before they are counted, so that the counts of one output stay in the first-level cache
/// for a while although a path has many outputs.
const PENDING: usize = 2048;

#[derive(Clone, Debug)]
pub(super) struct Counts {
    /// Bin numbers of values not counted yet; never more than `PENDING`.
    pending: Vec<u16>,
    /// Counts of the last values. Half the size of what the whole run may need, and so half the cache.
    recent: Vec<u32>,
    /// Values in `recent`.
    in_recent: u64,
    /// Counts of the values before; empty while there are none.
    before: Vec<u64>,
    low: f64,
    high: f64,
}

impl Counts {
    pub(super) fn new(layout: &Layout) -> Self {
        Counts {
            pending: Vec::with_capacity(PENDING),
            recent: vec![0; layout.bins()],
            in_recent: 0,
            before: Vec::new(),
            low: f64::INFINITY,
            high: f64::NEG_INFINITY,
        }
    }

    /// Adds finite values.
    pub(super) fn add(&mut self, level: Level, layout: &Layout, column: &[f64]) {
        for values in column.chunks(BLOCK) {
            if self.pending.len() + values.len() > PENDING {
                self.count_pending();
            }
            let known = self.pending.len();
            self.pending.resize(known + values.len(), 0);
            layout.bins_of(level, values, &mut self.pending[known..]);
            extremes(level, &mut self.low, &mut self.high, values);
        }
    }

    fn count_pending(&mut self) {
        if self.in_recent + self.pending.len() as u64 > u64::from(u32::MAX) {
            let before = std::mem::take(&mut self.before);
            self.before = totals(&self.recent, before);
            self.recent.fill(0);
            self.in_recent = 0;
        }
        self.in_recent += self.pending.len() as u64;
        for &number in &self.pending {
            self.recent[usize::from(number)] += 1;
        }
        self.pending.clear();
    }

    /// The bins with values, in ascending order. The values of a bin are taken as spread evenly over it, each in the
    /// middle of its share; none lies beyond the smallest and the largest value seen.
    pub(super) fn bins(&self, layout: &Layout) -> Vec<Bin> {
        let mut counts = totals(&self.recent, self.before.clone());
        self.pending.iter().for_each(|&number| counts[usize::from(number)] += 1);
        let (least, greatest) = (self.low + 0.0, self.high + 0.0);
        let held = counts.iter().zip(layout.edges()).filter(|&(&count, _)| count > 0);
        let mut bins: Vec<Bin> = held
            .map(|(&count, (low, high))| {
                let (low, high) = (low.clamp(least, greatest), high.clamp(least, greatest));
                let inset = (high / 2.0 - low / 2.0) / count as f64;
                let (low, high) = (low + inset, (high - inset).max(low + inset));
                Bin { count, low, high }
            })
            .collect();
        // The ends of all are known exactly.
        if let Some(first) = bins.first_mut() {
            first.low = least;
            first.high = if first.count == 1 { least } else { first.high };
        }
        if let Some(last) = bins.last_mut() {
            last.high = greatest;
            last.low = if last.count == 1 { greatest } else { last.low };
        }
        bins
    }
}

impl Merge for Counts {
    fn merge(&mut self, other: &Self) {
        debug_assert_eq!(self.recent.len(), other.recent.len(), "histograms of different layouts do not merge");
        let before = std::mem::take(&mut self.before);
        self.before = totals(&other.recent, if before.is_empty() { vec![0; other.recent.len()] } else { before });
        self.before.iter_mut().zip(&other.before).for_each(|(count, added)| *count += added);
        other.pending.iter().for_each(|&number| self.before[usize::from(number)] += 1);
        // Adding 0 turns -0 into 0, as everywhere in the histograms.
        self.low = self.low.min(other.low) + 0.0;
        self.high = self.high.max(other.high) + 0.0;
    }
}

/// `recent` and `before` together.
fn totals(recent: &[u32], mut before: Vec<u64>) -> Vec<u64> {
    before.resize(recent.len(), 0);
    before.iter_mut().zip(recent).for_each(|(count, &added)| *count += u64::from(added));
    before
}

at_each_level! {
    fn extremes(low: &mut f64, high: &mut f64, values: &[f64]) {
        const LANES: usize = 16;
        let mut lows = [*low; LANES];
        let mut highs = [*high; LANES];
        let (rows, rest) = values.as_chunks::<LANES>();
        for row in rows {
            for (lane, &x) in row.iter().enumerate() {
                lows[lane] = if x < lows[lane] { x } else { lows[lane] };
                highs[lane] = if x > highs[lane] { x } else { highs[lane] };
            }
        }
        *low = lows.iter().chain(rest).copied().fold(*low, f64::min);
        *high = highs.iter().chain(rest).copied().fold(*high, f64::max);
    }
}
