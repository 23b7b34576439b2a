//! One scenario against the base: what is asked of each path, and the rows that come of it.

use super::common::Common;
use super::dominance::{self, Thresholds};
use super::shift;
use super::terms::{Discordant, JointTerms};
use crate::engine::{Joint, Monitor, Retention, RunError, RunOptions, Seen, joint};
use crate::kernel::Binary;
use crate::model::{Output, Subject};
use crate::program::{Request, Term};
use crate::results::comparison::{
    Comparison, ComparisonBand, ConstraintComparison, Measure, PairedRow, PartingRow, TargetComparison,
};
use crate::results::{Band, Results};
use crate::stats::{Estimate, Replicated, value};
use crate::study::Study;

/// A scenario, and a run of it at all the levels that a comparison needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side<'s> {
    pub(super) study: &'s Study,
    pub(super) results: &'s Results,
    /// What each replicate says beside what all paths do, with the errors of independent paths.
    pub(super) replicated: &'s Replicated<Results>,
}

impl Side<'_> {
    /// The rows of an output, each with its number among all rows.
    fn bands<'r>(&'r self, output: &Output) -> impl Iterator<Item = (usize, &'r Band)> {
        let series = Subject::of(output, &self.study.model.horizon, 0);
        self.results.bands.iter().enumerate().filter(move |(_, band)| band.subject.is_same_series(&series))
    }
}

/// One output at one step.
struct Cell<'r> {
    /// The row that is filled in.
    blank: Band,
    a: &'r Band,
    b: &'r Band,
    /// The numbers of these rows among all of their runs.
    rows: [usize; 2],
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
#[derive(Debug)]
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
    monitor: &dyn Monitor,
) -> Result<Comparison, RunError> {
    let mut terms = JointTerms::default();
    let outputs: Vec<Compared<'_>> = common
        .outputs
        .iter()
        .map(|&(i, j)| {
            let outputs = (&a.study.model.outputs[i], &b.study.model.outputs[j]);
            ask_output(&mut terms, (&a, &b), outputs, levels)
        })
        .collect();
    let last = a.study.model.horizon.last();
    let targets: Vec<Discordant> = common
        .targets
        .iter()
        .map(|&(i, j)| {
            let condition = |study: &Study, index: usize| Request::Value(study.model.targets[index].condition, last);
            let [a, b] = [(0, condition(a.study, i)), (1, condition(b.study, j))].map(row);
            Discordant::ask(&mut terms, &a, &b)
        })
        .collect();
    let binding: Vec<Discordant> = common
        .constraints
        .iter()
        .flat_map(|&(i, j)| (1..=last).map(move |step| [(0, Request::Binds(i, step)), (1, Request::Binds(j, step))]))
        .map(|sides| {
            let [a, b] = sides.map(row);
            Discordant::ask(&mut terms, &a, &b)
        })
        .collect();

    let seen = joint(&[&a.study.model, &b.study.model], terms.as_slice(), options, monitor)?;

    let mut comparison = Comparison {
        a: a.results.scenario.clone(),
        b: b.results.scenario.clone(),
        case: None,
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
        read_output(&mut comparison, output, &seen, levels, [&a, &b]);
    }
    for (&(i, j), discordant) in common.targets.iter().zip(targets) {
        let (target_a, target_b) = (&a.results.targets[i], &b.results.targets[j]);
        let pair = discordant.read(&seen);
        comparison.targets.push(TargetComparison {
            target: target_a.target.clone(),
            a: target_a.share,
            b: target_b.share,
            difference: pair.difference,
            only_a: pair.only_a,
            only_b: pair.only_b,
        });
    }
    let steps = common.constraints.iter().flat_map(|&(i, j)| (1..=last).map(move |step| (i, j, step)));
    for ((i, j, step), discordant) in steps.zip(binding) {
        let (row_a, row_b) = (&a.results.constraints[i * last + step - 1], &b.results.constraints[j * last + step - 1]);
        let pair = discordant.read(&seen);
        comparison.constraints.push(ConstraintComparison {
            constraint: row_a.constraint.clone(),
            when: row_a.when.clone(),
            a: row_a.binding,
            b: row_b.binding,
            difference: pair.difference,
            only_a: pair.only_a,
        });
    }
    Ok(comparison)
}

fn row((model, request): (usize, Request)) -> Term {
    Term::Row(model, request)
}

