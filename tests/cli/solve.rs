//! `solve`: what a number must be, in every format, and where there is no answer.

use super::{Run, folder, riskband, riskband_in};
use serde_json::Value;
use std::fs;

const FAN: &str = "scenarios/examples/market-fan.json";
const POWER: &str = "constraints.power.start=6..14";

fn solve(goal: &str, more: &[&str]) -> Run {
    riskband(&[&["solve", FAN, "--paths", "1000", "--for", goal], more].concat())
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("no number: {value}"))
}

#[test]
fn the_answer_meets_the_goal_where_it_is_run() {
    let json = solve("probability(report_2031) = 40%", &["--vary", POWER, "--format", "json"]).assert_code(0).json();
    let solution = &json["solutions"][0];
    let value = number(&solution["value"]);
    assert!(number(&solution["low"]) < value && value < number(&solution["high"]), "{solution}");
    assert!(number(&solution["attained_low"]) < 0.4 && number(&solution["attained_high"]) > 0.4);
    let set = format!("constraints.power.start={value}");
    let run = riskband(&["run", FAN, "--paths", "1000", "--set", &set, "--format", "json"]).assert_code(0).json();
    let probability = number(&run["runs"][0]["targets"][0]["probability"]);
    // A thousand paths: a share moves in steps of a thousandth, and a root is good to a hundredth of 0.0155.
    assert!((probability - 0.4).abs() <= 0.001, "{probability}");
    let curve = solution["curve"].as_array().expect("a curve");
    let found = curve.iter().find(|row| row["at"] == solution["value"]);
    assert!(found.is_none_or(|row| number(&row["value"]) == probability), "a point of the curve is a run");
    assert!(curve.len() >= 17);
}

#[test]
fn the_same_on_any_number_of_threads_and_in_every_format() {
    let of = |threads: &str, format: &[&str]| {
        let run = solve("p50(market,2031) >= 34", &[&["--vary", POWER, "--threads", threads], format].concat());
        run.assert_code(0).stdout.clone()
    };
    assert_eq!(of("1", &["--format", "json"]), of("2", &["--format", "json"]));
    let csv = of("2", &["--format", "csv"]);
    assert!(csv.starts_with("scenario,goal,path,other,range_low,range_high,value,low,high,"), "{csv}");
    assert!(of("2", &["--format", "csv", "--table", "curve"]).lines().count() > 17);
    let text = of("2", &[]);
    assert!(text.contains("95 % interval") && text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

#[test]
fn without_an_answer_the_range_is_told() {
    let far = solve("p50(market,2031) = 500", &["--vary", POWER]);
    far.assert_code(1);
    assert!(far.stdout.contains("does not reach") && far.stdout.contains("The statistic goes from"), "{}", far.stdout);
    let everywhere = solve("p50(market,2031) >= 1", &["--vary", POWER, "--format", "json"]);
    let solution = everywhere.assert_code(0).json()["solutions"][0].clone();
    assert_eq!((&solution["value"], &solution["reason"]), (&Value::Null, &Value::Null));
    let folder = folder();
    let arch = r#"{"riskband": 1, "variables": {"x": 1, "noise": {"normal": {"mean": 0, "sd": 0.1}},
        "y": "x * (4 - x) + noise"}, "outputs": ["y"]}"#;
    fs::write(folder.path().join("arch.json"), arch).expect("writable");
    let turns = riskband_in(
        folder.path(),
        &["solve", "arch.json", "--for", "mean(y) = 3", "--vary", "variables.x=0..4", "--paths", "1000"],
        "",
    );
    turns.assert_code(1);
    let told = turns.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("turns") && told.contains("and between 2.75 and 3"), "{told}");
}

#[test]
fn a_frontier_has_an_answer_at_each_value_of_the_other_path() {
    let vary = ["--vary", POWER, "--vary", "constraints.cooling.start=8..12"];
    let json = solve("p50(market,2031) = 34", &[&vary[..], &["--format", "json"]].concat()).assert_code(0).json();
    let rows = json["solutions"][0]["frontier"].as_array().expect("a frontier").clone();
    assert_eq!(rows.len(), 9);
    let values: Vec<f64> = rows.iter().map(|row| number(&row["value"])).collect();
    assert!(values.windows(2).all(|pair| pair[1] <= pair[0] + 1e-9), "more cooling asks for less power: {values:?}");
}

