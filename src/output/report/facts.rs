//! The answer in words: titles, the leading sentences, the few numbers that matter most.

use crate::output::chart::{band_levels, headline_curve};
use crate::output::number::{NumberFormat, percent, short};
use crate::output::summary::{band_format, in_period, largest, share_or_dash, with_unit};
use crate::results::{Band, ConstraintRow, Results};

/// A number with what it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fact {
    pub(super) name: String,
    pub(super) value: String,
}

pub(super) fn title(results: &Results) -> String {
    results.run.title.clone().unwrap_or_else(|| results.scenario.clone())
}

pub(super) fn title_of_several(runs: &[Results]) -> String {
    let subjects: Vec<Option<String>> = runs.iter().map(|results| end(results).map(subject)).collect();
    let common =
        subjects.first().cloned().flatten().filter(|first| subjects.iter().all(|other| other.as_ref() == Some(first)));
    let subject = common.map_or_else(String::new, |subject| format!(": {subject}"));
    format!("{} scenarios{subject}", runs.len())
}

fn subject(band: &Band) -> String {
    format!("{} {}", with_unit(&band.subject.output, band.unit.as_deref()), in_period(&band.subject.when))
}

/// The last step of what the scenario is about; without time, its first output.
pub(super) fn end(results: &Results) -> Option<&Band> {
    results.headline().last().copied().or_else(|| results.bands.iter().find(|band| band.subject.segment.is_none()))
}

fn cagr(results: &Results) -> Option<&Band> {
    results.bands.iter().rev().find(|band| band.subject.output == "cagr" && band.subject.segment.is_none())
}

/// The growth a year that half of the paths reach.
pub(super) fn growth(results: &Results) -> Option<f64> {
    let middle = band_levels(&results.percentiles)?.middle;
    cagr(results)?.quantile(middle)
}

/// The answer in a few sentences.
pub(super) fn sentences(results: &Results) -> Vec<String> {
    let mut sentences = Vec::new();
    let Some(end) = end(results) else { return sentences };
    let Some(levels) = band_levels(&results.percentiles) else { return sentences };
    let value = |level: usize| end.quantile(level);
    let format = band_format(end, largest(end.quantile_values()));
    let number = |value: f64| match &end.unit {
        Some(unit) => format!("{} {unit}", format.format(value)),
        None => format.format(value),
    };
    let moves = results.headline().len() > 1;
    let verb = if moves { "ends" } else { "lies" };
    let when = if moves { format!(" {}", in_period(&end.subject.when)) } else { String::new() };
    let range = levels.pairs.first().and_then(|&(low, high)| {
        let share = short(results.percentiles[high] - results.percentiles[low]);
        Some(format!(
            "between {} and {}{when} on {share} % of the paths",
            format.format(value(low)?),
            number(value(high)?)
        ))
    });
    let growth = cagr(results).filter(|_| end.subject.output == "market").and_then(|band| {
        let rate = band.quantile(levels.middle)?;
        let share = short(100.0 - results.percentiles[levels.middle]);
        Some(format!(
            "{} a year is reached or beaten on {share} % of the paths",
            NumberFormat::percent([rate]).format(rate)
        ))
    });
    let name =
        if end.subject.output == "market" { "the market".to_owned() } else { format!("`{}`", end.subject.output) };
    match (growth, range) {
        (Some(growth), Some(range)) => sentences.push(format!("{growth}; {name} {verb} {range}.")),
        (None, Some(range)) => sentences.push(capital(&format!("{name} {verb} {range}."))),
        (Some(growth), None) => sentences.push(format!("{growth}.")),
        (None, None) => {}
    }
    if let Some(row) =
        results.baseline.iter().find(|row| row.when == end.subject.when).filter(|_| end.subject.output == "market")
    {
        if let Some(p) = row.p_reached {
            sentences.push(format!(
                "The published {} is reached or passed on {}.",
                number(row.value),
                percent_of_paths(p)
            ));
        }
        if let Some(calibration) = results.run.calibration.as_ref().filter(|calibration| calibration.own) {
            let text = format!(
                "That the {} meets the published path was put in by calibration, not found.",
                calibration.statistic
            );
            sentences.push(text);
        }
    }
    sentences.extend(bound(results));
    sentences
}

