//! Numbers and bare words: what JSON allows, and what each of the usual other spellings should be instead.

use super::{At, Json, JsonParser, Problem, Stop};

impl JsonParser<'_> {
    /// Reads a number, `true`, `false` or `null`; notes whatever else stands there without quotes.
    pub(super) fn word(&mut self, at: &At<'_>) -> Result<Json, Stop> {
        let start = self.at;
        let word = self.take_word();
        let value = match word {
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            "null" => Json::Null,
            _ if is_number(word) => Json::Number(word.parse().expect("JSON's numbers are numbers to Rust")),
            _ => Json::Null,
        };
        let span = Some(self.span(start, self.at));
        match value {
            Json::Number(number) if !number.is_finite() => {
                self.note(
                    Problem::error("number-out-of-range", span, at.pointer(), "this number is too large")
                        .expected(format!("a number between -{0:e} and {0:e}", f64::MAX))
                        .found(format!("`{}`", shortened(word)))
                        .help("choose a larger unit"),
                )?;
            }
            Json::Null if word != "null" => {
                let (code, message, help) = diagnosis(word);
                self.note(
                    Problem::error(code, span, at.pointer(), message)
                        .found(format!("`{}`", shortened(word)))
                        .help(help),
                )?;
            }
            _ => {}
        }
        Ok(value)
    }
}

/// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`: RFC 8259, section 6.
fn is_number(word: &str) -> bool {
    let (mantissa, exponent) = match word.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (word, None),
    };
    let mantissa = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    is_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(is_digits)
        && exponent.is_none_or(|exponent| is_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What is wrong with a bare word that is no number: (code, message, help).
fn diagnosis(word: &str) -> (&'static str, &'static str, String) {
    let bare = word.trim_start_matches(['+', '-']).to_lowercase();
    let begins_as_number = bare.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    if matches!(bare.as_str(), "nan" | "inf" | "infinity") {
        let help = "leave the member out, or write a finite number".to_owned();
        return ("json-number", "JSON has no NaN and no infinity", help);
    }
    if let Some(digits) = bare.strip_prefix("0x") {
        let help = match u64::from_str_radix(digits, 16) {
            Ok(number) => format!("write {number}"),
            Err(_) => "write the number in decimal digits".to_owned(),
        };
        return ("json-number", "JSON has no hexadecimal numbers", help);
    }
    if let Some(percent) = word.strip_suffix('%').and_then(|number| number.parse::<f64>().ok()) {
        return ("json-number", "JSON has no percentages", format!("write {}", percent / 100.0));
    }
    if begins_as_number {
        // `+1`, `.5`, `1.`, `007` and `1_000` have a plain reading; the help gives it.
        let plain = word.replace('_', "").parse::<f64>().ok().filter(|number| number.is_finite());
        let help = plain.map_or_else(|| "text stands in double quotes".to_owned(), |number| format!("write {number}"));
        return ("json-number", "this is not how JSON writes a number", help);
    }
    let help = match bare.as_str() {
        "true" | "false" | "null" => format!("write {bare}"),
        "none" | "nil" | "undefined" => "write null".to_owned(),
        _ => format!("write \"{}\"", shortened(word)),
    };
    ("json-bare-word", "text stands in double quotes", help)
}

/// A word for a message, cut where it is no word any more.
fn shortened(word: &str) -> String {
    match word.char_indices().nth(40) {
        None => word.to_owned(),
        Some((end, _)) => format!("{}…", &word[..end]),
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::Json;
    use crate::scenario::parse::tests::{problems, value};

    #[test]
    fn numbers_are_rounded_to_the_nearest() {
        let number = |text| match value(text) {
            Json::Number(number) => number,
            other => panic!("{other:?}"),
        };
        assert_eq!(number("0.1"), 0.1);
        assert_eq!(number("-0").to_bits(), (-0.0f64).to_bits());
        assert_eq!(number("1.7976931348623157e308"), f64::MAX);
        assert_eq!(number("1E+2"), 100.0);
        // Half way between two doubles goes to the even one; a digit more decides otherwise (Clinger 1990's hard case).
        assert_eq!(number("9007199254740993"), 9_007_199_254_740_992.0);
        assert_eq!(number("9007199254740993.0000000000000000001"), 9_007_199_254_740_994.0);
        assert_eq!(number("2.2250738585072011e-308").to_bits(), 0x000f_ffff_ffff_ffff);
        assert_eq!(number("1e-400"), 0.0);
    }

    #[test]
    fn numbers_too_large_are_refused() {
        let found = problems("[1e999, -1e999]");
        assert_eq!(found.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["number-out-of-range"; 2]);
        assert_eq!(found[1].pointer, "/1");
    }

    #[test]
    fn other_spellings_are_told_what_to_write() {
        let cases = [
            ("+1", "write 1"),
            (".5", "write 0.5"),
            ("-.5", "write -0.5"),
            ("1.", "write 1"),
            ("007", "write 7"),
            ("-01", "write -1"),
            ("0x1F", "write 31"),
            ("1_000", "write 1000"),
            ("5%", "write 0.05"),
            ("1e", "text stands in double quotes"),
            ("2026Q1", "text stands in double quotes"),
            ("NaN", "leave the member out, or write a finite number"),
            ("-Infinity", "leave the member out, or write a finite number"),
        ];
        for (text, help) in cases {
            let found = problems(text);
            assert_eq!(
                (found.len(), found[0].code, found[0].help.as_deref()),
                (1, "json-number", Some(help)),
                "{text}"
            );
        }
    }

    #[test]
    fn bare_words_are_text_without_quotes() {
        for (text, help) in [("fresh", "write \"fresh\""), ("True", "write true"), ("None", "write null")] {
            let found = problems(text);
            assert_eq!((found[0].code, found[0].help.as_deref()), ("json-bare-word", Some(help)), "{text}");
        }
    }
}
