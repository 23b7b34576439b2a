//! Files that appear whole or not at all, and folders whose files are those of one run.

use super::manifest::{Listed, Manifest};
use super::staging::Staging;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fs::{self, File, FileType, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Most files of a folder whose content is brought to the disk before they get their names.
const SYNCED: usize = 100;

/// A folder for files of one run, made and tried out before the run that fills it.
#[derive(Debug)]
pub struct OutputFolder {
    path: PathBuf,
    staging: Arc<Staging>,
    /// Name of the file that says which files are of one run.
    manifest: &'static str,
}

impl OutputFolder {
    /// Makes the folder if it is missing and makes sure that files of these names can be put there, and a manifest.
    ///
    /// # Errors
    ///
    /// When it cannot be made or written, when the file system does not take a name, and when something that is no plain
    /// file has the name of a file, or something that is no manifest that of the manifest.
    pub fn open(path: &Path, manifest: &'static str, names: &[String]) -> io::Result<Self> {
        fs::create_dir_all(path)?;
        let staging = Staging::within(path)?;
        for name in names.iter().map(String::as_str).chain([manifest]) {
            staging.try_name(name)?;
            check_replaceable(path, name)?;
        }
        Manifest::read(&path.join(manifest))?;
        Ok(OutputFolder { path: path.to_owned(), staging: Arc::new(staging), manifest })
    }

    /// Makes a file beside its final place, to be written bit by bit before its commit.
    ///
    /// # Errors
    ///
    /// What the file system returns.
    pub fn create(&self, name: &str) -> io::Result<(BufWriter<StagedFile>, Staged)> {
        Staged::create(&self.staging, name)
    }

    /// Writes a file beside its final place, where it waits for its commit.
    ///
    /// # Errors
    ///
    /// What the file system or `write` returns; nothing is left behind.
    pub fn stage(
        &self,
        name: &str,
        write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
    ) -> io::Result<Staged> {
        let (mut out, staged) = self.create(name)?;
        write(&mut out)?;
        out.flush()?;
        Ok(staged)
    }

    /// Gives all files their names. They must be complete and closed: Windows does not rename a file that is open.
    ///
    /// From before the first rename until after the last one the manifest says that the folder is incomplete, so that a
    /// program that is killed in between, or an error, leaves no mixture that cannot be told as one. Files of the run
    /// before, as its manifest knows them, are removed where this one has none of that name. All of them are `runs`'.
    ///
    /// # Errors
    ///
    /// What the file system returns.
    pub fn commit(self, staged: Vec<Staged>, runs: &Value) -> io::Result<()> {
        let place = self.path.join(self.manifest);
        let before = Manifest::read(&place)?.map_or_else(Vec::new, Manifest::into_listed);
        let complete = Manifest::of(staged.iter().map(Staged::listed).collect(), runs.clone());
        // Both are there before the first file gets its name: a full disk changes nothing.
        let begun = self.stage_manifest("begun", &complete.begun(&before))?;
        let ended = self.stage_manifest("ended", &complete)?;
        // Charts of hundreds of scenarios would wait for the disk for minutes: there the hashes tell what a loss of power
        // has spoilt.
        let synced = if staged.len() <= SYNCED { &staged[..] } else { &[] };
        synced.iter().chain([&begun, &ended]).try_for_each(Staged::sync)?;

        begun.rename_to(&place)?;
        sync_folder(&self.path)?;
        staged.into_iter().try_for_each(|file| {
            check_replaceable(&self.path, &file.name)?;
            file.rename_to(&self.path.join(&file.name))
        })?;
        for listed in before.iter().filter(|listed| !complete.has(&listed.name)) {
            if listed.is_in(&self.path)? {
                fs::remove_file(self.path.join(&listed.name))?;
            }
        }
        sync_folder(&self.path)?;
        ended.rename_to(&place)?;
        sync_folder(&self.path)
    }

    fn stage_manifest(&self, state: &str, manifest: &Manifest) -> io::Result<Staged> {
        self.stage(&format!("{state}.riskband"), |out| out.write_all(manifest.to_json().as_bytes()))
    }
}

/// A file that does not have its name yet. Dropped without a commit, it is removed with the folder that it waits in.
#[derive(Debug)]
pub struct Staged {
    name: String,
    temporary: PathBuf,
    content: Arc<Mutex<Content>>,
    /// Where it waits.
    _staging: Arc<Staging>,
}

/// What has been written of a file.
#[derive(Debug, Default)]
struct Content {
    bytes: u64,
    hash: Sha256,
}

/// A file that is being written; its content is hashed on the way.
#[derive(Debug)]
pub struct StagedFile {
    file: File,
    content: Arc<Mutex<Content>>,
}

impl Write for StagedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        let mut content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
        content.bytes += written as u64;
        content.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Staged {
    fn create(staging: &Arc<Staging>, name: &str) -> io::Result<(BufWriter<StagedFile>, Staged)> {
        let temporary = staging.place(name);
        let file = File::create_new(&temporary)?;
        let content = Arc::default();
        let staged =
            Staged { name: name.to_owned(), temporary, content: Arc::clone(&content), _staging: Arc::clone(staging) };
        Ok((BufWriter::new(StagedFile { file, content }), staged))
    }

    fn listed(&self) -> Listed {
        let content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
        Listed::new(&self.name, content.bytes, &content.hash.clone().finalize())
    }

    /// Makes sure that what was written outlives a loss of power.
    fn sync(&self) -> io::Result<()> {
        OpenOptions::new().write(true).open(&self.temporary)?.sync_all()
    }

    /// Moves the file to its place; a file that was there keeps its permissions.
    fn rename_to(&self, place: &Path) -> io::Result<()> {
        if let Ok(old) = fs::symlink_metadata(place) {
            fs::set_permissions(&self.temporary, old.permissions())?;
        }
        fs::rename(&self.temporary, place)
    }
}

/// A place for one file, tried out before the run that fills it.
#[derive(Debug)]
pub struct OutputFile {
    /// Where it is to be, links followed.
    place: PathBuf,
    target: Target,
}

#[derive(Debug)]
enum Target {
    /// A plain file, or none yet.
    Plain(Arc<Staging>),
    /// A device or a pipe: nothing to replace, so what is written goes through it.
    Stream,
}

impl OutputFile {
    /// Makes sure that a file can be written at this path.
    ///
    /// # Errors
    ///
    /// When its folder is missing or cannot be written, when the file system does not take its name, when it leads
    /// nowhere, or to what is neither a plain file, nor a device of characters, nor a pipe.
    pub fn open(path: &Path) -> io::Result<OutputFile> {
        let metadata = match fs::metadata(path) {
            Ok(metadata) => Some(metadata),
            Err(error) if error.kind() == ErrorKind::NotFound && fs::symlink_metadata(path).is_err() => None,
            Err(error) => return Err(error),
        };
        let place = if metadata.is_some() { path.canonicalize()? } else { path.to_owned() };
        if metadata.as_ref().is_some_and(|metadata| is_stream(metadata.file_type())) {
            return Ok(OutputFile { place: path.to_owned(), target: Target::Stream });
        }
        if metadata.is_some_and(|metadata| !metadata.is_file()) {
            return Err(io::Error::new(ErrorKind::InvalidInput, "it is no plain file"));
        }
        let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let staging = Staging::within(folder)?;
        staging.try_name(place.file_name().ok_or(ErrorKind::InvalidInput)?)?;
        Ok(OutputFile { place, target: Target::Plain(Arc::new(staging)) })
    }

    /// Whether it is a plain file, there already or not yet, and no device or pipe.
    pub fn is_plain(&self) -> bool {
        matches!(self.target, Target::Plain(_))
    }

    /// Whether a plain file is there that writing would replace.
    pub fn is_taken(&self) -> bool {
        matches!(self.target, Target::Plain(_)) && self.place.exists()
    }

    /// Writes the file, or replaces it, in one step; a device or a pipe is written through.
    ///
    /// # Errors
    ///
    /// What the file system or `write` returns; a plain file is then as it was.
    pub fn write(self, write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>) -> io::Result<()> {
        self.stage(write)?.commit()
    }

    /// Writes a file that must not be there yet, in one step.
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::AlreadyExists`] when it is, else as [`write`](OutputFile::write).
    pub fn write_new(self, write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>) -> io::Result<()> {
        let staged = self.stage(write)?;
        let StagedOutput::File(file, place) = &staged else { return staged.commit() };
        file.sync()?;
        match fs::hard_link(&file.temporary, place) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
            // A file system without links: somebody else may still make the file at the same moment.
            Err(_) if !place.exists() => staged.commit(),
            linked => linked,
        }
    }

    /// Writes the file beside its place, where it waits for its commit; a device or a pipe is written through.
    ///
    /// # Errors
    ///
    /// What the file system or `write` returns.
    pub fn stage(self, write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>) -> io::Result<StagedOutput> {
        match self.target {
            Target::Stream => {
                let mut out = BufWriter::new(OpenOptions::new().write(true).open(&self.place)?);
                write(&mut out)?;
                out.flush()?;
                Ok(StagedOutput::Streamed)
            }
            Target::Plain(staging) => {
                let (mut out, staged) = Staged::create(&staging, "file")?;
                write(&mut out)?;
                out.flush()?;
                Ok(StagedOutput::File(staged, self.place))
            }
        }
    }
}

/// A single file that waits for its name, or has gone through a device already.
#[derive(Debug)]
pub enum StagedOutput {
    /// A file and its place.
    File(Staged, PathBuf),
    /// Nothing is left to do.
    Streamed,
}

impl StagedOutput {
    /// Gives the file its name.
    ///
    /// # Errors
    ///
    /// What the file system returns.
    pub fn commit(self) -> io::Result<()> {
        let StagedOutput::File(file, place) = self else { return Ok(()) };
        file.sync()?;
        file.rename_to(&place)?;
        place.parent().map_or(Ok(()), sync_folder)
    }
}

/// Only plain files are replaced: a link would be cut, a device or a pipe become a file.
fn check_replaceable(folder: &Path, name: &str) -> io::Result<()> {
    let kind = match fs::symlink_metadata(folder.join(name)) {
        Ok(metadata) if metadata.is_file() => return Ok(()),
        Ok(metadata) if metadata.is_dir() => "folder",
        Ok(metadata) if metadata.is_symlink() => "link",
        Ok(_) => "device or pipe",
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    Err(io::Error::new(ErrorKind::InvalidInput, format!("`{name}` in it is a {kind}; only plain files are replaced")))
}

#[cfg(unix)]
fn is_stream(kind: FileType) -> bool {
    use std::os::unix::fs::FileTypeExt;
    kind.is_char_device() || kind.is_fifo()
}

#[cfg(not(unix))]
fn is_stream(_: FileType) -> bool {
    false
}

/// Makes sure that names outlive a loss of power. Where folders cannot be opened as files the system does so by itself.
fn sync_folder(path: &Path) -> io::Result<()> {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    match File::open(path).and_then(|folder| folder.sync_all()) {
        // Some file systems know no such thing.
        Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
        Err(_) if cfg!(windows) => Ok(()),
        synced => synced,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const MANIFEST: &str = "manifest.json";

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .expect("readable")
            .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    fn replace(path: &Path, text: &str) -> io::Result<()> {
        OutputFile::open(path)?.write(|out| out.write_all(text.as_bytes()))
    }

    /// Writes a folder with these files, each with a text.
    fn fill(path: &Path, files: &[(&str, &str)]) -> io::Result<()> {
        let names: Vec<String> = files.iter().map(|(name, _)| (*name).to_owned()).collect();
        let folder = OutputFolder::open(path, MANIFEST, &names)?;
        let stage = |(name, text): &(&str, &str)| folder.stage(name, |out| out.write_all(text.as_bytes()));
        let staged = files.iter().map(stage).collect::<io::Result<Vec<_>>>()?;
        folder.commit(staged, &json!([]))
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("bands.csv");
        replace(&path, "old").expect("writable");
        let failed = OutputFile::open(&path).expect("writable").write(|out| {
            out.write_all(b"half of the n")?;
            Err(io::Error::other("disk full"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read(&path).expect("still there"), b"old");
        let new = |name: &str| OutputFile::open(&folder.path().join(name)).expect("writable");
        assert!(new("new").write_new(|_| Err(io::Error::other("disk full"))).is_err());
        assert_eq!(names(folder.path()), ["bands.csv"], "not even an empty one");
        let taken = new("bands.csv").write_new(|out| out.write_all(b"new"));
        assert_eq!(taken.expect_err("it is there").kind(), ErrorKind::AlreadyExists);
        new("new").write_new(|out| out.write_all(b"new")).expect("writable");
        assert_eq!(names(folder.path()), ["bands.csv", "new"]);
    }

    #[test]
    fn a_folder_holds_the_files_of_one_run() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("deep/er");
        fill(&path, &[("a.csv", "1"), ("paths.csv", "2"), ("changed.csv", "3")]).expect("made with its parents");
        assert_eq!(names(&path), ["a.csv", "changed.csv", MANIFEST, "paths.csv"]);
        fs::write(path.join("changed.csv"), "by somebody else").expect("writable");
        fs::write(path.join("mine.csv"), "2").expect("writable");
        fill(&path, &[("a.csv", "4")]).expect("writable");
        // What this run does not have is gone, where it was as the manifest has it.
        assert_eq!(names(&path), ["a.csv", "changed.csv", MANIFEST, "mine.csv"]);
        assert_eq!(fs::read_to_string(path.join("a.csv")).expect("readable"), "4");
        let manifest = Manifest::read(&path.join(MANIFEST)).expect("readable").expect("a manifest");
        assert!(manifest.complaints(&path).expect("readable").is_empty());
    }

    /// An error between two renames: the second file has become a folder.
    #[test]
    fn what_stops_among_the_renames_is_told_and_the_next_run_clears_it_up() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path();
        fill(path, &[("a.csv", "old"), ("b.csv", "old"), ("paths.csv", "old")]).expect("writable");
        let output = OutputFolder::open(path, MANIFEST, &["a.csv".into(), "b.csv".into()]).expect("writable");
        let staged = ["a.csv", "b.csv"].map(|name| output.stage(name, |out| out.write_all(b"new")).expect("writable"));
        fs::remove_file(path.join("b.csv")).expect("writable");
        fs::create_dir(path.join("b.csv")).expect("writable");
        assert!(output.commit(staged.into(), &json!([])).is_err());
        let complaints = || {
            let manifest = Manifest::read(&path.join(MANIFEST)).expect("readable").expect("a manifest");
            manifest.complaints(path).expect("readable")
        };
        assert!(complaints()[0].contains("was stopped"), "{:?}", complaints());
        fs::remove_dir(path.join("b.csv")).expect("writable");
        fill(path, &[("b.csv", "newer")]).expect("writable");
        assert_eq!(names(path), ["b.csv", MANIFEST], "files of both are known, and removed");
        assert!(complaints().is_empty());
    }

    #[test]
    fn what_cannot_be_written_is_known_on_opening() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let open = |path: &Path, name: &str| OutputFolder::open(path, MANIFEST, &[name.into()]).map(drop);
        let file = folder.path().join("file");
        fs::write(&file, "x").expect("writable");
        assert!(open(&file, "a.csv").is_err(), "a file is in the way");
        fs::create_dir(folder.path().join("bands.csv")).expect("writable");
        assert!(open(folder.path(), "bands.csv").is_err(), "a folder has the file's name");
        assert!(open(folder.path(), &"x".repeat(300)).is_err(), "the name is too long");
        assert!(open(folder.path(), &"x".repeat(255)).is_ok(), "the longest name has room");
        assert!(OutputFile::open(&folder.path().join("x".repeat(300))).is_err());
        fs::write(folder.path().join(MANIFEST), "{\"of\": \"something else\"}").expect("writable");
        assert!(open(folder.path(), "a.csv").is_err(), "somebody else's manifest is not replaced");
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_to_their_file_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("elsewhere")).expect("writable");
        fs::write(path("elsewhere/page.html"), "old").expect("writable");
        fs::set_permissions(path("elsewhere/page.html"), fs::Permissions::from_mode(0o600)).expect("writable");
        symlink("elsewhere/page.html", path("link.html")).expect("writable");
        replace(&path("link.html"), "new").expect("writable");
        assert!(path("link.html").is_symlink());
        assert_eq!(fs::read_to_string(path("elsewhere/page.html")).expect("readable"), "new");
        let mode = fs::metadata(path("elsewhere/page.html")).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        symlink("nowhere", path("dangling")).expect("writable");
        assert!(replace(&path("dangling"), "new").is_err() && path("dangling").is_symlink());
        assert!(replace(Path::new("/dev/null"), "gone").is_ok_and(|()| !Path::new("/dev/null").is_file()));
        assert!(replace(Path::new("/dev/full"), "too much").is_err());
        symlink("elsewhere/page.html", path("bands.csv")).expect("writable");
        assert!(OutputFolder::open(folder.path(), MANIFEST, &["bands.csv".into()]).is_err());
    }
}
