//! Bad files: each in `scenarios/invalid` has a snapshot of its message, and no mutation of a file panics.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use riskband::diagnostic::{Severity, render};
use riskband::engine::RunOptions;
use riskband::limits::Limits;
use riskband::study::{LoadOptions, Origin, Study};
use std::path::{Path, PathBuf};

/// The files of a folder with an ending, by name.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .filter(|path| path.file_name().is_some_and(|name| name != "schema.json"))
        .map(|path| Path::new(folder).join(path.file_name().expect("a name")))
        .collect();
    files.sort();
    files
}

/// To take in a new file, run with `INSTA_UPDATE=always` and read the message that it gets.
#[test]
fn every_bad_file_gets_its_message() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/diagnostics");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let files = files("scenarios/invalid");
    assert!(files.len() >= 80, "{} bad files", files.len());
    let mut accepted = Vec::new();
    for file in files {
        let stem = file.file_stem().expect("a stem").to_string_lossy().into_owned();
        // Small limits keep the files small that are to go over them.
        match Study::load(&Origin::File(file), &LoadOptions::default()) {
            Ok(_) => accepted.push(stem),
            Err(rejected) => {
                assert!(rejected.problems.iter().any(|problem| problem.severity == Severity::Error), "{stem}");
                let text = render(&rejected.problems, &rejected.sources, false, 100)
                    .replace(env!("CARGO_MANIFEST_DIR"), "<root>");
                settings.bind(|| insta::assert_snapshot!(stem, text));
            }
        }
    }
    assert!(accepted.is_empty(), "accepted although bad: {accepted:?}");
}

/// xorshift64*: which bytes to change is no matter of statistics.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % n
    }
}

/// Pieces that files are made of, and some that they are not.
const PIECES: [&str; 36] = [
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    "null",
    "true",
    "-1",
    "0",
    "1e999",
    "1e308",
    "\"prev(market)\"",
    "\"self\"",
    "\"fresh\"",
    "\"constant\"",
    "normal",
    "mean",
    "sd",
    "over_time",
    "horizon",
    "steps",
    "1e9",
    "2031",
    "market",
    "growth",
    "\\u0000",
    "\u{202e}",
    "correlations",
    "extends",
    "baseline",
    "^",
    "(",
    "lag(",
    "\n",
];

fn mutate(text: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len() + 1);
        let end = (at + dice.below(12)).min(bytes.len());
        match dice.below(5) {
            0 => drop(bytes.drain(at..end)),
            1 => drop(bytes.splice(at..end, PIECES[dice.below(PIECES.len())].bytes())),
            2 => drop(bytes.splice(at..at, PIECES[dice.below(PIECES.len())].bytes())),
            3 if at < bytes.len() => bytes[at] = dice.below(256) as u8,
            _ => {
                let copy = bytes[at..end].to_vec();
                let to = dice.below(bytes.len() + 1);
                drop(bytes.splice(to..to, copy));
            }
        }
    }
    bytes
}

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// Files that are mutated at a time, each time with dice of their own.
const THROW: u64 = 500;

/// Loads mutated files, and runs those that are still good: a panic fails the test, a hang its time.
/// `MUTATED=100000 cargo test --release --test documents mutated` tries as many as one likes.
#[test]
fn mutated_files_get_an_answer() {
    let count: u64 = std::env::var("MUTATED").map_or(5_000, |text| text.parse().expect("a number of files"));
    let read = |folder: &str| -> Vec<Vec<u8>> {
        files(folder)
            .iter()
            .filter_map(|file| std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).ok())
            .filter(|bytes| (2..20_000).contains(&bytes.len()))
            // Calibrations take long and are tested elsewhere.
            .filter(|bytes| !String::from_utf8_lossy(bytes).contains("calibrate"))
            .collect()
    };
    let (good, bad) = (read("scenarios/examples"), read("scenarios/invalid"));
    let throws = (0..count.div_ceil(THROW)).into_par_iter();
    let ran: usize = throws.map(|throw| answered(&mut Dice(SEED.wrapping_mul(2 * throw + 1)), &good, &bad)).sum();
    assert!(ran as u64 > count / 100, "only {ran} of {count} mutations still ran: they no longer reach the engine");
}

/// How many of [`THROW`] mutated files still ran.
fn answered(dice: &mut Dice, good: &[Vec<u8>], bad: &[Vec<u8>]) -> usize {
    // A mutated file may ask for much; small limits keep each case short.
    let limits = Limits { memory: 64 << 20, steps: 200, quantities: 2_000, ..Limits::default() };
    let mut ran = 0;
    for _ in 0..THROW {
        let texts = if dice.below(2) == 0 { good } else { bad };
        let bytes = mutate(&texts[dice.below(texts.len())], dice);
        let origin = Origin::Text { name: "<mutated>".to_owned(), bytes };
        match Study::load(&origin, &LoadOptions { limits, ..LoadOptions::default() }) {
            Ok(study) => {
                let options = RunOptions::new().paths(10).limits(limits);
                // Results or an error: either is an answer.
                let _ = study.run(&options, &|_| {});
                ran += 1;
            }
            Err(rejected) => assert!(!render(&rejected.problems, &rejected.sources, true, 80).is_empty()),
        }
    }
    ran
}
