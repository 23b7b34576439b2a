//! Sensitivity indices held against the reference engine: one set of inputs and all others, an index of each kind.
//!
//! The reference mixes pairs of paths draw by draw, which is right for a set that nothing ties to the rest. Its estimators are
//! others than the engine's: 1 - E[(A - M)^2] / E[(A - B)^2] for the first order of the set that A and M share, and
//! E[(B - M)^2] / E[(A - B)^2] for its total order, since B and M share all else (M. J. W. Jansen 1999, Analysis of variance
//! designs for model output, Computer Physics Communications 117, 35-43, doi:10.1016/S0010-4655(98)00154-4). Of a set and all
//! others the second order is what total has beyond first, and the Shapley effect lies half-way between the two.

use super::sensitivity::{SensitivityError, SensitivityOptions, against_all_others, strongest};
use super::verify::VerifyRow;
use crate::engine::Monitor;
use crate::model::{Definition, InputId, Model, Read, SubjectName, VarId};
use crate::reference::{Mixed, mixed};
use crate::results::{Driven, IndexKind, IndexRow, Results};
use crate::study::Study;

/// Pairs of paths of either engine, as far as the run has as many. The error of a ratio is known well enough from so many.
const POINTS: u64 = 16_384;
/// Terms other than 0 below which the normal approximation to a ratio is not trusted.
const FEWEST: usize = 100;
/// Share of the squares behind an error that one pair may have: with more, a heavy tail decides, of which the samples of the two
/// engines have seen different pieces.
const HEAVIEST: f64 = 0.1;

/// An index of each kind of the strongest set of inputs that can be told from the rest, on the main output of the results where
/// it ends and on every target: of the study by the engine, of a model, which is the study's, by the reference. No rows where
/// all inputs hang together, and for what varies too seldom or too wildly.
///
/// # Errors
///
/// Those of an analysis.
pub fn compare_indices(
    study: &Study,
    model: &Model,
    results: &Results,
    seed: u64,
    monitor: &dyn Monitor,
) -> Result<Vec<VerifyRow>, SensitivityError> {
    let sets = separate_sets(model);
    let targets = model.targets.iter().map(|target| SubjectName { name: target.name.clone(), period: None });
    let main = results.end().map(|band| &band.subject);
    let main = main.map(|main| SubjectName { name: main.output.clone(), period: Some(main.when.period.clone()) });
    let of: Vec<SubjectName> = main.into_iter().chain(targets).collect();
    if sets.len() < 2 || of.is_empty() {
        return Ok(Vec::new());
    }
    let points = results.run.paths.min(POINTS);
    let options = SensitivityOptions { paths: points, seed, of, ..SensitivityOptions::default() };
    let set = strongest(study, sets, &options, monitor)?;
    let rows = against_all_others(study, set.clone(), &options, monitor)?;
    let mut driven: Vec<&Driven> = rows.iter().map(|row| &row.driven).collect();
    driven.dedup();
    let places: Vec<(VarId, usize)> = driven.iter().filter_map(|driven| place(model, driven)).collect();
    if places.len() != driven.len() {
        return Ok(Vec::new());
    }
    let is_in_set = |id: InputId| set.binary_search(&id).is_ok();
    let found = mixed(model, &is_in_set, &places, points, seed.wrapping_add(1));
    let name = set.first().map_or("", |id| model.input(*id).name.as_str());
    let of_row = |row: &IndexRow| {
        let at = driven.iter().position(|driven| **driven == row.driven)?;
        compared(row, &found[at], name)
    };
    Ok(rows.iter().filter_map(of_row).collect())
}

fn place(model: &Model, driven: &Driven) -> Option<(VarId, usize)> {
    let variable = match (&driven.output, &driven.target) {
        (Some(name), _) => model.outputs.iter().find(|output| output.part.is_none() && output.name == *name)?.variable,
        (_, Some(name)) => model.targets.iter().find(|target| target.name == *name)?.condition,
        (None, None) => return None,
    };
    Some((variable, driven.when.step))
}

/// Sets of inputs, each ascending, of which no two are tied by a correlation or by parameters of a law that are drawn.
fn separate_sets(model: &Model) -> Vec<Vec<InputId>> {
    // The set of every input, as the least of those joined so far.
    let mut set: Vec<usize> = (0..model.inputs.len()).collect();
    let join = |set: &mut Vec<usize>, inputs: &[usize]| {
        let joined: Vec<usize> = inputs.iter().map(|&input| set[input]).collect();
        let least = joined.iter().copied().min().unwrap_or(0);
        set.iter_mut().filter(|own| joined.contains(own)).for_each(|own| *own = least);
    };
    for group in &model.correlations {
        join(&mut set, &group.members.iter().map(|id| id.0 as usize).collect::<Vec<_>>());
    }
    for variable in &model.variables {
        if let Definition::Draw { input, distribution } = &variable.definition {
            let mut inputs = upstream(model, distribution.parameters().into_iter().map(|(_, id)| *id).collect());
            inputs.push(input.0 as usize);
            join(&mut set, &inputs);
        }
    }
    let mut sets: Vec<Vec<InputId>> = vec![Vec::new(); set.len()];
    set.iter().enumerate().for_each(|(input, set)| sets[*set].push(InputId(input as u32)));
    sets.retain(|set| !set.is_empty());
    sets
}

