//! Problems in words, in the style of a compiler: title, place, the line with a caret, what to do.
//!
//! Written here rather than taken from a crate: lines must be escaped and windowed before anything walks them, and the
//! renderers at hand count line and column in the text that they are given, so they would name places in the window.

use super::escape::escape_short;
use super::place::LineColumns;
use super::window::{Window, window};
use super::{Problem, Severity, Sources, Span};
use anstyle::{AnsiColor, Style};
use std::fmt::{self, Write};
use textwrap::{WordSeparator, WordSplitter, WrapAlgorithm};
use unicode_width::UnicodeWidthStr;

/// Problems shown; the rest is counted.
const MOST_SHOWN: usize = 20;
/// Characters of one message or name that are shown.
pub(super) const LONGEST_TEXT: usize = 2000;
/// Labels up to this many characters stand beside the caret, longer ones on a line of their own.
const LONGEST_LABEL: usize = 60;
/// Narrower windows on a line show too little to recognise it.
const NARROWEST: usize = 40;

/// The first 20 problems, an empty line between them, and how many more there are; empty without problems.
///
/// `width` is the terminal's: longer lines are shown through a window around the place. Text from files is escaped.
pub fn render(problems: &[Problem], sources: &Sources, color: bool, width: usize) -> String {
    let shown = &problems[..problems.len().min(MOST_SHOWN)];
    let places = LineColumns::of(shown, sources);
    let mut text = String::new();
    for (index, problem) in shown.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        let lines = lines_of(problem, sources, &places, width);
        let page = Page { palette: Palette::new(color, problem.severity), width: width.max(NARROWEST) };
        page.problem(&mut text, problem, &lines).expect("writing to a String cannot fail");
    }
    if problems.len() > shown.len() {
        let more = problems.len() - shown.len();
        text.push_str(&format!("\n... and {more} more problem{}\n", if more == 1 { "" } else { "s" }));
    }
    text
}

/// One line of a file that a problem points at.
struct ShownLine {
    file: String,
    line: usize,
    column: usize,
    window: Window,
    label: String,
}

/// The lines that a problem points at, its own first.
fn lines_of(problem: &Problem, sources: &Sources, places: &LineColumns, width: usize) -> Vec<ShownLine> {
    let own = problem.span.map(|span| (span, caret_label(problem).unwrap_or_default()));
    let related = problem.related.iter().map(|related| (related.span, related.label.clone()));
    let line = |(span, label): (Span, String)| {
        let source = sources.files.get(span.source as usize)?;
        let place = places.get(span)?;
        let gutter = place.line.to_string().len() + " | ".len();
        Some(ShownLine {
            file: escape_short(&source.name, LONGEST_TEXT).into_owned(),
            line: place.line,
            column: place.column,
            window: window(&source.text, span, place, width.saturating_sub(gutter).max(NARROWEST)),
            label: escape_short(&label, LONGEST_TEXT).into_owned(),
        })
    };
    own.into_iter().chain(related).filter_map(line).collect()
}

/// What was expected and found, where that is short enough to stand beside the caret.
fn caret_label(problem: &Problem) -> Option<String> {
    let label = match (&problem.expected, &problem.found) {
        (Some(expected), Some(found)) => format!("expected {expected}, found {found}"),
        (Some(expected), None) => format!("expected {expected}"),
        (None, Some(found)) => format!("found {found}"),
        (None, None) => return None,
    };
    (label.chars().count() <= LONGEST_LABEL).then_some(label)
}

/// The lines below the caret: (name, text).
fn remarks(problem: &Problem, has_line: bool) -> Vec<(&'static str, String)> {
    let mut remarks = Vec::new();
    let mut push = |name: &'static str, text: &str| remarks.push((name, escape_short(text, LONGEST_TEXT).into_owned()));
    if !problem.pointer.is_empty() {
        push("at", &problem.pointer);
    }
    if !has_line || caret_label(problem).is_none() {
        if let Some(expected) = &problem.expected {
            push("expected", expected);
        }
        if let Some(found) = &problem.found {
            push("found", found);
        }
    }
    if let Some(nearest) = &problem.nearest {
        push("help", &format!("did you mean `{nearest}`?"));
    }
    if let Some(help) = &problem.help {
        push("help", help);
    }
    remarks
}

