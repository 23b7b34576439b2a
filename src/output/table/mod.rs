//! Tables: lists of columns, each with its name, kind, unit, meaning and getter, stated once for every writer.

mod cases;
mod column;
mod columns;
mod comparisons;
mod discovery;
mod drivers;
#[cfg(test)]
mod listing;
mod runs;
mod solutions;
mod stories;

pub use cases::CaseColumns;
pub use column::{Cell, Column, DataType, Unit};
pub(crate) use columns::Columns;
pub(super) use columns::when;
pub use comparisons::comparison_tables;
pub use runs::run_tables;
pub use solutions::solution_tables;

use crate::engine::RunOptions;
use columns::Getter;
use std::fmt::Debug;

const OF_ROW: Option<Unit> = Some(Unit::OfRow);
const FRACTION: Option<Unit> = Some(Unit::Fraction);
const PATHS: Option<Unit> = Some(Unit::Paths);

/// The meaning of the columns `n`.
const N: &str = "paths that entered the row";

/// A table over sources of type `S`, such as the results of scenarios, each of which has any number of its rows.
///
/// The first columns are labels: they have one value in all rows of a source and say which it is.
#[derive(Debug)]
pub struct Table<S> {
    name: &'static str,
    columns: Vec<Column>,
    labels: Vec<Getter<S>>,
    rows: Box<dyn Rows<S>>,
    is_inline: bool,
    is_wanted: bool,
}

/// Which statistics were asked for; columns and files follow from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// Levels of the quantiles in percent.
    pub percentiles: Vec<f64>,
    /// Levels of the expected shortfalls in percent.
    pub shortfall: Vec<f64>,
    /// Whether skewness is reported.
    pub skewness: bool,
    /// Whether correlations are reported.
    pub correlations: bool,
    /// Whether it is reported what higher ceilings are worth.
    pub relief: bool,
    /// Whether it is reported how precise the statistics are that a run went on for.
    pub until: bool,
    /// Whether it is reported what drives the outputs; without it there are no tables of it.
    pub sensitivity: bool,
    /// Whether it is reported where an outcome lives; without it there are no tables of it.
    pub discovery: bool,
    /// Whether single paths are told; without it there are no tables of them.
    pub stories: bool,
    /// Whether it is reported what the move of a comparison is made of.
    pub why: bool,
    /// What tells the cases of a batch of what-ifs apart; none elsewhere.
    pub cases: Option<CaseColumns>,
}

impl Layout {
    /// The layout of the results of a run with these options, without relief, and of comparisons without what moves are
    /// made of.
    pub fn of(options: &RunOptions) -> Self {
        Layout {
            percentiles: options.percentiles.clone(),
            shortfall: options.shortfall.clone(),
            skewness: options.skewness,
            correlations: !options.correlate.is_empty(),
            relief: false,
            until: false,
            sensitivity: false,
            discovery: false,
            stories: false,
            why: false,
            cases: None,
        }
    }
}

impl<S: Debug + 'static> Table<S> {
    pub(super) fn of<R: Debug + 'static>(name: &'static str, rows: fn(&S) -> &[R], columns: Columns<R>) -> Self {
        let (columns, getters) = columns.0.into_iter().unzip();
        let rows = Box::new(RowsOf { rows, getters });
        Table { name, columns, labels: Vec::new(), rows, is_inline: false, is_wanted: true }
    }

    /// Adds labels behind those that are there.
    pub(crate) fn labelled(mut self, labels: Columns<S>) -> Self {
        let (columns, getters): (Vec<_>, Vec<_>) = labels.0.into_iter().unzip();
        let end = self.labels.len();
        self.columns.splice(end..end, columns);
        self.labels.extend(getters);
        self
    }

    /// A table with one row a source, which in JSON is no list: its cells are members of the source itself.
    pub(super) fn inline(self) -> Self {
        Table { is_inline: true, ..self }
    }

    /// A table that has a file only where it was asked for.
    fn wanted(self, is_wanted: bool) -> Self {
        Table { is_wanted, ..self }
    }
}

impl<S> Table<S> {
    /// The name: the stem of its file and its key in JSON.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The columns, labels first.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Whether it has something to say of what was asked for, and so a file of its own.
    pub fn is_wanted(&self) -> bool {
        self.is_wanted
    }

    /// The number of rows of a source.
    pub fn count(&self, source: &S) -> usize {
        self.rows.count(source)
    }

    /// The cell of a source in a row and a column.
    ///
    /// # Panics
    ///
    /// When there is no such row or column.
    pub fn cell<'s>(&self, source: &'s S, row: usize, column: usize) -> Cell<'s> {
        match self.labels.get(column) {
            Some(label) => label.cell(source),
            None => self.rows.cell(source, row, column - self.labels.len()),
        }
    }

    /// Places of the columns that JSON has as members of a source: of an inline table all, of others the labels.
    pub(super) fn members(&self) -> std::ops::Range<usize> {
        0..if self.is_inline { self.columns.len() } else { self.labels.len() }
    }

    /// Whether its one row a source stands in the members of the source.
    pub(super) fn is_inline(&self) -> bool {
        self.is_inline
    }
}

/// The rows of sources, of whatever type they are.
trait Rows<S>: Debug + Send + Sync {
    fn count(&self, source: &S) -> usize;
    fn cell<'s>(&self, source: &'s S, row: usize, column: usize) -> Cell<'s>;
}

#[derive(Debug)]
struct RowsOf<S, R> {
    rows: fn(&S) -> &[R],
    getters: Vec<Getter<R>>,
}

