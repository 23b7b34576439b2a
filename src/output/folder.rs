//! The folder of a command's results: every table as CSV and Parquet, and all of them as JSON, written scenario after
//! scenario.

use super::csv::CsvWriter;
use super::files::{OutputFolder, Staged, StagedFile};
use super::json::{Document, Failed, SafeJson, rows};
#[cfg(feature = "parquet")]
use super::parquet::ParquetWriter;
use super::table::Table;
use crate::results::Results;
use crate::results::comparison::Comparison;
use crate::results::names::{DOCUMENT, MANIFEST};
use serde::Serialize;
use serde_json::Value;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// The formats of tables, as the names of their files end.
const FORMATS: &[&str] = &[
    "csv",
    #[cfg(feature = "parquet")]
    "parquet",
];

/// A folder that is filled with results. Files get their names together, once all are complete, and a manifest ties them to
/// their run.
#[derive(Debug)]
pub struct ResultFolder {
    folder: OutputFolder,
    runs: Vec<Table<Results>>,
    comparisons: Vec<Table<Comparison>>,
    /// Made with the first result: a command that is stopped before leaves nothing behind.
    files: Option<Files>,
}

#[derive(Debug)]
struct Files {
    document: Document<BufWriter<StagedFile>>,
    runs: Vec<TableFiles>,
    comparisons: Vec<TableFiles>,
    /// The rows of the table `runs`, each as JSON.
    runs_as_json: Vec<String>,
    /// What the manifest says of each run.
    identities: Vec<Value>,
    staged: Vec<Staged>,
}

impl ResultFolder {
    /// Makes the folder, if it is missing, and makes sure that the files of these tables, and one of another name, can be put
    /// there. The first table of runs is `runs`; without tables of comparisons there are none in the document either.
    ///
    /// # Errors
    ///
    /// When it cannot be made or written, or a folder has the name of a file.
    pub fn open(
        path: &Path,
        runs: Vec<Table<Results>>,
        comparisons: Vec<Table<Comparison>>,
        other: Option<&str>,
    ) -> io::Result<Self> {
        let mut names: Vec<String> = other.into_iter().chain([DOCUMENT]).map(str::to_owned).collect();
        names.extend(file_names(&runs).chain(file_names(&comparisons)));
        let folder = OutputFolder::open(path, MANIFEST, &names)?;
        Ok(ResultFolder { folder, runs, comparisons, files: None })
    }

    /// Writes the results of a scenario.
    ///
    /// # Errors
    ///
    /// What the file system returns.
    pub fn add_run(&mut self, results: &Results) -> io::Result<()> {
        let files = match &mut self.files {
            Some(files) => files,
            None => self.files.insert(Files::create(&self.folder, &self.runs, &self.comparisons)?),
        };
        files.runs_as_json.extend(rows(&self.runs[0], results).map(|row| SafeJson(row).to_string()));
        files.identities.push(results.identity());
        files.document.add("runs", &self.runs, results)?;
        files.runs.iter_mut().try_for_each(|file| file.add(&self.runs, results))
    }

    /// Writes a comparison, after the results of all scenarios.
    ///
    /// # Errors
    ///
    /// What the file system returns.
    pub fn add_comparison(&mut self, comparison: &Comparison) -> io::Result<()> {
        let Some(files) = &mut self.files else { return Ok(()) };
        files.document.add("comparisons", &self.comparisons, comparison)?;
        files.comparisons.iter_mut().try_for_each(|file| file.add(&self.comparisons, comparison))
    }

    /// Writes the file of another name, given the rows of the table `runs` as JSON; where there are results.
    ///
    /// # Errors
    ///
    /// What the file system or `write` returns.
    pub fn add_file(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut (dyn Write + Send), &str) -> io::Result<()>,
    ) -> io::Result<()> {
        let Some(files) = &mut self.files else { return Ok(()) };
        let runs = list(&files.runs_as_json);
        files.staged.push(self.folder.stage(name, |out| write(out, &runs))?);
        Ok(())
    }

    /// Completes all files, so that a full disk does not leave half of them new, and gives them their names. Without results
    /// there are none.
    ///
    /// # Errors
    ///
    /// What the file system returns.
    pub fn commit<R: Serialize>(self, failed: &[Failed<R>]) -> io::Result<()> {
        let Some(Files { document, runs, comparisons, runs_as_json, identities, staged }) = self.files else {
            return Ok(());
        };
        document.finish(failed)?;
        let about = list(&runs_as_json);
        runs.into_iter().chain(comparisons).try_for_each(|file| file.finish(&about))?;
        self.folder.commit(staged, &Value::Array(identities))
    }
}

