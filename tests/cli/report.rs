//! `report` and `--charts`: pages and pictures, where they go, and that they are the same every time.

use super::{SMALL, folder_with_small, riskband_in};
use std::fs;
use std::path::Path;

/// Another market, in another unit.
const FAN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/examples/market-fan.json");
const PATHS: [&str; 2] = ["--paths", "2000"];

fn report(folder: &Path, arguments: &[&str]) -> super::Run {
    riskband_in(folder, &[&["report"], arguments, &PATHS].concat(), "")
}

#[test]
fn two_reports_of_the_same_run_are_the_same_bytes() {
    let folder = folder_with_small();
    let path = folder.path();
    let first = report(path, &["small.json", FAN, "-o", "-", "--threads", "1"]);
    first.assert_code(0);
    let second = report(path, &["small.json", FAN, "-o", "-", "--threads", "2"]);
    assert_eq!(first.stdout, second.stdout);
    report(path, &["small.json", FAN, "-o", "page.html"]).assert_code(0);
    assert_eq!(fs::read_to_string(path.join("page.html")).expect("written"), first.stdout);
    assert!(first.stdout.starts_with("<!DOCTYPE html>") && first.stdout.contains("Small market"));
}

#[test]
fn the_numbers_of_a_page_are_those_of_the_run() {
    let folder = folder_with_small();
    let page = report(folder.path(), &["small.json", "-o", "-"]).stdout;
    let run = riskband_in(folder.path(), &["run", "small.json", "--paths", "2000", "--format", "json"], "").json();
    let bands = run["runs"][0]["bands"].as_array().expect("rows");
    let last = bands.iter().find(|row| row["output"] == "market" && row["year"] == 2027).expect("a row");
    for level in ["p5", "p50", "p95"] {
        let value = format!("{:.2}", last[level].as_f64().expect("a number"));
        assert!(page.contains(&value), "{level} {value}");
    }
    let target = run["runs"][0]["targets"][0]["probability"].as_f64().expect("a number");
    // The target is a value of the market in the last step: the curve reaches it as often as the target is met.
    let reached = format!("above_14 14.00: reached on {:.1} %", target * 100.0);
    assert!(page.contains(&reached), "{reached}");
}

#[test]
fn nothing_is_overwritten_without_force() {
    let folder = folder_with_small();
    let page = folder.path().join("riskband-report.html");
    fs::write(&page, "precious").expect("writable");
    let refused = report(folder.path(), &["small.json"]);
    refused.assert_code(2);
    assert!(refused.stderr.contains("--force") && refused.stdout.is_empty(), "{}", refused.stderr);
    assert_eq!(fs::read_to_string(&page).expect("still there"), "precious");
    let replaced = report(folder.path(), &["small.json", "--force"]);
    replaced.assert_code(0);
    assert_eq!(replaced.stdout, "riskband-report.html\n");
    assert!(fs::read_to_string(&page).expect("written").contains("</html>"));
}

#[test]
fn what_cannot_be_written_is_told_before_the_run() {
    let folder = folder_with_small();
    let run = |file: &str| riskband_in(folder.path(), &["report", "small.json", "--paths", "1e12", "-o", file], "");
    run("no/such/folder/page.html").assert_code(3);
    run(".").assert_code(2);
    fs::write(folder.path().join("taken"), "x").expect("writable");
    let charts = ["report", "small.json", "--paths", "1e12", "-o", "page.html", "--charts", "taken"];
    riskband_in(folder.path(), &charts, "").assert_code(3);
}

#[test]
fn a_page_names_the_scenarios_that_did_not_run() {
    let folder = folder_with_small();
    fs::write(folder.path().join("bad.json"), SMALL.replace("0.05 }", "-1 }")).expect("writable");
    let run = report(folder.path(), &[".", "-o", "page.html"]);
    run.assert_code(2);
    let page = fs::read_to_string(folder.path().join("page.html")).expect("written");
    assert!(page.contains("because they did not run: bad."));
    let nothing = report(folder.path(), &["bad.json", "-o", "other.html"]);
    nothing.assert_code(2);
    assert!(!folder.path().join("other.html").exists());
}

#[test]
fn charts_are_files_of_their_own() {
    let folder = folder_with_small();
    let path = folder.path();
    let arguments = ["run", "small.json", FAN, "--paths", "2000", "--charts", "charts", "--quiet"];
    let run = riskband_in(path, &arguments, "");
    run.assert_code(0);
    assert!(run.stdout.is_empty() && run.stderr.is_empty());
    let mut names: Vec<String> = fs::read_dir(path.join("charts"))
        .expect("made")
        .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let small = ["small-binding.svg", "small-exceedance.svg", "small-fan.svg", "small-histogram.svg"];
    for name in small.iter().chain(&["market-fan-fan.svg", "market-fan-exceedance.svg"]) {
        assert!(names.iter().any(|other| other == name), "{name} in {names:?}");
    }
    for name in &names {
        let text = fs::read_to_string(path.join("charts").join(name)).expect("readable");
        assert!(text.starts_with("<svg xmlns=") && text.ends_with("</svg>\n"), "{name}");
        assert!(!text.contains("NaN") && text.contains("role=\"img\""), "{name}");
    }
}

/// Each in its own unit, so there is nothing to lay over each other; the page says what it can.
#[test]
fn scenarios_about_different_things_share_a_page() {
    let folder = folder_with_small();
    let page = report(folder.path(), &["small.json", FAN, "-o", "-"]).stdout;
    assert!(page.contains("<h1>2 scenarios</h1>") && page.contains("Scenarios side by side"));
    assert!(!page.contains("id=\"overlay\""));
}
