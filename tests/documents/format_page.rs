//! Every snippet of docs/scenario-format.md is valid: whole files as they stand, fragments in a file around them.

use riskband::diagnostic::Severity;
use riskband::limits::Limits;
use riskband::scenario::{Context, parse, validate};
use riskband::study::{LoadOptions, Origin, Study};
use serde_json::{Map, Value, json};

/// Sections whose members have names.
const NAMED: [&str; 6] = ["drivers", "constraints", "events", "variables", "correlations", "tables"];

/// What fragments of the page read without showing it.
fn surroundings() -> Value {
    let fresh = json!({ "normal": { "mean": 0.1, "sd": 0.02 }, "over_time": "fresh" });
    let draw = |over_time: &str| json!({ "normal": { "mean": 0.1, "sd": 0.02 }, "over_time": over_time });
    json!({
        "horizon": { "start": 2025, "end": 2031 },
        "market": { "start": 6.32, "unit": "USD bn", "backlog": 0.5 },
        "drivers": { "ai_ml": fresh, "hyperscale": draw("constant"), "trend": 0.08 },
        "constraints": {
            "power": { "start": 9, "growth": fresh }, "cooling": { "start": 9, "growth": fresh }, "wafer": { "start": 9, "growth": fresh }
        },
        "events": { "downturn": { "hazard": 0.1, "size": 0.2 } },
        "variables": {
            "hours": 8, "weight": 0.06, "energised": 2, "built": 0.4, "grid_restriction": 0.1, "watts": 0.06,
            "a": fresh, "b": fresh, "c": fresh
        },
        "segments": {
            "region": { "parts": { "europe": { "share": 0.4 }, "asia": { "share": 0.6 } } },
            "processor": { "parts": { "gpu": { "share": 0.8 }, "fpga": { "share": 0.2 } } }
        }
    })
}

/// The file of a snippet.
fn file(snippet: &str) -> Value {
    if let Ok(whole) = serde_json::from_str::<Value>(snippet) {
        return whole;
    }
    let fragment: Value =
        serde_json::from_str(&format!("{{{snippet}}}")).unwrap_or_else(|error| panic!("{error}\n{snippet}"));
    let fragment = fragment.as_object().expect("members");
    let is_section = |key: &String| {
        NAMED.contains(&key.as_str())
            || ["horizon", "market", "segments", "cross_tables", "targets", "outputs", "references"]
                .contains(&key.as_str())
    };
    let sections = match fragment.keys().all(is_section) {
        true => fragment.clone(),
        false => Map::from_iter([("variables".to_owned(), Value::Object(fragment.clone()))]),
    };
    let mut file = surroundings().as_object().expect("an object").clone();
    // A name of the fragment stands for what it says there, not for what surrounds it.
    let names: Vec<&String> = sections
        .iter()
        .filter(|(key, _)| NAMED.contains(&key.as_str()))
        .flat_map(|(_, value)| value.as_object())
        .flat_map(Map::keys)
        .collect();
    for section in NAMED {
        if let Some(members) = file.get_mut(section).and_then(Value::as_object_mut) {
            members.retain(|name, _| !names.contains(&name));
        }
    }
    // Steps that are no years have neither a market with parts nor events there.
    if sections.get("horizon").is_some_and(|horizon| horizon.get("steps").is_some()) {
        file.retain(|key, _| key == "horizon");
        file.insert("variables".into(), json!({ "x": 1 }));
    }
    for (key, value) in sections {
        match (file.get_mut(&key).and_then(Value::as_object_mut), value) {
            (Some(old), Value::Object(new)) if key != "horizon" && key != "segments" => old.extend(new),
            (_, value) => drop(file.insert(key, value)),
        }
    }
    Value::Object(file)
}

fn snippets(page: &str) -> Vec<String> {
    let blocks = page.split("```json\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn every_snippet_of_the_format_page_is_valid() {
    let page = include_str!("../../docs/scenario-format.md");
    let snippets = snippets(page);
    assert!(snippets.len() > 20, "{} snippets", snippets.len());
    for snippet in snippets {
        let file = file(&snippet);
        let text = serde_json::to_string_pretty(&file).expect("JSON");
        if file.get("extends").is_some() || file.get("riskband").is_some() {
            let origin = Origin::Text { name: "snippet".into(), bytes: text.clone().into_bytes() };
            if let Err(rejected) = Study::load(&origin, &LoadOptions::default()) {
                panic!("{:#?}\n{text}", rejected.problems);
            }
            continue;
        }
        let document = parse(0, text.as_bytes(), &Limits::default()).expect("it is JSON");
        let read_csv = |_: &str, _: &_| Ok("year,load\n2026,40\n2031,55.5\n".to_string());
        let problems = validate(&document, &Context { limits: Limits::default(), read_csv: &read_csv }).problems;
        let errors: Vec<_> = problems.iter().filter(|problem| problem.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{errors:#?}\n{text}");
    }
}
