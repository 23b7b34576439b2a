//! Column functions: the arithmetic of one block of paths, with the same bits on every instruction set.

mod ops;

pub use ops::{Binary, Unary};

/// Paths in a block. It is part of the result: column sums are taken per block.
pub const BLOCK: usize = 256;

/// One value for every path of a block.
pub type Column = [f64; BLOCK];
