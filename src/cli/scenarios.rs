//! Scenarios as named on the command line: files, folders, shipped names, standard input.

use super::exit::Failure;
use crate::diagnostic::{Problem, Sources, nearest_name};
use crate::limits::Limits;
use crate::scenario::{all_shipped, shipped};
use crate::study::{Origin, Rejected};
use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The scenario that is meant when none is named.
const BASELINE: &str = "baseline";
/// A schema lies beside scenarios, so that editors find it.
const SCHEMA: &str = "schema.json";

/// What the arguments name.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Scenarios to load, in order, each once.
    pub(super) origins: Vec<Origin>,
    /// Names that stand for nothing.
    pub(super) rejected: Vec<Rejected>,
    /// What the user may not expect.
    pub(super) notes: Vec<String>,
}

/// Finds what the arguments name. Standard input is read here, up to one byte more than a file may have.
pub(super) fn find(arguments: &[PathBuf], limits: &Limits) -> Result<Found, Failure> {
    let mut found = Found::default();
    if arguments.is_empty() {
        found.origins.push(Origin::Shipped(BASELINE.into()));
    }
    if arguments.iter().filter(|argument| is_stdin(argument)).count() > 1 {
        return Err(Failure::Usage("standard input (-) can be read once only".into()));
    }
    let mut seen = HashSet::new();
    for argument in arguments {
        for origin in origins_of(argument, limits, &mut found)? {
            if seen.insert(identity(&origin)) {
                found.origins.push(origin);
            } else {
                found.notes.push(format!("`{}` is named more than once and read once", label(&origin)));
            }
        }
    }
    Ok(found)
}

fn is_stdin(argument: &Path) -> bool {
    argument.as_os_str() == "-"
}

fn origins_of(argument: &Path, limits: &Limits, found: &mut Found) -> Result<Vec<Origin>, Failure> {
    if is_stdin(argument) {
        return Ok(vec![read_stdin(limits)?]);
    }
    // Shipped names go first: whatever lies in the current folder, `riskband run baseline` means the same.
    if let Some(name) = argument.to_str().filter(|name| shipped(name).is_some()) {
        if argument.exists() {
            found.notes.push(format!("`{name}` is the shipped scenario; write ./{name} for the one in this folder"));
        }
        return Ok(vec![Origin::Shipped(name.into())]);
    }
    if argument.is_dir() {
        let files = match scenario_files(argument) {
            Ok(files) => files,
            Err(error) => {
                let message = format!("the folder cannot be read: {error}");
                found.rejected.push(rejected(argument, Problem::error("file-unreadable", None, "", message)));
                return Ok(Vec::new());
            }
        };
        if files.is_empty() {
            let problem = Problem::error("empty-folder", None, "", "there is no scenario in this folder")
                .expected("files that end in .json");
            found.rejected.push(rejected(argument, problem));
        }
        return Ok(files.into_iter().map(Origin::File).collect());
    }
    if is_bare_name(argument) && !argument.exists() {
        let name = argument.to_string_lossy();
        let problem =
            Problem::error("unknown-scenario", None, "", format!("there is no file or shipped scenario `{name}`"))
                .nearest(nearest_name(&name, all_shipped().iter().map(|shipped| shipped.name)))
                .help("`riskband list` shows the shipped scenarios");
        found.rejected.push(rejected(argument, problem));
        return Ok(Vec::new());
    }
    Ok(vec![Origin::File(argument.to_owned())])
}

fn rejected(argument: &Path, problem: Problem) -> Rejected {
    let scenario = argument.display().to_string();
    Rejected { scenario, sources: Sources::default(), problems: vec![problem] }
}

/// Whether it could be a mistyped shipped name: no folder, no ending.
fn is_bare_name(argument: &Path) -> bool {
    argument.extension().is_none() && argument.components().count() == 1 && !argument.as_os_str().is_empty()
}

