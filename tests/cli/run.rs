//! `run`: results in every format, batches, failures.

use super::{Run, SMALL, folder, folder_with_small, riskband, riskband_in};
use serde_json::Value;
use std::collections::HashSet;
use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};

const FAN: &str = "scenarios/examples/market-fan.json";

#[test]
fn json_is_the_same_on_any_number_of_threads_and_near_known_values() {
    let one = riskband(&["run", FAN, "--paths", "20k", "--format", "json", "--threads", "1"]);
    let two = riskband(&["run", FAN, "--paths", "20000", "--format", "json", "--threads", "2"]);
    one.assert_code(0);
    assert_eq!(one.stdout, two.stdout);
    let json = one.json();
    let run = &json["runs"][0];
    assert_eq!((&run["scenario"], &run["paths"], &run["seed"]), (&"market-fan".into(), &20_000.into(), &1.into()));
    let bands = run["bands"].as_array().expect("rows");
    let last = bands.iter().find(|row| row["output"] == "market" && row["year"] == 2031).expect("a row of 2031");
    // The file's known values; five standard errors, which the row states itself.
    for (level, known) in [("p5", 26.99906), ("p50", 35.27141), ("p95", 43.88319), ("mean", 35.33441)] {
        let value = last[level].as_f64().expect("a number");
        let se = last[format!("{level}_se")].as_f64().expect("a number");
        assert!((value - known).abs() < 5.0 * se && se < 0.2, "{level}: {value} +- {se}, known {known}");
    }
    assert_eq!(json["failed"], Value::Array(vec![]));
}

#[test]
fn csv_has_crlf_and_the_columns_of_the_contract() {
    let csv = riskband(&["run", FAN, "--paths", "1000", "--format", "csv", "--percentiles", "50,99.9", "--quiet"]);
    csv.assert_code(0);
    let header = "scenario,output,dimension,segment,unit,step,period,year,period_start,mean,sd,p50,p99_9,mean_se,sd_se,p50_se,p99_9_se,n,\
                  excluded\r\n";
    assert!(csv.stdout.starts_with(header), "{}", csv.stdout);
    assert_eq!(csv.stdout.matches('\n').count(), csv.stdout.matches("\r\n").count());
    let targets = riskband(&["run", FAN, "--paths", "1000", "--format", "csv", "--table", "targets"]);
    assert!(targets.stdout.starts_with("scenario,target,condition,probability,se,low,high,n,excluded\r\nmarket-fan,"));
    assert!(csv.stderr.is_empty(), "{}", csv.stderr);
}

#[test]
fn the_table_answers_in_80_columns_without_escapes() {
    let table = riskband(&["run", FAN, "--paths", "1000"]);
    table.assert_code(0);
    for part in ["market, USD bn", "2031", "┃", "report_2031", "wafer", "risk band", "1,000 paths, seed 1"] {
        assert!(table.stdout.contains(part), "missing: {part}\n{}", table.stdout);
    }
    assert!(table.stdout.lines().all(|line| line.chars().count() <= 80), "{}", table.stdout);
    assert!(!table.stdout.contains('\u{1b}') && table.stderr.is_empty(), "{}", table.stderr);
}

#[test]
fn files_appear_whole_and_agree_with_standard_output() {
    let folder = folder_with_small();
    let path = folder.path();
    let options = ["run", "small.json", "--paths", "1000", "--correlate", "market,demand"];
    let quiet = riskband_in(path, &[&options[..], &["--out", "deep/results", "--quiet"]].concat(), "");
    quiet.assert_code(0);
    assert!(quiet.stdout.is_empty() && quiet.stderr.is_empty());
    let mut names: Vec<String> = fs::read_dir(path.join("deep/results"))
        .expect("made")
        .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let mut expected = vec!["manifest.json".to_owned(), "results.json".to_owned()];
    for table in
        ["bands", "constraints", "correlations", "lower_bounds", "references", "runs", "summary", "targets", "warnings"]
    {
        expected.push(format!("{table}.csv"));
        if cfg!(feature = "parquet") {
            expected.push(format!("{table}.parquet"));
        }
    }
    expected.sort();
    assert_eq!(names, expected);
    let json = riskband_in(path, &[&options[..], &["--format", "json"]].concat(), "");
    assert_eq!(fs::read_to_string(path.join("deep/results/results.json")).expect("readable"), json.stdout);
    let csv = riskband_in(path, &[&options[..], &["--format", "csv"]].concat(), "");
    assert_eq!(fs::read_to_string(path.join("deep/results/bands.csv")).expect("readable"), csv.stdout);
}

#[test]
fn a_folder_that_cannot_be_written_is_told_before_the_run() {
    let folder = folder_with_small();
    fs::write(folder.path().join("taken"), "x").expect("writable");
    // So many paths would take hours.
    let run = riskband_in(folder.path(), &["run", "small.json", "--paths", "1e12", "--out", "taken"], "");
    run.assert_code(3);
    assert!(run.stderr.contains("cannot write taken"), "{}", run.stderr);
}

