//! The tables of `solve`: their columns in every format.

use super::{Cell, Column, Columns, DataType, PATHS, Table};
use crate::results::{CurvePoint, FrontierRow, Solution, Solved};
use crate::stats::{se, value};
use std::slice;

/// The tables of what it takes, `solve` first.
pub fn solution_tables() -> Vec<Table<Solution>> {
    let tables = [
        Table::of("solve", slice::from_ref, solve()).inline(),
        Table::of("curve", |solution: &Solution| &solution.curve, curve()),
        Table::of("frontier", |solution| &solution.frontier, frontier()),
    ];
    let labels = || {
        Columns::new()
            .text("scenario", "name of the scenario", |solution: &Solution| &solution.scenario)
            .text("goal", "the goal as typed", |solution| &solution.goal)
            .text("path", "the path that varies", |solution| &solution.path)
            .text_or_null("other", "the second path that varies; null without one", |solution| {
                solution.other.as_deref()
            })
    };
    tables.into_iter().map(|table| table.labelled(labels())).collect()
}

fn solve() -> Columns<Solution> {
    let seed = Column::new("seed", DataType::Unsigned, None, "seed of all randomness");
    Columns::new()
        .number("range_low", None, "smaller end of the range in which the path varies", |row: &Solution| {
            Some(row.range.0)
        })
        .number("range_high", None, "larger end of it", |row| Some(row.range.1))
        .part(|row| &row.solved, solved())
        .integer("paths", PATHS, "paths of each simulation", |row| row.paths)
        .column(seed, |row| Cell::Integer(row.seed.into()))
        .text("sampler", "how points were drawn", |row| row.sampler)
        .integer(
            "replicates",
            None,
            "independent samples that the paths are dealt out to; 1 of independent paths",
            |row| row.replicates,
        )
        .text("content_hash", "SHA-256 of the resolved scenario, before anything varied", |row| &row.content_hash)
        .text("version", "version of riskband", |row| row.version)
}

fn solved() -> Columns<Solved> {
    let reason = "why there is no value: `out_of_reach`, `not_monotone` or `absent`; null where there is one, and where the \
        condition holds everywhere";
    Columns::new()
        .number(
            "value",
            None,
            "what it takes; null where there is none, and where the condition holds everywhere",
            |row: &Solved| row.value,
        )
        .number("low", None, "lower end of its 95 % interval, as the simulation's error leaves it", |row| row.low)
        .number("high", None, "upper end of it", |row| row.high)
        .number("attained_low", None, "smallest value of the statistic in the range, of 17 looked at", |row| {
            Some(row.attained?.0)
        })
        .number("attained_high", None, "largest value of it", |row| Some(row.attained?.1))
        .text_or_null("reason", reason, |row| row.reason.as_ref().map(|reason| reason.name()))
}

fn curve() -> Columns<CurvePoint> {
    Columns::new()
        .number("at", None, "value of the path that varies", |row: &CurvePoint| Some(row.at))
        .number("value", None, "the statistic there", |row| value(&row.value))
        .number("se", None, "Monte Carlo standard error of `value`", |row| se(&row.value))
        .number("low", None, "lower end of the 95 % interval of `value`", |row| Some(row.interval?.0))
        .number("high", None, "upper end of it", |row| Some(row.interval?.1))
}

fn frontier() -> Columns<FrontierRow> {
    Columns::new()
        .number("at", None, "value of the second path that varies", |row: &FrontierRow| Some(row.other))
        .part(|row| &row.solved, solved())
}
