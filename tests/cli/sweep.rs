//! `sweep`: cases from the shell and from files, their tables, what is refused.

use super::{Run, folder, folder_with_small, riskband, riskband_in};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::Path;

const FAN: &str = "scenarios/examples/market-fan.json";
const POWER: &str = "constraints.power.start";
const COOLING: &str = "constraints.cooling.start";

fn sweep(more: &[&str]) -> Run {
    riskband(&[&["sweep", FAN, "--paths", "1000"], more].concat())
}

/// A run without the columns that only a sweep has, in every table.
fn without(columns: &[&str], run: &Value) -> Value {
    let keep = |object: &Map<String, Value>| -> Map<String, Value> {
        object
            .iter()
            .filter(|(name, _)| !columns.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    };
    let mut run = keep(run.as_object().expect("a run"));
    for table in run.values_mut() {
        if let Value::Array(rows) = table {
            rows.iter_mut()
                .filter(|row| row.is_object())
                .for_each(|row| *row = keep(row.as_object().expect("a row")).into());
        }
    }
    run.into()
}

#[test]
fn every_cell_is_that_of_a_run_with_the_same_values_set() {
    let folder = folder();
    let law = r#"{"uniform": {"low": 8, "high": 9}}"#;
    let quoted = law.replace('"', "\"\"");
    let file = folder.path().join("cases.csv");
    fs::write(&file, format!("case,{POWER},constraints.cooling.start\nlow,8,\nlaw,\"{quoted}\",8.4\nbase,,\n"))
        .expect("writable");
    let swept =
        sweep(&["--cases", &file.display().to_string(), "--format", "json", "--set", "constraints.cooling.start=8.2"]);
    let runs = swept.assert_code(0).json();
    let set: [&[String]; 3] =
        [&[format!("{POWER}=8")], &[format!("{POWER}={law}"), "constraints.cooling.start=8.4".into()], &[]];
    for (index, (run, set)) in runs["runs"].as_array().expect("runs").iter().zip(set).enumerate() {
        let mut arguments =
            vec!["run", FAN, "--paths", "1000", "--format", "json", "--set", "constraints.cooling.start=8.2"];
        set.iter().for_each(|set| arguments.extend(["--set", set]));
        let alone = riskband(&arguments).assert_code(0).json();
        assert_eq!(without(&["case", POWER, COOLING], run), alone["runs"][0], "case {index}");
    }
    let labels = |run: &Value, table: &str| {
        [&run[table][0]["case"], &run[table][0][POWER], &run[table][0][COOLING]].map(Value::clone)
    };
    assert_eq!(labels(&runs["runs"][0], "bands"), [json!("low"), json!("8"), json!(8.2)]);
    assert_eq!(
        labels(&runs["runs"][1], "summary"),
        [json!("law"), json!(law), json!(8.4)],
        "a column of both kinds is text"
    );
    assert_eq!(runs["runs"][2]["case"], "base");
}

#[test]
fn the_calibrated_baseline_is_not_calibrated_anew() {
    let swept = riskband(&["sweep", "--vary", "events.downturn.hazard=0,0.3", "--paths", "600", "--format", "json"]);
    let set = ["run", "--set", "events.downturn.hazard=0.3", "--paths", "600", "--format", "json"];
    let (swept, alone) = (swept.assert_code(0).json(), riskband(&set).json());
    assert_eq!(without(&["events.downturn.hazard"], &swept["runs"][1]), alone["runs"][0]);
    assert_eq!(swept["runs"][1]["calibration"]["own"], false);
}

#[test]
fn differences_are_those_of_compare() {
    let vary = format!("{POWER}=8,9,11");
    let set = [format!("{POWER}=8"), format!("{POWER}=11")];
    for sampler in ["random", "lhs", "sobol"] {
        let with = |arguments: &[&str]| {
            riskband(&[arguments, &["--paths", "1024", "--sampler", sampler, "--format", "json"]].concat())
                .assert_code(0)
                .json()
        };
        let swept = with(&["sweep", FAN, "--vary", &vary, "--compare"]);
        let alone = with(&["compare", FAN, "--set", &set[0], "--set-b", &set[1]]);
        let comparisons = swept["comparisons"].as_array().expect("comparisons");
        assert_eq!(comparisons.len(), 2);
        let labels = ["a", "b", POWER];
        assert_eq!(without(&labels, &comparisons[1]), without(&labels, &alone["comparisons"][0]), "{sampler}");
        assert_eq!([&comparisons[1]["a"], &comparisons[1]["b"]], ["power.start=8", "power.start=11"]);
        assert_eq!(comparisons[1]["paired"][0][POWER], 11.0);
        // And the runs beside them are those of the scenario alone, but for lower bounds, which a sweep does not look for.
        let run = with(&["run", FAN, "--set", &set[1]]);
        let ignored = ["case", POWER, "lower_bounds"];
        assert_eq!(without(&ignored, &swept["runs"][2]), without(&ignored, &run["runs"][0]), "{sampler}");
    }
}

#[test]
fn a_matrix_has_every_pair_and_any_number_of_threads_gives_the_same() {
    let vary = [format!("{POWER}=8..10/3"), "constraints.cooling.start=8,9".to_owned()];
    let matrix = |threads: &str| {
        let run = sweep(&["--vary", &vary[0], "--vary", &vary[1], "--format", "csv", "--threads", threads]);
        run.assert_code(0).stdout.clone()
    };
    let csv = matrix("1");
    assert_eq!(csv, matrix("2"));
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].starts_with(&format!("scenario,{POWER},constraints.cooling.start,output,")), "{}", lines[0]);
    assert_eq!(lines.len(), 7);
    assert!(lines[2].starts_with("market-fan,8.0,9.0,market,"), "the last path varies the fastest: {}", lines[2]);
    let zip = sweep(&["--vary", &format!("{POWER}=8,9"), "--vary", &vary[1], "--zip", "--format", "csv"]);
    assert_eq!(zip.assert_code(0).stdout.lines().count(), 3);
}

