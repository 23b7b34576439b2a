//! Arithmetic on what the parameters and the shock of a law are, so that a closed form is written once: for numbers, and
//! for the columns of a program.

use crate::kernel::{Binary, Unary, scalar};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number, or one on each of many paths. Every operation passes NaN on, as `kernel` defines.
pub trait Real:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// A number of the same kind: the same on every path.
    fn number(self, x: f64) -> Self;

    /// A function of this value.
    fn unary(self, op: Unary) -> Self;

    /// A function of this value and another.
    fn binary(self, op: Binary, other: Self) -> Self;

    /// `then` where this value is other than 0, else `otherwise`; NaN where it is NaN.
    fn select(self, then: Self, otherwise: Self) -> Self;

    /// This value times a factor, plus a term; the product is rounded first.
    fn multiply_add(self, factor: Self, term: Self) -> Self {
        self * factor + term
    }

    /// This value where the condition holds, else NaN: a parameter outside its domain makes the draw NaN.
    fn given(self, condition: Self) -> Self {
        condition.select(self, self.number(f64::NAN))
    }

    /// 1 where x is above a number, else 0.
    fn above(self, least: f64) -> Self {
        self.binary(Binary::Greater, self.number(least))
    }

    /// 1 where x is at least a number, else 0.
    fn at_least(self, least: f64) -> Self {
        self.binary(Binary::GreaterEqual, self.number(least))
    }

    /// 1 where x is at most another value, else 0.
    fn at_most(self, other: Self) -> Self {
        self.binary(Binary::LessEqual, other)
    }

    /// 1 - x.
    fn complement(self) -> Self {
        self.number(1.0) - self
    }

    /// The natural logarithm.
    fn log(self) -> Self {
        self.unary(Unary::Ln)
    }

    /// e^x.
    fn exponential(self) -> Self {
        self.unary(Unary::Exp)
    }

    /// The square root.
    fn root(self) -> Self {
        self.unary(Unary::Sqrt)
    }

    /// ln(1 + x) without loss for small x: W. Kahan's ln(w) x / (w - 1) with w = 1 + x rounded.
    fn log_one_plus(self) -> Self {
        let one = self.number(1.0);
        let w = one + self;
        let rounded = w - one;
        rounded.binary(Binary::Equal, self.number(0.0)).select(self, w.log() * self / rounded)
    }
}

impl Real for f64 {
    fn number(self, x: f64) -> f64 {
        x
    }

    fn unary(self, op: Unary) -> f64 {
        scalar::unary(op, self)
    }

    fn binary(self, op: Binary, other: f64) -> f64 {
        scalar::binary(op, self, other)
    }

    fn select(self, then: f64, otherwise: f64) -> f64 {
        scalar::select(self, then, otherwise)
    }
}

/// The shock of a draw: a standard normal Z, or the uniform that it is the quantile of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Score<R> {
    /// Phi(Z): of an input that nothing ties or carries over.
    Uniform(R),
    /// Z itself.
    Normal(R),
}

impl<R: Copy> Score<R> {
    /// The shock, whichever of the two it is.
    pub fn value(self) -> R {
        match self {
            Score::Uniform(value) | Score::Normal(value) => value,
        }
    }

    /// The same kind of shock by another value.
    pub fn map<Q>(self, replace: impl FnOnce(R) -> Q) -> Score<Q> {
        match self {
            Score::Uniform(u) => Score::Uniform(replace(u)),
            Score::Normal(z) => Score::Normal(replace(z)),
        }
    }
}

impl<R: Real> Score<R> {
    /// Z.
    pub fn normal(self) -> R {
        match self {
            Score::Uniform(u) => u.unary(Unary::NormalQuantile),
            Score::Normal(z) => z,
        }
    }

    /// Phi(Z).
    pub fn lower(self) -> R {
        match self {
            Score::Uniform(u) => u,
            Score::Normal(z) => z.unary(Unary::NormalCdf),
        }
    }

    /// 1 - Phi(Z), without loss.
    pub fn upper(self) -> R {
        match self {
            Score::Uniform(u) => u.complement(),
            Score::Normal(z) => (-z).unary(Unary::NormalCdf),
        }
    }

    /// -ln(1 - Phi(Z)), a standard exponential, without loss in either tail.
    pub fn hazard(self) -> R {
        self.minus_log(self.upper(), self.lower())
    }

    /// -ln Phi(Z), without loss in either tail.
    pub fn reversed_hazard(self) -> R {
        self.minus_log(self.lower(), self.upper())
    }

    fn minus_log(self, own: R, other: R) -> R {
        -match self {
            // A uniform and its complement are both exact.
            Score::Uniform(_) => own.log(),
            // Phi is rounded: where it is near 1, only its complement knows how near.
            Score::Normal(_) => own.binary(Binary::Less, own.number(0.5)).select(own.log(), (-other).log_one_plus()),
        }
    }
}