/// The *.json files of a folder, sorted by name; not those of its folders, no hidden ones, not the schema.
fn scenario_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in folder.read_dir()? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        let is_hidden = name.to_string_lossy().starts_with('.');
        if path.extension() == Some(OsStr::new("json")) && name != SCHEMA && !is_hidden && !path.is_dir() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read_stdin(limits: &Limits) -> Result<Origin, Failure> {
    let mut bytes = Vec::new();
    let stdin = io::stdin().lock();
    stdin
        .take(limits.file.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::read("standard input", error))?;
    Ok(Origin::Text { name: "<stdin>".into(), bytes })
}

/// Two paths to one file are the same scenario.
fn identity(origin: &Origin) -> PathBuf {
    match origin {
        Origin::File(path) => path.canonicalize().unwrap_or_else(|_| path.clone()),
        other => label(other).into(),
    }
}

/// What a scenario is called when its name alone does not tell it apart.
pub(super) fn label(origin: &Origin) -> String {
    match origin {
        Origin::File(path) => path.with_extension("").display().to_string(),
        Origin::Shipped(name) => format!("shipped:{name}"),
        Origin::Text { name, .. } => name.clone(),
    }
}

/// Replaces names that stand there more than once by their labels.
pub(super) fn tell_apart(names: &mut [&mut String], labels: &[String]) {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for name in names.iter() {
        *counts.entry(name.to_string()).or_default() += 1;
    }
    for (name, label) in names.iter_mut().zip(labels) {
        if counts[name.as_str()] > 1 {
            label.clone_into(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn names(folder: &Path, arguments: &[&str]) -> (Vec<String>, Vec<&'static str>, usize) {
        let arguments: Vec<PathBuf> = arguments.iter().map(|argument| folder.join(argument)).collect();
        let found = find(&arguments, &Limits::default()).expect("readable");
        let label = |origin: &Origin| label(origin).replace(&format!("{}/", folder.display()), "");
        let codes = found.rejected.iter().map(|rejected| rejected.problems[0].code).collect();
        (found.origins.iter().map(label).collect(), codes, found.notes.len())
    }

    #[test]
    fn a_folder_gives_its_own_json_files_sorted() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in ["b.json", "a.json", "schema.json", "notes.txt", ".hidden.json"] {
            fs::write(folder.path().join(name), "{}").expect("writable");
        }
        for name in ["invalid", "empty", "folder.json"] {
            fs::create_dir(folder.path().join(name)).expect("writable");
        }
        fs::write(folder.path().join("invalid/c.json"), "{}").expect("writable");
        assert_eq!(names(folder.path(), &["."]), (vec!["./a".into(), "./b".into()], vec![], 0));
        assert_eq!(names(folder.path(), &["empty"]), (vec![], vec!["empty-folder"], 0));
        let both = names(folder.path(), &["b.json", ".", "./b.json"]);
        assert_eq!(both, (vec!["b".into(), "./a".into()], vec![], 2), "each file once");
    }

    #[test]
    fn nothing_named_is_the_baseline() {
        let found = find(&[], &Limits::default()).expect("nothing to read");
        assert_eq!(found.origins, [Origin::Shipped("baseline".into())]);
        let found = find(&["baseline".into()], &Limits::default()).expect("nothing to read");
        assert_eq!(found.origins, [Origin::Shipped("baseline".into())]);
    }

    #[test]
    fn a_mistyped_name_is_told_and_a_missing_file_is_left_to_loading() {
        let found = find(&["basline".into()], &Limits::default()).expect("nothing to read");
        assert_eq!(found.rejected[0].problems[0].nearest.as_deref(), Some("baseline"));
        let found = find(&["basline.json".into(), "a/b".into()], &Limits::default()).expect("nothing to read");
        assert_eq!(found.origins.len(), 2);
    }

    #[test]
    fn standard_input_is_read_once_only() {
        let twice = find(&["-".into(), "-".into()], &Limits::default());
        assert!(matches!(twice, Err(Failure::Usage(_))));
    }

    #[test]
    fn only_names_that_clash_become_labels() {
        let mut names = ["a", "b", "a"].map(String::from);
        tell_apart(&mut names.each_mut(), &["x/a".into(), "x/b".into(), "shipped:a".into()]);
        assert_eq!(names, ["x/a", "b", "shipped:a"]);
    }
}
