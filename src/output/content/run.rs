//! One scenario: its sections in their order, targets, correlations, and how it was run.

use super::asked::{self, ChartChoice};
use super::{
    Papers, answer, assumptions, bands, ceilings, distribution, drivers, lower_bounds, precision, references, relief,
    segments, story, warnings,
};
use crate::output::document::{Alignment, Block, Cell, Detail, Fact, Part, Rows, Table};
use crate::output::number::{grouped, percent};
use crate::output::words::{in_replicates, paths, sampling};
use crate::results::{Results, RunInfo};
use crate::sampling::Sampler;
use crate::stats::Estimate;

/// Characters of changes that stand beside the name of a scenario; longer ones stand under how it was run alone.
const LONGEST_CHANGE: usize = 60;

/// The title of a scenario, or its name where it has none.
pub(super) fn title(results: &Results) -> String {
    changed(results.run.title.as_ref().unwrap_or(&results.scenario), results)
}

/// The name of a scenario for readers, with what is changed in it: `baseline with events.downturn.hazard=0.3`.
pub(super) fn name(results: &Results) -> String {
    changed(&results.scenario, results)
}

/// A text about a scenario, with what the run changes in its file as far as that is short.
fn changed(text: &str, results: &Results) -> String {
    let set = &results.run.set;
    let told = set.join(", ");
    match set.len() {
        0 => text.to_owned(),
        count if told.chars().count() > LONGEST_CHANGE => {
            format!("{text} with {count} value{} set", if count == 1 { "" } else { "s" })
        }
        _ => format!("{text} with {told}"),
    }
}

/// All that is told of a scenario, which stands at `index` among others.
pub(super) fn part<'a>(results: &'a Results, papers: &Papers, charts: &ChartChoice, index: usize) -> Part<'a> {
    let run = &results.run;
    let answers = [bands::over_time(results), distribution::section(results, charts.form)];
    let others = [
        lower_bounds::section(results),
        targets(results),
        references::section(results),
        ceilings::harm(results),
        ceilings::by_step(results),
        segments::section(results),
        relief::section(results),
        precision::section(results),
        bands::others(results),
        correlations(results),
        story::section(results),
        assumptions::section(&papers.assumptions),
        warnings(&results.warnings),
        Some(how_it_was_run(results, papers)),
    ];
    Part {
        id: format!("s{index}"),
        name: name(results),
        title: run.title.as_ref().map(|title| changed(title, results)),
        line: Some(format!(
            "{}, {}, seed {}, {}",
            name(results),
            paths(run.paths),
            run.seed,
            sampling(run.sampler, run.replicates)
        )),
        lead: answer::sentences(results),
        facts: answer::facts(results),
        description: papers.description.clone(),
        blocks: answers
            .into_iter()
            .flatten()
            .chain(asked::sections(results, charts))
            .chain(drivers::sections(results))
            .chain(others.into_iter().flatten())
            .collect(),
    }
}

/// `20,000 paths`, and how they are drawn where they are not independent.
pub(super) fn paths_drawn(run: &RunInfo) -> String {
    match run.sampler == Sampler::Random.name() {
        true => paths(run.paths),
        false => format!("{}, {}", paths(run.paths), sampling(run.sampler, run.replicates)),
    }
}

fn targets<'a>(results: &Results) -> Option<Block<'a>> {
    let interval = |(low, high): (f64, f64)| format!("{} to {}", percent(low), percent(high));
    Table::of(&results.targets, Rows::All, "targets")
        .text("target", |row| results.titles.target(&row.target))
        .number("probability", |row| row.share.probability().map(Cell::Probability))
        .column(Detail::if_room(0), Alignment::Number, "95 % interval", |row| row.share.interval().map(interval))
        .text("condition", |row| &row.condition)
        .section("targets")
}

fn correlations<'a>(results: &Results) -> Option<Block<'a>> {
    let with_error = |Estimate { value, se }: Estimate| match se {
        Some(se) => format!("{value:.3} ± {se:.3}"),
        None => format!("{value:.3}"),
    };
    Table::of(&results.correlations, Rows::All, "correlations")
        .text("a", |row| &row.a)
        .text("b", |row| &row.b)
        .number("pearson", |row| row.pearson.map(with_error))
        .number("spearman", |row| row.spearman.map(with_error))
        .section("correlations")
}

fn how_it_was_run<'a>(results: &Results, papers: &Papers) -> Block<'a> {
    let run = &results.run;
    let mut facts = vec![Fact::new("scenario", &results.scenario)];
    if let [ancestors @ .., _] = &papers.lineage[..]
        && !ancestors.is_empty()
    {
        facts.push(Fact::new("extends", ancestors.join(", ")));
    }
    facts.extend(run.set.iter().map(|set| Fact::new("set", set)));
    facts.extend([
        Fact::new("paths", grouped(run.paths)),
        Fact::new("seed", run.seed.to_string()),
        Fact::new("sampling", in_replicates(run.sampler, run.sampler, run.replicates)),
        Fact::new("content hash", &run.content_hash),
        Fact::new("riskband", run.version),
    ]);
    facts.extend(run.calibration.as_ref().map(|calibration| {
        let whose = if calibration.own { "" } else { ", in a scenario that this one extends and not anew" };
        let values: Vec<String> =
            calibration.values.iter().map(|(period, value)| format!("{value:.4} in {period}")).collect();
        let values = values.join(", ").replace(" in all", "");
        let (parameter, statistic) = (&calibration.parameter, &calibration.statistic);
        let text = format!("{parameter} was solved{whose} so that the {statistic} is the published path: {values}");
        Fact::new("calibration", text)
    }));
    Block::InFull(vec![Block::section("how it was run", vec![Block::Facts(facts)])])
}
