//! Ways to draw the latent field other than as a run does: parts of it drawn again, held, or moved to a condition.

use crate::dist::cholesky;
use crate::model::{CorrelationGroup, InputId, Model, OverTime, stationary_factor};

/// One of two independent draws of the whole field on each path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Replica {
    /// The draws that a run has.
    Run,
    /// Draws of streams of their own.
    Second,
}

/// How the shocks of a model are drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Shocks {
    /// Every input from the run's own draws.
    Run,
    /// Some inputs, as whole streams, from one replica; the others from the other one, given these: tied inputs take
    /// from the first what it says of them, and from the second what is left open. Every input then has the joint law
    /// written in the file, and any two paths that share the same part are independent given it.
    Mixed {
        /// Inputs whose streams are given, ascending.
        given: Vec<InputId>,
        /// The replica that gives them; the rest is drawn from the other one.
        from: Replica,
    },
    /// One input is held at a normal score in every step, and all others stay as the run draws them.
    Held {
        /// The input.
        input: InputId,
        /// Its score.
        score: f64,
    },
    /// Every path is moved, along the regression of all scores on the average of an input's, to one value of that
    /// average: the field given the average, tied inputs included.
    Averaging {
        /// The input.
        input: InputId,
        /// The last step of the average, which begins with the first step of draws.
        last: usize,
        /// The average, in normal scores.
        average: f64,
    },
}

impl Replica {
    /// The other one.
    pub(super) fn other(self) -> Replica {
        match self {
            Replica::Run => Replica::Second,
            Replica::Second => Replica::Run,
        }
    }
}

/// The part of an input's normal that one independent normal makes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Contribution {
    /// The input whose stream has the independent normal.
    pub(super) input: InputId,
    pub(super) replica: Replica,
    pub(super) weight: f64,
}

/// What the parts of an input's shock are made of, its own contribution last where nothing is mixed.
#[derive(Clone, Debug)]
pub(super) struct Ties {
    /// U.
    pub(super) permanent: Vec<Contribution>,
    /// E of the first step.
    pub(super) first: Vec<Contribution>,
    /// The innovations of later steps.
    pub(super) later: Vec<Contribution>,
}

/// The ties of the members of a group.
pub(super) fn group_ties(model: &Model, group: &CorrelationGroup, shocks: &Shocks) -> Vec<(InputId, Ties)> {
    let over_time = |index: usize| model.input(group.members[index]).over_time;
    let everyone: Vec<usize> = (0..group.members.len()).collect();
    let with_permanent: Vec<usize> = everyone.iter().copied().filter(|&i| over_time(i).permanent > 0.0).collect();
    let with_carried: Vec<usize> = everyone.iter().copied().filter(|&i| !over_time(i).is_constant()).collect();
    let innovations = |i: usize, j: usize| group.matrix[i][j];
    let stationary =
        |i: usize, j: usize| group.matrix[i][j] * stationary_factor(over_time(i).persistence, over_time(j).persistence);
    let mut permanent = contributions(group, &with_permanent, &innovations, shocks);
    let mut first = contributions(group, &with_carried, &stationary, shocks);
    let mut later = contributions(group, &with_carried, &innovations, shocks);
    let ties = everyone.iter().map(|&index| {
        let ties = Ties {
            permanent: std::mem::take(&mut permanent[index]),
            first: std::mem::take(&mut first[index]),
            later: std::mem::take(&mut later[index]),
        };
        (group.members[index], ties)
    });
    ties.collect()
}

/// By member of a group, the contributions to one tied normal each of those in `who`; none for the others.
fn contributions(
    group: &CorrelationGroup,
    who: &[usize],
    entry: &dyn Fn(usize, usize) -> f64,
    shocks: &Shocks,
) -> Vec<Vec<Contribution>> {
    let factor = cholesky(who, f64::INFINITY, entry).expect("with any slack, there is a factor");
    let mut all = vec![Vec::new(); group.members.len()];
    let all_of = |row: usize, replica: Replica| {
        let nonzero = (0..=row).filter(|&column| factor[row][column] != 0.0);
        nonzero
            .map(|column| Contribution { input: group.members[who[column]], replica, weight: factor[row][column] })
            .collect()
    };
    let (is_given, from): (Vec<bool>, Replica) = match shocks {
        Shocks::Mixed { given, from } => {
            (who.iter().map(|&i| given.binary_search(&group.members[i]).is_ok()).collect(), *from)
        }
        _ => (vec![true; who.len()], Replica::Run),
    };
    let given = is_given.iter().filter(|&&given| given).count();
    if given == 0 || given == who.len() {
        let replica = if given == 0 { from.other() } else { from };
        (0..who.len()).for_each(|row| all[who[row]] = all_of(row, replica));
        return all;
    }
    let projection = projection(who, &is_given, entry);
    for (row, &member) in who.iter().enumerate() {
        // P L on the replica that gives, (1 - P) L on the other: what it adds once the given ones are known.
        let through = |column: usize, weights: &dyn Fn(usize) -> f64| -> f64 {
            (column..who.len()).map(|middle| weights(middle) * factor[middle][column]).sum()
        };
        let fitted = |middle: usize| projection[row][middle];
        let left = |middle: usize| f64::from(u8::from(middle == row)) - projection[row][middle];
        let mut part = |replica: Replica, weights: &dyn Fn(usize) -> f64| {
            for (column, &input) in who.iter().enumerate() {
                let weight = through(column, weights);
                if weight.abs() > ROUNDING {
                    all[member].push(Contribution { input: group.members[input], replica, weight });
                }
            }
        };
        part(from, &fitted);
        part(from.other(), &left);
    }
    all
}

