//! The file itself: top level, horizon, names, limits, all problems at once.

use super::model::W1;
use super::*;

#[test]
fn the_top_level() {
    let base = years(r#""a": 1"#);
    let with = |members: &str| base.replacen('{', &format!("{{{members}, "), 1);
    assert!(
        codes(&with(r#""$schema": "s", "title": "t", "description": "d", "extends": "x", "riskband": 1"#)).is_empty()
    );
    assert_eq!(codes(&with(r#""riskband": 2"#)), ["unsupported-version"]);
    assert_eq!(codes(&with(r#""riskband": "1""#)), ["unsupported-version"]);
    assert_eq!(codes(&with(r#""title": 3"#)), ["wrong-type"]);
    let problem = only(&with(r#""targts": {}"#));
    assert_eq!((problem.code, problem.nearest.as_deref()), ("unknown-key", Some("targets")));
    assert_eq!(problem.pointer, "/targts");
    assert_eq!(codes(&with(r#""sectors": {}"#)), ["unknown-key"]);
    assert_eq!(codes("[]"), ["wrong-type"]);
    assert_eq!(codes("{}"), ["nothing-to-report"]);
    assert_eq!(codes(&with(r#""outputs": []"#)), ["nothing-to-report"]);
}

#[test]
fn horizons() {
    let with = |horizon: &str| format!(r#"{{"horizon": {horizon}, "variables": {{"a": 1}}}}"#);
    assert_eq!(model(&with(r#"{"steps": "2 * 25"}"#)).horizon.steps, 50);
    assert_eq!(model(&with(r#"{"start": 2025, "end": 2031, "step": "year"}"#)).horizon.period(6), "2031");
    for (horizon, code) in [
        (r#"{"steps": 0}"#, "empty-horizon"),
        (r#"{"steps": 2.5}"#, "not-whole"),
        (r#"{"steps": -3}"#, "empty-horizon"),
        (r#"{"steps": 1e9}"#, "too-many-steps"),
        (r#"{"steps": 1e300}"#, "too-many-steps"),
        (r#"{"steps": [1]}"#, "wrong-type"),
        (r#"{"steps": "x"}"#, "not-constant"),
        (r#"{"steps": "5"}"#, "wrong-type"),
        (r#"{"steps": "1/0"}"#, "not-finite"),
        (r#"{"start": 2025}"#, "incomplete-horizon"),
        (r#"{"start": 2025, "end": 2031, "steps": 6}"#, "incomplete-horizon"),
        (r#"{"start": 2031, "end": 2025}"#, "empty-horizon"),
        (r#"{"start": 2025, "end": 1e18}"#, "out-of-range"),
        (r#"{"start": 2025, "end": 2031, "step": "week"}"#, "unknown-value"),
        (r#"{"start": 2025, "ende": 2031}"#, "unknown-key"),
        ("3", "wrong-type"),
    ] {
        assert_eq!(codes(&with(horizon))[0], code, "{horizon}");
    }
}

#[test]
fn names() {
    let code = |name: &str| codes(&years(&format!(r#""{name}": 1, "other": 1"#)));
    assert_eq!(code("two words"), ["bad-name"]);
    assert_eq!(code("2x"), ["bad-name"]);
    assert_eq!(code("a.b"), ["bad-name"]);
    assert_eq!(code("\\u001b[31m"), ["bad-name"]);
    assert_eq!(code(""), ["bad-name"]);
    assert_eq!(code("year"), ["reserved-name"]);
    // Names of laws and functions are free, and the market's names are where there is no market.
    for name in ["exp", "ever", "normal", "market", "demand", "backlog", "AI_ML", "_x1"] {
        assert!(code(name).is_empty(), "{name}");
    }
    assert_eq!(codes(&W1.replace("\"edge\"", "\"backlog\"")), ["reserved-name"]);
    assert_eq!(codes(&W1.replace("\"wafer\"", "\"edge\"")), ["duplicate-name"]);
}

#[test]
fn limits_are_named_and_hold_before_anything_is_built() {
    let limits = Limits { quantities: 3, ..Limits::default() };
    let problems = run_with(&years(r#""a": 1, "b": 2, "c": 3, "d": 4, "e": "d""#), limits).problems;
    assert_eq!(problems.iter().map(|p| p.code).collect::<Vec<_>>(), ["too-many-quantities"]);
    let limits = Limits { memory: 1000, ..Limits::default() };
    let text = r#"{"horizon": {"steps": 9000}, "variables": {"a": {"by_step": {"0": 1, "5": 2}}}}"#;
    let problems = run_with(text, limits).problems;
    assert_eq!(problems.iter().map(|p| p.code).collect::<Vec<_>>(), ["too-much-memory"]);
    let limits = Limits { steps: 10, ..Limits::default() };
    assert_eq!(run_with(text, limits).problems[0].code, "too-many-steps");
}

#[test]
fn set_up_is_counted_before_it_is_done() {
    let codes = |text: &str, limits: Limits| -> Vec<&'static str> {
        run_with(text, limits).problems.iter().map(|problem| problem.code).collect()
    };
    let by_step = r#"{"horizon": {"steps": 100}, "variables": {"x": {"gamma": {"shape": {"by_step": {"1": 1, "100": 5}},
        "scale": 1}, "over_time": "fresh"}}}"#;
    assert_eq!(codes(by_step, Limits { tables: 50, ..Limits::default() }), ["too-many-tables"]);
    assert!(codes(by_step, Limits::default()).is_empty());
    // A law that stays has one table, which counts for nothing here.
    let constant = r#"{"horizon": {"steps": 100}, "variables": {"x": {"gamma": {"shape": 2, "scale": 1},
        "over_time": "fresh"}}}"#;
    assert!(codes(constant, Limits { tables: 1, ..Limits::default() }).is_empty());
    let part = r#"{"weight": 1, "value": {"normal": {"mean": 0, "sd": 1}}}"#;
    let mixture = format!(r#"{{"variables": {{"x": {{"mixture": [{part}, {part}, {part}]}}}}}}"#);
    assert_eq!(codes(&mixture, Limits { parts: 2, ..Limits::default() }), ["too-many-parts"]);
    let parts: Vec<String> = (0..40).map(|n| format!(r#""p{n}": {{"share": 0.025}}"#)).collect();
    let dimension = format!(r#"{{"parts": {{{}}}}}"#, parts.join(", "));
    let crossed = format!(
        r#"{{"horizon": {{"steps": 3}}, "market": {{"start": 1}}, "drivers": {{"g": 0.1}},
            "segments": {{"a": {dimension}, "b": {dimension}}}, "cross_tables": {{"ab": {{"of": ["a", "b"]}}}}}}"#
    );
    let problems = run_with(&crossed, Limits { quantities: 2_000, ..Limits::default() }).problems;
    assert_eq!(problems[0].code, "too-many-quantities");
    assert!(problems[0].message.contains("`ab` has 40 x 40 cells"), "{}", problems[0].message);
}

#[test]
fn all_problems_come_at_once() {
    let text =
        years(r#""a": "b + c", "d": {"normal": {"mean": 0}}, "e": {"nromal": {}}, "f": null, "g": {"start": 1}"#);
    assert_eq!(
        codes(&text),
        [
            "missing-over-time",
            "missing-parameter",
            "unknown-law",
            "wrong-type",
            "missing-key",
            "unknown-name",
            "unknown-name"
        ]
    );
}
