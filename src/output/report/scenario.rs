//! The body of a page: one scenario, or several side by side and then one by one.

use super::facts::{self, Fact};
use super::tables::Table;
use super::{Papers, Report, comparison, data, figures};
use crate::analysis::assumptions::Assumption;
use crate::output::chart::{NamedChart, band_levels, chart_set, comparison_charts};
use crate::output::markup::Markup;
use crate::output::number::{grouped, percent};
use crate::output::summary::{band_format, in_period, largest, share_or_dash};
use crate::results::{Results, Warning};
use crate::stats::value;

const READING: &str = "How to read this: percentiles are non-exceedance, so on 90 % of the paths the value is at or below \
    P90. A band is the spread of futures that the scenario's assumptions allow; it is conditional on them and no forecast. \
    The error of the simulation is stated apart.";

/// A page about one scenario.
pub(super) fn write_alone(page: &mut Markup, results: &Results, papers: &Papers, failed: &[String]) {
    open_page(page, "Scenario report", &facts::title(results));
    lead(page, &facts::sentences(results));
    write_facts(page, &facts::facts(results));
    write_description(page, papers);
    open_main(page);
    write_failed(page, failed);
    write_sections(page, results, papers, 0, 2);
    close_page(page);
}

/// A page about several.
pub(super) fn write_several(page: &mut Markup, title: &str, report: &Report<'_>) {
    let runs = report.runs;
    open_page(page, "Scenario comparison", title);
    lead(page, facts::sentence_of_several(runs).as_slice());
    page.open("nav", &[("aria-label", &"Scenarios")]);
    page.open("ul", &[]);
    for (index, results) in runs.iter().enumerate() {
        page.open("li", &[]);
        page.element("a", &[("href", &format!("#s{index}"))], &results.scenario);
        page.close("li");
    }
    for (index, row) in report.comparisons.iter().enumerate() {
        page.open("li", &[]);
        page.element("a", &[("href", &format!("#c{index}"))], comparison::heading(row));
        page.close("li");
    }
    page.close("ul");
    page.close("nav");
    open_main(page);
    write_failed(page, report.failed);
    page.open("section", &[]);
    page.element("h2", &[], "Side by side");
    for chart in comparison_charts(runs) {
        let zoom = if chart.name == "overlay" { data::overlay(runs) } else { None };
        figures::write(page, &chart.name, &chart, &figures::table_of_several(runs, &chart), zoom);
    }
    side_by_side(runs).write(page);
    page.close("section");
    for (index, row) in report.comparisons.iter().enumerate() {
        comparison::write(page, row, runs, index);
    }
    comparison::write_apart(page, report.apart);
    let nothing = Papers::default();
    for (index, results) in runs.iter().enumerate() {
        page.open("section", &[("class", &"scenario"), ("id", &format!("s{index}"))]);
        page.element("h2", &[], &results.scenario);
        if let Some(title) = &results.run.title {
            page.element("p", &[("class", &"subtitle")], title);
        }
        lead(page, &facts::sentences(results));
        let papers = report.papers.get(index).unwrap_or(&nothing);
        write_description(page, papers);
        write_sections(page, results, papers, index, 3);
        page.close("section");
    }
    close_page(page);
}

fn open_page(page: &mut Markup, kicker: &str, title: &str) {
    page.element("a", &[("class", &"skip"), ("href", &"#main")], "Skip to the results");
    page.open("header", &[]);
    page.element("p", &[("class", &"kicker")], kicker);
    page.element("h1", &[], title);
}

fn open_main(page: &mut Markup) {
    page.close("header");
    page.open("main", &[("id", &"main")]);
}

fn close_page(page: &mut Markup) {
    page.close("main");
    page.open("footer", &[]);
    page.element("p", &[], READING);
    let made = format!(
        "Made by riskband {}. Zooming by uPlot (MIT licence, in the source of this page).",
        env!("CARGO_PKG_VERSION")
    );
    page.element("p", &[], made);
    page.close("footer");
}

pub(super) fn lead(page: &mut Markup, sentences: &[String]) {
    if let [first, rest @ ..] = sentences {
        page.element("p", &[("class", &"lead")], first);
        if !rest.is_empty() {
            page.element("p", &[], rest.join(" "));
        }
    }
}

fn write_facts(page: &mut Markup, facts: &[Fact]) {
    if facts.is_empty() {
        return;
    }
    page.open("dl", &[("class", &"facts")]);
    for fact in facts {
        page.open("div", &[]);
        page.element("dt", &[], &fact.name);
        page.element("dd", &[], &fact.value);
        page.close("div");
    }
    page.close("dl");
}

fn write_description(page: &mut Markup, papers: &Papers) {
    if let Some(description) = &papers.description {
        page.element("p", &[("class", &"description")], description);
    }
}

fn write_failed(page: &mut Markup, failed: &[String]) {
    if !failed.is_empty() {
        let names = failed.join(", ");
        let text = format!("Not in this report, because they did not run: {names}.");
        page.element("p", &[("class", &"warning")], text);
    }
}

