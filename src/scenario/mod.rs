//! Scenario files: read, merged, validated.

mod json;

pub use json::{Json, Member, Node};
