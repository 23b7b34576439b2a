//! Scenario files: read, merged, validated.

mod canonical;
mod json;
mod parse;

pub use canonical::{canonical, content_hash, to_json};
pub use json::{Json, Member, Node, child_pointer};
pub use parse::parse;
