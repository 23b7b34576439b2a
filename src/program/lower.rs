//! Model to operations: walks the steps in order and asks the builder for the value of every variable that is needed.

use super::assemble::assemble;
use super::builder::{Builder, Value};
use super::draw::Draws;
use super::event::EventState;
use super::field::{Field, Score};
use super::op::{Account, Deferral};
use super::term::Term;
use super::{Program, Row};
use crate::kernel::{Binary, Unary};
use crate::model::{Definition, Event, Expr, InputId, Market, Model, Running, VarId, Variable};
use std::collections::HashMap;

/// A column that the statistics ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Request {
    /// A variable at a step, not before its first.
    Value(VarId, usize),
    /// Whether the constraint of this index binds in a step.
    Binds(usize, usize),
    /// Phi(Z) of the input that decides whether an event starts.
    EventStart(VarId, usize),
    /// Phi(Z) of an input at a step of draws, or at any step if one draw serves all.
    Uniform(InputId, usize),
}

impl Request {
    fn step(self) -> usize {
        match self {
            Request::Value(_, step)
            | Request::Binds(_, step)
            | Request::EventStart(_, step)
            | Request::Uniform(_, step) => step,
        }
    }
}

/// A constant of the model that is given at run time instead: its value at step t is parameter t.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter(pub VarId);

/// Compiles what the requests need, and no more.
pub fn compile(model: &Model, requests: &[Request], parameter: Option<Parameter>) -> Program {
    lower(&[model], &rows_of_first(requests), parameter, false)
}

/// Compiles what the requests need, and an account of every ceiling in every step but the first.
pub fn compile_accounted(model: &Model, requests: &[Request]) -> Program {
    lower(&[model], &rows_of_first(requests), None, true)
}

fn rows_of_first(requests: &[Request]) -> Vec<Term> {
    requests.iter().map(|&request| Term::Row(0, request)).collect()
}

/// Compiles models together: each term is a column of one of them, or of several.
///
/// Streams are shared by the name of the input, and so is every value that is computed alike from the same draws. The row
/// of a model has the same bits as in a program of its own.
pub fn compile_joint(models: &[&Model], terms: &[Term]) -> Program {
    lower(models, terms, None, false)
}

fn lower(models: &[&Model], terms: &[Term], parameter: Option<Parameter>, accounts: bool) -> Program {
    let mut requests = vec![Vec::new(); models.len()];
    terms.iter().for_each(|term| term.rows(&mut |model, request| requests[model].push(request)));
    let mut by_step: Vec<Vec<usize>> = Vec::new();
    for (index, term) in terms.iter().enumerate() {
        let mut step = 0;
        term.rows(&mut |_, request| step = step.max(request.step()));
        by_step.resize(by_step.len().max(step + 1), Vec::new());
        by_step[step].push(index);
    }
    if accounts {
        for (model, requests) in models.iter().zip(&mut requests) {
            requests.extend(accounted(model).map(|id| Request::Value(id, model.horizon.last())));
            by_step.resize(by_step.len().max(model.horizon.last() + 1), Vec::new());
        }
    }
    let needed: Vec<Vec<bool>> =
        models.iter().zip(&requests).map(|(model, requests)| needed_variables(model, requests)).collect();
    let last: Vec<Option<usize>> =
        requests.iter().map(|requests| requests.iter().map(|request| request.step()).max()).collect();
    let mut states: Vec<State<'_>> = models.iter().map(|model| State::new(model)).collect();
    let (mut builder, mut draws) = (Builder::default(), Draws::default());
    let mut rows = vec![Row::Constant(f64::NAN); terms.len()];
    // Step by step through all models, so that what they share is read by all while it is in the cache.
    for (step, indices) in by_step.iter().enumerate() {
        for (index, state) in states.iter_mut().enumerate().filter(|(index, _)| last[*index] >= Some(step)) {
            let (builder, draws) = (&mut builder, &mut draws);
            Lowering { model: state.field.model(), index, parameter, builder, draws, state }.step(step, &needed[index]);
        }
        for &index in indices {
            let value = terms[index].lower(&mut builder, &mut |builder, model, request| {
                let (state, draws) = (&mut states[model], &mut draws);
                Lowering { model: state.field.model(), index: model, parameter, builder, draws, state }.request(request)
            });
            rows[index] = builder.record(value);
        }
        if accounts && step > 0 {
            for (index, state) in states.iter_mut().enumerate() {
                let (model, builder, draws) = (state.field.model(), &mut builder, &mut draws);
                Lowering { model, index, parameter, builder, draws, state }.accounts(step);
            }
        }
    }
    builder.rows = rows;
    assemble(builder)
}

