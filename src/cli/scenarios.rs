//! Scenarios as named on the command line: files, folders, shipped names, standard input.

use super::exit::Failure;
use crate::diagnostic::{Problem, Sources};
use crate::limits::Limits;
use crate::results::names::{CHARTS_MANIFEST, MANIFEST};
use crate::study::{Origin, Rejected};
use std::collections::HashSet;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The scenario that is meant when none is named.
const BASELINE: &str = "baseline";

/// What the arguments name.
#[derive(Debug, Default)]
pub(super) struct NamedScenarios {
    /// Scenarios to load, in order, each once.
    pub(super) origins: Vec<Origin>,
    /// Names that stand for nothing.
    pub(super) rejected: Vec<Rejected>,
    /// What the user may not expect.
    pub(super) notes: Vec<String>,
}

/// Finds what the arguments name. Standard input is read here, up to one byte more than a file may have.
pub(super) fn find(arguments: &[PathBuf], limits: &Limits) -> Result<NamedScenarios, Failure> {
    let mut found = NamedScenarios::default();
    if arguments.is_empty() {
        found.origins.push(Origin::Shipped(BASELINE.into()));
    }
    if arguments.iter().filter(|argument| is_stdin(argument)).count() > 1 {
        return Err(Failure::Usage("standard input (-) can be read once only".into()));
    }
    let mut seen = HashSet::new();
    let all_are_meant = arguments.iter().all(|argument| Origin::is_no_scenario(argument));
    for argument in arguments {
        // A shell writes `*.json` out: what riskband made itself is among them.
        if !all_are_meant && Origin::is_no_scenario(argument) && argument.is_file() {
            found.notes.push(format!("`{}` is called as no scenario is, and passed over", argument.display()));
            continue;
        }
        for origin in origins_of(argument, limits, &mut found)? {
            if seen.insert(origin.identity()) {
                found.origins.push(origin);
            } else {
                found.notes.push(format!("`{}` is named more than once and read once", origin.label()));
            }
        }
    }
    Ok(found)
}

fn is_stdin(argument: &Path) -> bool {
    argument.as_os_str() == "-"
}

fn origins_of(argument: &Path, limits: &Limits, found: &mut NamedScenarios) -> Result<Vec<Origin>, Failure> {
    if is_stdin(argument) {
        return Ok(vec![read_stdin(limits)?]);
    }
    match Origin::named(argument) {
        Ok(Origin::File(folder)) if folder.is_dir() => Ok(in_folder(&folder, found)),
        Ok(origin) => {
            if let Origin::Shipped(name) = &origin
                && argument.exists()
            {
                found
                    .notes
                    .push(format!("`{name}` is the shipped scenario; write ./{name} for the one in this folder"));
            }
            Ok(vec![origin])
        }
        Err(problem) => {
            found.rejected.push(rejected(argument, *problem));
            Ok(Vec::new())
        }
    }
}

fn in_folder(folder: &Path, found: &mut NamedScenarios) -> Vec<Origin> {
    let origins = Origin::in_folder(folder);
    let problem = match &origins {
        Ok(origins) if origins.is_empty() => {
            let problem = Problem::error("empty-folder", None, "", "there is no scenario in this folder")
                .expected("files that end in .json");
            match [MANIFEST, CHARTS_MANIFEST].iter().any(|manifest| folder.join(manifest).exists()) {
                true => {
                    problem.help("it holds results: `riskband check` with this folder says whether they are of one run")
                }
                false => problem,
            }
        }
        Ok(_) => return origins.unwrap_or_default(),
        Err(error) => Problem::error("file-unreadable", None, "", format!("the folder cannot be read: {error}")),
    };
    found.rejected.push(rejected(folder, problem));
    Vec::new()
}

fn rejected(argument: &Path, problem: Problem) -> Rejected {
    let scenario = argument.display().to_string();
    Rejected { scenario, sources: Sources::default(), problems: vec![problem] }
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn names(folder: &Path, arguments: &[&str]) -> (Vec<String>, Vec<&'static str>, usize) {
        let arguments: Vec<PathBuf> = arguments.iter().map(|argument| folder.join(argument)).collect();
        let found = find(&arguments, &Limits::default()).expect("readable");
        let label = |origin: &Origin| origin.label().replace(&format!("{}/", folder.display()), "");
        let codes = found.rejected.iter().map(|rejected| rejected.problems[0].code).collect();
        (found.origins.iter().map(label).collect(), codes, found.notes.len())
    }

    #[test]
    fn a_folder_gives_its_own_json_files_sorted() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in ["b.json", "a.json", "schema.json", "manifest.json", "results.json", "notes.txt", ".hidden.json"] {
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
        let written_out = names(folder.path(), &["a.json", "b.json", "results.json", "schema.json"]);
        assert_eq!(written_out, (vec!["a".into(), "b".into()], vec![], 2), "what is no scenario is passed over");
        assert_eq!(names(folder.path(), &["schema.json"]), (vec!["schema".into()], vec![], 0), "unless it is meant");
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
}
