//! References: paths that others have published, held against an output.

/// A published path of an output, or of something that is compared with its growth alone. No number of a model depends on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// Name in the tables.
    pub name: String,
    /// What people call it, if written.
    pub title: Option<String>,
    /// Where it was published, if written.
    pub source: Option<String>,
    /// Place of the output among those of the model.
    pub output: usize,
    /// Its values by step, ascending, as far as it has any; empty where growth alone is compared.
    pub values: Vec<(usize, f64)>,
    /// Its growth; none where it has one value only, or a first one that is not above 0.
    pub growth: Option<ReferenceGrowth>,
}

/// How a reference grows, and over which steps the output is held against that.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReferenceGrowth {
    /// The first step of the comparison.
    pub first: usize,
    /// Its last step.
    pub last: usize,
    /// Growth a year, or a step where steps are counted: 0.08 is 8 %.
    pub rate: f64,
    /// Last value by the first, at that rate over these steps.
    pub ratio: f64,
}

impl Reference {
    /// Whether its values are of the output itself, so that they are drawn.
    pub fn has_values(&self) -> bool {
        !self.values.is_empty()
    }
}
