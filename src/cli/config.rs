//! What the arguments mean: options of loading, of the run and of the output.

use super::args::{PathFormat, ResultArgs, ResultFormat, RunArgs, ScenarioArgs, SimulationArgs, StatisticsArgs};
use super::exit::Failure;
use super::values::PathCount;
use crate::analysis::moment::Moment;
use crate::engine::RunOptions;
use crate::limits::Limits;
use crate::model::{MarketMeasure, Model, When};
use crate::study::{LoadOptions, Parents, Solutions};
use std::path::PathBuf;

/// Stack of a worker. The library walks trees as deep as the limit on nesting allows.
const STACK: usize = 16 << 20;

/// What `run` does with its results.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct OutputPlan {
    /// What goes to standard output, if anything.
    pub(super) print: Option<Print>,
    /// The folder that files go to, if any.
    pub(super) folder: Option<PathBuf>,
    /// The paths to save there, if any.
    pub(super) paths: Option<SavedPaths>,
}

/// Which paths are saved, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SavedPaths {
    /// How many of each scenario.
    pub(super) count: u64,
    /// Whether the random inputs are saved too.
    pub(super) inputs: bool,
    /// Whether a row is a value and not a path.
    pub(super) long: bool,
    /// In which format.
    pub(super) format: PathFormat,
}

impl SavedPaths {
    fn of(args: &RunArgs) -> Result<Option<Self>, Failure> {
        let Some(asked) = args.save_paths else { return Ok(None) };
        if args.results.out.is_none() {
            return Err(Failure::Usage(
                "--save-paths writes a file beside the tables; say into which folder with --out DIR".into(),
            ));
        }
        let simulated = args.simulation.paths;
        let count = match asked {
            PathCount::All => simulated,
            PathCount::First(count) if count <= simulated => count,
            PathCount::First(count) => {
                return Err(Failure::Usage(format!(
                    "--save-paths {count} is more than the {simulated} that are simulated; save all, or raise --paths"
                )));
            }
        };
        Ok(Some(SavedPaths { count, inputs: args.save_inputs, long: args.long, format: args.save_format }))
    }
}

/// What goes to standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Print {
    Summary,
    /// What drives the outputs, without the rest of the summary.
    Drivers,
    /// Where an outcome lives, without the rest of the summary.
    Discovery,
    /// Single paths, without the rest of the summary.
    Stories,
    Json,
    /// One table, by its name.
    Csv(String),
}

impl OutputPlan {
    pub(super) fn of(args: &RunArgs) -> Result<Self, Failure> {
        let has_other_files = args.charts.is_some() || args.workbook.workbook.is_some();
        let plan = OutputPlan::of_results(&args.results, has_other_files, args.quiet);
        Ok(OutputPlan { paths: SavedPaths::of(args)?, ..plan })
    }

    /// Where results go without single paths, beside other files or alone.
    pub(super) fn of_results(args: &ResultArgs, has_other_files: bool, quiet: bool) -> Self {
        let print = match args.format {
            // Who asks for files and for quiet has no use for a table.
            None if quiet && (args.out.is_some() || has_other_files) => None,
            None | Some(ResultFormat::Table) => Some(Print::Summary),
            Some(ResultFormat::Json) => Some(Print::Json),
            Some(ResultFormat::Csv) => Some(Print::Csv(args.table.clone())),
        };
        OutputPlan { print, folder: args.out.clone(), paths: None }
    }
}

/// How scenarios are loaded.
pub(super) fn load_options(args: &ScenarioArgs) -> Result<LoadOptions, Failure> {
    let limits = limits(&args.load.limit)?;
    let solutions = match cache_folder().filter(|_| !args.load.no_cache) {
        Some(folder) => Solutions::kept_in(folder),
        None => Solutions::new(),
    };
    let (root, set, parents) = (args.load.root.clone(), args.load.set.clone(), Parents::shared());
    Ok(LoadOptions { root, set, limits, solutions, parents, unsolved: false })
}

/// The usual limits, and those that are raised.
pub(super) fn limits(assignments: &[String]) -> Result<Limits, Failure> {
    let mut limits = Limits::default();
    for assignment in assignments {
        limits.assign(assignment).map_err(|error| Failure::Usage(format!("--limit: {error}")))?;
    }
    Ok(limits)
}

