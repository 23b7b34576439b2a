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
    assert!(names.iter().any(|name| name == "charts-manifest.json"));
    for name in names.iter().filter(|name| name.ends_with(".svg")) {
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

/// The small market, and one that is less uncertain.
fn folder_with_pair() -> tempfile::TempDir {
    let folder = folder_with_small();
    let other = SMALL.replace("0.05 }", "0.02 }");
    assert_ne!(other, SMALL);
    fs::write(folder.path().join("other.json"), other).expect("writable");
    folder
}

#[test]
fn a_comparison_on_a_page_has_the_numbers_of_compare() {
    let folder = folder_with_pair();
    let path = folder.path();
    let first = report(path, &["small.json", "other.json", "-o", "-", "--why", "--threads", "1"]);
    first.assert_code(0);
    let page = first.stdout;
    assert_eq!(page, report(path, &["small.json", "other.json", "-o", "-", "--why", "--threads", "2"]).stdout);
    let arguments = ["compare", "small.json", "other.json", "--why", "--paths", "2000", "--format", "json"];
    let json = riskband_in(path, &arguments, "").json();
    let rows = |table: &str| json["comparisons"][0][table].as_array().expect("rows").clone();
    let last = |measure: &str| {
        let row = rows("comparison").into_iter().rfind(|row| row["output"] == "market" && row["measure"] == measure);
        row.expect("a row")
    };
    let number = |row: &serde_json::Value, column: &str| row[column].as_f64().expect("a number");
    assert!(page.contains("<h2>other against small</h2>"));
    let shift = last("shift");
    assert!(page.contains(&format!("<td class=\"number\">{:.2}</td>", number(&shift, "p50"))), "{shift}");
    let difference = last("difference");
    for level in ["p5", "p95"] {
        assert!(page.contains(&format!("P{} {:.4}", &level[1..], number(&difference, level))), "{difference}");
    }
    let paired = rows("paired").into_iter().rfind(|row| row["output"] == "market").expect("a row");
    assert!(page.contains(&format!("below on {:.1} %", number(&paired, "p_below") * 100.0)), "{paired}");
    let target = &rows("target_comparison")[0];
    assert!(
        page.contains(&format!("<td class=\"number\">{:+.2}</td>", number(target, "difference") * 100.0)),
        "{target}"
    );
    assert!(page.contains("Why market moves in 2027") && page.contains("Why the median of market moves"));
}

/// The page of a comparison has each scenario as a run of it alone gives.
#[test]
fn comparing_changes_no_run() {
    let folder = folder_with_pair();
    let alone = report(folder.path(), &["other.json", "-o", "-"]).stdout;
    let both = report(folder.path(), &["small.json", "other.json", "-o", "-"]).stdout;
    let numbers = alone.split("<desc id=").nth(1).and_then(|rest| rest.split(['>', '<']).nth(1)).expect("a chart");
    assert!(both.contains(numbers), "{numbers}");
}

#[test]
fn what_cannot_be_compared_is_said_on_the_page() {
    let folder = folder_with_pair();
    let years = SMALL.replace("\"end\": 2027", "\"end\": 2028");
    fs::write(folder.path().join("longer.json"), years).expect("written");
    let run = report(folder.path(), &["small.json", "longer.json", "other.json", "-o", "-"]);
    run.assert_code(0);
    assert!(run.stdout.contains("<h2>Not compared with small</h2>"));
    assert!(run.stdout.contains("expected 2025 to 2027") && run.stdout.contains("<h2>other against small</h2>"));
    assert!(run.stderr.contains("`longer` is not compared with `small`"), "{}", run.stderr);

    let slip = report(folder.path(), &["small.json", "other.json", "-o", "-", "--why", "--group", "all=drivers.none"]);
    slip.assert_code(2);
    assert!(slip.stderr.contains("drivers.none") && slip.stdout.is_empty(), "{}", slip.stderr);
}

#[test]
fn many_scenarios_are_compared_when_asked() {
    let folder = folder_with_pair();
    for number in 0..5 {
        fs::copy(folder.path().join("other.json"), folder.path().join(format!("other{number}.json"))).expect("copied");
    }
    let quick = report(folder.path(), &[".", "-o", "-"]);
    quick.assert_code(0);
    assert!(!quick.stdout.contains(" against ") && quick.stderr.contains("--compare"), "{}", quick.stderr);
    let asked = report(folder.path(), &[".", "-o", "-", "--compare"]);
    assert_eq!(asked.stdout.matches("<h2>").count(), 1 + 6 + 7, "side by side, six comparisons, seven scenarios");
}

#[test]
fn charts_of_a_comparison_are_files_too() {
    let folder = folder_with_pair();
    let path = folder.path();
    let arguments =
        ["compare", "small.json", "other.json", "--why", "--paths", "2000", "--charts", "charts", "--quiet"];
    let run = riskband_in(path, &arguments, "");
    run.assert_code(0);
    assert!(run.stdout.is_empty() && run.stderr.is_empty());
    let read = |name: &str| fs::read_to_string(path.join("charts").join(name)).unwrap_or_else(|_| panic!("no {name}"));
    for name in ["other-difference.svg", "other-why-p50.svg", "other-why-mean.svg", "scenarios-overlay.svg"] {
        let text = read(name);
        assert!(
            text.starts_with("<svg xmlns=") && text.contains("<desc id=\"desc\">") && !text.contains("NaN"),
            "{name}"
        );
    }
    assert!(read("other-difference.svg").contains("class=\"zero\""));
    let first = read("other-difference.svg");
    report(path, &["small.json", "other.json", "-o", "page.html", "--charts", "charts"]).assert_code(0);
    assert_eq!(read("other-difference.svg"), first);
}
