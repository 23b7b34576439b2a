//! Options of `verify`.

use super::format::TextFormat;
use super::scenarios::ScenarioArgs;
use super::simulation::SimulationArgs;
use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) scenarios: ScenarioArgs,
    #[command(flatten)]
    pub(crate) simulation: SimulationArgs,
    /// Format of the answer on standard output
    #[arg(long, value_enum, default_value_t = TextFormat::Table, help_heading = "Output")]
    pub(crate) format: TextFormat,
    /// No progress, notes or warnings on standard error; errors still stand there
    #[arg(long, short, help_heading = "Output")]
    pub(crate) quiet: bool,
}
