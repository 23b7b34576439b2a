//! Options of a workbook, shared by the verbs that write one.

use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct WorkbookArgs {
    /// Write a workbook for spreadsheets: a summary, charts, and a sheet a table
    #[arg(
        long,
        value_name = "FILE.xlsx",
        help_heading = "Output",
        long_help = "Write a workbook for spreadsheets: a summary, charts that the spreadsheet draws, and a sheet a table\n\n\
            Cells are numbers, dates and text with formats by their unit; what is absent is an empty cell. A table that is longer \
            than a sheet goes on in another one, as bands-2. The same run gives the same bytes. Cells are kept in memory until the \
            file is written, about 120 bytes each; for larger tables take --out"
    )]
    pub(crate) workbook: Option<PathBuf>,
    /// Replace a single file, such as that of --workbook, if it is there
    #[arg(long, help_heading = "Output")]
    pub(crate) force: bool,
}
