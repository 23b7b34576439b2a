//! A JSON tree in which every value knows where it was written.

use crate::diagnostic::Span;

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Json,
    /// Where the value was written (a `--set` is a text too); `None` for what calibration put there.
    pub span: Option<Span>,
}

/// A JSON value. Numbers are finite.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(f64),
    /// Text.
    String(String),
    /// A list.
    Array(Vec<Node>),
    /// Members in the order of the file; keys are unique.
    Object(Vec<Member>),
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The key.
    pub key: String,
    /// Where the key was written.
    pub key_span: Option<Span>,
    /// The value.
    pub node: Node,
}

impl Node {
    /// An object without members, written nowhere: what patches are merged into.
    pub fn empty() -> Node {
        Node { value: Json::Object(Vec::new()), span: None }
    }

    /// The member of an object, if this is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.members()?.iter().find(|member| member.key == key).map(|member| &member.node)
    }

    /// The members, if this is an object.
    pub fn members(&self) -> Option<&[Member]> {
        match &self.value {
            Json::Object(members) => Some(members),
            _ => None,
        }
    }

    /// Takes a member out of an object that has it.
    pub(super) fn take_member(&mut self, key: &str) -> Option<Node> {
        let Json::Object(members) = &mut self.value else { return None };
        let place = members.iter().position(|member| member.key == key)?;
        Some(members.remove(place).node)
    }

    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self.value {
            Json::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The text, if this is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    /// The same value with the source of every span moved on, as when its texts are put after `by` others.
    #[must_use]
    pub(crate) fn with_sources_after(&self, by: u32) -> Node {
        let moved = |span: Option<Span>| span.map(|span| Span { source: span.source + by, ..span });
        let value = match &self.value {
            Json::Array(items) => Json::Array(items.iter().map(|item| item.with_sources_after(by)).collect()),
            Json::Object(members) => {
                let member = |member: &Member| Member {
                    key: member.key.clone(),
                    key_span: moved(member.key_span),
                    node: member.node.with_sources_after(by),
                };
                Json::Object(members.iter().map(member).collect())
            }
            value => value.clone(),
        };
        Node { value, span: moved(self.span) }
    }

    /// What kind of value it is, in words for a message: `a number`.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Json::Null => "null",
            Json::Bool(_) => "true or false",
            Json::Number(_) => "a number",
            Json::String(_) => "text",
            Json::Array(_) => "a list",
            Json::Object(_) => "an object",
        }
    }
}

/// A place in a document, as a list through the stack of whoever walks it: free until a problem needs its pointer.
#[derive(Clone, Copy, Debug)]
pub(super) enum At<'a> {
    /// The document itself.
    Root,
    /// A member of an object.
    Member(&'a At<'a>, &'a str),
    /// An item of a list.
    Item(&'a At<'a>, usize),
}

impl At<'_> {
    /// The JSON pointer of the place.
    pub(super) fn pointer(&self) -> String {
        match self {
            At::Root => String::new(),
            At::Member(parent, key) => child_pointer(&parent.pointer(), key),
            At::Item(parent, index) => format!("{}/{index}", parent.pointer()),
        }
    }
}

/// The JSON pointer (RFC 6901) of a member of what `pointer` points at.
pub fn child_pointer(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_escape_what_separates() {
        assert_eq!(child_pointer("", "drivers"), "/drivers");
        assert_eq!(child_pointer("/drivers", "a/b~c"), "/drivers/a~1b~0c");
    }
}
