//! What was typed: the verbs, a file each for their options, and the options that verbs share.

mod charts;
mod check;
mod compare;
mod completions;
mod discover;
mod explain;
mod format;
mod list;
mod new;
mod order;
mod parts;
mod replay;
mod report;
mod results;
mod run;
mod scenarios;
mod sensitivity;
mod simulation;
mod solve;
mod statistics;
mod sweep;
mod verify;
mod workbook;

pub(super) use charts::{ChartArgs, PictureArgs, PictureFormat};
pub(super) use check::CheckArgs;
pub(super) use compare::CompareArgs;
pub(super) use completions::CompletionsArgs;
pub(super) use discover::DiscoverArgs;
pub(super) use explain::ExplainArgs;
pub(super) use format::{PathFormat, ResultFormat, TextFormat};
pub(super) use list::ListArgs;
pub(super) use new::NewArgs;
pub(super) use order::OrderArgs;
pub(super) use parts::MergeArgs;
pub(super) use replay::ReplayArgs;
pub(super) use report::ReportArgs;
pub(super) use results::ResultArgs;
pub(super) use run::RunArgs;
pub(super) use scenarios::{LoadArgs, ScenarioArgs};
pub(super) use sensitivity::SensitivityArgs;
pub(super) use simulation::SimulationArgs;
pub(super) use solve::SolveArgs;
pub(super) use statistics::StatisticsArgs;
pub(super) use sweep::SweepArgs;
pub(super) use verify::VerifyArgs;
pub(super) use workbook::WorkbookArgs;

use clap::{Parser, Subcommand};

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
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

const EXAMPLES: &str = "\
Examples:
  riskband run                                            the baseline, as a table
  riskband run power-limited-grid --paths 1e6             a shipped scenario, a million paths
  riskband run mine.json --set events.downturn.hazard=0.3  a what-if
  riskband run scenarios/ --out results --quiet           a batch into files
  riskband report baseline power-limited-grid             a page that sets two side by side
  riskband run mine.json --sampler sobol --paths 65536    fewer paths for the same error; see docs/samplers.md
  riskband run mine.json --format json | jq '.runs[0].targets'
  riskband run --paths 1e9 --shard 3/64 --part 03.rb      a part of a run, for `riskband merge *.rb`
  riskband compare baseline power-limited-grid --why      paired differences, and what they are made of
  riskband sweep --vary events.downturn.hazard=0..0.5/6    many what-ifs, a line each
  riskband solve --for 'probability(report_2031) = 60%' --vary events.downturn.hazard=0..0.5
  riskband sensitivity baseline --of market --at 2031     what drives the band
  riskband replay baseline --near 'p5(market,2031)'       one of the futures behind a number
  riskband check mine.json --expect 'p50(market,2031) in 34..37'
  riskband new mine.json --extends baseline               a file to start from

Exit codes:
  0  done; a reader that closes the pipe early is no error
  1  a requested check failed
  2  bad usage or input; in a batch the good scenarios ran all the same
  3  a file could not be read or written";

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Simulate scenarios: bands, targets, which ceilings bind
    Run(RunArgs),
    /// Put parts of a run together: what `run --part` has kept, here or elsewhere
    ///
    /// Merged parts give the bytes of one run, whatever their order. All blocks of the run must be there, each once.
    Merge(MergeArgs),
    /// Compare scenarios with the first one on the same random numbers
    Compare(CompareArgs),
    /// Run many what-ifs of one scenario on the same random numbers
    Sweep(SweepArgs),
    /// Say what a number must be for a goal to be met
    Solve(SolveArgs),
    /// Say what drives the outputs: shares of their variance by input, with errors
    Sensitivity(SensitivityArgs),
    /// Find where among the inputs an outcome lives: boxes with coverage and density
    Discover(DiscoverArgs),
    /// Tell the story of one path: what was drawn, what followed, which ceilings bound
    Replay(ReplayArgs),
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

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }
}
