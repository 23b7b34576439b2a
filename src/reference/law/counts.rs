//! Laws of counts, by search on what lies at or below a count.

use crate::reference::special::{Split, gamma_split};

/// A Poisson at or below a whole number: P(N <= k) is the upper tail of a gamma of shape k + 1 at the mean.
pub(super) fn poisson_split(mean: f64, k: f64) -> Split {
    if k < 0.0 {
        return Split::NONE;
    }
    if k == f64::INFINITY || mean == 0.0 {
        return Split::ALL;
    }
    let Split { below, above } = gamma_split(k + 1.0, mean);
    Split { below: above, above: below }
}

pub(super) fn poisson_quantile(mean: f64, level: Split) -> f64 {
    if mean == 0.0 {
        return 0.0;
    }
    count_quantile(f64::INFINITY, level, |k| poisson_split(mean, k))
}

/// The smallest count whose split reaches the level; `most` is the largest count there is.
pub(super) fn count_quantile(most: f64, level: Split, split: impl Fn(f64) -> Split) -> f64 {
    if level.above == 0.0 {
        return most;
    }
    let reached = |k: f64| split(k).reaches(level);
    let (mut low, mut high) = (-1.0, most.min(1.0));
    while high < most && !reached(high) {
        low = high;
        high = (2.0 * high + 1.0).min(most);
    }
    while high - low > 1.0 {
        let middle = (0.5 * (low + high)).floor();
        if reached(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}
