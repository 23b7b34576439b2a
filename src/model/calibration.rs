//! A calibration that a market asks for, before it is solved.

use super::variable::VarId;
use crate::diagnostic::Span;
use crate::stats::Statistic;

/// A parameter to be chosen so that a statistic of the market meets the baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// The parameter; its definition is `Constant`, where the search may begin.
    pub parameter: VarId,
    /// JSON pointer of the parameter in the document.
    pub pointer: String,
    /// The statistic of the market that is to meet the baseline: its mean or a quantile.
    pub statistic: Statistic,
    /// The steps in which it does.
    pub matching: Matching,
    /// Where the file asks for it.
    pub span: Option<Span>,
}

/// In which steps the statistic meets the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matching {
    /// In every step after the base: the parameter becomes a value per step.
    EveryStep,
    /// In the last step: the parameter stays one number.
    End,
}
