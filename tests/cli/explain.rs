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

#[test]
fn the_register_lists_assumptions_in_three_formats() {
    let folder = folder_with_small();
    let explain = |format: &str| {
        let arguments = ["explain", "small.json", "small.json", "--assumptions", "--format", format];
        let explain = riskband_in(folder.path(), &arguments, "");
        explain.assert_code(0);
        explain
    };
    let table = explain("table").stdout;
    for part in ["assumptions of small", "no source", " inputs: ", "without source"] {
        assert!(table.contains(part), "missing: {part}\n{table}");
    }
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");

    let json = explain("json").json();
    let scenario = &json["scenarios"][0];
    let rows = scenario["assumptions"].as_array().expect("rows");
    let structure = ["event", "stock", "formula"];
    let inputs = rows.iter().filter(|row| !structure.iter().any(|kind| row["kind"] == *kind)).count();
    assert_eq!(scenario["inputs"], inputs);
    let start = rows.iter().find(|row| row["name"] == "market.start").expect("a market has a start");
    assert_eq!((&start["number"], &start["source"]), (&10.0.into(), &serde_json::Value::Null));

    let csv = explain("csv").stdout;
    assert!(csv.starts_with("scenario,section,name,kind,value,number,unit,"), "{csv}");
    assert_eq!(csv.matches("\r\n").count(), rows.len() + 1);
}

#[test]
fn an_explanation_is_no_table_of_rows() {
    let explain = riskband(&["explain", "--format", "csv"]);
    explain.assert_code(2);
    assert!(explain.stderr.contains("--assumptions"), "{}", explain.stderr);
}
