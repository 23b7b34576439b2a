//! The answer of a comparison: the move in the last step, when the two part, which is better, what pairing was worth.

use super::{Pair, times};
use crate::output::document::Sentence;
use crate::output::number::{NumberFormat, percent};
use crate::output::quantity::{error_format, is_growth};
use crate::output::words::in_period;
use crate::results::Band;
use crate::results::comparison::{Measure, Verdict};

/// Standard errors that a move of a median takes to be told from none.
const TOLD_APART: f64 = 3.0;

pub(super) fn sentences(pair: &Pair<'_>) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let Some(output) = pair.main() else { return sentences };
    let difference: Vec<&Band> = pair.rows(Measure::Difference, output).collect();
    let Some(last) = difference.last() else { return sentences };
    sentences.extend(move_sentence(pair, last, difference.len() > 1).map(Sentence::in_full));
    sentences.extend(pair.parting(last).map(|row| {
        Sentence::always(match row.parted {
            true => format!("The medians part{}.", in_period(&row.subject.when)),
            false if difference.len() > 1 => {
                "The medians do not part: in no step do they differ by three standard errors.".to_owned()
            }
            false => "The medians do not part: they differ by less than three standard errors.".to_owned(),
        })
    }));
    let verdicts = pair.verdict(output, 1).zip(pair.verdict(output, 2));
    sentences.extend(verdicts.map(|(first, second)| Sentence::in_full(dominance(pair, first, second))));
    sentences.extend(pair.paired(last).and_then(|row| row.variance_reduction).map(|reduction| {
        Sentence::always(format!(
            "Independent runs would need {} times the paths for the same error of the mean difference{}.",
            times(reduction),
            in_period(&last.subject.when)
        ))
    }));
    sentences
}

fn move_sentence(pair: &Pair<'_>, last: &Band, moves: bool) -> Option<String> {
    let (subject, middle) = (&last.subject, pair.middle());
    let shift = pair.bands(Measure::Shift).rev().find(|band| band.subject == *subject)?;
    let (value, se) = (shift.quantile(middle)?, shift.quantile_se(middle)?);
    let paired = pair.paired(last)?;
    let (below, above) = (paired.below.probability()?, paired.above.probability()?);
    let is_growth = is_growth(&subject.output, last.unit.as_deref());
    let amount = |format: NumberFormat, value: f64| {
        let text = format.format(value);
        match &last.unit {
            _ if is_growth => format!("{} percentage points", text.trim_end_matches(" %")),
            Some(unit) => format!("{text} {unit}"),
            None => text,
        }
    };
    let statistic = match pair.middle_label().as_str() {
        "P50" => "in the median".to_owned(),
        label => format!("at {label}"),
    };
    let verb = if moves { "ends" } else { "lies" };
    let of = match pair.quantity(&subject.output) {
        "market" => String::new(),
        name => format!("In {name}, "),
    };
    let when = in_period(&subject.when);
    let (a, b) = (&pair.comparison.a, &pair.comparison.b);
    let even = (1.0 - below - above).max(0.0);
    // What rounding leaves of three shares is no path.
    let same = if even > 1e-9 { format!(" and the same on {}", percent(even)) } else { String::new() };
    let (direction, ahead, other, behind) =
        if value < 0.0 { ("below", below, "above", above) } else { ("above", above, "below", below) };
    let known = if paired.below.excluded() > 0 { " on which both have a value" } else { "" };
    let shares = format!("{direction} on {} of the paths{known}, {other} on {}{same}", percent(ahead), percent(behind));
    Some(if value == 0.0 {
        format!("{of}{b} {verb} where {a} does {statistic}{when}; it is {shares}.")
    } else if value.abs() <= TOLD_APART * se {
        let error = error_format(last, [Some(se)]);
        let (size, se) = (amount(error, value.abs()), amount(error, se));
        format!(
            "{of}{b} and {a} cannot be told apart {statistic}{when}: {size} {direction}, with a standard error of {se}; path \
             by path it is {shares}."
        )
    } else {
        let format = pair.format(last);
        let shows = format.format(value).contains(|digit: char| matches!(digit, '1'..='9'));
        let size = amount(if shows { format } else { error_format(last, [Some(value)]) }, value.abs());
        format!("{of}{b} {verb} {size} {direction} {a} {statistic}{when}; it is {shares}.")
    })
}

fn dominance(pair: &Pair<'_>, first: Verdict, second: Verdict) -> String {
    let better = |winner: &str, loser: &str| {
        format!("{winner} is at least as likely as {loser} to reach any value (first-order dominance).")
    };
    let steadier = |winner: &str, loser: &str| {
        format!("{winner} falls short of any value by no more than {loser} on average (second-order dominance).")
    };
    let (a, b) = (&pair.comparison.a, &pair.comparison.b);
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
