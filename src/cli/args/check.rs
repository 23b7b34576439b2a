//! Options of `check`.

use super::format::TextFormat;
use super::scenarios::ScenarioArgs;
use super::simulation::SimulationArgs;
use crate::analysis::expectation::Expectation;
use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) scenarios: ScenarioArgs,
    #[command(flatten)]
    pub(crate) simulation: SimulationArgs,

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
    pub(crate) expect: Vec<Expectation>,
    /// Format of the answer on standard output
    #[arg(long, value_enum, default_value_t = TextFormat::Table, help_heading = "Output")]
    pub(crate) format: TextFormat,
    /// No progress, notes or warnings on standard error; errors still stand there
    #[arg(long, short, help_heading = "Output")]
    pub(crate) quiet: bool,
}
