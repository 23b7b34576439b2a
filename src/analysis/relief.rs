//! What relief is worth: each ceiling a tenth higher in every step, on the same random numbers.

use super::compare::shift;
use super::compare::terms::{Discordant, JointTerms};
use super::moment::Moment;
use crate::engine::{Monitor, Retention, RunError, RunOptions, joint};
use crate::kernel::Binary;
use crate::model::{Definition, Delay, Expr, Model, VarId};
use crate::program::{Request, Term};
use crate::results::{Band, ReliefRow};
use crate::stats::{Estimate, Statistic};
use crate::study::Study;

/// How much higher a ceiling is made.
const FACTOR: f64 = 1.1;
/// The level whose gain is reported, in percent.
const MEDIAN: f64 = 50.0;

/// The gain of the last step's market and of every target when one ceiling at a time is a tenth higher.
///
/// Everything that reads the ceiling sees the higher one; how it grows by itself is as it was. Nothing is calibrated anew.
///
/// # Errors
///
/// When a run is over its limit on memory.
pub fn relief(study: &Study, options: &RunOptions, monitor: &dyn Monitor) -> Result<Vec<ReliefRow>, RunError> {
    relief_at(study, Moment::last(&study.model), options, monitor)
}

/// Like [`relief`], with the gain of the market in a step of the horizon, or in total; targets are read in the last step all the
/// same.
///
/// # Errors
///
/// Those of [`relief`].
pub fn relief_at(
    study: &Study,
    moment: Moment,
    options: &RunOptions,
    monitor: &dyn Monitor,
) -> Result<Vec<ReliefRow>, RunError> {
    let base: &Model = &study.model;
    let Some(market) = &base.market else { return Ok(Vec::new()) };
    let relieved: Vec<Model> = (0..market.constraints.len()).map(|index| relieve(base, index)).collect();
    let models: Vec<&Model> = std::iter::once(base).chain(&relieved).collect();
    let options = RunOptions {
        percentiles: vec![MEDIAN],
        shortfall: Vec::new(),
        skewness: false,
        correlate: Vec::new(),
        ..options.clone().along([base])
    };
    let last = base.horizon.last();
    // The variables of the base keep their numbers in every variation.
    let row = |model: usize, id: VarId| Term::Row(model, Request::Value(id, last));
    let amount = |model: usize| moment.term(model, base, market.market);

    let mut terms = JointTerms::default();
    let markets: Vec<usize> = (0..models.len()).map(|model| terms.add(amount(model), Retention::Quantity)).collect();
    let mut asked_ceilings = Vec::new();
    for model in 1..models.len() {
        let gain = terms.add(Term::binary(Binary::Subtract, amount(model), amount(0)), Retention::Quantity);
        let targets: Vec<Discordant> = base
            .targets
            .iter()
            .map(|target| Discordant::ask(&mut terms, &row(0, target.condition), &row(model, target.condition)))
            .collect();
        asked_ceilings.push((gain, targets));
    }
    let seen = joint(&models, terms.as_slice(), &options, monitor)?;
    let blank = blank(base);
    let medians: Vec<Band> = markets.iter().map(|&term| seen.band(term, blank.clone())).collect();

    let both = both_below(&models, &medians, &amount, &options, monitor)?;
    let mut rows = Vec::new();
    for (index, (gain, targets)) in asked_ceilings.into_iter().enumerate() {
        let row = |of: &str, statistic: Statistic, gain: Option<Estimate>, [n, excluded]: [u64; 2]| ReliefRow {
            constraint: market.constraints[index].name.clone(),
            of: of.to_owned(),
            unit: if statistic == Statistic::Probability { None } else { market.unit.clone() },
            statistic,
            when: if statistic == Statistic::Probability { Moment::Step(last) } else { moment }.when(&base.horizon),
            gain,
            n,
            excluded,
        };
        let gain = seen.band(gain, blank.clone());
        let median = seen.read(|seen| {
            let [a, b] = [markets[0], markets[index + 1]].map(|market| seen.band(market, blank.clone()).quantiles[0]);
            shift::quantile(a, b, MEDIAN / 100.0, both[index]?)
        });
        let paths = [gain.n, gain.excluded];
        rows.push(row("market", Statistic::Mean, gain.mean, paths));
        rows.push(row("market", Statistic::MEDIAN, median, paths));
        for (target, discordant) in base.targets.iter().zip(targets) {
            let pair = discordant.read(&seen);
            let paths = [pair.only_b.n(), pair.only_b.excluded()];
            rows.push(row(&target.name, Statistic::Probability, pair.difference, paths));
        }
    }
    Ok(rows)
}

