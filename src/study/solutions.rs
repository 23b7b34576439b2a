//! Calibrations that were solved before.

use crate::engine::Solution;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What calibrations came to, by the content hash of the document that asked for each.
///
/// Whoever loads scenarios owns the store and hands it on: scenarios that extend one baseline ask for the same solution.
/// Clones are the same store.
#[derive(Clone, Debug, Default)]
pub struct Solutions(Arc<Mutex<BTreeMap<String, Solution>>>);

impl Solutions {
    /// An empty store.
    pub fn new() -> Solutions {
        Solutions::default()
    }

    /// The solution of a document, if it is there.
    pub fn get(&self, content_hash: &str) -> Option<Solution> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(content_hash).cloned()
    }

    /// Keeps the solution of a document.
    pub fn keep(&self, content_hash: &str, solution: &Solution) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(content_hash.to_owned(), solution.clone());
    }
}
