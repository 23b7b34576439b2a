//! A progress bar on stderr, for work that is long enough to wonder about.

use super::console;
use crate::engine::Monitor;
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
    total: AtomicU64,
    done: AtomicU64,
    start: Instant,
    bar: OnceLock<ProgressBar>,
}

impl Progress {
    pub(super) fn new(total: u64, quiet: bool) -> Self {
        Progress {
            wanted: !quiet && console::stderr_is_terminal(),
            total: AtomicU64::new(total),
            done: AtomicU64::new(0),
            start: Instant::now(),
            bar: OnceLock::new(),
        }
    }

    /// Makes room for more paths than were known of.
    pub(super) fn expect(&self, more: u64) {
        self.total.fetch_add(more, Ordering::Relaxed);
    }

    /// Removes the bar.
    pub(super) fn clear(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }

    /// Removes the bar and says how long it took, where somebody looks on.
    pub(super) fn finish(&self) {
        self.clear();
        let seconds = self.start.elapsed().as_secs_f64();
        if self.wanted {
            let done = crate::output::grouped(self.done.load(Ordering::Relaxed));
            console::note(&format!("{done} paths in {seconds:.2} s on {} threads", rayon::current_num_threads()));
        }
    }
}

impl Monitor for Progress {
    fn advance(&self, paths: u64) {
        let done = self.done.fetch_add(paths, Ordering::Relaxed) + paths;
        let elapsed = self.start.elapsed();
        if self.wanted && elapsed > PATIENCE {
            let total = self.total.load(Ordering::Relaxed);
            let bar = self.bar.get_or_init(|| bar(total));
            bar.set_length(total);
            bar.set_message(remaining(elapsed, done, total));
            bar.set_position(done);
        }
    }
}

/// Paths cost the same from the first to the last, so their mean says best what the rest will take.
fn remaining(elapsed: Duration, done: u64, total: u64) -> String {
    let seconds = elapsed.as_secs_f64() * total.saturating_sub(done) as f64 / done.max(1) as f64;
    match seconds {
        ..100.0 => format!("{seconds:.0} s left"),
        ..6000.0 => format!("{:.0} min left", seconds / 60.0),
        _ => format!("{:.0} h left", seconds / 3600.0),
    }
}

fn bar(total: u64) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{wide_bar} {percent} %, {msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(total).with_style(style)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_in_proportion_to_what_was_done() {
        let left = |seconds, done, total| remaining(Duration::from_secs(seconds), done, total);
        assert_eq!(left(2, 20, 100), "8 s left");
        assert_eq!(left(10, 1, 61), "10 min left");
        assert_eq!(left(10, 1, 3601), "10 h left");
        assert_eq!(left(1, 100, 100), "0 s left");
    }
}
