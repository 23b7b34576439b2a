//! How formulas write operators, and how tightly these bind their operands.

use crate::kernel::Binary;

/// How tightly `not` binds.
pub(crate) const NOT: u8 = 3;
/// How tightly comparisons bind; they do not chain.
pub(crate) const COMPARISON: u8 = 4;
/// How tightly the sign binds: below `^`, so that -x^2 is -(x^2).
pub(crate) const SIGN: u8 = 7;
/// How tightly `^` binds; it associates to the right.
pub(crate) const POWER: u8 = 8;
/// How tightly names, numbers and calls hold together.
pub(crate) const ATOM: u8 = 9;

/// The sign of an infix operator and how tightly it binds; none of what is written as a call.
pub(crate) fn infix(op: Binary) -> Option<(&'static str, u8)> {
    Some(match op {
        Binary::Or => ("or", 1),
        Binary::And => ("and", 2),
        Binary::Equal => ("==", COMPARISON),
        Binary::NotEqual => ("!=", COMPARISON),
        Binary::Less => ("<", COMPARISON),
        Binary::LessEqual => ("<=", COMPARISON),
        Binary::Greater => (">", COMPARISON),
        Binary::GreaterEqual => (">=", COMPARISON),
        Binary::Add => ("+", 5),
        Binary::Subtract => ("-", 5),
        Binary::Multiply => ("*", 6),
        Binary::Divide => ("/", 6),
        Binary::Power => ("^", POWER),
        Binary::Min | Binary::Max => return None,
    })
}

/// How tightly the operands of an infix operator must bind, left and right, to stand without brackets.
///
/// a + (b + c) may round otherwise than a + b + c, so brackets on the right stay.
pub(crate) fn operands(binding: u8) -> (u8, u8) {
    match binding {
        POWER => (ATOM, POWER),
        COMPARISON => (COMPARISON + 1, COMPARISON + 1),
        _ => (binding, binding + 1),
    }
}
