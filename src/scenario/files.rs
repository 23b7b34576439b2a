//! Files below a root: where scenarios may reach, and how a file is read without waiting or drowning.

use super::parse::too_large;
use super::place::Place;
use crate::diagnostic::{Problem, nearest_name};
use crate::limits::Limits;
use std::fs::{self, File, Metadata};
use std::io::{ErrorKind, Read};
use std::path::{Component, Path, PathBuf};

/// What marks a folder as the root of the scenarios below it: a file of our own, or a repository.
const MARKERS: [&str; 2] = [".riskband", ".git"];

/// Entries of a folder that are looked through for the nearest name.
const MOST_ENTRIES: usize = 10_000;

/// The folder below which files stay: the nearest of `folder` and its parents that holds `.riskband` or `.git`, else `folder`.
///
/// `folder` is canonical, and so is the result.
pub(crate) fn root_of(folder: &Path) -> PathBuf {
    let is_marked = |folder: &&Path| MARKERS.iter().any(|marker| folder.join(marker).exists());
    folder.ancestors().find(is_marked).unwrap_or(folder).to_owned()
}

/// Finds the regular file that `path` names, seen from `folder`, and refuses what lies outside `root`.
///
/// `root` and `folder` are canonical, and so is the result: two paths to one file give the same. Paths are written with `/`
/// on every system; absolute ones, `..` and links that lead out of the root are refused.
///
/// # Errors
///
/// One problem that says what is wrong with the path, with the nearest file name where there is none of that name.
pub fn locate(root: &Path, folder: &Path, path: &str, written: &Place) -> Result<PathBuf, Box<Problem>> {
    if path.contains('\\') {
        let message = format!("`{path}` has a backslash");
        return Err(written
            .error("path-backslash", message)
            .help(format!("write `{}`", path.replace('\\', "/")))
            .into());
    }
    if path.contains("://") {
        let message = format!("`{path}` is an address, and scenarios are made of files");
        return Err(written.error("path-address", message).help("save it beside this file and name that").into());
    }
    let drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes()[0].is_ascii_alphabetic();
    if Path::new(path).has_root() || drive {
        let message = format!("`{path}` is an absolute path");
        let help = "write it relative to this file, so that the folder can be moved";
        return Err(written.error("path-absolute", message).help(help).into());
    }
    let outside = || {
        written
            .error("path-outside-root", format!("`{path}` leads out of the root of this scenario"))
            .expected(format!("a file below {}", root.display()))
            .help("put a file `.riskband` into the folder that should be the root, or name it with --root")
    };
    // Before the disk is asked: nothing outside the root may be probed for, not even whether it exists.
    let joined = plain(&folder.join(path));
    if !joined.starts_with(root) {
        return Err(outside().into());
    }
    let file = match joined.canonicalize() {
        Ok(file) if file.starts_with(root) => file,
        Ok(_) => return Err(outside().into()),
        Err(error) => return Err(missing(root, &joined, path, &error, written).into()),
    };
    check_regular(&file, path).map_err(|problem| written.moved(*problem))?;
    Ok(file)
}

/// Reads a file of at most `limits.file` bytes; `name` is how problems call it.
///
/// # Errors
///
/// A problem without a place when it is missing, no regular file, too large or cannot be read. Only metadata is asked of what is
/// not a regular file: opening a named pipe would wait for its writer for ever.
pub fn read(path: &Path, name: &str, limits: &Limits) -> Result<Vec<u8>, Box<Problem>> {
    let metadata = check_regular(path, name)?;
    if metadata.len() > limits.file {
        return Err(too_large(metadata.len(), limits.file).into());
    }
    let mut bytes = Vec::new();
    // The size is asked again of what was read: files grow, and those of /proc have no size.
    let read = File::open(path).and_then(|file| file.take(limits.file.saturating_add(1)).read_to_end(&mut bytes));
    match read {
        Ok(_) if bytes.len() as u64 > limits.file => Err(too_large(bytes.len() as u64, limits.file).into()),
        Ok(_) => Ok(bytes),
        Err(error) => Err(unreadable(name, &error).into()),
    }
}

fn check_regular(path: &Path, name: &str) -> Result<Metadata, Box<Problem>> {
    let metadata = fs::metadata(path).map_err(|error| unreadable(name, &error))?;
    if metadata.is_file() {
        return Ok(metadata);
    }
    let found = if metadata.is_dir() { "a folder" } else { "a pipe, socket or device" };
    Err(Problem::error("file-not-regular", None, "", format!("`{name}` is not a regular file"))
        .expected("a file")
        .found(found)
        .into())
}

fn unreadable(name: &str, error: &std::io::Error) -> Problem {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidInput => {
            Problem::error("file-missing", None, "", format!("there is no file `{name}`"))
        }
        _ => Problem::error("file-unreadable", None, "", format!("`{name}` cannot be read: {error}")),
    }
}

/// A file that does not exist or cannot be reached, with the nearest name in its folder if that lies below the root.
fn missing(root: &Path, joined: &Path, path: &str, error: &std::io::Error, written: &Place) -> Problem {
    let problem = written.moved(unreadable(path, error));
    let folder =
        joined.parent().and_then(|folder| folder.canonicalize().ok()).filter(|folder| folder.starts_with(root));
    let Some(nearest) = folder.and_then(|folder| nearest_file(&folder, joined)) else { return problem };
    let before = path.rfind('/').map_or("", |slash| &path[..=slash]);
    problem.nearest(Some(format!("{before}{nearest}")))
}

/// The name in a folder that is nearest to the last part of a path.
pub(super) fn nearest_file(folder: &Path, path: &Path) -> Option<String> {
    let entries = fs::read_dir(folder).ok()?.take(MOST_ENTRIES).flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    // The order of a folder is the file system's; of two equally near names the same one is offered everywhere.
    names.sort();
    nearest_name(path.file_name()?.to_str()?, names.iter().map(String::as_str))
}

/// A path without `.` and with every `..` taken together with the part before it, as if there were no links.
pub(super) fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                plain.pop();
            }
            _ => plain.push(component),
        }
    }
    plain
}
