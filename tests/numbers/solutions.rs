//! Solved calibrations: those that are shipped are those that solving gives, and no store changes a number.

use crate::common::study;
use riskband::scenario::{TEMPLATES, all_shipped};
use riskband::study::{LoadOptions, Origin, Solutions, Study};
use std::path::Path;

/// `UPDATE_SOLUTIONS=1 cargo test --release --test numbers solutions` writes the file anew.
#[test]
fn shipped_solutions_are_what_solving_gives_to_the_last_bit() {
    let solutions = Solutions::anew();
    let options = LoadOptions { solutions: solutions.clone(), ..LoadOptions::default() };
    let shipped = all_shipped().iter().map(|shipped| (shipped.name, shipped.text));
    let is_update = std::env::var_os("UPDATE_SOLUTIONS").is_some();
    for (name, text) in shipped.chain(TEMPLATES.iter().map(|template| (template.name, template.text))) {
        let origin = Origin::Text { name: name.to_owned(), bytes: text.as_bytes().to_vec() };
        let study = Study::load(&origin, &options).unwrap_or_else(|rejected| panic!("{:#?}", rejected.problems));
        if !is_update {
            assert_eq!(study.calibration, self::study(text).calibration, "{name}");
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/solved/solutions.json");
    let solved = solutions.to_stored();
    if is_update {
        std::fs::write(&path, &solved).expect("the file can be written");
    }
    let stored = std::fs::read_to_string(&path).expect("the file is there");
    assert!(stored == solved, "{} is not what solving gives; UPDATE_SOLUTIONS=1 writes it anew", path.display());
}

#[test]
fn a_kept_solution_gives_the_scenario_that_solving_gives() {
    let text = r#"{
        "riskband": 1, "horizon": { "start": 2025, "end": 2027 },
        "market": { "start": 10, "baseline": { "cagr": 0.2 }, "calibrate": { "parameter": "trend", "statistic": "mean", "match": "end" } },
        "drivers": { "trend": 0, "noise": { "normal": { "mean": 0, "sd": 0.05 }, "over_time": "fresh" } }
    }"#;
    let folder = tempfile::tempdir().expect("a folder");
    let load = |text: &str, solutions: Solutions| {
        let origin = Origin::Text { name: "test".to_owned(), bytes: text.as_bytes().to_vec() };
        let options = LoadOptions { solutions, ..LoadOptions::default() };
        Study::load(&origin, &options).unwrap_or_else(|rejected| panic!("{:#?}", rejected.problems))
    };
    let kept_in = || Solutions::kept_in(folder.path().join("solutions"));
    let files = || std::fs::read_dir(folder.path().join("solutions")).map_or(0, Iterator::count);
    let solved = load(text, Solutions::anew());
    for _ in 0..2 {
        assert_eq!(load(text, kept_in()).calibration, solved.calibration);
        assert_eq!(files(), 1);
    }
    // Prose, outputs and targets ask for no other solution; numbers do.
    let told = text.replace(r#""riskband": 1,"#, r#""riskband": 1, "title": "A", "targets": { "t": "market >= 12" },"#);
    assert_eq!(load(&told, kept_in()).calibration, solved.calibration);
    assert_eq!(files(), 1);
    assert_ne!(load(&text.replace("0.05", "0.06"), kept_in()).calibration, solved.calibration);
    assert_eq!(files(), 2);
}