/// The styles of one problem; all of them empty without colour.
struct Palette {
    severity: Style,
    strong: Style,
    gutter: Style,
}

impl Palette {
    fn new(color: bool, severity: Severity) -> Self {
        if !color {
            return Palette { severity: Style::new(), strong: Style::new(), gutter: Style::new() };
        }
        let severity = match severity {
            Severity::Error => AnsiColor::BrightRed,
            Severity::Warning => AnsiColor::BrightYellow,
            Severity::Note => AnsiColor::BrightGreen,
        };
        Palette {
            severity: severity.on_default().bold(),
            strong: Style::new().bold(),
            gutter: AnsiColor::BrightBlue.on_default().bold(),
        }
    }
}

/// What a problem is written on.
struct Page {
    palette: Palette,
    width: usize,
}

impl Page {
    fn problem(&self, to: &mut String, problem: &Problem, lines: &[ShownLine]) -> fmt::Result {
        let Palette { severity, strong, gutter } = &self.palette;
        let word = match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let message = escape_short(&problem.message, LONGEST_TEXT);
        writeln!(to, "{severity}{word}[{}]{severity:#}{strong}: {message}{strong:#}", problem.code)?;

        let digits = lines.iter().map(|line| line.line.to_string().len()).max().unwrap_or(1);
        let bar = format!("{:digits$} {gutter}|{gutter:#}", "");
        for (index, line) in lines.iter().enumerate() {
            let (arrow, underline, style) = if index == 0 { ("-->", '^', severity) } else { (":::", '-', gutter) };
            let ShownLine { file, line, column, window, label } = line;
            writeln!(to, "{:digits$}{gutter}{arrow}{gutter:#} {file}:{line}:{column}\n{bar}", "")?;
            writeln!(to, "{gutter}{line:>digits$} |{gutter:#} {}", window.text)?;
            let lead = window.text[..window.marked.start].width();
            let marks = underline.to_string().repeat(window.text[window.marked.clone()].width().max(1));
            let space = if label.is_empty() { "" } else { " " };
            writeln!(to, "{bar} {:lead$}{style}{marks}{space}{label}{style:#}", "")?;
            if index + 1 < lines.len() || !remarks(problem, true).is_empty() {
                writeln!(to, "{bar}")?;
            }
        }
        for (name, text) in remarks(problem, !lines.is_empty()) {
            let indent = " ".repeat(digits + " = ".len() + name.len() + ": ".len());
            let lines = wrapping(self.width).break_words(false).initial_indent(&indent).subsequent_indent(&indent);
            let text = textwrap::fill(&text, lines);
            let text = text.strip_prefix(&indent).unwrap_or_default();
            writeln!(to, "{:digits$} {gutter}={gutter:#} {strong}{name}{strong:#}: {text}", "")?;
        }
        Ok(())
    }
}

