//! The list of a folder's files that ties them to one run: what each is called, how long it is, its hash.

use super::SafeJson;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

/// The version of the format.
const FORMAT: u64 = 1;

/// Bytes of the longest manifest that is read.
const LONGEST: u64 = 1 << 26;

/// A file of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    /// Name in the folder.
    pub(super) name: String,
    bytes: u64,
    /// SHA-256 of its content, in hexadecimal digits.
    sha256: String,
}

/// The files of a run in a folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// Whether the run gave all of its files their names.
    complete: bool,
    /// In the order of their names.
    files: Vec<Listed>,
    /// Of an incomplete one: the files of the run before, which may still be there.
    before: Vec<Listed>,
    /// Scenario, hash, paths and seed of each run.
    runs: Value,
}

impl Listed {
    pub(super) fn new(name: &str, bytes: u64, hash: &[u8]) -> Listed {
        Listed { name: name.to_owned(), bytes, sha256: hexadecimal(hash) }
    }

    /// Whether the folder has a plain file of this name with just this content.
    pub(super) fn is_in(&self, folder: &Path) -> io::Result<bool> {
        let path = folder.join(&self.name);
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_file() && metadata.len() == self.bytes => {}
            Ok(_) => return Ok(false),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        }
        let mut hash = Hashing(Sha256::new());
        io::copy(&mut File::open(path)?, &mut hash)?;
        Ok(hexadecimal(&hash.0.finalize()) == self.sha256)
    }

    fn to_json(&self) -> Value {
        json!({ "name": self.name, "bytes": self.bytes, "sha256": self.sha256 })
    }

    fn from_json(value: &Value) -> Option<Listed> {
        let text = |key: &str| Some(value.get(key)?.as_str()?.to_owned());
        let name = text("name")?;
        // A name leads nowhere else.
        let is_plain = Path::new(&name).file_name().is_some_and(|file| file == name.as_str());
        is_plain.then_some(Listed { name, bytes: value.get("bytes")?.as_u64()?, sha256: text("sha256")? })
    }
}

impl Manifest {
    /// The manifest of a complete run with these files.
    pub(super) fn of(mut files: Vec<Listed>, runs: Value) -> Manifest {
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Manifest { complete: true, files, before: Vec::new(), runs }
    }

    /// The same while files get their names, in a folder that had those files before.
    pub(super) fn begun(&self, before: &[Listed]) -> Manifest {
        Manifest { complete: false, before: before.to_vec(), ..self.clone() }
    }

