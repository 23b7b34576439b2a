//! The columns of consecutive blocks, kept whole: for whoever asks about single paths.

use super::RunError;
use super::blocks::{Block, Blocks};
use super::monitor::Monitor;
use super::runner::{Observer, Runner};
use crate::kernel::{BLOCK, Column};
use crate::program::{Row, Sink};
use std::sync::{Mutex, PoisonError};

/// Every row of a program on consecutive paths, constant ones too. Its size grows with the paths.
#[derive(Debug, Default)]
pub struct Recording {
    first: u64,
    /// By block, the paths before it, and at the end all of them.
    starts: Vec<usize>,
    /// Block after block, and in each row after row.
    blocks: Vec<Vec<f64>>,
}

impl Recording {
    /// Simulates blocks on the current rayon pool.
    ///
    /// # Errors
    ///
    /// [`RunError::Cancelled`] once the monitor asks to end.
    pub fn of(runner: &Runner<'_>, blocks: Blocks, monitor: &dyn Monitor) -> Result<Recording, RunError> {
        let mut recording = Recording::default();
        recording.replace(runner, blocks, monitor)?;
        Ok(recording)
    }

    /// Simulates other blocks into the same memory.
    ///
    /// # Errors
    ///
    /// [`RunError::Cancelled`] once the monitor asks to end; what it holds then is of no use.
    pub fn replace(&mut self, runner: &Runner<'_>, blocks: Blocks, monitor: &dyn Monitor) -> Result<(), RunError> {
        let first = blocks.range().start;
        let paths = (0..blocks.count()).map(|number| blocks.nth(number).paths);
        let before = paths.scan(0, |before, paths| {
            *before += paths;
            Some(*before)
        });
        self.starts = std::iter::once(0).chain(before).collect();
        self.first = blocks.block(first).first_path();
        self.blocks.resize_with(blocks.count() as usize, Vec::new);
        let rows = &runner.program().rows;
        let slots: Vec<Slot<'_>> = self.blocks.iter_mut().map(Mutex::new).collect();
        let recorder = || Recorder { rows, slots: &slots, first, current: 0, values: Vec::new() };
        runner.run(blocks, monitor, recorder).map(drop)
    }

    /// Number of the first path, counted from 0 as in warnings.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// How many paths there are.
    pub fn count(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    /// A row, in pieces.
    pub fn row(&self, row: usize) -> impl Iterator<Item = &[f64]> {
        self.blocks
            .iter()
            .enumerate()
            .map(move |(block, values)| &values[row * BLOCK..][..self.starts[block + 1] - self.starts[block]])
    }

    /// One value; the path is counted from the first one here.
    pub fn value(&self, row: usize, path: usize) -> f64 {
        let block = self.starts.partition_point(|&start| start <= path) - 1;
        self.blocks[block][row * BLOCK + path - self.starts[block]]
    }
}

/// Where the rows of a block go. No two threads run the same block, which the lock only states.
type Slot<'v> = Mutex<&'v mut Vec<f64>>;

/// A thread that fills the slots of the blocks it runs.
struct Recorder<'s, 'v> {
    rows: &'s [Row],
    slots: &'s [Slot<'v>],
    /// The block of the first slot.
    first: u64,
    /// The slot of the block at hand, and its values while they are out of it.
    current: usize,
    values: Vec<f64>,
}

impl Recorder<'_, '_> {
    /// Takes the values out of the slot at hand, or puts them back.
    fn swap(&mut self) {
        let mut slot = self.slots[self.current].lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::swap(&mut self.values, &mut **slot);
    }
}

impl Observer for Recorder<'_, '_> {
    fn begin(&mut self, block: Block) {
        self.current = (block.index - self.first) as usize;
        self.swap();
        self.values.resize(self.rows.len() * BLOCK, 0.0);
        for (values, row) in self.values.chunks_exact_mut(BLOCK).zip(self.rows) {
            if let Some(x) = row.constant() {
                values.fill(x);
            }
        }
    }

    fn end(&mut self) {
        self.swap();
    }
}

impl Sink for Recorder<'_, '_> {
    fn row(&mut self, row: usize, column: &Column) {
        self.values[row * BLOCK..][..BLOCK].copy_from_slice(column);
    }
}
