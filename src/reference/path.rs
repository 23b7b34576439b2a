//! One path: every variable at every step, in the order of the model.

use super::draws::RandomSource;
use super::formula::evaluate;
use crate::model::{Definition, Event, Model, Running, VarId, Variable};

/// The values of one path.
#[derive(Debug)]
pub(super) struct Path<'m> {
    model: &'m Model,
    /// The variables to evaluate at every step, in order: those that have begun and are not written down in the model.
    orders: Vec<Vec<VarId>>,
    /// Step after step, a value for every variable; NaN where a variable has none.
    values: Vec<f64>,
    /// States of running aggregates, by variable.
    tallies: Vec<RunningState>,
    /// States of events, by variable.
    events: Vec<EventState>,
}

impl<'m> Path<'m> {
    pub(super) fn new(model: &'m Model) -> Path<'m> {
        let width = model.variables.len();
        let steps = 0..=model.horizon.last();
        let written = steps.clone().flat_map(|step| model.variables.iter().map(move |one| known(one, step)));
        let orders = steps.map(|step| {
            let order = if step == 0 { &model.base_order } else { &model.step_order };
            let open = |id: &VarId| model.variable(*id).first <= step && known(model.variable(*id), step).is_none();
            order.iter().copied().filter(open).collect()
        });
        Path {
            model,
            orders: orders.collect(),
            values: written.map(|value| value.unwrap_or(f64::NAN)).collect(),
            tallies: vec![RunningState::default(); width],
            events: vec![EventState::default(); width],
        }
    }

    pub(super) fn model(&self) -> &'m Model {
        self.model
    }

    /// A variable's value at a step.
    pub(super) fn value(&self, id: VarId, step: usize) -> f64 {
        self.values[step * self.model.variables.len() + id.0 as usize]
    }

    /// An event as it stands at the current step.
    pub(super) fn event(&self, id: VarId) -> &EventState {
        &self.events[id.0 as usize]
    }

    /// The values by step and variable.
    pub(super) fn into_rows(self) -> Vec<Vec<f64>> {
        self.values.chunks(self.model.variables.len().max(1)).map(<[f64]>::to_vec).collect()
    }

    /// Evaluates a path anew, with the next draws; `seen` is told of every value as it is written.
    ///
    /// Every value is written before it is read, so nothing of the path before is seen.
    pub(super) fn run(&mut self, draws: &mut impl RandomSource, mut seen: impl FnMut(&Path<'m>, VarId, usize)) {
        let model = self.model;
        self.events.fill(EventState::default());
        for step in 0..=model.horizon.last() {
            draws.begin(step);
            for i in 0..self.orders[step].len() {
                let id = self.orders[step][i];
                let value = self.define(id, step, draws);
                self.values[step * model.variables.len() + id.0 as usize] = value;
                seen(self, id, step);
            }
        }
    }

    fn define(&mut self, id: VarId, step: usize, draws: &mut impl RandomSource) -> f64 {
        let index = id.0 as usize;
        let variable = self.model.variable(id);
        match &variable.definition {
            Definition::Constant(_) | Definition::ByStep(_) => known(variable, step).unwrap_or(f64::NAN),
            Definition::Blend(blends) => {
                let blend = blends[step];
                let left = self.value(blend.left, step);
                if blend.weight == 0.0 {
                    left
                } else {
                    (1.0 - blend.weight) * left + blend.weight * self.value(blend.right, step)
                }
            }
            Definition::Formula(formula) => evaluate(formula, step, self),
            Definition::Draw { .. } => {
                let width = self.model.variables.len();
                draws.draw(id, step, &self.values[step * width..][..width])
            }
            Definition::Stock { start, .. } if step == 0 => self.value(*start, 0),
            Definition::Stock { next, .. } => evaluate(next, step, self),
            Definition::Event(_) if step == 0 => 0.0,
            Definition::Event(event) => {
                let probability = draws.start(id, step);
                let state = self.events[index].after(probability, event, |id| self.value(id, step));
                self.events[index] = state;
                state.size
            }
            Definition::Running { op, of } => {
                let first = self.model.variable(*of).first;
                let mut tally = if step <= first { RunningState::before(*op) } else { self.tallies[index] };
                // The step's label: a calendar year, or a count.
                let label = self.model.horizon.year(step).map_or(step as f64, f64::from);
                let value = tally.take_in(*op, self.value(*of, step), label);
                self.tallies[index] = tally;
                value
            }
        }
    }
}

/// The value of a variable that is the same on every path, once it has begun.
fn known(variable: &Variable, step: usize) -> Option<f64> {
    match &variable.definition {
        _ if step < variable.first => None,
        Definition::Constant(x) => Some(*x),
        Definition::ByStep(values) => Some(values[step]),
        _ => None,
    }
}

/// The state of a running aggregate.
#[derive(Clone, Copy, Debug, Default)]
struct RunningState {
    total: f64,
    steps: f64,
}

impl RunningState {
    /// Before the first value.
    fn before(op: Running) -> RunningState {
        let total = match op {
            Running::Sum | Running::Count | Running::Mean | Running::Ever => 0.0,
            Running::Always => 1.0,
            Running::Highest => f64::NEG_INFINITY,
            // No label is infinite: infinity stands for "not yet".
            Running::Lowest | Running::First => f64::INFINITY,
        };
        RunningState { total, steps: 0.0 }
    }

