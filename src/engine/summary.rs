//! Accumulators to results.

use super::curve::{self, Values};
use super::partial::{Partial, RowPartial, RowStatistic};
use super::plan::Plan;
use super::{RunError, RunOptions};
use crate::model::{Horizon, Model, Output};
use crate::program::Row;
use crate::results::{
    Band, BaselineRow, ConstraintRow, CorrelationRow, Curve, Results, RunInfo, TargetRow, Warning, When,
};
use crate::stats::Tally;
use crate::study::Study;

pub(super) fn results(
    study: &Study,
    plan: &Plan,
    options: &RunOptions,
    partial: &Partial,
) -> Result<Results, RunError> {
    let model = &study.model;
    let mut reader = Reader { plan, options, partial, request: 0 };
    let mut warnings: Vec<Warning> = study
        .remarks
        .iter()
        .map(|remark| Warning { code: remark.code, pointer: remark.pointer.clone(), text: remark.message.clone() })
        .collect();
    let Outputs { bands, baseline, curves } = outputs(model, &mut reader, &mut warnings)?;
    let targets = model
        .targets
        .iter()
        .map(|target| {
            let (tally, first_excluded) = reader.condition();
            let name = format!("target `{}`", target.name);
            let pointer = &model.variable(target.condition).pointer;
            let period = model.horizon.period(model.horizon.last());
            warn_excluded(&mut warnings, pointer, &name, &period, tally.excluded(), options.paths, first_excluded);
            let interval = tally.wilson();
            TargetRow {
                target: target.name.clone(),
                condition: target.text.clone(),
                probability: tally.probability(),
                se: tally.standard_error(),
                low: interval.map(|(low, _)| low),
                high: interval.map(|(_, high)| high),
                n: tally.n(),
                excluded: tally.excluded(),
            }
        })
        .collect();
    let mut constraints = Vec::new();
    for constraint in model.market.iter().flat_map(|market| &market.constraints) {
        for step in 1..=model.horizon.last() {
            let (binds, _) = reader.condition();
            let (short, _) = reader.condition();
            let (first, _) = reader.condition();
            let (unmet_mean, unmet_mean_se) = reader.mean();
            let (deferred_mean, deferred_mean_se) = reader.mean();
            let (lost_mean, lost_mean_se) = reader.mean();
            let (utilisation_mean, utilisation_mean_se) = reader.mean();
            constraints.push(ConstraintRow {
                constraint: constraint.name.clone(),
                when: when(&model.horizon, step),
                p_binding: binds.probability(),
                p_binding_se: binds.standard_error(),
                p_short: short.probability(),
                p_short_se: short.standard_error(),
                unmet_mean,
                unmet_mean_se,
                lost_mean,
                lost_mean_se,
                deferred_mean,
                deferred_mean_se,
                utilisation_mean,
                utilisation_mean_se,
                p_first: first.probability(),
                p_first_se: first.standard_error(),
                n: binds.n(),
                excluded: binds.excluded(),
            });
        }
    }
    let correlations = plan
        .pairs
        .iter()
        .zip(&partial.pairs)
        .map(|(pair, part)| {
            let comoments = &part.comoments;
            let [a, b] = pair.names.clone();
            CorrelationRow {
                a,
                b,
                pearson: comoments.pearson(),
                pearson_se: comoments.pearson_se(),
                spearman: part.ranks.spearman(),
                spearman_se: part.ranks.spearman_se(),
                covariance: comoments.covariance(),
                covariance_se: comoments.covariance_se(),
                n: comoments.n(),
            }
        })
        .collect();
    Ok(Results {
        scenario: study.scenario.clone(),
        run: RunInfo {
            title: model.title.clone(),
            paths: options.paths,
            seed: options.seed,
            sampler: "random",
            content_hash: study.content_hash.clone(),
            version: env!("CARGO_PKG_VERSION"),
            calibration: study.calibration.clone(),
        },
        percentiles: options.percentiles.clone(),
        shortfall: options.shortfall.clone(),
        bands,
        targets,
        constraints,
        correlations,
        baseline,
        curves,
        warnings,
    })
}

/// What is told of the outputs.
struct Outputs {
    bands: Vec<Band>,
    baseline: Vec<BaselineRow>,
    curves: Vec<Curve>,
}

fn outputs(model: &Model, reader: &mut Reader<'_>, warnings: &mut Vec<Warning>) -> Result<Outputs, RunError> {
    let (mut bands, mut baseline, mut curves) = (Vec::new(), Vec::new(), Vec::new());
    let published = model.market.as_ref().and_then(|market| Some((market.market, market.baseline.as_ref()?)));
    let last = model.horizon.last();
    for output in &model.outputs {
        let variable = model.variable(output.variable);
        let mut any_finite = false;
        for step in variable.first..=last {
            let (band, values, first_excluded) = reader.band(model, output, step);
            if let Some((_, path)) = published.filter(|(market, _)| *market == output.variable) {
                let p_reached = values.at_least(path[step]);
                baseline.push(BaselineRow { when: when(&model.horizon, step), value: path[step], p_reached });
            }
            if reader.options.curves && step == last && output.part.is_none() {
                curves.extend(curve::of(&values, model, output, when(&model.horizon, step)));
            }
            any_finite |= band.n > 0;
            let name = match &variable.text {
                Some(text) => format!("`{}` = {text}", output.name),
                None => format!("`{}`", output.name),
            };
            let (period, paths) = (&band.when.period, reader.options.paths);
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
                });
            }
            bands.push(band);
        }
        if !any_finite && !output.may_be_absent {
            return Err(RunError::NoFinitePath {
                output: output.name.clone(),
                period: model.horizon.period(last),
                paths: reader.options.paths,
            });
        }
    }
    Ok(Outputs { bands, baseline, curves })
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
        });
    }
}

