//! Options of `sweep`.

use super::charts::PictureArgs;
use super::format::{ResultFormat, layout, names};
use super::scenarios::LoadArgs;
use super::simulation::SimulationArgs;
use super::statistics::StatisticsArgs;
use super::workbook::WorkbookArgs;
use crate::cli::values::{self, SortKey};
use crate::model::SubjectName;
use crate::output::{comparison_tables, run_tables};
use crate::study::cases::Variation;
use clap::Args;
use clap::builder::PossibleValuesParser;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  riskband sweep --vary events.downturn.hazard=0..0.5/6 --paths 10000
  riskband sweep baseline --vary events.downturn.hazard=0.1,0.3 --vary constraints.power.growth.pert.mode=0.1..0.4/4
  riskband sweep mine.json --cases cases.csv --sort '-probability(report_2031)' --out results
  riskband sweep --vary events.downturn.hazard=0..0.5/12 --vary drivers.trend=-0.05..0.05/12 --report sweep.html")]
pub(crate) struct SweepArgs {
    /// File, shipped name, or - for standard input [default: baseline]
    #[arg(value_name = "SCENARIO")]
    pub(crate) scenario: Option<PathBuf>,
    /// Values that a path takes: PATH=a,b,c or PATH=lo..hi/n; may be repeated
    #[arg(
        long,
        value_name = "PATH=VALUES",
        required_unless_present = "cases",
        conflicts_with = "cases",
        help_heading = "Cases",
        long_help = "Values that a path takes; may be repeated, and then every value of one goes with every value of the others\n\n\
            PATH=a,b,c lists values, each as --set takes it: JSON or else text, so that a law can be switched; commas in quotes \
            and brackets belong to the value. PATH=lo..hi/n are n numbers in equal steps, both ends among them; lo..hi/n/log, in \
            equal ratios. The path must lead to what is there: a sweep adds no names"
    )]
    pub(crate) vary: Vec<Variation>,
    /// Pair the values of several --vary: the first ones together, the second ones, and so on
    #[arg(long, requires = "vary", help_heading = "Cases")]
    pub(crate) zip: bool,
    /// Cases from a CSV file: a column a path, a row a case, an optional column `case` of names
    #[arg(
        long,
        value_name = "FILE.csv",
        help_heading = "Cases",
        long_help = "Cases from a CSV file: a column a path, a row a case, an optional column `case` of names\n\n\
            Values are those of --vary; an empty field leaves what the scenario has. Names must differ; without them, the number \
            of the row is the name. - reads standard input"
    )]
    pub(crate) cases: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) load: LoadArgs,
    #[command(flatten)]
    pub(crate) simulation: SimulationArgs,
    #[command(flatten)]
    pub(crate) statistics: StatisticsArgs,
    /// Set each case beside the first one, path by path
    #[arg(
        long,
        help_heading = "Statistics",
        long_help = "Set each case beside the first one, path by path\n\n\
            Adds the tables of `compare` and how far every case is from the first, with paired errors; each case is simulated \
            three times more"
    )]
    pub(crate) compare: bool,

    /// Order of the cases on the terminal and the page, e.g. 'p50(market,2031)'; with a - before it, the largest first
    #[arg(
        long,
        value_name = "STATISTIC",
        allow_hyphen_values = true,
        value_parser = values::sort_key,
        help_heading = "Output",
        long_help = "Order of the cases on the terminal and the page: a statistic of check --expect, e.g. 'p50(market,2031)'; with a \
            - before it, the largest first, as in '-probability(report_2031)'\n\n\
            Tables for programs keep the order of the cases"
    )]
    pub(crate) sort: Option<SortKey>,
    /// Outputs and periods to draw, e.g. 'cost, market[2028]' [default: the main output in its last period]
    #[arg(long, value_name = "LIST", value_parser = values::subject, value_delimiter = ',', help_heading = "Output")]
    pub(crate) of: Vec<SubjectName>,
    /// Format of the results on standard output
    #[arg(long, value_enum, help_heading = "Output")]
    pub(crate) format: Option<ResultFormat>,
    /// Table that --format csv prints; of the cases' own runs or, with --compare, of the comparisons
    #[arg(
        long,
        value_name = "TABLE",
        default_value = "summary",
        value_parser = PossibleValuesParser::new(
            [names(&run_tables(&layout())), names(&comparison_tables(&layout()))].concat()
        ),
        help_heading = "Output"
    )]
    pub(crate) table: String,
    /// Write results.json and every table as CSV and Parquet into this folder
    #[arg(
        long,
        value_name = "DIR",
        help_heading = "Output",
        long_help = "Write results.json and every table as CSV and Parquet into this folder, made if missing\n\n\
            Every table has all cases, with a column for each path that varies, called by it, and `case` where a file names \
            them. A case is written as soon as it has run: memory does not grow with their number"
    )]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) workbook: WorkbookArgs,
    /// Write a self-contained HTML page about the cases
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) report: Option<PathBuf>,
    /// Write the charts into this folder, a file each
    #[arg(
        long,
        value_name = "DIR",
        help_heading = "Output",
        long_help = "Write the charts into this folder, made if missing, a file each\n\n\
            One number that varies: sweep-response.svg, a line with its bands, and sweep-chances.svg, the targets. Two: \
            sweep-heat.svg, and one a target. A number and a text: a line for each text. Else sweep-cases.svg, a bar a case"
    )]
    pub(crate) charts: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) picture: PictureArgs,
    /// No progress, notes or warnings on standard error; errors still stand there
    #[arg(long, short, help_heading = "Output")]
    pub(crate) quiet: bool,
}
