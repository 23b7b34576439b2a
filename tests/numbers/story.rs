//! The story of a path says what the run says of it: values of saved paths bit for bit, ceilings as they are counted.

use crate::common::{paths, results, study};
use riskband::Sampler;
use riskband::analysis::query::Query;
use riskband::analysis::story::{NearestError, nearest, representatives, story};
use riskband::engine::{Cancel, PathKind, Paths, RunError, RunOptions};
use riskband::results::{StoryKind, StoryRow};
use riskband::study::Study;

const MARKET_FAN: &str = include_str!("../../scenarios/examples/market-fan.json");
const QUEUE: &str = include_str!("../../scenarios/examples/backlog-queue.json");
const CAMPUS: &str = include_str!("../../scenarios/examples/campus-power-plan.json");

fn told(study: &Study, seed: u64, path: u64) -> Vec<StoryRow> {
    told_of(study, &paths(1, seed), path)
}

fn told_of(study: &Study, options: &RunOptions, path: u64) -> Vec<StoryRow> {
    story(&study.model, options, path, &|_| {}).expect("nobody cancels")
}

/// Values of all paths by column: its name, what it is, and a value a path.
fn saved(study: &Study, options: &RunOptions) -> Vec<(String, PathKind, Vec<f64>)> {
    let saved = Paths::of_run(&study.model, options, options.paths, true);
    let mut columns: Vec<_> =
        saved.columns().iter().map(|column| (column.name.clone(), column.kind, Vec::new())).collect();
    let mut groups = saved.groups();
    while let Some(group) = groups.next_group(&|_| {}).expect("nobody cancels") {
        for (index, (.., values)) in columns.iter_mut().enumerate() {
            group.row(index).for_each(|piece| values.extend_from_slice(piece));
        }
    }
    columns
}

#[test]
fn a_story_has_the_values_of_the_saved_path() {
    let samplers = [Sampler::Lhs, Sampler::Sobol].map(|sampler| (MARKET_FAN, paths(1100, 5).sampler(sampler)));
    let random = [MARKET_FAN, QUEUE, CAMPUS].map(|text| (text, paths(1100, 5)));
    for (text, options) in random.into_iter().chain(samplers) {
        let study = study(text);
        let columns = saved(&study, &options);
        for path in [0, 511, 512, 1099] {
            let rows = told_of(&study, &options, path);
            let mut compared = 0;
            for (name, kind, values) in &columns {
                let expected = values[path as usize];
                let (series, period) = name.strip_suffix(']').and_then(|name| name.split_once('[')).expect("a period");
                let series = series.strip_prefix("input.").or(series.strip_prefix("uniform.")).unwrap_or(series);
                let is_of = |row: &&StoryRow| match kind {
                    PathKind::Uniform => {
                        row.uniform.is_some() && series.strip_suffix(".start").unwrap_or(series) == row.name
                    }
                    PathKind::Input => row.kind == StoryKind::Input && row.name == series,
                    PathKind::Output => row.uniform.is_none() && row.name == series,
                };
                let row = rows.iter().filter(|row| row.when.period == period).find(is_of);
                // An output that is an input or an event stands there as such.
                let Some(row) = row else { continue };
                let found = if *kind == PathKind::Uniform { row.uniform } else { row.value };
                assert_eq!(
                    found.map(f64::to_bits),
                    Some(expected).filter(|x| x.is_finite()).map(f64::to_bits),
                    "{name}"
                );
                compared += 1;
            }
            assert!(4 * compared > 3 * columns.len(), "{compared} of {}", columns.len());
        }
    }
}

