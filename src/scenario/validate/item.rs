//! A value of the document with its place, and how the kinds of values are read.

use super::builder::ModelBuilder;
use super::constants;
use super::follow_ups::is_well_formed;
use crate::diagnostic::{Problem, Span, nearest_name};
use crate::scenario::json::{Json, Node, child_pointer};
use crate::scenario::keys;
use crate::scenario::place::Place;

/// A value of the document and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Item<'n> {
    pub(super) node: &'n Node,
    /// The key of a member; empty for the document and for an item of a list.
    pub(super) key: &'n str,
    key_span: Option<Span>,
    /// JSON pointer of the value.
    pub(super) pointer: String,
}

impl<'n> Item<'n> {
    /// The document itself.
    pub(super) fn document(node: &'n Node) -> Self {
        Item { node, key: "", key_span: None, pointer: String::new() }
    }

    /// The member of an object, if this is an object that has it.
    pub(super) fn get(&self, key: &str) -> Option<Item<'n>> {
        let member = self.node.members()?.iter().find(|member| member.key == key)?;
        let pointer = child_pointer(&self.pointer, key);
        Some(Item { node: &member.node, key: &member.key, key_span: member.key_span, pointer })
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.node.get(key).is_some()
    }

    /// The keys of an object in their order; none of anything else.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'n str> + use<'n> {
        self.node.members().unwrap_or_default().iter().map(|member| member.key.as_str())
    }

    /// The members of an object in their order; none of anything else.
    pub(super) fn members(&self) -> impl Iterator<Item = Item<'n>> + use<'_, 'n> {
        self.node.members().unwrap_or_default().iter().map(|member| Item {
            node: &member.node,
            key: &member.key,
            key_span: member.key_span,
            pointer: child_pointer(&self.pointer, &member.key),
        })
    }

    /// The items of a list, if this is one.
    pub(super) fn items(&self) -> Option<Vec<Item<'n>>> {
        let Json::Array(nodes) = &self.node.value else { return None };
        let item = |(index, node)| Item { node, key: "", key_span: None, pointer: format!("{}/{index}", self.pointer) };
        Some(nodes.iter().enumerate().map(item).collect())
    }

    /// The text of a member; anything else is reported where it is read.
    pub(super) fn text_of(&self, key: &str) -> Option<String> {
        self.node.get(key)?.text().map(str::to_owned)
    }

    pub(super) fn place(&self) -> Place {
        Place { span: self.node.span, pointer: self.pointer.clone() }
    }

    /// A problem with the value.
    pub(super) fn error(&self, code: &'static str, message: impl Into<String>) -> Problem {
        Problem::error(code, self.node.span, &self.pointer, message)
    }

    /// A problem with the key of a member.
    pub(super) fn key_error(&self, code: &'static str, message: impl Into<String>) -> Problem {
        Problem::error(code, self.key_span.or(self.node.span), &self.pointer, message)
    }

    /// Where the key of a member is written.
    pub(super) fn key_span(&self) -> Option<Span> {
        self.key_span
    }

    /// What the value is, for the eye.
    pub(super) fn describe(&self) -> String {
        match &self.node.value {
            Json::Null => "null".into(),
            Json::Bool(value) => value.to_string(),
            Json::Number(value) => format!("the number {value}"),
            Json::String(text) => {
                let short: String = text.chars().take(40).collect();
                format!("the text {short:?}{}", if short.len() < text.len() { "..." } else { "" })
            }
            Json::Array(_) => "a list".into(),
            Json::Object(_) => "an object".into(),
        }
    }
}

