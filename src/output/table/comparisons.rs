//! The tables of a comparison: their columns in every format.

use super::cases::case_labels;
use super::columns::{distribution, series, warnings, when};
use super::{Cell, Column, Columns, DataType, FRACTION, Layout, N, OF_ROW, PATHS, Table};
use crate::results::comparison::{
    Comparison, ComparisonBand, ConstraintComparison, DominanceRow, PairedRow, PartingRow, TargetComparison, WhyRow,
};
use crate::stats::{se, value};

/// The meaning of the columns `excluded`.
const EXCLUDED: &str = "paths left out because a value is not finite";
/// The standard error beside a number, in a column called `se`.
const ERROR: &str = "Monte Carlo standard error of the number before it, paired";
/// The standard error of a share or a gap.
const ERROR_OF_SHARE: &str = "Monte Carlo standard error of the share";
const ERROR_OF_GAP: &str = "Monte Carlo standard error of the gap, paired";

/// The tables of one scenario against another. None has the name of a table of a run.
pub fn comparison_tables(layout: &Layout) -> Vec<Table<Comparison>> {
    let tables = [
        Table::of("comparison", |comparison: &Comparison| &comparison.bands, bands(layout)),
        Table::of("paired", |comparison| &comparison.paired, paired()),
        Table::of("partings", |comparison| &comparison.partings, partings()),
        Table::of("dominance", |comparison| &comparison.dominance, dominance()),
        Table::of("target_comparison", |comparison| &comparison.targets, targets()),
        Table::of("constraint_comparison", |comparison| &comparison.constraints, constraints()),
        Table::of("why", |comparison: &Comparison| &comparison.why, why()).wanted(layout.why),
        Table::of("comparison_warnings", |comparison| &comparison.warnings, warnings()),
    ];
    let names = || {
        Columns::new()
            .text("a", "name of the scenario that is compared with", |comparison: &Comparison| &comparison.a)
            .text("b", "name of the scenario that is compared", |comparison| &comparison.b)
    };
    let labels = || match &layout.cases {
        Some(cases) => names().and(case_labels(cases, |comparison: &Comparison| comparison.case.as_ref())),
        None => names(),
    };
    tables.into_iter().map(|table| table.labelled(labels())).collect()
}

/// Distributions of differences and ratios, and how far each statistic moves.
fn bands(layout: &Layout) -> Columns<ComparisonBand> {
    Columns::new()
        .part(|row: &ComparisonBand| &row.band.subject, series())
        .text_or_null("unit", "unit of the row's numbers", |row| row.band.unit.as_deref())
        .text("measure", "`difference` b - a, `ratio` b / a, or `shift` of each statistic", |row| row.measure.name())
        .part(|row| &row.band.subject.when, when())
        .part(|row| &row.band, distribution(layout, EXCLUDED))
}

/// Which of the two is larger, and what pairing is worth.
fn paired() -> Columns<PairedRow> {
    Columns::new()
        .part(|row: &PairedRow| &row.subject, series())
        .part(|row| &row.subject.when, when())
        .number("p_below", FRACTION, "share of paths on which b is below a", |row| row.below.probability())
        .number("p_below_se", FRACTION, ERROR_OF_SHARE, |row| row.below.standard_error())
        .number(
            "p_below_low",
            FRACTION,
            "lower end of its 95 % interval: Wilson's, or Student's t over replicates",
            |row| Some(row.below.interval()?.0),
        )
        .number(
            "p_below_high",
            FRACTION,
            "upper end of its 95 % interval: Wilson's, or Student's t over replicates",
            |row| Some(row.below.interval()?.1),
        )
        .number("p_above", FRACTION, "share of paths on which b is above a", |row| row.above.probability())
        .number("p_above_se", FRACTION, ERROR_OF_SHARE, |row| row.above.standard_error())
        .number("variance_reduction", None, "how many times more paths independent runs would need", |row| {
            row.variance_reduction
        })
        .integer("n", PATHS, N, |row| row.below.n())
        .integer("excluded", PATHS, EXCLUDED, |row| row.below.excluded())
}

