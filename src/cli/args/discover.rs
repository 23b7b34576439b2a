//! Options of `discover`.

use super::charts::PictureArgs;
use super::format::ResultFormat;
use super::format::{layout, names};
use super::scenarios::LoadArgs;
use super::scenarios::ScenarioArgs;
use super::simulation::ThreadArgs;
use crate::cli::values;
use crate::output::{Layout, run_tables};
use clap::Args;
use clap::builder::PossibleValuesParser;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(override_usage = "riskband discover [OPTIONS] [SCENARIO] <CONDITION>")]
pub(crate) struct DiscoverArgs {
    /// A scenario [default: baseline], then in quotes a condition as in targets, or the name of a target
    #[arg(
        value_name = "CONDITION",
        num_args = 1..=2,
        required = true,
        long_help = "A scenario [default: baseline], then in quotes a condition as in targets, or the name of a target: \
            riskband discover power-limited-grid 'market[2031] < 20'"
    )]
    pub(crate) scenario_and_condition: Vec<String>,
    #[command(flatten)]
    pub(crate) load: LoadArgs,
    /// Number of paths, half of them held out: 32768, 1e5, 100k
    #[arg(long, value_name = "N", default_value = "32768", value_parser = values::count, help_heading = "Simulation")]
    pub(crate) paths: u64,
    /// Seed of all randomness
    #[arg(long, value_name = "S", default_value_t = 1, help_heading = "Simulation")]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) threads: ThreadArgs,
    /// Period up to which series are averaged, e.g. 2028 [default: the last one]
    #[arg(long, value_name = "PERIOD", help_heading = "Statistics")]
    pub(crate) at: Option<String>,
    /// Format of the results on standard output
    #[arg(long, value_enum, help_heading = "Output")]
    pub(crate) format: Option<ResultFormat>,
    /// Table that --format csv prints
    #[arg(
        long,
        value_name = "TABLE",
        default_value = "limits",
        value_parser = PossibleValuesParser::new(names(&run_tables(&Layout { discovery: true, ..layout() }))),
        help_heading = "Output"
    )]
    pub(crate) table: String,
    /// Write results.json and every table as CSV and Parquet into this folder
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
    /// Draw each box in its two strongest inputs into this folder
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(crate) charts: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) picture: PictureArgs,
    /// No progress, notes or warnings on standard error; errors still stand there
    #[arg(long, short, help_heading = "Output")]
    pub(crate) quiet: bool,
}

impl DiscoverArgs {
    /// Which scenario is meant, the baseline where none is named, and the condition, which comes last.
    pub(crate) fn scenarios_and_condition(&self) -> (ScenarioArgs, &str) {
        let (condition, scenario) = self.scenario_and_condition.split_last().expect("the parser asks for one at least");
        let scenarios =
            ScenarioArgs { scenarios: scenario.iter().map(PathBuf::from).collect(), load: self.load.clone() };
        (scenarios, condition)
    }
}
