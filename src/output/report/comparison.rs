//! A scenario against the first one: the move in a sentence, the difference over time, the paired numbers, the reasons.

use super::tables::Table;
use super::{Apart, data, figures, scenario};
use crate::output::chart::{band_levels, difference_charts};
use crate::output::comparison::rows::{
    error_format, format_of, main_output, paired_of, points, rows_of, same, share, side,
};
use crate::output::markup::Markup;
use crate::output::number::{NumberFormat, percent};
use crate::output::summary::{band_format, in_period, is_growth, largest};
use crate::results::comparison::{Comparison, Measure, PairedRow, Verdict, WhyRow};
use crate::results::{Band, Results};
use crate::stats::{Estimate, Share, Statistic, se, value};

/// Standard errors that a move of a median takes to be told from none.
const TOLD_APART: f64 = 3.0;

const READING: &str = "Both saw the same random numbers wherever they share an input. The difference is taken path by path; the \
    move of a statistic is that of b less that of a, with its paired standard error (se).";
const REASONS: &str = "Each change has the average of its effect over all orders in which the changes can be made (Shapley), so \
    the parts add up. First is its effect when it is made alone, last when it is made after all others: where the two \
    differ, changes interact.";

/// What is compared with what.
pub(super) fn heading(comparison: &Comparison) -> String {
    format!("{} against {}", comparison.b, comparison.a)
}

/// Writes the section of the comparison of this number.
pub(super) fn write(page: &mut Markup, comparison: &Comparison, runs: &[Results], index: usize) {
    let run_of = |name: &str| runs.iter().find(|run| run.scenario == name);
    let (Some(a), Some(b)) = (run_of(&comparison.a), run_of(&comparison.b)) else { return };
    page.open("section", &[("class", &"scenario"), ("id", &format!("c{index}"))]);
    page.element("h2", &[], heading(comparison));
    let difference = main_output(comparison)
        .map_or_else(Vec::new, |output| rows_of(comparison, output, Measure::Difference).collect::<Vec<_>>());
    scenario::lead(page, &sentences(comparison, (a, b), &difference));
    let charts = difference_charts(comparison, a);
    let id = |number: usize| format!("c{index}-figure{number}");
    for (number, chart) in charts.iter().enumerate().filter(|(_, chart)| chart.name == "difference") {
        let zoom = data::difference(&difference, &a.percentiles);
        let table = by_period(comparison, (a, b), &difference, &chart.wide.title);
        figures::write(page, &id(number), chart, &table, zoom);
    }
    page.element("p", &[("class", &"note")], format!("{READING} Here b is {}, a is {}.", comparison.b, comparison.a));
    page.element("h3", &[], "Outputs");
    outputs(comparison, (a, b), false).write(page);
    let parts = outputs(comparison, (a, b), true);
    if !parts.is_empty() {
        parts.write_folded(page, &format!("{} parts in their last period", parts.len()));
    }
    if !comparison.targets.is_empty() {
        page.element("h3", &[], "Targets");
        targets(comparison).write(page);
    }
    let ceilings = ceilings(comparison);
    if !ceilings.is_empty() {
        page.element("h3", &[], "What holds them down");
        ceilings.write(page);
    }
    if !comparison.why.is_empty() {
        page.element("h3", &[], "What the move is made of");
        for (number, chart) in charts.iter().enumerate() {
            if let Some(statistic) = chart.name.strip_prefix("why-") {
                let of_it =
                    |row: &&WhyRow| row.statistic.to_string() == statistic && Some(&*row.of) == main_output(comparison);
                let rows: Vec<&WhyRow> = comparison.why.iter().filter(of_it).collect();
                figures::write(page, &id(number), chart, &reasons(&rows, &chart.wide.title), None);
            }
        }
        page.element("p", &[("class", &"note")], REASONS);
        let all = reasons(&comparison.why.iter().collect::<Vec<_>>(), &format!("{}: all reasons", heading(comparison)));
        all.write_folded(page, "Every statistic and target");
    }
    if !comparison.warnings.is_empty() {
        page.element("h3", &[], "Warnings");
        scenario::write_warnings(page, &comparison.warnings);
    }
    page.close("section");
}

/// Says which scenarios are not compared, and why.
pub(super) fn write_apart(page: &mut Markup, apart: &[Apart]) {
    let Some(first) = apart.first() else { return };
    page.open("section", &[("id", &"apart")]);
    page.element("h2", &[], format!("Not compared with {}", first.a));
    page.open("ul", &[("class", &"warnings")]);
    for row in apart {
        page.element("li", &[], format!("{}: {}.", row.b, row.reasons.join("; ")));
    }
    page.close("ul");
    page.close("section");
}

