//! The formula language: text to a raw tree, in which names are not yet looked up.

mod ast;
mod functions;
mod lexer;
mod parser;

#[cfg(test)]
mod tests;

pub(crate) use ast::{Ast, Kind};
pub(crate) use functions::{Function, is_function};
pub(crate) use parser::parse;

use std::ops::Range;

/// Words that formulas give a meaning of their own; function names come on top.
pub(crate) const KEYWORDS: [&str; 9] = ["and", "or", "not", "year", "time", "step", "step_years", "pi", "self"];

/// Operations on the longest way from the root of a formula to a leaf. Later walks are recursive: this bounds their stack.
pub(crate) const MAX_DEPTH: usize = 1000;

/// Most parentheses, calls and signs inside one another, however high the limit on nesting is raised: they are parsed
/// recursively, several frames each.
pub(crate) const MAX_NESTING: usize = 250;

/// What is wrong with a formula, and where in its text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FormulaError {
    /// Stable code of the problem.
    pub(crate) code: &'static str,
    /// Bytes of the formula's text.
    pub(crate) span: Range<usize>,
    /// One sentence.
    pub(crate) message: String,
    /// What was expected there.
    pub(crate) expected: Option<String>,
    /// What was found there.
    pub(crate) found: Option<String>,
    /// The nearest valid name.
    pub(crate) nearest: Option<String>,
    /// What to do.
    pub(crate) help: Option<String>,
}

/// What reading a formula gives; errors are boxed, because every step of the parser hands them on.
pub(crate) type Parsed<T> = Result<T, Box<FormulaError>>;

impl FormulaError {
    pub(crate) fn new(code: &'static str, span: Range<usize>, message: impl Into<String>) -> Box<Self> {
        let message = message.into();
        Box::new(FormulaError { code, span, message, expected: None, found: None, nearest: None, help: None })
    }

    pub(crate) fn expected(mut self: Box<Self>, expected: impl Into<String>) -> Box<Self> {
        self.expected = Some(expected.into());
        self
    }

    pub(crate) fn found(mut self: Box<Self>, found: impl Into<String>) -> Box<Self> {
        self.found = Some(found.into());
        self
    }

    pub(crate) fn nearest(mut self: Box<Self>, nearest: Option<String>) -> Box<Self> {
        self.nearest = nearest;
        self
    }

    pub(crate) fn help(mut self: Box<Self>, help: impl Into<String>) -> Box<Self> {
        self.help = Some(help.into());
        self
    }
}
