//! Draws as column operations: x = T(Z) in closed form where the law has one, else through a table made at set-up.

use super::StepTable;
use super::builder::{Builder, Value};
use super::field::Score;
use crate::dist::{Argument, Distribution, Law, NormalScoreTable, Outer, Transform};
use crate::kernel::{Binary, Quantile, Triangular, Unary, scalar};
use crate::model::VarId;
use std::collections::HashMap;
use std::rc::Rc;

/// Lowers draws, and keeps one compiled transform for each law and set of parameters.
///
/// Models compiled together share it: equal laws read the same table, so that their draws are one value.
#[derive(Debug, Default)]
pub(super) struct Draws {
    /// By model, variable and parameters: laws may hold long samples, which are compared once a variable.
    transforms: HashMap<(usize, VarId, Vec<u64>), Rc<Compiled>>,
    laws: HashMap<Vec<u64>, Vec<Known>>,
}

/// A law and its transform; several may have the same parameters.
type Known = (Distribution<f64>, Rc<Compiled>);

/// A transform whose tables stand in the program.
#[derive(Debug)]
enum Compiled {
    Constant(f64),
    /// Table of steps over z.
    Steps(u32),
    /// Quantile function of the uniform.
    Quantile(u32),
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

impl Draws {
    /// The value of a draw, the variable `id` of a model, whose parameters have these values.
    pub(super) fn draw(
        &mut self,
        builder: &mut Builder,
        id: (usize, VarId),
        distribution: &Distribution<Value>,
        score: Score,
    ) -> Value {
        if distribution.needs_table() {
            return self.tabled(builder, id, distribution, score);
        }
        let mut x = match (&distribution.law, score) {
            (
                &Law::Triangular { low: Value::Scalar(low), mode: Value::Scalar(mode), high: Value::Scalar(high) },
                Score::Uniform(u),
            ) => constant_triangular(builder, [low, mode, high], u),
            (law, _) => closed_form(builder, law, score),
        };
        let (low, high) = distribution.clip;
        if let Some(low) = low {
            x = builder.binary(Binary::Max, x, low);
        }
        if let Some(high) = high {
            x = builder.binary(Binary::Min, x, high);
        }
        if let (Some(low @ Value::Column(_)), Some(high)) | (Some(low), Some(high @ Value::Column(_))) = (low, high) {
            x = guard(builder, x, low, Binary::LessEqual, high);
        }
        x
    }

    fn tabled(
        &mut self,
        builder: &mut Builder,
        (model, id): (usize, VarId),
        distribution: &Distribution<Value>,
        score: Score,
    ) -> Value {
        let constants = distribution.map(|&parameter| match parameter {
            Value::Scalar(x) => x,
            Value::Column(_) => unreachable!("the model gives laws with a table constant parameters"),
        });
        // A uniform may have a table of its own.
        let kind = u64::from(matches!(score, Score::Uniform(_)));
        let bits = constants.parameters().into_iter().map(|(_, x)| x.to_bits());
        let key: Vec<u64> = std::iter::once(kind).chain(bits).collect();
        let laws = &mut self.laws;
        let compiled = self.transforms.entry((model, id, key)).or_insert_with_key(|(_, _, key)| {
            let equal = laws.entry(key.clone()).or_default();
            if let Some((_, compiled)) = equal.iter().find(|(law, _)| *law == constants) {
                return Rc::clone(compiled);
            }
            let compiled = Rc::new(compile(builder, &constants, score));
            equal.push((constants, Rc::clone(&compiled)));
            compiled
        });
        match &*Rc::clone(compiled) {
            Compiled::Constant(x) => Value::Scalar(*x),
            Compiled::Steps(table) => {
                let z = score.normal(builder);
                builder.steps(*table, z)
            }
            Compiled::Quantile(function) => {
                let u = score.probability(builder);
                builder.quantile(*function, u)
            }
            Compiled::Pieces { thresholds, tables } => {
                let mut x = read(builder, &tables[0], score);
                for (&threshold, table) in thresholds.iter().zip(&tables[1..]) {
                    let z = score.normal(builder);
                    let beyond = builder.binary(Binary::Greater, z, Value::Scalar(threshold));
                    let piece = read(builder, table, score);
                    x = builder.select(beyond, piece, x);
                }
                x
            }
        }
    }
}

fn compile(builder: &mut Builder, distribution: &Distribution<f64>, score: Score) -> Compiled {
    let transform = distribution.transform();
    if let (Transform::Smooth(table), Score::Uniform(_)) = (&transform, score)
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
        Transform::Steps { thresholds, values } => Compiled::Steps(builder.add_steps(StepTable { thresholds, values })),
        Transform::Smooth(table) => Compiled::Pieces { thresholds: Vec::new(), tables: vec![add(table)] },
        Transform::Pieces { thresholds, tables } => {
            Compiled::Pieces { thresholds, tables: tables.into_iter().map(add).collect() }
        }
    }
}

