//! How far an input moves a mean: its average over the steps at P10 and P90.

use super::corners::{Corners, Estimator};
use super::driven::Asked;
use crate::engine::{Blocks, Monitor, RunError};
use crate::kernel::Level;
use crate::model::{Definition, InputId, Model, VarId, Variable};
use crate::program::{Averaged, Request, Shocks};
use crate::results::{Driven, SwingRow};
use crate::stats::{Estimate, Frame, Merge, RatioSums, Statistic};

/// The score of P90; that of P10 is the same below 0.
const P90: f64 = 1.281_551_565_544_600_4;

/// The swings of what is asked for, all in steps up to `step`, one row an input and driven thing.
pub(super) fn swings(
    model: &Model,
    step: usize,
    asked: &[&Asked],
    frames: &[Frame],
    seed: u64,
    paths: u64,
    monitor: &dyn Monitor,
) -> Result<Vec<SwingRow>, RunError> {
    let blocks = Blocks::of_paths(paths);
    let inputs: Vec<InputId> = (0..model.inputs.len() as u32).map(InputId).collect();
    let ways: Vec<Shocks> = inputs.iter().flat_map(|&input| ways(model, input, step)).collect();
    let requests: Vec<Request> = asked.iter().map(|asked| asked.request).collect();
    let corners = Corners::new(model, &ways, &requests, frames);
    let empty =
        Means { sums: vec![vec![RatioSums::new(); ways.len()]; requests.len()], constants: corners.constants() };
    let seen = corners.run(seed, blocks, &empty, monitor)?;
    let own: Vec<[Option<f64>; 2]> =
        inputs.iter().map(|&input| own_values(model, input, step, seed)).collect::<Result<_, _>>()?;
    let starts: Vec<InputId> = model.variables.iter().filter_map(start).collect();
    let mut rows = Vec::new();
    for (request, asked) in asked.iter().enumerate() {
        for (place, &input) in inputs.iter().enumerate() {
            let estimate = |way: usize| seen.estimator.mean(request, 4 * place + way, frames[request]);
            rows.push(SwingRow {
                driven: asked.driven.clone(),
                unit: asked.unit.clone(),
                input: model.input(input).name.clone(),
                low: own[place][0],
                high: own[place][1],
                statistic: if Driven::is_target(&asked.driven) { Statistic::Probability } else { Statistic::Mean },
                held: if starts.contains(&input) { [None, None] } else { [estimate(0), estimate(1)] },
                given: [estimate(2), estimate(3)],
            });
        }
    }
    Ok(rows)
}

/// The input that decides whether an event starts. Held near its middle in every step it never does, whatever the quantile.
fn start(variable: &Variable) -> Option<InputId> {
    match &variable.definition {
        Definition::Event(event) => Some(event.start),
        _ => None,
    }
}

/// An input held at its P10 and P90, and its average given to be there.
fn ways(model: &Model, input: InputId, step: usize) -> [Shocks; 4] {
    let average = P90 * averaged(model, input, step).variance().sqrt();
    let held = |score| Shocks::Held { input, score };
    let given = |average| Shocks::Averaging { input, last: step, average };
    [held(-average), held(average), given(-average), given(average)]
}

fn averaged(model: &Model, input: InputId, step: usize) -> Averaged {
    Averaged::new(model.input(input).over_time, (step + 1).saturating_sub(model.horizon.first_draw()))
}

/// Averages of what is drawn from an input while it is held low and high; from a block of paths where its parameters are
/// drawn themselves.
fn own_values(model: &Model, input: InputId, step: usize, seed: u64) -> Result<[Option<f64>; 2], RunError> {
    let is_it = |definition: &Definition| matches!(definition, Definition::Draw { input: own, .. } if *own == input);
    let variable = model.variables.iter().position(|variable| is_it(&variable.definition));
    let Some(variable) = variable else { return Ok([None, None]) };
    let first = model.variables[variable].first.max(model.horizon.first_draw());
    let id = VarId(variable as u32);
    let requests: Vec<Request> = (first..=step.max(first)).map(|step| Request::Value(id, step)).collect();
    let ways = &ways(model, input, step)[..2];
    let corners = Corners::new(model, ways, &requests, &vec![Frame::new(0.0, 1.0); requests.len()]);
    let empty = Means { sums: vec![vec![RatioSums::new(); 2]; requests.len()], constants: corners.constants() };
    let seen = corners.run(seed, Blocks::whole(1), &empty, &|_| {})?;
    let average = |way: usize| {
        let means: Option<Vec<f64>> = (0..requests.len())
            .map(|request| Some(seen.estimator.mean(request, way, Frame::new(0.0, 1.0))?.value))
            .collect();
        means.map(|means| means.iter().sum::<f64>() / means.len() as f64)
    };
    Ok([average(0), average(1)])
}

/// Means of every way.
#[derive(Clone, Debug)]
struct Means {
    sums: Vec<Vec<RatioSums>>,
    /// The value of ways that have one on every path, by request and way.
    constants: Vec<Vec<Option<f64>>>,
}

impl Means {
    fn mean(&self, request: usize, way: usize, frame: Frame) -> Option<Estimate> {
        let constant = self.constants[request][way];
        match constant {
            Some(x) => x.is_finite().then_some(Estimate { value: x, se: Some(0.0) }),
            None => self.sums[request][way].estimate().map(|mean| Estimate {
                value: frame.center() + frame.scale() * mean.value,
                se: mean.se.map(|se| frame.scale() * se),
            }),
        }
    }
}

impl Estimator for Means {
    fn add(&mut self, level: Level, request: usize, ways: &[&[f64]]) {
        let ones = vec![1.0; ways[0].len()];
        for (sums, values) in self.sums[request].iter_mut().zip(ways) {
            sums.add(level, values, &ones);
        }
    }
}

impl Merge for Means {
    fn merge(&mut self, other: &Self) {
        self.sums.merge(&other.sums);
    }
}
