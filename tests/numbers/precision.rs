//! Runs that end at a precision: the paths they take, what they say of it, and how often the interval they stop at holds
//! the true value.

use crate::common::{paths, study};
use riskband::analysis::precision::{Precision, run_until};
use riskband::engine::RunOptions;
use riskband::results::Results;

/// A static lognormal with median 1: its mean is exp(sigma^2 / 2), its P95 exp(1.645 sigma), and 1 in 100 lies beyond
/// exp(2.326 sigma).
const MODEL: &str = r#"{
    "riskband": 1,
    "variables": { "loss": { "lognormal": { "median": 1, "sigma": 0.5 } } },
    "targets": { "rare": "loss >= 3.2" },
    "outputs": ["loss"]
}"#;

fn until(text: &str, conditions: &[&str], most: u64, seed: u64) -> Results {
    let conditions: Vec<Precision> = conditions.iter().map(|text| text.parse().expect("a condition")).collect();
    run_until(&study(text), &paths(1, seed), &conditions, most, &|_| {}).unwrap_or_else(|error| panic!("{error}"))
}

/// A plain run of as many paths, with what another one says of its precision.
fn with_precision_of(other: &Results, count: u64, seed: u64) -> Results {
    let mut run = study(MODEL).run(&paths(count, seed), &|_| {}).expect("it runs");
    run.precision.clone_from(&other.precision);
    run
}

#[test]
fn results_are_those_of_a_run_of_as_many_paths() {
    for (condition, expected) in [
        ("mean(loss) within 5%", 4_096),
        ("p95(loss) within 3%", 8_192),
        ("p95(loss) within 1%", 65_536),
        ("probability(rare) within 0.001", 65_536),
    ] {
        let run = until(MODEL, &[condition], 1 << 24, 7);
        assert!(run.precision[0].reached, "{condition}");
        assert_eq!(run.run.paths, expected, "{condition}");
        assert_eq!(run, with_precision_of(&run, expected, 7), "{condition}");
    }
}

#[test]
fn all_conditions_hold_in_the_end() {
    let run = until(MODEL, &["mean(loss) within 5%", "p95(loss) within 1%"], 1 << 24, 7);
    assert_eq!(run.run.paths, 65_536);
    assert!(run.precision.iter().all(|row| row.reached && row.needed.is_none()));
}

#[test]
fn at_the_cap_it_is_told_what_it_would_take() {
    // sd of the lognormal: sqrt(exp(s^2) - 1) exp(s^2 / 2) = .6039, so 1.96 sd / sqrt(n) = .0001 at 1.401e8 paths.
    let run = until(MODEL, &["mean(loss) within 0.0001"], 20_000, 3);
    let row = &run.precision[0];
    assert_eq!((run.run.paths, row.reached), (20_000, false));
    let needed = row.needed.expect("known") as f64;
    assert!((needed / 1.401e8 - 1.0).abs() < 0.1, "{needed}");
    assert_eq!(run, with_precision_of(&run, 20_000, 3), "a last look between two doublings");
}

#[test]
fn what_never_happens_is_never_precise() {
    let never = MODEL.replace("3.2", "1e9");
    let row = until(&never, &["probability(rare) within 0.5"], 10_000, 1).precision.remove(0);
    assert_eq!((row.value, row.reached, row.needed), (Some(0.0), false, None));
}

#[test]
fn a_constant_is_exact_at_the_first_look() {
    let constant = r#"{ "riskband": 1, "variables": { "x": 0 }, "outputs": ["x"] }"#;
    let run = until(constant, &["mean(x) within 1%"], 1 << 20, 1);
    assert_eq!((run.run.paths, run.precision[0].half_width), (4_096, Some(0.0)));
}

/// 95 % less what looking again and again costs, and chance: 3 standard errors of 1,000 seeds are 2 points.
#[test]
fn intervals_hold_the_truth_as_often_as_claimed() {
    let study = study(MODEL);
    let sigma: f64 = 0.5;
    // The normal's P95, and its upper tail at ln(3.2) / sigma.
    let truths = [
        ("mean(loss) within 1%", (sigma * sigma / 2.0).exp()),
        ("p95(loss) within 2.5%", (1.644_853_626_951_472_7 * sigma).exp()),
        ("probability(rare) within 0.002", 0.010_001_232_846),
    ];
    for (condition, truth) in truths {
        let precision: Precision = condition.parse().expect("a condition");
        let covered = (0..1_000).filter(|seed| {
            let options = RunOptions::new().percentiles([95.0]).seed(*seed);
            let run = run_until(&study, &options, std::slice::from_ref(&precision), 1 << 22, &|_| {}).expect("it runs");
            let row = &run.precision[0];
            assert!(row.reached, "{row:?}");
            let interval = match condition.starts_with("probability") {
                true => run.targets[0].share.wilson().expect("of many paths"),
                false => {
                    let (value, width) = (row.value.expect("it has one"), row.half_width.expect("it has one"));
                    (value - width, value + width)
                }
            };
            (interval.0..=interval.1).contains(&truth)
        });
        let covered = covered.count();
        assert!((915..=975).contains(&covered), "{condition}: {covered} of 1000");
    }
}
