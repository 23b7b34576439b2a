//! What each ceiling does to a market over the whole horizon: the rows of `constraints`, drawn together.

use super::{ConstraintRow, Results};
use crate::model::When;
use crate::stats::{Estimate, Share, value};

/// One ceiling over all steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Ceiling<'r> {
    /// Name of the constraint.
    pub constraint: &'r str,
    /// Paths on which it binds in at least one step.
    pub ever: Share,
    /// The step in which it most often binds for the first time, and the share of paths; none where it never binds.
    pub first: Option<(&'r When, f64)>,
    /// The step in which it binds most often, and the share of paths; none where it never binds.
    pub most: Option<(&'r When, f64)>,
    /// Mean demand over all paths that it turns away for good, added up over the steps.
    pub lost: Option<f64>,
    /// Mean demand that it defers, added up: what is deferred twice counts twice.
    pub deferred: Option<f64>,
    /// `lost` as a fraction of all demand after the base, where demand is reported.
    pub lost_share: Option<f64>,
    /// `deferred` as such a fraction.
    pub deferred_share: Option<f64>,
    /// Mean of the market as a fraction of it in the last step.
    pub utilisation: Option<f64>,
}

impl Ceiling<'_> {
    /// Mean demand that it leaves unmet, lost or deferred, added up over the steps.
    pub(crate) fn unmet(&self) -> Option<f64> {
        Some(self.lost? + self.deferred?)
    }

    /// That as a fraction of all demand after the base, where demand is reported.
    pub(crate) fn unmet_share(&self) -> Option<f64> {
        Some(self.lost_share? + self.deferred_share?)
    }
}

/// How often ceilings bind, by step.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Binding<'r> {
    /// Names of the ceilings, in the order of the file.
    pub(crate) names: Vec<&'r str>,
    /// The rows of each step, a ceiling each; the first step first.
    pub(crate) steps: Vec<Vec<&'r ConstraintRow>>,
}

impl<'r> Binding<'r> {
    pub(crate) fn of(rows: &'r [ConstraintRow]) -> Self {
        let mut names: Vec<&str> = Vec::new();
        for row in rows {
            if !names.contains(&row.constraint.as_str()) {
                names.push(&row.constraint);
            }
        }
        let mut sorted: Vec<&ConstraintRow> = rows.iter().collect();
        sorted.sort_by_key(|row| row.when.step);
        let steps = sorted.chunk_by(|a, b| a.when.step == b.when.step).map(<[_]>::to_vec).collect();
        Binding { names, steps }
    }

    /// Share of the paths on which a ceiling binds in a step; none where it is not known.
    pub(crate) fn share(step: &[&ConstraintRow], name: &str) -> Option<f64> {
        step.iter().find(|row| row.constraint == name).and_then(|row| row.binding.probability())
    }

    /// Share of the paths on which any ceiling binds in a step: one at most binds on a path. None where it is not known.
    pub(crate) fn any(step: &[&ConstraintRow]) -> Option<f64> {
        step.iter().map(|row| row.binding.probability()).sum()
    }
}

/// The ceilings of a scenario, the most harmful first: by demand lost, then by demand deferred (each without bound where
/// its mean does not exist), then by how often they ever bind; ceilings that do the same harm stay in the order of the file.
pub fn ceilings(results: &Results) -> Vec<Ceiling<'_>> {
    let mut rows: Vec<&ConstraintRow> = results.constraints.iter().collect();
    // Stable, so that the steps of a ceiling stay in their order.
    rows.sort_by_key(|row| results.constraints.iter().position(|first| first.constraint == row.constraint));
    let demand = demand(results);
    let mut ceilings: Vec<Ceiling<'_>> =
        rows.chunk_by(|a, b| a.constraint == b.constraint).map(|rows| ceiling(rows, demand)).collect();
    // An amount that has no mean, as where a ceiling is minus infinity, is no small one.
    let amount = |ceiling: &Ceiling<'_>, amount: Option<f64>| match amount {
        Some(amount) => amount,
        None if ceiling.ever.hits() > 0 => f64::INFINITY,
        None => 0.0,
    };
    let harm = |ceiling: &Ceiling<'_>| {
        let ever = ceiling.ever.probability().unwrap_or(0.0);
        [amount(ceiling, ceiling.lost), amount(ceiling, ceiling.deferred), ever]
    };
    ceilings.sort_by(|a, b| {
        let [a, b] = [harm(a), harm(b)];
        a.iter().zip(&b).map(|(a, b)| b.total_cmp(a)).find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
    });
    ceilings
}

/// The ceiling that does the most harm, if any of them ever binds.
pub fn tightest(results: &Results) -> Option<Ceiling<'_>> {
    ceilings(results).into_iter().find(|ceiling| ceiling.ever.hits() > 0)
}

