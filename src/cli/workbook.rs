//! The workbook that a command writes where one is asked for.

use super::args::WorkbookArgs;
use super::exit::Failure;
use super::single_file::try_out;
use crate::output::{OutputFile, Overview, StagedOutput, Table, Workbook};
use crate::results::Results;
use crate::results::comparison::Comparison;
use std::io;
use std::path::Path;

/// A workbook and its file; nothing where none is asked for.
pub(super) struct WorkbookFile {
    asked: Option<Asked>,
}

struct Asked {
    workbook: Workbook,
    file: OutputFile,
    shown: String,
    /// Without results there is no file.
    is_empty: bool,
}

/// A workbook that waits for its name.
pub(super) struct StagedWorkbook(Option<(StagedOutput, String)>);

impl WorkbookFile {
    /// Tries the file out, before the run.
    pub(super) fn open(
        args: &WorkbookArgs,
        runs: Vec<Table<Results>>,
        comparisons: Vec<Table<Comparison>>,
    ) -> Result<Self, Failure> {
        let Some(path) = &args.workbook else { return Ok(WorkbookFile { asked: None }) };
        let shown = path.display().to_string();
        if !may_be_workbook(path) {
            return Err(Failure::Usage(format!(
                "--workbook: `{shown}` does not end in .xlsx, and spreadsheets go by that; expected a name like results.xlsx"
            )));
        }
        let file = try_out(path, args.force)?;
        let workbook = Workbook::new(runs, comparisons).map_err(|error| Failure::write(&*shown, error))?;
        Ok(WorkbookFile { asked: Some(Asked { workbook, file, shown, is_empty: true }) })
    }

    pub(super) fn add_run(&mut self, results: &Results) -> Result<(), Failure> {
        self.add(|workbook| workbook.add_run(results))
    }

    pub(super) fn add_comparison(&mut self, comparison: &Comparison) -> Result<(), Failure> {
        self.add(|workbook| workbook.add_comparison(comparison))
    }

    fn add(&mut self, add: impl FnOnce(&mut Workbook) -> io::Result<()>) -> Result<(), Failure> {
        let Some(asked) = &mut self.asked else { return Ok(()) };
        asked.is_empty = false;
        add(&mut asked.workbook).map_err(|error| Failure::write(&*asked.shown, error))
    }

    /// Writes the file beside its place, as far as there are results.
    pub(super) fn stage(self, overview: Overview<'_>) -> Result<StagedWorkbook, Failure> {
        let Some(Asked { workbook, file, shown, .. }) = self.asked.filter(|asked| !asked.is_empty) else {
            return Ok(StagedWorkbook(None));
        };
        match file.stage(|out| workbook.finish(overview, out)) {
            Ok(staged) => Ok(StagedWorkbook(Some((staged, shown)))),
            Err(error) => Err(Failure::write(shown, error)),
        }
    }
}

impl StagedWorkbook {
    /// Gives the file its name.
    pub(super) fn commit(self) -> Result<(), Failure> {
        let Some((staged, shown)) = self.0 else { return Ok(()) };
        staged.commit().map_err(|error| Failure::write(shown, error))
    }
}

/// Whether spreadsheets take a file of this name for a workbook; what is there and no plain file has no such name.
fn may_be_workbook(path: &Path) -> bool {
    let ends = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"));
    ends || path.exists() && !path.is_file()
}
