//! Slips at the shell are answered with what to write.

use super::{folder, folder_with_small, riskband, riskband_in};
use std::fs;

#[test]
fn a_path_without_its_section_is_answered_with_it() {
    for (written, meant) in [
        ("downturn.hazard=.3", "--set events.downturn.hazard=.3"),
        ("dowturn.hazard=.3", "--set events.downturn.hazard=.3"),
        ("/downturn/hazard=.3", "--set events.downturn.hazard=.3"),
        ("backlog=0.5", "--set market.backlog=0.5"),
    ] {
        let run = riskband(&["check", "--set", written]);
        run.assert_code(2);
        assert!(run.stderr.contains(meant), "{written}\n{}", run.stderr);
    }
}

#[test]
fn the_beginning_of_a_name_is_enough_to_be_offered_it() {
    for word in ["base", "Base", "basline"] {
        let run = riskband(&["run", word]);
        run.assert_code(2);
        assert!(run.stderr.contains("`baseline`"), "{}", run.stderr);
    }
    let new = riskband_in(folder().path(), &["new", "x", "--extends", "base"], "");
    assert!(new.stderr.contains("did you mean `baseline`?"), "{}", new.stderr);
}

#[test]
fn statistics_are_read_as_tables_head_them() {
    let folder = folder_with_small();
    let check =
        riskband_in(folder.path(), &["check", "small.json", "--paths", "500", "--expect", "P80(market) > 1"], "");
    check.assert_code(0);
}

#[test]
fn options_that_would_do_nothing_say_so() {
    let folder = folder_with_small();
    let why = riskband_in(folder.path(), &["report", "small.json", "--why", "-o", "-", "--paths", "100"], "");
    why.assert_code(2);
    assert!(why.stderr.contains("--set-b"), "{}", why.stderr);
    fs::write(folder.path().join("open.json"), r#"{"horizon": {"steps": 2}, "market": {"start": 1}}"#)
        .expect("writable");
    let relief = riskband_in(folder.path(), &["run", "open.json", "--relief", "--paths", "100"], "");
    relief.assert_code(0);
    assert!(relief.stderr.contains("no ceilings"), "{}", relief.stderr);
}

#[test]
fn relief_and_why_are_read_at_the_period_asked_for() {
    let folder = folder_with_small();
    let arguments = ["run", "small.json", "--relief", "--at", "2026", "--paths", "400", "--format", "json"];
    let run = riskband_in(folder.path(), &arguments, "");
    let rows = run.assert_code(0).json()["runs"][0]["relief"].clone();
    let market: Vec<_> = rows.as_array().expect("rows").iter().filter(|row| row["of"] == "market").collect();
    assert!(!market.is_empty() && market.iter().all(|row| row["year"] == 2026), "{rows}");
    let why = [
        "compare",
        "small.json",
        "--set-b",
        "drivers.trend=0.2",
        "--why",
        "--at",
        "2026",
        "--paths",
        "400",
        "--format",
        "json",
    ];
    let compare = riskband_in(folder.path(), &why, "");
    let rows = compare.assert_code(0).json()["comparisons"][0]["why"].clone();
    let of_market: Vec<_> = rows.as_array().expect("rows").iter().filter(|row| row["of"] == "market").collect();
    assert!(!of_market.is_empty() && of_market.iter().all(|row| row["year"] == 2026), "{rows}");
    let wrong = riskband_in(folder.path(), &["run", "small.json", "--relief", "--at", "2040"], "");
    wrong.assert_code(2);
    assert!(wrong.stderr.contains("2025 to 2027, or total"), "{}", wrong.stderr);
}

#[test]
fn relief_and_why_are_told_in_total() {
    let folder = folder_with_small();
    let run = ["run", "small.json", "--paths", "400", "--relief", "--at", "total"];
    let text = riskband_in(folder.path(), &run, "");
    text.assert_code(0);
    assert!(text.stdout.to_lowercase().contains("ceiling is worth in total"), "{}", text.stdout);
    let json = riskband_in(folder.path(), &[&run[..], &["--format", "json"]].concat(), "");
    let rows = json.assert_code(0).json()["runs"][0]["relief"].clone();
    let market = rows.as_array().expect("rows").iter().find(|row| row["of"] == "market").expect("a row").clone();
    assert!(market["period"] == "total" && market["year"].is_null(), "{market}");
    let report = ["report", "small.json", "--set-b", "drivers.trend=0.2", "--why", "--at", "total", "--paths", "400"];
    let page = riskband_in(folder.path(), &[&report[..], &["-o", "-"]].concat(), "");
    page.assert_code(0);
    assert!(page.stdout.contains("market moves in total"), "no such heading");
    let level = r#"{"horizon": {"steps": 2}, "market": {"start": 1, "measure": "level", "demand": 2}, "constraints": {"a": 1}}"#;
    fs::write(folder.path().join("level.json"), level).expect("writable");
    let level = riskband_in(folder.path(), &["run", "level.json", "--relief", "--at", "total", "--paths", "100"], "");
    level.assert_code(2);
    assert!(level.stderr.contains("this market is a level"), "{}", level.stderr);
}

#[test]
fn a_report_sets_a_scenario_beside_its_what_if() {
    let folder = folder_with_small();
    let arguments = ["report", "small.json", "--set-b", "drivers.trend=0.2", "--why", "-o", "-", "--paths", "400"];
    let page = riskband_in(folder.path(), &arguments, "");
    page.assert_code(0);
    assert!(page.stdout.contains("what-if"));
}

#[test]
fn what_has_no_value_is_told_with_file_and_line() {
    let folder = folder();
    let file = |sd: &str| {
        format!(
            "{{\"variables\": {{\n\"s\": {{\"uniform\": {{\"low\": -1, \"high\": 1}}}},\n\"x\": {{\"normal\": {{\"mean\": 0, \"sd\": \"{sd}\"}}}}}}}}"
        )
    };
    fs::write(folder.path().join("some.json"), file("s")).expect("writable");
    let some = riskband_in(folder.path(), &["run", "some.json", "--paths", "200"], "");
    some.assert_code(0);
    assert!(some.stdout.contains("(some.json:3)"), "{}", some.stdout);
    fs::write(folder.path().join("none.json"), file("s - 2")).expect("writable");
    let none = riskband_in(folder.path(), &["run", "none.json", "--paths", "200"], "");
    none.assert_code(2);
    assert!(none.stderr.contains("none.json:3") && none.stderr.contains("no-finite-path"), "{}", none.stderr);
}
