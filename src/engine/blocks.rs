//! Blocks of paths: what a run is cut into, and what random numbers are addressed by.

use crate::kernel::BLOCK;
use std::ops::Range;

/// One block: [`BLOCK`] consecutive paths, fewer where it ends a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Number of the block, counted from 0.
    pub index: u64,
    /// Paths of the block, from 1 to [`BLOCK`].
    pub paths: usize,
}

impl Block {
    /// Number of its first path, counted from 0.
    pub fn first_path(self) -> u64 {
        self.index * BLOCK as u64
    }
}

/// Consecutive blocks of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocks {
    first: u64,
    end: u64,
    /// Paths of the whole run.
    run: u64,
}

impl Blocks {
    /// All blocks of a run of so many paths, of which the last may be short.
    pub fn of_paths(paths: u64) -> Blocks {
        Blocks { first: 0, end: paths.div_ceil(BLOCK as u64), run: paths }
    }

    /// The first blocks of any run, none of them short.
    pub fn whole(count: u64) -> Blocks {
        Blocks::of_paths(count.saturating_mul(BLOCK as u64))
    }

    /// Those of these blocks that a run of so many paths has, which may be fewer than there are.
    pub fn up_to(self, paths: u64) -> Blocks {
        let run = paths.min(self.run);
        Blocks { run, ..self.within(0..run.div_ceil(BLOCK as u64)) }
    }

    /// Those of these blocks whose numbers are in the range.
    pub fn within(self, range: Range<u64>) -> Blocks {
        let first = range.start.clamp(self.first, self.end);
        Blocks { first, end: range.end.clamp(first, self.end), ..self }
    }

    /// The numbers of the blocks.
    pub fn range(self) -> Range<u64> {
        self.first..self.end
    }

    /// How many blocks there are.
    pub fn count(self) -> u64 {
        self.end - self.first
    }

    /// Paths in all of them.
    pub fn paths(self) -> u64 {
        let before = |block: u64| block.saturating_mul(BLOCK as u64).min(self.run);
        before(self.end) - before(self.first)
    }

    /// The block among them that ends the run and is short.
    pub fn short(self) -> Option<Block> {
        let last = self.block(self.end.checked_sub(1).filter(|last| *last >= self.first)?);
        (last.paths < BLOCK).then_some(last)
    }

    /// The block of a number that is among them.
    pub fn block(self, index: u64) -> Block {
        Block { index, paths: self.within(index..index + 1).paths() as usize }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_block_of_a_run_may_be_short() {
        let blocks = Blocks::of_paths(2 * BLOCK as u64 + 7);
        assert_eq!((blocks.range(), blocks.paths()), (0..3, 2 * BLOCK as u64 + 7));
        assert_eq!(blocks.block(1), Block { index: 1, paths: BLOCK });
        assert_eq!(blocks.block(2), Block { index: 2, paths: 7 });
        assert_eq!(blocks.block(2).first_path(), 2 * BLOCK as u64);
        assert_eq!(Blocks::whole(3).block(2).paths, BLOCK);
        assert_eq!(blocks.short(), Some(Block { index: 2, paths: 7 }));
        assert_eq!(
            (blocks.within(0..2).short(), blocks.within(2..2).short(), Blocks::whole(3).short()),
            (None, None, None)
        );
        assert_eq!(Blocks::of_paths(0).count(), 0);
        assert_eq!(Blocks::of_paths(u64::MAX).paths(), u64::MAX);
    }

    #[test]
    fn a_range_is_cut_to_what_there_is() {
        let blocks = Blocks::of_paths(2 * BLOCK as u64 + 7);
        assert_eq!(blocks.within(1..9).range(), 1..3);
        assert_eq!(blocks.within(1..9).paths(), BLOCK as u64 + 7);
        assert_eq!(blocks.within(2..3).paths(), 7);
        assert_eq!((blocks.within(5..9).count(), blocks.within(5..9).paths()), (0, 0));
    }
}
