//! Bounds of values before a path is drawn: what no path goes below or above, as far as definitions tell.

use crate::dist::Distribution;
use crate::kernel::scalar;
use crate::kernel::{Binary, Unary};
use crate::model::{Definition, Expr, VarId, Variable};
use std::collections::{HashMap, HashSet};

/// Least and most value on any path in any step; infinite where nothing is known.
pub(super) type Bounds = (f64, f64);

const UNKNOWN: Bounds = (f64::NEG_INFINITY, f64::INFINITY);

/// Names that are followed into one another: beyond it a bound counts as unknown, and the stack stays small.
const DEEPEST: usize = 100;

/// Steps of a law's parameters that are looked at one by one.
const MOST_STEPS: usize = 64;

/// Works out bounds, each variable's once.
pub(super) struct BoundsFinder<'a> {
    variables: &'a [Variable],
    /// Variables whose values change after validation: what is calibrated, and ceilings that a relief lifts.
    free: HashSet<VarId>,
    known: HashMap<VarId, Bounds>,
    depth: usize,
}

impl<'a> BoundsFinder<'a> {
    pub(super) fn new(variables: &'a [Variable], free: HashSet<VarId>) -> BoundsFinder<'a> {
        BoundsFinder { variables, free, known: HashMap::new(), depth: 0 }
    }

    fn variable(&mut self, id: VarId) -> Bounds {
        if let Some(bounds) = self.known.get(&id) {
            return *bounds;
        }
        if self.free.contains(&id) || self.depth == DEEPEST {
            return UNKNOWN;
        }
        // Whatever needs itself on the way has no bound there.
        self.known.insert(id, UNKNOWN);
        self.depth += 1;
        let variables = self.variables;
        let bounds = match &variables[id.0 as usize].definition {
            Definition::Constant(x) => (*x, *x),
            Definition::ByStep(values) => values.iter().map(|x| (*x, *x)).reduce(hull).unwrap_or(UNKNOWN),
            Definition::Blend(blends) => {
                let knots: HashSet<VarId> = blends.iter().flat_map(|blend| [blend.left, blend.right]).collect();
                knots.into_iter().map(|knot| self.variable(knot)).reduce(hull).unwrap_or(UNKNOWN)
            }
            Definition::Formula(expr) => self.expr(expr),
            Definition::Draw { distribution, .. } => self.draw(distribution),
            Definition::Event(event) => hull((0.0, 0.0), self.variable(event.size)),
            Definition::Stock { .. } | Definition::Running { .. } => UNKNOWN,
        };
        self.depth -= 1;
        let bounds = tidy(bounds);
        self.known.insert(id, bounds);
        bounds
    }

    /// Bounds of a formula.
    pub(super) fn expr(&mut self, expr: &Expr) -> Bounds {
        tidy(match expr {
            Expr::Constant(x) => (*x, *x),
            Expr::Variable(id) => self.variable(*id),
            Expr::Lag { variable, default, .. } => match default {
                Some(default) => hull(self.variable(*variable), self.expr(default)),
                None => self.variable(*variable),
            },
            Expr::Delay(delay) => hull(self.variable(delay.variable), self.expr(&delay.default)),
            Expr::At { variable, .. } => self.variable(*variable),
            Expr::Step => (0.0, f64::INFINITY),
            Expr::Unary(op, x) => unary(*op, self.expr(x)),
            Expr::Binary(op, a, b) => binary(*op, self.expr(a), self.expr(b)),
            Expr::If(_, yes, no) => hull(self.expr(yes), self.expr(no)),
            Expr::Binds(_) | Expr::Short(_) | Expr::On(_) | Expr::Started(_) | Expr::Ended(_) => (0.0, 1.0),
            Expr::Lookup(table, _) if table.outside == crate::model::Outside::Held => {
                table.points.iter().map(|(_, y)| (*y, *y)).reduce(hull).unwrap_or(UNKNOWN)
            }
            Expr::Lookup(..) | Expr::Year => UNKNOWN,
        })
    }

    /// The ends of a law whose parameters are numbers; of others, what a clip or a truncation leaves.
    fn draw(&mut self, distribution: &Distribution<VarId>) -> Bounds {
        let variables = self.variables;
        let numbers = |id: &VarId| match &variables[id.0 as usize].definition {
            _ if self.free.contains(id) => &[][..],
            Definition::Constant(x) => std::slice::from_ref(x),
            Definition::ByStep(values) => values,
            _ => &[],
        };
        let lengths = distribution.parameters().into_iter().map(|(_, id)| numbers(id).len());
        let (least, most) = lengths.fold((usize::MAX, 1), |(least, most), n| (least.min(n), most.max(n)));
        if least == 0 || most > MOST_STEPS {
            let ends = [&distribution.truncate, &distribution.clip].map(|(low, high)| {
                let low = low.map_or(f64::NEG_INFINITY, |id| self.variable(id).0);
                (low, high.map_or(f64::INFINITY, |id| self.variable(id).1))
            });
            return (ends[0].0.max(ends[1].0), ends[0].1.min(ends[1].1));
        }
        let at = |step: usize| {
            let law = distribution.map(|id| numbers(id)[step.min(numbers(id).len() - 1)]);
            if law.check().is_ok() { (law.quantile(0.0), law.quantile(1.0)) } else { UNKNOWN }
        };
        (0..most).map(at).reduce(hull).unwrap_or(UNKNOWN)
    }
}

fn hull(a: Bounds, b: Bounds) -> Bounds {
    (a.0.min(b.0), a.1.max(b.1))
}

/// Unknown where an end is no number: an infinity less itself, or a value that does not exist.
fn tidy((low, high): Bounds) -> Bounds {
    if low <= high { (low, high) } else { UNKNOWN }
}

fn unary(op: Unary, (low, high): Bounds) -> Bounds {
    let at = |x: f64| scalar::unary(op, x);
    match op {
        Unary::Negate => (-high, -low),
        Unary::Not => (0.0, 1.0),
        Unary::Abs if low >= 0.0 => (low, high),
        Unary::Abs => (if high < 0.0 { -high } else { 0.0 }, high.max(-low)),
        Unary::Exp
        | Unary::Floor
        | Unary::Ceil
        | Unary::Round
        | Unary::Atan
        | Unary::Tanh
        | Unary::Radians
        | Unary::Logistic
        | Unary::NormalCdf => (at(low), at(high)),
        Unary::Ln | Unary::Log10 | Unary::Sqrt => (if low > 0.0 { at(low) } else { at(0.0) }, at(high)),
        Unary::Sin | Unary::Cos => (-1.0, 1.0),
        _ => UNKNOWN,
    }
}

fn binary(op: Binary, a: Bounds, b: Bounds) -> Bounds {
    let corners = |f: fn(f64, f64) -> f64| {
        let values = [f(a.0, b.0), f(a.0, b.1), f(a.1, b.0), f(a.1, b.1)];
        // An infinite end times 0 is no number, and bounds nothing.
        if values.iter().any(|x| x.is_nan()) {
            return UNKNOWN;
        }
        values.map(|x| (x, x)).into_iter().reduce(hull).unwrap_or(UNKNOWN)
    };
    match op {
        Binary::Add => (a.0 + b.0, a.1 + b.1),
        Binary::Subtract => (a.0 - b.1, a.1 - b.0),
        Binary::Multiply => corners(|x, y| x * y),
        Binary::Divide if b.0 > 0.0 || b.1 < 0.0 => corners(|x, y| x / y),
        Binary::Min => (a.0.min(b.0), a.1.min(b.1)),
        Binary::Max => (a.0.max(b.0), a.1.max(b.1)),
        Binary::Divide | Binary::Power => UNKNOWN,
        _ => (0.0, 1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_of_operations() {
        assert_eq!(binary(Binary::Max, (f64::NEG_INFINITY, 9.0), (1.0, 1.0)), (1.0, 9.0));
        assert_eq!(binary(Binary::Multiply, (-1.0, 2.0), (3.0, 4.0)), (-4.0, 8.0));
        assert_eq!(tidy(binary(Binary::Multiply, (0.0, 2.0), (0.0, f64::INFINITY))), UNKNOWN);
        assert_eq!(binary(Binary::Divide, (1.0, 2.0), (0.0, 1.0)), UNKNOWN);
        assert_eq!(unary(Unary::Abs, (-3.0, 2.0)), (0.0, 3.0));
        assert_eq!(unary(Unary::Ceil, (0.2, 2.1)), (1.0, 3.0));
        assert_eq!(binary(Binary::Less, UNKNOWN, UNKNOWN), (0.0, 1.0));
    }
}
