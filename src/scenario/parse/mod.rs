//! Strict JSON to a tree with places, with as many problems of a file in one go as make sense.
//!
//! A parser of our own, because the ones at hand stop at the first error: a file with twelve comments, two trailing
//! commas and a missing one gets all of its problems at once here. What is not JSON but clearly meant (comments, commas,
//! quotes, `NaN`, `+1`) is noted and read over; where the rest could only be guessed, reading stops. Depth is bounded, so
//! the recursion is too.

#[cfg(test)]
mod mutations;
mod number;
mod text;

use super::json::{At, Json, Member, Node, child_pointer};
use crate::diagnostic::{Problem, Span};
use crate::limits::{Limits, MOST_NESTING};

/// Problems of one file that are collected; a file with more is not a scenario.
const MOST_PROBLEMS: usize = 1000;

/// Reads a file as strict JSON (RFC 8259); a byte order mark at its beginning is skipped.
///
/// Numbers are rounded correctly to the nearest `f64`; those too large for one are refused. `source` is the index that the
/// spans carry: the one `Sources::add` returned for these bytes.
///
/// # Errors
///
/// All problems found, in the order of the file.
pub fn parse(source: u32, bytes: &[u8], limits: &Limits) -> Result<Node, Vec<Problem>> {
    parse_counting(source, bytes, limits, &mut 0)
}

/// Like `parse`; `memory` counts the bytes of all trees that share one limit.
pub(super) fn parse_counting(
    source: u32,
    bytes: &[u8],
    limits: &Limits,
    memory: &mut u64,
) -> Result<Node, Vec<Problem>> {
    // Spans count bytes in 32 bits, whatever the limit was raised to.
    let most = limits.file.min(u64::from(u32::MAX));
    if bytes.len() as u64 > most {
        return Err(vec![too_large(bytes.len() as u64, most)]);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| vec![not_utf8(source, bytes, error.valid_up_to())])?;
    let start = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
    JsonParser::new(source, text, start, limits, memory).document()
}

/// Reads the JSON value that stands in `text`, no longer than a span can count, from byte `start` to the end.
pub(super) fn parse_from(source: u32, text: &str, start: usize, limits: &Limits) -> Result<Node, Vec<Problem>> {
    JsonParser::new(source, text, start, limits, &mut 0).document()
}

/// A file over the limit.
pub(super) fn too_large(bytes: u64, limit: u64) -> Problem {
    Problem::error(
        "file-too-large",
        None,
        "",
        format!("the file has {bytes} bytes, more than the limit `file` of {limit}"),
    )
    .help(format!("raise it with --limit file={bytes}"))
}

fn not_utf8(source: u32, bytes: &[u8], at: usize) -> Problem {
    let start = at as u32;
    let span = Span { source, start, end: start + 1 };
    let utf16 = matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
    let help = if utf16 { "this looks like UTF-16: save it as UTF-8" } else { "save the file as UTF-8" };
    Problem::error("invalid-utf8", Some(span), "", format!("byte {at} of the file is not UTF-8"))
        .expected("text in UTF-8")
        .found(format!("byte 0x{:02x}", bytes[at]))
        .help(help)
}

/// Reading stops: what comes next could only be guessed. The problem is noted already.
struct Stop;

struct JsonParser<'a> {
    text: &'a str,
    at: usize,
    source: u32,
    depth: u64,
    limits: &'a Limits,
    memory: &'a mut u64,
    problems: Vec<Problem>,
    /// Habits that a file repeats everywhere, such as comments: the problem's index and how often it was met.
    habits: Vec<(usize, usize)>,
}

impl<'a> JsonParser<'a> {
    fn new(source: u32, text: &'a str, at: usize, limits: &'a Limits, memory: &'a mut u64) -> Self {
        JsonParser { text, at, source, depth: 0, limits, memory, problems: Vec::new(), habits: Vec::new() }
    }

