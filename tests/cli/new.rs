//! `new`: a file to start from.

use super::{folder, folder_with_small, riskband_in};
use serde_json::Value;
use std::fs;

#[test]
fn a_new_scenario_is_valid_and_changes_nothing_yet() {
    let folder = folder_with_small();
    let path = folder.path();
    let new = riskband_in(path, &["new", "mine", "--extends", "small.json"], "");
    new.assert_code(0);
    assert!(new.stdout.contains("riskband run small.json mine.json"), "{}", new.stdout);
    let file: Value =
        serde_json::from_str(&fs::read_to_string(path.join("mine.json")).expect("written")).expect("JSON");
    assert_eq!(file["extends"], "small.json");
    assert_eq!(file["constraints"]["power"]["start"], 11);

    let run = riskband_in(path, &["run", "small.json", "mine.json", "--paths", "200", "--format", "json"], "");
    run.assert_code(0);
    let median = |index: usize| run.json()["runs"][index]["bands"][2]["p50"].clone();
    assert_eq!(median(0), median(1));
}

#[test]
fn the_baseline_is_extended_unless_said_otherwise() {
    let folder = folder();
    riskband_in(folder.path(), &["new", "mine.json"], "").assert_code(0);
    riskband_in(folder.path(), &["check", "mine.json"], "").assert_code(0);
}

#[test]
fn a_file_in_another_folder_is_extended_by_its_relative_path() {
    let folder = folder_with_small();
    fs::create_dir(folder.path().join("cases")).expect("writable");
    fs::write(folder.path().join(".riskband"), "").expect("writable");
    riskband_in(folder.path(), &["new", "cases/a.json", "--extends", "small.json"], "").assert_code(0);
    let text = fs::read_to_string(folder.path().join("cases/a.json")).expect("written");
    assert!(text.contains("\"../small.json\""), "{text}");
    riskband_in(folder.path(), &["check", "cases/a.json"], "").assert_code(0);
}

#[test]
fn nothing_is_overwritten_without_force() {
    let folder = folder_with_small();
    let path = folder.path().join("mine.json");
    fs::write(&path, "precious").expect("writable");
    let refused = riskband_in(folder.path(), &["new", "mine.json", "--extends", "small.json"], "");
    refused.assert_code(2);
    assert!(refused.stderr.contains("--force"), "{}", refused.stderr);
    assert_eq!(fs::read_to_string(&path).expect("still there"), "precious");
    riskband_in(folder.path(), &["new", "mine.json", "--extends", "small.json", "--force"], "").assert_code(0);
    assert!(fs::read_to_string(&path).expect("written").contains("extends"));
}

#[test]
fn what_cannot_be_extended_or_written_is_told() {
    let folder = folder();
    let unknown = riskband_in(folder.path(), &["new", "mine.json", "--extends", "basline"], "");
    unknown.assert_code(2);
    assert!(unknown.stderr.contains("did you mean `baseline`?"), "{}", unknown.stderr);
    riskband_in(folder.path(), &["new", "no/such/folder/mine.json"], "").assert_code(3);
}

#[test]
fn templates_run_as_they_are() {
    let folder = folder();
    for kind in ["market", "stock", "register", "static"] {
        let new = riskband_in(folder.path(), &["new", kind, "--template", kind], "");
        new.assert_code(0);
        let file = format!("{kind}.json");
        assert!(new.stdout.contains(&format!("riskband run {file}")), "{}", new.stdout);
        let run = riskband_in(folder.path(), &["run", &file, "--paths", "500"], "");
        run.assert_code(0);
        assert!(run.stderr.is_empty() && run.stdout.contains("targets"), "{}{}", run.stdout, run.stderr);
        let text = fs::read_to_string(folder.path().join(&file)).expect("written");
        assert!(text.contains("\"note\"") || kind == "static", "{text}");
    }
    riskband_in(folder.path(), &["new", "x", "--template", "market", "--extends", "baseline"], "").assert_code(2);
}

#[test]
fn what_a_new_file_could_not_read_is_refused() {
    let folder = folder_with_small();
    fs::create_dir(folder.path().join("cases")).expect("writable");
    let refused = riskband_in(folder.path(), &["new", "cases/a.json", "--extends", "small.json"], "");
    refused.assert_code(2);
    assert!(refused.stderr.contains(".riskband"), "{}", refused.stderr);
    assert!(!folder.path().join("cases/a.json").exists());
    riskband_in(folder.path(), &["new", "b.json", "--extends", "small.json"], "").assert_code(0);
    assert!(!fs::read_to_string(folder.path().join("b.json")).expect("written").contains("$schema"));
    fs::write(folder.path().join("schema.json"), "{}").expect("writable");
    riskband_in(folder.path(), &["new", "c.json", "--extends", "small.json"], "").assert_code(0);
    assert!(
        fs::read_to_string(folder.path().join("c.json")).expect("written").contains("\"$schema\": \"schema.json\"")
    );
}
