//! The public items of the library, so that a change of them is seen: what `src/lib.rs` re-exports, and of each type its
//! public fields, variants and methods.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Every source file below a folder, sorted.
fn sources(folder: &Path, to: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("readable").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, to);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            to.push(path);
        }
    }
}

/// Names that a file re-exports with `pub use`, but for hidden ones.
fn exported(file: &str) -> Vec<String> {
    let mut names = Vec::new();
    for statement in file.split("\npub use ").skip(1) {
        let statement: String = statement.split(';').next().expect("a statement").split_whitespace().collect();
        let list = statement.rsplit_once("::").map_or(statement.as_str(), |(path, last)| match path.find('{') {
            Some(_) => &statement[statement.find('{').expect("found above")..],
            None => last,
        });
        names.extend(list.trim_matches(['{', '}']).split(',').filter(|name| !name.is_empty()).map(String::from));
    }
    names
}

/// A line without what follows a name: `pub fn paths(mut self, ...` is `paths()`.
fn member(line: &str) -> Option<String> {
    let line = line.strip_prefix("    ").filter(|line| !line.starts_with([' ', '/', '#', '}', ')']))?;
    let name_of = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    if let Some(rest) = ["pub const fn ", "pub fn ", "fn "].iter().find_map(|prefix| line.strip_prefix(prefix)) {
        return Some(format!("{}()", name_of(rest)));
    }
    let rest = line.strip_prefix("pub const ").or_else(|| line.strip_prefix("pub ")).unwrap_or(line);
    (!rest.starts_with("pub(")).then(|| name_of(rest)).filter(|name| !name.is_empty())
}

/// Members of every struct, enum and trait of the sources that can be seen from outside, by its name.
fn members(files: &[PathBuf]) -> BTreeMap<String, Vec<String>> {
    let mut members: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in files {
        let text = fs::read_to_string(path).expect("readable");
        // Of an item at the left margin: its name, and what its lines must begin with to be seen.
        let mut item: Option<(String, &[&str])> = None;
        for line in text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")) {
            if !line.is_empty() && !line.starts_with([' ', '}', '/', '#']) {
                let words: Vec<&str> = line.split([' ', '<', '(', '{']).filter(|word| !word.is_empty()).collect();
                item = match words[..] {
                    ["pub", "struct", name, ..] => Some((name.to_owned(), &["    pub "])),
                    ["pub", "enum", name, ..] => Some((name.to_owned(), &["    "])),
                    ["pub", "trait", name, ..] => Some((name.trim_end_matches(':').to_owned(), &["    fn "])),
                    ["impl", name, ..] if !line.contains(" for ") => {
                        Some((name.to_owned(), &["    pub fn ", "    pub const "]))
                    }
                    _ => None,
                };
            }
            if let Some((name, starts)) = &item
                && starts.iter().any(|start| line.starts_with(start))
                && let Some(member) = member(line)
            {
                members.entry(name.clone()).or_default().push(member);
            }
        }
    }
    members
}

#[test]
fn public_items() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let members = members(&files);
    let mut list = String::new();
    for (place, file) in [("riskband", "lib.rs"), ("riskband::output", "output/mod.rs")] {
        let mut names = exported(&fs::read_to_string(root.join(file)).expect("readable"));
        names.sort();
        for name in names {
            list += &format!("{place}::{name}");
            let mut seen = members.get(&name).cloned().unwrap_or_default();
            seen.sort();
            seen.dedup();
            if !seen.is_empty() {
                list += &format!(": {}", seen.join(" "));
            }
            list.push('\n');
        }
    }
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("public_items", list);
    });
}
