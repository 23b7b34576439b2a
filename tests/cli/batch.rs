//! Batches of more scenarios than are kept in memory: the same bytes as from few of them, in memory that does not grow.

use super::{Run, SMALL, folder, riskband_in};
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// More than a batch keeps whole.
const MANY: usize = 19;

/// A folder of so many scenarios, `s000.json` and so on, that extend the small market.
fn batch(count: usize) -> TempDir {
    let folder = folder();
    fs::create_dir(folder.path().join("parents")).expect("writable");
    fs::write(folder.path().join("parents/small.json"), SMALL).expect("writable");
    for number in 0..count {
        let text = format!(
            r#"{{ "extends": "parents/small.json", "constraints": {{ "power": {{ "start": {} }} }} }}"#,
            11.0 + number as f64 / 8.0
        );
        fs::write(folder.path().join(format!("s{number:03}.json")), text).expect("writable");
    }
    folder
}

fn run(folder: &Path, arguments: &[&str], more: &[&str]) -> Run {
    riskband_in(folder, &[arguments, more].concat(), "")
}

fn list<'v>(document: &'v Value, name: &str) -> &'v Vec<Value> {
    document[name].as_array().unwrap_or_else(|| panic!("no {name}"))
}

#[test]
fn a_scenario_has_the_results_that_it_has_alone() {
    let folder = batch(MANY);
    for sampler in ["random", "lhs", "sobol"] {
        let options = ["--paths", "2000", "--sampler", sampler, "--format", "json"];
        let all = run(folder.path(), &["run", "."], &options).json();
        assert_eq!(list(&all, "runs").len(), MANY);
        for (number, of_batch) in list(&all, "runs").iter().enumerate() {
            let alone = run(folder.path(), &["run", &format!("s{number:03}.json")], &options).json();
            assert_eq!(list(&alone, "runs")[0], *of_batch, "{sampler}, {number}");
        }
    }
}

#[test]
fn a_comparison_is_the_same_beside_few_and_many_others() {
    let folder = batch(MANY);
    for sampler in ["random", "sobol"] {
        let options = ["--paths", "2000", "--sampler", sampler, "--format", "json", "--why"];
        let all = run(folder.path(), &["compare", "."], &options).json();
        assert_eq!((list(&all, "runs").len(), list(&all, "comparisons").len()), (MANY, MANY - 1));
        for number in [1, MANY - 1] {
            let pair = run(folder.path(), &["compare", "s000.json", &format!("s{number:03}.json")], &options).json();
            assert_eq!(list(&pair, "runs")[1], list(&all, "runs")[number], "{sampler}");
            assert_eq!(list(&pair, "comparisons")[0], list(&all, "comparisons")[number - 1], "{sampler}");
        }
    }
}

#[test]
fn what_is_printed_of_comparisons_is_what_is_in_the_folder() {
    let folder = batch(MANY);
    let compare = |more: &[&str]| run(folder.path(), &["compare", ".", "--paths", "500"], more);
    compare(&["--out", "out", "--quiet"]).assert_code(0);
    let written = |name: &str| fs::read_to_string(folder.path().join("out").join(name)).expect("it is there");
    assert_eq!(compare(&["--format", "json"]).stdout, written("results.json"));
    for table in ["comparison", "paired", "bands", "runs"] {
        assert_eq!(compare(&["--format", "csv", "--table", table]).stdout, written(&format!("{table}.csv")), "{table}");
    }
    let told = compare(&["--top", "2", "--sort", "-p50(market)"]);
    let last = format!("s{:03} against s000", MANY - 1);
    assert!(told.stdout.contains(&format!("{} scenarios against s000", MANY - 1)), "{}", told.stdout);
    assert!(told.stdout.contains(&last) && !told.stdout.contains("s001 against s000"), "{}", told.stdout);
}

#[test]
fn one_that_cannot_be_compared_is_left_out_wherever_it_stands() {
    let folder = batch(MANY);
    let longer = SMALL.replace("\"end\": 2027", "\"end\": 2028");
    for number in [3, MANY - 1] {
        fs::write(folder.path().join(format!("s{number:03}.json")), &longer).expect("writable");
    }
    let compared = run(folder.path(), &["compare", ".", "--paths", "500", "--format", "json"], &[]);
    let json = compared.assert_code(2).json();
    let failed: Vec<&Value> = list(&json, "failed").iter().map(|failed| &failed["scenario"]).collect();
    assert_eq!(failed, ["s003", &format!("s{:03}", MANY - 1)]);
    assert_eq!(list(&json, "comparisons").len(), MANY - 3);
    assert_eq!(compared.stderr.matches("does not run: 1 error").count(), 2, "{}", compared.stderr);
}

/// The most memory in bytes that a run takes, as the kernel counts it.
#[cfg(target_os = "linux")]
fn peak(folder: &Path, arguments: &[&str]) -> u64 {
    use std::process::{Command, Stdio};
    use std::time::Duration;
    let mut child = Command::new(env!("CARGO_BIN_EXE_riskband"))
        .current_dir(folder)
        .args(arguments)
        .env("XDG_CACHE_HOME", super::NO_CACHE)
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts");
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait().expect("it can be waited for").is_none() {
        let status = fs::read_to_string(&status).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        most = most.max(kilobytes.unwrap_or(0) * 1024);
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(most > 0, "a run takes some milliseconds");
    most
}

/// A scenario that is kept takes a hundred kilobytes and more, and a comparison as much again: of 300 of them this margin would be
/// passed by far.
#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_number_of_scenarios() {
    const MARGIN: u64 = 12 << 20;
    let (few, many) = (batch(20), batch(320));
    for verb in [&["run"][..], &["compare"], &["check"]] {
        let arguments = |verb: &[&'static str]| match verb {
            ["check"] => vec!["check", ".", "--quiet"],
            verb => [verb, &[".", "--paths", "100", "--threads", "1", "--quiet"]].concat(),
        };
        let [few, many] = [&few, &many].map(|folder| peak(folder.path(), &arguments(verb)));
        assert!(many < few + MARGIN, "{verb:?}: {few} bytes for 20 scenarios, {many} for 320");
    }
}
