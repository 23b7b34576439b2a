//! Where the bins of a histogram lie: a monotone map from values to bin numbers, chosen from a pilot.
//!
//! A histogram keeps the smallest and the largest value of every bin, so bins have no edges to be known exactly: all
//! that matters is that the map never decreases, and that bins are narrow where quantiles are asked for. How narrow
//! follows from comparing with Monte Carlo error. Let the p-quantile fall into a bin of probability q. Between the
//! smallest and the largest value of the bin the quantile is interpolated by rank, and
//!
//! - against sorting, the interpolated value is off by the scatter of the ranks within the bin, at most
//!   sqrt(q / (4 p (1 - p))) standard errors of the quantile itself, whatever the number of paths. This part has mean 0
//!   and makes the estimate of the true quantile no worse, since the ranks at the bin's ends carry all of it;
//! - against the truth, a density that changes within the bin bends the line: width^2 |f'| / (8 f), of second order in
//!   the width, and the only error that stays when the paths grow without bound;
//! - never by more than the bin's width, whatever the data.
//!
//! So every bin should hold a small share c of p (1 - p): with 4096 bins c is about 1/60 at worst and the scatter 6 % of
//! a standard error, typically 2 to 4 %. The pilot gives the probability of a stretch; ranks give p.
//!
//! The body of the layout covers the pilot but for the outermost thousandth a side, in segments of equal bins; how they
//! are chosen is the plan's business. Outside the body, bins widen with the distance from it, which bears heavy tails and
//! values that the pilot did not show.

use super::Pilot;
use super::segmentation::{Piece, Segmentation, segment};
use crate::kernel::{BLOCK, Level, at_each_level};
use std::hint::select_unpredictable;

/// Fewer bins resolve too little to be worth having.
const MIN_BINS: usize = 2048;

/// Bin numbers are kept in 16 bits.
const MAX_BINS: usize = 1 << 16;

/// In a tail, bins a doubling: 64 for the first two, 16 for all others, as powers of two.
const NEAR_BITS: u32 = 6;
const FAR_BITS: u32 = 4;
const NEAR_DOUBLINGS: usize = 2;

/// Added to a number in [0, 2^51], 2^52 leaves its nearest whole number in the low bits: a conversion that vectorises.
const WHOLE: f64 = (1u64 << 52) as f64;

/// Segments up to which a value's own is found by comparing with each start: selections side by side in vector code.
const FEW_SEGMENTS: usize = 12;

/// A non-decreasing map from finite values to bins.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    bins: usize,
    low: f64,
    high: f64,
    smooth: bool,
    /// The pilot's commonest value, where it is common enough to be counted by itself.
    atom: Option<f64>,
    segments: Vec<Segment>,
    /// Starts of the segments, the first replaced by -inf, padded with +inf to a power of two for the search.
    starts: Vec<f64>,
    lower: Tail,
    upper: Tail,
}

/// Equal bins: number min((x - start) * per_unit, last), rounded, from `first` on.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Segment {
    start: f64,
    end: f64,
    per_unit: f64,
    last: f64,
    /// The first bin's number, with `WHOLE` added.
    first: f64,
}

/// Bins that widen with the distance from the pilot's range.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Tail {
    per_unit: f64,
    bins: usize,
}

impl Layout {
    /// A layout of at most `bins` bins (2048 at least, 65536 at most). It depends on the pilot and `bins` alone; an empty pilot counts as
    /// the single value 0.
    pub fn from_pilot(pilot: &Pilot, bins: usize) -> Self {
        let bins = bins.clamp(MIN_BINS, MAX_BINS);
        // Differences of body values must not overflow; what is beyond falls into the tails.
        let limit = f64::MAX / 4.0;
        let values = pilot.values();
        let values = &values[values.partition_point(|&x| x < -limit)..values.partition_point(|&x| x <= limit)];
        // An eighth of the bins a side: of 512, 128 near ones and 384 for 24 more doublings.
        let Segmentation { trimmed, pieces, smooth } = segment(values, bins - 2 * (bins / 8));
        // Bins that a body of few values leaves over let the tails reach further.
        let room: usize = pieces.iter().map(|piece| piece.bins).sum();
        let tail_bins = (bins - room) / 2;
        let mut first = tail_bins;
        let mut segments = Vec::with_capacity(pieces.len());
        for piece in &pieces {
            segments.push(Segment::new(piece, first));
            first += piece.bins;
        }
        let mut starts = vec![f64::INFINITY; segments.len().next_power_of_two()];
        starts.iter_mut().zip(&segments).for_each(|(start, segment)| *start = segment.start);
        starts[0] = f64::NEG_INFINITY;

        let (low, high) = match values {
            [] => (0.0, 0.0),
            _ => (values[trimmed], values[values.len() - 1 - trimmed]),
        };
        let (lower, upper) = tail_scales(values, trimmed);
        let tail = |scale: f64| Tail { per_unit: 1.0 / scale.max(f64::MIN_POSITIVE), bins: tail_bins };
        let bins = 2 * tail_bins + room;
        let (lower, upper) = (tail(lower), tail(upper));
        Layout { bins, low, high, smooth, atom: common_atom(values), segments, starts, lower, upper }
    }

