//! Integer counts over the bins of a layout, with the smallest and the largest value of each.

use super::histogram::{Bin, read_range};
use super::{Layout, Malformed, Merge, StateReader, StateWriter};
use crate::kernel::{BLOCK, Level};

/// 24 bytes a bin.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ranges {
    bins: Vec<Bin>,
}

const EMPTY: Bin = Bin { count: 0, low: f64::INFINITY, high: f64::NEG_INFINITY };

impl Ranges {
    pub(super) fn new(layout: &Layout) -> Self {
        Ranges { bins: vec![EMPTY; layout.bins()] }
    }

    /// Adds finite values.
    pub(super) fn add(&mut self, level: Level, layout: &Layout, column: &[f64]) {
        let mut numbers = [0; BLOCK];
        for values in column.chunks(BLOCK) {
            layout.bins_of(level, values, &mut numbers[..values.len()]);
            for (&x, &number) in values.iter().zip(&numbers) {
                let bin = &mut self.bins[usize::from(number)];
                bin.count += 1;
                // Adding 0 turns -0 into 0: which of the two a bin's range shows must not depend on the order.
                let x = x + 0.0;
                // Comparisons instead of `min` and `max`: one instruction each, and NaN cannot occur.
                bin.low = if x < bin.low { x } else { bin.low };
                bin.high = if x > bin.high { x } else { bin.high };
            }
        }
    }

    /// The counts, and of each bin with values the smallest and, where there are several, the largest.
    pub(super) fn store(&self, to: &mut StateWriter) {
        let counts: Vec<u64> = self.bins.iter().map(|bin| bin.count).collect();
        to.counts(&counts);
        for bin in self.bins.iter().filter(|bin| bin.count > 0) {
            to.float(bin.low);
            if bin.count > 1 {
                to.float(bin.high);
            }
        }
    }

    /// How many values there are.
    pub(super) fn n(&self) -> u64 {
        self.bins.iter().map(|bin| bin.count).sum()
    }

    /// Takes in stored counts and ranges.
    pub(super) fn restore(&mut self, from: &mut StateReader<'_>, layout: &Layout) -> Result<(), Malformed> {
        let mut counts = vec![0; layout.bins()];
        from.counts(&mut counts)?;
        for (number, (bin, count)) in self.bins.iter_mut().zip(counts).enumerate() {
            let (low, high) = match count {
                0 => (EMPTY.low, EMPTY.high),
                1 => [from.float()?; 2].into(),
                _ => read_range(from)?,
            };
            let is_in_bin = |x: f64| x.is_finite() && layout.bin(x) == number;
            Malformed::unless(count == 0 || (is_in_bin(low) && is_in_bin(high)), "a value is in no bin of its own")?;
            *bin = Bin { count, low, high };
        }
        Ok(())
    }

    /// The bins with values, in ascending order.
    pub(super) fn bins(&self) -> Vec<Bin> {
        self.bins.iter().copied().filter(|bin| bin.count > 0).collect()
    }
}

impl Merge for Ranges {
    fn merge(&mut self, other: &Self) {
        debug_assert_eq!(self.bins.len(), other.bins.len(), "histograms of different layouts do not merge");
        for (bin, added) in self.bins.iter_mut().zip(&other.bins) {
            bin.count += added.count;
            bin.low = bin.low.min(added.low);
            bin.high = bin.high.max(added.high);
        }
    }
}
