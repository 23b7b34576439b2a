//! What is said about results, as blocks: one place for every sentence, table and chart, whoever lays them out.
//!
//! A module a subject. Each gives a section or nothing where results have nothing on it; `run.rs` and `comparison/` put
//! the sections in their order.

mod answer;
mod asked;
mod assumptions;
mod bands;
mod batch;
mod ceilings;
mod charts;
mod comparison;
mod discovery;
mod distribution;
mod drivers;
mod folders;
mod lower_bounds;
mod over_time;
mod precision;
mod references;
mod relief;
mod run;
mod segments;
mod solution;
mod story;
mod sweep;

#[cfg(test)]
mod tests;

pub use asked::ChartChoice;
#[cfg(test)]
pub(crate) use charts::pictures;
pub use charts::{
    NamedChart, charts_asked_for, charts_of_comparison, charts_of_discovery, charts_of_drivers, charts_of_run,
    charts_of_several,
};
pub use solution::charts_of_solution;
pub(crate) use solution::of_solution;
pub(crate) use sweep::of_sweep;
pub use sweep::{Sweep, charts_of_sweep};

use self::batch::Batch;
use super::chart::CurveForm;
use super::document::{Block, Document, Part, Sentence};
use crate::analysis::assumptions::{Assumption, Register};
use crate::results::comparison::Comparison;
use crate::results::{Results, Warning};
use crate::stats::percentile_label;
use crate::study::Study;

/// What a report is about.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// Results of the scenarios.
    pub runs: &'a [Results],
    /// What their files say beside numbers, in the same order; may be shorter.
    pub papers: &'a [Papers],
    /// Names of scenarios that were asked for and did not run.
    pub failed: &'a [String],
    /// Scenarios against the first of them.
    pub comparisons: &'a [Comparison],
    /// Those that could not be compared with it.
    pub apart: &'a [Apart],
    /// Charts that were asked for.
    pub charts: &'a ChartChoice,
    /// How many of the first scenarios are told in full; of the others an outline is enough.
    pub told: usize,
}

/// A report about nothing.
impl Default for Report<'_> {
    fn default() -> Self {
        const USUAL: &ChartChoice = &ChartChoice { of: Vec::new(), form: CurveForm::Exceedance };
        Report { runs: &[], papers: &[], failed: &[], comparisons: &[], apart: &[], charts: USUAL, told: usize::MAX }
    }
}

/// Two scenarios that cannot be compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Apart {
    /// The base.
    pub a: String,
    /// What was to be compared with it.
    pub b: String,
    /// Why not.
    pub reasons: Vec<String>,
}

/// What a scenario file says beside its numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Papers {
    /// Its description.
    pub description: Option<String>,
    /// What it extends, ancestors first, itself last.
    pub lineage: Vec<String>,
    /// The register of its assumptions.
    pub assumptions: Vec<Assumption>,
}

impl Papers {
    /// Those of a scenario.
    pub fn of(study: &Study) -> Papers {
        Papers {
            description: study.model.description.clone(),
            lineage: study.lineage.clone(),
            assumptions: Register::of(study).assumptions,
        }
    }
}

/// How percentiles are read, by the highest that is shown.
fn percentiles(runs: &[Results]) -> Option<String> {
    let levels = runs.iter().flat_map(|run| run.percentiles.iter().copied());
    let level = percentile_label(levels.max_by(f64::total_cmp)?);
    let share = level.trim_start_matches('P');
    Some(format!(
        "Percentiles are non-exceedance: on at least {share} % of the paths the value is at or below {level}. A risk band is the \
         spread of futures that the scenario's assumptions allow; it is conditional on them and no forecast. Monte Carlo error \
         is stated apart."
    ))
}

const PAIRING: &str = "Both sides see the same draws wherever they share an input. \"b - a\" is a distribution over paths; the \
    move of a statistic is that of b less that of a, with its paired standard error.";

