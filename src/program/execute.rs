//! Runs a program over one block of paths.

use super::op::{Account, Arg, Deferral, Instruction, Op};
use super::{Program, Replica, Stream};
use crate::kernel::{self, AtCacheLine, BLOCK, Column, Level, Operand};
use crate::rng::{Lanes, StreamKey};
use crate::sampling::{Coordinate, Directions, Place, Sampler, Strata};
use crate::stats::{Deferred, LedgerColumns};

/// Takes what a program hands out of a block of paths.
pub trait Sink {
    /// The column of a recorded row, under the number of its request.
    fn row(&mut self, row: usize, column: &Column);

    /// A ceiling of a step, the constraint counted from 0 and the step from 1. What did not ask for any ignores them.
    fn account(&mut self, _constraint: usize, _step: usize, _columns: &LedgerColumns<'_>) {}
}

impl<F: FnMut(usize, &Column)> Sink for F {
    fn row(&mut self, row: usize, column: &Column) {
        self(row, column);
    }
}

/// How the paths of blocks are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampling {
    /// Every path on its own.
    Independent,
    /// Blocks in pairs. An even one has a path in each of as many equal strata as there are paths, for every column: a
    /// Latin hypercube sample (M. D. McKay, R. J. Beckman and W. J. Conover 1979, A comparison of three methods for
    /// selecting values of input variables in the analysis of output from a computer code, Technometrics 21, 239-245,
    /// doi:10.1080/00401706.1979.10489755). The odd one after it has 1 - u for every u: the antithetic twin of every path.
    Antithetic,
    /// A Latin hypercube sample over all paths of a replicate.
    Latin,
    /// The points of a Sobol' sequence, scrambled anew in every replicate, in the columns that the program has a dimension
    /// for; the others are drawn on their own.
    Sobol,
}

/// Where a column of uniforms comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Uniforms {
    AsDrawn,
    Stratified,
    Mirrored,
    /// In strata of the whole replicate.
    Latin,
    /// A coordinate of the points of a sequence.
    Sobol,
}

impl Sampling {
    /// That of a run.
    pub fn of(sampler: Sampler) -> Sampling {
        match sampler {
            Sampler::Random => Sampling::Independent,
            Sampler::Lhs => Sampling::Latin,
            Sampler::Sobol => Sampling::Sobol,
        }
    }

    /// The block whose streams the paths of this block are drawn from, and what becomes of its uniforms.
    fn of_block(self, block: u64) -> (u64, Uniforms) {
        match self {
            Sampling::Independent => (block, Uniforms::AsDrawn),
            Sampling::Antithetic if block.is_multiple_of(2) => (block / 2, Uniforms::Stratified),
            Sampling::Antithetic => (block / 2, Uniforms::Mirrored),
            Sampling::Latin => (block, Uniforms::Latin),
            Sampling::Sobol => (block, Uniforms::Sobol),
        }
    }
}

/// A thread's private memory for one program: its columns and the state of its streams.
#[derive(Debug)]
pub struct Workspace {
    level: Level,
    sampling: Sampling,
    /// What becomes of the uniforms of the block at hand.
    uniforms: Uniforms,
    place: Place,
    keys: Vec<StreamKey>,
    lanes: Vec<Lanes>,
    /// Columns of each stream that have been drawn or passed over in this block.
    drawn: Vec<usize>,
    /// Of each stream, the directions of its columns, where they are points of a sequence; none for the other columns.
    directions: Vec<Vec<Option<Directions>>>,
    /// `None` only while the column is being filled.
    columns: Vec<Option<Box<AtCacheLine<Column>>>>,
}

impl Workspace {
    /// Memory for `program`, with the streams of `seed`.
    pub fn new(program: &Program, seed: u64, level: Level) -> Self {
        let keys: Vec<StreamKey> = program.streams.iter().map(|stream| stream_key(seed, stream)).collect();
        Workspace {
            level,
            sampling: Sampling::Independent,
            uniforms: Uniforms::AsDrawn,
            place: Place::alone(0),
            drawn: vec![0; keys.len()],
            directions: program.dimensions.iter().map(|stream| directions(stream)).collect(),
            lanes: keys.iter().map(|key| Lanes::seed(level, key, 0)).collect(),
            keys,
            columns: (0..program.columns).map(|_| Some(Box::new(AtCacheLine([0.0; BLOCK])))).collect(),
        }
    }

    /// The next column of a stream, at the block at hand.
    fn draw(&mut self, stream: usize, out: &mut Column) {
        let Workspace { level, uniforms, place, keys, lanes, drawn, directions, .. } = self;
        let (level, key, column) = (*level, &keys[stream], drawn[stream]);
        drawn[stream] += 1;
        if *uniforms == Uniforms::Sobol
            && let Some(Some(directions)) = directions[stream].get(column)
        {
            lanes[stream].skip();
            return Coordinate::new(directions, key, column as u64, *place).fill(level, out);
        }
        lanes[stream].fill_uniform(level, out);
        match uniforms {
            Uniforms::AsDrawn | Uniforms::Sobol => {}
            Uniforms::Stratified => kernel::stratify(level, out),
            Uniforms::Mirrored => {
                kernel::stratify(level, out);
                kernel::complement(level, out);
            }
            Uniforms::Latin => Strata::new(key, column as u64, *place).stratify(level, out),
        }
    }

