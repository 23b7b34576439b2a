//! The meaning of a formula: its tree, walked as it is.

use super::path::Path;
use super::special::Split;
use crate::kernel::{Binary, Unary};
use crate::model::{Delay, Expr, LookupTable, Outside, VarId};

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
        Expr::Delay(delay) => match delayed(delay, evaluate(&delay.lag, step, path), step, path) {
            Delayed::At(earlier) => path.value(delay.variable, earlier),
            Delayed::Before => evaluate(&delay.default, step, path),
            Delayed::Nowhere => f64::NAN,
        },
        Expr::Lookup(table, x) => looked_up(table, evaluate(x, step, path)),
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

/// Where a lag of this length leads to.
pub(super) enum Delayed {
    /// A step in which the variable has a value.
    At(usize),
    /// A step before the variable's first.
    Before,
    /// No step: the lag is no number, or below 0.
    Nowhere,
}

/// The step that a lag leads to from a step.
pub(super) fn delayed(delay: &Delay, lag: f64, step: usize, path: &Path<'_>) -> Delayed {
    if lag.is_nan() || lag < 0.0 {
        return Delayed::Nowhere;
    }
    let earlier = step as f64 - Delay::whole_steps(lag);
    if earlier < path.model().variable(delay.variable).first as f64 {
        Delayed::Before
    } else {
        Delayed::At(earlier as usize)
    }
}

/// The value of a table, by the two points around x.
pub(super) fn looked_up(table: &LookupTable, x: f64) -> f64 {
    let points = &table.points;
    let last = points.len() - 1;
    if x.is_nan() {
        return f64::NAN;
    }
    if table.outside == Outside::Held && x <= points[0].0 {
        return points[0].1;
    }
    if table.outside == Outside::Held && x >= points[last].0 {
        return points[last].1;
    }
    let right = points.iter().position(|&(end, _)| x < end).unwrap_or(last).max(1);
    let ((a, y_a), (b, y_b)) = (points[right - 1], points[right]);
    y_a + (y_b - y_a) / (b - a) * (x - a)
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
