//! Phrases that are the same wherever results are told.
//!
//! A statement about results is a statistic too. So a share of paths is always one that was counted; a quantile is called
//! by its level and never turned into a share, since an atom at P95 holds more than the twentieth of the paths above it.

use super::number::{grouped, share};
use crate::model::When;
use crate::results::Titles;
use crate::sampling::Sampler;
use crate::stats::{Share, percentile_label};

/// When something is, as it ends a phrase: ` in 2031`, ` in step 7` where steps have no name of their own, nothing where
/// there is no time at all.
pub(crate) fn in_period(when: &When) -> String {
    match when {
        When { year: Some(_), period, .. } => format!(" in {period}"),
        total if total.is_total() => " in total".to_owned(),
        When { step: 0, .. } => String::new(),
        When { period, .. } => format!(" in step {period}"),
    }
}

/// How many paths: `100,000 paths`, `1 path`.
pub(crate) fn paths(count: u64) -> String {
    format!("{} path{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// How paths are drawn: `random sampling`, `sobol sampling in 16 replicates`.
pub(crate) fn sampling(sampler: &str, replicates: u64) -> String {
    in_replicates(&format!("{sampler} sampling"), sampler, replicates)
}

/// What is said of a sampler, and of its replicates where it has them.
pub(crate) fn in_replicates(text: &str, sampler: &str, replicates: u64) -> String {
    match (sampler == Sampler::Random.name(), replicates) {
        (true, _) => text.to_owned(),
        (false, 1) => format!("{text} in 1 replicate"),
        (false, replicates) => format!("{text} in {} replicates", grouped(replicates)),
    }
}

/// A counted share: `13.9 % of the paths`; of those that count where others are left out. None without any that count.
pub(crate) fn of_the_paths(counted: &Share) -> Option<String> {
    let whole = if counted.excluded() > 0 { "the paths on which that is known" } else { "the paths" };
    Some(format!("{} of {whole}", share(counted.probability()?)))
}

/// What a quantile is called in a sentence: `the median`, or `P40` for any other level in percent.
pub(crate) fn quantile_name(level: f64) -> String {
    if level == 50.0 { "the median".to_owned() } else { percentile_label(level) }
}

/// The text with a capital at its beginning.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

/// An output in a sentence, by its title: `the market`, where that has none.
pub(crate) fn quantity<'t>(output: &'t str, titles: &'t Titles) -> &'t str {
    match titles.quantity(output) {
        "market" => "the market",
        title => title,
    }
}
