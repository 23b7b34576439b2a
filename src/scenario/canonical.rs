//! A document as plain JSON, in its own order for readers and in canonical form for the hash.

use super::json::{Json, Node};
use serde_json::{Map, Number, Value};
use sha2::{Digest, Sha256};

/// Whole numbers below this are exact and are written without a fraction: 2025, not 2025.0.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The document as a JSON value, members in their order.
pub fn to_json(document: &Node) -> Value {
    match &document.value {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(value) => number(*value),
        Json::String(text) => Value::String(text.clone()),
        Json::Array(items) => Value::Array(items.iter().map(to_json).collect()),
        Json::Object(members) => Value::Object(
            members.iter().map(|member| (member.key.clone(), to_json(&member.node))).collect::<Map<_, _>>(),
        ),
    }
}

/// The text that the content hash is taken of: keys sorted by their bytes, no white space, the shortest digits that read
/// back as the same number, without `$schema`, which only tells an editor what to offer.
pub fn canonical(document: &Node) -> String {
    let mut text = String::new();
    push_canonical(&mut text, document, true);
    text
}

/// SHA-256 of the canonical text, in lower-case hexadecimal.
pub fn content_hash(document: &Node) -> String {
    Sha256::digest(canonical(document)).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn push_canonical(to: &mut String, node: &Node, is_root: bool) {
    match &node.value {
        Json::Array(items) => {
            to.push('[');
            for (index, item) in items.iter().enumerate() {
                to.push_str(if index > 0 { "," } else { "" });
                push_canonical(to, item, false);
            }
            to.push(']');
        }
        Json::Object(members) => {
            let mut sorted: Vec<_> = members.iter().filter(|member| !(is_root && member.key == "$schema")).collect();
            sorted.sort_by(|a, b| a.key.cmp(&b.key));
            to.push('{');
            for (index, member) in sorted.into_iter().enumerate() {
                to.push_str(if index > 0 { "," } else { "" });
                to.push_str(&Value::from(member.key.as_str()).to_string());
                to.push(':');
                push_canonical(to, &member.node, false);
            }
            to.push('}');
        }
        _ => to.push_str(&to_json(node).to_string()),
    }
}

fn number(value: f64) -> Value {
    // -0 keeps its sign: 1 / -0 is not 1 / 0.
    let is_whole = value.trunc() == value && value.abs() < EXACT && !(value == 0.0 && value.is_sign_negative());
    if is_whole {
        return Value::from(value as i64);
    }
    Value::Number(Number::from_f64(value).expect("numbers of a document are finite"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::scenario::parse;

    fn node(text: &str) -> Node {
        parse(0, text.as_bytes(), &Limits::default()).expect("the test writes JSON")
    }

    #[test]
    fn plain_json_keeps_order_and_whole_numbers() {
        let text = r#"{"b":[2025,1.5,-0.0,1e300,9007199254740993],"a":{"x":null,"w":true,"s":"é\n"}}"#;
        let expected = r#"{"b":[2025,1.5,-0.0,1e+300,9007199254740992.0],"a":{"x":null,"w":true,"s":"é\n"}}"#;
        assert_eq!(to_json(&node(text)).to_string(), expected);
    }

    #[test]
    fn canonical_text_does_not_depend_on_order_space_or_spelling() {
        let a = node(r#"{ "$schema": "x", "b": 1.50, "a": { "z": "\u0041", "y": [1e2] } }"#);
        let b = node(r#"{"a":{"y":[100],"z":"A"},"b":1.5}"#);
        assert_eq!(canonical(&a), r#"{"a":{"y":[100],"z":"A"},"b":1.5}"#);
        assert_eq!(canonical(&a), canonical(&b));
        assert_eq!(content_hash(&a), content_hash(&b));
    }

    #[test]
    fn only_the_outermost_schema_is_ignored_and_values_matter() {
        assert_ne!(content_hash(&node(r#"{"a":{"$schema":1}}"#)), content_hash(&node(r#"{"a":{}}"#)));
        assert_ne!(content_hash(&node(r#"{"a":0.1}"#)), content_hash(&node(r#"{"a":0.10000000000000002}"#)));
    }

    #[test]
    fn the_hash_is_sha_256_of_the_text() {
        // SHA-256 of the two bytes `{}`, as `printf '{}' | sha256sum` gives it.
        let expected = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        assert_eq!(content_hash(&node("{}")), expected);
    }
}