/// The move in the last step, when the two part, which is better, and what pairing was worth.
fn sentences(comparison: &Comparison, (a, b): (&Results, &Results), difference: &[&Band]) -> Vec<String> {
    let mut sentences = Vec::new();
    let (Some(last), Some(levels)) = (difference.last(), band_levels(&a.percentiles)) else { return sentences };
    sentences.extend(move_sentence(comparison, (a, b), last, levels.middle, difference.len() > 1));
    if let Some(row) = comparison.partings.iter().find(|row| row.subject.is_same_series(&last.subject)) {
        sentences.push(match row.parted {
            true => format!("The medians part {}.", in_period(&row.subject.when)),
            false => "The medians do not part: in no step do they differ by three standard errors.".to_owned(),
        });
    }
    let verdict = |order: u8| {
        comparison.dominance.iter().find(|row| row.subject.output == last.subject.output && row.order == order)
    };
    sentences
        .extend(verdict(1).zip(verdict(2)).map(|(first, second)| dominance(comparison, first.verdict, second.verdict)));
    if let Some(times) = paired_of(comparison, last).and_then(|row| row.variance_reduction) {
        sentences.push(format!(
            "Independent runs would need {} times the paths for the same error of the mean difference.",
            NumberFormat::error([times]).format(times)
        ));
    }
    sentences
}

fn move_sentence(
    comparison: &Comparison,
    (a, b): (&Results, &Results),
    last: &Band,
    middle: usize,
    moves: bool,
) -> Option<String> {
    let shift = rows_of(comparison, &last.subject.output, Measure::Shift).next_back()?;
    let (value, se) = (shift.quantile(middle)?, shift.quantile_se(middle)?);
    let paired = paired_of(comparison, last)?;
    let (below, above) = (paired.below.probability()?, paired.above.probability()?);
    let is_growth = is_growth(&last.subject.output, last.unit.as_deref());
    let format = format_of(last, [side(a, last, middle), side(b, last, middle)]);
    let amount = |format: NumberFormat, value: f64| {
        let text = format.format(value);
        match &last.unit {
            _ if is_growth => format!("{} percentage points", text.trim_end_matches(" %")),
            Some(unit) => format!("{text} {unit}"),
            None => text,
        }
    };
    let statistic = match a.percentiles[middle] {
        50.0 => "in the median".to_owned(),
        level => format!("at P{level}"),
    };
    let verb = if moves { "ends" } else { "lies" };
    let subject = if last.subject.output == "market" { String::new() } else { format!("In {}, ", last.subject.output) };
    let when = if moves { format!(" {}", in_period(&last.subject.when)) } else { String::new() };
    let (name_a, name_b) = (&comparison.a, &comparison.b);
    let even = (1.0 - below - above).max(0.0);
    // What rounding leaves of three shares is no path.
    let same = if even > 1e-9 { format!(" and the same on {}", percent(even)) } else { String::new() };
    let (direction, ahead, other, behind) =
        if value < 0.0 { ("below", below, "above", above) } else { ("above", above, "below", below) };
    let shares = format!("{direction} on {} of the paths, {other} on {}{same}", percent(ahead), percent(behind));
    Some(if value == 0.0 {
        format!("{subject}{name_b} {verb} where {name_a} does {statistic}{when}; it is {shares}.")
    } else if value.abs() <= TOLD_APART * se {
        let error = error_format(last, [se]);
        let (size, se) = (amount(error, value.abs()), amount(error, se));
        format!(
            "{subject}{name_b} and {name_a} cannot be told apart {statistic}{when}: {size} {direction}, with a standard error of \
             {se}; path by path it is {shares}."
        )
    } else {
        let size = amount(format, value.abs());
        format!("{subject}{name_b} {verb} {size} {direction} {name_a} {statistic}{when}; it is {shares}.")
    })
}

fn dominance(comparison: &Comparison, first: Verdict, second: Verdict) -> String {
    let better = |winner: &str, loser: &str| {
        format!("{winner} is at least as likely as {loser} to reach any value (first-order dominance).")
    };
    let steadier = |winner: &str, loser: &str| {
        format!("{winner} falls short of any value by no more than {loser} on average (second-order dominance).")
    };
    let (a, b) = (&comparison.a, &comparison.b);
    match (first, second) {
        (Verdict::BDominates, _) => better(b, a),
        (Verdict::ADominates, _) => better(a, b),
        (Verdict::Equal, _) => "No path tells the two distributions apart.".into(),
        (_, Verdict::BDominates) => steadier(b, a),
        (_, Verdict::ADominates) => steadier(a, b),
        (Verdict::Neither, _) => "Neither dominates: which is likelier to reach a value depends on the value.".into(),
        (Verdict::Unknown, _) => "Whether one dominates cannot be told at this number of paths.".into(),
    }
}

