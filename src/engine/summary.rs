//! Accumulators to results.

use super::curve;
use super::partial::Partial;
use super::plan::{Pair, Plan};
use super::reader::Reader;
use super::remarks;
use super::{RunError, RunOptions};
use crate::model::{Model, Subject, SubjectName, When};
use crate::results::{
    Band, BaselineRow, ConstraintRow, CorrelationRow, Curve, Discovery, Label, Placed, ReferenceRow, Results, RunInfo,
    Sensitivity, Stories, TargetRow, Titles, Warning,
};
use crate::stats::{Estimate, Ledger, LeftOut};

pub(super) fn results(model: &Model, label: &Label, plan: &Plan, options: &RunOptions, partial: &Partial) -> Results {
    let paths = partial.paths();
    let mut reader = Reader::new(options, partial);
    let mut warnings = label.remarks.clone();
    warnings.extend(remarks::of_sampling(options));
    let Outputs { bands, baseline, curves } = outputs(model, &mut reader, options, &mut warnings);
    let targets = model
        .targets
        .iter()
        .map(|target| {
            let (share, first_excluded) = reader.condition();
            let name = format!("target `{}`", target.name);
            let pointer = &model.variable(target.condition).pointer;
            let period = model.horizon.period(model.horizon.last());
            warn_excluded(&mut warnings, pointer, &name, &period, share.excluded(), paths, first_excluded);
            TargetRow { target: target.name.clone(), condition: target.text.clone(), share }
        })
        .collect();
    let references = references(model, &mut reader);
    let ledger = &partial.ledger;
    warn_left_out_of_ceilings(&mut warnings, model, ledger, paths);
    let mut constraints = Vec::new();
    for (ceiling, constraint) in model.market.iter().flat_map(|market| &market.constraints).enumerate() {
        for step in 1..=model.horizon.last() {
            let [unmet, deferred, lost] = ledger.unmet_deferred_lost(ceiling, step - 1);
            constraints.push(ConstraintRow {
                constraint: constraint.name.clone(),
                when: When::at(&model.horizon, step),
                binding: ledger.binding(ceiling, step - 1),
                short: ledger.short(ceiling, step - 1),
                first: ledger.first(ceiling, step - 1),
                unmet,
                lost,
                deferred,
                utilisation: ledger.used(ceiling, step - 1),
            });
        }
    }
    let bound = (!constraints.is_empty()).then(|| *ledger.ever());
    let gathered = |(a, b): &(String, String)| {
        let is_asked = |pair: &Pair| pair.names[0] == *a && pair.names[1] == *b;
        plan.pairs.iter().position(is_asked).map(|pair| (&plan.pairs[pair].names, &partial.pairs[pair]))
    };
    let correlations = options
        .correlate
        .iter()
        .filter_map(gathered)
        .map(|([a, b], part)| {
            let comoments = &part.comoments;
            CorrelationRow {
                a: a.clone(),
                b: b.clone(),
                pearson: Estimate::of(comoments.pearson(), comoments.pearson_se()),
                spearman: Estimate::of(part.ranks.spearman(), part.ranks.spearman_se()),
                covariance: Estimate::of(comoments.covariance(), comoments.covariance_se()),
                n: comoments.n(),
            }
        })
        .collect();
    Results {
        scenario: label.scenario.clone(),
        folder: label.folder.clone(),
        case: None,
        run: RunInfo {
            title: model.title.clone(),
            horizon: model.horizon.clone(),
            paths,
            seed: options.seed,
            sampler: options.sampler.name(),
            replicates: options.replicates,
            content_hash: label.content_hash.clone(),
            version: env!("CARGO_PKG_VERSION"),
            calibration: label.calibration.clone(),
            set: label.set.clone(),
            measure: model.market.as_ref().map(|market| market.measure),
        },
        titles: Titles::of(model),
        percentiles: options.percentiles.clone(),
        shortfall: options.shortfall.clone(),
        bands,
        targets,
        references,
        constraints,
        bound,
        correlations,
        relief: Vec::new(),
        precision: Vec::new(),
        lower_bounds: Vec::new(),
        sensitivity: Sensitivity::default(),
        discovery: Discovery::default(),
        stories: Stories::default(),
        baseline,
        curves,
        warnings,
    }
}

/// Where what others have published lies among the paths, in the order in which the plan counts it.
fn references(model: &Model, reader: &mut Reader<'_>) -> Vec<ReferenceRow> {
    let mut rows = Vec::new();
    for reference in &model.references {
        let output = &model.outputs[reference.output];
        let row = |step| ReferenceRow {
            reference: reference.name.clone(),
            source: reference.source.clone(),
            subject: Subject::of(output, &model.horizon, step),
            unit: output.unit.clone(),
            value: None,
            growth: None,
        };
        for &(step, value) in &reference.values {
            rows.push(ReferenceRow { value: Some(Placed { value, below: reader.condition().0 }), ..row(step) });
        }
        if let Some(growth) = reference.growth {
            let placed = Some(Placed { value: growth.rate, below: reader.condition().0 });
            match rows.last_mut().filter(|_| reference.has_values()) {
                Some(last) => last.growth = placed,
                None => rows.push(ReferenceRow { growth: placed, ..row(growth.last) }),
            }
        }
    }
    rows
}