    /// Bins in all.
    pub fn bins(&self) -> usize {
        self.bins
    }

    /// Whether every bin holds one value alone or a stretch of density, as far as the pilot can tell: then the bins' edges
    /// say all that is known of the values in them.
    pub(super) fn is_smooth(&self) -> bool {
        self.smooth
    }

    /// A value that so many paths have that counting it by comparison is worth a look at every value.
    pub(super) fn atom(&self) -> Option<f64> {
        self.atom
    }

    /// Bin of a finite value.
    pub fn bin(&self, x: f64) -> usize {
        let mut bin = [0];
        self.bins_of(Level::Portable, &[x], &mut bin);
        usize::from(bin[0])
    }

    /// Bins of a column of finite values.
    pub(super) fn bins_of(&self, level: Level, column: &[f64], bins: &mut [u16]) {
        match self.segments[..] {
            [segment] => in_one_segment(level, bins, column, segment),
            _ if self.segments.len() <= FEW_SEGMENTS => in_few_segments(level, bins, column, &self.segments),
            _ => {
                self.find_segments(column, bins);
                for (bin, &x) in bins.iter_mut().zip(column) {
                    *bin = self.segments[usize::from(*bin)].bin(x);
                }
            }
        }
        for (bins, values) in bins.chunks_mut(BLOCK).zip(column.chunks(BLOCK)) {
            let mut outside = [0; BLOCK];
            find_outside(level, &mut outside, values, self.low, self.high);
            for (number, group) in outside.as_chunks().0.iter().enumerate() {
                // Eight flags are looked at as one number: few values lie outside.
                if u64::from_ne_bytes(*group) != 0 {
                    for path in (8 * number..8 * number + 8).filter(|&path| outside[path] != 0) {
                        bins[path] = self.tail_bin(values[path]);
                    }
                }
            }
        }
    }

    /// The bin of a value outside the body.
    #[cold]
    fn tail_bin(&self, x: f64) -> u16 {
        let bin = match x < self.low {
            true => self.lower.bins - 1 - self.lower.bin(self.low - x),
            false => self.bins - self.upper.bins + self.upper.bin(x - self.high),
        };
        bin as u16
    }

    fn find_segments(&self, column: &[f64], found: &mut [u16]) {
        found.fill(0);
        let mut step = self.starts.len() / 2;
        while step > 0 {
            for (found, &x) in found.iter_mut().zip(column) {
                let next = *found + step as u16;
                // A branch would be mispredicted every other time.
                *found = select_unpredictable(self.starts[usize::from(next)] <= x, next, *found);
            }
            step /= 2;
        }
    }

    /// Edges of all bins, in ascending order; those of the outermost bins are infinite or as far as floats reach. A bin
    /// for one value alone has it as both edges.
    pub(super) fn edges(&self) -> Vec<(f64, f64)> {
        let lower = (0..self.lower.bins).rev().map(|number| {
            let (near, far) = self.lower.edges(number);
            (self.low - far, self.low - near)
        });
        let body = self.segments.iter().flat_map(|segment| segment.edges());
        let upper = (0..self.upper.bins).map(|number| {
            let (near, far) = self.upper.edges(number);
            (self.high + near, self.high + far)
        });
        lower.chain(body).chain(upper).collect()
    }
}

at_each_level! {
    /// Flags the values outside the body.
    fn find_outside(outside: &mut [u8; BLOCK], column: &[f64], low: f64, high: f64) {
        for (outside, &x) in outside.iter_mut().zip(column) {
            *outside = u8::from((x < low) | (x > high));
        }
    }
}

at_each_level! {
    fn in_one_segment(bins: &mut [u16], column: &[f64], segment: Segment) {
        for (bin, &x) in bins.iter_mut().zip(column) {
            *bin = segment.bin(x);
        }
    }
}

at_each_level! {
    fn in_few_segments(bins: &mut [u16], column: &[f64], segments: &[Segment]) {
        const LANES: usize = 8;
        let (rows, rest) = column.as_chunks::<LANES>();
        let (bin_rows, bins_of_rest) = bins[..column.len()].as_chunks_mut::<LANES>();
        for (bins, values) in bin_rows.iter_mut().zip(rows) {
            *bins = in_own_segments(values, segments);
        }
        for (bin, &x) in bins_of_rest.iter_mut().zip(rest) {
            [*bin] = in_own_segments(&[x], segments);
        }
    }
}

