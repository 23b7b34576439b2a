//! Files that appear whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

/// A folder for results, made and tried out before the run that fills it.
#[derive(Debug)]
pub struct OutputFolder {
    path: PathBuf,
}

impl OutputFolder {
    /// Makes the folder if it is missing and makes sure that files of these names can be put there.
    ///
    /// # Errors
    ///
    /// When it cannot be made or written, or a folder has the name of a file.
    pub fn open(path: &Path, names: &[String]) -> io::Result<Self> {
        fs::create_dir_all(path)?;
        drop(Staged::create(&path.join("riskband"))?);
        if let Some(name) = names.iter().find(|name| path.join(name).is_dir()) {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, format!("`{name}` in it is a folder")));
        }
        Ok(OutputFolder { path: path.to_owned() })
    }

    /// Makes a file beside its final place, to be written bit by bit before its commit.
    ///
    /// # Errors
    ///
    /// What the file system returns.
    pub fn create(&self, name: &str) -> io::Result<(BufWriter<File>, Staged)> {
        let (file, staged) = Staged::create(&self.path.join(name))?;
        Ok((BufWriter::new(file), staged))
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
        Staged::write(&self.path.join(name), write)
    }
}

/// Writes a file, or replaces one, in one step.
///
/// # Errors
///
/// What the file system or `write` returns; the old file is then as it was.
pub fn replace_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    Staged::write(path, |out| write(out))?.commit()
}

/// A file that does not have its name yet. Dropped without a commit, it is removed.
#[derive(Debug)]
pub struct Staged {
    temporary: PathBuf,
    target: PathBuf,
}

impl Staged {
    /// Gives the file its name. It must be complete and closed: Windows does not rename a file that is open.
    ///
    /// # Errors
    ///
    /// What the file system returns.
    pub fn commit(self) -> io::Result<()> {
        fs::rename(&self.temporary, &self.target)
    }

    fn write(target: &Path, write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>) -> io::Result<Self> {
        let (file, staged) = Staged::create(target)?;
        let mut out = BufWriter::new(file);
        write(&mut out)?;
        out.flush()?;
        Ok(staged)
    }

    /// The temporary file is in the same folder, because a rename does not cross file systems.
    fn create(target: &Path) -> io::Result<(File, Self)> {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
        loop {
            let number = COUNTER.fetch_add(1, Ordering::Relaxed);
            let temporary = target.with_file_name(format!(".{name}.{}-{number}.tmp", process::id()));
            match File::create_new(&temporary) {
                Ok(file) => return Ok((file, Staged { temporary, target: target.to_owned() })),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // After a commit there is nothing to remove, and there is nobody to tell of a failure.
        let _ = fs::remove_file(&self.temporary);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .expect("readable")
            .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("bands.csv");
        replace_file(&path, |out| out.write_all(b"old")).expect("writable");
        let failed = replace_file(&path, |out| {
            out.write_all(b"half of the n")?;
            Err(io::Error::other("disk full"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read(&path).expect("still there"), b"old");
        assert_eq!(names(folder.path()), ["bands.csv"]);
    }

    #[test]
    fn staged_files_appear_with_their_commit() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("deep/er");
        let output = OutputFolder::open(&path, &["a.csv".into()]).expect("made with its parents");
        assert!(names(&path).is_empty(), "trying out leaves nothing");
        let staged = output.stage("a.csv", |out| out.write_all(b"x")).expect("writable");
        assert!(!path.join("a.csv").exists());
        staged.commit().expect("renamed");
        assert_eq!(names(&path), ["a.csv"]);
        drop(output.stage("b.csv", |out| out.write_all(b"x")).expect("writable"));
        assert_eq!(names(&path), ["a.csv"]);
    }

    #[test]
    fn what_cannot_be_written_is_known_on_opening() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("file");
        fs::write(&file, "x").expect("writable");
        assert!(OutputFolder::open(&file, &[]).is_err(), "a file is in the way");
        fs::create_dir(folder.path().join("bands.csv")).expect("writable");
        assert!(OutputFolder::open(folder.path(), &["bands.csv".into()]).is_err(), "a folder has the file's name");
    }
}
