//! Columns of a CSV file (RFC 4180: quotes, doubled quotes, line breaks inside quotes).

use csv::{ReaderBuilder, StringRecord};

/// Why a column could not be read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum CsvError {
    /// The first line does not name a column.
    UnknownColumn {
        /// The name that was asked for.
        missing: String,
        /// The names in the first line.
        names: Vec<String>,
    },
    /// The first line names a column more than once.
    DuplicateColumn {
        /// The name that was asked for.
        name: String,
        /// Places of the columns of this name, counted from 1.
        places: Vec<usize>,
    },
    /// A line is not as it should be.
    At {
        /// The line, counted from 1.
        line: u64,
        /// One phrase that says what is wrong there.
        message: String,
    },
}

/// The numbers of the column of this name; empty fields are left out.
pub(super) fn column(text: &str, name: &str) -> Result<Vec<f64>, CsvError> {
    let at = |line: u64, message: String| CsvError::At { line, message };
    let mut values = Vec::new();
    let mut last = 1;
    for (line, [field]) in columns(text, [name])? {
        last = line;
        match field.parse::<f64>() {
            Ok(value) if value.is_finite() => values.push(value),
            _ if field.is_empty() => {}
            _ => {
                let shown: String = field.chars().take(40).collect();
                return Err(at(line, format!("{shown:?} is not a finite number")));
            }
        }
    }
    if values.is_empty() {
        return Err(at(last, format!("the column {name:?} has no values")));
    }
    Ok(values)
}

/// A file of rows under a header, blanks around fields left out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CsvTable {
    /// The fields of the first line.
    pub(crate) header: Vec<String>,
    /// The fields of each row, of which there may be more or fewer, with its line counted from 1; blank lines are left out.
    pub(crate) rows: Vec<(u64, Vec<String>)>,
}

/// Reads a whole file.
///
/// # Errors
///
/// The line, and what is wrong there.
pub(crate) fn table(text: &str) -> Result<CsvTable, (u64, String)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some((line, message)) = misplaced_quote(text) {
        return Err((line, message.into()));
    }
    let mut reader = ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let mut lines = Vec::new();
    let (mut line, mut counted) = (1, 0);
    // Text in memory has neither input errors nor bytes that are not UTF-8.
    while reader.read_record(&mut record).map_err(|error| (1, error.to_string()))? {
        // The reader's own count lags behind where lines end in CRLF.
        let start = record.position().map_or(0, |position| position.byte() as usize);
        let start = text.len() - text[start..].trim_start_matches(['\r', '\n']).len();
        line += text[counted..start].matches('\n').count() as u64;
        counted = start;
        lines.push((line, record.iter().map(|field| field.trim().to_owned()).collect::<Vec<_>>()));
    }
    let mut lines = lines.into_iter();
    let (_, header) = lines.next().ok_or_else(|| (1, "the file is empty".to_owned()))?;
    let is_blank = |fields: &[String]| matches!(fields, [only] if only.is_empty());
    Ok(CsvTable { header, rows: lines.filter(|(_, fields)| !is_blank(fields)).collect() })
}

/// The fields of the columns of these names, blanks around them left out, with the line of each row; blank lines are left out.
pub(super) fn columns<const N: usize>(text: &str, wanted: [&str; N]) -> Result<Vec<(u64, [String; N])>, CsvError> {
    let at = |line: u64, message: String| CsvError::At { line, message };
    let CsvTable { header, rows } = table(text).map_err(|(line, message)| at(line, message))?;
    let mut indices = [0; N];
    for (index, name) in indices.iter_mut().zip(wanted) {
        let places: Vec<usize> = (0..header.len()).filter(|index| header[*index] == name).collect();
        let [only] = places[..] else {
            let name = name.to_owned();
            return Err(match places.is_empty() {
                true => CsvError::UnknownColumn { missing: name, names: header },
                false => {
                    let places = places.into_iter().map(|index| index + 1).collect();
                    CsvError::DuplicateColumn { name, places }
                }
            });
        };
        *index = only;
    }
    let chosen = |(line, written): (u64, Vec<String>)| {
        let mut fields = [const { String::new() }; N];
        for (field, index) in fields.iter_mut().zip(indices) {
            let text = written.get(index);
            let missing = || at(line, format!("{} fields, and the column is number {}", written.len(), index + 1));
            field.clone_from(text.ok_or_else(missing)?);
        }
        Ok((line, fields))
    };
    rows.into_iter().map(chosen).collect()
}

/// The line of a quote that is never closed or is followed by text, and what is wrong with it: the reader would take what
/// comes of either for a number.
fn misplaced_quote(text: &str) -> Option<(u64, &'static str)> {
    let line = |rest: &str| 1 + text[..text.len() - rest.len()].matches('\n').count() as u64;
    let mut field = text;
    loop {
        let mut rest = field;
        if let Some(mut quoted) = field.strip_prefix('"') {
            rest = loop {
                let Some((_, after)) = quoted.split_once('"') else {
                    return Some((line(field), "a quote is not closed"));
                };
                match after.strip_prefix('"') {
                    Some(doubled) => quoted = doubled,
                    None => break after,
                }
            };
            if !rest.is_empty() && !rest.starts_with([',', '\n', '\r']) {
                return Some((line(rest), "text follows a closing quote"));
            }
        }
        field = &rest[rest.find([',', '\n', '\r'])? + 1..];
    }
}

#[cfg(test)]
mod tests {
    use super::{CsvError, column};

    #[test]
    fn reads_quotes_breaks_and_gaps() {
        let text = "year,\"growth, %\",note\r\n2020,0.5,\"a \"\"quoted\"\"\nnote\"\r\n2021,,x\r\n2022,-1e-1,\n";
        assert_eq!(column(text, "growth, %"), Ok(vec![0.5, -0.1]));
        assert_eq!(column("\u{feff}a\n1\n\n2", "a"), Ok(vec![1.0, 2.0]));
    }

    #[test]
    fn a_name_that_stands_twice_is_no_column() {
        assert_eq!(
            column("a,b, a\n1,2,3", "a"),
            Err(CsvError::DuplicateColumn { name: "a".into(), places: vec![1, 3] })
        );
        assert_eq!(column("a,b, a\n1,2,3", "b"), Ok(vec![2.0]));
    }

    #[test]
    fn names_line_and_column_of_what_is_wrong() {
        let names = vec!["a".to_string(), "b".to_string()];
        let missing = "c".to_string();
        assert_eq!(column("a,b\n1,2", "c"), Err(CsvError::UnknownColumn { missing, names }));
        let line = |text| match column(text, "b") {
            Err(CsvError::At { line, .. }) => line,
            other => panic!("{other:?}"),
        };
        assert_eq!(line("a,b\n1,2\n3,x"), 3);
        assert_eq!(line("a,b\r\n\r\n1,2\r\n3,x"), 4);
        assert_eq!(line("a,b\n1,\"2\n\"\n3,inf"), 4);
        assert_eq!(line("a,b\n1"), 2);
        assert_eq!(line("a,b\n1,\"2"), 2);
        assert_eq!(line("a,b\n1,\"2\"3"), 2);
        assert_eq!(line("a,b\n1,\"2\n\"\n3,\"4\"5"), 4);
        assert_eq!(line("a,b\n1,\n"), 2);
        assert_eq!(line(""), 1);
    }
}
