//! Integer counts over the bins of a layout, and the smallest and largest value of all: a few bytes a bin.

use super::histogram::{Bin, read_range};
use super::{Layout, Malformed, Merge, StateReader, StateWriter};
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
    /// How many values were the layout's atom; they are in no other count.
    at_atom: u64,
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
            at_atom: 0,
            low: f64::INFINITY,
            high: f64::NEG_INFINITY,
        }
    }

    /// Adds finite values.
    ///
    /// An atom is counted by comparison, and the rest moved together: it would add to one counter again and again, each time
    /// waiting for the last.
    pub(super) fn add(&mut self, level: Level, layout: &Layout, column: &[f64]) {
        let Some(atom) = layout.atom() else { return self.add_each(level, layout, column) };
        for values in column.chunks(BLOCK) {
            let mut others = [0.0; BLOCK];
            let count = others_than(atom, values, &mut others);
            if count < values.len() {
                self.at_atom += (values.len() - count) as u64;
                (self.low, self.high) = (self.low.min(atom), self.high.max(atom));
            }
            self.add_each(level, layout, &others[..count]);
        }
    }

    fn add_each(&mut self, level: Level, layout: &Layout, column: &[f64]) {
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

    /// The counts of all bins, without what was counted as the atom.
    fn by_bin(&self) -> Vec<u64> {
        let mut counts = totals(&self.recent, self.before.clone());
        self.pending.iter().for_each(|&number| counts[usize::from(number)] += 1);
        counts
    }

    /// The counts, the number of values that were the atom, and, where there is any value, the smallest and the largest.
    pub(super) fn store(&self, to: &mut StateWriter) {
        let counts = self.by_bin();
        to.counts(&counts);
        to.count(self.at_atom);
        if self.at_atom > 0 || counts.iter().any(|&count| count > 0) {
            // Adding 0 turns -0 into 0, as everywhere in the histograms.
            to.float(self.low + 0.0);
            to.float(self.high + 0.0);
        }
    }

    /// How many values there are.
    pub(super) fn n(&self) -> u64 {
        self.by_bin().iter().sum::<u64>() + self.at_atom
    }

    /// Takes in stored counts.
    pub(super) fn restore(&mut self, from: &mut StateReader<'_>, layout: &Layout) -> Result<(), Malformed> {
        let mut counts = vec![0; layout.bins()];
        let others = from.counts(&mut counts)?;
        let at_atom = from.count()?;
        Malformed::unless(at_atom == 0 || layout.atom().is_some(), "there is no common value to be counted")?;
        *self = Counts { before: counts, at_atom, ..Counts::new(layout) };
        let n = others.checked_add(at_atom).filter(|&n| n <= from.paths());
        if n.ok_or(Malformed("a histogram has more values than there are paths"))? > 0 {
            (self.low, self.high) = read_range(from)?;
        }
        Ok(())
    }

    /// The bins with values, in ascending order. The values of a bin are taken as spread evenly over it, each in the
    /// middle of its share; none lies beyond the smallest and the largest value seen.
    pub(super) fn bins(&self, layout: &Layout) -> Vec<Bin> {
        let mut counts = self.by_bin();
        if let Some(atom) = layout.atom() {
            counts[layout.bin(atom)] += self.at_atom;
        }
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
        if other.before.is_empty() && self.in_recent + other.in_recent <= u64::from(u32::MAX) {
            self.recent.iter_mut().zip(&other.recent).for_each(|(count, added)| *count += added);
            self.in_recent += other.in_recent;
        } else {
            self.before = totals(&other.recent, std::mem::take(&mut self.before));
            self.before.iter_mut().zip(&other.before).for_each(|(count, added)| *count += added);
        }
        if self.pending.len() + other.pending.len() > PENDING {
            self.count_pending();
        }
        self.pending.extend(&other.pending);
        self.at_atom += other.at_atom;
        // Adding 0 turns -0 into 0, as everywhere in the histograms.
        self.low = self.low.min(other.low) + 0.0;
        self.high = self.high.max(other.high) + 0.0;
    }
}

/// Moves the values that are not the atom to the front of `others`, in their order, and returns how many there are.
fn others_than(atom: f64, values: &[f64], others: &mut [f64; BLOCK]) -> usize {
    let mut count = 0;
    for &x in values {
        // Every value is written, and kept where the next one is written behind it: no branch to mispredict.
        others[count % BLOCK] = x;
        count += usize::from(x != atom);
    }
    count
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Pilot;
    use crate::stats::testing::level;

    /// Columns of which two thirds are 0, all of it, and none: the bins hold what counting bin by bin gives.
    #[test]
    fn an_atom_is_counted_as_any_other_value() {
        let value = |k: u32, atoms: u32| if k % 3 < atoms { 0.0 } else { f64::from(k % 701) / 701.0 };
        let pilot: Vec<f64> = (0..4096).map(|k| value(k, 2)).collect();
        let layout = Layout::from_pilot(&Pilot::new(pilot), 4096);
        assert_eq!(layout.atom(), Some(0.0));
        let (mut counts, mut other) = (Counts::new(&layout), Counts::new(&layout));
        let (mut plain, mut low, mut high) = (vec![0; layout.bins()], f64::INFINITY, f64::NEG_INFINITY);
        for (number, atoms) in [2, 3, 0, 2].into_iter().enumerate() {
            let column: Vec<f64> = (0..1300 + 7 * number as u32).map(|k| value(k, atoms)).collect();
            [&mut counts, &mut other][number % 2].add(level(), &layout, &column);
            column.iter().for_each(|&x| plain[layout.bin(x)] += 1);
            low = column.iter().copied().fold(low, f64::min);
            high = column.iter().copied().fold(high, f64::max);
        }
        counts.merge(&other);
        let bins = counts.bins(&layout);
        let expected: Vec<u64> = plain.into_iter().filter(|&count| count > 0).collect();
        assert_eq!(bins.iter().map(|bin| bin.count).collect::<Vec<_>>(), expected);
        assert_eq!((bins[0].low, bins.last().map(|bin| bin.high)), (low, Some(high)));
    }

    #[test]
    fn values_that_are_not_common_are_no_atom() {
        let layout = |values: Vec<f64>| Layout::from_pilot(&Pilot::new(values), 4096);
        assert_eq!(layout((0..4096).map(f64::from).collect()).atom(), None);
        assert_eq!(layout((0..4096).map(|k| f64::from(k.max(900))).collect()).atom(), None);
        assert_eq!(layout((0..4096).map(|k| f64::from(k.max(1100))).collect()).atom(), Some(1100.0));
        assert_eq!((layout(vec![]).atom(), layout(vec![5.0]).atom()), (None, None));
    }
}
