//! The terms of a joint run, numbered as they are added, and what paired counts say.

use crate::engine::{Joint, Retention};
use crate::kernel::Binary;
use crate::program::Term;
use crate::stats::{Estimate, Share};

/// Terms collected for one joint run.
#[derive(Debug, Default)]
pub(crate) struct JointTerms(Vec<(Term, Retention)>);

impl JointTerms {
    /// Adds a term; the number that is returned reads what became of it.
    pub(crate) fn add(&mut self, term: Term, kind: Retention) -> usize {
        self.0.push((term, kind));
        self.0.len() - 1
    }

    /// All terms, by number.
    pub(crate) fn as_slice(&self) -> &[(Term, Retention)] {
        &self.0
    }
}

/// Conditions that hold on one side alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Discordant {
    only_a: usize,
    only_b: usize,
}

impl Discordant {
    /// Asks for the paths on which a condition holds in a alone, and in b alone.
    pub(crate) fn ask(terms: &mut JointTerms, a: &Term, b: &Term) -> Discordant {
        Discordant {
            only_a: terms.add(Term::binary(Binary::And, a.clone(), b.clone().negation()), Retention::Condition),
            only_b: terms.add(Term::binary(Binary::And, b.clone(), a.clone().negation()), Retention::Condition),
        }
    }

    /// What was counted.
    pub(crate) fn read(self, joint: &Joint) -> PairedCount {
        let (only_a, only_b) = (joint.condition(self.only_a), joint.condition(self.only_b));
        let difference =
            joint.read(|seen| difference_of_shares(&seen.condition(self.only_b), &seen.condition(self.only_a)));
        PairedCount { only_a, only_b, difference }
    }
}

/// A condition on two sides.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PairedCount {
    /// Paths on which it holds in a alone, of those on which both sides are known.
    pub(crate) only_a: Share,
    /// Paths on which it holds in b alone.
    pub(crate) only_b: Share,
    /// Probability in b less that in a.
    pub(crate) difference: Option<Estimate>,
}

/// Difference of two probabilities and its standard error, from the paths on which one condition holds alone.
///
/// The variance is that of a mean of -1, 0 and 1: (p10 + p01 - (p10 - p01)^2) / n. McNemar (1947), "Note on the sampling
/// error of the difference between correlated proportions or percentages", doi:10.1007/BF02295996.
pub(crate) fn difference_of_shares(more: &Share, less: &Share) -> Option<Estimate> {
    let (more_share, less_share) = (more.probability()?, less.probability()?);
    let value = more_share - less_share;
    let variance = (more_share + less_share - value * value).max(0.0) / more.n() as f64;
    Some(Estimate { value, se: Some(variance.sqrt()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::seen;

    #[test]
    fn the_error_is_that_of_a_mean_of_signs() {
        let share = |hits: usize| seen(Share::new(), [&vec![1.0; hits][..], &vec![0.0; 1000 - hits][..]]);
        let Estimate { value, se: Some(se) } = difference_of_shares(&share(30), &share(10)).unwrap() else { panic!() };
        // Thirty ones, ten minus ones, the rest 0, by hand.
        let variance = 40.0 / 1000.0 - 0.02f64 * 0.02;
        assert!((value - 0.02).abs() < 1e-15 && (se - (variance / 1000.0).sqrt()).abs() < 1e-15);
        assert_eq!(difference_of_shares(&share(0), &share(0)), Some(Estimate { value: 0.0, se: Some(0.0) }));
        assert_eq!(difference_of_shares(&Share::new(), &Share::new()), None);
    }
}
