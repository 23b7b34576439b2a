//! A scenario with all that it was loaded from, to be loaded again where its files are not.

use super::{LoadError, LoadOptions, Rejected, Solutions, Study};
use crate::diagnostic::Sources;
use crate::engine::{Monitor, Solution};
use crate::limits::Limits;
use crate::scenario::{Chain, TextFile};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Texts, assignments, files and solutions of a loaded scenario.
///
/// Loading it again gives the same study: document and places in it, model, remarks, calibration. No file is looked for, and
/// nothing is calibrated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptScenario {
    /// Name in every table.
    pub name: String,
    /// SHA-256 of the resolved document.
    pub content_hash: String,
    /// What is set on top of the texts.
    pub set: Vec<String>,
    /// The texts that were read, in that order.
    pub sources: Vec<KeptText>,
    /// Numbers of the texts, ancestors first, the scenario itself last.
    pub patches: Vec<u32>,
    /// Files that values of the scenario name.
    pub files: Vec<TextFile>,
    /// Solved calibrations by what they depend on.
    pub solutions: BTreeMap<String, Solution>,
}

/// A text and the name it is shown under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptText {
    /// Path, `shipped:baseline` or `<stdin>`.
    pub name: String,
    /// The text.
    pub text: String,
}

impl Study {
    /// All that it was loaded from.
    pub fn kept(&self) -> KeptScenario {
        let Chain { sources, patches, .. } = &self.chain;
        let mut files: Vec<TextFile> = Vec::new();
        for file in &self.files {
            if !files.contains(file) {
                files.push(file.clone());
            }
        }
        KeptScenario {
            name: self.scenario.clone(),
            content_hash: self.content_hash.clone(),
            set: self.set.clone(),
            sources: sources
                .files
                .iter()
                .map(|file| KeptText { name: file.name.clone(), text: file.text.to_string() })
                .collect(),
            patches: patches.iter().map(|patch| patch.source).collect(),
            files,
            solutions: self.merged.known.clone(),
        }
    }

    /// Loads a kept scenario.
    ///
    /// # Errors
    ///
    /// All problems found: of limits that are lower than they were, or of texts that somebody changed.
    pub fn load_kept(kept: &KeptScenario, limits: &Limits, monitor: &dyn Monitor) -> Result<Study, LoadError> {
        let mut sources = Sources::default();
        for KeptText { name, text } in &kept.sources {
            sources.add(name, text.as_bytes());
        }
        let chain = Chain::of_kept(sources, &kept.patches, kept.files.clone(), limits).map_err(|unread| {
            let rejected = Rejected { scenario: kept.name.clone(), sources: unread.sources, problems: unread.problems };
            LoadError::Rejected(Box::new(rejected))
        })?;
        let options = LoadOptions {
            set: kept.set.clone(),
            limits: *limits,
            solutions: Solutions::known(kept.solutions.clone()),
            ..LoadOptions::default()
        };
        Study::of_chain(kept.name.clone(), chain, &options, monitor)
    }
}
