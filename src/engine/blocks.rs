//! Blocks of paths: what a run is cut into, and what random numbers are addressed by.

use crate::kernel::BLOCK;
use crate::sampling::Place;
use std::ops::Range;

/// Paths of a whole block.
const LENGTH: u64 = BLOCK as u64;

/// One block: [`BLOCK`] consecutive paths, fewer where it ends a replicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Number of the block, counted from 0.
    pub index: u64,
    /// Paths of the block, from 1 to [`BLOCK`].
    pub paths: usize,
    /// Where it stands in its replicate.
    pub place: Place,
    first_path: u64,
}

impl Block {
    /// Number of its first path in the run, counted from 0.
    pub fn first_path(self) -> u64 {
        self.first_path
    }
}

/// The paths of a run, dealt out to replicates as evenly as they can be: the first ones have a path more where they must.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sample {
    paths: u64,
    replicates: u64,
}

/// Blocks of a run, every one of them or those of one replicate. Block b belongs to replicate b modulo the number of
/// replicates; paths are numbered block after block. A run without replicates is one alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocks {
    sample: Sample,
    /// Paths up to which blocks are run.
    cut: u64,
    first: u64,
    end: u64,
    /// From one block to the next: 1, or the number of replicates.
    stride: u64,
}

impl Sample {
    /// Paths of a replicate.
    fn of(self, replicate: u64) -> u64 {
        self.paths / self.replicates + u64::from(replicate < self.paths % self.replicates)
    }

    /// Whole rounds, in which every replicate has a block of full length.
    fn rounds(self) -> u64 {
        self.of(0).div_ceil(LENGTH).saturating_sub(1)
    }

    /// How many blocks there are. In the round after the whole ones the replicates that have nothing left come last.
    fn blocks(self) -> u64 {
        let left = self.paths - (self.rounds() * LENGTH).saturating_mul(self.replicates);
        self.rounds() * self.replicates + left.min(self.replicates)
    }

    /// Paths before a block, all paths before the one after the last.
    fn before(self, block: u64) -> u64 {
        let (round, replicate) = (block / self.replicates, block % self.replicates);
        if round < self.rounds() {
            return block * LENGTH;
        }
        if block >= self.blocks() {
            return self.paths;
        }
        let rest = self.paths / self.replicates - self.rounds() * LENGTH;
        let shared = self.rounds() * LENGTH * self.replicates + replicate * rest;
        shared + replicate.min(self.paths % self.replicates)
    }

    fn place(self, block: u64) -> Place {
        let replicate = block % self.replicates;
        Place { block, replicate, first: block / self.replicates * LENGTH, of: self.of(replicate) }
    }
}

impl Blocks {
    /// All blocks of a run of so many paths, of which the last may be short.
    pub fn of_paths(paths: u64) -> Blocks {
        Blocks::of_replicates(paths, 1)
    }

    /// All blocks of a run whose paths are dealt out to replicates, of which each has a path at least and may end with a short
    /// block.
    pub fn of_replicates(paths: u64, replicates: u64) -> Blocks {
        let sample = Sample { paths, replicates: replicates.clamp(1, paths.max(1)) };
        Blocks { sample, cut: paths, first: 0, end: sample.blocks(), stride: 1 }
    }

    /// The first blocks of any run without replicates, none of them short.
    pub fn whole(count: u64) -> Blocks {
        Blocks::of_paths(count.saturating_mul(LENGTH))
    }

    /// Those of these blocks that have the first so many paths, and of the last one only these.
    pub fn up_to(self, paths: u64) -> Blocks {
        let cut = paths.min(self.cut);
        let (mut first, mut last) = (0, self.sample.blocks());
        while first < last {
            let middle = first + (last - first) / 2;
            if self.sample.before(middle) < cut { first = middle + 1 } else { last = middle }
        }
        Blocks { cut, ..self.within(0..first) }
    }

    /// The block of these that has a path of the run; none where it has no such path.
    pub fn with_path(self, path: u64) -> Blocks {
        match path < self.cut {
            true => {
                let end = self.up_to(path + 1).end;
                self.within(end - 1..end)
            }
            false => self.within(self.end..self.end),
        }
    }

    /// Those of these blocks whose numbers are in the range.
    pub fn within(self, range: Range<u64>) -> Blocks {
        let start = range.start.clamp(self.first, self.end);
        let first = self.first + (start - self.first).div_ceil(self.stride) * self.stride;
        let end = range.end.min(self.end);
        Blocks { first, end: end.max(first), ..self }
    }

    /// How many replicates the paths of the run are dealt out to.
    pub fn replicates(self) -> u64 {
        self.sample.replicates
    }

    /// Those of these blocks that belong to a replicate.
    pub fn of_replicate(self, replicate: u64) -> Blocks {
        let (many, first) = (self.sample.replicates, self.first);
        let first = first + (replicate + many - first % many) % many;
        Blocks { first, end: self.end.max(first), stride: many, ..self }
    }

    /// The range of the numbers of the blocks.
    pub fn range(self) -> Range<u64> {
        self.first..self.end
    }

    /// How many blocks there are.
    pub fn count(self) -> u64 {
        (self.end - self.first).div_ceil(self.stride)
    }

    /// Paths in all of them.
    pub fn paths(self) -> u64 {
        let before = |block: u64| self.sample.before(block).min(self.cut);
        match self.stride {
            1 => before(self.end) - before(self.first),
            _ => (0..self.count()).map(|number| self.nth(number).paths as u64).sum(),
        }
    }

