//! A batch of what-ifs: a line a case, what the numbers that vary do, and how far each case is from the first.

mod figures;
mod table;

use super::Batch;
use super::run::paths_drawn;
use crate::model::SubjectName;
use crate::output::document::{Block, Document, Fact, Part, Sentence};
use crate::output::number::{grouped, short};
use crate::output::table::CaseColumns;
use crate::output::words::in_replicates;
use crate::results::comparison::Comparison;
use crate::results::{CaseValue, Results};

/// What a sweep came to.
#[derive(Clone, Copy, Debug)]
pub struct Sweep<'a> {
    /// What varies.
    pub columns: &'a CaseColumns,
    /// Of every path that varies, whether its values stand in equal ratios.
    pub is_log: &'a [bool],
    /// What was set in the scenario before anything varied.
    pub set: &'a [String],
    /// The outlines of the cases, in the order in which they are told.
    pub outlines: &'a [Results],
    /// Each case against the first of the sweep, in the same order; none of the first itself. Empty where nothing was compared.
    pub comparisons: &'a [Option<Comparison>],
    /// Names of the cases that did not run.
    pub failed: &'a [String],
    /// Outputs and periods that are drawn; where there are none, the main output in its last step.
    pub subjects: &'a [SubjectName],
    /// What the scenario's author says about it.
    pub description: Option<&'a str>,
}

/// A sweep as a document of one part.
pub(crate) fn of_sweep<'a>(sweep: &Sweep<'a>) -> Document<'a> {
    let Some(first) = sweep.outlines.first() else {
        return Document { title: "No case ran".into(), missing: missing(sweep), ..Document::default() };
    };
    let title = first.run.title.as_ref().unwrap_or(&first.scenario);
    let batch = Batch::of(sweep.outlines);
    let mut blocks = figures::all(sweep);
    blocks.push(Block::section("cases", vec![Block::Table(table::cases(sweep, &batch))]));
    blocks.extend(table::differences(sweep));
    blocks.push(how_it_was_run(sweep, first));
    let part = Part {
        id: "sweep".into(),
        name: first.scenario.clone(),
        title: Some(title.clone()),
        line: Some(line(sweep, first)),
        lead: batch.spread().map(Sentence::always).into_iter().collect(),
        description: sweep.description.map(str::to_owned),
        blocks,
        ..Part::default()
    };
    Document {
        kicker: "Sweep report",
        title: title.clone(),
        missing: missing(sweep),
        parts: vec![part],
        reading: [super::percentiles(sweep.outlines)].into_iter().flatten().collect(),
        ..Document::default()
    }
}

/// The charts of a sweep.
pub fn charts_of_sweep(sweep: &Sweep<'_>) -> Vec<super::NamedChart> {
    super::charts::drawn(&figures::all(sweep))
}

/// A value as it is read: of a number as many digits as tell neighbours apart; tables for programs have all.
fn shown(value: &CaseValue) -> String {
    value.number().map_or_else(|| value.to_string(), short)
}

fn missing(sweep: &Sweep<'_>) -> Option<String> {
    /// Names that are listed.
    const LISTED: usize = 10;
    let names: Vec<&str> = sweep.failed.iter().take(LISTED).map(String::as_str).collect();
    let more = match sweep.failed.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!names.is_empty()).then(|| format!("Without the cases that did not run: {}{more}.", names.join("; ")))
}

/// How many cases of what, and how they were simulated.
fn line(sweep: &Sweep<'_>, first: &Results) -> String {
    let run = &first.run;
    let count = sweep.outlines.len();
    let s = if count == 1 { "" } else { "s" };
    let set = if sweep.set.is_empty() { String::new() } else { format!(" with {}", sweep.set.join(", ")) };
    format!(
        "{}{set}, {} case{s}, {} each, seed {}, the same random numbers in all",
        first.scenario,
        grouped(count as u64),
        paths_drawn(run),
        run.seed
    )
}

fn how_it_was_run<'a>(sweep: &Sweep<'_>, first: &Results) -> Block<'a> {
    let run = &first.run;
    let mut facts = vec![Fact::new("scenario", &first.scenario)];
    facts.extend(sweep.set.iter().map(|set| Fact::new("set", set)));
    facts.extend(sweep.columns.varied.iter().map(|varied| Fact::new("varied", &varied.path)));
    facts.extend([
        Fact::new("cases", grouped(sweep.outlines.len() as u64)),
        Fact::new("paths of each", grouped(run.paths)),
        Fact::new("seed", run.seed.to_string()),
        Fact::new("sampling", in_replicates(run.sampler, run.sampler, run.replicates)),
        Fact::new("riskband", run.version),
    ]);
    Block::InFull(vec![Block::section("how it was run", vec![Block::Facts(facts)])])
}
