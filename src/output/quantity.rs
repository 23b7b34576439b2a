//! How the values of one quantity are written: its name with its unit, growth in percent, all else in plain numbers.

use super::number::NumberFormat;
use crate::results::Band;

/// Whether a quantity, or the part of one, is a rate of growth: it has no unit and is called so.
pub(crate) fn is_growth(output: &str, unit: Option<&str>) -> bool {
    let whole = output.split('.').next().unwrap_or(output);
    unit.is_none() && ["growth", "cagr"].iter().any(|name| whole.ends_with(name))
}

/// The name and the unit: `market, USD bn`.
pub(crate) fn with_unit(name: &str, unit: Option<&str>) -> String {
    unit.map_or_else(|| name.to_owned(), |unit| format!("{name}, {unit}"))
}

/// The format of a quantity's values.
pub(crate) fn format_of(output: &str, unit: Option<&str>, values: impl IntoIterator<Item = f64>) -> NumberFormat {
    if is_growth(output, unit) { NumberFormat::percent(values) } else { NumberFormat::plain(values) }
}

/// The format of the values of a band's output.
pub(crate) fn band_format(band: &Band, values: impl IntoIterator<Item = f64>) -> NumberFormat {
    format_of(&band.subject.output, band.unit.as_deref(), values)
}

/// The format of the standard errors of a band's output.
pub(crate) fn error_format(band: &Band, errors: impl IntoIterator<Item = Option<f64>>) -> NumberFormat {
    let largest = largest(errors);
    if is_growth(&band.subject.output, band.unit.as_deref()) {
        NumberFormat::percent(largest)
    } else {
        NumberFormat::error(largest)
    }
}

/// The value that is furthest from 0: it decides the digits, since a quantile near 0 is near by accident.
pub(crate) fn largest(values: impl IntoIterator<Item = Option<f64>>) -> Option<f64> {
    values.into_iter().flatten().max_by(|a, b| a.abs().total_cmp(&b.abs()))
}