#[test]
fn in_a_batch_the_good_run_and_the_bad_are_reported() {
    let folder = folder_with_small();
    fs::write(folder.path().join("bad.json"), SMALL.replace("\"trend\": 0.1", "\"trend\": \"nose * 2\""))
        .expect("writable");
    let run = riskband_in(folder.path(), &["run", ".", "--paths", "500", "--format", "json"], "");
    run.assert_code(2);
    let json = run.json();
    assert_eq!(json["runs"].as_array().map(Vec::len), Some(1));
    assert_eq!(json["runs"][0]["scenario"], "small");
    let failed = &json["failed"][0];
    assert_eq!(failed["scenario"], "bad");
    assert_eq!(failed["problems"][0]["nearest"], "noise");
    assert_eq!(failed["problems"][0]["line"], 4);
    assert!(run.stderr.contains("nose") && run.stderr.contains("bad.json"), "{}", run.stderr);
}

#[test]
fn a_missing_file_exits_3_and_the_others_run() {
    let folder = folder_with_small();
    let run =
        riskband_in(folder.path(), &["run", "missing.json", "small.json", "--paths", "500", "--format", "json"], "");
    run.assert_code(3);
    assert_eq!(run.json()["runs"].as_array().map(Vec::len), Some(1));
    assert!(run.stderr.contains("missing.json"), "{}", run.stderr);
}

#[test]
fn nothing_is_written_where_nothing_ran() {
    let folder = folder_with_small();
    let run = riskband_in(folder.path(), &["run", "missing.json", "--out", "results"], "");
    run.assert_code(3);
    assert!(!folder.path().join("results").exists());
}

#[test]
fn scenarios_of_one_name_are_told_apart() {
    let folder = folder_with_small();
    fs::create_dir(folder.path().join("other")).expect("writable");
    fs::write(folder.path().join("other/small.json"), SMALL).expect("writable");
    let arguments = ["run", "small.json", "other/small.json", "other", "--paths", "10", "--format", "json"];
    let run = riskband_in(folder.path(), &arguments, "");
    run.assert_code(0);
    let names: Vec<Value> =
        run.json()["runs"].as_array().expect("runs").iter().map(|run| run["scenario"].clone()).collect();
    assert_eq!(names, ["small", "other/small"]);
    assert!(run.stderr.contains("named more than once"), "{}", run.stderr);
}

#[test]
fn standard_input_is_a_scenario_and_set_changes_it() {
    let run = |set: &[&str]| {
        let arguments = [&["run", "-", "--paths", "2000", "--format", "json"], set].concat();
        let run = riskband_in(std::path::Path::new("."), &arguments, SMALL);
        run.assert_code(0);
        run.json()["runs"][0]["targets"][0]["probability"].as_f64().expect("a probability")
    };
    let (usual, more) = (run(&[]), run(&["--set", "constraints.power.start=14"]));
    assert!(more > usual + 0.05, "{usual} {more}");
}

#[test]
fn unknown_outputs_and_paths_of_set_are_bad_input() {
    let folder = folder_with_small();
    let run = |arguments: &[&str]| {
        riskband_in(folder.path(), &[&["run", "small.json", "--paths", "10"], arguments].concat(), "")
    };
    let correlate = run(&["--correlate", "market,markt"]);
    correlate.assert_code(2);
    assert!(correlate.stderr.contains("markt"), "{}", correlate.stderr);
    run(&["--set", "constraints.power.strat=1"]).assert_code(2);
    run(&["--limit", "steps=1"]).assert_code(2);
}

