//! Builds the list of operations: folds constants and gives equal expressions one value.

use super::inversion::Inversion;
use super::op::{Account, Arg, Op};
use super::{Replica, Row, Stream};
use crate::kernel::{Binary, Piecewise, Quantile, Spline, StepTable, Unary, quantile_at, scalar, spline_at};
use crate::rng::Component;
use std::collections::HashMap;

/// Operations in order of dependence; operand columns are still indices of operations.
#[derive(Debug, Default)]
pub(super) struct ProgramBuilder {
    pub(super) ops: Vec<Op>,
    pub(super) streams: Vec<Stream>,
    pub(super) piecewise: Vec<Piecewise>,
    pub(super) splines: Vec<Spline>,
    pub(super) steps: Vec<StepTable>,
    pub(super) quantiles: Vec<Quantile>,
    /// Laws to invert, each read by one operation.
    pub(super) inversions: Vec<Inversion>,
    pub(super) rows: Vec<Row>,
    /// The value of every operation that depends on nothing but its operands.
    values: HashMap<Op, Arg>,
    /// The values of inversions with these operands.
    inverses: HashMap<Vec<Arg>, Vec<(usize, Arg)>>,
    stream_index: HashMap<Stream, u32>,
    /// Columns drawn so far, by stream.
    drawn: Vec<Vec<Arg>>,
}

impl ProgramBuilder {
    fn push(&mut self, op: Op) -> Arg {
        self.ops.push(op);
        Arg::Column(self.ops.len() as u32 - 1)
    }

    /// The result of an operation, computed once for all that ask for it.
    fn shared(&mut self, op: Op) -> Arg {
        if let Some(&value) = self.values.get(&op) {
            return value;
        }
        let value = self.push(op);
        self.values.insert(op, value);
        value
    }

    /// The column of uniforms of this number in an input's stream. Earlier ones are drawn too: a stream yields its columns
    /// in order. Whoever asks again, another model among them, gets the same column.
    pub(super) fn uniform(&mut self, input: &str, component: Component, replica: Replica, number: usize) -> Arg {
        let stream = Stream { input: input.to_owned(), component, replica };
        let next = self.streams.len() as u32;
        let index = *self.stream_index.entry(stream.clone()).or_insert(next);
        if index == next {
            self.streams.push(stream);
            self.drawn.push(Vec::new());
        }
        while self.drawn[index as usize].len() <= number {
            let column = self.push(Op::Uniform(index));
            self.drawn[index as usize].push(column);
        }
        self.drawn[index as usize][number]
    }

    /// A number given at run time.
    pub(super) fn parameter(&mut self, index: u32) -> Arg {
        self.shared(Op::Parameter(index))
    }

    pub(super) fn unary(&mut self, op: Unary, a: Arg) -> Arg {
        match a {
            Arg::Scalar(x) => Arg::Scalar(scalar::unary(op, x)),
            Arg::Column(a) => self.shared(Op::Unary(op, a)),
        }
    }

    pub(super) fn binary(&mut self, op: Binary, a: Arg, b: Arg) -> Arg {
        match (op, a, b) {
            (_, Arg::Scalar(x), Arg::Scalar(y)) => Arg::Scalar(scalar::binary(op, x, y)),
            // Only identities that hold for every double, NaN and -0 included.
            (Binary::Multiply, x, Arg::Scalar(1.0)) | (Binary::Multiply, Arg::Scalar(1.0), x) => x,
            (Binary::Divide | Binary::Power, x, Arg::Scalar(1.0)) => x,
            (Binary::Subtract, x, Arg::Scalar(zero)) if zero.to_bits() == 0.0f64.to_bits() => x,
            (Binary::Power, x, Arg::Scalar(exponent)) => {
                self.product(x, exponent).unwrap_or_else(|| self.shared(Op::Binary(op, a, b)))
            }
            _ => self.compound(op, a, b).unwrap_or_else(|| self.shared(Op::Binary(op, a, b))),
        }
    }

    /// A power by so few operations that they are faster than a power, with its bits; sums then take them in.
    fn product(&mut self, x: Arg, exponent: f64) -> Option<Arg> {
        let square = |builder: &mut Self| builder.binary(Binary::Multiply, x, x);
        if exponent == 2.0 {
            Some(square(self))
        } else if exponent == 3.0 {
            let square = square(self);
            Some(self.binary(Binary::Multiply, x, square))
        } else if exponent == 4.0 {
            let square = square(self);
            Some(self.binary(Binary::Multiply, square, square))
        } else if exponent == -1.0 {
            Some(self.binary(Binary::Divide, Arg::Scalar(1.0), x))
        } else {
            None
        }
    }