impl<S: Debug, R: Debug + 'static> Rows<S> for RowsOf<S, R> {
    fn count(&self, source: &S) -> usize {
        (self.rows)(source).len()
    }

    fn cell<'s>(&self, source: &'s S, row: usize, column: usize) -> Cell<'s> {
        self.getters[column].cell(&(self.rows)(source)[row])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::example::{comparison, full_layout, full_results, layout, results};
    use crate::results::Results;
    use std::collections::{HashMap, HashSet};

    fn names<S>(tables: &[Table<S>], name: &str) -> String {
        let table = tables.iter().find(|table| table.name() == name).expect("a table of this name");
        table.columns().iter().map(|column| &*column.name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn band_columns_follow_what_was_asked_for() {
        assert_eq!(
            names(&run_tables(&layout()), "bands"),
            "scenario output dimension segment unit step period year period_start mean sd p5 p50 p95 \
             mean_se sd_se p5_se p50_se p95_se n excluded"
        );
        assert_eq!(
            names(&run_tables(&full_layout()), "bands"),
            "scenario output dimension segment unit step period year period_start mean sd skewness p5 p50 p99_9 es5 es95 \
             mean_se sd_se p5_se p50_se p99_9_se es5_se es95_se n excluded"
        );
    }

    fn assert_cells_are_of_their_kind<S: 'static>(tables: &[Table<S>], source: &S, label: &str) {
        for table in tables {
            assert_eq!(table.columns()[0].name, label);
            for (row, (index, column)) in
                (0..table.count(source)).flat_map(|row| table.columns().iter().enumerate().map(move |it| (row, it)))
            {
                let kind = match table.cell(source, row, index) {
                    Cell::Absent if column.nullable || column.kind == DataType::Number => continue,
                    Cell::Absent => panic!("{}.{} is absent in row {row}", table.name(), column.name),
                    Cell::Text(_) => DataType::Text,
                    Cell::Integer(0..) if column.kind == DataType::Unsigned => DataType::Unsigned,
                    Cell::Integer(_) => DataType::Integer,
                    Cell::Number(_) => DataType::Number,
                    Cell::Date(_) => DataType::Date,
                    Cell::Boolean(_) => DataType::Boolean,
                    Cell::Data(_) => DataType::Data,
                };
                assert_eq!(kind, column.kind, "{}.{}", table.name(), column.name);
            }
        }
    }

    #[test]
    fn cells_are_of_their_columns_kind() {
        assert_cells_are_of_their_kind(&run_tables(&layout()), &results(), "scenario");
        assert_cells_are_of_their_kind(&run_tables(&full_layout()), &full_results(), "scenario");
        assert_cells_are_of_their_kind(&comparison_tables(&layout()), &comparison("small", "other"), "a");
    }

    #[test]
    fn columns_have_meanings_and_text_has_no_unit() {
        let columns = |layout: &Layout| {
            let (runs, comparisons) = (run_tables(layout), comparison_tables(layout));
            let runs = runs.iter().flat_map(|table| table.columns().to_vec());
            runs.chain(comparisons.iter().flat_map(|table| table.columns().to_vec())).collect::<Vec<_>>()
        };
        for column in columns(&full_layout()) {
            assert!(!column.meaning.is_empty(), "{}", column.name);
            assert!(
                column.unit.is_none() || matches!(column.kind, DataType::Integer | DataType::Number),
                "{}",
                column.name
            );
        }
    }

    #[test]
    fn an_error_has_the_unit_of_what_it_is_about() {
        let tables = run_tables(&full_layout());
        let find = |table: &str, name: &str| {
            let table = tables.iter().find(|it| it.name() == table).expect("a table");
            table.columns().iter().find(|column| column.name == name).expect("a column").clone()
        };
        assert_eq!(find("bands", "p99_9").meaning, "99.9 % of the paths are at or below this value");
        assert_eq!(find("bands", "p99_9_se").meaning, "Monte Carlo standard error of `p99_9`");
        for table in &tables {
            for error in table.columns().iter().filter(|column| column.name.ends_with("_se")) {
                let of = find(table.name(), error.name.trim_end_matches("_se"));
                assert_eq!(error.unit, of.unit, "{}.{}", table.name(), error.name);
            }
        }
    }

    #[test]
    fn names_of_tables_and_columns_are_unique() {
        let (runs, comparisons) = (run_tables(&full_layout()), comparison_tables(&full_layout()));
        let runs = runs.iter().map(|table| (table.name(), table.columns()));
        let tables: HashMap<_, _> = runs.chain(comparisons.iter().map(|it| (it.name(), it.columns()))).collect();
        assert_eq!(tables.len(), 28);
        for (name, columns) in tables {
            let unique: HashSet<_> = columns.iter().map(|column| &column.name).collect();
            assert_eq!(unique.len(), columns.len(), "{name}");
        }
    }

    #[test]
    fn tables_gain_labels_at_run_time() {
        let hazards = HashMap::from([("small".to_owned(), 0.25)]);
        let column = Column::new("events.downturn.hazard".to_owned(), DataType::Number, None, "varied");
        let label = Columns::new()
            .column(column, move |results: &Results| Cell::number(hazards.get(&results.scenario).copied()));
        let bands = run_tables(&layout()).remove(2).labelled(label);
        assert_eq!(bands.cell(&results(), 1, 1), Cell::Number(0.25));
        assert_eq!(bands.cell(&results(), 1, 2), Cell::Text("market".into()));
        assert!(names(&[bands], "bands").starts_with("scenario events.downturn.hazard output "));
    }
}