/// When medians part.
fn partings() -> Columns<PartingRow> {
    Columns::new()
        .part(|row: &PartingRow| &row.subject, series())
        .text_or_null("unit", "unit of the row's numbers", |row| row.unit.as_deref())
        .part_or_null(|row| row.parted.then_some(&row.subject.when), when())
        .number("shift", OF_ROW, "median of b less median of a", |row| value(&row.shift))
        .number("se", None, ERROR, |row| se(&row.shift))
}

/// Stochastic dominance.
fn dominance() -> Columns<DominanceRow> {
    Columns::new()
        .text("output", "name of the output", |row: &DominanceRow| &row.subject.output)
        .text_or_null("unit", "unit of the row's numbers", |row| row.unit.as_deref())
        .part(|row| &row.subject.when, when())
        .integer("order", None, "order of stochastic dominance, 1 or 2", |row| row.order.into())
        .text("verdict", "which of the two dominates", |row| row.verdict.name())
        .number("max_gap", None, "largest F_b - F_a, or of its integral for order 2", |row| {
            Some(row.max_gap?.size.value)
        })
        .number("max_gap_se", None, ERROR_OF_GAP, |row| row.max_gap?.size.se)
        .number("max_gap_at", OF_ROW, "value at which it is largest", |row| Some(row.max_gap?.at))
        .number("min_gap", None, "smallest F_b - F_a, or of its integral for order 2", |row| {
            Some(row.min_gap?.size.value)
        })
        .number("min_gap_se", None, ERROR_OF_GAP, |row| row.min_gap?.size.se)
        .number("min_gap_at", OF_ROW, "value at which it is smallest", |row| Some(row.min_gap?.at))
        .integer("thresholds", None, "values that were looked at", |row| row.thresholds)
}

/// Targets side by side.
fn targets() -> Columns<TargetComparison> {
    Columns::new()
        .text("target", "name of the target", |row: &TargetComparison| &row.target)
        .number("probability_a", FRACTION, "share of paths in a", |row| row.a.probability())
        .number("probability_b", FRACTION, "share of paths in b", |row| row.b.probability())
        .number("difference", FRACTION, "share in b less share in a", |row| value(&row.difference))
        .number("se", None, ERROR, |row| se(&row.difference))
        .number("only_a", FRACTION, "share of paths on which it holds in a alone", |row| row.only_a.probability())
        .number("only_b", FRACTION, "share of paths on which it holds in b alone", |row| row.only_b.probability())
        .integer("n", PATHS, N, |row| row.only_a.n())
        .integer("excluded", PATHS, EXCLUDED, |row| row.only_a.excluded())
}

/// Ceilings side by side.
fn constraints() -> Columns<ConstraintComparison> {
    Columns::new()
        .text("constraint", "name of the ceiling", |row: &ConstraintComparison| &row.constraint)
        .part(|row| &row.when, when())
        .number("p_binding_a", FRACTION, "share of paths in a", |row| row.a.probability())
        .number("p_binding_b", FRACTION, "share of paths in b", |row| row.b.probability())
        .number("difference", FRACTION, "share in b less share in a", |row| value(&row.difference))
        .number("se", None, ERROR, |row| se(&row.difference))
        .integer("n", PATHS, N, |row| row.only_a.n())
        .integer("excluded", PATHS, EXCLUDED, |row| row.only_a.excluded())
}

/// What the move is made of.
fn why() -> Columns<WhyRow> {
    let statistic = Column::new("statistic", DataType::Text, None, "statistic that moves");
    let sampling = "standard error by the sampling of orders; 0 where every combination was run";
    Columns::new()
        .text("of", "output or target", |row: &WhyRow| &row.of)
        .text_or_null("unit", "unit of the row's numbers", |row| row.unit.as_deref())
        .part(|row| &row.when, when())
        .column(statistic, |row| Cell::Text(row.statistic.to_string().into()))
        .text_or_null("input", "what differs; absent in the row of the whole move", |row| row.input.as_deref())
        .number("effect", OF_ROW, "its part of the move", |row| value(&row.effect))
        .number("se", None, ERROR, |row| se(&row.effect))
        .number("sampling_se", None, sampling, |row| row.sampling_se)
        .number("first", OF_ROW, "effect when it is changed alone", |row| row.first)
        .number("last", OF_ROW, "effect when it is changed after all others", |row| row.last)
}