    /// A sum with a product and a product with a sum: two operations in one pass over the paths, with the bits of both. The
    /// inner one stays as it is, and is dropped later where nothing else reads it.
    fn compound(&mut self, op: Binary, a: Arg, b: Arg) -> Option<Arg> {
        match op {
            Binary::Add => {
                let ((x, y), rest) = self.one_is(Binary::Multiply, a, b)?;
                Some(self.multiply_add(x, y, rest))
            }
            Binary::Multiply => {
                let ((x, y), rest) = self.one_is(Binary::Add, a, b)?;
                Some(self.shared(Op::AddMultiply(x, y, rest)))
            }
            _ => None,
        }
    }

    /// The operands of the one of `a` and `b` that is a result of `op`, and the other one.
    fn one_is(&self, op: Binary, a: Arg, b: Arg) -> Option<((Arg, Arg), Arg)> {
        let operands = |value: Arg| match value {
            Arg::Column(index) => match self.ops[index as usize] {
                Op::Binary(own, x, y) if own == op => Some((x, y)),
                _ => None,
            },
            Arg::Scalar(_) => None,
        };
        operands(b).map(|pair| (pair, a)).or_else(|| operands(a).map(|pair| (pair, b)))
    }

    /// a * b + c, each operation rounded.
    pub(super) fn multiply_add(&mut self, a: Arg, b: Arg, c: Arg) -> Arg {
        match (a, b) {
            (Arg::Scalar(_), Arg::Scalar(_)) | (Arg::Scalar(1.0), _) | (_, Arg::Scalar(1.0)) => {
                let product = self.binary(Binary::Multiply, a, b);
                self.binary(Binary::Add, product, c)
            }
            _ => self.shared(Op::MultiplyAdd(a, b, c)),
        }
    }

    pub(super) fn select(&mut self, condition: Arg, then: Arg, otherwise: Arg) -> Arg {
        match condition {
            Arg::Scalar(c) if c.is_nan() => Arg::Scalar(f64::NAN),
            Arg::Scalar(c) if c != 0.0 => then,
            Arg::Scalar(_) => otherwise,
            Arg::Column(_) => self.shared(Op::Select(condition, then, otherwise)),
        }
    }

    /// Adds a polynomial table; equal tables are not looked for, `draw` keeps one for each law.
    pub(super) fn add_piecewise(&mut self, table: Piecewise) -> u32 {
        self.piecewise.push(table);
        self.piecewise.len() as u32 - 1
    }

    /// Adds a table of steps; an equal one is there once.
    pub(super) fn add_steps(&mut self, table: StepTable) -> u32 {
        let known = self.steps.iter().position(|other| *other == table);
        known.unwrap_or_else(|| {
            self.steps.push(table);
            self.steps.len() - 1
        }) as u32
    }

    /// Adds a quantile function; an equal one is there once. Models have few of them.
    pub(super) fn add_quantile(&mut self, function: Quantile) -> u32 {
        let known = self.quantiles.iter().position(|other| *other == function);
        known.unwrap_or_else(|| {
            self.quantiles.push(function);
            self.quantiles.len() - 1
        }) as u32
    }

    pub(super) fn quantile(&mut self, function: u32, u: Arg) -> Arg {
        match u {
            Arg::Scalar(x) => Arg::Scalar(quantile_at(x, &self.quantiles[function as usize])),
            Arg::Column(a) => self.shared(Op::Quantile(function, a)),
        }
    }

    /// The draw of a law that is inverted on every path; computed once for all that ask for it.
    pub(super) fn inverse(&mut self, inversion: Inversion) -> Arg {
        let operands = inversion.operands();
        let number = |arg: &Arg| matches!(arg, Arg::Scalar(_));
        if operands.iter().all(number) {
            return Arg::Scalar(inversion.value(|arg| match arg {
                Arg::Scalar(x) => x,
                Arg::Column(_) => f64::NAN,
            }));
        }
        let equal = self.inverses.get(&operands).into_iter().flatten();
        if let Some(&(_, value)) = equal.into_iter().find(|(index, _)| self.inversions[*index] == inversion) {
            return value;
        }
        let index = self.inversions.len();
        self.inversions.push(inversion);
        let value = self.push(Op::Inverse(index as u32));
        self.inverses.entry(operands).or_default().push((index, value));
        value
    }

    pub(super) fn piecewise(&mut self, table: u32, a: Arg) -> Arg {
        match a {
            Arg::Scalar(x) => Arg::Scalar(scalar::piecewise(x, &self.piecewise[table as usize])),
            Arg::Column(a) => self.shared(Op::Piecewise(table, a)),
        }
    }