/// The sections of a scenario, with headings of this level.
fn write_sections(page: &mut Markup, results: &Results, papers: &Papers, index: usize, level: usize) {
    let charts = chart_set(results);
    let figure = |page: &mut Markup, chart: &NamedChart| {
        let zoom = match chart.name.as_str() {
            "fan" => data::fan(results),
            "exceedance" => data::exceedance(results),
            _ => None,
        };
        // A dimension's name is free text, and an id may hold no space.
        let number = charts.iter().position(|other| other.name == chart.name).unwrap_or_default();
        figures::write(page, &format!("s{index}-figure{number}"), chart, &figures::table(results, chart), zoom);
    };
    let named = |name: &str| charts.iter().find(|chart| chart.name == name);
    let heading = |page: &mut Markup, text: &str| page.element(&format!("h{level}"), &[], text);

    if let Some(chart) = named("fan") {
        page.open("section", &[]);
        heading(page, "Over time");
        figure(page, chart);
        if let Some(text) = facts::error_sentence(results) {
            page.element("p", &[("class", &"note")], text);
        }
        page.close("section");
    }
    if facts::has_curve(results) {
        page.open("section", &[]);
        let when = facts::end(results).filter(|_| named("fan").is_some()).map(|band| in_period(&band.subject.when));
        heading(page, &when.map_or_else(|| "Distribution".to_owned(), |when| format!("Where it ends {when}")));
        ["histogram", "exceedance"].into_iter().filter_map(named).for_each(|chart| figure(page, chart));
        page.close("section");
    }
    if !results.targets.is_empty() {
        page.open("section", &[]);
        heading(page, "Targets");
        targets(results).write(page);
        page.close("section");
    }
    if let Some(chart) = named("binding") {
        page.open("section", &[]);
        heading(page, "What holds it down");
        figure(page, chart);
        page.close("section");
    }
    let mut parts = charts.iter().filter(|chart| chart.name.starts_with("segments-")).peekable();
    if parts.peek().is_some() {
        page.open("section", &[]);
        heading(page, "Parts");
        parts.for_each(|chart| figure(page, chart));
        page.close("section");
    }
    let outputs = outputs(results);
    if !outputs.is_empty() {
        page.open("section", &[]);
        heading(page, "All outputs");
        outputs.write_folded(page, &format!("{} outputs in their last period", outputs.len()));
        page.close("section");
    }
    if !papers.assumptions.is_empty() {
        page.open("section", &[("class", &"register")]);
        heading(page, "Assumptions and their sources");
        let count = papers.assumptions.len();
        assumptions(&papers.assumptions, &results.scenario).write_folded(page, &format!("{count} assumptions"));
        page.close("section");
    }
    if !results.warnings.is_empty() {
        page.open("section", &[]);
        heading(page, "Warnings");
        write_warnings(page, &results.warnings);
        page.close("section");
    }
    page.open("section", &[]);
    heading(page, "How it was run");
    write_run(page, results, papers);
    page.close("section");
}

pub(super) fn write_warnings(page: &mut Markup, warnings: &[Warning]) {
    page.open("ul", &[("class", &"warnings")]);
    for warning in warnings {
        let place = if warning.pointer.is_empty() { String::new() } else { format!(" ({})", warning.pointer) };
        page.element("li", &[], format!("{}: {}{place}", warning.code, warning.text));
    }
    page.close("ul");
}

fn targets(results: &Results) -> Table {
    let caption = format!("{}: how likely each target is", results.scenario);
    let mut table = Table::new(caption).text("target").number("probability").number("95 % interval").text("condition");
    for row in &results.targets {
        let interval = row.share.wilson().map(|(low, high)| format!("{} to {}", percent(low), percent(high)));
        table.row([
            row.target.clone(),
            row.share.probability().map_or_else(|| "-".into(), percent),
            interval.unwrap_or_else(|| "-".into()),
            row.condition.clone(),
        ]);
    }
    table
}

/// The last row of every output.
fn outputs(results: &Results) -> Table {
    let mut table =
        Table::new(format!("{}: outputs in their last period", results.scenario)).text("output").text("unit");
    let chosen = band_levels(&results.percentiles);
    let levels: Vec<usize> = chosen.map_or_else(Vec::new, |levels| {
        let ends = levels.pairs.first().copied();
        let mut chosen: Vec<usize> =
            ends.into_iter().flat_map(|(low, high)| [low, high]).chain([levels.middle]).collect();
        chosen.sort_by(|&a, &b| results.percentiles[a].total_cmp(&results.percentiles[b]));
        chosen.dedup();
        chosen
    });
    for &level in &levels {
        table = table.number(format!("P{}", results.percentiles[level]));
    }
    table = table.number("mean");
    for band in results.bands.chunk_by(|a, b| a.subject.is_same_series(&b.subject)).filter_map(|rows| rows.last()) {
        let name = band.subject.name();
        let values: Vec<Option<f64>> =
            levels.iter().map(|&level| band.quantile(level)).chain([value(&band.mean)]).collect();
        let format = band_format(band, largest(values.iter().copied()));
        let mut cells = vec![name, band.unit.clone().unwrap_or_default()];
        cells.extend(values.into_iter().map(|value| format.format_or_dash(value)));
        table.row(cells);
    }
    table
}

