//! The compiled form of a model: a flat list of column operations over one block of paths.
//!
//! `lower` walks the model, or several models together, step by step and asks the `builder` for values; the builder folds
//! constants and shares equal subexpressions; `assemble` drops what nothing asked for and gives every value a column. The
//! result is immutable and shared by all threads; each thread brings a `Workspace`. What a program hands out, rows and the
//! ceilings of a step, goes to a `Sink`.

mod assemble;
mod builder;
mod dimensions;
mod draw;
mod event;
mod execute;
mod field;
mod inversion;
mod listing;
mod lower;
mod op;
mod rotation;
mod shocks;
mod term;
mod value;

pub use dimensions::{Dimensions, Streams};
pub use execute::{Sampling, Sink, Workspace};
pub use inversion::Inversion;
pub use listing::OpCost;
pub use lower::{Parameter, Request, compile, compile_accounted, compile_joint, compile_under};
pub use op::{Account, Arg, Deferral, Instruction, Op};
pub(crate) use shocks::Averaged;
pub use shocks::{Replica, Shocks};
pub use term::Term;

use crate::kernel::{Piecewise, Quantile, Spline, StepTable};
use crate::rng::Component;

/// A compiled model.
#[derive(Clone, Debug)]
pub struct Program {
    /// The operations, in order.
    pub instructions: Vec<Instruction>,
    /// Columns that a workspace needs.
    pub columns: usize,
    /// Random streams, drawn one column at a time.
    pub streams: Vec<Stream>,
    /// By stream, the dimensions of its columns in a point set; empty where draws are independent of each other, and for
    /// streams that are in no point set.
    pub dimensions: Vec<Vec<u32>>,
    /// Polynomial tables.
    pub piecewise: Vec<Piecewise>,
    /// Polynomial tables of several stretches.
    pub splines: Vec<Spline>,
    /// Tables of steps.
    pub steps: Vec<StepTable>,
    /// Quantile functions.
    pub quantiles: Vec<Quantile>,
    /// Laws that are inverted on every path.
    pub inversions: Vec<Inversion>,
    /// Where the value of every request is found, in the order of the requests.
    pub rows: Vec<Row>,
}

/// Where the value of a request is found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Row {
    /// The same number on every path: it is handed to no sink.
    Constant(f64),
    /// A column, which `Op::Record` hands out under the number of the request.
    Recorded,
}

impl Program {
    /// How many of the rows are recorded.
    pub fn recorded(&self) -> usize {
        self.rows.iter().filter(|row| row.constant().is_none()).count()
    }
}

impl Row {
    /// The number that it is on every path, where it is one.
    pub fn constant(self) -> Option<f64> {
        match self {
            Row::Constant(x) => Some(x),
            Row::Recorded => None,
        }
    }
}

/// One random stream.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Stream {
    /// Name of the input.
    pub input: String,
    /// The part of the input's shock that the stream feeds: its permanent part, or that of each step.
    pub component: Component,
    /// The replica of the field that it belongs to.
    pub replica: Replica,
}