#[test]
fn one_folder_holds_all_cases() {
    let folder = folder();
    let out = folder.path().join("out").display().to_string();
    sweep(&["--vary", &format!("{POWER}=8,9,11"), "--compare", "--out", &out, "--quiet"]).assert_code(0);
    let read = |name: &str| fs::read_to_string(Path::new(&out).join(name)).expect(name);
    assert_eq!(read("summary.csv").lines().count(), 4);
    assert!(read("bands.csv").starts_with(&format!("scenario,{POWER},output,")));
    assert!(read("paired.csv").starts_with(&format!("a,b,{POWER},output,")));
    let document: Value = serde_json::from_str(&read("results.json")).expect("JSON");
    assert_eq!(
        (document["runs"].as_array().map(Vec::len), document["comparisons"].as_array().map(Vec::len)),
        (Some(3), Some(2))
    );
    riskband(&["check", &out]).assert_code(0);
}

#[test]
fn what_a_law_refuses_fails_alone_and_the_other_cases_run() {
    let folder = folder_with_small();
    fs::write(folder.path().join("cases.csv"), "case,drivers.noise.normal.sd\ngood,0.1\nbad,-1\n").expect("writable");
    let run = riskband_in(
        folder.path(),
        &["sweep", "small.json", "--cases", "cases.csv", "--paths", "100", "--format", "json"],
        "",
    );
    run.assert_code(2);
    let json = run.json();
    assert_eq!(json["runs"].as_array().map(Vec::len), Some(1));
    assert_eq!((&json["failed"][0]["case"], &json["failed"][0]["scenario"]), (&json!("bad"), &json!("small")));
    assert_eq!(json["failed"][0]["problems"][0]["pointer"], "/drivers/noise/normal/sd");
    for text in ["drivers.noise.normal.sd=-1", "case `bad` (line 3) does not run"] {
        assert!(run.stderr.contains(text), "{text}: {}", run.stderr);
    }
    let all = riskband_in(
        folder.path(),
        &["sweep", "small.json", "--vary", "drivers.noise.normal.sd=-8..-1/8", "--out", "out"],
        "",
    );
    all.assert_code(2);
    assert!(all.stderr.contains("3 more cases do not run") && all.stdout.is_empty());
    assert!(!folder.path().join("out/results.json").exists());
}

