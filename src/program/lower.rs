//! Model to operations: walks the steps in order and asks the builder for the value of every variable that is needed.

use super::assemble::assemble;
use super::builder::ProgramBuilder;
use super::dimensions::Dimensions;
use super::draw::DrawCompiler;
use super::event::EventState;
use super::field::Field;
use super::op::{Account, Deferral};
use super::shocks::Shocks;
use super::term::Term;
use super::value::Value;
use super::{Program, Replica, Row, Stream};
use crate::dist::Real;
use crate::kernel::{Binary, StepTable, Unary};
use crate::model::{
    Definition, Delay, Event, Expr, InputId, LinePiece, LookupTable, Market, Model, Outside, Running, VarId, Variable,
};
use std::cell::RefCell;
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
    lower(&[(model, &Shocks::Run)], &rows_of_first(requests), parameter, None, false)
}

/// Compiles terms of one model, and an account of every ceiling in every step but the first; drawn along these dimensions,
/// where there are any.
pub fn compile_accounted(model: &Model, terms: &[Term], dimensions: Option<&Dimensions>) -> Program {
    lower(&[(model, &Shocks::Run)], terms, None, dimensions, true)
}

fn rows_of_first(requests: &[Request]) -> Vec<Term> {
    requests.iter().map(|&request| Term::Row(0, request)).collect()
}

/// Compiles models together: each term is a column of one of them, or of several.
///
/// Streams are shared by the name of the input, and so is every value that is computed alike from the same draws. The row
/// of a model has the same bits as in a program of its own that is drawn along the same dimensions.
pub fn compile_joint(models: &[&Model], terms: &[Term], dimensions: Option<&Dimensions>) -> Program {
    let models: Vec<(&Model, &Shocks)> = models.iter().map(|&model| (model, &Shocks::Run)).collect();
    lower(&models, terms, None, dimensions, false)
}

/// Compiles a model as often as there are ways to draw its shocks: the rows of each request follow one another in the order
/// of `shocks`. What several have in common is computed once.
pub fn compile_under(model: &Model, shocks: &[Shocks], requests: &[Request]) -> Program {
    let models: Vec<(&Model, &Shocks)> = shocks.iter().map(|shocks| (model, shocks)).collect();
    let under = |&request| (0..shocks.len()).map(move |way| Term::Row(way, request));
    lower(&models, &requests.iter().flat_map(under).collect::<Vec<_>>(), None, None, false)
}

fn lower(
    models: &[(&Model, &Shocks)],
    terms: &[Term],
    parameter: Option<Parameter>,
    dimensions: Option<&Dimensions>,
    accounts: bool,
) -> Program {
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
        for ((model, _), requests) in models.iter().zip(&mut requests) {
            requests.extend(accounted(model).map(|id| Request::Value(id, model.horizon.last())));
            by_step.resize(by_step.len().max(model.horizon.last() + 1), Vec::new());
        }
    }
    let last: Vec<Option<usize>> =
        requests.iter().map(|requests| requests.iter().map(|request| request.step()).max()).collect();
    let builder = RefCell::new(ProgramBuilder::default());
    let mut draws = DrawCompiler::new(&builder);
    let each = models.iter().zip(&requests).enumerate();
    let mut models: Vec<Lowering<'_, '_>> = each
        .map(|(index, (&(model, shocks), requests))| {
            let field = Field::new(model, shocks, dimensions, &builder);
            Lowering::new(model, field, index, requests, parameter, &builder)
        })
        .collect();
    let mut rows = vec![Row::Constant(f64::NAN); terms.len()];
    // Step by step through all models, so that what they share is read by all while it is in the cache.
    for (step, indices) in by_step.iter().enumerate() {
        for model in models.iter_mut().filter(|model| last[model.index] >= Some(step)) {
            model.step(step, &mut draws);
        }
        for &index in indices {
            let number = |x| Value::number_in(&builder, x);
            let value = terms[index].lower(&number, &mut |model, request| models[model].request(request));
            rows[index] = builder.borrow_mut().record(index, value.arg());
        }
        if accounts && step > 0 {
            models.iter().for_each(|model| model.accounts(step));
        }
    }
    drop((models, draws));
    let mut builder = builder.into_inner();
    builder.rows = rows;
    let mut program = assemble(builder);
    if let Some(dimensions) = dimensions {
        let of = |stream: &Stream| match stream.replica {
            Replica::Run => dimensions.stream(&stream.input, stream.component).to_vec(),
            Replica::Second => Vec::new(),
        };
        program.dimensions = program.streams.iter().map(of).collect();
    }
    program
}

