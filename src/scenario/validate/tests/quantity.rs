//! Quantities in all their forms.

use super::*;

#[test]
fn kinds() {
    let model = model(&years(
        r#""n": {"value": 1.3, "unit": "W/USD", "source": "s", "note": "n", "confidence": "low"},
           "f": {"formula": "n * 2", "unit": "GW"},
           "b": {"by_year": {"2026": 1, "2028": "n + 0.7", "2029": 5}},
           "s": {"start": 9, "growth": 0.1}, "t": {"start": "n", "next": "self + n"},
           "m": {"by_year": {"2026": 1, "2030": "step"}}"#,
    ));
    let variable = |name| model.variable(find(&model, name));
    let n = variable("n");
    assert_eq!((n.unit.as_deref(), n.source.as_deref(), n.note.as_deref()), (Some("W/USD"), Some("s"), Some("n")));
    assert_eq!((n.confidence.as_deref(), n.pointer.as_str()), (Some("low"), "/variables/n"));
    // A formula of constants is a constant that keeps its text.
    assert!(matches!(variable("f").definition, Definition::Constant(value) if value == 2.6));
    assert_eq!(variable("f").text.as_deref(), Some("n * 2"));
    // Linear in between, flat outside.
    let Definition::ByStep(values) = &variable("b").definition else { panic!("{:?}", variable("b")) };
    assert_eq!(values, &[1.0, 1.0, 1.5, 2.0, 5.0, 5.0, 5.0]);
    let Definition::Blend(blends) = &variable("m").definition else { panic!("{:?}", variable("m")) };
    assert_eq!(blends.iter().map(|b| b.weight).collect::<Vec<_>>(), [0.0, 0.0, 0.25, 0.5, 0.75, 0.0, 0.0]);
    assert_eq!(model.variable(blends[3].left).name, "m.2026");
    assert_eq!(variable("m.2030").pointer, "/variables/m/by_year/2030");
    let (s, growth) = (find(&model, "s"), find(&model, "s.growth"));
    let Definition::Stock { next, .. } = &variable("s").definition else { panic!("{:?}", variable("s")) };
    assert_eq!(*next, Expr::lag(s, 1) * (Expr::from(1.0) + growth));
}

#[test]
fn what_is_wrong_with_them() {
    for (quantity, code) in [
        ("null", "wrong-type"),
        ("true", "wrong-type"),
        ("[1]", "wrong-type"),
        ("{}", "missing-law"),
        (r#"{"unit": "GW"}"#, "missing-law"),
        (r#"{"value": "1"}"#, "wrong-type"),
        (r#"{"value": 1, "unit": 2}"#, "wrong-type"),
        (r#"{"value": 1, "sorce": "x"}"#, "unknown-key"),
        (r#"{"value": 1, "formula": "2"}"#, "ambiguous-quantity"),
        (r#"{"start": 1}"#, "missing-key"),
        (r#"{"growth": 1}"#, "missing-key"),
        (r#"{"start": 1, "growth": 0, "next": "self"}"#, "ambiguous-quantity"),
        (r#"{"start": 1, "next": 3}"#, "wrong-type"),
        (r#"{"by_step": {"1": 1}}"#, "wrong-calendar"),
        (r#"{"by_year": {"x": 1}}"#, "bad-knot"),
        (r#"{"by_year": {"02026": 1}}"#, "bad-knot"),
        (r#"{"by_year": {}}"#, "missing-key"),
        (r#"{"by_year": 3}"#, "wrong-type"),
        (r#"{"gumbell": {"location": 0, "scale": 1}}"#, "unknown-law"),
        (r#""1 / 0""#, "not-finite"),
        (r#"{"formula": ""}"#, "empty-formula"),
    ] {
        assert_eq!(codes(&years(&format!(r#""a": {quantity}"#))), [code], "{quantity}");
    }
    assert_eq!(codes(r#"{"variables": {"a": {"start": 1, "growth": 0}}}"#), ["needs-horizon"]);
    assert_eq!(codes(r#"{"variables": {"a": {"by_year": {"2026": 1}}}}"#), ["needs-horizon"]);
    let problem = only(&years(r#""a": {"gumbell": {"location": 0, "scale": 1}}"#));
    assert_eq!(problem.nearest.as_deref(), Some("gumbel"));
}

#[test]
fn parameters_may_be_uncertain() {
    let model = model(&years(
        r#""a": {"normal": {"mean": {"normal": {"mean": 0.1, "sd": 0.01}, "over_time": "constant"}, "sd": "0.1 * step"}, "over_time": "fresh"}"#,
    ));
    let names: Vec<&str> = model.inputs.iter().map(|input| input.name.as_str()).collect();
    assert_eq!(names, ["a.mean", "a"]);
    assert_eq!((first(&model, "a"), first(&model, "a.mean"), first(&model, "a.sd")), (1, 0, 0));
    let nested =
        years(r#""a": {"normal": {"mean": {"normal": {"mean": 0.1, "sd": 0.01}}, "sd": 1}, "over_time": "fresh"}"#);
    let problem = only(&nested);
    assert_eq!((problem.code, problem.pointer.as_str()), ("missing-over-time", "/variables/a/normal/mean"));
}
