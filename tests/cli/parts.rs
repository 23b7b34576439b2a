//! Parts of runs at the shell: shards, merging, checkpoints, and every file that is none of them.

use super::{NO_CACHE, Run, folder_with_small, riskband_in};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// 20 blocks, the last of them short.
const PATHS: &str = "10000";
const ASKED: [&str; 8] =
    ["--paths", PATHS, "--percentiles", "1,50,99", "--shortfall", "5", "--correlate", "market,growth"];

fn run_in(folder: &Path, line: &str) -> Run {
    riskband_in(folder, &line.split_whitespace().collect::<Vec<_>>(), "")
}

/// A folder with the small market and the parts `1.rb` to `3.rb` of a run of it.
fn folder_with_parts() -> TempDir {
    let folder = folder_with_small();
    for shard in 1..=3 {
        let (share, file) = (format!("{shard}/3"), format!("{shard}.rb"));
        let arguments = [&["run", "small.json", "--shard", &share, "--part", &file][..], &ASKED].concat();
        let run = riskband_in(folder.path(), &arguments, "");
        assert_eq!((run.assert_code(0).stdout.as_str(), run.stderr.contains("of 20, ")), ("", true), "{}", run.stderr);
    }
    folder
}

/// Every file below a folder, with its content.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("readable").path());
    let mut files: Vec<_> = entries
        .map(|path| (path.file_name().expect("a name").to_string_lossy().into_owned(), fs::read(path).expect("a file")))
        .collect();
    files.sort();
    files
}

#[test]
fn merged_parts_print_and_write_what_one_run_does() {
    let folder = folder_with_parts();
    let in_folder = |line: &str| run_in(folder.path(), line);
    let run = |more: &str| in_folder(&format!("run small.json {} {more}", ASKED.join(" ")));
    for (merged, whole) in [
        ("merge 2.rb 3.rb 1.rb", ""),
        ("merge 1.rb 2.rb 3.rb --format json", "--format json"),
        ("merge 1.rb 3.rb 2.rb --format csv --table correlations", "--format csv --table correlations"),
        ("merge 1.rb 3.rb 2.rb --percentiles 2.5 --format csv", "--percentiles 2.5 --format csv"),
        ("merge 1.rb 3.rb 2.rb --skewness --format csv", "--skewness --format csv"),
    ] {
        // An option given twice is refused; the last case of percentiles replaces them.
        let whole = match whole.contains("--percentiles") {
            true => {
                in_folder(&format!("run small.json --paths {PATHS} --shortfall 5 --correlate market,growth {whole}"))
            }
            false => run(whole),
        };
        assert_eq!(in_folder(merged).assert_code(0).stdout, whole.assert_code(0).stdout, "{merged}");
    }
    in_folder("merge 3.rb 1.rb --part two.rb").assert_code(0);
    in_folder("merge two.rb 2.rb --out merged --charts merged-charts --report merged.html --quiet").assert_code(0);
    run("--out whole --charts whole-charts --quiet").assert_code(0);
    for name in ["", "-charts"] {
        let [merged, whole] = ["merged", "whole"].map(|kind| contents(&folder.path().join(format!("{kind}{name}"))));
        assert_eq!(
            merged.iter().map(|(name, _)| name).collect::<Vec<_>>(),
            whole.iter().map(|(name, _)| name).collect::<Vec<_>>()
        );
        assert!(merged == whole, "other bytes in {name}");
    }
    let page = fs::read_to_string(folder.path().join("merged.html")).expect("a page");
    assert!(page.contains("Small market") && page.contains("</html>"));
    let again = in_folder("merge two.rb 2.rb --report merged.html");
    assert!(again.assert_code(2).stderr.contains("--force"), "{}", again.stderr);
}

