//! The answer in sentences, and the few numbers that matter most.

use crate::output::chart::{band_levels, range_name};
use crate::output::document::{Fact, Sentence};
use crate::output::number::{NumberFormat, percent, share};
use crate::output::quantity::{band_format, largest, with_unit};
use crate::output::words::{capital, in_period, of_the_paths, paths, quantile_name, quantity};
use crate::results::{Band, Binding, CalibrationInfo, ConstraintRow, Results};
use crate::stats::{Share, percentile_label};

/// Where the main output ends, what of it was put in, and what holds it down.
pub(super) fn sentences(results: &Results) -> Vec<Sentence> {
    let mut sentences: Vec<Sentence> = ending(results).into_iter().map(Sentence::in_full).collect();
    sentences.extend(results.run.calibration.as_ref().map(calibrated).map(Sentence::always));
    sentences.extend(bound(results).map(Sentence::in_full));
    sentences
}

/// The middle of the main output, its range, its growth, and how likely the published value is.
fn ending(results: &Results) -> Vec<String> {
    let Some(end) = results.end() else { return Vec::new() };
    let format = band_format(end, largest(end.quantile_values()));
    let unit = end.unit.as_ref().map_or_else(String::new, |unit| format!(" {unit}"));
    let mut sentences: Vec<String> = range(results, end, format, &unit).into_iter().collect();
    let published = results.published(&end.subject.output).iter().find(|row| row.when == end.subject.when);
    if let Some((row, p)) = published.and_then(|row| Some((row, row.p_reached?))) {
        let value = format.format(row.value);
        sentences.push(format!("The published {value}{unit} is reached or passed on {} of the paths.", share(p)));
    }
    sentences
}

/// Where the main output ends: its quantiles by name, or its one value; none without a quantile.
fn range(results: &Results, end: &Band, format: NumberFormat, unit: &str) -> Option<String> {
    let levels = band_levels(&results.percentiles)?;
    let (name, when) = (quantity(&end.subject.output, &results.titles), in_period(&end.subject.when));
    let number = |level: usize| Some(format!("{}{unit}", format.format(end.quantile(level)?)));
    let middle = number(levels.middle)?;
    let growth = growth(results, end, levels.middle).map_or_else(String::new, |growth| format!("; {growth}"));
    let known = match end.excluded {
        0 => String::new(),
        _ => format!(", of {} that have a value", share(end.n as f64 / (end.n + end.excluded) as f64)),
    };
    if end.is_constant() {
        let which = match (end.excluded, end.n) {
            (0, 1) => "on the only path".to_owned(),
            (0, _) => "on every path".to_owned(),
            _ => format!("on {} with a value", paths(end.n)),
        };
        return Some(capital(&format!("{name} is {middle}{when} {which}{growth}.")));
    }
    let range = levels.pairs.first().filter(|pair| pair.0 != levels.middle).and_then(|&(low, high)| {
        let [p_low, p_high] = [low, high].map(|level| percentile_label(results.percentiles[level]));
        let [low, high] = [format.format(end.quantile(low)?), number(high)?];
        Some(format!(", between {low} ({p_low}) and {high} ({p_high})"))
    });
    let statistic = quantile_name(results.percentiles[levels.middle]);
    Some(capital(&format!("{statistic} of {name} is {middle}{when}{}{known}{growth}.", range.unwrap_or_default())))
}

/// The growth a year that goes with the market, at the level nearest to the median.
fn growth(results: &Results, end: &Band, middle: usize) -> Option<String> {
    let band = results.cagr().filter(|_| end.subject.output == "market")?;
    let rate = band.quantile(middle)?;
    let statistic =
        if band.is_constant() { String::new() } else { format!("{} of ", quantile_name(results.percentiles[middle])) };
    Some(format!("{statistic}growth is {} a year", NumberFormat::percent([rate]).format(rate)))
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

/// How often ceilings hold the market down, ever and at the end, and which one does so most often at the end.
fn bound(results: &Results) -> Option<String> {
    let ever = results.bound.as_ref()?;
    let steps = Binding::of(&results.constraints).steps;
    let last = steps.last()?;
    if ever.hits() == 0 {
        return (ever.excluded() == 0).then(|| format!("No ceiling binds on any of {}.", paths(ever.n())));
    }
    let hits = |row: &ConstraintRow| row.binding.hits();
    let most = last.iter().rev().max_by_key(|row| hits(row)).filter(|row| hits(row) > 0 && last.len() > 1);
    let most = most.and_then(|row| {
        Some(format!(
            ", there most often {} ({})",
            results.titles.quantity(&row.constraint),
            share(row.binding.probability()?)
        ))
    });
    let at_the_end = last[0].binding;
    let at_the_end = Share::of(last.iter().map(|row| hits(row)).sum(), at_the_end.n(), at_the_end.excluded());
    let (ever, end, when) = (of_the_paths(ever)?, of_the_paths(&at_the_end)?, in_period(&last[0].when));
    Some(format!("Some ceiling binds at least once on {ever},{when} on {end}{}.", most.unwrap_or_default()))
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
        let (subject, when) = (
            with_unit(results.titles.quantity(&end.subject.output), end.unit.as_deref()),
            in_period(&end.subject.when),
        );
        add(format!("{subject}, {middle}{when}"), formatted(end, levels.middle));
        if let Some(&(low, high)) = levels.pairs.first() {
            let range = formatted(end, low).zip(formatted(end, high)).map(|(low, high)| format!("{low} to {high}"));
            add(format!("{}{when}", range_name(&results.percentiles, (low, high))), range);
        }
    }
    if let Some(cagr) = results.cagr() {
        add(format!("growth a year, {middle}"), formatted(cagr, levels.middle));
    }
    if let Some(target) = results.targets.first() {
        add(format!("chance of {}", results.titles.target(&target.target)), target.share.probability().map(percent));
    }
    facts
}
