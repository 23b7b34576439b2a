//! The latent Gaussian field as column operations: one standard normal for every input and step.
//!
//! Z = sqrt(permanent) U + sqrt(1 - permanent) E, E an AR(1). U and the innovations of E are tied across the inputs of a
//! group by the Cholesky factor of its matrix; the first step uses the factor of the stationary correlations of E, so
//! that E is jointly stationary from there on.

use super::builder::ProgramBuilder;
use super::dimensions::Dimensions;
use super::rotation::Rotation;
use super::shocks::{Averaged, Contribution, Replica, Shocks, Ties, group_ties};
use super::value::Value;
use crate::dist::{Real, Score};
use crate::kernel::Unary;
use crate::model::{InputId, Model, OverTime};
use crate::rng::Component;
use std::cell::RefCell;
use std::collections::HashMap;

/// Draws the field on demand, step by step.
#[derive(Debug)]
pub(super) struct Field<'m, 'b> {
    model: &'m Model,
    builder: &'b RefCell<ProgramBuilder>,
    /// E, from the first step of draws on.
    carried: HashMap<InputId, Vec<Value<'b>>>,
    /// Rows of the Cholesky factors: who contributes with which weight.
    ties: HashMap<InputId, Ties>,
    shocks: &'m Shocks,
    dimensions: Option<&'m Dimensions>,
    /// Independent normals of all steps that are combinations of others, by the input whose stream they come from.
    rotated: RefCell<HashMap<InputId, Vec<Value<'b>>>>,
    /// How far the average that a field is moved to lies above that of each path.
    lift: Option<Value<'b>>,
}

impl<'m, 'b> Field<'m, 'b> {
    pub(super) fn new(
        model: &'m Model,
        shocks: &'m Shocks,
        dimensions: Option<&'m Dimensions>,
        builder: &'b RefCell<ProgramBuilder>,
    ) -> Self {
        let ties = model.correlations.iter().flat_map(|group| group_ties(model, group, shocks)).collect();
        let (carried, rotated) = (HashMap::new(), RefCell::default());
        Field { model, builder, carried, ties, shocks, dimensions, rotated, lift: None }
    }

