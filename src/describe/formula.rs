//! Writes resolved formulas in the language of scenario files.

use super::definition::reference;
use crate::kernel::{Binary, Unary};
use crate::model::operators::{ATOM, NOT, SIGN, infix, operands};
use crate::model::{Expr, Model, VarId};

/// No operator around.
const OUTSIDE: u8 = 0;

/// Writes a formula of the variable `own`, whose value a step ago is `self` in a stock.
pub(crate) fn write(expr: &Expr, own: Option<VarId>, model: &Model) -> String {
    let mut text = String::new();
    Writer { model, own }.expr(&mut text, expr, OUTSIDE);
    text
}

struct Writer<'a> {
    model: &'a Model,
    own: Option<VarId>,
}

impl Writer<'_> {
    fn expr(&self, to: &mut String, expr: &Expr, outer: u8) {
        match expr {
            Expr::Constant(value) => to.push_str(&super::definition::number(*value)),
            Expr::Year => to.push_str("year"),
            Expr::Step => to.push_str("step"),
            Expr::Variable(id) => self.variable(to, *id, outer),
            Expr::Lag { variable, lag: 1, default: None } if self.own == Some(*variable) => to.push_str("self"),
            Expr::Lag { variable, lag, default } => {
                to.push_str(if *lag == 1 { "prev(" } else { "lag(" });
                self.variable(to, *variable, OUTSIDE);
                if *lag > 1 {
                    to.push_str(&format!(", {lag}"));
                }
                if let Some(default) = default {
                    to.push_str(", ");
                    self.expr(to, default, OUTSIDE);
                }
                to.push(')');
            }
            Expr::Delay(delay) => {
                to.push_str("lag(");
                self.variable(to, delay.variable, OUTSIDE);
                for argument in [&delay.lag, &delay.default] {
                    to.push_str(", ");
                    self.expr(to, argument, OUTSIDE);
                }
                to.push(')');
            }
            Expr::Lookup(table, x) => {
                to.push_str("lookup(");
                self.expr(to, x, OUTSIDE);
                to.push_str(&format!(", {})", table.name));
            }
            Expr::At { variable, step } => {
                self.variable(to, *variable, ATOM);
                to.push_str(&format!("[{}]", self.model.horizon.period(*step)));
            }
            Expr::Unary(op, a) => self.unary(to, *op, a, outer),
            Expr::Binary(op, a, b) => self.binary(to, *op, a, b, outer),
            Expr::If(condition, then, otherwise) => self.call(to, "if", &[condition, then, otherwise]),
            Expr::Binds(index) => to.push_str(&format!("binds({})", self.constraint(*index))),
            Expr::Short(index) => to.push_str(&format!("short({})", self.constraint(*index))),
            Expr::On(event) => self.of_event(to, "on", *event),
            Expr::Started(event) => self.of_event(to, "started", *event),
            Expr::Ended(event) => self.of_event(to, "ended", *event),
        }
    }

    /// A helper is called by the text it stands for, which may need brackets.
    fn variable(&self, to: &mut String, id: VarId, outer: u8) {
        let name = reference(id, self.model);
        let is_one_word = !name.contains(' ') || name.ends_with(')') && name.find('(') < name.find(' ');
        bracketed(to, outer > OUTSIDE && !is_one_word, |to| to.push_str(&name));
    }

    fn unary(&self, to: &mut String, op: Unary, a: &Expr, outer: u8) {
        match op {
            Unary::Negate => bracketed(to, outer > SIGN, |to| {
                to.push('-');
                self.expr(to, a, SIGN);
            }),
            Unary::Not => bracketed(to, outer > NOT, |to| {
                to.push_str("not ");
                self.expr(to, a, NOT);
            }),
            _ => self.call(to, op.name(), &[a]),
        }
    }

    fn binary(&self, to: &mut String, op: Binary, a: &Expr, b: &Expr, outer: u8) {
        let Some((sign, own)) = infix(op) else { return self.call(to, op.name(), &flat(op, a, b)) };
        let (left, right) = operands(own);
        bracketed(to, outer > own, |to| {
            self.expr(to, a, left);
            to.push_str(&format!(" {sign} "));
            self.expr(to, b, right);
        });
    }

    fn call(&self, to: &mut String, function: &str, arguments: &[&Expr]) {
        to.push_str(function);
        bracketed(to, true, |to| {
            for (index, argument) in arguments.iter().enumerate() {
                to.push_str(if index > 0 { ", " } else { "" });
                self.expr(to, argument, OUTSIDE);
            }
        });
    }

    fn of_event(&self, to: &mut String, function: &str, event: VarId) {
        to.push_str(&format!("{function}({})", self.model.variable(event).name));
    }

    fn constraint(&self, index: usize) -> &str {
        let constraints = self.model.market.as_ref().map_or(&[][..], |market| &market.constraints);
        constraints.get(index).map_or("?", |constraint| &constraint.name)
    }
}

/// The arguments of a function that was written with more than two.
fn flat<'a>(op: Binary, a: &'a Expr, b: &'a Expr) -> Vec<&'a Expr> {
    let mut arguments = match a {
        Expr::Binary(inner, first, second) if *inner == op => flat(op, first, second),
        _ => vec![a],
    };
    arguments.push(b);
    arguments
}

fn bracketed(to: &mut String, brackets: bool, write: impl FnOnce(&mut String)) {
    if brackets {
        to.push('(');
    }
    write(to);
    if brackets {
        to.push(')');
    }
}