/// How text is broken into lines: at spaces alone, counted in columns of a terminal.
pub(crate) fn wrapping<'a>(width: usize) -> textwrap::Options<'a> {
    textwrap::Options::new(width)
        .wrap_algorithm(WrapAlgorithm::FirstFit)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str, start: u32, end: u32, change: impl Fn(Problem, u32) -> Problem) -> String {
        let mut sources = Sources::default();
        let source = sources.add("a.json", text.as_bytes());
        let problem = Problem::error("some-code", Some(Span { source, start, end }), "/a/b", "something is wrong");
        render(&[change(problem, source)], &sources, false, 60)
    }

    #[test]
    fn a_problem_shows_place_caret_and_remedy() {
        let shown = show("{\n  \"sdd\": 1\n}\n", 4, 9, |problem, _| {
            problem.expected("`sd`").found("`sdd`").nearest(Some("sd".into())).help("remove it")
        });
        insta::assert_snapshot!(shown, @r#"
        error[some-code]: something is wrong
         --> a.json:2:3
          |
        2 |   "sdd": 1
          |   ^^^^^ expected `sd`, found `sdd`
          |
          = at: /a/b
          = help: did you mean `sd`?
          = help: remove it
        "#);
    }

    #[test]
    fn related_places_and_long_lists() {
        let shown = show("{\"a\": 1,\n\"a\": 2}", 9, 12, |problem, source| {
            let list = (0..12).map(|n| format!("name_{n}")).collect::<Vec<_>>().join(", ");
            problem.related(Some(Span { source, start: 1, end: 4 }), "first written here").expected(list)
        });
        insta::assert_snapshot!(shown, @r#"
        error[some-code]: something is wrong
         --> a.json:2:1
          |
        2 | "a": 2}
          | ^^^
          |
         ::: a.json:1:2
          |
        1 | {"a": 1,
          |  --- first written here
          |
          = at: /a/b
          = expected: name_0, name_1, name_2, name_3, name_4,
                      name_5, name_6, name_7, name_8, name_9,
                      name_10, name_11
        "#);
    }

    #[test]
    fn a_problem_without_a_place_still_says_everything() {
        let problem =
            Problem::error("some-code", None, "/a", "wrong").expected("x").found("y").severity(Severity::Warning);
        insta::assert_snapshot!(render(&[problem], &Sources::default(), false, 80), @r#"
        warning[some-code]: wrong
          = at: /a
          = expected: x
          = found: y
        "#);
    }

    #[test]
    fn wide_characters_keep_the_caret_in_place() {
        insta::assert_snapshot!(show("{ \"東京\": x }", 12, 13, |problem, _| problem), @r#"
        error[some-code]: something is wrong
         --> a.json:1:9
          |
        1 | { "東京": x }
          |           ^
          |
          = at: /a/b
        "#);
    }

    #[test]
    fn nothing_from_a_file_reaches_the_terminal_raw() {
        let mut sources = Sources::default();
        let source = sources.add("\u{1b}[2Jx.json", "\u{1b}[31m\u{202e}\u{9b}".as_bytes());
        let span = Some(Span { source, start: 0, end: 3 });
        let evil = "\u{1b}[31m\n\u{7}";
        let problem = Problem::error("some-code", span, evil, evil)
            .expected(evil)
            .found(evil)
            .nearest(Some(evil.into()))
            .help(evil)
            .related(span, evil);
        let shown = render(&[problem], &sources, false, 80);
        assert!(shown.chars().all(|character| character == '\n' || !character.is_control()), "{shown:?}");
        assert!(!shown.contains('\u{202e}'), "{shown:?}");
    }

    #[test]
    fn colour_is_there_on_request_only() {
        let problem = Problem::error("some-code", None, "", "wrong");
        assert!(render(std::slice::from_ref(&problem), &Sources::default(), true, 80).contains("\u{1b}[1m"));
        assert!(!render(&[problem], &Sources::default(), false, 80).contains('\u{1b}'));
    }

    #[test]
    fn twenty_are_shown_and_the_rest_counted() {
        let problems = vec![Problem::error("some-code", None, "", "wrong"); 23];
        let shown = render(&problems, &Sources::default(), false, 80);
        assert_eq!(shown.matches("error[some-code]").count(), 20);
        assert!(shown.ends_with("\n... and 3 more problems\n"), "{shown}");
        assert_eq!(render(&[], &Sources::default(), false, 80), "");
    }

    #[test]
    fn a_huge_single_line_is_shown_through_a_window() {
        let text = format!("[{}\"bad\"{}]", "1,".repeat(1_000_000), ",1".repeat(1_000_000));
        let shown = show(&text, 2_000_001, 2_000_006, |problem, _| problem.found("x".repeat(1_000_000)));
        assert!(shown.len() < 10_000, "{} bytes", shown.len());
        assert!(shown.contains("a.json:1:2000002"), "{shown}");
        assert!(shown.contains("\"bad\""), "{shown}");
    }
}
