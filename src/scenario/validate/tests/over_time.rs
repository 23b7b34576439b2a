//! `over_time`: its forms, where it is needed and where it is refused.

use super::*;

fn drawn(over_time: &str) -> String {
    years(&format!(r#""a": {{"normal": {{"mean": 0, "sd": 1}}, "over_time": {over_time}}}"#))
}

#[test]
fn forms() {
    let of = |text: &str| model(&drawn(text)).inputs[0].over_time;
    assert_eq!(of("\"constant\""), OverTime::CONSTANT);
    assert_eq!(of("\"fresh\""), OverTime::FRESH);
    assert_eq!(of(r#"{"persistence": 0.5}"#), OverTime { persistence: 0.5, permanent: 0.0 });
    assert_eq!(of(r#"{"permanent": "0.1 + 0.2 - 0.1"}"#).persistence, 0.0);
    assert_eq!(first(&model(&drawn("\"constant\"")), "a"), 0);
    assert_eq!(first(&model(&drawn("\"fresh\"")), "a"), 1);
    for (text, code) in [
        ("\"frsh\"", "unknown-value"),
        ("1", "wrong-type"),
        ("{}", "missing-key"),
        (r#"{"persistence": 1}"#, "out-of-range"),
        (r#"{"persistence": -1}"#, "out-of-range"),
        (r#"{"permanent": 1.1}"#, "out-of-range"),
        (r#"{"permanent": -0.1}"#, "out-of-range"),
        (r#"{"persistance": 0.1}"#, "unknown-key"),
    ] {
        assert_eq!(codes(&drawn(text)), [code], "{text}");
    }
}

#[test]
fn required_where_several_steps_read_and_refused_where_one_does() {
    let normal = r#"{"normal": {"mean": 1, "sd": 0.1}}"#;
    let fresh = r#"{"normal": {"mean": 1, "sd": 0.1}, "over_time": "fresh"}"#;
    let code = |variables: String| codes(&years(&variables));
    assert_eq!(code(format!(r#""a": {normal}"#)), ["missing-over-time"]);
    assert_eq!(code(format!(r#""a": {{"start": 1, "growth": {normal}}}"#)), ["missing-over-time"]);
    assert!(code(format!(r#""a": {{"start": {normal}, "growth": 0}}"#)).is_empty());
    assert_eq!(code(format!(r#""a": {{"start": {fresh}, "growth": 0}}"#)), ["needless-over-time"]);
    // A knot that one step reads needs none; one that fades over several does.
    let yearly = |knot: &str| format!(r#""a": {{"by_year": {{"2025": 1, "2026": {knot}, "2027": 1}}}}"#);
    assert!(code(yearly(normal)).is_empty());
    assert!(code(yearly(fresh)).is_empty());
    let wide = |knot: &str| format!(r#""a": {{"by_year": {{"2025": 1, "2027": {knot}, "2031": 1}}}}"#);
    assert_eq!(code(wide(normal)), ["missing-over-time"]);
    assert!(code(wide(fresh)).is_empty());
    // A static model and a single step.
    assert!(codes(&format!(r#"{{"variables": {{"a": {normal}}}}}"#)).is_empty());
    assert_eq!(codes(&format!(r#"{{"variables": {{"a": {fresh}}}}}"#)), ["needless-over-time"]);
    let single = |a: &str| format!(r#"{{"horizon": {{"steps": 1}}, "variables": {{"a": {a}}}}}"#);
    assert!(codes(&single(normal)).is_empty());
    assert!(codes(&single(fresh)).is_empty());
    // Events.
    let event = |size: &str| {
        format!(
            r#"{{"horizon": {{"steps": 9}}, "events": {{"e": {{"hazard": 0.1, "size": {size}}}}}, "variables": {{"a": "e"}}}}"#
        )
    };
    let model = model(&event(normal));
    let names: Vec<(&str, OverTime)> =
        model.inputs.iter().map(|input| (input.name.as_str(), input.over_time)).collect();
    assert_eq!(names, [("e.size", OverTime::FRESH), ("e.start", OverTime::FRESH)]);
    assert_eq!(codes(&event(fresh)), ["needless-over-time"]);
    assert_eq!(codes(&event(&format!(r#"{{"normal": {{"mean": {normal}, "sd": 1}}}}"#))), ["missing-over-time"]);
}
