//! One scenario against the base: what is asked of each path, and the rows that come of it.

use super::asked::{Asked, Discordant};
use super::common::Common;
use super::dominance::{self, Thresholds};
use super::shift;
use crate::engine::{Joint, Kind, RunError, RunOptions, joint};
use crate::kernel::Binary;
use crate::model::Output;
use crate::program::{Request, Term};
use crate::results::comparison::{
    Comparison, ComparisonBand, ConstraintComparison, Measure, PairedRow, PartingRow, TargetComparison,
};
use crate::results::{Band, Results};
use crate::study::Study;

/// A scenario, and a run of it at all the levels that a comparison needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side<'s> {
    pub(super) study: &'s Study,
    pub(super) results: &'s Results,
}

impl Side<'_> {
    fn bands<'r>(&'r self, output: &Output) -> impl Iterator<Item = &'r Band> {
        let (dimension, segment) = output.part.clone().unzip();
        let name = output.name.clone();
        self.results
            .bands
            .iter()
            .filter(move |band| band.output == name && band.dimension == dimension && band.segment == segment)
    }
}

/// One output at one step.
struct Cell<'r> {
    /// The row that is filled in.
    blank: Band,
    a: &'r Band,
    b: &'r Band,
    difference: usize,
    ratio: usize,
    below: usize,
    above: usize,
    /// Of every level, the paths on which both are at or below their quantile.
    both: Vec<Option<usize>>,
}

/// An output of both.
struct Compared<'r> {
    cells: Vec<Cell<'r>>,
    /// For outputs that are no parts.
    thresholds: Option<Thresholds>,
}

/// The number of percentiles asked for, and those of the comparison itself, in `Results::percentiles`.
pub(super) struct Levels {
    /// How many of the first are to be reported.
    pub(super) reported: usize,
    /// Where the median is.
    pub(super) median: usize,
}

/// Compares b with a.
pub(super) fn compare(
    a: Side<'_>,
    b: Side<'_>,
    common: Common,
    levels: &Levels,
    options: &RunOptions,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Comparison, RunError> {
    let mut asked = Asked::default();
    let outputs: Vec<Compared<'_>> = common
        .outputs
        .iter()
        .map(|&(i, j)| {
            let outputs = (&a.study.model.outputs[i], &b.study.model.outputs[j]);
            ask_output(&mut asked, (&a, &b), outputs, levels)
        })
        .collect();
    let last = a.study.model.horizon.last();
    let targets: Vec<Discordant> = common
        .targets
        .iter()
        .map(|&(i, j)| {
            let condition = |study: &Study, index: usize| Request::Value(study.model.targets[index].condition, last);
            let [a, b] = [(0, condition(a.study, i)), (1, condition(b.study, j))].map(row);
            Discordant::ask(&mut asked, &a, &b)
        })
        .collect();
    let binding: Vec<Discordant> = common
        .constraints
        .iter()
        .flat_map(|&(i, j)| (1..=last).map(move |step| [(0, Request::Binds(i, step)), (1, Request::Binds(j, step))]))
        .map(|sides| {
            let [a, b] = sides.map(row);
            Discordant::ask(&mut asked, &a, &b)
        })
        .collect();

    let seen = joint(&[&a.study.model, &b.study.model], &asked.terms, options, progress)?;

    let mut comparison = Comparison {
        a: a.results.scenario.clone(),
        b: b.results.scenario.clone(),
        bands: Vec::new(),
        paired: Vec::new(),
        partings: Vec::new(),
        dominance: Vec::new(),
        targets: Vec::new(),
        constraints: Vec::new(),
        why: Vec::new(),
        warnings: common.warnings,
    };
    for output in &outputs {
        read_output(&mut comparison, output, &seen, levels, a.results);
    }
    for (&(i, j), discordant) in common.targets.iter().zip(targets) {
        let (target_a, target_b) = (&a.results.targets[i], &b.results.targets[j]);
        let pair = discordant.read(&seen);
        comparison.targets.push(TargetComparison {
            target: target_a.target.clone(),
            probability_a: target_a.probability,
            probability_b: target_b.probability,
            difference: pair.difference,
            se: pair.se,
            only_a: pair.only_a,
            only_b: pair.only_b,
            n: pair.n,
            excluded: pair.excluded,
        });
    }
    let steps = common.constraints.iter().flat_map(|&(i, j)| (1..=last).map(move |step| (i, j, step)));
    for ((i, j, step), discordant) in steps.zip(binding) {
        let (row_a, row_b) = (&a.results.constraints[i * last + step - 1], &b.results.constraints[j * last + step - 1]);
        let pair = discordant.read(&seen);
        comparison.constraints.push(ConstraintComparison {
            constraint: row_a.constraint.clone(),
            when: row_a.when.clone(),
            p_binding_a: row_a.p_binding,
            p_binding_b: row_b.p_binding,
            difference: pair.difference,
            se: pair.se,
            n: pair.n,
            excluded: pair.excluded,
        });
    }
    Ok(comparison)
}

fn row((model, request): (usize, Request)) -> Term {
    Term::Row(model, request)
}

fn ask_output<'r>(
    asked: &mut Asked,
    sides: (&'r Side<'_>, &'r Side<'_>),
    outputs: (&Output, &Output),
    levels: &Levels,
) -> Compared<'r> {
    let at = |step: usize| {
        let a = Term::Row(0, Request::Value(outputs.0.variable, step));
        let b = Term::Row(1, Request::Value(outputs.1.variable, step));
        (a, b)
    };
    // Each side has its rows from its own first step on; what both have is compared.
    let bands_b: Vec<&Band> = sides.1.bands(outputs.1).collect();
    let pairs = sides.0.bands(outputs.0).filter_map(|a| {
        let b = bands_b.iter().find(|b| b.when.step == a.when.step)?;
        Some((a, *b))
    });
    let cells: Vec<Cell<'r>> = pairs
        .map(|(band_a, band_b)| {
            let (a, b) = at(band_a.when.step);
            let of = |op: Binary| Term::binary(op, b.clone(), a.clone());
            let kind = if band_a.segment.is_some() { Kind::Coarse } else { Kind::Quantity };
            Cell {
                blank: Band::blank(&sides.0.study.model.horizon, outputs.0, band_a.when.step),
                a: band_a,
                b: band_b,
                difference: asked.term(of(Binary::Subtract), kind),
                ratio: asked.term(of(Binary::Divide), kind),
                below: asked.term(of(Binary::Less), Kind::Condition),
                above: asked.term(of(Binary::Greater), Kind::Condition),
                both: (0..=levels.median.max(levels.reported.saturating_sub(1)))
                    .map(|level| {
                        if level >= levels.reported && level != levels.median {
                            return None;
                        }
                        let term = shift::both_below((&a, band_a.quantiles[level]?), (&b, band_b.quantiles[level]?));
                        Some(asked.term(term, Kind::Condition))
                    })
                    .collect(),
            }
        })
        .collect();
    let thresholds = match (cells.last(), &outputs.0.part) {
        (Some(cell), None) => {
            let (a, b) = at(cell.a.when.step);
            let chosen = |band: &Band, results: &Results| -> Vec<f64> {
                let is_chosen = |level: &f64| dominance::LEVELS.contains(level);
                let values = results.percentiles.iter().zip(&band.quantiles);
                values.filter(|(level, _)| is_chosen(level)).filter_map(|(_, value)| *value).collect()
            };
            let mut values = chosen(cell.a, sides.0.results);
            values.extend(chosen(cell.b, sides.1.results));
            Some(Thresholds::ask(asked, &a, &b, values, cell.a.when.clone()))
        }
        _ => None,
    };
    Compared { cells, thresholds }
}

