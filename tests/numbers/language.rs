//! What formulas and end points mean, against values worked out by hand, and the two engines against each other.

use crate::common::{agrees, band, paths, probability, probability_within, results, study, value};
use riskband::analysis::replay::replay_paths;
use riskband::analysis::verify::compare;
use riskband::reference::simulate;

/// The mean of an output that is the same on every path.
fn known(text: &str, output: &str, period: &str) -> f64 {
    value(band(&results(text, &paths(64, 1)), output, period).mean)
}

fn engines_agree(text: &str) {
    let study = study(text);
    let own = study.run(&paths(4_000, 3), &|_| {}).expect("it runs");
    let report = compare(&own, &simulate(&study.model, 4_000, 77));
    assert!(report.agrees(), "{:?}\n{text}", report.worst());
    let (_, replay) = replay_paths(&study.model, 3, 500, &|_| {}).expect("it runs");
    assert!(replay.compared > 0 && replay.worst <= 1.0, "{replay:?}\n{text}");
}

#[test]
fn a_lag_of_zero_is_the_step_itself() {
    let file = |lag: &str| {
        format!(r#"{{"horizon": {{"steps": 5}}, "variables": {{"x": "step^2", "y": "{lag}"}}, "outputs": ["y"]}}"#)
    };
    for (lag, at_3) in [
        ("lag(x, 0)", 9.0),
        ("lag(x, 0, 7)", 9.0),
        ("lag(x, 1)", 4.0),
        ("lag(x, 1.5)", 1.0),
        ("lag(x, 11 * 0.1 + 0.9)", 1.0),
    ] {
        assert_eq!(known(&file(lag), "y", "3"), at_3, "{lag}");
    }
    // 1.1 * 10 is above 11 in its last bit.
    assert_eq!(known(&file("lag(x, 1.1 * 10 - 9)"), "y", "3"), 1.0);
}

const UNCERTAIN_LEAD: &str = r#"{"horizon": {"start": 2025, "end": 2035}, "variables": {
    "lead": {"discrete": {"2": 0.5, "3": 0.3, "4": 0.2}, "over_time": "constant"},
    "begun": {"by_year": {"2025": 1, "2035": 5}},
    "finished": "lag(begun, lead, 0)"}, "outputs": ["finished"]}"#;

#[test]
fn uncertain_lead_times_read_each_path_its_own_step() {
    let run = results(UNCERTAIN_LEAD, &paths(100_000, 1));
    agrees("2035", band(&run, "finished", "2035").mean, 0.5 * 4.2 + 0.3 * 3.8 + 0.2 * 3.4);
    // In 2028 a lead of 4 still reads before the base.
    agrees("2028", band(&run, "finished", "2028").mean, 0.5 * 1.4 + 0.3 * 1.0);
    engines_agree(UNCERTAIN_LEAD);
}

#[test]
fn lags_may_differ_by_step_and_look_back_at_what_depends_on_them() {
    // A lead above 0 on every path: feedback is no circle.
    let feedback = r#"{"horizon": {"steps": 12}, "variables": {
        "lead": {"uniform": {"low": 0.1, "high": 3.4}, "over_time": "fresh"},
        "slow": {"normal": {"mean": 2, "sd": 1}, "over_time": {"persistence": 0.6}},
        "order": "1 + 0.3 * lag(order, lead, 1)",
        "echo": "0.5 * lag(echo + order, max(1, slow), 0)",
        "both": {"start": 1, "next": "self + lag(order, clamp(slow, 0, 3), 0) - lag(both, lead, 0) / 10"}}}"#;
    engines_agree(feedback);
    // A lead that is below 0 on some paths has no value there: they are left out and counted.
    let negative = r#"{"horizon": {"steps": 3}, "variables": {"x": "step", "u": {"uniform": {"low": -1, "high": 3}, "over_time": "constant"}, "y": "lag(x, u, 0)"}, "outputs": ["y"]}"#;
    let run = results(negative, &paths(40_000, 1));
    let y = band(&run, "y", "3");
    probability_within("excluded", y.excluded as f64 / 40_000.0, 40_000, 0.25);
    agrees("mean", y.mean, (2.0 + 1.0 + 0.0) / 3.0);
}