/// What an account of the ceilings reads.
fn accounted(model: &Model) -> impl Iterator<Item = VarId> {
    model.market.iter().flat_map(|market| {
        let ceilings = market.constraints.iter().map(|constraint| constraint.ceiling);
        ceilings.chain([market.wanted, market.market, market.backlog])
    })
}

fn needed_variables(model: &Model, requests: &[Request]) -> Vec<bool> {
    let mut needed = vec![false; model.variables.len()];
    let mut open: Vec<VarId> = Vec::new();
    for &request in requests {
        match (request, &model.market) {
            (Request::Value(id, _) | Request::EventStart(id, _), _) => open.push(id),
            (Request::Uniform(..), _) => {}
            (_, Some(market)) => {
                market.ceiling_references(&mut |id| open.push(id));
                open.push(market.market);
            }
            (_, None) => {}
        }
    }
    while let Some(id) = open.pop() {
        if !std::mem::replace(&mut needed[id.0 as usize], true) {
            model.references(id, &mut |reference| open.push(reference));
        }
    }
    needed
}

/// What lowering a model has to remember from step to step.
struct State<'m> {
    field: Field<'m>,
    /// By step and variable; `None` before a variable's first step and where it is not needed.
    values: Vec<Vec<Option<Value>>>,
    /// State of every event in the step at hand.
    events: HashMap<VarId, EventState>,
    /// Sum so far behind a running mean.
    sums: HashMap<VarId, Value>,
    /// Whether a running `First` has found its step.
    happened: HashMap<VarId, Value>,
}

impl<'m> State<'m> {
    fn new(model: &'m Model) -> Self {
        State {
            field: Field::new(model),
            values: Vec::new(),
            events: HashMap::new(),
            sums: HashMap::new(),
            happened: HashMap::new(),
        }
    }
}

/// One model at work on what all of them share.
struct Lowering<'a, 'm> {
    model: &'m Model,
    /// Its number among the models compiled together.
    index: usize,
    parameter: Option<Parameter>,
    builder: &'a mut Builder,
    draws: &'a mut Draws,
    state: &'a mut State<'m>,
}

impl Lowering<'_, '_> {
    fn step(&mut self, step: usize, needed: &[bool]) {
        self.state.values.push(vec![None; self.model.variables.len()]);
        let model = self.model;
        let order = if step == 0 { &model.base_order } else { &model.step_order };
        for &id in order {
            let variable = model.variable(id);
            if needed[id.0 as usize] && variable.first <= step {
                let value = self.variable(id, variable, step);
                self.state.values[step][id.0 as usize] = Some(value);
            }
        }
    }

    fn at(&self, id: VarId, step: usize) -> Value {
        self.state.values[step][id.0 as usize].expect("a model's order puts what is read before what reads it")
    }

    fn request(&mut self, request: Request) -> Value {
        match (request, &self.model.market) {
            (Request::Value(id, step), _) => self.at(id, step),
            (Request::Binds(constraint, step), Some(market)) => self.binds(market, constraint, step),
            (Request::EventStart(id, step), _) => match &self.model.variable(id).definition {
                Definition::Event(event) => {
                    let score = self.state.field.score(self.builder, event.start, step);
                    score.probability(self.builder)
                }
                _ => unreachable!("the request names an event"),
            },
            (Request::Uniform(input, step), _) => {
                let score = self.state.field.score(self.builder, input, step);
                score.probability(self.builder)
            }
            (_, None) => unreachable!("constraints stand in a market"),
        }
    }

