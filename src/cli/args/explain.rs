//! Options of `explain`.

use super::format::ResultFormat;
use super::scenarios::ScenarioArgs;
use super::simulation::ThreadArgs;
use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    pub(crate) scenarios: ScenarioArgs,
    #[command(flatten)]
    pub(crate) threads: ThreadArgs,
    /// Add the compiled program: its operations, and what each kind costs on this machine
    #[arg(long, conflicts_with_all = ["format", "assumptions"], help_heading = "Output")]
    pub(crate) program: bool,
    /// List every assumption with its value, source, confidence and the file that sets it
    #[arg(
        long,
        help_heading = "Output",
        long_help = "List every assumption with its value, source, confidence and the file that sets it\n\n\
            A row a number, law, values by year, correlation, event or formula; a source that a file does not give is \
            shown as missing, and a line at the end counts inputs by confidence"
    )]
    pub(crate) assumptions: bool,
    /// Format of the answer on standard output; csv with --assumptions alone
    #[arg(long, value_enum, default_value_t = ResultFormat::Table, help_heading = "Output")]
    pub(crate) format: ResultFormat,
    /// No notes or warnings on standard error; errors still stand there
    #[arg(long, short, help_heading = "Output")]
    pub(crate) quiet: bool,
}
