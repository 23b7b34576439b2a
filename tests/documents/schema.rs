//! The JSON Schema and the parser agree on the shape of scenario files.

use boon::{Compiler, SchemaIndex, Schemas};
use riskband::limits::Limits;
use riskband::scenario::{Context, json_schema, parse, validate};
use serde_json::Value;

struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    fn new() -> Schema {
        let mut schemas = Schemas::new();
        let mut compiler = Compiler::new();
        let value: Value = serde_json::from_str(&json_schema()).expect("the schema is JSON");
        compiler.add_resource("schema.json", value).expect("the schema is a schema");
        let index = compiler.compile("schema.json", &mut schemas).expect("the schema compiles");
        Schema { schemas, index }
    }

    fn accepts(&self, text: &str) -> bool {
        let value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        self.schemas.validate(&value, self.index).is_ok()
    }
}

fn codes(text: &str) -> Vec<&'static str> {
    let document = parse(0, text.as_bytes(), &Limits::default()).expect("it is JSON");
    let context = Context { limits: Limits::default(), read_csv: &|_, _| Ok("a,b\n1,2\n".to_string()) };
    validate(&document, &context).problems.iter().map(|problem| problem.code).collect()
}

/// A file that has every kind of object in it.
const WHOLE: &str = r#"{
  "$schema": "schema.json", "riskband": 1, "title": "t", "description": "d",
  "horizon": {"start": 2025, "end": 2031, "step": "year"},
  "market": {
    "start": {"value": 6.32, "source": "s"}, "unit": "USD bn", "demand": "prev(demand) * exp(demand_growth)",
    "backlog": {"share": 0.5, "start": 0, "note": "n"}, "baseline": {"end": {"value": 35.66, "source": "s"}, "note": "n"},
    "calibrate": {"parameter": "trend", "statistic": "median", "match": "every step"}
  },
  "drivers": {
    "ai": {"normal": {"mean": {"by_year": {"2026": 0.2, "2031": "0.1 * 2"}}, "sd": 0.06}, "over_time": {"persistence": 0.4, "permanent": 0.25}, "unit": "1/a"},
    "edge": {"lognormal": {"p5": 0.1, "p95": 0.2}, "over_time": "fresh", "truncate": {"low": 0}, "clip": {"high": 1}},
    "chips": {"mixture": [{"weight": 0.5, "value": 0}, {"weight": 0.5, "value": {"pert": {"low": 0, "mode": 0.1, "high": 0.2}, "clip": {"low": 0}, "note": "n"}}], "over_time": "fresh"},
    "old": {"empirical": {"values": [0.1, 0.2], "interpolate": true}, "over_time": "fresh"},
    "new": {"empirical": {"csv": "x.csv", "column": "a"}, "over_time": "fresh"},
    "odd": {"quantiles": {"p10": 0, "p50": 0.1, "p90": 0.3, "low": -1}, "over_time": "fresh"},
    "few": {"discrete": {"0": 0.2, "1.5": 0.8}, "over_time": "fresh"},
    "trend": 0
  },
  "constraints": {"power": {"start": 9, "growth": 0.1}, "cooling": {"start": 9, "next": {"formula": "self * 1.1", "note": "n"}}},
  "events": {"downturn": {"hazard": 0.1, "size": {"triangular": {"low": 0, "mode": 1, "high": 2}}, "duration": 2, "note": "n"}},
  "variables": {"drop": {"formula": "downturn * 2", "unit": "x"}},
  "correlations": {"a": {"between": ["ai", "edge"], "normal_score": 0.3, "note": "n", "source": "s"}, "b": {"among": ["old", "odd"], "rank": 0.2, "repair": true}},
  "segments": {"region": {"title": "Region", "noise": 0.03, "source": "s", "parts": {
    "west": {"share": {"value": 0.6, "source": "s"}, "note": "n"},
    "east": {"title": "East", "share": "1 - 0.6", "growth": {"by_year": {"2026": 0, "2031": 0.1}}, "noise": 0.01, "parts": {
      "all_of_it": {"share": 1}}}}},
    "kind": {"parts": {"fast": {"share": 0.5}, "slow": {"share": 0.5}}}},
  "cross_tables": {"both": {"of": ["region", "kind"], "title": "t", "nested": false, "note": "n", "affinity": {"west": {"fast": 1.5}}}},
  "targets": {"report": "market[2031] >= 35.66", "low": {"formula": "ever(market < prev(market))", "note": "n"}},
  "outputs": {"market": "market", "peak": {"formula": "highest(market)", "unit": "USD bn"}}
}"#;

#[test]
fn the_committed_file_is_the_generated_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/schema.json");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(path, json_schema()).expect("the schema can be written");
    }
    let committed = std::fs::read_to_string(path).expect("the schema is committed");
    assert!(committed == json_schema(), "run `UPDATE_SCHEMA=1 cargo test --test documents` and commit the file");
}

