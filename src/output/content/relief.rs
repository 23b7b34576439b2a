//! What higher ceilings are worth, a row a ceiling.

use crate::output::document::{Alignment, Block, Cell, Detail, Rows, Table};
use crate::output::number::NumberFormat;
use crate::output::quantity::{largest, with_unit};
use crate::output::words::in_period;
use crate::results::{ReliefRow, Results};
use crate::stats::{Statistic, se, value};

/// Targets side by side where there is little room.
const TARGETS: usize = 3;

/// A target above its column: its title, or its name with blanks to break at.
fn column_name(results: &Results, target: &str) -> String {
    match results.titles.target(target) {
        title if title == target => title.replace('_', " "),
        title => title.to_owned(),
    }
}

/// The gain of the market, and that of the targets in percentage points.
pub(super) fn section(results: &Results) -> Option<Block<'_>> {
    let first = results.relief.first()?;
    let heading = format!("what 10 % more of each ceiling is worth{}", in_period(&first.when));
    let money = results.relief.iter().filter(|row| row.statistic != Statistic::Probability);
    let format = NumberFormat::error(largest(money.clone().map(|row| value(&row.gain))).map(|gain| gain / 10.0));
    let error = NumberFormat::error(largest(money.map(|row| se(&row.gain))));
    let ceilings: Vec<&[ReliefRow]> = results.relief.chunk_by(|a, b| a.constraint == b.constraint).collect();
    let gain = |rows: &&[ReliefRow], of: &str, statistic| {
        rows.iter().find(|row| row.of == of && row.statistic == statistic).and_then(|row| row.gain)
    };
    let mut table =
        Table::of(&ceilings, Rows::All, "relief").text("ceiling", |rows| results.titles.quantity(&rows[0].constraint));
    for statistic in [Statistic::Mean, Statistic::MEDIAN] {
        table = table
            .number(statistic.label(), |rows| Cell::number(value(&gain(rows, "market", statistic)), format))
            .number("se", |rows| Cell::number(se(&gain(rows, "market", statistic)), error));
    }
    let targets = ceilings[0].iter().filter(|row| row.statistic == Statistic::Probability);
    for (index, target) in targets.enumerate() {
        let detail = if index < TARGETS { Detail::if_room(index) } else { Detail::InFull };
        let points = |rows: &&[ReliefRow]| value(&gain(rows, &target.of, Statistic::Probability)).map(Cell::Points);
        table = table.column(detail, Alignment::Number, format!("{} points", column_name(results, &target.of)), points);
    }
    table.table.columns_are = Some("targets");
    table.section(with_unit(&heading, first.unit.as_deref()))
}
