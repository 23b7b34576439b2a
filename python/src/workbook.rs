//! Results as a workbook, the file that `--workbook` writes.

use crate::errors::value_error;
use pyo3::prelude::*;
use riskband::output::{OutputFile, Overview, Table, Workbook};
use riskband::{Comparison, Results};
use std::path::Path;

/// Writes the rows of runs and of comparisons, with an overview of them. A file that is there is replaced.
pub(crate) fn write_workbook(
    file: &Path,
    (run_tables, runs): (Vec<Table<Results>>, &[Results]),
    (comparison_tables, comparisons): (Vec<Table<Comparison>>, &[Comparison]),
    overview: Overview<'_>,
) -> PyResult<()> {
    if !file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx")) {
        let shown = file.display();
        return Err(value_error(format!("`{shown}` does not end in .xlsx, and spreadsheets go by that")));
    }
    let file = OutputFile::open(file)?;
    let mut workbook = Workbook::new(run_tables, comparison_tables)?;
    runs.iter().try_for_each(|results| workbook.add_run(results))?;
    comparisons.iter().try_for_each(|comparison| workbook.add_comparison(comparison))?;
    Ok(file.stage(|out| workbook.finish(overview, out))?.commit()?)
}
