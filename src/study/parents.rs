//! What scenarios of one family extend, merged once for all of them.

use super::stages::Merged;
use crate::scenario::{Chain, Node, Patch};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Families that are known at a time: a folder has one or a few.
const MOST: usize = 4;

/// What was merged of all that a scenario extends, calibrations solved, for the next one that extends the same texts.
///
/// Whoever loads a batch owns the store and hands it on with one set of limits and solutions. Clones are the same store; that of
/// the default keeps nothing. A scenario is the same to the last bit with it and without.
#[derive(Clone, Debug, Default)]
pub struct Parents(Option<Arc<Mutex<Vec<Family>>>>);

/// The ancestors of scenarios, and what they come to.
#[derive(Debug)]
struct Family {
    texts: Vec<ParentText>,
    document: Node,
    merged: Merged,
}

/// All of an ancestor that what is merged of it depends on: places in it carry its number.
#[derive(Debug, PartialEq, Eq)]
struct ParentText {
    source: u32,
    name: String,
    folder: Option<PathBuf>,
    text: Arc<str>,
}

impl ParentText {
    fn of(chain: &Chain, patch: &Patch) -> Option<ParentText> {
        let text = Arc::clone(&chain.sources.files.get(patch.source as usize)?.text);
        Some(ParentText { source: patch.source, name: patch.name.clone(), folder: patch.folder.clone(), text })
    }
}

/// The ancestors of a chain; none where it has none.
fn texts(chain: &Chain) -> Option<Vec<ParentText>> {
    let (_, ancestors) = chain.patches.split_last()?;
    let texts: Option<Vec<ParentText>> = ancestors.iter().map(|patch| ParentText::of(chain, patch)).collect();
    texts.filter(|texts| !texts.is_empty())
}

impl Parents {
    /// A store that keeps what it is shown.
    pub fn shared() -> Parents {
        Parents(Some(Arc::default()))
    }

    /// What the ancestors of a chain come to, where they are those of a scenario before.
    pub(super) fn get(&self, chain: &Chain) -> Option<(Node, Merged)> {
        let families = self.0.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        let texts = texts(chain)?;
        let family = families.iter().find(|family| family.texts == texts)?;
        Some((family.document.clone(), family.merged.clone()))
    }

    /// Keeps what the ancestors of a chain come to. No other file may have been read for it, since that could change.
    pub(super) fn keep(&self, chain: &Chain, merged: impl FnOnce() -> (Node, Merged)) {
        let (Some(families), Some(texts)) = (&self.0, texts(chain)) else { return };
        let (document, merged) = merged();
        let mut families = families.lock().unwrap_or_else(PoisonError::into_inner);
        families.insert(0, Family { texts, document, merged });
        families.truncate(MOST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{LoadOptions, Origin, Study};
    use std::fs;
    use std::path::Path;

    const PARENT: &str = r#"{ "riskband": 1, "horizon": { "start": 2025, "end": 2027 },
        "market": { "start": 10, "baseline": { "cagr": 0.2 },
            "calibrate": { "parameter": "trend", "statistic": "mean", "match": "end" } },
        "drivers": { "trend": 0.1, "noise": { "normal": { "mean": 0, "sd": 0.1 }, "over_time": "fresh" } } }"#;

    fn families(options: &LoadOptions) -> usize {
        options.parents.0.as_ref().map_or(0, |families| families.lock().expect("no panic before").len())
    }

    fn load(path: &Path, options: &LoadOptions) -> Study {
        let loaded = Study::load(&Origin::File(path.into()), options);
        loaded.unwrap_or_else(|rejected| panic!("{:?}", rejected.problems))
    }

    /// All that is said of a scenario.
    fn told(study: &Study) -> String {
        format!("{:?} {:?} {:?} {:?}", study.document, study.calibration, study.remarks, study.lineage)
    }

    #[test]
    fn children_of_one_parent_are_what_they_are_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str| folder.path().join(name);
        fs::write(file("parent.json"), PARENT).expect("writable");
        let children = [
            r#"{ "extends": "parent.json", "drivers": { "noise": { "normal": { "sd": 0.2 } } } }"#,
            r#"{ "extends": "parent.json", "market": { "start": 11, "backlog": null } }"#,
            r#"{ "extends": "parent.json", "market": { "calibrate": { "parameter": "trend", "statistic": "median", "match": "end" } } }"#,
        ];
        let shared = LoadOptions { parents: Parents::shared(), ..LoadOptions::default() };
        for child in children {
            fs::write(file("child.json"), child).expect("writable");
            let (together, alone) =
                (load(&file("child.json"), &shared), load(&file("child.json"), &LoadOptions::default()));
            assert_eq!(told(&together), told(&alone), "{child}");
        }
        assert_eq!(families(&shared), 1);
        fs::write(file("parent.json"), PARENT.replace("\"start\": 10", "\"start\": 12")).expect("writable");
        let (together, alone) =
            (load(&file("child.json"), &shared), load(&file("child.json"), &LoadOptions::default()));
        assert_eq!(told(&together), told(&alone), "the parent has changed");
        assert_eq!(families(&shared), 2);
    }

    #[test]
    fn parents_that_are_calibrated_to_a_file_are_not_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str| folder.path().join(name);
        let empirical = r#""noise": { "empirical": { "csv": "noise.csv", "column": "x" }, "over_time": "fresh" }"#;
        let noise = r#""noise": { "normal": { "mean": 0, "sd": 0.1 }, "over_time": "fresh" }"#;
        fs::write(file("parent.json"), PARENT.replace(noise, empirical)).expect("writable");
        fs::write(file("child.json"), r#"{ "extends": "parent.json", "title": "Child" }"#).expect("writable");
        fs::write(file("noise.csv"), "x\n-0.1\n0\n0.1\n").expect("writable");
        let shared = LoadOptions { parents: Parents::shared(), ..LoadOptions::default() };
        load(&file("child.json"), &shared);
        assert_eq!(families(&shared), 0);
    }
}
