//! What was typed: the verbs and their options.

use super::values::{self, Levels, PathCount};
use crate::analysis::expectation::Expectation;
use crate::analysis::precision::Precision;
use crate::analysis::sensitivity::Grouping;
use crate::engine::RunOptions;
use crate::model::SubjectName;
use crate::output::chart::CurveForm;
use crate::output::{Layout, Table, comparison_tables, run_tables};
use crate::scenario::TEMPLATES;
use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Monte Carlo scenarios for markets that grow into physical limits.
#[derive(Debug, Parser)]
#[command(
    name = "riskband",
    version,
    max_term_width = 100,
    arg_required_else_help = true,
    subcommand_required = true,
    about = "Monte Carlo scenarios for markets that grow into physical limits",
    long_about = "Monte Carlo scenarios for markets that grow into physical limits.\n\n\
        A scenario file declares uncertain growth drivers and ceilings. riskband simulates many futures (paths) and \
        answers with a risk band around a baseline, the probability of targets, and the ceilings that bind.",
    after_help = "riskband --help has examples and exit codes; riskband VERB --help has the options of a verb.",
    after_long_help = EXAMPLES
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) verb: Verb,
}

const EXAMPLES: &str = "\
Examples:
  riskband run                                            the baseline, as a table
  riskband run power-limited-grid --paths 1e6             a shipped scenario, a million paths
  riskband run mine.json --set events.downturn.hazard=0.3  a what-if
  riskband run scenarios/ --out results --quiet           a batch into files
  riskband report baseline power-limited-grid             a page that sets two side by side
  riskband run mine.json --format json | jq '.runs[0].targets'
  riskband compare baseline power-limited-grid --why      paired differences, and what they are made of
  riskband sensitivity baseline --of market --at 2031     what drives the band
  riskband check mine.json --expect 'p50(market,2031) in 34..37'
  riskband new mine.json --extends baseline               a file to start from

Exit codes:
  0  done; a reader that closes the pipe early is no error
  1  a requested check failed
  2  bad usage or input; in a batch the good scenarios ran all the same
  3  a file could not be read or written";

const SCENARIOS: &str = "\
Scenarios to read: a file, a folder (its *.json files, sorted, without its subfolders and without what riskband writes \
itself: schema.json, results.json, manifests), the name of a \
shipped scenario (`riskband list`), or - for standard input. With none, the shipped baseline. A bare name that is \
shipped means the shipped one; write ./NAME for a file or folder of that name. A file given twice is read once; \
scenarios with the same name are told apart by their paths.";

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Simulate scenarios: bands, targets, which ceilings bind
    Run(RunArgs),
    /// Compare scenarios with the first one on the same random numbers
    Compare(CompareArgs),
    /// Say what drives the outputs: shares of their variance by input, with errors
    Sensitivity(SensitivityArgs),
    /// Find where among the inputs an outcome lives: boxes with coverage and density
    Discover(DiscoverArgs),
    /// Write one self-contained HTML page: answer, charts, tables, assumptions
    Report(ReportArgs),
    /// Validate scenarios, every problem at once; test what they must give
    ///
    /// A folder of results is held against its manifest: whether its files are those of one run.
    Check(CheckArgs),
    /// Show what a scenario resolves to: inputs, laws, sources, formulas
    Explain(ExplainArgs),
    /// Run scenarios on an independent engine too, and compare
    Verify(VerifyArgs),
    /// Write a scenario that extends another, ready to edit
    New(NewArgs),
    /// List the shipped scenarios
    List(ListArgs),
    /// Print the JSON Schema of scenario files
    Schema,
    /// Print the completion script of a shell
    Completions(CompletionsArgs),
}

