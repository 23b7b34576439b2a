//! Which rows of a comparison belong together, and how its numbers and names are written wherever they are shown.

use crate::output::number::NumberFormat;
use crate::output::summary::is_growth;
use crate::results::comparison::{Comparison, ComparisonBand, Measure, PairedRow, WhyRow};
use crate::results::{Band, Results};

/// What the comparison is about: the market, else the first output that moves in time, else the first.
pub(in crate::output) fn main_output(comparison: &Comparison) -> Option<&str> {
    let whole: Vec<&Band> = comparison
        .bands
        .iter()
        .filter(|row| row.measure == Measure::Difference && row.band.subject.segment.is_none())
        .map(|row| &row.band)
        .collect();
    let named = whole.iter().find(|band| band.subject.output == "market");
    let moving = || whole.windows(2).find(|pair| same(pair[0], pair[1])).map(|pair| &pair[0]);
    let chosen = named.or_else(moving).or(whole.first())?;
    Some(&chosen.subject.output)
}

/// The rows of an output that is no part, by step.
pub(in crate::output) fn rows_of<'c>(
    comparison: &'c Comparison,
    output: &'c str,
    measure: Measure,
) -> impl DoubleEndedIterator<Item = &'c Band> {
    let chosen = move |row: &&ComparisonBand| {
        row.measure == measure && row.band.subject.segment.is_none() && row.band.subject.output == output
    };
    comparison.bands.iter().filter(chosen).map(|row| &row.band)
}

/// Whether two rows are of one output or part.
pub(in crate::output) fn same(a: &Band, b: &Band) -> bool {
    a.subject.is_same_series(&b.subject)
}

/// A level of the same output and step in the results of one side.
pub(in crate::output) fn side(results: &Results, band: &Band, level: usize) -> Option<f64> {
    let row = results.bands.iter().find(|row| row.subject == band.subject)?;
    row.quantile(level)
}

/// The row of `paired` for the same output and step.
pub(in crate::output) fn paired_of<'c>(comparison: &'c Comparison, band: &Band) -> Option<&'c PairedRow> {
    comparison.paired.iter().find(|row| row.subject == band.subject)
}

/// The format of values of both sides and of their difference.
pub(in crate::output) fn format_of(band: &Band, values: [Option<f64>; 2]) -> NumberFormat {
    let largest = values.into_iter().flatten().max_by(|a, b| a.abs().total_cmp(&b.abs()));
    if is_growth(&band.subject.output, band.unit.as_deref()) {
        NumberFormat::percent(largest)
    } else {
        NumberFormat::plain(largest)
    }
}

/// The format of the errors of differences.
pub(in crate::output) fn error_format(band: &Band, errors: impl IntoIterator<Item = f64>) -> NumberFormat {
    let largest = errors.into_iter().fold(None, |most: Option<f64>, se| Some(most.map_or(se, |most| most.max(se))));
    if is_growth(&band.subject.output, band.unit.as_deref()) {
        NumberFormat::percent(largest)
    } else {
        NumberFormat::error(largest)
    }
}

pub(in crate::output) fn share(value: f64) -> String {
    format!("{:.1} %", value * 100.0)
}

/// A difference of shares in percentage points, with its sign.
pub(in crate::output) fn points(value: f64) -> String {
    let text = format!("{:+.2}", value * 100.0);
    if text.ends_with("0.00") && text.len() == 5 { "0.00".into() } else { text }
}

/// The name without its section, where no other change is called so.
pub(in crate::output) fn short_name<'r>(input: &'r str, rows: &[WhyRow]) -> &'r str {
    let name = |input: &'r str| input.split_once('.').map_or(input, |(_, name)| name);
    let same = rows.iter().filter(|row| {
        let other = row.input.as_deref().unwrap_or_default();
        other.split_once('.').map_or(other, |(_, name)| name) == name(input)
    });
    if same.count() == 1 { name(input) } else { input }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_have_a_sign_unless_they_round_to_nothing() {
        assert_eq!(points(-0.0937), "-9.37");
        assert_eq!(points(0.2), "+20.00");
        assert_eq!(points(0.1), "+10.00");
        assert_eq!(points(-0.00001), "0.00");
    }
}
