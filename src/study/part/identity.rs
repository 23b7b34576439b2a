//! What parts must have in common to be parts of one run.

use super::PartError;
use crate::engine::{ENGINE, RunOptions, Simulation};
use crate::sampling::Sampler;
use crate::stats::Histogram;
use serde::{Deserialize, Serialize};

/// What the numbers of a run depend on, but for which of its blocks were simulated. Parts merge where all of it is the same.
///
/// How many paths the run was to have is no part of it, so that a run can be extended; nor are percentiles and skewness,
/// which are read from what was gathered whatever they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunIdentity {
    /// Number of the engine.
    pub engine: u32,
    /// Key of what the scenario says of numbers.
    pub numbers: String,
    /// Seed of every stream.
    pub seed: u64,
    /// How paths are drawn.
    pub sampler: String,
    /// Independent samples that the paths are dealt out to; 1 of independent paths.
    pub replicates: u64,
    /// Paths of the whole run, where every path depends on how many there are: strata of a Latin hypercube.
    pub strata: Option<u64>,
    /// Whether every bin keeps the range of its values, as in runs of few paths.
    pub few: bool,
    /// Levels of the expected shortfalls that are gathered, in percent.
    pub shortfall: Vec<f64>,
    /// Pairs of outputs whose correlation is gathered.
    pub correlate: Vec<(String, String)>,
    /// Digest of the pilot in hexadecimal: where bins and centres lie, as this machine has computed it.
    pub pilot: String,
}

impl RunIdentity {
    /// The identity of a simulation of a scenario with this key.
    pub(super) fn of(numbers: String, simulation: &Simulation) -> RunIdentity {
        let RunOptions { paths, seed, sampler, replicates, shortfall, correlate, .. } = simulation.options();
        RunIdentity {
            engine: ENGINE,
            numbers,
            seed: *seed,
            sampler: sampler.name().to_owned(),
            replicates: *replicates,
            strata: (*sampler == Sampler::Lhs).then_some(*paths),
            few: *paths <= Histogram::FEW_VALUES,
            shortfall: shortfall.clone(),
            correlate: correlate.clone(),
            pilot: format!("{:016x}", simulation.pilot_digest()),
        }
    }

    /// Makes sure that parts of another run are parts of this one.
    ///
    /// # Errors
    ///
    /// In what it differs, in words; the first thing that explains it.
    pub fn check(&self, other: &RunIdentity) -> Result<(), PartError> {
        if let Some(difference) = self.difference(other) {
            return Err(PartError::OtherRun { difference });
        }
        match self.few == other.few {
            true => Ok(()),
            false => Err(PartError::OtherHistograms { few: other.few }),
        }
    }

    /// The sampler of that name.
    pub(super) fn sampler(&self) -> Result<Sampler, PartError> {
        let found = Sampler::ALL.into_iter().find(|sampler| sampler.name() == self.sampler);
        found.ok_or_else(|| PartError::malformed("there is no such sampler"))
    }

    fn difference(&self, other: &RunIdentity) -> Option<String> {
        let list = |levels: &[f64]| match levels {
            [] => "none".to_owned(),
            levels => levels.iter().map(f64::to_string).collect::<Vec<_>>().join(","),
        };
        let pairs = |pairs: &[(String, String)]| match pairs {
            [] => "none".to_owned(),
            pairs => pairs.iter().map(|(a, b)| format!("{a},{b}")).collect::<Vec<_>>().join("; "),
        };
        if self.engine != other.engine {
            return Some(format!("its numbers are those of engine {}, not of {}", other.engine, self.engine));
        }
        if self.numbers != other.numbers {
            return Some("its scenario says other numbers".to_owned());
        }
        if self.seed != other.seed {
            return Some(format!("its seed is {}, not {}", other.seed, self.seed));
        }
        if self.sampler != other.sampler {
            return Some(format!("its sampler is {}, not {}", other.sampler, self.sampler));
        }
        if self.replicates != other.replicates {
            return Some(format!("it has {} replicates, not {}", other.replicates, self.replicates));
        }
        if let (Some(strata), Some(of)) = (self.strata, other.strata)
            && strata != of
        {
            return Some(format!(
                "its Latin hypercube is one of {of} paths, not of {strata}, and none of its paths are the same"
            ));
        }
        if self.shortfall != other.shortfall {
            return Some(format!("its --shortfall is {}, not {}", list(&other.shortfall), list(&self.shortfall)));
        }
        if self.correlate != other.correlate {
            return Some(format!("its --correlate is {}, not {}", pairs(&other.correlate), pairs(&self.correlate)));
        }
        (self.pilot != other.pilot).then(|| "its bins lie elsewhere: it was computed with other bits".to_owned())
    }
}
