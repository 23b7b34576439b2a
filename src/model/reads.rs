//! Which variables a definition reads, and of which step.

use super::{Definition, Expr, Market, Model, VarId};

/// What a definition reads to have its value of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    /// A variable at the same step.
    Same(VarId),
    /// A variable some steps before.
    Before(VarId, usize),
    /// A variable at one fixed step.
    At(VarId, usize),
    /// What is wanted, and the ceiling of this index, at the same step.
    Ceiling(usize),
    /// What is wanted, and every ceiling, at the same step.
    Ceilings,
}

impl Definition {
    /// Calls `visit` with everything that is read at whatever step, repeats included.
    pub fn reads(&self, visit: &mut dyn FnMut(Read)) {
        match self {
            Definition::Constant(_) | Definition::ByStep(_) => {}
            Definition::Blend(blends) => {
                // Knots repeat from step to step.
                for same in blends.chunk_by(|a, b| (a.left, a.right) == (b.left, b.right)) {
                    visit(Read::Same(same[0].left));
                    visit(Read::Same(same[0].right));
                }
            }
            Definition::Formula(formula) => formula.reads(visit),
            Definition::Draw { distribution, .. } => {
                distribution.parameters().into_iter().for_each(|(_, id)| visit(Read::Same(*id)));
            }
            Definition::Stock { start, next } => {
                visit(Read::At(*start, 0));
                next.reads(visit);
            }
            Definition::Event(event) => {
                [event.hazard, event.size, event.duration].into_iter().for_each(|id| visit(Read::Same(id)));
            }
            Definition::Running { of, .. } => visit(Read::Same(*of)),
        }
    }
}

impl Expr {
    /// Calls `visit` with everything that is read at whatever step, repeats included.
    pub fn reads(&self, visit: &mut dyn FnMut(Read)) {
        match self {
            Expr::Constant(_) | Expr::Year | Expr::Step => {}
            Expr::Variable(id) | Expr::On(id) | Expr::Started(id) | Expr::Ended(id) => visit(Read::Same(*id)),
            Expr::Lag { variable, lag, default } => {
                visit(Read::Before(*variable, *lag));
                default.iter().for_each(|default| default.reads(visit));
            }
            Expr::Delay(delay) => {
                visit(match delay.least {
                    0 => Read::Same(delay.variable),
                    least => Read::Before(delay.variable, least),
                });
                delay.lag.reads(visit);
                delay.default.reads(visit);
            }
            Expr::Lookup(_, x) => x.reads(visit),
            Expr::At { variable, step } => visit(Read::At(*variable, *step)),
            Expr::Unary(_, a) => a.reads(visit),
            Expr::Binary(_, a, b) => [a, b].into_iter().for_each(|part| part.reads(visit)),
            Expr::If(a, b, c) => [a, b, c].into_iter().for_each(|part| part.reads(visit)),
            Expr::Binds(_) => visit(Read::Ceilings),
            Expr::Short(constraint) => visit(Read::Ceiling(*constraint)),
        }
    }
}

impl Model {
    /// Calls `visit` for every variable that the definition of `id` reads, repeats included.
    pub fn references(&self, id: VarId, visit: &mut dyn FnMut(VarId)) {
        self.variable(id).definition.reads(&mut |read| match (read, &self.market) {
            (Read::Same(id) | Read::Before(id, _) | Read::At(id, _), _) => visit(id),
            (Read::Ceiling(_) | Read::Ceilings, Some(market)) => market.ceiling_references(visit),
            (Read::Ceiling(_) | Read::Ceilings, None) => {}
        });
    }
}

impl Market {
    /// Calls `visit` for what decides which ceiling binds: what is wanted, and every ceiling.
    pub fn ceiling_references(&self, visit: &mut dyn FnMut(VarId)) {
        visit(self.wanted);
        self.constraints.iter().for_each(|constraint| visit(constraint.ceiling));
    }
}
