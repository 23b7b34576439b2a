//! Where published paths lie: against closed forms, atoms, what has no value, and without a trace in any other number.

use crate::common::{paths, probability_within, results, study};
use riskband::model::Subject;
use riskband::results::{ReferenceRow, Results};

const N: u64 = 200_000;

/// 10 * (1 + g)^t with a g that is uniform from 0 to 0.5 on each path, a constant, and the logarithm of what may be negative.
fn model(references: &str) -> String {
    format!(
        r#"{{ "riskband": 1, "horizon": {{ "start": 2025, "end": 2029 }},
        "variables": {{
            "g": {{ "uniform": {{ "low": 0, "high": 0.5 }}, "over_time": "constant" }},
            "size": {{ "start": 10, "next": "self * (1 + g)" }},
            "still": 7,
            "level": {{ "uniform": {{ "low": -1, "high": 1 }}, "over_time": "fresh" }},
            "log": "ln(level)" }},
        "outputs": ["size", "still", "level", "log"],
        "references": {{ {references} }} }}"#
    )
}

fn rows(references: &str) -> Vec<ReferenceRow> {
    results(&model(references), &paths(N, 1)).references
}

#[test]
fn values_and_growth_lie_where_the_law_says() {
    // (1 + g)^t <= 1.3^t on 3 of 5 paths; by 2029 the same growth over other steps.
    let rows =
        rows(r#""rival": { "by_year": { "2026": 11.5, "2029": 28.561 } }, "grown": { "start": 10, "growth": 0.2 }"#);
    let told: Vec<(&str, &str, Option<f64>)> = rows
        .iter()
        .map(|row| (&*row.reference, &*row.subject.when.period, row.value.map(|placed| placed.value)))
        .collect();
    assert_eq!(told[..2], [("rival", "2026", Some(11.5)), ("rival", "2029", Some(28.561))]);
    let years = ["2025", "2026", "2027", "2028", "2029"];
    assert!(told[2..].iter().map(|row| row.1).eq(years) && told.len() == 7);
    let share = |row: &ReferenceRow| row.value.expect("a value").below.probability().expect("paths");
    probability_within("2026", share(&rows[0]), N, 0.3);
    probability_within("2029", share(&rows[1]), N, 0.6);
    // From 2026 to 2029: (28.561 / 11.5)^(1/3) - 1.
    let growth = rows[1].growth.expect("the last row has it");
    let rate = (28.561_f64 / 11.5).cbrt() - 1.0;
    assert!((growth.value - rate).abs() < 1e-15 && rows[0].growth.is_none());
    probability_within("growth", growth.below.probability().expect("paths"), N, rate / 0.5);
    assert_eq!(share(&rows[2]), 1.0, "the base is an atom");
    for row in &rows[3..] {
        probability_within(&row.subject.when.period, share(row), N, 0.4);
    }
    let growth = rows[6].growth.expect("the last row has it");
    probability_within("growth over the horizon", growth.below.probability().expect("paths"), N, 0.4);
}

#[test]
fn growth_alone_needs_no_level_and_no_year_of_the_horizon() {
    let wider = r#""wider": { "by_year": { "2020": 100, "2040": 672.75 }, "compare": "growth" }"#;
    let bare = r#""bare": { "growth": 0.1, "compare": "growth" }"#;
    let rows = rows(&format!("{wider}, {bare}"));
    assert_eq!(rows.len(), 2);
    for (row, name) in rows.iter().zip(["wider", "bare"]) {
        let growth = row.growth.expect("growth");
        assert_eq!((&*row.reference, &*row.subject.when.period, row.value), (name, "2029", None));
        assert!((growth.value - 0.1).abs() < 1e-6, "{name}: {}", growth.value);
        probability_within(name, growth.below.probability().expect("paths"), N, 0.2);
    }
}

#[test]
fn an_atom_at_the_very_value_is_below() {
    let of = |value: &str| {
        let rows = rows(&format!(r#""r": {{ "of": "still", "by_year": {{ "2027": {value} }} }}"#));
        let below = rows[0].value.expect("a value").below;
        (below.hits(), below.n(), below.standard_error())
    };
    assert_eq!(of("7"), (N, N, Some(0.0)));
    assert_eq!(of("6.999999999999999"), (0, N, Some(0.0)));
}

/// The paths of the row are those of the band.
#[test]
fn what_is_not_finite_is_left_out() {
    let results = results(&model(r#""r": { "of": "log", "by_year": { "2027": -1 } }"#), &paths(N, 1));
    let below = results.references[0].value.expect("a value").below;
    let band = results.series("log").find(|band| band.subject.when.period == "2027").expect("a band");
    assert_eq!((below.n(), below.excluded()), (band.n, band.excluded));
    assert!(band.excluded > 0);
    // Of those that are positive, uniform from 0 to 1, exp(-1) of them.
    probability_within("log", below.probability().expect("paths"), below.n(), (-1.0_f64).exp());
}

/// A reference at a quantile lies at its level, as the very count behind it says.
#[test]
fn a_reference_at_a_median_is_at_the_half() {
    let bare = results(&model(""), &paths(10_001, 3));
    let median = |run: &Results| run.series("size").last().expect("a band").quantiles[3].expect("a median").value;
    let reference = format!(r#""r": {{ "by_year": {{ "2029": {} }} }}"#, median(&bare));
    let held = results(&model(&reference), &paths(10_001, 3));
    let share = held.references[0].value.expect("a value").below.probability().expect("paths");
    assert!((share - 0.5).abs() < 0.002, "{share}");
}

#[test]
fn references_change_no_number() {
    let references =
        r#""a": { "by_year": { "2026": 1, "2029": 40 } }, "b": { "of": "log", "growth": 1, "compare": "growth" }"#;
    let (bare, held) = (results(&model(""), &paths(20_000, 7)), results(&model(references), &paths(20_000, 7)));
    assert!(bare.references.is_empty() && held.references.len() == 3);
    assert_eq!(bare.bands, held.bands);
    let market = include_str!("../../scenarios/examples/market-fan.json");
    let market = market.trim_end().strip_suffix('}').expect("an object");
    let held = results(
        &format!(r#"{market}, "references": {{ "r": {{ "start": 6, "growth": 0.2 }} }} }}"#),
        &paths(20_000, 7),
    );
    let bare = results(&format!("{market} }}"), &paths(20_000, 7));
    assert_eq!((&bare.bands, &bare.targets, &bare.constraints), (&held.bands, &held.targets, &held.constraints));
    assert_eq!(held.references.len(), 7);
}

#[test]
fn a_quarter_has_its_own_values_and_a_year_is_its_last_quarter() {
    let file = r#"{ "riskband": 1, "horizon": { "start": "2025Q1", "end": "2026Q4", "step": "quarter" },
        "variables": { "size": { "start": 10, "next": "self * 1.21 ^ step_years" } },
        "references": { "r": { "by_year": { "2025Q2": 20, "2026": 1 } }, "g": { "start": 10, "growth": 0.22 } } }"#;
    let rows = results(file, &paths(10, 1)).references;
    let periods: Vec<&str> = rows.iter().map(|row| &*row.subject.when.period).collect();
    assert_eq!(periods[..2], ["2025Q2", "2026Q4"]);
    let below: Vec<f64> =
        rows[..2].iter().map(|row| row.value.expect("a value").below.probability().expect("paths")).collect();
    assert_eq!(below, [1.0, 0.0]);
    let last = rows.last().expect("rows");
    assert_eq!(last.growth.expect("growth").below.probability(), Some(1.0), "it grows by 21 % a year");
    let value = last.value.expect("a value").value;
    assert!((value - 10.0 * 1.22_f64.powf(1.75)).abs() < 1e-12, "{value}");
}

#[test]
fn what_is_drawn_are_the_published_points_of_the_output() {
    let text = model(
        r#""rival": { "title": "Rival", "by_year": { "2026": 11.5, "2029": 28.561 } },
           "wider": { "growth": 0.1, "compare": "growth" }, "other": { "of": "level", "by_year": { "2027": 0 } }"#,
    );
    let study = study(&text);
    assert_eq!(study.model.references.len(), 3);
    let results = results(&text, &paths(100, 1));
    let subject: &Subject = &results.series("size").last().expect("a band").subject;
    let drawn = results.references_of(subject);
    assert_eq!(drawn.len(), 1);
    assert_eq!((drawn[0].title, &drawn[0].points[..]), ("Rival", &[(1, 11.5), (4, 28.561)][..]));
}

/// A file that extends another and reports something else than the market has nothing to hold its references against.
#[test]
fn without_the_market_among_the_outputs_its_references_are_left_out() {
    let text = r#"{ "riskband": 1, "extends": "baseline", "outputs": ["downturn"], "targets": null }"#;
    let study = study(text);
    assert!(study.model.references.is_empty());
    let notes: Vec<&str> = study.remarks.iter().map(|remark| remark.code).collect();
    assert_eq!(notes, ["reference-of-no-output"; 3]);
}