/// Which ceilings bind on each path adds up to how often they bind in the run; so do targets.
#[test]
fn ceilings_and_targets_of_all_stories_are_those_of_the_run() {
    const PATHS: u64 = 150;
    let study = study(MARKET_FAN);
    let run = results(MARKET_FAN, &paths(PATHS, 8));
    let stories: Vec<StoryRow> = (0..PATHS).flat_map(|path| told(&study, 8, path)).collect();
    let mut hits = 0;
    for row in &run.constraints {
        let binds = |told: &&StoryRow| {
            told.name == row.constraint && told.when.step == row.when.step && told.binds == Some(true)
        };
        let count = stories.iter().filter(binds).count() as u64;
        assert_eq!(count, row.binding.hits(), "{} in {}", row.constraint, row.when.period);
        hits += count;
    }
    assert!(hits > 20, "{hits}");
    for row in &run.targets {
        let holds = |told: &&StoryRow| {
            told.kind == StoryKind::Target && told.name == row.target && told.value.is_some_and(|value| value != 0.0)
        };
        assert_eq!(stories.iter().filter(holds).count() as u64, row.share.hits());
    }
}

#[test]
fn a_score_is_that_of_its_uniform_and_no_run_is_too_short_for_a_path() {
    let rows = told(&study(MARKET_FAN), 1, 123_456_789_012);
    let drawn: Vec<&StoryRow> = rows.iter().filter(|row| row.kind == StoryKind::Input).collect();
    assert_eq!(drawn.len(), 7 * 6, "seven fresh draws a year");
    for row in drawn {
        let (uniform, score) = (row.uniform.expect("drawn"), row.score.expect("inside"));
        assert!((0.5 * libm::erfc(-score / std::f64::consts::SQRT_2) - uniform).abs() < 1e-13, "{uniform} {score}");
    }
}

#[test]
fn the_nearest_path_is_the_nearest_of_all() {
    const PATHS: u64 = 3_000;
    let study = study(MARKET_FAN);
    let run = results(MARKET_FAN, &paths(PATHS, 2));
    let columns = saved(&study, &paths(PATHS, 2));
    let (.., values) = columns.iter().find(|(name, ..)| name == "market[2030]").expect("an output");
    let queries: Vec<Query> =
        ["p5(market,2030)", "mean(market,2030)", "p95(market,2030)"].map(|text| text.parse().expect("a query")).into();
    let found = nearest(&study.model, &paths(PATHS, 2), &run, &queries, PATHS, &|_| {}).expect("they are there");
    for (query, path) in queries.iter().zip(found) {
        let near = path.nearest.expect("it was looked for");
        let wanted = query.answer(&run).estimate.expect("a value").value;
        assert_eq!((near.wanted, near.found), (wanted, values[path.path as usize]));
        let distance = |value: &f64| (value - wanted).abs();
        let least = values.iter().map(distance).fold(f64::INFINITY, f64::min);
        let first = values.iter().position(|value| distance(value) == least);
        assert_eq!(first, Some(path.path as usize), "{query}");
    }
    let stories = representatives(&study.model, &paths(PATHS, 2), &run, &|_| {}).expect("nobody cancels");
    let statistics: Vec<_> =
        stories.paths.iter().map(|path| path.nearest.as_ref().expect("looked for").statistic.as_str()).collect();
    assert_eq!(statistics, ["p5(market,2031)", "p50(market,2031)", "p95(market,2031)"]);
    assert!(stories.paths.iter().all(|path| stories.rows.iter().any(|row| row.path == path.path)));
}

#[test]
fn what_no_path_has_a_value_of_is_refused() {
    let study = study(MARKET_FAN);
    let run = results(MARKET_FAN, &paths(500, 2));
    let refused = |text: &str| {
        let query: Query = text.parse().expect("a query");
        nearest(&study.model, &paths(500, 2), &run, &[query], 500, &|_| {}).expect_err("refused")
    };
    for text in ["sd(market)", "es5(market)", "probability(report_2031)", "p_ever(power)", "p50(nothing)"] {
        assert!(matches!(refused(text), NearestError::NoValue(_)), "{text}");
    }
    assert!(matches!(refused("p42(market)"), NearestError::Absent(_)), "a level that was not asked for");
    let cancel = Cancel::new();
    cancel.cancel();
    assert_eq!(story(&study.model, &paths(1, 1), 0, &cancel), Err(RunError::Cancelled));
    let even = paths(500, 2).sampler(Sampler::Lhs);
    let beyond = story(&study.model, &even, 500, &|_| {});
    assert_eq!(beyond, Err(RunError::NoPath { path: 500, paths: 500 }), "a path of a sample that is not as large");
}
