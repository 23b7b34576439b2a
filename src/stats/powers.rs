//! Sums of powers that neither overflow nor vanish, whatever the size of the values.

use super::{ExactSum, Frame, Malformed, Merge, StateReader, StateWriter, Stored};
use std::collections::BTreeMap;

/// Binades that a frame's own sums cover on either side of its scale: fourth powers stay within 2^-800 to 2^800, so that
/// sums of any number of them are normal floats.
const REACH: i32 = 200;

/// Sums of d, d^2, ..., d^K with d = (x - centre) / scale.
///
/// Blocks whose powers are ordinary floats in the frame are added as their sums; ordinary data, whose frame comes from
/// a pilot, know nothing else. A block with values far larger or smaller than the scale (a pilot that holds an outlier
/// which the run lacks, or lacks one that the run holds) is added value by value, each in the frame of its own size.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Powers<const K: usize> {
    frame: Frame,
    sums: [ExactSum; K],
    /// Sums in frames of other scales, by how many times 2 [`REACH`] binades theirs is larger.
    far: BTreeMap<i32, [ExactSum; K]>,
}

impl<const K: usize> Powers<K> {
    pub(super) fn new(frame: Frame) -> Self {
        Powers { frame, sums: zeros(), far: BTreeMap::new() }
    }

    pub(super) fn frame(&self) -> Frame {
        self.frame
    }

    /// Adds a block, given the sums of its powers and the finite values that they are made of.
    pub(super) fn add<V: Iterator<Item = f64>>(&mut self, block: [f64; K], values: impl Fn() -> V) {
        let center = self.frame.center();
        if is_ordinary(block[1]) || (block[1] == 0.0 && values().all(|x| x == center)) {
            super::lanes::add_all(&mut self.sums, block);
        } else {
            values().for_each(|x| self.add_value(x));
        }
    }

    #[cold]
    fn add_value(&mut self, x: f64) {
        if x == self.frame.center() {
            return;
        }
        let tier = tier(self.frame, x);
        let d = self.frame.raised(tier).distance(x);
        let sums = if tier == 0 { &mut self.sums } else { self.far.entry(tier).or_insert_with(zeros) };
        let mut power = 1.0;
        for sum in sums {
            power *= d;
            sum.add(power);
        }
    }

    /// The sums, in the largest frame that holds any value; that of the accumulator for ordinary data.
    pub(super) fn read(&self) -> (Frame, [f64; K]) {
        let own = self.sums.each_ref().map(ExactSum::value);
        if self.far.is_empty() {
            return (self.frame, own);
        }
        let far = self.far.iter().map(|(&tier, sums)| (tier, sums.each_ref().map(ExactSum::value)));
        let tiers: Vec<(i32, [f64; K])> = far.chain([(0, own)]).filter(|(_, sums)| sums[1] != 0.0).collect();
        let top = tiers.iter().map(|&(tier, _)| tier).max().unwrap_or(0);
        let frame = self.frame.raised(top);
        let in_top = |tier: i32, sum: f64, power: usize| {
            let binades = self.frame.raised(tier).exponent() - frame.exponent();
            libm::ldexp(sum, binades * power as i32)
        };
        let total = |k: usize| tiers.iter().map(|(tier, sums)| in_top(*tier, sums[k], k + 1)).sum();
        (frame, std::array::from_fn(total))
    }
}

impl<const K: usize> Merge for Powers<K> {
    fn merge(&mut self, other: &Self) {
        debug_assert_eq!(self.frame, other.frame, "sums about different centres do not merge");
        self.sums.merge(&other.sums);
        for (&tier, sums) in &other.far {
            self.far.entry(tier).or_insert_with(zeros).merge(sums);
        }
    }
}

impl<const K: usize> Stored for Powers<K> {
    /// The sums in the frame itself, and those in others with their tiers, in ascending order.
    fn store(&self, to: &mut StateWriter) {
        self.sums.store(to);
        to.count(self.far.len() as u64);
        for (&tier, sums) in &self.far {
            to.signed(tier);
            sums.store(to);
        }
    }

    fn restore(&mut self, from: &mut StateReader<'_>) -> Result<(), Malformed> {
        self.sums.restore(from)?;
        self.far.clear();
        for _ in 0..from.number()? {
            let tier = read_tier(from)?;
            let mut sums = zeros();
            sums.restore(from)?;
            Malformed::unless(self.far.insert(tier, sums).is_none(), "two sums are of one size")?;
        }
        Ok(())
    }
}