#[test]
fn both_accept_what_is_valid() {
    let schema = Schema::new();
    for text in [
        WHOLE,
        r#"{"variables": {"a": {"uniform": {"low": 0, "high": 1}}, "b": "a ^ 2"}, "outputs": ["b"]}"#,
        r#"{"horizon": {"steps": 50}, "variables": {"a": {"start": 1, "growth": 0.1}}}"#,
        r#"{"horizon": {"start": "2025Q4", "end": 2031, "step": "quarter"}, "variables": {"a": {"by_year": {"2026Q2": 1, "2027": 2}}}}"#,
        r#"{"horizon": {"start": "2000 + 25", "end": 2031}, "market": {"start": 1, "backlog": 0.5}}"#,
    ] {
        let found = codes(text);
        assert!(found.iter().all(|code| *code == "diluted-correlation"), "{found:?} {text}");
        assert!(schema.accepts(text), "{text}");
    }
}

/// A member put into each object that has a fixed set of keys.
#[test]
fn both_refuse_an_unknown_key_anywhere() {
    let schema = Schema::new();
    let whole: Value = serde_json::from_str(WHOLE).expect("it is JSON");
    let open = [
        "/drivers",
        "/constraints",
        "/events",
        "/variables",
        "/correlations",
        "/segments",
        "/cross_tables",
        "/targets",
        "/outputs",
    ];
    let mut places = Vec::new();
    objects(&whole, String::new(), &mut places);
    let mut tried = 0;
    for place in places {
        // Names and knots are the file's own.
        if open.contains(&place.as_str())
            || place.ends_with("by_year")
            || place.ends_with("parts")
            || place.contains("affinity")
            || place.ends_with("discrete")
        {
            continue;
        }
        let mut changed = whole.clone();
        let object = changed.pointer_mut(&place).and_then(Value::as_object_mut).expect("the place is an object");
        object.insert("zzz".into(), Value::from(1));
        let text = changed.to_string();
        assert!(!schema.accepts(&text), "{place}");
        let found = codes(&text);
        assert!(found.iter().any(|code| ["unknown-key", "mixed-parameters"].contains(code)), "{place} {found:?}");
        tried += 1;
    }
    assert!(tried > 30, "{tried}");
}

fn objects(value: &Value, pointer: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(key, value)| objects(value, format!("{pointer}/{key}"), places));
            places.push(pointer);
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, value)| objects(value, format!("{pointer}/{i}"), places));
        }
        _ => {}
    }
}

#[test]
fn both_refuse_wrong_shapes() {
    let schema = Schema::new();
    let whole: Value = serde_json::from_str(WHOLE).expect("it is JSON");
    for (place, value) in [
        ("", "[]"),
        ("/riskband", "2"),
        ("/title", "3"),
        ("/horizon", "{\"steps\": 3, \"start\": 2025}"),
        ("/horizon/step", "\"week\""),
        ("/horizon/start", "true"),
        ("/market/start", "null"),
        ("/market/unit", "1"),
        ("/market/baseline", "[1]"),
        ("/market/calibrate/match", "\"all\""),
        ("/market/calibrate/statistic", "\"mode\""),
        ("/drivers", "[]"),
        ("/drivers/ai", "{\"nromal\": {\"mean\": 0, \"sd\": 1}}"),
        ("/drivers/ai", "{\"normal\": {\"mean\": 0, \"std\": 1}, \"over_time\": \"fresh\"}"),
        ("/drivers/ai", "{\"normal\": {\"mean\": 0}, \"over_time\": \"fresh\"}"),
        ("/drivers/ai", "{}"),
        ("/drivers/ai", "{\"normal\": {\"mean\": 0, \"sd\": 1}, \"value\": 3, \"over_time\": \"fresh\"}"),
        ("/drivers/ai/over_time", "\"often\""),
        ("/drivers/ai/over_time", "{\"persistence\": 1}"),
        ("/drivers/ai/over_time", "{}"),
        ("/drivers/edge/lognormal", "{\"p5\": 1}"),
        ("/drivers/edge/clip", "3"),
        ("/drivers/chips/mixture", "{}"),
        ("/drivers/chips/mixture/0/weight", "null"),
        ("/drivers/old/empirical/values", "[]"),
        ("/drivers/old/empirical/interpolate", "1"),
        ("/drivers/few/discrete", "{}"),
        ("/constraints/power", "{\"start\": 9}"),
        ("/constraints/power", "{\"start\": 9, \"growth\": 0, \"next\": \"self\"}"),
        ("/constraints/cooling/next", "3"),
        ("/events/downturn", "{\"size\": 1}"),
        ("/events/downturn", "1"),
        ("/correlations/a/between", "[\"ai\"]"),
        ("/correlations/a/normal_score", "2"),
        ("/correlations/a", "{\"between\": [\"ai\", \"edge\"]}"),
        ("/correlations/a", "{\"rank\": 0.5}"),
        ("/correlations/a", "{\"between\": [\"ai\", \"edge\"], \"rank\": 0.3, \"pearson\": 0.3}"),
        ("/correlations/b/repair", "1"),
        ("/cross_tables", "[]"),
        ("/cross_tables/both", "{\"note\": \"n\"}"),
        ("/cross_tables/both/of", "[\"region\"]"),
        ("/cross_tables/both/affinity", "{\"west\": 2}"),
        ("/cross_tables/both/affinity/west/fast", "null"),
        ("/segments", "[]"),
        ("/segments/region", "{\"noise\": 0.03}"),
        ("/segments/region/parts", "{}"),
        ("/segments/region/parts/west", "{\"growth\": 0.03}"),
        ("/segments/region/parts/west/share", "null"),
        ("/segments/region/parts/west/share", "{\"normal\": {\"mean\": 0.5, \"sd\": 0.1}}"),
        ("/segments/region/title", "1"),
        ("/targets/report", "1"),
        ("/targets/low", "{\"note\": \"x\"}"),
        ("/outputs", "3"),
        ("/outputs", "[]"),
        ("/outputs", "[1]"),
    ] {
        let mut changed = whole.clone();
        *changed.pointer_mut(place).unwrap_or_else(|| panic!("no {place}")) =
            serde_json::from_str(value).expect("it is JSON");
        let text = changed.to_string();
        assert!(!schema.accepts(&text), "the schema accepts {place}: {value}");
        let found = codes(&text);
        assert!(found.iter().any(|code| *code != "diluted-correlation"), "the parser accepts {place}: {value}");
    }
}