/// The value of a table: its polynomial, the outer function, the clamp to its range.
fn read(builder: &mut Builder, table: &CompiledTable, score: Score) -> Value {
    let argument = match table.argument {
        Argument::NormalScore => score.normal(builder),
        Argument::Probability => score.probability(builder),
    };
    let y = builder.piecewise(table.piecewise, argument);
    let x = outer(builder, table.outer, y);
    // An outer function that cannot leave the range needs no clamp.
    let bounded_below = table.low == f64::NEG_INFINITY || matches!(table.outer, Outer::Exp { low } if low == table.low);
    let x = if bounded_below { x } else { builder.binary(Binary::Max, x, Value::Scalar(table.low)) };
    match table.high == f64::INFINITY {
        true => x,
        false => builder.binary(Binary::Min, x, Value::Scalar(table.high)),
    }
}

fn outer(builder: &mut Builder, outer: Outer, y: Value) -> Value {
    let one = Value::Scalar(1.0);
    match outer {
        Outer::Identity => y,
        Outer::Exp { low } => {
            let e = builder.unary(Unary::Exp, y);
            builder.binary(Binary::Add, Value::Scalar(low), e)
        }
        Outer::ExpBelow { high } => {
            let down = builder.unary(Unary::Negate, y);
            let e = builder.unary(Unary::Exp, down);
            builder.binary(Binary::Subtract, Value::Scalar(high), e)
        }
        Outer::Logit { low, high } => {
            let down = builder.unary(Unary::Negate, y);
            let e = builder.unary(Unary::Exp, down);
            let denominator = builder.binary(Binary::Add, one, e);
            let part = builder.binary(Binary::Divide, Value::Scalar(high - low), denominator);
            builder.binary(Binary::Add, Value::Scalar(low), part)
        }
        Outer::Sinh { location, scale } => {
            let e = builder.unary(Unary::Exp, y);
            let inverse = builder.binary(Binary::Divide, one, e);
            let difference = builder.binary(Binary::Subtract, e, inverse);
            builder.multiply_add(Value::Scalar(0.5 * scale), difference, Value::Scalar(location))
        }
    }
}

/// `x` where `a op b` holds, else NaN: a parameter outside its domain makes the draw NaN.
///
/// Costs nothing for constant parameters: those were checked when the model was built.
fn guard(builder: &mut Builder, x: Value, a: Value, op: Binary, b: Value) -> Value {
    let inside = builder.binary(op, a, b);
    builder.select(inside, x, Value::Scalar(f64::NAN))
}