/// Variables that an account of the ceilings reads.
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

/// One model on its way into a program, and what is to be remembered from step to step.
struct Lowering<'m, 'b> {
    model: &'m Model,
    /// The model's number among those compiled together.
    index: usize,
    parameter: Option<Parameter>,
    builder: &'b RefCell<ProgramBuilder>,
    /// Whether a variable is read by anything that was asked for.
    needed: Vec<bool>,
    field: Field<'m, 'b>,
    /// By step and variable; `None` before a variable's first step and where it is not needed.
    values: Vec<Vec<Option<Value<'b>>>>,
    /// State of every event in the step at hand.
    events: HashMap<VarId, EventState<'b>>,
    /// Sum so far behind a running mean.
    sums: HashMap<VarId, Value<'b>>,
    /// Whether a running `First` has found its step.
    happened: HashMap<VarId, Value<'b>>,
}

impl<'m, 'b> Lowering<'m, 'b> {
    fn new(
        model: &'m Model,
        field: Field<'m, 'b>,
        index: usize,
        requests: &[Request],
        parameter: Option<Parameter>,
        builder: &'b RefCell<ProgramBuilder>,
    ) -> Self {
        Lowering {
            model,
            index,
            parameter,
            builder,
            needed: needed_variables(model, requests),
            field,
            values: Vec::new(),
            events: HashMap::new(),
            sums: HashMap::new(),
            happened: HashMap::new(),
        }
    }

