//! Formula text to tokens; what other languages write is refused with the spelling used here.

use super::{Parsed, error};
use crate::kernel::Binary;
use crate::model::PeriodName;
use std::ops::Range;

/// A token and its bytes in the text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Range<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    Number(f64),
    /// A quarter: `2029Q1`.
    Period(PeriodName),
    /// A name, a function or a word operator; dots join the parts of a path.
    Word(String),
    /// A symbol that is an infix operator; `Subtract` is also the sign.
    Operator(Binary),
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    Comma,
    End,
}

/// All tokens of a formula, `End` last.
pub(super) fn tokens(text: &str) -> Parsed<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].chars().next() {
        if next.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let (kind, length) = token(text, at, next)?;
        tokens.push(Token { kind, span: at..at + length });
        at += length;
    }
    tokens.push(Token { kind: TokenKind::End, span: at..at });
    Ok(tokens)
}

fn token(text: &str, at: usize, next: char) -> Parsed<(TokenKind, usize)> {
    let rest = &text[at..];
    let second = rest[next.len_utf8()..].chars().next();
    let syntax = |length: usize, message: String| error("formula-syntax", at..at + length, message);
    let instead = |length: usize, help: &str| {
        let written = &rest[..length];
        Err(syntax(length, format!("`{written}` is not part of the formula language")).found(written).help(help).into())
    };
    let operator = |op, length| Ok((TokenKind::Operator(op), length));
    match (next, second) {
        ('0'..='9', _) => number(rest, at),
        ('.', Some('0'..='9')) => number(rest, at),
        ('A'..='Z' | 'a'..='z' | '_', _) => Ok(word(rest)),
        ('(', _) => Ok((TokenKind::Open, 1)),
        (')', _) => Ok((TokenKind::Close, 1)),
        ('[', _) => Ok((TokenKind::OpenBracket, 1)),
        (']', _) => Ok((TokenKind::CloseBracket, 1)),
        (',', _) => Ok((TokenKind::Comma, 1)),
        ('+', _) => operator(Binary::Add, 1),
        ('-', _) => operator(Binary::Subtract, 1),
        ('*', Some('*')) => instead(2, "a power is written `a ^ b`"),
        ('*', _) => operator(Binary::Multiply, 1),
        ('/', _) => operator(Binary::Divide, 1),
        ('^', _) => operator(Binary::Power, 1),
        ('=', Some('=')) => operator(Binary::Equal, 2),
        ('=', _) => instead(1, "to compare two values write `==`; the name of a formula is its key, outside the text"),
        ('!', Some('=')) => operator(Binary::NotEqual, 2),
        ('!', _) => instead(1, "write `not`"),
        ('<', Some('=')) => operator(Binary::LessEqual, 2),
        ('<', Some('>')) => instead(2, "write `!=`"),
        ('<', _) => operator(Binary::Less, 1),
        ('>', Some('=')) => operator(Binary::GreaterEqual, 2),
        ('>', _) => operator(Binary::Greater, 1),
        ('&', Some('&')) => instead(2, "write `and`"),
        ('&', _) => instead(1, "write `and`"),
        ('|', Some('|')) => instead(2, "write `or`"),
        ('|', _) => instead(1, "write `or`"),
        ('%', _) => instead(1, "a percentage is a plain number (5 % is 0.05); a remainder is `a - b * floor(a / b)`"),
        ('?' | ':', _) => instead(1, "a choice is written `if(condition, then, else)`"),
        (';', _) => instead(1, "arguments are separated by commas"),
        ('\'' | '"', _) => instead(1, "names stand in formulas without quotes"),
        ('{' | '}', _) => instead(1, "use round parentheses"),
        ('\u{2212}' | '\u{2013}' | '\u{2014}', _) => {
            instead(next.len_utf8(), "write the minus sign of the keyboard, `-`")
        }
        ('\u{d7}' | '\u{b7}' | '\u{22c5}', _) => instead(next.len_utf8(), "write `*`"),
        ('\u{f7}', _) => instead(next.len_utf8(), "write `/`"),
        ('\u{2264}', _) => instead(next.len_utf8(), "write `<=`"),
        ('\u{2265}', _) => instead(next.len_utf8(), "write `>=`"),
        ('\u{2260}', _) => instead(next.len_utf8(), "write `!=`"),
        _ => {
            let shown = next.escape_debug().to_string();
            Err(syntax(next.len_utf8(), format!("the character `{shown}` has no meaning in a formula"))
                .found(shown)
                .into())
        }
    }
}

fn word(rest: &str) -> (TokenKind, usize) {
    let bytes = rest.as_bytes();
    let mut length = 0;
    loop {
        while bytes.get(length).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_') {
            length += 1;
        }
        let goes_on = bytes.get(length) == Some(&b'.')
            && bytes.get(length + 1).is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
        if !goes_on {
            return (TokenKind::Word(rest[..length].to_string()), length);
        }
        length += 1;
    }
}

/// A quarter such as `2029Q1`, where one stands.
fn quarter(rest: &str) -> Option<(TokenKind, usize)> {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let length = digits + 2;
    let ends = rest.as_bytes().get(length).is_none_or(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.')));
    let name = rest.get(..length).filter(|_| ends).and_then(PeriodName::parse)?;
    matches!(name, PeriodName::Quarter(..)).then_some((TokenKind::Period(name), length))
}

fn number(rest: &str, at: usize) -> Parsed<(TokenKind, usize)> {
    if let Some(quarter) = quarter(rest) {
        return Ok(quarter);
    }
    let bytes = rest.as_bytes();
    let digits = |mut from: usize| {
        while bytes.get(from).is_some_and(u8::is_ascii_digit) {
            from += 1;
        }
        from
    };
    let mut length = digits(0);
    if bytes.get(length) == Some(&b'.') {
        length = digits(length + 1);
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        let end = digits(length + 1 + sign);
        if end > length + 1 + sign {
            length = end;
        }
    }
    let written = &rest[..length];
    match written.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok((TokenKind::Number(value), length)),
        _ => Err(error("formula-syntax", at..at + length, "this number is too large").found(written).into()),
    }
}