fn closed_form(builder: &mut Builder, law: &Law<Value>, score: Score) -> Value {
    let zero = Value::Scalar(0.0);
    match *law {
        Law::Normal { mean, sd } => {
            let z = score.normal(builder);
            let x = builder.multiply_add(sd, z, mean);
            guard(builder, x, sd, Binary::GreaterEqual, zero)
        }
        Law::NormalQuantiles { at } => {
            let [mean, sd] = through_quantiles(builder, at);
            closed_form(builder, &Law::Normal { mean, sd }, score)
        }
        Law::LogNormal { median, sigma } => {
            let z = score.normal(builder);
            let exponent = builder.binary(Binary::Multiply, sigma, z);
            let factor = builder.unary(Unary::Exp, exponent);
            let x = builder.binary(Binary::Multiply, median, factor);
            let x = guard(builder, x, median, Binary::Greater, zero);
            guard(builder, x, sigma, Binary::GreaterEqual, zero)
        }
        Law::LogNormalMoments { mean, sd } => {
            let ratio = builder.binary(Binary::Divide, sd, mean);
            let square = builder.binary(Binary::Multiply, ratio, ratio);
            let variance = log_one_plus(builder, square);
            let sigma = builder.unary(Unary::Sqrt, variance);
            let half = builder.binary(Binary::Multiply, Value::Scalar(-0.5), variance);
            let shrink = builder.unary(Unary::Exp, half);
            let median = builder.binary(Binary::Multiply, mean, shrink);
            let x = closed_form(builder, &Law::LogNormal { median, sigma }, score);
            guard(builder, x, sd, Binary::GreaterEqual, zero)
        }
        Law::LogNormalLog { log_mean, log_sd } => {
            let exponent = closed_form(builder, &Law::Normal { mean: log_mean, sd: log_sd }, score);
            builder.unary(Unary::Exp, exponent)
        }
        Law::LogNormalQuantiles { at } => {
            let at = at.map(|(p, x)| (p, builder.unary(Unary::Ln, x)));
            let [log_mean, log_sd] = through_quantiles(builder, at);
            closed_form(builder, &Law::LogNormalLog { log_mean, log_sd }, score)
        }
        Law::Uniform { low, high } => {
            let u = score.probability(builder);
            let width = builder.binary(Binary::Subtract, high, low);
            let x = builder.multiply_add(width, u, low);
            guard(builder, x, low, Binary::LessEqual, high)
        }
        Law::Triangular { low, mode, high } => triangular(builder, low, mode, high, score),
        Law::Exponential { mean } => {
            let hazard = cumulative_hazard(builder, score);
            let x = builder.binary(Binary::Multiply, mean, hazard);
            guard(builder, x, mean, Binary::Greater, zero)
        }
        Law::Weibull { shape, scale } => {
            let hazard = cumulative_hazard(builder, score);
            let exponent = builder.binary(Binary::Divide, Value::Scalar(1.0), shape);
            let factor = builder.binary(Binary::Power, hazard, exponent);
            let x = builder.binary(Binary::Multiply, scale, factor);
            let x = guard(builder, x, shape, Binary::Greater, zero);
            guard(builder, x, scale, Binary::Greater, zero)
        }
        Law::Gumbel { location, scale } => {
            let reversed = minus_log_lower(builder, score);
            let log = builder.unary(Unary::Ln, reversed);
            let down = builder.unary(Unary::Negate, log);
            let x = builder.multiply_add(scale, down, location);
            guard(builder, x, scale, Binary::Greater, zero)
        }
        Law::Logistic { location, scale } => {
            let lower = score.probability(builder);
            let upper = score.complement(builder);
            let odds = builder.binary(Binary::Divide, lower, upper);
            let logit = builder.unary(Unary::Ln, odds);
            let x = builder.multiply_add(scale, logit, location);
            guard(builder, x, scale, Binary::Greater, zero)
        }
        Law::Bernoulli { probability } => {
            let x = match score {
                Score::Uniform(u) => {
                    let threshold = builder.binary(Binary::Subtract, Value::Scalar(1.0), probability);
                    builder.binary(Binary::Greater, u, threshold)
                }
                Score::Normal(z) => {
                    let quantile = builder.unary(Unary::NormalQuantile, probability);
                    let threshold = builder.unary(Unary::Negate, quantile);
                    builder.binary(Binary::Greater, z, threshold)
                }
            };
            let x = guard(builder, x, probability, Binary::GreaterEqual, zero);
            guard(builder, x, probability, Binary::LessEqual, Value::Scalar(1.0))
        }
        Law::Pert { .. }
        | Law::Beta { .. }
        | Law::Gamma { .. }
        | Law::StudentT { .. }
        | Law::Poisson { .. }
        | Law::Discrete { .. }
        | Law::Empirical { .. }
        | Law::Metalog { .. }
        | Law::Mixture { .. } => unreachable!("`needs_table` says so"),
    }
}

