//! `--workbook`: a file of `run`, `compare` and `sweep` that appears whole or not at all.

use super::{SMALL, riskband_in};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("small.json"), SMALL).expect("writable");
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("readable");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The names of the sheets, as they stand in the workbook.
fn sheets(file: &Path) -> Vec<String> {
    use calamine::Reader;
    calamine::open_workbook_auto(file).expect("a workbook").sheet_names()
}

#[test]
fn run_compare_and_sweep_write_workbooks() {
    let folder = folder();
    let write = |arguments: &[&str]| {
        let done = riskband_in(folder.path(), &[arguments, &["--paths", "500", "--quiet"]].concat(), "");
        assert_eq!((done.code, &*done.stdout, &*done.stderr), (0, "", ""));
    };
    write(&["run", "small.json", "--workbook", "run.xlsx"]);
    write(&["compare", "small.json", "--set-b", "drivers.trend=0.2", "--workbook", "compare.xlsx"]);
    write(&["sweep", "small.json", "--vary", "drivers.trend=0.1,0.2", "--compare", "--workbook", "sweep.xlsx"]);
    let tables = ["runs", "summary", "bands", "targets", "references", "constraints", "lower_bounds", "warnings"];
    let first = ["overview", "fan", "ceilings"];
    assert_eq!(sheets(&folder.path().join("run.xlsx")), [&first[..], &tables, &["columns"]].concat());
    for file in ["compare.xlsx", "sweep.xlsx"] {
        let sheets = sheets(&folder.path().join(file));
        assert!(
            [&first[..], &tables, &["comparison", "dominance"]]
                .concat()
                .iter()
                .all(|it| sheets.contains(&(*it).into()))
        );
    }
}

/// Of one scenario the first sheet says what the terminal does, the outputs beside the main one among it.
#[test]
fn the_overview_has_every_output_of_the_summary() {
    use calamine::Reader;
    let folder = folder();
    let fan = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/examples/market-fan.json");
    riskband_in(folder.path(), &["run", fan, "--paths", "500", "--quiet", "--workbook", "x.xlsx"], "").assert_code(0);
    let mut book = calamine::open_workbook_auto(folder.path().join("x.xlsx")).expect("a workbook");
    let overview = book.worksheet_range("overview").expect("a sheet");
    let names: Vec<String> = overview.rows().map(|row| row[0].to_string()).collect();
    for output in ["demand", "backlog", "growth"] {
        assert!(names.iter().any(|name| name == output), "{output}: {names:?}");
    }
}

#[test]
fn the_same_run_gives_the_same_bytes_on_any_threads() {
    let folder = folder();
    let write = |file: &str, threads: &str| {
        let arguments = ["run", "small.json", "--paths", "3000", "--workbook", file, "--threads", threads, "--quiet"];
        riskband_in(folder.path(), &arguments, "").assert_code(0);
        fs::read(folder.path().join(file)).expect("readable")
    };
    assert!(write("one.xlsx", "1") == write("three.xlsx", "3"));
}

#[test]
fn nothing_is_lost() {
    let folder = folder();
    let run = |arguments: &[&str]| {
        let usual = ["run", "small.json", "--paths", "100", "--quiet"];
        riskband_in(folder.path(), &[&usual[..], arguments].concat(), "")
    };
    fs::write(folder.path().join("mine.xlsx"), "notes").expect("writable");
    let refused = run(&["--workbook", "mine.xlsx"]);
    refused.assert_code(2);
    assert!(refused.stderr.contains("`mine.xlsx` is there already; --force replaces it"), "{}", refused.stderr);
    assert_eq!(fs::read_to_string(folder.path().join("mine.xlsx")).expect("readable"), "notes");
    run(&["--workbook", "mine.xlsx", "--force"]).assert_code(0);
    assert_eq!(sheets(&folder.path().join("mine.xlsx"))[0], "overview");

    fs::create_dir(folder.path().join("folder.xlsx")).expect("writable");
    let refused = run(&["--workbook", "folder.xlsx"]);
    refused.assert_code(2);
    assert!(refused.stderr.contains("`folder.xlsx` is a folder"), "{}", refused.stderr);
    let refused = run(&["--workbook", "results.xls"]);
    refused.assert_code(2);
    assert!(refused.stderr.contains("does not end in .xlsx"), "{}", refused.stderr);
    run(&["--workbook", "missing/results.xlsx"]).assert_code(3);
    assert_eq!(names(folder.path()), ["folder.xlsx", "mine.xlsx", "small.json"]);
}

#[test]
fn without_results_there_is_no_workbook() {
    let folder = folder();
    fs::write(folder.path().join("broken.json"), "{}").expect("writable");
    riskband_in(folder.path(), &["run", "broken.json", "--workbook", "none.xlsx"], "").assert_code(2);
    assert_eq!(names(folder.path()), ["broken.json", "small.json"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let folder = folder();
    let arguments = ["run", "small.json", "--paths", "100", "--quiet", "--workbook", "/dev/full"];
    let full = riskband_in(folder.path(), &arguments, "");
    full.assert_code(3);
    assert!(full.stderr.contains("/dev/full"), "{}", full.stderr);
}
