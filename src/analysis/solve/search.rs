//! Where a simulated curve meets a value, and how far the simulation's error lets that place lie.
//!
//! All points of the curve share their random numbers, so it is as smooth as what it estimates. At the true place the
//! 95 % interval of the statistic holds the value in 95 of 100 simulations; so the places whose intervals hold it are a 95 %
//! interval of the place (inversion of a test; Fieller 1954, "Some problems in interval estimation", does so for a ratio).

use super::{Goal, Relation};
use crate::analysis::query::Answer;
use crate::results::LOOK;
use crate::results::{CurvePoint, Solved, Unsolved};
use crate::stats::Estimate;

/// A turn of the curve counts beyond this many standard errors of the difference of two independent points, which is more
/// than that of two points with the same random numbers.
const TURN: f64 = 3.0;
/// A root is near enough within this part of the statistic's standard error.
const NEAR: f64 = 0.01;
/// A root is near enough within this part of the range, where the statistic has an error: a share of few paths has steps,
/// none of which need be near the value.
const NARROW: f64 = 1e-5;
/// The same where it has none.
const EXACT: f64 = 1e-9;
/// Most steps of one root: bisection alone needs 30.
const STEPS: usize = 90;

/// A curve that is simulated where it is asked for.
pub(super) struct Curve<F> {
    evaluate: F,
    /// Half of a 95 % interval in standard errors.
    half_width: f64,
    /// The points so far, in ascending order.
    pub(super) points: Vec<CurvePoint>,
}

impl<E, F: FnMut(f64) -> Result<Answer, E>> Curve<F> {
    /// A curve with the points of the first look. A 95 % interval is as many standard errors to each side as `half_width`.
    pub(super) fn look(evaluate: F, half_width: f64, (low, high): (f64, f64)) -> Result<Self, E> {
        let mut curve = Curve { evaluate, half_width, points: Vec::new() };
        for place in 0..LOOK {
            let share = place as f64 / (LOOK - 1) as f64;
            // The ends themselves, whatever rounding does between them.
            let at = if place + 1 == LOOK { high } else { low * (1.0 - share) + high * share };
            curve.at(at)?;
        }
        Ok(curve)
    }

    /// The point at a place.
    fn at(&mut self, at: f64) -> Result<CurvePoint, E> {
        let place = self.points.partition_point(|point| point.at < at);
        if let Some(known) = self.points.get(place).filter(|point| point.at == at) {
            return Ok(*known);
        }
        let answer = (self.evaluate)(at)?;
        let point = CurvePoint { at, value: answer.estimate, interval: interval(&answer, self.half_width) };
        self.points.insert(place, point);
        Ok(point)
    }

    /// Where a height of the curve less the target changes its sign between two places, by the Illinois method: regula
    /// falsi that halves the height of an end that stays (Dowell and Jarratt 1971, doi:10.1007/BF01934364), and bisection
    /// where that does not halve the bracket.
    fn root(&mut self, (a, b): (f64, f64), height: impl Fn(&CurvePoint) -> Option<f64>) -> Result<f64, E> {
        let (mut low, mut high) = (a, b);
        let (Some(mut f_low), Some(mut f_high)) = (height(&self.at(a)?), height(&self.at(b)?)) else { return Ok(b) };
        let width = (b - a).abs();
        let mut last_side = 0;
        let mut narrow = EXACT;
        for step in 0..STEPS {
            if f_low == 0.0 {
                return Ok(low);
            }
            if f_high == 0.0 {
                return Ok(high);
            }
            let secant = low + (high - low) * f_low / (f_low - f_high);
            let middle = low + (high - low) / 2.0;
            let at =
                if step % 3 == 2 || !secant.is_finite() || secant <= low || secant >= high { middle } else { secant };
            if high - low <= narrow * width || at <= low || at >= high {
                break;
            }
            let point = self.at(at)?;
            let Some(here) = height(&point) else { break };
            let error = point.value.and_then(|value| value.se).unwrap_or(0.0);
            narrow = if error > 0.0 { NARROW } else { EXACT };
            if here.abs() <= NEAR * error {
                return Ok(at);
            }
            if (here > 0.0) == (f_low > 0.0) {
                (low, f_low) = (at, here);
                f_high /= if last_side == 1 { 2.0 } else { 1.0 };
                last_side = 1;
            } else {
                (high, f_high) = (at, here);
                f_low /= if last_side == -1 { 2.0 } else { 1.0 };
                last_side = -1;
            }
        }
        Ok(low + (high - low) / 2.0)
    }
}

/// The 95 % interval of a statistic: its own, or by its standard error; none where that is unknown.
fn interval(answer: &Answer, half_width: f64) -> Option<(f64, f64)> {
    let by_error = |estimate: Estimate| {
        let half = half_width * estimate.se?;
        Some((estimate.value - half, estimate.value + half))
    };
    answer.interval.or_else(|| by_error(answer.estimate?))
}