fn assumptions(rows: &[Assumption], scenario: &str) -> Table {
    let mut table = Table::new(format!("{scenario}: what is assumed, and on what ground"))
        .text("section")
        .text("name")
        .text("value, law or formula")
        .text("unit")
        .text("source")
        .text("confidence")
        .text("set in")
        .text("note");
    for row in rows {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        // That an input has no source is what a register is read for.
        let source = match &row.source {
            None if row.kind.is_input() => "no source given".to_owned(),
            source => text(source),
        };
        let value = match &row.calibrated {
            Some(statistic) => format!("{} (calibrated to the {statistic})", row.value),
            None => row.value.clone(),
        };
        table.row([
            row.section().to_owned(),
            row.name.clone(),
            value,
            text(&row.unit),
            source,
            text(&row.confidence),
            row.set_in.join(", "),
            text(&row.note),
        ]);
    }
    table
}

fn side_by_side(runs: &[Results]) -> Table {
    let mut table = Table::new("Scenarios side by side").text("scenario").text("output");
    let percentiles = runs.first().map_or(&[][..], |results| &results.percentiles);
    let levels: Vec<usize> = band_levels(percentiles).map_or_else(Vec::new, |levels| {
        let (low, high) = levels.pairs.first().copied().unwrap_or((levels.middle, levels.middle));
        vec![low, levels.middle, high]
    });
    for &level in &levels {
        table = table.number(format!("P{}", percentiles[level]));
    }
    let first_target = |results: &Results| results.targets.first().map(|row| row.target.clone());
    let same_target = runs.windows(2).all(|pair| first_target(&pair[0]) == first_target(&pair[1]));
    let target = runs.first().and_then(first_target).filter(|_| same_target).unwrap_or_else(|| "first target".into());
    table = table.number("growth a year, P50").number(target).number("a ceiling binds");
    for results in runs {
        let end = facts::end(results);
        let values: Vec<Option<f64>> = levels.iter().map(|&level| end.and_then(|band| band.quantile(level))).collect();
        let subject = end.map_or_else(
            || "-".to_owned(),
            |band| format!("{} {}", band.subject.output, in_period(&band.subject.when)),
        );
        let mut cells = vec![results.scenario.clone(), subject];
        let format = end.map(|band| band_format(band, largest(values.iter().copied())));
        cells.extend(
            values.iter().map(|value| format.map_or_else(|| "-".into(), |format| format.format_or_dash(*value))),
        );
        let growth = facts::growth(results).map_or_else(|| "-".into(), percent_of_growth);
        let last = results.constraints.iter().map(|row| row.when.step).max();
        let bound = last.and_then(|last| {
            results
                .constraints
                .iter()
                .filter(|row| row.when.step == last)
                .map(|row| row.binding.probability())
                .sum::<Option<f64>>()
        });
        cells.extend([
            growth,
            share_or_dash(results.targets.first().and_then(|row| row.share.probability())),
            share_or_dash(bound),
        ]);
        table.row(cells);
    }
    table
}

fn percent_of_growth(rate: f64) -> String {
    crate::output::NumberFormat::percent([rate]).format(rate)
}

fn write_run(page: &mut Markup, results: &Results, papers: &Papers) {
    let run = &results.run;
    let mut entries = vec![
        ("scenario".to_owned(), results.scenario.clone()),
        ("paths".into(), grouped(run.paths)),
        ("seed".into(), run.seed.to_string()),
        ("sampling".into(), run.sampler.to_owned()),
        ("content hash".into(), run.content_hash.clone()),
        ("riskband".into(), run.version.to_owned()),
    ];
    if let [ancestors @ .., _] = &papers.lineage[..]
        && !ancestors.is_empty()
    {
        entries.insert(1, ("extends".into(), ancestors.join(", ")));
    }
    if let Some(calibration) = &run.calibration {
        let whose = if calibration.own { "" } else { ", in a scenario that this one extends and not anew" };
        let values: Vec<String> =
            calibration.values.iter().map(|(period, value)| format!("{value:.4} in {period}")).collect();
        let text = format!(
            "{} was solved{whose} so that the {} is the published path: {}",
            calibration.parameter,
            calibration.statistic,
            values.join(", ").replace(" in all", "")
        );
        entries.push(("calibration".into(), text));
    }
    page.open("dl", &[("class", &"run")]);
    for (name, value) in entries {
        page.open("div", &[]);
        page.element("dt", &[], name);
        page.element("dd", &[], value);
        page.close("div");
    }
    page.close("dl");
}