    /// Takes in the next value and returns the aggregate. A NaN makes it NaN for good.
    fn take_in(&mut self, op: Running, value: f64, label: f64) -> f64 {
        self.steps += 1.0;
        if value.is_nan() {
            self.total = f64::NAN;
        }
        if self.total.is_nan() {
            return f64::NAN;
        }
        let truth = f64::from(value != 0.0);
        self.total = match op {
            Running::Sum | Running::Mean => self.total + value,
            Running::Count => self.total + truth,
            Running::Highest => self.total.max(value),
            Running::Lowest => self.total.min(value),
            Running::Ever => self.total.max(truth),
            Running::Always => self.total.min(truth),
            Running::First if truth == 1.0 => self.total.min(label),
            Running::First => self.total,
        };
        match op {
            Running::Mean => self.total / self.steps,
            Running::First if self.total == f64::INFINITY => f64::NAN,
            _ => self.total,
        }
    }
}

/// An event at one step; off before the first.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct EventState {
    /// The event's value: NaN for good once a hazard, size or duration was.
    size: f64,
    /// Steps still to come after this one.
    left: f64,
    is_on: bool,
    has_started: bool,
    has_ended: bool,
}

impl EventState {
    /// The next step's state. The hazard is read when the event is off, size and duration when it starts.
    fn after(self, probability: f64, event: &Event, value: impl Fn(VarId) -> f64) -> EventState {
        if self.size.is_nan() {
            return self;
        }
        if self.left >= 1.0 {
            return EventState { left: self.left - 1.0, has_started: false, has_ended: false, ..self };
        }
        let off = EventState { has_ended: self.is_on, ..EventState::default() };
        let broken = EventState { size: f64::NAN, ..off };
        let hazard = value(event.hazard);
        if !(0.0..=1.0).contains(&hazard) {
            broken
        } else if probability > 1.0 - hazard {
            let (size, duration) = (value(event.size), value(event.duration));
            let left = if duration.is_nan() { f64::NAN } else { duration.ceil().max(1.0) - 1.0 };
            if size.is_nan() || left.is_nan() {
                broken
            } else {
                EventState { size, left, is_on: true, has_started: true, ..off }
            }
        } else {
            off
        }
    }

    pub(super) fn on(&self) -> f64 {
        self.truth(self.is_on)
    }

    pub(super) fn started(&self) -> f64 {
        self.truth(self.has_started)
    }

    pub(super) fn ended(&self) -> f64 {
        self.truth(self.has_ended)
    }

    fn truth(&self, holds: bool) -> f64 {
        if self.size.is_nan() { f64::NAN } else { f64::from(holds) }
    }
}