/// A model of staff, hiring by a table, in 32nds of a week.
fn workforce(hiring: &str) -> String {
    format!(
        r#"{{"horizon": {{"steps": 4800}},
        "tables": {{"hires": {{"points": [[-1, 0], [-0.25, 0], [0, 2.5], [0.5, 15], [1, 20], [2, 25]]}}}},
        "variables": {{"dt": 0.03125, "pressure": "(backlog - 500) / 500", "hiring": "{hiring}",
        "maturation": "rookies / 15", "departure": "experts / 35",
        "completion": "min((experts * 40 - 20 * rookies) / 10 + rookies * 40 / 30, backlog)",
        "experts": {{"start": 50, "next": "self + dt * (prev(maturation) - prev(departure))"}},
        "rookies": {{"start": 5, "next": "self + dt * (prev(hiring) - prev(maturation))"}},
        "backlog": {{"start": 500, "next": "self + dt * (230 - prev(completion))"}}}},
        "outputs": {{"experts_end": "experts[4800]", "experts_40": "experts[1280]"}}}}"#
    )
}

#[test]
fn tables_run_straight_between_their_points() {
    let text = workforce("lookup(pressure, hires)");
    let run = results(&text, &paths(1, 1));
    let end = value(band(&run, "experts_end", "4800").mean);
    assert!((end - 161.635).abs() < 5e-4, "{end}");
    let table = |outside: &str, x: &str| {
        format!(
            r#"{{"tables": {{"t": {{"points": [[-1, 2], [0, 4], [4, 3]]{outside}}}}}, "variables": {{"x": "{x}", "y": "lookup(x, t)"}}, "outputs": ["y"]}}"#
        )
    };
    for (x, held, extrapolated) in [
        ("-3", 2.0, -2.0),
        ("-1", 2.0, 2.0),
        ("-0.5", 3.0, 3.0),
        ("0", 4.0, 4.0),
        ("2", 3.5, 3.5),
        ("4", 3.0, 3.0),
        ("8", 3.0, 2.0),
    ] {
        assert_eq!(known(&table("", x), "y", "0"), held, "{x}");
        assert_eq!(known(&table(r#", "outside": "extrapolate""#, x), "y", "0"), extrapolated, "{x}");
    }
    let drawn = r#"{"tables": {"h": {"points": [[0, 0], [1, 2], [3, 1]]}, "e": {"points": [[0, 1], [2, 0]], "outside": "extrapolate"}},
        "variables": {"u": {"uniform": {"low": -1, "high": 4}}, "y": "lookup(u, h)", "z": "lookup(2 * u, e)"}}"#;
    let run = results(drawn, &paths(100_000, 2));
    // Areas under the lines over 5: 1 + 3 inside, the last value beyond.
    agrees("held", band(&run, "y", "0").mean, (1.0 + 3.0 + 1.0) / 5.0);
    agrees("extrapolated", band(&run, "z", "0").mean, 1.0 - 1.5);
    engines_agree(drawn);
}

#[test]
fn dates_in_formulas_mean_what_a_planner_means() {
    let file = |step: &str, condition: &str| {
        format!(
            r#"{{"horizon": {{"start": 2027, "end": 2031, "step": "{step}"}}, "variables": {{"open": "{condition}"}}, "outputs": ["open"]}}"#
        )
    };
    for (step, condition, last_off, first_on) in [
        ("quarterly", "time >= 2029", "2028Q4", "2029Q1"),
        ("quarterly", "time >= 2028 + 1", "2028Q4", "2029Q1"),
        ("quarterly", "2029 <= time", "2028Q4", "2029Q1"),
        ("quarterly", "time > 2028", "2028Q4", "2029Q1"),
        ("quarterly", "not time < 2029", "2028Q4", "2029Q1"),
        ("quarterly", "time >= 2029Q3", "2029Q2", "2029Q3"),
        ("quarterly", "time >= 2029-04", "2029Q1", "2029Q2"),
        ("quarterly", "time > 2029Q4", "2029Q4", "2030Q1"),
        ("monthly", "time >= 2029", "2028-12", "2029-01"),
        ("monthly", "time >= 2029-03", "2029-02", "2029-03"),
        ("monthly", "time >= 2029Q2", "2029-05", "2029-06"),
        ("yearly", "time >= 2029", "2028", "2029"),
        ("yearly", "time >= 2029Q1", "2028", "2029"),
        ("yearly", "time >= 2028-03", "2027", "2028"),
    ] {
        let text = file(step, condition);
        assert_eq!((known(&text, "open", last_off), known(&text, "open", first_on)), (0.0, 1.0), "{step} {condition}");
    }
    // Away from `time` a difference is a difference.
    assert_eq!(known(&file("monthly", "year - 2029-03"), "open", "2029-01"), -3.0);
}

#[test]
fn a_market_may_begin_from_nothing() {
    let text = r#"{"horizon": {"start": 2025, "end": 2030}, "market": {"start": 0, "unit": "GW", "demand": "needed"},
        "variables": {"needed": {"by_year": {"2025": 0, "2030": 20}}},
        "constraints": {"capacity": {"start": 0, "next": "self + 3"}}, "outputs": ["market"]}"#;
    for (period, market) in [("2025", 0.0), ("2026", 3.0), ("2030", 15.0)] {
        assert_eq!(known(text, "market", period), market, "{period}");
    }
}

#[test]
fn a_share_may_be_0_or_1() {
    let text = r#"{"horizon": {"steps": 2}, "market": {"start": 10}, "drivers": {"g": 0.1},
        "segments": {"kind": {"parts": {"old": {"share": 1}, "new": {"share": 0, "growth": 0.5}}}}, "outputs": ["market.kind"]}"#;
    let run = results(text, &paths(16, 1));
    for (part, share) in [("old", 1.0), ("new", 0.0)] {
        let band =
            run.bands.iter().find(|band| band.subject.segment.as_deref() == Some(part) && band.subject.when.step == 2);
        let (got, wanted) = (value(band.expect("a part").mean), 10.0 * 1.1 * 1.1 * share);
        assert!((got - wanted).abs() < 1e-12, "{part}: {got}");
    }
}

