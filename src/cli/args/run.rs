//! Options of `run`.

use super::charts::ChartArgs;
use super::format::PathFormat;
use super::format::ResultFormat;
use super::format::layout;
use super::format::names;
use super::scenarios::ScenarioArgs;
use super::simulation::SimulationArgs;
use super::statistics::StatisticsArgs;
use crate::analysis::precision::Precision;
use crate::cli::values;
use crate::cli::values::PathCount;
use crate::output::run_tables;
use clap::Args;
use clap::builder::PossibleValuesParser;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) scenarios: ScenarioArgs,
    #[command(flatten)]
    pub(crate) simulation: SimulationArgs,
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
    /// Period of the market in --relief, e.g. 2028 or 2028Q1 [default: the last one]
    #[arg(long, value_name = "PERIOD", requires = "relief", help_heading = "Statistics")]
    pub(crate) at: Option<String>,

    /// Format of the results on standard output
    #[arg(
        long,
        value_enum,
        help_heading = "Output",
        long_help = "Format of the results on standard output [default: table]\n\n\
            json and csv are for programs: the same run gives the same bytes. csv has CRLF line ends (RFC 4180), and an \
            apostrophe before free text that begins with = + - @, which a spreadsheet would run"
    )]
    pub(crate) format: Option<ResultFormat>,
    /// Table that --format csv prints
    #[arg(
        long,
        value_name = "TABLE",
        default_value = "bands",
        value_parser = PossibleValuesParser::new(names(&run_tables(&layout()))),
        help_heading = "Output"
    )]
    pub(crate) table: String,
    /// Write results.json and every table as CSV and Parquet into this folder
    #[arg(
        long,
        value_name = "DIR",
        help_heading = "Output",
        long_help = "Write results.json and every table as CSV and Parquet into this folder, made if missing\n\n\
            The tables hold all scenarios, and the same numbers in every format. Each file appears whole or not at all, and \
            manifest.json, written last, ties them to one run: `riskband check DIR` holds a folder against it. Files of an \
            earlier run that this one does not write are removed where its manifest knows them. \
            With --quiet and without --format nothing is printed on standard output"
    )]
    pub(crate) out: Option<PathBuf>,
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
    /// Write charts into this folder, an SVG file each
    #[arg(
        long,
        value_name = "DIR",
        help_heading = "Output",
        long_help = "Write charts into this folder, made if missing, an SVG file each\n\n\
            SCENARIO-fan.svg, -histogram, -exceedance, -binding and -segments-DIMENSION; without time a histogram and a curve of \
            every output; of several scenarios also scenarios-overlay.svg and scenarios-ends.svg"
    )]
    pub(crate) charts: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) chart: ChartArgs,
    /// No progress, notes or warnings on standard error; errors still stand there
    #[arg(long, short, help_heading = "Output")]
    pub(crate) quiet: bool,
}
