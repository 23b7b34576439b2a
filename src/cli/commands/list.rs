//! `list`: the shipped scenarios.

use crate::cli::args::{ListArgs, TextFormat};
use crate::cli::console::{self, BOLD};
use crate::cli::exit::{Exit, Failure};
use crate::output::SafeJson;
use crate::scenario::all_shipped;
use serde_json::Value;

pub(in crate::cli) fn run(args: ListArgs) -> Result<Exit, Failure> {
    let scenarios = all_shipped();
    match args.format {
        TextFormat::Json => console::print_data(|out| {
            let rows: Vec<Value> = scenarios
                .iter()
                .map(|shipped| serde_json::json!({ "scenario": shipped.name, "title": shipped.title() }))
                .collect();
            let version = env!("CARGO_PKG_VERSION");
            writeln!(out, "{}", SafeJson(serde_json::json!({ "riskband": version, "scenarios": rows })))
        })?,
        TextFormat::Table => console::print(|out| {
            let width = scenarios.iter().map(|shipped| shipped.name.len()).max().unwrap_or(0);
            scenarios.iter().try_for_each(|shipped| {
                let name = shipped.name;
                writeln!(out, "{BOLD}{name:width$}{BOLD:#}  {}", shipped.title().unwrap_or_default())
            })
        })?,
    }
    Ok(Exit::Done)
}