fn ask_output<'r>(
    terms: &mut JointTerms,
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
    let bands_b: Vec<(usize, &Band)> = sides.1.bands(outputs.1).collect();
    let pairs = sides.0.bands(outputs.0).filter_map(|(row_a, a)| {
        let (row_b, b) = bands_b.iter().find(|(_, b)| b.subject.when.step == a.subject.when.step)?;
        Some(([row_a, *row_b], a, *b))
    });
    let cells: Vec<Cell<'r>> = pairs
        .map(|(rows, band_a, band_b)| {
            let (a, b) = at(band_a.subject.when.step);
            let of = |op: Binary| Term::binary(op, b.clone(), a.clone());
            let kind = if band_a.subject.is_whole() { Retention::Quantity } else { Retention::Coarse };
            Cell {
                blank: Band::blank(&sides.0.study.model.horizon, outputs.0, band_a.subject.when.step),
                a: band_a,
                b: band_b,
                rows,
                difference: terms.add(of(Binary::Subtract), kind),
                ratio: terms.add(of(Binary::Divide), kind),
                below: terms.add(of(Binary::Less), Retention::Condition),
                above: terms.add(of(Binary::Greater), Retention::Condition),
                both: (0..=levels.median.max(levels.reported.saturating_sub(1)))
                    .map(|level| {
                        if level >= levels.reported && level != levels.median {
                            return None;
                        }
                        let term = shift::both_below((&a, band_a.quantile(level)?), (&b, band_b.quantile(level)?));
                        Some(terms.add(term, Retention::Condition))
                    })
                    .collect(),
            }
        })
        .collect();
    let thresholds = match (cells.last(), &outputs.0.part) {
        (Some(cell), None) => {
            let (a, b) = at(cell.a.subject.when.step);
            let chosen = |band: &Band, results: &Results| -> Vec<f64> {
                let is_chosen = |level: &f64| dominance::LEVELS.contains(level);
                let values = results.percentiles.iter().zip(band.quantile_values());
                values.filter(|(level, _)| is_chosen(level)).filter_map(|(_, value)| value).collect()
            };
            let mut values = chosen(cell.a, sides.0.results);
            values.extend(chosen(cell.b, sides.1.results));
            Some(Thresholds::ask(terms, &a, &b, values, cell.a.subject.when.clone()))
        }
        _ => None,
    };
    Compared { cells, thresholds }
}

fn read_output(to: &mut Comparison, output: &Compared<'_>, seen: &Joint, levels: &Levels, sides: [&Side<'_>; 2]) {
    let [a, b] = sides.map(|side| side.replicated.map(|results| results));
    let all = seen.seen().zip(a.zip(b));
    let mut parting: Option<PartingRow> = None;
    let mut parted = false;
    for cell in &output.cells {
        let named = |unit: Option<String>| Band { unit, ..cell.blank.clone() };
        let unit = cell.a.unit.clone().or_else(|| cell.b.unit.clone());
        let difference = seen.band(cell.difference, named(unit.clone()));
        let ratio = seen.band(cell.ratio, named(None));
        let below = seen.condition(cell.below);
        let above = seen.condition(cell.above);
        to.paired.push(PairedRow {
            subject: cell.a.subject.clone(),
            below,
            above,
            variance_reduction: variance_reduction([cell.a.sd, cell.b.sd, difference.sd].map(|sd| value(&sd))),
        });
        let shift = |(seen, (a, b)): &(Seen<'_>, (&Results, &Results)), level: usize| {
            let both = seen.condition(cell.both[level]?).probability()?;
            let [from, to] = [(a, cell.rows[0]), (b, cell.rows[1])].map(|(run, row)| run.bands[row].quantiles[level]);
            shift::quantile(from, to, a.percentiles[level] / 100.0, both)
        };
        let shifts: Vec<Option<Estimate>> =
            (0..cell.both.len()).map(|level| all.map(|view| shift(view, level)).combined()).collect();
        let median = shifts.get(levels.median).copied().flatten();
        if !parted {
            parted = median.is_some_and(|shift| shift.value.abs() > shift::PARTED * shift.se.unwrap_or(f64::INFINITY));
            parting = Some(PartingRow { subject: cell.a.subject.clone(), parted, unit: unit.clone(), shift: median });
        }
        let reported = &shifts[..levels.reported.min(shifts.len())];
        let shift = Band {
            mean: difference.mean,
            sd: cell.b.sd.zip(cell.a.sd).map(|(b, a)| Estimate { value: b.value - a.value, se: None }),
            quantiles: reported.to_vec(),
            shortfall: vec![None; difference.shortfall.len()],
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
fn variance_reduction([a, b, difference]: [Option<f64>; 3]) -> Option<f64> {
    let (a, b, difference) = (a?, b?, difference.filter(|&sd| sd > 0.0)?);
    let ratio = (a * a + b * b) / (difference * difference);
    ratio.is_finite().then_some(ratio)
}
