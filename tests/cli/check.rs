//! `check` and `verify`: problems, expectations, verdicts.

use super::{SMALL, folder_with_small, riskband, riskband_in};
use std::fs;

#[test]
fn good_scenarios_are_ok() {
    let folder = folder_with_small();
    let check = riskband_in(folder.path(), &["check", "."], "");
    check.assert_code(0);
    assert_eq!(check.stdout, "ok small\n");
    let check = riskband(&["check", "baseline", "--format", "json"]);
    check.assert_code(0);
    assert_eq!(check.json()["checked"][0]["scenario"], "baseline");
    assert_eq!(check.json()["checked"][0]["ok"], true);
}

#[test]
fn all_problems_of_a_file_are_told_at_once() {
    let check = riskband(&["check", "scenarios/invalid/several-mistakes.json"]);
    check.assert_code(2);
    assert_eq!(check.stdout, "bad several-mistakes\n");
    assert!(check.stderr.matches("error[").count() >= 3, "{}", check.stderr);
    assert!(check.stderr.contains("several-mistakes.json:"), "{}", check.stderr);

    let check = riskband(&["check", "scenarios/invalid/several-mistakes.json", "--format", "json"]);
    check.assert_code(2);
    let json = check.json();
    let problems = json["checked"][0]["problems"].as_array().expect("rows");
    assert!(problems.len() >= 3 && problems.iter().all(|row| row["line"].is_u64() && row["code"].is_string()));
}

#[test]
fn no_bad_file_stops_the_program() {
    let check = riskband(&["check", "scenarios/invalid"]);
    check.assert_code(2);
    assert!(!check.stderr.contains("panicked"), "{}", check.stderr);
    let files = fs::read_dir("scenarios/invalid").expect("readable").flatten().map(|entry| entry.path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    assert_eq!(check.stdout.lines().count(), files.count(), "a line a file");
}

#[test]
fn expectations_decide_the_exit_code() {
    let folder = folder_with_small();
    let check = |expectations: &[&str]| {
        let mut arguments = vec!["check", "small.json", "--paths", "2000"];
        expectations.iter().for_each(|expectation| arguments.extend(["--expect", expectation]));
        riskband_in(folder.path(), &arguments, "")
    };
    let good = check(&["p50(market,2027) in 10..20", "probability(above_14) > 1%", "p_binding(power) < 1"]);
    good.assert_code(0);
    assert_eq!(good.stdout.matches("  ok ").count(), 3, "{}", good.stdout);

    let failed = check(&["p50(market) in 10..20", "p99_9(market,2026) < 5"]);
    failed.assert_code(1);
    assert!(failed.stdout.contains("FAILED p99_9(market,2026) < 5: 1"), "{}", failed.stdout);

    let unknown = check(&["p50(markt) > 5"]);
    unknown.assert_code(2);
    assert!(unknown.stderr.contains("did you mean `market`?"), "{}", unknown.stderr);
    let unknown = check(&["p50(market,2031) > 5"]);
    unknown.assert_code(2);
    assert!(unknown.stderr.contains("2025 to 2027"), "{}", unknown.stderr);
}

#[test]
fn bad_input_outweighs_a_failed_expectation() {
    let folder = folder_with_small();
    fs::write(folder.path().join("bad.json"), SMALL.replace("\"start\": 10", "\"start\": -10")).expect("writable");
    let arguments = ["check", ".", "--paths", "100", "--expect", "p50(market) > 100", "--format", "json"];
    let check = riskband_in(folder.path(), &arguments, "");
    check.assert_code(2);
    let json = check.json();
    let of = |name: &str| {
        let checked = json["checked"].as_array().expect("rows");
        checked.iter().find(|checked| checked["scenario"] == name).expect("it was checked").clone()
    };
    assert_eq!(of("small")["ok"], false);
    assert_eq!(of("small")["expectations"][0]["ok"], false);
    assert!(of("small")["expectations"][0]["value"].is_number());
    assert_eq!(of("bad")["ok"], false);
    assert!(!of("bad")["problems"].as_array().expect("rows").is_empty());
}

#[test]
fn both_engines_agree_on_the_small_market() {
    let folder = folder_with_small();
    let verify = riskband_in(folder.path(), &["verify", "small.json", "--paths", "5000"], "");
    verify.assert_code(0);
    assert!(verify.stdout.starts_with("ok small: the engines agree;"), "{}", verify.stdout);
    let verify = riskband_in(folder.path(), &["verify", "small.json", "--paths", "5000", "--format", "json"], "");
    let json = verify.json();
    assert_eq!(json["verified"][0]["agrees"], true);
    assert!(json["verified"][0]["rows"].as_array().expect("rows").len() > 20);
}

#[test]
fn the_reference_engine_does_not_take_more_memory_than_allowed() {
    let folder = folder_with_small();
    let verify = riskband_in(folder.path(), &["verify", "small.json", "--paths", "1e10"], "");
    verify.assert_code(2);
    assert!(verify.stderr.contains("--limit memory="), "{}", verify.stderr);
}