    /// Passes over the next column of a stream.
    fn skip(&mut self, stream: usize) {
        self.drawn[stream] += 1;
        self.lanes[stream].skip();
    }

    /// How paths are drawn from now on.
    pub fn sample(&mut self, sampling: Sampling) {
        self.sampling = sampling;
    }

    fn column(&self, index: u32) -> &Column {
        &self.columns[index as usize].as_ref().expect("an instruction never reads the column it fills").0
    }

    fn account(&self, account: Account, sink: &mut dyn Sink) {
        let (wanted, delivered, ceiling) = self.three(account.wanted, account.delivered, account.ceiling);
        let deferred = match (account.deferral, self.operand(account.deferred)) {
            (Deferral::Share, Operand::Scalar(share)) => Deferred::Share(share),
            (_, amounts) => Deferred::Amounts(amounts),
        };
        let columns = LedgerColumns { wanted, delivered, ceiling, deferred };
        sink.account(account.constraint as usize, account.step as usize, &columns);
    }

    #[inline(always)]
    fn three(&self, a: Arg, b: Arg, c: Arg) -> (Operand<'_>, Operand<'_>, Operand<'_>) {
        (self.operand(a), self.operand(b), self.operand(c))
    }

    #[inline(always)]
    fn operand(&self, arg: Arg) -> Operand<'_> {
        match arg {
            Arg::Column(index) => Operand::Column(self.column(index)),
            Arg::Scalar(x) => Operand::Scalar(x),
        }
    }
}

/// The directions of the columns that have a dimension.
fn directions(dimensions: &[u32]) -> Vec<Option<Directions>> {
    dimensions.iter().map(|&dimension| Directions::of(dimension)).collect()
}

fn stream_key(seed: u64, stream: &Stream) -> StreamKey {
    let key = match stream.replica {
        Replica::Run => StreamKey::new,
        Replica::Second => StreamKey::resampled,
    };
    key(seed, &stream.input, stream.component)
}

impl Program {
    /// Simulates one block of paths and hands every recorded row and ceiling to `sink`.
    ///
    /// `parameters` are the numbers of `Op::Parameter`; a program that was compiled without any takes an empty list.
    pub fn run_block(&self, workspace: &mut Workspace, place: Place, parameters: &[f64], sink: &mut dyn Sink) {
        let (drawn, uniforms) = workspace.sampling.of_block(place.block);
        workspace.uniforms = uniforms;
        workspace.place = place;
        workspace.drawn.fill(0);
        for (lanes, key) in workspace.lanes.iter_mut().zip(&workspace.keys) {
            *lanes = Lanes::seed(workspace.level, key, drawn);
        }
        for &instruction in &self.instructions {
            self.execute(workspace, instruction, parameters, sink);
        }
    }

    /// One path after the other, by scalar arithmetic: the same bits whatever the instruction set.
    #[inline(never)]
    fn invert(&self, workspace: &Workspace, law: u32, out: &mut Column) {
        let inversion = &self.inversions[law as usize];
        for (path, out) in out.iter_mut().enumerate() {
            *out = inversion.value(|arg| match arg {
                Arg::Column(index) => workspace.column(index)[path],
                Arg::Scalar(x) => x,
            });
        }
    }

    #[inline(always)]
    pub(super) fn execute(
        &self,
        workspace: &mut Workspace,
        Instruction { op, out: index }: Instruction,
        parameters: &[f64],
        sink: &mut dyn Sink,
    ) {
        let level = workspace.level;
        match op {
            Op::Skip(stream) => return workspace.skip(stream as usize),
            Op::Record(row, a) => return sink.row(row as usize, workspace.column(a)),
            Op::Account(account) => return workspace.account(account, sink),
            _ => {}
        }
        let mut filled = workspace.columns[index as usize].take().expect("columns are put back");
        let out = &mut filled.0;
        match op {
            Op::Uniform(stream) => workspace.draw(stream as usize, out),
            Op::Parameter(index) => out.fill(parameters[index as usize]),
            Op::Unary(op, a) => kernel::unary(level, op, out, workspace.column(a)),
            Op::Binary(op, a, b) => {
                kernel::binary(level, op, out, workspace.operand(a), workspace.operand(b));
            }
            Op::MultiplyAdd(a, b, c) => {
                let (a, b, c) = workspace.three(a, b, c);
                kernel::multiply_add(level, out, a, b, c);
            }
            Op::AddMultiply(a, b, c) => {
                let (a, b, c) = workspace.three(a, b, c);
                kernel::add_multiply(level, out, a, b, c);
            }
            Op::Select(a, b, c) => {
                let (a, b, c) = workspace.three(a, b, c);
                kernel::select(level, out, a, b, c);
            }
            Op::Piecewise(table, a) => {
                kernel::piecewise(level, out, workspace.column(a), &self.piecewise[table as usize]);
            }
            Op::Spline(table, a) => {
                kernel::spline(level, out, workspace.column(a), &self.splines[table as usize]);
            }
            Op::Steps(table, a) => {
                kernel::step_table(level, out, workspace.column(a), &self.steps[table as usize]);
            }
            Op::Quantile(function, a) => {
                kernel::quantile(level, out, workspace.column(a), &self.quantiles[function as usize]);
            }
            Op::Inverse(law) => self.invert(workspace, law, out),
            Op::Skip(_) | Op::Record(..) | Op::Account(_) => unreachable!("handled above: they fill no column"),
        }
        workspace.columns[index as usize] = Some(filled);
    }
}
