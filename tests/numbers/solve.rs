//! `solve` against closed forms: the interval that the simulation's error leaves holds the true answer as often as it claims.

use crate::common::{load_options, paths, study};
use riskband::analysis::solve::{Goal, Range, Setting, solve};
use riskband::results::Solved;
use std::env;

/// Seeds, of which `SEEDS=200` asks for more.
fn seeds() -> u64 {
    env::var("SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(40)
}

fn solved(text: &str, goal: &str, range: &str, seed: u64) -> Solved {
    let (base, load) = (study(text), load_options());
    let (goal, range): (Goal, Range) = (goal.parse().expect("a goal"), range.parse().expect("a range"));
    let setting = Setting { base: &base, load: &load, options: &paths(1000, seed) };
    let solution = solve(setting, &goal, &range, None, &|_| {});
    solution.unwrap_or_else(|refused| panic!("{:#?}", refused.rejected.problems)).solved
}

/// Counts how often the stated interval holds the answer, and that the answer lies in it.
fn assert_covers(text: &str, goal: &str, range: &str, truth: f64) {
    let seeds = seeds();
    let mut held = 0;
    for seed in 1..=seeds {
        let solved = solved(text, goal, range, seed);
        let (value, low, high) =
            (solved.value.expect("reached"), solved.low.expect("an end"), solved.high.expect("an end"));
        assert!(low <= value && value <= high, "seed {seed}: {low} {value} {high}");
        held += u64::from(low <= truth && truth <= high);
    }
    let share = held as f64 / seeds as f64;
    // Of 200 intervals that hold 95 %, .91 to .99 do with a probability of 99 %; of 40, .86 to 1.
    let allowed = if seeds >= 200 { 0.91..=0.99 } else { 0.86..=1.0 };
    assert!(allowed.contains(&share), "{goal}: {held} of {seeds} hold {truth}");
}

/// P(x + 2 z >= 5) = 0.6 where x = 5 + 2 Phi^-1(0.6).
#[test]
fn the_location_of_a_normal_law_by_a_probability() {
    let text = r#"{"riskband": 1, "variables": {"x": 5, "z": {"normal": {"mean": 0, "sd": 2}}, "y": "x + z"},
        "outputs": ["y"], "targets": {"high": "y >= 5"}}"#;
    assert_covers(text, "probability(high) = 60%", "variables.x=0..10", 5.0 + 2.0 * 0.253_347_103_135_799_7);
}

/// The P90 of an exponential law of mean m is m ln 10.
#[test]
fn the_mean_of_an_exponential_law_by_a_quantile() {
    let text = r#"{"riskband": 1, "variables": {"y": {"exponential": {"mean": 1}}}, "outputs": ["y"]}"#;
    assert_covers(text, "p90(y) >= 7", "variables.y.exponential.mean=0.5..8", 7.0 / std::f64::consts::LN_10);
}

/// The mean of a lognormal law of median 1 is exp(s^2 / 2), and that of a thing that falls with k is exp(-k) of it.
#[test]
fn the_decay_of_a_lognormal_by_its_mean() {
    let text = r#"{"riskband": 1, "variables": {"k": 1, "y": {"lognormal": {"median": 1, "sigma": 0.5}}, "left": "y * exp(-k)"},
        "outputs": ["left"]}"#;
    assert_covers(text, "mean(left) <= 0.4", "variables.k=0..3", 0.125 - 0.4_f64.ln());
}
