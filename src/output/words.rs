//! Phrases that are the same wherever results are told.

use super::number::grouped;
use crate::model::When;

/// When something is: `in 2031`, or `in step 7` where steps have no name of their own.
pub(crate) fn in_period(when: &When) -> String {
    if when.year.is_some() { format!("in {}", when.period) } else { format!("in step {}", when.period) }
}

/// How many paths: `100,000 paths`, `1 path`.
pub(crate) fn paths(count: u64) -> String {
    format!("{} path{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// The text with a capital at its beginning.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}
