//! What a column says of itself, and what its cells hold.

use crate::model::Date;
use serde_json::Value;
use std::borrow::Cow;

/// A column of a table: the same in every format.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Column {
    /// Name in every format.
    pub name: Cow<'static, str>,
    /// What its cells hold.
    pub kind: DataType,
    /// Unit of its numbers; none for text, and for numbers that have none.
    pub unit: Option<Unit>,
    /// What it means, in a line.
    pub meaning: Cow<'static, str>,
    /// Whether cells may be absent. Cells of numbers always may: a statistic does not exist in every row.
    pub nullable: bool,
    /// Whether it stands for one of the levels that were asked for, with a column like it for each of the others.
    pub by_level: bool,
}

/// What the cells of a column hold, apart from absent ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataType {
    /// Free text.
    Text,
    /// Whole numbers of 64 bits with a sign.
    Integer,
    /// Whole numbers of 64 bits without a sign.
    Unsigned,
    /// Floating-point numbers.
    Number,
    /// Calendar dates: text as in ISO 8601, and a type of its own in Parquet.
    Date,
    /// Whether something holds.
    Boolean,
    /// Data of its own: an object or a list in JSON, its JSON text elsewhere.
    Data,
}

/// The unit of a column's numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unit {
    /// The column `unit` has it, for each row.
    OfRow,
    /// That of the scenario's market.
    OfMarket,
    /// The product of the units of `a` and `b`.
    Product,
    /// A probability, a share or a growth rate: 0.33 is 33 %.
    Fraction,
    /// A number of paths.
    Paths,
    /// As a scenario names it.
    Named(String),
}

/// One value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// The statistic does not exist, or the name does not apply.
    Absent,
    /// Free text.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i128),
    /// A finite number.
    Number(f64),
    /// A calendar date.
    Date(Date),
    /// Whether something holds.
    Boolean(bool),
    /// Data of its own.
    Data(Value),
}

impl Column {
    /// A column; of text, integers or data, no cell is absent.
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        kind: DataType,
        unit: Option<Unit>,
        meaning: impl Into<Cow<'static, str>>,
    ) -> Self {
        Column { name: name.into(), kind, unit, meaning: meaning.into(), nullable: false, by_level: false }
    }

    /// The column with cells that may be absent.
    pub fn or_null(self) -> Self {
        Column { nullable: true, ..self }
    }

    /// The column as one of several, one a level.
    pub(super) fn at_level(self) -> Self {
        Column { by_level: true, ..self }
    }
}

impl Unit {
    /// The unit in words.
    pub fn text(&self) -> &str {
        match self {
            Unit::OfRow => "as in column `unit`",
            Unit::OfMarket => "unit of the market",
            Unit::Product => "unit of a times unit of b",
            Unit::Fraction => "fraction",
            Unit::Paths => "paths",
            Unit::Named(unit) => unit,
        }
    }
}

impl Cell<'_> {
    /// JSON has no word for NaN and infinity, so what is not finite is absent in every format alike.
    pub fn number(value: Option<f64>) -> Self {
        value.filter(|value| value.is_finite()).map_or(Cell::Absent, Cell::Number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_finite_is_absent() {
        assert_eq!(Cell::number(Some(f64::NAN)), Cell::Absent);
        assert_eq!(Cell::number(Some(f64::INFINITY)), Cell::Absent);
        assert_eq!(Cell::number(None), Cell::Absent);
        assert_eq!(Cell::number(Some(0.0)), Cell::Number(0.0));
    }
}
