
mod canonical;
mod json;
mod merge;
mod parse;
mod position;

pub use canonical::{canonical, content_hash, to_json};
pub use json::{Json, Member, Node, child_pointer};
pub use merge::merge;
pub use parse::parse;