/// Where the curve meets the target of a goal.
///
/// # Errors
///
/// What a simulation returns.
pub(super) fn meet<E, F: FnMut(f64) -> Result<Answer, E>>(goal: &Goal, curve: &mut Curve<F>) -> Result<Solved, E> {
    let look: Vec<CurvePoint> = curve.points.clone();
    let values: Vec<(f64, f64)> = look.iter().filter_map(|point| Some((point.at, point.value?.value))).collect();
    let attained = values.iter().fold(None, |range: Option<(f64, f64)>, (_, value)| {
        Some(range.map_or((*value, *value), |(low, high)| (low.min(*value), high.max(*value))))
    });
    let nothing = |reason: Option<Unsolved>| Solved { attained, reason, ..Solved::default() };
    if values.len() < look.len() {
        return Ok(nothing(Some(Unsolved::Absent)));
    }
    if goal.relation != Relation::Equal && values.iter().all(|(_, value)| goal.holds(*value)) {
        return Ok(nothing(None));
    }
    let over = |value: f64| value - goal.target;
    let crossings: Vec<(f64, f64)> = values
        .windows(2)
        .filter(|pair| (over(pair[0].1) >= 0.0) != (over(pair[1].1) >= 0.0))
        .map(|pair| (pair[0].0, pair[1].0))
        .collect();
    if turns(&look) {
        return Ok(nothing(Some(Unsolved::NotMonotone { crossings })));
    }
    // At an end of a falling curve the value may be met without a change of sign.
    let at_an_end = values.iter().find(|(_, value)| over(*value) == 0.0).map(|(at, _)| *at);
    let Some(value) = (match (crossings.first(), at_an_end) {
        (Some(bracket), _) => {
            // Several crossings that are no turn are noise around one place, between the outermost of them.
            let last = crossings.last().filter(|_| crossings.len() % 2 == 1);
            let bracket = (bracket.0, last.map_or(bracket.1, |last| last.1));
            Some(curve.root(bracket, |point| Some(over(point.value?.value)))?)
        }
        (None, end) => end,
    }) else {
        return Ok(nothing(Some(Unsolved::OutOfReach)));
    };
    if look.iter().any(|point| point.interval.is_none()) {
        return Ok(Solved { value: Some(value), ..nothing(None) });
    }
    let rises = values[values.len() - 1].1 >= values[0].1;
    let upper = |point: &CurvePoint| Some(over(point.interval?.1));
    let lower = |point: &CurvePoint| Some(over(point.interval?.0));
    // A rising curve may have met the value where its upper end first does, and at the latest where its lower end does.
    let (low, high) = match rises {
        true => (first_change(curve, &look, upper)?, last_change(curve, &look, lower)?),
        false => (first_change(curve, &look, lower)?, last_change(curve, &look, upper)?),
    };
    Ok(Solved { value: Some(value), low: Some(low.min(value)), high: Some(high.max(value)), attained, reason: None })
}

/// Whether the curve turns by more than chance: up and down again, or down and up again.
fn turns(look: &[CurvePoint]) -> bool {
    let is_more = |a: &CurvePoint, b: &CurvePoint| {
        let (Some(a), Some(b)) = (a.value, b.value) else { return false };
        let error = a.se.unwrap_or(0.0).hypot(b.se.unwrap_or(0.0));
        b.value - a.value > TURN * error && b.value > a.value
    };
    let any = |points: &[CurvePoint], of: &dyn Fn(&CurvePoint) -> bool| points.iter().any(of);
    (1..look.len().saturating_sub(1)).any(|place| {
        let (before, here, after) = (&look[..place], &look[place], &look[place + 1..]);
        let peak = any(before, &|point| is_more(point, here)) && any(after, &|point| is_more(point, here));
        let valley = any(before, &|point| is_more(here, point)) && any(after, &|point| is_more(here, point));
        peak || valley
    })
}

/// The first place at which a height is no longer on the side on which it begins; the beginning where it never is.
fn first_change<E, F: FnMut(f64) -> Result<Answer, E>>(
    curve: &mut Curve<F>,
    look: &[CurvePoint],
    height: impl Fn(&CurvePoint) -> Option<f64>,
) -> Result<f64, E> {
    let begins = height(&look[0]).is_some_and(|height| height < 0.0);
    let expected = rising(look, &height);
    if begins != expected {
        return Ok(look[0].at);
    }
    let change = look.windows(2).find(|pair| height(&pair[1]).is_some_and(|height| (height < 0.0) != begins));
    match change {
        Some(pair) => curve.root((pair[0].at, pair[1].at), height),
        None => Ok(look[look.len() - 1].at),
    }
}

/// The last place at which a height is not yet on the side on which it ends; the end where it always is.
fn last_change<E, F: FnMut(f64) -> Result<Answer, E>>(
    curve: &mut Curve<F>,
    look: &[CurvePoint],
    height: impl Fn(&CurvePoint) -> Option<f64>,
) -> Result<f64, E> {
    let last = look.len() - 1;
    let ends = height(&look[last]).is_some_and(|height| height < 0.0);
    let expected = !rising(look, &height);
    if ends != expected {
        return Ok(look[last].at);
    }
    let change = look.windows(2).rev().find(|pair| height(&pair[0]).is_some_and(|height| (height < 0.0) != ends));
    match change {
        Some(pair) => curve.root((pair[0].at, pair[1].at), height),
        None => Ok(look[0].at),
    }
}