/// The verdict of the first order, which implies that of the second, unless the second alone says something.
fn strongest((first, second): (Verdict, Verdict)) -> String {
    let dominates = |verdict: Verdict| matches!(verdict, Verdict::ADominates | Verdict::BDominates);
    match (dominates(first), dominates(second)) {
        (true, _) => format!("{} (first order)", first.name()),
        (false, true) => format!("{} (second order)", second.name()),
        (false, false) => first.name().to_owned(),
    }
}

/// The rows behind the difference over time.
fn by_period(comparison: &Comparison, (a, b): (&Results, &Results), difference: &[&Band], caption: &str) -> Table {
    let mut table = Table::new(caption).text("period");
    let (Some(last), Some(levels)) = (difference.last(), band_levels(&a.percentiles)) else { return table };
    let middle = levels.middle;
    let label = format!("P{}", a.percentiles[middle]);
    for name in [format!("{label} a"), format!("{label} b"), "move".into(), "se".into()] {
        table = table.number(name);
    }
    for percentile in &a.percentiles {
        table = table.number(format!("b - a P{percentile}"));
    }
    table = table.number("b below a").number("b above a").number("variance reduction");
    // Each of these lists has one row a step, so long horizons take no search through all rows for each of theirs.
    let shifts: Vec<&Band> = rows_of(comparison, &last.subject.output, Measure::Shift).collect();
    let shift = |band: &Band| {
        shifts.binary_search_by_key(&band.subject.when.step, |row| row.subject.when.step).ok().map(|at| shifts[at])
    };
    let of_it = |row: &&PairedRow| row.subject.is_same_series(&last.subject);
    let paired: Vec<&PairedRow> = comparison.paired.iter().filter(of_it).collect();
    let paired = |band: &Band| {
        paired.binary_search_by_key(&band.subject.when.step, |row| row.subject.when.step).ok().map(|at| paired[at])
    };
    let of_it = |row: &&Band| same(row, last);
    let [rows_a, rows_b] = [a, b].map(|run| run.bands.iter().filter(of_it).collect::<Vec<&Band>>());
    let level = |band: &Band| band.quantile(middle);
    let value = |rows: &[&Band], step: usize| {
        rows.binary_search_by_key(&step, |row| row.subject.when.step).ok().and_then(|at| level(rows[at]))
    };
    let format = format_of(last, [side(a, last, middle), side(b, last, middle)]);
    let spread = band_format(last, difference.iter().filter_map(|band| largest(band.quantile_values())));
    let error = error_format(last, shifts.iter().filter_map(|band| band.quantile_se(middle)));
    for band in difference {
        let (shift, paired, step) = (shift(band), paired(band), band.subject.when.step);
        let mut cells = vec![band.subject.when.period.clone()];
        cells.extend([value(&rows_a, step), value(&rows_b, step)].map(|value| format.format_or_dash(value)));
        cells.push(format.format_or_dash(shift.and_then(level)));
        cells.push(error.format_or_dash(shift.and_then(|band| band.quantile_se(middle))));
        cells.extend(band.quantile_values().map(|value| spread.format_or_dash(value)));
        cells.extend(
            [paired.and_then(|row| row.below.probability()), paired.and_then(|row| row.above.probability())]
                .map(share_or_dash),
        );
        cells.push(times(paired.and_then(|row| row.variance_reduction)));
        table.row(cells);
    }
    table
}

