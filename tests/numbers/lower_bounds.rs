//! What a plain run says of its drivers: bounds that hold, near what they bound, the same for any threads and parts.

use crate::common::{paths, results, study};
use riskband::analysis::sensitivity::{Grouping, SensitivityOptions, sensitivity};
use riskband::engine::RunOptions;
use riskband::results::{IndexKind, LowerBound, Results};
use riskband::{Part, Sampler};
use std::sync::Arc;

const W1: &str = include_str!("../data/sensitivity/market-fan.json");
const STREAMS: &str = include_str!("../data/sensitivity/growth-streams.json");

fn of<'r>(results: &'r Results, driven: &str, input: &str) -> Option<&'r LowerBound> {
    results.lower_bounds.iter().find(|row| row.driven.name() == driven && row.input == input)
}

/// y = a + b / 2 + c d of standard normals: a explains 1 of 2.25, b a quarter, c and d nothing alone; of whether a + b / 2 is
/// above 0, 2 asin(.8) / pi and 2 asin(.2) / pi.
#[test]
fn bounds_of_a_sum_are_its_shares() {
    let text = r#"{ "riskband": 1,
        "variables": {
            "a": { "normal": { "mean": 0, "sd": 1 } }, "b": { "normal": { "mean": 0, "sd": 1 } },
            "c": { "normal": { "mean": 0, "sd": 1 } }, "d": { "normal": { "mean": 0, "sd": 1 } },
            "idle": { "normal": { "mean": 0, "sd": 1 } }, "s": "a + b / 2", "y": "s + c * d" },
        "outputs": ["y"], "targets": { "high": "s > 0" } }"#;
    let half_turn = |rho: f64| 2.0 * rho.asin() / std::f64::consts::PI;
    let study = study(text);
    let (mut held, mut stated) = (0, 0);
    for seed in 0..100 {
        let results = study.run(&paths(20_000, seed), &|_| {}).expect("results");
        for (driven, input, truth) in [
            ("y", "a", 1.0 / 2.25),
            ("y", "b", 0.25 / 2.25),
            ("high", "a", half_turn(0.8)),
            ("high", "b", half_turn(0.2)),
        ] {
            let row = of(&results, driven, input).expect("a bound");
            assert_eq!((row.n, row.excluded), (16_384, 0));
            let se = row.share.se.expect("an error");
            // Fifty bins of a normal lose .2 % of its variance.
            assert!((row.share.value - truth).abs() < 5.0 * se + 0.003 * truth, "{seed} {row:?} {truth}");
            held += u32::from(row.low <= truth);
            stated += 1;
        }
        for input in ["c", "d", "idle"] {
            assert!(of(&results, "y", input).is_none_or(|row| row.low < 0.005), "{input}");
        }
    }
    // One side of 95 %, and a little more for what bins lose: 380 of 400 with a standard deviation of 4.4.
    assert!(held >= 367 && stated == 400, "{held} of {stated}");
}

/// Of series, events and ceilings every bound lies below the first order of the input, and near it where an average says it all.
#[test]
fn bounds_lie_below_the_first_orders() {
    for text in [W1, STREAMS] {
        let study = study(text);
        let results = study.run(&paths(16_384, 1), &|_| {}).expect("results");
        let mut options = SensitivityOptions::default();
        (options.swing, options.grades) = (false, false);
        let mut whole = sensitivity(&study, &options, &|_| {}).expect("it runs").indices;
        // An event counts as one.
        options.by = Grouping::Quantity;
        whole.extend(sensitivity(&study, &options, &|_| {}).expect("it runs").indices);
        assert!(results.lower_bounds.len() >= 3, "{:?}", results.lower_bounds);
        for row in &results.lower_bounds {
            let first = whole
                .iter()
                .find(|it| it.index == IndexKind::First && it.input == row.input && it.driven == row.driven);
            let first = first.and_then(|first| first.share).unwrap_or_else(|| panic!("no first order of {row:?}"));
            assert!(row.low <= first.value + 4.0 * first.se.expect("an error"), "{row:?} {first:?}");
            if row.input != "slump" && first.value > 0.1 {
                assert!(row.share.value > 0.7 * first.value, "{row:?} {first:?}");
            }
        }
        let mains = results.lower_bounds.iter().take_while(|row| row.driven.target.is_none());
        assert!(mains.map(|row| row.low).is_sorted_by(|a, b| a >= b));
    }
}

#[test]
fn few_paths_constants_and_drawn_parameters_say_nothing() {
    let text = r#"{ "riskband": 1, "variables": { "m": { "normal": { "mean": 0, "sd": 1 } },
        "x": { "normal": { "mean": "m", "sd": 1 } }, "y": "x", "fixed": "2" }, "outputs": ["y"],
        "targets": { "never": "y > 100" } }"#;
    let few = results(text, &paths(1_000, 1));
    assert_eq!(few.lower_bounds, []);
    let many = results(text, &paths(5_000, 1));
    // What is drawn for x hangs on m as well, so it bounds neither.
    assert!(many.lower_bounds.iter().all(|row| row.input == "m" && row.n == 5_000), "{:?}", many.lower_bounds);
    assert!(many.lower_bounds.iter().all(|row| row.driven.target.is_none()));
    let mut options = paths(5_000, 1);
    options.lower_bounds = false;
    let mut without = many;
    without.lower_bounds.clear();
    assert_eq!(results(text, &options), without);
}

#[test]
fn the_same_bits_on_any_threads_and_in_parts() {
    let all = [Sampler::Random, Sampler::Lhs, Sampler::Sobol];
    for (text, sampler) in [W1, STREAMS].into_iter().flat_map(|text| all.map(|sampler| (text, sampler))) {
        let options: RunOptions = paths(20_000, 7).sampler(sampler);
        let simulation = Arc::new(study(text)).simulation(&options, &|_| {}).expect("a small run");
        let whole = simulation.run(&|_| {}).expect("results");
        assert!(!whole.lower_bounds.is_empty());
        for threads in [1, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            assert_eq!(pool.install(|| simulation.run(&|_| {})).expect("results"), whole, "{threads} threads");
        }
        let count = simulation.blocks().count();
        let [first, mut last] = [0..5, 5..count].map(|range| simulation.part(range).expect("nobody cancels"));
        last.merge(&first).expect("parts of one run");
        let read = Part::from_bytes(&last.to_bytes()).expect("just written");
        assert_eq!(read.results().expect("results"), whole);
    }
}