#[test]
fn mistakes_are_told_before_anything_runs_with_their_place() {
    let folder = folder_with_small();
    let refused = |arguments: &[&str], text: &str| {
        let run = riskband_in(folder.path(), &[&["sweep", "small.json", "--paths", "100"], arguments].concat(), "");
        run.assert_code(2);
        assert!(run.stderr.contains(text) && run.stdout.is_empty(), "{text}: {}", run.stderr);
    };
    refused(&[], "--vary");
    refused(&["--vary", "drivers.nois=1"], "did you mean `noise`?");
    refused(&["--vary", "drivers.noise.normal.sdd=1,2"], "did you mean `sd`?");
    refused(&["--vary", "title=a,b"], "leads to no value in a section");
    refused(&["--vary", "drivers.trend=1,1"], "stands there twice");
    refused(&["--vary", "drivers.trend=1", "--vary", "/drivers/trend=2"], "varies already, as `drivers.trend`");
    refused(&["--vary", "drivers.trend=1,2", "--vary", "market.start=1", "--zip"], "has 2 where");
    refused(&["--vary", "drivers.trend=0..1"], "0..1/5");
    refused(&["--vary", "drivers.trend=1", "--sort", "p50(markt)"], "did you mean `market`?");
    refused(&["--vary", "drivers.trend=1", "--of", "markt"], "did you mean `market`?");
    refused(&["--vary", "drivers.trend=1", "--format", "csv", "--table", "paired"], "--compare");
    let file = |text: &str, message: &str| {
        fs::write(folder.path().join("c.csv"), text).expect("writable");
        refused(&["--cases", "c.csv"], message);
    };
    file("case,drivers.trend,drivers.trend\na,1,2\n", "c.csv, line 1, column 3: `drivers.trend` varies already");
    file(
        "case,drivers.tren\na,1\n",
        "c.csv, line 1, column 2: the scenario has no `tren` in `drivers`; did you mean `trend`?",
    );
    file("drivers.trend\n", "c.csv, line 2: there are no cases");
    file("drivers.trend,market.start\n1,2\n1\n", "c.csv, line 3: 1 fields; expected 2");
    file("drivers.trend\n\"1\n", "c.csv, line 2: a quote is not closed");
    fs::write(folder.path().join("c.csv"), b"drivers.trend\n\xff\n").expect("writable");
    refused(&["--cases", "c.csv"], "c.csv, line 2: this is not UTF-8");
    riskband_in(folder.path(), &["sweep", "small.json", "--cases", "none.csv"], "").assert_code(3);
}

#[test]
fn lines_are_sorted_as_asked_and_keep_to_80_columns() {
    let vary = format!("{POWER}=7,9,8");
    let of = |key: &str| sweep(&["--vary", &vary, "--compare", "--sort", key]).assert_code(0).stdout.clone();
    let order = |text: &str| -> Vec<String> {
        let table = text.split("\ncases\n").nth(1).expect("a table").split("\n\n").next().expect("its end").to_owned();
        let first =
            |line: &str| line.split_whitespace().next().filter(|word| word.parse::<f64>().is_ok()).map(str::to_owned);
        table.lines().filter_map(first).collect()
    };
    let rising = of("p50(market,2031)");
    assert_eq!(order(&rising), ["7", "8", "9"], "{rising}");
    assert_eq!(order(&of("-p50(market,2031)")), ["9", "8", "7"]);
    assert!(rising.lines().all(|line| line.chars().count() <= 80), "{rising}");
    assert!(rising.contains("differences to power.start=7: market"), "{rising}");
}

#[test]
fn pictures_follow_what_varies() {
    let folder = folder();
    let charts = |more: &[&str]| {
        let path = folder.path().join("charts").display().to_string();
        sweep(&[more, &["--charts", &path, "--quiet"]].concat()).assert_code(0);
        let entries = fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("readable").file_name());
        let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
        names.retain(|name| name.ends_with(".svg"));
        names.sort();
        names
    };
    let power = format!("{POWER}=8..10/3");
    assert_eq!(charts(&["--vary", &power]), ["sweep-chances.svg", "sweep-response.svg"]);
    let grid = charts(&["--vary", &power, "--vary", "constraints.cooling.start=8,9"]);
    assert!(grid.contains(&"sweep-heat.svg".into()) && grid.iter().all(|name| !name.contains("response")), "{grid:?}");
    let laws = r#"constraints.cooling.start={"uniform": {"low": 8, "high": 9}},8.5"#;
    assert!(charts(&["--vary", &power, "--vary", laws]).contains(&"sweep-response.svg".into()));
    assert_eq!(charts(&["--vary", &power, "--vary", "constraints.cooling.start=8,9,10", "--zip"]), ["sweep-cases.svg"]);
    assert_eq!(charts(&["--vary", &power, "--of", "demand[2028], market"]).len(), 3);
}

#[test]
fn a_page_has_all_cases_and_asks_for_nothing() {
    let folder = folder();
    let page = folder.path().join("sweep.html").display().to_string();
    let vary = [
        "--vary",
        "constraints.power.start=8..10/3",
        "--vary",
        "constraints.cooling.start=8,9",
        "--compare",
        "--report",
        &page,
    ];
    sweep(&vary).assert_code(0);
    let html = fs::read_to_string(&page).expect("a page");
    for text in ["Sweep report", "6 cases", "class=\"h9 piece\"", "Differences to power.start=8, cooling.start=8"] {
        assert!(html.contains(text), "{text}");
    }
    assert!(!html.contains("http://") || html.matches("http://").count() == html.matches("http://www.w3.org").count());
    sweep(&vary).assert_code(2);
    sweep(&[&vary[..], &["--force"]].concat()).assert_code(0);
}
