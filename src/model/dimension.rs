//! Dimensions and cross tables: ways of cutting the market into parts that add up to it.

use super::variable::VarId;

/// One way of cutting the market.
#[derive(Clone, Debug, PartialEq)]
pub struct Dimension {
    /// The name in the file and in formulas; a cross table has one of its own.
    pub key: String,
    /// The name in tables: the same, or `region x processor` for a cross table.
    pub name: String,
    /// `title`, if written.
    pub title: Option<String>,
    /// `source`, if written.
    pub source: Option<String>,
    /// `note`, if written.
    pub note: Option<String>,
    /// `confidence`, if written.
    pub confidence: Option<String>,
    /// All parts, each before its own parts, in the order of the file.
    pub segments: Vec<Segment>,
}

/// A part of the market. The parts of one level add up to the whole that they cut, on every path in every step.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// The path inside the dimension: `europe`, `europe.germany`; `europe x gpu` in a cross table.
    pub path: String,
    /// `title`, if written.
    pub title: Option<String>,
    /// The variable of the part's value, in the market's unit.
    pub value: VarId,
    /// The variable of the part's share of the whole market.
    pub share: VarId,
}

impl Segment {
    /// The number of parts that the part lies inside of.
    pub fn depth(&self) -> usize {
        self.path.matches('.').count()
    }
}
