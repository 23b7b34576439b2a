//! One number an input and path: what boxes are bounded in, and what tells for free how much hangs on an input.

use crate::kernel::Binary;
use crate::model::{Definition, Input, InputId, Model, VarId, Variable};
use crate::program::{Request, Term};
use crate::results::Coordinate;

/// What an input is measured by, and the term that measures it.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    pub(crate) input: String,
    pub(crate) coordinate: Coordinate,
    pub(crate) term: Term,
    /// The variable that is measured.
    pub(crate) variable: VarId,
}

/// A coordinate for every input that anything is drawn from, up to a step: the value of a constant, the average of a series
/// over the steps in which something is drawn, of the start of an event the steps in which it is on.
pub(crate) fn coordinates(model: &Model, until: usize) -> Vec<Measured> {
    let measured = |(index, input): (usize, &Input)| measured(model, InputId(index as u32), input, until);
    model.inputs.iter().enumerate().filter_map(measured).collect()
}

fn measured(model: &Model, id: InputId, input: &Input, until: usize) -> Option<Measured> {
    let is_it = |variable: &Variable| match &variable.definition {
        Definition::Draw { input, .. } => *input == id,
        Definition::Event(event) => event.start == id,
        _ => false,
    };
    let place = model.variables.iter().position(is_it)?;
    let variable = &model.variables[place];
    let row = |step: usize| Term::Row(0, Request::Value(VarId(place as u32), step));
    let steps = variable.first.max(model.horizon.first_draw())..=until.max(variable.first);
    let (coordinate, terms): (Coordinate, Vec<Term>) = match variable.definition {
        Definition::Event(_) => (
            Coordinate::StepsOn,
            steps.map(|step| Term::binary(Binary::NotEqual, row(step), Term::Number(0.0))).collect(),
        ),
        _ if input.over_time.is_constant() => (Coordinate::Value, vec![row(until.max(variable.first))]),
        _ => (Coordinate::Average, steps.map(row).collect()),
    };
    let count = terms.len() as f64;
    let sum = terms.into_iter().reduce(|sum, term| Term::binary(Binary::Add, sum, term))?;
    let term = match coordinate {
        Coordinate::Average => Term::binary(Binary::Divide, sum, Term::Number(count)),
        Coordinate::Value | Coordinate::StepsOn => sum,
    };
    Some(Measured { input: input.name.clone(), coordinate, term, variable: VarId(place as u32) })
}
