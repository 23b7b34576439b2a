//! The assumptions of a scenario with their sources, as rows of a report.

use super::definition;
use crate::model::{Model, Variable};
use crate::output::report::Assumption;

/// Every quantity of the file that says where it comes from or how sure it is, in the file's order.
pub(in crate::cli) fn assumptions(model: &Model) -> Vec<Assumption> {
    let is_told = |variable: &&Variable| variable.source.is_some() || variable.confidence.is_some();
    let row = |variable: &Variable| Assumption {
        name: variable.name.clone(),
        definition: definition::describe(variable, model),
        unit: variable.unit.clone(),
        source: variable.source.clone(),
        confidence: variable.confidence.clone(),
        note: variable.note.clone(),
    };
    model.variables.iter().filter(is_told).map(row).collect()
}
