//! Formulas: where they point, where values begin, cycles, helpers.

use super::*;

fn with(formula: &str) -> String {
    let fresh = r#"{"normal": {"mean": 1, "sd": 0.1}, "over_time": "fresh"}"#;
    years(&format!(r#""x": {fresh}, "k": 2, "s": {{"start": 1, "growth": 0}}, "a": "{formula}""#))
}

#[test]
fn problems_point_into_the_formula() {
    for (formula, code, pointed_at) in [
        ("1 + yy", "unknown-name", "yy"),
        ("1 + foo(x)", "unknown-function", "foo"),
        ("2 x", "formula-syntax", "x"),
        ("x[2040]", "outside-horizon", "x[2040]"),
        ("x = 1", "formula-syntax", "="),
        ("1 + self", "misplaced-self", "self"),
        ("ever(x > 1)", "misplaced-aggregate", "ever(x > 1)"),
        ("1 + on(x)", "not-an-event", "x"),
        ("binds(x)", "needs-market", "x"),
        ("lag(x, -1)", "bad-lag", "-1"),
        ("lag(x, s)", "bad-lag", "s"),
        ("lag(a, s * 0, 1)", "cyclic-formula", "\"lag(a, s * 0, 1)\""),
        ("lookup(x, k)", "not-a-table", "k"),
        ("1 + max", "unknown-name", "max"),
        ("time >= 2029Q5", "formula-syntax", "Q5"),
        ("prev(2)", "needless-lag", "2"),
        ("min(x)", "wrong-arguments", "min(x)"),
    ] {
        let text = with(formula);
        let problem = only(&text);
        assert_eq!((problem.code, pointed(&text, &problem).as_str()), (code, pointed_at), "{formula}");
    }
    // With escapes, bytes of the text are not bytes of the file: the whole text is the place.
    let text = with("1\\t+ yy");
    assert_eq!(pointed(&text, &only(&text)), "\"1\\t+ yy\"");
    assert_eq!(only(&with("1 + ss")).nearest.as_deref(), Some("s"));
}

#[test]
fn where_values_begin() {
    let begins = |formula: &str| first(&model(&with(formula)), "a");
    assert_eq!(begins("k + s"), 0);
    assert_eq!(begins("x"), 1);
    assert_eq!(begins("prev(s)"), 1);
    assert_eq!(begins("prev(x)"), 2);
    assert_eq!(begins("prev(prev(x))"), 3);
    assert_eq!(begins("lag(x, k + 1)"), 4);
    assert_eq!(begins("lag(s, 0)"), 0);
    assert_eq!(begins("lag(x, 0)"), 1);
    assert_eq!(begins("lag(x, 1.5)"), 3);
    assert_eq!(begins("lag(x, s, 0)"), 0);
    assert_eq!(begins("lag(s, x, 0)"), 1);
    assert_eq!(begins("lag(a, max(1, s), 0) + 1"), 0);
    assert_eq!(begins("prev(x, 0)"), 0);
    assert_eq!(begins("lag(x, 3, s)"), 0);
    assert_eq!(begins("prev(x * 2)"), 2);
    assert_eq!(begins("cumulative(x)"), 1);
    assert_eq!(begins("s[2028]"), 3);
    assert_eq!(begins("if(s > 1, x, k)"), 1);
    assert_eq!(begins("year - 2025"), 0);
    assert_eq!(begins("prev(a, 0) + x"), 1);
}

#[test]
fn where_no_value_can_be() {
    for (formula, code) in [
        ("prev(a) + 1", "no-value-yet"),
        ("x[2025]", "no-value-yet"),
        ("lag(x, 6)", "no-value-yet"),
        ("lag(s, 7)", "no-value-yet"),
        ("a + 1", "cyclic-formula"),
        ("a[2027]", "cyclic-formula"),
        ("a[2025]", "cyclic-formula"),
    ] {
        assert_eq!(codes(&with(formula)), [code], "{formula}");
    }
    assert_eq!(
        codes(&years(
            r#""s": {"start": "x", "growth": 0}, "x": {"uniform": {"low": 0, "high": 1}, "over_time": "fresh"}"#
        )),
        ["no-value-yet"]
    );
    assert_eq!(codes(&years(r#""s": {"start": 1, "next": "lag(s, 2)"}"#)), ["no-value-yet"]);
    let problem = only(&years(
        r#""s": {"start": 1, "next": "self + prev(u)"}, "u": {"uniform": {"low": 0, "high": 1}, "over_time": "fresh"}"#,
    ));
    assert_eq!(problem.code, "no-value-yet");
    assert!(problem.message.contains("`u` begins in 2026"), "{}", problem.message);
    // The same with a value for the missing step.
    assert!(codes(&years(r#""s": {"start": 1, "next": "self + prev(u, 0)"}, "u": {"uniform": {"low": 0, "high": 1}, "over_time": "fresh"}"#)).is_empty());
}

#[test]
fn cycles_are_printed() {
    let problem = only(&years(r#""a": "b + 1", "b": "c", "c": "2 * a", "d": "prev(d, 0) + 1""#));
    assert_eq!(problem.code, "cyclic-formula");
    assert!(problem.message.contains("a -> b -> c -> a"), "{}", problem.message);
    let through_base = only(&years(r#""a": "b[2025] + 1", "b": "a * 2""#));
    assert_eq!(through_base.code, "cyclic-formula");
}

#[test]
fn helpers_are_shared_and_named_by_their_text() {
    let model = model(&years(r#""s": {"start": 1, "growth": 0}, "a": "prev(s * 2) + prev(2 * s)", "b": "prev(s*2)""#));
    let helpers: Vec<&str> = model.variables.iter().filter(|v| v.pointer.is_empty()).map(|v| v.name.as_str()).collect();
    assert_eq!(helpers, ["s * 2", "2 * s"]);
    // `self` means another variable in every stock.
    let model = super::model(&years(
        r#""s": {"start": 1, "next": "cumulative(self)"}, "t": {"start": 2, "next": "cumulative(self)"}"#,
    ));
    assert_eq!(model.variables.iter().filter(|v| v.name.starts_with("cumulative")).count(), 2);
}

#[test]
fn long_chains_of_names_take_no_stack() {
    let mut variables = String::from(r#""v0": {"uniform": {"low": 0, "high": 1}, "over_time": "fresh"}"#);
    for i in 1..50_000 {
        variables.push_str(&format!(r#", "v{i}": "v{} + 1""#, i - 1));
    }
    let model =
        model(&format!(r#"{{"horizon": {{"steps": 3}}, "variables": {{{variables}}}, "outputs": ["v49999"]}}"#));
    assert_eq!(first(&model, "v49999"), 1);
    let circle =
        years(&variables.replacen(r#"{"uniform": {"low": 0, "high": 1}, "over_time": "fresh"}"#, "\"v49999\"", 1));
    assert_eq!(codes(&circle), ["cyclic-formula"]);
}

#[test]
fn long_sums_are_refused_and_many_drivers_are_not() {
    let sum = vec!["k"; 50_000].join(" + ");
    assert_eq!(codes(&with(&sum)), ["formula-too-deep"]);
    let product = vec!["x"; 1000].join(" * ");
    assert!(codes(&with(&product)).is_empty());
    let nested = format!("{}x{}", "(".repeat(5000), ")".repeat(5000));
    assert_eq!(codes(&with(&nested)), ["formula-too-deep"]);
    let drivers: Vec<String> = (0..3000).map(|i| format!(r#""d{i}": 0.001"#)).collect();
    let text =
        format!(r#"{{"horizon": {{"steps": 3}}, "market": {{"start": 1}}, "drivers": {{{}}}}}"#, drivers.join(","));
    model(&text);
}

#[test]
fn calendars() {
    let counted = |a: &str| {
        format!(r#"{{"horizon": {{"steps": 5}}, "variables": {{"s": {{"start": 1, "growth": 0}}, "a": "{a}"}}}}"#)
    };
    assert_eq!(codes(&counted("year")), ["wrong-calendar"]);
    assert!(codes(&counted("step + s[5]")).is_empty());
    assert_eq!(codes(&counted("s[6]")), ["outside-horizon"]);
    assert_eq!(codes(&counted("s[-1]")), ["outside-horizon"]);
    assert_eq!(codes(r#"{"variables": {"s": 1, "a": "s[1]"}}"#), ["needs-horizon"]);
    assert_eq!(codes(r#"{"variables": {"s": 1, "a": "prev(s)"}}"#), ["no-value-yet"]);
}
