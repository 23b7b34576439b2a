//! How far a quantile moves between two scenarios, with an error that knows that both saw the same draws.

use crate::kernel::Binary;
use crate::program::Term;
use crate::stats::Estimate;

/// Standard errors beyond which medians count as parted.
pub(super) const PARTED: f64 = 3.0;

/// 1 where both sides are at or below the given values.
pub(crate) fn both_below(a: (&Term, f64), b: (&Term, f64)) -> Term {
    let below = |(side, x): (&Term, f64)| Term::binary(Binary::LessEqual, side.clone(), Term::Number(x));
    Term::binary(Binary::And, below(a), below(b))
}

/// The move of the p-quantile from a to b; `both` is the share of paths on which both are at or below their own.
pub(crate) fn quantile(a: Option<Estimate>, b: Option<Estimate>, p: f64, both: f64) -> Option<Estimate> {
    let (a, b) = (a?, b?);
    Some(Estimate { value: b.value - a.value, se: Some(paired_error(a.se?, b.se?, p, both)) })
}

/// Standard error of the difference of two p-quantiles from the errors of each.
///
/// By Bahadur (1966), a quantile's error is that of the share of paths at or below it, divided by the density there; so the
/// errors of the two are correlated as the two indicators are.
fn paired_error(a: f64, b: f64, p: f64, both: f64) -> f64 {
    let correlation = ((both - p * p) / (p * (1.0 - p))).clamp(-1.0, 1.0);
    (a * a + b * b - 2.0 * correlation * a * b).max(0.0).sqrt()
}

#[cfg(test)]
mod tests {
    use super::paired_error;

    #[test]
    fn pairing_takes_out_what_both_share() {
        assert!((paired_error(3.0, 4.0, 0.5, 0.25) - 5.0).abs() < 1e-15, "independent");
        assert_eq!(paired_error(3.0, 4.0, 0.5, 0.5), 1.0, "the same paths below");
        assert_eq!(paired_error(3.0, 4.0, 0.5, 0.0), 7.0, "opposite ones");
        assert_eq!(paired_error(2.0, 2.0, 0.05, 0.0501), 0.0, "rounding of ranks");
    }
}
