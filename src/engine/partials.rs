//! What some blocks of a run show, replicate by replicate.

use super::partial::Partial;
use crate::stats::{Merge, Replicated, merged};

/// What has been seen so far of each replicate of a run: whatever blocks it comes from, merged partials say what one run would.
#[derive(Clone, Debug)]
pub struct Partials {
    /// By replicate; one of a run of independent paths.
    replicates: Vec<Partial>,
}

impl Partials {
    /// Of replicates in their order, at least one.
    pub(super) fn new(replicates: Vec<Partial>) -> Partials {
        Partials { replicates }
    }

    /// Number of paths seen.
    pub fn paths(&self) -> u64 {
        self.replicates.iter().map(Partial::paths).sum()
    }

    /// What all paths show together and, where the paths of a replicate depend on each other, what each replicate does.
    pub(super) fn read(self, has_replicates: bool) -> Replicated<Partial> {
        let each = has_replicates.then(|| self.replicates.clone());
        let pooled = merged(self.replicates).expect("a run has a replicate at least");
        Replicated { pooled, each }
    }
}

impl Merge for Partials {
    fn merge(&mut self, other: &Self) {
        self.replicates.merge(&other.replicates);
    }
}
