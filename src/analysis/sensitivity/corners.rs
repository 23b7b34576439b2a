//! Evaluations of a model on the same base points under several draws of its shocks, row by row.
//!
//! A base point is a pair of independent paths. All ways to mix them are one program, in which what they have in common is
//! computed once: a draw that a swap does not touch, a formula that does not read it.

use crate::engine::{Block, Blocks, Monitor, Observer, RunError, Runner};
use crate::kernel::{BLOCK, Column, Level};
use crate::model::Model;
use crate::program::{Op, Program, Request, Shocks, Sink, compile, compile_under};
use crate::stats::{Frame, Merge, Pilot, merged};

/// What an analysis keeps of the evaluations.
pub(super) trait Estimator: Merge + Clone + Send + Sync {
    /// Takes the values of a request on the base points of a block, a column for each way, all of them finite and in the
    /// frame of the request. Ways whose values are the same because they are computed alike share one column.
    fn add(&mut self, level: Level, request: usize, ways: &[&[f64]]);
}

/// Base points of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Points {
    /// With a value under every way.
    pub(super) n: u64,
    /// The others.
    pub(super) excluded: u64,
}

/// A model under several ways to draw its shocks.
#[derive(Debug)]
pub(super) struct Corners {
    program: Program,
    ways: usize,
    frames: Vec<Frame>,
    /// By row, the row of the same request whose column it shares: itself, or an earlier one.
    shares: Vec<usize>,
    /// The last row of each request that is recorded; none where all are constant.
    last: Vec<Option<usize>>,
}

/// What the evaluations of some base points show.
#[derive(Clone, Debug)]
pub(super) struct Evaluated<E> {
    pub(super) estimator: E,
    /// By request.
    pub(super) points: Vec<Points>,
}

impl Corners {
    /// Compiles the ways. Frames are those of the requests, from [`frames`].
    pub(super) fn new(model: &Model, ways: &[Shocks], requests: &[Request], frames: &[Frame]) -> Corners {
        let program = compile_under(model, ways, requests);
        let ways = ways.len();
        let mut shares: Vec<usize> = (0..program.rows.len()).collect();
        let mut last = vec![None; requests.len()];
        // Rows of a request follow one another, and nothing is computed between them: an equal column is the same value.
        let mut known: Vec<(u32, usize)> = Vec::new();
        for instruction in &program.instructions {
            let Op::Record(row, column) = instruction.op else {
                known.clear();
                continue;
            };
            let row = row as usize;
            known.retain(|(_, other)| other / ways == row / ways);
            match known.iter().find(|(same, _)| *same == column) {
                Some((_, other)) => shares[row] = *other,
                None => known.push((column, row)),
            }
            last[row / ways] = last[row / ways].max(Some(row));
        }
        Corners { program, ways, frames: frames.to_vec(), shares, last }
    }

    /// By request and way, the value of what has one on every path.
    pub(super) fn constants(&self) -> Vec<Vec<Option<f64>>> {
        let rows = self.program.rows.chunks(self.ways);
        rows.map(|rows| rows.iter().map(|row| row.constant()).collect()).collect()
    }

    /// Bytes of a thread's columns.
    pub(super) fn memory(&self) -> u64 {
        ((self.program.columns + self.ways) * size_of::<Column>()) as u64
    }

    /// Evaluates the base points of blocks on all threads.
    pub(super) fn run<E: Estimator>(
        &self,
        seed: u64,
        blocks: Blocks,
        empty: &E,
        monitor: &dyn Monitor,
    ) -> Result<Evaluated<E>, RunError> {
        let runner = Runner::new(&self.program, seed);
        let level = runner.level();
        let observers = runner.run(blocks, monitor, || Gatherer::new(self, level, empty.clone()))?;
        let evaluated = merged(observers.into_iter().map(|gatherer| gatherer.evaluated));
        Ok(evaluated.unwrap_or_else(|| Evaluated::new(self, empty.clone())).with_constants(self, blocks.paths()))
    }

    /// Evaluates the base points of one block on this thread.
    pub(super) fn run_block<E: Estimator>(&self, seed: u64, block: Block, empty: &E) -> Evaluated<E> {
        let runner = Runner::new(&self.program, seed);
        let mut gatherer = Gatherer::new(self, runner.level(), empty.clone());
        gatherer.begin(block);
        self.program.run_block(&mut runner.workspace(), block.place, &[], &mut gatherer);
        gatherer.evaluated.with_constants(self, block.paths as u64)
    }
}

