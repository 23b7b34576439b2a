//! Dimensions and cross tables: ways of cutting the market into parts that add up to it.

use super::variable::VarId;

/// One way of cutting the market.
#[derive(Clone, Debug, PartialEq)]
pub struct Dimension {
    /// Its name in the file and in formulas; a cross table has one of its own.
    pub key: String,
    /// Its name in tables: the same, or `region x processor` for a cross table.
    pub name: String,
    /// `title`, if written.
    pub title: Option<String>,
    /// `source`, if written.
    pub source: Option<String>,
    /// `note`, if written.
    pub note: Option<String>,
    /// `confidence`, if written.
    pub confidence: Option<String>,
    /// Its parts and their parts, each before its own parts, in the order of the file.
    pub segments: Vec<Segment>,
}

/// A part of the market. The parts of one level add up to the whole that they cut, on every path in every step.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Its path inside the dimension: `europe`, `europe.germany`; `europe x gpu` in a cross table.
    pub path: String,
    /// `title`, if written.
    pub title: Option<String>,
    /// Its value, in the market's unit.
    pub value: VarId,
    /// Its share of the whole market.
    pub share: VarId,
}

impl Segment {
    /// How many parts it lies inside of.
    pub fn depth(&self) -> usize {
        self.path.matches('.').count()
    }
}
