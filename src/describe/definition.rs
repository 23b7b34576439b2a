//! Definitions, laws and parameters in a line.

use super::formula;
use crate::dist::{Component, Distribution, Entry, Law, quantile_name};
use crate::model::{Definition, Event, Model, OverTime, Running, StepLength, VarId, Variable};
use serde::Serialize;

/// Steps whose values are listed one by one.
const LISTED: usize = 12;

/// The kind of a definition, in a word.
pub(crate) fn kind(definition: &Definition) -> &'static str {
    match definition {
        Definition::Constant(_) => "constant",
        Definition::ByStep(_) => "by step",
        Definition::Blend(_) => "blend",
        Definition::Formula(_) => "formula",
        Definition::Draw { .. } => "distribution",
        Definition::Stock { .. } => "stock",
        Definition::Event(_) => "event",
        Definition::Running { .. } => "running",
    }
}

/// The definition, in a line.
pub(crate) fn describe(variable: &Variable, model: &Model) -> String {
    match &variable.definition {
        Definition::Constant(value) => number(*value),
        Definition::ByStep(values) => by_step(values, model),
        Definition::Blend(blends) => {
            let mut knots: Vec<VarId> = Vec::new();
            for id in blends.iter().flat_map(|blend| [blend.left, blend.right]) {
                if !knots.contains(&id) {
                    knots.push(id);
                }
            }
            let knots: Vec<String> = knots.into_iter().map(|id| knot(id, model)).collect();
            format!("linear in time through {}", knots.join(", "))
        }
        Definition::Formula(expr) => variable.text.clone().unwrap_or_else(|| formula::write(expr, None, model)),
        Definition::Draw { distribution, .. } => law(distribution, model),
        Definition::Stock { start, next } => {
            let own = model.variables.iter().position(|other| std::ptr::eq(other, variable));
            let own = own.map(|index| VarId(index as u32));
            format!("{} at first, then {}", reference(*start, model), formula::write(next, own, model))
        }
        Definition::Event(Event { hazard, size, duration, .. }) => {
            let [hazard, size, duration] = [hazard, size, duration].map(|id| reference(*id, model));
            format!("hazard {hazard}, size {size}, duration {duration}")
        }
        Definition::Running { op, of } => format!("{} {}", running(*op), reference(*of, model)),
    }
}

/// A parameter of a law.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum ShownParameter {
    /// A number.
    Number(f64),
    /// A number for every step, from the first in which it is drawn.
    Series(Vec<f64>),
    /// The name of what is uncertain or a formula; or a word about data too long to show.
    Name(String),
}

impl ShownParameter {
    pub(crate) fn text(&self) -> String {
        match self {
            ShownParameter::Number(value) => number(*value),
            ShownParameter::Series(values) if values.len() > LISTED => {
                format!("{} ... {} by step", number(values[0]), number(values[values.len() - 1]))
            }
            ShownParameter::Series(values) => {
                format!("{} by step", values.iter().map(|value| number(*value)).collect::<Vec<_>>().join(" "))
            }
            ShownParameter::Name(name) => name.clone(),
        }
    }
}

/// A law with its parameters: `normal: mean 0.2, sd 0.06`.
pub(crate) fn law(distribution: &Distribution<VarId>, model: &Model) -> String {
    let parameters: Vec<String> = parameters(distribution, model)
        .into_iter()
        .map(|(name, parameter)| format!("{name} {}", parameter.text()))
        .collect();
    match &parameters[..] {
        [] => distribution.name().to_owned(),
        _ => format!("{}: {}", distribution.name(), parameters.join(", ")),
    }
}

/// The parameters of a law by name; a sample is told by its size.
pub(crate) fn parameters(distribution: &Distribution<VarId>, model: &Model) -> Vec<(String, ShownParameter)> {
    let fixed: Vec<(String, ShownParameter)> = match &distribution.law {
        Law::Discrete { values } => {
            values.iter().map(|(value, weight)| (number(*value), entry(*weight, model))).collect()
        }
        Law::Empirical { values, interpolate } => {
            let how = if *interpolate { "interpolated" } else { "drawn as they are" };
            vec![("values".into(), ShownParameter::Name(format!("{} numbers, {how}", values.len())))]
        }
        Law::Histogram { edges, weights } => {
            let name = |edge: &[f64]| format!("{} to {}", number(edge[0]), number(edge[1]));
            edges.windows(2).zip(weights.iter()).map(|(edge, weight)| (name(edge), entry(*weight, model))).collect()
        }
        Law::Metalog { at, low, high } => {
            let quantiles = at.iter().map(|(p, value)| (quantile_name(*p), entry(*value, model)));
            let bounds = [("low", low), ("high", high)];
            let bounds = bounds.into_iter().filter_map(|(name, bound)| Some((name.into(), entry((*bound)?, model))));
            quantiles.chain(bounds).collect()
        }
        Law::Mixture { components } => components.iter().map(|part| component(part, model)).collect(),
        _ => Vec::new(),
    };
    // Of these laws every parameter is shown in its place; what is left are the bounds.
    let whole = matches!(
        distribution.law,
        Law::Discrete { .. } | Law::Histogram { .. } | Law::Metalog { .. } | Law::Mixture { .. }
    );
    let own = |name: &str| !whole || name.starts_with("truncate.") || name.starts_with("clip.");
    let varying = distribution.parameters().into_iter().filter(|(name, _)| own(name));
    let varying = varying.map(|(name, id)| (name.into_owned(), parameter(*id, model)));
    fixed.into_iter().chain(varying).collect()
}

