//! `explain`: what a scenario resolves to.

use super::{SMALL, folder_with_small, riskband, riskband_in};
use std::fs;

#[test]
fn the_baseline_is_explained_with_its_sources_and_its_calibration() {
    let explain = riskband(&["explain"]);
    explain.assert_code(0);
    for part in ["random inputs (", "quantities (", "correlations", "source: ", "outputs", "targets", "calibration"] {
        assert!(explain.stdout.contains(part), "missing: {part}\n{}", explain.stdout);
    }
    assert!(explain.stdout.lines().all(|line| line.chars().count() <= 80), "{}", explain.stdout);
}

#[test]
fn the_document_has_what_was_inherited_and_set() {
    let folder = folder_with_small();
    let child = r#"{ "riskband": 1, "extends": "small.json", "drivers": { "trend": 0.2 } }"#;
    fs::write(folder.path().join("child.json"), child).expect("writable");
    let arguments = ["explain", "child.json", "--set", "constraints.power.start=12", "--format", "json"];
    let explain = riskband_in(folder.path(), &arguments, "");
    explain.assert_code(0);
    let scenario = &explain.json()["scenarios"][0];
    assert_eq!(scenario["scenario"], "child");
    assert_eq!(scenario["document"]["drivers"]["trend"], 0.2);
    assert_eq!(scenario["document"]["constraints"]["power"]["start"], 12);
    assert_eq!(scenario["document"]["market"]["start"], 10);
    let lineage = scenario["lineage"].as_array().expect("names");
    assert!(lineage.len() >= 2 && lineage[0].as_str().is_some_and(|name| name.contains("small")), "{lineage:?}");
    let noise = &scenario["inputs"].as_array().expect("rows").iter().find(|input| input["name"] == "noise");
    let noise = noise.expect("an input");
    assert_eq!(noise["law"], "normal");
    // mean + 1.6448536 sd
    let p95 = noise["quantiles"][0]["p95"].as_f64().expect("a number");
    assert!((p95 - 0.182_242_681).abs() < 1e-9, "{p95}");
}

#[test]
fn a_bad_scenario_is_reported() {
    let folder = folder_with_small();
    fs::write(folder.path().join("bad.json"), SMALL.replace("\"start\": 10", "\"start\": -10")).expect("writable");
    let explain = riskband_in(folder.path(), &["explain", ".", "--format", "json"], "");
    explain.assert_code(2);
    assert_eq!(explain.json()["scenarios"].as_array().map(Vec::len), Some(1));
    assert_eq!(explain.json()["failed"][0]["scenario"], "bad");
}
