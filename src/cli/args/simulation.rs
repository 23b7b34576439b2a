//! Options that say how paths are simulated.

use crate::cli::values;
use clap::{Args, ValueEnum};

/// How paths are simulated.
#[derive(Debug, Args)]
pub(crate) struct SimulationArgs {
    /// Number of paths: 100000, 1e6, 100k, 2.5M
    #[arg(long, value_name = "N", default_value = "100000", value_parser = values::count, help_heading = "Simulation")]
    pub(crate) paths: u64,
    /// Seed of all randomness; more paths extend a run of the same seed and never alter it
    #[arg(long, value_name = "S", default_value_t = 1, help_heading = "Simulation")]
    pub(crate) seed: u64,
    /// How points are drawn
    #[arg(long, value_enum, default_value_t = Sampler::Random, help_heading = "Simulation")]
    pub(crate) sampler: Sampler,
    #[command(flatten)]
    pub(crate) threads: ThreadArgs,
}

/// Samplers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sampler {
    /// Independent paths
    Random,
}

/// How many threads work.
#[derive(Debug, Args)]
pub(crate) struct ThreadArgs {
    /// Number of threads [default: all]; results do not depend on it
    #[arg(
        long = "threads",
        value_name = "N",
        value_parser = clap::value_parser!(u16).range(1..=1024),
        help_heading = "Simulation"
    )]
    pub(crate) count: Option<u16>,
}
