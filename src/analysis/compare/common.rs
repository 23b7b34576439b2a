//! What two scenarios have in common, and why some cannot be compared.

use crate::diagnostic::Problem;
use crate::model::{Horizon, Model, Output};
use crate::results::Warning;

/// Indices of what is in both, in the order of a: (in a, in b).
#[derive(Debug)]
pub(super) struct Common {
    pub(super) outputs: Vec<(usize, usize)>,
    pub(super) targets: Vec<(usize, usize)>,
    pub(super) constraints: Vec<(usize, usize)>,
    /// What only one of them has.
    pub(super) warnings: Vec<Warning>,
}

impl Common {
    /// Matches two models by the names of what is in them. Those of the scenarios are for messages.
    ///
    /// # Errors
    ///
    /// Every reason for which they cannot be compared.
    pub(super) fn of((name_a, a): (&str, &Model), (name_b, b): (&str, &Model)) -> Result<Common, Vec<Problem>> {
        let (horizon_a, horizon_b) = (&a.horizon, &b.horizon);
        if horizon_a != horizon_b {
            let message = format!("`{name_b}` and `{name_a}` do not have the same steps");
            let problem = Problem::error("compare-horizon", None, "/horizon", message)
                .expected(format!("{}, as in `{name_a}`", steps(horizon_a)))
                .found(steps(horizon_b))
                .help("compare scenarios of one horizon; a file that extends another shares it");
            return Err(vec![problem]);
        }
        let mut warnings = Vec::new();
        let full = |outputs: &[Output]| outputs.iter().map(Output::full_name).collect::<Vec<_>>();
        let (outputs_a, outputs_b) = (full(&a.outputs), full(&b.outputs));
        let outputs = matched(&outputs_a, &outputs_b);
        if outputs.is_empty() {
            let message = format!("`{name_b}` and `{name_a}` have no output in common");
            let problem = Problem::error("compare-nothing-common", None, "/outputs", message)
                .expected(format!("one of {}", listed(&outputs_a)))
                .found(listed(&outputs_b))
                .help("name the same outputs in both");
            return Err(vec![problem]);
        }
        let problems: Vec<Problem> =
            outputs.iter().filter_map(|&(i, j)| units_differ((name_a, a), (name_b, b), i, j)).collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        let names = |model: &Model| model.targets.iter().map(|target| target.name.clone()).collect::<Vec<_>>();
        let (targets_a, targets_b) = (names(a), names(b));
        let targets = matched(&targets_a, &targets_b);
        for &(i, j) in &targets {
            let (target_a, target_b) = (&a.targets[i], &b.targets[j]);
            if target_a.text != target_b.text {
                let text = format!(
                    "target `{}` is `{}` in `{name_a}` and `{}` in `{name_b}`; they are compared by name",
                    target_a.name, target_a.text, target_b.text
                );
                let pointer = b.variable(target_b.condition).pointer.clone();
                warnings.push(Warning { code: "target-differs", pointer, text, place: None });
            }
        }
        let names = |model: &Model| -> Vec<String> {
            let constraints = model.market.iter().flat_map(|market| &market.constraints);
            constraints.map(|constraint| constraint.name.clone()).collect()
        };
        let (constraints_a, constraints_b) = (names(a), names(b));
        for (what, in_a, in_b) in [
            ("output", &outputs_a, &outputs_b),
            ("target", &targets_a, &targets_b),
            ("constraint", &constraints_a, &constraints_b),
        ] {
            for (owner, own, other) in [(name_a, in_a, in_b), (name_b, in_b, in_a)] {
                let left: Vec<String> = own.iter().filter(|name| !other.contains(name)).cloned().collect();
                if !left.is_empty() {
                    let s = if left.len() == 1 { "" } else { "s" };
                    let text = format!("{what}{s} of `{owner}` alone, left out: {}", listed(&left));
                    warnings.push(Warning { code: "left-out", pointer: String::new(), text, place: None });
                }
            }
        }
        Ok(Common { outputs, targets, constraints: matched(&constraints_a, &constraints_b), warnings })
    }
}

fn matched(a: &[String], b: &[String]) -> Vec<(usize, usize)> {
    let find = |(i, name): (usize, &String)| Some((i, b.iter().position(|other| other == name)?));
    a.iter().enumerate().filter_map(find).collect()
}

/// A unit that only one of them states is no contradiction.
fn units_differ((name_a, a): (&str, &Model), (name_b, b): (&str, &Model), i: usize, j: usize) -> Option<Problem> {
    let (output_a, output_b) = (&a.outputs[i], &b.outputs[j]);
    let (unit_a, unit_b) = (output_a.unit.as_ref()?, output_b.unit.as_ref()?);
    if unit_a == unit_b {
        return None;
    }
    let message = format!("`{}` does not have the same unit in `{name_b}` and `{name_a}`", output_a.full_name());
    let pointer = b.variable(output_b.variable).pointer.clone();
    let problem = Problem::error("compare-unit", None, pointer, message)
        .expected(format!("`{unit_a}`, as in `{name_a}`"))
        .found(format!("`{unit_b}`"))
        .help("state both in one unit");
    Some(problem)
}

/// Names enough to see what is meant.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let mut text = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text += &format!(" and {} more", names.len() - SHOWN);
    }
    text
}

fn steps(horizon: &Horizon) -> String {
    match horizon.steps {
        0 => "no steps (static)".to_owned(),
        last => format!("{} to {}, {} steps, {}", horizon.period(0), horizon.period(last), last, horizon.length.name()),
    }
}
