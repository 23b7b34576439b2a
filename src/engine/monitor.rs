//! How long work is watched from outside: told of as it goes on, and asked to end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Who looks on while blocks run.
///
/// A closure over the number of paths newly done is a monitor that only listens, a [`Cancel`] one that only asks to end.
pub trait Monitor: Sync {
    /// Hears of paths newly done, from any thread.
    fn advance(&self, _paths: u64) {}

    /// Whether to end now. It is asked before every block, from any thread.
    fn is_cancelled(&self) -> bool {
        false
    }
}

impl<F: Fn(u64) + Sync> Monitor for F {
    fn advance(&self, paths: u64) {
        self(paths);
    }
}

/// A token that cancels what it was handed to. Clones are the same token.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// A token that has not been cancelled.
    pub fn new() -> Cancel {
        Cancel::default()
    }

    /// Asks everything that holds the token to end, for good.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Monitor for Cancel {
    fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Passes on that a monitor asks to end, and tells it nothing: of work whose paths are no paths of a run.
#[derive(Clone, Copy)]
pub(super) struct Unheard<'m>(pub(super) &'m dyn Monitor);

impl Monitor for Unheard<'_> {
    fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }
}