#[derive(Debug, Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    pub(super) scenarios: ScenarioArgs,
    #[command(flatten)]
    pub(super) simulation: SimulationArgs,
    #[command(flatten)]
    pub(super) statistics: StatisticsArgs,
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
    pub(super) until: Vec<Precision>,
    /// Most paths of --until: 1e9, 250M
    #[arg(
        long,
        value_name = "N",
        default_value = "100M",
        value_parser = values::count,
        requires = "until",
        help_heading = "Simulation"
    )]
    pub(super) max_paths: u64,
    /// What each ceiling, a tenth higher in every step, adds to the last step's market and to the targets
    #[arg(long, help_heading = "Statistics")]
    pub(super) relief: bool,
    /// Period of the market in --relief, e.g. 2028 or 2028Q1 [default: the last one]
    #[arg(long, value_name = "PERIOD", requires = "relief", help_heading = "Statistics")]
    pub(super) at: Option<String>,

    /// Format of the results on standard output
    #[arg(
        long,
        value_enum,
        help_heading = "Output",
        long_help = "Format of the results on standard output [default: table]\n\n\
            json and csv are for programs: the same run gives the same bytes. csv has CRLF line ends (RFC 4180), and an \
            apostrophe before free text that begins with = + - @, which a spreadsheet would run"
    )]
    pub(super) format: Option<ResultFormat>,
    /// Table that --format csv prints
    #[arg(
        long,
        value_name = "TABLE",
        default_value = "bands",
        value_parser = PossibleValuesParser::new(names(&run_tables(&layout()))),
        help_heading = "Output"
    )]
    pub(super) table: String,
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
    pub(super) out: Option<PathBuf>,
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
    pub(super) save_paths: Option<PathCount>,
    /// Save the random inputs too: input.NAME[PERIOD] and, as its level, uniform.NAME[PERIOD]
    #[arg(long, requires = "save_paths", help_heading = "Output")]
    pub(super) save_inputs: bool,
    /// Save the paths in long form, a row a value: scenario, path, name, period, period_start, value
    #[arg(long, requires = "save_paths", help_heading = "Output")]
    pub(super) long: bool,
    /// Format of the saved paths
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value_t = PathFormat::default(),
        requires = "save_paths",
        help_heading = "Output"
    )]
    pub(super) save_format: PathFormat,
    /// Write charts into this folder, an SVG file each
    #[arg(
        long,
        value_name = "DIR",
        help_heading = "Output",
        long_help = "Write charts into this folder, made if missing, an SVG file each\n\n\
            SCENARIO-fan.svg, -histogram, -exceedance, -binding and -segments-DIMENSION; without time a histogram and a curve of \
            every output; of several scenarios also scenarios-overlay.svg and scenarios-ends.svg"
    )]
    pub(super) charts: Option<PathBuf>,
    #[command(flatten)]
    pub(super) chart: ChartArgs,
    /// No progress, notes or warnings on standard error; errors still stand there
    #[arg(long, short, help_heading = "Output")]
    pub(super) quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    #[command(flatten)]
    pub(super) scenarios: ScenarioArgs,
    #[command(flatten)]
    pub(super) others: OthersArgs,
    #[command(flatten)]
    pub(super) simulation: SimulationArgs,
    #[command(flatten)]
    pub(super) statistics: StatisticsArgs,

    #[command(flatten)]
    pub(super) why: WhyArgs,

    /// Format of the results on standard output
    #[arg(long, value_enum, help_heading = "Output")]
    pub(super) format: Option<ResultFormat>,
    /// Table that --format csv prints; a table of the scenarios' own runs or of the comparison
    #[arg(
        long,
        value_name = "TABLE",
        default_value = "comparison",
        value_parser = PossibleValuesParser::new(
            [names(&comparison_tables(&layout())), names(&run_tables(&layout()))].concat()
        ),
        help_heading = "Output"
    )]
    pub(super) table: String,
    /// Write results.json and every table as CSV and Parquet into this folder
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(super) out: Option<PathBuf>,
    /// Write charts into this folder, an SVG file each
    #[arg(
        long,
        value_name = "DIR",
        help_heading = "Output",
        long_help = "Write charts into this folder, made if missing, an SVG file each\n\n\
            SCENARIO-difference.svg, the difference from the first scenario path by path; with --why also SCENARIO-why-p50.svg \
            and -why-mean.svg, what the move of the last step is made of; scenarios-overlay.svg and scenarios-ends.svg"
    )]
    pub(super) charts: Option<PathBuf>,
    #[command(flatten)]
    pub(super) chart: ChartArgs,
    /// No progress, notes or warnings on standard error; errors still stand there
    #[arg(long, short, help_heading = "Output")]
    pub(super) quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct SensitivityArgs {
    #[command(flatten)]
    pub(super) scenarios: ScenarioArgs,
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
    pub(super) paths: u64,
    /// Seed of all randomness
    #[arg(long, value_name = "S", default_value_t = 1, help_heading = "Simulation")]
    pub(super) seed: u64,
    /// Number of threads [default: all]; results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024), help_heading = "Simulation")]
    pub(super) threads: Option<u16>,

    /// Outputs, parts of the market and targets, e.g. 'market, cost[2028], report_2031' [default: all but parts]
    #[arg(
        long,
        value_name = "LIST",
        value_parser = values::subject,
        value_delimiter = ',',
        help_heading = "Statistics"
    )]
    pub(super) of: Vec<SubjectName>,
    /// Period of the outputs, e.g. 2028 or 2028Q1 [default: all; swings in the last one]
    #[arg(long, value_name = "PERIOD", help_heading = "Statistics")]
    pub(super) at: Option<String>,
    /// What makes inputs one
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = By::default(), help_heading = "Statistics")]
    pub(super) by: By,
    /// Inputs or quantities that count as one beside the others, e.g. demand=ai_ml,edge_growth; may be repeated
    #[arg(long, value_name = "NAME=INPUT,INPUT", value_parser = values::group, help_heading = "Statistics")]
    pub(super) group: Vec<(String, Vec<String>)>,
    /// Shapley effects, which add up to 1 whatever is tied
    #[arg(
        long,
        help_heading = "Statistics",
        long_help = "Shapley effects, which add up to 1 whatever is tied\n\n\
            Players are the groups of --group, which must not overlap, and all other inputs. Up to 8 are evaluated in all \
            sets, more along sampled orders"
    )]
    pub(super) shapley: bool,
    /// Second orders: what only two inputs together explain
    #[arg(long, help_heading = "Statistics")]
    pub(super) second: bool,

    /// Format of the results on standard output
    #[arg(long, value_enum, help_heading = "Output")]
    pub(super) format: Option<ResultFormat>,
    /// Table that --format csv prints
    #[arg(
        long,
        value_name = "TABLE",
        default_value = "sensitivity",
        value_parser = PossibleValuesParser::new(names(&run_tables(&Layout { sensitivity: true, ..layout() }))),
        help_heading = "Output"
    )]
    pub(super) table: String,
    /// Write results.json and every table as CSV and Parquet into this folder
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(super) out: Option<PathBuf>,
    /// No progress, notes or warnings on standard error; errors still stand there
    #[arg(long, short, help_heading = "Output")]
    pub(super) quiet: bool,
}

