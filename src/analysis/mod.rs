//! What is asked of a model beyond one run: comparison, verification.

pub mod assumptions;
pub mod compare;
pub mod discover;
pub mod expectation;
pub mod moment;
pub mod precision;
pub mod query;
pub mod relief;
pub mod replay;
pub mod sensitivity;
pub mod solve;
pub mod story;
pub mod sweep;
pub mod verify;
pub mod verify_comparison;
pub mod verify_indices;
pub mod why;
