//! Scenarios side by side: where each ends, how it grows, what holds it back.

use super::bands::main_levels;
use super::folders::by_folder;
use super::run;
use super::segments::{intervals, of_scenarios};
use crate::model::Subject;
use crate::output::chart::{Line, Marks, Overlay, Picture, band_levels};
use crate::output::digest::Digest;
use crate::output::document::{Alignment, Block, Cell, Detail, Rows, Sentence, Table};
use crate::output::number::NumberFormat;
use crate::output::quantity::{band_format, largest, with_unit};
use crate::output::words::{capital, in_period, paths, quantile_name, quantity, sampling};
use crate::results::{Band, BaselineRow, ReferencePath, Results, RunInfo};
use crate::stats::percentile_label;

/// Scenarios and what each comes to.
pub(super) struct Batch<'a> {
    runs: &'a [Results],
    digests: Vec<Digest<'a>>,
    /// The output and the period in which all of them end; none where they differ.
    subject: Option<String>,
}

impl<'a> Batch<'a> {
    pub(super) fn of(runs: &'a [Results]) -> Self {
        let digests: Vec<Digest<'_>> = runs.iter().map(Digest::of).collect();
        let subject = |digest: &Digest<'a>| {
            let band = digest.main?;
            Some((&band.subject.output, &band.unit, &band.subject.when))
        };
        let first = digests.first().and_then(subject);
        let shared = first.filter(|first| digests.iter().all(|digest| subject(digest).as_ref() == Some(first)));
        let titles = runs.first().map(|run| &run.titles);
        let subject = shared.zip(titles).map(|((output, unit, when), titles)| {
            format!("{}{}", with_unit(titles.quantity(output), unit.as_deref()), in_period(when))
        });
        Batch { runs, digests, subject }
    }

    /// How many scenarios, and what they are about where that is the same.
    pub(super) fn title(&self) -> String {
        let subject = self.subject.as_ref().map_or_else(String::new, |subject| format!(": {subject}"));
        let growth = if self.has_growth() { ", growth a year (cagr)" } else { "" };
        format!("{} scenarios{subject}{growth}", self.runs.len())
    }

    /// Growth of different things side by side says little, and there is no room for it.
    fn has_growth(&self) -> bool {
        self.subject.is_some() && self.digests.iter().any(|digest| digest.cagr.is_some())
    }

    /// How all were simulated, and the spread of their medians.
    pub(super) fn lead(&self) -> Vec<Sentence> {
        let simulated = self.simulated().map(Sentence::always);
        simulated.into_iter().chain(self.spread().map(Sentence::in_full)).collect()
    }

    /// Paths, seed and sampler, as far as they are the same in all: `100,000 paths each, seed 1, random sampling`.
    fn simulated(&self) -> Option<String> {
        fn shared<T: PartialEq>(runs: &[Results], of: impl Fn(&RunInfo) -> T) -> Option<T> {
            let first = of(&runs.first()?.run);
            runs.iter().all(|results| of(&results.run) == first).then_some(first)
        }
        let count = shared(self.runs, |run| run.paths).map(|count| format!("{} each", paths(count)));
        let seed = shared(self.runs, |run| run.seed).map(|seed| format!("seed {seed}"));
        let sampler = shared(self.runs, |run| (run.sampler, run.replicates));
        let sampler = sampler.map(|(sampler, replicates)| sampling(sampler, replicates));
        let known: Vec<String> = [count, seed, sampler].into_iter().flatten().collect();
        (!known.is_empty()).then(|| format!("{}.", known.join(", ")))
    }

    pub(super) fn spread(&self) -> Option<String> {
        self.subject.as_ref()?;
        let percentiles = &self.runs.first()?.percentiles;
        if self.runs.iter().any(|run| run.percentiles != *percentiles) {
            return None;
        }
        let middle = band_levels(percentiles)?.middle;
        let median = |digest: &Digest<'_>| digest.main?.quantile(middle);
        let ends: Option<Vec<(f64, &str)>> =
            self.digests.iter().zip(self.runs).map(|(digest, run)| Some((median(digest)?, run.label()))).collect();
        let ends = ends?;
        let (low, lowest) = ends.iter().min_by(|a, b| a.0.total_cmp(&b.0))?;
        let (high, highest) = ends.iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
        let end = self.digests[0].main?;
        let format = band_format(end, [*high]);
        let [low, high] = [low, high].map(|value| format.format(*value));
        let unit = end.unit.as_ref().map_or_else(String::new, |unit| format!(" {unit}"));
        let statistic = quantile_name(percentiles[middle]);
        let (when, name) = (in_period(&end.subject.when), quantity(&end.subject.output, &self.runs[0].titles));
        Some(capital(&format!(
            "{statistic} of {name}{when} runs from {low}{unit} ({lowest}) to {high}{unit} ({highest})."
        )))
    }

    /// Pictures of all scenarios, and a row each.
    pub(super) fn overview(&self) -> Vec<Block<'a>> {
        let mut blocks = vec![Block::InFull(figures(self.runs))];
        blocks.extend(
            self.runs
                .first()
                .map(|first| {
                    let named = Table::of(self.runs, Rows::All, "summary").text("scenario", run::name).table;
                    by_folder(self.side_by_side(&first.percentiles, named), &self.runs.iter().collect::<Vec<_>>())
                })
                .into_iter()
                .flatten(),
        );
        blocks
    }

    /// The main output in its last step, its growth, the targets, what holds it back.
    ///
    /// It goes on from a table of the same rows that has the columns which tell them apart.
    pub(super) fn side_by_side(&self, percentiles: &[f64], named: Table) -> Table {
        let levels: Vec<usize> = main_levels(percentiles).into_iter().map(|(level, _)| level).collect();
        let furthest = |band: &Band| largest(levels.iter().map(|&level| band.quantile(level)));
        let shared = NumberFormat::plain(self.digests.iter().filter_map(|digest| furthest(digest.main?)));
        let number = |band: &Band, level| {
            let format = if self.subject.is_some() { shared } else { band_format(band, furthest(band)) };
            Cell::number(band.quantile(level), format)
        };
        let rate = |band: &Band, level| {
            let rates = levels.iter().filter_map(|&level| band.quantile(level));
            Cell::number(band.quantile(level), NumberFormat::percent(rates))
        };
        let rows: Vec<(&Results, &Digest<'_>)> = self.runs.iter().zip(&self.digests).collect();
        let mut table = named.going_on(&rows);
        if self.subject.is_none() {
            table = table.text("output", |(_, digest)| digest.main.map_or("", |band| &band.subject.output)).column(
                Detail::if_room(0),
                Alignment::Number,
                "in",
                |(_, digest)| digest.main.map_or("", |band| &band.subject.when.period),
            );
        }
        for &level in &levels {
            let name = percentile_label(percentiles[level]);
            table = table.number(name, |(_, digest)| digest.main.map(|band| number(band, level)));
        }
        let middle = band_levels(percentiles).map(|levels| levels.middle);
        for &level in levels.iter().filter(|_| self.has_growth()) {
            let name = format!("cagr {}", percentile_label(percentiles[level]));
            let detail = if Some(level) == middle { Detail::Always } else { Detail::if_room(0) };
            table = table.percent(detail, name, |(_, digest)| digest.cagr.map(|band| rate(band, level)));
        }
        for (index, target) in self.targets().iter().enumerate() {
            let title = self.runs.iter().map(|run| run.titles.target(target)).find(|title| title != target);
            let title = title.map_or_else(|| target.replace('_', " "), str::to_owned);
            table = table.percent(Detail::if_room(index + 1), title, |(run, _)| {
                let row = run.targets.iter().find(|row| row.target == *target);
                row.and_then(|row| row.share.probability()).map(Cell::Share)
            });
        }
        if self.runs.iter().any(|run| run.bound.is_some()) {
            table = table
                .percent(Detail::Always, "ever bound", |(run, _)| run.bound?.probability().map(Cell::Share))
                .column(Detail::if_room(1), Alignment::Text, "tightest", |(run, digest)| {
                    digest.tightest.as_ref().map(|ceiling| run.titles.quantity(ceiling.constraint))
                });
        }
        table.table.breaks_names = true;
        table.table
    }

    /// The names of all targets, in the order in which they first appear.
    fn targets(&self) -> Vec<&'a str> {
        let mut names: Vec<&str> = Vec::new();
        for row in self.runs.iter().flat_map(|results| &results.targets) {
            if !names.contains(&row.target.as_str()) {
                names.push(&row.target);
            }
        }
        names
    }
}

