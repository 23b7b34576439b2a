//! The part of a line that is shown around a place.

use super::Span;
use super::escape::push_escaped;
use super::place::{LineColumn, floor_char_boundary};
use std::ops::Range;

/// Text to show and the bytes in it to underline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// The line or a part of it, escaped.
    pub(super) text: String,
    /// The bytes to underline; empty at the end of a line.
    pub(super) marked: Range<usize>,
}

/// The line in which a span begins.
///
/// Of a long line the part around the span is taken, with an ellipsis where it was cut; a span over several lines is
/// marked to the end of its first. Reads no more of the line than it shows: a file of 60 MB may be one line.
pub(super) fn window(text: &str, span: Span, place: LineColumn, width: usize) -> Window {
    let start = floor_char_boundary(text, span.start as usize);
    let before = text[place.line_start..start].char_indices();
    let first = if place.column <= width * 2 / 3 {
        place.line_start
    } else {
        before.rev().nth(width / 3 - 1).map_or(place.line_start, |(offset, _)| place.line_start + offset)
    };
    let past = text[first..].char_indices().take(width + 1).find(|&(_, character)| character == '\n');
    let cut = text[first..].char_indices().nth(width);
    let (last, is_cut) = match (past, cut) {
        (Some((newline, _)), _) => (first + newline, false),
        (None, Some((offset, _))) => (first + offset, true),
        (None, None) => (text.len(), false),
    };
    let last = if text[first..last].ends_with('\r') { last - 1 } else { last }.max(start);
    let end = floor_char_boundary(text, span.end as usize).clamp(start, last);

    let mut shown = String::from(if first > place.line_start { "…" } else { "" });
    push_shown(&mut shown, text[first..start].trim_start_matches('\u{feff}'));
    let marked = shown.len();
    push_shown(&mut shown, &text[start..end]);
    let marked = marked..shown.len();
    push_shown(&mut shown, &text[end..last]);
    if is_cut {
        shown.push('…');
    }
    Window { text: shown, marked }
}

/// Appends text as it is shown: tabs as spaces, so that the caret below stands where it should.
fn push_shown(to: &mut String, text: &str) {
    for character in text.chars() {
        if character == '\t' {
            to.push_str("    ");
        } else {
            push_escaped(to, character);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str, start: usize, end: usize, width: usize) -> (String, String) {
        let before = &text[..start];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let place = LineColumn { line: 1, column: text[line_start..start].chars().count() + 1, line_start };
        let span = Span { source: 0, start: start as u32, end: end as u32 };
        let window = window(text, span, place, width);
        (window.text.clone(), window.text[window.marked].to_owned())
    }

    fn pair(text: &str, marked: &str) -> (String, String) {
        (text.to_owned(), marked.to_owned())
    }

    #[test]
    fn short_lines_are_shown_whole() {
        assert_eq!(show("a\n bcd e\nf", 3, 6, 80), pair(" bcd e", "bcd"));
        assert_eq!(show("bcd", 3, 3, 80), pair("bcd", ""));
        assert_eq!(show("", 0, 0, 80), pair("", ""));
        assert_eq!(show("a\n", 2, 2, 80), pair("", ""));
    }

    #[test]
    fn spans_over_lines_are_marked_to_the_end_of_the_first() {
        assert_eq!(show("x: {\r\n1}", 3, 8, 80), pair("x: {", "{"));
    }

    #[test]
    fn what_is_escaped_is_marked_whole() {
        assert_eq!(show("a\u{1b}b\tc", 1, 3, 80), pair("a\\u{1b}b    c", "\\u{1b}b"));
        assert_eq!(show("\u{feff}{}", 3, 4, 80), pair("{}", "{"));
    }

    #[test]
    fn long_lines_are_cut_on_both_sides() {
        let line = format!("{}MARK{}", "a".repeat(100), "b".repeat(100));
        assert_eq!(show(&line, 100, 104, 12), pair("…aaaaMARKbbbb…", "MARK"));
        assert_eq!(show(&line, 2, 4, 12), pair("aaaaaaaaaaaa…", "aa"));
        assert_eq!(show(&line, 204, 204, 12), pair("…bbbb", ""));
        let wide = "é".repeat(300);
        assert_eq!(show(&wide, 200, 600, 12), pair("…éééééééééééé…", "éééééééé"));
    }
}
