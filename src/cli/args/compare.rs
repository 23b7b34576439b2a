//! Options of `compare`.

use super::charts::{ChartArgs, PictureArgs};
use super::format::ResultFormat;
use super::format::layout;
use super::format::names;
use super::order::OrderArgs;
use super::scenarios::OthersArgs;
use super::scenarios::ScenarioArgs;
use super::simulation::SimulationArgs;
use super::statistics::StatisticsArgs;
use super::statistics::WhyArgs;
use super::workbook::WorkbookArgs;
use crate::output::{comparison_tables, run_tables};
use clap::Args;
use clap::builder::PossibleValuesParser;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    #[command(flatten)]
    pub(crate) scenarios: ScenarioArgs,
    #[command(flatten)]
    pub(crate) others: OthersArgs,
    #[command(flatten)]
    pub(crate) simulation: SimulationArgs,
    #[command(flatten)]
    pub(crate) statistics: StatisticsArgs,

    #[command(flatten)]
    pub(crate) why: WhyArgs,

    /// Format of the results on standard output
    #[arg(long, value_enum, help_heading = "Output")]
    pub(crate) format: Option<ResultFormat>,
    /// Table that --format csv prints; a table of the scenarios' own runs or of the comparison
    #[arg(
        long,
        value_name = "TABLE",
        default_value = "comparison",
        value_parser = PossibleValuesParser::new(
            [names(&comparison_tables(&layout())), names(&run_tables(&layout()))].concat()
        ),
        help_heading = "Output"
    )]
    pub(crate) table: String,
    /// Write results.json and every table as CSV and Parquet into this folder
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) order: OrderArgs,
    #[command(flatten)]
    pub(crate) workbook: WorkbookArgs,
    /// Write charts into this folder, a file each
    #[arg(
        long,
        value_name = "DIR",
        help_heading = "Output",
        long_help = "Write charts into this folder, made if missing, a file each\n\n\
            SCENARIO-difference.svg, the difference from the first scenario path by path; with --why also SCENARIO-why-p50.svg \
            and -why-mean.svg, what the move of the last step is made of; scenarios-overlay.svg and scenarios-ends.svg"
    )]
    pub(crate) charts: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) picture: PictureArgs,
    #[command(flatten)]
    pub(crate) chart: ChartArgs,
    /// No progress, notes or warnings on standard error; errors still stand there
    #[arg(long, short, help_heading = "Output")]
    pub(crate) quiet: bool,
}
