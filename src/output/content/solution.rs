//! What it takes to meet a goal: the answer in a sentence, the curve, the frontier.

use crate::output::chart::{Marks, Picture, Response, ResponsePoint, ResponseSeries};
use crate::output::document::{Alignment, Block, Cell, Detail, Document, Fact, Part, Rows, Sentence, Table};
use crate::output::number::{NumberFormat, grouped, short};
use crate::output::words::{in_replicates, paths, sampling};
use crate::results::{CurvePoint, LOOK, Solution, Solved, Unsolved};
use crate::stats::{se, value};

/// How an answer is to be read.
const READING: &str = "All points share their random numbers, so the curve is as smooth as what it estimates. The interval of the \
    answer holds every value at which the 95 % interval of the statistic holds the goal: it is what the simulation's error \
    leaves, and says nothing of the assumptions.";

/// An answer as a document of one part.
pub(crate) fn of_solution<'a>(solution: &Solution) -> Document<'a> {
    let lead = match &solution.other {
        None => vec![Sentence::always(answer(solution))],
        Some(other) => {
            vec![Sentence::always(format!("What `{}` must be for {}, by `{other}`.", solution.path, solution.goal))]
        }
    };
    let line = format!(
        "{}, {} at each point, seed {}, {}, the same random numbers at all of them",
        solution.scenario,
        paths(solution.paths),
        solution.seed,
        sampling(solution.sampler, solution.replicates)
    );
    let title = format!("what it takes: {}", solution.goal);
    let part = Part {
        id: "solve".into(),
        name: solution.scenario.clone(),
        title: Some(title.clone()),
        line: Some(line),
        lead,
        blocks: figures(solution).into_iter().chain([how_it_was_run(solution)]).collect(),
        ..Part::default()
    };
    Document { kicker: "Goal", title, parts: vec![part], reading: vec![READING.into()], ..Document::default() }
}

fn how_it_was_run<'a>(solution: &Solution) -> Block<'a> {
    let (low, high) = solution.range;
    let mut facts = vec![
        Fact::new("scenario", &solution.scenario),
        Fact::new("goal", &solution.goal),
        Fact::new("varied", format!("{} from {} to {}", solution.path, short(low), short(high))),
    ];
    facts.extend(solution.other.as_ref().map(|other| Fact::new("by", other)));
    facts.extend([
        Fact::new("paths at each point", grouped(solution.paths)),
        Fact::new("seed", solution.seed.to_string()),
        Fact::new("sampling", in_replicates(solution.sampler, solution.sampler, solution.replicates)),
        Fact::new("content hash", &solution.content_hash),
        Fact::new("riskband", solution.version),
    ]);
    Block::InFull(vec![Block::section("how it was run", vec![Block::Facts(facts)])])
}

/// The charts of an answer.
pub fn charts_of_solution(solution: &Solution) -> Vec<super::NamedChart> {
    super::charts::drawn(&figures(solution))
}

fn answer(Solution { goal, path, is_share, range: (low, high), solved, .. }: &Solution) -> String {
    let range = format!("from {} to {}", short(*low), short(*high));
    let attained = solved.attained.map_or_else(String::new, |(low, high)| {
        let format = if *is_share { NumberFormat::percent([1.0]) } else { NumberFormat::plain([low, high]) };
        format!(" The statistic goes from {} to {}.", format.format(low), format.format(high))
    });
    match (&solved.reason, solved.value) {
        (Some(Unsolved::OutOfReach), _) => format!("`{path}` {range} does not reach {goal}.{attained}"),
        (Some(Unsolved::Absent), _) => format!("The statistic does not exist everywhere with `{path}` {range}."),
        (Some(Unsolved::NotMonotone { crossings }), _) => {
            let between = |(a, b): &(f64, f64)| format!("between {} and {}", short(*a), short(*b));
            let places: Vec<String> = crossings.iter().map(between).collect();
            let places = match places.len() {
                0 => "nowhere".to_owned(),
                _ => places.join(" and "),
            };
            format!(
                "The curve turns with `{path}` {range}, and meets the goal {places}; narrow the range to one of them.{attained}"
            )
        }
        (None, None) => format!("{goal} holds everywhere with `{path}` {range}.{attained}"),
        (None, Some(value)) => {
            let format = format_of(solved);
            let ends = solved.low.zip(solved.high).map_or_else(String::new, |ends| {
                let at_end = if ends.0 <= *low || ends.1 >= *high { "; it may go beyond the range" } else { "" };
                format!(" (95 % interval {} to {}{at_end})", format.format(ends.0), format.format(ends.1))
            });
            format!("{goal} where `{path}` is {}{ends}.", format.format(value))
        }
    }
}

