//! Scenario files: every bad one gets its message, none a panic, and the JSON Schema agrees with the parser.

mod diagnostics;
mod public;
mod rooms;
mod schema;
