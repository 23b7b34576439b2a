//! The tables of a run: its columns in every format.

use super::cases::case_labels;
use super::columns::{distribution, growth_quantile, moments, quantile, series, warnings, when};
use super::discovery::discovery_tables;
use super::drivers::{driver_tables, lower_bounds};
use super::stories::story_tables;
use super::{Cell, Column, Columns, DataType, FRACTION, Layout, N, OF_ROW, PATHS, Table, Unit};
use crate::output::digest::last_row;
use crate::results::{
    Band, CalibrationInfo, ConstraintRow, CorrelationRow, Placed, PrecisionRow, ReferenceRow, ReliefRow, Results,
    RunInfo, TargetRow, tightest,
};
use crate::stats::{Estimate, se, value};
use serde_json::{Value, json};
use std::slice;

const OF_MARKET: Option<Unit> = Some(Unit::OfMarket);

/// The meaning of the columns `excluded`.
const EXCLUDED: &str = "paths left out because the value is not finite";

/// The tables of a scenario's run, `runs` first.
pub fn run_tables(layout: &Layout) -> Vec<Table<Results>> {
    let tables = [
        Table::of("runs", |results: &Results| slice::from_ref(&results.run), run()).inline(),
        Table::of("summary", slice::from_ref, summary(layout)),
        Table::of("bands", |results| &results.bands, bands(layout)),
        Table::of("targets", |results| &results.targets, targets()),
        Table::of("references", |results: &Results| &results.references, references()),
        Table::of("constraints", |results| &results.constraints, constraints()),
        Table::of("correlations", |results: &Results| &results.correlations, correlations())
            .wanted(layout.correlations),
        Table::of("relief", |results: &Results| &results.relief, relief()).wanted(layout.relief),
        Table::of("until", |results: &Results| &results.precision, until()).wanted(layout.until),
        Table::of("lower_bounds", |results: &Results| &results.lower_bounds, lower_bounds()),
        Table::of("warnings", |results| &results.warnings, warnings()),
    ];
    let scenario = || Columns::new().text("scenario", "name of the scenario", |results: &Results| &results.scenario);
    let drivers = layout.sensitivity.then(driver_tables).into_iter().flatten();
    let discovery = layout.discovery.then(discovery_tables).into_iter().flatten();
    let stories = layout.stories.then(story_tables).into_iter().flatten();
    let labels = || match &layout.cases {
        Some(cases) => scenario().and(case_labels(cases, |results: &Results| results.case.as_ref())),
        None => scenario(),
    };
    tables.into_iter().chain(drivers).chain(discovery).chain(stories).map(|table| table.labelled(labels())).collect()
}

/// How each scenario was run.
fn run() -> Columns<RunInfo> {
    let seed = Column::new("seed", DataType::Unsigned, None, "seed of all randomness");
    let set =
        Column::new("set", DataType::Data, None, "what was changed with --set, as a JSON list of PATH=VALUE").or_null();
    let calibration = Column::new("calibration", DataType::Data, None, "what was calibrated, as JSON").or_null();
    Columns::new()
        .text_or_null("title", "title of the scenario", |run: &RunInfo| run.title.as_deref())
        .integer("paths", PATHS, "paths simulated", |run| run.paths)
        .column(seed, |run| Cell::Integer(run.seed.into()))
        .text("sampler", "how points were drawn", |run| run.sampler)
        .integer(
            "replicates",
            None,
            "independent samples that the paths are dealt out to; 1 of independent paths",
            |run| run.replicates,
        )
        .text("content_hash", "SHA-256 of the resolved scenario", |run| &run.content_hash)
        .text("version", "version of riskband", |run| run.version)
        .column(calibration, |run| run.calibration.as_ref().map_or(Cell::Absent, |info| Cell::Data(calibrated(info))))
        .column(set, |run| if run.set.is_empty() { Cell::Absent } else { Cell::Data(json!(run.set)) })
}

fn calibrated(calibration: &CalibrationInfo) -> Value {
    let values = calibration.values.iter().map(|(period, value)| json!({ "period": period, "value": value }));
    json!({
        "parameter": calibration.parameter,
        "statistic": calibration.statistic,
        "own": calibration.own,
        "values": values.collect::<Value>(),
    })
}

