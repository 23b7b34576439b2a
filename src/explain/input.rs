//! Random inputs: law, parameters, persistence, quantiles, source.

use super::{LEVELS, Papers, papers, quantile_name};
use crate::describe::definition::{self, ShownParameter};
use crate::dist::Distribution;
use crate::model::{Definition, InputId, Model, OverTime, VarId, Variable};
use serde::Serialize;
use serde_json::{Map, Value};

/// One random input.
#[derive(Debug, Serialize)]
pub(super) struct InputRow {
    pub(super) name: String,
    /// The law's name in a scenario file, or `event` for what decides whether one starts.
    pub(super) law: &'static str,
    /// Parameters by name.
    pub(super) parameters: Vec<ParameterRow>,
    /// The law and its parameters in a line.
    pub(super) definition: String,
    pub(super) persistence: f64,
    /// How the shock moves, in a line.
    #[serde(skip)]
    pub(super) over_time: String,
    pub(super) permanent: f64,
    /// Why and at what cost the law is inverted on every path; absent where it is drawn in closed form or from a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) inverted: Option<&'static str>,
    /// Quantiles, where no parameter is uncertain; one row if they are the same in every step, else the first and last.
    pub(super) quantiles: Vec<QuantileRow>,
    #[serde(flatten)]
    pub(super) papers: Papers,
    pub(super) pointer: String,
}

/// One parameter of a law.
#[derive(Debug, Serialize)]
pub(super) struct ParameterRow {
    name: String,
    value: ShownParameter,
}

/// Quantiles of an input in one period.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct QuantileRow {
    /// `null` where the input has the same law in every step.
    pub(super) period: Option<String>,
    #[serde(flatten)]
    pub(super) values: Map<String, Value>,
}

/// Every input of a model, in its order.
pub(super) fn rows(model: &Model) -> Vec<InputRow> {
    let mut rows: Vec<Option<InputRow>> = model.inputs.iter().map(|_| None).collect();
    for variable in &model.variables {
        let (input, row) = match &variable.definition {
            Definition::Draw { input, distribution } => (*input, draw(*input, distribution, variable, model)),
            Definition::Event(event) => (event.start, start(event.start, event.hazard, variable, model)),
            _ => continue,
        };
        if let Some(slot) = rows.get_mut(input.0 as usize) {
            *slot = Some(row);
        }
    }
    rows.into_iter().flatten().collect()
}

fn draw(input: InputId, distribution: &Distribution<VarId>, variable: &Variable, model: &Model) -> InputRow {
    let parameters = definition::parameters(distribution, model);
    InputRow {
        law: distribution.name(),
        parameters: parameters.into_iter().map(|(name, value)| ParameterRow { name, value }).collect(),
        definition: definition::law(distribution, model),
        inverted: inverted(distribution, model),
        quantiles: quantiles(distribution, model),
        ..bare(input, variable, model)
    }
}

fn start(input: InputId, hazard: VarId, variable: &Variable, model: &Model) -> InputRow {
    let hazard = definition::parameter(hazard, model);
    InputRow {
        definition: format!("starts the event with hazard {}", hazard.text()),
        parameters: vec![ParameterRow { name: "hazard".into(), value: hazard }],
        ..bare(input, variable, model)
    }
}

fn bare(input: InputId, variable: &Variable, model: &Model) -> InputRow {
    let over_time = model.input(input).over_time;
    let OverTime { persistence, permanent } = over_time;
    InputRow {
        name: model.input(input).name.clone(),
        law: "event",
        parameters: Vec::new(),
        definition: String::new(),
        persistence,
        over_time: format!(
            "persistence {}, permanent {}",
            definition::persistence_in(persistence, model.horizon.length),
            definition::number(permanent)
        ),
        permanent,
        inverted: None,
        quantiles: Vec::new(),
        papers: papers(variable),
        pointer: variable.pointer.clone(),
    }
}

fn inverted(distribution: &Distribution<VarId>, model: &Model) -> Option<&'static str> {
    let differs = |id: &VarId| value_at(*id, model.horizon.last(), model).is_none();
    distribution.is_inverted(differs).then_some(
        "parameters differ by path and the law has no closed form: it is inverted on every path, which takes about two \
         microseconds a draw, half of one where it is one of counts, where a table takes a hundredth of that",
    )
}

fn quantiles(distribution: &Distribution<VarId>, model: &Model) -> Vec<QuantileRow> {
    let (first, last) = (model.horizon.first_draw(), model.horizon.last());
    let at = |step: usize| {
        let fixed = distribution.try_map(|id| value_at(*id, step, model).ok_or(())).ok()?;
        fixed.check().ok()?;
        let values = LEVELS.map(|level| (quantile_name(level), Value::from(fixed.quantile(level / 100.0))));
        Some(QuantileRow { period: Some(model.horizon.period(step)), values: values.into_iter().collect() })
    };
    match (at(first), at(last)) {
        (Some(first), Some(last)) if first.values == last.values => vec![QuantileRow { period: None, ..first }],
        (first, last) => [first, last].into_iter().flatten().collect(),
    }
}

/// The value of a parameter that is not random.
fn value_at(id: VarId, step: usize, model: &Model) -> Option<f64> {
    match &model.variable(id).definition {
        Definition::Constant(value) => Some(*value),
        Definition::ByStep(values) => values.get(step).copied(),
        _ => None,
    }
}
