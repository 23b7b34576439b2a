//! The story of a path: what happens on it, the market step by step, and what was drawn.

use super::run::{paths_drawn, title};
use crate::output::document::{Alignment, Block, Cell, Detail, Heading, Part, Rows, Table};
use crate::output::number::{NumberFormat, grouped};
use crate::results::{Results, StoryKind, StoryPath, StoryRow};
use crate::sampling::Sampler;

/// Inputs that a page shows of each path.
const MOST_INPUTS: usize = 8;

const READING: &str = "Level is the share of futures in which the draw is lower, of a series on average over its steps. \
    Inputs come in the order of how far from the middle they were drawn.";

/// All that is told of single paths, alone.
pub(crate) fn part(results: &Results) -> Part<'_> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let paths = &results.stories.paths;
    for path in paths {
        let told = blocks_of(results, path, usize::MAX);
        match paths.len() {
            1 => blocks.extend(told),
            _ => blocks.push(Block::section(format!("path {}", grouped(path.path)), told)),
        }
    }
    blocks.push(Block::Note(READING.into()));
    Part {
        id: "s0".into(),
        name: title(results),
        line: Some(match results.run.sampler == Sampler::Random.name() {
            // An independent path is the same in a run of any length.
            true => format!("{}, seed {}", results.scenario, results.run.seed),
            false => format!("{}, {}, seed {}", results.scenario, paths_drawn(&results.run), results.run.seed),
        }),
        blocks,
        ..Part::default()
    }
}

/// The paths that stand for others, on a page; nothing where none was looked for.
pub(super) fn section<'r>(results: &'r Results) -> Option<Block<'r>> {
    let told = |path: &'r StoryPath| {
        let statistic = &path.nearest.as_ref()?.statistic;
        let heading = Heading::Name(format!("near {statistic}: path {}", grouped(path.path)));
        Some(Block::Section(heading, blocks_of(results, path, MOST_INPUTS)))
    };
    let mut blocks: Vec<Block<'_>> = results.stories.paths.iter().filter_map(told).collect();
    if blocks.is_empty() {
        return None;
    }
    blocks.push(Block::Note(READING.into()));
    Some(Block::InFull(vec![Block::section("single futures", blocks)]))
}

fn blocks_of<'r>(results: &'r Results, path: &StoryPath, most_inputs: usize) -> Vec<Block<'r>> {
    let rows: Vec<&StoryRow> = results.stories.of(path.path).collect();
    let mut blocks = vec![Block::Paragraph(what_happens(path, &rows))];
    blocks.extend(market(&rows));
    blocks.extend(series(&rows, StoryKind::Output, "other outputs"));
    blocks.extend(inputs(&rows, most_inputs));
    blocks.extend(series(&rows, StoryKind::Formula, "formulas and stocks"));
    blocks
}

/// Which path it is, which events are on, which ceilings bind and which targets hold.
fn what_happens(path: &StoryPath, rows: &[&StoryRow]) -> String {
    let mut sentences = Vec::new();
    sentences.push(match &path.nearest {
        Some(nearest) => {
            let format = NumberFormat::plain([nearest.wanted, nearest.found]);
            format!(
                "Path {} has {}, the nearest of {} paths to {}, {}.",
                grouped(path.path),
                format.format(nearest.found),
                grouped(nearest.among),
                nearest.statistic,
                format.format(nearest.wanted)
            )
        }
        None => format!("Path {}.", grouped(path.path)),
    });
    let periods = |kind: StoryKind, is_so: fn(&StoryRow) -> bool| {
        let mut by_name: Vec<(&str, Vec<&str>)> = Vec::new();
        for row in rows.iter().filter(|row| row.kind == kind && is_so(row)) {
            match by_name.iter_mut().find(|(name, _)| *name == row.name) {
                Some((_, periods)) => periods.push(&row.when.period),
                None => by_name.push((&row.name, vec![&row.when.period])),
            }
        }
        by_name
    };
    let list = |words: &str, found: Vec<(&str, Vec<&str>)>| {
        let told: Vec<String> =
            found.iter().map(|(name, periods)| format!("{name} {words} in {}", periods.join(", "))).collect();
        told.join("; ")
    };
    let events = periods(StoryKind::Event, |row| row.value.is_some_and(|value| value != 0.0));
    let ceilings = periods(StoryKind::Ceiling, |row| row.binds == Some(true));
    let has = |kind: StoryKind| rows.iter().any(|row| row.kind == kind);
    let targets: Vec<&str> = rows
        .iter()
        .filter(|row| row.kind == StoryKind::Target && row.value.is_some_and(|value| value != 0.0))
        .map(|row| row.name.as_str())
        .collect();
    for (is_there, nothing, told) in [
        (has(StoryKind::Event), "No event is on.", list("is on", events)),
        (has(StoryKind::Ceiling), "No ceiling binds.", list("binds", ceilings)),
    ] {
        match (is_there, told.is_empty()) {
            (false, _) => {}
            (true, true) => sentences.push(nothing.to_owned()),
            (true, false) => sentences.push(format!("{told}.")),
        }
    }
    if has(StoryKind::Target) {
        sentences.push(match targets.is_empty() {
            true => "No target holds.".to_owned(),
            false => format!("Targets that hold: {}.", targets.join(", ")),
        });
    }
    sentences.join(" ")
}

