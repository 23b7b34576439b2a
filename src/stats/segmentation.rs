//! How the body of a layout is cut into segments of equal bins, given the sorted values of a pilot.
//!
//! Values that repeat are atoms: each has a segment of one bin which holds nothing else. What lies between atoms is cut
//! into leaves of a few values, each wanting bins of some width, and neighbours are joined while the bins suffice: smooth
//! data end as one segment. A gap, where the pilot has no value although its neighbourhood is dense, has a segment of its
//! own, so that no bin holds values from both of its sides.

/// Bins that any segment gets before the rest is shared out by need.
const MIN_SEGMENT: usize = 4;

/// A gap is longer than this many mean distances between the values on each of its sides...
const GAP: f64 = 64.0;
/// ...of which so many are looked at. A density shows such a gap once in 10^7 pilots.
const BESIDE_GAP: usize = 8;

/// Segments of a layout's body.
pub(super) struct Segmentation {
    /// Pilot values a side that the body leaves to the tails.
    pub(super) trimmed: usize,
    /// The segments, from left to right.
    pub(super) pieces: Vec<Piece>,
    /// Whether what repeats in the pilot has a segment of its own each, and there are no gaps: whatever shares a bin is a
    /// stretch of density that fills it.
    pub(super) smooth: bool,
}

/// A value of the pilot, the number of values below it, and how often it occurs.
#[derive(Clone, Copy, Debug)]
struct Run {
    value: f64,
    rank: usize,
    count: usize,
}

/// Plans the body for the sorted finite values of a pilot, with at most `room` bins. An empty pilot counts as one 0.
pub(super) fn segment(values: &[f64], room: usize) -> Segmentation {
    let m = values.len();
    let runs = if m == 0 { runs(&[0.0]) } else { runs(values) };
    if let Some(grid) = single_grid(&runs, room) {
        return Segmentation { trimmed: 0, pieces: vec![grid], smooth: false };
    }
    let trimmed = m / 1024;
    let (low, high) = (values[trimmed], values[m - 1 - trimmed]);
    let from = runs.partition_point(|run| run.value < low);
    let to = runs.partition_point(|run| run.value <= high);
    let pieces = body(&runs[from..to], m, room);
    let atoms = pieces.iter().filter(|piece| piece.atom).count();
    let repeated = runs.iter().filter(|run| run.count > 1).count();
    let gaps = pieces.iter().any(|piece| piece.gap);
    Segmentation { trimmed, pieces, smooth: atoms == repeated && !gaps }
}

fn runs(sorted: &[f64]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::with_capacity(sorted.len());
    for (rank, &value) in sorted.iter().enumerate() {
        match runs.last_mut() {
            Some(run) if run.value == value => run.count += 1,
            _ => runs.push(Run { value, rank, count: 1 }),
        }
    }
    runs
}

/// A future segment: its range, the bins it wants (a real number) and the bins it gets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) start: f64,
    pub(super) end: f64,
    /// Width of bin that its densest leaf wants.
    width: f64,
    /// Bins that its leaves want, each at its own width.
    wanted: f64,
    atom: bool,
    /// Without a value of the pilot inside, between two that are far apart.
    gap: bool,
    pub(super) bins: usize,
}

impl Piece {
    fn new(start: f64, end: f64, width: f64, wanted: f64) -> Piece {
        Piece { start, end, width, wanted, atom: false, gap: false, bins: 0 }
    }

    /// Bins that it takes at the width of its densest leaf; an atom and a gap have what they need without.
    fn cost(&self) -> f64 {
        if self.is_joinable() { ((self.end - self.start) / self.width).min(1e9) } else { 0.0 }
    }

    fn is_joinable(&self) -> bool {
        !self.atom && !self.gap
    }

    fn join(&self, next: &Piece) -> Piece {
        Piece::new(self.start, next.end, self.width.min(next.width), self.wanted + next.wanted)
    }
}

/// One grid over everything, if it gives every value of the pilot a bin of its own: a constant, counts, other lattices.
/// Values that mostly repeat are a lattice; else a few new values could share a bin with an atom.
fn single_grid(runs: &[Run], room: usize) -> Option<Piece> {
    let (low, high) = (runs[0].value, runs[runs.len() - 1].value);
    let single = runs.iter().filter(|run| run.count == 1).count();
    let narrowest = runs.windows(2).map(|pair| pair[1].value - pair[0].value).fold(f64::INFINITY, f64::min);
    let separates = narrowest * (room - 1) as f64 >= 1.001 * (high - low);
    let bins = if runs.len() == 1 { 1 } else { room };
    (runs.len() == 1 || (2 * single <= runs.len() && separates))
        .then(|| Piece { bins, ..Piece::new(low, high, 1.0, 1.0) })
}

