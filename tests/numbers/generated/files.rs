//! Scenarios in several files: series and samples in CSV files, a parent that is extended.

use super::grammar::Grammar;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

/// A scenario as the files that it is made of; the scenario itself comes last.
#[derive(Debug)]
pub(super) struct Files(Vec<(String, String)>);

impl Files {
    /// Writes the files into a folder and returns the scenario's.
    pub(super) fn write(&self, folder: &Path) -> PathBuf {
        let mut scenario = folder.to_owned();
        for (name, text) in &self.0 {
            scenario = folder.join(name);
            std::fs::write(&scenario, text).expect("a temporary file");
        }
        scenario
    }

    /// All texts, for messages.
    pub(super) fn text(&self) -> String {
        self.0.iter().map(|(name, text)| format!("{name}: {text}\n")).collect()
    }
}

impl Grammar {
    /// The files of a scenario: what is data now and then in a CSV file, and now and then split into a parent and a child.
    pub(super) fn files(&mut self, mut scenario: Map<String, Value>) -> Files {
        let mut files = Vec::new();
        if self.one_in(5)
            && let Some(table) = scenario.get_mut("tables").and_then(|tables| tables.get_mut("table"))
            && let Some(points) = table["points"].as_array()
        {
            let lines: String = points.iter().map(|point| format!("{},{}\r\n", point[0], point[1])).collect();
            files.push(("points.csv".to_owned(), format!("x,\"the y, quoted\"\r\n{lines}")));
            table["points"] = json!({ "csv": "points.csv", "column": "the y, quoted", "index": "x" });
        }
        if self.one_in(5) {
            let sample: String = (0..self.below(9) + 2).map(|_| format!("{},\n", self.number(-1.0, 2.0))).collect();
            files.push(("sample.csv".to_owned(), format!("value,note\n{sample}")));
            scenario["variables"]["sampled"] = json!({ "empirical": { "csv": "sample.csv", "column": "value" } });
            if self.has_steps() {
                scenario["variables"]["sampled"]["over_time"] = json!("fresh");
            }
        }
        if self.one_in(5) {
            // A patch changes one thing and takes one away.
            let mut child = json!({ "riskband": 1, "extends": "parent.json", "variables": { "more": format!("{} * v0", self.number(-1.0, 1.0)) } });
            if self.one_in(2) {
                child["targets"] = json!({ "target_0": null, "added": "v1 > 0" });
            }
            files.push(("parent.json".to_owned(), Value::Object(scenario).to_string()));
            files.push(("scenario.json".to_owned(), child.to_string()));
        } else {
            files.push(("scenario.json".to_owned(), Value::Object(scenario).to_string()));
        }
        Files(files)
    }
}
