//! Options that say how paths are simulated.

use crate::cli::values;
use crate::sampling::Sampler;
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

/// How paths are simulated.
#[derive(Debug, Args)]
pub(crate) struct SimulationArgs {
    /// Number of paths: 100000, 1e6, 100k, 2.5M
    #[arg(long, value_name = "N", default_value = "100000", value_parser = values::count, help_heading = "Simulation")]
    pub(crate) paths: u64,
    /// Seed of all randomness; more random paths extend a run of the same seed and never alter it
    #[arg(
        long,
        value_name = "S",
        default_value_t = 1,
        help_heading = "Simulation",
        long_help = "Seed of all randomness\n\n\
            With --sampler random, more paths extend a run of the same seed and never alter it, and an input keeps its draws \
            whatever is added beside it. With lhs the strata depend on how many paths there are; with sobol the scenarios of \
            one command share their dimensions, and an input that is added renumbers them"
    )]
    pub(crate) seed: u64,
    /// How points are drawn
    #[arg(
        long,
        value_enum,
        default_value_t = Sampler::Random,
        help_heading = "Simulation",
        long_help = "How points are drawn\n\n\
            lhs and sobol spread the paths evenly and come closer with as many of them, for smooth models of few dimensions \
            by far; which gains how much where is in docs/samplers.md. --paths 65536 or another power of two suits sobol. \
            Their errors follow from --replicates"
    )]
    pub(crate) sampler: Sampler,
    /// Independent samples that lhs and sobol deal the paths out to, for their errors [default: 16]
    #[arg(long, value_name = "R", value_parser = values::count, help_heading = "Simulation")]
    pub(crate) replicates: Option<u64>,
    #[command(flatten)]
    pub(crate) threads: ThreadArgs,
}

impl ValueEnum for Sampler {
    fn value_variants<'a>() -> &'a [Sampler] {
        &Sampler::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Sampler::Random => "Independent paths",
            Sampler::Lhs => "A Latin hypercube: every draw has one path in each of as many strata as there are paths",
            Sampler::Sobol => "Points of a scrambled Sobol' sequence: strata in many draws at once",
        };
        Some(PossibleValue::new(self.name()).help(help))
    }
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
