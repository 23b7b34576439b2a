//! Scenario files: read, merged, validated.

mod canonical;
mod chain;
mod essence;
pub mod files;
mod formula;
mod json;
pub(crate) mod keys;
mod laws;
mod merge;
mod origin;
mod parse;
mod place;
mod pointer;
mod position;
mod schema;
mod set;
mod shipped;
mod solved;
pub(crate) mod validate;

pub use canonical::{canonical, content_hash, to_json};
pub use chain::{Chain, Patch, TextFile, Unread};
pub use essence::{essence, without_words};
#[cfg(feature = "cli")]
pub(crate) use files::root_of;
pub use json::{Json, Member, Node, child_pointer};
pub use merge::merge;
pub use origin::{Origin, tell_apart};
#[cfg(feature = "cli")]
pub(crate) use origin::{SCHEMA, nearest_shipped};
pub use parse::parse;
pub use place::Place;
pub use schema::json_schema;
pub use set::{Assignment, FoundPath, find_path, set};
pub use shipped::{Shipped, TEMPLATES, Template, all as all_shipped, shipped};
pub use solved::{put_by_period, put_number};
pub(crate) use validate::csv::{CsvTable, table as csv_table};
pub use validate::{Context, ReadCsv, Validated, validate};
