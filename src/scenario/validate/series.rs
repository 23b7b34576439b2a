//! Series from CSV files: `{"csv": "growth.csv", "column": "growth", "index": "year"}`.

use super::builder::ModelBuilder;
use super::csv::{self, CsvError};
use super::item::Item;
use crate::diagnostic::nearest_name;
use crate::model::{PeriodName, StepLength};
use crate::scenario::keys;

/// A row of a series.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SeriesRow {
    /// Line in the file, counted from 1.
    pub(super) line: u64,
    /// The text of the index column.
    pub(super) label: String,
    /// The label, where it is a finite number.
    pub(super) index: Option<f64>,
    pub(super) value: f64,
}

impl ModelBuilder<'_> {
    /// The rows of two columns of a CSV file; what is wrong is reported.
    pub(super) fn csv_series(&mut self, item: &Item<'_>) -> Option<Vec<SeriesRow>> {
        self.known_keys(item, "a series from a file", &[keys::SERIES]);
        let (Some(file), Some(column), Some(index)) = (item.get("csv"), item.get("column"), item.get("index")) else {
            for key in keys::SERIES.iter().filter(|key| !item.has(key)) {
                let problem = item.error("missing-key", format!("a series from a file has no `{key}`"));
                self.push(problem.expected("{\"csv\": \"growth.csv\", \"column\": \"growth\", \"index\": \"year\"}"));
            }
            return None;
        };
        let names = (self.text(&column, "`column`"), self.text(&index, "`index`"));
        let (content, path) = self.csv_text(&file)?;
        let (column_name, index_name) = (names.0?, names.1?);
        match csv::columns(&content, [&index_name, &column_name]) {
            Ok(rows) => {
                let row = |(line, [label, value]): (u64, [String; 2])| {
                    let number = |text: &str| text.parse::<f64>().ok().filter(|x| x.is_finite());
                    match number(&value) {
                        Some(value) => Ok(SeriesRow { line, index: number(&label), label, value }),
                        None => Err((line, value)),
                    }
                };
                // A row without a value says nothing of its period.
                let filled = rows.into_iter().filter(|(_, [_, value])| !value.is_empty());
                match filled.map(row).collect::<Result<Vec<_>, _>>() {
                    Ok(rows) if rows.is_empty() => {
                        let message = format!("{path}: the column {column_name:?} has no values");
                        self.push(file.error("bad-csv", message));
                        None
                    }
                    Ok(rows) => Some(rows),
                    Err((line, found)) => {
                        let shown: String = found.chars().take(40).collect();
                        let message = format!("{path}, line {line}: {shown:?} is not a finite number");
                        self.push(file.error("bad-csv", message));
                        None
                    }
                }
            }
            Err(error) => {
                let item = if matches!(&error, CsvError::UnknownColumn { missing, .. } if *missing == index_name) {
                    &index
                } else {
                    &column
                };
                self.csv_problem(error, &path, &file, item);
                None
            }
        }
    }

    /// Values by step from a series, in order of time: step and value.
    pub(super) fn csv_knots(&mut self, item: &Item<'_>) -> Option<Vec<(f64, f64)>> {
        let rows = self.csv_series(item)?;
        let mut knots: Vec<(f64, f64, u64)> = Vec::new();
        for row in rows {
            let step = self.period_of_label(&row.label).and_then(|name| self.horizon.position(name));
            match step.and_then(|step| i32::try_from(step).ok()) {
                Some(step) => knots.push((f64::from(step), row.value, row.line)),
                None => {
                    let message = format!("line {} of the file: `{}` is no period", row.line, row.label.escape_debug());
                    let problem = item.error("bad-knot", message).found(row.label);
                    let expected = match self.horizon.length {
                        StepLength::Counted | StepLength::Static => "the number of a step",
                        StepLength::Year => "a year",
                        StepLength::Quarter => "a year, a quarter such as 2026Q1, or a date",
                        StepLength::Month => "a year, a month such as 2026-01, or a date",
                    };
                    self.push(problem.expected(expected));
                    return None;
                }
            }
        }
        knots.sort_by(|a, b| a.0.total_cmp(&b.0));
        if let Some(pair) = knots.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let message = format!("lines {} and {} of the file are the same step", pair[0].2, pair[1].2);
            self.push(item.error("bad-knot", message).help("a year means its last step"));
            return None;
        }
        Some(knots.into_iter().map(|(step, value, _)| (step, value)).collect())
    }

    /// The period of a label: a year, `2026Q1`, `2026-01`, or the period of a date such as `2026-03-31`.
    fn period_of_label(&self, label: &str) -> Option<PeriodName> {
        if let Some(name) = PeriodName::parse(label) {
            return Some(name);
        }
        let mut parts = label.splitn(3, '-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let in_range = |text: &str, most: u8| {
            let number: u8 = text.parse().ok()?;
            (text.len() == 2 && (1..=most).contains(&number)).then_some(number)
        };
        let (year, month) = (year.parse::<i64>().ok()?, in_range(month, 12)?);
        // The day may be followed by a time of day.
        in_range(day.get(..2)?, 31)?;
        match self.horizon.length {
            StepLength::Year => Some(PeriodName::Whole(year)),
            StepLength::Quarter => Some(PeriodName::Quarter(year, month.div_ceil(3))),
            StepLength::Month => Some(PeriodName::Month(year, month)),
            StepLength::Counted | StepLength::Static => None,
        }
    }

    /// The text of a CSV file and its path as written.
    pub(super) fn csv_text(&mut self, file: &Item<'_>) -> Option<(String, String)> {
        let path = self.text(file, "`csv`")?;
        match (self.context.read_csv)(&path, file.node) {
            Ok(content) => Some((content, path)),
            Err(mut problem) => {
                problem.span = problem.span.or(file.node.span);
                if problem.pointer.is_empty() {
                    problem.pointer.clone_from(&file.pointer);
                }
                self.push(*problem);
                None
            }
        }
    }

    /// Reports why columns of a CSV file could not be read; `column` is the member that names the wrong one.
    pub(super) fn csv_problem(&mut self, error: CsvError, path: &str, file: &Item<'_>, column: &Item<'_>) {
        let problem = match error {
            CsvError::UnknownColumn { missing, names } => {
                let message = format!("{path} has no column `{}`", missing.escape_debug());
                let near = nearest_name(&missing, names.iter().map(String::as_str));
                let shown: Vec<String> = names.iter().take(20).map(|name| name.escape_debug().to_string()).collect();
                column.error("unknown-column", message).expected(shown.join(", ")).found(missing).nearest(near)
            }
            CsvError::DuplicateColumn { name, places } => {
                let places = places.iter().map(usize::to_string).collect::<Vec<_>>().join(" and ");
                let message = format!("{path} has the column `{}` more than once", name.escape_debug());
                let problem = column.error("duplicate-column", message).found(format!("columns {places} of this name"));
                problem.help("give each column a name of its own")
            }
            CsvError::At { line, message } => file.error("bad-csv", format!("{path}, line {line}: {message}")),
        };
        self.push(problem);
    }
}
