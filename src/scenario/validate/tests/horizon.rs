//! Quarters and months.

use super::*;
use crate::model::StepLength;

fn quarters(rest: &str) -> String {
    format!(r#"{{"horizon": {{"start": 2025, "end": 2027, "step": "quarter"}}, {rest}}}"#)
}

fn numbers(model: &Model, name: &str) -> Vec<f64> {
    match &model.variable(find(model, name)).definition {
        Definition::ByStep(values) => values.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_year_is_its_last_step() {
    for (horizon, first, last, steps) in [
        (r#""start": 2025, "end": 2031, "step": "quarter""#, "2025Q4", "2031Q4", 24),
        (r#""start": "2025Q2", "end": 2026, "step": "quarter""#, "2025Q2", "2026Q4", 6),
        (r#""start": 2025, "end": "2026-06", "step": "month""#, "2025-12", "2026-06", 6),
        (r#""start": "2000 + 25", "end": 2026, "step": "month""#, "2025-12", "2026-12", 12),
    ] {
        let horizon = model(&format!(r#"{{"horizon": {{{horizon}}}, "variables": {{"a": 1}}}}"#)).horizon;
        assert_eq!((horizon.period(0).as_str(), horizon.period(horizon.last()).as_str()), (first, last));
        assert_eq!(horizon.steps, steps);
    }
}

#[test]
fn values_run_in_calendar_time() {
    let model = model(&quarters(
        r#""variables": {"a": {"by_year": {"2025": 1, "2026": 2, "2027Q2": 0}}, "b": "a[2026] + a[2026Q1] + time + year"}"#,
    ));
    assert_eq!(numbers(&model, "a"), [1.0, 1.25, 1.5, 1.75, 2.0, 1.0, 0.0, 0.0, 0.0]);
    let Definition::Formula(Expr::Binary(_, rest, _)) = &model.variable(find(&model, "b")).definition else { panic!() };
    let Expr::Binary(_, sum, _) = &**rest else { panic!() };
    let at = |step| Box::new(Expr::At { variable: find(&model, "a"), step });
    assert_eq!(**sum, Expr::Binary(crate::kernel::Binary::Add, at(4), at(1)));
    assert_eq!(model.horizon.length, StepLength::Quarter);
}

#[test]
fn persistence_is_of_a_year() {
    let text = quarters(
        r#""variables": {"a": {"normal": {"mean": 0, "sd": 1}, "over_time": {"persistence": 0.5, "permanent": 0.2}}}"#,
    );
    let over_time = model(&text).inputs[0].over_time;
    assert!((over_time.persistence.powi(4) - 0.5).abs() < 1e-15);
    assert_eq!(over_time.permanent, 0.2);
    assert_eq!(codes(&text.replace("0.5", "-0.5")), ["out-of-range"]);
    assert!(codes(&text.replace("0.5", "-0.5").replace("quarter", "year")).is_empty());
}

#[test]
fn what_is_wrong_with_them() {
    let horizon = |text: &str| format!(r#"{{"horizon": {{{text}}}, "variables": {{"a": 1}}}}"#);
    let formula = |text: &str| quarters(&format!(r#""variables": {{"a": 1, "b": "{text}"}}"#));
    for (text, code) in [
        (horizon(r#""start": "2025Q4", "end": 2027"#), "wrong-calendar"),
        (horizon(r#""start": "2025-12", "end": 2027, "step": "quarter""#), "wrong-calendar"),
        (horizon(r#""start": "9999999Q4", "end": 2027, "step": "quarter""#), "out-of-range"),
        (horizon(r#""start": "2027Q4", "end": 2027, "step": "quarter""#), "empty-horizon"),
        (horizon(r#""start": 2025, "end": 3025, "step": "month""#), "too-many-steps"),
        (horizon(r#""start": 2025, "end": 2027, "step": "week""#), "unknown-value"),
        (formula("a[2026-01]"), "wrong-calendar"),
        (formula("a[2028]"), "outside-horizon"),
        (formula("a[2025Q3]"), "outside-horizon"),
        (formula("a[2026Q5]"), "formula-syntax"),
        (formula("a[2026-1]"), "formula-syntax"),
        (quarters(r#""variables": {"a": {"by_year": {"2026-01": 1}}}"#), "bad-knot"),
        (quarters(r#""variables": {"a": {"by_year": {"2026": 1, "2026Q4": 2}}}"#), "bad-knot"),
        (quarters(r#""variables": {"a": {"by_step": {"1": 1}}}"#), "wrong-calendar"),
        (quarters(r#""market": {"start": 1, "demand": "prev(demand) * exp(demand_growth)"}"#), "unconverted-rate"),
        (years(r#""a": 1, "b": "a[2026Q1]""#), "wrong-calendar"),
        (r#"{"horizon": {"steps": 3}, "variables": {"a": "step_years"}}"#.into(), "wrong-calendar"),
        (r#"{"horizon": {"steps": 3}, "variables": {"time": 1}}"#.into(), "reserved-name"),
    ] {
        assert_eq!(codes(&text), [code], "{text}");
    }
    assert!(codes(&formula("a[2026Q2] + a * step_years")).is_empty());
}

#[test]
fn a_wrong_horizon_hides_no_other_problem() {
    let file = |horizon: &str| {
        format!(
            r#"{{"horizon": {horizon}, "market": {{"start": 1}}, "drivers": {{"a": {{"normal": {{"mean": 0, "sd": -1}},
            "over_time": "fresh"}}}}, "variables": {{"b": "aa + a[2080]", "c": {{"by_year": {{"2020": 1}}}}}}}}"#
        )
    };
    for (horizon, code) in [
        (r#"{"start": 2031, "end": 2025}"#, "empty-horizon"),
        (r#"{"start": 2025}"#, "incomplete-horizon"),
        (r#"{"steps": 0}"#, "empty-horizon"),
        ("7", "wrong-type"),
    ] {
        let found = codes(&file(horizon));
        // That 2080 is no year of it, or 2020, is nothing to say where nobody knows the years.
        assert_eq!(found[0], code);
        let mut rest = found[1..].to_vec();
        rest.sort_unstable();
        assert_eq!(rest, ["parameter-out-of-domain", "unknown-name"], "{horizon}");
    }
}

#[test]
fn what_time_is_compared_with() {
    let draw = r#"{"discrete": {"2026": 1, "2027": 1}, "over_time": "constant"}"#;
    let file = |formula: &str| {
        quarters(&format!(r#""variables": {{"u": {draw}, "k": 2026, "opening": "2026Q3", "b": "{formula}"}}"#))
    };
    for formula in [
        "time >= 2026",
        "time >= k",
        "time >= 2026Q2",
        "time < opening",
        "time >= 2026-05",
        "year >= u",
        "time - 2025 > 0.5 * u",
    ] {
        assert_eq!(codes(&file(formula)), [""; 0], "{formula}");
    }
    for formula in ["time >= 2026.5", "time >= u", "k + 0.25 <= time", "time == k / 3"] {
        assert_eq!(codes(&file(formula)), ["time-at-year-end"], "{formula}");
    }
    assert_eq!(codes(&file("step >= 2026Q1")), ["wrong-calendar"]);
    assert_eq!(codes(r#"{"horizon": {"steps": 3}, "variables": {"a": "2026Q1"}}"#), ["wrong-calendar"]);
    assert_eq!(codes(&years(r#""u": 2026.5, "b": "time >= u""#)), [""; 0], "in years `time` is the year");
}

#[test]
fn words_for_steps() {
    for (word, length) in
        [("yearly", StepLength::Year), ("quarterly", StepLength::Quarter), ("monthly", StepLength::Month)]
    {
        let text =
            format!(r#"{{"horizon": {{"start": 2025, "end": 2027, "step": "{word}"}}, "variables": {{"a": 1}}}}"#);
        assert_eq!(model(&text).horizon.length, length);
    }
}

#[test]
fn yearly_rates_drawn_afresh_in_parts_of_a_year() {
    let law = r#""normal": {"mean": 0.07, "sd": 0.15}"#;
    let stock = |over_time: &str| {
        quarters(&format!(r#""variables": {{"level": {{"start": 1, "growth": {{{law}, "over_time": {over_time}}}}}}}"#))
    };
    let problem = only(&stock(r#""fresh""#));
    assert_eq!(problem.code, "fresh-yearly-rate");
    assert!(problem.message.contains("50 %"), "{}", problem.message);
    for over_time in [r#""constant""#, r#"{"persistence": 0.5}"#] {
        assert!(codes(&stock(over_time)).is_empty());
    }
    assert!(codes(&stock(r#""fresh""#).replace("quarter", "year")).is_empty());
    let driver = format!(r#""market": {{"start": 1}}, "drivers": {{"d": {{{law}, "over_time": "fresh"}}}}"#);
    assert_eq!(codes(&quarters(&driver)), ["fresh-yearly-rate"]);
}

#[test]
fn series_from_files() {
    // `growth.csv` has 0.2 in 2020 and 0.1 in 2021.
    let file = |series: &str| {
        format!(r#"{{"horizon": {{"start": 2020, "end": 2022}}, "variables": {{"a": {{"by_year": {series}}}}}}}"#)
    };
    let good = file(r#"{"csv": "growth.csv", "column": "growth", "index": "year"}"#);
    assert_eq!(numbers(&model(&good), "a"), [0.2, 0.1, 0.1]);
    let quarterly = good.replace(r#""end": 2022"#, r#""end": 2022, "step": "quarter""#);
    assert_eq!(
        numbers(&model(&quarterly), "a")[..5],
        [0.2, 0.2 * 0.75 + 0.1 * 0.25, 0.2 * 0.5 + 0.1 * 0.5, 0.2 * 0.25 + 0.1 * 0.75, 0.1]
    );
    for (series, code) in [
        (r#"{"csv": "growth.csv", "column": "growth"}"#, "missing-key"),
        (r#"{"csv": "growth.csv", "column": "growht", "index": "year"}"#, "unknown-column"),
        (r#"{"csv": "growth.csv", "column": "growth", "index": "growth"}"#, "bad-knot"),
        (r#"{"csv": "none.csv", "column": "growth", "index": "year"}"#, "no-such-file"),
        (r#"{"csv": "growth.csv", "column": "growth", "index": "year", "unit": "x"}"#, "unknown-key"),
    ] {
        assert_eq!(codes(&file(series)), [code], "{series}");
    }
    let table = r#"{"tables": {"t": {"points": {"csv": "growth.csv", "column": "growth", "index": "year"}}}, "variables": {"y": "lookup(2020.5, t)"}}"#;
    assert!(codes(table).is_empty());
}
