//! The raw tree of a formula, and its one canonical spelling.

use super::functions::Signature;
use crate::kernel::{Binary, Unary};
use crate::model::PeriodName;
use crate::model::operators::{ATOM, NOT, SIGN, infix, operands};
use std::fmt;
use std::ops::Range;

/// A part of a formula and its bytes in the text.
#[derive(Clone, Debug)]
pub(crate) struct Ast {
    /// Bytes of the formula's text.
    pub(crate) span: Range<usize>,
    /// The operator, function, name or number, with its operands.
    pub(crate) kind: Syntax,
}

/// What a part of a formula is.
#[derive(Clone, Debug)]
pub(crate) enum Syntax {
    /// A number, not negative.
    Number(f64),
    /// A name; dots separate the parts of a path.
    Name(String),
    /// `x[2031]`, `x[2026Q1]`: a name, and the name of a step.
    At(String, PeriodName),
    /// `2029Q1`, `2029-03`: a quarter or a month as a point in time.
    Period(PeriodName),
    /// `-x` or `not x`.
    Prefix(Unary, Box<Ast>),
    /// An infix operator.
    Infix(Binary, Box<Ast>, Box<Ast>),
    /// A function and its arguments.
    Call(&'static Signature, Vec<Ast>),
}

impl Ast {
    fn binding(&self) -> u8 {
        match &self.kind {
            Syntax::Prefix(Unary::Not, _) => NOT,
            Syntax::Prefix(..) => SIGN,
            Syntax::Infix(op, ..) => infix(*op).map_or(ATOM, |(_, binding)| binding),
            _ => ATOM,
        }
    }

    /// The formula with `self` spelled out, so that equal texts mean equal values wherever they stand.
    pub(crate) fn spelled(&self, own: Option<&str>) -> String {
        struct Spelled<'a>(&'a Ast, Option<&'a str>);
        impl fmt::Display for Spelled<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.write(f, self.1)
            }
        }
        Spelled(self, own).to_string()
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, own: Option<&str>) -> fmt::Result {
        let child = |f: &mut fmt::Formatter<'_>, ast: &Ast, least: u8| {
            if ast.binding() < least {
                f.write_str("(")?;
                ast.write(f, own)?;
                f.write_str(")")
            } else {
                ast.write(f, own)
            }
        };
        match &self.kind {
            Syntax::Number(value) if *value != 0.0 && !(1e-5..1e16).contains(value) => write!(f, "{value:e}"),
            Syntax::Number(value) => write!(f, "{value}"),
            Syntax::Name(name) => match own {
                Some(own) if name == "self" => write!(f, "prev({own})"),
                _ => f.write_str(name),
            },
            Syntax::At(name, index) => write!(f, "{name}[{index}]"),
            Syntax::Period(name) => write!(f, "{name}"),
            Syntax::Prefix(Unary::Not, operand) => {
                f.write_str("not ")?;
                child(f, operand, NOT)
            }
            Syntax::Prefix(_, operand) => {
                f.write_str("-")?;
                child(f, operand, SIGN)
            }
            Syntax::Infix(op, left, right) => {
                let (symbol, binding) = infix(*op).expect("only infix operators are parsed as such");
                let (left_least, right_least) = operands(binding);
                // An exponent may have a sign.
                let right_least = if *op == Binary::Power { SIGN } else { right_least };
                child(f, left, left_least)?;
                write!(f, " {symbol} ")?;
                child(f, right, right_least)
            }
            Syntax::Call(signature, arguments) => {
                write!(f, "{}(", signature.name)?;
                for (i, argument) in arguments.iter().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    argument.write(f, own)?;
                }
                f.write_str(")")
            }
        }
    }
}

impl fmt::Display for Ast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, None)
    }
}