    fn document(mut self) -> Result<Node, Vec<Problem>> {
        let node = self.whole().ok();
        for &(index, count) in self.habits.iter().filter(|(_, count)| *count > 1) {
            self.problems[index].found = Some(format!("{count} of them in this file"));
        }
        self.problems.sort_by_key(|problem| problem.span.map(|span| span.start));
        match node {
            Some(node) if self.problems.is_empty() => Ok(node),
            _ => Err(self.problems),
        }
    }

    fn whole(&mut self) -> Result<Node, Stop> {
        self.space()?;
        if self.peek().is_none() {
            let span = self.span(0, self.text.len());
            return self.stop(
                Problem::error("file-empty", Some(span), "", "the file is empty")
                    .expected("a JSON object")
                    .help("`riskband new` writes a file to start from"),
            );
        }
        let node = self.value(&At::Root)?;
        self.space()?;
        match self.peek() {
            None => Ok(node),
            Some(_) => self.unexpected(&At::Root, "the end of the file"),
        }
    }

    fn value(&mut self, at: &At<'_>) -> Result<Node, Stop> {
        let start = self.at;
        self.charge(size_of::<Node>())?;
        let value = match self.peek() {
            Some('{') => self.nested(at, Self::object)?,
            Some('[') => self.nested(at, Self::array)?,
            Some('"' | '\'') => Json::String(self.string(at)?),
            Some(first) if starts_word(first) => self.word(at)?,
            Some(_) => return self.unexpected(at, "a value"),
            None => return self.truncated(at, "a value", None),
        };
        Ok(Node { value, span: Some(self.span(start, self.at)) })
    }