/// Which ceilings hold the market down at the end.
fn bound(results: &Results) -> Option<String> {
    let last = results.constraints.iter().map(|row| row.when.step).max()?;
    let rows: Vec<_> = results.constraints.iter().filter(|row| row.when.step == last).collect();
    let total: f64 = rows.iter().map(|row| row.binding.probability()).sum::<Option<f64>>()?;
    let binding = |row: &ConstraintRow| row.binding.probability().unwrap_or(0.0);
    let first = rows.iter().max_by(|a, b| binding(a).total_cmp(&binding(b)))?;
    let share = |p: f64| share_or_dash(Some(p));
    let most = match first.binding.probability() {
        Some(p) if p > 0.0 && rows.len() > 1 => format!(", most often {} ({})", first.constraint, share(p)),
        _ => String::new(),
    };
    Some(format!("A ceiling holds the market down on {} of the paths {}{most}.", share(total), in_period(&first.when)))
}

/// The numbers to see first.
pub(super) fn facts(results: &Results) -> Vec<Fact> {
    let mut facts = Vec::new();
    let Some(levels) = band_levels(&results.percentiles) else { return facts };
    let label = |level: usize| format!("P{}", results.percentiles[level]);
    let mut add = |name: String, value: Option<String>| facts.extend(value.map(|value| Fact { name, value }));
    let formatted = |band: &Band, level: usize| {
        Some(band_format(band, largest(band.quantile_values())).format(band.quantile(level)?))
    };
    if let Some(end) = end(results) {
        let subject = with_unit(&end.subject.output, end.unit.as_deref());
        add(
            format!("{subject}, {} {}", label(levels.middle), in_period(&end.subject.when)),
            formatted(end, levels.middle),
        );
        if let Some(&(low, high)) = levels.pairs.first() {
            let range = formatted(end, low).zip(formatted(end, high)).map(|(low, high)| format!("{low} to {high}"));
            add(format!("{} to {} {}", label(low), label(high), in_period(&end.subject.when)), range);
        }
    }
    if let Some(cagr) = cagr(results) {
        add(format!("growth a year, {}", label(levels.middle)), formatted(cagr, levels.middle));
    }
    if let Some(target) = results.targets.first() {
        add(format!("chance of {}", target.target), target.share.probability().map(percent));
    }
    facts
}

/// The spread of the scenarios' medians.
pub(super) fn sentence_of_several(runs: &[Results]) -> Option<String> {
    let levels = band_levels(&runs.first()?.percentiles)?;
    let mut ends: Vec<(&str, &Band, f64)> = Vec::new();
    for results in runs {
        let end = end(results)?;
        ends.push((&results.scenario, end, end.quantile(levels.middle)?));
    }
    let (_, first, _) = ends.first()?;
    if ends.iter().any(|(_, band, _)| subject(band) != subject(first)) {
        return None;
    }
    let low = ends.iter().min_by(|a, b| a.2.total_cmp(&b.2))?;
    let high = ends.iter().max_by(|a, b| a.2.total_cmp(&b.2))?;
    let format = band_format(first, [high.2]);
    let unit = first.unit.as_ref().map_or_else(String::new, |unit| format!(" {unit}"));
    Some(format!(
        "{} the median of {} runs from {}{unit} ({}) to {}{unit} ({}).",
        capital(&in_period(&first.subject.when)),
        first.subject.output,
        format.format(low.2),
        low.0,
        format.format(high.2),
        high.0
    ))
}

/// Monte Carlo error of the end, told beside the band so that neither is taken for the other.
pub(super) fn error_sentence(results: &Results) -> Option<String> {
    let end = end(results)?;
    let levels = band_levels(&results.percentiles)?;
    let se = end.quantile_se(levels.middle)?;
    let label = short(results.percentiles[levels.middle]);
    let when = in_period(&end.subject.when);
    Some(format!(
        "Simulation error: the standard error of P{label} {when} is {}. More paths shrink it; the band stays.",
        NumberFormat::error([se]).format(se)
    ))
}

/// Whether there is a distribution to draw of the end.
pub(super) fn has_curve(results: &Results) -> bool {
    headline_curve(results).is_some()
}

fn percent_of_paths(p: f64) -> String {
    format!("{} of the paths", share_or_dash(Some(p)))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}
