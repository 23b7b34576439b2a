//! Which dimension of a point set every column of a stream is: what a Sobol' sequence needs and independent draws do not.

use super::rotation::Rotation;
use crate::model::{Definition, InputId, Model, VarId};
use crate::rng::Component;
use std::collections::{HashMap, HashSet};

/// The dimensions of the draws of some models: every stream of any of them, by name.
///
/// A sequence is best in its first dimensions, so the draws that matter most come first: of all streams the first principal
/// component of what they add up to over the steps, then of all the second, and so on; a stream of one draw is its own first
/// component. Events go by step instead: whether one starts in a step is a jump in the draw of that step alone, which a
/// combination of all of them would only blur. Models that are run together have their dimensions in common: a stream that several have is the same in all of
/// them. Among several with different steps or persistence the most steps count, and the persistence of the first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dimensions {
    streams: HashMap<(String, Component), Vec<u32>>,
    /// How the draws of a step follow from those of the components, by input; none for streams of one draw.
    rotations: HashMap<String, Rotation>,
    count: u32,
}

/// The draws of a stream.
#[derive(Clone, Copy, Debug)]
struct Draws {
    /// Columns, one of a permanent stream.
    columns: usize,
    /// Autocorrelation from step to step; none of draws that go by step.
    persistence: Option<f64>,
}

/// The inputs that decide when events start, how large they are and how long they last.
fn inputs_of_events(model: &Model) -> HashSet<InputId> {
    let input = |id: VarId| match model.variable(id).definition {
        Definition::Draw { input, .. } => Some(input),
        _ => None,
    };
    let events = model.variables.iter().filter_map(|variable| match &variable.definition {
        Definition::Event(event) => Some(event),
        _ => None,
    });
    events.flat_map(|event| [Some(event.start), input(event.size), input(event.duration)]).flatten().collect()
}

/// The streams of models that are run on the same random numbers, gathered model after model, so that none of them has to be
/// kept for the [`Dimensions`] of all.
#[derive(Clone, Debug, Default)]
pub struct Streams {
    /// In the order in which they are first seen.
    order: Vec<(String, Component)>,
    draws: HashMap<(String, Component), Draws>,
}

impl Streams {
    /// Adds those of one more model.
    pub fn add(&mut self, model: &Model) {
        let steps = model.horizon.last() + 1 - model.horizon.first_draw();
        let of_events = inputs_of_events(model);
        for (index, input) in model.inputs.iter().enumerate() {
            let over_time = input.over_time;
            let permanent = (over_time.permanent > 0.0).then_some((Component::Permanent, 1));
            let fresh = (!over_time.is_constant()).then_some((Component::Fresh, steps));
            for (component, columns) in permanent.into_iter().chain(fresh) {
                let stream = (input.name.clone(), component);
                let persistence = (!of_events.contains(&InputId(index as u32))).then_some(over_time.persistence);
                let known = self.draws.entry(stream.clone()).or_insert_with(|| {
                    self.order.push(stream);
                    Draws { columns, persistence }
                });
                known.columns = known.columns.max(columns);
            }
        }
    }

    /// The dimensions of all models so far.
    pub fn dimensions(self) -> Dimensions {
        let Streams { order, draws } = self;
        let mut dimensions = Dimensions::default();
        let most = draws.values().map(|draws| draws.columns).max().unwrap_or(0);
        for component in 0..most {
            for stream in order.iter().filter(|stream| draws[*stream].columns > component) {
                dimensions.streams.entry(stream.clone()).or_default().push(dimensions.count);
                dimensions.count += 1;
            }
        }
        for ((input, _), Draws { columns, persistence }) in draws.into_iter().filter(|(_, draws)| draws.columns > 1) {
            dimensions.rotations.extend(persistence.map(|persistence| (input, Rotation::new(persistence, columns))));
        }
        dimensions
    }
}

impl Dimensions {
    /// The dimensions of models that are run on the same random numbers.
    pub fn of<'m>(models: impl IntoIterator<Item = &'m Model>) -> Dimensions {
        let mut streams = Streams::default();
        models.into_iter().for_each(|model| streams.add(model));
        streams.dimensions()
    }

    /// How many there are.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The dimensions of a stream's columns, in their order; none for a stream that is not among those known.
    pub(super) fn stream(&self, input: &str, component: Component) -> &[u32] {
        // A borrowed pair is no key of a map of owned ones.
        self.streams.get(&(input.to_owned(), component)).map_or(&[], Vec::as_slice)
    }

    /// How an input's draws follow from those of its components; none where each is its own.
    pub(super) fn rotation(&self, input: &str) -> Option<&Rotation> {
        self.rotations.get(input)
    }
}
