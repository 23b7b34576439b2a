//! `compare`: paired results in every format, what-ifs, refusals.

use super::{SMALL, folder, folder_with_small, riskband, riskband_in};
use serde_json::Value;
use std::fs;

const WHAT_IF: [&str; 4] = ["compare", "scenarios/examples/market-fan.json", "--set-b", "constraints.power.start=8"];

fn what_if(more: &[&str]) -> super::Run {
    riskband(&[&WHAT_IF[..], &["--paths", "2000"], more].concat())
}

#[test]
fn json_is_the_same_on_any_number_of_threads() {
    let one = what_if(&["--why", "--format", "json", "--threads", "1"]);
    let two = what_if(&["--why", "--format", "json", "--threads", "2"]);
    one.assert_code(0);
    assert_eq!(one.stdout, two.stdout);
    let json = one.json();
    let names: Vec<&Value> = json["runs"].as_array().expect("runs").iter().map(|run| &run["scenario"]).collect();
    assert_eq!(names, ["market-fan", "what-if"]);
    let comparison = &json["comparisons"][0];
    assert_eq!((&comparison["a"], &comparison["b"]), (&"market-fan".into(), &"what-if".into()));
    let rows = |table: &str| comparison[table].as_array().unwrap_or_else(|| panic!("no {table}")).clone();
    let last = rows("comparison").into_iter().rfind(|row| row["output"] == "market" && row["measure"] == "shift");
    let shift = last.expect("a row")["mean"].as_f64().expect("a number");
    assert!(shift < 0.0, "less power, a smaller market: {shift}");
    let parts: f64 = rows("why")
        .iter()
        .filter(|row| row["of"] == "market" && row["statistic"] == "mean" && !row["input"].is_null())
        .map(|row| row["effect"].as_f64().expect("a number"))
        .sum();
    assert!((parts - shift).abs() < 1e-9, "{parts} {shift}");
    for table in ["paired", "partings", "dominance", "target_comparison", "constraint_comparison"] {
        assert!(!rows(table).is_empty(), "{table}");
    }
}

#[test]
fn the_runs_are_those_of_run() {
    let alone = riskband(&["run", WHAT_IF[1], "--paths", "2000", "--format", "json"]).json();
    let compared = what_if(&["--format", "json"]).json();
    assert_eq!(alone["runs"][0], compared["runs"][0]);
}

#[test]
fn csv_has_the_columns_of_the_contract() {
    let csv = what_if(&["--format", "csv", "--percentiles", "50"]);
    csv.assert_code(0);
    let header = "a,b,output,dimension,segment,unit,measure,step,period,year,period_start,mean,sd,p50,mean_se,sd_se,p50_se,n,excluded\r\n";
    assert!(csv.stdout.starts_with(header), "{}", csv.stdout);
    for table in ["paired", "dominance", "target_comparison", "constraint_comparison", "partings", "bands", "why"] {
        let csv = what_if(&["--format", "csv", "--table", table]);
        csv.assert_code(0);
        assert!(csv.stdout.lines().count() > usize::from(table != "why"), "{table}");
    }
}

#[test]
fn the_table_keeps_to_80_columns_and_its_parts_add_up() {
    let set = ["--set-b", "market.backlog=0.2", "--set-b", "market.start=6.4"];
    let table = what_if(&[&["--why"], &set[..]].concat());
    table.assert_code(0);
    for part in [
        "what-if against market-fan",
        "a is market-fan, b is what-if",
        "The medians part",
        "b - a P95",
        "dominance",
        "why market moves",
        "b - a, P5 to P95",
        "│ no difference",
    ] {
        assert!(table.stdout.contains(part), "missing: {part}\n{}", table.stdout);
    }
    assert!(table.stdout.lines().all(|line| line.chars().count() <= 80), "{}", table.stdout);
    let rows: Vec<Vec<&str>> = table
        .stdout
        .lines()
        .skip_while(|line| !line.starts_with("why market moves"))
        .skip(3)
        .take(4)
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(rows[3][..2], ["all", "together"], "{}", table.stdout);
    for column in 0..4 {
        let cents = |text: &str| (text.parse::<f64>().expect("a number") * 1e4).round() as i64;
        let parts: i64 = rows[..3].iter().map(|row| cents(row[column + 1])).sum();
        assert_eq!(parts, cents(rows[3][column + 2]), "{}", table.stdout);
    }
}

#[test]
fn files_appear_with_those_of_the_runs() {
    let folder = folder();
    let out = folder.path().join("out");
    let path = out.to_str().expect("UTF-8");
    let run = what_if(&["--out", path, "--quiet"]);
    run.assert_code(0);
    assert!(run.stdout.is_empty());
    for file in
        ["results.json", "comparison.csv", "paired.csv", "dominance.csv", "bands.csv", "comparison_warnings.csv"]
    {
        assert!(out.join(file).is_file(), "{file}");
    }
    assert!(!out.join("why.csv").exists());
    let document: Value =
        serde_json::from_slice(&fs::read(out.join("results.json")).expect("it is there")).expect("JSON");
    assert_eq!(document, what_if(&["--format", "json"]).json());
}