/// The scenarios in one picture each over time and in the end; none unless they are about the same output.
fn figures(runs: &[Results]) -> Vec<Block<'_>> {
    let Some(first) = runs.first().filter(|_| runs.len() > 1) else { return Vec::new() };
    let lines: Vec<Line<'_>> =
        runs.iter().map(|results| Line { label: &results.scenario, rows: results.headline() }).collect();
    let subject_of =
        |line: &Line<'_>| line.rows.last().map(|band| with_unit(&band.subject.output, band.unit.as_deref()));
    let (Some(subject), Some(band)) = (subject_of(&lines[0]), lines[0].rows.last()) else { return Vec::new() };
    let percentiles = &first.percentiles;
    let same_levels = runs.iter().all(|results| results.percentiles == *percentiles);
    if !same_levels || lines.iter().any(|line| subject_of(line).as_ref() != Some(&subject)) {
        return Vec::new();
    }
    let name = first.titles.quantity(&band.subject.output);
    let title = format!("{} scenarios: {}", runs.len(), with_unit(name, band.unit.as_deref()));
    let ends = of_scenarios(runs);
    let when = ends.first().map_or_else(String::new, |row| in_period(&row.band.subject.when));
    let table = medians(&lines, percentiles);
    let references = common_references(runs, &band.subject);
    let marks = Marks::Overlay(Overlay { name, lines, percentiles, baseline: common_baseline(runs), references });
    vec![
        Block::Figure(Picture { name: "overlay".into(), title: title.clone(), marks }, Some(table)),
        intervals("ends".into(), format!("{title}{when}"), ends, percentiles),
    ]
}

