//! The law `quantiles`: a metalog through given points, with a bound on neither, one or both sides.

use super::{
    Checked, Entry, Family, Law, Metalog, Outer, Parts, check_quantiles, quantile_name, require, require_else,
};
use std::borrow::Cow;

/// A bound on one side, if there is one.
type Bound<P> = Option<Entry<P>>;

/// The law with each quantile and bound that is a parameter replaced, given its name: `p10`, `low`.
pub(super) fn try_map<'p, P, Q, E>(
    at: &'p [(f64, Entry<P>)],
    (low, high): (&'p Bound<P>, &'p Bound<P>),
    replace: &mut impl FnMut(Cow<'static, str>, &'p P) -> Result<Q, E>,
) -> Result<Law<Q>, E> {
    let quantiles =
        at.iter().map(|(p, value)| Ok((*p, value.try_map(|value| replace(quantile_name(*p).into(), value))?)));
    let at = quantiles.collect::<Result<_, E>>()?;
    let mut bound = |name: &'static str, bound: &'p Bound<P>| {
        bound.as_ref().map(|bound| bound.try_map(|bound| replace(name.into(), bound))).transpose()
    };
    Ok(Law::Metalog { at, low: bound("low", low)?, high: bound("high", high)? })
}

/// The points as numbers.
fn points(at: &[(f64, Entry<f64>)]) -> Vec<(f64, f64)> {
    at.iter().map(|&(p, value)| (p, value.value())).collect()
}

pub(super) fn check(at: &[(f64, Entry<f64>)], low: Bound<f64>, high: Bound<f64>) -> Checked {
    let (at, low, high) = (&points(at)[..], low.map(Entry::value), high.map(Entry::value));
    require(at.len() >= 2, "quantiles", at.len() as f64, "at least two quantiles")?;
    if let Some(&(p, value)) = at.iter().find(|(_, value)| !value.is_finite()) {
        require(false, quantile_name(p), value, "a finite number")?;
    }
    check_quantiles(at)?;
    let ((first, least), (_, most)) = (at[0], at[at.len() - 1]);
    if let Some(low) = low {
        require(low.is_finite(), "low", low, "a finite number")?;
        require_else(low < least, "low", low, || format!("below {} ({least})", quantile_name(first)))?;
    }
    if let Some(high) = high {
        require(high.is_finite(), "high", high, "a finite number")?;
        require_else(high > most, "high", high, || format!("above the last quantile ({most})"))?;
    }
    match metalog(at, outer(low, high)).map_or(Some(f64::NAN), |metalog| metalog.infeasible_at()) {
        None => Ok(()),
        Some(p) => require(
            false,
            "quantiles",
            p,
            "quantiles that a metalog can run through: its density is not positive at this probability; \
             drop or move the quantile nearest to it",
        ),
    }
}

pub(super) fn parts(at: &[(f64, Entry<f64>)], low: Bound<f64>, high: Bound<f64>) -> Parts {
    let outer = outer(low.map(Entry::value), high.map(Entry::value));
    let metalog =
        metalog(&points(at), outer).map(|metalog| Parts::smooth(Family::Metalog(metalog.into()), 0.0, 1.0, outer));
    metalog.unwrap_or_default()
}

/// The metalog of what the outer function takes; none if its terms cannot be solved for.
fn metalog(at: &[(f64, f64)], outer: Outer) -> Option<Metalog> {
    Metalog::through(&at.iter().map(|&(p, value)| (p, outer.invert(value))).collect::<Vec<_>>())
}

fn outer(low: Option<f64>, high: Option<f64>) -> Outer {
    match (low, high) {
        (None, None) => Outer::Identity,
        (Some(low), None) => Outer::Exp { low },
        (None, Some(high)) => Outer::ExpBelow { high },
        (Some(low), Some(high)) => Outer::Logit { low, high },
    }
}
