//! Numbers of laws that are made of data.

/// A number of a law that is made of data: one that the file states, or a parameter that may differ by step and path.
///
/// Stated numbers are no parameters: a law of a thousand values has none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Entry<P> {
    /// A stated number.
    Stated(f64),
    /// A parameter.
    Parameter(P),
}

impl Entry<f64> {
    /// The number, whichever of the two it is.
    pub fn value(self) -> f64 {
        match self {
            Entry::Stated(value) | Entry::Parameter(value) => value,
        }
    }
}

impl<P> Entry<P> {
    /// The same entry with its parameter, if it is one, replaced.
    pub(super) fn try_map<'p, Q, E>(&'p self, replace: impl FnOnce(&'p P) -> Result<Q, E>) -> Result<Entry<Q>, E> {
        Ok(match self {
            Entry::Stated(value) => Entry::Stated(*value),
            Entry::Parameter(parameter) => Entry::Parameter(replace(parameter)?),
        })
    }
}

impl<P> From<f64> for Entry<P> {
    fn from(value: f64) -> Entry<P> {
        Entry::Stated(value)
    }
}
