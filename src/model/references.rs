//! Which variables a definition reads, at whatever step.

use super::{Definition, Expr, Market, Model, VarId};

impl Model {
    /// Calls `visit` for every variable that the definition of `id` reads, repeats included.
    pub fn references(&self, id: VarId, visit: &mut dyn FnMut(VarId)) {
        match &self.variable(id).definition {
            Definition::Constant(_) | Definition::ByStep(_) => {}
            Definition::Blend(blends) => blends.iter().for_each(|blend| {
                visit(blend.left);
                visit(blend.right);
            }),
            Definition::Formula(formula) => self.expr_references(formula, visit),
            Definition::Draw { distribution, .. } => {
                distribution.parameters().into_iter().for_each(|(_, &id)| visit(id))
            }
            Definition::Stock { start, next } => {
                visit(*start);
                self.expr_references(next, visit);
            }
            Definition::Event(event) => [event.hazard, event.size, event.duration].into_iter().for_each(visit),
            Definition::Running { of, .. } => visit(*of),
        }
    }

    fn expr_references(&self, expr: &Expr, visit: &mut dyn FnMut(VarId)) {
        match expr {
            Expr::Constant(_) | Expr::Year | Expr::Step => {}
            Expr::Variable(id) | Expr::At { variable: id, .. } | Expr::On(id) | Expr::Started(id) | Expr::Ended(id) => {
                visit(*id);
            }
            Expr::Lag { variable, default, .. } => {
                visit(*variable);
                if let Some(default) = default {
                    self.expr_references(default, visit);
                }
            }
            Expr::Unary(_, a) => self.expr_references(a, visit),
            Expr::Binary(_, a, b) => {
                self.expr_references(a, visit);
                self.expr_references(b, visit);
            }
            Expr::If(a, b, c) => [a, b, c].into_iter().for_each(|part| self.expr_references(part, visit)),
            Expr::Binds(_) | Expr::Short(_) => {
                if let Some(market) = &self.market {
                    market.ceiling_references(visit);
                }
            }
        }
    }
}

impl Market {
    /// Calls `visit` for what decides which ceiling binds: what is wanted, and every ceiling.
    pub fn ceiling_references(&self, visit: &mut dyn FnMut(VarId)) {
        visit(self.wanted);
        self.constraints.iter().for_each(|constraint| visit(constraint.ceiling));
    }
}
