//! One test a rule, each by its exact code; a file for what each part of the validator does.

mod calibrate;
mod correlations;
mod document;
mod events;
mod follow_ups;
mod horizon;
mod laws;
mod market;
mod model;
mod outputs;
mod over_time;
mod quantity;
mod resolve;
mod segments;

use super::{Context, Validated, validate};
use crate::diagnostic::{Problem, Severity};
use crate::limits::Limits;
use crate::model::{Definition, Expr, Model, OverTime, VarId};
use crate::scenario::{Node, parse};

fn read(text: &str) -> Node {
    parse(0, text.as_bytes(), &Limits::default()).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"))
}

fn run_with(text: &str, limits: Limits) -> Validated {
    let read_csv = |path: &str, _: &Node| match path {
        "growth.csv" => Ok("year,growth\n2020,0.2\n2021,0.1\n".to_string()),
        _ => Err(Box::new(Problem::error("no-such-file", None, "", "no such file"))),
    };
    validate(&read(text), &Context { limits, read_csv: &read_csv })
}

fn run(text: &str) -> Validated {
    run_with(text, Limits::default())
}

/// The model of a file without any problem.
fn model(text: &str) -> Model {
    let validated = run(text);
    assert!(validated.problems.is_empty(), "{:#?}\n{text}", validated.problems);
    validated.model.expect("there are no problems")
}

/// Codes of all problems, in order.
fn codes(text: &str) -> Vec<&'static str> {
    let validated = run(text);
    let errors = validated.problems.iter().any(|problem| problem.severity == Severity::Error);
    assert_eq!(validated.model.is_none(), errors);
    validated.problems.iter().map(|problem| problem.code).collect()
}

fn only(text: &str) -> Problem {
    let mut problems = run(text).problems;
    assert_eq!(problems.len(), 1, "{problems:#?}\n{text}");
    problems.remove(0)
}

fn find(model: &Model, name: &str) -> VarId {
    let at = model.variables.iter().position(|variable| variable.name == name);
    VarId(at.unwrap_or_else(|| panic!("no variable {name}")) as u32)
}

fn first(model: &Model, name: &str) -> usize {
    model.variable(find(model, name)).first
}

/// A model in years 2025 to 2031 with these variables.
fn years(variables: &str) -> String {
    format!(r#"{{"horizon": {{"start": 2025, "end": 2031}}, "variables": {{{variables}}}}}"#)
}

/// The text that a problem points at.
fn pointed(text: &str, problem: &Problem) -> String {
    let span = problem.span.expect("the problem has a place");
    text[span.start as usize..span.end as usize].to_string()
}
