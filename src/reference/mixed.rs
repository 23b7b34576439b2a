//! Pairs of paths, and a third that has some inputs of the one and all others of the other.

use super::CHUNK;
use super::draws::{RandomSource, Replayed, SamplingPlan, input_of};
use super::path::Path;
use crate::model::{InputId, Model, VarId};
use rayon::prelude::*;
use std::collections::HashMap;

/// Chunks of these paths are none of those of a simulation with the same seed.
const APART: u64 = 1 << 40;

/// The values of one variable in one step on many pairs of paths.
#[derive(Clone, Debug, Default)]
pub struct Mixed {
    /// On the first path of each pair.
    pub a: Vec<f64>,
    /// On the second.
    pub b: Vec<f64>,
    /// With the inputs of the set as on the first path, and all others as on the second.
    pub mixed: Vec<f64>,
}

/// Simulates pairs of paths and their mixtures, by hand: each draw is remembered as a value and given again. That is right where
/// no input of the set is tied to one that is not, and no law of either has parameters that hang on draws of the other. The
/// result depends on paths and seed, not on the number of threads.
pub fn mixed(
    model: &Model,
    is_in_set: &(dyn Fn(InputId) -> bool + Sync),
    of: &[(VarId, usize)],
    paths: u64,
    seed: u64,
) -> Vec<Mixed> {
    let sampling = SamplingPlan::new(model);
    let chosen: Vec<bool> =
        model.variables.iter().map(|variable| input_of(&variable.definition).is_some_and(is_in_set)).collect();
    let chunk = |chunk: u64| {
        let mut sources = [0, 1].map(|side| Noted::of(sampling.chunk(seed, APART + 2 * chunk + side)));
        let mut path = Path::new(model);
        let mut found = vec![Mixed::default(); of.len()];
        let count = (paths - chunk * CHUNK as u64).min(CHUNK as u64);
        for _ in 0..count {
            for (side, source) in sources.iter_mut().enumerate() {
                path.run(source, |_, _, _| ());
                for (found, &(id, step)) in found.iter_mut().zip(of) {
                    let values = if side == 0 { &mut found.a } else { &mut found.b };
                    values.push(path.value(id, step));
                }
            }
            let side = |id: VarId| usize::from(!chosen[id.0 as usize]);
            let draw = |id: VarId, step: usize| sources[side(id)].draws[&(id, step)];
            let start = |id: VarId, step: usize| sources[side(id)].starts[&(id, step)];
            path.run(&mut Replayed { draw: &draw, start: &start }, |_, _, _| ());
            for (found, &(id, step)) in found.iter_mut().zip(of) {
                found.mixed.push(path.value(id, step));
            }
        }
        found
    };
    let chunks: Vec<Vec<Mixed>> = (0..paths.div_ceil(CHUNK as u64)).into_par_iter().map(chunk).collect();
    let mut all = vec![Mixed::default(); of.len()];
    for chunk in chunks {
        for (all, more) in all.iter_mut().zip(chunk) {
            all.a.extend(more.a);
            all.b.extend(more.b);
            all.mixed.extend(more.mixed);
        }
    }
    all
}

/// Hands draws on and remembers those of the last path.
struct Noted<D> {
    inner: D,
    draws: HashMap<(VarId, usize), f64>,
    starts: HashMap<(VarId, usize), f64>,
}

impl<D> Noted<D> {
    fn of(inner: D) -> Noted<D> {
        Noted { inner, draws: HashMap::new(), starts: HashMap::new() }
    }
}

impl<D: RandomSource> RandomSource for Noted<D> {
    fn begin(&mut self, step: usize) {
        self.inner.begin(step);
    }

    fn draw(&mut self, variable: VarId, step: usize, row: &[f64]) -> f64 {
        let x = self.inner.draw(variable, step, row);
        self.draws.insert((variable, step), x);
        x
    }

    fn start(&mut self, event: VarId, step: usize) -> f64 {
        let x = self.inner.start(event, step);
        self.starts.insert((event, step), x);
        x
    }
}