    /// Reads an object or a list one level deeper.
    fn nested(&mut self, at: &At<'_>, read: fn(&mut Self, &At<'_>) -> Result<Json, Stop>) -> Result<Json, Stop> {
        let limit = self.limits.nesting.min(MOST_NESTING);
        if self.depth >= limit {
            let span = self.span(self.at, self.at + 1);
            let message = format!("values are nested deeper than the limit `nesting` of {limit}");
            let mut problem = Problem::error("too-deep", Some(span), at.pointer(), message);
            if limit < MOST_NESTING {
                problem = problem.help(format!("raise it with --limit nesting=N, up to {MOST_NESTING}"));
            }
            return self.stop(problem);
        }
        self.depth += 1;
        let value = read(self, at);
        self.depth -= 1;
        value
    }

    fn object(&mut self, at: &At<'_>) -> Result<Json, Stop> {
        let open = self.at;
        let mut members: Vec<Member> = Vec::new();
        self.at += 1;
        while self.next_item(at, open, '}', members.is_empty())? {
            self.charge(size_of::<Member>() - size_of::<Node>())?;
            let start = self.at;
            let key = self.key(at)?;
            let key_span = self.span(start, self.at);
            self.space()?;
            match self.peek() {
                Some(':') => self.at += 1,
                Some(_) => return self.unexpected(&At::Member(at, &key), "`:` after the key"),
                None => return self.truncated(&At::Member(at, &key), "`:` after the key", Some(open)),
            }
            self.space()?;
            if self.peek().is_none() {
                return self.truncated(&At::Member(at, &key), "a value", Some(open));
            }
            let node = self.value(&At::Member(at, &key))?;
            members.push(Member { key, key_span: Some(key_span), node });
        }
        self.report_duplicates(at, &members)?;
        Ok(Json::Object(members))
    }

    fn array(&mut self, at: &At<'_>) -> Result<Json, Stop> {
        let open = self.at;
        let mut items = Vec::new();
        self.at += 1;
        while self.next_item(at, open, ']', items.is_empty())? {
            items.push(self.value(&At::Item(at, items.len()))?);
        }
        Ok(Json::Array(items))
    }

    /// Goes to the next item of the object or list opened at `open`, over the comma before it; false once it is closed.
    fn next_item(&mut self, at: &At<'_>, open: usize, close: char, is_first: bool) -> Result<bool, Stop> {
        self.space()?;
        let mut comma = None;
        while self.peek() == Some(',') {
            let span = self.span(self.at, self.at + 1);
            if is_first || comma.is_some() {
                let problem =
                    Problem::error("json-extra-comma", Some(span), at.pointer(), "there is no value before this comma");
                self.note(problem.help("remove the comma"))?;
            }
            comma = Some(span);
            self.at += 1;
            self.space()?;
        }
        match self.peek() {
            None => self.truncated(at, &format!("`{close}`"), Some(open)),
            Some(next) if next == close => {
                if let Some(span) = comma.filter(|_| !is_first) {
                    let message = format!("JSON allows no comma before `{close}`");
                    let problem = Problem::error("json-trailing-comma", Some(span), at.pointer(), message);
                    self.note(problem.help("remove the comma"))?;
                }
                self.at += 1;
                Ok(false)
            }
            Some(next) if comma.is_some() || is_first || !starts_value(next) => match next {
                '}' | ']' => self.mismatched(at, open, close),
                _ if comma.is_none() && !is_first => self.unexpected(at, &format!("`,` or `{close}`")),
                _ => Ok(true),
            },
            Some(_) => {
                let before = self.text[..self.at].trim_end().len();
                let span = self.span(before, before);
                let problem = Problem::error("json-missing-comma", Some(span), at.pointer(), "a comma is missing here");
                self.note(problem.help("write a comma between the two"))?;
                Ok(true)
            }
        }
    }

    fn key(&mut self, at: &At<'_>) -> Result<String, Stop> {
        match self.peek() {
            Some('"' | '\'') => self.string(at),
            Some(first) if starts_word(first) => {
                let start = self.at;
                let word = self.take_word();
                self.decimal_comma(at, start, word)?;
                let problem = Problem::error(
                    "json-bare-key",
                    Some(self.span(start, self.at)),
                    at.pointer(),
                    "keys stand in double quotes",
                );
                self.habit(problem.help(format!("write \"{word}\"")))?;
                Ok(word.to_owned())
            }
            _ => self.unexpected(at, "a key in double quotes"),
        }
    }

    /// Stops at `0,5` where a key should stand: the comma and the digits are one number.
    fn decimal_comma(&mut self, at: &At<'_>, start: usize, word: &str) -> Result<(), Stop> {
        let before = self.text[..start].strip_suffix(',').unwrap_or("");
        let is_digit = |digit: char| digit.is_ascii_digit();
        if !before.ends_with(is_digit) || !word.chars().all(is_digit) {
            return Ok(());
        }
        let number = before.len() - before.trim_end_matches(is_digit).len();
        let span = self.span(before.len() - number, self.at);
        let help = format!("write {}.{word}", &before[before.len() - number..]);
        self.stop(
            Problem::error("json-number", Some(span), at.pointer(), "JSON writes a decimal point, not a comma")
                .help(help),
        )
    }

    /// Notes every key that was written before in the same object. Sorting finds them without a copy of the keys.
    fn report_duplicates(&mut self, at: &At<'_>, members: &[Member]) -> Result<(), Stop> {
        let mut order: Vec<&Member> = members.iter().collect();
        order.sort_by(|a, b| a.key.cmp(&b.key));
        for same in order.chunk_by(|a, b| a.key == b.key).filter(|same| same.len() > 1) {
            for again in &same[1..] {
                let message = format!("`{}` is written twice in the same object", again.key);
                let problem =
                    Problem::error("duplicate-key", again.key_span, child_pointer(&at.pointer(), &again.key), message);
                let problem = problem.related(same[0].key_span, "first written here");
                self.note(problem.help("keep one of the two, or rename one"))?;
            }
        }
        Ok(())
    }

    /// Skips white space, and comments with a note.
    fn space(&mut self) -> Result<(), Stop> {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
            let rest = self.rest();
            let comment = if rest.starts_with("//") || rest.starts_with('#') {
                rest.find('\n').or(Some(rest.len()))
            } else if rest.starts_with("/*") {
                rest.find("*/").map(|end| end + 2)
            } else {
                return Ok(());
            };
            let span = self.span(self.at, self.at + comment.unwrap_or(2));
            let problem = Problem::error("json-comment", Some(span), "", "JSON has no comments")
                .help("remove it, or keep the text as a \"note\" beside the value");
            match comment {
                Some(length) => self.at += length,
                None => return self.stop(problem.found("a comment that is never closed")),
            }
            self.habit(problem)?;
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Takes the characters that words, numbers and bare keys are made of.
    fn take_word(&mut self) -> &'a str {
        let rest = self.rest();
        let word = &rest[..rest.find(|letter| !is_word(letter)).unwrap_or(rest.len())];
        self.at += word.len();
        word
    }

    fn span(&self, start: usize, end: usize) -> Span {
        // The text is no longer than u32::MAX bytes.
        Span { source: self.source, start: start as u32, end: end as u32 }
    }

    /// Counts memory towards its limit; vectors grow by doubling, hence twice.
    fn charge(&mut self, bytes: usize) -> Result<(), Stop> {
        *self.memory += 2 * bytes as u64;
        if *self.memory <= self.limits.memory {
            return Ok(());
        }
        let message = format!("reading this needs more memory than the limit `memory` of {} bytes", self.limits.memory);
        let problem = Problem::error("memory-limit", Some(self.span(self.at, self.at)), "", message);
        self.stop(problem.help("raise it with --limit memory=N"))
    }

    /// Notes a problem and goes on, unless there are too many.
    fn note(&mut self, problem: Problem) -> Result<(), Stop> {
        self.problems.push(problem);
        if self.problems.len() < MOST_PROBLEMS { Ok(()) } else { Err(Stop) }
    }

    /// Notes what a file may do hundreds of times once, with the count.
    fn habit(&mut self, problem: Problem) -> Result<(), Stop> {
        match self.habits.iter_mut().find(|(index, _)| self.problems[*index].code == problem.code) {
            Some((_, count)) => {
                *count += 1;
                Ok(())
            }
            None => {
                self.habits.push((self.problems.len(), 1));
                self.note(problem)
            }
        }
    }

    fn stop<T>(&mut self, problem: Problem) -> Result<T, Stop> {
        self.problems.push(problem);
        Err(Stop)
    }

    fn unexpected<T>(&mut self, at: &At<'_>, expected: &str) -> Result<T, Stop> {
        let Some(found) = self.peek() else { return self.truncated(at, expected, None) };
        let span = self.span(self.at, self.at + found.len_utf8());
        let problem =
            Problem::error("json-syntax", Some(span), at.pointer(), format!("this is not JSON: expected {expected}"))
                .expected(expected)
                .found(format!("`{found}`"));
        let help = match found {
            '\u{201c}'..='\u{201f}' | '\u{2018}'..='\u{201b}' | '`' | '«' | '»' => {
                Some("use straight double quotes: \"")
            }
            '\u{a0}' | '\u{2000}'..='\u{200d}' | '\u{202f}' | '\u{3000}' | '\u{feff}' => {
                Some("this is a special space: replace it with a plain one")
            }
            '=' => Some("JSON writes `:` between key and value"),
            '%' => Some("write 0.05 for 5 %"),
            _ => None,
        };
        self.stop(match help {
            Some(help) => problem.help(help),
            None => problem,
        })
    }

    fn truncated<T>(&mut self, at: &At<'_>, expected: &str, open: Option<usize>) -> Result<T, Stop> {
        let end = self.text.len();
        let problem =
            Problem::error("json-truncated", Some(self.span(end, end)), at.pointer(), "the file ends too early")
                .expected(expected)
                .found("the end of the file")
                .related(open.map(|open| self.span(open, open + 1)), "opened here and never closed");
        self.stop(problem)
    }

    fn mismatched(&mut self, at: &At<'_>, open: usize, close: char) -> Result<bool, Stop> {
        let found = self.peek().map(String::from).unwrap_or_default();
        let span = self.span(self.at, self.at + found.len());
        let message = format!("`{found}` closes what `{}` opened", &self.text[open..=open]);
        let problem = Problem::error("json-syntax", Some(span), at.pointer(), message)
            .expected(format!("`{close}`"))
            .found(format!("`{found}`"))
            .related(Some(self.span(open, open + 1)), "opened here");
        self.stop(problem)
    }
}

