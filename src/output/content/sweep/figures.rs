//! The pictures of a sweep: lines with bands where one number varies, lines or a heat map where two things do, bars from
//! low to high where cases are a list.

use super::{Sweep, shown, table};
use crate::model::SubjectName;
use crate::output::chart::{
    HeatMap, Interval, Marks, Picture, Response, ResponsePoint, ResponseSeries, band_levels, range_name,
};
use crate::output::content::segments::intervals;
use crate::output::document::{Block, Cell, Rows, Table};
use crate::output::number::{NumberFormat, short};
use crate::output::quantity::{band_format, largest, with_unit};
use crate::output::words::{capital, in_period, quantile_name};
use crate::results::{Band, CaseValue, Results};
use crate::stats::Share;
use std::cmp::Ordering;

/// Most targets with a heat map of their own.
const TARGETS: usize = 4;

/// How the cases lie.
enum Shape {
    /// Along one number.
    Line,
    /// Along the second thing that varies, a line for each value of the first, or the other way round.
    Lines { across: usize, by: usize },
    /// Over two numbers or two texts, each value of one with each of the other.
    Grid,
    /// Anyhow.
    List,
}

/// All pictures that the cases allow.
pub(super) fn all<'a>(sweep: &Sweep<'a>) -> Vec<Block<'a>> {
    let Some(first) = sweep.outlines.first().filter(|_| sweep.outlines.len() > 1) else { return Vec::new() };
    let shape = shape(sweep);
    let mut figures: Vec<Block<'a>> = subjects(sweep, first)
        .iter()
        .enumerate()
        .filter_map(|(index, subject)| of_subject(sweep, &shape, subject, index))
        .collect();
    let heading = if matches!(shape, Shape::List) { "case by case" } else { "what it changes" };
    match shape {
        Shape::Line => figures.extend(chances(sweep, first)),
        Shape::Lines { .. } | Shape::Grid => figures.extend(first.targets.iter().take(TARGETS).filter_map(|target| {
            let chance = |run: &'a Results| {
                let row = run.targets.iter().find(|row| row.target == target.target)?;
                row.share.probability()
            };
            let name = first.titles.target(&target.target);
            let format = NumberFormat::percent([1.0]);
            let subject = format!("probability of {name}");
            let title = format!("{}: {subject}", first.scenario);
            let name = format!("probability-{}", target.target);
            Some(Block::InFull(vec![heat(sweep, name, title, subject, format, chance)?]))
        })),
        Shape::List => {}
    }
    match shape {
        // A heat map of numbers that a terminal shows too has a heading of its own.
        Shape::Grid => figures,
        _ => vec![Block::InFull(vec![Block::section(heading, figures)])],
    }
}

fn shape(sweep: &Sweep<'_>) -> Shape {
    let varied = &sweep.columns.varied;
    let values = |place: usize| distinct(sweep, place).len();
    match &varied[..] {
        [one] if one.is_number && values(0) == sweep.outlines.len() => Shape::Line,
        [a, b]
            if values(0) > 1 && values(1) > 1 && sweep.outlines.len() + sweep.failed.len() == values(0) * values(1) =>
        {
            match (a.is_number, b.is_number) {
                (true, false) => Shape::Lines { across: 0, by: 1 },
                (false, true) => Shape::Lines { across: 1, by: 0 },
                _ => Shape::Grid,
            }
        }
        _ => Shape::List,
    }
}

/// The values of a path, each once: numbers in ascending order, texts as they come.
fn distinct(sweep: &Sweep<'_>, place: usize) -> Vec<CaseValue> {
    let mut values: Vec<CaseValue> = Vec::new();
    for value in sweep.outlines.iter().filter_map(|run| value_of(run, place)) {
        if !values.contains(value) {
            values.push(value.clone());
        }
    }
    if sweep.columns.varied[place].is_number {
        let order = |a: &CaseValue, b: &CaseValue| a.number().partial_cmp(&b.number()).unwrap_or(Ordering::Equal);
        values.sort_by(order);
    }
    values
}

fn value_of(run: &Results, place: usize) -> Option<&CaseValue> {
    run.case.as_ref()?.values.get(place)
}

/// What is drawn: what was asked for, else the main output in its last step.
fn subjects(sweep: &Sweep<'_>, first: &Results) -> Vec<SubjectName> {
    match (sweep.subjects, first.end()) {
        ([], Some(end)) => vec![SubjectName { name: end.subject.name(), period: None }],
        (asked, _) => asked.to_vec(),
    }
}

