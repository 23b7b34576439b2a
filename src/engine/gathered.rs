//! What blocks of a run have shown, and which blocks: sections that merge to the bits of one run.

use super::blocks::{Block, Blocks};
use super::partial::Partial;
use super::partials::Partials;
use super::simulation::Prepared;
use super::{BlockSet, Monitor, RunError};
use crate::kernel::BLOCK;
use crate::stats::{Malformed, Merge, Replicated, StateReader, StateWriter, merged};
use std::ops::Range;

/// Paths of a whole block.
const LENGTH: u64 = BLOCK as u64;
/// The most blocks that a run can have.
const MOST_BLOCKS: u64 = u64::MAX / LENGTH;

/// What some blocks of a run have shown, replicate by replicate.
#[derive(Clone, Debug)]
pub struct Gathered {
    /// By replicate; one of a run of independent paths.
    replicates: Vec<OfReplicate>,
}

/// What some blocks of a replicate have shown.
///
/// The short block that may end it stands in a section of its own. So a run of more paths, in which that block is whole,
/// leaves it behind and goes on from all the others.
#[derive(Clone, Debug, Default)]
struct OfReplicate {
    whole: Option<Section>,
    short: Option<Section>,
}

/// Blocks of a replicate and what they have shown.
#[derive(Clone, Debug)]
pub struct Section {
    /// Numbers within the replicate.
    blocks: BlockSet,
    /// Paths in all of them: 512 each, or fewer in a single one.
    paths: u64,
    partial: Partial,
}

/// A section as it was written.
#[derive(Clone, Debug)]
pub struct WrittenSection<'b> {
    /// Which replicate.
    pub replicate: u64,
    /// Which of its blocks, by their numbers within it.
    pub blocks: BlockSet,
    /// Paths in all of them.
    pub paths: u64,
    /// What they have shown.
    pub state: &'b [u8],
}

impl Section {
    /// Numbers of the blocks within their replicate.
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

    /// The number after that of the last path, within the replicate.
    fn end(&self) -> u64 {
        let last = self.blocks.ranges().last().map_or(0, |range| range.end - 1);
        last * LENGTH + self.paths.min(LENGTH)
    }
}

impl OfReplicate {
    fn sections(&self) -> impl Iterator<Item = &Section> {
        self.whole.iter().chain(&self.short)
    }

    fn whole_blocks(&self) -> BlockSet {
        self.whole.as_ref().map_or_else(BlockSet::default, |section| section.blocks.clone())
    }

    /// Number and paths of the short block.
    fn short_block(&self) -> Option<(u64, u64)> {
        self.short.as_ref().and_then(|section| Some((section.blocks.first()?, section.paths)))
    }

    /// The blocks that both have.
    fn common(&self, other: &OfReplicate) -> BlockSet {
        let common = self.whole_blocks().common(&other.whole_blocks());
        match self.short_block().filter(|short| other.short_block() == Some(*short)) {
            Some((number, _)) => common.union(&BlockSet::of(number..number + 1)),
            None => common,
        }
    }

    fn merge(&mut self, other: &OfReplicate) {
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
    }

    /// Those of these blocks of the replicate, by their numbers within it, that are not there.
    fn missing(&self, blocks: Range<u64>, short: Option<(u64, u64)>) -> BlockSet {
        let whole = self.whole_blocks();
        let missing = whole.missing(blocks.start..short.map_or(blocks.end, |(number, _)| number));
        match short {
            Some((number, _)) if self.short_block() != short && !whole.contains(number) => {
                missing.union(&BlockSet::of(number..number + 1))
            }
            _ => missing,
        }
    }
}

impl Gathered {
    /// Nothing, of a run with so many replicates.
    pub(super) fn of_nothing(replicates: u64) -> Gathered {
        Gathered { replicates: vec![OfReplicate::default(); replicates.max(1) as usize] }
    }

    /// Whole blocks, and the short one that ends a replicate if it is there, each with the number of its replicate.
    pub fn sections(&self) -> impl Iterator<Item = (u64, &Section)> {
        (0..).zip(&self.replicates).flat_map(|(replicate, of)| of.sections().map(move |section| (replicate, section)))
    }

    /// All blocks, short or whole, by their numbers in the run.
    pub fn blocks(&self) -> BlockSet {
        let blocks =
            |of: &OfReplicate| of.sections().fold(BlockSet::default(), |all, section| all.union(&section.blocks));
        BlockSet::dealt_out(&self.replicates.iter().map(blocks).collect::<Vec<_>>())
    }

    /// Paths of all blocks.
    pub fn paths(&self) -> u64 {
        self.sections().map(|(_, section)| section.paths).sum()
    }

