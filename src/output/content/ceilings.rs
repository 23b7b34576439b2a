//! What holds a market back: its ceilings over the whole horizon, the most harmful first, and step by step.

use crate::model::When;
use crate::output::chart::{Marks, Picture};
use crate::output::document::{Alignment, Block, Cell, Detail, Rows, Table};
use crate::output::number::{NumberFormat, share};
use crate::output::words::{in_period, paths};
use crate::results::{Binding, Ceiling, Results, ceilings};

/// The ceiling that does the most harm, and a row a ceiling.
pub(super) fn harm(results: &Results) -> Option<Block<'_>> {
    let last = results.constraints.iter().map(|row| &row.when).max_by_key(|when| when.step)?;
    let ceilings = ceilings(results);
    let unit = results.bands.iter().find(|band| band.subject.output == "market").and_then(|band| band.unit.as_deref());
    // The smallest would ask for digits that say nothing beside the largest.
    let amounts = ceilings.iter().flat_map(|ceiling| [ceiling.lost, ceiling.deferred]).flatten();
    let format = NumberFormat::plain(amounts.max_by(f64::total_cmp));
    let sentence = sentence(results, ceilings.first(), last, unit, format);

    let unit = unit.map_or_else(String::new, |unit| format!(", {unit}"));
    let amount = |amount: Option<f64>, part: Option<f64>| match amount.zip(part) {
        Some((amount, part)) => Cell::Part(amount, format, part),
        None => Cell::number(amount, format),
    };
    let table = Table::of(&ceilings, Rows::Many("ceilings"), "constraints")
        .text("ceiling", |ceiling| ceiling.constraint)
        .number("ever binds", |ceiling| ceiling.ever.probability().map(Cell::Share))
        .number("first in", |ceiling| ceiling.first.map(|(when, _)| &when.period))
        .number("most often", |ceiling| ceiling.most.map(|(when, p)| format!("{}: {}", when.period, share(p))))
        .number(format!("lost{unit}"), |ceiling| amount(ceiling.lost, ceiling.lost_share))
        .number(format!("deferred{unit}"), |ceiling| amount(ceiling.deferred, ceiling.deferred_share))
        .number(format!("used {}", in_period(last)), |ceiling| ceiling.utilisation.map(Cell::Share));
    Some(Block::section("what holds this market back", vec![Block::Paragraph(sentence), Block::Table(table.table)]))
}

fn sentence(
    results: &Results,
    tightest: Option<&Ceiling<'_>>,
    last: &When,
    unit: Option<&str>,
    format: NumberFormat,
) -> String {
    let Some((ceiling, (most, _))) = tightest.and_then(|ceiling| Some((ceiling, ceiling.most?))) else {
        return format!("No ceiling binds on any of {}.", paths(results.run.paths));
    };
    let unit = unit.map_or_else(String::new, |unit| format!(" {unit}"));
    let of_demand = ceiling.lost_share.map_or_else(String::new, |p| format!(" ({})", share(p)));
    let any = results
        .bound
        .and_then(|bound| bound.probability())
        .map_or_else(String::new, |any| format!(" Some ceiling binds at least once on {} of the paths.", share(any)));
    format!(
        "{} does the most harm: it binds at least once on {} of the paths, most often {}, and up to {} turns away \
         {}{unit} of demand{of_demand} for good.{any}",
        ceiling.constraint,
        ceiling.ever.probability().map_or_else(|| "-".into(), share),
        in_period(most),
        last.period,
        format.format_or_dash(ceiling.lost),
    )
}

/// How often each ceiling binds, by step; where there is little room, the ceilings that do the most harm.
pub(super) fn by_step(results: &Results) -> Option<Block<'_>> {
    let Binding { names, steps } = Binding::of(&results.constraints);
    let harm = ceilings(results);
    let mut table = Table::of(&steps, Rows::Steps, "constraints").text("period", |step| &step[0].when.period);
    for name in &names {
        let rank = harm.iter().position(|ceiling| ceiling.constraint == *name).unwrap_or(harm.len());
        let share = |step: &Vec<_>| Binding::share(step, name).map(Cell::Share);
        table = table.column(Detail::if_room(rank), Alignment::Number, *name, share);
    }
    table = table.number("any", |step| Binding::any(step).map(Cell::Share));
    table.table.columns_are = Some("ceilings");
    let heading = "share of paths on which each ceiling binds";
    let title = format!("{}: {heading}", results.scenario);
    let picture = Picture { name: "binding".into(), title, marks: Marks::Binding(&results.constraints) };
    (!steps.is_empty()).then(|| Block::section(heading, vec![Block::Figure(picture, Some(table.table))]))
}