    /// Adds a polynomial table of several stretches; equal ones are not looked for, `draw` keeps one for each law.
    pub(super) fn add_spline(&mut self, spline: Spline) -> u32 {
        self.splines.push(spline);
        self.splines.len() as u32 - 1
    }

    pub(super) fn spline(&mut self, table: u32, a: Arg) -> Arg {
        match a {
            Arg::Scalar(x) => Arg::Scalar(spline_at(x, &self.splines[table as usize])),
            Arg::Column(a) => self.shared(Op::Spline(table, a)),
        }
    }

    pub(super) fn steps(&mut self, table: u32, a: Arg) -> Arg {
        match a {
            Arg::Scalar(x) => Arg::Scalar(self.steps[table as usize].at(x)),
            Arg::Column(a) => self.shared(Op::Steps(table, a)),
        }
    }

    /// Hands the value of a request to the statistics.
    pub(super) fn record(&mut self, request: usize, value: Arg) -> Row {
        match value {
            Arg::Scalar(x) => Row::Constant(x),
            Arg::Column(a) => {
                self.push(Op::Record(request as u32, a));
                Row::Recorded
            }
        }
    }

    /// Hands a ceiling of a step to the statistics.
    pub(super) fn account(&mut self, account: Account) {
        self.push(Op::Account(account));
    }

    /// The share of `whole` that `part` is, where that is one number from 0 to 1.
    pub(super) fn share(&self, part: Arg, whole: Arg) -> Option<f64> {
        let share = match part {
            Arg::Scalar(0.0) => 0.0,
            part if part == whole => 1.0,
            Arg::Column(index) => match self.ops[index as usize] {
                Op::Binary(Binary::Multiply, Arg::Scalar(share), of) if of == whole => share,
                Op::Binary(Binary::Multiply, of, Arg::Scalar(share)) if of == whole => share,
                _ => return None,
            },
            Arg::Scalar(_) => return None,
        };
        // Adding 0 turns -0 into 0.
        (0.0..=1.0).contains(&share).then_some(share + 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_powers_become_products() {
        let mut builder = ProgramBuilder::default();
        let x = builder.uniform("a", Component::Fresh, Replica::Run, 0);
        let square = builder.binary(Binary::Power, x, Arg::Scalar(2.0));
        assert_eq!(square, builder.binary(Binary::Multiply, x, x));
        let cube = builder.binary(Binary::Power, x, Arg::Scalar(3.0));
        assert_eq!(cube, builder.binary(Binary::Multiply, x, square));
        let fourth = builder.binary(Binary::Power, x, Arg::Scalar(4.0));
        assert_eq!(fourth, builder.binary(Binary::Multiply, square, square));
        let inverse = builder.binary(Binary::Power, x, Arg::Scalar(-1.0));
        assert_eq!(inverse, builder.binary(Binary::Divide, Arg::Scalar(1.0), x));
        for x in [0.3, -1.7, 1e200, -0.0, f64::NEG_INFINITY, 5e-324] {
            let bits = |x: f64| x.to_bits();
            assert_eq!(bits(scalar::binary(Binary::Power, x, 2.0)), bits(x * x));
            assert_eq!(bits(scalar::binary(Binary::Power, x, 3.0)), bits(x * (x * x)));
            assert_eq!(bits(scalar::binary(Binary::Power, x, 4.0)), bits((x * x) * (x * x)));
            assert_eq!(bits(scalar::binary(Binary::Power, x, -1.0)), bits(1.0 / x));
        }
    }

    #[test]
    fn a_share_is_found_where_it_is_one_number() {
        let mut builder = ProgramBuilder::default();
        let [wanted, delivered] = ["a", "b"].map(|input| builder.uniform(input, Component::Fresh, Replica::Run, 0));
        let unmet = builder.binary(Binary::Subtract, wanted, delivered);
        let mut part = |a: Arg, b: Arg| builder.binary(Binary::Multiply, a, b);
        let written_first = part(Arg::Scalar(0.65), unmet);
        let written_last = part(unmet, Arg::Scalar(0.65));
        let (negative_zero, too_much) = (part(Arg::Scalar(-0.0), unmet), part(Arg::Scalar(1.5), unmet));
        let (of_another, by_path) = (part(Arg::Scalar(0.65), wanted), part(delivered, unmet));
        let share = |part: Arg| builder.share(part, unmet);
        assert_eq!(
            [written_first, written_last, unmet, Arg::Scalar(0.0)].map(share),
            [Some(0.65), Some(0.65), Some(1.0), Some(0.0)]
        );
        assert_eq!(share(negative_zero).map(f64::to_bits), Some(0));
        assert_eq!([too_much, of_another, by_path, Arg::Scalar(0.5)].map(share), [None; 4]);
    }
}
