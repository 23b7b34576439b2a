//! What holds a market back: its ceilings over the whole horizon, the most harmful first, and step by step.

use crate::model::{Horizon, MarketMeasure, StepLength, When};
use crate::output::chart::{Ceilings, Marks, Picture};
use crate::output::content::run;
use crate::output::document::{Alignment, Block, Cell, Detail, Rows, Table};
use crate::output::number::{NumberFormat, share};
use crate::output::words::{in_period, of_the_paths, paths};
use crate::results::{Binding, Results, ceilings, tightest};

/// The ceiling that does the most harm, and a row a ceiling.
pub(super) fn harm(results: &Results) -> Option<Block<'_>> {
    let last = results.constraints.iter().map(|row| &row.when).max_by_key(|when| when.step)?;
    let ceilings = ceilings(results);
    // The smallest would ask for digits that say nothing beside the largest.
    let amounts = ceilings.iter().flat_map(|ceiling| [ceiling.unmet(), ceiling.lost, ceiling.deferred]).flatten();
    let format = NumberFormat::plain(amounts.max_by(f64::total_cmp));
    let unit = unit_over_time(results);
    let mut sentences = vec![most_harmful(results, last, unit.as_deref(), format)];
    sentences.extend(any(results));

    let unit = unit.map_or_else(String::new, |unit| format!(", {unit}"));
    let amount = |amount: Option<f64>, part: Option<f64>| match amount.zip(part) {
        Some((amount, part)) => Cell::Part(amount, format, part),
        None => Cell::number(amount, format),
    };
    let mut table = Table::of(&ceilings, Rows::Many("ceilings"), "constraints")
        .text("ceiling", |ceiling| results.titles.quantity(ceiling.constraint))
        .number("ever binds", |ceiling| ceiling.ever.probability().map(Cell::Share))
        .column(Detail::if_room(3), Alignment::Number, "first in", |ceiling| {
            ceiling.first.map(|(when, _)| &when.period)
        })
        .column(Detail::if_room(1), Alignment::Number, "most often", |ceiling| {
            ceiling.most.map(|(when, p)| format!("{}: {}", when.period, share(p)))
        });
    table = match is_level(results) {
        true => table.number(format!("unmet{unit}"), |ceiling| amount(ceiling.unmet(), ceiling.unmet_share())),
        false => table.number(format!("lost{unit}"), |ceiling| amount(ceiling.lost, ceiling.lost_share)).column(
            Detail::if_room(0),
            Alignment::Number,
            format!("deferred{unit}"),
            |ceiling| amount(ceiling.deferred, ceiling.deferred_share),
        ),
    };
    let used = format!("used{}", in_period(last));
    table = table.column(Detail::if_room(2), Alignment::Number, used, |ceiling| ceiling.utilisation.map(Cell::Share));
    let sentences = Block::Paragraph(sentences.join(" "));
    Some(Block::section("what holds this market back", vec![sentences, Block::Table(table.table)]))
}

/// What the ceiling that does the most harm does on average; that none binds, where that is so.
fn most_harmful(results: &Results, last: &When, unit: Option<&str>, format: NumberFormat) -> String {
    let Some(ceiling) = tightest(results) else {
        return match results.bound {
            Some(bound) if bound.excluded() > 0 => {
                format!("No ceiling is known to bind on any of {}.", paths(results.run.paths))
            }
            _ => format!("No ceiling binds on any of {}.", paths(results.run.paths)),
        };
    };
    let name = results.titles.quantity(ceiling.constraint);
    let subject = match results.constraints.iter().any(|row| row.constraint != ceiling.constraint) {
        true => format!("{name} does the most harm: it binds"),
        false => format!("{name} binds"),
    };
    let ever = of_the_paths(&ceiling.ever).unwrap_or_else(|| "an unknown share of the paths".to_owned());
    let most =
        ceiling.most.map_or_else(String::new, |(when, p)| format!(", most often{} ({})", in_period(when), share(p)));
    let unit = unit.map_or_else(String::new, |unit| format!(" {unit}"));
    let harm = |amount: f64, part: Option<f64>, what: &str| {
        let part = part.map_or_else(String::new, |part| format!(" ({})", share(part)));
        format!("; up to {} {what} {}{unit} of demand{part} on average", last.period, format.format(amount))
    };
    let harm = match (ceiling.unmet(), ceiling.lost, ceiling.deferred) {
        (Some(unmet), ..) if is_level(results) => harm(unmet, ceiling.unmet_share(), "it leaves unmet"),
        (_, Some(lost), _) if lost > 0.0 => harm(lost, ceiling.lost_share, "it turns away for good"),
        (_, _, Some(deferred)) if deferred > 0.0 => harm(deferred, ceiling.deferred_share, "it defers"),
        _ => String::new(),
    };
    format!("{subject} at least once on {ever}{most}{harm}.")
}

/// How often any ceiling ever binds, where there are several.
fn any(results: &Results) -> Option<String> {
    let bound = results.bound.filter(|bound| bound.hits() > 0)?;
    (Binding::of(&results.constraints).names.len() > 1)
        .then(|| Some(format!("Some ceiling binds at least once on {}.", of_the_paths(&bound)?)))?
}

fn is_level(results: &Results) -> bool {
    results.run.measure == Some(MarketMeasure::Level)
}

/// The unit of the market's numbers added up over steps: amounts stay amounts; levels become levels over time,
/// `MW-quarters`.
fn unit_over_time(results: &Results) -> Option<String> {
    let market = results.bands.iter().find(|band| band.subject.output == "market");
    let unit = market.and_then(|band| band.unit.clone());
    match is_level(results) {
        true => {
            Some(format!("{}{}", unit.map_or_else(String::new, |unit| format!("{unit}-")), steps(&results.run.horizon)))
        }
        false => unit,
    }
}

/// What the steps of a horizon are, in a word.
fn steps(horizon: &Horizon) -> &'static str {
    match horizon.length {
        _ if horizon.start.is_none() => "steps",
        StepLength::Year => "years",
        StepLength::Quarter => "quarters",
        StepLength::Month => "months",
        _ => "steps",
    }
}

/// How often each ceiling binds, by step; where there is little room, the ceilings that do the most harm.
pub(super) fn by_step(results: &Results) -> Option<Block<'_>> {
    let Binding { names, steps } = Binding::of(&results.constraints);
    let harm = ceilings(results);
    let mut table = Table::of(&steps, Rows::Steps, "constraints").text("period", |step| &step[0].when.period);
    for name in &names {
        let rank = harm.iter().position(|ceiling| ceiling.constraint == *name).unwrap_or(harm.len());
        let share = |step: &Vec<_>| Binding::share(step, name).map(Cell::Share);
        table = table.column(Detail::if_room(rank), Alignment::Number, results.titles.quantity(name), share);
    }
    table = table.number("any", |step| Binding::any(step).map(Cell::Share));
    table.table.columns_are = Some("ceilings");
    let heading = "share of paths on which each ceiling binds";
    let title = format!("{}: {heading}", run::name(results));
    let rows = Ceilings { rows: &results.constraints, titles: &results.titles };
    let picture = Picture { name: "binding".into(), title, marks: Marks::Binding(rows) };
    (!steps.is_empty()).then(|| Block::section(heading, vec![Block::Figure(picture, Some(table.table))]))
}
