//! How far rounding alone may move each value of a replayed path: a running first-order error analysis.
//!
//! Two correct engines differ where their exp, ln or cdf differ in the last places, and formulas pass such differences
//! on: relative ones shrink or grow, a difference of near equals loses digits, a comparison of near equals may flip. A
//! bound of 1e-12 relative to the value alone would blame the second engine for the cancellation in
//! `wanted - market`; one relative to the largest operand would excuse real faults in ratios of large numbers.

use super::formula::{Delayed, binary, delayed, evaluate, looked_up, unary};
use super::path::Path;
use crate::kernel::{Binary, Unary};
use crate::model::{Definition, Expr, Outside, Running, VarId};
use libm::{exp, log};
use std::f64::consts::{LN_10, PI};

/// What one operation may add, relative to its result: the functions of either engine err by no more than two units in the
/// last place, but where more is said with the function.
const OPERATION: f64 = 4.0 * f64::EPSILON;

/// The agreement that is asked of every value, whatever its formula.
const AGREEMENT: f64 = 1e-12;

/// The agreement that is asked near 0, where doubles stand apart by more than their last digits: a few of the smallest.
const SMALLEST: f64 = 1e-320;

/// Absolute errors that rounding may have brought into each value, by step and variable; draws have none.
#[derive(Debug)]
pub(super) struct Rounding {
    errors: Vec<Vec<f64>>,
}

/// A value and its error.
type Rounded = (f64, f64);

impl Rounding {
    pub(super) fn new(steps: usize, variables: usize) -> Rounding {
        Rounding { errors: vec![vec![0.0; variables]; steps] }
    }

    /// Notes the error of a value just evaluated.
    pub(super) fn note(&mut self, path: &Path<'_>, id: VarId, step: usize) {
        let read = |id: VarId| self.read(id, step, path);
        // A running aggregate or a held size carries its own error on.
        let before = if step == 0 { 0.0 } else { self.errors[step - 1][id.0 as usize] };
        let (_, error) = match &path.model().variable(id).definition {
            Definition::Constant(_) | Definition::ByStep(_) | Definition::Draw { .. } => (0.0, 0.0),
            Definition::Blend(blends) => {
                let blend = blends[step];
                let (value, left) = read(blend.left);
                let right = if blend.weight == 0.0 { (value, 0.0) } else { read(blend.right) };
                (value, OPERATION * value.abs().max(right.0.abs()) + left.max(right.1))
            }
            Definition::Formula(formula) => self.walk(formula, step, path),
            Definition::Stock { start, .. } if step == 0 => read(*start),
            Definition::Stock { next, .. } => self.walk(next, step, path),
            Definition::Event(_) if path.value(id, step) == 0.0 => (0.0, 0.0),
            Definition::Event(event) => (0.0, before.max(read(event.size).1)),
            Definition::Running { op, of } => match (op, read(*of)) {
                (Running::Highest | Running::Lowest, (value, error)) => (value, before.max(error)),
                // The mean's terms are bounded by their own size; the sum's by its own.
                (Running::Sum | Running::Mean, (value, error)) => {
                    (value, before + error + OPERATION * path.value(id, step).abs().max(value.abs()))
                }
                // A condition that may be wrong makes what counts it wrong.
                (_, (value, error)) => (value, before + error),
            },
        };
        self.errors[step][id.0 as usize] = if error.is_nan() { 0.0 } else { error };
    }

    /// The allowed difference of every value: 1e-12 of it, or its error where that is more.
    pub(super) fn allowances(mut self, values: &[Vec<f64>]) -> Vec<Vec<f64>> {
        for (errors, values) in self.errors.iter_mut().zip(values) {
            for (error, value) in errors.iter_mut().zip(values) {
                *error = error.max(AGREEMENT * value.abs()).max(SMALLEST);
            }
        }
        self.errors
    }

