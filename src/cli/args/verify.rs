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
    /// Hold the comparison of each scenario with the first against the reference engine too
    #[arg(
        long,
        help_heading = "Statistics",
        long_help = "Hold the comparison of each scenario with the first against the reference engine too\n\n\
            On the first 10,000 paths at most both scenarios are recomputed from the engine's own draws, and differences, \
            ratios, shifts, targets and ceilings are worked out anew from these values: counts must be equal, means differ by \
            rounding alone, quantiles lie among the ranks that a histogram tells apart"
    )]
    pub(crate) compare: bool,
    /// Format of the answer on standard output
    #[arg(long, value_enum, default_value_t = TextFormat::Table, help_heading = "Output")]
    pub(crate) format: TextFormat,
    /// No progress, notes or warnings on standard error; errors still stand there
    #[arg(long, short, help_heading = "Output")]
    pub(crate) quiet: bool,
}