/// Of each variation, the share of paths on which it and the base are at or below their medians.
fn both_below(
    models: &[&Model],
    medians: &[Band],
    amount: &dyn Fn(usize) -> Term,
    options: &RunOptions,
    monitor: &dyn Monitor,
) -> Result<Vec<Option<f64>>, RunError> {
    let mut terms = JointTerms::default();
    let numbers: Vec<Option<usize>> = (1..models.len())
        .map(|model| {
            let (a, b) = (medians[0].quantile(0)?, medians[model].quantile(0)?);
            let term = shift::both_below((&amount(0), a), (&amount(model), b));
            Some(terms.add(term, Retention::Condition))
        })
        .collect();
    let seen = joint(models, terms.as_slice(), options, monitor)?;
    Ok(numbers.into_iter().map(|term| seen.condition(term?).probability()).collect())
}

/// The row of a market that is filled in; its step is not read.
fn blank(model: &Model) -> Band {
    let market = model.market.as_ref().expect("relief is asked of models with a market");
    let output = crate::model::Output {
        name: "market".into(),
        part: None,
        unit: market.unit.clone(),
        variable: market.market,
        may_be_absent: false,
        title: None,
    };
    Band::blank(&model.horizon, &output, model.horizon.last())
}

/// The model with one ceiling higher in every step.
///
/// The ceiling's own definition moves to a variable beside it, which keeps reading its own past, so that a stock does not
/// grow by the factor again in every step; the ceiling becomes a multiple of it.
fn relieve(model: &Model, constraint: usize) -> Model {
    let mut relieved = model.clone();
    let market = model.market.as_ref().expect("relief is asked of models with a market");
    let ceiling = market.constraints[constraint].ceiling;
    let own = VarId(model.variables.len() as u32);
    let mut original = model.variable(ceiling).clone();
    if let Definition::Stock { next, .. } = &mut original.definition {
        *next = reading(next, ceiling, own);
    }
    if let Definition::Formula(formula) = &mut original.definition {
        *formula = reading(formula, ceiling, own);
    }
    original.name = format!("{} without relief", original.name);
    relieved.variables.push(original);
    let product = Expr::Binary(Binary::Multiply, Box::new(Expr::Constant(FACTOR)), Box::new(Expr::Variable(own)));
    relieved.variables[ceiling.0 as usize].definition = Definition::Formula(product);
    for order in [&mut relieved.base_order, &mut relieved.step_order] {
        if let Some(place) = order.iter().position(|&id| id == ceiling) {
            order.insert(place, own);
        }
    }
    relieved
}

/// The expression with one variable read in another's place.
fn reading(expr: &Expr, from: VarId, to: VarId) -> Expr {
    let id = |id: &VarId| if *id == from { to } else { *id };
    let part = |expr: &Expr| Box::new(reading(expr, from, to));
    match expr {
        Expr::Constant(_) | Expr::Year | Expr::Step | Expr::Binds(_) | Expr::Short(_) => expr.clone(),
        Expr::Variable(variable) => Expr::Variable(id(variable)),
        Expr::Lag { variable, lag, default } => {
            Expr::Lag { variable: id(variable), lag: *lag, default: default.as_ref().map(|default| part(default)) }
        }
        Expr::Delay(delay) => Expr::Delay(Box::new(Delay {
            variable: id(&delay.variable),
            lag: reading(&delay.lag, from, to),
            default: reading(&delay.default, from, to),
            ..(**delay).clone()
        })),
        Expr::Lookup(table, x) => Expr::Lookup(table.clone(), part(x)),
        Expr::At { variable, step } => Expr::At { variable: id(variable), step: *step },
        Expr::Unary(op, a) => Expr::Unary(*op, part(a)),
        Expr::Binary(op, a, b) => Expr::Binary(*op, part(a), part(b)),
        Expr::If(a, b, c) => Expr::If(part(a), part(b), part(c)),
        Expr::On(variable) => Expr::On(id(variable)),
        Expr::Started(variable) => Expr::Started(id(variable)),
        Expr::Ended(variable) => Expr::Ended(id(variable)),
    }
}
