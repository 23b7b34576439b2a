//! What drives the outputs: shares of a variance by input, and how far an input moves a mean.

use crate::model::When;
use crate::stats::{Estimate, Statistic};

/// What a sensitivity analysis of a scenario returns; empty unless asked for.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Sensitivity {
    /// Shares of the variance.
    pub indices: Vec<IndexRow>,
    /// How far each input moves means and probabilities.
    pub swing: Vec<SwingRow>,
    /// Shares of the variance by how well inputs are founded.
    pub grades: Vec<IndexRow>,
}

/// What is driven: an output or a segment in a step, or a target.
#[derive(Clone, Debug, PartialEq)]
pub struct Driven {
    /// Name of the output; none for a target.
    pub output: Option<String>,
    /// Name of the target; none for an output. What is driven is then whether it holds, 1 or 0.
    pub target: Option<String>,
    /// Dimension, where it is about a part of the market.
    pub dimension: Option<String>,
    /// Segment, where it is about a part of the market.
    pub segment: Option<String>,
    /// The step; of a target the last one.
    pub when: When,
}

/// Which share of a variance an index is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IndexKind {
    /// Var(E[Y | inputs]) / Var(Y): the part of the variance that goes once they are known.
    First,
    /// E[Var(Y | all other inputs)] / Var(Y): what is left once all others are known.
    Total,
    /// The average over all orders of learning the inputs of the part that each takes away; these add up to 1.
    Shapley,
    /// First of two inputs together, less that of each: what only both explain.
    Second,
}

/// One index of one input, or group of inputs.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct IndexRow {
    /// What is driven.
    pub driven: Driven,
    /// The input, or the name of the group.
    pub input: String,
    /// The other one, of a second order.
    pub other: Option<String>,
    /// Names of the inputs in it, both of a second order.
    pub members: Vec<String>,
    /// Which share it is.
    pub index: IndexKind,
    /// The share; none where what is driven does not vary.
    pub share: Option<Estimate>,
    /// The 95 % interval, where there are paths enough for one.
    pub interval: Option<(f64, f64)>,
    /// Base points that entered it.
    pub n: u64,
    /// Base points left out because any evaluation has no finite value.
    pub excluded: u64,
    /// Base points that the tolerance asked for would take, by the error so far; none where it is reached, or none is asked for.
    pub needed: Option<u64>,
}

/// How much of a variance hangs at least on one input, as the first paths of a plain run show.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LowerBound {
    /// What is driven.
    pub driven: Driven,
    /// The input; an event with its start, size and duration as one.
    pub input: String,
    /// The share of the variance that lies between bins of one number of the input: its value, its average over the steps, or
    /// the steps in which an event is on.
    pub share: Estimate,
    /// What the share is at least, with a confidence of 95 %; above 0.
    pub low: f64,
    /// Paths with a value.
    pub n: u64,
    /// The others.
    pub excluded: u64,
}

/// What is driven, with the average of an input at its P10 and its P90.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SwingRow {
    /// What is driven.
    pub driven: Driven,
    /// Unit of what is driven, if known.
    pub unit: Option<String>,
    /// The input.
    pub input: String,
    /// Average of the input's own values at its P10; none where nothing is drawn from it, as with the start of an event.
    pub low: Option<f64>,
    /// The same at its P90.
    pub high: Option<f64>,
    /// Mean of an output, or probability of a target.
    pub statistic: Statistic,
    /// The statistic with the input held at its P10 and its P90, all others as they are: an intervention. None for the start
    /// of an event, which never happens while its shock is held.
    pub held: [Option<Estimate>; 2],
    /// The statistic given that the input's average is there: tied inputs move along.
    pub given: [Option<Estimate>; 2],
}

impl Driven {
    /// `market`, `market.region.europe` or the name of the target.
    pub fn name(&self) -> String {
        let output = self.output.as_deref().or(self.target.as_deref()).unwrap_or_default();
        match (&self.dimension, &self.segment) {
            (Some(dimension), Some(segment)) => format!("{output}.{dimension}.{segment}"),
            _ => output.to_owned(),
        }
    }
}

impl IndexKind {
    /// As in the column `index`.
    pub fn name(self) -> &'static str {
        match self {
            IndexKind::First => "first",
            IndexKind::Total => "total",
            IndexKind::Shapley => "shapley",
            IndexKind::Second => "second",
        }
    }
}
