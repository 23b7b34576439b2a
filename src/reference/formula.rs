//! The meaning of a formula: its tree, walked as it is.

use super::path::Path;
use super::special::Split;
use crate::kernel::{Binary, Unary};
use crate::model::{Expr, VarId};

/// The value of a formula at a step of a path.
pub(super) fn evaluate(expr: &Expr, step: usize, path: &Path<'_>) -> f64 {
    match expr {
        Expr::Constant(x) => *x,
        Expr::Year => path.model().horizon.year(step).map_or(f64::NAN, f64::from),
        Expr::Step => step as f64,
        Expr::Variable(id) => path.value(*id, step),
        Expr::Lag { variable, lag, default } => match step.checked_sub(*lag) {
            Some(earlier) if earlier >= path.model().variable(*variable).first => path.value(*variable, earlier),
            _ => default.as_ref().map_or(f64::NAN, |default| evaluate(default, step, path)),
        },
        Expr::At { variable, step } => path.value(*variable, *step),
        Expr::Unary(op, x) => unary(*op, evaluate(x, step, path)),
        Expr::Binary(op, x, y) => binary(*op, evaluate(x, step, path), evaluate(y, step, path)),
        Expr::If(condition, yes, no) => {
            let condition = evaluate(condition, step, path);
            if condition.is_nan() { f64::NAN } else { evaluate(if condition != 0.0 { yes } else { no }, step, path) }
        }
        Expr::Binds(constraint) => binds(*constraint, step, path),
        Expr::Short(constraint) => short(*constraint, step, path),
        Expr::On(event) => path.event(*event).on(),
        Expr::Started(event) => path.event(*event).started(),
        Expr::Ended(event) => path.event(*event).ended(),
    }
}

/// A function of one value.
pub(super) fn unary(op: Unary, x: f64) -> f64 {
    match op {
        Unary::Negate => -x,
        Unary::Not => known(f64::from(x == 0.0), x, x),
        Unary::Abs => x.abs(),
        Unary::Exp => libm::exp(x),
        Unary::Ln => libm::log(x),
        Unary::Log10 => libm::log10(x),
        Unary::Sqrt => x.sqrt(),
        Unary::Floor => x.floor(),
        Unary::Ceil => x.ceil(),
        Unary::Round => x.round(),
        Unary::Sin => libm::sin(x),
        Unary::Cos => libm::cos(x),
        Unary::Tan => libm::tan(x),
        Unary::Atan => libm::atan(x),
        Unary::Tanh => libm::tanh(x),
        Unary::Radians => x * (std::f64::consts::PI / 180.0),
        // Where e^-x leaves the range of a double, e^x itself is the value.
        Unary::Logistic if x < 0.0 => libm::exp(x) / (1.0 + libm::exp(x)),
        Unary::Logistic => 1.0 / (1.0 + libm::exp(-x)),
        Unary::NormalCdf => Split::at_score(x).below,
        Unary::NormalQuantile if !(0.0..=1.0).contains(&x) => f64::NAN,
        Unary::NormalQuantile => Split::at(x).score(),
    }
}

/// A function of two values.
pub(super) fn binary(op: Binary, x: f64, y: f64) -> f64 {
    let truth = |holds: bool| known(f64::from(holds), x, y);
    match op {
        Binary::Add => x + y,
        Binary::Subtract => x - y,
        Binary::Multiply => x * y,
        Binary::Divide => x / y,
        // libm has 1 for NaN ^ 0 and 1 ^ NaN.
        Binary::Power => known(libm::pow(x, y), x, y),
        Binary::Min => known(if y < x { y } else { x }, x, y),
        Binary::Max => known(if y > x { y } else { x }, x, y),
        Binary::Equal => truth(x == y),
        Binary::NotEqual => truth(x != y),
        Binary::Less => truth(x < y),
        Binary::LessEqual => truth(x <= y),
        Binary::Greater => truth(x > y),
        Binary::GreaterEqual => truth(x >= y),
        Binary::And => truth(x != 0.0 && y != 0.0),
        Binary::Or => truth(x != 0.0 || y != 0.0),
    }
}

/// The result where both operands are numbers.
fn known(result: f64, x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() { f64::NAN } else { result }
}

/// Whether a ceiling is strictly below `wanted` and the first of the smallest; NaN where `wanted` or any ceiling is.
pub(super) fn binds(constraint: usize, step: usize, path: &Path<'_>) -> f64 {
    let Some(market) = &path.model().market else { return f64::NAN };
    let wanted = path.value(market.wanted, step);
    let own = path.value(market.constraints[constraint].ceiling, step);
    let mut binding = own < wanted;
    for (other, rival) in market.constraints.iter().enumerate() {
        let ceiling = path.value(rival.ceiling, step);
        if ceiling.is_nan() || wanted.is_nan() {
            return f64::NAN;
        }
        binding &= own < ceiling || (own == ceiling && constraint <= other);
    }
    f64::from(binding)
}

/// Whether a ceiling is strictly below `wanted`; NaN where either is.
pub(super) fn short(constraint: usize, step: usize, path: &Path<'_>) -> f64 {
    let Some(market) = &path.model().market else { return f64::NAN };
    let ceiling: VarId = market.constraints[constraint].ceiling;
    binary(Binary::Less, path.value(ceiling, step), path.value(market.wanted, step))
}
