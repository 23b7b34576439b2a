//! Why something is no part, or none of this run.

use crate::diagnostic::{Problem, grouped};
use crate::engine::{BlockSet, ENGINE, RunError};
use crate::stats::{Histogram, Malformed};
use crate::study::{LoadError, Rejected};

/// Paths up to which every bin keeps the range of its values.
const FEW: u64 = Histogram::FEW_VALUES;

/// Why a part cannot be read, or does not go with others.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PartError {
    /// It does not begin as parts do.
    #[error("it is no part of a run: `run --part` and `run --checkpoint` write such files")]
    Foreign,
    /// It is written in a format of another number.
    #[error("it is a part in format {found}, and this program reads format {}", super::FORMAT)]
    Format {
        /// The number, as far as it is one.
        found: String,
    },
    /// Its checksum does not fit.
    #[error("it is damaged: cut short, or changed since it was written")]
    Damaged,
    /// Its checksum fits, and yet it says what no part says.
    #[error("it is no part that riskband wrote: {complaint}")]
    Malformed {
        /// What is wrong.
        complaint: String,
    },
    /// Another engine has computed it.
    #[error(
        "its numbers are those of engine {found} (riskband {version}), and this program has engine {ENGINE}: they would not \
         fit together; simulate it again, or merge it with the program that wrote it"
    )]
    Engine {
        /// Number of that engine.
        found: u32,
        /// Version of the program that wrote it.
        version: String,
    },
    /// It is of another run.
    #[error("it is of another run: {difference}")]
    OtherRun {
        /// In what it differs.
        difference: String,
    },
    /// It is of a run of few paths, and the others are not, or the other way round.
    #[error("it is of a run of {} {} paths, which keeps other histograms", if *.few { "at most" } else { "more than" }, FEW)]
    OtherHistograms {
        /// Whether it is the one of few paths.
        few: bool,
    },
    /// It has paths that the run has not.
    #[error(
        "it has paths beyond the {asked} that are asked for, and a run becomes longer only: ask for {has}, or use another file"
    )]
    Beyond {
        /// Paths of the run that it is of.
        has: u64,
        /// Paths of the run that was to go on.
        asked: u64,
    },
    /// It has blocks that the others have too.
    #[error("it has {} again: no block may count twice", blocks(.doubled))]
    Doubled {
        /// Which.
        doubled: BlockSet,
    },
    /// Its scenario cannot be loaded.
    #[error("its scenario `{}` cannot be loaded: {}", .0.scenario, first_message(.0))]
    Scenario(Box<Rejected>),
    /// It could not be simulated or read out.
    #[error(transparent)]
    Run(#[from] RunError),
}

impl PartError {
    /// The error as a problem without a place.
    pub(crate) fn problem(&self) -> Problem {
        let code = match self {
            PartError::Foreign => "part-foreign",
            PartError::Format { .. } => "part-format",
            PartError::Damaged => "part-damaged",
            PartError::Malformed { .. } => "part-malformed",
            PartError::Engine { .. } => "part-engine",
            PartError::OtherRun { .. } => "part-of-other-run",
            PartError::OtherHistograms { .. } => "part-of-other-histograms",
            PartError::Beyond { .. } => "part-beyond",
            PartError::Doubled { .. } => "part-doubled",
            PartError::Scenario(_) => "part-scenario",
            PartError::Run(error) => return error.problem(),
        };
        Problem::error(code, None, "", self.to_string())
    }

    pub(super) fn malformed(complaint: impl ToString) -> PartError {
        PartError::Malformed { complaint: complaint.to_string() }
    }
}

impl From<Malformed> for PartError {
    fn from(error: Malformed) -> PartError {
        PartError::malformed(error)
    }
}

impl From<LoadError> for PartError {
    fn from(error: LoadError) -> PartError {
        match error {
            LoadError::Rejected(rejected) => PartError::Scenario(rejected),
            LoadError::Run(error) => PartError::Run(error),
        }
    }
}

fn first_message(rejected: &Rejected) -> &str {
    rejected.problems.first().map_or("", |problem| &problem.message)
}

/// Blocks in words, the first few ranges of them: `block 3`, `blocks 3 to 5 and 9`; numbers count from 0.
pub fn blocks(set: &BlockSet) -> String {
    const MOST: usize = 3;
    let range = |range: &std::ops::Range<u64>| match range.end - range.start {
        1 => grouped(range.start),
        _ => format!("{} to {}", grouped(range.start), grouped(range.end - 1)),
    };
    let shown: Vec<String> = set.ranges().iter().take(MOST).map(range).collect();
    let more = match set.ranges().len().saturating_sub(MOST) {
        0 => String::new(),
        1 => " and another range".to_owned(),
        more => format!(" and {} other ranges", grouped(more as u64)),
    };
    let noun = if set.count() == 1 { "block" } else { "blocks" };
    let list = match &shown[..] {
        [first, second] if more.is_empty() => format!("{first} and {second}"),
        _ => shown.join(", "),
    };
    format!("{noun} {list}{more}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_counted_from_0_and_not_all_named() {
        let set = |ranges: &[(u64, u64)]| {
            BlockSet::from_ranges(ranges.iter().map(|&(a, b)| a..b).collect()).expect("in order")
        };
        assert_eq!(blocks(&set(&[(3, 4)])), "block 3");
        assert_eq!(blocks(&set(&[(3, 6), (9, 10)])), "blocks 3 to 5 and 9");
        assert_eq!(blocks(&set(&[(1252, 78_125)])), "blocks 1,252 to 78,124");
        let many = set(&[(0, 2), (3, 4), (5, 7), (8, 9), (10, 11)]);
        assert_eq!(blocks(&many), "blocks 0 to 1, 3, 5 to 6 and 2 other ranges");
    }
}
