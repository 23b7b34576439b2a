//! The folders of `src` are the pipeline: none imports one above it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The rooms, from the ground up. `docs/architecture.md` draws them.
const ROOMS: [&str; 20] = [
    "kernel",
    "rng",
    "sampling",
    "stats",
    "dist",
    "diagnostic",
    "limits",
    "model",
    "results",
    "program",
    "describe",
    "scenario",
    "engine",
    "study",
    "reference",
    "analysis",
    "output",
    "explain",
    "api",
    "cli",
];

/// The rooms that a source file or all files of a folder name after `crate::`, tests apart.
fn imports(path: &Path, to: &mut BTreeSet<String>) {
    if path.is_dir() {
        let entries = fs::read_dir(path).expect("a folder");
        entries.for_each(|entry| imports(&entry.expect("readable").path(), to));
        return;
    }
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_test =
        ["tests.rs", "example.rs"].contains(&name) || path.components().any(|part| part.as_os_str() == "tests");
    if !name.ends_with(".rs") || is_test {
        return;
    }
    let text = fs::read_to_string(path).expect("readable");
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    for rest in code.split("crate::").skip(1) {
        to.insert(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
    }
}

#[test]
fn no_folder_imports_one_above_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut known = BTreeSet::from(["lib".to_owned(), "main".to_owned()]);
    for (floor, room) in ROOMS.iter().enumerate() {
        known.insert((*room).to_owned());
        let mut imported = BTreeSet::new();
        for place in [src.join(room), src.join(format!("{room}.rs"))].iter().filter(|place| place.exists()) {
            imports(place, &mut imported);
        }
        let above: Vec<_> = ROOMS[floor + 1..].iter().filter(|above| imported.contains(**above)).collect();
        assert!(above.is_empty(), "{room} imports {above:?}, which stand above it");
    }
    for entry in fs::read_dir(&src).expect("a folder") {
        let path = entry.expect("readable").path();
        let room = path.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        assert!(known.contains(&room), "`{room}` has no floor: add it to ROOMS");
    }
}
