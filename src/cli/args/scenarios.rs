//! Options that say which scenarios are read, and how.

use crate::cli::values;
use clap::Args;
use std::path::PathBuf;

const SCENARIOS: &str = "\
Scenarios to read: a file, a folder (its *.json files, sorted, without its subfolders and without what riskband writes \
itself: schema.json, results.json, manifests), the name of a \
shipped scenario (`riskband list`), or - for standard input. With none, the shipped baseline. A bare name that is \
shipped means the shipped one; write ./NAME for a file or folder of that name. A file given twice is read once; \
scenarios with the same name are told apart by their paths.";

/// Which scenarios, and how they are read.
#[derive(Clone, Debug, Args)]
pub(crate) struct ScenarioArgs {
    /// Files, folders, shipped names, or - for standard input [default: baseline]
    #[arg(value_name = "SCENARIO", long_help = SCENARIOS)]
    pub(crate) scenarios: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) load: LoadArgs,
}

/// How scenarios are read.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct LoadArgs {
    /// Change a value of every scenario, e.g. events.downturn.hazard=0.3; may be repeated
    #[arg(
        long,
        value_name = "PATH=VALUE",
        value_parser = values::assignment,
        help_heading = "Scenario",
        long_help = "Change a value of every scenario, e.g. events.downturn.hazard=0.3; may be repeated\n\n\
            It acts as a last file that extends the scenario: after calibration, so that a what-if moves against the \
            baseline and is not re-centred"
    )]
    pub(crate) set: Vec<String>,
    /// Folder that `extends` and CSV columns stay below [default: the file's, or a parent that marks a root]
    #[arg(long, value_name = "DIR", help_heading = "Scenario")]
    pub(crate) root: Option<PathBuf>,
    /// Raise a limit, e.g. memory=4GiB; may be repeated
    #[arg(
        long,
        value_name = "NAME=VALUE",
        value_parser = values::limit,
        help_heading = "Scenario",
        long_help = "Raise (or lower) a limit, e.g. memory=4GiB; may be repeated\n\n\
            file: bytes of one file (64MiB); nesting: depth of JSON and formulas (128); steps: of the horizon (10000); \
            quantities: of the model (100000); memory: estimated bytes of a run (2GiB); extends: texts that one `extends` \
            names (1000); parts: of one mixture (1000); tables: of laws whose parameters differ by step (2000); solved: \
            correlations that are worked out before the run (500). Bytes may end in KiB, MiB or GiB"
    )]
    pub(crate) limit: Vec<String>,
    /// Solve every calibration that is not shipped, and keep none for the next command
    #[arg(
        long,
        help_heading = "Scenario",
        long_help = "Solve every calibration that is not shipped, and keep none for the next command\n\n\
            Solved calibrations are kept in the user's cache folder ($XDG_CACHE_HOME or ~/.cache, riskband/solutions), which \
            may be emptied at any time; results are the same to the last bit with it and without"
    )]
    pub(crate) no_cache: bool,
}

/// How the scenarios that are set beside the first one differ from their files.
#[derive(Debug, Args)]
pub(crate) struct OthersArgs {
    /// Change a value of every scenario but the first; of one scenario alone, of a second reading of it
    #[arg(
        long,
        value_name = "PATH=VALUE",
        value_parser = values::assignment,
        help_heading = "Scenario",
        long_help = "Change a value of every scenario but the first, e.g. events.downturn.hazard=0.3; may be repeated\n\n\
            With one scenario named, it is set beside itself so changed, under the name what-if. It acts after --set, which \
            changes all of them"
    )]
    pub(crate) set_b: Vec<String>,
}
