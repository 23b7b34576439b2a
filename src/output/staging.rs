//! Folders in which files wait for their names, and what is swept of those whose program was killed.

use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

/// What the names of these folders begin with; a process and a number follow.
const PREFIX: &str = ".riskband-";

/// The file in it that its program keeps locked for as long as it lives.
const LOCK: &str = "lock";

/// The folder in it that has the files.
const FILES: &str = "files";

/// A hidden folder inside the one where its files are to appear: a rename does not cross file systems, and a name that
/// is allowed there is allowed here. It is removed when it is dropped.
///
/// A program that is killed cannot do that. Its lock is gone with it, though, so that the next one that writes to the same
/// place can tell, on the same machine or another, and removes what is left.
#[derive(Debug)]
pub(super) struct Staging {
    path: PathBuf,
    /// Locked, where the file system can.
    _lock: File,
}

impl Staging {
    /// Makes such a folder in this one, and removes those that nobody uses any more.
    pub(super) fn within(folder: &Path) -> io::Result<Staging> {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        sweep(folder);
        loop {
            let number = COUNTER.fetch_add(1, Ordering::Relaxed);
            let path = folder.join(format!("{PREFIX}{}-{number}", process::id()));
            match fs::create_dir(&path) {
                Ok(()) => {}
                // Of an earlier process of this number, on this machine or another.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(error),
            }
            let made = fs::create_dir(path.join(FILES)).and_then(|()| File::create_new(path.join(LOCK)));
            let lock = match made {
                Ok(lock) => lock,
                Err(error) => {
                    let _ = fs::remove_dir_all(&path);
                    return Err(error);
                }
            };
            // A file system without locks goes without: then nobody sweeps either.
            let _ = lock.lock();
            let staging = Staging { path, _lock: lock };
            // Whoever swept between the making and the locking took it for one that was left behind.
            if staging.path.join(LOCK).exists() {
                return Ok(staging);
            }
        }
    }

    /// Where a file of this name waits.
    pub(super) fn place(&self, name: impl AsRef<OsStr>) -> PathBuf {
        self.path.join(FILES).join(name.as_ref())
    }

    /// Makes sure that the file system takes a name.
    pub(super) fn try_name(&self, name: impl AsRef<OsStr>) -> io::Result<()> {
        let place = self.place(name);
        File::create_new(&place)?;
        fs::remove_file(place)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // There is nobody to tell of a failure, and the next one sweeps.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Removes the folders of this kind whose programs are gone. What cannot be removed stays.
fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let is_ours = |name: &str| {
        let numbers = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once('-'));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        numbers.is_some_and(|(process, number)| is_number(process) && is_number(number))
    };
    for entry in entries.flatten() {
        // A link is not followed: its type is its own.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) && entry.file_name().to_str().is_some_and(is_ours) {
            remove_abandoned(&entry.path());
        }
    }
}

fn remove_abandoned(path: &Path) {
    match File::open(path.join(LOCK)) {
        Ok(lock) => match lock.try_lock() {
            Ok(()) => drop(fs::remove_dir_all(path)),
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => {}
        },
        // Killed before it had a lock, or while it removed the folder: what is empty is of no use to anybody, and removing
        // it fails where it is not.
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let _ = fs::remove_dir(path.join(FILES));
            let _ = fs::remove_dir(path);
        }
        Err(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_locks_is_swept_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let make = |name: &str| {
            fs::create_dir(folder.path().join(name)).expect("writable");
            fs::write(folder.path().join(name).join(LOCK), "").expect("writable");
            fs::write(folder.path().join(name).join("bands.csv"), "half").expect("writable");
        };
        let used = Staging::within(folder.path()).expect("writable");
        for name in [".riskband-4711-0", ".riskband-mine-0", ".riskband-1", "results"] {
            make(name);
        }
        fs::create_dir(folder.path().join(".riskband-4711-1")).expect("writable");
        fs::write(folder.path().join(".riskband-4711-2"), "a file").expect("writable");
        let second = Staging::within(folder.path()).expect("writable");
        let is_there = |name: &str| folder.path().join(name).exists();
        assert!(used.path.exists() && second.path.exists());
        assert!(!is_there(".riskband-4711-0") && !is_there(".riskband-4711-1"));
        for name in [".riskband-mine-0", ".riskband-1", "results", ".riskband-4711-2"] {
            assert!(is_there(name), "{name}");
        }
        let path = second.path.clone();
        drop(second);
        assert!(!path.exists());
    }
}
