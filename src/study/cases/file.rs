//! `--cases FILE.csv`: a column a path, a row a case.

use super::{CaseColumn, CasesError};
use crate::scenario::{CsvTable, csv_table};
use std::io::Read;

/// The column of names.
const CASE: &str = "case";

/// A file of cases as it was written.
#[derive(Debug)]
pub(super) struct CaseFile {
    /// The columns that are paths.
    pub(super) columns: Vec<CaseColumn>,
    /// Of each of them, its place among all, counted from 1.
    pub(super) places: Vec<usize>,
    /// Name and line of every case; without a column of names, the number of its row.
    pub(super) names: Vec<(String, u64)>,
}

/// The text of a file of at most `limit` bytes; `file` is what messages call it.
///
/// # Errors
///
/// The file cannot be read, is longer, or no UTF-8.
pub(super) fn text(file: &str, source: impl Read, limit: u64) -> Result<String, CasesError> {
    let mut bytes = Vec::new();
    source.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(CasesError::Read)?;
    if bytes.len() as u64 > limit {
        return Err(CasesError::Refused(format!(
            "{file} is longer than the limit of {limit} bytes; raise it with --limit file=N"
        )));
    }
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        CasesError::Refused(format!("{file}, line {line}: this is not UTF-8; save the file in that encoding"))
    })
}

/// Takes the text of a file of cases apart.
///
/// # Errors
///
/// The line, the column where there is one, and what is wrong there.
pub(super) fn read(text: &str) -> Result<CaseFile, String> {
    let CsvTable { header, rows } = csv_table(text).map_err(|(line, message)| format!("line {line}: {message}"))?;
    let names: Vec<usize> = (0..header.len()).filter(|place| header[*place] == CASE).collect();
    if let [first, second, ..] = names[..] {
        return Err(format!("line 1, column {}: column {} is called `{CASE}` already", second + 1, first + 1));
    }
    if let Some(place) = header.iter().position(String::is_empty) {
        return Err(format!(
            "line 1, column {}: the name of a column is missing; expected a path or `{CASE}`",
            place + 1
        ));
    }
    if let ([only], Some(separator)) = (&header[..], header[0].find([';', '\t'])) {
        let separator = if only[separator..].starts_with(';') { "semicolons" } else { "tabs" };
        return Err(format!("line 1: fields are separated by {separator}; expected commas"));
    }
    let places: Vec<usize> = (0..header.len()).filter(|place| !names.contains(place)).collect();
    if places.is_empty() {
        return Err(format!("line 1: no column varies anything; expected columns called by paths beside `{CASE}`"));
    }
    if rows.is_empty() {
        return Err("line 2: there are no cases; expected a row for each under the header".into());
    }
    if let Some((line, fields)) = rows.iter().find(|(_, fields)| fields.len() != header.len()) {
        let (expected, found) = (header.len(), fields.len());
        return Err(format!("line {line}: {found} fields; expected {expected}, one under each name of line 1"));
    }
    let column = |&place: &usize| {
        let field = |(_, fields): &(u64, Vec<String>)| Some(fields[place].clone()).filter(|field| !field.is_empty());
        CaseColumn { path: header[place].clone(), is_log: false, values: rows.iter().map(field).collect() }
    };
    let columns = places.iter().map(column).collect();
    let names = named(&rows, names.first().copied())?;
    Ok(CaseFile { columns, places: places.into_iter().map(|place| place + 1).collect(), names })
}

/// The names of cases, each of which there is once.
fn named(rows: &[(u64, Vec<String>)], column: Option<usize>) -> Result<Vec<(String, u64)>, String> {
    let mut names: Vec<(String, u64)> = Vec::with_capacity(rows.len());
    let mut lines = std::collections::HashMap::new();
    for (number, (line, fields)) in rows.iter().enumerate() {
        let name = column.map_or_else(|| (number + 1).to_string(), |column| fields[column].clone());
        let place = || format!("line {line}, column {}", column.unwrap_or(0) + 1);
        if name.is_empty() {
            return Err(format!("{}: the name of a case is missing", place()));
        }
        if let Some(earlier) = lines.insert(name.clone(), *line) {
            return Err(format!("{}: the case of line {earlier} is called `{name}` too", place()));
        }
        names.push((name, *line));
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_files_are_refused_with_line_and_column() {
        for (text, message) in [
            ("", "line 1: the file is empty"),
            ("case,a.b,case\nx,1,y\n", "line 1, column 3: column 1 is called `case` already"),
            ("a.b,,c.d\n1,2,3\n", "line 1, column 2: the name of a column is missing"),
            ("case;a.b\nx;1\n", "separated by semicolons"),
            ("case\nx\n", "no column varies anything"),
            ("a.b,c.d\n", "line 2: there are no cases"),
            ("a.b,c.d\n\n1,2\n3\n", "line 4: 1 fields; expected 2"),
            ("a.b\n1\n\"2\n", "line 3: a quote is not closed"),
            ("case,a.b\nx,1\n,2\n", "line 3, column 1: the name of a case is missing"),
            ("a.b,case\n1,x\n2,y\n3,x\n", "line 4, column 2: the case of line 2 is called `x` too"),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.contains(message), "{text:?}: {error}");
        }
    }

    #[test]
    fn empty_fields_leave_the_base() {
        let file = read("\u{feff}a.b, case\r\n 1 ,x\r\n,y\r\n").expect("well formed");
        assert_eq!(file.columns[0].values, [Some("1".to_owned()), None]);
        assert_eq!((file.names, file.places), (vec![("x".to_owned(), 2), ("y".to_owned(), 3)], vec![1]));
    }
}
