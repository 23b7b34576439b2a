//! The real program: what it prints, where, and how it exits.

mod batch;
mod charts;
mod check;
mod compare;
mod drivers;
mod explain;
mod files;
mod new;
mod parts;
mod paths;
mod replay;
mod report;
mod run;
mod solve;
mod suggestions;
mod sweep;
mod workbook;

use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A small market of two years, two fresh drivers and one ceiling.
const SMALL: &str = r#"{
  "riskband": 1, "title": "Small market", "horizon": { "start": 2025, "end": 2027 },
  "market": { "start": 10, "unit": "EUR m", "backlog": 0.5 },
  "drivers": { "trend": 0.1, "noise": { "normal": { "mean": 0.1, "sd": 0.05 }, "over_time": "fresh" } },
  "constraints": { "power": { "start": 11, "growth": { "uniform": { "low": 0, "high": 0.3 }, "over_time": "fresh" } } },
  "targets": { "above_14": "market[2027] >= 14" }
}"#;

/// A home of caches that is none: what is solved in a test is kept nowhere.
const NO_CACHE: &str = "/dev/null";

/// What a run of the program left.
struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

fn riskband(arguments: &[&str]) -> Run {
    riskband_in(Path::new("."), arguments, "")
}

fn riskband_in(folder: &Path, arguments: &[&str], stdin: &str) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_riskband"))
        .current_dir(folder)
        .args(arguments)
        .env("XDG_CACHE_HOME", NO_CACHE)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that ends without reading closes its end: what it does not want is not missed.
    let _ = child.stdin.take().expect("a pipe").write_all(stdin.as_bytes());
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    let code = output.status.code().expect("it exits by itself");
    Run { code, stdout: text(output.stdout), stderr: text(output.stderr) }
}