fn rising(look: &[CurvePoint], height: &impl Fn(&CurvePoint) -> Option<f64>) -> bool {
    height(&look[look.len() - 1]) >= height(&look[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Z95;

    fn solved(goal: &str, range: (f64, f64), f: impl Fn(f64) -> f64, se: f64) -> (Solved, usize) {
        let mut runs = 0;
        let evaluate = |x: f64| {
            runs += 1;
            Ok::<_, ()>(Answer::from(Some(Estimate { value: f(x), se: Some(se) })))
        };
        let mut curve = Curve::look(evaluate, Z95, range).expect("never fails");
        let solved = meet(&goal.parse().expect("a goal"), &mut curve).expect("never fails");
        (solved, runs)
    }

    #[test]
    fn the_place_and_its_interval_are_those_of_the_inverse() {
        let (up, runs) = solved("mean(y) = 8", (0.0, 3.0), |x| x.powi(3), 0.1);
        let value = up.value.expect("8 is reached");
        assert!((value - 2.0).abs() < 1e-3, "{value}");
        for (end, expected) in [(up.low, (8.0 - Z95 * 0.1f64).cbrt()), (up.high, (8.0 + Z95 * 0.1f64).cbrt())] {
            assert!((end.expect("inside the range") - expected).abs() < 1e-3, "{end:?} {expected}");
        }
        assert!(runs < 40, "{runs}");
        let (down, _) = solved("mean(y) = -1", (-1.0, 5.0), |x| -x, 0.2);
        let ends = [down.low, down.value, down.high].map(|end| end.expect("inside the range"));
        for (end, expected) in ends.iter().zip([1.0 - Z95 * 0.2, 1.0, 1.0 + Z95 * 0.2]) {
            assert!((end - expected).abs() < 2e-3, "{ends:?}");
        }
    }

    #[test]
    fn where_the_error_is_unknown_there_is_no_interval() {
        let evaluate = |x: f64| Ok::<_, ()>(Answer::from(Some(Estimate { value: x, se: None })));
        let mut curve = Curve::look(evaluate, Z95, (0.0, 1.0)).expect("never fails");
        let solved = meet(&"mean(y) = 0.25".parse().expect("a goal"), &mut curve).expect("never fails");
        assert_eq!((solved.value, solved.low, solved.high, solved.reason), (Some(0.25), None, None, None));
    }

    #[test]
    fn without_error_the_interval_is_a_point() {
        let (exact, runs) = solved("mean(y) = 2", (0.0, 9.0), f64::sqrt, 0.0);
        assert!(exact.value.is_some_and(|value| (value - 4.0).abs() < 1e-6), "{exact:?}");
        assert!(
            exact.high.zip(exact.low).is_some_and(|(high, low)| high - low < 1e-6) && runs < 120,
            "{exact:?} {runs}"
        );
    }

    #[test]
    fn a_bound_begins_where_the_value_is_met_and_may_hold_everywhere() {
        let bound = |goal: &str| solved(goal, (0.0, 1.0), |x| 2.0 * x, 0.0).0;
        assert!(bound("mean(y) >= 1").value.is_some_and(|value| (value - 0.5).abs() < 1e-6));
        assert!(bound("mean(y) <= 1").value.is_some_and(|value| (value - 0.5).abs() < 1e-6));
        let everywhere = bound("mean(y) >= -1");
        assert_eq!((everywhere.value, everywhere.reason, everywhere.attained), (None, None, Some((0.0, 2.0))));
        assert_eq!(bound("mean(y) <= -1").reason, Some(Unsolved::OutOfReach), "it holds nowhere");
    }

    #[test]
    fn what_is_not_reached_or_turns_is_told() {
        let (far, _) = solved("mean(y) = 5", (0.0, 1.0), |x| x, 0.01);
        assert_eq!((far.reason, far.attained), (Some(Unsolved::OutOfReach), Some((0.0, 1.0))));
        let (arch, _) = solved("mean(y) = 0.5", (0.0, 4.0), |x| x * (4.0 - x) / 4.0, 0.01);
        let Some(Unsolved::NotMonotone { crossings }) = arch.reason else { panic!("{arch:?}") };
        assert_eq!(crossings, [(0.5, 0.75), (3.25, 3.5)]);
        let (noisy, _) = solved("mean(y) = 0.5", (0.0, 1.0), |x| x + 0.01 * (40.0 * x).sin(), 0.05);
        assert!(noisy.value.is_some(), "a turn within the error is none: {noisy:?}");
        let (flat, _) = solved("mean(y) = 0.5", (0.0, 1.0), |_| 0.5, 0.05);
        assert_eq!((flat.value, flat.low, flat.high), (Some(0.0), Some(0.0), Some(1.0)), "any place does");
        let (end, _) = solved("mean(y) = 0", (0.0, 1.0), |x| -x, 0.0);
        assert_eq!(end.value, Some(0.0));
    }
}