#[derive(Debug, Args)]
#[command(override_usage = "riskband discover [OPTIONS] [SCENARIO] <CONDITION>")]
pub(super) struct DiscoverArgs {
    /// A scenario [default: baseline], then in quotes a condition as in targets, or the name of a target
    #[arg(
        value_name = "CONDITION",
        num_args = 1..=2,
        required = true,
        long_help = "A scenario [default: baseline], then in quotes a condition as in targets, or the name of a target: \
            riskband discover power-limited-grid 'market[2031] < 20'"
    )]
    pub(super) scenario_and_condition: Vec<String>,
    #[command(flatten)]
    pub(super) load: LoadArgs,
    /// Number of paths, half of them held out: 32768, 1e5, 100k
    #[arg(long, value_name = "N", default_value = "32768", value_parser = values::count, help_heading = "Simulation")]
    pub(super) paths: u64,
    /// Seed of all randomness
    #[arg(long, value_name = "S", default_value_t = 1, help_heading = "Simulation")]
    pub(super) seed: u64,
    /// Number of threads [default: all]; results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024), help_heading = "Simulation")]
    pub(super) threads: Option<u16>,
    /// Period up to which series are averaged, e.g. 2028 [default: the last one]
    #[arg(long, value_name = "PERIOD", help_heading = "Statistics")]
    pub(super) at: Option<String>,
    /// Format of the results on standard output
    #[arg(long, value_enum, help_heading = "Output")]
    pub(super) format: Option<ResultFormat>,
    /// Table that --format csv prints
    #[arg(
        long,
        value_name = "TABLE",
        default_value = "limits",
        value_parser = PossibleValuesParser::new(names(&run_tables(&Layout { discovery: true, ..layout() }))),
        help_heading = "Output"
    )]
    pub(super) table: String,
    /// Write results.json and every table as CSV and Parquet into this folder
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(super) out: Option<PathBuf>,
    /// No progress, notes or warnings on standard error; errors still stand there
    #[arg(long, short, help_heading = "Output")]
    pub(super) quiet: bool,
}

