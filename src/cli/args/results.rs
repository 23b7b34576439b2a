//! Options that say where results go, of the verbs that print tables of runs.

use super::format::{ResultFormat, layout, names};
use crate::output::run_tables;
use clap::Args;
use clap::builder::PossibleValuesParser;
use std::path::PathBuf;

/// Where results go, and in which format.
#[derive(Debug, Args)]
pub(crate) struct ResultArgs {
    /// Format of the results on standard output
    #[arg(
        long,
        value_enum,
        help_heading = "Output",
        long_help = "Format of the results on standard output [default: table]\n\n\
            json and csv are for programs: the same run gives the same bytes. csv has CRLF line ends (RFC 4180), and an \
            apostrophe before free text that begins with = + - @, which a spreadsheet would run"
    )]
    pub(crate) format: Option<ResultFormat>,
    /// Table that --format csv prints
    #[arg(
        long,
        value_name = "TABLE",
        default_value = "bands",
        value_parser = PossibleValuesParser::new(names(&run_tables(&layout()))),
        help_heading = "Output"
    )]
    pub(crate) table: String,
    /// Write results.json and every table as CSV and Parquet into this folder
    #[arg(
        long,
        value_name = "DIR",
        help_heading = "Output",
        long_help = "Write results.json and every table as CSV and Parquet into this folder, made if missing\n\n\
            The tables hold all scenarios, and the same numbers in every format. Each file appears whole or not at all, and \
            manifest.json, written last, ties them to one run: `riskband check DIR` holds a folder against it. Files of an \
            earlier run that this one does not write are removed where its manifest knows them. \
            With --quiet and without --format nothing is printed on standard output"
    )]
    pub(crate) out: Option<PathBuf>,
}