/// Weights up to here are 0 but for rounding: sums of products of numbers up to 1 that cancel.
const ROUNDING: f64 = 1e-14;

/// The matrix that takes tied normals to their means given some of them, C_.S C_SS^-1 in the columns of the given ones S
/// and 0 in the others.
///
/// It is read off Cholesky's factor with the given ones first: their independent normals by forward substitution, where a
/// row that those before it determine adds none, and what the others have of these.
fn projection(who: &[usize], is_given: &[bool], entry: &dyn Fn(usize, usize) -> f64) -> Vec<Vec<f64>> {
    let places = |wanted: bool| (0..who.len()).filter(move |&place| is_given[place] == wanted);
    let order: Vec<usize> = places(true).chain(places(false)).collect();
    let given = places(true).count();
    let rows: Vec<usize> = order.iter().map(|&place| who[place]).collect();
    let factor = cholesky(&rows, f64::INFINITY, entry).expect("with any slack, there is a factor");
    // The independent normals behind the given ones, each a combination of these.
    let mut independent: Vec<Vec<f64>> = Vec::with_capacity(given);
    for row in 0..given {
        let pivot = factor[row][row];
        let mut weights = vec![0.0; given];
        if pivot > 0.0 {
            weights[row] = 1.0;
            for (before, solved) in independent.iter().enumerate() {
                (0..given).for_each(|k| weights[k] -= factor[row][before] * solved[k]);
            }
            weights.iter_mut().for_each(|weight| *weight /= pivot);
        }
        independent.push(weights);
    }
    let mut projection = vec![vec![0.0; who.len()]; who.len()];
    for (row, &place) in order.iter().enumerate() {
        if row < given {
            projection[place][place] = 1.0;
            continue;
        }
        for k in 0..given {
            projection[place][order[k]] = (0..given).map(|mid| factor[row][mid] * independent[mid][k]).sum();
        }
    }
    projection
}

/// Covariances of an input's scores with the average of another's over steps of draws, counted from 0 to `steps` - 1.
#[derive(Clone, Debug)]
pub(crate) struct Averaged {
    of: OverTime,
    steps: usize,
}

impl Averaged {
    /// The average of the scores of an input over so many steps.
    pub(crate) fn new(of: OverTime, steps: usize) -> Averaged {
        Averaged { of, steps: if of.is_constant() { 1 } else { steps.max(1) } }
    }

    /// Steps that the average is over; one draw serves all of a constant input.
    pub(super) fn steps(&self) -> usize {
        self.steps
    }

    /// Cov(Z of an input in a step, the average), the two inputs' innovations tied by `correlation`, 1 for the same one.
    pub(super) fn covariance(&self, input: OverTime, step: usize, correlation: f64) -> f64 {
        let (p, q) = (input.permanent, self.of.permanent);
        let permanent = (p * q).sqrt() * correlation;
        let carried =
            ((1.0 - p) * (1.0 - q)).sqrt() * correlation * stationary_factor(input.persistence, self.of.persistence);
        let lagged = (0..self.steps).map(|other| match step >= other {
            true => input.persistence.powi((step - other) as i32),
            false => self.of.persistence.powi((other - step) as i32),
        });
        permanent + carried * lagged.sum::<f64>() / self.steps as f64
    }

    /// The variance of the average.
    pub(crate) fn variance(&self) -> f64 {
        (0..self.steps).map(|step| self.covariance(self.of, step, 1.0)).sum::<f64>() / self.steps as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_projection_is_the_regression_on_the_given_normals() {
        let matrix = [[1.0, 0.5, 0.3], [0.5, 1.0, -0.2], [0.3, -0.2, 1.0]];
        let rows = projection(&[0, 1, 2], &[false, true, true], &|i, j| matrix[i][j]);
        // By hand: (0.5, 0.3) times the inverse of [[1, -0.2], [-0.2, 1]], whose determinant is 0.96.
        let expected = [(0.5 + 0.06) / 0.96, (0.3 + 0.1) / 0.96];
        assert!((rows[0][1] - expected[0]).abs() < 1e-15 && (rows[0][2] - expected[1]).abs() < 1e-15);
        assert_eq!((rows[0][0], &rows[1], &rows[2]), (0.0, &vec![0.0, 1.0, 0.0], &vec![0.0, 0.0, 1.0]));
        // A given one that another given one determines adds nothing.
        let equal = projection(&[0, 1, 2], &[true, true, false], &|i, j| [[1.0, 1.0, 0.6]; 3][i.min(1)][j.max(i)]);
        assert!((equal[2][0] + equal[2][1] - 0.6).abs() < 1e-15, "{equal:?}");
    }

    #[test]
    fn the_average_of_fresh_scores_has_the_variance_of_a_mean() {
        assert!((Averaged::new(OverTime::FRESH, 4).variance() - 0.25).abs() < 1e-15);
        assert_eq!(Averaged::new(OverTime::CONSTANT, 4).variance(), 1.0);
        // By hand: 0.3 + 0.7 (1 + 0.6) / 2 for two steps.
        let mixed = OverTime { persistence: 0.6, permanent: 0.3 };
        assert!((Averaged::new(mixed, 2).variance() - (0.3 + 0.7 * 0.8)).abs() < 1e-15);
    }
}
