//! `run --save-paths`: the paths behind the bands, in a file beside them.

use super::{SMALL, folder_with_small, riskband_in};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// A file of paths, column by column.
struct Saved {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Saved {
    fn csv(path: &Path) -> Saved {
        let text = fs::read_to_string(path).expect("readable");
        // No name and no number of these scenarios needs quotes.
        let mut lines = text.split_terminator("\r\n").map(|line| line.split(',').map(str::to_owned).collect());
        Saved { names: lines.next().expect("a header"), rows: lines.collect() }
    }

    /// The values of a column in one scenario; `None` where a cell is empty.
    fn values(&self, scenario: &str, name: &str) -> Vec<Option<f64>> {
        let column = self.names.iter().position(|own| own == name).unwrap_or_else(|| panic!("no column {name}"));
        let rows = self.rows.iter().filter(|row| row[0] == scenario);
        rows.map(|row| (!row[column].is_empty()).then(|| row[column].parse().expect("a number"))).collect()
    }
}

fn bands(folder: &Path) -> Vec<Value> {
    let json: Value = serde_json::from_slice(&fs::read(folder.join("results.json")).expect("readable")).expect("JSON");
    json["runs"]
        .as_array()
        .expect("runs")
        .iter()
        .flat_map(|run| run["bands"].as_array().expect("rows").clone())
        .collect()
}

/// `y` has no value on about one path in six.
const HOLES: &str = r#"{ "riskband": 1, "horizon": { "start": 2025, "end": 2026 }, "variables": {
    "x": { "normal": { "mean": 1, "sd": 1 }, "over_time": "fresh" }, "y": "ln(x)" } }"#;

#[test]
fn columns_have_the_mean_and_the_median_of_their_bands() {
    let folder = folder_with_small();
    fs::write(folder.path().join("holes.json"), HOLES).expect("writable");
    let save = ["--paths", "3001", "--save-paths", "all", "--save-format", "csv", "--out", "out", "-q"];
    let run = riskband_in(folder.path(), &[&["run", "small.json", "holes.json"], &save[..]].concat(), "");
    run.assert_code(0);
    let saved = Saved::csv(&folder.path().join("out/paths.csv"));
    assert_eq!(saved.rows.len(), 2 * 3001);
    let bands = bands(&folder.path().join("out"));
    assert!(bands.len() > 10);
    for band in &bands {
        let text = |key: &str| band[key].as_str().expect("text").to_owned();
        let name = format!("{}[{}]", text("output"), text("period"));
        let values = saved.values(&text("scenario"), &name);
        assert_eq!(values.len(), 3001);
        let mut finite: Vec<f64> = values.into_iter().flatten().collect();
        assert_eq!(Some(finite.len() as u64), band["n"].as_u64(), "{name}");
        // A plain sum rounds once a term.
        let mean = finite.iter().sum::<f64>() / finite.len() as f64;
        let (known, sd) = (band["mean"].as_f64().expect("a mean"), band["sd"].as_f64().expect("an sd"));
        assert!((mean - known).abs() <= 1e-13 * (known.abs() + sd), "{name}: {mean}, band {known}");
        // docs/methods.md: bins scatter a quantile by 6 % of its standard error at worst.
        finite.sort_by(f64::total_cmp);
        let median = finite[(finite.len() - 1) / 2];
        let (known, se) = (band["p50"].as_f64().expect("a median"), band["p50_se"].as_f64().expect("its error"));
        assert!((median - known).abs() <= 0.1 * se, "{name}: {median}, band {known} +- {se}");
    }
    // What one scenario lacks is empty.
    assert!(saved.values("small", "y[2026]").iter().all(Option::is_none));
    assert!(saved.values("holes", "market[2026]").iter().all(Option::is_none));
}

#[test]
fn the_first_paths_are_the_first_of_all_on_any_number_of_threads() {
    let folder = folder_with_small();
    let save = |count: &str, threads: &str, out: &str| {
        let arguments = ["run", "small.json", "--paths", "2000", "--save-format", "csv", "-q", "--save-inputs"];
        let more = ["--save-paths", count, "--threads", threads, "--out", out];
        riskband_in(folder.path(), &[&arguments[..], &more].concat(), "").assert_code(0);
        fs::read_to_string(folder.path().join(out).join("paths.csv")).expect("readable")
    };
    let (all, again, few) = (save("all", "1", "a"), save("all", "3", "b"), save("300", "2", "c"));
    assert_eq!(all, again);
    assert!(all.starts_with(&few));
    assert_eq!((all.lines().count(), few.lines().count()), (2001, 301));
    for name in ["market[2027]", "input.noise[2026]", "uniform.noise[2026]", "uniform.power.growth[2027]"] {
        assert!(few.lines().next().is_some_and(|header| header.split(',').any(|own| own == name)), "{name}");
    }
}

