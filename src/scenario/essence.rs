//! What of a document feeds numbers: the part that a solved calibration depends on.

use super::json::{Json, Member, Node};
use super::keys;

/// Members of the file itself that say what is read of the paths, or nothing about them.
const UNFELT: &[&str] = &["$schema", "title", "description", "extends", "targets", "outputs", "references"];
/// Members of the file itself that are words alone.
const WORDS: &[&str] = &["$schema", "title", "description", "extends"];
/// Members whose own members are named by the author: there, `note` may be the name of a quantity.
const NAMED: &[&str] = &[
    "drivers",
    "constraints",
    "events",
    "variables",
    "tables",
    "segments",
    "cross_tables",
    "parts",
    "targets",
    "outputs",
    "references",
];

/// The document without prose, outputs, targets and references: two documents with the same essence have the same paths of every
/// quantity, as far as the files that they name have the same content.
///
/// Titles, units, sources, notes and grades of confidence are prose. What is not known to be prose stays: a document that
/// keeps too much is solved again, one that keeps too little would take the solution of another.
pub fn essence(document: &Node) -> Node {
    essential(document, UNFELT)
}

/// The document without prose: two documents that differ in words alone have the same numbers in every table.
pub fn without_words(document: &Node) -> Node {
    essential(document, WORDS)
}

fn essential(document: &Node, left_out: &[&str]) -> Node {
    let Json::Object(members) = &document.value else { return document.clone() };
    let kept = members.iter().filter(|member| !left_out.contains(&member.key.as_str()));
    Node { value: Json::Object(kept.map(without_prose).collect()), span: None }
}

fn without_prose(member: &Member) -> Member {
    let is_named = NAMED.contains(&member.key.as_str());
    Member { key: member.key.clone(), key_span: None, node: stripped(&member.node, is_named) }
}

/// The node without the prose of its own, unless its keys are names.
fn stripped(node: &Node, keys_are_names: bool) -> Node {
    let value = match &node.value {
        Json::Array(items) => Json::Array(items.iter().map(|item| stripped(item, false)).collect()),
        Json::Object(members) if keys_are_names => Json::Object(
            members
                .iter()
                .map(|member| Member { key: member.key.clone(), key_span: None, node: stripped(&member.node, false) })
                .collect(),
        ),
        Json::Object(members) => Json::Object(members.iter().filter(|m| !is_prose(m)).map(without_prose).collect()),
        value => value.clone(),
    };
    Node { value, span: None }
}

/// Prose is text: an object or a number under such a key is something else.
fn is_prose(member: &Member) -> bool {
    keys::PAPERS.contains(&member.key.as_str()) && matches!(member.node.value, Json::String(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::scenario::{canonical, parse};

    fn essential(text: &str) -> String {
        canonical(&essence(&parse(0, text.as_bytes(), &Limits::default()).expect("good JSON")))
    }

    #[test]
    fn prose_outputs_targets_and_references_leave() {
        let bare = r#"{"riskband":1,"market":{"start":10},"events":{"slump":{"hazard":{"value":0.1}}}}"#;
        let told = r#"{
            "$schema": "schema.json", "riskband": 1, "title": "A", "description": "B",
            "market": { "start": 10, "title": "M", "unit": "EUR", "note": "n", "source": "s" },
            "events": { "slump": { "title": "S", "hazard": { "value": 0.1, "source": "s", "confidence": "assumption" } } },
            "targets": { "t": "market >= 1" }, "outputs": ["market"], "references": { "r": { "by_year": { "2031": 9 } } }
        }"#;
        assert_eq!(essential(told), essential(bare));
    }

    #[test]
    fn what_is_asked_of_the_paths_is_no_word() {
        let of = |text: &str| canonical(&without_words(&parse(0, text.as_bytes(), &Limits::default()).expect("good")));
        let target = |condition: &str, title: &str| {
            of(&format!(
                r#"{{"title":"{title}","targets":{{"note":"{condition}","t":{{"when":"b","title":"{title}"}}}}}}"#
            ))
        };
        assert_eq!(target("a", "x"), target("a", "y"));
        assert_ne!(target("a", "x"), target("b", "x"));
        assert_ne!(of(r#"{"outputs":["a"]}"#), of(r#"{"outputs":["b"]}"#));
    }

    #[test]
    fn quantities_called_like_prose_stay() {
        let of = |formula: &str| essential(&format!(r#"{{"variables":{{"note":"{formula}","title":2}}}}"#));
        assert_ne!(of("1"), of("2"));
        let parts =
            |share: &str| essential(&format!(r#"{{"segments":{{"kind":{{"parts":{{"source":"{share}"}}}}}}}}"#));
        assert_ne!(parts("x"), parts("y"));
    }

    #[test]
    fn numbers_and_formulas_stay() {
        assert_ne!(essential(r#"{"drivers":{"a":{"value":1}}}"#), essential(r#"{"drivers":{"a":{"value":2}}}"#));
        assert_ne!(essential(r#"{"drivers":{"a":"b"}}"#), essential(r#"{"drivers":{"a":"c"}}"#));
    }
}
