//! A progress bar on stderr, for work that is long enough to wonder about.

use super::console;
use indicatif::{ProgressBar, ProgressStyle};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Shorter work shows no bar: a flash tells nobody anything.
const PATIENCE: Duration = Duration::from_secs(1);

/// Counts paths, and shows them when it takes long and stderr is a terminal.
#[derive(Debug)]
pub(super) struct Progress {
    wanted: bool,
    total: u64,
    done: AtomicU64,
    start: Instant,
    bar: OnceLock<ProgressBar>,
}

impl Progress {
    pub(super) fn new(total: u64, quiet: bool) -> Self {
        Progress {
            wanted: !quiet && console::stderr_is_terminal(),
            total,
            done: AtomicU64::new(0),
            start: Instant::now(),
            bar: OnceLock::new(),
        }
    }

    /// Takes in paths newly done, from any thread.
    pub(super) fn add(&self, paths: u64) {
        let done = self.done.fetch_add(paths, Ordering::Relaxed) + paths;
        if self.wanted && self.start.elapsed() > PATIENCE {
            self.bar.get_or_init(|| bar(self.total)).set_position(done);
        }
    }

    /// Removes the bar and says how long it took, where somebody looks on.
    pub(super) fn finish(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
        let seconds = self.start.elapsed().as_secs_f64();
        if self.wanted {
            let done = crate::output::grouped(self.done.load(Ordering::Relaxed));
            console::note(&format!("{done} paths in {seconds:.2} s on {} threads", rayon::current_num_threads()));
        }
    }
}

fn bar(total: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {percent} %, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(total).with_style(style)
}