/// The market by period, with the ceilings and which of them binds.
fn market<'r>(rows: &[&'r StoryRow]) -> Option<Block<'r>> {
    let of_kind = |kind: StoryKind| rows.iter().copied().filter(move |row| row.kind == kind);
    let steps: Vec<&StoryRow> = of_kind(StoryKind::Market).filter(|row| row.name == "market").collect();
    let format = NumberFormat::plain(of_kind(StoryKind::Market).filter_map(|row| row.value));
    let at = |name: &str, kind: StoryKind, step: usize| {
        of_kind(kind).find(|row| row.name == name && row.when.step == step).and_then(|row| row.value)
    };
    let binding =
        |step: usize| of_kind(StoryKind::Ceiling).find(|row| row.when.step == step && row.binds == Some(true));
    let unit = steps.first().and_then(|row| row.unit.as_ref()).map_or_else(String::new, |unit| format!(", {unit}"));
    let mut table = Table::of(&steps, Rows::Steps, "story")
        .text("period", |row| &row.when.period)
        .number("wanted", |row| Cell::number(at("wanted", StoryKind::Market, row.when.step), format));
    let mut ceilings: Vec<&str> = of_kind(StoryKind::Ceiling).map(|row| row.name.as_str()).collect();
    ceilings.dedup();
    for (rank, name) in ceilings.into_iter().enumerate() {
        table = table.column(Detail::if_room(rank), Alignment::Number, name, |row| {
            Cell::number(at(name, StoryKind::Ceiling, row.when.step), format)
        });
    }
    table
        .number("market", |row| Cell::number(row.value, format))
        .number("waits", |row| Cell::number(at("backlog", StoryKind::Market, row.when.step), format))
        .text("binds", |row| binding(row.when.step).map(|row| &row.name))
        .section(format!("market{unit}"))
}

/// A quantity over its steps.
struct Series<'r> {
    rows: Vec<&'r StoryRow>,
}

impl<'r> Series<'r> {
    fn all(rows: &[&'r StoryRow], kind: StoryKind) -> Vec<Series<'r>> {
        let of_kind: Vec<&'r StoryRow> = rows.iter().copied().filter(|row| row.kind == kind).collect();
        of_kind.chunk_by(|a, b| a.name == b.name).map(|rows| Series { rows: rows.to_vec() }).collect()
    }

    fn first(&self) -> &'r StoryRow {
        self.rows[0]
    }

    fn last(&self) -> &'r StoryRow {
        self.rows[self.rows.len() - 1]
    }

    /// Mean of the uniforms.
    fn level(&self) -> f64 {
        let uniforms = self.rows.iter().filter_map(|row| row.uniform);
        uniforms.clone().sum::<f64>() / uniforms.count().max(1) as f64
    }
}

fn value(row: &StoryRow) -> Cell {
    Cell::number(row.value, NumberFormat::plain(row.value))
}

/// What was drawn, the furthest from the middle first.
fn inputs<'r>(rows: &[&'r StoryRow], most: usize) -> Option<Block<'r>> {
    let mut inputs = Series::all(rows, StoryKind::Input);
    inputs.sort_by(|a, b| (b.level() - 0.5).abs().total_cmp(&(a.level() - 0.5).abs()));
    inputs.truncate(most);
    Table::of(&inputs, Rows::Many("inputs"), "story")
        .text("input", |input| &input.first().name)
        .percent(Detail::Always, "level", |input| Cell::Share(input.level()))
        .number("from", |input| value(input.first()))
        .number("to", |input| value(input.last()))
        .column(Detail::if_room(0), Alignment::Text, "unit", |input| input.first().unit.as_ref())
        .section("what was drawn")
}

/// Quantities of a kind, as they begin and end.
fn series<'r>(rows: &[&'r StoryRow], kind: StoryKind, heading: &str) -> Option<Block<'r>> {
    let all = Series::all(rows, kind);
    Table::of(&all, Rows::Many("quantities"), "story")
        .text("name", |series| &series.first().name)
        .number("from", |series| value(series.first()))
        .number("to", |series| value(series.last()))
        .column(Detail::if_room(0), Alignment::Text, "unit", |series| series.first().unit.as_ref())
        .section(heading)
}
