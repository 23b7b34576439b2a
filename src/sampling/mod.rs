//! How the paths of a run are spread over the space of their random numbers: each on its own, in strata, or as the points
//! of a scrambled Sobol' sequence.
//!
//! A sampler is random access: the uniforms of any block follow from the seed and from where the block stands in its
//! replicate, whatever ran before it. Replicates are independent samples of one run, each spread evenly by itself; how
//! much they differ says how far their common estimate may be off.

mod directions;
mod hash;
mod latin;
mod permutation;
mod place;
mod scramble;
mod sobol;

pub(crate) use directions::{DIMENSIONS, Directions};
pub(crate) use latin::Strata;
pub use place::Place;
pub(crate) use sobol::Coordinate;

/// How the paths of a run are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Sampler {
    /// Independent paths.
    #[default]
    Random,
    /// A Latin hypercube sample: every draw of every step has one path in each of as many strata of equal probability as
    /// its replicate has paths.
    Lhs,
    /// Points of a Sobol' sequence, scrambled anew in every replicate: strata in many draws at once.
    Sobol,
}

impl Sampler {
    /// All samplers.
    pub const ALL: [Sampler; 3] = [Sampler::Random, Sampler::Lhs, Sampler::Sobol];

    /// Its name on the command line and in tables.
    pub fn name(self) -> &'static str {
        match self {
            Sampler::Random => "random",
            Sampler::Lhs => "lhs",
            Sampler::Sobol => "sobol",
        }
    }

    /// Whether its paths depend on each other, so that errors follow from replicates alone.
    pub fn has_replicates(self) -> bool {
        self != Sampler::Random
    }

    /// Replicates of a run that asks for no number of them.
    pub fn default_replicates(self) -> u64 {
        if self.has_replicates() { REPLICATES } else { 1 }
    }
}

/// Enough for an interval that is 9 % wider than with infinitely many (Student's t of 15 degrees of freedom against the
/// normal), and few enough for each to fill the space.
const REPLICATES: u64 = 16;
