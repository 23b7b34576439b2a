//! What a scenario resolves to, for readers and as data.

mod input;
mod program;
mod text;

use crate::describe::definition;
use crate::dist::{spearman_from_normal_score, spearman_from_normal_score_of};
use crate::model::{Definition, Horizon, InputId, Model, VarId};
use crate::results::CalibrationInfo;
use crate::scenario::to_json;
use crate::stats::Statistic;
use crate::study::Study;
use input::InputRow;
use serde::Serialize;
use std::collections::BTreeMap;

pub use program::write_program;
pub use text::write_text;

/// Levels that inputs are described by, in percent.
const LEVELS: [f64; 3] = [5.0, 50.0, 95.0];

/// A resolved scenario.
#[derive(Debug, Serialize)]
pub struct Explanation {
    scenario: String,
    title: Option<String>,
    description: Option<String>,
    /// What it extends, ancestors first, itself last.
    lineage: Vec<String>,
    content_hash: String,
    horizon: HorizonRow,
    inputs: Vec<InputRow>,
    correlations: Vec<CorrelationRow>,
    variables: Vec<VariableRow>,
    market: Option<MarketRow>,
    outputs: Vec<OutputRow>,
    targets: Vec<TargetRow>,
    references: Vec<ReferenceRow>,
    calibration: Option<CalibrationRow>,
    /// The file with everything that it extends merged in and its calibration solved.
    document: serde_json::Value,
}

#[derive(Debug, Serialize)]
struct HorizonRow {
    first: String,
    last: String,
    steps: usize,
    step: &'static str,
}

#[derive(Debug, Serialize)]
struct CorrelationRow {
    a: String,
    b: String,
    /// Of the shocks' permanent parts and of their innovations.
    normal_score: f64,
    /// Of the shocks within one step.
    same_step: f64,
    /// Rank correlation of the values within one step.
    same_step_rank: f64,
}

#[derive(Debug, Serialize)]
struct VariableRow {
    name: String,
    kind: &'static str,
    /// What it is, as a formula where it is one.
    definition: String,
    /// The first period in which it has a value.
    first: String,
    #[serde(flatten)]
    papers: Papers,
    pointer: String,
}

/// What a file says about a quantity beside its value.
#[derive(Clone, Debug, Default, Serialize)]
struct Papers {
    title: Option<String>,
    unit: Option<String>,
    source: Option<String>,
    confidence: Option<String>,
    note: Option<String>,
}

#[derive(Debug, Serialize)]
struct MarketRow {
    unit: Option<String>,
    constraints: Vec<String>,
    /// The published value of every period.
    baseline: Option<BTreeMap<String, f64>>,
}

#[derive(Debug, Serialize)]
struct OutputRow {
    output: String,
    dimension: Option<String>,
    segment: Option<String>,
    unit: Option<String>,
    first: String,
}

#[derive(Debug, Serialize)]
struct TargetRow {
    target: String,
    condition: String,
}

/// A published path that an output is held against.
#[derive(Debug, Serialize)]
struct ReferenceRow {
    reference: String,
    title: Option<String>,
    source: Option<String>,
    /// The output.
    of: String,
    /// The published value of every period that has one; empty where growth alone is compared.
    values: BTreeMap<String, f64>,
    /// Growth a year.
    growth: Option<f64>,
}

#[derive(Debug, Serialize)]
struct CalibrationRow {
    parameter: String,
    statistic: String,
    own: bool,
    values: Vec<(String, f64)>,
}

impl Explanation {
    /// The explanation of a scenario that is ready to run.
    pub fn of(study: &Study) -> Self {
        let model = &study.model;
        Explanation {
            scenario: study.scenario.clone(),
            title: model.title.clone(),
            description: model.description.clone(),
            lineage: study.lineage.clone(),
            content_hash: study.content_hash.clone(),
            horizon: horizon(&model.horizon),
            inputs: input::rows(model),
            correlations: correlations(model),
            variables: variables(model),
            market: market(model),
            outputs: outputs(model),
            targets: targets(model),
            references: references(model),
            calibration: study.calibration.as_ref().map(calibration),
            document: to_json(&study.document),
        }
    }
}

fn horizon(horizon: &Horizon) -> HorizonRow {
    HorizonRow {
        first: horizon.period(0),
        last: horizon.period(horizon.last()),
        steps: horizon.steps,
        step: horizon.length.name(),
    }
}

