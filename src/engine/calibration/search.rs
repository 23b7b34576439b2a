//! Finds the root of a function that goes one way and costs a simulation a value.

use super::CalibrationError;

/// Relative distance from the target at which the search stops.
const TOLERANCE: f64 = 1e-3;
/// The parameter is looked for between minus and plus this.
const WIDEST: f64 = 64.0;

/// A search for the parameter at which the market of a step meets its target.
pub(super) struct Search<'s> {
    pub(super) step: usize,
    pub(super) target: f64,
    /// How far the market is above its target, by the parameter.
    pub(super) miss: &'s dyn Fn(f64) -> Result<f64, CalibrationError>,
}

/// A parameter and the miss there.
type Point = (f64, f64);

impl Search<'_> {
    /// The root, looked for around a guess, and the slope there.
    pub(super) fn root(&self, guess: f64) -> Result<(f64, f64), CalibrationError> {
        let bracket = self.bracket(guess)?;
        self.narrow(bracket)
    }

    /// Two parameters whose misses differ in sign: goes from the guess towards the target in growing strides.
    fn bracket(&self, guess: f64) -> Result<[Point; 2], CalibrationError> {
        let miss = self.miss;
        let start = (guess, miss(guess)?);
        let probe = (guess + 0.02, miss(guess + 0.02)?);
        if start.1 == 0.0 || probe.1 == 0.0 || (start.1 < 0.0) != (probe.1 < 0.0) {
            return Ok([start, probe]);
        }
        let below = start.1 < 0.0;
        // Upwards when the parameter raises the market and it is too small, or the other way round. Where the response
        // is flat at the guess, growth upwards is what raises a market that is too small.
        let upwards = if probe.1 == start.1 { below } else { (probe.1 > start.1) == below };
        let (mut near, mut nearest) = if upwards { (probe, probe) } else { (start, start) };
        let mut stride = if upwards { 0.05 } else { -0.05 };
        while (near.0 + stride).abs() <= WIDEST {
            let next = (near.0 + stride, miss(near.0 + stride)?);
            if (next.1 < 0.0) != below {
                return Ok([near, next]);
            }
            if next.1.abs() > near.1.abs() * (1.0 + 1e-9) {
                return Err(CalibrationError::NotMonotone { step: self.step });
            }
            if next.1.abs() < nearest.1.abs() {
                nearest = next;
            }
            near = next;
            stride *= 2.0;
        }
        let Search { step, target, .. } = *self;
        Err(CalibrationError::Unreachable { step, target, nearest: target + nearest.1 })
    }

    /// Regula falsi with the Illinois weight.
    fn narrow(&self, [mut a, mut b]: [Point; 2]) -> Result<(f64, f64), CalibrationError> {
        let miss = self.miss;
        let (mut weight_a, mut weight_b) = (1.0, 1.0);
        for _ in 0..60 {
            let (fa, fb) = (weight_a * a.1, weight_b * b.1);
            let x = if fa == fb { 0.5 * (a.0 + b.0) } else { (a.0 * fb - b.0 * fa) / (fb - fa) };
            let c = (x, miss(x)?);
            let done = c.1.abs() <= TOLERANCE * self.target.abs() || (b.0 - a.0).abs() < 1e-12;
            if (c.1 < 0.0) == (a.1 < 0.0) {
                (a, weight_a, weight_b) = (c, 1.0, 0.5 * weight_b);
            } else {
                (b, weight_b, weight_a) = (c, 1.0, 0.5 * weight_a);
            }
            if done {
                break;
            }
        }
        let root = if a.1.abs() < b.1.abs() { a } else { b };
        let wide = 1e-3;
        let slope = (miss(root.0 + wide)? - miss(root.0 - wide)?) / (2.0 * wide);
        if slope == 0.0 || !slope.is_finite() {
            return Err(CalibrationError::NotMonotone { step: self.step });
        }
        Ok((root.0, slope))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(target: f64, guess: f64, of: impl Fn(f64) -> f64) -> Result<(f64, f64), CalibrationError> {
        Search { step: 3, target, miss: &|x| Ok(of(x) - target) }.root(guess)
    }

    #[test]
    fn it_is_found_on_either_side_of_the_guess_and_far_from_it() {
        for (target, guess) in [(1.1, 0.0), (0.9, 0.0), (40.0, 0.0), (1.0, 3.0), (1.0, 0.0)] {
            let (x, slope) = root(target, guess, f64::exp).expect("exp meets every target above 0");
            assert!((x.exp() - target).abs() <= TOLERANCE * target, "{target}: {x}");
            assert!((slope - x.exp()).abs() < 1e-5 * slope, "{target}: {slope}");
            let (x, slope) = root(target, guess, |x| (-x).exp()).expect("so does what falls");
            assert!(((-x).exp() - target).abs() <= TOLERANCE * target && slope < 0.0);
        }
    }

    #[test]
    fn what_has_no_root_says_how_near_it_gets_or_that_it_turns() {
        let below = root(2.0, 0.0, |x| x / (1.0 + x.abs())).expect_err("it stays below 1");
        assert!(matches!(below, CalibrationError::Unreachable { step: 3, nearest: 0.9..1.0, .. }), "{below:?}");
        let turns = root(2.0, 0.0, f64::sin).expect_err("it turns before 2");
        assert_eq!(turns, CalibrationError::NotMonotone { step: 3 });
        let flat = root(1.0, 0.0, |x| if x < 0.01 { 0.5 } else { 1.0 }).expect_err("flat around what meets the target");
        assert_eq!(flat, CalibrationError::NotMonotone { step: 3 });
    }
}
