//! Scenario files: every bad one gets its message, none a panic, and the JSON Schema agrees with the parser.

mod diagnostics;
mod format_page;
mod public;
mod rooms;
mod schema;