/// Location and scale of what runs linearly through two points of the normal score.
fn through_quantiles(builder: &mut Builder, at: [(f64, Value); 2]) -> [Value; 2] {
    let [(p, x), (q, y)] = at;
    let (a, b) = (scalar::normal_quantile(p), scalar::normal_quantile(q));
    let rise = builder.binary(Binary::Subtract, y, x);
    let scale = builder.binary(Binary::Divide, rise, Value::Scalar(b - a));
    let location = builder.multiply_add(Value::Scalar(-a), scale, x);
    [location, scale]
}

/// A triangular law with constant parameters: one operation instead of ten.
fn constant_triangular(builder: &mut Builder, [low, mode, high]: [f64; 3], u: Value) -> Value {
    let function = builder.add_quantile(Quantile::Triangular(Triangular::new(low, mode, high)));
    builder.quantile(function, u)
}

fn triangular(builder: &mut Builder, low: Value, mode: Value, high: Value, score: Score) -> Value {
    let u = score.probability(builder);
    let upper = score.complement(builder);
    let width = builder.binary(Binary::Subtract, high, low);
    let rise = builder.binary(Binary::Subtract, mode, low);
    let fall = builder.binary(Binary::Subtract, high, mode);
    let left_area = builder.binary(Binary::Multiply, width, rise);
    let left_square = builder.binary(Binary::Multiply, u, left_area);
    let left_root = builder.unary(Unary::Sqrt, left_square);
    let left = builder.binary(Binary::Add, low, left_root);
    let right_area = builder.binary(Binary::Multiply, width, fall);
    let right_square = builder.binary(Binary::Multiply, upper, right_area);
    let right_root = builder.unary(Unary::Sqrt, right_square);
    let right = builder.binary(Binary::Subtract, high, right_root);
    let scaled = builder.binary(Binary::Multiply, u, width);
    let is_left = builder.binary(Binary::Less, scaled, rise);
    let x = builder.select(is_left, left, right);
    let x = guard(builder, x, low, Binary::LessEqual, mode);
    guard(builder, x, mode, Binary::LessEqual, high)
}

/// ln(1 + x) without loss for small x: W. Kahan's ln(w) x / (w - 1) with w = 1 + x rounded.
fn log_one_plus(builder: &mut Builder, x: Value) -> Value {
    let one = Value::Scalar(1.0);
    let w = builder.binary(Binary::Add, one, x);
    let log = builder.unary(Unary::Ln, w);
    let rounded = builder.binary(Binary::Subtract, w, one);
    let scaled = builder.binary(Binary::Multiply, log, x);
    let quotient = builder.binary(Binary::Divide, scaled, rounded);
    let lost = builder.binary(Binary::Equal, rounded, Value::Scalar(0.0));
    builder.select(lost, x, quotient)
}

/// -ln(1 - F): the standard exponential of a score, without loss in either tail.
fn cumulative_hazard(builder: &mut Builder, score: Score) -> Value {
    minus_log(builder, score, true)
}

/// -ln F.
fn minus_log_lower(builder: &mut Builder, score: Score) -> Value {
    minus_log(builder, score, false)
}

fn minus_log(builder: &mut Builder, score: Score, of_upper: bool) -> Value {
    let lower = score.probability(builder);
    let upper = score.complement(builder);
    let (own, other) = if of_upper { (upper, lower) } else { (lower, upper) };
    let direct = builder.unary(Unary::Ln, own);
    let log = match score {
        // A uniform and its complement are both exact.
        Score::Uniform(_) => direct,
        // Phi is rounded: where it is near 1, only its complement knows how near.
        Score::Normal(_) => {
            let negative = builder.unary(Unary::Negate, other);
            let near_one = log_one_plus(builder, negative);
            let is_small = builder.binary(Binary::Less, own, Value::Scalar(0.5));
            builder.select(is_small, direct, near_one)
        }
    };
    builder.unary(Unary::Negate, log)
}

impl Score {
    /// 1 - Phi(Z), without loss.
    fn complement(self, builder: &mut Builder) -> Value {
        match self {
            Score::Uniform(u) => builder.binary(Binary::Subtract, Value::Scalar(1.0), u),
            Score::Normal(z) => {
                let mirrored = builder.unary(Unary::Negate, z);
                builder.unary(Unary::NormalCdf, mirrored)
            }
        }
    }
}