    fn variable(&mut self, id: VarId, variable: &Variable, step: usize) -> Value {
        if self.parameter == Some(Parameter(id)) {
            return self.builder.parameter(step as u32);
        }
        match &variable.definition {
            Definition::Constant(x) => Value::Scalar(*x),
            Definition::ByStep(values) => Value::Scalar(values[step]),
            Definition::Blend(blends) => {
                let blend = blends[step];
                let left = self.at(blend.left, step);
                if blend.weight == 0.0 {
                    return left;
                }
                let right = self.at(blend.right, step);
                let left = self.builder.binary(Binary::Multiply, Value::Scalar(1.0 - blend.weight), left);
                self.builder.multiply_add(Value::Scalar(blend.weight), right, left)
            }
            Definition::Formula(formula) => self.expr(formula, step),
            Definition::Draw { input, distribution } => {
                let distribution = distribution.map(|&parameter| self.at(parameter, step));
                let score = self.state.field.score(self.builder, *input, step);
                self.draws.draw(self.builder, (self.index, id), &distribution, score)
            }
            Definition::Stock { start, next } => match step {
                0 => self.at(*start, 0),
                _ => self.expr(next, step),
            },
            Definition::Event(event) => self.event(id, event, step),
            Definition::Running { op, of } => self.running(id, *op, *of, variable.first, step),
        }
    }

    fn event(&mut self, id: VarId, event: &Event, step: usize) -> Value {
        let state = match self.state.events.get(&id) {
            None => EventState::OFF,
            Some(&before) => {
                let [hazard, size, duration] = [event.hazard, event.size, event.duration].map(|id| self.at(id, step));
                let score = self.state.field.score(self.builder, event.start, step);
                before.next(self.builder, score, hazard, size, duration)
            }
        };
        self.state.events.insert(id, state);
        state.size
    }

    fn running(&mut self, id: VarId, op: Running, of: VarId, first: usize, step: usize) -> Value {
        let x = self.at(of, step);
        let before = (step > first).then(|| self.at(id, step - 1));
        let holds = |builder: &mut Builder| builder.binary(Binary::NotEqual, x, Value::Scalar(0.0));
        let (combine, own) = match op {
            Running::Sum => (Binary::Add, x),
            Running::Highest => (Binary::Max, x),
            Running::Lowest => (Binary::Min, x),
            Running::Count => (Binary::Add, holds(self.builder)),
            Running::Ever => (Binary::Or, holds(self.builder)),
            Running::Always => (Binary::And, holds(self.builder)),
            Running::Mean => {
                let sum = match self.state.sums.get(&id) {
                    Some(&sum) => self.builder.binary(Binary::Add, sum, x),
                    None => x,
                };
                self.state.sums.insert(id, sum);
                return self.builder.binary(Binary::Divide, sum, Value::Scalar((step - first + 1) as f64));
            }
            Running::First => return self.first(id, x, before, step),
        };
        match before {
            Some(before) => self.builder.binary(combine, before, own),
            None => own,
        }
    }

    fn first(&mut self, id: VarId, x: Value, before: Option<Value>, step: usize) -> Value {
        let label = self.model.horizon.year(step).map_or(step as f64, f64::from);
        let holds = self.builder.binary(Binary::NotEqual, x, Value::Scalar(0.0));
        let now = self.builder.select(holds, Value::Scalar(label), Value::Scalar(f64::NAN));
        let (value, happened) = match (before, self.state.happened.get(&id)) {
            (Some(before), Some(&happened)) => {
                (self.builder.select(happened, before, now), self.builder.binary(Binary::Or, happened, holds))
            }
            _ => (now, holds),
        };
        self.state.happened.insert(id, happened);
        value
    }