/// Where solved calibrations are kept between two commands: in the user's folder for what can be made again.
fn cache_folder() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || folder("HOME").map(|home| home.join(".cache"));
    // What the XDG Base Directory Specification says, and what Windows has for it.
    let base = folder("XDG_CACHE_HOME").or_else(home).or_else(|| folder("LOCALAPPDATA"))?;
    Some(base.join("riskband").join("solutions"))
}

/// How a scenario is run. Several on the same random numbers are run along what they all draw; by itself each run numbers its
/// dimensions as it would alone.
pub(super) fn run_options(simulation: &SimulationArgs, limits: Limits) -> Result<RunOptions, Failure> {
    let SimulationArgs { paths, seed, sampler, .. } = *simulation;
    let replicates = simulation.replicates.unwrap_or_else(|| sampler.default_replicates().min(paths));
    if replicates > 1 && !sampler.has_replicates() {
        let text = format!(
            "--replicates {replicates}: independent paths have their errors without; take --sampler lhs or sobol, or leave \
             it out"
        );
        return Err(Failure::Usage(text));
    }
    if replicates > paths {
        let text = format!("--replicates {replicates}: each needs a path at least, and --paths {paths} are fewer");
        return Err(Failure::Usage(text));
    }
    Ok(RunOptions { paths, seed, sampler, replicates, limits, ..RunOptions::default() })
}

/// Adds the statistics that are asked for.
pub(super) fn with_statistics(options: RunOptions, statistics: &StatisticsArgs) -> RunOptions {
    RunOptions {
        percentiles: statistics.percentiles.0.clone(),
        shortfall: statistics.shortfall.as_ref().map_or_else(Vec::new, |levels| levels.0.clone()),
        skewness: statistics.skewness,
        correlate: statistics.correlate.clone(),
        ..options
    }
}

/// Runs `work` on a pool of this many threads, by default one a core.
pub(super) fn on_threads<R: Send>(threads: Option<u16>, work: impl FnOnce() -> R + Send) -> Result<R, Failure> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.map_or(0, usize::from))
        .stack_size(STACK)
        .build()
        .map_err(|error| Failure::Usage(format!("cannot start the threads: {error}; try a smaller --threads")))?;
    Ok(pool.install(work))
}

/// The step of a period that an option names; the last one where none is named.
pub(super) fn step_of(model: &Model, at: Option<&str>) -> Result<usize, Failure> {
    let Some(label) = at else { return Ok(model.horizon.last()) };
    model.horizon.find(label).ok_or_else(|| no_period(model, label, ""))
}

/// When outputs are read by an option that takes a total too; in the last step where it names nothing.
pub(super) fn moment_of(model: &Model, at: Option<&str>) -> Result<Moment, Failure> {
    let Some(label) = at else { return Ok(Moment::last(model)) };
    if label == When::TOTAL {
        return Ok(Moment::Total);
    }
    model.horizon.find(label).map(Moment::Step).ok_or_else(|| no_period(model, label, ", or total"))
}

fn no_period(model: &Model, label: &str, others: &str) -> Failure {
    let (first, last) = (model.horizon.period(0), model.horizon.period(model.horizon.last()));
    Failure::Usage(format!("--at: `{label}` is no period of the horizon; expected {first} to {last}{others}"))
}

