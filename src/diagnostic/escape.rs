//! Text from files made safe to show: nothing in it moves a cursor, changes a colour or reverses a line.

use std::borrow::Cow;
use std::fmt::Write;

/// Writes control characters, terminal escapes and invisible direction marks as `\n`, `\t` or `\u{1b}`.
///
/// ```
/// assert_eq!(riskband::diagnostic::escape("a\u{1b}[31mb"), "a\\u{1b}[31mb");
/// ```
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    text.chars().for_each(|character| push_escaped(&mut escaped, character));
    Cow::Owned(escaped)
}

/// Escapes at most `most` characters; an ellipsis stands for the rest, so that a huge name cannot flood a terminal.
pub(super) fn escape_short(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        None => escape(text),
        Some((end, _)) => Cow::Owned(format!("{}…", escape(&text[..end]))),
    }
}

/// Appends one character, escaped if need be.
pub(super) fn push_escaped(to: &mut String, character: char) {
    match character {
        '\n' => to.push_str("\\n"),
        '\r' => to.push_str("\\r"),
        '\t' => to.push_str("\\t"),
        _ if is_unsafe(character) => {
            write!(to, "\\u{{{:x}}}", u32::from(character)).expect("writing to a String cannot fail");
        }
        _ => to.push(character),
    }
}

/// Controls (C0, DEL, C1), direction marks and overrides, zero-width characters, line separators and the BOM.
pub(crate) fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_borrowed_unchanged() {
        assert!(matches!(escape("größer als 5 µm, 東京"), Cow::Borrowed(_)));
    }

    #[test]
    fn whatever_drives_a_terminal_is_spelled_out() {
        assert_eq!(escape("\u{1b}]0;title\u{7}"), "\\u{1b}]0;title\\u{7}");
        assert_eq!(escape("a\u{9b}1mb\u{7f}"), "a\\u{9b}1mb\\u{7f}");
        assert_eq!(escape("user\u{202e}nosj\u{2066}"), "user\\u{202e}nosj\\u{2066}");
        assert_eq!(escape("one\r\n\ttwo"), "one\\r\\n\\ttwo");
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        assert_eq!(escape_short("äöü", 3), "äöü");
        assert_eq!(escape_short("äöüß", 3), "äöü…");
    }
}