#[inline(always)]
fn in_own_segments<const N: usize>(values: &[f64; N], segments: &[Segment]) -> [u16; N] {
    let mut own = [segments[0]; N];
    for &segment in &segments[1..] {
        for (own, &x) in own.iter_mut().zip(values) {
            let reached = x >= segment.start;
            own.start = if reached { segment.start } else { own.start };
            own.per_unit = if reached { segment.per_unit } else { own.per_unit };
            own.last = if reached { segment.last } else { own.last };
            own.first = if reached { segment.first } else { own.first };
        }
    }
    let mut bins = [0; N];
    for ((bin, own), &x) in bins.iter_mut().zip(own).zip(values) {
        *bin = own.bin(x);
    }
    bins
}

/// The commonest of the sorted values, where at least a quarter of several have it.
fn common_atom(values: &[f64]) -> Option<f64> {
    let longest = values.chunk_by(|a, b| a == b).max_by_key(|run| run.len())?;
    (longest.len() > 1 && 4 * longest.len() >= values.len()).then_some(longest[0])
}

/// Distances on which the two tails go on from a body that leaves out `trimmed` values a side.
fn tail_scales(values: &[f64], trimmed: usize) -> (f64, f64) {
    // A power of two within the reach of 120 doublings both ways: all that is known without any value but 0.
    const UNKNOWN: f64 = 1.0 / (1u64 << 60) as f64;
    let (Some(&least), Some(&greatest)) = (values.first(), values.last()) else { return (UNKNOWN, UNKNOWN) };
    let last = values.len() - 1 - trimmed;
    let (low, high) = (values[trimmed], values[last]);
    // The outer five hundredth of the body; if that is one atom, what lies beyond it.
    let reach = (values.len() / 512).max(1);
    let scale = |within: f64, beyond: f64| match (within > 0.0, beyond > 0.0, high > low) {
        (true, _, _) => within,
        (_, true, _) => beyond,
        (_, _, true) => (high - low) / 64.0,
        // A constant: nothing is known but its size.
        _ if high != 0.0 => high.abs() / (1u64 << 40) as f64,
        _ => UNKNOWN,
    };
    let after_low = values[(trimmed + reach).min(last)];
    let before_high = values[last.saturating_sub(reach).max(trimmed)];
    (scale(after_low - low, low - least), scale(high - before_high, greatest - high))
}

impl Segment {
    fn new(piece: &Piece, first: usize) -> Segment {
        let last = (piece.bins - 1) as f64;
        let per_unit = if piece.bins == 1 { 1.0 } else { (last / (piece.end - piece.start)).min(f64::MAX) };
        Segment { start: piece.start, end: piece.end, per_unit, last, first: first as f64 + WHOLE }
    }

    #[inline(always)]
    fn bin(self, x: f64) -> u16 {
        let position = (x - self.start) * self.per_unit;
        // Comparisons instead of `clamp`: two instructions, and NaN cannot occur.
        let position = if position > 0.0 { position } else { 0.0 };
        let position = if position < self.last { position } else { self.last };
        (position + self.first).to_bits() as u16
    }

    /// Edges of its bins. Positions are rounded, so the first and the last bin are half as wide as the others.
    fn edges(&self) -> impl Iterator<Item = (f64, f64)> {
        let Segment { start, end, per_unit, last, .. } = *self;
        // The segment of an atom ends at the next float.
        let end = if end == start.next_up() { start } else { end };
        let edge = move |position: f64| (start + position / per_unit).clamp(start, end);
        (0..=last as usize).map(move |number| {
            let low = if number == 0 { start } else { edge(number as f64 - 0.5) };
            let high = if number as f64 == last { end } else { edge(number as f64 + 0.5) };
            (low, high)
        })
    }
}

impl Tail {
    /// Number from the body outwards. The bits of 1 + distance count doublings in the exponent and parts of a doubling in
    /// the leading bits of the fraction.
    #[cold]
    fn bin(self, distance: f64) -> usize {
        let bits = (1.0 + distance * self.per_unit).to_bits() - 1.0f64.to_bits();
        let near = (bits >> (52 - NEAR_BITS)) as usize;
        let number = if near < NEAR_DOUBLINGS << NEAR_BITS {
            near
        } else {
            (NEAR_DOUBLINGS << NEAR_BITS) - (NEAR_DOUBLINGS << FAR_BITS) + (bits >> (52 - FAR_BITS)) as usize
        };
        number.min(self.bins - 1)
    }