    /// The shock of an input at a step, which is a step of draws unless the input is constant.
    pub(super) fn score(&mut self, input: InputId, step: usize) -> Score<Value<'b>> {
        match *self.shocks {
            Shocks::Held { input: held, score } if held == input => {
                Score::Normal(Value::number_in(self.builder, score))
            }
            Shocks::Averaging { input: of, last, average } => self.moved(input, step, of, last, average),
            _ => self.drawn(input, step),
        }
    }

    /// The shock of an input, moved along its regression on the average of another one, or of its own.
    fn moved(&mut self, input: InputId, step: usize, of: InputId, last: usize, average: f64) -> Score<Value<'b>> {
        let drawn = self.drawn(input, step);
        let group = self.model.correlations.iter().find(|group| group.members.contains(&of));
        let place = |id: InputId| group.and_then(|group| group.members.iter().position(|&member| member == id));
        let correlation = match (group, place(input), place(of)) {
            _ if input == of => 1.0,
            (Some(group), Some(i), Some(j)) => group.matrix[i][j],
            _ => 0.0,
        };
        let first = self.model.horizon.first_draw();
        let averaged = Averaged::new(self.model.input(of).over_time, (last + 1).saturating_sub(first));
        let at = step.saturating_sub(first);
        let slope = averaged.covariance(self.model.input(input).over_time, at, correlation) / averaged.variance();
        if slope == 0.0 {
            return drawn;
        }
        let lift = match self.lift {
            Some(lift) => lift,
            None => {
                let scores = (first..first + averaged.steps()).map(|at| self.drawn(of, at).normal());
                let sum = scores.reduce(|sum, score| sum + score).expect("an average is of one step at least");
                let lift = sum.number(average) - sum.number(1.0 / averaged.steps() as f64) * sum;
                *self.lift.insert(lift)
            }
        };
        Score::Normal(lift.number(slope).multiply_add(lift, drawn.normal()))
    }

    /// The shock of an input as its streams make it.
    fn drawn(&mut self, input: InputId, step: usize) -> Score<Value<'b>> {
        let over_time = self.model.input(input).over_time;
        if over_time.is_constant() {
            return match self.is_alone(input, self.ties.get(&input).map(|ties| &ties.permanent)) {
                true => Score::Uniform(self.permanent_uniform(input, self.replica(input))),
                false => Score::Normal(self.permanent_normal(input)),
            };
        }
        let tied = self.ties.get(&input);
        let is_alone = |weights| self.is_alone(input, weights);
        let untied = is_alone(tied.map(|ties| &ties.first)) && is_alone(tied.map(|ties| &ties.later));
        if over_time == OverTime::FRESH && untied {
            return match self.rotation(input, self.replica(input)) {
                Some(_) => Score::Normal(self.fresh_normal(input, self.replica(input), step)),
                None => Score::Uniform(self.fresh_uniform(input, self.replica(input), step)),
            };
        }
        let carried = self.carried_normal(input, step);
        if over_time.permanent == 0.0 {
            return Score::Normal(carried);
        }
        let permanent = self.permanent_normal(input);
        let carried = carried.number((1.0 - over_time.permanent).sqrt()) * carried;
        Score::Normal(carried.number(over_time.permanent.sqrt()).multiply_add(permanent, carried))
    }

    /// The replica that an input without ties is drawn from.
    fn replica(&self, input: InputId) -> Replica {
        match self.shocks {
            Shocks::Mixed { given, from } if given.binary_search(&input).is_ok() => *from,
            Shocks::Mixed { from, .. } => from.other(),
            _ => Replica::Run,
        }
    }

    /// Whether an input's normal is made of its own alone; one contribution may be another's, by a correlation of 1 or -1.
    fn is_alone(&self, input: InputId, weights: Option<&Vec<Contribution>>) -> bool {
        let is_own = |only: &Contribution| (only.input, only.replica) == (input, self.replica(input));
        weights.is_none_or(|weights| matches!(&weights[..], [only] if is_own(only)))
    }

    /// What an input without ties is made of.
    fn own(&self, input: InputId) -> Contribution {
        Contribution { input, replica: self.replica(input), weight: 1.0 }
    }

    fn uniform(&self, input: InputId, component: Component, replica: Replica, number: usize) -> Value<'b> {
        let name = &self.model.input(input).name;
        Value::new(self.builder, self.builder.borrow_mut().uniform(name, component, replica, number))
    }

    fn permanent_uniform(&self, input: InputId, replica: Replica) -> Value<'b> {
        self.uniform(input, Component::Permanent, replica, 0)
    }

    /// U of an input, tied to its group.
    fn permanent_normal(&self, input: InputId) -> Value<'b> {
        let alone = [self.own(input)];
        combine(self.ties.get(&input).map_or(&alone[..], |ties| &ties.permanent), |member| {
            self.permanent_uniform(member.input, member.replica).unary(Unary::NormalQuantile)
        })
    }

    /// The uniform of a fresh stream at a step.
    fn fresh_uniform(&self, input: InputId, replica: Replica, step: usize) -> Value<'b> {
        self.uniform(input, Component::Fresh, replica, step - self.model.horizon.first_draw())
    }

    /// The independent normal of a fresh stream at a step.
    fn fresh_normal(&self, input: InputId, replica: Replica, step: usize) -> Value<'b> {
        let Some(rotation) = self.rotation(input, replica) else {
            return self.fresh_uniform(input, replica, step).unary(Unary::NormalQuantile);
        };
        let first = self.model.horizon.first_draw();
        let mut rotated = self.rotated.borrow_mut();
        let normals = rotated.entry(input).or_insert_with(|| {
            let component = |k: usize| self.fresh_uniform(input, replica, first + k).unary(Unary::NormalQuantile);
            rotation.normals(&(0..rotation.len()).map(component).collect::<Vec<_>>())
        });
        normals[step - first]
    }

    /// How the normals of a fresh stream follow from its columns; none where they are these.
    fn rotation(&self, input: InputId, replica: Replica) -> Option<&'m Rotation> {
        let dimensions = self.dimensions.filter(|_| replica == Replica::Run)?;
        dimensions.rotation(&self.model.input(input).name)
    }

    /// E of an input at a step.
    fn carried_normal(&mut self, input: InputId, step: usize) -> Value<'b> {
        let first = self.model.horizon.first_draw();
        let persistence = self.model.input(input).over_time.persistence;
        let mut carried = self.carried.remove(&input).unwrap_or_default();
        for at in first + carried.len()..=step {
            let alone = [self.own(input)];
            let weights = match self.ties.get(&input) {
                None => &alone[..],
                Some(ties) if at == first => &ties.first,
                Some(ties) => &ties.later,
            };
            let innovation = combine(weights, |member| self.fresh_normal(member.input, member.replica, at));
            carried.push(match carried.last() {
                Some(before) if persistence != 0.0 => {
                    let shock = innovation.number(((1.0 - persistence) * (1.0 + persistence)).sqrt()) * innovation;
                    before.number(persistence).multiply_add(*before, shock)
                }
                _ => innovation,
            });
        }
        let value = carried[step - first];
        self.carried.insert(input, carried);
        value
    }
}

/// Sum of weight * normal, in the order of the group.
fn combine<'b>(weights: &[Contribution], normal: impl Fn(&Contribution) -> Value<'b>) -> Value<'b> {
    let mut sum: Option<Value<'b>> = None;
    for contribution in weights {
        let normal = normal(contribution);
        let weight = normal.number(contribution.weight);
        sum = Some(match sum {
            None => weight * normal,
            Some(sum) => weight.multiply_add(normal, sum),
        });
    }
    sum.expect("an input contributes to itself")
}