fn entry(entry: Entry<VarId>, model: &Model) -> ShownParameter {
    match entry {
        Entry::Stated(value) => ShownParameter::Number(value),
        Entry::Parameter(id) => parameter(id, model),
    }
}

fn component((weight, component): &(Entry<VarId>, Component<VarId>), model: &Model) -> (String, ShownParameter) {
    let name = format!("weight {}", entry(*weight, model).text());
    match component {
        Component::Atom(value) => (name, parameter(*value, model)),
        Component::Distribution(distribution) => {
            let parameters: Vec<String> = parameters(distribution, model)
                .into_iter()
                .map(|(name, value)| format!("{name} {}", value.text()))
                .collect();
            (name, ShownParameter::Name(format!("{} ({})", distribution.name(), parameters.join(", "))))
        }
    }
}

pub(crate) fn parameter(id: VarId, model: &Model) -> ShownParameter {
    let variable = model.variable(id);
    match &variable.definition {
        Definition::Constant(value) => ShownParameter::Number(*value),
        Definition::ByStep(values) => {
            let drawn = values.get(model.horizon.first_draw()..).unwrap_or_default();
            match drawn {
                [first, rest @ ..] if rest.iter().all(|value| value == first) => ShownParameter::Number(*first),
                _ => ShownParameter::Series(drawn.to_vec()),
            }
        }
        _ => ShownParameter::Name(variable.name.clone()),
    }
}

/// A variable by name; a parameter that is one number, by its value.
pub(crate) fn reference(id: VarId, model: &Model) -> String {
    let variable = model.variable(id);
    match variable.definition {
        Definition::Constant(value) if is_parameter(&variable.name) => number(value),
        _ => variable.name.clone(),
    }
}

/// A knot of values over time; its name ends in its period.
fn knot(id: VarId, model: &Model) -> String {
    let variable = model.variable(id);
    match (&variable.definition, variable.name.rsplit_once('.')) {
        (Definition::Constant(value), Some((_, period))) => format!("{} in {period}", number(*value)),
        _ => variable.name.clone(),
    }
}

/// How the shock of an input moves in steps of a length, as briefly as a file says it.
pub(crate) fn over_time(over_time: OverTime, length: StepLength) -> String {
    match over_time {
        OverTime::CONSTANT => "constant".into(),
        OverTime::FRESH => "fresh".into(),
        OverTime { persistence, permanent } => {
            let permanent = match permanent {
                0.0 => String::new(),
                permanent => format!(", permanent {}", number(permanent)),
            };
            format!("persistence {}{permanent}", persistence_in(persistence, length))
        }
    }
}

/// The persistence of a step with what the step is, where that is no year, as the file says it: `0.840896 a quarter (0.5 a
/// year)`. A negative one means steps in the file too.
pub(crate) fn persistence_in(persistence: f64, length: StepLength) -> String {
    match length {
        StepLength::Quarter | StepLength::Month => {
            let steps = length.per_year().unwrap_or(1);
            let a_year = match persistence > 0.0 {
                true => format!(" ({} a year)", number(persistence.powi(steps))),
                false => String::new(),
            };
            format!("{} a {}{a_year}", number(persistence), length.name())
        }
        StepLength::Year | StepLength::Counted | StepLength::Static => number(persistence),
    }
}

/// Whether a name is the path of a parameter: `power.start`.
pub(crate) fn is_parameter(name: &str) -> bool {
    name.contains('.')
}

pub(crate) fn by_step(values: &[f64], model: &Model) -> String {
    if values.windows(2).all(|pair| pair[0] == pair[1]) {
        return values.first().map_or_else(String::new, |value| number(*value));
    }
    let at = |step: usize| format!("{} in {}", number(values[step]), model.horizon.period(step));
    if values.len() <= LISTED {
        return (0..values.len()).map(at).collect::<Vec<_>>().join(", ");
    }
    format!("{}, ..., {}", at(0), at(values.len() - 1))
}

fn running(op: Running) -> &'static str {
    match op {
        Running::Sum => "sum so far of",
        Running::Count => "number of steps so far with",
        Running::Mean => "mean so far of",
        Running::Highest => "highest so far of",
        Running::Lowest => "lowest so far of",
        Running::Ever => "1 once there was",
        Running::Always => "1 while there always was",
        Running::First => "first time of",
    }
}

/// A number in at most six digits, as one would write it.
pub(crate) fn number(value: f64) -> String {
    digits(value, 6)
}

/// A number in at most so many significant digits.
pub(crate) fn digits(value: f64, digits: usize) -> String {
    let rounded = format!("{value:.*e}", digits - 1).parse::<f64>().unwrap_or(value);
    match rounded.abs() {
        0.0 => "0".into(),
        1e-5..1e15 => rounded.to_string(),
        _ => format!("{rounded:e}"),
    }
}