#[test]
fn what_cannot_be_compared_is_said_and_nothing_runs() {
    let alone = riskband(&["compare", "baseline"]);
    alone.assert_code(2);
    assert!(alone.stderr.contains("--set-b"), "{}", alone.stderr);

    let folder = folder_with_small();
    let years = SMALL.replace("\"end\": 2027", "\"end\": 2028");
    fs::write(folder.path().join("longer.json"), years).expect("written");
    let run = riskband_in(folder.path(), &["compare", "small.json", "longer.json", "--format", "json"], "");
    run.assert_code(2);
    assert!(run.stderr.contains("2025 to 2028") && run.stderr.contains("2025 to 2027"), "{}", run.stderr);
    assert_eq!(run.json()["failed"][0]["scenario"], "longer");

    let unread = riskband_in(folder.path(), &["compare", "small.json", "missing.json"], "");
    unread.assert_code(3);
    assert!(unread.stdout.is_empty());

    let group = what_if(&["--why", "--group", "all=drivers.none"]);
    group.assert_code(2);
    assert!(group.stderr.contains("drivers.none") && group.stderr.contains("constraints.power"), "{}", group.stderr);
}

#[test]
fn an_invalid_combination_is_shown() {
    let folder = folder();
    let file = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    file("a.json", r#"{ "riskband": 1, "variables": { "y": 1, "x": 2 }, "outputs": ["y"] }"#);
    file(
        "b.json",
        r#"{ "riskband": 1, "variables": { "y": { "formula": "z + 1" }, "x": 2, "z": 3 }, "outputs": ["y"] }"#,
    );
    let run = riskband_in(folder.path(), &["compare", "a.json", "b.json", "--why", "--paths", "100"], "");
    run.assert_code(2);
    assert!(run.stderr.contains("--group") && run.stderr.contains("`variables.y`"), "{}", run.stderr);
    let group = ["--group", "y=variables.y,variables.z"];
    let arguments = [&["compare", "a.json", "b.json", "--why", "--paths", "100"], &group[..]].concat();
    riskband_in(folder.path(), &arguments, "").assert_code(0);
}

#[test]
fn relief_stands_in_every_format() {
    let run = |more: &[&str]| riskband(&[&["run", WHAT_IF[1], "--paths", "1000", "--relief"], more].concat());
    let table = run(&[]);
    table.assert_code(0);
    assert!(table.stdout.contains("what 10 % more of each ceiling is worth in 2031, USD bn"), "{}", table.stdout);
    assert!(table.stdout.lines().all(|line| line.chars().count() <= 80), "{}", table.stdout);
    let csv = run(&["--format", "csv", "--table", "relief"]);
    assert!(
        csv.stdout
            .starts_with("scenario,constraint,of,unit,statistic,step,period,year,period_start,gain,se,n,excluded\r\n")
    );
    assert_eq!(csv.stdout.lines().count(), 1 + 3 * 3);
    assert_eq!(run(&["--format", "json"]).json()["runs"][0]["relief"].as_array().expect("rows").len(), 9);
}

/// Of many scenarios a line each, sorted as asked, and the first ones in full.
#[test]
fn many_scenarios_against_one_stay_readable() {
    let folder = super::folder();
    for index in 0..23 {
        let text = format!(
            r#"{{"riskband": 1, "variables": {{"x": {{"uniform": {{"low": 0, "high": {}}}}}}}, "outputs": ["x"],
                "targets": {{"large": "x >= 3"}}}}"#,
            1 + (7 * index) % 23
        );
        fs::write(folder.path().join(format!("case-{index:02}.json")), text).expect("writable");
    }
    let compare = |more: &[&str]| riskband_in(folder.path(), &[&["compare", ".", "--paths", "300"], more].concat(), "");
    let names = |text: &str| -> Vec<String> {
        let words = text.lines().filter_map(|line| line.split_whitespace().next());
        words.filter(|word| word.starts_with("case-")).map(str::to_owned).collect()
    };
    let table = compare(&[]);
    assert!(table.assert_code(0).stdout.starts_with("22 scenarios against case-00: x\n"), "{}", table.stdout);
    assert!(table.stdout.lines().all(|line| line.chars().count() <= 80), "{}", table.stdout);
    assert_eq!(names(&table.stdout).len(), 22, "{}", table.stdout);
    assert!(table.stderr.contains("--top N tells the first N"), "{}", table.stderr);

    let sorted = compare(&["--sort", "-p95(x)", "--top", "1"]);
    // 7 * 13 % 23 is 22: the highest end, told of again after the table.
    assert_eq!(names(&sorted.assert_code(0).stdout)[0], "case-13", "{}", sorted.stdout);
    assert!(sorted.stdout.contains("case-13 against case-00") && !sorted.stdout.contains("case-03 against case-00"));
    let csv = |more: &[&str]| compare(&[more, &["--format", "csv"]].concat()).assert_code(0).stdout.clone();
    assert_eq!(csv(&["--sort", "-p95(x)"]), csv(&[]), "programs keep the order of the command");

    // What a line says is what the comparison says.
    let json = compare(&["--format", "json"]).assert_code(0).json();
    let of_13 =
        json["comparisons"].as_array().expect("a list").iter().find(|it| it["b"] == "case-13").expect("is there");
    let shift =
        of_13["comparison"].as_array().expect("rows").iter().find(|row| row["measure"] == "shift").expect("one");
    let moved = format!("{:.2}", shift["p50"].as_f64().expect("a number"));
    let line = sorted.stdout.lines().find(|line| line.trim_start().starts_with("case-13")).expect("a line");
    assert!(line.contains(&moved), "{moved} in {line}");
}
