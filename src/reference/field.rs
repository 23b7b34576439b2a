//! The latent Gaussian field, one path at a time: Z_t = sqrt(permanent) U + sqrt(1 - permanent) E_t for every input.

use crate::model::{Model, OverTime};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

/// The plan of the field: groups of inputs that are drawn together.
#[derive(Debug)]
pub(super) struct FieldPlan {
    groups: Vec<Group>,
    inputs: usize,
    is_static: bool,
}

#[derive(Debug)]
struct Group {
    members: Vec<usize>,
    over_time: Vec<OverTime>,
    /// Cholesky factor of the correlations of U and of the innovations of E.
    innovations: Vec<Vec<f64>>,
    /// Cholesky factor of the correlations of E within a step.
    stationary: Vec<Vec<f64>>,
    any_permanent: bool,
    any_moving: bool,
}

/// The field of one path.
#[derive(Debug)]
pub(super) struct PathField {
    permanent: Vec<f64>,
    moving: Vec<f64>,
    z: Vec<f64>,
    noise: Vec<f64>,
}

impl FieldPlan {
    /// Groups the inputs that `needed` names; the others are left out, and have no Z.
    pub(super) fn new(model: &Model, needed: &[bool]) -> FieldPlan {
        let mut alone: Vec<bool> = needed.to_vec();
        let is_static = model.horizon.steps == 0;
        let mut groups = Vec::new();
        for group in &model.correlations {
            let members: Vec<usize> = group.members.iter().map(|id| id.0 as usize).collect();
            members.iter().for_each(|&i| alone[i] = false);
            groups.push(Group::new(model, members, &group.matrix, is_static));
        }
        for i in (0..alone.len()).filter(|&i| alone[i]) {
            groups.push(Group::new(model, vec![i], &[vec![1.0]], is_static));
        }
        FieldPlan { groups, inputs: model.inputs.len(), is_static }
    }

    /// An empty field.
    pub(super) fn field(&self) -> PathField {
        let zeros = || vec![0.0; self.inputs];
        PathField { permanent: zeros(), moving: zeros(), z: zeros(), noise: Vec::new() }
    }
}

impl Group {
    fn new(model: &Model, members: Vec<usize>, matrix: &[Vec<f64>], is_static: bool) -> Group {
        let over_time: Vec<OverTime> = members.iter().map(|&i| model.inputs[i].over_time).collect();
        let r: Vec<f64> = over_time.iter().map(|o| o.persistence).collect();
        let n = members.len();
        // E_i and E_j are AR(1) with innovations sqrt(1 - r^2) eps: the stationary covariance solves
        // s = r_i r_j s + sqrt((1 - r_i^2)(1 - r_j^2)) c.
        let in_step = |i: usize, j: usize| {
            matrix[i][j] * ((1.0 - r[i] * r[i]) * (1.0 - r[j] * r[j])).sqrt() / (1.0 - r[i] * r[j])
        };
        let stationary: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| in_step(i, j)).collect()).collect();
        Group {
            innovations: cholesky(matrix),
            stationary: cholesky(&stationary),
            any_permanent: is_static || over_time.iter().any(|o| o.permanent > 0.0),
            any_moving: !is_static && over_time.iter().any(|o| o.permanent < 1.0),
            members,
            over_time,
        }
    }
}

impl PathField {
    /// Z of an input at the current step.
    pub(super) fn z(&self, input: usize) -> f64 {
        self.z[input]
    }

    /// Begins a path, or moves on to a later step of it. At step 0 only constant inputs have a Z, in a static model all.
    pub(super) fn step(&mut self, plan: &FieldPlan, step: usize, rng: &mut impl Rng) {
        for group in &plan.groups {
            if step == 0 && group.any_permanent {
                self.correlated(&group.innovations, rng);
                group.members.iter().zip(&self.noise).for_each(|(&i, x)| self.permanent[i] = *x);
            }
            if step > 0 && group.any_moving {
                self.correlated(if step == 1 { &group.stationary } else { &group.innovations }, rng);
                for ((&i, over), x) in group.members.iter().zip(&group.over_time).zip(&self.noise) {
                    let r = over.persistence;
                    self.moving[i] = if step == 1 { *x } else { r * self.moving[i] + (1.0 - r * r).sqrt() * x };
                }
            }
            for (&i, over) in group.members.iter().zip(&group.over_time) {
                let share = if plan.is_static { 1.0 } else { over.permanent };
                self.z[i] = match share {
                    1.0 => self.permanent[i],
                    0.0 => self.moving[i],
                    _ => share.sqrt() * self.permanent[i] + (1.0 - share).sqrt() * self.moving[i],
                };
            }
        }
    }

    /// Standard normals with the correlations of a factor, into `noise`.
    fn correlated(&mut self, factor: &[Vec<f64>], rng: &mut impl Rng) {
        self.noise.clear();
        self.noise.extend(factor.iter().map(|_| -> f64 { StandardNormal.sample(rng) }));
        // From the last row up, as row i needs the raw normals 0..=i.
        for i in (0..factor.len()).rev() {
            self.noise[i] = factor[i].iter().zip(&self.noise[..=i]).map(|(l, x)| l * x).sum();
        }
    }
}

/// The lower triangular L with L L' = matrix, rows cut off at the diagonal.
///
/// The matrix is positive semidefinite, as the model promises; a pivot that rounding takes below 0 counts as 0.
fn cholesky(matrix: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut factor: Vec<Vec<f64>> = Vec::with_capacity(matrix.len());
    for (i, source) in matrix.iter().enumerate() {
        let mut row: Vec<f64> = Vec::with_capacity(i + 1);
        for j in 0..=i {
            let known: f64 = (0..j).map(|k| row[k] * if j == i { row[k] } else { factor[j][k] }).sum();
            let rest = source[j] - known;
            row.push(match (j == i, factor.get(j).map(|other| other[j])) {
                (true, _) => rest.max(0.0).sqrt(),
                (false, Some(pivot)) if pivot > 0.0 => rest / pivot,
                _ => 0.0,
            });
        }
        factor.push(row);
    }
    factor
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cholesky_of_a_known_matrix() {
        let factor = cholesky(&[vec![1.0, 0.6, 0.8], vec![0.6, 1.0, 0.48], vec![0.8, 0.48, 1.0]]);
        let known = [vec![1.0], vec![0.6, 0.8], vec![0.8, 0.0, 0.6]];
        for (row, expected) in factor.iter().zip(&known) {
            for (x, y) in row.iter().zip(expected) {
                assert!((x - y).abs() < 1e-15, "{x} against {y}");
            }
        }
    }
}