#[test]
fn what_was_solved_is_a_scenario_that_meets_the_goal() {
    let folder = folder();
    fs::copy(FAN, folder.path().join("fan.json")).expect("writable");
    let solve = |more: &[&str]| {
        let fixed = ["solve", "fan.json", "--paths", "1000", "--for", "p50(market,2031) = 34", "--vary", POWER];
        riskband_in(folder.path(), &[&fixed[..], more].concat(), "")
    };
    let first = ["--set-solved", "enough", "--set", "constraints.cooling.start=9"];
    solve(&first).assert_code(0);
    let text = fs::read_to_string(folder.path().join("enough.json")).expect("a file");
    let child: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(child["extends"], "fan.json");
    assert_eq!(child["constraints"]["cooling"]["start"].as_f64(), Some(9.0));
    let check = ["check", "enough.json", "--paths", "1000", "--expect", "p50(market,2031) in 33.99..34.01"];
    riskband_in(folder.path(), &check, "").assert_code(0);
    let again = solve(&first);
    again.assert_code(2);
    assert!(again.stderr.contains("--force"), "{}", again.stderr);
}

#[test]
fn mistakes_are_told_before_anything_runs() {
    let refused = |goal: &str, vary: &[&str], text: &str| {
        let vary: Vec<&str> = vary.iter().flat_map(|vary| ["--vary", vary]).collect();
        let run = solve(goal, &vary);
        run.assert_code(2);
        assert!(run.stderr.contains(text) && run.stdout.is_empty(), "{text}: {}", run.stderr);
    };
    refused("p50(market) = 3", &[], "--vary");
    refused("p50(market) in 1..2", &[POWER], "one value");
    refused("p50(markt) = 3", &[POWER], "did you mean `market`?");
    refused("p50(market) = 3", &["constraints.powr.start=1..2"], "did you mean `power`?");
    refused("p50(market) = 3", &["constraints.power.start=2..1"], "is empty");
    refused("p50(market) = 3", &[POWER, "constraints.cooling.start=1..2", "constraints.wafer.start=1..2"], "3 times");
    refused("p50(market) = 3", &[POWER, "/constraints/power/start=1..2"], "varies already");
    refused("p50(market) = 3", &["constraints.cooling.growth.normal.sd=-1..1"], "does not run with");
}

#[test]
fn an_answer_is_written_as_files_and_as_a_page() {
    let folder = folder();
    let out = folder.path().join("answer");
    let page = folder.path().join("answer.html");
    let (out_text, page_text) = (out.display().to_string(), page.display().to_string());
    let files = ["--out", &out_text, "--report", &page_text];
    let goal = ["--vary", POWER, "--sampler", "sobol", "--quiet"];
    let run = solve("probability(report_2031) = 40%", &[&goal[..], &files].concat());
    assert_eq!(run.assert_code(0).stdout, "");
    let read = |name: &str| fs::read_to_string(out.join(name)).expect("a file");
    let json: Value = serde_json::from_str(&read("results.json")).expect("JSON");
    let printed = solve("probability(report_2031) = 40%", &[&goal[..], &["--format", "json"]].concat());
    assert_eq!(json, printed.assert_code(0).json());
    assert_eq!(json["solutions"][0]["sampler"], "sobol");
    for table in ["solve", "curve", "frontier"] {
        let csv =
            solve("probability(report_2031) = 40%", &[&goal[..], &["--format", "csv", "--table", table]].concat());
        assert_eq!(read(&format!("{table}.csv")), csv.assert_code(0).stdout, "{table}");
        assert!(out.join(format!("{table}.parquet")).is_file());
    }
    riskband(&["check", &out_text]).assert_code(0);
    let html = fs::read_to_string(&page).expect("a page");
    for text in ["sobol sampling in 16 replicates", "95 % interval", "<svg", "how it was run"] {
        assert!(html.to_lowercase().contains(&text.to_lowercase()), "{text}");
    }
    let again = solve("probability(report_2031) = 40%", &[&goal[..], &files].concat());
    again.assert_code(2);
    assert!(again.stderr.contains("--force replaces it"), "{}", again.stderr);
    let text = solve("probability(report_2031) = 40%", &["--vary", POWER]);
    assert!(text.assert_code(0).stdout.contains("random sampling"), "{}", text.stdout);
}

#[test]
fn a_frontier_has_its_page() {
    let folder = folder();
    let sum = r#"{"riskband": 1, "variables": {"x": 1, "y": 1, "noise": {"normal": {"mean": 0, "sd": 0.1}},
        "z": "x + y + noise"}, "outputs": ["z"]}"#;
    fs::write(folder.path().join("sum.json"), sum).expect("writable");
    let vary = ["--vary", "variables.x=0..4", "--vary", "variables.y=0..1"];
    let more = ["solve", "sum.json", "--paths", "200", "--for", "p50(z) = 2", "--report", "frontier.html", "--quiet"];
    riskband_in(folder.path(), &[&more[..], &vary].concat(), "").assert_code(0);
    let html = fs::read_to_string(folder.path().join("frontier.html")).expect("a page");
    assert!(html.to_lowercase().contains("frontier") && html.contains("<svg"));
}
