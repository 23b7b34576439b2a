//! The formula language: text to a raw tree, in which names are not yet looked up.

mod ast;
mod functions;
mod lexer;
mod parser;

#[cfg(test)]
mod tests;

pub(crate) use ast::{Ast, Syntax};
pub(crate) use functions::{Function, usage};
pub(crate) use parser::parse;

use crate::diagnostic::{Problem, Span};
use std::ops::Range;

/// Words that formulas give a meaning of their own; function names come on top.
pub(crate) const KEYWORDS: [&str; 9] = ["and", "or", "not", "year", "time", "step", "step_years", "pi", "self"];

/// Operations on the longest way from the root of a formula to a leaf. Later walks are recursive: this bounds their stack.
pub(crate) const MAX_DEPTH: usize = 1000;

/// Most parentheses, calls and signs inside one another, however high the limit on nesting is raised: they are parsed
/// recursively, several frames each.
pub(crate) const MAX_NESTING: usize = 250;

/// What reading a formula gives. The place of a problem is in bytes of the formula's text; problems are boxed, because every
/// step of the parser hands them on.
pub(crate) type Parsed<T> = Result<T, Box<Problem>>;

/// A problem with some bytes of a formula's text.
fn error(code: &'static str, at: Range<usize>, message: impl Into<String>) -> Problem {
    // Texts are no longer than the files that they stand in, whose bytes are counted in 32 bits.
    let span = Span { source: 0, start: at.start as u32, end: at.end as u32 };
    Problem::error(code, Some(span), "", message)
}
