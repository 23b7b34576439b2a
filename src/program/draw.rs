//! Draws as column operations: x = T(Z) in closed form where the law has one, else through a table made at set-up.

use super::StepTable;
use super::builder::ProgramBuilder;
use super::inversion::Inversion;
use super::value::Value;
use crate::dist::{Argument, Distribution, Law, NormalScoreTable, Outer, Real, Score, Transform};
use crate::kernel::{Binary, Quantile, Triangular};
use crate::model::VarId;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Lowers draws, and keeps one compiled transform for each law and set of parameters.
///
/// Models compiled together share it: equal laws read the same table, so that their draws are one value.
#[derive(Debug)]
pub(super) struct DrawCompiler<'b> {
    builder: &'b RefCell<ProgramBuilder>,
    /// By model, variable and parameters: laws may hold long samples, which are compared once a variable.
    transforms: HashMap<DrawKey, Rc<Compiled>>,
    /// By parameters, which several laws may share.
    laws: HashMap<Vec<u64>, Vec<CompiledLaw>>,
}

/// Model, variable and the bits of the parameters.
type DrawKey = (usize, VarId, Vec<u64>);

/// A law with the transform that draws from it.
type CompiledLaw = (Distribution<f64>, Rc<Compiled>);

/// A transform whose tables stand in the program.
#[derive(Debug)]
enum Compiled {
    Constant(f64),
    /// Table of steps over z.
    Steps(u32),
    /// Quantile function of the uniform.
    Quantile(u32),
    /// No table: inverted on every path.
    Inverted,
    /// tables[k], k the number of thresholds below z.
    Pieces {
        thresholds: Vec<f64>,
        tables: Vec<CompiledTable>,
    },
}

#[derive(Debug)]
struct CompiledTable {
    piecewise: u32,
    argument: Argument,
    outer: Outer,
    low: f64,
    high: f64,
}

impl<'b> DrawCompiler<'b> {
    pub(super) fn new(builder: &'b RefCell<ProgramBuilder>) -> Self {
        DrawCompiler { builder, transforms: HashMap::new(), laws: HashMap::new() }
    }

    /// The value of a draw, the variable `id` of a model, whose parameters have these values.
    pub(super) fn draw(
        &mut self,
        id: (usize, VarId),
        distribution: &Distribution<Value<'b>>,
        score: Score<Value<'b>>,
    ) -> Value<'b> {
        if distribution.needs_table() {
            let constants = distribution.try_map(|parameter| parameter.constant().ok_or(()));
            return match constants {
                Ok(constants) => self.tabled(id, &constants, distribution, score),
                Err(()) => self.inverted(distribution, score),
            };
        }
        let constant = constant_triangular(&distribution.law, score);
        let drawn =
            constant.or_else(|| distribution.law.draw(score)).expect("a law that needs no table has a closed form");
        let clipped = distribution.clip.0.map_or(drawn, |low| drawn.binary(Binary::Max, low));
        let clipped = distribution.clip.1.map_or(clipped, |high| clipped.binary(Binary::Min, high));
        match distribution.clip {
            (Some(low), Some(high)) if low.constant().is_none() || high.constant().is_none() => {
                clipped.given(low.at_most(high))
            }
            _ => clipped,
        }
    }

    /// The value of a draw whose law is inverted on every path.
    fn inverted(&self, distribution: &Distribution<Value<'b>>, score: Score<Value<'b>>) -> Value<'b> {
        let inversion = Inversion { distribution: distribution.map(|value| value.arg()), score: score.map(Value::arg) };
        let value = self.builder.borrow_mut().inverse(inversion);
        Value::new(self.builder, value)
    }

    fn tabled(
        &mut self,
        (model, id): (usize, VarId),
        constants: &Distribution<f64>,
        distribution: &Distribution<Value<'b>>,
        score: Score<Value<'b>>,
    ) -> Value<'b> {
        // A uniform may have a table of its own.
        let is_uniform = matches!(score, Score::Uniform(_));
        let bits = constants.parameters().into_iter().map(|(_, x)| x.to_bits());
        let key: Vec<u64> = std::iter::once(u64::from(is_uniform)).chain(bits).collect();
        let (builder, laws) = (self.builder, &mut self.laws);
        let compiled = self.transforms.entry((model, id, key)).or_insert_with_key(|(_, _, key)| {
            let equal = laws.entry(key.clone()).or_default();
            if let Some((_, compiled)) = equal.iter().find(|(law, _)| law == constants) {
                return Rc::clone(compiled);
            }
            let compiled = Rc::new(compile(&mut builder.borrow_mut(), constants, is_uniform));
            equal.push((constants.clone(), Rc::clone(&compiled)));
            compiled
        });
        match &*Rc::clone(compiled) {
            Compiled::Inverted => self.inverted(distribution, score),
            Compiled::Constant(x) => Value::number_in(builder, *x),
            Compiled::Steps(table) => score.normal().build(|builder, z| builder.steps(*table, z)),
            Compiled::Quantile(function) => score.lower().build(|builder, u| builder.quantile(*function, u)),
            Compiled::Pieces { thresholds, tables } => {
                let pieces = thresholds.iter().zip(&tables[1..]);
                pieces.fold(read(&tables[0], score), |x, (&threshold, table)| {
                    let beyond = score.normal().above(threshold);
                    beyond.select(read(table, score), x)
                })
            }
        }
    }
}

