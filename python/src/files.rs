//! Pages, workbooks and pictures: the files that `--report`, `--workbook` and `--charts-as png` write.

use crate::errors::{file_error, value_error};
use pyo3::prelude::*;
use riskband::output::{OutputFile, Overview, Table, Workbook, chart};
use riskband::{Comparison, Results};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The bytes of a PNG file for the SVG of a chart.
#[pyfunction]
pub(crate) fn png_of_svg(py: Python<'_>, svg: &str) -> PyResult<Vec<u8>> {
    py.detach(|| chart::png_of_svg(svg)).map_err(value_error)
}

/// Writes a page into a file, or gives it as text where none is named.
pub(crate) fn page(
    py: Python<'_>,
    file: Option<PathBuf>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> PyResult<Option<String>> {
    let Some(file) = file else {
        let mut page = Vec::new();
        write(&mut page)?;
        return Ok(Some(String::from_utf8(page)?));
    };
    let written = OutputFile::open(&file).and_then(|opened| opened.stage(|out| write(out))?.commit());
    written.map(|()| None).map_err(|error| file_error(py, &file, &error))
}

/// Writes a workbook of these tables, which `fill` adds the rows to, with an overview. A file that is there is replaced.
pub(crate) fn write_workbook(
    py: Python<'_>,
    file: &Path,
    (runs, comparisons): (Vec<Table<Results>>, Vec<Table<Comparison>>),
    fill: impl FnOnce(&mut Workbook) -> io::Result<()>,
    overview: Overview<'_>,
) -> PyResult<()> {
    if !file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx")) {
        let shown = file.display();
        return Err(value_error(format!("`{shown}` does not end in .xlsx, and spreadsheets go by that")));
    }
    let write = || {
        let opened = OutputFile::open(file)?;
        let mut workbook = Workbook::new(runs, comparisons)?;
        fill(&mut workbook)?;
        opened.stage(|out| workbook.finish(overview, out))?.commit()
    };
    write().map_err(|error| file_error(py, file, &error))
}
