//! Files of single paths. In wide form a row is a path, and the columns of all scenarios stand side by side, one an output
//! and period; in long form a row is one value.

use super::csv::CsvWriter;
use super::table::{Cell, Column, DataType, Unit, when};
use crate::engine::{Monitor, PathColumn, PathKind, Paths};
use std::collections::HashMap;
use std::io::{self, Write};

/// A scenario whose paths go into a file.
#[derive(Clone, Copy, Debug)]
pub struct PathSource<'a> {
    /// Its name, as in every table.
    pub scenario: &'a str,
    /// Its paths.
    pub paths: &'a Paths,
}

/// The columns of a file.
#[derive(Debug)]
pub(super) struct Wide {
    /// Scenario and path, then the columns of all scenarios in the order in which they are first met.
    pub(super) columns: Vec<Column>,
    /// For every scenario, where each of the columns behind scenario and path stands among the scenario's own.
    pub(super) places: Vec<Vec<Option<usize>>>,
}

impl Wide {
    pub(super) fn of(sources: &[PathSource<'_>]) -> Wide {
        let mut columns = names().to_vec();
        let leading = columns.len();
        let mut index = HashMap::new();
        for column in sources.iter().flat_map(|source| source.paths.columns()) {
            index.entry(column.name.as_str()).or_insert_with(|| {
                columns.push(described(column));
                columns.len() - 1 - leading
            });
        }
        let places = sources.iter().map(|source| {
            let mut places = vec![None; columns.len() - leading];
            for (own, column) in source.paths.columns().iter().enumerate() {
                places[index[column.name.as_str()]] = Some(own);
            }
            places
        });
        let places = places.collect();
        Wide { columns, places }
    }
}

/// The columns of the long form, the value last.
pub(super) fn long_columns() -> Vec<Column> {
    let mut columns = names().to_vec();
    columns.push(Column::new("name", DataType::Text, None, "output or part; with its prefix, `input.` or `uniform.`"));
    columns.push(Column::new("unit", DataType::Text, None, "unit of the value").or_null());
    columns.extend(when().into_columns());
    columns.push(Column::new("value", DataType::Number, Some(Unit::OfRow), "value; null where it is not finite"));
    columns
}

/// Gives every value of every path as a row of [`long_columns`], path after path, each in the order of the wide columns.
pub(super) fn for_each_value(
    sources: &[PathSource<'_>],
    monitor: &dyn Monitor,
    mut take: impl FnMut(Vec<Cell<'_>>) -> io::Result<()>,
) -> io::Result<()> {
    let when = when();
    for source in sources {
        let mut groups = source.paths.groups();
        while let Some(group) = groups.next_group(monitor).map_err(io::Error::other)? {
            for path in 0..group.count() {
                for (index, column) in source.paths.columns().iter().enumerate() {
                    let mut row = vec![
                        Cell::Text(source.scenario.into()),
                        Cell::Integer(i128::from(group.first()) + path as i128),
                        Cell::Text(column.series.as_str().into()),
                        column.unit.as_deref().map_or(Cell::Absent, |unit| Cell::Text(unit.into())),
                    ];
                    row.extend(when.cells(&column.when));
                    row.push(Cell::number(Some(group.value(index, path))));
                    take(row)?;
                }
            }
        }
    }
    Ok(())
}

/// The columns that say which path a row is.
pub(super) fn names() -> [Column; 2] {
    [
        Column::new("scenario", DataType::Text, None, "name of the scenario"),
        Column::new("path", DataType::Integer, None, "number of the path, from 0"),
    ]
}

fn described(column: &PathColumn) -> Column {
    let meaning = match column.kind {
        PathKind::Output => "value of the output",
        PathKind::Input => "value of the random input",
        PathKind::Uniform => "the random input's value is its quantile at this level",
    };
    Column::new(column.name.clone(), DataType::Number, column.unit.clone().map(Unit::Named), meaning)
}

/// Writes paths as CSV. What is not finite, and what a scenario does not have, is an empty cell.
///
/// # Errors
///
/// What `out` returns, and a [`RunError`](crate::engine::RunError) when the monitor asks to end.
pub fn write_paths_csv(out: &mut dyn Write, sources: &[PathSource<'_>], monitor: &dyn Monitor) -> io::Result<()> {
    let wide = Wide::of(sources);
    let mut csv = CsvWriter::new(out, &wide.columns)?;
    for (source, places) in sources.iter().zip(&wide.places) {
        let mut groups = source.paths.groups();
        while let Some(group) = groups.next_group(monitor).map_err(io::Error::other)? {
            for path in 0..group.count() {
                let names =
                    [Cell::Text(source.scenario.into()), Cell::Integer(i128::from(group.first()) + path as i128)];
                let values = places.iter().map(|place| Cell::number(place.map(|column| group.value(column, path))));
                csv.write_row(names.into_iter().chain(values))?;
            }
        }
    }
    csv.finish().map(drop)
}

/// Writes paths as CSV in long form, a row a value. What is not finite is an empty cell.
///
/// # Errors
///
/// What `out` returns, and a [`RunError`](crate::engine::RunError) when the monitor asks to end.
pub fn write_long_paths_csv(out: &mut dyn Write, sources: &[PathSource<'_>], monitor: &dyn Monitor) -> io::Result<()> {
    let mut csv = CsvWriter::new(out, &long_columns())?;
    for_each_value(sources, monitor, |row| csv.write_row(row))?;
    csv.finish().map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{LoadOptions, Origin, Study};

    fn paths(text: &str, count: u64) -> Paths {
        let origin = Origin::Text { name: "test".into(), bytes: text.into() };
        Paths::new(&Study::load(&origin, &LoadOptions::default()).expect("valid").model, 1, count, false)
    }

    /// `y` is NaN on about one path in six; `z` stands in one scenario alone.
    fn sources() -> (Paths, Paths) {
        let file = |rest: &str| {
            format!(
                r#"{{ "riskband": 1, "horizon": {{ "start": 2025, "end": 2026 }}, "variables": {{
                    "x": {{ "normal": {{ "mean": 1, "sd": 1 }}, "over_time": "fresh" }}, "y": "ln(x)"{rest} }} }}"#
            )
        };
        (paths(&file(""), 300), paths(&file(r#", "z": "x * 0 + 2""#), 5))
    }

    #[test]
    fn scenarios_share_columns_and_leave_empty_what_they_lack() {
        let (a, b) = sources();
        let mut out = Vec::new();
        let sources = [PathSource { scenario: "a", paths: &a }, PathSource { scenario: "=b", paths: &b }];
        write_paths_csv(&mut out, &sources, &|_| {}).expect("writing to memory cannot fail");
        let text = String::from_utf8(out).expect("UTF-8");
        let lines: Vec<&str> = text.split_terminator("\r\n").collect();
        assert_eq!(lines[0], "scenario,path,x[2026],y[2026],z[2026]");
        assert_eq!(lines.len(), 1 + 300 + 5);
        for line in &lines[1..] {
            let cells: Vec<&str> = line.split(',').collect();
            let x: f64 = cells[2].parse().expect("a number");
            assert_eq!(cells[3].is_empty(), x < 0.0, "{line}");
            assert_eq!(cells[4], if cells[0] == "a" { "" } else { "2.0" }, "{line}");
        }
        // The same seed: the second scenario's paths are the first's.
        assert!(lines[1].starts_with("a,0,") && lines[301].starts_with("'=b,0,"));
        assert_eq!(lines[1].split(',').nth(2), lines[301].split(',').nth(2));
    }

    #[test]
    fn in_long_form_every_value_is_a_row() {
        let (a, b) = sources();
        let mut out = Vec::new();
        let sources = [PathSource { scenario: "a", paths: &a }, PathSource { scenario: "b", paths: &b }];
        write_long_paths_csv(&mut out, &sources, &|_| {}).expect("writing to memory cannot fail");
        let text = String::from_utf8(out).expect("UTF-8");
        let lines: Vec<&str> = text.split_terminator("\r\n").collect();
        assert_eq!(lines[0], "scenario,path,name,unit,step,period,year,period_start,value");
        // Two columns a path in the one, three in the other; what is not finite has a row too.
        assert_eq!(lines.len(), 1 + 300 * 2 + 5 * 3);
        assert!(lines[1].starts_with("a,0,x,,1,2026,2026,2026-01-01,"), "{}", lines[1]);
        assert!(lines[2].starts_with("a,0,y,,1,2026,2026,2026-01-01,"), "{}", lines[2]);
        assert_eq!(lines[lines.len() - 1], "b,4,z,,1,2026,2026,2026-01-01,2.0");
        assert!(lines.iter().any(|line| line.ends_with(',')), "a path without a value");
    }
}