#[test]
fn text_of_a_file_cannot_command_the_terminal() {
    let evil = SMALL.replace("Small market", "evil \\u001b]0;pwned\\u0007 \\u202e");
    let table = riskband_in(std::path::Path::new("."), &["run", "-", "--paths", "10"], &evil);
    table.assert_code(0);
    assert!(!table.stdout.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{:?}", table.stdout);
    assert!(table.stdout.contains(r"evil \u{1b}]0;pwned"), "{}", table.stdout);
}

/// Levels that the machine lacks fall back to the best it has: the comparison is then with itself.
#[test]
fn every_instruction_set_gives_the_same_bytes() {
    let output = |level: &str, scenario: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_riskband"))
            .env("RISKBAND_SIMD", level)
            .args(["run", scenario, "--paths", "5000", "--format", "json", "--quiet"])
            .output()
            .expect("the program starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    for scenario in ["market-fan", "borehole", "lake", "rare-event"] {
        let portable = output("portable", scenario);
        for level in ["avx2", "avx512"] {
            assert!(portable == output(level, scenario), "{scenario} on {level}");
        }
    }
}

#[test]
fn a_reader_that_closes_the_pipe_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_riskband"))
        .args(["run", FAN, "--paths", "1000", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut stderr).expect("readable");
    let code = child.wait().expect("it ends").code();
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_exits_3() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let output = Command::new(env!("CARGO_BIN_EXE_riskband"))
        .args(["run", FAN, "--paths", "100", "--format", "json"])
        .stdout(full)
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot write standard output"));
}

#[test]
fn a_run_goes_on_until_it_is_precise_enough() {
    let folder = folder_with_small();
    let until = |conditions: &[&str], more: &[&str]| {
        let conditions = conditions.iter().flat_map(|condition| ["--until", condition]);
        let arguments: Vec<&str> =
            ["run", "small.json"].into_iter().chain(conditions).chain(more.iter().copied()).collect();
        riskband_in(folder.path(), &arguments, "")
    };
    let run = until(&["mean(market,2027) within 0.2%"], &["--format", "json"]).assert_code(0).json();
    let row = &run["runs"][0]["until"][0];
    assert_eq!((&row["reached"], &row["needed"]), (&Value::Bool(true), &Value::Null));
    let paths = run["runs"][0]["paths"].as_u64().expect("a number");
    assert!(paths.is_power_of_two() && paths > 4096, "{paths}");
    let plain =
        riskband_in(folder.path(), &["run", "small.json", "--paths", &paths.to_string(), "--format", "json"], "");
    assert_eq!(run["runs"][0]["bands"], plain.assert_code(0).json()["runs"][0]["bands"]);

    let unmet = until(&["mean(market,2027) within 0.001%", "sd(market) within 50%"], &["--max-paths", "10k"]);
    assert!(unmet.assert_code(1).stdout.contains("needs "), "{}", unmet.stdout);
    assert!(unmet.stdout.contains("sd(market) within 50%"), "{}", unmet.stdout);

    let unknown = until(&["mean(markt,2027) within 1%"], &[]);
    assert!(unknown.assert_code(2).stderr.contains("markt"), "{}", unknown.stderr);
    until(&["mean(market) within 0%"], &[]).assert_code(2);
    until(&["mean(market) within 1%"], &["--paths", "5"]).assert_code(2);
    riskband_in(folder.path(), &["run", "small.json", "--max-paths", "5"], "").assert_code(2);
}

#[test]
fn a_sampler_and_its_replicates_stand_in_the_results() {
    let run = |arguments: &[&str]| {
        let run = riskband(&[&["run", "ishigami", "--format", "json"], arguments].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        let document: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
        document["runs"][0].clone()
    };
    let even = run(&["--sampler", "sobol", "--paths", "8192"]);
    assert_eq!((&even["sampler"], &even["replicates"]), (&"sobol".into(), &16.into()));
    assert_eq!(even["warnings"], serde_json::json!([]));
    assert!(even["bands"][0]["mean_se"].is_f64());
    let odd = run(&["--sampler", "sobol", "--paths", "10000", "--replicates", "1"]);
    assert!(odd["bands"][0]["mean"].is_f64() && odd["bands"][0]["mean_se"].is_null());
    assert_eq!(odd["warnings"].as_array().map(Vec::len), Some(2), "one replicate, and no power of two: {odd}");
    assert_eq!(run(&["--paths", "1000"])["replicates"], 1);
}

/// More than independent paths take: looks are runs of their own, and two in a row have to agree.
#[test]
fn a_precision_by_replicates_is_that_of_a_run() {
    let run = |arguments: &[&str]| {
        riskband(&[&["run", "ishigami", "--sampler", "lhs", "--format", "csv"], arguments].concat())
    };
    let until = run(&["--until", "mean(y) within 0.05", "--max-paths", "1e6", "--table", "bands"]);
    assert_eq!(until.code, 0, "{}", until.stderr);
    let runs = run(&["--until", "mean(y) within 0.05", "--max-paths", "1e6", "--table", "runs"]);
    let paths = runs
        .stdout
        .lines()
        .nth(1)
        .and_then(|row| row.split(',').find(|cell| cell.parse::<u64>().is_ok_and(|n| n >= 8_192)));
    assert_eq!(until.stdout, run(&["--paths", paths.expect("the paths"), "--table", "bands"]).stdout);
}

/// Of many scenarios a table, sorted as asked, and the first ones in full.
#[test]
fn a_folder_of_many_scenarios_stays_readable() {
    let folder = folder();
    for index in 0..23 {
        let text = format!(
            r#"{{"riskband": 1, "variables": {{"x": {{"uniform": {{"low": 0, "high": {}}}}}}}, "outputs": ["x"]}}"#,
            1 + (7 * index) % 23
        );
        fs::write(folder.path().join(format!("case-{index:02}.json")), text).expect("writable");
    }
    let run = |more: &[&str]| riskband_in(folder.path(), &[&["run", ".", "--paths", "200"], more].concat(), "");
    let names = |text: &str| -> Vec<String> {
        let words = text.lines().filter_map(|line| line.split_whitespace().next());
        words
            .map(|word| word.trim_end_matches(','))
            .filter(|word| word.starts_with("case-"))
            .map(str::to_owned)
            .collect()
    };
    let table = run(&[]);
    assert_eq!(names(&table.assert_code(0).stdout).len(), 23, "{}", table.stdout);
    assert!(table.stderr.contains("--top N tells the first N"), "{}", table.stderr);

    let sorted = run(&["--sort", "-p95(x)", "--top", "2"]);
    let lines = names(&sorted.assert_code(0).stdout);
    // 7 * 13 % 23 is 22 and 7 * 3 % 23 is 21: the highest ends. Only these two are told of again after the table.
    assert_eq!(lines[..2], ["case-13", "case-03"], "{}", sorted.stdout);
    let in_full: HashSet<&String> = lines[23..].iter().collect();
    assert_eq!(in_full, lines[..2].iter().collect());
    assert!(!sorted.stderr.contains("--top"), "{}", sorted.stderr);
    let csv = |run: Run| names(&run.assert_code(0).stdout.replace(',', " "));
    let by_name = csv(run(&["--sort", "-p95(x)", "--format", "csv", "--table", "summary"]));
    assert_eq!(by_name, csv(run(&["--format", "csv", "--table", "summary"])), "programs keep the order of the command");
    assert!(run(&["--sort", "p50(y)"]).assert_code(2).stderr.contains("--sort: in `case-00`"));
    let other = r#"{"riskband": 1, "variables": {"y": {"uniform": {"low": 0, "high": 1}}}, "outputs": ["y"]}"#;
    fs::write(folder.path().join("case-00.json"), other).expect("writable");
    let with_another = names(&run(&["--sort", "-p95(x)"]).assert_code(0).stdout);
    assert_eq!(
        (&with_another[0][..], &with_another[22][..]),
        ("case-13", "case-00"),
        "without the statistic it is last"
    );

    let page = |top: &str| {
        let report = ["report", ".", "--paths", "200", "--sort", "-p95(x)", "--top", top, "-o", "-", "--quiet"];
        riskband_in(folder.path(), &report, "").assert_code(0).stdout.clone()
    };
    let told = page("1");
    assert!(told.contains("The first of them is told in full.") && told.contains("case-22"), "all are in the table");
    assert!(told.len() < page("23").len() / 3);
}

/// Of many scenarios from several folders a table each, as they are sorted; of a few one table.
#[test]
fn many_scenarios_are_told_folder_by_folder() {
    let folder = folder();
    for (place, count) in [("north", 12), ("south", 11)] {
        fs::create_dir(folder.path().join(place)).expect("writable");
        for index in 0..count {
            let text = format!(
                r#"{{"riskband": 1, "variables": {{"x": {{"uniform": {{"low": 0, "high": {}}}}}}}, "outputs": ["x"]}}"#,
                1 + (5 * index) % count
            );
            fs::write(folder.path().join(format!("{place}/{place}-{index:02}.json")), text).expect("writable");
        }
    }
    let told = |arguments: &[&str]| {
        let run = riskband_in(folder.path(), &[arguments, &["--paths", "200", "--quiet"]].concat(), "");
        run.assert_code(0).stdout.clone()
    };
    let first_words = |text: &str| -> Vec<String> {
        let words = text.lines().filter_map(|line| line.split_whitespace().next());
        words.filter(|word| word.starts_with("north") || word.starts_with("south")).map(str::to_owned).collect()
    };
    let words = first_words(&told(&["run", "north", "south", "--sort", "-p50(x)"]));
    let place =
        |word: &str| words.iter().position(|found| found == word).unwrap_or_else(|| panic!("{word}: {words:?}"));
    // 5 * 7 % 12 is 11 and 5 * 2 % 11 is 10: the highest of each folder.
    assert_eq!((place("north"), place("north-07"), words.len()), (0, 1, 25), "{words:?}");
    assert_eq!(place("south-02"), place("south") + 1, "{words:?}");
    assert!(words[1..13].iter().all(|word| word.starts_with("north-")), "{words:?}");
    let few = first_words(&told(&["run", "north", "south/south-00.json"]));
    assert!(!few.contains(&"south".to_owned()), "{few:?}");
    let compared = first_words(&told(&["compare", "north/north-00.json", "north", "south"]));
    assert!(compared.contains(&"north".to_owned()) && compared.contains(&"south".to_owned()), "{compared:?}");
    let page = told(&["report", "north", "south", "-o", "-"]);
    assert!(page.contains(">north</h") && page.contains(">south</h"), "headings of folders");
}
