//! Where a path's random numbers come from: sampled here, or replayed from another engine.

use super::field::{FieldPlan, PathField};
use super::law::{Bounded, Bounds, Family, MixturePart};
use super::special::Split;
use crate::dist::Distribution as Declared;
use crate::model::{Definition, InputId, Model, VarId};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand_distr as rd;
use rand_distr::{Distribution, Open01};

/// A source of random numbers for one path after the other.
pub(super) trait RandomSource {
    /// Begins a step; step 0 begins a path.
    fn begin(&mut self, step: usize);
    /// The value of a `Definition::Draw`; `row` has the values of the step so far, its parameters among them.
    fn draw(&mut self, variable: VarId, step: usize, row: &[f64]) -> f64;
    /// Phi(Z) of an event's start.
    fn start(&mut self, event: VarId, step: usize) -> f64;
}

/// Given numbers.
pub(super) struct Replayed<'a> {
    pub(super) draw: &'a dyn Fn(VarId, usize) -> f64,
    pub(super) start: &'a dyn Fn(VarId, usize) -> f64,
}

impl RandomSource for Replayed<'_> {
    fn begin(&mut self, _step: usize) {}

    fn draw(&mut self, variable: VarId, step: usize, _row: &[f64]) -> f64 {
        (self.draw)(variable, step)
    }

    fn start(&mut self, event: VarId, step: usize) -> f64 {
        (self.start)(event, step)
    }
}

/// How every random variable of a model is sampled.
#[derive(Debug)]
pub(super) struct SamplingPlan<'m> {
    variables: Vec<Option<Sampler<'m>>>,
    field: FieldPlan,
}

/// How one variable is sampled.
#[derive(Debug)]
enum Sampler<'m> {
    Draw {
        input: usize,
        declared: &'m Declared<VarId>,
        /// The law, where its parameters are numbers.
        fixed: Option<Family>,
        from: SampledFrom,
    },
    Start {
        input: usize,
        from: SampledFrom,
    },
}

/// What a variable is sampled from.
#[derive(Clone, Copy, Debug, PartialEq)]
enum SampledFrom {
    /// The latent field, through the quantile function.
    PathField,
    /// A sampler of its own law, anew in every step: for what is tied to nothing.
    Fresh,
    /// A sampler of its own law, once a path.
    Once,
}

impl<'m> SamplingPlan<'m> {
    pub(super) fn new(model: &'m Model) -> SamplingPlan<'m> {
        let mut users = vec![0; model.inputs.len()];
        for input in model.variables.iter().filter_map(|variable| input_of(&variable.definition)) {
            users[input.0 as usize] += 1;
        }
        for input in model.correlations.iter().flat_map(|group| &group.members) {
            users[input.0 as usize] += 1;
        }
        let alone = |input: InputId| users[input.0 as usize] == 1;
        let ways = model.variables.iter().map(|variable| way(model, &variable.definition, &alone));
        let variables: Vec<Option<Sampler<'m>>> = ways.collect();
        let mut needed = vec![false; model.inputs.len()];
        for way in variables.iter().flatten() {
            let (Sampler::Draw { input, from, .. } | Sampler::Start { input, from }) = way;
            needed[*input] |= *from == SampledFrom::PathField;
        }
        SamplingPlan { field: FieldPlan::new(model, &needed), variables }
    }

    /// The draws of one chunk of paths; chunks do not share random numbers.
    pub(super) fn chunk(&self, seed: u64, chunk: u64) -> Sampled<'_> {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&chunk.to_le_bytes());
        Sampled {
            sampling: self,
            rng: StdRng::from_seed(key),
            field: self.field.field(),
            once: vec![None; self.variables.len()],
        }
    }
}

/// The input that a variable is drawn from.
pub(super) fn input_of(definition: &Definition) -> Option<InputId> {
    match definition {
        Definition::Draw { input, .. } => Some(*input),
        Definition::Event(event) => Some(event.start),
        _ => None,
    }
}

fn way<'m>(model: &'m Model, definition: &'m Definition, alone: &dyn Fn(InputId) -> bool) -> Option<Sampler<'m>> {
    let input = input_of(definition)?;
    let over_time = model.input(input).over_time;
    let fresh = model.horizon.steps == 0 || (over_time.permanent == 0.0 && over_time.persistence == 0.0);
    let Definition::Draw { distribution, .. } = definition else {
        let from = if alone(input) && fresh { SampledFrom::Fresh } else { SampledFrom::PathField };
        return Some(Sampler::Start { input: input.0 as usize, from });
    };
    let number = |id: &VarId| match model.variable(*id).definition {
        Definition::Constant(x) => x,
        _ => f64::NAN,
    };
    let fixed = Family::read(&distribution.law, number);
    let bounds = [&distribution.truncate.0, &distribution.truncate.1, &distribution.clip.0, &distribution.clip.1];
    let steady = fixed.is_some() && bounds.iter().all(|bound| bound.as_ref().is_none_or(|id| !number(id).is_nan()));
    let truncated = distribution.truncate != (None, None);
    let from = match () {
        () if !alone(input) || truncated => SampledFrom::PathField,
        () if fresh => SampledFrom::Fresh,
        // One shock a path is one value a path only when the law stays.
        () if over_time.is_constant() && steady => SampledFrom::Once,
        () => SampledFrom::PathField,
    };
    Some(Sampler::Draw { input: input.0 as usize, declared: distribution, fixed, from })
}

/// The draws of one chunk of paths.
#[derive(Debug)]
pub(super) struct Sampled<'s> {
    sampling: &'s SamplingPlan<'s>,
    rng: StdRng,
    field: PathField,
    once: Vec<Option<f64>>,
}