fn when(horizon: &Horizon, step: usize) -> When {
    When { step, period: horizon.period(step), year: horizon.year(step) }
}

/// What became of a request.
enum Seen<'r> {
    Constant(f64),
    Recorded(&'r RowPartial),
}

/// Reads the requests' statistics in the order in which the plan made them.
struct Reader<'r> {
    plan: &'r Plan,
    options: &'r RunOptions,
    partial: &'r Partial,
    request: usize,
}

impl<'r> Reader<'r> {
    fn next(&mut self) -> Seen<'r> {
        let row = self.plan.program.rows[self.request];
        self.request += 1;
        match row {
            Row::Constant(x) => Seen::Constant(x),
            Row::Recorded(index) => Seen::Recorded(&self.partial.rows[index]),
        }
    }

    fn condition(&mut self) -> (Tally, Option<u64>) {
        match self.next() {
            Seen::Recorded(RowPartial { statistic: RowStatistic::Condition(tally), first_excluded }) => {
                (tally.clone(), *first_excluded)
            }
            Seen::Recorded(_) => unreachable!("the plan asked for a condition"),
            Seen::Constant(x) => (Tally::constant(x, self.options.paths), x.is_nan().then_some(0)),
        }
    }

    /// The mean and its standard error.
    fn mean(&mut self) -> (Option<f64>, Option<f64>) {
        match self.next() {
            Seen::Recorded(RowPartial { statistic: RowStatistic::Mean(mean), .. }) => (mean.mean(), mean.mean_se()),
            Seen::Recorded(_) => unreachable!("the plan asked for a mean"),
            Seen::Constant(x) => (x.is_finite().then_some(x), x.is_finite().then_some(0.0)),
        }
    }

    fn band(&mut self, model: &Model, output: &Output, step: usize) -> (Band, Values, Option<u64>) {
        let (dimension, segment) = output.part.clone().unzip();
        let mut band = Band {
            output: output.name.clone(),
            dimension,
            segment,
            unit: output.unit.clone(),
            when: when(&model.horizon, step),
            mean: None,
            sd: None,
            skewness: None,
            quantiles: Vec::new(),
            shortfall: Vec::new(),
            mean_se: None,
            sd_se: None,
            quantile_se: Vec::new(),
            shortfall_se: Vec::new(),
            n: 0,
            excluded: 0,
        };
        let options = self.options;
        let levels = options.percentiles.iter().map(|level| level / 100.0);
        let shortfall_levels = options.shortfall.iter().map(|level| level / 100.0);
        let (values, first_excluded) = match self.next() {
            Seen::Constant(x) => {
                let value = x.is_finite().then_some(x);
                let certain = value.map(|_| 0.0);
                band.n = if value.is_some() { options.paths } else { 0 };
                band.excluded = options.paths - band.n;
                band.mean = value;
                band.sd = certain.filter(|_| options.paths > 1);
                band.mean_se = band.sd;
                band.sd_se = band.sd;
                band.quantiles = levels.map(|_| value).collect();
                band.quantile_se = vec![band.sd; band.quantiles.len()];
                band.shortfall = shortfall_levels.map(|_| value).collect();
                band.shortfall_se = vec![band.sd; band.shortfall.len()];
                (Values::Certain(value), (band.excluded > 0).then_some(0))
            }
            Seen::Recorded(RowPartial {
                statistic: RowStatistic::Quantity { moments, histogram, excess },
                first_excluded,
            }) => {
                let ecdf = histogram.ecdf();
                band.n = moments.n();
                band.excluded = moments.excluded();
                band.mean = moments.mean();
                band.sd = moments.sd();
                band.skewness = if options.skewness { moments.skewness() } else { None };
                band.mean_se = moments.mean_se();
                band.sd_se = moments.sd_se();
                for p in levels {
                    band.quantiles.push(ecdf.quantile(p));
                    band.quantile_se.push(ecdf.quantile_se(p));
                }
                for excess in excess {
                    band.shortfall.push(excess.shortfall(&ecdf));
                    band.shortfall_se.push(excess.shortfall_se(&ecdf));
                }
                (Values::Sampled(ecdf), *first_excluded)
            }
            Seen::Recorded(_) => unreachable!("the plan asked for a quantity"),
        };
        (band, values, first_excluded)
    }
}