/// Looks for outputs without a finite value in any step, which nothing can be said of.
pub(super) fn every_output_has_values(model: &Model, results: &Results) -> Result<(), RunError> {
    let mut rows = results.bands.iter();
    for output in &model.outputs {
        let variable = model.variable(output.variable);
        let steps = model.horizon.last() + 1 - variable.first;
        let any_finite = rows.by_ref().take(steps).fold(false, |any, band| any | (band.n > 0));
        if !any_finite && !output.may_be_absent {
            return Err(RunError::NoFinitePath {
                output: output.name.clone(),
                pointer: variable.pointer.clone(),
                period: model.horizon.period(model.horizon.last()),
                paths: results.run.paths,
            });
        }
    }
    Ok(())
}

/// What is told of the outputs.
struct Outputs {
    bands: Vec<Band>,
    baseline: Vec<BaselineRow>,
    curves: Vec<Curve>,
}

fn outputs(model: &Model, reader: &mut Reader<'_>, options: &RunOptions, warnings: &mut Vec<Warning>) -> Outputs {
    let (mut bands, mut baseline, mut curves) = (Vec::new(), Vec::new(), Vec::new());
    let published = model.market.as_ref().and_then(|market| Some((market.market, market.baseline.as_ref()?)));
    let (paths, last) = (reader.paths(), model.horizon.last());
    let wanted = wanted_curves(model, &options.curves_of);
    for output in &model.outputs {
        let variable = model.variable(output.variable);
        for step in variable.first..=last {
            let (band, values, first_excluded) = reader.band_and_values(Band::blank(&model.horizon, output, step));
            if let Some((_, path)) = published.filter(|(market, _)| *market == output.variable) {
                let p_reached = values.at_least(path[step]);
                baseline.push(BaselineRow { when: When::at(&model.horizon, step), value: path[step], p_reached });
            }
            let is_end = options.curves && step == last && output.part.is_none();
            if is_end || wanted.contains(&(output.full_name(), step)) {
                curves.extend(curve::of(&values, model, output, When::at(&model.horizon, step)));
            }
            let name = match &variable.text {
                Some(text) => format!("`{}` = {text}", output.name),
                None => format!("`{}`", output.name),
            };
            let period = &band.subject.when.period;
            if !output.may_be_absent {
                warn_excluded(warnings, &variable.pointer, &name, period, band.excluded, paths, first_excluded);
            } else if band.excluded > 0 {
                warnings.push(Warning {
                    code: "never-happens",
                    pointer: variable.pointer.clone(),
                    text: format!(
                        "{name} has no value on {} of {paths} paths, on which it never happens; the row is about the others",
                        band.excluded
                    ),
                    place: None,
                });
            }
            bands.push(band);
        }
    }
    Outputs { bands, baseline, curves }
}

/// Says which paths the rows of ceilings are not about, and which their means alone leave out.
fn warn_left_out_of_ceilings(warnings: &mut Vec<Warning>, model: &Model, ledger: &Ledger, paths: u64) {
    let Some(market) = model.market.as_ref().filter(|market| !market.constraints.is_empty()) else { return };
    let mut warn = |pointer: &str, step: usize, left_out: LeftOut, what: &str, of: &str| {
        if let (number, Some(first)) = (left_out.paths(), left_out.first()) {
            let period = model.horizon.period(step);
            let text = format!(
                "{what} has no finite value on {number} of {paths} paths in {period}, first on path {first}; they are left \
                 out of {of}"
            );
            warnings.push(Warning { code: "non-finite", pointer: pointer.to_owned(), text, place: None });
        }
    };
    for step in 1..=model.horizon.last() {
        let unmet = "what the market is short of (wanted less delivered)";
        warn("/market", step, ledger.unknown(step - 1), unmet, "the rows of all ceilings");
    }
    for (ceiling, constraint) in market.constraints.iter().enumerate() {
        let pointer = &model.variable(constraint.ceiling).pointer;
        let name = &constraint.name;
        for step in 1..=model.horizon.last() {
            let deferred = format!("the backlog of what `{name}` leaves unmet");
            let of = "`unmet_mean`, `lost_mean` and `deferred_mean`";
            warn(pointer, step, ledger.unmet_left_out(ceiling, step - 1), &deferred, of);
        }
        // One warning is enough: a ceiling that is 0 is so in many steps.
        let more = |step: &usize| ledger.used_left_out(ceiling, step - 1).paths() > ledger.unknown(step - 1).paths();
        if let Some(step) = (1..=model.horizon.last()).find(more) {
            let used = format!("the market as a fraction of `{name}`");
            warn(
                pointer,
                step,
                ledger.used_left_out(ceiling, step - 1),
                &used,
                "`utilisation_mean`, here and in later rows",
            );
        }
    }
}

/// The names and steps of the curves that were asked for beside those of the last step.
fn wanted_curves(model: &Model, asked: &[String]) -> Vec<(String, usize)> {
    let step = |text: &String| {
        let SubjectName { name, period } = text.parse().ok()?;
        let step = period.map_or(Some(model.horizon.last()), |period| model.horizon.find(&period))?;
        Some((name, step))
    };
    asked.iter().filter_map(step).collect()
}

fn warn_excluded(
    warnings: &mut Vec<Warning>,
    pointer: &str,
    name: &str,
    period: &str,
    excluded: u64,
    paths: u64,
    first_path: Option<u64>,
) {
    if let (1.., Some(first)) = (excluded, first_path) {
        warnings.push(Warning {
            code: "non-finite",
            pointer: pointer.to_owned(),
            text: format!(
                "{name} has no finite value on {excluded} of {paths} paths in {period}, first on path {first}; \
                 they are left out of that row"
            ),
            place: None,
        });
    }
}
