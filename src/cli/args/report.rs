//! Options of `report`.

use super::charts::{ChartArgs, PictureArgs};
use super::order::OrderArgs;
use super::scenarios::OthersArgs;
use super::scenarios::ScenarioArgs;
use super::simulation::SimulationArgs;
use super::statistics::WhyArgs;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    pub(crate) scenarios: ScenarioArgs,
    #[command(flatten)]
    pub(crate) others: OthersArgs,
    #[command(flatten)]
    pub(crate) simulation: SimulationArgs,

    /// Compare with the first scenario on the same random numbers, however many there are [default: up to 6]
    #[arg(
        long,
        help_heading = "Statistics",
        long_help = "Compare every scenario with the first one on the same random numbers, however many there are\n\n\
            Up to 6 scenarios are compared unasked; each comparison takes as long as another run of both. Scenarios that cannot \
            be compared, because their steps or units differ, stand on the page with the reason. --why implies it"
    )]
    pub(crate) compare: bool,
    #[command(flatten)]
    pub(crate) why: WhyArgs,

    /// Say what drives the outputs, as the verb sensitivity does
    #[arg(long, help_heading = "Statistics")]
    pub(crate) sensitivity: bool,

    /// File to write, or - for standard output
    #[arg(long, short, value_name = "FILE", default_value = "riskband-report.html", help_heading = "Output")]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) order: OrderArgs,
    /// Replace the file if it is there
    #[arg(long, help_heading = "Output")]
    pub(crate) force: bool,
    /// Write the charts into this folder too, a file each
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(crate) charts: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) picture: PictureArgs,
    #[command(flatten)]
    pub(crate) chart: ChartArgs,
    /// No progress, notes or warnings on standard error; errors still stand there
    #[arg(long, short, help_heading = "Output")]
    pub(crate) quiet: bool,
}
