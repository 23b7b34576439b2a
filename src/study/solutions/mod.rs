//! Calibrations that were solved before: in this process, before the release, or on this machine.

mod cache;
mod key;
mod stored;

pub(super) use key::{key, key_of_numbers};

use crate::engine::Solution;
use cache::Cache;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// What calibrations came to, by the key of what feeds each.
///
/// Whoever loads scenarios owns the store and hands it on: scenarios that extend one baseline ask for the same solution.
/// Clones are the same store. A solution is the same to the last bit wherever it comes from.
#[derive(Clone, Debug, Default)]
pub struct Solutions(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    solved: Mutex<BTreeMap<String, Solution>>,
    /// Whether those of shipped scenarios are solved as well.
    anew: bool,
    cache: Option<Cache>,
}

impl Solutions {
    /// A store that knows the solutions of shipped scenarios.
    pub fn new() -> Solutions {
        Solutions::default()
    }

    /// A store that knows nothing: every calibration is solved.
    pub fn anew() -> Solutions {
        Solutions(Arc::new(Inner { anew: true, ..Inner::default() }))
    }

    /// A store that also looks into this folder and keeps there what is solved. A folder that cannot be read or written
    /// is as none.
    pub fn kept_in(folder: PathBuf) -> Solutions {
        Solutions(Arc::new(Inner { cache: Some(Cache::new(folder)), ..Inner::default() }))
    }

    /// A store that knows these solutions, and those of shipped scenarios.
    pub fn known(solved: BTreeMap<String, Solution>) -> Solutions {
        Solutions(Arc::new(Inner { solved: Mutex::new(solved), ..Inner::default() }))
    }

    /// The solution of a key, if it is known.
    pub(super) fn get(&self, key: &str) -> Option<Solution> {
        let Inner { solved, anew, cache } = &*self.0;
        let in_memory = solved.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned();
        in_memory.or_else(|| if *anew { None } else { stored::of_shipped(key) }).or_else(|| cache.as_ref()?.get(key))
    }

    /// Keeps the solution of a key that was solved.
    pub(super) fn keep(&self, key: &str, solution: &Solution) {
        let Inner { solved, cache, .. } = &*self.0;
        solved.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), solution.clone());
        if let Some(cache) = cache {
            cache.keep(key, solution);
        }
    }

    /// What was solved here, as the file that is embedded for shipped scenarios.
    pub fn to_stored(&self) -> String {
        stored::text(&self.0.solved.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
