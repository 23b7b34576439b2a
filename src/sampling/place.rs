//! Where a block of paths stands in its sample.

use crate::kernel::BLOCK;

/// A block among the blocks of a run and its paths among those of their replicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Number of the block in the run, counted from 0: what independent draws are addressed by.
    pub block: u64,
    /// Number of the replicate, counted from 0.
    pub replicate: u64,
    /// Number of the block's first path in the replicate, a multiple of the length of a block.
    pub first: u64,
    /// Paths of the replicate.
    pub of: u64,
}

impl Place {
    /// A block of a run without replicates, of which it does not matter how many paths it has.
    pub fn alone(block: u64) -> Place {
        Place { block, replicate: 0, first: block * BLOCK as u64, of: u64::MAX }
    }
}