    fn expr(&mut self, expr: &Expr, step: usize) -> Value {
        match expr {
            Expr::Constant(x) => Value::Scalar(*x),
            Expr::Year => Value::Scalar(self.model.horizon.year(step).map_or(f64::NAN, f64::from)),
            Expr::Step => Value::Scalar(step as f64),
            Expr::Variable(id) => self.at(*id, step),
            Expr::Lag { variable, lag, default } => match (step.checked_sub(*lag), default) {
                (Some(before), _) if before >= self.model.variable(*variable).first => self.at(*variable, before),
                (_, Some(default)) => self.expr(default, step),
                (_, None) => unreachable!("a formula without a default begins where its lag exists"),
            },
            Expr::At { variable, step } => self.at(*variable, *step),
            Expr::Unary(op, a) => {
                let a = self.expr(a, step);
                self.builder.unary(*op, a)
            }
            Expr::Binary(op, a, b) => {
                let a = self.expr(a, step);
                let b = self.expr(b, step);
                self.builder.binary(*op, a, b)
            }
            Expr::If(condition, then, otherwise) => {
                let condition = self.expr(condition, step);
                let then = self.expr(then, step);
                let otherwise = self.expr(otherwise, step);
                self.builder.select(condition, then, otherwise)
            }
            Expr::Binds(constraint) => match &self.model.market {
                Some(market) => self.binds(market, *constraint, step),
                None => unreachable!("constraints stand in a market"),
            },
            Expr::Short(constraint) => match &self.model.market {
                Some(market) => self.short(market, *constraint, step),
                None => unreachable!("constraints stand in a market"),
            },
            Expr::On(id) => self.state.events[id].on,
            Expr::Started(id) => self.state.events[id].started,
            Expr::Ended(id) => self.state.events[id].ended,
        }
    }

    /// Hands out every ceiling of a step.
    fn accounts(&mut self, step: usize) {
        let Some(market) = &self.model.market else { return };
        let [wanted, delivered, backlog] = [market.wanted, market.market, market.backlog].map(|id| self.at(id, step));
        let unmet = self.builder.binary(Binary::Subtract, wanted, delivered);
        let (deferred, deferral) = match self.builder.share(backlog, unmet) {
            Some(share) => (Value::Scalar(share), Deferral::Share),
            // A backlog with a formula of its own may hold more, from earlier steps.
            None => (self.builder.binary(Binary::Min, backlog, unmet), Deferral::Amount),
        };
        for (number, constraint) in market.constraints.iter().enumerate() {
            let ceiling = self.at(constraint.ceiling, step);
            let (constraint, step) = (number as u32, step as u32);
            self.builder.account(Account { constraint, step, wanted, delivered, ceiling, deferred, deferral });
        }
    }

    fn short(&mut self, market: &Market, constraint: usize, step: usize) -> Value {
        let ceiling = self.at(market.constraints[constraint].ceiling, step);
        let wanted = self.at(market.wanted, step);
        self.builder.binary(Binary::Less, ceiling, wanted)
    }

    /// Below what is wanted, strictly below the ceilings declared before it and not above those after.
    fn binds(&mut self, market: &Market, constraint: usize, step: usize) -> Value {
        let ceiling = self.at(market.constraints[constraint].ceiling, step);
        let mut binds = self.short(market, constraint, step);
        for (index, other) in market.constraints.iter().enumerate() {
            let op = match index.cmp(&constraint) {
                std::cmp::Ordering::Less => Binary::Less,
                std::cmp::Ordering::Equal => continue,
                std::cmp::Ordering::Greater => Binary::LessEqual,
            };
            let smaller = self.builder.binary(op, ceiling, self.at(other.ceiling, step));
            binds = self.builder.binary(Binary::And, binds, smaller);
        }
        binds
    }
}

impl Score {
    /// Z.
    pub(super) fn normal(self, builder: &mut Builder) -> Value {
        match self {
            Score::Uniform(u) => builder.unary(Unary::NormalQuantile, u),
            Score::Normal(z) => z,
        }
    }

    /// Phi(Z).
    pub(super) fn probability(self, builder: &mut Builder) -> Value {
        match self {
            Score::Uniform(u) => u,
            Score::Normal(z) => builder.unary(Unary::NormalCdf, z),
        }
    }
}
