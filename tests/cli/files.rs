//! Files that appear whole or not at all, whatever happens to the program.

use crate::{Run, folder_with_small, riskband_in};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Two runs whose files differ, and of which the second has fewer.
const FIRST: &[&str] = &[
    "run",
    "small.json",
    "--paths",
    "3000",
    "--seed",
    "1",
    "--out",
    "out",
    "--save-paths",
    "500",
    "--correlate",
    "market,growth",
    "--quiet",
];
const SECOND: &[&str] = &["run", "small.json", "--paths", "3000", "--seed", "2", "--out", "out", "--quiet"];

/// Files by their names.
type Files = BTreeMap<String, Vec<u8>>;

/// The files of a folder, without those that wait for their names.
fn files(folder: &Path) -> Files {
    let entries = fs::read_dir(folder).expect("readable").flatten();
    let named = entries.map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()));
    named
        .filter(|(name, _)| !name.starts_with(".riskband-"))
        .map(|(name, path)| (name, fs::read(path).expect("readable")))
        .collect()
}

fn in_folder(folder: &Path, arguments: &[&str]) -> Run {
    riskband_in(folder, arguments, "")
}

/// Runs both into fresh folders, and gives the folder that the first has filled, and the files of both.
fn both() -> (tempfile::TempDir, Files, Files) {
    let folder = folder_with_small();
    in_folder(folder.path(), SECOND).assert_code(0);
    let second = files(&folder.path().join("out"));
    fs::remove_dir_all(folder.path().join("out")).expect("removable");
    in_folder(folder.path(), FIRST).assert_code(0);
    let first = files(&folder.path().join("out"));
    (folder, first, second)
}

#[test]
fn a_folder_is_of_one_run_and_says_so() {
    let (folder, first, second) = both();
    let out = folder.path().join("out");
    assert!(first.keys().any(|name| name.starts_with("paths.")) && first.contains_key("correlations.csv"));
    in_folder(folder.path(), &["check", "out"]).assert_code(0);
    fs::write(out.join("mine.csv"), "kept").expect("writable");
    in_folder(folder.path(), SECOND).assert_code(0);
    let mut found = files(&out);
    assert_eq!(found.remove("mine.csv").as_deref(), Some(&b"kept"[..]));
    assert!(found == second, "{:?}", found.keys());

    fs::write(out.join("bands.csv"), &first["bands.csv"]).expect("writable");
    fs::remove_file(out.join("targets.csv")).expect("removable");
    let mixed = in_folder(folder.path(), &["check", "out", "--format", "json"]);
    mixed.assert_code(1);
    let problems = mixed.json()["checked"][0]["problems"].clone();
    assert!(problems[0]["message"].as_str().is_some_and(|text| text.starts_with("`bands.csv`")), "{problems}");
    assert_eq!(problems.as_array().map(Vec::len), Some(2), "{problems}");
    // Results are no scenarios.
    let run = in_folder(folder.path(), &["run", "out"]);
    assert!(run.stderr.contains("riskband check"), "{}", run.assert_code(2).stderr);
}

/// Kills the program at moments spread over its life. `scripts/crash-test` does so hundreds of times.
#[cfg(unix)]
#[test]
fn a_program_that_is_killed_leaves_no_mixture_untold() {
    let (folder, first, second) = both();
    let out = folder.path().join("out");
    let began = Instant::now();
    in_folder(folder.path(), SECOND).assert_code(0);
    let usual = began.elapsed();
    for moment in 0..8u32 {
        in_folder(folder.path(), FIRST).assert_code(0);
        let mut child = Command::new(env!("CARGO_BIN_EXE_riskband"))
            .current_dir(folder.path())
            .args(SECOND)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        std::thread::sleep(usual.mul_f64(0.3) + usual.mul_f64(0.1 * f64::from(moment)));
        let _ = child.kill();
        child.wait().expect("it ends");
        let found = files(&out);
        for (name, content) in found.iter().filter(|(name, _)| *name != "manifest.json") {
            let is_of = |run: &Files| run.get(name) == Some(content);
            assert!(is_of(&first) || is_of(&second), "{name} is whole");
        }
        let code = in_folder(folder.path(), &["check", "out", "--quiet"]).code;
        assert_eq!(code == 0, found == first || found == second, "told as what it is");
        in_folder(folder.path(), SECOND).assert_code(0);
        assert!(files(&out) == second, "the next run clears up");
        let left = fs::read_dir(&out).expect("readable").flatten().count();
        assert_eq!(left, second.len(), "what waited for its name is swept");
    }
    assert!(began.elapsed() < Duration::from_secs(300), "it ends");
}