/// Every value of a file replaced by every kind of value: what the schema refuses, the parser refuses, and nothing panics.
#[test]
fn the_parser_refuses_at_least_what_the_schema_refuses() {
    let schema = Schema::new();
    let whole: Value = serde_json::from_str(WHOLE).expect("it is JSON");
    let mut places = Vec::new();
    values(&whole, String::new(), &mut places);
    let replacements = [
        "null",
        "true",
        "-1",
        "0",
        "0.5",
        "3",
        "1e308",
        "\"\"",
        "\"ai\"",
        "\"prev(ai)\"",
        "\"a +\"",
        "\"1 / 0\"",
        "[]",
        "[\"ai\"]",
        "[1, 2]",
        "{}",
        "{\"value\": 1}",
        "{\"formula\": \"step\"}",
        "{\"start\": 1, \"growth\": \"ai\"}",
        "{\"normal\": {\"mean\": \"ai\", \"sd\": 1}, \"over_time\": \"fresh\"}",
        "{\"by_year\": {\"2026\": \"ai\"}}",
    ];
    let mut accepted = Vec::new();
    for place in &places {
        for replacement in replacements {
            let mut changed = whole.clone();
            let value = changed.pointer_mut(place).expect("the place exists");
            *value = serde_json::from_str(replacement).expect("it is JSON");
            let text = changed.to_string();
            let refused = codes(&text).iter().any(|code| !["diluted-correlation", "unused-event"].contains(code));
            if !refused && !schema.accepts(&text) {
                accepted.push(format!("{place}: {replacement}"));
            }
        }
    }
    assert!(accepted.is_empty(), "the parser accepts {accepted:#?}");
}

fn values(value: &Value, pointer: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(key, value)| values(value, format!("{pointer}/{key}"), places));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, value)| values(value, format!("{pointer}/{i}"), places));
        }
        _ => {}
    }
    places.push(pointer);
}

#[test]
fn a_file_that_extends_another_is_a_patch() {
    let schema = Schema::new();
    for text in [
        r#"{"extends": "baseline", "constraints": {"power": {"growth": {"pert": {"mode": 0.2}}}}}"#,
        r#"{"extends": ["a", "b"], "events": {"downturn": null}, "drivers": {"ai": {"over_time": "fresh"}}}"#,
        r#"{"extends": "baseline", "market": {"backlog": null, "start": 3}, "horizon": {"end": 2035}}"#,
    ] {
        assert!(schema.accepts(text), "{text}");
    }
    for text in [
        r#"{"extends": "baseline", "constraints": {"power": {"growth": {"pert": {"mod": 0.2}}}}}"#,
        r#"{"extends": 3}"#,
        r#"{"extends": "baseline", "diver": {}}"#,
        r#"{"constraints": {"power": {"growth": {"pert": {"mode": 0.2}}}}}"#,
    ] {
        assert!(!schema.accepts(text), "{text}");
    }
}