#[test]
fn what_is_outside_of_its_place_has_no_value() {
    let duration = r#"{"horizon": {"steps": 1}, "events": {"e": {"hazard": 1, "duration": {"discrete": {"0": 0.25, "1": 0.75}}}}, "variables": {"x": "e"}, "outputs": ["x"]}"#;
    let run = results(duration, &paths(40_000, 1));
    probability_within("durations", band(&run, "x", "1").excluded as f64 / 40_000.0, 40_000, 0.25);
    let backlog = r#"{"horizon": {"steps": 2}, "market": {"start": 2, "backlog": "s"}, "variables": {"s": {"uniform": {"low": 0.5, "high": 1.5}, "over_time": "constant"}},
        "constraints": {"c": 1}, "outputs": ["backlog"], "targets": {"some": "backlog[2] > 0"}}"#;
    let run = results(backlog, &paths(40_000, 1));
    probability_within("shares", band(&run, "backlog", "2").excluded as f64 / 40_000.0, 40_000, 0.5);
    assert_eq!(probability(&run, "some"), 1.0);
    for text in [duration, backlog] {
        engines_agree(text);
    }
}

/// The examples that others are written from: values that the same models have in the language of before.
#[test]
fn examples_have_their_values() {
    let run = results(include_str!("../../scenarios/examples/campus-power-plan.json"), &paths(100_000, 1));
    let chance = |target: &str| probability(&run, target);
    // The lead time's law at 10 quarters, a beta on 5 to 16.
    probability_within("substation", chance("substation_by_mid_2028"), 100_000, 0.723_461);
    let run = results(include_str!("../../scenarios/examples/project-risks.json"), &paths(100_000, 1));
    let on_time = probability(&run, "on_time");
    assert!(on_time > 0.0 && probability(&run, "both") <= on_time);
    // Means of the parts: design 40/3, build 39, strike .4; procurement is longer than the permit but for a few paths.
    let mean = value(band(&run, "total", "0").mean);
    assert!((mean - (40.0 / 3.0 + 28.0 + 39.0 + 0.4)).abs() < 0.1, "{mean}");
    let text = include_str!("../../scenarios/examples/subscriptions.json");
    let run = results(text, &paths(100_000, 1));
    // Customers of the first month: its price war, churn and signups are independent but for churn and signups, which
    // are added and not multiplied.
    let (churn, war, size) = (9.0 / 489.0, 1.0 - 0.88_f64.powf(1.0 / 12.0), 0.225);
    let first = 1200.0 * (1.0 - churn * (1.0 + 2.0 * war)) + 45.0 * (1.0 - war * size);
    agrees("customers", band(&run, "customers", "2026-01").mean, first);
    engines_agree(text);
}
