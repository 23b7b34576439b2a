//! Events.

use super::*;

fn event(event: &str, a: &str) -> String {
    format!(r#"{{"horizon": {{"start": 2025, "end": 2031}}, "events": {{"e": {event}}}, "variables": {{"a": "{a}"}}}}"#)
}

#[test]
fn events_in_formulas() {
    let model = model(&event(
        r#"{"hazard": 0.13, "size": {"triangular": {"low": 0.2, "mode": 0.4, "high": 0.7}}, "duration": {"discrete": {"1": 0.5, "2": 0.5}}}"#,
        "e + on(e) * started(e) - 0.4 * prev(e) * ended(e)",
    ));
    let names: Vec<&str> = model.inputs.iter().map(|input| input.name.as_str()).collect();
    assert_eq!(names, ["e.size", "e.duration", "e.start"]);
    assert_eq!((first(&model, "e"), first(&model, "a")), (0, 1));
}

#[test]
fn what_is_wrong_with_them() {
    for (text, code) in [
        (event("{}", "e"), "missing-key"),
        (event("3", "e"), "wrong-type"),
        (event(r#"{"hazard": 1.1}"#, "e"), "out-of-range"),
        (event(r#"{"hazard": {"by_year": {"2026": 0, "2027": -0.5}}}"#, "e"), "out-of-range"),
        (event(r#"{"hazard": 0.1, "siz": 1}"#, "e"), "unknown-key"),
        (event(r#"{"hazard": "lag(on(e), 2)"}"#, "e"), "no-value-yet"),
        (event(r#"{"hazard": 0.1}"#, "on(a)"), "not-an-event"),
        (event(r#"{"hazard": 0.1}"#, "1"), "unused-event"),
    ] {
        let found = codes(&text);
        assert_eq!(found.first(), Some(&code), "{text} {found:?}");
    }
    assert!(run(&event(r#"{"hazard": 0.1}"#, "1")).model.is_some(), "a warning does not reject");
    assert_eq!(codes(r#"{"events": {"e": {"hazard": 1}}, "variables": {"a": "e"}}"#), ["needs-horizon"]);
}
