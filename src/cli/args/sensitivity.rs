//! Options of `sensitivity`.

use super::charts::PictureArgs;
use super::format::ResultFormat;
use super::format::{layout, names};
use super::scenarios::ScenarioArgs;
use super::simulation::ThreadArgs;
use crate::analysis::sensitivity::Grouping;
use crate::cli::values;
use crate::model::SubjectName;
use crate::output::{Layout, run_tables};
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct SensitivityArgs {
    #[command(flatten)]
    pub(crate) scenarios: ScenarioArgs,
    /// Base points, each a pair of paths: 16384, 1e5, 100k
    #[arg(
        long,
        value_name = "N",
        default_value = "16384",
        value_parser = values::count,
        help_heading = "Simulation",
        long_help = "Base points, each a pair of paths: 16384, 1e5, 100k\n\n\
            The model is evaluated twice for each and twice more for every input, four times for inputs tied to others; what \
            a swap does not touch is computed once"
    )]
    pub(crate) paths: u64,
    /// Go on until half of every 95 % interval is this narrow, e.g. 0.01 or 1%
    #[arg(
        long,
        value_name = "TOLERANCE",
        value_parser = values::tolerance,
        conflicts_with = "paths",
        help_heading = "Simulation",
        long_help = "Go on until half of every 95 % interval is this narrow, e.g. 0.01 or 1%\n\n\
            First and total orders are looked at on 4096 base points, on twice as many, and so on; an input whose orders are \
            that narrow for everything that is driven drops out. What has not varied by then is not waited for. All else has \
            16384 base points as ever. Exits with 1 where --max-paths do not do, and says how many would"
    )]
    pub(crate) within: Option<f64>,
    /// Most base points of --within: 1e6, 2M
    #[arg(
        long,
        value_name = "N",
        default_value = "1048576",
        value_parser = values::count,
        requires = "within",
        help_heading = "Simulation"
    )]
    pub(crate) max_paths: u64,
    /// Seed of all randomness
    #[arg(long, value_name = "S", default_value_t = 1, help_heading = "Simulation")]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) threads: ThreadArgs,

    /// Outputs, parts of the market and targets, e.g. 'market, cost[2028], report_2031' [default: all but parts]
    #[arg(
        long,
        value_name = "LIST",
        value_parser = values::subject,
        value_delimiter = ',',
        help_heading = "Statistics"
    )]
    pub(crate) of: Vec<SubjectName>,
    /// Period of the outputs, e.g. 2028 or 2028Q1 [default: all; swings in the last one]
    #[arg(long, value_name = "PERIOD", help_heading = "Statistics")]
    pub(crate) at: Option<String>,
    /// What makes inputs one
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = By::default(), help_heading = "Statistics")]
    pub(crate) by: By,
    /// Inputs or quantities that count as one beside the others, e.g. demand=ai_ml,edge_growth; may be repeated
    #[arg(long, value_name = "NAME=INPUT,INPUT", value_parser = values::group, help_heading = "Statistics")]
    pub(crate) group: Vec<(String, Vec<String>)>,
    /// Shapley effects, which add up to 1 whatever is tied
    #[arg(
        long,
        help_heading = "Statistics",
        long_help = "Shapley effects, which add up to 1 whatever is tied\n\n\
            Players are the groups of --group, which must not overlap, and all other inputs. Up to 8 are evaluated in all \
            sets, more along sampled orders"
    )]
    pub(crate) shapley: bool,
    /// Second orders: what only two inputs together explain
    #[arg(long, help_heading = "Statistics")]
    pub(crate) second: bool,

    /// Format of the results on standard output
    #[arg(long, value_enum, help_heading = "Output")]
    pub(crate) format: Option<ResultFormat>,
    /// Table that --format csv prints
    #[arg(
        long,
        value_name = "TABLE",
        default_value = "sensitivity",
        value_parser = PossibleValuesParser::new(names(&run_tables(&Layout { sensitivity: true, ..layout() }))),
        help_heading = "Output"
    )]
    pub(crate) table: String,
    /// Write results.json and every table as CSV and Parquet into this folder
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
    /// Draw the shares by input, and over time, into this folder
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(crate) charts: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) picture: PictureArgs,
    /// No progress, notes or warnings on standard error; errors still stand there
    #[arg(long, short, help_heading = "Output")]
    pub(crate) quiet: bool,
}

/// What makes inputs one player of a sensitivity analysis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// Every input alone, named as correlations name them: downturn.start, downturn.size
    #[default]
    Input,
    /// The quantity: an event with its start, size and duration, a law with its uncertain parameters
    Quantity,
    /// The confidence that the file states
    Confidence,
    /// The source that the file states
    Source,
}

impl From<By> for Grouping {
    fn from(by: By) -> Grouping {
        match by {
            By::Input => Grouping::Input,
            By::Quantity => Grouping::Quantity,
            By::Confidence => Grouping::Confidence,
            By::Source => Grouping::Source,
        }
    }
}
