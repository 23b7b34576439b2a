//! What accumulators take in: one value a path of a block, and which of the values are finite.

use super::lanes;
use crate::kernel::Level;
use std::cell::OnceCell;

/// The values of an output on some paths, NaN and infinities among them.
///
/// Accumulators of one output are handed the same observations, so that the values that are not finite are looked for once.
#[derive(Clone, Debug)]
pub struct Observations<'c> {
    level: Level,
    values: &'c [f64],
    /// The finite values in order, where some are not; `None` where all are. Unset until somebody asks.
    finite: OnceCell<Option<Vec<f64>>>,
}

impl<'c> Observations<'c> {
    /// Values to be added up on a level; which one changes no bit.
    pub fn new(level: Level, values: &'c [f64]) -> Self {
        Observations { level, values, finite: OnceCell::new() }
    }

    /// The level to add them up on.
    pub fn level(&self) -> Level {
        self.level
    }

    /// All values, one a path.
    pub fn values(&self) -> &'c [f64] {
        self.values
    }

    /// The finite values, in the order of the paths.
    pub fn finite(&self) -> &[f64] {
        self.split().as_deref().unwrap_or(self.values)
    }

    /// Whether every value is finite; so it is where there are none.
    pub fn all_finite(&self) -> bool {
        self.split().is_none()
    }

    /// Number of the values that are not finite.
    pub fn excluded(&self) -> u64 {
        (self.values.len() - self.finite().len()) as u64
    }

    /// Spares the search for values that are not finite. Sums find out on the way that there are none.
    pub(super) fn know_all_finite(&self) {
        debug_assert!(lanes::all_finite(self.values));
        // Whoever found out before found the same.
        let _ = self.finite.set(None);
    }

    fn split(&self) -> &Option<Vec<f64>> {
        self.finite.get_or_init(|| {
            let all = lanes::all_finite(self.values);
            (!all).then(|| self.values.iter().copied().filter(|x| x.is_finite()).collect())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_finite_is_counted_and_left_out_in_order() {
        let values = [1.0, f64::NAN, -2.0, f64::INFINITY, 0.0];
        let some = Observations::new(Level::Portable, &values);
        assert_eq!((some.all_finite(), some.finite(), some.excluded()), (false, &[1.0, -2.0, 0.0][..], 2));
        assert_eq!(some.values().len(), 5);
        let none = Observations::new(Level::Portable, &[]);
        assert!(none.all_finite() && none.finite().is_empty());
    }

    #[test]
    fn a_search_that_is_spared_gives_what_it_would_have_found() {
        let known = Observations::new(Level::Portable, &[3.0, 4.0]);
        known.know_all_finite();
        assert_eq!((known.all_finite(), known.finite(), known.excluded()), (true, &[3.0, 4.0][..], 0));
    }
}