    fn read(&self, id: VarId, step: usize, path: &Path<'_>) -> Rounded {
        (path.value(id, step), self.errors[step][id.0 as usize])
    }

    /// A formula's value and error.
    fn walk(&self, expr: &Expr, step: usize, path: &Path<'_>) -> Rounded {
        let (value, error) = match expr {
            Expr::Variable(id) => self.read(*id, step, path),
            Expr::Lag { variable, lag, default } => match step.checked_sub(*lag) {
                Some(earlier) if earlier >= path.model().variable(*variable).first => {
                    self.read(*variable, earlier, path)
                }
                _ => default.as_ref().map_or((f64::NAN, 0.0), |default| self.walk(default, step, path)),
            },
            Expr::Delay(delay) => {
                let (lag, doubt) = self.walk(&delay.lag, step, path);
                let at = |lag: f64| match delayed(delay, lag, step, path) {
                    Delayed::At(earlier) => self.read(delay.variable, earlier, path),
                    Delayed::Before => self.walk(&delay.default, step, path),
                    Delayed::Nowhere => (f64::NAN, 0.0),
                };
                let (value, error) = at(lag);
                let flips = [lag - doubt, lag + doubt].map(|lag| (at(lag).0 - value).abs());
                (value, error + flips[0].max(flips[1]))
            }
            Expr::Lookup(table, x) => {
                let (x, dx) = self.walk(x, step, path);
                let value = looked_up(table, x);
                // A line that is anchored far away brings in the error of its rise.
                let steepest = table.pieces().iter().map(|piece| piece.slope.abs()).fold(0.0, f64::max);
                let (first, last) = table.ends();
                let size = table.points.iter().map(|(_, y)| y.abs()).fold(value.abs(), f64::max);
                let far = (x - first).abs().max((x - last).abs());
                let reach = if table.outside == Outside::Held { last - first } else { far.max(last - first) };
                (
                    value,
                    steepest * (dx + OPERATION * x.abs().min(reach + last.abs()))
                        + OPERATION * (size + steepest * reach),
                )
            }
            Expr::At { variable, step } => self.read(*variable, *step, path),
            Expr::Unary(op, x) => after_unary(*op, self.walk(x, step, path)),
            Expr::Binary(op, x, y) => after_binary(*op, self.walk(x, step, path), self.walk(y, step, path)),
            Expr::If(condition, yes, no) => {
                let (condition, doubt) = self.walk(condition, step, path);
                let (taken, other) = if condition != 0.0 { (yes, no) } else { (no, yes) };
                let (value, error) = self.walk(taken, step, path);
                let flip = if doubt > 0.0 { (value - self.walk(other, step, path).0).abs() } else { 0.0 };
                (value, error + flip)
            }
            Expr::Binds(constraint) | Expr::Short(constraint) => {
                let doubt = path.model().market.as_ref().is_some_and(|market| {
                    let own = self.read(market.constraints[*constraint].ceiling, step, path);
                    let others = market.constraints.iter().map(|constraint| constraint.ceiling);
                    others.chain([market.wanted]).any(|id| near(own, self.read(id, step, path)))
                });
                (evaluate(expr, step, path), f64::from(doubt))
            }
            Expr::Constant(_) | Expr::Year | Expr::Step | Expr::On(_) | Expr::Started(_) | Expr::Ended(_) => {
                (evaluate(expr, step, path), 0.0)
            }
        };
        (value, if error.is_nan() { 0.0 } else { error })
    }
}

/// Whether two values differ, but by no more than their errors. Equal ones are taken to be equal by construction, as
/// `market` and `wanted` are where no ceiling binds.
fn near((x, dx): Rounded, (y, dy): Rounded) -> bool {
    x != y && (x - y).abs() <= dx + dy
}

