//! What is looked for: a target of the scenario, or a condition that becomes one.

use crate::model::Model;
use crate::study::{LoadOptions, Rejected, Study};

/// The name of the target that a condition becomes.
pub const CONDITION: &str = "discovered_condition";

/// The number of the target that is called so, if any is.
pub fn target_named(model: &Model, name: &str) -> Option<usize> {
    model.targets.iter().position(|target| target.name == name.trim())
}

/// The scenario with a condition as its last target, and the number of that. The condition is no change of the scenario: it
/// stands in the results as what was asked, not among what was set.
///
/// # Errors
///
/// What is wrong with the condition, which is a formula as those of targets are.
pub fn with_condition(study: &Study, condition: &str, options: &LoadOptions) -> Result<(Study, usize), Box<Rejected>> {
    let assignment = format!("targets.{CONDITION}={}", serde_json::Value::from(condition));
    let with = study.what_if(&[assignment], options)?;
    let target = target_named(&with.model, CONDITION).expect("it was set");
    Ok((Study { set: study.set.clone(), ..with }, target))
}
