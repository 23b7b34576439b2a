//! Folders of results: whether their files are those of one run.

use super::exit::Failure;
use crate::diagnostic::Problem;
use crate::output::Manifest;
use crate::results::names::{CHARTS_MANIFEST, MANIFEST};
use crate::scenario::Origin;
use std::path::{Path, PathBuf};

/// A folder held against its manifest, or its two: of tables and of charts.
#[derive(Debug)]
pub(super) struct ResultsFolder {
    /// As it was named.
    pub(super) path: PathBuf,
    /// Number of files that the manifests list.
    pub(super) files: usize,
    /// The hashes of the runs.
    pub(super) runs: Vec<String>,
    /// What is wrong with it.
    pub(super) problems: Vec<Problem>,
}

/// Checks the folders with manifests among the arguments, and gives the arguments that may name scenarios.
///
/// # Errors
///
/// When a file cannot be read.
pub(super) fn check(arguments: &[PathBuf]) -> Result<(Vec<ResultsFolder>, Vec<PathBuf>), Failure> {
    let (mut folders, mut others) = (Vec::new(), Vec::new());
    for argument in arguments {
        let folder = if argument.is_dir() { held_against_manifests(argument)? } else { None };
        // Scenarios may lie in the folder of their results.
        if folder.is_none() || Origin::in_folder(argument).is_ok_and(|origins| !origins.is_empty()) {
            others.push(argument.clone());
        }
        folders.extend(folder);
    }
    Ok((folders, others))
}

fn held_against_manifests(path: &Path) -> Result<Option<ResultsFolder>, Failure> {
    let unread = |error| Failure::read(path.display().to_string(), error);
    let mut folder = ResultsFolder { path: path.to_owned(), files: 0, runs: Vec::new(), problems: Vec::new() };
    for name in [MANIFEST, CHARTS_MANIFEST] {
        let Some(manifest) = Manifest::read(&path.join(name)).map_err(unread)? else { continue };
        folder.files += manifest.files();
        folder.runs.push(manifest.run_hash());
        let complaints = manifest.complaints(path).map_err(unread)?;
        let problem = |text| {
            Problem::error("mixed-results", None, "", text)
                .expected(format!("the {} files of one run that {name} lists", manifest.files()))
        };
        folder.problems.extend(complaints.into_iter().map(problem));
    }
    Ok((!folder.runs.is_empty()).then_some(folder))
}
