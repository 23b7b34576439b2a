//! What holds a market back: its ceilings over the whole horizon, the most harmful first.

use super::bands::in_period;
use super::sections::share_or_dash;
use crate::model::When;
use crate::output::layout::{Align, GAP, Grid, INDENT, longest_word, write_heading, write_paragraph};
use crate::output::number::{NumberFormat, grouped};
use crate::results::{Ceiling, Results, ceilings};
use std::io::{self, Write};

/// Ceilings that are shown.
const SHOWN: usize = 30;

/// Writes a sentence about the ceiling that does the most harm, and a line a ceiling.
pub(super) fn write(out: &mut dyn Write, results: &Results, width: usize) -> io::Result<()> {
    let ceilings = ceilings(results);
    let Some(last) = results.constraints.iter().map(|row| &row.when).max_by_key(|when| when.step) else {
        return Ok(());
    };
    write_heading(out, "what holds this market back")?;
    let unit = results.bands.iter().find(|band| band.subject.output == "market").and_then(|band| band.unit.as_deref());
    // The smallest would ask for digits that say nothing beside the largest.
    let amounts = ceilings.iter().flat_map(|ceiling| [ceiling.lost, ceiling.deferred]).flatten();
    let format = NumberFormat::plain(amounts.max_by(f64::total_cmp));
    write_paragraph(out, &sentence(results, ceilings.first(), last, unit, format), width, INDENT)?;
    writeln!(out)?;

    let unit = unit.map_or_else(String::new, |unit| format!(", {unit}"));
    let columns = [
        ("ceiling".to_owned(), Align::Left),
        ("ever binds".into(), Align::Right),
        ("first in".into(), Align::Right),
        ("most often".into(), Align::Right),
        (format!("lost{unit}"), Align::Right),
        (format!("deferred{unit}"), Align::Right),
        (format!("used {}", in_period(last)), Align::Right),
    ];
    let shown = &ceilings[..ceilings.len().min(SHOWN)];
    let mut rows: Vec<[String; 7]> = shown.iter().map(|ceiling| cells(ceiling, format, true)).collect();
    let needed: usize = (0..columns.len())
        .map(|index| {
            rows.iter().map(|row| row[index].chars().count()).fold(longest_word(&columns[index].0), usize::max)
        })
        .sum();
    if INDENT + needed + GAP * (columns.len() - 1) > width {
        rows = shown.iter().map(|ceiling| cells(ceiling, format, false)).collect();
    }
    let mut grid = Grid::new(&columns);
    rows.into_iter().for_each(|row| grid.row(row));
    grid.write(out, width)?;
    if ceilings.len() > SHOWN {
        let note = format!("{SHOWN} of {} ceilings; --format csv --table constraints has all.", ceilings.len());
        write_paragraph(out, &note, width, INDENT)?;
    }
    Ok(())
}

/// A line of the table; amounts with their share of demand where there is room.
fn cells(ceiling: &Ceiling<'_>, format: NumberFormat, with_shares: bool) -> [String; 7] {
    let amount = |amount: Option<f64>, share: Option<f64>| match share.filter(|_| with_shares) {
        Some(_) => format!("{} ({})", format.format_or_dash(amount), share_or_dash(share)),
        None => format.format_or_dash(amount),
    };
    let most = ceiling.most.map(|(when, share)| format!("{}: {}", when.period, share_or_dash(Some(share))));
    [
        ceiling.constraint.to_owned(),
        share_or_dash(ceiling.ever.probability()),
        ceiling.first.map_or_else(|| "-".into(), |(when, _)| when.period.clone()),
        most.unwrap_or_else(|| "-".into()),
        amount(ceiling.lost, ceiling.lost_share),
        amount(ceiling.deferred, ceiling.deferred_share),
        share_or_dash(ceiling.utilisation),
    ]
}

fn sentence(
    results: &Results,
    tightest: Option<&Ceiling<'_>>,
    last: &When,
    unit: Option<&str>,
    format: NumberFormat,
) -> String {
    let Some((ceiling, (most, _))) = tightest.and_then(|ceiling| Some((ceiling, ceiling.most?))) else {
        let s = if results.run.paths == 1 { "" } else { "s" };
        return format!("No ceiling binds on any of {} path{s}.", grouped(results.run.paths));
    };
    let unit = unit.map_or_else(String::new, |unit| format!(" {unit}"));
    let share = ceiling.lost_share.map_or_else(String::new, |share| format!(" ({})", share_or_dash(Some(share))));
    let any = results.bound.and_then(|bound| bound.probability()).map_or_else(String::new, |any| {
        format!(" Some ceiling binds at least once on {} of the paths.", share_or_dash(Some(any)))
    });
    format!(
        "{} does the most harm: it binds at least once on {} of the paths, most often {}, and up to {} turns away \
         {}{unit} of demand{share} for good.{any}",
        ceiling.constraint,
        share_or_dash(ceiling.ever.probability()),
        in_period(most),
        last.period,
        format.format_or_dash(ceiling.lost),
    )
}
