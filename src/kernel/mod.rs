//! Column functions: the arithmetic of one block of paths, with the same bits on every instruction set.
//!
//! [`scalar`] defines each operation on one value. A column function applies that definition to all paths of a block, in
//! loops that are compiled once for each [`Level`] and vectorised there.
//!
//! # No fused multiply-add
//!
//! A product is always rounded before it is added, on every level and in [`multiply_add`] too. Then every machine gives
//! the same bits, those without the fused instruction included, where emulating it costs a hundred instructions. The
//! price is small, because sums are split into short chains: with AVX-512 the normal quantile takes 1.17 ns a value, a
//! fused Horner scheme of the same degree 1.11 ns (Zen 4, 3.4 GHz; `benches/kernels.rs` measures the former).

mod atan_tanh;
mod columns;
mod exp_ln;
mod level;
mod log10;
mod normal;
mod normal_cdf;
mod normal_table;
mod normal_tail;
mod octaves;
mod ops;
mod ordinary;
mod piecewise;
mod power;
mod quantile;
pub mod scalar;
mod spline;
mod step_table;
#[cfg(test)]
mod testing;
mod trigonometric;
pub(crate) mod xoshiro;

pub use columns::{Operand, add_multiply, binary, complement, multiply_add, select, stratify, unary};
pub use level::Level;
pub(crate) use level::at_each_level;
pub use octaves::{OCTAVE_ROWS, Octaves, octaves_at};
pub use ops::{Binary, Unary};
pub use piecewise::{Piecewise, piecewise};
pub use quantile::{Quantile, Triangular, quantile, quantile_at};
pub use spline::{Spline, spline, spline_at};
pub use step_table::{StepTable, step_table};

/// Paths in a block. It is part of the result: streams are seeded and column sums are taken per block.
///
/// Half as many cost a tenth more time a path, spent between the operations; twice as many gain nothing further and leave
/// the first-level cache.
pub const BLOCK: usize = 512;

/// One value for every path of a block.
pub type Column = [f64; BLOCK];

/// A value at the start of a cache line: a vector as wide as one never lies across two, which would cost two loads.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(crate) struct AtCacheLine<T>(pub(crate) T);