impl RandomSource for Sampled<'_> {
    fn begin(&mut self, step: usize) {
        if step == 0 {
            self.once.fill(None);
        }
        self.field.step(&self.sampling.field, step, &mut self.rng);
    }

    fn draw(&mut self, variable: VarId, _step: usize, row: &[f64]) -> f64 {
        let index = variable.0 as usize;
        let Some(Sampler::Draw { input, declared, fixed, from }) = &self.sampling.variables[index] else {
            return f64::NAN;
        };
        if let Some(x) = self.once[index] {
            return x;
        }
        let value = |id: &VarId| row[id.0 as usize];
        let read;
        let family = match fixed {
            Some(family) => family,
            None => match Family::read(&declared.law, value) {
                Some(family) => {
                    read = family;
                    &read
                }
                None => return f64::NAN,
            },
        };
        let Some(bounds) = Bounds::read(declared, value) else { return f64::NAN };
        let x = match from {
            SampledFrom::PathField if bounds.truncates() => {
                bounds.quantile(family, Split::at_score(self.field.z(*input)))
            }
            SampledFrom::PathField => bounds.clip(family.at_score(self.field.z(*input))),
            SampledFrom::Fresh | SampledFrom::Once => bounds.clip(sample(family, &mut self.rng)),
        };
        if *from == SampledFrom::Once {
            self.once[index] = Some(x);
        }
        x
    }

    fn start(&mut self, event: VarId, _step: usize) -> f64 {
        match &self.sampling.variables[event.0 as usize] {
            Some(Sampler::Start { from: SampledFrom::PathField, input }) => Split::at_score(self.field.z(*input)).below,
            _ => uniform(&mut self.rng),
        }
    }
}

/// One value of a law, by rand_distr where it has the law, else by the quantile of a uniform.
fn sample(family: &Family, rng: &mut StdRng) -> f64 {
    match *family {
        Family::Normal { mean, sd } => drawn(rd::Normal::new(mean, sd), rng),
        Family::LogNormal { log_mean, log_sd } => drawn(rd::LogNormal::new(log_mean, log_sd), rng),
        Family::Uniform { low, high } => low + (high - low) * uniform(rng),
        Family::Triangular { low, mode, high } => drawn(rd::Triangular::new(low, high, mode), rng),
        Family::Pert { low, high, .. } | Family::Beta { low, high, .. } if low == high => low,
        Family::Pert { low, mode, high, shape } => {
            drawn(rd::Pert::new(low, high).with_shape(shape).with_mode(mode), rng)
        }
        Family::Beta { alpha, beta, low, high } => low + (high - low) * drawn(rd::Beta::new(alpha, beta), rng),
        Family::Gamma { shape, scale } => drawn(rd::Gamma::new(shape, scale), rng),
        Family::Weibull { shape, scale } => drawn(rd::Weibull::new(scale, shape), rng),
        Family::StudentT { location, scale, df } => location + scale * drawn(rd::StudentT::new(df), rng),
        Family::Gumbel { location, scale } => drawn(rd::Gumbel::new(location, scale), rng),
        Family::Poisson { mean: 0.0 } => 0.0,
        Family::Poisson { mean } => drawn(rd::Poisson::new(mean), rng),
        Family::Exponential { mean } => drawn(rd::Exp::new(1.0 / mean), rng),
        Family::Bernoulli { probability } => match rd::Bernoulli::new(probability) {
            Ok(law) => f64::from(law.sample(rng)),
            Err(_) => f64::NAN,
        },
        Family::Mixture { ref parts, total } => {
            let mut left = uniform(rng) * total;
            let chosen = parts.iter().find(|(weight, _)| {
                left -= weight;
                left <= 0.0
            });
            match chosen.or(parts.last()) {
                Some((_, MixturePart::Atom(x))) => *x,
                Some((_, MixturePart::Bounded(Bounded { family, bounds }))) if bounds.truncates() => {
                    bounds.quantile(family, Split::at(uniform(rng)))
                }
                Some((_, MixturePart::Bounded(Bounded { family, bounds }))) => bounds.clip(sample(family, rng)),
                None => f64::NAN,
            }
        }
        Family::Pareto { scale, shape } => drawn(rd::Pareto::new(scale, shape), rng),
        Family::Binomial { trials, probability } => match rd::Binomial::new(trials as u64, probability) {
            Ok(law) => law.sample(rng) as f64,
            Err(_) => f64::NAN,
        },
        Family::NegativeBinomial { probability: 1.0, .. } => 0.0,
        // A Poisson of a gamma mean.
        Family::NegativeBinomial { size, probability } => {
            match drawn(rd::Gamma::new(size, (1.0 - probability) / probability), rng) {
                mean if mean > 0.0 => drawn(rd::Poisson::new(mean), rng),
                mean => mean,
            }
        }
        Family::LogUniform { .. } | Family::Gev { .. } | Family::Histogram { .. } => {
            family.quantile(Split::at(uniform(rng)))
        }
        Family::Logistic { .. } | Family::Discrete { .. } | Family::Empirical { .. } | Family::Metalog(_) => {
            family.quantile(Split::at(uniform(rng)))
        }
    }
}

fn drawn<L: Distribution<f64>, E>(law: Result<L, E>, rng: &mut StdRng) -> f64 {
    law.map_or(f64::NAN, |law| law.sample(rng))
}

fn uniform(rng: &mut StdRng) -> f64 {
    Open01.sample(rng)
}
