//! Segments and cross tables.

use super::*;

/// A market in these dimensions.
fn with(segments: &str) -> String {
    format!(
        r#"{{"horizon": {{"start": 2025, "end": 2031}}, "market": {{"start": 1, "unit": "EUR"}}, "segments": {{{segments}}}}}"#
    )
}

const REGION: &str = r#""region": {"noise": 0.03, "source": "a survey", "confidence": "low", "parts": {
    "asia": {"share": 0.6, "growth": 0.02, "parts": {"japan": {"share": 1}}},
    "europe": {"share": {"value": 0.4, "source": "another"}, "title": "Europe"}}}"#;

#[test]
fn become_quantities_inputs_and_outputs() {
    let model = model(&with(REGION));
    let inputs: Vec<&str> = model.inputs.iter().map(|input| input.name.as_str()).collect();
    assert_eq!(inputs, ["region.asia.noise", "region.europe.noise", "region.asia.japan.noise"]);
    assert!(model.inputs.iter().all(|input| input.over_time == OverTime::FRESH));
    let paths: Vec<&str> = model.dimensions[0].segments.iter().map(|segment| segment.path.as_str()).collect();
    assert_eq!(paths, ["asia", "asia.japan", "europe"]);
    for (name, first_step) in [
        ("market.region.asia.japan", 0),
        ("share.region.europe", 0),
        ("growth.region.asia", 1),
        ("cagr.region.asia", 6),
    ] {
        assert_eq!(first(&model, name), first_step, "{name}");
    }
    let names: Vec<String> = model.outputs.iter().map(|output| output.full_name()).collect();
    assert_eq!(names[..6], ["market", "demand", "backlog", "growth", "cagr", "market.region.asia"]);
    assert_eq!(names.len(), 5 + 9);
    // What has no papers of its own has those that stand above it.
    let papers = |name: &str| {
        let variable = model.variable(find(&model, name));
        (variable.source.as_deref(), variable.confidence.as_deref(), variable.pointer.as_str())
    };
    let above = (Some("a survey"), Some("low"), "/segments/region/parts/asia/share");
    assert_eq!(papers("region.asia.share"), above);
    assert_eq!(papers("region.europe.share"), (Some("another"), None, "/segments/region/parts/europe/share"));
}