fn ceiling<'r>(rows: &[&'r ConstraintRow], demand: Option<f64>) -> Ceiling<'r> {
    let last = rows[rows.len() - 1];
    let total =
        |of: fn(&ConstraintRow) -> &Option<Estimate>| rows.iter().map(|row| value(of(row))).sum::<Option<f64>>();
    // On every path one first time at most, so the counts add up.
    let ever = rows.iter().rev().map(|row| row.first).reduce(Share::or).unwrap_or(last.first);
    let (lost, deferred) = (total(|row| &row.lost), total(|row| &row.deferred));
    let of_demand = |part: Option<f64>| Some(part? / demand?);
    Ceiling {
        constraint: &last.constraint,
        ever,
        first: peak(rows, |row| row.first.probability()),
        most: peak(rows, |row| row.binding.probability()),
        lost,
        deferred,
        lost_share: of_demand(lost),
        deferred_share: of_demand(deferred),
        utilisation: value(&last.utilisation),
    }
}

/// The step in which a share is largest, the earliest of several; none where it is 0 in all.
fn peak<'r>(rows: &[&'r ConstraintRow], of: fn(&ConstraintRow) -> Option<f64>) -> Option<(&'r When, f64)> {
    let mut peak: Option<(&When, f64)> = None;
    for row in rows {
        if let Some(share) = of(row)
            && share > peak.map_or(0.0, |(_, largest)| largest)
        {
            peak = Some((&row.when, share));
        }
    }
    peak
}

/// Mean demand over all paths, added up over the steps after the base; none where it is not reported.
fn demand(results: &Results) -> Option<f64> {
    let rows = results.bands.iter().filter(|band| band.subject.output == "demand" && band.subject.segment.is_none());
    let means: Vec<Option<f64>> =
        rows.filter(|band| band.subject.when.step > 0).map(|band| value(&band.mean)).collect();
    let sum = means.iter().copied().sum::<Option<f64>>()?;
    (sum > 0.0).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::example::{constant, exactly, results, share, when};

    /// A ceiling with its shares of first and of any binding, and what is lost, by step.
    type Steps<'a> = (&'a str, &'a [(f64, f64, f64)]);

    fn with(steps: &[Steps<'_>]) -> Results {
        let mut results = results();
        let rows = |(name, steps): &Steps<'_>| -> Vec<ConstraintRow> {
            let row = |(index, (first, binding, lost)): (usize, &(f64, f64, f64))| ConstraintRow {
                constraint: (*name).into(),
                when: when(index + 1),
                first: share(*first),
                binding: share(*binding),
                lost: exactly(*lost),
                deferred: exactly(2.0 * lost),
                utilisation: exactly(0.5 + 0.1 * index as f64),
                ..results.constraints[0].clone()
            };
            steps.iter().enumerate().map(row).collect()
        };
        results.constraints = steps.iter().flat_map(rows).collect();
        results
    }

    #[test]
    fn steps_are_drawn_together() {
        let mut results = with(&[("power", &[(0.1, 0.1, 0.5), (0.3, 0.35, 1.0), (0.2, 0.5, 0.25)])]);
        results.bands = (0..4).map(|step| constant("demand", None, step, 10.0 * step as f64, 3)).collect();
        let found = ceilings(&results);
        let [power] = &found[..] else { panic!("one ceiling: {found:?}") };
        assert_eq!((power.ever.hits(), power.ever.n()), (600, 1000));
        assert_eq!(power.first.map(|(when, share)| (when.step, share)), Some((2, 0.3)));
        assert_eq!(power.most.map(|(when, share)| (when.step, share)), Some((3, 0.5)));
        assert_eq!((power.lost, power.deferred), (Some(1.75), Some(3.5)));
        // Of 10 + 20 + 30: the base counts for nothing.
        assert_eq!((power.lost_share, power.deferred_share), (Some(1.75 / 60.0), Some(3.5 / 60.0)));
        assert_eq!(power.utilisation, Some(0.7));
    }

    #[test]
    fn the_most_harmful_comes_first() {
        let results = with(&[
            ("never", &[(0.0, 0.0, 0.0), (0.0, 0.0, 0.0)]),
            ("often", &[(0.5, 0.5, 0.1), (0.1, 0.5, 0.1)]),
            ("hard", &[(0.0, 0.0, 0.0), (0.1, 0.1, 3.0)]),
        ]);
        let found = ceilings(&results);
        assert_eq!(found.iter().map(|ceiling| ceiling.constraint).collect::<Vec<_>>(), ["hard", "often", "never"]);
        assert_eq!((found[2].first, found[2].most), (None, None));
        assert_eq!(found[0].lost_share, None, "demand is not reported");
        assert_eq!(tightest(&results).map(|ceiling| ceiling.constraint), Some("hard"));
        assert_eq!(tightest(&with(&[("never", &[(0.0, 0.0, 0.0)])])), None);
    }
}
