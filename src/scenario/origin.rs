//! Where a scenario comes from, and how it is loaded.

use crate::limits::Limits;
use std::path::PathBuf;

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

/// How scenarios are loaded.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// Folder below which `extends` and CSV columns stay; by default the file's folder or the nearest parent that marks a root.
    pub root: Option<PathBuf>,
    /// `--set` assignments, `path=value`, in order.
    pub set: Vec<String>,
    /// Limits.
    pub limits: Limits,
}

impl Origin {
    /// The name of the scenario: the file's stem, the shipped name, or what the text is called.
    pub fn scenario(&self) -> String {
        match self {
            Origin::File(path) => path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
            Origin::Shipped(name) => name.clone(),
            Origin::Text { name, .. } => name.trim_matches(['<', '>']).to_owned(),
        }
    }
}
