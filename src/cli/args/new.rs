//! Options of `new`.

use crate::scenario::TEMPLATES;
use clap::Args;
use clap::builder::PossibleValuesParser;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    /// File to write; .json is added if it has no extension
    #[arg(value_name = "NAME.json")]
    pub(crate) file: PathBuf,
    /// Scenario that it extends: a shipped name or a file
    #[arg(long, value_name = "SCENARIO", default_value = "baseline", conflicts_with = "template")]
    pub(crate) extends: String,
    /// Start without a parent, from a model with notes that runs as it is
    #[arg(
        long,
        value_name = "KIND",
        value_parser = PossibleValuesParser::new(TEMPLATES.map(|template| template.name)),
        long_help = "Start without a parent, from a model with notes that runs as it is\n\n\
            market: demand under ceilings, by years; stock: what comes in and goes out, by months; register: tasks and risks \
            of a project; static: a calculation without time"
    )]
    pub(crate) template: Option<String>,
    /// Replace the file if it is there
    #[arg(long)]
    pub(crate) force: bool,
}
