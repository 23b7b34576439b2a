//! Bytes to lines and columns, for all problems of a text in one pass over it.

use super::{Problem, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

/// Where a span begins. Lines and columns count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LineColumn {
    /// Line.
    pub(super) line: usize,
    /// Character in the line.
    pub(super) column: usize,
    /// Byte at which the line begins.
    pub(super) line_start: usize,
}

/// The places of the spans of some problems.
///
/// A lookup each would read a text from its beginning every time: ten thousand problems in a file of 60 MB took minutes.
#[derive(Debug)]
pub(super) struct LineColumns(BTreeMap<(u32, u32), LineColumn>);

impl LineColumns {
    /// Finds the places of all spans, related ones included.
    pub(super) fn of(problems: &[Problem], sources: &Sources) -> LineColumns {
        let spans = problems
            .iter()
            .flat_map(|problem| problem.span.into_iter().chain(problem.related.iter().map(|related| related.span)));
        let starts: BTreeSet<(u32, u32)> = spans.map(|span| (span.source, span.start)).collect();
        let mut places = BTreeMap::new();
        let mut walk: Option<(u32, Walk<'_>)> = None;
        for (source, start) in starts {
            let Some(file) = sources.files.get(source as usize) else { continue };
            if walk.as_ref().is_none_or(|(current, _)| *current != source) {
                walk = Some((source, Walk::new(&file.text)));
            }
            if let Some((_, walk)) = &mut walk {
                places.insert((source, start), walk.to(start as usize));
            }
        }
        LineColumns(places)
    }

    /// The place where a span begins, if its source exists.
    pub(super) fn get(&self, span: Span) -> Option<LineColumn> {
        self.0.get(&(span.source, span.start)).copied()
    }
}

/// A walk forwards through one text.
struct Walk<'a> {
    text: &'a str,
    at: usize,
    place: LineColumn,
}

impl<'a> Walk<'a> {
    fn new(text: &'a str) -> Self {
        Walk { text, at: 0, place: LineColumn { line: 1, column: 1, line_start: 0 } }
    }

    /// Goes on to the byte `to`, or to the beginning of the character it is in, or to the end.
    fn to(&mut self, to: usize) -> LineColumn {
        let to = floor_char_boundary(self.text, to);
        for (offset, character) in self.text[self.at..to].char_indices() {
            match character {
                '\n' => {
                    self.place.line += 1;
                    self.place.column = 1;
                    self.place.line_start = self.at + offset + 1;
                }
                // A byte order mark is no character of the text: editors do not show it.
                '\u{feff}' if self.at + offset == 0 => {}
                _ => self.place.column += 1,
            }
        }
        self.at = to;
        self.place
    }
}

/// The largest boundary between characters that is at most `at` and inside the text.
pub(super) fn floor_char_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, start: u32) -> (usize, usize) {
        let mut sources = Sources::default();
        let source = sources.add("a.json", text.as_bytes());
        let span = Span { source, start, end: start };
        let places = LineColumns::of(&[Problem::error("test", Some(span), "", "")], &sources);
        let place = places.get(span).expect("the source exists");
        (place.line, place.column)
    }

    #[test]
    fn lines_and_columns_count_characters_from_one() {
        assert_eq!(place("abc", 0), (1, 1));
        assert_eq!(place("äöü x", 7), (1, 5));
        assert_eq!(place("a\r\nb\n c", 6), (3, 2));
        assert_eq!(place("a\n", 2), (2, 1));
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        assert_eq!(place("\u{feff}{}", 3), (1, 1));
    }

    #[test]
    fn spans_past_the_end_or_inside_a_character_do_not_panic() {
        assert_eq!(place("ab", 99), (1, 3));
        assert_eq!(place("aé", 2), (1, 2));
    }

    #[test]
    fn a_span_of_no_source_has_no_place() {
        let span = Span { source: 3, start: 0, end: 0 };
        let places = LineColumns::of(&[Problem::error("test", Some(span), "", "")], &Sources::default());
        assert_eq!(places.get(span), None);
    }
}