/// The row of a run that a name means.
fn band<'r>(run: &'r Results, subject: &SubjectName) -> Option<&'r Band> {
    let step = subject.period.as_ref().map(|period| run.run.horizon.find(period));
    let mut rows = run.bands.iter().filter(|band| band.subject.name() == subject.name);
    rows.rfind(|band| step.is_none_or(|step| step == Some(band.subject.when.step)))
}

/// A picture of one output.
fn of_subject<'a>(sweep: &Sweep<'a>, shape: &Shape, subject: &SubjectName, index: usize) -> Option<Block<'a>> {
    let first = sweep.outlines.iter().find_map(|run| Some((run, band(run, subject)?)));
    let (run, end) = first?;
    let percentiles = &run.percentiles;
    let levels = band_levels(percentiles)?;
    let middle = percentiles[levels.middle];
    let format =
        band_format(end, sweep.outlines.iter().filter_map(|run| largest(band(run, subject)?.quantile_values())));
    let subject_name = with_unit(&run.titles.subject(&end.subject), end.unit.as_deref());
    let told = format!("{subject_name}{}", in_period(&end.subject.when));
    let name = |kind: &str| if index == 0 { kind.to_owned() } else { format!("{kind}-{}", subject) };
    let point = |run: &Results, at: f64| {
        let band = band(run, subject);
        let level = |level: usize| band?.quantile(level);
        let bands = levels.pairs.iter().map(|(low, high)| Some((level(*low)?, level(*high)?))).collect();
        ResponsePoint { at, middle: level(levels.middle), bands }
    };
    let response = |across: usize, series: Vec<ResponseSeries>| Response {
        varied: sweep.columns.varied[across].label().to_owned(),
        is_log: sweep.is_log[across],
        subject: subject_name.clone(),
        format,
        middle: if middle == 50.0 { "median".into() } else { quantile_name(middle) },
        bands: levels.pairs.iter().map(|pair| range_name(percentiles, *pair)).collect(),
        series,
        goal: None,
    };
    match *shape {
        Shape::Line => {
            let points = along(sweep, 0, |_| true, point);
            let response = response(0, vec![ResponseSeries { label: String::new(), points }]);
            let title = format!("{}: {told} by {}", run.scenario, response.varied);
            let table = response_table(&response, format);
            Some(Block::InFull(vec![figure(name("response"), title, Marks::Response(response.into()), table)]))
        }
        Shape::Lines { across, by } => {
            let series = distinct(sweep, by).into_iter().map(|value| {
                let points = along(sweep, across, |run| value_of(run, by) == Some(&value), point);
                ResponseSeries { label: shown(&value), points }
            });
            let response = response(across, series.collect());
            let (across, by) = (&response.varied, sweep.columns.varied[by].label());
            let title = format!("{}: {told} by {across}, a line for each {by}", run.scenario);
            let table = series_table(&response, format);
            Some(Block::InFull(vec![figure(name("response"), title, Marks::Response(response.into()), table)]))
        }
        Shape::Grid => {
            let statistic = capital(&quantile_name(middle).replace("the ", ""));
            let title = format!("{}: {} of {told}", run.scenario, statistic.to_lowercase());
            let value = |run: &Results| band(run, subject)?.quantile(levels.middle);
            let heat = heat(sweep, name("heat"), title, subject_name.clone(), format, value)?;
            let heading = format!("{} of {told}", quantile_name(middle));
            Some(Block::section(heading, vec![heat]))
        }
        Shape::List => {
            let rows = sweep.outlines.iter().filter_map(|run| {
                Some(Interval { label: run.label().to_owned(), depth: 0, band: band(run, subject)? })
            });
            let title = format!("{}: {told} by case", run.scenario);
            Some(Block::InFull(vec![intervals(name("cases"), title, rows.collect(), percentiles)]))
        }
    }
}

