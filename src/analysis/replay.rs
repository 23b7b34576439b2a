//! Recomputes paths of the engine, from its own draws, through the reference engine's formula tree.
//!
//! Sampling noise has no part in it: what remains is rounding, so that a wrong operation shows on the first path.

use super::verify::{ReplayReport, compare_replay};
use crate::engine::{Blocks, Monitor, Recording, RunError, Runner};
use crate::model::{Definition, Model, VarId};
use crate::program::{Request, Term, compile_joint};
use crate::reference::{Replay, replay};
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
    let models = [model];
    let recorded = Recorded::new(&models, seed, paths, monitor)?;
    let mut total = ReplayReport::default();
    for path in 0..recorded.paths() {
        total.add(recorded.replay(0, path).1);
    }
    Ok((recorded.paths(), total))
}

/// Every value of the first paths of models that are run together.
pub(super) struct Recorded<'m> {
    models: &'m [&'m Model],
    /// The row of everything that was asked for, by model.
    rows: Vec<HashMap<Request, usize>>,
    recording: Recording,
}

impl<'m> Recorded<'m> {
    /// Runs as many paths as are asked for and fit into memory, at least one. Inputs of one name share their draws.
    ///
    /// # Errors
    ///
    /// [`RunError::Cancelled`] once the monitor asks to end.
    pub(super) fn new(
        models: &'m [&'m Model],
        seed: u64,
        paths: usize,
        monitor: &dyn Monitor,
    ) -> Result<Recorded<'m>, RunError> {
        let mut terms = Vec::new();
        let rows: Vec<HashMap<Request, usize>> = models
            .iter()
            .enumerate()
            .map(|(index, model)| {
                let requests = requests(model).into_iter().map(|request| {
                    terms.push(Term::Row(index, request));
                    (request, terms.len() - 1)
                });
                requests.collect()
            })
            .collect();
        let paths = paths.min(MOST_BYTES / (8 * terms.len().max(1))).max(1);
        let program = compile_joint(models, &terms, None);
        let recording = Recording::of(&Runner::new(&program, seed), Blocks::of_paths(paths as u64), monitor)?;
        Ok(Recorded { models, rows, recording })
    }

    /// How many paths there are.
    pub(super) fn paths(&self) -> usize {
        self.recording.count()
    }

    /// A path of one of the models as the reference engine has it from the same draws, and how the engine's values compare.
    pub(super) fn replay(&self, model: usize, path: usize) -> (Replay, ReplayReport) {
        let value = |request: Request| self.rows[model].get(&request).map(|&row| self.recording.value(row, path));
        // What the engine did not record is not there to be replayed either: NaN shows in the comparison.
        let draw = |id: VarId, step: usize| value(Request::Value(id, step)).unwrap_or(f64::NAN);
        let start = |id: VarId, step: usize| value(Request::EventStart(id, step)).unwrap_or(f64::NAN);
        let model = self.models[model];
        let replayed = replay(model, &draw, &start);
        let report = compare_replay(model, &|id, step| value(Request::Value(id, step)), &replayed);
        (replayed, report)
    }
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