impl Run {
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{}{}", self.stdout, self.stderr))
    }

    fn assert_code(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// A folder with the small market in it, as `small.json`.
fn folder_with_small() -> TempDir {
    let folder = folder();
    fs::write(folder.path().join("small.json"), SMALL).expect("writable");
    folder
}

#[test]
fn help_lists_the_verbs_and_nothing_that_is_not_there() {
    let help = riskband(&["--help"]);
    assert_eq!(help.code, 0);
    for verb in [
        "run",
        "merge",
        "compare",
        "replay",
        "report",
        "sensitivity",
        "discover",
        "sweep",
        "solve",
        "check",
        "explain",
        "verify",
        "new",
        "list",
        "schema",
        "completions",
    ] {
        assert!(help.stdout.contains(&format!("\n  {verb} ")), "{verb}\n{}", help.stdout);
    }
    assert!(!help.stdout.contains("\n  simulate "), "{}", help.stdout);
    for code in ["0  done", "1  a requested check failed", "2  bad usage or input", "3  a file could not be read"] {
        assert!(help.stdout.contains(code), "{code}");
    }
}

#[test]
fn help_of_run_names_defaults_and_units() {
    let help = riskband(&["run", "--help"]);
    for part in [
        "[default: 100000]",
        "[default: 5,10,25,50,75,90,95]",
        "[default: 1]",
        "[possible values: runs, summary, bands, targets, references, constraints, correlations, relief, until, lower_bounds, warnings]",
        "Independent paths",
        "in percent",
        "KiB, MiB or GiB",
        "Simulation:",
        "Statistics:",
        "Output:",
    ] {
        // Wherever a line breaks.
        let words: Vec<&str> = help.stdout.split_whitespace().collect();
        assert!(words.join(" ").contains(part), "missing: {part}\n{}", help.stdout);
    }
}

#[test]
fn bad_usage_exits_2_with_nothing_on_stdout() {
    for arguments in [
        &[][..],
        &["compare"],
        &["run", "--paths", "0"],
        &["run", "--paths", "1.5"],
        &["run", "--sampler", "halton"],
        &["run", "--replicates", "4"],
        &["run", "--sampler", "lhs", "--paths", "10", "--replicates", "11"],
        &["verify", "--sampler", "sobol"],
        &["run", "--sampler", "sobol", "--replicates", "1", "--until", "p50(market) within 1%"],
        &["run", "--percentiles", "5,100"],
        &["run", "--percentiles", "5,5.0"],
        &["run", "--threads", "0"],
        &["run", "--seed", "-1"],
        &["run", "--set", "no-value"],
        &["run", "--limit", "speed=9"],
        &["run", "--correlate", "market"],
        &["run", "--shard", "1/2"],
        &["run", "--shard", "3/2", "--part", "x.rb"],
        &["run", "--blocks", "3..3", "--part", "x.rb"],
        &["run", "--shard", "1/2", "--blocks", "0..9", "--part", "x.rb"],
        &["run", "--checkpoint-every", "0", "--checkpoint", "x.rb"],
        &["run", "--checkpoint", "x.rb", "--part", "x.rb"],
        &["merge"],
        &["run", "--format", "xml"],
        &["run", "-", "-"],
        &["check", "--format", "csv"],
        &["check", "--expect", "mode(market) > 1"],
        &["completions", "tcsh"],
    ] {
        let run = riskband(arguments);
        assert_eq!(run.code, 2, "{arguments:?}\n{}", run.stderr);
        assert!(run.stdout.is_empty() && !run.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn list_has_the_shipped_scenarios_with_titles() {
    let list = riskband(&["list"]);
    assert_eq!(list.code, 0);
    assert!(list.stdout.lines().any(|line| line.starts_with("baseline ") && line.contains("Accelerator cards")));
    let json: serde_json::Value = serde_json::from_str(&riskband(&["list", "--format", "json"]).stdout).expect("JSON");
    assert_eq!(json["scenarios"][0]["scenario"], "baseline");
    assert!(json["scenarios"][0]["title"].is_string());
}

#[test]
fn completions_of_every_shell_know_the_verbs() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = riskband(&["completions", shell]);
        assert_eq!(script.code, 0, "{shell}");
        assert!(script.stdout.contains("explain") && script.stdout.contains("percentiles"), "{shell}");
    }
}

/// What bash offers for the last of these words.
#[cfg(unix)]
fn bash_offers(words: &[&str]) -> Vec<String> {
    let script = riskband(&["completions", "bash"]).stdout;
    let words = words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ");
    let asked = format!(
        "{script}\nCOMP_WORDS=({words}); COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))\n\
         _riskband_scenarios riskband \"${{COMP_WORDS[-1]}}\" \"${{COMP_WORDS[-2]}}\"\nprintf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    let output = std::process::Command::new("bash").args(["-c", &asked]).output().expect("bash runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).split_whitespace().map(Into::into).collect()
}

#[cfg(unix)]
#[test]
fn bash_offers_shipped_scenarios_and_files() {
    let offered = bash_offers(&["riskband", "run", "pow"]);
    assert_eq!(offered, ["power-limited-grid"]);
    assert!(bash_offers(&["riskband", "compare", "--why", "base"]).contains(&"baseline".to_owned()));
    assert_eq!(bash_offers(&["riskband", "new", "x.json", "--extends", "supply"]), ["supply-glut"]);
    assert!(bash_offers(&["riskband", "explain", "Cargo.t"]).contains(&"Cargo.toml".to_owned()));
    // Neither an option nor its value is a scenario.
    assert!(bash_offers(&["riskband", "run", "--pa"]).contains(&"--paths".to_owned()));
    assert!(!bash_offers(&["riskband", "run", "--set", "pow"]).contains(&"power-limited-grid".to_owned()));
}

#[test]
fn the_schema_is_json() {
    let schema = riskband(&["schema"]);
    assert_eq!(schema.code, 0);
    let json: serde_json::Value = serde_json::from_str(&schema.stdout).expect("JSON");
    assert!(json.is_object());
}

#[test]
fn a_mistyped_name_offers_the_nearest_and_exits_2() {
    let run = riskband(&["run", "basline"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("unknown-scenario") && run.stderr.contains("baseline"), "{}", run.stderr);
}

#[test]
fn an_empty_folder_is_bad_input() {
    let folder = folder();
    fs::write(folder.path().join("schema.json"), "{}").expect("writable");
    let run = riskband_in(folder.path(), &["check", "."], "");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("empty-folder"), "{}", run.stderr);
}
