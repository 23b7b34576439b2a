//! Domains of places that only a path can break: a drawn duration, a share by formula.
//!
//! What is outside has no value on that path: it is left out of what depends on it, counted as excluded and warned of.

use super::bounds::BoundsFinder;
use super::builder::ModelBuilder;
use super::item::Item;
use crate::kernel::Binary;
use crate::model::{Definition, Event, Expr, VarId};

impl ModelBuilder<'_> {
    /// Guards durations and the share of the backlog, where bounds do not show that no path can break their domain.
    pub(super) fn guard_domains(&mut self, document: &Item<'_>) {
        let mut bounds = BoundsFinder::new(&self.variables, self.changed_later(document));
        let mut durations: Vec<(usize, Event)> = Vec::new();
        for (index, variable) in self.variables.iter().enumerate() {
            if let Definition::Event(event) = &variable.definition
                && bounds.expr(&Expr::Variable(event.duration)).0 <= 0.0
            {
                durations.push((index, event.clone()));
            }
        }
        let share = self.backlog_share.filter(|(_, share)| {
            let (low, high) = bounds.expr(&Expr::Variable(*share));
            !(low >= 0.0 && high <= 1.0)
        });
        for (index, event) in durations {
            let above_0 = Expr::binary(Binary::Greater, event.duration, 0.0);
            // The size too, so that the step in which the event starts has no value either.
            let size = self.guarded(event.size, above_0.clone(), "while it lasts");
            let duration = self.guarded(event.duration, above_0, "above 0");
            self.define(VarId(index as u32), Definition::Event(Event { size, duration, ..event }));
        }
        if let Some((backlog, share)) = share
            && let Definition::Stock { start, next: Expr::Binary(Binary::Multiply, _, unmet) } =
                self.variable(backlog).definition.clone()
        {
            let inside = Expr::binary(Binary::GreaterEqual, share, 0.0);
            let inside = Expr::binary(Binary::And, inside, Expr::binary(Binary::LessEqual, share, 1.0));
            let share = self.guarded(share, inside, "from 0 to 1");
            self.define(backlog, Definition::Stock { start, next: Expr::from(share) * *unmet });
        }
    }

    /// A value where it is inside its domain, and none where it is not.
    fn guarded(&mut self, value: VarId, inside: Expr, domain: &str) -> VarId {
        let name = format!("{} {domain}", self.variable(value).name);
        let chosen = Expr::If(Box::new(inside), Box::new(Expr::Variable(value)), Box::new(Expr::Constant(f64::NAN)));
        let guarded = self.implied(&name, chosen);
        self.blame_on(guarded, self.place(value).clone());
        guarded
    }
}