    /// The block of this place in their order, counted from 0 and below their number.
    pub fn nth(self, number: u64) -> Block {
        self.block(self.first + number * self.stride)
    }

    /// The block among these of one replicate that ends it and is short.
    pub fn short(self) -> Option<Block> {
        let last = self.nth(self.count().checked_sub(1)?);
        (last.paths < BLOCK).then_some(last)
    }

    /// The numbers of these blocks of one replicate within it.
    pub fn within_replicate(self) -> Range<u64> {
        let first = self.first / self.sample.replicates;
        first..first + self.count()
    }

    /// Paths of a replicate of the run.
    pub fn paths_of(self, replicate: u64) -> u64 {
        self.sample.of(replicate)
    }

    /// The block of a number that is among them.
    pub fn block(self, index: u64) -> Block {
        let before = |block: u64| self.sample.before(block).min(self.cut);
        let paths = (before(index + 1) - before(index)) as usize;
        Block { index, paths, place: self.sample.place(index), first_path: before(index) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(block: Block) -> (u64, usize, u64) {
        (block.index, block.paths, block.first_path())
    }

    #[test]
    fn the_last_block_of_a_run_may_be_short() {
        let blocks = Blocks::of_paths(2 * LENGTH + 7);
        assert_eq!((blocks.range(), blocks.paths()), (0..3, 2 * LENGTH + 7));
        assert_eq!(shape(blocks.block(1)), (1, BLOCK, LENGTH));
        assert_eq!(shape(blocks.block(2)), (2, 7, 2 * LENGTH));
        assert_eq!(Blocks::whole(3).block(2).paths, BLOCK);
        assert_eq!(blocks.short().map(shape), Some((2, 7, 2 * LENGTH)));
        assert_eq!(
            (blocks.within(0..2).short(), blocks.within(2..2).short(), Blocks::whole(3).short()),
            (None, None, None)
        );
        assert_eq!(Blocks::of_paths(0).count(), 0);
        assert_eq!(Blocks::of_paths(u64::MAX).paths(), u64::MAX);
    }

    #[test]
    fn a_range_is_cut_to_what_there_is() {
        let blocks = Blocks::of_paths(2 * LENGTH + 7);
        assert_eq!(blocks.within(1..9).range(), 1..3);
        assert_eq!(blocks.within(1..9).paths(), LENGTH + 7);
        assert_eq!(blocks.within(2..3).paths(), 7);
        assert_eq!((blocks.within(5..9).count(), blocks.within(5..9).paths()), (0, 0));
    }

    #[test]
    fn the_first_paths_are_in_the_first_blocks() {
        let blocks = Blocks::of_paths(2 * LENGTH + 7);
        for (paths, count) in [(0, 0), (1, 1), (LENGTH, 1), (LENGTH + 1, 2), (2 * LENGTH + 7, 3), (u64::MAX, 3)] {
            let first = blocks.up_to(paths);
            assert_eq!((first.count(), first.paths()), (count, paths.min(2 * LENGTH + 7)), "{paths}");
        }
        let dealt = Blocks::of_replicates(3 * LENGTH, 2);
        assert_eq!(dealt.up_to(2 * LENGTH + 3).block(2).paths, 3);
        assert_eq!(dealt.up_to(2 * LENGTH + 3).block(2).place, dealt.block(2).place);
        for blocks in [blocks, dealt] {
            for path in [0, 1, LENGTH - 1, LENGTH, blocks.paths() - 1] {
                let one = blocks.with_path(path);
                let Block { paths, first_path, .. } = one.nth(0);
                assert!(one.count() == 1 && (first_path..first_path + paths as u64).contains(&path), "{path}: {one:?}");
            }
            assert_eq!(blocks.with_path(blocks.paths()).count(), 0);
        }
    }

    /// Every path belongs to one block and one replicate; replicates differ by a path at most and have their blocks in order.
    #[test]
    fn paths_are_dealt_out_evenly() {
        for replicates in [1, 2, 3, 16] {
            for paths in [1, 2, 15, 16, 17, 1_000, 8_191, 8_192, 8_193, 8_208, 100_000] {
                let blocks = Blocks::of_replicates(paths, replicates);
                let many = replicates.min(paths);
                assert_eq!((blocks.replicates(), blocks.paths()), (many, paths));
                let mut next = 0;
                let mut seen = vec![0; many as usize];
                for index in blocks.range() {
                    let block = blocks.block(index);
                    assert_eq!(block.first_path(), next, "{paths} of {replicates}: block {index}");
                    next += block.paths as u64;
                    let replicate = (index % many) as usize;
                    assert_eq!((block.place.replicate, block.place.first), (index % many, seen[replicate]));
                    assert!((1..=BLOCK).contains(&block.paths));
                    seen[replicate] += block.paths as u64;
                    assert!(block.paths == BLOCK || seen[replicate] == block.place.of);
                }
                assert_eq!(next, paths);
                assert!(seen[0] - seen[seen.len() - 1] <= 1);
                for (replicate, &paths) in seen.iter().enumerate() {
                    let own = blocks.of_replicate(replicate as u64);
                    assert_eq!(own.paths(), paths);
                    assert!((0..own.count()).all(|number| own.nth(number).place.replicate == replicate as u64));
                    let rest = blocks.within(1..u64::MAX).of_replicate(replicate as u64);
                    assert_eq!(rest.count(), own.count() - u64::from(replicate == 0));
                }
            }
        }
    }
}
