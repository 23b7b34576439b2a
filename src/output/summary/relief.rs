//! What higher ceilings are worth, a line a ceiling.

use super::bands::in_period;
use crate::output::layout::{Align, Grid, INDENT, write_heading, write_paragraph};
use crate::output::number::NumberFormat;
use crate::results::{ReliefRow, Results};
use crate::stats::{Statistic, se, value};
use std::io::{self, Write};

/// Targets side by side.
const TARGETS: usize = 3;

/// Writes the gain of the market, and of the first targets in percentage points.
pub(super) fn write(out: &mut dyn Write, results: &Results, width: usize) -> io::Result<()> {
    let Some(first) = results.relief.first() else { return Ok(()) };
    let unit = first.unit.as_ref().map_or_else(String::new, |unit| format!(", {unit}"));
    write_heading(out, &format!("what 10 % more of each ceiling is worth {}{unit}", in_period(&first.when)))?;
    let of_one: Vec<&[ReliefRow]> = results.relief.chunk_by(|a, b| a.constraint == b.constraint).collect();
    let targets: Vec<&ReliefRow> =
        of_one[0].iter().filter(|row| row.statistic == Statistic::Probability).take(TARGETS).collect();
    let mut columns = vec![("ceiling".to_owned(), Align::Left)];
    columns.extend(["mean", "se", "P50", "se"].map(|name| (name.to_owned(), Align::Right)));
    columns.extend(targets.iter().map(|row| (format!("{} points", row.of.replace('_', " ")), Align::Right)));
    let mut grid = Grid::new(&columns);
    let money = results.relief.iter().filter(|row| row.statistic != Statistic::Probability);
    let largest = |values: &mut dyn Iterator<Item = Option<f64>>| values.flatten().map(f64::abs).reduce(f64::max);
    let gain = NumberFormat::error(largest(&mut money.clone().map(|row| value(&row.gain))).map(|gain| gain / 10.0));
    let error = NumberFormat::error(largest(&mut money.clone().map(|row| se(&row.gain))));
    for rows in of_one {
        let find = |of: &str, statistic: Statistic| rows.iter().find(|row| row.of == of && row.statistic == statistic);
        let mut cells = vec![rows[0].constraint.clone()];
        for statistic in [Statistic::Mean, Statistic::MEDIAN] {
            let row = find("market", statistic);
            cells.push(gain.format_or_dash(row.and_then(|row| value(&row.gain))));
            cells.push(error.format_or_dash(row.and_then(|row| se(&row.gain))));
        }
        for target in &targets {
            let gain = find(&target.of, Statistic::Probability).and_then(|row| value(&row.gain));
            cells.push(gain.map_or_else(|| "-".into(), |gain| format!("{:+.2}", gain * 100.0)));
        }
        grid.row(cells);
    }
    grid.write(out, width)?;
    if of_one_has_more(&results.relief) {
        write_paragraph(out, "The first targets; --format csv --table relief has all.", width, INDENT)?;
    }
    Ok(())
}

fn of_one_has_more(rows: &[ReliefRow]) -> bool {
    let of_first =
        rows.iter().filter(|row| row.constraint == rows[0].constraint && row.statistic == Statistic::Probability);
    of_first.count() > TARGETS
}
