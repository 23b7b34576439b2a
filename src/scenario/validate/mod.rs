//! From the merged document to the model: every problem of a file in one go.
//!
//! Names and quantities are declared first, formulas resolved after, so that a formula may name what stands below it;
//! then steps are ordered, and what depends on values (parameters, correlations) is checked.

mod bounds;
mod builder;
mod calibrate;
mod compound;
mod constants;
mod correlations;
mod cross_tables;
pub(super) mod csv;
mod delays;
mod events;
mod follow_ups;
mod guards;
mod horizon;
mod item;
mod laws;
mod market;
mod matrix;
mod outputs;
mod over_time;
mod quantity;
mod rates;
mod references;
mod resolve;
mod segments;
mod series;
mod spelling;
mod steps;
mod tables;
mod time;

#[cfg(test)]
mod tests;

use super::json::Node;
use super::keys;
use crate::diagnostic::{Problem, Severity};
use crate::limits::Limits;
use crate::model::Model;
use builder::ModelBuilder;
use item::Item;

/// Reads the CSV file of a path, for the value that names it.
pub type ReadCsv<'a> = dyn Fn(&str, &Node) -> Result<String, Box<Problem>> + 'a;

/// Limits and files that validation needs beside the document.
pub struct Context<'a> {
    /// Limits on steps, quantities, nesting and memory.
    pub limits: Limits,
    /// Reads CSV files; paths stay below the scenario's root.
    pub read_csv: &'a ReadCsv<'a>,
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// The model and the problems of a document.
#[derive(Debug)]
pub struct Validated {
    /// The model, when no problem is an error.
    pub model: Option<Model>,
    /// Errors, warnings and notes, in the order in which they were found.
    pub problems: Vec<Problem>,
}

/// Validates a merged document. `extends` may stand in it and is ignored.
pub fn validate(document: &Node, context: &Context<'_>) -> Validated {
    let mut builder = ModelBuilder::new(context, constants::collect(document, context.limits.nesting));
    let document = Item::document(document);
    if !builder.is_object_with(&document, "a scenario file", &[keys::TOP]) {
        return Validated { model: None, problems: builder.problems };
    }
    let title = builder.top_level(&document);
    let horizon_is_known = builder.horizon(&document);
    builder.note_lost_names(&document);
    let before = builder.problems.len();
    let market = builder.declare(&document);
    builder.segments(&document, market.as_ref());
    builder.cross_tables(&document, market.as_ref());
    let (outputs, targets) = builder.declare_results(&document, market.is_some());
    builder.resolve_pending();
    builder.settle_delays(&document);
    builder.guard_domains(&document);
    // Without steps, whatever moves in them has no value: that it needs a horizon is said already.
    let order = if builder.said("needs-horizon") { None } else { builder.order_steps() };
    // From which step on an output has values is known by now.
    let references = builder.references(&document, &outputs);
    builder.check_parameters();
    let correlations = builder.correlations(&document);
    let calibrated = builder.baseline_and_calibration(&document, market.as_ref());
    if !horizon_is_known {
        builder.forget_what_time_says(before);
    }
    builder.forget_missing_beside_misspelt();
    builder.forget_broken_constants();
    builder.remarks();

    let ModelBuilder { problems, horizon, variables, inputs, dimensions, .. } = builder;
    let failed = problems.iter().any(|problem| problem.severity == Severity::Error);
    let (base_order, step_order) = order.unwrap_or_default();
    let market = market.map(|market| crate::model::Market { baseline: calibrated.baseline, ..market });
    let model = Model {
        title: title.0,
        description: title.1,
        horizon,
        variables,
        base_order,
        step_order,
        inputs,
        correlations,
        market,
        dimensions,
        outputs,
        targets,
        references,
        calibration: calibrated.calibration,
    };
    Validated { model: (!failed).then_some(model), problems }
}
