//! Solutions of shipped scenarios, solved before the release and embedded with them.

use crate::engine::{ENGINE, Solution};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The file that they stand in, beside the scenarios.
const STORED: &str = include_str!("../../../scenarios/solved/solutions.json");

#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    /// Number of the engine that solved them.
    engine: u32,
    solutions: BTreeMap<String, Solution>,
}

/// The solution of a key, if it is one of a shipped scenario, solved by an engine of this number.
pub(super) fn of_shipped(key: &str) -> Option<Solution> {
    static SOLUTIONS: LazyLock<BTreeMap<String, Solution>> = LazyLock::new(|| {
        let stored = serde_json::from_str::<Stored>(STORED).ok().filter(|stored| stored.engine == ENGINE);
        stored.map_or_else(BTreeMap::new, |stored| stored.solutions)
    });
    SOLUTIONS.get(key).cloned()
}

/// The text of the file that holds these solutions.
pub(super) fn text(solutions: &BTreeMap<String, Solution>) -> String {
    let text = serde_json::to_string_pretty(&Stored { engine: ENGINE, solutions: solutions.clone() });
    text.expect("solutions are finite numbers") + "\n"
}
