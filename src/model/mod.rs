//! The model: a validated scenario, the last form that speaks the domain's language.
//!
//! The engine's program and the reference engine are both built from it, and share nothing else. It is valid by
//! construction: every name is resolved, every formula has a first step, no step depends on itself.

mod calibration;
mod date;
mod dimension;
mod expr;
mod horizon;
mod input;
mod lookup;
pub(crate) mod operators;
mod reads;
mod reference;
mod subject;
mod variable;

pub use calibration::{Calibration, Matching};
pub use date::Date;
pub use dimension::{Dimension, Segment};
pub use expr::{Delay, Expr};
pub use horizon::{Horizon, PeriodName, StepLength};
pub use input::{CorrelationGroup, Input, InputId, OverTime, stationary_factor};
pub use lookup::{LinePiece, LookupTable, Outside};
pub use reads::Read;
pub use reference::{Reference, ReferenceGrowth};
pub use subject::{Subject, SubjectName, When};
pub use variable::{Blend, Definition, Event, Running, VarId, Variable};

/// A validated scenario.
#[derive(Clone, Debug)]
pub struct Model {
    /// `title` of the file, if any.
    pub title: Option<String>,
    /// `description` of the file, if any.
    pub description: Option<String>,
    /// The steps.
    pub horizon: Horizon,
    /// Every quantity, formula, event and helper; `VarId` indexes it.
    pub variables: Vec<Variable>,
    /// Order of evaluation of the base, step 0: dependencies first. Only variables with `first == 0`.
    pub base_order: Vec<VarId>,
    /// Order of evaluation of every later step: dependencies of the same step first. Variables may begin later.
    pub step_order: Vec<VarId>,
    /// Every random input; `InputId` indexes it.
    pub inputs: Vec<Input>,
    /// Groups of correlated inputs; an input is in one group at most.
    pub correlations: Vec<CorrelationGroup>,
    /// The market, when the file declares one.
    pub market: Option<Market>,
    /// The market in parts, in the order of the file.
    pub dimensions: Vec<Dimension>,
    /// The calibration to be solved before the model may run, if any.
    pub calibration: Option<Calibration>,
    /// Reported variables, in the order of the file.
    pub outputs: Vec<Output>,
    /// Named conditions, in the order of the file.
    pub targets: Vec<Target>,
    /// Published paths that outputs are held against, in the order of the file.
    pub references: Vec<Reference>,
}

/// The variables that make a market: wanted = demand + prev(backlog); market = min(wanted, ceilings).
#[derive(Clone, Debug)]
pub struct Market {
    /// What the numbers of the market measure.
    pub measure: MarketMeasure,
    /// Unit of the market, e.g. `USD bn`.
    pub unit: Option<String>,
    /// Sum of the drivers.
    pub demand_growth: Option<VarId>,
    /// New demand of the step.
    pub demand: VarId,
    /// Demand with the backlog of the step before.
    pub wanted: VarId,
    /// Deliveries: the smallest of what is wanted and the ceilings.
    pub market: VarId,
    /// Unmet demand that is asked for again in the next step.
    pub backlog: VarId,
    /// Ceilings, in the order of the file: a tie binds the one declared first.
    pub constraints: Vec<Constraint>,
    /// The published value of every step 0..=n, when the file has a `baseline`.
    pub baseline: Option<Vec<f64>>,
}

/// What the numbers of a market measure, which decides what their sum over steps is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MarketMeasure {
    /// An amount of each step, as sales are: amounts add up to an amount.
    #[default]
    Flow,
    /// What stands at the end of each step, as connected load does: levels add up to a level over time, MW-quarters.
    Level,
}

/// A ceiling of the market.
#[derive(Clone, Debug)]
pub struct Constraint {
    /// The name in the file.
    pub name: String,
    /// The variable of the ceiling.
    pub ceiling: VarId,
}

/// A variable that is reported, with a row for every step from `Variable::first` to the last.
#[derive(Clone, Debug)]
pub struct Output {
    /// Name in the tables.
    pub name: String,
    /// Dimension and segment, for a part of the market.
    pub part: Option<(String, String)>,
    /// Unit, if known.
    pub unit: Option<String>,
    /// The variable that is reported.
    pub variable: VarId,
    /// Whether a path without a value is expected: `first_year` of what never happens.
    pub may_be_absent: bool,
    /// What people call it, if written; none for a part, which has the title of its segment.
    pub title: Option<String>,
}

/// A named condition, read at the last step: it holds on a path where its value is other than 0.
#[derive(Clone, Debug)]
pub struct Target {
    /// Name in the tables.
    pub name: String,
    /// The condition as written.
    pub text: String,
    /// The condition.
    pub condition: VarId,
    /// What people call it, if written.
    pub title: Option<String>,
}

impl Output {
    /// The name that asks for it: `market`, or `market.region.europe` for a part.
    pub fn full_name(&self) -> String {
        let segment = self.part.as_ref().map(|(dimension, segment)| (dimension.as_str(), segment.as_str()));
        subject::output_name(&self.name, segment)
    }
}

impl Model {
    /// The variable behind an id.
    pub fn variable(&self, id: VarId) -> &Variable {
        &self.variables[id.0 as usize]
    }

    /// The input behind an id.
    pub fn input(&self, id: InputId) -> &Input {
        &self.inputs[id.0 as usize]
    }
}
