//! `schema`: the JSON Schema of scenario files.

use crate::cli::console;
use crate::cli::exit::{Exit, Failure};
use crate::scenario::json_schema;

pub(in crate::cli) fn run() -> Result<Exit, Failure> {
    console::print_data(|out| out.write_all(json_schema().as_bytes()))?;
    Ok(Exit::Done)
}
