//! Runs several models on the same paths and keeps statistics of terms over their rows.

use super::monitor::Monitor;
use super::partial::Partial;
use super::plan::{Plan, Retention};
use super::reader::Reader;
use super::simulation::Prepared;
use super::{RunError, RunOptions};
use crate::model::Model;
use crate::program::Term;
use crate::results::Band;
use crate::stats::{Estimate, Figures, Replicated, Share};

/// What a joint run has seen; terms are read by their number in the order in which they were asked for.
#[derive(Debug)]
pub struct Joint {
    options: RunOptions,
    partials: Replicated<Partial>,
}

/// What all paths of a joint run show, or those of a replicate: with the errors of independent paths.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'j> {
    options: &'j RunOptions,
    partial: &'j Partial,
}

/// Simulates models together on the current rayon pool.
///
/// # Errors
///
/// When the memory estimate is over its limit or the monitor asks to end.
pub fn joint(
    models: &[&Model],
    asked: &[(Term, Retention)],
    options: &RunOptions,
    monitor: &dyn Monitor,
) -> Result<Joint, RunError> {
    let options = options.clone().along(models.iter().copied());
    let prepared = Prepared::new(Plan::joint(models, asked, &options)?, &options, monitor)?;
    let partials = prepared.simulate(prepared.blocks(), monitor)?;
    Ok(Joint { partials: prepared.read(partials), options })
}

impl Joint {
    /// The row with the statistics of a term of kind `Quantity`.
    pub fn band(&self, term: usize, row: Band) -> Band {
        self.read(|seen| seen.band(term, row.clone()))
    }

    /// How often a term of kind `Condition` holds.
    pub fn condition(&self, term: usize) -> Share {
        self.read(|seen| seen.condition(term))
    }

    /// The mean of a term of kind `Mean`.
    pub fn mean(&self, term: usize) -> Option<Estimate> {
        self.read(|seen| seen.mean(term))
    }

    /// What is read of all paths, with the errors that follow from the replicates where there are any.
    pub(crate) fn read<F: Figures>(&self, read: impl Fn(&Seen<'_>) -> F) -> F {
        self.seen().map(read).combined()
    }

    /// Replicates that errors rest on; none where paths are independent.
    pub(crate) fn replicates(&self) -> Option<u64> {
        self.partials.each.as_ref().map(|each| each.len() as u64)
    }

    /// All paths, and each replicate.
    pub(crate) fn seen(&self) -> Replicated<Seen<'_>> {
        self.partials.map(|partial| Seen { options: &self.options, partial })
    }
}

impl Seen<'_> {
    /// The row with the statistics of a term of kind `Quantity`.
    pub(crate) fn band(&self, term: usize, row: Band) -> Band {
        self.reader(term).band(row).0
    }

    /// How often a term of kind `Condition` holds.
    pub(crate) fn condition(&self, term: usize) -> Share {
        self.reader(term).condition().0
    }

    /// The mean of a term of kind `Mean`.
    pub(crate) fn mean(&self, term: usize) -> Option<Estimate> {
        self.reader(term).mean()
    }

    fn reader(&self, term: usize) -> Reader<'_> {
        let mut reader = Reader::new(self.options, self.partial);
        reader.seek(term);
        reader
    }
}