/// Files may not grow beyond a few blocks, as on a disk that is full.
#[cfg(unix)]
#[test]
fn a_full_disk_changes_nothing() {
    let (folder, first, _) = both();
    let out = folder.path().join("out");
    let limited = |blocks: u32, arguments: &[&str]| {
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let mut command = Command::new("sh");
        command.arg("-c").arg(script).arg(env!("CARGO_BIN_EXE_riskband")).args(arguments).current_dir(folder.path());
        command.output().expect("sh starts").status.code()
    };
    for blocks in [0, 1, 3, 6] {
        assert_eq!(limited(blocks, SECOND), Some(3), "{blocks}");
        assert!(files(&out) == first, "{blocks}");
    }
    let report = ["report", "small.json", "--paths", "1000", "-o", "page.html", "--quiet"];
    assert_eq!((limited(8, &report), folder.path().join("page.html").exists()), (Some(3), false));
    let new = ["new", "child.json", "--extends", "small.json"];
    assert_eq!((limited(0, &new), folder.path().join("child.json").exists()), (Some(3), false), "not even empty");
    let left: Vec<_> =
        fs::read_dir(folder.path()).expect("readable").flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[cfg(unix)]
#[test]
fn only_plain_files_are_replaced() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder_with_small();
    let path = |name: &str| folder.path().join(name);
    let report = |file: &str, force: bool| {
        let force: &[&str] = if force { &["--force"] } else { &[] };
        let arguments = ["report", "small.json", "--paths", "500", "--quiet", "-o", file];
        in_folder(folder.path(), &[&arguments[..], force].concat())
    };
    fs::write(path("page.html"), "old").expect("writable");
    fs::set_permissions(path("page.html"), fs::Permissions::from_mode(0o600)).expect("writable");
    symlink("page.html", path("link.html")).expect("writable");
    report("link.html", false).assert_code(2);
    report("link.html", true).assert_code(0);
    assert!(path("link.html").is_symlink() && fs::read(path("page.html")).expect("readable").len() > 1000);
    assert_eq!(fs::metadata(path("page.html")).expect("there").permissions().mode() & 0o777, 0o600);
    report("/dev/full", true).assert_code(3);
    report("/dev/null", true).assert_code(0);
    assert!(!Path::new("/dev/null").is_file());
    let long = format!("{}.html", "x".repeat(250));
    assert_eq!(long.len(), 255);
    report(&long, false).assert_code(0);
    let run = report(&format!("x{long}"), false);
    assert!(run.assert_code(3).stderr.contains("too long"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn a_closed_standard_output_is_told() {
    let folder = folder_with_small();
    let shell = |redirection: &str, arguments: &[&str]| {
        let script = format!("exec \"$0\" \"$@\" {redirection}");
        let mut command = Command::new("sh");
        command.arg("-c").arg(script).arg(env!("CARGO_BIN_EXE_riskband")).args(arguments).current_dir(folder.path());
        command.output().expect("sh starts").status.code()
    };
    let run: &[&str] = &["run", "small.json", "--paths", "500"];
    let formats: [&[&str]; 4] =
        [&[], &["--format", "json"], &["--format", "csv"], &["--table", "targets", "--format", "csv"]];
    for format in formats {
        assert_eq!(shell(">&-", &[run, format].concat()), Some(3), "{format:?}");
    }
    for arguments in [&["list"][..], &["schema"], &["check", "small.json"], &["--help"], &["--version"]] {
        assert_eq!(shell(">&-", arguments), Some(3), "{arguments:?}");
        assert_eq!(shell(">/dev/null", arguments), Some(0), "{arguments:?}");
        assert_eq!(shell("</dev/null >/dev/null 2>&1", arguments), Some(0), "{arguments:?}");
        assert_eq!(shell("1<>/dev/null", arguments), Some(0), "{arguments:?}");
    }
    assert_eq!(shell(">&-", &[run, &["--quiet", "--out", "out"]].concat()), Some(0), "nothing is printed");
}

#[test]
fn arguments_do_not_act_on_the_terminal() {
    let run = in_folder(Path::new("."), &["run", "--nonsense\u{1b}]0;owned\u{7}"]);
    run.assert_code(2);
    assert!(!run.stderr.contains('\u{1b}') && !run.stderr.contains('\u{7}'), "{:?}", run.stderr);
    assert!(run.stderr.contains("--nonsense"), "{}", run.stderr);
    let run = in_folder(Path::new("."), &["run", "--paths", "x\u{1b}[31m"]);
    assert!(!run.assert_code(2).stderr.contains('\u{1b}'), "{:?}", run.stderr);
}

/// A hundred scenarios have more charts than this shell may have open files; their names are as long as names can be.
#[cfg(unix)]
#[test]
fn charts_of_many_scenarios_need_few_open_files() {
    let folder = crate::folder();
    for number in 0..100 {
        let text = r#"{ "variables": { "x": { "normal": { "mean": 0, "sd": 1 } } }, "outputs": ["x"] }"#;
        fs::write(folder.path().join(format!("{}{number:03}.json", "x".repeat(247))), text).expect("writable");
    }
    let script = "ulimit -n 40; exec \"$0\" run . --paths 200 --quiet --charts charts";
    let mut command = Command::new("sh");
    command.arg("-c").arg(script).arg(env!("CARGO_BIN_EXE_riskband")).current_dir(folder.path());
    let output = command.output().expect("sh starts");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let charts = files(&folder.path().join("charts"));
    assert!(charts.len() > 100 && charts.contains_key("charts-manifest.json"));
}
