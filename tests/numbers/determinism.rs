//! The same scenario and seed give the same bits: any threads, any instruction set, any neighbours, any number of paths.

use crate::common::{band, paths, results, study, value};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use riskband::engine::{Partials, RunOptions};
use riskband::kernel::Level;
use riskband::results::Results;
use riskband::stats::merged;

const MARKET_FAN: &str = include_str!("../../scenarios/examples/market-fan.json");

fn on_threads(text: &str, options: &RunOptions, threads: usize) -> Results {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
    pool.install(|| study(text).run(options, &|_| {})).expect("results")
}

#[test]
fn any_number_of_threads_gives_the_same_results() {
    let options = paths(30_000, 9).shortfall([5.0, 95.0]).skewness(true).correlate("market[2031]", "demand[2031]");
    let one = on_threads(MARKET_FAN, &options, 1);
    for threads in [2, 3, 7] {
        assert_eq!(one, on_threads(MARKET_FAN, &options, threads), "{threads} threads");
    }
}

/// Cut anywhere, run in any order and on any level, merged in any grouping: the same bits as one run.
#[test]
fn parts_merge_to_the_run() {
    let options = paths(20_000, 9).shortfall([5.0, 95.0]).skewness(true).correlate("market[2031]", "demand[2031]");
    let study = study(MARKET_FAN);
    let simulation = study.compiled(&options, &|_| {}).expect("a small run");
    let whole = simulation.run(&|_| {}).expect("results");
    let levels = Level::available();
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
    for _ in 0..20 {
        let blocks = simulation.blocks();
        let mut cuts: Vec<u64> = (0..rng.random_range(0..6)).map(|_| rng.random_range(0..=blocks.count())).collect();
        cuts.extend([0, blocks.count()]);
        cuts.sort_unstable();
        // Cuts that fall together leave empty parts, which change nothing.
        let mut parts: Vec<Partials> = cuts
            .windows(2)
            .map(|cut| {
                let level = levels[rng.random_range(0..levels.len())];
                let part = simulation.clone().on(level).simulate(blocks.within(cut[0]..cut[1]), &|_| {});
                part.expect("nobody cancels")
            })
            .collect();
        parts.shuffle(&mut rng);
        let (head, tail) = parts.split_at(rng.random_range(0..=parts.len()));
        let groups = [head, tail].map(|group| merged(group.iter().cloned()));
        let part = merged(groups.into_iter().flatten()).expect("there is a part");
        assert_eq!(part.paths(), options.paths);
        assert_eq!(simulation.results(&part).expect("results"), whole, "{cuts:?}");
    }
}

/// The draws of an input as the columns that a run of it alone sees: quantiles and moments identify them.
fn fingerprint(text: &str, output: &str) -> Vec<u64> {
    let results = results(text, &paths(5_000, 2).percentiles([1.0, 37.0, 50.0, 99.0]));
    let mut bits = Vec::new();
    for band in results.bands.iter().filter(|band| band.subject.output == output) {
        bits.extend(band.quantiles.iter().chain([&band.mean, &band.sd]).map(|&estimate| value(estimate).to_bits()));
    }
    assert!(!bits.is_empty());
    bits
}

#[test]
fn other_inputs_do_not_disturb_an_inputs_draws() {
    let file = |variables: &str, more: &str| {
        format!(r#"{{ "riskband": 1, "horizon": {{ "steps": 3 }}, "variables": {{ {variables} }} {more} }}"#)
    };
    let x = r#""x": { "gamma": { "shape": 2, "scale": 1 }, "over_time": { "persistence": 0.5, "permanent": 0.2 } }"#;
    let a = r#""a": { "normal": { "mean": 0, "sd": 1 }, "over_time": "fresh" }"#;
    let b = r#""b": { "uniform": { "low": 0, "high": 1 }, "over_time": "constant" }"#;
    let alone = fingerprint(&file(x, ""), "x");
    assert_eq!(alone, fingerprint(&file(&format!("{a}, {x}, {b}"), ""), "x"), "added before and after");
    assert_eq!(alone, fingerprint(&file(&format!("{b}, {x}, {a}"), ""), "x"), "reordered");
    let tied = r#", "correlations": { "ab": { "between": ["a", "b"], "rank": 0.4 } }"#;
    assert_eq!(alone, fingerprint(&file(&format!("{a}, {b}, {x}"), tied), "x"), "others correlated");
    let moved =
        format!(r#"{{ "riskband": 1, "horizon": {{ "steps": 3 }}, "variables": {{ {x} }}, "outputs": ["x"] }}"#);
    assert_eq!(alone, fingerprint(&moved, "x"), "asked for by name");
    let different = fingerprint(&file(&x.replace("\"x\"", "\"y\""), ""), "y");
    assert_ne!(alone, different, "another name has draws of its own");
}

#[test]
fn changing_the_law_keeps_the_draws() {
    let file = |law: &str| format!(r#"{{ "riskband": 1, "variables": {{ "x": {law} }} }}"#);
    let options = paths(4_000, 3).percentiles([10.0, 50.0, 90.0]);
    let normal = results(&file(r#"{ "normal": { "mean": 0, "sd": 1 } }"#), &options);
    let lognormal = results(&file(r#"{ "lognormal": { "log_mean": 0, "log_sd": 1 } }"#), &options);
    let (normal, lognormal) = (band(&normal, "x", "0"), band(&lognormal, "x", "0"));
    for (&z, &x) in normal.quantiles.iter().zip(&lognormal.quantiles) {
        // The same order statistics, up to interpolation inside a bin.
        assert!((value(z) - value(x).ln()).abs() < 2e-3);
    }
}

/// Paths up to n are the same whatever comes after them: a condition on the first paths has the same count.
#[test]
fn more_paths_extend_a_run() {
    // Path 0 to 255 alone, as the first block of a longer run: extremes can only widen.
    let extremes = |n: u64| {
        let options = paths(n, 5).percentiles([0.000_1, 99.999_9]);
        let results = results(MARKET_FAN, &options);
        let band = band(&results, "market", "2031");
        (value(band.quantiles[0]), value(band.quantiles[1]))
    };
    let mut before = extremes(100);
    for n in [256, 1_000, 10_000] {
        let (low, high) = extremes(n);
        assert!(low <= before.0 && high >= before.1, "{n} paths lost an extreme of fewer");
        before = (low, high);
    }
}
