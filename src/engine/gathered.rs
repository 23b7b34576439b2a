//! What blocks of a run have shown, and which blocks: sections that merge to the bits of one run.

use super::blocks::{Block, Blocks};
use super::partial::Partial;
use super::simulation::Prepared;
use super::{BlockSet, Monitor, RunError};
use crate::kernel::BLOCK;
use crate::stats::{Malformed, Merge, StateReader, StateWriter, merged};
use std::ops::Range;

/// The most blocks that a run can have.
const MOST_BLOCKS: u64 = u64::MAX / BLOCK as u64;

/// What some blocks of a run have shown.
///
/// The short block that may end a run stands in a section of its own. So a run of more paths, in which that block is whole,
/// leaves it behind and goes on from all the others.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    whole: Option<Section>,
    short: Option<Section>,
}

/// Blocks and what they have shown.
#[derive(Clone, Debug)]
pub struct Section {
    blocks: BlockSet,
    /// Paths in all of them: [`BLOCK`] each, or fewer in a single one.
    paths: u64,
    partial: Partial,
}

/// A section as it was written.
#[derive(Clone, Debug)]
pub struct WrittenSection<'b> {
    /// Which blocks.
    pub blocks: BlockSet,
    /// Paths in all of them.
    pub paths: u64,
    /// What they have shown.
    pub state: &'b [u8],
}

impl Section {
    /// Which blocks.
    pub fn blocks(&self) -> &BlockSet {
        &self.blocks
    }

    /// Paths in all of them.
    pub fn paths(&self) -> u64 {
        self.paths
    }

    /// What they have shown, as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = StateWriter::new();
        self.partial.store(&mut writer);
        writer.into_bytes()
    }

    /// Number of its only block, if this is the short one.
    fn short_block(&self) -> Option<u64> {
        (self.paths < BLOCK as u64).then(|| self.blocks.first())?
    }
}

impl Gathered {
    /// Whole blocks, and the short one that ends a run if it is there.
    pub fn sections(&self) -> impl Iterator<Item = &Section> {
        self.whole.iter().chain(&self.short)
    }

    /// All blocks, short or whole.
    pub fn blocks(&self) -> BlockSet {
        self.sections().fold(BlockSet::default(), |all, section| all.union(&section.blocks))
    }

    /// Paths of all blocks.
    pub fn paths(&self) -> u64 {
        self.sections().map(Section::paths).sum()
    }

    fn whole_blocks(&self) -> BlockSet {
        self.whole.as_ref().map_or_else(BlockSet::default, |section| section.blocks.clone())
    }

    /// Number and paths of the short block.
    fn short_block(&self) -> Option<(u64, u64)> {
        self.short.as_ref().and_then(|section| Some((section.short_block()?, section.paths)))
    }

    /// Takes in what other blocks of the same run have shown. A short block gives way to a longer one of its number.
    ///
    /// # Errors
    ///
    /// The blocks that both have; nothing is taken in then.
    pub fn merge(&mut self, other: &Gathered) -> Result<(), BlockSet> {
        let mut doubled = self.whole_blocks().common(&other.whole_blocks());
        if let Some((number, _)) = self.short_block().filter(|short| other.short_block() == Some(*short)) {
            doubled = doubled.union(&BlockSet::of(number..number + 1));
        }
        if !doubled.is_empty() {
            return Err(doubled);
        }
        match (&mut self.whole, &other.whole) {
            (Some(own), Some(other)) => {
                own.blocks = own.blocks.union(&other.blocks);
                own.paths += other.paths;
                own.partial.merge(&other.partial);
            }
            (own @ None, other) => own.clone_from(other),
            (_, None) => {}
        }
        // The one that ends the longer run.
        let short = [&self.short, &other.short].into_iter().flatten();
        let last = short.max_by_key(|section| (section.blocks.first(), section.paths));
        let whole = self.whole_blocks();
        self.short = last.filter(|section| !whole.contains_any(&section.blocks)).cloned();
        Ok(())
    }

    /// The blocks of a run that are not there, of those in `blocks`: a short block where a whole one belongs counts as missing.
    pub fn missing(&self, blocks: Blocks) -> BlockSet {
        let short = blocks.short();
        let whole = self.whole_blocks();
        let Range { start, end } = blocks.range();
        let missing = whole.missing(start..short.map_or(end, |block| block.index));
        match short {
            Some(Block { index, paths })
                if self.short_block() != Some((index, paths as u64)) && !whole.contains(index) =>
            {
                missing.union(&BlockSet::of(index..index + 1))
            }
            _ => missing,
        }
    }

    /// Whether paths are there that a run of so many has not.
    pub fn is_beyond(&self, paths: u64) -> bool {
        let last = |section: &Section| section.blocks.ranges().last().map_or(0, |range| range.end - 1);
        self.sections().any(|section| {
            let of_last = section.paths.min(BLOCK as u64);
            last(section) * BLOCK as u64 + of_last > paths
        })
    }

    /// What all blocks together have shown; `None` of none.
    pub(super) fn partial(&self) -> Option<Partial> {
        merged(self.sections().map(|section| section.partial.clone()))
    }
}

impl Prepared {
    /// Simulates blocks, the short one that may end them apart.
    pub(super) fn gather(&self, blocks: Blocks, monitor: &dyn Monitor) -> Result<Gathered, RunError> {
        let Range { start, end } = blocks.range();
        let end_of_whole = blocks.short().map_or(end, |block| block.index);
        let section = |range: Range<u64>| -> Result<Option<Section>, RunError> {
            let blocks = blocks.within(range);
            if blocks.count() == 0 {
                return Ok(None);
            }
            let partial = self.simulate(blocks, monitor)?;
            Ok(Some(Section { blocks: BlockSet::of(blocks.range()), paths: blocks.paths(), partial }))
        };
        Ok(Gathered { whole: section(start..end_of_whole)?, short: section(end_of_whole..end)? })
    }

    /// What was gathered, read from the bytes of its sections.
    pub(super) fn restore(&self, written: &[WrittenSection<'_>]) -> Result<Gathered, Malformed> {
        let mut gathered = Gathered::default();
        for WrittenSection { blocks, paths, state } in written {
            let end = blocks.ranges().last().map_or(0, |range| range.end);
            Malformed::unless(end > 0 && end <= MOST_BLOCKS, "no run has these blocks")?;
            let is_whole = *paths == blocks.count() * BLOCK as u64;
            let is_short = blocks.count() == 1 && *paths > 0 && *paths < BLOCK as u64;
            Malformed::unless(is_whole || is_short, "its blocks do not have so many paths")?;
            let mut partial = self.empty();
            let mut reader = StateReader::new(state, *paths);
            partial.restore(&mut reader, blocks.first().map(|block| block * BLOCK as u64))?;
            reader.finish()?;
            let section = Section { blocks: blocks.clone(), paths: *paths, partial };
            let slot = if is_whole { &mut gathered.whole } else { &mut gathered.short };
            Malformed::unless(slot.replace(section).is_none(), "it has two sections of one kind")?;
        }
        let doubled = gathered.short.as_ref().is_some_and(|short| gathered.whole_blocks().contains_any(&short.blocks));
        Malformed::unless(!doubled, "it has a block twice")?;
        Ok(gathered)
    }
}
