//! The folder of what a goal takes: its tables as CSV and Parquet, and all of them as JSON.

use super::files::{OutputFolder, StagedFile};
use super::folder::{TableFiles, file_names, list};
use super::json::{Document, SafeJson, rows};
use super::table::{Table, solution_tables};
use crate::results::Solution;
use crate::results::names::{DOCUMENT, MANIFEST};
use serde_json::Value;
use std::io::{self, BufWriter};
use std::path::Path;

/// A folder that waits for an answer.
#[derive(Debug)]
pub struct SolutionFolder {
    folder: OutputFolder,
    tables: Vec<Table<Solution>>,
}

impl SolutionFolder {
    /// Makes the folder, if it is missing, and makes sure that the files of an answer can be put there.
    ///
    /// # Errors
    ///
    /// When it cannot be made or written, or a folder has the name of a file.
    pub fn open(path: &Path) -> io::Result<Self> {
        let tables = solution_tables();
        let names: Vec<String> = [DOCUMENT.to_owned()].into_iter().chain(file_names(&tables)).collect();
        Ok(SolutionFolder { folder: OutputFolder::open(path, MANIFEST, &names)?, tables })
    }

    /// Writes an answer. Files get their names together, once all are complete, and a manifest ties them to it.
    ///
    /// # Errors
    ///
    /// What the file system returns.
    pub fn write(self, solution: &Solution) -> io::Result<()> {
        let SolutionFolder { folder, tables } = self;
        let mut staged = Vec::new();
        let mut create = |name: &str| -> io::Result<BufWriter<StagedFile>> {
            let (out, file) = folder.create(name)?;
            staged.push(file);
            Ok(out)
        };
        let mut document = Document::new(create(DOCUMENT)?, &["solutions"])?;
        let files = TableFiles::create_all(&tables, &mut create)?;
        document.add("solutions", &tables, solution)?;
        document.finish::<Value>(&[])?;
        let about: Vec<String> = rows(&tables[0], solution).map(|row| SafeJson(row).to_string()).collect();
        for mut file in files {
            file.add(&tables, solution)?;
            file.finish(&list(&about))?;
        }
        folder.commit(staged, &Value::Array(vec![solution.identity()]))
    }
}