impl DiscoverArgs {
    /// Which scenario is meant, the baseline where none is named, and the condition, which comes last.
    pub(super) fn scenarios_and_condition(&self) -> (ScenarioArgs, &str) {
        let (condition, scenario) = self.scenario_and_condition.split_last().expect("the parser asks for one at least");
        let scenarios =
            ScenarioArgs { scenarios: scenario.iter().map(PathBuf::from).collect(), load: self.load.clone() };
        (scenarios, condition)
    }
}

/// What makes inputs one player of a sensitivity analysis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum By {
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

#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    #[command(flatten)]
    pub(super) scenarios: ScenarioArgs,
    #[command(flatten)]
    pub(super) others: OthersArgs,
    #[command(flatten)]
    pub(super) simulation: SimulationArgs,

    /// Compare with the first scenario on the same random numbers, however many there are [default: up to 6]
    #[arg(
        long,
        help_heading = "Statistics",
        long_help = "Compare every scenario with the first one on the same random numbers, however many there are\n\n\
            Up to 6 scenarios are compared unasked; each comparison takes as long as another run of both. Scenarios that cannot \
            be compared, because their steps or units differ, stand on the page with the reason. --why implies it"
    )]
    pub(super) compare: bool,
    #[command(flatten)]
    pub(super) why: WhyArgs,

    /// Say what drives the outputs, as the verb sensitivity does
    #[arg(long, help_heading = "Statistics")]
    pub(super) sensitivity: bool,

    /// File to write, or - for standard output
    #[arg(long, short, value_name = "FILE", default_value = "riskband-report.html", help_heading = "Output")]
    pub(super) output: PathBuf,
    /// Replace the file if it is there
    #[arg(long, help_heading = "Output")]
    pub(super) force: bool,
    /// Write the charts into this folder too, an SVG file each
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(super) charts: Option<PathBuf>,
    #[command(flatten)]
    pub(super) chart: ChartArgs,
    /// No progress, notes or warnings on standard error; errors still stand there
    #[arg(long, short, help_heading = "Output")]
    pub(super) quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct ChartArgs {
    /// Charts of further outputs and periods, e.g. 'cost, market[2028]'
    #[arg(
        long,
        value_name = "LIST",
        value_parser = values::subject,
        value_delimiter = ',',
        help_heading = "Output",
        long_help = "Charts of further outputs and periods, e.g. 'cost, market[2028], market.region.europe'; may be repeated\n\n\
            An output alone is drawn over time, and with a histogram and a curve of its last period; with a period, the \
            histogram and the curve of that one. On the page of `report`; as files, where --charts says the folder"
    )]
    pub(super) charts_of: Vec<SubjectName>,
    /// The curve beside each histogram
    #[arg(long, value_enum, value_name = "FORM", default_value_t = CurveKind::default(), help_heading = "Output")]
    pub(super) curve: CurveKind,
}

