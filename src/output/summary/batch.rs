//! Scenarios side by side: where each ends, how it grows, what holds it back.

use super::bands::{chosen_levels, format_of, in_period, label, largest, with_unit};
use super::sections::share_or_dash;
use super::{bound_in_last_step, last_row};
use crate::output::layout::{Align, Grid, write_title};
use crate::output::number::NumberFormat;
use crate::results::{Band, Results};
use std::io::{self, Write};

/// Room that a name gets in any case; longer ones may break.
const NAME: usize = 20;

/// Writes a line a scenario: the main output in its last step, its growth, the first target, the share of bound paths.
pub(super) fn write(out: &mut dyn Write, runs: &[Results], width: usize) -> io::Result<()> {
    let ends: Vec<Option<&Band>> =
        runs.iter().map(|results| results.headline().last().copied().or_else(|| results.bands.last())).collect();
    let cagrs: Vec<Option<&Band>> = runs.iter().map(|results| last_row(results, "cagr")).collect();
    let levels = chosen_levels(&runs[0].percentiles, 3);
    let labels: Vec<String> = levels.iter().map(|&level| label(runs[0].percentiles[level])).collect();
    let values = |band: Option<&Band>| -> Vec<Option<f64>> {
        levels.iter().map(|&level| band.and_then(|band| band.quantiles[level])).collect()
    };

    let describe = |band: &Band| format!("{} {}", with_unit(&band.output, band.unit.as_deref()), in_period(&band.when));
    let common = same(ends.iter().map(|end| end.map(describe)));
    // Growth of different things side by side says little, and there is no room for it.
    let with_cagr = common.is_some() && cagrs.iter().any(Option::is_some);
    let growth = if with_cagr { ", growth a year (cagr)" } else { "" };
    let subject = common.clone().unwrap_or_else(|| "main output in the last period".into());
    write_title(out, &format!("{} scenarios: {subject}{growth}", runs.len()), width)?;

    let mut columns = vec![("scenario".to_owned(), Align::Left)];
    if common.is_none() {
        columns.extend([("output".into(), Align::Left), ("in".into(), Align::Right)]);
    }
    columns.extend(labels.iter().map(|label| (label.clone(), Align::Right)));
    if with_cagr {
        columns.extend(labels.iter().map(|label| (format!("cagr {label} %"), Align::Right)));
    }
    let first_target = |results: &Results| results.targets.first().map(|row| row.target.clone());
    let with_target = runs.iter().any(|results| first_target(results).is_some());
    if with_target {
        let name = same(runs.iter().map(first_target)).unwrap_or_else(|| "first target".into());
        columns.push((format!("{name} %").replace('_', " "), Align::Right));
    }
    let with_bound = runs.iter().any(|results| !results.constraints.is_empty());
    if with_bound {
        columns.push(("bound %".into(), Align::Right));
    }

    let mut grid = Grid::new(&columns);
    let longest = runs.iter().map(|results| results.scenario.chars().count()).max().unwrap_or(0);
    grid.break_names(longest.clamp("scenario".len(), NAME));
    let shared_format = NumberFormat::plain(ends.iter().filter_map(|&end| largest(&values(end))));
    for ((results, &end), &cagr) in runs.iter().zip(&ends).zip(&cagrs) {
        let format = match end {
            Some(band) if common.is_none() => format_of(band, largest(&values(end))),
            _ => shared_format,
        };
        let mut cells = vec![results.scenario.clone()];
        if common.is_none() {
            cells.extend(end.map_or_else(Default::default, |band| [band.output.clone(), band.when.period.clone()]));
        }
        cells.extend(values(end).into_iter().map(|value| format.format_or_dash(value)));
        if with_cagr {
            let format = NumberFormat::percent(values(cagr).into_iter().flatten());
            cells.extend(values(cagr).into_iter().map(|value| bare(format.format_or_dash(value))));
        }
        if with_target {
            cells.push(bare(share_or_dash(results.targets.first().and_then(|row| row.probability))));
        }
        if with_bound {
            cells.push(bare(share_or_dash(bound_in_last_step(results))));
        }
        grid.row(cells);
    }
    grid.write(out, width)
}

/// The number of a percentage whose sign stands in the header.
fn bare(percentage: String) -> String {
    percentage.strip_suffix(" %").map_or_else(|| percentage.clone(), String::from)
}

/// What all items have in common, if they are all there and the same.
fn same(mut items: impl Iterator<Item = Option<String>>) -> Option<String> {
    let first = items.next()??;
    items.all(|item| item.as_ref() == Some(&first)).then_some(first)
}
