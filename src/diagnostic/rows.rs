//! Problems as plain rows, for `--format json`.

use super::escape::escape_short;
use super::place::LineColumns;
use super::render::LONGEST_TEXT;
use super::{Problem, Severity, Sources};

/// One problem with its place looked up. Text from files is escaped as on a terminal.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct ProblemRow {
    /// Name of the file, as the user would write it.
    pub file: Option<String>,
    /// Line, from 1.
    pub line: Option<usize>,
    /// Character in the line, from 1.
    pub column: Option<usize>,
    /// Stable code.
    pub code: &'static str,
    /// Whether the problem keeps the scenario from running.
    pub severity: Severity,
    /// JSON pointer into the resolved document.
    pub pointer: String,
    /// One sentence that says what is wrong.
    pub message: String,
    /// The value or kind of value that was expected.
    pub expected: Option<String>,
    /// The value or kind of value that was found.
    pub found: Option<String>,
    /// The nearest valid name.
    pub nearest: Option<String>,
    /// Advice: what to do about it.
    pub help: Option<String>,
}

/// All problems as rows, in the order given; the limit of the renderer does not apply.
pub fn rows(problems: &[Problem], sources: &Sources) -> Vec<ProblemRow> {
    let places = LineColumns::of(problems, sources);
    let text = |text: &str| escape_short(text, LONGEST_TEXT).into_owned();
    let optional = |field: &Option<String>| field.as_deref().map(text);
    let row = |problem: &Problem| {
        let place = problem.span.and_then(|span| places.get(span));
        let file = problem.span.and_then(|span| sources.files.get(span.source as usize));
        ProblemRow {
            file: file.map(|file| text(&file.name)),
            line: place.map(|place| place.line),
            column: place.map(|place| place.column),
            code: problem.code,
            severity: problem.severity,
            pointer: text(&problem.pointer),
            message: text(&problem.message),
            expected: optional(&problem.expected),
            found: optional(&problem.found),
            nearest: optional(&problem.nearest),
            help: optional(&problem.help),
        }
    };
    problems.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Span;

    #[test]
    fn rows_carry_place_and_facts() {
        let mut sources = Sources::default();
        let source = sources.add("a.json", b"{\n  \"sdd\": 1\n}");
        let span = Span { source, start: 4, end: 9 };
        let problem = Problem::error("unknown-key", Some(span), "/sdd", "no such \u{1b}[31mkey")
            .nearest(Some("sd".into()))
            .help("remove it");
        let rows = rows(&[problem, Problem::error("x", None, "", "y").severity(Severity::Note)], &sources);
        let json = serde_json::to_value(&rows).expect("rows are plain data");
        assert_eq!(
            json,
            serde_json::json!([
                {"file": "a.json", "line": 2, "column": 3, "code": "unknown-key", "severity": "error", "pointer": "/sdd",
                 "message": "no such \\u{1b}[31mkey", "expected": null, "found": null, "nearest": "sd", "help": "remove it"},
                {"file": null, "line": null, "column": null, "code": "x", "severity": "note", "pointer": "",
                 "message": "y", "expected": null, "found": null, "nearest": null, "help": null}
            ])
        );
    }
}
