//! The latent Gaussian field as column operations: one standard normal for every input and step.
//!
//! Z = sqrt(permanent) U + sqrt(1 - permanent) E, E an AR(1). U and the innovations of E are tied across the inputs of a
//! group by the Cholesky factor of its matrix; the first step uses the factor of the stationary correlations of E, so
//! that E is jointly stationary from there on.

use super::builder::ProgramBuilder;
use super::value::Value;
use crate::dist::{Real, Score, cholesky};
use crate::kernel::Unary;
use crate::model::{CorrelationGroup, InputId, Model, OverTime, stationary_factor};
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
}

/// Contributions to one input of a group: (input, weight), itself last.
#[derive(Debug)]
struct Ties {
    permanent: Vec<(InputId, f64)>,
    first: Vec<(InputId, f64)>,
    later: Vec<(InputId, f64)>,
}

impl<'m, 'b> Field<'m, 'b> {
    pub(super) fn new(model: &'m Model, builder: &'b RefCell<ProgramBuilder>) -> Self {
        let ties = model.correlations.iter().flat_map(|group| group_ties(model, group)).collect();
        Field { model, builder, carried: HashMap::new(), ties }
    }

    /// The shock of an input at a step, which is a step of draws unless the input is constant.
    pub(super) fn score(&mut self, input: InputId, step: usize) -> Score<Value<'b>> {
        let over_time = self.model.input(input).over_time;
        if over_time.is_constant() {
            return match alone(input, self.ties.get(&input).map(|ties| &ties.permanent)) {
                true => Score::Uniform(self.permanent_uniform(input)),
                false => Score::Normal(self.permanent_normal(input)),
            };
        }
        let tied = self.ties.get(&input);
        let untied = alone(input, tied.map(|ties| &ties.first)) && alone(input, tied.map(|ties| &ties.later));
        if over_time == OverTime::FRESH && untied {
            return Score::Uniform(self.fresh_uniform(input, step));
        }
        let carried = self.carried_normal(input, step);
        if over_time.permanent == 0.0 {
            return Score::Normal(carried);
        }
        let permanent = self.permanent_normal(input);
        let carried = carried.number((1.0 - over_time.permanent).sqrt()) * carried;
        Score::Normal(carried.number(over_time.permanent.sqrt()).multiply_add(permanent, carried))
    }

    fn uniform(&self, input: InputId, component: Component, number: usize) -> Value<'b> {
        let name = &self.model.input(input).name;
        Value::new(self.builder, self.builder.borrow_mut().uniform(name, component, number))
    }

    fn permanent_uniform(&self, input: InputId) -> Value<'b> {
        self.uniform(input, Component::Permanent, 0)
    }

    /// U of an input, tied to its group.
    fn permanent_normal(&self, input: InputId) -> Value<'b> {
        let alone = [(input, 1.0)];
        combine(self.ties.get(&input).map_or(&alone[..], |ties| &ties.permanent), |member| {
            self.permanent_uniform(member)
        })
    }

    /// The uniform of a fresh stream at a step.
    fn fresh_uniform(&self, input: InputId, step: usize) -> Value<'b> {
        self.uniform(input, Component::Fresh, step - self.model.horizon.first_draw())
    }

    /// E of an input at a step.
    fn carried_normal(&mut self, input: InputId, step: usize) -> Value<'b> {
        let first = self.model.horizon.first_draw();
        let persistence = self.model.input(input).over_time.persistence;
        let mut carried = self.carried.remove(&input).unwrap_or_default();
        for at in first + carried.len()..=step {
            let alone = [(input, 1.0)];
            let weights = match self.ties.get(&input) {
                None => &alone[..],
                Some(ties) if at == first => &ties.first,
                Some(ties) => &ties.later,
            };
            let innovation = combine(weights, |member| self.fresh_uniform(member, at));
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

/// Whether an input's normal is made of its own alone; one contribution may be another's, by a correlation of 1 or -1.
fn alone(input: InputId, weights: Option<&Vec<(InputId, f64)>>) -> bool {
    weights.is_none_or(|weights| matches!(weights[..], [(only, _)] if only == input))
}

/// Sum of weight * Phi^-1(uniform), in the order of the group.
fn combine<'b>(weights: &[(InputId, f64)], uniform: impl Fn(InputId) -> Value<'b>) -> Value<'b> {
    let mut sum: Option<Value<'b>> = None;
    for &(member, weight) in weights {
        let normal = uniform(member).unary(Unary::NormalQuantile);
        let weight = normal.number(weight);
        sum = Some(match sum {
            None => weight * normal,
            Some(sum) => weight.multiply_add(normal, sum),
        });
    }
    sum.expect("an input contributes to itself")
}

fn group_ties(model: &Model, group: &CorrelationGroup) -> Vec<(InputId, Ties)> {
    let over_time = |index: usize| model.input(group.members[index]).over_time;
    let everyone: Vec<usize> = (0..group.members.len()).collect();
    let with_permanent: Vec<usize> = everyone.iter().copied().filter(|&i| over_time(i).permanent > 0.0).collect();
    let with_carried: Vec<usize> = everyone.iter().copied().filter(|&i| !over_time(i).is_constant()).collect();
    let factor = |who: &[usize], entry: &dyn Fn(usize, usize) -> f64| {
        cholesky(who, f64::INFINITY, entry).expect("with any slack, there is a factor")
    };
    let innovations = |i: usize, j: usize| group.matrix[i][j];
    let permanent = factor(&with_permanent, &innovations);
    let later = factor(&with_carried, &innovations);
    let first = factor(&with_carried, &|i, j| {
        group.matrix[i][j] * stationary_factor(over_time(i).persistence, over_time(j).persistence)
    });
    let contributions = |who: &[usize], factor: &[Vec<f64>], index: usize| match who.iter().position(|&i| i == index) {
        None => Vec::new(),
        Some(row) => (0..=row)
            .filter(|&column| factor[row][column] != 0.0)
            .map(|column| (group.members[who[column]], factor[row][column]))
            .collect(),
    };
    everyone
        .iter()
        .map(|&index| {
            let ties = Ties {
                permanent: contributions(&with_permanent, &permanent, index),
                first: contributions(&with_carried, &first, index),
                later: contributions(&with_carried, &later, index),
            };
            (group.members[index], ties)
        })
        .collect()
}
