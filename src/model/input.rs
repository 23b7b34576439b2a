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

    /// The part of a correlation of two shocks that is left within one step: 1 where they persist alike.
    ///
    /// With permanent shares p, q and persistences r, s it is sqrt(p q) + sqrt((1 - p)(1 - q)) sqrt((1 - r^2)(1 - s^2)) / (1 - r s):
    /// U and the innovations of E are tied by the same number, and E is jointly stationary.
    pub fn alignment(&self, other: &OverTime) -> f64 {
        let (p, q) = (self.permanent, other.permanent);
        (p * q).sqrt() + ((1.0 - p) * (1.0 - q)).sqrt() * stationary_factor(self.persistence, other.persistence)
    }
}

/// The correlation of two stationary AR(1) processes of these persistences whose innovations are perfectly correlated; in
/// general, what their correlation is to that of their innovations.
pub fn stationary_factor(a: f64, b: f64) -> f64 {
    ((1.0 - a * a) * (1.0 - b * b)).sqrt() / (1.0 - a * b)
}

/// One random input.
#[derive(Clone, Debug)]
pub struct Input {
    /// The bare name and the parameter path: `ai_ml`, `ai_ml.mean`, `power.growth`, `downturn.size`, `downturn.start`.
    pub name: String,
    /// How the input's shock moves over time.
    pub over_time: OverTime,
}

/// Inputs tied by one correlation matrix of their shocks (Gaussian copula).
#[derive(Clone, Debug)]
pub struct CorrelationGroup {
    /// The inputs, ordered by name.
    pub members: Vec<InputId>,
    /// Normal-score correlations, row by row, positive semidefinite, with a unit diagonal.
    pub matrix: Vec<Vec<f64>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shocks_that_persist_alike_keep_their_correlation() {
        for over_time in [
            OverTime::CONSTANT,
            OverTime::FRESH,
            OverTime { persistence: 0.4, permanent: 0.25 },
            OverTime { persistence: -0.9, permanent: 0.0 },
        ] {
            assert!((over_time.alignment(&over_time) - 1.0).abs() < 1e-15, "{over_time:?}");
        }
    }

    #[test]
    fn a_constant_and_a_fresh_shock_cannot_be_tied_within_a_step() {
        assert_eq!(OverTime::CONSTANT.alignment(&OverTime::FRESH), 0.0);
        let persistent = OverTime { persistence: 0.6, permanent: 0.0 };
        // sqrt(1 - 0.36) / 1, by hand.
        assert!((persistent.alignment(&OverTime::FRESH) - 0.8).abs() < 1e-15);
    }
}
