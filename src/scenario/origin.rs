//! Where a scenario comes from, and what it is called.

use super::shipped::{all, shipped};
use crate::diagnostic::{Problem, nearest_name};
use crate::results::names::{CHARTS_MANIFEST, DOCUMENT, MANIFEST};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

/// A schema lies beside scenarios, so that editors find it.
pub(crate) const SCHEMA: &str = "schema.json";

/// Where a scenario comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file.
    File(PathBuf),
    /// One of the shipped scenarios, by name.
    Shipped(String),
    /// Text on standard input.
    Text {
        /// How messages call the text, e.g. `<stdin>`.
        name: String,
        /// The text's bytes, which need not be UTF-8.
        bytes: Vec<u8>,
    },
}

/// The shipped scenario that a name may stand for: the nearest, or the only one that begins with it or contains it.
pub(crate) fn nearest_shipped(name: &str) -> Option<String> {
    let names = || all().iter().map(|shipped| shipped.name);
    let only = |part: &dyn Fn(&str) -> bool| {
        let mut found = names().filter(|name| part(name));
        found.next().filter(|_| found.next().is_none()).map(str::to_owned)
    };
    let word = name.to_lowercase();
    nearest_name(name, names())
        .or_else(|| only(&|name| !word.is_empty() && name.starts_with(&word)))
        .or_else(|| only(&|name| word.len() > 2 && name.contains(&word)))
}

impl Origin {
    /// What a name stands for: a shipped scenario, else a file. Shipped names go first: whatever lies in the current folder,
    /// `baseline` means the same; `./baseline` is a file.
    ///
    /// # Errors
    ///
    /// A name without folder and ending that is neither shipped nor there: it is taken as a mistyped shipped name.
    pub fn named(name: &Path) -> Result<Origin, Box<Problem>> {
        if let Some(name) = name.to_str().filter(|name| shipped(name).is_some()) {
            return Ok(Origin::Shipped(name.into()));
        }
        let is_bare = name.extension().is_none() && name.components().count() == 1 && !name.as_os_str().is_empty();
        if is_bare && !name.exists() {
            let name = name.to_string_lossy();
            let message = format!("there is no file or shipped scenario `{name}`");
            let problem = Problem::error("unknown-scenario", None, "", message)
                .nearest(nearest_shipped(&name))
                .help("`riskband list` shows the shipped scenarios");
            return Err(Box::new(problem));
        }
        Ok(Origin::File(name.to_owned()))
    }

    /// Whether a file is called as what riskband writes itself: the schema of scenarios, results, their manifests.
    pub fn is_no_scenario(file: &Path) -> bool {
        let is_called = |name: &str| file.file_name() == Some(OsStr::new(name));
        [SCHEMA, DOCUMENT, MANIFEST, CHARTS_MANIFEST].into_iter().any(is_called)
    }

    /// The *.json files of a folder, sorted by name; not those of its folders, no hidden ones, not the schema, no results.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read.
    pub fn in_folder(folder: &Path) -> io::Result<Vec<Origin>> {
        let mut files = Vec::new();
        for entry in folder.read_dir()? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default();
            let is_hidden = name.to_string_lossy().starts_with('.');
            if path.extension() == Some(OsStr::new("json"))
                && !Origin::is_no_scenario(&path)
                && !is_hidden
                && !path.is_dir()
            {
                files.push(path);
            }
        }
        files.sort();
        Ok(files.into_iter().map(Origin::File).collect())
    }

    /// What two origins of one scenario share, however their paths are written.
    pub fn identity(&self) -> PathBuf {
        match self {
            Origin::File(path) => path.canonicalize().unwrap_or_else(|_| path.clone()),
            other => other.label().into(),
        }
    }

    /// What the scenario is called when its name alone does not tell it apart: its path without the ending,
    /// `shipped:NAME`, or what the text is called.
    pub fn label(&self) -> String {
        match self {
            Origin::File(path) => path.with_extension("").display().to_string(),
            Origin::Shipped(name) => format!("shipped:{name}"),
            Origin::Text { name, .. } => name.clone(),
        }
    }

    /// The name of the scenario: the file's stem, the shipped name, or what the text is called.
    pub fn scenario(&self) -> String {
        match self {
            Origin::File(path) => path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
            Origin::Shipped(name) => name.clone(),
            Origin::Text { name, .. } => name.trim_matches(['<', '>']).to_owned(),
        }
    }
}

/// Replaces names that stand there more than once by the labels of their origins.
pub fn tell_apart(names: &mut [&mut String], labels: &[String]) {
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

    #[test]
    fn only_names_that_clash_become_labels() {
        let mut names = ["a", "b", "a"].map(String::from);
        tell_apart(&mut names.each_mut(), &["x/a".into(), "x/b".into(), "shipped:a".into()]);
        assert_eq!(names, ["x/a", "b", "shipped:a"]);
    }

    #[test]
    fn shipped_names_go_first_and_bare_names_that_are_nothing_are_mistyped() {
        assert_eq!(Origin::named(Path::new("baseline")), Ok(Origin::Shipped("baseline".into())));
        assert_eq!(Origin::named(Path::new("./baseline")), Ok(Origin::File("./baseline".into())));
        assert_eq!(Origin::named(Path::new("no.json")), Ok(Origin::File("no.json".into())), "reading it tells");
        let problem = Origin::named(Path::new("basline")).expect_err("nothing of that name");
        assert_eq!((problem.code, problem.nearest.as_deref()), ("unknown-scenario", Some("baseline")));
    }
}
