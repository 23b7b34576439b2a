//! A scenario made ready to run: files read and merged, calibration solved, model built.

use crate::diagnostic::{Problem, Sources};
use crate::limits::Limits;
use crate::model::Model;
use crate::results::CalibrationInfo;
use crate::scenario::Node;
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
        /// How it is shown, e.g. `<stdin>`.
        name: String,
        /// The bytes.
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

/// A scenario made ready to run.
#[derive(Clone, Debug)]
pub struct Study {
    /// Name in every table: the file's stem, or the shipped name.
    pub scenario: String,
    /// Every text that was read.
    pub sources: Sources,
    /// Display names of what it extends, ancestors first, itself last.
    pub lineage: Vec<String>,
    /// The resolved document, calibration put in.
    pub document: Node,
    /// SHA-256 of the resolved document.
    pub content_hash: String,
    /// The validated model.
    pub model: Model,
    /// What was calibrated.
    pub calibration: Option<CalibrationInfo>,
    /// Warnings and notes of validation.
    pub remarks: Vec<Problem>,
}

/// A scenario that cannot run, and why.
#[derive(Clone, Debug)]
pub struct Rejected {
    /// Name it would have had.
    pub scenario: String,
    /// Every text that was read.
    pub sources: Sources,
    /// The problems, at least one of them an error.
    pub problems: Vec<Problem>,
}

impl Study {
    /// Reads, merges, calibrates and validates a scenario.
    ///
    /// # Errors
    ///
    /// All problems found, when there is any error among them.
    pub fn load(_origin: &Origin, _options: &LoadOptions) -> Result<Study, Box<Rejected>> {
        unimplemented!()
    }
}