#[test]
fn are_listed_as_outputs() {
    let listed = |outputs: &str| {
        let model = model(&with(REGION).replace("\"segments\"", &format!("\"outputs\": {outputs}, \"segments\"")));
        model.outputs.iter().map(|output| output.full_name()).collect::<Vec<_>>()
    };
    assert_eq!(
        listed(r#"["share.region", "market.region.asia.japan", "market"]"#),
        ["share.region.asia", "share.region.asia.japan", "share.region.europe", "market.region.asia.japan", "market"]
    );
    assert_eq!(listed(r#"{"asia": "market.region.asia"}"#), ["asia"]);
}

#[test]
fn what_is_wrong_with_them() {
    let one = |part: &str| with(&format!(r#""region": {{"parts": {{"asia": {part}}}}}"#));
    for (text, code) in [
        (one("{}"), "missing-key"),
        (one("1"), "wrong-type"),
        (one(r#"{"share": -0.1}"#), "out-of-range"),
        (one(r#"{"share": 1.5}"#), "out-of-range"),
        (one(r#"{"share": "market"}"#), "not-constant"),
        (one(r#"{"share": 1, "growht": 0}"#), "unknown-key"),
        (one(r#"{"share": 1, "growth": {"normal": {"mean": 0, "sd": 1}}}"#), "missing-over-time"),
        (one(r#"{"share": 1, "noise": 0.1}"#), "unknown-key"),
        (one(r#"{"share": 1, "parts": {}}"#), "missing-key"),
        (one(r#"{"share": 1, "title": 3}"#), "wrong-type"),
        (with(r#""region": {}"#), "missing-key"),
        (with(r#""region": {"noise": -0.1, "parts": {"asia": {"share": 1}}}"#), "out-of-range"),
        (with(r#""a b": {"parts": {"asia": {"share": 1}}}"#), "bad-name"),
        (with(r#""region": {"parts": {"a b": {"share": 1}}}"#), "bad-name"),
        (r#"{"segments": {}, "variables": {"a": 1}}"#.to_string(), "needs-market"),
    ] {
        assert_eq!(codes(&text), [code], "{text}");
    }
}

#[test]
fn what_is_wrong_with_cross_tables() {
    let kinds = r#", "kind": {"parts": {"fast": {"share": 0.5}, "slow": {"share": 0.5}}}"#;
    let crossed = |table: &str| {
        let table = format!(r#""cross_tables": {{"both": {table}}}, "segments""#);
        with(&format!("{REGION}{kinds}")).replace("\"segments\"", &table)
    };
    let both = r#""of": ["region", "kind"]"#;
    for (table, code) in [
        ("{}".to_string(), "missing-key"),
        (r#"{"of": "region"}"#.to_string(), "wrong-type"),
        (r#"{"of": ["region"]}"#.to_string(), "wrong-count"),
        (r#"{"of": ["region", "region"]}"#.to_string(), "wrong-count"),
        (r#"{"of": ["region", "kinds"]}"#.to_string(), "unknown-name"),
        (format!(r#"{{{both}, "nested": 1}}"#), "wrong-type"),
        (format!(r#"{{{both}, "affinity": {{"africa": {{}}}}}}"#), "unknown-name"),
        (format!(r#"{{{both}, "affinity": {{"asia": {{"fats": 2}}}}}}"#), "unknown-name"),
        (format!(r#"{{{both}, "affinity": {{"asia": {{"fast": 0}}}}}}"#), "out-of-range"),
        (format!(r#"{{{both}, "affinity": {{"asia": {{"fast": "market"}}}}}}"#), "not-constant"),
        (format!(r#"{{{both}, "affinity": {{"asia": {{"fast": 1e6}}, "europe": {{"slow": 1e6}}}}}}"#), "no-fit"),
        (format!(r#"{{{both}, "unit": "x", "odds": 1}}"#), "unknown-key"),
    ] {
        assert_eq!(codes(&crossed(&table)), [code], "{table}");
    }
    assert!(codes(&crossed(&format!(r#"{{{both}, "affinity": {{"asia": {{"fast": 2}}}}}}"#))).is_empty());
    let named = crossed(&format!("{{{both}}}")).replace("\"both\"", "\"kind\"");
    assert_eq!(codes(&named), ["duplicate-name"]);
    let text = r#"{"cross_tables": {}, "horizon": {"steps": 2}, "market": {"start": 1}}"#;
    assert_eq!(codes(text), ["needs-segments"]);
}

#[test]
fn shares_that_do_not_add_up_say_their_sum() {
    let text = with(r#""region": {"parts": {"a": {"share": 0.1}, "b": {"share": 0.2}, "c": {"share": 0.65}}}"#);
    let problem = only(&text);
    assert_eq!((problem.code, problem.found.as_deref()), ("shares-do-not-add-up", Some("0.95")));
    assert_eq!(problem.pointer, "/segments/region/parts");
}

#[test]
fn unknown_names_have_neighbours() {
    let asked = |name: &str| {
        let targets = format!(r#""targets": {{"a": "{name} > 1"}}, "segments""#);
        only(&with(REGION).replace("\"segments\"", &targets))
    };
    let problem = asked("market.region.asai");
    assert_eq!((problem.code, problem.nearest.as_deref()), ("unknown-name", Some("market.region.asia")));
    let problem = asked("market.region");
    assert_eq!(problem.help.as_deref(), Some("the parts of `region` are asia, asia.japan, europe"));
    let problem = asked("market.continent.asia");
    assert_eq!(problem.help.as_deref(), Some("the dimensions of this file are region"));
    let outputs = with(REGION).replace("\"segments\"", r#""outputs": ["market.regoin"], "segments""#);
    assert_eq!(only(&outputs).nearest.as_deref(), Some("market.region"));
    let twice =
        with(REGION).replace("\"segments\"", r#""outputs": ["market.region", "market.region.asia"], "segments""#);
    assert_eq!(only(&twice).code, "duplicate-name");
}
