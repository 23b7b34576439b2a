//! Options of `solve`.

use super::charts::PictureArgs;
use super::format::{ResultFormat, names};
use super::scenarios::LoadArgs;
use super::simulation::SimulationArgs;
use crate::analysis::solve::{Goal, Range};
use crate::output::solution_tables;
use clap::Args;
use clap::builder::PossibleValuesParser;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  riskband solve --for 'probability(report_2031) = 60%' --vary events.downturn.hazard=0..0.5 --paths 10000
  riskband solve mine.json --for 'p50(market,2031) >= 40' --vary drivers.trend=0..0.2 --set-solved enough.json
  riskband solve --for 'probability(report_2031) = 60%' --vary events.downturn.hazard=0..0.5 \\
    --vary events.downturn.size.triangular.high=0.6..1

Exits with 1 where the goal is out of reach or the curve turns; with 0 where a condition holds everywhere.")]
pub(crate) struct SolveArgs {
    /// File, shipped name, or - for standard input [default: baseline]
    #[arg(value_name = "SCENARIO")]
    pub(crate) scenario: Option<PathBuf>,
    /// What is to be met, e.g. 'probability(report_2031) = 60%'
    #[arg(
        long = "for",
        value_name = "GOAL",
        required = true,
        help_heading = "Goal",
        long_help = "What is to be met: STATISTIC(NAME[,PERIOD]) = X, >= X or <= X\n\n\
            The statistics are those of check --expect; numbers may end in %. Of a bound, the place is sought where it begins \
            to hold"
    )]
    pub(crate) goal: Goal,
    /// The path that may vary, and between which numbers; twice for a frontier
    #[arg(
        long,
        value_name = "PATH=a..b",
        required = true,
        help_heading = "Goal",
        long_help = "The path that may vary, and between which numbers; twice for a frontier\n\n\
            The path is one of --set, and must lead to what is there. 17 points are looked at first, so that a curve which turns \
            is seen. With a second path, the first is solved for at nine values of it"
    )]
    pub(crate) vary: Vec<Range>,
    #[command(flatten)]
    pub(crate) load: LoadArgs,
    #[command(flatten)]
    pub(crate) simulation: SimulationArgs,

    /// Write a scenario that extends this one, with the value that was found
    #[arg(long, value_name = "FILE.json", help_heading = "Output")]
    pub(crate) set_solved: Option<PathBuf>,
    /// Replace a single file, that of --set-solved or --report, if it is there
    #[arg(long, help_heading = "Output")]
    pub(crate) force: bool,
    /// Format of the answer on standard output
    #[arg(long, value_enum, help_heading = "Output")]
    pub(crate) format: Option<ResultFormat>,
    /// Table that --format csv prints
    #[arg(
        long,
        value_name = "TABLE",
        default_value = "solve",
        value_parser = PossibleValuesParser::new(names(&solution_tables())),
        help_heading = "Output"
    )]
    pub(crate) table: String,
    /// Write results.json and every table as CSV and Parquet into this folder
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
    /// Write a self-contained HTML page with the answer and its curve, or the frontier
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) report: Option<PathBuf>,
    /// Write the chart of the curve or of the frontier into this folder
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(crate) charts: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) picture: PictureArgs,
    /// No progress, notes or warnings on standard error; errors still stand there
    #[arg(long, short, help_heading = "Output")]
    pub(crate) quiet: bool,
}
