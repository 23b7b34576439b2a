//! What ceilings cost: shares, shortage and utilisation against closed forms.

use crate::common::{agrees, band, paths, probability_within, results, share, value};
use riskband::results::{ConstraintRow, Results};
use riskband::stats::Share;

/// Wanted is 2 and what was deferred. The ceiling `low` is 0.5 with probability 0.3, else 5; `high` is never met.
const CEILINGS: &str = r#"{
  "horizon": { "steps": 4 },
  "market": { "start": 2, "demand": 2, "backlog": 0.4 },
  "constraints": {
    "low": { "discrete": { "0.5": 0.3, "5": 0.7 }, "over_time": "fresh" },
    "high": 100
  },
  "outputs": ["wanted", "market", "backlog"]
}"#;

fn row<'r>(results: &'r Results, constraint: &str, step: usize) -> &'r ConstraintRow {
    let found = results.constraints.iter().find(|row| row.constraint == constraint && row.when.step == step);
    found.unwrap_or_else(|| panic!("no {constraint} in {step}"))
}

#[test]
fn diagnostics_meet_their_closed_forms() {
    let n = 50_000;
    let results = results(CEILINGS, &paths(n, 1));
    let first = row(&results, "low", 1);
    agrees("unmet", first.unmet, 0.3 * 1.5);
    agrees("deferred", first.deferred, 0.3 * 1.5 * 0.4);
    agrees("lost", first.lost, 0.3 * 1.5 * 0.6);
    agrees("utilisation", first.utilisation, 0.3 + 0.7 * 2.0 / 5.0);
    for step in 1..=4 {
        let row = row(&results, "low", step);
        probability_within("first", row.first.probability().expect("a value"), n, 0.3 * 0.7_f64.powi(step as i32 - 1));
        let parts = value(row.lost) + value(row.deferred);
        assert!((parts - value(row.unmet)).abs() < 1e-12, "lost and deferred add up to unmet");
    }
}

#[test]
fn a_ceiling_that_is_never_met_costs_nothing() {
    let results = results(CEILINGS, &paths(2000, 1));
    for step in 1..=4 {
        let row = row(&results, "high", step);
        assert_eq!([row.binding, row.first], [Share::of(0, 2000, 0); 2]);
        assert_eq!([row.unmet, row.lost, row.deferred].map(value), [0.0; 3]);
        assert!((0.005..0.04).contains(&value(row.utilisation)));
    }
}

#[test]
fn a_backlog_of_its_own_making_defers_no_more_than_is_unmet() {
    let text = CEILINGS.replace("\"backlog\": 0.4", r#""backlog": { "start": 7, "next": "10" }"#);
    let results = results(&text, &paths(2000, 1));
    let row = row(&results, "low", 1);
    // 9 are wanted and 5 or less delivered, so the ceiling always binds, and all of the shortage stands in the backlog.
    assert_eq!((row.binding, value(row.lost)), (Share::of(2000, 2000, 0), 0.0));
    assert!(value(row.deferred) == value(row.unmet) && value(row.unmet) > 4.0);
}

#[test]
fn the_share_bound_so_far_is_the_sum_of_first_times() {
    let text = CEILINGS.replace("\"outputs\"", r#""targets": { "ever": "ever(binds(low))" }, "outputs""#);
    let results = results(&text, &paths(5000, 3));
    let sum: u64 = (1..=4).map(|step| row(&results, "low", step).first.hits()).sum();
    assert_eq!(share(&results, "ever"), Share::of(sum, 5000, 0));
}

#[test]
fn a_path_that_meets_two_ceilings_is_bound_once() {
    let second = r#""high": { "discrete": { "1": 0.2, "5": 0.8 }, "over_time": "fresh" }"#;
    let text = CEILINGS
        .replace("\"high\": 100", second)
        .replace("\"outputs\"", r#""targets": { "ever": "ever(market < wanted)" }, "outputs""#);
    let n = 50_000;
    let results = results(&text, &paths(n, 7));
    let bound = results.bound.expect("there are ceilings");
    // What is wanted stays below 3, so a step is free when both ceilings are 5.
    probability_within("ever bound", bound.probability().expect("a value"), n, 1.0 - 0.56_f64.powi(4));
    assert_eq!(bound, share(&results, "ever"));
    let sum: f64 = results.constraints.iter().filter_map(|row| row.first.probability()).sum();
    assert!(sum > 1.05, "the shares of single ceilings overlap: {sum}");
}

/// A normal d over 0 is an infinite ceiling of its sign: minus infinity where d < 0, on Phi(-.103 / .187) of the paths.
/// Nobody can say how much is unmet there, so these paths are left out of the ceiling's row as of the market's.
#[test]
fn a_ceiling_of_minus_infinity_is_left_out_of_its_row_and_told() {
    let text = r#"{
      "horizon": { "start": 2025, "end": 2026 },
      "market": { "start": 7.12 },
      "drivers": { "d": { "normal": { "mean": 0.103, "sd": 0.187 } } },
      "constraints": { "c": { "formula": "d / 0" } }
    }"#;
    let n = 20_000;
    let results = results(text, &paths(n, 1));
    let (row, market) = (row(&results, "c", 1), band(&results, "market", "2026"));
    probability_within("left out", market.excluded as f64 / n as f64, n, 0.290_882);
    for share in [row.binding, row.short, row.first, results.bound.expect("there is a ceiling")] {
        assert_eq!((share.hits(), share.n(), share.excluded()), (0, market.n, market.excluded));
    }
    let mut told =
        results.warnings.iter().filter(|warning| warning.code == "non-finite" && warning.pointer == "/market");
    assert!(
        told.next_back().is_some_and(|warning| warning.text.contains("rows of all ceilings")),
        "{:?}",
        results.warnings
    );
}

/// Paths drop out of single steps, more of them than bind: first bindings are still shares of one set of paths.
#[test]
fn first_bindings_add_up_to_the_share_that_ever_binds() {
    let text = r#"{
      "horizon": { "steps": 3 },
      "events": { "ev1": { "hazard": 0.1 } },
      "variables": { "v1": "clamp(prev(ev1, 0.117) / ev1, 0, 1.1179000000000001)" },
      "market": { "start": 9.93 },
      "constraints": { "c2": { "logistic": { "location": 0.439, "scale": "0.125 + 0*v1" }, "over_time": "fresh" } }
    }"#;
    let results = results(text, &paths(20_000, 1));
    let first = |step| row(&results, "c2", step).first.probability().expect("some paths are whole");
    let ever = results.bound.and_then(|bound| bound.probability()).expect("some paths are whole");
    let sum: f64 = (1..=3).map(first).sum();
    assert!(sum <= 1.0 + 1e-12 && (sum - ever).abs() < 1e-12, "{sum} {ever}");
    assert!(row(&results, "c2", 2).binding.excluded() > 0, "paths do drop out");
}
