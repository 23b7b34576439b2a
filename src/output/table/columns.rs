//! Lists of columns with their getters, and the groups of columns that recur in many tables.

use super::{Cell, Column, DataType, FRACTION, Layout, OF_ROW, PATHS, Unit};
use crate::model::{Subject, When};
use crate::results::{Band, Warning};
use crate::stats::{Estimate, Statistic, se, value};
use std::fmt;

/// Gives the cell of one column in a row of type `R`.
pub(super) struct Getter<R>(Box<dyn for<'r> Fn(&'r R) -> Cell<'r> + Send + Sync>);

impl<R> Getter<R> {
    pub(super) fn cell<'r>(&self, row: &'r R) -> Cell<'r> {
        (self.0)(row)
    }
}

impl<R> fmt::Debug for Getter<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Getter")
    }
}

/// Names and meanings, which the program has written in it.
type Text = &'static str;

/// Columns of rows of type `R`, in their order.
#[derive(Debug)]
pub(crate) struct Columns<R>(pub(super) Vec<(Column, Getter<R>)>);

impl<R: 'static> Columns<R> {
    pub(crate) fn new() -> Self {
        Columns(Vec::new())
    }

    pub(crate) fn column(
        mut self,
        column: Column,
        get: impl for<'r> Fn(&'r R) -> Cell<'r> + Send + Sync + 'static,
    ) -> Self {
        self.0.push((column, Getter(Box::new(get))));
        self
    }

    pub(crate) fn text(self, name: Text, meaning: Text, get: fn(&R) -> &str) -> Self {
        self.column(Column::new(name, DataType::Text, None, meaning), move |row| Cell::Text(get(row).into()))
    }

    pub(crate) fn text_or_null(
        self,
        name: Text,
        meaning: Text,
        get: impl for<'r> Fn(&'r R) -> Option<&'r str> + Send + Sync + 'static,
    ) -> Self {
        let column = Column::new(name, DataType::Text, None, meaning).or_null();
        self.column(column, move |row| get(row).map_or(Cell::Absent, |text| Cell::Text(text.into())))
    }

    pub(crate) fn integer(self, name: Text, unit: Option<Unit>, meaning: Text, get: fn(&R) -> u64) -> Self {
        self.column(Column::new(name, DataType::Integer, unit, meaning), move |row| Cell::Integer(get(row).into()))
    }

    pub(crate) fn number(self, name: Text, unit: Option<Unit>, meaning: Text, get: fn(&R) -> Option<f64>) -> Self {
        self.column(Column::new(name, DataType::Number, unit, meaning), move |row| Cell::number(get(row)))
    }

    /// An estimate: its value, and its standard error in a column of the same name and `_se`.
    pub(super) fn estimate(
        self,
        name: Text,
        unit: Option<Unit>,
        meaning: Text,
        get: fn(&R) -> Option<Estimate>,
    ) -> Self {
        let error = error_of(name, unit.clone());
        self.column(Column::new(name, DataType::Number, unit, meaning), move |row| Cell::number(value(&get(row))))
            .column(error, move |row| Cell::number(se(&get(row))))
    }

    /// A column a level in percent.
    pub(super) fn levels(
        self,
        levels: &[f64],
        column: impl Fn(f64) -> Column,
        get: fn(&R, usize) -> Option<f64>,
    ) -> Self {
        levels.iter().enumerate().fold(self, |columns, (index, &level)| {
            columns.column(column(level).at_level(), move |row| Cell::number(get(row, index)))
        })
    }

    /// What the columns say of themselves, without what gives their cells.
    pub(in crate::output) fn into_columns(self) -> impl Iterator<Item = Column> {
        self.0.into_iter().map(|(column, _)| column)
    }

    /// The cells of a row.
    pub(in crate::output) fn cells<'r>(&self, row: &'r R) -> impl Iterator<Item = Cell<'r>> {
        self.0.iter().map(move |(_, get)| get.cell(row))
    }

    /// These columns, and others after them.
    pub(super) fn and(mut self, others: Columns<R>) -> Self {
        self.0.extend(others.0);
        self
    }

    /// The columns of a part of each row.
    pub(super) fn part<P: 'static>(self, part: fn(&R) -> &P, columns: Columns<P>) -> Self {
        columns.0.into_iter().fold(self, |all, (column, get)| all.column(column, move |row| get.cell(part(row))))
    }

    /// The columns of a part that not every row has.
    pub(super) fn part_or_null<P: 'static>(self, part: fn(&R) -> Option<&P>, columns: Columns<P>) -> Self {
        columns.0.into_iter().fold(self, |all, (column, get)| {
            all.column(column.or_null(), move |row| part(row).map_or(Cell::Absent, |part| get.cell(part)))
        })
    }
}

