//! Solutions kept in a folder of the user's, one file each.
//!
//! Nothing depends on the folder: whatever cannot be read, written or trusted is as if it were not there.

use crate::engine::Solution;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

/// Largest file that is read: a solution of 10,000 steps takes a quarter of it.
const LARGEST: u64 = 1 << 20;

/// A folder of solved calibrations.
#[derive(Debug)]
pub(super) struct Cache {
    folder: PathBuf,
}

/// A file of the folder.
#[derive(Serialize, Deserialize)]
struct Kept {
    key: String,
    solution: Solution,
    /// Of key and solution: tells a file that was cut short or changed.
    sha256: String,
}

impl Kept {
    fn new(key: &str, solution: &Solution) -> Kept {
        Kept { key: key.to_owned(), solution: solution.clone(), sha256: digest(key, solution) }
    }
}

fn digest(key: &str, solution: &Solution) -> String {
    let text = serde_json::to_string(&(key, solution)).unwrap_or_default();
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Cache {
    pub(super) fn new(folder: PathBuf) -> Cache {
        Cache { folder }
    }

    /// The solution of a key, if its file is there and whole.
    pub(super) fn get(&self, key: &str) -> Option<Solution> {
        let path = self.file(key);
        let metadata = fs::metadata(&path).ok()?;
        // A pipe of this name would be waited for.
        if !metadata.is_file() || metadata.len() > LARGEST {
            return None;
        }
        let kept: Kept = serde_json::from_slice(&fs::read(&path).ok()?).ok()?;
        (kept.key == key && kept.sha256 == digest(key, &kept.solution)).then_some(kept.solution)
    }

    /// Writes the file of a key, whole or not at all.
    pub(super) fn keep(&self, key: &str, solution: &Solution) {
        let _ = self.write(key, solution);
    }

    fn write(&self, key: &str, solution: &Solution) -> io::Result<()> {
        static WRITTEN: AtomicU64 = AtomicU64::new(0);
        fs::create_dir_all(&self.folder)?;
        let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
        let aside = self.folder.join(format!("{key}.{}-{number}", std::process::id()));
        let text = serde_json::to_string(&Kept::new(key, solution))?;
        fs::write(&aside, text).and_then(|()| fs::rename(&aside, self.file(key))).inspect_err(|_| {
            let _ = fs::remove_file(&aside);
        })
    }

    fn file(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.json"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    const KEY: &str = "0123";

    fn cache(folder: &Path) -> Cache {
        Cache::new(folder.join("riskband").join("solutions"))
    }

    #[test]
    fn what_is_kept_is_found_to_the_last_bit() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = cache(folder.path());
        assert_eq!(cache.get(KEY), None);
        for solution in [Solution::Once(0.1 + 0.2), Solution::EveryStep(vec![-0.0, 1.0 / 3.0, 5e-324, f64::MAX])] {
            cache.keep(KEY, &solution);
            let found = cache.get(KEY).expect("kept");
            assert_eq!(format!("{found:?}"), format!("{solution:?}"));
        }
        let files = fs::read_dir(&cache.folder).expect("a folder").count();
        assert_eq!(files, 1, "nothing is left beside the file");
    }

    #[test]
    fn damaged_foreign_and_strange_files_are_as_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = cache(folder.path());
        cache.keep(KEY, &Solution::Once(0.25));
        let path = cache.file(KEY);
        let text = fs::read_to_string(&path).expect("a file");
        for damaged in [text.replace("0.25", "0.75"), text[..text.len() / 2].to_owned(), String::new(), "{}".into()] {
            fs::write(&path, damaged).expect("writable");
            assert_eq!(cache.get(KEY), None);
        }
        fs::write(cache.file("4567"), &text).expect("writable");
        assert_eq!(cache.get("4567"), None, "the file of another key");
        fs::remove_file(&path).expect("a file");
        fs::create_dir(&path).expect("a folder in its place");
        assert_eq!(cache.get(KEY), None);
        cache.keep(KEY, &Solution::Once(0.5));
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_as_none() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("riskband"), "a file").expect("writable");
        let cache = cache(folder.path());
        cache.keep(KEY, &Solution::Once(0.5));
        assert_eq!(cache.get(KEY), None);
    }
}
