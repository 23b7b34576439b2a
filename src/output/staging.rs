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
            let lock = match File::create_new(path.join(LOCK)) {
                Ok(lock) => lock,
                // Whoever sweeps takes a folder without a lock for one that was left behind.
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => {
                    let _ = fs::remove_dir(&path);
                    return Err(error);
                }
            };
            // A file system without locks goes without: then nobody sweeps either.
            let _ = lock.lock();
            let staging = Staging { path, _lock: lock };
            // Swept between the making and the locking; from now on nobody does.
            if staging.path.join(LOCK).exists() {
                fs::create_dir(staging.path.join(FILES))?;
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
        remove(&self.path);
    }
}

/// Removes such a folder, the lock last: a folder without one has no files.
fn remove(path: &Path) {
    let _ = fs::remove_dir_all(path.join(FILES));
    let _ = fs::remove_dir_all(path);
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
            Ok(()) => remove(path),
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => {}
        },
        // Killed before it had a lock, or about to have one: then it makes another. Removing fails where it is not empty.
        Err(error) if error.kind() == ErrorKind::NotFound => drop(fs::remove_dir(path)),
        Err(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parts of one run are written side by side into one folder.
    #[test]
    fn many_at_once_leave_each_other_alone() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let folder = folder.path();
                scope.spawn(move || {
                    for number in 0..150 {
                        let staging = Staging::within(folder).expect("a place");
                        let text = format!("{writer} {number}");
                        fs::write(staging.place("a.csv"), &text).expect("it is there");
                        assert_eq!(fs::read_to_string(staging.place("a.csv")).expect("it stays"), text);
                    }
                });
            }
        });
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 0, "nothing is left");
    }

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