/// Scenarios side by side, comparisons with the first, and each scenario; or one scenario alone.
pub(crate) fn of_report<'a>(report: &Report<'a>) -> Document<'a> {
    let Report { runs, papers, failed, comparisons, apart, charts, told } = *report;
    let (title, mut lead, overview) = match runs {
        [results] => (run::title(results), Vec::new(), Vec::new()),
        runs => {
            let batch = Batch::of(runs);
            (batch.title(), batch.lead(), batch.overview())
        }
    };
    if told < runs.len() {
        let which = match told {
            0 => "None of them is told in full.".to_owned(),
            1 => "The first of them is told in full.".to_owned(),
            _ => format!("The first {told} of them are told in full."),
        };
        lead.push(Sentence::in_full(which));
    }
    let missing =
        (!failed.is_empty()).then(|| format!("Not in this report, because they did not run: {}.", failed.join(", ")));
    let nothing = Papers::default();
    let in_full = runs
        .iter()
        .take(told)
        .enumerate()
        .map(|(index, results)| run::part(results, papers.get(index).unwrap_or(&nothing), charts, index));
    let parts: Vec<Part<'a>> = compared(comparisons, runs).chain(apart_from(apart)).chain(in_full).collect();
    let mut reading = Vec::new();
    reading.extend((!comparisons.is_empty()).then(|| PAIRING.to_owned()));
    reading.extend(percentiles(runs));
    let kicker = if runs.len() == 1 && overview.is_empty() { "Scenario report" } else { "Scenario comparison" };
    Document { kicker, title, lead, missing, overview, parts, reading }
}

/// One scenario among others.
pub(crate) fn of_run(results: &Results) -> Part<'_> {
    run::part(results, &Papers::default(), &ChartChoice::default(), 0)
}

/// What drives the outputs of one scenario, alone.
pub(crate) fn of_drivers(results: &Results) -> Part<'_> {
    let part = of_run(results);
    Part { lead: Vec::new(), blocks: drivers::sections(results), ..part }
}

/// Where an outcome of one scenario lives, alone.
pub(crate) fn of_discovery(results: &Results) -> Part<'_> {
    discovery::part(results)
}

/// Single paths of one scenario, alone.
pub(crate) fn of_stories(results: &Results) -> Part<'_> {
    story::part(results)
}

/// What stands around the scenarios of a batch: a document without parts, of which outlines are enough.
pub(crate) fn around_runs(outlines: &[Results]) -> Document<'_> {
    let mut document = of_report(&Report { runs: outlines, ..Report::default() });
    document.parts.clear();
    document
}

/// One comparison among others; none without the runs of both sides.
pub(crate) fn of_comparison<'a>(comparison: &'a Comparison, runs: &'a [Results]) -> Option<Part<'a>> {
    comparison::part(comparison, runs, 0)
}

/// What is left of a comparison, and of the run of its other side, where comparisons are told in a line each: the
/// summary of all says the same without the rest, and where they `are_drawn` so do the charts of all runs. The base is kept whole.
pub fn comparison_outline(
    comparison: Comparison,
    base: &Results,
    other: Results,
    are_drawn: bool,
) -> (Comparison, Results) {
    comparison::outline(comparison, base, other, are_drawn)
}

/// Comparisons alone: a line each where there are several, and the first so many in full.
pub(crate) fn of_comparisons<'a>(comparisons: &[&'a Comparison], runs: &'a [Results], told: usize) -> Document<'a> {
    let several = comparison::overview(comparisons, runs);
    Document {
        kicker: "Scenario comparison",
        title: several.as_ref().map_or_else(|| Batch::of(runs).title(), comparison::Overview::title),
        lead: several.as_ref().and_then(comparison::Overview::lead).into_iter().collect(),
        missing: None,
        overview: several.iter().flat_map(comparison::Overview::tables).collect(),
        parts: compared(comparisons.iter().take(told).copied(), runs).collect(),
        reading: vec![PAIRING.to_owned()],
    }
}

fn compared<'a>(
    comparisons: impl IntoIterator<Item = &'a Comparison>,
    runs: &'a [Results],
) -> impl Iterator<Item = Part<'a>> {
    comparisons.into_iter().enumerate().filter_map(|(index, comparison)| comparison::part(comparison, runs, index))
}

/// Which scenarios are not compared, and why.
fn apart_from<'a>(apart: &[Apart]) -> Option<Part<'a>> {
    let first = apart.first()?;
    let reasons = apart.iter().map(|row| format!("{}: {}.", row.b, row.reasons.join("; "))).collect();
    let name = format!("Not compared with {}", first.a);
    Some(Part { id: "apart".into(), name, blocks: vec![Block::List(reasons)], ..Part::default() })
}

/// What the reader should know.
fn warnings<'a>(warnings: &[Warning]) -> Option<Block<'a>> {
    let told = |warning: &Warning| {
        let place = warning.place.as_deref().or(Some(warning.pointer.as_str()).filter(|pointer| !pointer.is_empty()));
        let place = place.map_or_else(String::new, |place| format!(" ({place})"));
        format!("{}: {}{place}", warning.code, warning.text)
    };
    let list = Block::List(warnings.iter().map(told).collect());
    (!warnings.is_empty()).then(|| Block::section("warnings", vec![list]))
}