/// How a law with constant parameters is drawn.
fn compile(builder: &mut ProgramBuilder, distribution: &Distribution<f64>, is_uniform: bool) -> Compiled {
    let transform = distribution.transform();
    if let (Transform::Smooth(table), true) = (&transform, is_uniform)
        && let Some(octaves) = table.over_probability()
    {
        return Compiled::Quantile(builder.add_quantile(Quantile::Octaves(octaves)));
    }
    let mut add = |table: NormalScoreTable| CompiledTable {
        piecewise: builder.add_piecewise(table.piecewise),
        argument: table.argument,
        outer: table.outer,
        low: table.low,
        high: table.high,
    };
    match transform {
        Transform::Constant(x) => Compiled::Constant(x),
        Transform::Inverted(_) => Compiled::Inverted,
        Transform::Steps { thresholds, values } => Compiled::Steps(builder.add_steps(StepTable { thresholds, values })),
        Transform::Smooth(table) => Compiled::Pieces { thresholds: Vec::new(), tables: vec![add(table)] },
        Transform::Pieces { thresholds, tables } => {
            Compiled::Pieces { thresholds, tables: tables.into_iter().map(add).collect() }
        }
    }
}

/// The value of a table: its polynomial, the outer function, the clamp to its range.
fn read<'b>(table: &CompiledTable, score: Score<Value<'b>>) -> Value<'b> {
    let argument = match table.argument {
        Argument::NormalScore => score.normal(),
        Argument::Probability => score.lower(),
    };
    let x = outer(table.outer, argument.build(|builder, a| builder.piecewise(table.piecewise, a)));
    // An outer function that cannot leave the range needs no clamp.
    let bounded_below = table.low == f64::NEG_INFINITY || matches!(table.outer, Outer::Exp { low } if low == table.low);
    let x = if bounded_below { x } else { x.binary(Binary::Max, x.number(table.low)) };
    if table.high == f64::INFINITY { x } else { x.binary(Binary::Min, x.number(table.high)) }
}

/// As `Outer::apply`, with the operations of the kernels.
fn outer<'b>(outer: Outer, y: Value<'b>) -> Value<'b> {
    let one = y.number(1.0);
    match outer {
        Outer::Identity => y,
        Outer::Exp { low } => y.number(low) + y.exponential(),
        Outer::ExpBelow { high } => y.number(high) - (-y).exponential(),
        Outer::Logit { low, high } => y.number(low) + y.number(high - low) / (one + (-y).exponential()),
        Outer::ExpLogit { low, high } => {
            (y.number(low) + y.number(high - low) / (one + (-y).exponential())).exponential()
        }
        Outer::Sinh { location, scale } => {
            let e = y.exponential();
            y.number(0.5 * scale).multiply_add(e - one / e, y.number(location))
        }
    }
}

/// A triangular law of a uniform with constant parameters: one operation instead of ten.
fn constant_triangular<'b>(law: &Law<Value<'b>>, score: Score<Value<'b>>) -> Option<Value<'b>> {
    let (Law::Triangular { low, mode, high }, Score::Uniform(u)) = (law, score) else { return None };
    let triangular = Quantile::Triangular(Triangular::new(low.constant()?, mode.constant()?, high.constant()?));
    Some(u.build(|builder, u| {
        let function = builder.add_quantile(triangular);
        builder.quantile(function, u)
    }))
}
