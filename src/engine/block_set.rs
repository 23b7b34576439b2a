//! Which blocks of a run somebody has: ranges of their numbers.

use std::ops::Range;

/// Numbers of blocks, as ranges in ascending order that neither overlap nor touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlockSet(Vec<Range<u64>>);

impl BlockSet {
    /// The blocks of a range; none where it is empty.
    pub fn of(range: Range<u64>) -> BlockSet {
        BlockSet(if range.is_empty() { Vec::new() } else { vec![range] })
    }

    /// Ranges as they were written; `None` where they are in no order, empty, or overlap or touch.
    pub fn from_ranges(ranges: Vec<Range<u64>>) -> Option<BlockSet> {
        let are_apart = ranges.windows(2).all(|pair| pair[0].end < pair[1].start);
        (are_apart && !ranges.iter().any(Range::is_empty)).then_some(BlockSet(ranges))
    }

    /// Blocks that are dealt out to replicates in turn, by their numbers in the run, from those within each replicate: block
    /// b of replicate r of R is b R + r.
    pub(super) fn dealt_out(replicates: &[BlockSet]) -> BlockSet {
        if let [all] = replicates {
            return all.clone();
        }
        let mut ends: Vec<u64> =
            replicates.iter().flat_map(|set| set.0.iter().flat_map(|range| [range.start, range.end])).collect();
        ends.sort_unstable();
        ends.dedup();
        let count = replicates.len() as u64;
        let mut ranges: Vec<Range<u64>> = Vec::new();
        let mut add = |range: Range<u64>| match ranges.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => ranges.push(range),
        };
        for (start, end) in ends.windows(2).map(|pair| (pair[0], pair[1])) {
            // Whoever has one block of this stretch has all of them.
            let having: Vec<u64> =
                (0..).zip(replicates).filter(|(_, set)| set.contains(start)).map(|(r, _)| r).collect();
            if having.len() as u64 == count {
                add(start * count..end * count);
                continue;
            }
            for number in start..end {
                having.iter().for_each(|replicate| {
                    let block = number * count + replicate;
                    add(block..block + 1);
                });
            }
        }
        BlockSet(ranges)
    }

    /// The ranges, in ascending order.
    pub fn ranges(&self) -> &[Range<u64>] {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many blocks there are.
    pub fn count(&self) -> u64 {
        self.0.iter().map(|range| range.end - range.start).sum()
    }

    /// The lowest number.
    pub fn first(&self) -> Option<u64> {
        self.0.first().map(|range| range.start)
    }

    /// Whether a block is among them.
    pub fn contains(&self, block: u64) -> bool {
        self.0.iter().any(|range| range.contains(&block))
    }

    /// Whether any of the others is among them.
    pub fn contains_any(&self, others: &BlockSet) -> bool {
        !self.common(others).is_empty()
    }

    /// Those that both have.
    pub fn common(&self, other: &BlockSet) -> BlockSet {
        let mut common = Vec::new();
        let (mut own, mut others) = (self.0.iter().peekable(), other.0.iter().peekable());
        while let (Some(a), Some(b)) = (own.peek(), others.peek()) {
            let both = a.start.max(b.start)..a.end.min(b.end);
            let own_ends_first = a.end < b.end;
            if !both.is_empty() {
                common.push(both);
            }
            if own_ends_first {
                own.next()
            } else {
                others.next()
            };
        }
        BlockSet(common)
    }

    /// Those that either has.
    pub fn union(&self, other: &BlockSet) -> BlockSet {
        let mut all: Vec<Range<u64>> = self.0.iter().chain(&other.0).cloned().collect();
        all.sort_by_key(|range| range.start);
        let mut union: Vec<Range<u64>> = Vec::with_capacity(all.len());
        for range in all {
            match union.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => union.push(range),
            }
        }
        BlockSet(union)
    }

    /// Those of a range that are not among these.
    pub fn missing(&self, within: Range<u64>) -> BlockSet {
        let mut missing = Vec::new();
        let mut from = within.start;
        for range in self.0.iter().filter(|range| range.end > within.start && range.start < within.end) {
            missing.push(from..range.start);
            from = range.end;
        }
        missing.push(from..within.end);
        missing.retain(|range| !range.is_empty());
        BlockSet(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn set(numbers: &BTreeSet<u64>) -> BlockSet {
        numbers.iter().fold(BlockSet::default(), |set, &number| set.union(&BlockSet::of(number..number + 1)))
    }

    fn numbers(set: &BlockSet) -> BTreeSet<u64> {
        assert_eq!(BlockSet::from_ranges(set.0.clone()).as_ref(), Some(set));
        set.0.iter().cloned().flatten().collect()
    }

    proptest! {
        #[test]
        fn are_sets_of_numbers(
            a in prop::collection::btree_set(0u64..40, 0..30),
            b in prop::collection::btree_set(0u64..40, 0..30),
            start in 0u64..45, length in 0u64..45,
        ) {
            let (first, second) = (set(&a), set(&b));
            prop_assert_eq!(numbers(&first), a.clone());
            prop_assert_eq!((first.count(), first.first()), (a.len() as u64, a.first().copied()));
            prop_assert_eq!(numbers(&first.union(&second)), &a | &b);
            prop_assert_eq!(numbers(&first.common(&second)), &a & &b);
            prop_assert_eq!((first.contains(start), first.contains_any(&second)), (a.contains(&start), !a.is_disjoint(&b)));
            let within: BTreeSet<u64> = (start..start + length).collect();
            prop_assert_eq!(numbers(&first.missing(start..start + length)), &within - &a);
            let dealt: BTreeSet<u64> = a.iter().map(|block| 2 * block).chain(b.iter().map(|block| 2 * block + 1)).collect();
            prop_assert_eq!(numbers(&BlockSet::dealt_out(&[first, second])), dealt);
        }
    }

    #[test]
    fn ranges_in_no_order_are_no_set() {
        let of = |ranges: &[(u64, u64)]| BlockSet::from_ranges(ranges.iter().map(|&(a, b)| a..b).collect());
        assert!(of(&[]).is_some() && of(&[(0, 2), (3, 4)]).is_some());
        for ranges in [&[(0, 0)][..], &[(2, 1)], &[(0, 2), (2, 3)], &[(0, 3), (2, 4)], &[(3, 4), (0, 1)]] {
            assert!(of(ranges).is_none(), "{ranges:?}");
        }
    }
}