fn read_output(to: &mut Comparison, output: &Compared<'_>, seen: &Joint, levels: &Levels, base: &Results) {
    let mut parting: Option<PartingRow> = None;
    let mut parted = false;
    for cell in &output.cells {
        let named = |unit: Option<String>| Band { unit, ..cell.blank.clone() };
        let unit = cell.a.unit.clone().or_else(|| cell.b.unit.clone());
        let difference = seen.band(cell.difference, named(unit.clone()));
        let ratio = seen.band(cell.ratio, named(None));
        let below = seen.condition(cell.below);
        let above = seen.condition(cell.above);
        let interval = below.wilson();
        to.paired.push(PairedRow {
            output: cell.a.output.clone(),
            dimension: cell.a.dimension.clone(),
            segment: cell.a.segment.clone(),
            when: cell.a.when.clone(),
            p_below: below.probability(),
            p_below_se: below.standard_error(),
            p_below_low: interval.map(|(low, _)| low),
            p_below_high: interval.map(|(_, high)| high),
            p_above: above.probability(),
            p_above_se: above.standard_error(),
            variance_reduction: variance_reduction(cell.a.sd, cell.b.sd, difference.sd),
            n: below.n(),
            excluded: below.excluded(),
        });
        let shifts: Vec<Option<(f64, f64)>> = cell
            .both
            .iter()
            .enumerate()
            .map(|(level, both)| {
                let both = seen.condition((*both)?).probability()?;
                shift::quantile(cell.a, cell.b, level, base.percentiles[level] / 100.0, both)
            })
            .collect();
        let median = shifts.get(levels.median).copied().flatten();
        if !parted {
            parted = median.is_some_and(|(shift, se)| shift.abs() > shift::PARTED * se);
            parting = Some(PartingRow {
                output: cell.a.output.clone(),
                dimension: cell.a.dimension.clone(),
                segment: cell.a.segment.clone(),
                unit: unit.clone(),
                when: parted.then(|| cell.a.when.clone()),
                shift: median.map(|(shift, _)| shift),
                se: median.map(|(_, se)| se),
            });
        }
        let reported = &shifts[..levels.reported.min(shifts.len())];
        let shift = Band {
            mean: difference.mean,
            mean_se: difference.mean_se,
            sd: cell.b.sd.zip(cell.a.sd).map(|(b, a)| b - a),
            quantiles: reported.iter().map(|shift| shift.map(|(value, _)| value)).collect(),
            quantile_se: reported.iter().map(|shift| shift.map(|(_, se)| se)).collect(),
            shortfall: vec![None; difference.shortfall.len()],
            shortfall_se: vec![None; difference.shortfall.len()],
            n: difference.n,
            excluded: difference.excluded,
            ..named(unit)
        };
        let rows = [(Measure::Difference, difference), (Measure::Ratio, ratio), (Measure::Shift, shift)];
        to.bands.extend(rows.map(|(measure, band)| ComparisonBand { measure, band }));
    }
    to.partings.extend(parting);
    if let (Some(thresholds), Some(cell)) = (&output.thresholds, output.cells.last()) {
        to.dominance.extend(thresholds.rows(seen, cell.a));
    }
}

/// How many times the variance of independent runs is that of paired ones; none where nothing differs by chance.
fn variance_reduction(a: Option<f64>, b: Option<f64>, difference: Option<f64>) -> Option<f64> {
    let (a, b, difference) = (a?, b?, difference.filter(|&sd| sd > 0.0)?);
    let ratio = (a * a + b * b) / (difference * difference);
    ratio.is_finite().then_some(ratio)
}
