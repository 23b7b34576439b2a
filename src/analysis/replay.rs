//! Recomputes paths of the engine, from its own draws, through the reference engine's formula tree.
//!
//! Sampling noise has no part in it: what remains is rounding, so that a wrong operation shows on the first path.

use super::verify::{ReplayReport, compare_replay};
use crate::engine::{Blocks, Monitor, Recording, RunError, Runner};
use crate::model::{Definition, Model, VarId};
use crate::program::{Request, compile};
use crate::reference::replay;
use std::collections::HashMap;

/// Bytes that the values of the replayed paths may take; scenarios with many values replay fewer paths.
const MOST_BYTES: usize = 256 << 20;

/// Replays the first paths of a run, as many as asked for and fit into memory, and adds up what was compared.
///
/// # Errors
///
/// [`RunError::Cancelled`] once the monitor asks to end.
pub fn replay_paths(
    model: &Model,
    seed: u64,
    paths: usize,
    monitor: &dyn Monitor,
) -> Result<(usize, ReplayReport), RunError> {
    let requests = requests(model);
    let paths = paths.min(MOST_BYTES / (8 * requests.len().max(1))).max(1);
    let program = compile(model, &requests, None);
    let recording = Recording::of(&Runner::new(&program, seed), Blocks::of_paths(paths as u64), monitor)?;
    let rows: HashMap<Request, usize> = requests.into_iter().enumerate().map(|(row, request)| (request, row)).collect();
    let mut total = ReplayReport { compared: 0, worst: 0.0, worst_relative: 0.0, first: None };
    for path in 0..paths {
        let value = |request: Request| rows.get(&request).map(|&row| recording.value(row, path));
        // What the engine did not record is not there to be replayed either: NaN shows in the comparison.
        let draw = |id: VarId, step: usize| value(Request::Value(id, step)).unwrap_or(f64::NAN);
        let start = |id: VarId, step: usize| value(Request::EventStart(id, step)).unwrap_or(f64::NAN);
        let replayed = replay(model, &draw, &start);
        let report = compare_replay(model, &|id, step| value(Request::Value(id, step)), &replayed);
        total.compared += report.compared;
        total.worst = total.worst.max(report.worst);
        total.worst_relative = total.worst_relative.max(report.worst_relative);
        total.first = total.first.or(report.first);
    }
    Ok((paths, total))
}

/// Every variable at every step that it has, and what decides whether events start.
fn requests(model: &Model) -> Vec<Request> {
    let mut requests = Vec::new();
    for (index, variable) in model.variables.iter().enumerate() {
        let id = VarId(index as u32);
        requests.extend((variable.first..=model.horizon.last()).map(|step| Request::Value(id, step)));
        if matches!(variable.definition, Definition::Event(_)) {
            requests.extend((1..=model.horizon.last()).map(|step| Request::EventStart(id, step)));
        }
    }
    requests
}
