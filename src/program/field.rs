//! The latent Gaussian field as column operations: one standard normal for every input and step.
//!
//! Z = sqrt(permanent) U + sqrt(1 - permanent) E, E an AR(1). U and the innovations of E are tied across the inputs of a
//! group by the Cholesky factor of its matrix; the first step uses the factor of the stationary correlations of E, so
//! that E is jointly stationary from there on.

use super::builder::{Builder, Value};
use crate::dist::cholesky;
use crate::kernel::{Binary, Unary};
use crate::model::{CorrelationGroup, InputId, Model, OverTime, stationary_factor};
use crate::rng::Component;
use std::collections::HashMap;

/// The standard normal of an input at a step, or the uniform that it is the quantile of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Score {
    /// U, with Z = Phi^-1(U): an input that nothing ties or carries over.
    Uniform(Value),
    /// Z itself.
    Normal(Value),
}

/// Draws the field on demand, step by step.
#[derive(Debug)]
pub(super) struct Field<'m> {
    model: &'m Model,
    /// E, from the first step of draws on.
    carried: HashMap<InputId, Vec<Value>>,
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

impl<'m> Field<'m> {
    pub(super) fn new(model: &'m Model) -> Self {
        let ties = model.correlations.iter().flat_map(|group| group_ties(model, group)).collect();
        Field { model, carried: HashMap::new(), ties }
    }

    pub(super) fn model(&self) -> &'m Model {
        self.model
    }

    /// The score of an input at a step, which is a step of draws unless the input is constant.
    pub(super) fn score(&mut self, builder: &mut Builder, input: InputId, step: usize) -> Score {
        let over_time = self.model.input(input).over_time;
        if over_time.is_constant() {
            return match alone(self.ties.get(&input).map(|ties| &ties.permanent)) {
                true => Score::Uniform(self.permanent_uniform(builder, input)),
                false => Score::Normal(self.permanent_normal(builder, input)),
            };
        }
        let tied = self.ties.get(&input);
        let untied = alone(tied.map(|ties| &ties.first)) && alone(tied.map(|ties| &ties.later));
        if over_time == OverTime::FRESH && untied {
            return Score::Uniform(self.fresh_uniform(builder, input, step));
        }
        let carried = self.carried_normal(builder, input, step);
        if over_time.permanent == 0.0 {
            return Score::Normal(carried);
        }
        let permanent = self.permanent_normal(builder, input);
        let carried = builder.binary(Binary::Multiply, Value::Scalar((1.0 - over_time.permanent).sqrt()), carried);
        Score::Normal(builder.multiply_add(Value::Scalar(over_time.permanent.sqrt()), permanent, carried))
    }

    fn permanent_uniform(&self, builder: &mut Builder, input: InputId) -> Value {
        builder.uniform(&self.model.input(input).name, Component::Permanent, 0)
    }

    /// U of an input, tied to its group.
    fn permanent_normal(&self, builder: &mut Builder, input: InputId) -> Value {
        let weights = self.ties.get(&input).map_or_else(|| vec![(input, 1.0)], |ties| ties.permanent.clone());
        combine(builder, &weights, |builder, member| self.permanent_uniform(builder, member))
    }

    /// The uniform of a fresh stream at a step.
    fn fresh_uniform(&self, builder: &mut Builder, input: InputId, step: usize) -> Value {
        builder.uniform(&self.model.input(input).name, Component::Fresh, step - self.model.horizon.first_draw())
    }

    /// E of an input at a step.
    fn carried_normal(&mut self, builder: &mut Builder, input: InputId, step: usize) -> Value {
        let first = self.model.horizon.first_draw();
        let persistence = self.model.input(input).over_time.persistence;
        let mut known = self.carried.get(&input).map_or(0, Vec::len);
        while known <= step - first {
            let at = first + known;
            let weights = match self.ties.get(&input) {
                None => vec![(input, 1.0)],
                Some(ties) if known == 0 => ties.first.clone(),
                Some(ties) => ties.later.clone(),
            };
            let innovation = combine(builder, &weights, |builder, member| self.fresh_uniform(builder, member, at));
            let value = match self.carried.get(&input).and_then(|carried| carried.last()) {
                Some(&before) if persistence != 0.0 => {
                    let scale = ((1.0 - persistence) * (1.0 + persistence)).sqrt();
                    let shock = builder.binary(Binary::Multiply, Value::Scalar(scale), innovation);
                    builder.multiply_add(Value::Scalar(persistence), before, shock)
                }
                _ => innovation,
            };
            self.carried.entry(input).or_default().push(value);
            known += 1;
        }
        self.carried[&input][step - first]
    }
}

fn alone(weights: Option<&Vec<(InputId, f64)>>) -> bool {
    weights.is_none_or(|weights| weights.len() == 1)
}

/// Sum of weight * Phi^-1(uniform), in the order of the group.
fn combine(
    builder: &mut Builder,
    weights: &[(InputId, f64)],
    mut uniform: impl FnMut(&mut Builder, InputId) -> Value,
) -> Value {
    let mut sum: Option<Value> = None;
    for &(member, weight) in weights {
        let uniform = uniform(builder, member);
        let normal = builder.unary(Unary::NormalQuantile, uniform);
        sum = Some(match sum {
            None => builder.binary(Binary::Multiply, Value::Scalar(weight), normal),
            Some(sum) => builder.multiply_add(Value::Scalar(weight), normal, sum),
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
        cholesky(who, f64::NEG_INFINITY, entry).expect("the model's matrices are positive definite")
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