#[test]
fn files_that_do_not_go_together_are_refused_with_the_reason() {
    let folder = folder_with_parts();
    let path = |name: &str| folder.path().join(name);
    let bytes = fs::read(path("2.rb")).expect("a part");
    fs::write(path("cut.rb"), &bytes[..bytes.len() - 1]).expect("writable");
    fs::write(path("empty.rb"), "").expect("writable");
    fs::write(path("newer.rb"), [b"riskband part 7\n", &bytes[16..]].concat()).expect("writable");
    let line = format!("run small.json --seed 2 --shard 2/3 --part seed.rb {}", ASKED.join(" "));
    run_in(folder.path(), &line).assert_code(0);
    for (line, code, says) in [
        ("merge 1.rb 3.rb", 2, "blocks 6 to 12 of 20 missing: simulate them too, or keep what is there with --part"),
        (
            "merge 1.rb 2.rb 2.rb 3.rb",
            2,
            "`2.rb`: it has blocks 6 to 12 again: no block may count twice (`2.rb` has them)",
        ),
        ("merge 1.rb cut.rb 3.rb", 2, "`cut.rb`: it is damaged: cut short, or changed since it was written"),
        ("merge empty.rb", 2, "`empty.rb`: it is no part of a run"),
        ("merge small.json 1.rb", 2, "`small.json`: it is no part of a run"),
        ("merge newer.rb", 2, "`newer.rb`: it is a part in format 7, and this program reads format 1"),
        ("merge 1.rb seed.rb 3.rb", 2, "`seed.rb`: it is of another run: its seed is 2, not 1 (as `1.rb` is)"),
        ("merge 1.rb 2.rb 3.rb --shortfall 10", 2, "--shortfall 10 was not gathered"),
        ("merge 1.rb 2.rb 3.rb --correlate market,demand", 2, "--correlate market,demand was not gathered"),
        ("merge 1.rb 2.rb 3.rb --limit memory=1000", 2, "larger than the limit `memory`"),
        ("merge 1.rb 2.rb 3.rb --charts-of market", 2, "--charts DIR"),
        ("merge 1.rb 2.rb --part x.rb --format json", 2, "prints nothing"),
        ("merge 1.rb absent.rb", 3, "cannot read absent.rb"),
    ] {
        let run = run_in(folder.path(), line);
        assert_eq!(run.assert_code(code).stdout, "", "{line}");
        assert!(run.stderr.contains(says), "{line}\n{}", run.stderr);
    }
    assert_eq!(fs::read(path("2.rb")).expect("a part"), bytes, "nothing is lost");
    // One bad file does not hide another.
    let both = run_in(folder.path(), "merge cut.rb empty.rb");
    assert!(both.stderr.contains("cut.rb") && both.stderr.contains("empty.rb"), "{}", both.stderr);
}

#[test]
fn what_a_part_does_not_keep_is_refused_with_the_reason() {
    let folder = folder_with_parts();
    fs::copy(folder.path().join("small.json"), folder.path().join("other.json")).expect("writable");
    for (line, says) in [
        ("run small.json --relief --part x.rb", "--relief simulates other ceilings"),
        ("run small.json --save-paths 10 --out out --part x.rb", "--save-paths saves single paths"),
        ("run small.json --until 'p50(market)' --part x.rb", ""),
        ("run small.json --out out --part x.rb", "give --out to `riskband merge`"),
        ("run small.json --format json --part x.rb", "give --format to `riskband merge`"),
        ("run small.json other.json --part x.rb", "a run of one scenario, and 2 are named"),
        ("run small.json other.json --checkpoint x.rb", "a run of one scenario, and 2 are named"),
        ("run small.json --paths 4000 --shard 1/2 --part x.rb", "at most 4096 paths keeps every value"),
        ("run small.json --paths 10000 --blocks 0..21 --part x.rb", "has blocks 0 to 19, so 0..20 is all of it"),
        ("run small.json --part small.json", "it is no part of a run"),
        ("run small.json --paths 10000 --shard 1/9 --part 1.rb", "it is of another run"),
        ("run small.json --checkpoint small.json", "it is no part of a run"),
        ("run small.json --checkpoint /dev/null", "is no plain file"),
    ] {
        let run = run_in(folder.path(), line);
        assert_eq!(run.assert_code(2).stdout, "", "{line}");
        assert!(run.stderr.contains(says), "{line}\n{}", run.stderr);
        assert!(!folder.path().join("x.rb").exists(), "{line}");
    }
    let until = ["run", "small.json", "--until", "p50(market) within 1%", "--part", "x.rb"];
    let until = riskband_in(folder.path(), &until, "");
    assert!(until.assert_code(2).stderr.contains("--until decides from all paths"), "{}", until.stderr);
    assert_eq!(fs::read_to_string(folder.path().join("small.json")).expect("there"), super::SMALL);
    // Blocks that the new part would not have.
    let line = format!("run small.json --blocks 0..2 --part 1.rb {}", ASKED.join(" "));
    let smaller = run_in(folder.path(), &line);
    assert!(
        smaller.assert_code(2).stderr.contains("blocks 2 to 5 of this run, which would be lost"),
        "{}",
        smaller.stderr
    );
    run_in(folder.path(), &format!("run small.json --blocks ..9 --part 1.rb {}", ASKED.join(" "))).assert_code(0);
    run_in(folder.path(), "run small.json --paths 900 --part few.rb").assert_code(0);
    run_in(folder.path(), "merge few.rb").assert_code(0);
}