/// Which share of the paths a curve shows for each value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum CurveKind {
    /// The paths that reach the value or more.
    #[default]
    Exceedance,
    /// The paths at the value or below.
    Cumulative,
}

impl From<CurveKind> for CurveForm {
    fn from(kind: CurveKind) -> CurveForm {
        match kind {
            CurveKind::Exceedance => CurveForm::Exceedance,
            CurveKind::Cumulative => CurveForm::Cumulative,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) scenarios: ScenarioArgs,
    #[command(flatten)]
    pub(super) simulation: SimulationArgs,

    /// Simulate and expect, e.g. 'p50(market,2031) in 34..37'; may be repeated
    #[arg(
        long,
        value_name = "EXPECTATION",
        help_heading = "Expectations",
        long_help = "Simulate and expect; may be repeated\n\n\
            STATISTIC(NAME[,PERIOD]) CONDITION, where the statistic is mean, sd, skewness, median, p50, p99_9, es5 (any \
            level) of an output, probability of a target, p_ever of a constraint, or in a period of it p_binding, p_short, \
            p_first, unmet_mean, lost_mean, deferred_mean or utilisation_mean; the condition is in LOW..HIGH (both ends \
            included), >= X, > X, <= X or < X; numbers may end in %. Without a period the last one is meant, and a year \
            is its last step. Examples:\n  \
            --expect 'p50(market,2031) in 34..37'\n  \
            --expect 'probability(report_2031) >= 45%'\n  \
            --expect 'p_binding(power,2031) < 0.1'"
    )]
    pub(super) expect: Vec<Expectation>,
    /// Format of the answer on standard output
    #[arg(long, value_enum, default_value_t = TextFormat::Table, help_heading = "Output")]
    pub(super) format: TextFormat,
    /// No progress, notes or warnings on standard error; errors still stand there
    #[arg(long, short, help_heading = "Output")]
    pub(super) quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    #[command(flatten)]
    pub(super) scenarios: ScenarioArgs,
    /// Number of threads [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024), help_heading = "Simulation")]
    pub(super) threads: Option<u16>,
    /// Add the compiled program: its operations, and what each kind costs on this machine
    #[arg(long, conflicts_with_all = ["format", "assumptions"], help_heading = "Output")]
    pub(super) program: bool,
    /// List every assumption with its value, source, confidence and the file that sets it
    #[arg(
        long,
        help_heading = "Output",
        long_help = "List every assumption with its value, source, confidence and the file that sets it\n\n\
            A row a number, law, values by year, correlation, event or formula; a source that a file does not give is \
            shown as missing, and a line at the end counts inputs by confidence"
    )]
    pub(super) assumptions: bool,
    /// Format of the answer on standard output; csv with --assumptions alone
    #[arg(long, value_enum, default_value_t = ResultFormat::Table, help_heading = "Output")]
    pub(super) format: ResultFormat,
    /// No notes or warnings on standard error; errors still stand there
    #[arg(long, short, help_heading = "Output")]
    pub(super) quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    #[command(flatten)]
    pub(super) scenarios: ScenarioArgs,
    #[command(flatten)]
    pub(super) simulation: SimulationArgs,
    /// Format of the answer on standard output
    #[arg(long, value_enum, default_value_t = TextFormat::Table, help_heading = "Output")]
    pub(super) format: TextFormat,
    /// No progress, notes or warnings on standard error; errors still stand there
    #[arg(long, short, help_heading = "Output")]
    pub(super) quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct NewArgs {
    /// File to write; .json is added if it has no extension
    #[arg(value_name = "NAME.json")]
    pub(super) file: PathBuf,
    /// Scenario that it extends: a shipped name or a file
    #[arg(long, value_name = "SCENARIO", default_value = "baseline", conflicts_with = "template")]
    pub(super) extends: String,
    /// Start without a parent, from a model with notes that runs as it is
    #[arg(
        long,
        value_name = "KIND",
        value_parser = PossibleValuesParser::new(TEMPLATES.map(|template| template.name)),
        long_help = "Start without a parent, from a model with notes that runs as it is\n\n\
            market: demand under ceilings, by years; stock: what comes in and goes out, by months; register: tasks and risks \
            of a project; static: a calculation without time"
    )]
    pub(super) template: Option<String>,
    /// Replace the file if it is there
    #[arg(long)]
    pub(super) force: bool,
}

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// Format of the list on standard output
    #[arg(long, value_enum, default_value_t = TextFormat::Table)]
    pub(super) format: TextFormat,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    pub(super) shell: clap_complete::Shell,
}