    /// Distances from the body between which a bin's values lie; beyond the last one there is no end.
    fn edges(self, number: usize) -> (f64, f64) {
        let distance = |number: usize| {
            let bits = if number < NEAR_DOUBLINGS << NEAR_BITS {
                (number as u64) << (52 - NEAR_BITS)
            } else {
                ((number + (NEAR_DOUBLINGS << FAR_BITS) - (NEAR_DOUBLINGS << NEAR_BITS)) as u64) << (52 - FAR_BITS)
            };
            (f64::from_bits(bits + 1.0f64.to_bits()) - 1.0) / self.per_unit
        };
        (distance(number), if number + 1 == self.bins { f64::INFINITY } else { distance(number + 1) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::{RngExt, SeedableRng};
    use rand_distr::{Distribution, StandardNormal};
    use rand_xoshiro::Xoshiro256PlusPlus;

    fn layout(values: impl IntoIterator<Item = f64>) -> Layout {
        Layout::from_pilot(&Pilot::new(values.into_iter().collect()), 4096)
    }

    fn normals(n: usize) -> Vec<f64> {
        StandardNormal.sample_iter(Xoshiro256PlusPlus::seed_from_u64(1)).take(n).collect()
    }

    #[test]
    fn smooth_data_need_one_segment_wherever_they_lie() {
        for (center, spread) in [(0.0, 1.0), (1e5, 0.1), (-1e-30, 1e-36), (1e300, 1e292)] {
            assert_eq!(layout(normals(4096).iter().map(|z| center + spread * z)).segments.len(), 1, "{center}");
        }
    }

    #[test]
    fn atoms_have_bins_of_their_own() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(2);
        let pilot = normals(4096).into_iter().map(|z| match rng.random_range(0..10) {
            0..3 => 0.0,
            3 => 0.1,
            _ => 1e-3 * z,
        });
        let layout = layout(pilot);
        for atom in [0.0f64, 0.1] {
            let bin = layout.bin(atom);
            assert!(layout.bin(atom.next_down()) < bin && bin < layout.bin(atom.next_up()));
        }
    }

    #[test]
    fn counts_have_bins_of_their_own_even_beyond_the_pilot() {
        let layout = layout((0..4096).map(|i| f64::from(i % 64) + f64::from(i % 61)));
        assert_eq!(layout.segments.len(), 1);
        for i in 0..130 {
            assert!(layout.bin(f64::from(i)) < layout.bin(f64::from(i + 1)));
        }
    }

    #[test]
    fn what_a_constant_pilot_did_not_show_is_still_told_apart() {
        let constant = layout([5.0; 100]);
        assert!(
            constant.bin(5.0f64.next_down()) < constant.bin(5.0) && constant.bin(5.0) < constant.bin(5.0f64.next_up())
        );
        assert!(constant.bin(5.0) + 1 < constant.bin(5.001) && constant.bin(50.0) < constant.bin(60.0));
        let empty = layout([]);
        assert_eq!(empty, layout([0.0]));
        assert!(
            empty.bin(0.0) < empty.bin(1e-10) && empty.bin(1e6) < empty.bin(1.1e6) && empty.bin(-1.0) < empty.bin(-0.9)
        );
    }

    #[test]
    fn tails_reach_seven_decades_beyond_the_pilot() {
        let layout = layout(normals(4096));
        let far = layout.bin(1e6);
        assert!(layout.bin(8e5) < far && far < layout.bin(1.2e6) && layout.bin(f64::MAX) == layout.bins() - 1);
        assert!(layout.bin(-1.2e6) < layout.bin(-1e6) && layout.bin(-f64::MAX) == 0);
    }

    /// Values of wildly different scales, repeated or not, in no good order.
    fn awkward() -> impl Strategy<Value = f64> {
        prop_oneof![
            any::<f64>(),
            -1.0..1.0f64,
            (-300..300i32).prop_map(|e| f64::powi(10.0, e)),
            (0..9u64).prop_map(f64::from_bits),
            (-3..3i32).prop_map(f64::from),
            (0..100u64).prop_map(|k| f64::from_bits(1e12f64.to_bits() + k)),
            Just(f64::MAX),
            Just(-f64::MAX),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn the_map_never_decreases(
            pilot in prop::collection::vec(awkward(), 0..300),
            repeat in 1usize..4,
            bins in 0usize..5000,
            mut values in prop::collection::vec(awkward(), 1..300),
        ) {
            let layout = Layout::from_pilot(&Pilot::new(pilot.repeat(repeat)), bins);
            prop_assert!(layout.bins() <= bins.max(MIN_BINS));
            values.extend(pilot.iter().flat_map(|x| [*x, x.next_up(), x.next_down()]));
            values.retain(|x| x.is_finite());
            values.sort_by(f64::total_cmp);
            let numbers: Vec<usize> = values.iter().map(|&x| layout.bin(x)).collect();
            prop_assert!(numbers.is_sorted());
            prop_assert!(numbers.iter().all(|&bin| bin < layout.bins()));
        }
    }
}
