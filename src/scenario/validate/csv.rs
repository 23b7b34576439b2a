//! One numeric column of a CSV file (RFC 4180: quotes, doubled quotes, line breaks inside quotes).

/// Why a column could not be read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum CsvError {
    /// The first line does not name it.
    UnknownColumn {
        /// The columns there are.
        names: Vec<String>,
    },
    /// A line is not as it should be.
    At {
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
}

/// The numbers of the column of this name; empty fields are left out.
pub(super) fn column(text: &str, name: &str) -> Result<Vec<f64>, CsvError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut records = Records { rest: text, line: 1 };
    let (_, names) = records.next_record()?.ok_or(CsvError::At { line: 1, message: "the file is empty".into() })?;
    let Some(index) = names.iter().position(|column| column.trim() == name) else {
        return Err(CsvError::UnknownColumn { names });
    };
    let mut values = Vec::new();
    let mut last = 1;
    while let Some((line, fields)) = records.next_record()? {
        last = line;
        if fields.len() == 1 && fields[0].is_empty() {
            continue;
        }
        let Some(field) = fields.get(index) else {
            let message = format!("{} fields, and the column is number {}", fields.len(), index + 1);
            return Err(CsvError::At { line, message });
        };
        let field = field.trim();
        if field.is_empty() {
            continue;
        }
        match field.parse::<f64>() {
            Ok(value) if value.is_finite() => values.push(value),
            _ => {
                let shown: String = field.chars().take(40).collect();
                return Err(CsvError::At { line, message: format!("{shown:?} is not a finite number") });
            }
        }
    }
    if values.is_empty() {
        return Err(CsvError::At { line: last, message: format!("the column {name:?} has no values") });
    }
    Ok(values)
}

struct Records<'a> {
    rest: &'a str,
    line: usize,
}

impl Records<'_> {
    /// The next record and the line that it begins in.
    fn next_record(&mut self) -> Result<Option<(usize, Vec<String>)>, CsvError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let begins = self.line;
        let mut fields = Vec::new();
        loop {
            let field = self.field()?;
            fields.push(field);
            match self.rest.chars().next() {
                Some(',') => self.rest = &self.rest[1..],
                Some('\r') if self.rest.starts_with("\r\n") => {
                    self.rest = &self.rest[2..];
                    self.line += 1;
                    return Ok(Some((begins, fields)));
                }
                Some('\n' | '\r') => {
                    self.rest = &self.rest[1..];
                    self.line += 1;
                    return Ok(Some((begins, fields)));
                }
                Some(_) => {
                    let message = "text follows a closing quote".to_string();
                    return Err(CsvError::At { line: self.line, message });
                }
                None => return Ok(Some((begins, fields))),
            }
        }
    }

    fn field(&mut self) -> Result<String, CsvError> {
        let Some(quoted) = self.rest.strip_prefix('"') else {
            let end = self.rest.find([',', '\n', '\r']).unwrap_or(self.rest.len());
            let (field, rest) = self.rest.split_at(end);
            self.rest = rest;
            return Ok(field.to_string());
        };
        let opened = self.line;
        let mut field = String::new();
        let mut rest = quoted;
        loop {
            let Some(end) = rest.find('"') else {
                return Err(CsvError::At { line: opened, message: "a quote is not closed".into() });
            };
            field.push_str(&rest[..end]);
            self.line += rest[..end].matches('\n').count();
            rest = &rest[end + 1..];
            match rest.strip_prefix('"') {
                Some(after) => {
                    field.push('"');
                    rest = after;
                }
                None => {
                    self.rest = rest;
                    return Ok(field);
                }
            }
        }
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
    fn names_line_and_column_of_what_is_wrong() {
        let names = vec!["a".to_string(), "b".to_string()];
        assert_eq!(column("a,b\n1,2", "c"), Err(CsvError::UnknownColumn { names }));
        let line = |text| match column(text, "b") {
            Err(CsvError::At { line, .. }) => line,
            other => panic!("{other:?}"),
        };
        assert_eq!(line("a,b\n1,2\n3,x"), 3);
        assert_eq!(line("a,b\n1,\"2\n\"\n3,inf"), 4);
        assert_eq!(line("a,b\n1"), 2);
        assert_eq!(line("a,b\n1,\"2"), 2);
        assert_eq!(line("a,b\n1,\"2\"3"), 2);
        assert_eq!(line("a,b\n1,\n"), 2);
        assert_eq!(line(""), 1);
    }
}
