//! Precedence, places, every way to get a formula wrong, and printing against parsing.

use super::functions::{FUNCTIONS, find};
use super::{Ast, MAX_DEPTH, MAX_NESTING, Syntax, parse};
use crate::diagnostic::Problem;
use crate::kernel::{Binary, Unary};
use crate::model::PeriodName;
use proptest::prelude::*;

fn tree(text: &str) -> Ast {
    parse(text, 128).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

/// The bytes that a problem is about.
fn range(problem: &Problem) -> std::ops::Range<usize> {
    let span = problem.span.expect("a place");
    span.start as usize..span.end as usize
}

fn wrong(text: &str) -> Box<Problem> {
    parse(text, 128).expect_err(text)
}

/// The tree with every operation in parentheses: what binds what, without the printer's own idea of it.
fn explicit(ast: &Ast) -> String {
    match &ast.kind {
        Syntax::Number(value) => format!("{value:?}"),
        Syntax::Name(name) => name.clone(),
        Syntax::At(name, index) => format!("{name}[{index}]"),
        Syntax::Period(name) => name.to_string(),
        Syntax::Prefix(op, operand) => format!("({op:?} {})", explicit(operand)),
        Syntax::Infix(op, left, right) => format!("({op:?} {} {})", explicit(left), explicit(right)),
        Syntax::Call(signature, arguments) => {
            let arguments: Vec<String> = arguments.iter().map(explicit).collect();
            format!("{}({})", signature.name, arguments.join(", "))
        }
    }
}

#[test]
fn precedence_and_associativity() {
    for (text, meaning) in [
        ("1 + 2 * 3", "1 + (2 * 3)"),
        ("1 - 2 - 3", "(1 - 2) - 3"),
        ("1 / 2 * 3", "(1 / 2) * 3"),
        ("2 ^ 3 ^ 4", "2 ^ (3 ^ 4)"),
        ("-x ^ 2", "-(x ^ 2)"),
        ("2 ^ -x", "2 ^ (-x)"),
        ("2 ^ -x ^ y", "2 ^ (-(x ^ y))"),
        ("2 ^ -x * y", "(2 ^ (-x)) * y"),
        ("-x * y", "(-x) * y"),
        ("x * -y", "x * (-y)"),
        ("--x", "-(-x)"),
        ("a + b < c * d", "(a + b) < (c * d)"),
        ("a < b and c < d or e", "((a < b) and (c < d)) or e"),
        ("a or b and c", "a or (b and c)"),
        ("not a == b", "not (a == b)"),
        ("not a and b", "(not a) and b"),
        ("a and not b", "a and (not b)"),
        ("not not a", "not (not a)"),
        ("(a < b) == c", "((a < b)) == c"),
    ] {
        assert_eq!(explicit(&tree(text)), explicit(&tree(meaning)), "{text}");
    }
}

#[test]
fn numbers_names_and_calls() {
    for (text, value) in [("1", 1.0), ("0.5", 0.5), (".5", 0.5), ("1e3", 1e3), ("1.5E-3", 1.5e-3), ("2e+1", 20.0)] {
        assert!(matches!(tree(text).kind, Syntax::Number(number) if number == value), "{text}");
    }
    for name in ["x", "AI_ML", "_a1", "normal", "orbit", "android", "notes", "market.region.europe"] {
        assert!(matches!(tree(name).kind, Syntax::Name(found) if found == name), "{name}");
    }
    assert!(matches!(tree("x[2031]").kind, Syntax::At(name, PeriodName::Whole(2031)) if name == "x"));
    assert!(matches!(tree("x[2026Q1]").kind, Syntax::At(_, PeriodName::Quarter(2026, 1))));
    assert!(matches!(tree("x[2026-01]").kind, Syntax::At(_, PeriodName::Month(2026, 1))));
    assert!(matches!(tree("x[-5-12]").kind, Syntax::At(_, PeriodName::Month(-5, 12))));
    assert!(matches!(tree("x[ -1 ]").kind, Syntax::At(_, PeriodName::Whole(-1))));
    let call = tree("lag(x, 2, 0)");
    assert!(matches!(call.kind, Syntax::Call(signature, arguments) if signature.name == "lag" && arguments.len() == 3));
    assert_eq!(tree("\t1\n+\r\n2 ").to_string(), "1 + 2");
}

#[test]
fn places_of_parts() {
    let text = "a + max(b, (c * 2))";
    let Syntax::Infix(_, left, right) = tree(text).kind else { panic!() };
    assert_eq!((&text[left.span.clone()], &text[right.span.clone()]), ("a", "max(b, (c * 2))"));
    let Syntax::Call(_, arguments) = right.kind else { panic!() };
    assert_eq!(&text[arguments[1].span.clone()], "(c * 2)");
}

#[test]
fn every_way_to_get_it_wrong() {
    for (text, code, at, words) in [
        ("", "empty-formula", "", "empty"),
        ("  ", "empty-formula", "  ", "empty"),
        ("(1 + 2", "formula-syntax", "(", "not closed"),
        ("exp(1", "formula-syntax", "(", "not closed"),
        ("1 + 2)", "formula-syntax", ")", "never opened"),
        ("x]", "formula-syntax", "]", "never opened"),
        ("x[2031", "formula-syntax", "[", "not closed"),
        ("x[y]", "formula-syntax", "y", "whole number"),
        ("x[1.5]", "formula-syntax", "1.5", "whole number"),
        ("(a + b)[3]", "formula-syntax", "[", "only a name"),
        ("2 x", "formula-syntax", "x", "operator is missing"),
        ("2x", "formula-syntax", "x", "operator is missing"),
        ("(a) (b)", "formula-syntax", "(", "operator is missing"),
        ("a b", "formula-syntax", "b", "operator is missing"),
        ("max(a b)", "formula-syntax", "b", "operator is missing"),
        ("1 +", "formula-syntax", "", "ends"),
        ("* 2", "formula-syntax", "*", "value is expected"),
        ("+ 2", "formula-syntax", "+", "plus sign"),
        ("max(1, )", "formula-syntax", ")", "missing"),
        ("max(, 1)", "formula-syntax", ",", "missing"),
        ("()", "formula-syntax", ")", "missing"),
        ("1, 2", "formula-syntax", ",", "comma"),
        ("(1, 2)", "formula-syntax", ",", "comma"),
        ("a < b < c", "formula-syntax", "<", "chain"),
        ("a = b", "formula-syntax", "=", "not part"),
        ("a && b", "formula-syntax", "&&", "not part"),
        ("a || b", "formula-syntax", "||", "not part"),
        ("!a", "formula-syntax", "!", "not part"),
        ("a <> b", "formula-syntax", "<>", "not part"),
        ("a ** b", "formula-syntax", "**", "not part"),
        ("5 % 2", "formula-syntax", "%", "not part"),
        ("a ? b : c", "formula-syntax", "?", "not part"),
        ("'a'", "formula-syntax", "'", "not part"),
        ("a \u{2212} b", "formula-syntax", "\u{2212}", "not part"),
        ("a \u{d7} b", "formula-syntax", "\u{d7}", "not part"),
        ("\u{1f600}", "formula-syntax", "\u{1f600}", "no meaning"),
        ("a \u{1b}", "formula-syntax", "\u{1b}", "no meaning"),
        ("1e999", "formula-syntax", "1e999", "too large"),
        ("1 + not a", "formula-syntax", "not", "loosely"),
        ("and a", "formula-syntax", "and", "left"),
        ("foo(1)", "unknown-function", "foo", "no function"),
        ("exp()", "wrong-arguments", "exp()", "0 arguments"),
        ("if(a, b)", "wrong-arguments", "if(a, b)", "2 arguments"),
        ("min(a)", "wrong-arguments", "min(a)", "1 argument"),
    ] {
        let error = wrong(text);
        assert_eq!((error.code, &text[range(&error)]), (code, at), "{text}: {error:?}");
        assert!(error.message.contains(words), "{text}: {}", error.message);
    }
    assert!(!wrong("\u{1b}").message.contains('\u{1b}'), "control characters are escaped");
}

#[test]
fn near_names_of_functions() {
    for (text, near) in
        [("epx(1)", "exp"), ("log(1)", "ln"), ("pow(1, 2)", "a ^ b"), ("mean(x)", "average"), ("claMp(1)", "clamp")]
    {
        assert_eq!(wrong(text).nearest.as_deref(), Some(near), "{text}");
    }
    assert_eq!(wrong("qqqqqqq(1)").nearest, None);
}

#[test]
fn depth_is_bounded() {
    let nested = |n: usize| format!("{}x{}", "(".repeat(n), ")".repeat(n));
    assert!(parse(&nested(128), 128).is_ok());
    assert_eq!(parse(&nested(129), 128).expect_err("too deep").code, "formula-too-deep");
    // However high the limit is raised, the parser's stack holds.
    assert!(parse(&nested(MAX_NESTING), u64::MAX).is_ok());
    assert_eq!(parse(&nested(1_000_000), u64::MAX).expect_err("too deep").code, "formula-too-deep");
    for text in ["-".repeat(100_000) + "x", "not ".repeat(100_000) + "x", "2^".repeat(100_000) + "x"] {
        assert_eq!(wrong(&text).code, "formula-too-deep");
    }
    let sum = |n: usize| vec!["a"; n].join("+");
    assert!(parse(&sum(MAX_DEPTH), 128).is_ok());
    assert_eq!(wrong(&sum(MAX_DEPTH + 1)).code, "formula-too-deep");
    assert_eq!(wrong(&format!("max({})", vec!["a"; 5000].join(","))).code, "formula-too-deep");
}

fn any_tree() -> impl Strategy<Value = Ast> {
    let ast = |kind| Ast { span: 0..0, kind };
    let leaf = prop_oneof![
        prop_oneof![(0.0..1e6_f64), (0.0..1e-8_f64), Just(0.0), Just(1e300), Just(2.0)].prop_map(Syntax::Number),
        "[a-z][a-z]_[A-Z0-9]{0,3}".prop_map(Syntax::Name),
        ("[a-z][a-z]_", -5_i64..3000, 1_u8..=12, 0..3).prop_map(|(name, year, part, kind)| Syntax::At(
            name,
            match kind {
                0 => PeriodName::Whole(year),
                1 => PeriodName::Quarter(year, part % 4 + 1),
                _ => PeriodName::Month(year, part),
            }
        )),
    ];
    leaf.prop_map(ast).prop_recursive(6, 60, 4, move |inner| {
        let infix = prop::sample::select(vec![
            Binary::Add,
            Binary::Subtract,
            Binary::Multiply,
            Binary::Divide,
            Binary::Power,
            Binary::Equal,
            Binary::Less,
            Binary::GreaterEqual,
            Binary::And,
            Binary::Or,
        ]);
        prop_oneof![
            (infix, inner.clone(), inner.clone()).prop_map(|(op, a, b)| Syntax::Infix(op, Box::new(a), Box::new(b))),
            (prop::sample::select(vec![Unary::Negate, Unary::Not]), inner.clone())
                .prop_map(|(op, a)| Syntax::Prefix(op, Box::new(a))),
            (prop::sample::select(FUNCTIONS.iter().collect::<Vec<_>>()), prop::collection::vec(inner, 3)).prop_map(
                |(signature, mut arguments)| {
                    arguments.truncate(signature.most);
                    Syntax::Call(find(signature.name).expect("it is in the table"), arguments)
                }
            ),
        ]
        .prop_map(ast)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, rng_seed: proptest::test_runner::RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn what_is_printed_parses_to_the_same_tree(ast in any_tree()) {
        let text = ast.to_string();
        let parsed = parse(&text, 250).map_err(|error| TestCaseError::fail(format!("{text}: {error:?}")))?;
        prop_assert_eq!(explicit(&parsed), explicit(&ast), "{}", text);
    }

    #[test]
    fn no_text_panics(text in "[-+*/^()\\[\\],.<>=!&|% 0-9a-z_e\u{e9}]{0,40}") {
        if let Err(error) = parse(&text, 20) {
            prop_assert!(text.get(range(&error)).is_some(), "{:?}", error);
        }
    }
}