    fn number(&self, x: f64) -> Value<'b> {
        Value::number_in(self.builder, x)
    }

    fn step(&mut self, step: usize, draws: &mut DrawCompiler<'b>) {
        self.values.push(vec![None; self.model.variables.len()]);
        let model = self.model;
        let order = if step == 0 { &model.base_order } else { &model.step_order };
        for &id in order {
            let variable = model.variable(id);
            if self.needed[id.0 as usize] && variable.first <= step {
                let value = self.variable(id, variable, step, draws);
                self.values[step][id.0 as usize] = Some(value);
            }
        }
    }

    fn at(&self, id: VarId, step: usize) -> Value<'b> {
        self.values[step][id.0 as usize].expect("a model's order puts what is read before what reads it")
    }

    fn market(&self) -> &'m Market {
        self.model.market.as_ref().expect("constraints stand in a market")
    }

    fn request(&mut self, request: Request) -> Value<'b> {
        match request {
            Request::Value(id, step) => self.at(id, step),
            Request::Binds(constraint, step) => self.binds(constraint, step),
            Request::EventStart(id, step) => match &self.model.variable(id).definition {
                Definition::Event(event) => self.field.score(event.start, step).lower(),
                _ => unreachable!("the request names an event"),
            },
            Request::Uniform(input, step) => self.field.score(input, step).lower(),
        }
    }

    fn variable(&mut self, id: VarId, variable: &Variable, step: usize, draws: &mut DrawCompiler<'b>) -> Value<'b> {
        if self.parameter == Some(Parameter(id)) {
            return Value::new(self.builder, self.builder.borrow_mut().parameter(step as u32));
        }
        match &variable.definition {
            Definition::Constant(x) => self.number(*x),
            Definition::ByStep(values) => self.number(values[step]),
            Definition::Blend(blends) => {
                let blend = blends[step];
                let left = self.at(blend.left, step);
                if blend.weight == 0.0 {
                    return left;
                }
                let left = self.number(1.0 - blend.weight) * left;
                self.number(blend.weight).multiply_add(self.at(blend.right, step), left)
            }
            Definition::Formula(formula) => self.expr(formula, step),
            Definition::Draw { input, distribution } => {
                let distribution = distribution.map(|&parameter| self.at(parameter, step));
                draws.draw((self.index, id), &distribution, self.field.score(*input, step))
            }
            Definition::Stock { start, .. } if step == 0 => self.at(*start, 0),
            Definition::Stock { next, .. } => self.expr(next, step),
            Definition::Event(event) => self.event(id, event, step),
            Definition::Running { op, of } => self.running(id, *op, *of, variable.first, step),
        }
    }

    fn event(&mut self, id: VarId, event: &Event, step: usize) -> Value<'b> {
        let state = match self.events.get(&id) {
            None => EventState::off(self.number(0.0)),
            Some(&before) => {
                let parts = [event.hazard, event.size, event.duration].map(|id| self.at(id, step));
                before.next(self.field.score(event.start, step), parts)
            }
        };
        self.events.insert(id, state);
        state.size
    }

    fn running(&mut self, id: VarId, op: Running, of: VarId, first: usize, step: usize) -> Value<'b> {
        let x = self.at(of, step);
        let before = (step > first).then(|| self.at(id, step - 1));
        let (combine, own) = match op {
            Running::Sum => (Binary::Add, x),
            Running::Highest => (Binary::Max, x),
            Running::Lowest => (Binary::Min, x),
            Running::Count => (Binary::Add, x.holds()),
            Running::Ever => (Binary::Or, x.holds()),
            Running::Always => (Binary::And, x.holds()),
            Running::Mean => {
                let sum = self.sums.get(&id).map_or(x, |&sum| sum + x);
                self.sums.insert(id, sum);
                return sum / self.number((step - first + 1) as f64);
            }
            Running::First => return self.first(id, x, before, step),
        };
        before.map_or(own, |before| before.binary(combine, own))
    }

    fn first(&mut self, id: VarId, x: Value<'b>, before: Option<Value<'b>>, step: usize) -> Value<'b> {
        let label = self.model.horizon.year(step).map_or(step as f64, f64::from);
        let holds = x.holds();
        let now = holds.select(self.number(label), self.number(f64::NAN));
        let (value, happened) = match (before, self.happened.get(&id)) {
            (Some(before), Some(happened)) => {
                // A condition without a value leaves none, in this step and for good, also where it has held before.
                let so_far = happened.binary(Binary::Or, holds);
                (so_far.select(happened.select(before, now), now), so_far)
            }
            _ => (now, holds),
        };
        self.happened.insert(id, happened);
        value
    }

    fn expr(&self, expr: &Expr, step: usize) -> Value<'b> {
        match expr {
            Expr::Constant(x) => self.number(*x),
            Expr::Year => self.number(self.model.horizon.year(step).map_or(f64::NAN, f64::from)),
            Expr::Step => self.number(step as f64),
            Expr::Variable(id) => self.at(*id, step),
            Expr::Lag { variable, lag, default } => match (step.checked_sub(*lag), default) {
                (Some(before), _) if before >= self.model.variable(*variable).first => self.at(*variable, before),
                (_, Some(default)) => self.expr(default, step),
                (_, None) => unreachable!("a formula without a default begins where its lag exists"),
            },
            Expr::Delay(delay) => self.delay(delay, step),
            Expr::Lookup(table, x) => self.lookup(table, self.expr(x, step)),
            Expr::At { variable, step } => self.at(*variable, *step),
            Expr::Unary(op, a) => self.expr(a, step).unary(*op),
            Expr::Binary(op, a, b) => {
                let a = self.expr(a, step);
                a.binary(*op, self.expr(b, step))
            }
            Expr::If(condition, then, otherwise) => {
                let condition = self.expr(condition, step);
                let then = self.expr(then, step);
                condition.select(then, self.expr(otherwise, step))
            }
            Expr::Binds(constraint) => self.binds(*constraint, step),
            Expr::Short(constraint) => self.short(*constraint, step),
            Expr::On(id) => self.events[id].on,
            Expr::Started(id) => self.events[id].started,
            Expr::Ended(id) => self.events[id].ended,
        }
    }

    /// The value of each step that the lag can lead to, chosen where it does.
    fn delay(&self, delay: &Delay, step: usize) -> Value<'b> {
        let lag = self.expr(&delay.lag, step);
        let whole = (lag - self.number(Delay::SLACK)).unary(Unary::Ceil);
        let reach = step.checked_sub(self.model.variable(delay.variable).first);
        let candidates = reach.map_or(0..0, |reach| delay.least..reach.min(delay.most) + 1);
        let value = candidates.fold(self.expr(&delay.default, step), |value, back| {
            let leads_here = whole.binary(Binary::Equal, self.number(back as f64));
            leads_here.select(self.at(delay.variable, step - back), value)
        });
        // No path reads the future; a lag that is no number makes the comparison one too.
        lag.binary(Binary::Less, self.number(0.0)).select(self.number(f64::NAN), value)
    }

    /// y + slope * (x - anchor), each a table of steps over x.
    fn lookup(&self, table: &LookupTable, x: Value<'b>) -> Value<'b> {
        let x = match table.outside {
            Outside::Held => {
                let (first, last) = table.ends();
                x.binary(Binary::Max, self.number(first)).binary(Binary::Min, self.number(last))
            }
            Outside::Extrapolated => x,
        };
        // A piece begins at its point, and a table of steps counts thresholds strictly below.
        let thresholds: Vec<f64> = table.points.iter().map(|(x, _)| x.next_down()).collect();
        let pieces = table.pieces();
        let of = |part: fn(&LinePiece) -> f64| {
            let steps = StepTable::new(thresholds.clone(), pieces.iter().map(part).collect());
            x.build(|builder, x| {
                let steps = builder.add_steps(steps);
                builder.steps(steps, x)
            })
        };
        let (anchor, y, slope) = (of(|piece| piece.x), of(|piece| piece.y), of(|piece| piece.slope));
        slope.multiply_add(x - anchor, y)
    }

    /// Hands out every ceiling of a step.
    fn accounts(&self, step: usize) {
        let Some(market) = &self.model.market else { return };
        let [wanted, delivered, backlog] = [market.wanted, market.market, market.backlog].map(|id| self.at(id, step));
        let unmet = wanted - delivered;
        let share = self.builder.borrow().share(backlog.arg(), unmet.arg());
        let (deferred, deferral) = match share {
            Some(share) => (self.number(share), Deferral::Share),
            // A backlog with a formula of its own may hold more, from earlier steps.
            None => (backlog.binary(Binary::Min, unmet), Deferral::Amount),
        };
        let [wanted, delivered, deferred] = [wanted, delivered, deferred].map(Value::arg);
        for (number, constraint) in market.constraints.iter().enumerate() {
            let ceiling = self.at(constraint.ceiling, step).arg();
            let (constraint, step) = (number as u32, step as u32);
            let account = Account { constraint, step, wanted, delivered, ceiling, deferred, deferral };
            self.builder.borrow_mut().account(account);
        }
    }

    fn short(&self, constraint: usize, step: usize) -> Value<'b> {
        let market = self.market();
        let ceiling = self.at(market.constraints[constraint].ceiling, step);
        ceiling.binary(Binary::Less, self.at(market.wanted, step))
    }

    /// Below what is wanted, strictly below the ceilings declared before it and not above those after.
    fn binds(&self, constraint: usize, step: usize) -> Value<'b> {
        let constraints = &self.market().constraints;
        let ceiling = self.at(constraints[constraint].ceiling, step);
        let others = constraints.iter().enumerate().filter(|(index, _)| *index != constraint);
        others.fold(self.short(constraint, step), |binds, (index, other)| {
            let op = if index < constraint { Binary::Less } else { Binary::LessEqual };
            let smaller = ceiling.binary(op, self.at(other.ceiling, step));
            binds.binary(Binary::And, smaller)
        })
    }
}