impl Files {
    fn create(folder: &OutputFolder, runs: &[Table<Results>], comparisons: &[Table<Comparison>]) -> io::Result<Files> {
        let mut staged = Vec::new();
        let mut create = |name: &str| {
            let (out, file) = folder.create(name)?;
            staged.push(file);
            Ok(out)
        };
        let lists: &[&str] = if comparisons.is_empty() { &["runs"] } else { &["runs", "comparisons"] };
        let document = Document::new(create(DOCUMENT)?, lists)?;
        let runs = TableFiles::create_all(runs, &mut create)?;
        let comparisons = TableFiles::create_all(comparisons, &mut create)?;
        Ok(Files { document, runs, comparisons, runs_as_json: Vec::new(), identities: Vec::new(), staged })
    }
}

/// Names of the files of all tables that have any.
pub(super) fn file_names<S>(tables: &[Table<S>]) -> impl Iterator<Item = String> {
    wanted(tables).flat_map(|(_, table)| FORMATS.iter().map(move |format| format!("{table}.{format}")))
}

/// Names of the tables that have files, with their places among all.
fn wanted<S>(tables: &[Table<S>]) -> impl Iterator<Item = (usize, &'static str)> {
    tables.iter().enumerate().filter(|(_, table)| table.is_wanted()).map(|(place, table)| (place, table.name()))
}

/// Items as JSON, each on a line of its own.
pub(super) fn list(items: &[String]) -> String {
    let lines: Vec<String> = items.iter().map(|item| format!("\n{item}")).collect();
    format!("[{}]", lines.join(","))
}

/// A table in every format.
#[derive(Debug)]
pub(super) struct TableFiles {
    /// Place of the table among all.
    table: usize,
    csv: CsvWriter<BufWriter<StagedFile>>,
    #[cfg(feature = "parquet")]
    parquet: ParquetWriter<BufWriter<StagedFile>>,
}

impl TableFiles {
    /// Begins the files of all tables that are wanted.
    pub(super) fn create_all<S>(
        tables: &[Table<S>],
        create: &mut impl FnMut(&str) -> io::Result<BufWriter<StagedFile>>,
    ) -> io::Result<Vec<TableFiles>> {
        let of_table = |(table, name): (usize, &str)| {
            Ok(TableFiles {
                table,
                csv: CsvWriter::new(create(&format!("{name}.csv"))?, tables[table].columns())?,
                #[cfg(feature = "parquet")]
                parquet: ParquetWriter::new(create(&format!("{name}.parquet"))?, &tables[table])?,
            })
        };
        wanted(tables).map(of_table).collect()
    }

    /// Adds the rows of a source of these tables.
    pub(super) fn add<S>(&mut self, tables: &[Table<S>], source: &S) -> io::Result<()> {
        #[cfg(feature = "parquet")]
        self.parquet.add(&tables[self.table], source)?;
        self.csv.add(&tables[self.table], source)
    }

    /// Completes the files, given what Parquet ones say of their runs.
    #[cfg_attr(not(feature = "parquet"), expect(unused_variables))]
    pub(super) fn finish(self, runs: &str) -> io::Result<()> {
        #[cfg(feature = "parquet")]
        self.parquet.finish(runs)?;
        self.csv.finish().map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::example::{comparison, full_layout, full_results, layout, results};
    use crate::output::table::{comparison_tables, run_tables};
    use std::fs;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("readable");
        entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn nothing_has_its_name_before_all_is_there() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut files =
            ResultFolder::open(folder.path(), run_tables(&layout()), Vec::new(), Some("paths.csv")).expect("writable");
        assert!(names(folder.path()).iter().all(|name| name.starts_with(".riskband-")));
        for run in [results(), full_results()] {
            files.add_run(&run).expect("writable");
            assert!(names(folder.path()).iter().all(|name| name.starts_with(".riskband-")));
        }
        let runs_are_named = |out: &mut (dyn Write + Send), runs: &str| out.write_all(runs.as_bytes());
        files.add_file("paths.csv", runs_are_named).expect("writable");
        files.commit::<()>(&[]).expect("writable");
        let names = names(folder.path());
        // Correlations and relief were not asked for; the document, the other file, the manifest.
        assert_eq!(names.len(), 3 + 8 * FORMATS.len(), "{names:?}");
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("readable");
        let runs: serde_json::Value = serde_json::from_str(&read("paths.csv")).expect("JSON");
        assert_eq!((&runs[0]["scenario"], &runs[1]["content_hash"]), (&"small".into(), &"c0ffee".into()));
        assert_eq!(read("targets.csv").lines().count(), 3);
    }

    #[test]
    fn comparisons_follow_the_runs_and_what_is_not_committed_is_removed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (runs, comparisons) = (|| run_tables(&full_layout()), || comparison_tables(&full_layout()));
        let mut files = ResultFolder::open(folder.path(), runs(), comparisons(), None).expect("writable");
        files.add_run(&results()).expect("writable");
        files.add_comparison(&comparison("small", "other")).expect("writable");
        drop(files);
        assert_eq!(names(folder.path()).len(), 0);
        let files = ResultFolder::open(folder.path(), runs(), comparisons(), None).expect("writable");
        files.commit::<()>(&[]).expect("nothing to write");
        assert_eq!(names(folder.path()).len(), 0, "without results there are no files");
    }
}
