//! In which order scenarios of a batch are shown, and which of them in full.

use super::args::OrderArgs;
use super::batch::Batch;
use super::console;
use super::exit::Failure;
use super::values::SortKey;
use crate::engine::RunOptions;
use crate::results::Results;
use crate::study::Study;

/// Scenarios that are all told in full unasked. More of them are a table, which is what a folder of hundreds is read by.
const TOLD: usize = 20;

/// The order of scenarios for readers.
pub(super) struct Ranking<'a> {
    sort: Option<&'a SortKey>,
    /// How many of the first ones are told in full.
    told: usize,
}

/// Something of a scenario, and the number that it is sorted by.
pub(super) struct Ranked<T> {
    pub(super) key: Option<f64>,
    pub(super) item: T,
}

/// Whether scenarios have what they are to be ordered by, gathered as they are loaded.
pub(super) struct OrderSurvey<'a> {
    args: &'a OrderArgs,
    seen: usize,
    /// Scenarios that do not have it.
    unknown: usize,
    /// What the first of all has instead.
    error: Option<String>,
}

impl<'a> OrderSurvey<'a> {
    pub(super) fn new(args: &'a OrderArgs) -> Self {
        OrderSurvey { args, seen: 0, unknown: 0, error: None }
    }

    pub(super) fn look(&mut self, study: &Study) {
        if let Some(Err(error)) = self.args.sort.as_ref().map(|sort| sort.query.resolve(&study.model)) {
            self.unknown += 1;
            self.error.get_or_insert(error);
        }
        self.seen += 1;
    }

    /// The order that is asked for; one that has no such statistic comes last.
    ///
    /// # Errors
    ///
    /// A statistic that no scenario has, which is a slip.
    pub(super) fn settle(self, batch: &Batch, quiet: bool) -> Result<Ranking<'a>, Failure> {
        let OrderSurvey { args, seen: count, unknown, error } = self;
        if let Some(error) = error.filter(|_| unknown == count) {
            return Err(Failure::Usage(format!("--sort: in `{}`, {error}", batch.name(0))));
        }
        let told = args.top.unwrap_or(if count <= TOLD { count } else { 0 }).min(count);
        if told < count && args.top.is_none() && !quiet {
            console::note(&format!(
                "{count} scenarios are shown in a table; --top N tells the first N of them in full"
            ));
        }
        Ok(Ranking { sort: args.sort.as_ref(), told })
    }
}

impl Ranking<'_> {
    /// All scenarios in the order of the command, each in full.
    pub(super) fn none() -> Ranking<'static> {
        Ranking { sort: None, told: usize::MAX }
    }

    /// How many of the first scenarios are told in full.
    pub(super) fn told(&self) -> usize {
        self.told
    }

    /// Adds what the order needs to what a run reports.
    pub(super) fn require(&self, options: &mut RunOptions) {
        self.sort.iter().for_each(|sort| sort.query.require(options));
    }

    /// The number that a scenario is sorted by; none where nothing sorts, or the scenario has no such value.
    pub(super) fn key(&self, results: &Results) -> Option<f64> {
        self.sort.and_then(|sort| sort.query.answer(results).estimate).map(|estimate| estimate.value)
    }

    /// Puts something of a scenario in its place among those before; of equal ones the earlier comes first.
    pub(super) fn add<T>(&self, items: &mut Vec<Ranked<T>>, key: Option<f64>, item: T) {
        items.push(Ranked { key, item });
        self.sort.iter().for_each(|sort| sort.apply(items, |ranked| ranked.key));
    }

    /// Whether something of one more scenario may be among what is told in full: always where later ones can come first.
    pub(super) fn may_tell<T>(&self, told: &[Ranked<T>]) -> bool {
        self.sort.is_some() || told.len() < self.told
    }

    /// Puts something in its place among what is told in full, and gives what is told no longer.
    pub(super) fn add_told<T>(&self, told: &mut Vec<Ranked<T>>, key: Option<f64>, item: T) -> Option<Ranked<T>> {
        self.add(told, key, item);
        if told.len() > self.told { told.pop() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::values::sort_key;

    fn ranked(ranking: &Ranking<'_>, keys: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let (mut told, mut rest) = (Vec::new(), Vec::new());
        for key in keys {
            let fallen = ranking.add_told(&mut told, Some(*key), *key);
            fallen.into_iter().for_each(|fallen| ranking.add(&mut rest, fallen.key, fallen.item));
        }
        let items = |ranked: Vec<Ranked<f64>>| ranked.into_iter().map(|ranked| ranked.item).collect();
        (items(told), items(rest))
    }

    #[test]
    fn the_first_ones_are_told_and_the_others_follow_in_order() {
        let largest = sort_key("-p50(market)").expect("well formed");
        let sorted = Ranking { sort: Some(&largest), told: 2 };
        assert_eq!(ranked(&sorted, &[3.0, 1.0, 5.0, 4.0, 2.0]), (vec![5.0, 4.0], vec![3.0, 2.0, 1.0]));
        let as_named = Ranking { sort: None, told: 2 };
        assert_eq!(ranked(&as_named, &[3.0, 1.0, 5.0]), (vec![3.0, 1.0], vec![5.0]));
        assert!(as_named.may_tell(&[Ranked { key: None, item: 0 }]));
        assert!(!Ranking { sort: None, told: 0 }.may_tell::<u8>(&[]));
    }
}