    /// Reads a manifest; none where there is no file.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is no manifest.
    pub fn read(path: &Path) -> io::Result<Option<Manifest>> {
        match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.len() <= LONGEST => {}
            Ok(_) => return Err(foreign(path)),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        }
        let value: Option<Value> = serde_json::from_slice(&fs::read(path)?).ok();
        value.as_ref().and_then(Manifest::from_json).map(Some).ok_or_else(|| foreign(path))
    }

    /// What is wrong with a folder of this manifest, in sentences: nothing where its files are those of one run.
    ///
    /// # Errors
    ///
    /// When a file cannot be read.
    pub fn complaints(&self, folder: &Path) -> io::Result<Vec<String>> {
        let mut complaints = Vec::new();
        if !self.complete {
            let text = "the run that wrote here was stopped before all of its files had their names; run it again";
            complaints.push(text.to_owned());
        }
        for listed in &self.files {
            let name = &listed.name;
            if listed.is_in(folder)? {
                continue;
            }
            let is_missing = fs::symlink_metadata(folder.join(name)).is_err();
            let is_old = self.before.iter().any(|old| old.name == *name && old.is_in(folder).unwrap_or(false));
            complaints.push(match (is_missing, is_old) {
                (true, _) => format!("`{name}` is missing"),
                (_, true) => format!("`{name}` is of the run before"),
                _ => format!("`{name}` is not the file that the run wrote"),
            });
        }
        Ok(complaints)
    }

    /// Number of files of the run.
    pub fn files(&self) -> usize {
        self.files.len()
    }

    /// One hash for all: SHA-256 of the lines that `sha256sum` prints of the files in the order of their names.
    pub fn run_hash(&self) -> String {
        let line = |listed: &Listed| format!("{}  {}\n", listed.sha256, listed.name);
        hexadecimal(&Sha256::digest(self.files.iter().map(line).collect::<String>()))
    }

    /// Whether a file of this name is of the run.
    pub(super) fn has(&self, name: &str) -> bool {
        self.files.iter().any(|listed| listed.name == name)
    }

    /// All files that it knows.
    pub(super) fn into_listed(self) -> Vec<Listed> {
        [self.files, self.before].concat()
    }

    pub(super) fn to_json(&self) -> String {
        let list = |files: &[Listed]| {
            let lines: Vec<String> = files.iter().map(|file| format!("\n{}", SafeJson(file.to_json()))).collect();
            format!("[{}]", lines.join(","))
        };
        let runs = self.runs.as_array().map_or(&[][..], Vec::as_slice);
        let runs: Vec<String> = runs.iter().map(|run| format!("\n{}", SafeJson(run))).collect();
        let before = match self.before.is_empty() {
            true => String::new(),
            false => format!(",\n\"before\": {}", list(&self.before)),
        };
        format!(
            "{{\n\"riskband\": {},\n\"manifest\": {FORMAT},\n\"complete\": {},\n\"run\": {},\n\"runs\": [{}],\n\"files\": \
             {}{before}\n}}\n",
            SafeJson(env!("CARGO_PKG_VERSION")),
            self.complete,
            SafeJson(self.run_hash()),
            runs.join(","),
            list(&self.files),
        )
    }

    fn from_json(value: &Value) -> Option<Manifest> {
        if value.get("manifest")?.as_u64()? != FORMAT {
            return None;
        }
        let list = |key: &str| value.get(key)?.as_array()?.iter().map(Listed::from_json).collect::<Option<Vec<_>>>();
        let before = if value.get("before").is_some() { list("before")? } else { Vec::new() };
        let complete = value.get("complete")?.as_bool()?;
        Some(Manifest { complete, files: list("files")?, before, runs: value.get("runs")?.clone() })
    }
}

struct Hashing(Sha256);

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn foreign(path: &Path) -> io::Error {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let text = format!("`{name}` in it is no manifest of results; move it away, or name another folder");
    io::Error::new(ErrorKind::InvalidData, text)
}

fn hexadecimal(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let listed = |name: &str, text: &str| Listed::new(name, text.len() as u64, &Sha256::digest(text));
        Manifest::of(vec![listed("b.csv", "2"), listed("a \"x\".csv", "1")], json!([{ "scenario": "small" }]))
    }

    #[test]
    fn reads_what_it_writes() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("manifest.json");
        assert_eq!(Manifest::read(&path).expect("nothing there"), None);
        for written in [manifest(), manifest().begun(&manifest().into_listed())] {
            fs::write(&path, written.to_json()).expect("writable");
            assert_eq!(Manifest::read(&path).expect("readable"), Some(written));
        }
        for text in ["", "[]", "{\"manifest\": 2}", &manifest().to_json().replace("b.csv", "../b.csv")] {
            fs::write(&path, text).expect("writable");
            assert!(Manifest::read(&path).is_err(), "{text}");
        }
    }

    #[test]
    fn the_hash_of_a_run_is_that_of_the_lines_of_sha256sum() {
        // printf '1' | sha256sum, and so on.
        let lines = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b  a \"x\".csv\n\
                     d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35  b.csv\n";
        assert_eq!(manifest().run_hash(), hexadecimal(&Sha256::digest(lines)));
    }

    #[test]
    fn what_is_not_of_the_run_is_told() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let complaints = |manifest: &Manifest| manifest.complaints(folder.path()).expect("readable");
        assert_eq!(complaints(&manifest()), ["`a \"x\".csv` is missing", "`b.csv` is missing"]);
        fs::write(folder.path().join("a \"x\".csv"), "1").expect("writable");
        fs::write(folder.path().join("b.csv"), "3").expect("writable");
        assert_eq!(complaints(&manifest()), ["`b.csv` is not the file that the run wrote"]);
        let old = Listed::new("b.csv", 1, &Sha256::digest("3"));
        assert_eq!(complaints(&manifest().begun(&[old]))[1..], ["`b.csv` is of the run before"]);
        fs::write(folder.path().join("b.csv"), "2").expect("writable");
        assert_eq!(complaints(&manifest()).len(), 0);
    }
}