impl<E> Evaluated<E> {
    fn new(corners: &Corners, estimator: E) -> Self {
        Evaluated { estimator, points: vec![Points::default(); corners.last.len()] }
    }

    /// Counts the points of requests that are the same number everywhere, which are handed out by nobody.
    fn with_constants(mut self, corners: &Corners, paths: u64) -> Self {
        for (request, points) in self.points.iter_mut().enumerate().filter(|(at, _)| corners.last[*at].is_none()) {
            let rows = &corners.program.rows[request * corners.ways..][..corners.ways];
            let has_value = rows.iter().all(|row| row.constant().is_some_and(f64::is_finite));
            *points = if has_value { Points { n: paths, excluded: 0 } } else { Points { n: 0, excluded: paths } };
        }
        self
    }
}

impl<E: Merge> Merge for Evaluated<E> {
    fn merge(&mut self, other: &Self) {
        self.estimator.merge(&other.estimator);
        for (own, other) in self.points.iter_mut().zip(&other.points) {
            own.n += other.n;
            own.excluded += other.excluded;
        }
    }
}

/// A thread's part: the columns of the request at hand, and what is kept of those before.
struct Gatherer<'c, E> {
    corners: &'c Corners,
    level: Level,
    paths: usize,
    /// By way; of those that share a column only the first is filled.
    columns: Vec<Vec<f64>>,
    evaluated: Evaluated<E>,
}

impl<'c, E: Estimator> Gatherer<'c, E> {
    fn new(corners: &'c Corners, level: Level, estimator: E) -> Self {
        let columns = vec![Vec::with_capacity(BLOCK); corners.ways];
        Gatherer { corners, level, paths: 0, columns, evaluated: Evaluated::new(corners, estimator) }
    }

    fn complete(&mut self, request: usize) {
        let (corners, first) = (self.corners, request * self.corners.ways);
        for way in 0..corners.ways {
            if let Some(x) = corners.program.rows[first + way].constant() {
                self.columns[way].clear();
                self.columns[way].resize(self.paths, corners.frames[request].apply(x));
            }
        }
        let own: Vec<usize> = (0..corners.ways).filter(|way| corners.shares[first + way] == first + way).collect();
        let finite = |path: usize| own.iter().all(|&way| self.columns[way][path].is_finite());
        let kept: Vec<bool> = (0..self.paths).map(finite).collect();
        let n = kept.iter().filter(|&&kept| kept).count();
        if n < self.paths {
            for &way in &own {
                let mut kept = kept.iter();
                self.columns[way].retain(|_| kept.next().copied().unwrap_or(false));
            }
        }
        let points = &mut self.evaluated.points[request];
        points.n += n as u64;
        points.excluded += (self.paths - n) as u64;
        let ways: Vec<&[f64]> =
            (0..corners.ways).map(|way| &self.columns[corners.shares[first + way] - first][..]).collect();
        self.evaluated.estimator.add(self.level, request, &ways);
    }
}

impl<E> Sink for Gatherer<'_, E>
where
    E: Estimator,
{
    fn row(&mut self, row: usize, column: &Column) {
        let (request, way) = (row / self.corners.ways, row % self.corners.ways);
        if self.corners.shares[row] == row {
            let frame = self.corners.frames[request];
            self.columns[way].clear();
            self.columns[way].extend(column[..self.paths].iter().map(|&x| frame.apply(x)));
        }
        if self.corners.last[request] == Some(row) {
            self.complete(request);
        }
    }
}

impl<E: Estimator> Observer for Gatherer<'_, E> {
    fn begin(&mut self, block: Block) {
        self.paths = block.paths;
    }
}

/// Frames of requests from the first block of a run: products of differences then neither overflow nor vanish.
pub(super) fn frames(
    model: &Model,
    requests: &[Request],
    seed: u64,
    monitor: &dyn Monitor,
) -> Result<Vec<Frame>, RunError> {
    struct First(Vec<Frame>);
    impl Sink for First {
        fn row(&mut self, row: usize, column: &Column) {
            self.0[row] = Pilot::new(column.to_vec()).frame();
        }
    }
    impl Observer for First {}
    let program = compile(model, requests, None);
    let empty = || First(vec![Frame::new(0.0, 1.0); requests.len()]);
    let cancelled = || monitor.is_cancelled();
    if cancelled() {
        return Err(RunError::Cancelled);
    }
    let seen = Runner::new(&program, seed).run(Blocks::whole(1), &|_| {}, empty)?;
    Ok(seen.into_iter().next().unwrap_or_else(empty).0)
}