/// The published path of several scenarios: those of one family share it; else none is everybody's.
fn common_baseline(runs: &[Results]) -> &[BaselineRow] {
    let Some(first) = runs.first() else { return &[] };
    let values = |results: &Results| -> Vec<f64> { results.baseline.iter().map(|row| row.value).collect() };
    let shared = runs.iter().all(|results| values(results) == values(first));
    let output = first.headline().last().map_or("", |band| &band.subject.output);
    if shared { first.published(output) } else { &[] }
}

/// What others have published of an output in all scenarios alike.
fn common_references<'r>(runs: &'r [Results], subject: &Subject) -> Vec<ReferencePath<'r>> {
    let mut of_each = runs.iter().map(|results| results.references_of(subject));
    let first = of_each.next().unwrap_or_default();
    let others: Vec<Vec<ReferencePath<'_>>> = of_each.collect();
    first.into_iter().filter(|path| others.iter().all(|paths| paths.contains(path))).collect()
}

/// The medians of several scenarios by step.
fn medians(lines: &[Line<'_>], percentiles: &[f64]) -> Table {
    let middle = band_levels(percentiles).map_or(0, |levels| levels.middle);
    let longest = lines.iter().map(|line| &line.rows[..]).max_by_key(|rows| rows.len()).unwrap_or_default();
    let all = || lines.iter().flat_map(|line| &line.rows).filter_map(|band| band.quantile(middle));
    let format = longest.last().map(|last| band_format(last, all()));
    let period = Table::of(longest, Rows::Steps, "bands").text("period", |band| &band.subject.when.period);
    let table = lines.iter().fold(period, |table, line| {
        table.number(line.label, |band| {
            let row = line.rows.iter().find(|row| row.subject.when == band.subject.when)?;
            Some(Cell::number(row.quantile(middle), format?))
        })
    });
    table.table
}
