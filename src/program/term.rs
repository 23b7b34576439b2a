//! Terms over the rows of several models: what a comparison records of each path.

use super::lower::Request;
use super::value::Value;
use crate::dist::Real;
use crate::kernel::{Binary, Unary};

/// A column made of rows of models that are compiled together.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// A row of the model of this index.
    Row(usize, Request),
    /// The same number on every path.
    Number(f64),
    /// A function of one term.
    Unary(Unary, Box<Term>),
    /// A function of two terms.
    Binary(Binary, Box<Term>, Box<Term>),
}

impl Term {
    /// A function of two terms.
    #[must_use]
    pub fn binary(op: Binary, a: Term, b: Term) -> Term {
        Term::Binary(op, Box::new(a), Box::new(b))
    }

    /// 1 where the term is 0, 0 where it is another number.
    #[must_use]
    pub fn negation(self) -> Term {
        Term::Unary(Unary::Not, Box::new(self))
    }

    /// Calls `visit` with every row that is read, as model and request.
    pub(super) fn rows(&self, visit: &mut impl FnMut(usize, Request)) {
        match self {
            Term::Row(model, request) => visit(*model, *request),
            Term::Number(_) => {}
            Term::Unary(_, a) => a.rows(visit),
            Term::Binary(_, a, b) => {
                a.rows(visit);
                b.rows(visit);
            }
        }
    }

    /// The value of the term, given those of its rows and how numbers are made.
    pub(super) fn lower<'b>(
        &self,
        number: &dyn Fn(f64) -> Value<'b>,
        row: &mut dyn FnMut(usize, Request) -> Value<'b>,
    ) -> Value<'b> {
        match self {
            Term::Row(model, request) => row(*model, *request),
            Term::Number(x) => number(*x),
            Term::Unary(op, a) => a.lower(number, row).unary(*op),
            Term::Binary(op, a, b) => {
                let a = a.lower(number, row);
                a.binary(*op, b.lower(number, row))
            }
        }
    }
}
