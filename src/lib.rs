//! Monte Carlo scenarios for markets that grow into physical limits.
//!
//! A scenario file passes through one pipeline, and every phase has its own type, so that the wrong one cannot be
//! passed on:
//!
//! ```text
//! files -> Document -> Model -> Program -> blocks of paths -> Partial -> Results -> writers
//!          (as written) (valid)  (columns)  (rayon)           (merges)   (plain)
//! ```

pub mod analysis;
#[cfg(feature = "cli")]
pub mod cli;
mod describe;
pub mod diagnostic;
pub mod dist;
pub mod engine;
pub mod explain;
pub mod kernel;
pub mod limits;
pub mod model;
pub mod output;
pub mod program;
pub mod reference;
pub mod results;
pub mod rng;
pub mod scenario;
pub mod stats;
pub mod study;
