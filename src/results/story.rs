//! The story of single paths: what was drawn, what followed from it, and which ceilings bound, step by step.

use crate::model::When;

/// Paths that are told one by one; empty unless asked for.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Stories {
    /// Which paths.
    pub paths: Vec<StoryPath>,
    /// What is on each of them, path after path.
    pub rows: Vec<StoryRow>,
}

/// A path that is told.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StoryPath {
    /// Number of the path, counted from 0.
    pub path: u64,
    /// What it was chosen by, if it was not named by its number.
    pub nearest: Option<Nearest>,
}

/// How near a path comes to a statistic of the run.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Nearest {
    /// The statistic: `p5(market,2031)`.
    pub statistic: String,
    /// Its value over all paths of the run.
    pub wanted: f64,
    /// The value on this path.
    pub found: f64,
    /// Paths that it was looked for among, the first ones of the run.
    pub among: u64,
}

/// A quantity of a path in a step.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StoryRow {
    /// Number of the path.
    pub path: u64,
    /// What it is in the scenario.
    pub kind: StoryKind,
    /// The name: of an output with its segment, of a target as in its table.
    pub name: String,
    /// Unit of the value, if known.
    pub unit: Option<String>,
    /// The step.
    pub when: When,
    /// The value; none where it is not finite. Of an event its size while it is on, else 0; of a target 1 where it holds.
    pub value: Option<f64>,
    /// The uniform behind an input, and behind the start of an event: the share of futures in which it is lower.
    pub uniform: Option<f64>,
    /// The uniform as a standard normal score.
    pub score: Option<f64>,
    /// Whether a ceiling binds.
    pub binds: Option<bool>,
}

/// What a quantity is in its scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StoryKind {
    /// Drawn.
    Input,
    /// On or off.
    Event,
    /// A formula or a stock.
    Formula,
    /// A ceiling of the market.
    Ceiling,
    /// What makes the market: demand, what is wanted, what is delivered, what waits.
    Market,
    /// Any other output.
    Output,
    /// A target.
    Target,
}

impl StoryKind {
    /// As in the column `kind`.
    pub fn name(self) -> &'static str {
        match self {
            StoryKind::Input => "input",
            StoryKind::Event => "event",
            StoryKind::Formula => "formula",
            StoryKind::Ceiling => "ceiling",
            StoryKind::Market => "market",
            StoryKind::Output => "output",
            StoryKind::Target => "target",
        }
    }
}

impl StoryPath {
    /// A path that is named by its number.
    pub fn numbered(path: u64) -> StoryPath {
        StoryPath { path, nearest: None }
    }
}

impl Stories {
    /// What is on a path.
    pub(crate) fn of(&self, path: u64) -> impl Iterator<Item = &StoryRow> + Clone {
        self.rows.iter().filter(move |row| row.path == path)
    }
}
