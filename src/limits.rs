//! Limits on size: named in every message, raised by `--limit name=value`.

/// What a scenario may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one file: `file`.
    pub file: u64,
    /// Depth of nesting in JSON and in formulas: `nesting`.
    pub nesting: u64,
    /// Steps of the horizon: `steps`.
    pub steps: u64,
    /// Quantities of the model: `quantities`.
    pub quantities: u64,
    /// Estimated bytes of memory: `memory`.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { file: 64 << 20, nesting: 128, steps: 10_000, quantities: 100_000, memory: 2 << 30 }
    }
}