/// Each scenario in a line: where it ends, how it grows, what holds it back.
fn summary(layout: &Layout) -> Columns<Results> {
    let end = Columns::new()
        .text("output", "name of the output", |band: &Band| &band.subject.output)
        .text_or_null("unit", "unit of the row's numbers", |band| band.unit.as_deref())
        .part(|band| &band.subject.when, when())
        .and(moments())
        .levels(&layout.percentiles, quantile, Band::quantile);
    let growth = Columns::new().levels(&layout.percentiles, growth_quantile, Band::quantile);
    let targets = Column::new("targets", DataType::Data, None, "probability of each target by name, as JSON");
    Columns::new()
        .part_or_null(Results::end, end)
        .part_or_null(|results| last_row(results, "cagr"), growth)
        .column(targets, |results| Cell::Data(probabilities(&results.targets)))
        .estimate("p_bound", FRACTION, "share of paths on which any ceiling ever binds", |results| {
            results.bound?.estimate()
        })
        .number("p_bound_low", FRACTION, "lower end of its 95 % Wilson interval", |results| {
            Some(results.bound?.interval()?.0)
        })
        .number("p_bound_high", FRACTION, "upper end of its 95 % Wilson interval", |results| {
            Some(results.bound?.interval()?.1)
        })
        .text_or_null("tightest", "the ceiling that turns the most demand away for good", |results| {
            tightest(results).map(|ceiling| ceiling.constraint)
        })
        .number("lost_total", OF_MARKET, "mean of what all ceilings turn away for good, over all steps", |results| {
            total(results, |row| &row.lost)
        })
        .number("deferred_total", OF_MARKET, "mean of what all ceilings defer, over all steps", |results| {
            total(results, |row| &row.deferred)
        })
}

fn probabilities(targets: &[TargetRow]) -> Value {
    targets.iter().map(|row| (row.target.clone(), json!(row.share.probability()))).collect()
}

/// What all ceilings do in all steps, added up; none without ceilings.
fn total(results: &Results, of: fn(&ConstraintRow) -> &Option<Estimate>) -> Option<f64> {
    results.bound?;
    results.constraints.iter().map(|row| value(of(row))).sum()
}

/// The distribution of each output in each step.
fn bands(layout: &Layout) -> Columns<Band> {
    Columns::new()
        .part(|band: &Band| &band.subject, series())
        .text_or_null("unit", "unit of the row's numbers", |band| band.unit.as_deref())
        .part(|band| &band.subject.when, when())
        .and(distribution(layout, EXCLUDED))
}

/// How likely each target is.
fn targets() -> Columns<TargetRow> {
    Columns::new()
        .text("target", "name of the target", |row: &TargetRow| &row.target)
        .text("condition", "condition as written", |row| &row.condition)
        .number("probability", FRACTION, "share of the paths on which it holds", |row| row.share.probability())
        .number("se", FRACTION, "Monte Carlo standard error of `probability`", |row| row.share.standard_error())
        .number("low", FRACTION, "lower end of the 95 % interval: Wilson's, or Student's t over replicates", |row| {
            Some(row.share.interval()?.0)
        })
        .number("high", FRACTION, "upper end of the 95 % interval: Wilson's, or Student's t over replicates", |row| {
            Some(row.share.interval()?.1)
        })
        .integer("n", PATHS, N, |row| row.share.n())
        .integer("excluded", PATHS, EXCLUDED, |row| row.share.excluded())
}

/// Where what others have published lies among the paths.
fn references() -> Columns<ReferenceRow> {
    let value = Columns::new()
        .number("percentile", FRACTION, "share of the paths that are at or below `value`", |placed: &Placed| {
            placed.below.probability()
        })
        .number("se", FRACTION, "Monte Carlo standard error of `percentile`", |placed| placed.below.standard_error())
        .number("low", FRACTION, "lower end of its 95 % interval", |placed| Some(placed.below.interval()?.0))
        .number("high", FRACTION, "upper end of its 95 % interval", |placed| Some(placed.below.interval()?.1))
        .integer("n", PATHS, N, |placed| placed.below.n())
        .integer("excluded", PATHS, EXCLUDED, |placed| placed.below.excluded());
    let growth = "published growth a year to this period, from its first value or, where growth alone is compared, the base; a step \
        where steps are counted";
    let growth = Columns::new()
        .number("growth", FRACTION, growth, |placed: &Placed| Some(placed.value))
        .number("growth_percentile", FRACTION, "share of the paths that grow at most as fast", |placed| {
            placed.below.probability()
        })
        .number("growth_percentile_se", FRACTION, "Monte Carlo standard error of `growth_percentile`", |placed| {
            placed.below.standard_error()
        })
        .number("growth_low", FRACTION, "lower end of its 95 % interval", |placed| Some(placed.below.interval()?.0))
        .number("growth_high", FRACTION, "upper end of its 95 % interval", |placed| Some(placed.below.interval()?.1))
        .integer("growth_n", PATHS, "paths whose growth entered the row", |placed| placed.below.n());
    Columns::new()
        .text("reference", "name of the reference", |row: &ReferenceRow| &row.reference)
        .text_or_null("source", "where it was published", |row| row.source.as_deref())
        .part(|row| &row.subject, series())
        .text_or_null("unit", "unit of the output", |row| row.unit.as_deref())
        .part(|row| &row.subject.when, when())
        .number("value", OF_ROW, "published value; null where growth alone is compared", |row| Some(row.value?.value))
        .part_or_null(|row| row.value.as_ref(), value)
        .part_or_null(|row| row.growth.as_ref(), growth)
}

