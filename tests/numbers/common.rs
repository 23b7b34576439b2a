//! What the test suites share: running a scenario given as text, and z-scores.

use riskband::engine::RunOptions;
use riskband::results::{Band, CorrelationRow, Results};
use riskband::stats::{Estimate, Share};
use riskband::study::{LoadOptions, Origin, Solutions, Study};
use std::sync::LazyLock;

/// How tests load scenarios: what one of them has calibrated is there for all.
pub(crate) fn load_options() -> LoadOptions {
    static SOLUTIONS: LazyLock<Solutions> = LazyLock::new(Solutions::new);
    LoadOptions { solutions: SOLUTIONS.clone(), ..LoadOptions::default() }
}

/// Loads a scenario given as text; panics with its problems.
pub(crate) fn study(text: &str) -> Study {
    let origin = Origin::Text { name: "test".to_owned(), bytes: text.as_bytes().to_vec() };
    Study::load(&origin, &load_options()).unwrap_or_else(|rejected| panic!("{:#?}", rejected.problems))
}

/// Runs a scenario given as text.
pub(crate) fn results(text: &str, options: &RunOptions) -> Results {
    study(text).run(options, &|_| {}).unwrap_or_else(|error| panic!("{error}"))
}

/// Options with this many paths and this seed.
pub(crate) fn paths(paths: u64, seed: u64) -> RunOptions {
    RunOptions::new().paths(paths).seed(seed)
}

/// The band of an output in a period.
pub(crate) fn band<'r>(results: &'r Results, output: &str, period: &str) -> &'r Band {
    results
        .bands
        .iter()
        .find(|band| {
            band.subject.output == output && band.subject.when.period == period && band.subject.segment.is_none()
        })
        .unwrap_or_else(|| panic!("no {output} in {period}"))
}

/// The quantile of a level that was asked for, with its standard error.
pub(crate) fn quantile(results: &Results, output: &str, period: &str, level: f64) -> (f64, f64) {
    let index = results.percentiles.iter().position(|&l| l == level).expect("the level was asked for");
    pair(band(results, output, period).quantiles[index])
}

/// The correlation of two outputs.
pub(crate) fn correlation<'r>(results: &'r Results, a: &str, b: &str) -> &'r CorrelationRow {
    results.correlations.iter().find(|row| row.a == a && row.b == b).unwrap_or_else(|| panic!("no {a}, {b}"))
}

/// The paths on which a target holds.
pub(crate) fn share(results: &Results, target: &str) -> Share {
    let row = results.targets.iter().find(|row| row.target == target);
    row.unwrap_or_else(|| panic!("no target {target}")).share
}

/// The share of paths on which a target holds.
pub(crate) fn probability(results: &Results, target: &str) -> f64 {
    share(results, target).probability().expect("paths")
}

/// The value of an estimate that exists.
pub(crate) fn value(estimate: Option<Estimate>) -> f64 {
    estimate.expect("a value").value
}

/// The value and the error of an estimate that exists.
pub(crate) fn pair(estimate: Option<Estimate>) -> (f64, f64) {
    let Estimate { value, se } = estimate.expect("a value");
    (value, se.expect("an error"))
}

/// Asserts that an estimate is within five of its standard errors of the truth.
pub(crate) fn agrees(what: &str, estimate: Option<Estimate>, truth: f64) {
    let (value, se) = pair(estimate);
    within(what, value, se, truth);
}

/// Asserts that an estimate is within five standard errors of the truth.
pub(crate) fn within(what: &str, estimate: f64, se: f64, truth: f64) {
    let z = (estimate - truth) / se;
    assert!(z.abs() < 5.0, "{what}: {estimate} against {truth}, standard error {se}: z = {z:.2}");
}

/// Asserts a probability from its count.
pub(crate) fn probability_within(what: &str, estimate: f64, n: u64, truth: f64) {
    within(what, estimate, (truth * (1.0 - truth) / n as f64).sqrt(), truth);
}