/// Step, period, year, and the day on which the period begins.
pub(in crate::output) fn when() -> Columns<When> {
    let year = Column::new("year", DataType::Integer, None, "calendar year, where steps are calendar steps").or_null();
    let start = "first day of the period, where steps are calendar steps of the years 1 to 9999";
    let start = Column::new("period_start", DataType::Date, None, start).or_null();
    Columns::new()
        .integer("step", None, "number of the step; 0 is the base", |when: &When| when.step as u64)
        .text("period", "label of the step", |when| &when.period)
        .column(year, |when| when.year.map_or(Cell::Absent, |year| Cell::Integer(year.into())))
        .column(start, |when| when.start().map_or(Cell::Absent, Cell::Date))
}

/// Output, dimension and segment.
pub(super) fn series() -> Columns<Subject> {
    let dimension = "dimension, where the row is about a part of the market";
    let segment = "segment, where the row is about a part of the market";
    Columns::new()
        .text("output", "name of the output", |subject: &Subject| &subject.output)
        .text_or_null("dimension", dimension, |subject| subject.dimension.as_deref())
        .text_or_null("segment", segment, |subject| subject.segment.as_deref())
}

/// What the reader should know.
pub(super) fn warnings() -> Columns<Warning> {
    Columns::new()
        .text("code", "stable code of the warning", |row: &Warning| row.code)
        .text("pointer", "JSON pointer into the resolved scenario", |row| &row.pointer)
        .text("text", "what is so, and what to do", |row| &row.text)
}

/// Mean and standard deviation without their errors.
pub(super) fn moments() -> Columns<Band> {
    Columns::new().number("mean", OF_ROW, "mean over `n` paths", |band: &Band| value(&band.mean)).number(
        "sd",
        OF_ROW,
        "standard deviation, denominator n - 1",
        |band| value(&band.sd),
    )
}

/// A quantile at a level in percent.
pub(super) fn quantile(level: f64) -> Column {
    let meaning = format!("{level} % of the paths are at or below this value");
    Column::new(Statistic::Quantile(level).to_string(), DataType::Number, OF_ROW, meaning)
}

/// The quantile of growth a year at a level in percent.
pub(super) fn growth_quantile(level: f64) -> Column {
    let meaning = format!("growth a year that {level} % of the paths stay at or below");
    Column::new(format!("cagr_{}", Statistic::Quantile(level)), DataType::Number, FRACTION, meaning)
}

fn shortfall(level: f64) -> Column {
    let meaning = format!("mean of the paths beyond the {level} % quantile");
    Column::new(Statistic::Shortfall(level).to_string(), DataType::Number, OF_ROW, meaning)
}

/// The standard error of the column of this name.
fn error_of(name: &str, unit: Option<Unit>) -> Column {
    Column::new(format!("{name}_se"), DataType::Number, unit, format!("Monte Carlo standard error of `{name}`"))
}

/// A distribution, from the mean on: the statistics asked for, their errors, the paths in them and, with this meaning, the
/// paths left out.
pub(super) fn distribution(layout: &Layout, excluded: Text) -> Columns<Band> {
    let error = |of: fn(f64) -> Column| move |level| error_of(&of(level).name, OF_ROW);
    let mut columns = moments();
    if layout.skewness {
        columns = columns.number("skewness", None, "skewness", |band| band.skewness);
    }
    columns
        .levels(&layout.percentiles, quantile, Band::quantile)
        .levels(&layout.shortfall, shortfall, |band, level| value(band.shortfall.get(level)?))
        .column(error_of("mean", OF_ROW), |band| Cell::number(se(&band.mean)))
        .column(error_of("sd", OF_ROW), |band| Cell::number(se(&band.sd)))
        .levels(&layout.percentiles, error(quantile), Band::quantile_se)
        .levels(&layout.shortfall, error(shortfall), |band, level| se(band.shortfall.get(level)?))
        .integer("n", PATHS, super::N, |band| band.n)
        .integer("excluded", PATHS, excluded, |band| band.excluded)
}
