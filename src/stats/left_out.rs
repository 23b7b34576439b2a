//! Paths without a value, which a statistic leaves out.

use super::{Malformed, Merge, StateReader, StateWriter, Stored};

/// How many paths are left out, and the first of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    paths: u64,
    first: Option<u64>,
}

impl LeftOut {
    /// Number of paths.
    pub fn paths(&self) -> u64 {
        self.paths
    }

    /// Number of the first path; none where none is left out.
    pub fn first(&self) -> Option<u64> {
        self.first
    }

    /// Adds paths by their distance from the first one of their block, in ascending order.
    pub(super) fn add(&mut self, first_path: u64, offsets: impl Iterator<Item = usize>) {
        for offset in offsets {
            self.merge(&LeftOut { paths: 1, first: Some(first_path + offset as u64) });
        }
    }
}

impl Merge for LeftOut {
    fn merge(&mut self, other: &Self) {
        self.paths += other.paths;
        self.first = self.first.into_iter().chain(other.first).min();
    }
}

impl Stored for LeftOut {
    fn store(&self, to: &mut StateWriter) {
        to.count(self.paths);
        to.optional(self.first);
    }

    fn restore(&mut self, from: &mut StateReader<'_>) -> Result<(), Malformed> {
        let (paths, first) = (from.count()?, from.optional()?);
        Malformed::unless((paths > 0) == first.is_some(), "paths are left out, and none is the first")?;
        *self = LeftOut { paths, first };
        Ok(())
    }
}