/// When the market is read; a level does not add up.
pub(super) fn moment_of_market(model: &Model, at: Option<&str>) -> Result<Moment, Failure> {
    let moment = moment_of(model, at)?;
    match &model.market {
        Some(market) if moment == Moment::Total && market.measure == MarketMeasure::Level => Err(Failure::Usage(
            "--at total adds up what there is in each period, and this market is a level; name a period".into(),
        )),
        _ => Ok(moment),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::{Cli, Verb};
    use crate::sampling::Sampler;
    use clap::Parser;

    fn run_args(arguments: &[&str]) -> RunArgs {
        let arguments = ["riskband", "run"].iter().chain(arguments);
        match Cli::try_parse_from(arguments).expect("well formed").verb {
            Verb::Run(args) => args,
            other => panic!("not run: {other:?}"),
        }
    }

    fn options_of(args: &RunArgs, limits: Limits) -> Result<RunOptions, Failure> {
        run_options(&args.simulation, limits)
    }

    #[test]
    fn replicates_are_for_samplers_that_need_them() {
        let options = |arguments: &[&str]| {
            let options = options_of(&run_args(arguments), Limits::default());
            options.map(|options| (options.sampler, options.replicates)).map_err(|failure| failure.to_string())
        };
        assert_eq!(options(&[]), Ok((Sampler::Random, 1)));
        assert_eq!(options(&["--sampler", "lhs"]), Ok((Sampler::Lhs, 16)));
        assert_eq!(options(&["--sampler", "sobol", "--replicates", "4"]), Ok((Sampler::Sobol, 4)));
        assert_eq!(options(&["--sampler", "sobol", "--paths", "3"]), Ok((Sampler::Sobol, 3)));
        assert_eq!(options(&["--replicates", "1"]), Ok((Sampler::Random, 1)));
        assert!(options(&["--replicates", "2"]).is_err_and(|advice| advice.contains("--sampler lhs or sobol")));
        let few = ["--sampler", "lhs", "--paths", "10", "--replicates", "11"];
        assert!(options(&few).is_err_and(|advice| advice.contains("each needs a path")));
    }

    #[test]
    fn nothing_typed_means_the_documented_defaults() {
        let args = run_args(&[]);
        let options = with_statistics(options_of(&args, Limits::default()).expect("consistent"), &args.statistics);
        let defaults = RunOptions::default();
        assert_eq!((options.paths, options.seed), (100_000, 1));
        assert_eq!(options.percentiles, [5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0]);
        assert_eq!(options.percentiles, defaults.percentiles);
        assert!(options.shortfall.is_empty() && !options.skewness && options.correlate.is_empty());
        let plan = OutputPlan::of(&args).expect("consistent");
        assert_eq!(plan, OutputPlan { print: Some(Print::Summary), folder: None, paths: None });
        assert_eq!(load_options(&args.scenarios).expect("no limits").limits, Limits::default());
    }

    #[test]
    fn what_is_typed_arrives() {
        let args = run_args(&[
            "--paths",
            "1e3",
            "--seed",
            "7",
            "--percentiles",
            "99.9,1",
            "--shortfall",
            "5",
            "--skewness",
            "--correlate",
            "a,b",
            "--limit",
            "steps=20000",
            "--limit",
            "memory=1GiB",
        ]);
        let load = load_options(&args.scenarios).expect("valid limits");
        assert_eq!(load.limits, Limits { steps: 20_000, memory: 1 << 30, ..Limits::default() });
        let options = with_statistics(options_of(&args, load.limits).expect("consistent"), &args.statistics);
        assert_eq!((options.paths, options.seed), (1000, 7));
        assert_eq!(options.percentiles, [1.0, 99.9]);
        assert_eq!(options.shortfall, [5.0]);
        assert_eq!(options.correlate, [("a".to_owned(), "b".to_owned())]);
        assert_eq!(options.limits, load.limits);
        assert!(options.skewness);
    }

    #[test]
    fn quiet_files_print_nothing_unless_a_format_is_asked_for() {
        let print = |arguments: &[&str]| OutputPlan::of(&run_args(arguments)).expect("consistent").print;
        assert_eq!(print(&["--out", "x"]), Some(Print::Summary));
        assert_eq!(print(&["--quiet"]), Some(Print::Summary));
        assert_eq!(print(&["--out", "x", "--quiet"]), None);
        assert_eq!(print(&["--charts", "x", "--quiet"]), None);
        assert_eq!(print(&["--out", "x", "--quiet", "--format", "json"]), Some(Print::Json));
        assert_eq!(print(&["--format", "csv", "--table", "targets"]), Some(Print::Csv("targets".into())));
    }

    #[test]
    fn paths_are_saved_where_there_is_a_folder_and_no_more_than_there_are() {
        let saved = |arguments: &[&str]| {
            let plan = OutputPlan::of(&run_args(&[&["--paths", "1e3", "--save-paths"], arguments].concat()));
            plan.map(|plan| plan.paths).map_err(|failure| failure.to_string())
        };
        let format = PathFormat::default();
        let of = |count, inputs| Ok(Some(SavedPaths { count, inputs, long: false, format }));
        assert_eq!(saved(&["all", "--out", "x"]), of(1000, false));
        assert_eq!(saved(&["1k", "--out", "x", "--save-inputs"]), of(1000, true));
        assert!(saved(&["10"]).is_err_and(|advice| advice.contains("--out DIR")));
        assert!(saved(&["1001", "--out", "x"]).is_err_and(|advice| advice.contains("raise --paths")));
    }

    #[test]
    fn work_runs_on_as_many_threads_as_asked_for() {
        assert_eq!(on_threads(Some(3), rayon::current_num_threads).expect("three threads"), 3);
    }
}