#[test]
fn a_checkpoint_goes_on_and_is_extended() {
    let folder = folder_with_small();
    let run = |line: &str| run_in(folder.path(), line);
    let with = |paths: &str| run(&format!("run small.json --paths {paths} --checkpoint run.rb --format json"));
    let without = |paths: &str| run(&format!("run small.json --paths {paths} --format json")).stdout;
    let first = with("3000");
    assert_eq!((first.assert_code(0).stdout.clone(), first.stderr.as_str()), (without("3000"), ""));
    let anew = with("10000");
    assert!(
        anew.assert_code(0).stderr.contains("at most 4096 paths, which keeps every value: a longer one starts anew")
    );
    assert_eq!(anew.stdout, without("10000"));
    let kept = fs::read(folder.path().join("run.rb")).expect("a part");
    let same = with("10000");
    assert!(same.stderr.contains("`run.rb` has 20 of 20 blocks; 0 are left to simulate"), "{}", same.stderr);
    assert_eq!(same.stdout, anew.stdout);
    assert_eq!(fs::read(folder.path().join("run.rb")).expect("a part"), kept, "nothing was left to write");
    let fewer = with("9999");
    assert!(
        fewer.assert_code(2).stderr.contains("it has paths beyond the 9999 that are asked for"),
        "{}",
        fewer.stderr
    );
    // The short block is whole in a longer run, all others are not simulated again.
    let longer = with("25000");
    assert!(longer.stderr.contains("`run.rb` has 19 of 49 blocks; 30 are left to simulate"), "{}", longer.stderr);
    assert_eq!(longer.stdout, without("25000"));
    assert_eq!(run("merge run.rb --format json").stdout, longer.stdout);
    let other = run("run small.json --paths 25000 --seed 3 --checkpoint run.rb");
    assert!(other.assert_code(2).stderr.contains("its seed is 1, not 3"), "{}", other.stderr);
    let with_relief = run("run small.json --paths 25000 --checkpoint run.rb --relief --format json");
    let relief = run("run small.json --paths 25000 --relief --format json");
    assert_eq!(with_relief.assert_code(0).stdout, relief.stdout);
}

/// The blocks that the program says the file has when it goes on.
fn blocks_at_start(stderr: &str) -> Option<u64> {
    let rest = stderr.split_once("` has ")?.1;
    rest.split_once(" of ")?.0.replace(',', "").parse().ok()
}

/// Killed at moments over its whole course, the same command goes on each time from what was kept, and ends as if nothing
/// had happened. Blocks that the file has are not simulated again: they could not be merged. `scripts/crash-test` does
/// this at length.
#[test]
fn a_killed_run_goes_on_from_its_checkpoint() {
    const PATHS: &str = "600000";
    let folder = folder_with_small();
    let arguments = ["run", "small.json", "--paths", PATHS, "--format", "json"];
    let began = Instant::now();
    let undisturbed = riskband_in(folder.path(), &arguments, "").assert_code(0).stdout.clone();
    let usual = began.elapsed();
    let checkpointed = [&arguments[..], &["--checkpoint", "run.rb", "--checkpoint-every", "0.02"]].concat();
    let mut had = 0;
    for kill in 1..=4 {
        let mut child = Command::new(env!("CARGO_BIN_EXE_riskband"))
            .current_dir(folder.path())
            .args(&checkpointed)
            .env("XDG_CACHE_HOME", NO_CACHE)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        // The first one not before there is something to go on from.
        let is_waiting = |child: &mut std::process::Child| matches!(child.try_wait(), Ok(None));
        while !folder.path().join("run.rb").exists() && is_waiting(&mut child) {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(usual.mul_f64(0.1) + Duration::from_millis(7 * kill));
        let _ = child.kill();
        let output = child.wait_with_output().expect("it ends");
        let has = blocks_at_start(&String::from_utf8_lossy(&output.stderr)).unwrap_or(0);
        assert!(has >= had, "{has} blocks after {had}");
        had = has;
    }
    let finished = riskband_in(folder.path(), &checkpointed, "");
    let has = blocks_at_start(&finished.stderr).expect("it goes on");
    assert!(has >= had && has > 0, "{}", finished.stderr);
    assert!(finished.assert_code(0).stdout == undisturbed, "other bytes");
    let names = fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("readable").file_name());
    let mut names: Vec<_> = names.collect();
    names.sort();
    assert_eq!(names, ["run.rb", "small.json"], "nothing is left of what was killed");
}

/// Where the disk is full, the part that was there stays as it is, and nothing else is left.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_old_part() {
    let folder = folder_with_small();
    run_in(folder.path(), "run small.json --paths 10000 --checkpoint run.rb").assert_code(0);
    run_in(folder.path(), "run small.json --paths 10000 --blocks 0..9 --part part.rb").assert_code(0);
    let before = contents(folder.path());
    let program = env!("CARGO_BIN_EXE_riskband");
    for command in [
        "run small.json --paths 30000 --checkpoint run.rb",
        "run small.json --paths 10000 --part part.rb",
        "merge run.rb --part part.rb",
    ] {
        // A limit on the size of files, whose signal is ignored, stands for a full disk.
        let script = format!("trap '' XFSZ; ulimit -f 8; exec {program} {command}");
        let output = Command::new("bash").current_dir(folder.path()).args(["-c", &script]).output().expect("bash runs");
        assert_eq!(output.status.code(), Some(3), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(contents(folder.path()) == before, "{command}");
    }
}
