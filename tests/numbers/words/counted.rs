//! Paths of a scenario, column by column, and what is counted from them.

use riskband::Scenario;
use std::collections::BTreeMap;

/// All outputs on all paths.
pub(super) struct Counted {
    pub(super) n: usize,
    /// Values by output, then by step from the first in which the output has one; each as long as the paths.
    columns: BTreeMap<String, Vec<(String, Vec<f64>)>>,
}

impl Counted {
    pub(super) fn of(scenario: &Scenario, count: u64, seed: u64) -> Counted {
        let paths = scenario.paths(count, seed, false);
        let mut columns: Vec<Vec<f64>> = paths.columns().iter().map(|_| Vec::new()).collect();
        let mut groups = paths.groups();
        while let Some(group) = groups.next_group(&|_| {}).expect("nobody cancels") {
            for (index, column) in columns.iter_mut().enumerate() {
                column.extend((0..group.count()).map(|path| group.value(index, path)));
            }
        }
        let mut named: BTreeMap<String, Vec<(String, Vec<f64>)>> = BTreeMap::new();
        for (column, values) in paths.columns().iter().zip(columns) {
            let (name, period) =
                column.name.strip_suffix(']').and_then(|name| name.split_once('[')).unwrap_or((&column.name, ""));
            named.entry(name.to_owned()).or_default().push((period.to_owned(), values));
        }
        Counted { n: count as usize, columns: named }
    }

    /// Steps of an output with their periods.
    pub(super) fn steps(&self, output: &str) -> &[(String, Vec<f64>)] {
        &self.columns[output]
    }

    /// The values of an output in its last step.
    pub(super) fn last(&self, output: &str) -> &[f64] {
        &self.columns[output].last().expect("a step").1
    }

    /// Paths on which an output in its last step is something.
    pub(super) fn count(&self, output: &str, is: impl Fn(f64) -> bool) -> usize {
        self.last(output).iter().filter(|value| is(**value)).count()
    }

    /// Which ceiling binds, by step after the base and path: the smallest below what is wanted, the first of equal ones.
    pub(super) fn binding(&self, ceilings: &[String]) -> Vec<Vec<Option<usize>>> {
        let caps: Vec<_> = ceilings.iter().map(|name| self.steps(&format!("cap_{name}"))).collect();
        let base = &self.steps("market")[0].0;
        let after_base = self.steps("wanted").iter().filter(|(period, _)| period != base);
        let at = |cap: &[(String, Vec<f64>)], period: &str, path: usize| {
            cap.iter().find(|(other, _)| other == period).map_or(f64::INFINITY, |(_, values)| values[path])
        };
        let binds = |period: &str, wanted: f64, path: usize| {
            let mut smallest: Option<(usize, f64)> = None;
            for (index, cap) in caps.iter().enumerate() {
                let cap = at(cap, period, path);
                if cap < wanted && smallest.is_none_or(|(_, other)| cap < other) {
                    smallest = Some((index, cap));
                }
            }
            smallest.map(|(index, _)| index)
        };
        let step = |(period, wanted): &(String, Vec<f64>)| {
            wanted.iter().enumerate().map(|(path, wanted)| binds(period, *wanted, path)).collect()
        };
        after_base.map(step).collect()
    }
}
