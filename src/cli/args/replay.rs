//! Options of `replay`.

use super::format::{ResultFormat, layout, names};
use super::scenarios::ScenarioArgs;
use super::simulation::SimulationArgs;
use crate::analysis::query::Query;
use crate::output::{Layout, run_tables};
use clap::builder::PossibleValuesParser;
use clap::{ArgGroup, Args};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("which path").args(["path", "near"]).required(true))]
pub(crate) struct ReplayArgs {
    #[command(flatten)]
    pub(crate) scenarios: ScenarioArgs,
    /// Number of the path, from 0, as in saved paths and warnings
    #[arg(long, value_name = "N", help_heading = "Path")]
    pub(crate) path: Option<u64>,
    /// The path nearest to a statistic of an output, e.g. 'p5(market,2031)'
    #[arg(
        long,
        value_name = "STATISTIC",
        help_heading = "Path",
        long_help = "The path whose value is nearest to a statistic of an output, e.g. 'p5(market,2031)', 'mean(market)'\n\n\
            The statistic is that of a run of --paths, and it is those paths that are looked at; of equally near ones the first"
    )]
    pub(crate) near: Option<Query>,
    #[command(flatten)]
    pub(crate) simulation: SimulationArgs,
    /// Format of the story on standard output
    #[arg(long, value_enum, help_heading = "Output")]
    pub(crate) format: Option<ResultFormat>,
    /// Table that --format csv prints
    #[arg(
        long,
        value_name = "TABLE",
        default_value = "story",
        value_parser = PossibleValuesParser::new(names(&run_tables(&Layout { stories: true, ..layout() }))),
        help_heading = "Output"
    )]
    pub(crate) table: String,
    /// Write results.json and every table as CSV and Parquet into this folder
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
    /// No progress, notes or warnings on standard error; errors still stand there
    #[arg(long, short, help_heading = "Output")]
    pub(crate) quiet: bool,
}
