//! What is assumed, and on what ground.

use crate::analysis::assumptions::Assumption;
use crate::output::document::{Block, Rows, Table};

/// The register of a scenario's assumptions; nothing where it is not at hand.
pub(super) fn section<'a>(assumptions: &[Assumption]) -> Option<Block<'a>> {
    fn or_blank(text: &Option<String>) -> &str {
        text.as_deref().unwrap_or_default()
    }
    let register = Table::of(assumptions, Rows::Many("assumptions"), "")
        .text("section", |row| row.section())
        .text("name", |row| &row.name)
        .text("value, law or formula", |row| match &row.calibrated {
            Some(statistic) => format!("{} (calibrated to the {statistic})", row.value),
            None => row.value.clone(),
        })
        .text("unit", |row| or_blank(&row.unit))
        .text("source", |row| match &row.source {
            // That an input has no source is what a register is read for.
            None if row.kind.is_input() => "no source given",
            source => or_blank(source),
        })
        .text("confidence", |row| or_blank(&row.confidence))
        .text("set in", |row| row.set_in.join(", "))
        .text("note", |row| or_blank(&row.note));
    register.section("assumptions and their sources").map(|section| Block::InFull(vec![section]))
}
