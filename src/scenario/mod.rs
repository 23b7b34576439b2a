//! Scenario files: read, merged, validated.

mod canonical;
mod chain;
pub mod files;
mod json;
mod merge;
mod parse;
mod position;
mod set;
mod shipped;

pub use canonical::{canonical, content_hash, to_json};
pub use chain::{Chain, Patch, Unread};
pub use json::{Json, Member, Node, child_pointer};
pub use merge::merge;
pub use parse::parse;
pub use set::{Assignment, set};
pub use shipped::{Shipped, all as all_shipped, shipped};
