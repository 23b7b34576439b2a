//! Values of a program that is being built, combined by operators: each adds an operation, or gives the one that is there.

use super::builder::ProgramBuilder;
use super::op::Arg;
use crate::dist::Real;
use crate::kernel::{Binary, Unary};
use std::cell::RefCell;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A value on every path of a block at one step: a number, or the result of an operation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value<'b> {
    builder: &'b RefCell<ProgramBuilder>,
    arg: Arg,
}

impl<'b> Value<'b> {
    pub(super) fn new(builder: &'b RefCell<ProgramBuilder>, arg: Arg) -> Value<'b> {
        Value { builder, arg }
    }

    /// A number of the program that is being built.
    pub(super) fn number_in(builder: &'b RefCell<ProgramBuilder>, x: f64) -> Value<'b> {
        Value { builder, arg: Arg::Scalar(x) }
    }

    /// What instructions call it.
    pub(super) fn arg(self) -> Arg {
        self.arg
    }

    /// The number, if it is the same on every path.
    pub(super) fn constant(self) -> Option<f64> {
        match self.arg {
            Arg::Scalar(x) => Some(x),
            Arg::Column(_) => None,
        }
    }

    /// What the builder makes of it.
    pub(super) fn build(self, add: impl FnOnce(&mut ProgramBuilder, Arg) -> Arg) -> Value<'b> {
        Value { arg: add(&mut self.builder.borrow_mut(), self.arg), ..self }
    }

    /// 1 where it is other than 0, else 0.
    pub(super) fn holds(self) -> Value<'b> {
        self.binary(Binary::NotEqual, self.number(0.0))
    }
}

impl Real for Value<'_> {
    fn number(self, x: f64) -> Self {
        Value { arg: Arg::Scalar(x), ..self }
    }

    fn unary(self, op: Unary) -> Self {
        self.build(|builder, a| builder.unary(op, a))
    }

    fn binary(self, op: Binary, other: Self) -> Self {
        self.build(|builder, a| builder.binary(op, a, other.arg))
    }

    fn select(self, then: Self, otherwise: Self) -> Self {
        self.build(|builder, condition| builder.select(condition, then.arg, otherwise.arg))
    }

    fn multiply_add(self, factor: Self, term: Self) -> Self {
        self.build(|builder, a| builder.multiply_add(a, factor.arg, term.arg))
    }
}

impl Add for Value<'_> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.binary(Binary::Add, other)
    }
}

impl Sub for Value<'_> {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self.binary(Binary::Subtract, other)
    }
}

impl Mul for Value<'_> {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        self.binary(Binary::Multiply, other)
    }
}

impl Div for Value<'_> {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        self.binary(Binary::Divide, other)
    }
}

impl Neg for Value<'_> {
    type Output = Self;

    fn neg(self) -> Self {
        self.unary(Unary::Negate)
    }
}
