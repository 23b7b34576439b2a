//! Random inputs: the coordinates of the latent Gaussian field.

/// Index of an input in `Model::inputs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InputId(pub u32);

/// How the shock of an input moves over time.
///
/// Z_t = sqrt(permanent) U + sqrt(1 - permanent) E_t, with E an AR(1) of this persistence, stationary from the first step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OverTime {
    /// Autocorrelation of E from step to step, in (-1, 1); per step, whatever the file's step is.
    pub persistence: f64,
    /// Share of the variance that is drawn once a path, in [0, 1].
    pub permanent: f64,
}

impl OverTime {
    /// One draw a path.
    pub const CONSTANT: OverTime = OverTime { persistence: 0.0, permanent: 1.0 };
    /// A new draw every step.
    pub const FRESH: OverTime = OverTime { persistence: 0.0, permanent: 0.0 };

    /// Whether one draw serves all steps, the base included.
    pub fn is_constant(&self) -> bool {
        self.permanent == 1.0
    }
}

/// One random input.
#[derive(Clone, Debug)]
pub struct Input {
    /// The bare name and the parameter path: `ai_ml`, `ai_ml.mean`, `power.growth`, `downturn.size`, `downturn.start`.
    pub name: String,
    /// How its shock moves over time.
    pub over_time: OverTime,
}

/// Inputs tied by one correlation matrix of their shocks (Gaussian copula).
#[derive(Clone, Debug)]
pub struct CorrelationGroup {
    /// The inputs, ordered by name.
    pub members: Vec<InputId>,
    /// Normal-score correlations, row by row, positive definite, with a unit diagonal.
    pub matrix: Vec<Vec<f64>>,
}
