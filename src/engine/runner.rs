//! The one loop over blocks: simulates them on all threads and hands back what each thread has kept.

use super::RunError;
use super::blocks::{Block, Blocks};
use super::monitor::Monitor;
use crate::kernel::Level;
use crate::program::{Program, Sampling, Sink, Workspace};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a thread keeps of the blocks that it runs: a sink that is told where each block begins and ends.
pub trait Observer: Sink + Send {
    /// The columns of a block follow; those of its paths beyond the last one hold anything.
    fn begin(&mut self, _block: Block) {}

    /// All columns of the block have been handed out.
    fn end(&mut self) {}
}

/// A program and how its blocks are drawn, ready to run any of them.
#[derive(Clone, Copy, Debug)]
pub struct Runner<'p> {
    program: &'p Program,
    seed: u64,
    sampling: Sampling,
    parameters: &'p [f64],
    level: Level,
}

impl<'p> Runner<'p> {
    /// Runs independent paths of a program without parameters, on the best level of this machine.
    pub fn new(program: &'p Program, seed: u64) -> Self {
        Runner { program, seed, sampling: Sampling::Independent, parameters: &[], level: Level::detect() }
    }

    /// A runner that draws in another way.
    pub fn sampling(self, sampling: Sampling) -> Self {
        Runner { sampling, ..self }
    }

    /// A runner with these numbers for the program's parameters.
    pub fn parameters(self, parameters: &'p [f64]) -> Self {
        Runner { parameters, ..self }
    }

    /// A runner on another level, which changes no bit.
    pub fn on(self, level: Level) -> Self {
        Runner { level, ..self }
    }

    /// The program.
    pub fn program(&self) -> &'p Program {
        self.program
    }

    /// The level that columns are computed on.
    pub fn level(&self) -> Level {
        self.level
    }

    /// A thread's private memory.
    pub fn workspace(&self) -> Workspace {
        let mut workspace = Workspace::new(self.program, self.seed, self.level);
        workspace.sample(self.sampling);
        workspace
    }

    /// Runs blocks on the current rayon pool: one observer a thread that found any to run, each with blocks in ascending
    /// order. Which thread runs which block is left to chance, so what observers keep must not depend on it.
    ///
    /// # Errors
    ///
    /// [`RunError::Cancelled`] once the monitor asks to end.
    pub fn run<O: Observer>(
        &self,
        blocks: Blocks,
        monitor: &dyn Monitor,
        observer: impl Fn() -> O + Sync,
    ) -> Result<Vec<O>, RunError> {
        let queue = Queue::new(blocks);
        let observers = rayon::broadcast(|_| {
            let mut worker = None;
            while let Some(chunk) = queue.take() {
                let (workspace, observer) = worker.get_or_insert_with(|| (self.workspace(), observer()));
                let mut paths = 0;
                for number in chunk {
                    if monitor.is_cancelled() {
                        return Err(RunError::Cancelled);
                    }
                    let block = blocks.nth(number);
                    observer.begin(block);
                    self.program.run_block(workspace, block.place, self.parameters, observer);
                    observer.end();
                    paths += block.paths as u64;
                }
                monitor.advance(paths);
            }
            Ok(worker.map(|(_, observer)| observer))
        });
        observers.into_iter().filter_map(Result::transpose).collect()
    }
}

/// Blocks that wait for a thread, by their place in the order.
struct Queue {
    next: AtomicU64,
    end: u64,
    chunk: u64,
}

impl Queue {
    /// Blocks that a thread takes at most at a time.
    const CHUNK: u64 = 16;
    /// Chunks for each thread at least, where there are blocks enough: the last to finish keeps the others waiting.
    const SHARES: u64 = 4;

    fn new(blocks: Blocks) -> Queue {
        let shares = Queue::SHARES * rayon::current_num_threads() as u64;
        Queue { next: AtomicU64::new(0), end: blocks.count(), chunk: (blocks.count() / shares).clamp(1, Queue::CHUNK) }
    }

    fn take(&self) -> Option<Range<u64>> {
        let start = self.next.fetch_add(self.chunk, Ordering::Relaxed);
        (start < self.end).then(|| start..start.saturating_add(self.chunk).min(self.end))
    }
}
