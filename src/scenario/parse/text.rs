//! Strings: escapes resolved, and control characters, lone surrogates and single quotes noted.

use super::{At, JsonParser, Problem, Stop};

impl JsonParser<'_> {
    /// Reads a string from its opening quote to the closing one.
    pub(super) fn string(&mut self, at: &At<'_>) -> Result<String, Stop> {
        let open = self.at;
        let quote = self.rest().as_bytes()[0];
        self.at += 1;
        let mut value = String::new();
        let mut has_control = false;
        loop {
            let rest = self.rest();
            let Some(plain) = rest.bytes().position(|byte| byte == quote || byte == b'\\' || byte < 0x20) else {
                return self.truncated(at, "the closing quote", Some(open));
            };
            value.push_str(&rest[..plain]);
            self.at += plain;
            match rest.as_bytes()[plain] {
                b'\\' => value.push(self.escape(at)?),
                b'\n' | b'\r' => return self.line_break(at, open),
                control if control < 0x20 => {
                    value.push(char::from(control));
                    if !has_control {
                        self.control_character(at, control)?;
                    }
                    has_control = true;
                    self.at += 1;
                }
                _ => break,
            }
        }
        self.at += 1;
        self.charge(value.len())?;
        if quote == b'\'' {
            let span = Some(self.span(open, self.at));
            let problem = Problem::error("json-single-quotes", span, at.pointer(), "JSON writes text in double quotes");
            self.habit(problem.help("write \" instead of '"))?;
        }
        Ok(value)
    }

    /// Reads one escape from its backslash on. What is no escape is noted and stands for a replacement character.
    fn escape(&mut self, at: &At<'_>) -> Result<char, Stop> {
        let start = self.at;
        let kind = self.rest().chars().nth(1);
        self.at += 1 + kind.map_or(0, char::len_utf8);
        let character = match kind {
            Some(same @ ('"' | '\\' | '/')) => same,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => match self.code_unit() {
                Some(high @ 0xd800..=0xdbff) => return self.surrogates(at, start, high),
                Some(0xdc00..=0xdfff) => return self.lone_surrogate(at, start),
                Some(unit) => char::from_u32(unit).expect("code units outside the surrogates are characters"),
                None => return self.bad_escape(at, start),
            },
            _ => return self.bad_escape(at, start),
        };
        Ok(character)
    }

    /// Reads the second half of a pair of surrogates.
    fn surrogates(&mut self, at: &At<'_>, start: usize, high: u32) -> Result<char, Stop> {
        let after_high = self.at;
        if self.rest().starts_with("\\u") {
            self.at += 2;
            if let Some(low @ 0xdc00..=0xdfff) = self.code_unit() {
                let character = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                return Ok(char::from_u32(character).expect("a pair of surrogates is a character"));
            }
        }
        self.at = after_high;
        self.lone_surrogate(at, start)
    }

    /// Reads four hexadecimal digits.
    fn code_unit(&mut self) -> Option<u32> {
        let digits = self.rest().get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }

    fn lone_surrogate(&mut self, at: &At<'_>, start: usize) -> Result<char, Stop> {
        let span = Some(self.span(start, self.at));
        let message = "this escape is half of a character (a lone surrogate)";
        let problem = Problem::error("json-lone-surrogate", span, at.pointer(), message);
        self.note(problem.help("write the character itself, or both halves: \\ud83d\\ude00"))?;
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn bad_escape(&mut self, at: &At<'_>, start: usize) -> Result<char, Stop> {
        let span = Some(self.span(start, self.at));
        let problem = Problem::error("json-escape", span, at.pointer(), "JSON has no such escape")
            .expected("one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
        self.note(problem.help("write \\\\ for a backslash"))?;
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn control_character(&mut self, at: &At<'_>, control: u8) -> Result<(), Stop> {
        let span = Some(self.span(self.at, self.at + 1));
        let (name, help) = match control {
            b'\t' => ("a tab".to_owned(), "write \\t".to_owned()),
            _ => (format!("U+{control:04X}"), format!("write \\u{control:04x}, or remove it")),
        };
        let message = "control characters in text are written as escapes";
        self.note(Problem::error("json-control-character", span, at.pointer(), message).found(name).help(help))
    }

    /// A line that ends inside a string: the quote may be missing or the break be meant, so reading stops.
    fn line_break<T>(&mut self, at: &At<'_>, open: usize) -> Result<T, Stop> {
        let span = Some(self.span(open, self.at));
        let message = "this text does not end on its line";
        let problem = Problem::error("json-line-break", span, at.pointer(), message).expected("the closing quote");
        self.stop(problem.help("close the quote, or write \\n where a line should break"))
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::Json;
    use crate::scenario::parse::tests::{problems, value};

    #[test]
    fn escapes_are_resolved() {
        let text = r#""\"\\\/\b\f\n\r\t\u00e9\uD83D\ude00 é😀""#;
        assert_eq!(value(text), Json::String("\"\\/\u{8}\u{c}\n\r\té😀 é😀".into()));
    }

    #[test]
    fn each_mistake_has_a_code_and_a_place() {
        let cases = [
            (r#""a\x41""#, "json-escape", 2..4),
            (r#""\u12g4""#, "json-escape", 1..3),
            (r#""\é""#, "json-escape", 1..4),
            (r#""a\ud800b""#, "json-lone-surrogate", 2..8),
            (r#""\ud800\u0041""#, "json-lone-surrogate", 1..7),
            (r#""\udc00""#, "json-lone-surrogate", 1..7),
            ("\"a\tb\tc\"", "json-control-character", 2..3),
            ("\"a\u{0}\"", "json-control-character", 2..3),
            ("\"abc\n\"", "json-line-break", 0..4),
            ("'it'", "json-single-quotes", 0..4),
            ("\"abc", "json-truncated", 4..4),
            ("\"abc\\", "json-escape", 4..5),
        ];
        for (text, code, place) in cases {
            let found = problems(text);
            let span = found[0].span.expect("problems of a file have a place");
            assert_eq!((found[0].code, span.start..span.end), (code, place), "{text}");
        }
    }

    #[test]
    fn reading_goes_on_after_a_bad_escape() {
        assert_eq!(problems(r#"["\x", "\ud800", 'a', 'b', 01]"#).len(), 4, "single quotes are counted once");
    }
}
