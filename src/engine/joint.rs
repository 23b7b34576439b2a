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
use crate::stats::{Estimate, Share};

/// What a joint run has seen; terms are read by their number in the order in which they were asked for.
#[derive(Debug)]
pub struct Joint {
    prepared: Prepared,
    partial: Partial,
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
    let prepared = Prepared::new(Plan::joint(models, asked, options)?, options, monitor)?;
    let partial = prepared.simulate(prepared.blocks(), monitor)?;
    Ok(Joint { prepared, partial })
}

impl Joint {
    /// The row with the statistics of a term of kind `Quantity`.
    pub fn band(&self, term: usize, row: Band) -> Band {
        self.reader(term).band(row).0
    }

    /// How often a term of kind `Condition` holds.
    pub fn condition(&self, term: usize) -> Share {
        self.reader(term).condition().0
    }

    /// The mean of a term of kind `Mean`.
    pub fn mean(&self, term: usize) -> Option<Estimate> {
        self.reader(term).mean()
    }

    fn reader(&self, term: usize) -> Reader<'_> {
        let mut reader = Reader::new(&self.prepared.options, &self.partial);
        reader.seek(term);
        reader
    }
}