#[test]
fn what_makes_no_sense_is_refused_with_advice() {
    let folder = folder_with_small();
    let run = |arguments: &[&str]| riskband_in(folder.path(), &[&["run", "small.json"], arguments].concat(), "");
    for (arguments, advice) in [
        (&["--save-paths", "all"][..], "--out DIR"),
        (&["--save-paths", "2e5", "--out", "out"], "raise --paths"),
        (&["--save-paths", "some", "--out", "out"], "or `all`"),
        (&["--save-inputs", "--out", "out"], "--save-paths"),
        (&["--save-format", "csv", "--out", "out"], "--save-paths"),
        (&["--save-paths", "all", "--out", "out", "--limit", "memory=3MiB", "--paths", "1e6"], "--limit memory="),
    ] {
        let run = run(arguments);
        run.assert_code(2);
        assert!(run.stdout.is_empty() && run.stderr.contains(advice), "{arguments:?}\n{}", run.stderr);
    }
    assert!(!folder.path().join("out/paths.parquet").exists());
}

/// A file larger than the shell allows fails as one on a full disk does.
#[cfg(unix)]
#[test]
fn a_full_disk_exits_3_and_leaves_nothing() {
    let folder = folder_with_small();
    for format in if cfg!(feature = "parquet") { &["csv", "parquet"][..] } else { &["csv"] } {
        let script = format!(
            "trap '' XFSZ; ulimit -f 100; exec '{}' run small.json --paths 1e5 --save-paths all --save-format {format} \
             --out out",
            env!("CARGO_BIN_EXE_riskband")
        );
        let output = std::process::Command::new("sh")
            .args(["-c", &script])
            .current_dir(folder.path())
            .output()
            .expect("a shell");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{stderr}");
        assert!(stderr.contains("cannot write out: ") && output.stdout.is_empty(), "{stderr}");
        assert_eq!(fs::read_dir(folder.path().join("out")).expect("made").count(), 0, "{format}");
    }
}

#[cfg(feature = "parquet")]
mod parquet_files {
    use super::*;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::{Field, Row};
    use std::fs::File;

    fn read(path: &Path) -> SerializedFileReader<File> {
        SerializedFileReader::new(File::open(path).expect("there")).expect("a Parquet file")
    }

    fn rows(path: &Path) -> Vec<Row> {
        read(path).get_row_iter(None).expect("rows").map(|row| row.expect("a row")).collect()
    }

    #[test]
    fn parquet_and_csv_hold_the_same_paths() {
        let folder = folder_with_small();
        fs::write(folder.path().join("holes.json"), HOLES).expect("writable");
        let save = |format: &str| {
            let arguments = ["run", "small.json", "holes.json", "--paths", "700", "--save-paths", "600", "-q"];
            // A folder is of one run: one format of paths is in it.
            let more = ["--save-inputs", "--save-format", format, "--out", format];
            riskband_in(folder.path(), &[&arguments[..], &more].concat(), "").assert_code(0);
        };
        let out = folder.path().join("parquet");
        save("csv");
        save("parquet");
        let first = fs::read(out.join("paths.parquet")).expect("readable");
        save("parquet");
        assert_eq!(first, fs::read(out.join("paths.parquet")).expect("readable"), "the same bytes");

        let csv = Saved::csv(&folder.path().join("csv/paths.csv"));
        let rows = rows(&out.join("paths.parquet"));
        assert_eq!((rows.len(), csv.rows.len()), (1200, 1200));
        let mut absent = 0;
        for (row, cells) in rows.iter().zip(&csv.rows) {
            assert_eq!(row.get_column_iter().count(), csv.names.len());
            for (((name, field), own), cell) in row.get_column_iter().zip(&csv.names).zip(cells) {
                assert_eq!(name, own);
                match field {
                    Field::Str(text) => assert_eq!(text, cell),
                    Field::Long(path) => assert_eq!(Ok(*path), cell.parse()),
                    Field::Double(x) => assert_eq!(Ok(x.to_bits()), cell.parse::<f64>().map(f64::to_bits), "{name}"),
                    Field::Null => {
                        absent += 1;
                        assert_eq!(cell, "", "{name}");
                    }
                    other => panic!("{name}: {other:?}"),
                }
            }
        }
        assert!(absent > 600, "{absent}");
    }