/// Inputs that anything is drawn from on the way to these variables.
fn upstream(model: &Model, mut open: Vec<VarId>) -> Vec<usize> {
    let mut seen = vec![false; model.variables.len()];
    let mut inputs = Vec::new();
    while let Some(id) = open.pop() {
        if std::mem::replace(&mut seen[id.0 as usize], true) {
            continue;
        }
        let definition = &model.variable(id).definition;
        match definition {
            Definition::Draw { input, .. } => inputs.push(input.0 as usize),
            Definition::Event(event) => inputs.push(event.start.0 as usize),
            _ => {}
        }
        definition.reads(&mut |read| match read {
            Read::Same(id) | Read::Before(id, _) | Read::At(id, _) => open.push(id),
            Read::Ceiling(_) | Read::Ceilings => {
                let market = model.market.iter();
                open.extend(market.flat_map(|market| {
                    market.constraints.iter().map(|constraint| constraint.ceiling).chain([market.wanted])
                }));
            }
        });
    }
    inputs
}

/// A row of the engine against the same index of the reference; none where either cannot tell its error.
fn compared(row: &IndexRow, found: &Mixed, name: &str) -> Option<VerifyRow> {
    row.interval?;
    let engine = row.share?;
    let (reference, se) = index(row.index, found)?;
    let se = se.hypot(engine.se?);
    let difference = engine.value - reference;
    let z = if difference.abs() <= 1e-10 { 0.0 } else { difference / se };
    Some(VerifyRow {
        quantity: format!(
            "{}({}, {}; {name} and what is tied to it)",
            row.index.name(),
            row.driven.name(),
            row.driven.when.period
        ),
        engine: engine.value,
        reference,
        se,
        z: if z.is_nan() { f64::INFINITY } else { z },
    })
}

/// An index of the set and its standard error, as a ratio of means.
fn index(kind: IndexKind, Mixed { a, b, mixed }: &Mixed) -> Option<(f64, f64)> {
    let pairs = a.iter().zip(b).zip(mixed).map(|((a, b), mixed)| (*a, *b, *mixed));
    let finite: Vec<(f64, f64, f64)> =
        pairs.filter(|(a, b, mixed)| [a, b, mixed].iter().all(|value| value.is_finite())).collect();
    // Squares of values of this size neither overflow nor vanish.
    let scale = finite.iter().map(|(a, b, _)| (a - b).abs()).fold(0.0, f64::max);
    let square = |x: f64| (x / scale) * (x / scale);
    let terms: Vec<(f64, f64)> = finite
        .iter()
        .map(|&(a, b, mixed)| {
            let (all, first, total) = (square(a - b), square(a - b) - square(a - mixed), square(b - mixed));
            let term = match kind {
                IndexKind::First => first,
                IndexKind::Total => total,
                IndexKind::Second => total - first,
                IndexKind::Shapley => 0.5 * (first + total),
            };
            (term, all)
        })
        .collect();
    let n = terms.len() as f64;
    let told = |of: &dyn Fn(&(f64, f64)) -> f64| terms.iter().filter(|term| of(term) != 0.0).count();
    if told(&|(term, _)| *term).min(told(&|(_, all)| *all)) < FEWEST || !scale.is_normal() {
        return None;
    }
    let mean = |of: &dyn Fn(&(f64, f64)) -> f64| terms.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(&|(x, _)| *x), mean(&|(_, y)| *y));
    let ratio = x / y;
    let rest = |(x, y): &(f64, f64)| (x - ratio * y) * (x - ratio * y);
    let squares = mean(&rest);
    let heaviest = terms.iter().map(rest).fold(0.0, f64::max);
    if heaviest > HEAVIEST * squares * n {
        return None;
    }
    Some((ratio, (squares / n).sqrt() / y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_of_a_product_by_hand() {
        // y = u v with u and v of -1 or 1: nothing alone, all together. Pairs go through all 16 combinations.
        let signs = |bit: usize| move |pair: usize| if pair >> bit & 1 == 1 { 1.0 } else { -1.0 };
        let of = |u: usize, v: usize| (0..1600).map(move |pair| signs(u)(pair) * signs(v)(pair)).collect::<Vec<f64>>();
        let found = Mixed { a: of(0, 1), b: of(2, 3), mixed: of(0, 3) };
        for (kind, share) in
            [(IndexKind::First, 0.0), (IndexKind::Total, 1.0), (IndexKind::Second, 1.0), (IndexKind::Shapley, 0.5)]
        {
            let (value, se) = index(kind, &found).expect("enough pairs");
            assert!((value - share).abs() < 1e-12 && se > 0.0, "{kind:?}: {value} {se}");
        }
        assert_eq!(index(IndexKind::First, &Mixed { a: vec![1.0; 9], b: vec![1.0; 9], mixed: vec![1.0; 9] }), None);
    }
}
