//! Probability laws: what a scenario may declare, and each law's transform of a standard normal.

mod law;

pub use law::{Component, Distribution, Law};