    #[test]
    fn every_format_of_a_run_holds_the_same_numbers() {
        let folder = folder_with_small();
        fs::write(folder.path().join("other.json"), SMALL.replace("\"sd\": 0.05", "\"sd\": 0.1")).expect("writable");
        let statistics =
            ["--shortfall", "5,95", "--skewness", "--correlate", "market,demand", "--percentiles", "1,99.9"];
        let arguments = ["run", "small.json", "other.json", "--paths", "900", "--seed", "18446744073709551615"];
        let run = |out| {
            let arguments = [&arguments[..], &statistics, &["--out", out, "-q"]].concat();
            riskband_in(folder.path(), &arguments, "").assert_code(0);
            folder.path().join(out)
        };
        let (out, again) = (run("one"), run("two"));
        let json: Value = serde_json::from_slice(&fs::read(out.join("results.json")).expect("readable")).expect("JSON");
        let runs = json["runs"].as_array().expect("runs");
        for table in ["runs", "bands", "targets", "constraints", "correlations", "warnings"] {
            let file = format!("{table}.parquet");
            let bytes = |folder: &Path| fs::read(folder.join(&file)).expect("readable");
            assert_eq!(bytes(&out), bytes(&again), "{table}: the same bytes");
            let expected: Vec<&Value> = match table {
                "runs" => runs.iter().collect(),
                _ => runs.iter().flat_map(|run| run[table].as_array().expect("rows")).collect(),
            };
            let csv = Saved::csv(&out.join(format!("{table}.csv")));
            let rows = rows(&out.join(&file));
            assert_eq!((rows.len(), csv.rows.len()), (expected.len(), expected.len()), "{table}");
            for ((row, json), cells) in rows.iter().zip(&expected).zip(&csv.rows) {
                for ((name, field), cell) in row.get_column_iter().zip(cells) {
                    let same = match field {
                        Field::Null => json[name].is_null() && cell.is_empty(),
                        Field::Str(text) => json[name].as_str() == Some(text) && cell == text,
                        Field::Long(value) => json[name].as_i64() == Some(*value) && cell.parse() == Ok(*value),
                        Field::ULong(value) => json[name].as_u64() == Some(*value) && cell.parse() == Ok(*value),
                        Field::Double(value) => {
                            let bits = Some(value.to_bits());
                            json[name].as_f64().map(f64::to_bits) == bits
                                && cell.parse::<f64>().ok().map(f64::to_bits) == bits
                        }
                        Field::Date(_) => json[name].as_str() == Some(cell),
                        _ => false,
                    };
                    assert!(same, "{table}.{name}: {field:?}, JSON {}, CSV {cell}", json[name]);
                }
            }
        }
    }

    #[test]
    fn a_file_of_paths_says_where_it_comes_from() {
        let folder = folder_with_small();
        let arguments = ["run", "small.json", "--paths", "300", "--save-paths", "10", "--out", "out", "-q"];
        riskband_in(folder.path(), &arguments, "").assert_code(0);
        let file = read(&folder.path().join("out/paths.parquet"));
        let metadata = file.metadata().file_metadata();
        assert_eq!(metadata.num_rows(), 10);
        let of = |key: &str| {
            let entries = metadata.key_value_metadata().expect("metadata");
            let entry = entries.iter().find(|entry| entry.key == key).expect("an entry");
            serde_json::from_str::<Value>(entry.value.as_deref().expect("a value")).expect("JSON")
        };
        assert_eq!(of("riskband.runs")[0]["paths"], 300);
        assert_eq!(of("riskband.columns")["market[2027]"]["unit"], "EUR m");
    }
}

/// The long form has the values of the wide one, each with its period as a date.
#[test]
fn in_long_form_a_row_is_a_value() {
    let folder = folder_with_small();
    let save = |out: &str, more: &[&str]| {
        let arguments =
            ["run", "small.json", "--paths", "300", "--save-paths", "all", "--save-format", "csv", "--out", out, "-q"];
        riskband_in(folder.path(), &[&arguments[..], more].concat(), "").assert_code(0);
        Saved::csv(&folder.path().join(out).join("paths.csv"))
    };
    let (wide, long) = (save("wide", &[]), save("long", &["--long"]));
    assert_eq!(long.names, ["scenario", "path", "name", "unit", "step", "period", "year", "period_start", "value"]);
    assert_eq!(long.rows.len(), wide.rows.len() * (wide.names.len() - 2));
    let market: Vec<&Vec<String>> = long.rows.iter().filter(|row| row[2] == "market" && row[5] == "2027").collect();
    let values: Vec<Option<f64>> = market.iter().map(|row| row[8].parse().ok()).collect();
    assert_eq!(values, wide.values("small", "market[2027]"));
    assert!(market.iter().all(|row| row[3] == "EUR m" && row[7] == "2027-01-01"));
}

/// Every period of a year has a date of its own.
#[test]
fn quarters_and_months_have_dates() {
    let folder = folder_with_small();
    for (step, dates) in [("quarter", ["2026-01-01", "2026-10-01"]), ("month", ["2026-01-01", "2026-12-01"])] {
        let horizon = format!("\"end\": 2027, \"step\": \"{step}\"");
        fs::write(folder.path().join("fine.json"), SMALL.replace("\"end\": 2027", &horizon)).expect("writable");
        let arguments = ["run", "fine.json", "--paths", "100", "--format", "csv"];
        let run = riskband_in(folder.path(), &arguments, "");
        let starts: Vec<&str> = run
            .stdout
            .lines()
            .filter(|line| line.starts_with("fine,market,") && line.contains(",2026,"))
            .filter_map(|line| line.split(',').nth(8))
            .collect();
        assert_eq!((starts.first(), starts.last()), (dates.first(), dates.last()), "{}", run.stdout);
        assert!(starts.is_sorted_by(|a, b| a < b), "{starts:?}");
    }
}
