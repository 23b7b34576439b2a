//! What is asked of an analysis: outputs in steps, and targets.

use super::SensitivityError;
use crate::diagnostic::nearest_name;
use crate::model::{Model, SubjectName, When};
use crate::program::Request;
use crate::results::Driven;

/// A row of a program whose variance is to be explained.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) driven: Driven,
    pub(super) unit: Option<String>,
    pub(super) request: Request,
}

impl Driven {
    /// Whether it is a target.
    pub(crate) fn is_target(&self) -> bool {
        self.target.is_some()
    }
}

/// All whole outputs in every step and all targets; or those that are named, segments among them; at one step, if it is said.
pub(super) fn asked(model: &Model, of: &[SubjectName], at: Option<usize>) -> Result<Vec<Asked>, SensitivityError> {
    let horizon = &model.horizon;
    let last = horizon.last();
    let mut all = Vec::new();
    for output in &model.outputs {
        for step in model.variable(output.variable).first..=last {
            let (dimension, segment) = output.part.clone().unzip();
            let driven = Driven {
                output: Some(output.name.clone()),
                target: None,
                dimension,
                segment,
                when: When::at(horizon, step),
            };
            all.push(Asked { driven, unit: output.unit.clone(), request: Request::Value(output.variable, step) });
        }
    }
    for target in &model.targets {
        let driven = Driven {
            output: None,
            target: Some(target.name.clone()),
            dimension: None,
            segment: None,
            when: When::at(horizon, last),
        };
        all.push(Asked { driven, unit: None, request: Request::Value(target.condition, last) });
    }
    let at_step = |asked: &Asked| at.is_none_or(|at| asked.driven.is_target() || asked.driven.when.step == at);
    if of.is_empty() {
        all.retain(|asked| asked.driven.segment.is_none() && at_step(asked));
        return Ok(all);
    }
    let mut chosen: Vec<Asked> = Vec::new();
    for wanted in of {
        let step = match &wanted.period {
            None => None,
            Some(period) => {
                Some(horizon.find(period).ok_or_else(|| SensitivityError::UnknownPeriod { period: period.clone() })?)
            }
        };
        let named: Vec<&Asked> = all.iter().filter(|asked| asked.driven.name() == wanted.name).collect();
        if named.is_empty() {
            let names: Vec<String> = all.iter().map(|asked| asked.driven.name()).collect();
            let nearest = nearest_name(&wanted.name, names.iter().map(String::as_str));
            return Err(SensitivityError::UnknownOutput { name: wanted.name.clone(), nearest });
        }
        let before = chosen.len();
        for asked in named {
            let is_wanted =
                step.map_or(at_step(asked), |step| asked.driven.is_target() || asked.driven.when.step == step);
            if is_wanted && chosen.iter().all(|known| known.driven != asked.driven) {
                chosen.push(asked.clone());
            }
        }
        if chosen.len() == before
            && step.or(at).is_some()
            && !chosen.iter().any(|known| known.driven.name() == wanted.name)
        {
            return Err(SensitivityError::NoValue {
                name: wanted.name.clone(),
                period: horizon.period(step.or(at).unwrap_or(last)),
            });
        }
    }
    Ok(chosen)
}
