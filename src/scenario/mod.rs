//! Scenario files: read, merged, validated.

mod formula;
mod json;
pub(crate) mod validate;

pub use json::{Json, Member, Node};
pub use validate::{Context, Validated, validate};
