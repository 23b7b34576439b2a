//! Text of pages and pictures: elements, attributes, and the one place that escapes what stands in them.

use crate::diagnostic;
use std::fmt::Display;

/// HTML or SVG as it is written. Tags and attribute names come from this program; all else is escaped.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Markup(String);

/// Signs that join the words of a name, and behind which it may break.
pub(crate) const BREAKS: [char; 3] = ['_', '/', ':'];

/// An attribute and its value.
pub(crate) type Attribute<'a> = (&'a str, &'a dyn Display);

impl Markup {
    pub(crate) fn new() -> Self {
        Markup::default()
    }

    /// `<tag name="value">`
    pub(crate) fn open(&mut self, tag: &str, attributes: &[Attribute<'_>]) {
        self.start(tag, attributes);
        self.0.push('>');
    }

    /// `</tag>`
    pub(crate) fn close(&mut self, tag: &str) {
        self.0.push_str("</");
        self.0.push_str(tag);
        self.0.push_str(">\n");
    }

    /// `<tag name="value"/>`
    pub(crate) fn leaf(&mut self, tag: &str, attributes: &[Attribute<'_>]) {
        self.start(tag, attributes);
        self.0.push_str("/>\n");
    }

    /// `<tag name="value">text</tag>`
    pub(crate) fn element(&mut self, tag: &str, attributes: &[Attribute<'_>], text: impl Display) {
        self.open(tag, attributes);
        self.text(text);
        self.close(tag);
    }

    pub(crate) fn text(&mut self, text: impl Display) {
        self.0.push_str(&escape(&text.to_string()));
    }

    /// `<tag name="value">` with a text in which what stands between backticks is code: names that files write.
    pub(crate) fn prose(&mut self, tag: &str, attributes: &[Attribute<'_>], text: &str) {
        self.open(tag, attributes);
        let parts: Vec<&str> = text.split('`').collect();
        // A backtick without a partner is one that an author wrote.
        if parts.len().is_multiple_of(2) {
            self.text(text);
        } else {
            for (index, part) in parts.iter().enumerate() {
                match index % 2 {
                    0 => self.text(part),
                    _ => self.0.push_str(&format!("<code>{}</code>", escape(part))),
                }
            }
        }
        self.close(tag);
    }

    /// Text that may break behind the signs that names are joined with.
    pub(crate) fn breakable(&mut self, text: &str) {
        for part in text.split_inclusive(BREAKS) {
            self.text(part);
            if part.ends_with(BREAKS) && part.len() < text.len() {
                self.0.push_str("<wbr>");
            }
        }
    }

    /// Markup of this program: style sheets, scripts, parts written elsewhere.
    pub(crate) fn trusted(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    fn start(&mut self, tag: &str, attributes: &[Attribute<'_>]) {
        self.0.push('<');
        self.0.push_str(tag);
        for (name, value) in attributes {
            self.0.push(' ');
            self.0.push_str(name);
            self.0.push_str("=\"");
            self.text(value);
            self.0.push('"');
        }
    }
}

/// Text as it may stand in an element or in a quoted attribute, of HTML and of XML.
///
/// Controls, which XML forbids even as references, and marks that reverse a line are spelled out as on a terminal.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in diagnostic::escape(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // Not characters in XML.
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_it() {
        assert_eq!(escape("a<b>&\"c\"'"), "a&lt;b&gt;&amp;&quot;c&quot;&#39;");
        assert_eq!(escape("]]><!--\u{0}\u{202e}\u{ffff}"), "]]&gt;&lt;!--\\u{0}\\u{202e}\u{fffd}");
        assert_eq!(escape("größer 東京"), "größer 東京");
    }

    #[test]
    fn names_in_backticks_are_code() {
        let prose = |text: &str| {
            let mut markup = Markup::new();
            markup.prose("p", &[], text);
            markup.0
        };
        assert_eq!(prose("`a<b` is 3, `c` 4"), "<p><code>a&lt;b</code> is 3, <code>c</code> 4</p>\n");
        assert_eq!(prose("a ` alone"), "<p>a ` alone</p>\n");
    }

    #[test]
    fn attributes_and_texts_are_escaped_alike() {
        let mut markup = Markup::new();
        markup.element("b", &[("title", &"\" onload=\"x")], "</b><script>");
        assert_eq!(markup.as_str(), "<b title=\"&quot; onload=&quot;x\">&lt;/b&gt;&lt;script&gt;</b>\n");
    }
}