/// |f'(x)| dx, and the operation's own error.
fn after_unary(op: Unary, (x, dx): Rounded) -> Rounded {
    let value = unary(op, x);
    let own = OPERATION * value.abs();
    let jump = |at: f64| f64::from(near((x, dx), (at, 0.0)));
    let error = match op {
        Unary::Negate | Unary::Abs => dx,
        Unary::Not => jump(0.0),
        Unary::Exp => value * dx + own,
        Unary::Ln => dx / x.abs() + own,
        Unary::Log10 => dx / (LN_10 * x.abs()) + own,
        Unary::Sqrt => 0.5 * dx / value + own,
        Unary::Floor | Unary::Ceil => jump(x.round()),
        Unary::Round => jump(x.floor() + 0.5),
        Unary::Sin | Unary::Cos => dx + own,
        Unary::Tan => (1.0 + value * value) * dx + own,
        Unary::Atan => dx / (1.0 + x * x) + own,
        // Three units in the kernel, two in libm.
        Unary::Tanh => (1.0 - value * value) * dx + 1.5 * own,
        Unary::Radians => PI / 180.0 * dx + own,
        Unary::Logistic => value * (1.0 - value) * dx + own,
        // Seven units in the kernel; the reference rounds the argument of its error function.
        Unary::NormalCdf => density(x) * dx + own * (2.0 + x * x),
        Unary::NormalQuantile => (dx + OPERATION * x.min(1.0 - x)) / density(value) + own,
    };
    (value, error)
}

/// |df/dx| dx + |df/dy| dy, and the operation's own error.
fn after_binary(op: Binary, (x, dx): Rounded, (y, dy): Rounded) -> Rounded {
    let value = binary(op, x, y);
    let own = OPERATION * value.abs();
    let zero = |x, dx| near((x, dx), (0.0, 0.0));
    let error = match op {
        Binary::Add | Binary::Subtract => dx + dy + own,
        Binary::Multiply => y.abs() * dx + x.abs() * dy + own,
        Binary::Divide => (dx + value.abs() * dy) / y.abs() + own,
        Binary::Power => {
            // The engine may take the power as exp(y ln x), whose error grows with the exponent.
            let exponent = if x == 0.0 { 0.0 } else { log(x.abs()) };
            let from_base = if dx == 0.0 { 0.0 } else { (value * y / x).abs() * dx };
            from_base + (value * exponent).abs() * dy + own * (1.0 + (y * exponent).abs())
        }
        Binary::Min | Binary::Max => dx.max(dy),
        Binary::Equal
        | Binary::NotEqual
        | Binary::Less
        | Binary::LessEqual
        | Binary::Greater
        | Binary::GreaterEqual => f64::from(near((x, dx), (y, dy))),
        Binary::And | Binary::Or => f64::from(zero(x, dx) || zero(y, dy)),
    };
    (value, error)
}

/// The standard normal's density.
fn density(z: f64) -> f64 {
    exp(-0.5 * z * z) / (2.0 * PI).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cancellation_keeps_the_error_of_its_operands() {
        let grown = after_unary(Unary::Exp, (20.0, 0.0));
        let (_, error) = after_binary(Binary::Subtract, grown, (grown.0 * (1.0 - 1e-10), 0.0));
        // The result is 1e-10 of its operands, so its relative error is 1e10 times theirs.
        assert!(error >= grown.1 && error < 1.1 * grown.1);
    }

    #[test]
    fn a_comparison_is_in_doubt_only_within_its_errors() {
        let doubt = |x, y| after_binary(Binary::Less, x, y).1;
        assert_eq!(doubt((1.0, 1e-15), (1.0 + 1e-15, 1e-15)), 1.0);
        assert_eq!(doubt((1.0, 1e-15), (1.0 + 1e-9, 1e-15)), 0.0);
        assert_eq!(doubt((1.0, 1e-15), (1.0, 1e-15)), 0.0);
        assert_eq!(after_unary(Unary::Floor, (3.0 - 1e-15, 1e-14)), (2.0, 1.0));
        assert_eq!(after_unary(Unary::Round, (2.6, 1e-14)), (3.0, 0.0));
    }
}
