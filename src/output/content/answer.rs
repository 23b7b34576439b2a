//! The answer in sentences, and the few numbers that matter most.

use crate::output::chart::{band_levels, range_name};
use crate::output::document::{Fact, Sentence};
use crate::output::number::{NumberFormat, percent, share, short};
use crate::output::quantity::{band_format, largest, with_unit};
use crate::output::words::{capital, in_period};
use crate::results::{Band, Binding, CalibrationInfo, ConstraintRow, Results};
use crate::stats::percentile_label;

/// Where the market ends, what of it was put in, and what holds it down.
pub(super) fn sentences(results: &Results) -> Vec<Sentence> {
    let mut sentences: Vec<Sentence> = ending(results).into_iter().map(Sentence::in_full).collect();
    sentences.extend(results.run.calibration.as_ref().map(calibrated).map(Sentence::always));
    sentences.extend(bound(results).map(Sentence::in_full));
    sentences
}

/// The growth, the range, and how likely the published value is.
fn ending(results: &Results) -> Vec<String> {
    let mut sentences = Vec::new();
    let (Some(end), Some(levels)) = (results.end(), band_levels(&results.percentiles)) else { return sentences };
    let is_market = end.subject.output == "market";
    let format = band_format(end, largest(end.quantile_values()));
    let unit = end.unit.as_ref().map_or_else(String::new, |unit| format!(" {unit}"));
    let (verb, when) = match results.headline().len() {
        0 | 1 => ("lies", String::new()),
        _ => ("ends", format!(" {}", in_period(&end.subject.when))),
    };
    let range = levels.pairs.first().and_then(|&(low, high)| {
        let share = short(results.percentiles[high] - results.percentiles[low]);
        let [low, high] = [end.quantile(low)?, end.quantile(high)?].map(|value| format.format(value));
        Some(format!("between {low} and {high}{unit}{when} on {share} % of the paths"))
    });
    let growth = results.cagr().filter(|_| is_market).and_then(|band| {
        let rate = band.quantile(levels.middle)?;
        let share = short(100.0 - results.percentiles[levels.middle]);
        let rate = NumberFormat::percent([rate]).format(rate);
        Some(format!("{rate} a year is reached or beaten on {share} % of the paths"))
    });
    let name = if is_market { "the market".to_owned() } else { format!("`{}`", end.subject.output) };
    match (growth, range) {
        (Some(growth), Some(range)) => sentences.push(format!("{growth}; {name} {verb} {range}.")),
        (None, Some(range)) => sentences.push(capital(&format!("{name} {verb} {range}."))),
        (Some(growth), None) => sentences.push(format!("{growth}.")),
        (None, None) => {}
    }
    let published = results.published(&end.subject.output).iter().find(|row| row.when == end.subject.when);
    if let Some((row, p)) = published.and_then(|row| Some((row, row.p_reached?))) {
        let value = format.format(row.value);
        sentences.push(format!("The published {value}{unit} is reached or passed on {} of the paths.", share(p)));
    }
    sentences
}

/// What a reader must not take for a finding.
fn calibrated(calibration: &CalibrationInfo) -> String {
    let CalibrationInfo { parameter, statistic, own, .. } = calibration;
    match own {
        true => format!(
            "That the {statistic} meets the published path was put in by calibration of `{parameter}`, not found."
        ),
        false => format!(
            "`{parameter}` is as calibrated in a scenario that this one extends (its {statistic} was matched); nothing is \
             re-centred here."
        ),
    }
}

/// Which ceilings hold the market down at the end.
fn bound(results: &Results) -> Option<String> {
    let steps = Binding::of(&results.constraints).steps;
    let last = steps.last()?;
    let any = Binding::any(last)?;
    let binding = |row: &ConstraintRow| row.binding.probability().unwrap_or(0.0);
    let first = last.iter().max_by(|a, b| binding(a).total_cmp(&binding(b)))?;
    let most = match binding(first) {
        p if p > 0.0 && last.len() > 1 => format!(", most often {} ({})", first.constraint, share(p)),
        _ => String::new(),
    };
    let when = in_period(&first.when);
    Some(format!("A ceiling holds the market down on {} of the paths {when}{most}.", share(any)))
}

/// The numbers to see first.
pub(super) fn facts(results: &Results) -> Vec<Fact> {
    let mut facts = Vec::new();
    let Some(levels) = band_levels(&results.percentiles) else { return facts };
    let middle = percentile_label(results.percentiles[levels.middle]);
    let mut add = |name: String, value: Option<String>| facts.extend(value.map(|value| Fact { name, value }));
    let formatted = |band: &Band, level: usize| {
        Some(band_format(band, largest(band.quantile_values())).format(band.quantile(level)?))
    };
    if let Some(end) = results.end() {
        let (subject, when) = (with_unit(&end.subject.output, end.unit.as_deref()), in_period(&end.subject.when));
        add(format!("{subject}, {middle} {when}"), formatted(end, levels.middle));
        if let Some(&(low, high)) = levels.pairs.first() {
            let range = formatted(end, low).zip(formatted(end, high)).map(|(low, high)| format!("{low} to {high}"));
            add(format!("{} {when}", range_name(&results.percentiles, (low, high))), range);
        }
    }
    if let Some(cagr) = results.cagr() {
        add(format!("growth a year, {middle}"), formatted(cagr, levels.middle));
    }
    if let Some(target) = results.targets.first() {
        add(format!("chance of {}", target.target), target.share.probability().map(percent));
    }
    facts
}