/// Each of these says what is wrong where it gives nothing.
impl ModelBuilder<'_> {
    pub(super) fn wrong_type(&mut self, item: &Item<'_>, what: &str, expected: &str) {
        let problem = item.error("wrong-type", format!("{what} must be {expected}"));
        self.push(problem.expected(expected).found(item.describe()));
    }

    /// Whether the value is an object.
    pub(super) fn is_object(&mut self, item: &Item<'_>, what: &str) -> bool {
        let is_object = item.node.members().is_some();
        if !is_object {
            self.wrong_type(item, what, "an object");
        }
        is_object
    }

    /// Whether the value is an object; reports every key that none of the tables has.
    pub(super) fn is_object_with(&mut self, item: &Item<'_>, what: &str, tables: &[&[&str]]) -> bool {
        self.known_keys(item, what, tables);
        self.is_object(item, what)
    }

    /// Reports every key that none of the tables has.
    pub(super) fn known_keys(&mut self, item: &Item<'_>, what: &str, tables: &[&[&str]]) {
        for key in item.keys().filter(|key| !tables.iter().any(|table| table.contains(key))) {
            if let Some(member) = item.get(key) {
                self.unknown_key(&member, what, tables);
            }
        }
    }

    pub(super) fn unknown_key(&mut self, member: &Item<'_>, what: &str, tables: &[&[&str]]) {
        let names: Vec<&str> = tables.concat();
        let problem = member.key_error("unknown-key", format!("{what} has no key `{}`", member.key.escape_debug()));
        let nearest = nearest_name(member.key, names.iter().copied());
        self.push(problem.expected(names.join(", ")).found(member.key).nearest(nearest));
    }

    /// A text.
    pub(super) fn text(&mut self, item: &Item<'_>, what: &str) -> Option<String> {
        if item.node.text().is_none() {
            self.wrong_type(item, what, "text");
        }
        item.node.text().map(str::to_owned)
    }

    /// Checks the texts of an object that nothing here keeps: the papers of a constant, a correlation, a target.
    pub(super) fn check_texts(&mut self, item: &Item<'_>, keys: &[&str]) {
        for key in item.keys().filter(|key| keys.contains(key)) {
            if let Some(member) = item.get(key) {
                self.text(&member, &format!("`{key}`"));
            }
        }
    }

    /// Whether a member says `true`; false where there is none.
    pub(super) fn flag(&mut self, item: &Item<'_>, key: &str) -> Option<bool> {
        let Some(member) = item.get(key) else { return Some(false) };
        if let Json::Bool(value) = member.node.value {
            return Some(value);
        }
        self.wrong_type(&member, &format!("`{key}`"), "true or false");
        None
    }

    /// One of some words, by its place among them.
    pub(super) fn word(&mut self, item: &Item<'_>, what: &str, words: &[&str]) -> Option<usize> {
        let list = words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" or ");
        let Some(text) = item.node.text() else {
            self.wrong_type(item, what, &list);
            return None;
        };
        let found = words.iter().position(|word| *word == text);
        if found.is_none() {
            let problem = item.error("unknown-value", format!("{what} must be {list}"));
            self.push(problem.expected(list).found(text).nearest(nearest_name(text, words.iter().copied())));
        }
        found
    }

    /// Whether `number` reads an item, or says what is wrong with a number; none, after a problem, where it cannot be parsed.
    pub(super) fn is_number(&mut self, item: &Item<'_>) -> Option<bool> {
        Some(match &item.node.value {
            Json::String(text) if text.trim().parse::<f64>().is_err() => {
                let ast = self.parse(text, &item.place())?;
                constants::evaluate(&ast, &self.constants).is_some()
            }
            Json::Object(_) => item.has("value"),
            _ => true,
        })
    }

    /// A finite number, or a formula of constants.
    pub(super) fn number(&mut self, item: &Item<'_>, what: &str) -> Option<f64> {
        let not_constant = || {
            let problem =
                item.error("not-constant", format!("{what} must be a constant: a number or a formula of constants"));
            problem.expected("a number or a formula of constants")
        };
        match &item.node.value {
            Json::Number(value) => Some(*value),
            Json::String(text) if text.trim().parse::<f64>().is_ok() => {
                let problem = item.error("wrong-type", format!("{what} must be a number"));
                self.push(problem.expected("a number").found(item.describe()).help("write it without quotes"));
                None
            }
            Json::String(text) => {
                let ast = self.parse(text, &item.place())?;
                match constants::evaluate(&ast, &self.constants) {
                    Some(value) if value.is_finite() => Some(value),
                    Some(value) => {
                        let message = format!("{what} has no finite value: this formula gives {value}");
                        self.push(item.error("not-finite", message));
                        None
                    }
                    None => {
                        self.push(not_constant().found(text));
                        self.asked_constants.push((item.pointer.clone(), ast));
                        None
                    }
                }
            }
            Json::Object(_) if item.has("value") => {
                self.known_keys(item, "a number with papers", &[&["value"], keys::PAPERS]);
                self.check_texts(item, keys::PAPERS);
                let value = item.get("value")?;
                if let Json::Number(number) = value.node.value {
                    return Some(number);
                }
                self.wrong_type(&value, "`value`", "a number");
                None
            }
            Json::Object(_) => {
                self.push(not_constant().found(item.describe()));
                None
            }
            _ => {
                self.wrong_type(item, what, "a number");
                None
            }
        }
    }

    /// A whole number, or a formula of constants that gives one.
    pub(super) fn whole(&mut self, item: &Item<'_>, what: &str) -> Option<f64> {
        let value = self.number(item, what)?;
        if value.fract() == 0.0 {
            return Some(value);
        }
        let problem = item.error("not-whole", format!("{what} must be a whole number"));
        self.push(problem.expected("a whole number").found(value.to_string()));
        None
    }

    /// Whether a key is a name: letters, digits and underscores, no digit first.
    pub(super) fn is_name(&mut self, member: &Item<'_>) -> bool {
        let name = member.key;
        if is_well_formed(name) {
            return true;
        }
        let shown = name.escape_debug().to_string();
        let expected = "letters, digits and underscores, beginning with a letter or an underscore";
        let problem = member.key_error("bad-name", format!("`{shown}` cannot be read as a name"));
        self.push(problem.expected(expected).found(shown));
        false
    }
}