/// Which scenarios, and how they are read.
#[derive(Clone, Debug, Args)]
pub(super) struct ScenarioArgs {
    /// Files, folders, shipped names, or - for standard input [default: baseline]
    #[arg(value_name = "SCENARIO", long_help = SCENARIOS)]
    pub(super) scenarios: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) load: LoadArgs,
}

/// How scenarios are read.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct LoadArgs {
    /// Change a value of every scenario, e.g. events.downturn.hazard=0.3; may be repeated
    #[arg(
        long,
        value_name = "PATH=VALUE",
        value_parser = values::assignment,
        help_heading = "Scenario",
        long_help = "Change a value of every scenario, e.g. events.downturn.hazard=0.3; may be repeated\n\n\
            It acts as a last file that extends the scenario: after calibration, so that a what-if moves against the \
            baseline and is not re-centred"
    )]
    pub(super) set: Vec<String>,
    /// Folder that `extends` and CSV columns stay below [default: the file's, or a parent that marks a root]
    #[arg(long, value_name = "DIR", help_heading = "Scenario")]
    pub(super) root: Option<PathBuf>,
    /// Raise a limit, e.g. memory=4GiB; may be repeated
    #[arg(
        long,
        value_name = "NAME=VALUE",
        value_parser = values::limit,
        help_heading = "Scenario",
        long_help = "Raise (or lower) a limit, e.g. memory=4GiB; may be repeated\n\n\
            file: bytes of one file (64MiB); nesting: depth of JSON and formulas (128); steps: of the horizon (10000); \
            quantities: of the model (100000); memory: estimated bytes of a run (2GiB); extends: texts that one `extends` \
            names (1000); parts: of one mixture (1000); tables: of laws whose parameters differ by step (2000); solved: \
            correlations that are worked out before the run (500). Bytes may end in KiB, MiB or GiB"
    )]
    pub(super) limit: Vec<String>,
    /// Solve every calibration that is not shipped, and keep none for the next command
    #[arg(
        long,
        help_heading = "Scenario",
        long_help = "Solve every calibration that is not shipped, and keep none for the next command\n\n\
            Solved calibrations are kept in the user's cache folder ($XDG_CACHE_HOME or ~/.cache, riskband/solutions), which \
            may be emptied at any time; results are the same to the last bit with it and without"
    )]
    pub(super) no_cache: bool,
}

/// How the scenarios that are set beside the first one differ from their files.
#[derive(Debug, Args)]
pub(super) struct OthersArgs {
    /// Change a value of every scenario but the first; of one scenario alone, of a second reading of it
    #[arg(
        long,
        value_name = "PATH=VALUE",
        value_parser = values::assignment,
        help_heading = "Scenario",
        long_help = "Change a value of every scenario but the first, e.g. events.downturn.hazard=0.3; may be repeated\n\n\
            With one scenario named, it is set beside itself so changed, under the name what-if. It acts after --set, which \
            changes all of them"
    )]
    pub(super) set_b: Vec<String>,
}

