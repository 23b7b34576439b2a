//! A place in a document, for problems with what stands there.

use crate::diagnostic::{Problem, Span};
use std::ops::Range;

/// A place in a document.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// The bytes of a text, if it was written in one.
    pub span: Option<Span>,
    /// JSON pointer into the resolved document.
    pub pointer: String,
}

impl Place {
    /// An error with what stands here.
    pub(super) fn error(&self, code: &'static str, message: impl Into<String>) -> Problem {
        Problem::error(code, self.span, &self.pointer, message)
    }

    /// A problem that was found elsewhere, put here.
    pub(super) fn moved(&self, problem: Problem) -> Problem {
        Problem { span: self.span, pointer: self.pointer.clone(), ..problem }
    }

    /// The span of some bytes of a formula that stands here, if the source has it as it is read: no escapes in it.
    pub(super) fn within(&self, formula: &str, range: &Range<usize>) -> Option<Span> {
        let span = self.span?;
        let length = (span.end - span.start) as usize;
        let offset = match length.checked_sub(formula.len()) {
            Some(2) => 1,
            Some(0) => 0,
            _ => return Some(span),
        };
        let at = |byte: usize| span.start + (offset + byte) as u32;
        Some(Span { source: span.source, start: at(range.start), end: at(range.end) })
    }
}
