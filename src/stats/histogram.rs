//! Integer counts over the bins of a layout, with the smallest and the largest value of each.

use super::{Ecdf, Layout};

/// Values whose bins are found before they are counted: two plain loops, of which the first vectorises.
const CHUNK: usize = 256;

/// A histogram of finite values; its size depends on the layout alone (24 bytes a bin).
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    bins: Vec<Bin>,
}

/// Count and range of the values in a bin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bin {
    pub(super) count: u64,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Bin {
    const EMPTY: Bin = Bin { count: 0, low: f64::INFINITY, high: f64::NEG_INFINITY };

    #[inline(always)]
    fn add(&mut self, x: f64) {
        self.count += 1;
        // Comparisons instead of `min` and `max`: one instruction each, and NaN cannot occur.
        self.low = if x < self.low { x } else { self.low };
        self.high = if x > self.high { x } else { self.high };
    }
}

impl Histogram {
    /// An empty histogram.
    pub fn new(layout: &Layout) -> Self {
        Histogram { bins: vec![Bin::EMPTY; layout.bins()] }
    }

    /// Adds a column; values that are not finite are left out. The layout must be the one it was made for.
    pub fn add(&mut self, layout: &Layout, column: &[f64]) {
        let mut values = [0.0; CHUNK];
        for chunk in column.chunks(CHUNK) {
            let mut n = chunk.len();
            let mut all = true;
            for (value, &x) in values.iter_mut().zip(chunk) {
                // Adding 0 turns -0 into 0: which of the two a bin's range shows must not depend on the order.
                *value = x + 0.0;
                all &= x.is_finite();
            }
            if !all {
                n = 0;
                for &x in chunk.iter().filter(|x| x.is_finite()) {
                    values[n] = x + 0.0;
                    n += 1;
                }
            }
            self.add_finite(layout, &values[..n]);
        }
    }

    fn add_finite(&mut self, layout: &Layout, values: &[f64]) {
        let mut numbers = [0u32; CHUNK];
        layout.bins_of(values, &mut numbers);
        for (&x, &number) in values.iter().zip(&numbers) {
            self.bins[number as usize].add(x);
        }
    }

    /// Adds the counts of another histogram of the same layout.
    pub fn merge(&mut self, other: &Histogram) {
        debug_assert_eq!(self.bins.len(), other.bins.len(), "histograms of different layouts do not merge");
        for (bin, added) in self.bins.iter_mut().zip(&other.bins) {
            bin.count += added.count;
            bin.low = bin.low.min(added.low);
            bin.high = bin.high.max(added.high);
        }
    }

    /// The distribution of the values, to read quantiles from.
    pub fn ecdf(&self) -> Ecdf {
        Ecdf::new(self.bins.iter().filter(|bin| bin.count > 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Pilot;
    use proptest::prelude::*;

    #[test]
    fn non_finite_values_are_left_out_and_zero_has_no_sign() {
        let layout = Layout::from_pilot(&Pilot::new(vec![1.0, 2.0, 3.0]), 1024);
        let mut histogram = Histogram::new(&layout);
        histogram.add(&layout, &[f64::NAN, 2.5, -0.0, f64::INFINITY, f64::NEG_INFINITY]);
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
            let layout = Layout::from_pilot(&Pilot::new(values[..values.len() / 2].to_vec()), 1024);
            let mut whole = Histogram::new(&layout);
            whole.add(&layout, &values);
            let (mut first, mut merged) = (Histogram::new(&layout), Histogram::new(&layout));
            let (head, tail) = values.split_at(split.min(values.len()));
            head.iter().rev().for_each(|&x| first.add(&layout, &[x]));
            tail.chunks(7).for_each(|column| merged.add(&layout, column));
            merged.merge(&first);
            // Bits, so that the sign of zero counts.
            let bits = |h: &Histogram| -> Vec<_> {
                h.bins.iter().map(|bin| (bin.count, bin.low.to_bits(), bin.high.to_bits())).collect()
            };
            prop_assert_eq!(bits(&merged), bits(&whole));
        }
    }
}