/// What each ceiling does in each step.
fn constraints() -> Columns<ConstraintRow> {
    Columns::new()
        .text("constraint", "name of the ceiling", |row: &ConstraintRow| &row.constraint)
        .part(|row| &row.when, when())
        .estimate(
            "p_binding",
            FRACTION,
            "share of paths on which it is the smallest ceiling and below what is wanted",
            |row| row.binding.estimate(),
        )
        .estimate("p_short", FRACTION, "share of paths on which it is below what is wanted", |row| row.short.estimate())
        .estimate("unmet_mean", OF_MARKET, "mean of what is wanted and not delivered where it binds", |row| row.unmet)
        .estimate("lost_mean", OF_MARKET, "the part of it that nobody asks for again", |row| row.lost)
        .estimate("deferred_mean", OF_MARKET, "the part of it that joins the backlog", |row| row.deferred)
        .estimate("utilisation_mean", FRACTION, "mean of the market divided by this ceiling", |row| row.utilisation)
        .estimate(
            "p_first",
            FRACTION,
            "share of paths on which it binds for the first time, of those on which every step has a value",
            |row| row.first.estimate(),
        )
        .integer("n", PATHS, N, |row| row.binding.n())
        .integer("excluded", PATHS, EXCLUDED, |row| row.binding.excluded())
}

/// Two outputs against each other.
fn correlations() -> Columns<CorrelationRow> {
    Columns::new()
        .text("a", "an output and its period, as asked for", |row: &CorrelationRow| &row.a)
        .text("b", "an output and its period, as asked for", |row| &row.b)
        .estimate("pearson", None, "linear correlation", |row| row.pearson)
        .estimate("spearman", None, "rank correlation", |row| row.spearman)
        .estimate("covariance", Some(Unit::Product), "covariance, denominator n - 1", |row| row.covariance)
        .integer("n", PATHS, N, |row| row.n)
}

/// What higher ceilings are worth.
fn relief() -> Columns<ReliefRow> {
    let statistic = Column::new("statistic", DataType::Text, None, "statistic that gains");
    Columns::new()
        .text("constraint", "the ceiling that is made a tenth higher", |row: &ReliefRow| &row.constraint)
        .text("of", "output or target", |row| &row.of)
        .text_or_null("unit", "unit of the output", |row| row.unit.as_deref())
        .column(statistic, |row| Cell::Text(row.statistic.to_string().into()))
        .part(|row| &row.when, when())
        .number("gain", OF_ROW, "what it gains on the same random numbers", |row| value(&row.gain))
        .number("se", OF_ROW, "Monte Carlo standard error of `gain`, paired", |row| se(&row.gain))
        .integer("n", PATHS, "paths with a value both with the ceiling as it is and with the higher one", |row| row.n)
        .integer("excluded", PATHS, EXCLUDED, |row| row.excluded)
}

/// How precise the statistics are that the run was to go on for.
fn until() -> Columns<PrecisionRow> {
    let reached = Column::new("reached", DataType::Boolean, None, "whether the condition holds");
    let needed = Column::new("needed", DataType::Integer, PATHS, "paths that it would take about").or_null();
    Columns::new()
        .text("condition", "statistic and tolerance as asked for", |row: &PrecisionRow| &row.condition)
        .number("value", None, "value of the statistic", |row| row.value)
        .number("half_width", None, "half of its 95 % interval, in the unit of the value", |row| row.half_width)
        .column(reached, |row| Cell::Boolean(row.reached))
        .column(needed, |row| row.needed.map_or(Cell::Absent, |needed| Cell::Integer(needed.into())))
}
