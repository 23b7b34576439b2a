//! Pratt parser: tokens to a raw tree, with a sentence for each way to get it wrong.

use super::ast::{Ast, Syntax};
use super::functions::{FUNCTIONS, Signature, find, other_name};
use super::lexer::{Token, TokenKind, tokens};
use super::{MAX_DEPTH, MAX_NESTING, Parsed, error};
use crate::diagnostic::{Problem, nearest_name};
use crate::kernel::{Binary, Unary};
use crate::model::PeriodName;
use crate::model::operators::{COMPARISON, NOT, POWER, SIGN, infix};

/// Parses a formula; `nesting` is the limit of that name.
pub(crate) fn parse(text: &str, nesting: u64) -> Parsed<Ast> {
    if text.trim().is_empty() {
        return Err(error("empty-formula", 0..text.len(), "this formula is empty").expected("a formula").into());
    }
    let nesting = usize::try_from(nesting).unwrap_or(usize::MAX).min(MAX_NESTING);
    let mut parser = FormulaParser { text, tokens: tokens(text)?, at: 0, nesting, level: 0 };
    let (ast, _) = parser.expression(0)?;
    match parser.peek().kind {
        TokenKind::End => Ok(ast),
        _ => Err(parser.unexpected(&ast).into()),
    }
}

struct FormulaParser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    nesting: usize,
    level: usize,
}

/// A tree and the operations on its longest way down.
type Deep = (Ast, usize);