/// Pairs that are tied. Within one step, less is left of a correlation where the two shocks persist in different ways.
fn correlations(model: &Model) -> Vec<CorrelationRow> {
    let mut rows = Vec::new();
    for group in &model.correlations {
        for (i, &first) in group.members.iter().enumerate() {
            for (j, &second) in group.members.iter().enumerate().skip(i + 1) {
                let normal_score = group.matrix[i][j];
                if normal_score == 0.0 {
                    continue;
                }
                let (a, b) = (model.input(first), model.input(second));
                let same_step = normal_score * a.over_time.alignment(&b.over_time);
                rows.push(CorrelationRow {
                    a: a.name.clone(),
                    b: b.name.clone(),
                    normal_score,
                    same_step,
                    same_step_rank: rank_of_values(model, [first, second], same_step),
                });
            }
        }
    }
    rows
}

/// The rank correlation of the values within a step: that of the shocks, unless constant laws with atoms share ranks.
fn rank_of_values(model: &Model, pair: [InputId; 2], same_step: f64) -> f64 {
    let law = |id: InputId| {
        let number = |parameter: &VarId| match model.variable(*parameter).definition {
            Definition::Constant(value) => Ok(value),
            _ => Err(()),
        };
        model.variables.iter().find_map(|variable| match &variable.definition {
            Definition::Draw { input, distribution } if *input == id => distribution.try_map(number).ok(),
            _ => None,
        })
    };
    if let [Some(a), Some(b)] = pair.map(law)
        && !(a.atoms().is_empty() && b.atoms().is_empty())
    {
        return spearman_from_normal_score_of(&a, &b, same_step);
    }
    spearman_from_normal_score(same_step)
}

fn variables(model: &Model) -> Vec<VariableRow> {
    let row = |variable: &crate::model::Variable| VariableRow {
        name: variable.name.clone(),
        kind: definition::kind(&variable.definition),
        definition: definition::describe(variable, model),
        first: model.horizon.period(variable.first),
        papers: papers(variable),
        pointer: variable.pointer.clone(),
    };
    model.variables.iter().map(row).collect()
}

fn papers(variable: &crate::model::Variable) -> Papers {
    Papers {
        title: variable.title.clone(),
        unit: variable.unit.clone(),
        source: variable.source.clone(),
        confidence: variable.confidence.clone(),
        note: variable.note.clone(),
    }
}

fn market(model: &Model) -> Option<MarketRow> {
    let market = model.market.as_ref()?;
    let by_period = |values: &Vec<f64>| {
        values.iter().enumerate().map(|(step, value)| (model.horizon.period(step), *value)).collect::<BTreeMap<_, _>>()
    };
    Some(MarketRow {
        unit: market.unit.clone(),
        constraints: market.constraints.iter().map(|constraint| constraint.name.clone()).collect(),
        baseline: market.baseline.as_ref().map(by_period),
    })
}

fn outputs(model: &Model) -> Vec<OutputRow> {
    let row = |output: &crate::model::Output| {
        let (dimension, segment) = output.part.clone().unzip();
        let first = model.horizon.period(model.variable(output.variable).first);
        OutputRow { output: output.name.clone(), dimension, segment, unit: output.unit.clone(), first }
    };
    model.outputs.iter().map(row).collect()
}

fn targets(model: &Model) -> Vec<TargetRow> {
    let row = |target: &crate::model::Target| TargetRow { target: target.name.clone(), condition: target.text.clone() };
    model.targets.iter().map(row).collect()
}

fn references(model: &Model) -> Vec<ReferenceRow> {
    let row = |reference: &crate::model::Reference| ReferenceRow {
        reference: reference.name.clone(),
        title: reference.title.clone(),
        source: reference.source.clone(),
        of: model.outputs[reference.output].full_name(),
        values: reference.values.iter().map(|(step, value)| (model.horizon.period(*step), *value)).collect(),
        growth: reference.growth.map(|growth| growth.rate),
    };
    model.references.iter().map(row).collect()
}

fn calibration(calibration: &CalibrationInfo) -> CalibrationRow {
    CalibrationRow {
        parameter: calibration.parameter.clone(),
        statistic: calibration.statistic.clone(),
        own: calibration.own,
        values: calibration.values.clone(),
    }
}

/// Members `p5`, `p50`, `p95`.
fn quantile_name(level: f64) -> String {
    Statistic::Quantile(level).to_string()
}

#[cfg(test)]
mod tests;
