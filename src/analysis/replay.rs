//! Recomputes paths of the engine, from its own draws, through the reference engine's formula tree.
//!
//! Sampling noise has no part in it: what remains is rounding, so that a wrong operation shows on the first path.

use super::verify::{ReplayReport, compare_replay};
use crate::kernel::{BLOCK, Column, Level};
use crate::model::{Definition, Model, VarId};
use crate::program::{Program, Request, Row, Workspace, compile};
use crate::reference::replay;
use std::collections::HashMap;

/// Bytes that the values of the replayed paths may take; scenarios with many values replay fewer paths.
const MOST_BYTES: usize = 256 << 20;

/// Replays the first paths of a run, as many as asked for and fit into memory, and adds up what was compared.
pub fn replay_paths(model: &Model, seed: u64, paths: usize) -> (usize, ReplayReport) {
    let requests = requests(model);
    let paths = paths.min(MOST_BYTES / (8 * requests.len().max(1))).max(1);
    let recorded = Recorded::new(model, requests, seed, paths);
    let mut total = ReplayReport { compared: 0, worst: 0.0, worst_relative: 0.0, first: None };
    for path in 0..paths {
        let value = |request: Request| recorded.value(request, path);
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
    (paths, total)
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

/// What the engine computed on the first paths.
struct Recorded {
    index: HashMap<Request, usize>,
    program: Program,
    columns: Vec<Vec<f64>>,
}

impl Recorded {
    fn new(model: &Model, requests: Vec<Request>, seed: u64, paths: usize) -> Self {
        let program = compile(model, &requests, None);
        let mut workspace = Workspace::new(&program, seed, Level::detect());
        let mut columns = vec![Vec::with_capacity(paths); program.recorded];
        for block in 0..paths.div_ceil(BLOCK) {
            let count = (paths - block * BLOCK).min(BLOCK);
            program.run_block(&mut workspace, block as u64, &[], &mut |row: usize, column: &Column| {
                columns[row].extend_from_slice(&column[..count]);
            });
        }
        let index = requests.into_iter().enumerate().map(|(row, request)| (request, row)).collect();
        Recorded { index, program, columns }
    }

    fn value(&self, request: Request, path: usize) -> Option<f64> {
        self.index.get(&request).map(|&row| match self.program.rows[row] {
            Row::Constant(x) => x,
            Row::Recorded(column) => self.columns[column][path],
        })
    }
}