/// Whether a word, a number or a bare key begins with this: anything that is clearly not punctuation of JSON.
fn starts_word(first: char) -> bool {
    first.is_alphanumeric() || matches!(first, '_' | '$' | '-' | '+' | '.')
}

fn is_word(letter: char) -> bool {
    starts_word(letter) || letter == '%'
}

fn starts_value(first: char) -> bool {
    starts_word(first) || matches!(first, '"' | '\'' | '{' | '[')
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn problems(text: &str) -> Vec<Problem> {
        parse(0, text.as_bytes(), &Limits::default()).expect_err("the text has a problem")
    }

    pub(super) fn value(text: &str) -> Json {
        parse(0, text.as_bytes(), &Limits::default()).expect("the text is JSON").value
    }

    fn codes(text: &str) -> Vec<&'static str> {
        problems(text).iter().map(|problem| problem.code).collect()
    }

    #[test]
    fn values_and_keys_know_their_places() {
        let text = "\u{feff} {\r\n \"a\": [1, {\"b\": true}] }";
        let root = parse(7, text.as_bytes(), &Limits::default()).expect("the text is JSON");
        let written = |span: Option<Span>| {
            let span = span.expect("everything parsed has a place");
            assert_eq!(span.source, 7);
            &text[span.start as usize..span.end as usize]
        };
        assert_eq!(written(root.span), "{\r\n \"a\": [1, {\"b\": true}] }");
        let [a] = root.members().expect("an object") else { panic!("one member") };
        assert_eq!(written(a.key_span), "\"a\"");
        assert_eq!(written(a.node.span), "[1, {\"b\": true}]");
    }

    #[test]
    fn each_mistake_has_a_code_and_a_place() {
        let cases = [
            ("", "file-empty", 0..0),
            (" \n", "file-empty", 0..2),
            ("{", "json-truncated", 1..1),
            ("{\"a\"", "json-truncated", 4..4),
            ("{\"a\":", "json-truncated", 5..5),
            ("{\"a\": 1,", "json-truncated", 8..8),
            ("[1", "json-truncated", 2..2),
            ("{\"a\": 1,}", "json-trailing-comma", 7..8),
            ("[1,]", "json-trailing-comma", 2..3),
            ("[1,,2]", "json-extra-comma", 3..4),
            ("[,]", "json-extra-comma", 1..2),
            ("[1 2]", "json-missing-comma", 2..2),
            ("{\"a\": 1\n \"b\": 2}", "json-missing-comma", 7..7),
            ("[1}", "json-syntax", 2..3),
            ("{\"a\" 1}", "json-syntax", 5..6),
            ("{1: 2}", "json-bare-key", 1..2),
            ("{\"a\": 10,25, \"b\": 1}", "json-number", 6..11),
            ("{a: 2}", "json-bare-key", 1..2),
            ("{\"a\": }", "json-syntax", 6..7),
            ("{} {}", "json-syntax", 3..4),
            ("{“a”: 1}", "json-syntax", 1..4),
            ("// hi\n{}", "json-comment", 0..5),
            ("{} # hi", "json-comment", 3..7),
            ("{/* hi */}", "json-comment", 1..9),
            ("{} /* hi", "json-comment", 3..5),
        ];
        for (text, code, place) in cases {
            let found = problems(text);
            let span = found[0].span.expect("problems of a file have a place");
            assert_eq!((found[0].code, span.start..span.end), (code, place), "{text:?}");
            assert_eq!(found.len(), 1, "{text:?}: {found:?}");
        }
    }

    #[test]
    fn all_problems_come_in_one_go_in_the_order_of_the_file() {
        let text = "{\n // one\n \"a\": .5, # two\n b: 'x',\n \"c\": [1,,2 3,],\n \"a\": NaN /* three */\n}";
        let expected = [
            "json-comment",
            "json-number",
            "json-bare-key",
            "json-single-quotes",
            "json-extra-comma",
            "json-missing-comma",
            "json-trailing-comma",
            "duplicate-key",
            "json-number",
        ];
        assert_eq!(codes(text), expected);
        assert_eq!(problems(text)[0].found.as_deref(), Some("3 of them in this file"));
    }

    #[test]
    fn duplicate_keys_point_at_both_at_any_depth() {
        let found = problems(r#"{"x": [{"a": 1, "b": 2, "\u0061": 3}]}"#);
        assert_eq!((found[0].code, found[0].pointer.as_str()), ("duplicate-key", "/x/0/a"));
        assert_eq!(found[0].span.map(|span| (span.start, span.end)), Some((24, 32)));
        assert_eq!((found[0].related[0].span.start, found[0].related[0].span.end), (8, 11));
    }

    #[test]
    fn unclosed_brackets_point_at_the_opening_one() {
        assert_eq!(problems("{\"a\": [1, 2")[0].related[0].span.start, 6);
        assert_eq!(problems("{\"a\": [1, 2}")[0].related[0].span.start, 6);
    }

    #[test]
    fn bytes_that_are_not_utf8_are_placed() {
        let refuse = |bytes: &[u8]| parse(0, bytes, &Limits::default()).expect_err("not UTF-8").remove(0);
        let found = refuse(b"{\"a\": \"gr\xf6n\"}");
        assert_eq!((found.code, found.span.map(|span| span.start)), ("invalid-utf8", Some(9)));
        assert!(refuse(b"\xff\xfe{\0").help.is_some_and(|help| help.contains("UTF-16")));
        assert_eq!(refuse(b"\"\xe2\x82").code, "invalid-utf8");
    }

    #[test]
    fn depth_is_limited_before_the_stack_is() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(0, nested(128).as_bytes(), &Limits::default()).is_ok());
        let found = problems(&nested(129));
        assert_eq!((found[0].code, found[0].span.map(|span| span.start)), ("too-deep", Some(128)));
        assert_eq!(codes(&"{\"a\":".repeat(1_000_000)), ["too-deep"]);
        let raised = Limits { nesting: u64::MAX, ..Limits::default() };
        assert!(parse(0, nested(MOST_NESTING as usize).as_bytes(), &raised).is_ok());
        assert!(parse(0, nested(1_000_000).as_bytes(), &raised).is_err());
    }

    #[test]
    fn size_and_memory_are_limited() {
        let limits = Limits { file: 10, ..Limits::default() };
        assert!(parse(0, b"[1, 2, 34]", &limits).is_ok());
        assert_eq!(parse(0, b"[1, 2, 345]", &limits).expect_err("11 bytes")[0].code, "file-too-large");
        let limits = Limits { memory: 1000, ..Limits::default() };
        assert_eq!(
            parse(0, format!("[{}3]", "1,2,".repeat(10)).as_bytes(), &limits).expect_err("21 values")[0].code,
            "memory-limit"
        );
    }

    #[test]
    fn the_number_of_problems_is_limited() {
        assert_eq!(problems(&format!("[{}", "NaN,".repeat(100_000))).len(), MOST_PROBLEMS);
    }
}
