//! Options that say in which order scenarios are shown, and how many of them in full.

use crate::cli::values::{self, SortKey};
use clap::Args;

/// The order of scenarios for readers; tables for programs keep that of the command.
#[derive(Debug, Args)]
pub(crate) struct OrderArgs {
    /// Order of the scenarios for readers, e.g. 'p50(market,2031)'; with a - before it, the largest first
    #[arg(
        long,
        value_name = "STATISTIC",
        allow_hyphen_values = true,
        value_parser = values::sort_key,
        help_heading = "Output",
        long_help = "Order of the scenarios for readers: a statistic of check --expect, e.g. 'p50(market,2031)'; with a - before \
            it, the largest first, as in '-probability(report_2031)'\n\n\
            Tables for programs keep the order of the command"
    )]
    pub(crate) sort: Option<SortKey>,
    /// How many scenarios are told in full after the table of all [default: all of up to 20, else none]
    #[arg(long, value_name = "N", help_heading = "Output")]
    pub(crate) top: Option<usize>,
}