/// How paths are simulated.
#[derive(Debug, Args)]
pub(super) struct SimulationArgs {
    /// Number of paths: 100000, 1e6, 100k, 2.5M
    #[arg(long, value_name = "N", default_value = "100000", value_parser = values::count, help_heading = "Simulation")]
    pub(super) paths: u64,
    /// Seed of all randomness; more paths extend a run of the same seed and never alter it
    #[arg(long, value_name = "S", default_value_t = 1, help_heading = "Simulation")]
    pub(super) seed: u64,
    /// How points are drawn
    #[arg(long, value_enum, default_value_t = Sampler::Random, help_heading = "Simulation")]
    pub(super) sampler: Sampler,
    /// Number of threads [default: all]; results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024), help_heading = "Simulation")]
    pub(super) threads: Option<u16>,
}

/// Whether a comparison is split over what differs.
#[derive(Debug, Args)]
pub(super) struct WhyArgs {
    /// Split the move of the last step's market, its growth and the targets over what differs
    #[arg(
        long,
        help_heading = "Statistics",
        long_help = "Split the move of the last step's market, its growth (cagr) and the targets over what differs\n\n\
            Every named thing that differs is a change. Each gets the average of its effect over the orders in which the \
            changes can be made (Shapley), all on the same random numbers; the parts add up to the whole move. Up to 6 changes \
            are run in every combination, more in sampled orders with a stated error"
    )]
    pub(super) why: bool,
    /// Changes that count as one in --why, e.g. grid=events.grid_restriction,variables.slip; may be repeated
    #[arg(long, value_name = "NAME=CHANGE,CHANGE", value_parser = values::group, requires = "why", help_heading = "Statistics")]
    pub(super) group: Vec<(String, Vec<String>)>,
    /// Period of the outputs in --why, e.g. 2028 or 2028Q1 [default: the last one]
    #[arg(long, value_name = "PERIOD", requires = "why", help_heading = "Statistics")]
    pub(super) at: Option<String>,
}

/// Which statistics are reported.
#[derive(Debug, Args)]
pub(super) struct StatisticsArgs {
    /// Percentiles of the bands, in percent: P90 is the value that 90 % of the paths stay at or below
    #[arg(
        long,
        value_name = "LIST",
        default_value = "5,10,25,50,75,90,95",
        value_parser = values::levels,
        help_heading = "Statistics"
    )]
    pub(super) percentiles: Levels,
    /// Expected shortfall, the mean beyond each level in percent: the lower tail below 50
    #[arg(long, value_name = "LIST", value_parser = values::levels, help_heading = "Statistics")]
    pub(super) shortfall: Option<Levels>,
    /// Skewness of the bands
    #[arg(long, help_heading = "Statistics")]
    pub(super) skewness: bool,
    /// Correlation of two outputs or periods, e.g. market[2027],market[2031]; may be repeated
    #[arg(long, value_name = "A,B", value_parser = values::pair, help_heading = "Statistics")]
    pub(super) correlate: Vec<(String, String)>,
}

/// Samplers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Sampler {
    /// Independent paths
    Random,
}

/// Formats of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ResultFormat {
    /// For reading, in the width of the terminal
    Table,
    /// Everything, as one document
    Json,
    /// One table; see --table
    Csv,
}

/// Formats of saved paths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum PathFormat {
    /// Typed columns in paths.parquet
    #[cfg(feature = "parquet")]
    #[default]
    Parquet,
    /// Text in paths.csv, larger and slower
    #[cfg_attr(not(feature = "parquet"), default)]
    Csv,
}

/// Formats of answers that are not tables of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TextFormat {
    /// For reading
    Table,
    /// For programs
    Json,
}

/// The layout that tables have unasked; their names do not depend on it.
fn layout() -> Layout {
    Layout::of(&RunOptions::default())
}

fn names<S>(tables: &[Table<S>]) -> Vec<&'static str> {
    tables.iter().map(Table::name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }
}
