//! Histograms over the bins of a layout: integer counts, and the ranges of the bins where these matter.

use super::counts::Counts;
use super::ranges::Ranges;
use super::{Accumulator, Ecdf, Layout, Malformed, Merge, Observations, StateReader, StateWriter, Stored};
use std::sync::Arc;

/// A histogram of finite values; its size depends on the layout alone.
///
/// Where the layout has a bin for every value that repeats and the rest is density, counts say all: a value lies between
/// the edges of its bin. Else bins keep the smallest and the largest of their values as well, at several times the cost.
#[derive(Clone, Debug)]
pub struct Histogram {
    layout: Arc<Layout>,
    bins: Bins,
}

#[derive(Clone, Debug)]
enum Bins {
    Counts(Counts),
    Ranges(Ranges),
}

/// A bin with values: how many, and between which ends they lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bin {
    pub(super) count: u64,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Histogram {
    /// Up to so many values, every bin keeps the range of its values, so that few paths give the very values that occur.
    /// Histograms for fewer and for more values do not merge.
    pub const FEW_VALUES: u64 = 4096;

    /// An empty histogram for about `values` values. Parts of one whole must be told the same number to merge.
    pub fn new(layout: Arc<Layout>, values: u64) -> Self {
        let bins = match layout.is_smooth() && values > Histogram::FEW_VALUES {
            true => Bins::Counts(Counts::new(&layout)),
            false => Bins::Ranges(Ranges::new(&layout)),
        };
        Histogram { layout, bins }
    }

    /// How many values there are.
    pub fn n(&self) -> u64 {
        match &self.bins {
            Bins::Counts(counts) => counts.n(),
            Bins::Ranges(ranges) => ranges.n(),
        }
    }

    /// The distribution of the values, to read quantiles from.
    pub fn ecdf(&self) -> Ecdf {
        Ecdf::new(match &self.bins {
            Bins::Counts(counts) => counts.bins(&self.layout),
            Bins::Ranges(ranges) => ranges.bins(),
        })
    }
}

impl Accumulator for Histogram {
    type Block<'b> = &'b Observations<'b>;

    fn add(&mut self, column: &Observations<'_>) {
        match &mut self.bins {
            Bins::Counts(counts) => counts.add(column.level(), &self.layout, column.finite()),
            Bins::Ranges(ranges) => ranges.add(column.level(), &self.layout, column.finite()),
        }
    }
}

impl Merge for Histogram {
    /// # Panics
    ///
    /// When the other one was made for other data.
    fn merge(&mut self, other: &Self) {
        match (&mut self.bins, &other.bins) {
            (Bins::Counts(counts), Bins::Counts(other)) => counts.merge(other),
            (Bins::Ranges(ranges), Bins::Ranges(other)) => ranges.merge(other),
            _ => panic!("parts of one whole have the same kind of histogram"),
        }
    }
}

impl Stored for Histogram {
    fn store(&self, to: &mut StateWriter) {
        match &self.bins {
            Bins::Counts(counts) => counts.store(to),
            Bins::Ranges(ranges) => ranges.store(to),
        }
    }

    fn restore(&mut self, from: &mut StateReader<'_>) -> Result<(), Malformed> {
        match &mut self.bins {
            Bins::Counts(counts) => counts.restore(from, &self.layout),
            Bins::Ranges(ranges) => ranges.restore(from, &self.layout),
        }
    }
}

/// The smallest and the largest of some values.
pub(super) fn read_range(from: &mut StateReader<'_>) -> Result<(f64, f64), Malformed> {
    let (low, high) = (from.float()?, from.float()?);
    Malformed::unless(low.is_finite() && high.is_finite() && low <= high, "the ends of some values are in no order")?;
    Ok((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Pilot;
    use crate::stats::stored::tests::restored;
    use crate::stats::testing::{observed, seen};
    use proptest::prelude::*;

    #[test]
    fn non_finite_values_are_left_out_and_zero_has_no_sign() {
        let layout = Arc::new(Layout::from_pilot(&Pilot::new(vec![1.0, 2.0, 3.0]), 1024));
        let mut histogram = Histogram::new(layout, 5);
        histogram.add(&observed(&[f64::NAN, 2.5, -0.0, f64::INFINITY, f64::NEG_INFINITY]));
        let ecdf = histogram.ecdf();
        assert_eq!((ecdf.n(), ecdf.max()), (2, Some(2.5)));
        assert_eq!(ecdf.min().map(f64::to_bits), Some(0.0f64.to_bits()));
    }

    proptest! {
        #[test]
        fn any_order_and_grouping_is_the_same_state(
            values in prop::collection::vec(prop_oneof![any::<f64>(), -1.0..1.0f64, Just(0.0), Just(-0.0)], 1..600),
            split in 0usize..600,
        ) {
            let layout = Arc::new(Layout::from_pilot(&Pilot::new(values[..values.len() / 2].to_vec()), 1024));
            for expected in [Histogram::FEW_VALUES, Histogram::FEW_VALUES + 1] {
                let empty = Histogram::new(Arc::clone(&layout), expected);
                let whole = seen(empty.clone(), [&values[..]]);
                let (head, tail) = values.split_at(split.min(values.len()));
                let first = seen(empty.clone(), head.chunks(1).rev());
                let mut merged = seen(empty, tail.chunks(7));
                merged.merge(&first);
                // Bits, so that the sign of zero counts.
                let bits = |h: &Histogram| -> Vec<_> {
                    let bins = match &h.bins {
                        Bins::Counts(counts) => counts.bins(&h.layout),
                        Bins::Ranges(ranges) => ranges.bins(),
                    };
                    bins.iter().map(|bin| (bin.count, bin.low.to_bits(), bin.high.to_bits())).collect()
                };
                prop_assert_eq!(bits(&merged), bits(&whole));
                let fresh = Histogram::new(Arc::clone(&layout), expected);
                let read = restored(&whole, fresh, values.len() as u64);
                prop_assert_eq!(bits(&read), bits(&whole));
                prop_assert!(whole.ecdf().is_ordered());
            }
        }
    }
}