/// Segments of the body, with `room` bins shared out among them; the pilot has `m` values.
fn body(runs: &[Run], m: usize, room: usize) -> Vec<Piece> {
    let leaves = leaves(runs, m, room);
    // Joined leaves take at most `slack` times the bins they want one by one: more slack, fewer segments. Leaves want about
    // a quarter of the room (see `leaves`), so the last slack leaves some for the atoms.
    let cost = |pieces: &[Piece]| -> f64 { pieces.iter().map(|piece| piece.cost() + MIN_SEGMENT as f64).sum() };
    let mut pieces = Vec::new();
    for slack in [f64::INFINITY, 64.0, 32.0, 16.0, 12.0, 8.0, 6.0, 4.0, 3.0, 2.5, 2.0] {
        pieces = joined(&leaves, slack);
        // The narrowest of hundreds of leaves is narrow by luck, half as wide as it should be: one segment for all is then
        // good enough, and fastest.
        let room = if slack.is_infinite() { 2.0 * room as f64 } else { room as f64 };
        if cost(&pieces) <= room {
            break;
        }
    }
    // Data broken up on every scale: fewer segments than they want.
    while pieces.len() > room / (2 * MIN_SEGMENT) {
        pieces = halved(&pieces);
    }
    let spare = room - pieces.iter().map(|piece| if piece.atom { 1 } else { MIN_SEGMENT }).sum::<usize>();
    let cost: f64 = pieces.iter().map(Piece::cost).sum();
    for piece in &mut pieces {
        piece.bins = if piece.atom { 1 } else { MIN_SEGMENT + (spare as f64 * (piece.cost() / cost)) as usize };
    }
    pieces
}

/// Joins neighbours while the joined piece takes at most `slack` times the bins that its leaves want.
fn joined(leaves: &[Piece], slack: f64) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for leaf in leaves {
        match pieces.last_mut() {
            Some(last)
                if last.is_joinable()
                    && leaf.is_joinable()
                    && last.join(leaf).cost() <= slack * last.join(leaf).wanted =>
            {
                *last = last.join(leaf);
            }
            _ => pieces.push(*leaf),
        }
    }
    pieces
}

/// Joins pieces two by two, and atoms with what surrounds them where nothing else is left to join.
fn halved(pieces: &[Piece]) -> Vec<Piece> {
    pieces.chunks(2).map(|pair| pair[1..].iter().fold(pair[0], |joined, next| joined.join(next))).collect()
}

/// Atoms, and leaves of a few pilot values between them, from left to right without gaps.
fn leaves(runs: &[Run], m: usize, room: usize) -> Vec<Piece> {
    let least = atom_count(runs, room);
    // Over leaves of g values at depth d, the sum of g / (c d) is near (2 / c) ln(m / 8), or 12.5 / c: a quarter of the
    // room at this c, 1/59 for 4096 bins.
    let share = 52.0 / room as f64;
    let mut leaves = Vec::new();
    let mut from = 0;
    while from < runs.len() {
        let run = runs[from];
        if run.count >= least {
            leaves.push(Piece { atom: true, ..Piece::new(run.value, run.value.next_up(), 1.0, 0.0) });
        }
        // A stretch of density goes from after an atom (or the first value) to the next atom (or the last value).
        let to = (from + 1..runs.len()).find(|&k| runs[k].count >= least).unwrap_or(runs.len() - 1);
        if to == from {
            break;
        }
        let mut knots: Vec<(f64, usize)> = runs[from..=to].iter().map(|run| (run.value, run.rank)).collect();
        if run.count >= least {
            knots[0] = (run.value.next_up(), run.rank + run.count);
        }
        let mut start = 0;
        for gap in gaps(&knots, run.count >= least, runs[to].count >= least) {
            cut(&knots[start..=gap], m, share, &mut leaves);
            let (left, right) = (knots[gap].0, knots[gap + 1].0);
            leaves.push(Piece { gap: true, ..Piece::new(left, right, right - left, 0.0) });
            start = gap + 1;
        }
        cut(&knots[start..], m, share, &mut leaves);
        from = if runs[to].count >= least { to } else { to + 1 };
    }
    leaves
}

/// The knots behind which there is a gap, in ascending order: next to an atom, only the other side has distances.
fn gaps(knots: &[(f64, usize)], after_atom: bool, before_atom: bool) -> Vec<usize> {
    let last = knots.len() - 1;
    let mean = |from: usize, to: usize| (knots[to].0 - knots[from].0) / BESIDE_GAP as f64;
    let is_gap = |&k: &usize| {
        let left = match k {
            0 if after_atom => Some(0.0),
            _ => k.checked_sub(BESIDE_GAP).map(|from| mean(from, k)),
        };
        let right = match k + 1 {
            next if next == last && before_atom => Some(0.0),
            next => (next + BESIDE_GAP <= last).then(|| mean(next, next + BESIDE_GAP)),
        };
        let beside = left.zip(right).map_or(0.0, |(left, right)| left.max(right));
        beside > 0.0 && knots[k + 1].0 - knots[k].0 > GAP * beside
    };
    (0..last).filter(is_gap).collect()
}

