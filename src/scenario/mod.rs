//! Scenario files: read, merged, validated.

mod canonical;
mod formula;
mod json;
mod parse;
mod schema;
pub(crate) mod validate;

pub use canonical::{canonical, content_hash, to_json};
pub use json::{Json, Member, Node, child_pointer};
pub use parse::parse;
pub use schema::json_schema;
pub use validate::{Context, ReadCsv, Validated, validate};
