//! Scenarios that a grammar makes up from the whole language: each loads or is refused with a reason, both engines agree
//! on it, and its results are the same on any number of threads and any instruction set.
//!
//! `GENERATED=4000 cargo test --release --test numbers generated -- --nocapture` makes up as many as one likes.

mod files;
mod formulas;
mod grammar;
mod laws;

use crate::common::{load_options, paths};
use grammar::Grammar;
use riskband::analysis::replay::replay_paths;
use riskband::analysis::verify::compare;
use riskband::diagnostic::Severity;
use riskband::engine::RunError;
use riskband::kernel::Level;
use riskband::reference::simulate;
use riskband::study::{Origin, Study};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

/// Scenarios unless `GENERATED` says otherwise.
const USUAL: usize = 100;

/// Paths of each: the last block is cut short.
const PATHS: u64 = 1_500;

/// What hangs takes longer than this even where many programs share the machine.
const HANG: Duration = Duration::from_secs(60);

/// What became of a scenario.
enum Fate {
    Agrees,
    /// The codes of the errors that it was refused with.
    Refused(Vec<&'static str>),
    /// An output has no value on any path.
    Empty,
}

fn fate(scenario: &Path, text: &str) -> Fate {
    let origin = Origin::File(scenario.to_owned());
    let study = match Study::load(&origin, &load_options()) {
        Ok(study) => study,
        Err(rejected) => {
            let errors = rejected.problems.iter().filter(|problem| problem.severity == Severity::Error);
            return Fate::Refused(errors.map(|problem| problem.code).collect());
        }
    };
    let run = |threads: usize, level: Option<Level>| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| {
            let simulation = study.compiled(&paths(PATHS, 3), &|_| {})?;
            match level {
                Some(level) => simulation.on(level).run(&|_| {}),
                None => simulation.run(&|_| {}),
            }
        })
    };
    let results = match run(1, None) {
        Ok(results) => results,
        Err(RunError::NoFinitePath { .. }) => return Fate::Empty,
        Err(error) => panic!("{error}\n{text}"),
    };
    let bits = format!("{results:?}");
    for (threads, level) in
        [(2, None), (8, None)].into_iter().chain(Level::available().into_iter().map(|l| (2, Some(l))))
    {
        let again = run(threads, level).expect("it ran before");
        assert!(bits == format!("{again:?}"), "{threads} threads, {level:?}: other bits\n{text}");
    }
    // The seeds differ, so that nothing is shared but the model.
    let report = compare(&results, &simulate(&study.model, PATHS, 77));
    assert!(report.agrees(), "{:?} {:?} of {} tests\n{text}", report.worst(), report.unmatched, report.tests());
    let (_, replay) = replay_paths(&study.model, 3, 20, &|_| {}).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert!(replay.compared > 0 && replay.worst <= 1.0, "{replay:?}\n{text}");
    Fate::Agrees
}

#[test]
fn made_up_scenarios_agree_whatever_they_use() {
    let count = std::env::var("GENERATED").map_or(USUAL, |text| text.parse().expect("a number of scenarios"));
    let mut grammar = Grammar::new(2026);
    let (mut agree, mut slowest) = (0, Duration::ZERO);
    let mut refused: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
    for _ in 0..count {
        let (files, folder) = (grammar.scenario(), tempfile::tempdir().expect("a temporary folder"));
        let text = files.text();
        let start = Instant::now();
        match fate(&files.write(folder.path()), &text) {
            Fate::Agrees => agree += 1,
            Fate::Refused(codes) => {
                assert!(!codes.is_empty(), "refused without a reason\n{text}");
                *refused.entry(codes).or_default() += 1;
            }
            Fate::Empty => *refused.entry(vec!["no-finite-path"]).or_default() += 1,
        }
        slowest = slowest.max(start.elapsed());
        assert!(start.elapsed() < HANG, "{:?}\n{text}", start.elapsed());
    }
    println!("{agree} of {count} agree, the slowest took {slowest:?}; refused: {refused:#?}");
    assert!(
        agree * 10 >= count * 8,
        "{agree} of {count}: the grammar writes too much that is no scenario\n{refused:#?}"
    );
}
