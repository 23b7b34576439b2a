//! Options of runs in parts, and of `merge`.

use super::charts::{ChartArgs, PictureArgs};
use super::results::ResultArgs;
use super::simulation::ThreadArgs;
use super::workbook::WorkbookArgs;
use crate::cli::values::{self, BlockRange, Levels, Shard};
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// Which part of a run is simulated, and where what it shows is kept.
#[derive(Debug, Args)]
pub(crate) struct PartArgs {
    /// Keep what the paths show in this file instead of printing it: a part, for `riskband merge`
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "Parts",
        long_help = "Keep what the paths show in this file instead of printing it: a part, for `riskband merge`\n\n\
            It holds what results are read from, not paths: up to 2 MB for the baseline, however many there are, and the \
            scenario with it. Merged parts give the bytes of one run, wherever and in whatever order they were simulated. The \
            file appears whole or not at all; a part of the same run that was there is replaced, any other file is left"
    )]
    pub(crate) part: Option<PathBuf>,
    /// Simulate one of N equal shares of the run: 1/N to N/N
    #[arg(
        long,
        value_name = "I/N",
        value_parser = values::shard,
        requires = "part",
        conflicts_with = "blocks",
        help_heading = "Parts"
    )]
    pub(crate) shard: Option<Shard>,
    /// Simulate these blocks of 512 paths: A..B are those from A on and below B, counted from 0
    #[arg(long, value_name = "A..B", value_parser = values::block_range, requires = "part", help_heading = "Parts")]
    pub(crate) blocks: Option<BlockRange>,
    /// Keep what was simulated in this file every so often; the same command goes on from it
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "part",
        help_heading = "Parts",
        long_help = "Keep what was simulated in this file every so often; the same command goes on from it\n\n\
            After a crash nothing that the file has is simulated again, and the results are those of a run that was not \
            disturbed. With more --paths a finished run is extended. The file is a part: `riskband merge` reads it out as far \
            as it has come, where the run is complete"
    )]
    pub(crate) checkpoint: Option<PathBuf>,
    /// Seconds between two writings of --checkpoint
    #[arg(
        long,
        value_name = "SECONDS",
        default_value = "60",
        value_parser = values::seconds,
        requires = "checkpoint",
        help_heading = "Parts"
    )]
    pub(crate) checkpoint_every: Duration,
}

#[derive(Debug, Args)]
pub(crate) struct MergeArgs {
    /// Parts of one run, in any order
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Raise a limit, e.g. memory=4GiB; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = values::limit, help_heading = "Scenario")]
    pub(crate) limit: Vec<String>,
    #[command(flatten)]
    pub(crate) threads: ThreadArgs,

    /// Percentiles of the bands, in percent [default: those that the run was asked for]
    #[arg(long, value_name = "LIST", value_parser = values::levels, help_heading = "Statistics")]
    pub(crate) percentiles: Option<Levels>,
    /// Expected shortfall at these levels, of those that the run was asked for [default: all of them]
    #[arg(long, value_name = "LIST", value_parser = values::levels, help_heading = "Statistics")]
    pub(crate) shortfall: Option<Levels>,
    /// Skewness of the bands, whether the run was asked for it or not
    #[arg(long, help_heading = "Statistics")]
    pub(crate) skewness: bool,
    /// Correlation of two outputs, of those that the run was asked for; may be repeated [default: all of them]
    #[arg(long, value_name = "A,B", value_parser = values::pair, help_heading = "Statistics")]
    pub(crate) correlate: Vec<(String, String)>,

    /// Write the merged part into this file instead of printing results; blocks may be missing
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) part: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) results: ResultArgs,
    /// Write charts into this folder, a file each
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(crate) charts: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) picture: PictureArgs,
    #[command(flatten)]
    pub(crate) chart: ChartArgs,
    /// Write one self-contained HTML page: answer, charts, tables, assumptions
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) report: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) workbook: WorkbookArgs,
    /// No progress, notes or warnings on standard error; errors still stand there
    #[arg(long, short, help_heading = "Output")]
    pub(crate) quiet: bool,
}
