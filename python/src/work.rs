//! Work that takes its time: on threads of its own, while the calling thread waits, looks at signals and tells of progress.

use pyo3::prelude::*;
use riskband::Monitor;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How often the calling thread looks up: often enough that Ctrl-C is felt as immediate.
const TICK: Duration = Duration::from_millis(50);
/// Stack of a thread. The library walks trees as deep as the limit on nesting allows.
const STACK: usize = 16 << 20;

/// How work is watched, as Python asks for it.
#[derive(Debug, Default, FromPyObject)]
pub(crate) struct Watch {
    /// Threads; one a core where none are named.
    #[pyo3(item)]
    threads: Option<usize>,
    /// Called with the number of paths done so far.
    #[pyo3(item)]
    progress: Option<Py<PyAny>>,
}

impl Watch {
    /// The same threads, with nobody who hears of progress: for what follows a run and has no paths of its own.
    pub(crate) fn in_silence(&self) -> Watch {
        Watch { threads: self.threads, progress: None }
    }
}

/// What the threads at work and the one that waits know of each other.
#[derive(Default)]
struct Watched {
    done: AtomicU64,
    is_cancelled: AtomicBool,
}

impl Monitor for Watched {
    fn advance(&self, paths: u64) {
        self.done.fetch_add(paths, Ordering::Relaxed);
    }

    fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }
}

/// Does work on a pool of its own, so that two threads of Python do not wait for each other and a forked process has what it
/// needs. The interpreter is free meanwhile.
///
/// # Errors
///
/// What a signal or the callable of the progress raised; the work has been cancelled then, and has ended.
pub(crate) fn on_pool<R: Send>(
    py: Python<'_>,
    watch: &Watch,
    work: impl FnOnce(&dyn Monitor) -> R + Send,
) -> PyResult<R> {
    let watched = Watched::default();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(watch.threads.unwrap_or(0))
        .stack_size(STACK)
        .build()
        .map_err(|error| pyo3::exceptions::PyRuntimeError::new_err(format!("cannot start the threads: {error}")))?;
    py.detach(|| {
        thread::scope(|scope| {
            let (sender, ended) = mpsc::channel::<()>();
            let worker = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || {
                let _ended_with_it = sender;
                pool.install(|| work(&watched))
            })?;
            let mut raised = Ok(());
            while raised.is_ok() && ended.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                raised = Python::attach(|py| look_up(py, watch, &watched));
            }
            if raised.is_err() {
                watched.is_cancelled.store(true, Ordering::Relaxed);
            }
            let result = worker.join().unwrap_or_else(|panic| resume_unwind(panic));
            raised.map(|()| result)
        })
    })
}

fn look_up(py: Python<'_>, watch: &Watch, watched: &Watched) -> PyResult<()> {
    py.check_signals()?;
    match &watch.progress {
        Some(progress) => progress.call1(py, (watched.done.load(Ordering::Relaxed),)).map(drop),
        None => Ok(()),
    }
}
