//! Problems of a scenario: where, what was found, what was expected, what to do.

mod escape;
mod grouped;
mod nearest;
mod place;
mod render;
mod rows;
mod window;

pub use escape::escape;
pub(crate) use escape::is_unsafe;
pub use grouped::grouped;
pub use nearest::nearest_name;
pub use render::render;
pub(crate) use render::wrapping;
pub use rows::{ProblemRow, rows};

use std::sync::Arc;

/// The texts that spans point into.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// One entry a file, in the order of reading.
    pub files: Vec<SourceText>,
}

/// One text and the name it is shown under.
#[derive(Clone, Debug)]
pub struct SourceText {
    /// Path as the user would write it, `shipped:baseline`, `<stdin>` or `--set`.
    pub name: String,
    /// The text; lossy where the bytes were not UTF-8.
    pub text: Arc<str>,
}

impl Sources {
    /// Adds a text and returns its index for spans.
    pub fn add(&mut self, name: impl Into<String>, bytes: &[u8]) -> u32 {
        self.files.push(SourceText { name: name.into(), text: String::from_utf8_lossy(bytes).into() });
        u32::try_from(self.files.len() - 1).expect("fewer than four thousand million texts fit in memory")
    }
}

/// A range of bytes in one source text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Index of the source in the `Sources`.
    pub source: u32,
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}

/// The weight of a problem. Only errors keep a scenario from running.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The scenario does not run.
    Error,
    /// The scenario runs, but probably not as meant.
    Warning,
    /// Good to know.
    Note,
}

/// One problem, facts only; the renderer finds the words around them.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Stable code in kebab case: `unknown-key`, `missing-over-time`.
    pub code: &'static str,
    /// Whether the problem keeps the scenario from running.
    pub severity: Severity,
    /// Where in the text, if it stands in one.
    pub span: Option<Span>,
    /// JSON pointer into the resolved document.
    pub pointer: String,
    /// One sentence that says what is wrong.
    pub message: String,
    /// The value or kind of value that was expected there.
    pub expected: Option<String>,
    /// The value or kind of value that was found there.
    pub found: Option<String>,
    /// The nearest valid name.
    pub nearest: Option<String>,
    /// Advice: what to do about it.
    pub help: Option<String>,
    /// Other places that explain this one: where a key was written first, where a bracket was opened.
    pub related: Vec<Related>,
}

/// A second place of a problem and what it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub span: Span,
    /// The role of the place, in a few words: "first written here".
    pub label: String,
}

impl Problem {
    /// An error with a code, a place and a sentence.
    pub fn error(
        code: &'static str,
        span: Option<Span>,
        pointer: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Problem {
            code,
            severity: Severity::Error,
            span,
            pointer: pointer.into(),
            message: message.into(),
            expected: None,
            found: None,
            nearest: None,
            help: None,
            related: Vec::new(),
        }
    }

    /// What is wrong, what was expected and what was found, in a line, for lists of reasons.
    pub(crate) fn in_a_line(&self) -> String {
        let expected = self.expected.as_ref().map_or_else(String::new, |text| format!("; expected {text}"));
        let found = self.found.as_ref().map_or_else(String::new, |text| format!(", found {text}"));
        format!("{}{expected}{found}", self.message)
    }

    /// Says what was expected.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// Says what was found.
    #[must_use]
    pub fn found(mut self, found: impl Into<String>) -> Self {
        self.found = Some(found.into());
        self
    }

    /// Names the nearest valid name, if there is one.
    #[must_use]
    pub fn nearest(mut self, nearest: Option<String>) -> Self {
        self.nearest = nearest;
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Points at a second place, if it stands in a text.
    #[must_use]
    pub fn related(mut self, span: Option<Span>, label: impl Into<String>) -> Self {
        self.related.extend(span.map(|span| Related { span, label: label.into() }));
        self
    }

    /// Makes it a warning or a note.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }
}
