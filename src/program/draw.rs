//! Draws as column operations: x = T(Z) in closed form where the law has one, else through a table made at set-up.

use super::builder::ProgramBuilder;
use super::inversion::Inversion;
use super::value::Value;
use crate::dist::{Argument, Distribution, Law, NormalScoreTable, Outer, Real, Score, Surface, Tails, Transform};
use crate::kernel::{Binary, Quantile, Spline, StepTable, Triangular};
use crate::model::VarId;
use std::cell::RefCell;
use std::collections::HashMap;
use std::convert::Infallible;
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
    /// Table of steps over its argument.
    Steps(Argument, u32),
    /// Quantile function of the uniform.
    Quantile(u32),
    /// No table: inverted on every path.
    Inverted,
    /// Outer function of a table, clamped.
    Table {
        table: Polynomials,
        outer: Outer,
        low: f64,
        high: f64,
    },
}

/// A polynomial table of the program.
#[derive(Clone, Copy, Debug)]
enum Polynomials {
    /// On one grid over its argument.
    One(Argument, u32),
    /// On several grids over z.
    Several(u32),
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
        let constants = distribution.try_map(|parameter| parameter.constant().ok_or(()));
        let tabled = match &constants {
            Ok(constants) if distribution.needs_table() || constants.is_faster_by_table(is_uniform(score)) => {
                self.tabled(id, constants, score)
            }
            _ => None,
        };
        if let Some(drawn) = tabled {
            return drawn;
        }
        let drawn = if distribution.needs_table() {
            match self.without_inversion(id, distribution, score) {
                Some(drawn) => drawn,
                None => return self.inverted(distribution, score),
            }
        } else {
            let constant = constant_triangular(&distribution.law, score);
            constant.or_else(|| distribution.law.draw(score)).expect("a law that needs no table has a closed form")
        };
        let clipped = distribution.clip.0.map_or(drawn, |low| drawn.binary(Binary::Max, low));
        let clipped = distribution.clip.1.map_or(clipped, |high| clipped.binary(Binary::Min, high));
        match distribution.clip {
            (Some(low), Some(high)) if low.constant().is_none() || high.constant().is_none() => {
                clipped.given(low.at_most(high))
            }
            _ => clipped,
        }
    }

    /// The value of a draw before clipping, of a law that has no table because parameters differ by path.
    fn without_inversion(
        &mut self,
        id: (usize, VarId),
        distribution: &Distribution<Value<'b>>,
        score: Score<Value<'b>>,
    ) -> Option<Value<'b>> {
        if distribution.truncate.0.is_some() || distribution.truncate.1.is_some() {
            return distribution.draw_truncated(score);
        }
        let standardised = distribution.law.standardised()?;
        let standard = Distribution::unbounded(standardised.standard.clone());
        let x = match standard.try_map(|parameter| parameter.constant().ok_or(())) {
            Ok(constants) => self.tabled(id, &constants, score)?,
            Err(()) => self.on_surface(&standard, score)?,
        };
        Some(standardised.value(x))
    }

    /// The value of a draw whose law has one parameter that differs by path, a shape; none where no surface serves.
    fn on_surface(&self, distribution: &Distribution<Value<'b>>, score: Score<Value<'b>>) -> Option<Value<'b>> {
        let Ok(law) = distribution.law.try_map(|_, parameter| Ok::<_, Infallible>(parameter.constant()));
        let surface = Surface::of(law)?;
        let shape = distribution.law.parameters().into_iter().find(|(_, parameter)| parameter.constant().is_none());
        let (_, shape) = shape.expect("a surface has one open parameter");
        Some(self.inverse(Inversion {
            distribution: distribution.map(|value| value.arg()),
            score: Score::Normal(score.normal().arg()),
            surface: Some((surface, shape.arg())),
        }))
    }

    /// The value of a draw whose law is inverted on every path.
    fn inverted(&self, distribution: &Distribution<Value<'b>>, score: Score<Value<'b>>) -> Value<'b> {
        let distribution = distribution.map(|value| value.arg());
        self.inverse(Inversion { distribution, score: score.map(Value::arg), surface: None })
    }

    fn inverse(&self, inversion: Inversion) -> Value<'b> {
        let value = self.builder.borrow_mut().inverse(inversion);
        Value::new(self.builder, value)
    }

    /// The value of a draw through a table; none where no table serves.
    fn tabled(
        &mut self,
        (model, id): (usize, VarId),
        constants: &Distribution<f64>,
        score: Score<Value<'b>>,
    ) -> Option<Value<'b>> {
        // A uniform may have a table of its own.
        let is_uniform = is_uniform(score);
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
        Some(match **compiled {
            Compiled::Inverted => return None,
            Compiled::Constant(x) => Value::number_in(builder, x),
            Compiled::Steps(argument, table) => at(argument, score).build(|builder, x| builder.steps(table, x)),
            Compiled::Quantile(function) => score.lower().build(|builder, u| builder.quantile(function, u)),
            Compiled::Table { table, outer, low, high } => {
                let y = match table {
                    Polynomials::One(argument, table) => {
                        at(argument, score).build(|builder, x| builder.piecewise(table, x))
                    }
                    Polynomials::Several(table) => score.normal().build(|builder, z| builder.spline(table, z)),
                };
                clamped(outer, y, low, high)
            }
        })
    }
}