/// As many digits as the interval lets mean anything, and one more.
fn format_of(solved: &Solved) -> NumberFormat {
    let width = solved.high.zip(solved.low).map_or(0.0, |(high, low)| high - low);
    match width > 0.0 {
        true => NumberFormat::fixed((1 - width.log10().floor() as i32).clamp(0, 12) as usize),
        false => NumberFormat::plain(solved.value),
    }
}

fn figures<'a>(solution: &Solution) -> Vec<Block<'a>> {
    if !solution.frontier.is_empty() {
        return frontier(solution).into_iter().collect();
    }
    let values = solution.curve.iter().filter_map(|point| value(&point.value));
    let format = match solution.is_share {
        true => NumberFormat::percent([1.0]),
        false => NumberFormat::plain(values.chain([solution.target])),
    };
    let statistic = solution.goal.rsplit_once(')').map_or("", |(query, _)| query).to_owned() + ")";
    let points = solution.curve.iter().map(|point| ResponsePoint {
        at: point.at,
        middle: value(&point.value),
        bands: vec![point.interval],
    });
    let response = Response {
        varied: solution.path.clone(),
        is_log: false,
        subject: statistic.clone(),
        format,
        middle: statistic.clone(),
        bands: vec!["95 % interval".into()],
        series: vec![ResponseSeries { label: String::new(), points: points.collect() }],
        goal: Some(solution.target),
    };
    let errors = NumberFormat::error(solution.curve.iter().filter_map(|point| se(&point.value)));
    let errors = if format.is_percent() { NumberFormat::percent([0.01]) } else { errors };
    // Where the search closes in, points differ in digits that nobody reads: the first look and what was found are told.
    let Solved { value: found, low, high, .. } = solution.solved;
    let is_look = |at: f64| {
        let place = (LOOK - 1) as f64 * (at - solution.range.0) / (solution.range.1 - solution.range.0);
        (place - place.round()).abs() < 1e-9
    };
    let told = |point: &&CurvePoint| is_look(point.at) || [found, low, high].contains(&Some(point.at));
    let told: Vec<CurvePoint> = solution.curve.iter().filter(told).copied().collect();
    let table = Table::of(&told, Rows::All, "curve")
        .number(solution.path.clone(), |point| short(point.at))
        .number(statistic, |point| Cell::number(value(&point.value), format))
        .number("se", |point| Cell::number(se(&point.value), errors))
        .table;
    let title = format!("{}: {} by {}", solution.scenario, response.subject, response.varied);
    let picture = Picture { name: "curve".into(), title, marks: Marks::Response(response.into()) };
    vec![Block::section("curve", vec![Block::Figure(picture, Some(table))])]
}

fn frontier<'a>(solution: &Solution) -> Option<Block<'a>> {
    let other = solution.other.clone()?;
    let solved = || solution.frontier.iter().map(|row| &row.solved);
    let format = NumberFormat::plain(solved().filter_map(|solved| solved.value));
    let points = solution.frontier.iter().map(|row| ResponsePoint {
        at: row.other,
        middle: row.solved.value,
        bands: vec![row.solved.low.zip(row.solved.high)],
    });
    let response = Response {
        varied: other.clone(),
        is_log: false,
        subject: solution.path.clone(),
        format,
        middle: "what it takes".into(),
        bands: vec!["95 % interval".into()],
        series: vec![ResponseSeries { label: String::new(), points: points.collect() }],
        goal: None,
    };
    let attained = |solved: &Solved| {
        let (low, high) = solved.attained?;
        let format = if solution.is_share { NumberFormat::percent([1.0]) } else { NumberFormat::plain([low, high]) };
        Some(format!("{} to {}", format.format(low), format.format(high)))
    };
    let why = |solved: &Solved| match (&solved.reason, solved.value) {
        (Some(reason), _) => reason.name().replace('_', " "),
        (None, None) => "holds everywhere".into(),
        (None, Some(_)) => String::new(),
    };
    let table = Table::of(&solution.frontier, Rows::All, "frontier")
        .number(other, |row| short(row.other))
        .number(solution.path.clone(), |row| Cell::number(row.solved.value, format))
        .number("low", |row| Cell::number(row.solved.low, format))
        .number("high", |row| Cell::number(row.solved.high, format))
        .column(Detail::if_room(1), Alignment::Text, "the statistic", |row| attained(&row.solved))
        .column(Detail::if_room(0), Alignment::Text, "", |row| why(&row.solved))
        .table;
    let title = format!("{}: {}, {} by {}", solution.scenario, solution.goal, response.subject, response.varied);
    let picture = Picture { name: "frontier".into(), title, marks: Marks::Response(response.into()) };
    Some(Block::section("frontier", vec![Block::Figure(picture, Some(table))]))
}