    /// Takes in what other blocks of the same run have shown. A short block gives way to a longer one of its number.
    ///
    /// # Errors
    ///
    /// The blocks that both have; nothing is taken in then.
    pub fn merge(&mut self, other: &Gathered) -> Result<(), BlockSet> {
        let pairs = self.replicates.iter().zip(&other.replicates);
        let common: Vec<BlockSet> = pairs.map(|(own, other)| own.common(other)).collect();
        if common.iter().any(|blocks| !blocks.is_empty()) {
            return Err(BlockSet::dealt_out(&common));
        }
        self.replicates.iter_mut().zip(&other.replicates).for_each(|(own, other)| own.merge(other));
        Ok(())
    }

    /// The blocks of a run that are not there, of those in `blocks`: a short block where a whole one belongs counts as missing.
    pub fn missing(&self, blocks: Blocks) -> BlockSet {
        let missing = (0..).zip(&self.replicates).map(|(replicate, of)| {
            let blocks = blocks.of_replicate(replicate);
            let short = blocks.short().map(|Block { place, paths, .. }| (place.first / LENGTH, paths as u64));
            of.missing(blocks.within_replicate(), short)
        });
        BlockSet::dealt_out(&missing.collect::<Vec<_>>())
    }

    /// Whether paths are there that a run with all these blocks has not.
    pub fn is_beyond(&self, blocks: Blocks) -> bool {
        self.sections().any(|(replicate, section)| section.end() > blocks.paths_of(replicate))
    }

    /// What all blocks together have shown and, where errors rest on replicates, what those of each have.
    pub(super) fn read(&self, has_replicates: bool, empty: impl Fn() -> Partial) -> Replicated<Partial> {
        let partial =
            |of: &OfReplicate| merged(of.sections().map(|section| section.partial.clone())).unwrap_or_else(&empty);
        Partials::new(self.replicates.iter().map(partial).collect()).read(has_replicates)
    }
}

impl Prepared {
    /// Simulates blocks, the short ones that may end replicates apart.
    pub(super) fn gather(&self, blocks: Blocks, monitor: &dyn Monitor) -> Result<Gathered, RunError> {
        let of_replicate = |replicate: u64| {
            let blocks = blocks.of_replicate(replicate);
            let Range { start, end } = blocks.range();
            let end_of_whole = blocks.short().map_or(end, |block| block.index);
            let section = |range: Range<u64>| -> Result<Option<Section>, RunError> {
                let blocks = blocks.within(range);
                if blocks.count() == 0 {
                    return Ok(None);
                }
                let numbers = BlockSet::of(blocks.within_replicate());
                Ok(Some(Section { blocks: numbers, paths: blocks.paths(), partial: self.partial(blocks, monitor)? }))
            };
            Ok(OfReplicate { whole: section(start..end_of_whole)?, short: section(end_of_whole..end)? })
        };
        let replicates = (0..blocks.replicates()).map(of_replicate).collect::<Result<_, RunError>>()?;
        Ok(Gathered { replicates })
    }

    /// What was gathered, read from the bytes of its sections.
    pub(super) fn restore(&self, written: &[WrittenSection<'_>]) -> Result<Gathered, Malformed> {
        let replicates = self.blocks().replicates();
        let mut gathered = Gathered::of_nothing(replicates);
        for WrittenSection { replicate, blocks, paths, state } in written {
            let of = usize::try_from(*replicate).ok().and_then(|replicate| gathered.replicates.get_mut(replicate));
            let Some(of) = of else { return Err(Malformed("no run has this replicate")) };
            let end = blocks.ranges().last().map_or(0, |range| range.end);
            Malformed::unless(end > 0 && end <= MOST_BLOCKS / replicates, "no run has these blocks")?;
            let is_whole = *paths == blocks.count() * LENGTH;
            let is_short = blocks.count() == 1 && *paths > 0 && *paths < LENGTH;
            Malformed::unless(is_whole || is_short, "its blocks do not have so many paths")?;
            let mut partial = self.empty();
            let mut reader = StateReader::new(state, *paths);
            let first_block = blocks.first().map(|block| block * replicates + replicate);
            partial.restore(&mut reader, first_block.map(|block| block * LENGTH))?;
            reader.finish()?;
            let section = Section { blocks: blocks.clone(), paths: *paths, partial };
            let slot = if is_whole { &mut of.whole } else { &mut of.short };
            Malformed::unless(slot.replace(section).is_none(), "it has two sections of one kind")?;
        }
        for of in &gathered.replicates {
            let doubled = of.short.as_ref().is_some_and(|short| of.whole_blocks().contains_any(&short.blocks));
            Malformed::unless(!doubled, "it has a block twice")?;
        }
        Ok(gathered)
    }
}