fn is_uniform<R>(score: Score<R>) -> bool {
    matches!(score, Score::Uniform(_))
}

/// The shock as the argument of a table.
fn at<'b>(argument: Argument, score: Score<Value<'b>>) -> Value<'b> {
    match argument {
        Argument::NormalScore => score.normal(),
        Argument::Probability => score.lower(),
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
    match transform {
        Transform::Constant(x) => Compiled::Constant(x),
        Transform::Inverted(_) => Compiled::Inverted,
        Transform::Steps { thresholds, values } if is_uniform => {
            let probabilities = thresholds.into_iter().map(|z| Tails::at(z).lower).collect();
            Compiled::Steps(Argument::Probability, builder.add_steps(StepTable::new(probabilities, values)))
        }
        Transform::Steps { thresholds, values } => {
            Compiled::Steps(Argument::NormalScore, builder.add_steps(StepTable::new(thresholds, values)))
        }
        Transform::Smooth(NormalScoreTable { argument, piecewise, outer, low, high }) => {
            Compiled::Table { table: Polynomials::One(argument, builder.add_piecewise(piecewise)), outer, low, high }
        }
        Transform::Pieces { thresholds, tables } => spline(builder, thresholds, &tables),
    }
}

/// Tables side by side, which run over the normal score and have one outer function in common.
fn spline(builder: &mut ProgramBuilder, thresholds: Vec<f64>, tables: &[NormalScoreTable]) -> Compiled {
    let NormalScoreTable { outer, low, high, .. } = tables[0];
    debug_assert!(tables.iter().all(|table| table.outer == outer && table.argument == Argument::NormalScore));
    // Without an outer function each stretch has a range of its own, with one they have the law's.
    let whole = (f64::NEG_INFINITY, f64::INFINITY);
    let (own, (low, high)) = if outer == Outer::Identity { (true, whole) } else { (false, (low, high)) };
    let stretches = tables.iter().map(|table| {
        let (least, most) = if own { (table.low, table.high) } else { whole };
        (&table.piecewise, least, most)
    });
    let table = Polynomials::Several(builder.add_spline(Spline::new(thresholds, stretches)));
    Compiled::Table { table, outer, low, high }
}

/// The outer function of what a table holds, clamped to the law's range.
fn clamped<'b>(function: Outer, y: Value<'b>, low: f64, high: f64) -> Value<'b> {
    let x = outer(function, y);
    // An outer function that cannot leave the range needs no clamp.
    let bounded_below = low == f64::NEG_INFINITY || matches!(function, Outer::Exp { low: bound } if bound == low);
    let x = if bounded_below { x } else { x.binary(Binary::Max, x.number(low)) };
    if high == f64::INFINITY { x } else { x.binary(Binary::Min, x.number(high)) }
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
