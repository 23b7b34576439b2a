//! What a run and its replicates say, and the errors that follow from how the replicates differ.

use super::{Estimate, Share};

/// Something read of a run: of all its paths together, and of each of its replicates, where it has any.
///
/// Replicates are independent samples of the same size and law. The paths within one are not independent of each other, so
/// the formulas for independent paths do not hold there, and the standard error of an estimate is that of the mean of the
/// replicates' own estimates: their standard deviation over the root of their number. It does not exist for one replicate.
#[derive(Clone, Debug)]
pub(crate) struct Replicated<T> {
    /// Of all paths, with the errors of independent ones.
    pub(crate) pooled: T,
    /// By replicate; none where paths are independent.
    pub(crate) each: Option<Vec<T>>,
}

/// A number of a result that has a standard error.
#[derive(Debug)]
pub(crate) enum Figure<'f> {
    /// A statistic that may not exist.
    Estimate(&'f mut Option<Estimate>),
    /// A share of paths.
    Share(&'f mut Share),
}

/// What has figures: always as many and in the same order, whatever paths it is read of.
pub(crate) trait Figures {
    /// Shows every figure.
    fn figures(&mut self, visit: &mut dyn FnMut(Figure<'_>));
}

impl Figures for Option<Estimate> {
    fn figures(&mut self, visit: &mut dyn FnMut(Figure<'_>)) {
        visit(Figure::Estimate(self));
    }
}

impl Figures for Share {
    fn figures(&mut self, visit: &mut dyn FnMut(Figure<'_>)) {
        visit(Figure::Share(self));
    }
}

impl<F: Figures> Figures for Vec<F> {
    fn figures(&mut self, visit: &mut dyn FnMut(Figure<'_>)) {
        self.iter_mut().for_each(|item| item.figures(visit));
    }
}

impl<T> Replicated<T> {
    /// What is read of each.
    pub(crate) fn map<'r, U>(&'r self, read: impl Fn(&'r T) -> U) -> Replicated<U> {
        let pooled = read(&self.pooled);
        Replicated { pooled, each: self.each.as_ref().map(|each| each.iter().map(read).collect()) }
    }

    /// Each with its counterpart.
    ///
    /// # Panics
    ///
    /// When the other has other replicates.
    pub(crate) fn zip<U>(self, other: Replicated<U>) -> Replicated<(T, U)> {
        let each = self.each.zip(other.each).map(|(each, other)| {
            assert_eq!(each.len(), other.len(), "runs on the same random numbers have the same replicates");
            each.into_iter().zip(other).collect()
        });
        Replicated { pooled: (self.pooled, other.pooled), each }
    }
}

impl<T: Figures> Replicated<T> {
    /// What all paths say, with the errors that follow from the replicates, where there are any.
    pub(crate) fn combined(self) -> T {
        let Replicated { mut pooled, each: Some(mut each) } = self else { return self.pooled };
        let read = |replicate: &mut T| {
            let mut values = Vec::new();
            replicate.figures(&mut |figure| {
                values.push(match figure {
                    Figure::Estimate(estimate) => estimate.map(|estimate| estimate.value),
                    Figure::Share(share) => share.probability(),
                });
            });
            values
        };
        let values: Vec<Vec<Option<f64>>> = each.iter_mut().map(read).collect();
        let mut next = 0;
        pooled.figures(&mut |figure| {
            let se = standard_error(values.iter().map(|values| values[next]));
            next += 1;
            match figure {
                Figure::Estimate(Some(estimate)) => estimate.se = se,
                Figure::Estimate(None) => {}
                Figure::Share(share) => *share = share.with_error(se, values.len() as u64 - 1),
            }
        });
        pooled
    }
}

/// The standard error of the mean of these values; none of fewer than two, and where a replicate has no value.
fn standard_error(values: impl Iterator<Item = Option<f64>> + Clone) -> Option<f64> {
    let n = values.clone().count() as f64;
    let mean = values.clone().sum::<Option<f64>>()? / n;
    let squares = values.map(|value| value.map(|x| (x - mean) * (x - mean))).sum::<Option<f64>>()?;
    (n > 1.0).then(|| (squares / (n - 1.0) / n).sqrt()).filter(|se| se.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(value: f64) -> Option<Estimate> {
        Some(Estimate { value, se: Some(9.0) })
    }

    #[test]
    fn errors_are_those_of_a_mean_of_replicates() {
        let run = Replicated { pooled: estimate(2.5), each: Some(vec![estimate(1.0), estimate(2.0), estimate(6.0)]) };
        // Mean 3, deviations -2, -1 and 3: variance 7, over 3.
        assert_eq!(run.combined(), Some(Estimate { value: 2.5, se: Some((7.0f64 / 3.0).sqrt()) }));
    }

    #[test]
    fn one_replicate_has_no_error_and_independent_paths_keep_theirs() {
        let one = Replicated { pooled: estimate(2.0), each: Some(vec![estimate(2.0)]) };
        assert_eq!(one.combined(), Some(Estimate { value: 2.0, se: None }));
        let none = Replicated { pooled: estimate(2.0), each: None };
        assert_eq!(none.combined(), estimate(2.0));
        let absent = Replicated { pooled: estimate(2.0), each: Some(vec![estimate(2.0), None]) };
        assert_eq!(absent.combined(), Some(Estimate { value: 2.0, se: None }));
    }

    #[test]
    fn shares_have_students_interval() {
        let replicates = [30, 34, 32].map(|hits| Share::of(hits, 100, 0));
        let share = Replicated { pooled: Share::of(96, 300, 0), each: Some(replicates.to_vec()) }.combined();
        // Deviations -2, 2 and 0 of a hundred: standard deviation 0.02, over the root of 3; t of 2 degrees is 4.302653.
        let se = 0.02 / 3f64.sqrt();
        assert!((share.standard_error().unwrap() - se).abs() < 1e-15);
        let (low, high) = share.interval().unwrap();
        assert!((low - (0.32 - 4.302_653 * se)).abs() < 1e-6 && (high - (0.32 + 4.302_653 * se)).abs() < 1e-6);
        let single = Replicated { pooled: Share::of(3, 9, 0), each: Some(vec![Share::of(3, 9, 0)]) }.combined();
        assert_eq!((single.standard_error(), single.interval()), (None, None));
    }

    #[test]
    fn a_share_without_hits_keeps_the_bound_of_independent_paths() {
        let never = Share::of(0, 100, 0);
        let share = Replicated { pooled: Share::of(0, 200, 0), each: Some(vec![never, never]) }.combined();
        assert_eq!(share.interval(), Share::of(0, 200, 0).wilson());
    }
}
