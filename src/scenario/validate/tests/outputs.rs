//! Targets and outputs.

use super::*;

fn with(rest: &str) -> String {
    years(r#""s": {"start": 1, "growth": 0.1}, "x": {"uniform": {"low": 0, "high": 1}, "over_time": "fresh"}"#)
        .replacen('{', &format!("{{{rest}, "), 1)
}

#[test]
fn targets() {
    let model = model(&with(
        r#""targets": {"a": "s[2031] >= 1.5", "b": {"formula": "ever(s < prev(s))", "note": "n"}, "c": "first_year(x > 0.9) <= 2028", "d": "s"}"#,
    ));
    assert_eq!(
        model.targets.iter().map(|t| t.text.as_str()).collect::<Vec<_>>(),
        ["s[2031] >= 1.5", "ever(s < prev(s))", "first_year(x > 0.9) <= 2028", "s"]
    );
    for target in &model.targets {
        assert!(model.variable(target.condition).first <= 6);
    }
    assert_eq!(first(&model, "ever(s < prev(s))"), 1);
    // What never happens compares false: the comparison is guarded by `ever`.
    let Definition::Formula(Expr::If(happened, _, otherwise)) = &model.variable(find(&model, "c")).definition else {
        panic!()
    };
    assert_eq!(**happened, Expr::At { variable: find(&model, "ever(x > 0.9)"), step: 6 });
    assert_eq!(**otherwise, Expr::Constant(0.0));
    assert!(matches!(
        model.variable(find(&model, "first_year(x > 0.9)")).definition,
        Definition::Running { op: crate::model::Running::First, .. }
    ));
}

#[test]
fn outputs() {
    let names = |model: &Model| model.outputs.iter().map(|o| (o.name.clone(), o.may_be_absent)).collect::<Vec<_>>();
    assert_eq!(names(&model(&with(r#""outputs": ["x", "s"]"#))), [("x".to_string(), false), ("s".to_string(), false)]);
    let model = model(&with(
        r#""outputs": {"peak": "highest(x)", "when": {"formula": "first_year(x > 0.9)", "unit": "year"}, "late": "first_year(x > 0.9) > 2028", "s": "s"}"#,
    ));
    let expected = [("peak", false), ("when", true), ("late", false), ("s", false)];
    assert_eq!(names(&model), expected.map(|(name, absent)| (name.to_string(), absent)));
    assert_eq!(model.outputs[1].unit.as_deref(), Some("year"));
    assert_eq!(model.variable(model.outputs[0].variable).first, 6);
    assert_eq!(model.outputs[3].variable, find(&model, "s"));
}

#[test]
fn what_is_wrong_with_them() {
    for (rest, code) in [
        (r#""targets": []"#, "wrong-type"),
        (r#""targets": {"a b": "s > 1"}"#, "bad-name"),
        (r#""targets": {"a": 1}"#, "wrong-type"),
        (r#""targets": {"a": {"note": "x"}}"#, "missing-key"),
        (r#""targets": {"a": {"formula": "s", "fromula": "s"}}"#, "unknown-key"),
        (r#""targets": {"a": "t > 1"}"#, "unknown-name"),
        (r#""targets": {"a": "lag(x, 9) > 1"}"#, "no-value-yet"),
        (r#""targets": {"a": "ever(highest(x) > 1)"}"#, "misplaced-aggregate"),
        (r#""targets": {"a": "first_step(x > 1) < 3"}"#, "wrong-calendar"),
        (r#""outputs": ["s", "s"]"#, "duplicate-name"),
        (r#""outputs": ["ss"]"#, "unknown-name"),
        (r#""outputs": [1]"#, "wrong-type"),
        (r#""outputs": {}"#, "nothing-to-report"),
        (r#""outputs": {"a": "t"}"#, "unknown-name"),
    ] {
        assert_eq!(codes(&with(rest)), [code], "{rest}");
    }
}
