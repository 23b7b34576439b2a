//! Options of `run`.

use super::charts::{ChartArgs, PictureArgs};
use super::format::PathFormat;
use super::order::OrderArgs;
use super::parts::PartArgs;
use super::results::ResultArgs;
use super::scenarios::ScenarioArgs;
use super::simulation::SimulationArgs;
use super::statistics::StatisticsArgs;
use super::workbook::WorkbookArgs;
use crate::analysis::precision::Precision;
use crate::cli::values;
use crate::cli::values::PathCount;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) scenarios: ScenarioArgs,
    #[command(flatten)]
    pub(crate) simulation: SimulationArgs,
    #[command(flatten)]
    pub(crate) parts: PartArgs,
    #[command(flatten)]
    pub(crate) statistics: StatisticsArgs,
    /// Go on until a statistic is this precise, e.g. 'p95(market,2031) within 0.5%'; may be repeated
    #[arg(
        long,
        value_name = "CONDITION",
        conflicts_with_all = ["paths", "save_paths"],
        help_heading = "Simulation",
        long_help = "Go on until a statistic is this precise; may be repeated\n\n\
            STATISTIC(NAME[,PERIOD]) within TOLERANCE: half of the 95 % interval of the statistic (those of check --expect) \
            is at most the tolerance, or that many percent of the value, e.g. 'p95(market,2031) within 0.5%' or \
            'probability(report_2031) within 0.002'. The run looks at 4096 paths, at twice as many, and so on, until all \
            conditions hold; its results are those of --paths with as many. Around 0, ask for an absolute tolerance. Exits \
            with 1 where --max-paths do not do, and says how many would"
    )]
    pub(crate) until: Vec<Precision>,
    /// Most paths of --until: 1e9, 250M
    #[arg(
        long,
        value_name = "N",
        default_value = "100M",
        value_parser = values::count,
        requires = "until",
        help_heading = "Simulation"
    )]
    pub(crate) max_paths: u64,
    /// What each ceiling, a tenth higher in every step, adds to the last step's market and to the targets
    #[arg(long, help_heading = "Statistics")]
    pub(crate) relief: bool,
    /// Period of the market in --relief, e.g. 2028 or 2028Q1, or total, the sum of all [default: the last one]
    #[arg(long, value_name = "PERIOD", requires = "relief", help_heading = "Statistics")]
    pub(crate) at: Option<String>,

    #[command(flatten)]
    pub(crate) results: ResultArgs,
    #[command(flatten)]
    pub(crate) order: OrderArgs,
    #[command(flatten)]
    pub(crate) workbook: WorkbookArgs,
    /// Save single paths into the folder of --out: all, or the first N of each scenario
    #[arg(
        long,
        value_name = "all|N",
        value_parser = values::path_count,
        help_heading = "Output",
        long_help = "Save single paths into the folder of --out: all, or the first N of each scenario\n\n\
            A row a path, a column an output and period: market[2031], market.region.europe[2031]. What is not finite is \
            absent, so that the mean of a column is the mean of its band. Memory does not grow with the paths; the file \
            does, by up to 8 bytes a value"
    )]
    pub(crate) save_paths: Option<PathCount>,
    /// Save the random inputs too: input.NAME[PERIOD] and, as its level, uniform.NAME[PERIOD]
    #[arg(long, requires = "save_paths", help_heading = "Output")]
    pub(crate) save_inputs: bool,
    /// Save the paths in long form, a row a value: scenario, path, name, period, period_start, value
    #[arg(long, requires = "save_paths", help_heading = "Output")]
    pub(crate) long: bool,
    /// Format of the saved paths
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value_t = PathFormat::default(),
        requires = "save_paths",
        help_heading = "Output"
    )]
    pub(crate) save_format: PathFormat,
    /// Write charts into this folder, a file each
    #[arg(
        long,
        value_name = "DIR",
        help_heading = "Output",
        long_help = "Write charts into this folder, made if missing, a file each\n\n\
            SCENARIO-fan.svg, -histogram, -exceedance, -binding and -segments-DIMENSION; without time a histogram and a curve of \
            every output; of several scenarios also scenarios-overlay.svg and scenarios-ends.svg"
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
