//! Options of `list`.

use super::format::TextFormat;
use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Format of the list on standard output
    #[arg(long, value_enum, default_value_t = TextFormat::Table)]
    pub(crate) format: TextFormat,
}