impl FormulaParser<'_> {
    fn peek(&self) -> &Token {
        &self.tokens[self.at]
    }

    fn take(&mut self) -> Token {
        let token = self.peek().clone();
        // The last token, `End`, stays in place.
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    /// An expression of operators that bind at least as tightly as `least`.
    fn expression(&mut self, least: u8) -> Parsed<Deep> {
        let (mut left, mut depth) = self.operand(least)?;
        let mut compared = false;
        while let Some((op, width)) = self.operator()
            && let Some((_, binding)) = infix(op)
            && binding >= least
        {
            if binding == COMPARISON && compared {
                let span = self.peek().span.clone();
                return Err(error("formula-syntax", span, "comparisons do not chain")
                    .help("write `a < b and b < c`, or put one of them in parentheses")
                    .into());
            }
            self.at += width;
            // `^` takes signs and further powers on its right; all others associate to the left.
            let (right, right_depth) =
                if op == Binary::Power { self.nested(|p| p.expression(POWER))? } else { self.expression(binding + 1)? };
            depth = self.checked(1 + depth.max(right_depth), &left)?;
            let span = left.span.start..right.span.end;
            let (left_side, right) = if binding == COMPARISON { self.with_months(left, right) } else { (left, right) };
            left = left_side;
            left = Ast { span, kind: Syntax::Infix(op, Box::new(left), Box::new(right)) };
            compared = binding == COMPARISON;
        }
        Ok((left, depth))
    }

    /// The sides of a comparison, `2029-03` beside `time` read as the month and not as a difference.
    fn with_months(&self, left: Ast, right: Ast) -> (Ast, Ast) {
        let is_time = |ast: &Ast| matches!(&ast.kind, Syntax::Name(name) if name == "time");
        let read = |ast: Ast, other_is_time: bool| {
            let is_difference = matches!(ast.kind, Syntax::Infix(Binary::Subtract, ..));
            let name = PeriodName::parse(&self.text[ast.span.clone()]).filter(|_| other_is_time && is_difference);
            match name {
                Some(name) => Ast { span: ast.span, kind: Syntax::Period(name) },
                None => ast,
            }
        };
        let (left_is_time, right_is_time) = (is_time(&left), is_time(&right));
        (read(left, right_is_time), read(right, left_is_time))
    }

    /// The infix operator that stands next, and its tokens.
    fn operator(&self) -> Option<(Binary, usize)> {
        match &self.peek().kind {
            TokenKind::Operator(op) => Some((*op, 1)),
            TokenKind::Word(word) if word == "and" => Some((Binary::And, 1)),
            TokenKind::Word(word) if word == "or" => Some((Binary::Or, 1)),
            _ => None,
        }
    }

    fn operand(&mut self, least: u8) -> Parsed<Deep> {
        let token = self.take();
        match token.kind {
            TokenKind::Number(value) => Ok((Ast { span: token.span, kind: Syntax::Number(value) }, 1)),
            TokenKind::Period(name) => Ok((Ast { span: token.span, kind: Syntax::Period(name) }, 1)),
            TokenKind::Operator(Binary::Subtract) => self.prefix(Unary::Negate, SIGN, token.span.start),
            TokenKind::Operator(Binary::Add) => Err(self
                .syntax(token.span, "a plus sign needs a value on its left")
                .help("leave the sign away: numbers are positive unless they say `-`")
                .into()),
            TokenKind::Word(word) if word == "not" => {
                if least > NOT {
                    return Err(self
                        .syntax(token.span, "`not` binds more loosely than the operator before it")
                        .help("put it in parentheses: `(not x)`")
                        .into());
                }
                self.prefix(Unary::Not, NOT, token.span.start)
            }
            TokenKind::Word(word) if word == "and" || word == "or" => {
                Err(self.syntax(token.span, format!("`{word}` needs a value on its left")).expected("a value").into())
            }
            TokenKind::Word(word) => self.word(word, token.span),
            TokenKind::Open => {
                let open = token.span;
                let (mut inner, depth) = self.nested(|parser| parser.expression(0))?;
                let close = self.peek().clone();
                if close.kind != TokenKind::Close {
                    return Err(self.unclosed("(", open, &inner).into());
                }
                self.take();
                inner.span = open.start..close.span.end;
                Ok((inner, depth))
            }
            TokenKind::End => {
                Err(self.syntax(token.span, "the formula ends where a value is expected").expected("a value").into())
            }
            TokenKind::Close => {
                Err(self.syntax(token.span, "a value is missing before `)`").expected("a value").into())
            }
            TokenKind::Comma => {
                Err(self.syntax(token.span, "a value is missing before the comma").expected("a value").into())
            }
            TokenKind::Operator(_) | TokenKind::OpenBracket | TokenKind::CloseBracket => {
                let found = self.text[token.span.clone()].to_string();
                Err(self
                    .syntax(token.span, format!("`{found}` stands where a value is expected"))
                    .expected("a value")
                    .found(found)
                    .into())
            }
        }
    }

    fn prefix(&mut self, op: Unary, binding: u8, start: usize) -> Parsed<Deep> {
        let (operand, depth) = self.nested(|parser| parser.expression(binding))?;
        let depth = self.checked(depth + 1, &operand)?;
        Ok((Ast { span: start..operand.span.end, kind: Syntax::Prefix(op, Box::new(operand)) }, depth))
    }

    /// A name, `name[2031]` or a call.
    fn word(&mut self, word: String, span: std::ops::Range<usize>) -> Parsed<Deep> {
        match self.peek().kind {
            TokenKind::Open => self.call(&word, span),
            TokenKind::OpenBracket => {
                let open = self.take().span;
                let name = self.period()?;
                let close = self.take();
                if close.kind != TokenKind::CloseBracket {
                    return Err(self
                        .syntax(open, "this bracket is not closed")
                        .expected("`]` after the year or step")
                        .into());
                }
                Ok((Ast { span: span.start..close.span.end, kind: Syntax::At(word, name) }, 1))
            }
            _ => Ok((Ast { span, kind: Syntax::Name(word) }, 1)),
        }
    }

    /// `2031`, `-3`, `2026Q1` or `2026-01`, up to the bracket that closes it.
    fn period(&mut self) -> Parsed<PeriodName> {
        let negative = self.peek().kind == TokenKind::Operator(Binary::Subtract);
        if negative {
            self.take();
        }
        let first = self.take();
        let mut whole = first.span.clone();
        let value = match first.kind {
            TokenKind::Number(value) if value.fract() == 0.0 && value < 1e15 => Some(value as i64),
            TokenKind::Period(PeriodName::Quarter(year, _)) => Some(year),
            _ => None,
        };
        // The rest of a quarter or a month.
        while matches!(
            self.peek().kind,
            TokenKind::Word(_) | TokenKind::Number(_) | TokenKind::Period(_) | TokenKind::Operator(Binary::Subtract)
        ) {
            whole.end = self.take().span.end;
        }
        let name = match value {
            Some(value) if whole == first.span && matches!(first.kind, TokenKind::Number(_)) => {
                Some(PeriodName::Whole(value))
            }
            _ => PeriodName::parse(&self.text[whole.clone()]).filter(|_| value.is_some()),
        };
        let signed = |year: i64| if negative { -year } else { year };
        match name {
            Some(PeriodName::Whole(year)) => Ok(PeriodName::Whole(signed(year))),
            Some(PeriodName::Quarter(year, quarter)) => Ok(PeriodName::Quarter(signed(year), quarter)),
            Some(PeriodName::Month(year, month)) => Ok(PeriodName::Month(signed(year), month)),
            None => Err(self
                .syntax(whole, "between brackets stands one whole number: a year, or a step")
                .expected("a year or step such as `[2031]`; a quarter is `[2031Q4]`, a month `[2031-12]`")
                .help("for steps back write `lag(x, n)`")
                .into()),
        }
    }

    fn call(&mut self, name: &str, span: std::ops::Range<usize>) -> Parsed<Deep> {
        let signature = match find(name) {
            Some(signature) => signature,
            None => return Err(unknown_function(name, span).into()),
        };
        let open = self.take().span;
        let mut arguments = Vec::new();
        let mut depth = 0;
        if self.peek().kind != TokenKind::Close {
            loop {
                let (argument, argument_depth) = self.nested(|parser| parser.expression(0))?;
                depth = depth.max(argument_depth);
                arguments.push(argument);
                match self.peek().kind {
                    TokenKind::Comma => self.take(),
                    TokenKind::Close => break,
                    _ => return Err(self.unclosed("(", open, &arguments[arguments.len() - 1]).into()),
                };
            }
        }
        let end = self.take().span.end;
        check_count(signature, arguments.len(), span.start..end)?;
        // Arguments of `min` and `max` are folded from the left: each is one level.
        let ast = Ast { span: span.start..end, kind: Syntax::Call(signature, arguments) };
        let depth = match &ast.kind {
            Syntax::Call(_, arguments) => self.checked(depth + arguments.len().max(1), &ast)?,
            _ => depth,
        };
        Ok((ast, depth))
    }

    fn nested(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<Deep>) -> Parsed<Deep> {
        if self.level == self.nesting {
            let span = self.peek().span.clone();
            let message = format!("this formula is nested more than {} levels deep", self.nesting);
            let help = format!(
                "give its parts names as `variables`, or raise the limit with --limit nesting=N (formulas: at most {MAX_NESTING})"
            );
            return Err(error("formula-too-deep", span, message).help(help).into());
        }
        self.level += 1;
        let parsed = parse(self);
        self.level -= 1;
        parsed
    }

    fn checked(&self, depth: usize, ast: &Ast) -> Parsed<usize> {
        if depth <= MAX_DEPTH {
            return Ok(depth);
        }
        let message = format!("this formula has more than {MAX_DEPTH} operations in a row");
        Err(error("formula-too-deep", ast.span.clone(), message)
            .help("split it into several `variables` and combine those")
            .into())
    }

    fn syntax(&self, span: std::ops::Range<usize>, message: impl Into<String>) -> Problem {
        error("formula-syntax", span, message)
    }

    /// The formula stops at a token that cannot continue it.
    fn unexpected(&self, before: &Ast) -> Problem {
        let token = self.peek();
        let found = &self.text[token.span.clone()];
        match &token.kind {
            TokenKind::Close => self
                .syntax(token.span.clone(), "this parenthesis was never opened")
                .help("remove it, or open it further left"),
            TokenKind::CloseBracket => self.syntax(token.span.clone(), "this bracket was never opened"),
            TokenKind::Comma => self
                .syntax(token.span.clone(), "a comma separates the arguments of a function, and no function is open")
                .help("the decimal mark is a point"),
            TokenKind::OpenBracket => self
                .syntax(token.span.clone(), "only a name may be read at a fixed year or step")
                .help("give the expression a name in `variables` and write `name[2031]`"),
            _ => self
                .syntax(token.span.clone(), format!("an operator is missing before `{found}`"))
                .expected("an operator")
                .found(found)
                .help(match before.kind {
                    Syntax::Number(_) => format!("to multiply write `{} * {found}`", &self.text[before.span.clone()]),
                    _ => "put an operator such as `*` or `+` between the two values".to_string(),
                }),
        }
    }

    fn unclosed(&self, symbol: &str, open: std::ops::Range<usize>, inner: &Ast) -> Problem {
        match self.peek().kind {
            TokenKind::End => self.syntax(open, format!("`{symbol}` is not closed")).expected("`)`"),
            TokenKind::Comma => self
                .syntax(
                    self.peek().span.clone(),
                    "a comma separates the arguments of a function, and no function is open",
                )
                .help("the decimal mark is a point"),
            _ => self.unexpected(inner),
        }
    }
}

fn unknown_function(name: &str, span: std::ops::Range<usize>) -> Problem {
    let error = error("unknown-function", span, format!("there is no function `{name}`")).found(name);
    match other_name(name) {
        Some(here) => error.nearest(Some(here.to_string())),
        None => {
            let nearest = nearest_name(name, FUNCTIONS.iter().map(|signature| signature.name));
            let error = error.nearest(nearest);
            let names: Vec<&str> = FUNCTIONS.iter().map(|signature| signature.name).collect();
            error.help(format!("functions are {}; to multiply by a parenthesis write `*`", names.join(", ")))
        }
    }
}

fn check_count(signature: &Signature, count: usize, span: std::ops::Range<usize>) -> Parsed<()> {
    if (signature.least..=signature.most).contains(&count) {
        return Ok(());
    }
    let message = format!("`{}` does not take {count} argument{}", signature.name, if count == 1 { "" } else { "s" });
    Err(error("wrong-arguments", span, message).expected(signature.usage).found(count.to_string()).into())
}