/// The last row of every output, or of every part of one.
fn outputs(comparison: &Comparison, (a, b): (&Results, &Results), parts: bool) -> Table {
    let middle = band_levels(&a.percentiles).map_or(0, |levels| levels.middle);
    let label = a.percentiles.get(middle).map_or_else(String::new, |level| format!("P{level} "));
    let what = if parts { "parts" } else { "outputs" };
    let mut table = Table::new(format!("{}: {what} in their last period, larger is better", heading(comparison)))
        .text("output")
        .text("unit");
    for name in [format!("{label}a"), format!("{label}b"), "move".into(), "se".into(), "b below a".into()] {
        table = table.number(name);
    }
    table = table.number("variance reduction").text("medians part");
    if !parts {
        table = table.text("dominance");
    }
    let shifts: Vec<&Band> = comparison
        .bands
        .iter()
        .filter(|row| row.measure == Measure::Shift && row.band.subject.segment.is_some() == parts)
        .map(|row| &row.band)
        .collect();
    for band in shifts.chunk_by(|a, b| same(a, b)).filter_map(|rows| rows.last().copied()) {
        let sides = [side(a, band, middle), side(b, band, middle)];
        let format = format_of(band, sides);
        let se = band.quantile_se(middle);
        let paired = paired_of(comparison, band);
        let parting = comparison.partings.iter().find(|row| row.subject.is_same_series(&band.subject));
        let verdict = |order: u8| {
            comparison
                .dominance
                .iter()
                .find(|row| row.subject.output == band.subject.output && row.order == order)
                .map(|row| row.verdict)
        };
        let mut cells = vec![band.subject.name(), band.unit.clone().unwrap_or_default()];
        cells.extend(sides.map(|value| format.format_or_dash(value)));
        cells.push(format.format_or_dash(band.quantile(middle)));
        cells.push(error_format(band, se).format_or_dash(se));
        cells.push(share_or_dash(paired.and_then(|row| row.below.probability())));
        cells.push(times(paired.and_then(|row| row.variance_reduction)));
        cells.push(parting.map_or_else(dash, |row| match row.parted {
            true => in_period(&row.subject.when),
            false => "never".into(),
        }));
        if !parts {
            cells.push(verdict(1).zip(verdict(2)).map_or_else(dash, strongest));
        }
        table.row(cells);
    }
    table
}

fn targets(comparison: &Comparison) -> Table {
    let mut table =
        Table::new(format!("{}: targets; b - a and se in percentage points", heading(comparison))).text("target");
    for name in ["a", "b", "b - a", "se", "in a alone", "in b alone"] {
        table = table.number(name);
    }
    for row in &comparison.targets {
        let mut cells = vec![row.target.clone()];
        cells.extend(share_cells([row.a, row.b], row.difference));
        cells.extend([row.only_a, row.only_b].map(|share| percent_or_dash(share.probability())));
        table.row(cells);
    }
    table
}

/// How often each ceiling binds in the last step.
fn ceilings(comparison: &Comparison) -> Table {
    let last = comparison.constraints.iter().map(|row| row.when.step).max();
    let rows: Vec<_> = comparison.constraints.iter().filter(|row| Some(row.when.step) == last).collect();
    let when = rows.first().map_or_else(String::new, |row| format!(" {}", in_period(&row.when)));
    let caption = format!(
        "{}: share of paths on which each ceiling binds{when}; b - a and se in percentage points",
        heading(comparison)
    );
    let mut table = Table::new(caption).text("ceiling").number("a").number("b").number("b - a").number("se");
    for row in rows {
        let mut cells = vec![row.constraint.clone()];
        cells.extend(share_cells([row.a, row.b], row.difference));
        table.row(cells);
    }
    table
}

fn reasons(rows: &[&WhyRow], caption: &str) -> Table {
    let mut table = Table::new(caption).text("change").text("of").text("statistic");
    for name in ["effect", "se", "first", "last"] {
        table = table.number(name);
    }
    for rows in rows.chunk_by(|a, b| a.of == b.of && a.statistic == b.statistic) {
        let is_share =
            |row: &WhyRow| row.statistic == Statistic::Probability || is_growth(&row.of, row.unit.as_deref());
        let effects = || rows.iter().filter_map(|row| value(&row.effect)).max_by(|a, b| a.abs().total_cmp(&b.abs()));
        for row in rows {
            let (format, error) = match is_share(row) {
                true => (NumberFormat::percent(effects()), NumberFormat::percent(se(&row.effect))),
                false => (NumberFormat::plain(effects()), NumberFormat::error(se(&row.effect))),
            };
            let se = se(&row.effect).or(row.sampling_se);
            let mut cells = vec![row.input.clone().unwrap_or_else(|| "all together".into())];
            cells.extend([row.of.clone(), row.statistic.label()]);
            cells.push(format.format_or_dash(value(&row.effect)));
            cells.push(error.format_or_dash(se));
            cells.extend([row.first, row.last].map(|value| format.format_or_dash(value)));
            table.row(cells);
        }
    }
    table
}

/// Both shares, their difference in percentage points, and its error.
fn share_cells([a, b]: [Share; 2], difference: Option<Estimate>) -> [String; 4] {
    [
        percent_or_dash(a.probability()),
        percent_or_dash(b.probability()),
        value(&difference).map_or_else(dash, points),
        se(&difference).map_or_else(dash, |se| format!("{:.2}", se * 100.0)),
    ]
}

fn times(reduction: Option<f64>) -> String {
    reduction.map_or_else(dash, |times| NumberFormat::error([times]).format(times))
}

fn share_or_dash(value: Option<f64>) -> String {
    value.map_or_else(dash, share)
}

fn percent_or_dash(value: Option<f64>) -> String {
    value.map_or_else(dash, percent)
}

fn dash() -> String {
    "-".into()
}