/// The points of some cases along a number, in ascending order of it.
fn along<'a>(
    sweep: &Sweep<'a>,
    place: usize,
    belongs: impl Fn(&'a Results) -> bool,
    point: impl Fn(&'a Results, f64) -> ResponsePoint,
) -> Vec<ResponsePoint> {
    let runs = sweep.outlines.iter().filter(|run| belongs(run));
    let mut points: Vec<ResponsePoint> =
        runs.filter_map(|run| Some(point(run, value_of(run, place)?.number()?))).collect();
    points.sort_by(|a, b| a.at.total_cmp(&b.at));
    points
}

/// How likely the targets are along one number.
fn chances<'a>(sweep: &Sweep<'a>, first: &Results) -> Option<Block<'a>> {
    let point =
        |share: Share, at: f64| ResponsePoint { at, middle: share.probability(), bands: vec![share.interval()] };
    let series = first.targets.iter().map(|target| {
        let share = |run: &Results| {
            run.targets.iter().find(|row| row.target == target.target).map_or(Share::default(), |row| row.share)
        };
        let points = along(sweep, 0, |_| true, |run, at| point(share(run), at));
        let label = if first.targets.len() > 1 { first.titles.target(&target.target) } else { "" };
        ResponseSeries { label: label.to_owned(), points }
    });
    let response = Response {
        varied: sweep.columns.varied[0].label().to_owned(),
        is_log: sweep.is_log[0],
        subject: "share of paths".into(),
        format: NumberFormat::percent([1.0]),
        middle: "probability".into(),
        bands: vec!["95 % interval".into()],
        series: series.collect(),
        goal: None,
    };
    let title = format!("{}: probability of targets by {}", first.scenario, response.varied);
    let table = series_table(&response, response.format);
    let figure = figure("chances".into(), title, Marks::Response(response.into()), table);
    (!first.targets.is_empty()).then(|| Block::InFull(vec![figure]))
}

/// A number of each case over two things that vary.
fn heat<'a>(
    sweep: &Sweep<'a>,
    name: String,
    title: String,
    subject: String,
    format: NumberFormat,
    value: impl Fn(&'a Results) -> Option<f64>,
) -> Option<Block<'a>> {
    let axes = [0, 1].map(|place| (sweep.columns.varied[place].label().to_owned(), distinct(sweep, place)));
    let find = |a: &CaseValue, b: &CaseValue| {
        let is_there = |run: &&Results| value_of(run, 0) == Some(a) && value_of(run, 1) == Some(b);
        value(sweep.outlines.iter().find(is_there)?)
    };
    let [(row_name, mut rows), (column_name, columns)] = axes;
    // Numbers rise from the foot of a plot.
    if sweep.columns.varied[0].is_number {
        rows.reverse();
    }
    let cells: Vec<Vec<Option<f64>>> =
        rows.iter().map(|row| columns.iter().map(|column| find(row, column)).collect()).collect();
    let texts = |values: Vec<CaseValue>| values.iter().map(shown).collect::<Vec<_>>();
    let map = HeatMap { rows: (row_name, texts(rows)), columns: (column_name, texts(columns)), subject, format, cells };
    let table = table::matrix(&map.rows, &map.columns, &map.cells, format);
    Some(figure(name, title, Marks::HeatMap(map.into()), table))
}

fn figure<'a>(name: String, title: String, marks: Marks<'a>, table: Table) -> Block<'a> {
    Block::Figure(Picture { name, title, marks }, Some(table))
}

/// The numbers behind one line with its bands.
fn response_table(response: &Response, format: NumberFormat) -> Table {
    let points = &response.series[0].points;
    let table = Table::of(points, Rows::All, "bands").text(response.varied.clone(), |point| short(point.at));
    let table = table.number(response.middle.clone(), |point| Cell::number(point.middle, format));
    let with_bands = response.bands.iter().enumerate().fold(table, |table, (band, name)| {
        table.number(name.clone(), |point| {
            let (low, high) = point.bands[band]?;
            Some(format!("{} to {}", format.format(low), format.format(high)))
        })
    });
    with_bands.table
}

/// The numbers behind several lines: a column each.
fn series_table(response: &Response, format: NumberFormat) -> Table {
    let mut at: Vec<f64> =
        response.series.iter().flat_map(|series| series.points.iter().map(|point| point.at)).collect();
    at.sort_by(f64::total_cmp);
    at.dedup();
    let table = Table::of(&at, Rows::All, "summary").text(response.varied.clone(), |at| short(*at));
    let columns = response.series.iter().fold(table, |table, series| {
        let name = if series.label.is_empty() { &response.middle } else { &series.label };
        table.number(name.clone(), |at| {
            let point = series.points.iter().find(|point| point.at == *at);
            Cell::number(point.and_then(|point| point.middle), format)
        })
    });
    columns.table
}