/// Adds the leaves of a stretch of density without gaps.
fn cut(knots: &[(f64, usize)], m: usize, share: f64, leaves: &mut Vec<Piece>) {
    let mut start = 0;
    while start + 1 < knots.len() {
        let end = leaf_end(knots, start, m);
        if knots[start].0 < knots[end].0 {
            split_uneven(&knots[start..=end], m, share, leaves);
        }
        start = end;
    }
}

/// How often a value must occur in the pilot to be an atom: twice (a density all but never repeats), more when that would
/// make too many.
fn atom_count(runs: &[Run], room: usize) -> usize {
    let mut least = 2;
    while runs.iter().filter(|run| run.count >= least).count() > room / 16 {
        least *= 2;
    }
    least
}

/// Leaves hold 16 pilot values, so that their lengths are reliable, and 8 in the tails, where the density falls within them.
fn leaf_end(knots: &[(f64, usize)], start: usize, m: usize) -> usize {
    let depth = knots[start].1.min(m - knots[start].1);
    let size = if depth < 64 { 8 } else { 16 };
    // No stub at the end: too few values would make its length a matter of luck.
    if start + size + size / 2 < knots.len() { start + size } else { knots.len() - 1 }
}

/// Adds a leaf, cut in two as long as its halves have densities that differ by more than luck: 64 times (two sums of four
/// exponential gaps do so once in 300,000).
fn split_uneven(knots: &[(f64, usize)], m: usize, share: f64, leaves: &mut Vec<Piece>) {
    let (first, last) = (knots[0], knots[knots.len() - 1]);
    let middle = knots.len() / 2;
    let (left, right) = (knots[middle].0 - first.0, last.0 - knots[middle].0);
    if knots.len() > 2 && (left > 64.0 * right || right > 64.0 * left) {
        split_uneven(&knots[..=middle], m, share, leaves);
        split_uneven(&knots[middle..], m, share, leaves);
        return;
    }
    let rank = (first.1 + last.1) / 2;
    // p (1 - p) is near the smaller of the two; beyond 1/1000 the pilot knows too little.
    let depth = rank.min(m - rank).max(m / 1024).max(1) as f64;
    let wanted = (last.1 - first.1).max(1) as f64 / (share * depth);
    leaves.push(Piece::new(first.0, last.0, (last.0 - first.0) / wanted, wanted));
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    /// Points of a Cantor set that shrinks a thousandfold a level: no stretch is smooth at any scale.
    #[test]
    fn data_broken_up_on_every_scale_still_fit() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        for levels in 1..15 {
            for room in [1536, 3072] {
                let mut digits = || (0..levels).fold(0.0, |x, _| (x + f64::from(rng.random_range(0..3u8))) * 1e-3);
                let mut values: Vec<f64> = (0..4096).map(|_| digits()).collect();
                values.sort_by(f64::total_cmp);
                let segments = segment(&values, room);
                assert!(segments.pieces.iter().map(|piece| piece.bins).sum::<usize>() <= room);
                assert!(
                    segments
                        .pieces
                        .is_sorted_by(|a, b| a.start < a.end && a.end <= b.start && a.bins > 0 && b.bins > 0)
                );
            }
        }
    }

    /// Half of the data from 10 to 11, half from 20 to 21, with an atom at 0 or without: nothing else is in the gaps.
    #[test]
    fn gaps_have_segments_of_their_own() {
        let half = |from: f64| (0..2000).map(move |i| from + f64::from(i) / 2000.0);
        let atom = || (0..96).map(|_| 0.0);
        let smooth: Vec<f64> = half(10.0).chain(half(11.0)).collect();
        assert!(segment(&smooth, 3072).smooth);
        for (values, gaps) in [
            (half(10.0).chain(half(20.0)).collect::<Vec<f64>>(), 1),
            (atom().chain(half(10.0)).chain(half(20.0)).collect(), 2),
            (atom().chain(half(10.0)).collect(), 1),
        ] {
            let segments = segment(&values, 3072);
            let found: Vec<&Piece> = segments.pieces.iter().filter(|piece| piece.gap).collect();
            assert_eq!((found.len(), segments.smooth), (gaps, false));
            assert!(found.iter().all(|piece| piece.bins == MIN_SEGMENT && piece.end - piece.start > 8.9));
        }
    }

    /// Two equal halves of the data, one a millionth as wide as the other: each gets about half of the bins.
    #[test]
    fn bins_go_where_the_probability_is() {
        let half = |from: f64, width: f64| (0..2048).map(move |i| from + width * f64::from(i) / 2048.0);
        let values: Vec<f64> = half(0.0, 1e-6).chain(half(1.0, 1.0)).collect();
        let pieces = segment(&values, 3072).pieces;
        let narrow: usize = pieces.iter().filter(|piece| piece.end < 1.1e-6).map(|piece| piece.bins).sum();
        assert!((1000..2000).contains(&narrow), "{narrow} of 3072");
    }
}
