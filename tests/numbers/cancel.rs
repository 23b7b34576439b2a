//! Whoever asks for an end gets one soon, and an error of its own, wherever blocks run.

use crate::common::{paths, study};
use riskband::Scenario;
use riskband::analysis::replay::replay_paths;
use riskband::engine::{Blocks, Cancel, Monitor, Paths, Recording, RunError, Runner, Simulation, joint};
use riskband::program::{Request, compile};
use riskband::results::Label;
use riskband::study::{LoadError, LoadOptions, Origin, Study};
use std::sync::atomic::{AtomicU64, Ordering};

const MARKET_FAN: &str = include_str!("../../scenarios/examples/market-fan.json");

fn cancelled() -> Cancel {
    let cancel = Cancel::new();
    cancel.cancel();
    cancel
}

/// Ends after the first paths that it hears of.
#[derive(Default)]
struct Impatient(AtomicU64);

impl Monitor for Impatient {
    fn advance(&self, paths: u64) {
        self.0.fetch_add(paths, Ordering::Relaxed);
    }

    fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }
}

#[test]
fn a_run_that_would_take_years_ends_after_its_first_blocks() {
    let simulation = study(MARKET_FAN).compiled(&paths(u64::MAX, 1), &|_| {}).expect("small, however long");
    let impatient = Impatient::default();
    assert_eq!(simulation.run(&impatient), Err(RunError::Cancelled));
    let heard = impatient.0.load(Ordering::Relaxed);
    assert!(heard < 1_000_000, "{heard} paths");
}

#[test]
fn every_user_of_the_loop_says_so() {
    let study = study(MARKET_FAN);
    let (model, options, cancel) = (&study.model, paths(1000, 1), cancelled());
    let pilot = Simulation::new(model.clone(), Label::default(), &options, &cancel);
    assert_eq!(pilot.map(drop), Err(RunError::Cancelled));
    assert_eq!(study.run(&options, &cancel), Err(RunError::Cancelled));
    assert_eq!(joint(&[model], &[], &options, &cancel).map(drop), Err(RunError::Cancelled));
    let saved = Paths::new(model, 1, 1000, false);
    assert_eq!(saved.groups().next_group(&cancel).map(drop), Err(RunError::Cancelled));
    assert_eq!(replay_paths(model, 1, 10, &cancel).map(drop), Err(RunError::Cancelled));
    let program = compile(model, &[Request::Value(model.outputs[0].variable, 1)], None);
    let recording = Recording::of(&Runner::new(&program, 1), Blocks::whole(1), &cancel);
    assert_eq!(recording.map(drop), Err(RunError::Cancelled));
}

#[test]
fn a_calibration_ends_and_loading_with_it() {
    let text = r#"{ "horizon": { "start": 2025, "end": 2027 }, "drivers": { "trend": 0, "noise": { "normal": { "mean": 0, "sd": 0.1 }, "over_time": "fresh" } },
        "market": { "start": 1, "baseline": { "end": 1.5 },
            "calibrate": { "parameter": "trend", "statistic": "median", "match": "every step" } } }"#;
    let origin = Origin::Text { name: "test".to_owned(), bytes: text.into() };
    let loaded = Study::load_monitored(&origin, &LoadOptions::default(), &cancelled());
    assert!(matches!(loaded, Err(LoadError::Run(RunError::Cancelled))), "{loaded:?}");
    let scenario = Scenario::from_json_monitored("test", text, &cancelled());
    assert_eq!(scenario.expect_err("cancelled").problems()[0].code, "cancelled");
    // Its paths are none of a run's: nobody hears of them.
    let impatient = Impatient::default();
    assert!(Study::load_monitored(&origin, &LoadOptions::default(), &impatient).is_ok());
}
