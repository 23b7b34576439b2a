//! Round steps of a scale: 1, 2 or 5 times a power of ten, and their exact multiples.

/// A step of 1, 2 or 5 times a power of ten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoundStep {
    digit: i64,
    exponent: i32,
}

impl RoundStep {
    /// The smallest round step that is at least `width`; none unless `width` is positive and normal.
    pub fn at_least(width: f64) -> Option<Self> {
        if !(width > 0.0 && width.is_normal()) {
            return None;
        }
        // The text of a double is exact about its power of ten; a logarithm is not.
        let text = format!("{width:e}");
        let exponent = text.rsplit_once('e')?.1.parse().ok()?;
        let steps = [1, 2, 5].map(|digit| RoundStep { digit, exponent });
        let next = RoundStep { digit: 1, exponent: exponent + 1 };
        steps.into_iter().chain([next]).find(|step| step.size() >= width && step.size().is_finite())
    }

    /// Size of the step.
    pub fn size(self) -> f64 {
        self.multiple(1)
    }

    /// `count` steps, rounded once: three steps of 0.1 are 0.3.
    pub fn multiple(self, count: i64) -> f64 {
        let text = format!("{}e{}", i128::from(count) * i128::from(self.digit), self.exponent);
        text.parse().expect("digits, an e and a whole number are a number")
    }

    /// How many whole steps fit below a value: the largest count whose multiple is at most `value`. None where a double
    /// is too coarse to tell a step from the next.
    pub fn count_below(self, value: f64) -> Option<i64> {
        let guess = (value / self.size()).floor();
        if guess.is_nan() || guess.abs() > 1e15 {
            return None;
        }
        let guess = guess as i64;
        (guess - 1..=guess + 1).rev().find(|count| self.multiple(*count) <= value)
    }

    /// Decimals that its multiples need.
    pub fn decimals(self) -> usize {
        (-self.exponent).max(0) as usize
    }

    /// The power of ten of its size.
    pub fn exponent(self) -> i32 {
        self.exponent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_one_two_or_five() {
        let size = |width| RoundStep::at_least(width).map(RoundStep::size);
        assert_eq!([1.0, 1.2, 2.0, 3.0, 5.1, 0.03].map(size), [1.0, 2.0, 2.0, 5.0, 10.0, 0.05].map(Some));
        assert_eq!(size(1e300), Some(1e300));
        assert_eq!([0.0, -1.0, f64::NAN, f64::INFINITY, 1.7e308, 1e-310].map(size), [None; 6]);
    }

    #[test]
    fn multiples_are_rounded_once() {
        let step = RoundStep::at_least(0.1).expect("positive");
        assert_eq!((step.multiple(3), step.multiple(-7), step.multiple(0)), (0.3, -0.7, 0.0));
        assert_eq!((step.decimals(), RoundStep::at_least(20.0).expect("positive").decimals()), (1, 0));
    }

    #[test]
    fn what_lies_below_is_counted_on_either_side_of_zero() {
        let step = RoundStep::at_least(0.1).expect("positive");
        assert_eq!([0.3, 0.299, -0.3, -0.301, 0.0].map(|value| step.count_below(value)), [3, 2, -3, -4, 0].map(Some));
        assert_eq!(step.count_below(1e17), None);
        assert_eq!(step.count_below(f64::NAN), None);
    }
}