/// A tier that values can have.
pub(super) fn read_tier(from: &mut StateReader<'_>) -> Result<i32, Malformed> {
    let most = Frame::LARGEST / REACH + 1;
    let tier = from.signed()?;
    Malformed::unless((-most..=most).contains(&tier), "values of a sum are of no size that floats have")?;
    Ok(tier)
}

/// Whether a block with this sum of squares, and its higher powers, are summed as they are.
pub(super) fn is_ordinary(squares: f64) -> bool {
    let (least, most) = (libm::ldexp(1.0, -2 * REACH), libm::ldexp(1.0, 2 * REACH));
    (least..=most).contains(&squares)
}

/// How many times 2 [`REACH`] binades the scale must be larger for a value to be of ordinary size in it. The centre itself
/// is of any size: it goes with the smallest.
pub(super) fn tier(frame: Frame, x: f64) -> i32 {
    // Halves of two finite numbers have a finite difference.
    let half = x / 2.0 - frame.center() / 2.0;
    let binades = if half == 0.0 { -2 * Frame::LARGEST } else { libm::ilogb(half) + 1 - frame.exponent() };
    let least = (-Frame::LARGEST - frame.exponent()).div_euclid(2 * REACH);
    let most = (Frame::LARGEST - frame.exponent() + 2 * REACH - 1).div_euclid(2 * REACH);
    (binades + REACH).div_euclid(2 * REACH).clamp(least, most)
}

fn zeros<const K: usize>() -> [ExactSum; K] {
    std::array::from_fn(|_| ExactSum::new())
}

impl Frame {
    /// The frame of the same centre whose scale is so many times 2 [`REACH`] binades larger, as far as scales reach.
    pub(super) fn raised(self, tier: i32) -> Frame {
        let exponent = (self.exponent() + 2 * REACH * tier).clamp(-Frame::LARGEST, Frame::LARGEST);
        Frame::new(self.center(), libm::ldexp(1.0, exponent))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Powers of values, all of them in blocks of five, with the sums a block would show.
    fn powers(frame: Frame, values: &[f64]) -> Powers<4> {
        let mut powers = Powers::new(frame);
        for block in values.chunks(5) {
            let d = || block.iter().map(|&x| frame.distance(x));
            let sums = [1, 2, 3, 4].map(|k| d().map(|d| d.powi(k)).sum());
            powers.add(sums, || block.iter().copied());
        }
        powers
    }

    #[test]
    fn values_of_any_size_keep_their_powers_in_any_frame() {
        for size in [1e-300, 1e-200, 1e-100, 1.0, 1e100, 1e200, 1e300] {
            let values: Vec<f64> = (0..20).map(|i| size * f64::from(i % 5)).collect();
            for scale in [1e-300, 1e-150, 1.0, 1e150, 1e300] {
                let (frame, sums) = powers(Frame::new(0.0, scale), &values).read();
                let unit = frame.scale() / size;
                // 0 to 4, four times.
                for (k, expected) in [40.0, 120.0, 400.0, 1416.0].into_iter().enumerate() {
                    let found = (0..=k).fold(sums[k], |sum, _| sum * unit);
                    assert!((found / expected - 1.0).abs() < 1e-12, "{size} {scale} {k}: {found}");
                }
            }
        }
    }

    #[test]
    fn ordinary_blocks_are_added_as_they_are_and_outliers_apart() {
        let frame = Frame::new(0.0, 1.0);
        let ordinary = powers(frame, &[1.0, 2.0, 3.0]);
        assert!(ordinary.far.is_empty());
        assert_eq!(ordinary.read(), (frame, [6.0, 14.0, 36.0, 98.0]));
        let mut with = powers(frame, &[1e200, 1.0, 1e-200, -1e-200]);
        assert_eq!(with.far.len(), 2);
        let (far, sums) = with.read();
        assert!((sums[1].sqrt() * far.scale() / 1e200 - 1.0).abs() < 1e-15, "the outlier is all that counts");
        let again = with.clone();
        with.merge(&ordinary);
        let mut other = ordinary;
        other.merge(&again);
        assert_eq!(other, with, "merging does not depend on the order");
    }

    #[test]
    fn the_whole_range_of_floats_has_finite_powers() {
        let (frame, sums) = powers(Frame::new(f64::MAX, f64::MIN_POSITIVE), &[-f64::MAX, f64::MAX]).read();
        assert!(sums.iter().all(|sum| sum.is_finite() && *sum != 0.0), "{frame:?} {sums:?}");
        let (frame, sums) = powers(Frame::new(0.0, f64::MAX), &[f64::from_bits(1), -f64::from_bits(1)]).read();
        assert!(sums[1] > 0.0 && sums[1].sqrt() * frame.scale() < 1e-300, "{frame:?} {sums:?}");
    }
}
